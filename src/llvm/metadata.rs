//! Metadata: what an instruction, a global or a module says beside its meaning.

use inkwell::context::{AsContextRef, Context};
use inkwell::module::Module;
use inkwell::values::{AsValueRef, GlobalValue};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};
use std::marker::PhantomData;

use super::values::Value;

/// A metadata kind with a number of its own in every context (LLVM's `FixedMetadataKinds.def`).
#[derive(Copy, Clone, Debug)]
#[repr(u32)]
pub(crate) enum MetadataKind {
    Prof = 2,
    Range = 4,
    InvariantLoad = 6,
    NonTemporal = 9,
    NonNull = 11,
    Align = 17,
    Loop = 18,
    Type = 19,
    NoUndef = 29,
    Unpredictable = 15,
    KcfiType = 36,
}

/// A metadata node or string.
#[repr(transparent)]
#[derive(Copy, Clone, Debug)]
pub(crate) struct Metadata<'ll>(LLVMMetadataRef, PhantomData<&'ll ()>);

impl Metadata<'_> {
    /// Metadata by its raw reference.
    ///
    /// # Safety
    /// `raw` must be live metadata of the context that the lifetime stands for.
    pub(super) unsafe fn wrap(raw: LLVMMetadataRef) -> Self {
        Metadata(raw, PhantomData)
    }

    pub(super) fn raw(self) -> LLVMMetadataRef {
        self.0
    }
}

/// A metadata string.
pub(crate) fn string<'ll>(context: &'ll Context, text: &[u8]) -> Metadata<'ll> {
    // SAFETY: LLVM copies `text.len()` bytes.
    unsafe {
        Metadata(
            LLVMMDStringInContext2(context.as_ctx_ref(), text.as_ptr().cast(), text.len()),
            PhantomData,
        )
    }
}

/// A constant as metadata.
pub(crate) fn constant(value: Value<'_>) -> Metadata<'_> {
    // SAFETY: constants can always be wrapped.
    unsafe { Metadata(LLVMValueAsMetadata(value.as_value_ref()), PhantomData) }
}

/// A node of `operands`.
pub(crate) fn node<'ll>(context: &'ll Context, operands: &[Metadata<'ll>]) -> Metadata<'ll> {
    // SAFETY: the operands are live metadata of `context`, references and nothing else; LLVM only reads them.
    unsafe {
        let (list, count) = (operands.as_ptr().cast_mut().cast(), operands.len());
        Metadata(
            LLVMMDNodeInContext2(context.as_ctx_ref(), list, count),
            PhantomData,
        )
    }
}

/// A node that is unlike every other one: its first operand is itself (as loop ids must be).
pub(crate) fn distinct_self_node<'ll>(context: &'ll Context, operands: &[Metadata<'ll>]) -> Metadata<'ll> {
    // SAFETY: the placeholder is replaced at once, by the node that holds it.
    unsafe {
        let placeholder =
            llvm_sys::debuginfo::LLVMTemporaryMDNode(context.as_ctx_ref(), std::ptr::null_mut(), 0);
        let mut raw = vec![placeholder];
        raw.extend(operands.iter().map(|operand| operand.0));
        let node = LLVMMDNodeInContext2(context.as_ctx_ref(), raw.as_mut_ptr(), raw.len());
        llvm_sys::debuginfo::LLVMMetadataReplaceAllUsesWith(placeholder, node);
        Metadata(node, PhantomData)
    }
}

fn as_value(context: &Context, metadata: Metadata<'_>) -> LLVMValueRef {
    // SAFETY: the metadata is of `context`.
    unsafe { LLVMMetadataAsValue(context.as_ctx_ref(), metadata.0) }
}

/// Metadata as an argument of an intrinsic.
pub(crate) fn as_operand<'ll>(context: &'ll Context, metadata: Metadata<'ll>) -> Value<'ll> {
    // SAFETY: LLVM has just made the value.
    unsafe { Value::new(as_value(context, metadata)) }
}

/// Attaches `metadata` to an instruction.
pub(crate) fn attach(context: &Context, to: Value<'_>, kind: MetadataKind, metadata: Metadata<'_>) {
    attach_by_id(context, to, kind as u32, metadata)
}

/// Attaches `metadata` of a kind that has no fixed number (inkwell's `get_kind_id`).
pub(crate) fn attach_by_id(context: &Context, to: Value<'_>, kind: u32, metadata: Metadata<'_>) {
    // SAFETY: the instruction and the metadata are of `context`.
    unsafe { LLVMSetMetadata(to.as_value_ref(), kind, as_value(context, metadata)) }
}

/// Attaches `metadata` to a global variable or a function; several of one kind may stand side by side.
pub(crate) fn add_to_global(to: GlobalValue<'_>, kind: MetadataKind, metadata: Metadata<'_>) {
    // SAFETY: both are live, of one context.
    unsafe { LLVMGlobalAddMetadata(to.as_value_ref(), kind as u32, metadata.0) }
}

/// Sets the one `metadata` of its kind on a global variable or a function.
pub(crate) fn set_on_global(to: GlobalValue<'_>, kind: MetadataKind, metadata: Metadata<'_>) {
    // SAFETY: both are live, of one context.
    unsafe { LLVMGlobalSetMetadata(to.as_value_ref(), kind as u32, metadata.0) }
}

/// Whether any function or variable of the module has metadata of the kind.
pub(crate) fn is_on_any_global(module: &Module<'_>, kind: MetadataKind) -> bool {
    let functions = module.get_functions().map(|function| function.as_global_value());
    functions.chain(module.get_globals()).any(|global| {
        let mut len = 0;
        // SAFETY: the list is LLVM's to allocate, has `len` entries, and is disposed of once.
        unsafe {
            let entries = LLVMGlobalCopyAllMetadata(global.as_value_ref(), &mut len);
            let found =
                (0..len as u32).any(|index| LLVMValueMetadataEntriesGetKind(entries, index) == kind as u32);
            LLVMDisposeValueMetadataEntries(entries);
            found
        }
    })
}

/// Appends `metadata` to the module's named list `name`.
pub(crate) fn add_to_module<'ll>(
    context: &Context,
    module: &Module<'ll>,
    name: &std::ffi::CStr,
    metadata: Metadata<'ll>,
) {
    // SAFETY: all three are of one context.
    unsafe { LLVMAddNamedMetadataOperand(module.as_mut_ptr(), name.as_ptr(), as_value(context, metadata)) }
}
