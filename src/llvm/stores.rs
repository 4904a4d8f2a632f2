//! Runs of stores that put constants side by side: found in a block, and replaced by one copy.

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::values::{AsValueRef, InstructionValue};
use llvm_sys::core::*;
use llvm_sys::debuginfo::LLVMInstructionGetDebugLoc;
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::target::{LLVMABISizeOfType, LLVMGetModuleDataLayout, LLVMStoreSizeOfType, LLVMTargetDataRef};
use llvm_sys::{LLVMAtomicOrdering, LLVMDLLStorageClass, LLVMOpcode, LLVMTypeKind, LLVMValueKind};

use super::constants;
use super::metadata::MetadataKind;
use super::values::Value;

/// Whether a value is one that a global can be initialised with: a number, or the address of something that
/// the linker knows. An imported address is none, since it is read from a table; neither is that of a
/// thread's variable.
pub(crate) fn is_static(value: Value<'_>) -> bool {
    is_static_value(value.as_value_ref())
}

fn is_static_value(value: LLVMValueRef) -> bool {
    // SAFETY: questions about a live value; an expression has operands.
    unsafe {
        match LLVMGetValueKind(value) {
            LLVMValueKind::LLVMConstantIntValueKind
            | LLVMValueKind::LLVMConstantFPValueKind
            | LLVMValueKind::LLVMConstantPointerNullValueKind
            | LLVMValueKind::LLVMUndefValueValueKind => true,
            LLVMValueKind::LLVMFunctionValueKind | LLVMValueKind::LLVMGlobalVariableValueKind => {
                LLVMGetDLLStorageClass(value) != LLVMDLLStorageClass::LLVMDLLImportStorageClass
                    && LLVMIsThreadLocal(value) == 0
            }
            LLVMValueKind::LLVMConstantExprValueKind => {
                LLVMGetConstOpcode(value) == LLVMOpcode::LLVMGetElementPtr
                    && is_static_value(LLVMGetOperand(value, 0))
            }
            _ => false,
        }
    }
}

/// Stores of constants to adjacent places, with nothing between them that could tell in which order, or when
/// within the run, they are executed.
pub(crate) struct Run<'ll> {
    stores: Vec<InstructionValue<'ll>>,
    values: Vec<Value<'ll>>,
    base: LLVMValueRef,
    start: u64,
    end: u64,
}

/// The runs of at least `least` stores in `block`.
pub(crate) fn runs<'ll>(module: &Module<'ll>, block: BasicBlock<'ll>, least: usize) -> Vec<Run<'ll>> {
    let mut found = Vec::new();
    let mut open: Option<Run<'ll>> = None;
    // SAFETY: the layout lives as long as its module; the instructions of a live block are live, and so are
    // their operands.
    unsafe {
        let layout = LLVMGetModuleDataLayout(module.as_mut_ptr());
        let mut next = LLVMGetFirstInstruction(block.as_mut_ptr());
        while !next.is_null() {
            let instruction = next;
            next = LLVMGetNextInstruction(instruction);
            if !LLVMIsAGetElementPtrInst(instruction).is_null() {
                // Computes an address, and touches no memory.
                continue;
            }
            let store = plain_store(layout, instruction);
            if let (Some(run), Some(store)) = (&mut open, &store)
                && (run.base, run.end) == (store.base, store.offset)
            {
                run.push(instruction, store);
                continue;
            }
            found.extend(open.take().filter(|run| run.stores.len() >= least));
            open = store.map(|store| {
                let mut run = Run {
                    stores: Vec::new(),
                    values: Vec::new(),
                    base: store.base,
                    start: store.offset,
                    end: store.offset,
                };
                run.push(instruction, &store);
                run
            });
        }
    }
    found.extend(open.filter(|run| run.stores.len() >= least));
    found
}

/// A store of a constant, at a known distance from its base.
struct Store {
    value: LLVMValueRef,
    base: LLVMValueRef,
    offset: u64,
    size: u64,
}

/// # Safety
/// `instruction` must be live, and of the module that `layout` is of.
unsafe fn plain_store(layout: LLVMTargetDataRef, instruction: LLVMValueRef) -> Option<Store> {
    // SAFETY: the caller vouches for the instruction; the questions suit what it was tested to be.
    unsafe {
        if LLVMIsAStoreInst(instruction).is_null()
            || LLVMGetVolatile(instruction) != 0
            || LLVMGetOrdering(instruction) != LLVMAtomicOrdering::LLVMAtomicOrderingNotAtomic
            || !LLVMGetMetadata(instruction, MetadataKind::NonTemporal as u32).is_null()
        {
            return None;
        }
        let value = LLVMGetOperand(instruction, 0);
        let ty = LLVMTypeOf(value);
        let is_scalar = matches!(
            LLVMGetTypeKind(ty),
            LLVMTypeKind::LLVMIntegerTypeKind
                | LLVMTypeKind::LLVMPointerTypeKind
                | LLVMTypeKind::LLVMFloatTypeKind
                | LLVMTypeKind::LLVMDoubleTypeKind
        );
        let size = LLVMStoreSizeOfType(layout, ty);
        // In a packed struct a field takes what it takes in an array.
        if !is_scalar || size != LLVMABISizeOfType(layout, ty) || !is_static_value(value) {
            return None;
        }
        let (base, offset) = place(layout, LLVMGetOperand(instruction, 1))?;
        Some(Store {
            value,
            base,
            offset,
            size,
        })
    }
}

/// Follows an address to its base, by indices that are known.
///
/// # Safety
/// As for [`plain_store`].
unsafe fn place(layout: LLVMTargetDataRef, mut pointer: LLVMValueRef) -> Option<(LLVMValueRef, u64)> {
    let mut offset = 0_u64;
    // SAFETY: the questions suit what the value was tested to be.
    unsafe {
        while !LLVMIsAGetElementPtrInst(pointer).is_null() {
            let index = LLVMGetOperand(pointer, 1);
            if LLVMGetNumIndices(pointer) != 1 || LLVMIsAConstantInt(index).is_null() {
                return None;
            }
            let index = u64::try_from(LLVMConstIntGetSExtValue(index)).ok()?;
            let size = LLVMABISizeOfType(layout, LLVMGetGEPSourceElementType(pointer));
            offset = offset.checked_add(index.checked_mul(size)?)?;
            pointer = LLVMGetOperand(pointer, 0);
        }
    }
    Some((pointer, offset))
}

impl<'ll> Run<'ll> {
    /// # Safety
    /// `instruction` must be live, and `store` be read from it.
    unsafe fn push(&mut self, instruction: LLVMValueRef, store: &Store) {
        // SAFETY: the caller vouches for both.
        unsafe {
            self.stores.push(InstructionValue::new(instruction));
            self.values.push(Value::new(store.value));
        }
        self.end += store.size;
    }

    /// What the stores write, as one constant.
    pub(crate) fn content(&self, context: &'ll Context) -> Value<'ll> {
        constants::structure(context, &self.values, true)
    }

    /// Puts a copy of `size` bytes from `source`, aligned as `align` says, in the place of the stores.
    pub(crate) fn replace(self, builder: &Builder<'ll>, source: (Value<'ll>, u32), size: Value<'ll>) {
        let first = self.stores[0];
        builder.position_before(&first);
        // SAFETY: the stores are live until they are erased, once each; an address that nothing else uses goes
        // with its store, and then the one that it was made from.
        unsafe {
            let raw_first = first.as_value_ref();
            let (to, align) = (
                Value::new(LLVMGetOperand(raw_first, 1)),
                LLVMGetAlignment(raw_first),
            );
            LLVMSetCurrentDebugLocation2(builder.as_mut_ptr(), LLVMInstructionGetDebugLoc(raw_first));
            builder
                .build_memcpy(to.pointer(), align, source.0.pointer(), source.1, size.int())
                .expect("the builder stands before the stores, and alignments are powers of two");
            for store in self.stores {
                let mut pointer = LLVMGetOperand(store.as_value_ref(), 1);
                LLVMInstructionEraseFromParent(store.as_value_ref());
                while !LLVMIsAGetElementPtrInst(pointer).is_null() && LLVMGetFirstUse(pointer).is_null() {
                    let unused = pointer;
                    pointer = LLVMGetOperand(unused, 0);
                    LLVMInstructionEraseFromParent(unused);
                }
            }
        }
    }

    /// How many bytes are written.
    pub(crate) fn bytes(&self) -> u64 {
        self.end - self.start
    }

    /// How many bytes the first store is aligned to.
    pub(crate) fn align(&self) -> u32 {
        self.stores[0].get_alignment().unwrap_or(1)
    }
}
