//! Inline assembly as LLVM has it: a text, constraints, and what the text may do.
//!
//! inkwell takes both texts of `LLVMGetInlineAsm` over, which are ours to keep, and tells what is called
//! (`LLVMGetCalledValue`) only if it is a function.

use inkwell::module::Module;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AsValueRef, InstructionOpcode, InstructionValue};
use llvm_sys::LLVMInlineAsmDialect;
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;

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
    // SAFETY: LLVM copies both texts by their lengths; the type is live.
    unsafe {
        Value::new(LLVMGetInlineAsm(
            ty.as_type_ref(),
            asm.text.as_ptr().cast(),
            asm.text.len(),
            asm.constraints.as_ptr().cast(),
            asm.constraints.len(),
            asm.side_effects.into(),
            asm.align_stack.into(),
            dialect,
            asm.can_unwind.into(),
        ))
    }
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
        // SAFETY: the assembly is alive.
        text: unsafe { text_of(asm, LLVMGetInlineAsmAsmString) },
        cookie: cookie.unwrap_or(0),
    })
}

/// The asm that an instruction calls, if it calls one.
pub(super) fn inline_asm_of(instruction: InstructionValue<'_>) -> Option<LLVMValueRef> {
    let raw = instruction.as_value_ref();
    if !matches!(
        instruction.get_opcode(),
        InstructionOpcode::Call | InstructionOpcode::Invoke | InstructionOpcode::CallBr
    ) {
        return None;
    }
    // SAFETY: the instruction is alive, and calls something; a cast that does not fit gives null.
    unsafe {
        let asm = LLVMIsAInlineAsm(LLVMGetCalledValue(raw));
        (!asm.is_null()).then_some(asm)
    }
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
///
/// # Safety
/// `asm` must be a live inline assembly of the context that `'ll` stands for.
pub(super) unsafe fn parts_of<'ll>(asm: LLVMValueRef) -> Parts<'ll> {
    // SAFETY: promised by the caller.
    unsafe {
        Parts {
            ty: FunctionType::new(LLVMGetInlineAsmFunctionType(asm)),
            text: text_of(asm, LLVMGetInlineAsmAsmString),
            constraints: text_of(asm, LLVMGetInlineAsmConstraintString),
            asm: InlineAsm {
                text: "",
                constraints: "",
                side_effects: LLVMGetInlineAsmHasSideEffects(asm) != 0,
                align_stack: LLVMGetInlineAsmNeedsAlignedStack(asm) != 0,
                intel: LLVMGetInlineAsmDialect(asm) == LLVMInlineAsmDialect::LLVMInlineAsmDialectIntel,
                can_unwind: LLVMGetInlineAsmCanUnwind(asm) != 0,
            },
        }
    }
}

/// One of the texts of an inline assembly.
///
/// # Safety
/// `asm` must be a live inline assembly.
unsafe fn text_of(
    asm: LLVMValueRef,
    get: unsafe extern "C" fn(LLVMValueRef, *mut usize) -> *const std::ffi::c_char,
) -> String {
    let mut len = 0;
    // SAFETY: promised by the caller; LLVM gives the text with its length.
    let text = unsafe { std::slice::from_raw_parts(get(asm, &mut len).cast::<u8>(), len) };
    String::from_utf8_lossy(text).into_owned()
}
