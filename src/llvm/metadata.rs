//! Metadata: what an instruction, a global or a module says beside its meaning.
//!
//! inkwell has metadata as values only. LLVM keeps a table of those, and looks each up in it as it is made of metadata, or
//! metadata of it: hence `LLVMMDStringInContext2`, `LLVMMDNodeInContext2`, `LLVMValueAsMetadata`, `LLVMMetadataAsValue`,
//! `LLVMSetMetadata` and `LLVMGlobalSetMetadata`. A node that stands in for another (`LLVMTemporaryMDNode`,
//! `LLVMMetadataReplaceAllUsesWith`) is a type of its debug information to it.

use std::marker::PhantomData;
use std::ptr::NonNull;

use inkwell::context::Context;
use inkwell::debug_info::DIFile;
use inkwell::module::Module;
use inkwell::values::{AsValueRef, GlobalValue, MetadataValue};
use llvm_sys::LLVMOpaqueMetadata;
use llvm_sys::core::*;
use llvm_sys::debuginfo::{LLVMMetadataReplaceAllUsesWith, LLVMTemporaryMDNode};
use llvm_sys::prelude::LLVMMetadataRef;

use super::safe::functions;
use super::values::Value;

/// A metadata kind with a number of its own in every context (LLVM's `FixedMetadataKinds.def`).
#[derive(Copy, Clone, Debug)]
#[repr(u32)]
pub(crate) enum MetadataKind {
    Dbg = 0,
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
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Metadata<'ll>(NonNull<LLVMOpaqueMetadata>, PhantomData<&'ll ()>);

impl Metadata<'_> {
    /// Metadata by its raw reference.
    ///
    /// # Safety
    /// `raw` must be live metadata of the context that the lifetime stands for.
    pub(super) unsafe fn wrap(raw: LLVMMetadataRef) -> Self {
        let raw = NonNull::new(raw).expect("LLVM makes metadata or aborts");
        Metadata(raw, PhantomData)
    }

    pub(super) fn raw(self) -> LLVMMetadataRef {
        self.0.as_ptr()
    }
}

impl<'ll> From<DIFile<'ll>> for Metadata<'ll> {
    fn from(file: DIFile<'ll>) -> Self {
        // SAFETY: a file is metadata.
        unsafe { Metadata::wrap(file.as_mut_ptr()) }
    }
}

functions! {
    /// A constant as metadata; or the metadata that a value is ([`as_operand`]).
    pub(crate) fn constant<'ll>(value: Value<'ll>) -> Metadata<'ll> = LLVMValueAsMetadata;

    /// Metadata as an argument of an intrinsic.
    pub(crate) fn as_operand<'ll>(context: &'ll Context, metadata: Metadata<'ll>) -> Value<'ll> = LLVMMetadataAsValue;

    /// Attaches `metadata` to a global variable or a function; several of one kind may stand side by side.
    pub(crate) fn add_to_global(to: GlobalValue<'_>, kind: MetadataKind, metadata: Metadata<'_>) = LLVMGlobalAddMetadata;

    /// Sets the one `metadata` of its kind on a global variable or a function.
    pub(crate) fn set_on_global(to: GlobalValue<'_>, kind: MetadataKind, metadata: Metadata<'_>) = LLVMGlobalSetMetadata;

    fn set(on: Value<'_>, kind: u32, metadata: Value<'_>) = LLVMSetMetadata;

    /// A metadata string.
    pub(crate) fn string<'ll>(context: &'ll Context, text: &[u8] as usize) -> Metadata<'ll> = LLVMMDStringInContext2;

    /// A node of `operands`.
    pub(crate) fn node<'ll>(context: &'ll Context, operands: &[Metadata<'ll>] as usize) -> Metadata<'ll>
        = LLVMMDNodeInContext2;

    fn temporary<'ll>(context: &'ll Context, operands: &[Metadata<'ll>] as usize) -> Metadata<'ll> = LLVMTemporaryMDNode;

    /// Puts another node in the place of a temporary one, which is gone then.
    fn replace(temporary: Metadata<'_>, by: Metadata<'_>) = LLVMMetadataReplaceAllUsesWith;
}

/// A node that is unlike every other one: its first operand is itself (as loop ids must be).
pub(crate) fn distinct_self_node<'ll>(context: &'ll Context, operands: &[Metadata<'ll>]) -> Metadata<'ll> {
    let placeholder = temporary(context, &[]);
    let mut all = vec![placeholder];
    all.extend(operands);
    let node = node(context, &all);
    replace(placeholder, node);
    node
}

/// Attaches `metadata` to an instruction.
pub(crate) fn attach<'ll>(
    context: &'ll Context,
    to: Value<'ll>,
    kind: MetadataKind,
    metadata: Metadata<'ll>,
) {
    attach_by_id(context, to, kind as u32, metadata)
}

/// Attaches `metadata` of a kind that has no fixed number (inkwell's `get_kind_id`).
pub(crate) fn attach_by_id<'ll>(context: &'ll Context, to: Value<'ll>, kind: u32, metadata: Metadata<'ll>) {
    set(to, kind, as_operand(context, metadata));
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
    context: &'ll Context,
    module: &Module<'ll>,
    name: &str,
    metadata: Metadata<'ll>,
) {
    // SAFETY: metadata as a value, which is what inkwell's type is.
    let value = unsafe { MetadataValue::new(as_operand(context, metadata).as_value_ref()) };
    module
        .add_global_metadata(name, &value)
        .expect("what is added is a node");
}
