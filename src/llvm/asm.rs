//! Inline assembly as LLVM has it: a text, constraints, and what the text may do.
//!
//! inkwell takes both texts of `LLVMGetInlineAsm` over, which are ours to keep, and tells what is called
//! (`LLVMGetCalledValue`) only if it is a function.

use inkwell::module::Module;
use inkwell::types::FunctionType;
use inkwell::values::{InstructionOpcode, InstructionValue};
use llvm_sys::LLVMInlineAsmDialect;
use llvm_sys::core::*;

use super::safe::{functions, texts};
use super::values::Value;

/// What an inline assembly is made of (LangRef, "Inline Assembler Expressions").
#[derive(Copy, Clone, Debug)]
pub(crate) struct InlineAsm<'a> {
    pub(crate) text: &'a str,
    pub(crate) constraints: &'a str,
    /// It must not be removed or repeated: `sideeffect`.
    pub(crate) side_effects: bool,
    /// It wants the stack aligned as for a call: `alignstack`.
    pub(crate) align_stack: bool,
    /// It is written in Intel's syntax: `inteldialect`.
    pub(crate) intel: bool,
    /// Control may leave it by unwinding: `unwind`.
    pub(crate) can_unwind: bool,
}

/// The assembly as something that can be called.
pub(crate) fn inline_asm<'ll>(ty: FunctionType<'ll>, asm: InlineAsm<'_>) -> Value<'ll> {
    let dialect = match asm.intel {
        true => LLVMInlineAsmDialect::LLVMInlineAsmDialectIntel,
        false => LLVMInlineAsmDialect::LLVMInlineAsmDialectATT,
    };
    make(
        ty,
        asm.text,
        asm.constraints,
        asm.side_effects,
        asm.align_stack,
        dialect,
        asm.can_unwind,
    )
}

/// An inline assembly in a module, as it is.
pub(crate) struct AsmBlock {
    pub(crate) text: String,
    /// The first number of its `!srcloc`; 0 without one.
    pub(crate) cookie: u64,
}

/// The inline assemblies of a module, in order.
pub(crate) fn inline_blocks(module: &Module<'_>) -> Vec<AsmBlock> {
    let functions = module.get_functions();
    let blocks = functions.flat_map(|function| function.get_basic_block_iter());
    let instructions = blocks.flat_map(|block| block.get_instructions());
    let srcloc = module.get_context().get_kind_id("srcloc");
    instructions
        .filter_map(|instruction| asm_of(instruction, srcloc))
        .collect()
}

fn asm_of(instruction: InstructionValue<'_>, srcloc: u32) -> Option<AsmBlock> {
    let asm = inline_asm_of(instruction)?;
    let lines = instruction
        .get_metadata(srcloc)
        .filter(|lines| lines.get_node_size() > Some(0));
    let cookie = lines.and_then(|lines| Value::from(lines).operand(0).int().get_zero_extended_constant());
    Some(AsmBlock {
        text: text_of(asm),
        cookie: cookie.unwrap_or(0),
    })
}

/// The asm that an instruction calls, if it calls one.
pub(super) fn inline_asm_of(instruction: InstructionValue<'_>) -> Option<Value<'_>> {
    let calls = matches!(
        instruction.get_opcode(),
        InstructionOpcode::Call | InstructionOpcode::Invoke | InstructionOpcode::CallBr
    );
    calls.then(|| as_inline_asm(called(instruction))).flatten()
}

/// What an inline assembly was made of.
pub(super) struct Parts<'ll> {
    pub(super) ty: FunctionType<'ll>,
    pub(super) text: String,
    constraints: String,
    asm: InlineAsm<'static>,
}

impl Parts<'_> {
    /// The same assembly with another text.
    pub(super) fn with_text<'a>(&'a self, text: &'a str) -> InlineAsm<'a> {
        InlineAsm {
            text,
            constraints: &self.constraints,
            ..self.asm
        }
    }
}

/// Takes an inline assembly apart.
pub(super) fn parts_of(asm: Value<'_>) -> Parts<'_> {
    Parts {
        ty: signature_of(asm),
        text: text_of(asm),
        constraints: constraints_of(asm),
        asm: InlineAsm {
            text: "",
            constraints: "",
            side_effects: has_side_effects(asm),
            align_stack: needs_aligned_stack(asm),
            intel: dialect_of(asm) == LLVMInlineAsmDialect::LLVMInlineAsmDialectIntel,
            can_unwind: can_unwind(asm),
        },
    }
}

functions! {
    fn make<'ll>(
        ty: FunctionType<'ll>,
        text: &str as usize,
        constraints: &str as usize,
        side_effects: bool,
        align_stack: bool,
        dialect: LLVMInlineAsmDialect,
        can_unwind: bool
    ) -> Value<'ll> = LLVMGetInlineAsm;

    fn called<'ll>(instruction: InstructionValue<'ll>) -> Value<'ll> = LLVMGetCalledValue;
    fn as_inline_asm<'ll>(called: Value<'ll>) -> Option<Value<'ll>> = LLVMIsAInlineAsm;
    fn signature_of<'ll>(asm: Value<'ll>) -> FunctionType<'ll> = LLVMGetInlineAsmFunctionType;
    fn has_side_effects(asm: Value<'_>) -> bool = LLVMGetInlineAsmHasSideEffects;
    fn needs_aligned_stack(asm: Value<'_>) -> bool = LLVMGetInlineAsmNeedsAlignedStack;
    fn dialect_of(asm: Value<'_>) -> LLVMInlineAsmDialect = LLVMGetInlineAsmDialect;
    fn can_unwind(asm: Value<'_>) -> bool = LLVMGetInlineAsmCanUnwind;
}

texts! {
    fn text_of(asm: Value<'_>) = LLVMGetInlineAsmAsmString;
    fn constraints_of(asm: Value<'_>) = LLVMGetInlineAsmConstraintString;
}
