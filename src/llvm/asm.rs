//! Inline assembly as LLVM has it: a text, constraints, and what the text may do.

use inkwell::module::Module;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AsValueRef, InstructionValue};
use llvm_sys::core::*;
use llvm_sys::{LLVMInlineAsmDialect, LLVMOpcode};

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
    instructions.filter_map(asm_of).collect()
}

fn asm_of(instruction: InstructionValue<'_>) -> Option<AsmBlock> {
    let raw = instruction.as_value_ref();
    // SAFETY: the instruction is alive; casts that do not fit give null, and texts come with their length.
    unsafe {
        if !matches!(
            LLVMGetInstructionOpcode(raw),
            LLVMOpcode::LLVMCall | LLVMOpcode::LLVMInvoke | LLVMOpcode::LLVMCallBr
        ) {
            return None;
        }
        let asm = LLVMIsAInlineAsm(LLVMGetCalledValue(raw));
        if asm.is_null() {
            return None;
        }
        let mut len = 0;
        let text = LLVMGetInlineAsmAsmString(asm, &mut len);
        let text = std::slice::from_raw_parts(text.cast::<u8>(), len);
        let lines = LLVMGetMetadata(
            raw,
            LLVMGetMDKindIDInContext(LLVMGetValueContext(raw), c"srcloc".as_ptr(), 6),
        );
        let cookie = match !lines.is_null() && LLVMGetMDNodeNumOperands(lines) > 0 {
            true => LLVMConstIntGetZExtValue(LLVMGetOperand(lines, 0)),
            false => 0,
        };
        Some(AsmBlock {
            text: String::from_utf8_lossy(text).into_owned(),
            cookie,
        })
    }
}
