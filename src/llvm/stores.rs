//! Runs of stores that put constants side by side: found in a block, and replaced by one copy.

use std::collections::HashSet;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::values::{AsValueRef, InstructionOpcode, InstructionValue};
use llvm_sys::core::*;
use llvm_sys::debuginfo::LLVMInstructionGetDebugLoc;
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::target::{LLVMABISizeOfType, LLVMGetModuleDataLayout, LLVMStoreSizeOfType, LLVMTargetDataRef};
use llvm_sys::{LLVMAtomicOrdering, LLVMDLLStorageClass, LLVMOpcode, LLVMTypeKind, LLVMValueKind};

use super::constants;
use super::metadata::MetadataKind;
use super::temporaries::{self, Fresh, Piece, Temporary};
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

/// Writes of constants to adjacent places, with nothing between them that could tell in which order, or when
/// within the run, they are executed.
pub(crate) struct Run<'ll> {
    writes: Vec<InstructionValue<'ll>>,
    pieces: Vec<Piece>,
    /// What the copies among the writes read.
    temporaries: Vec<Temporary>,
    base: LLVMValueRef,
    /// Whether there was nothing at the base when the first piece was written, so that nothing is lost in gaps.
    is_fresh: bool,
    start: u64,
    end: u64,
}

/// So many bytes between two writes may be padding.
const LARGEST_GAP: u64 = 16;

/// The runs of at least `least` writes in `block`. With `through_temporaries`, a copy of a variable that only
/// holds constants is a write of them.
pub(crate) fn runs<'ll>(
    module: &Module<'ll>,
    block: BasicBlock<'ll>,
    least: usize,
    through_temporaries: bool,
) -> Vec<Run<'ll>> {
    let mut found = Vec::new();
    let mut open: Option<Run<'ll>> = None;
    // SAFETY: the layout lives as long as its module; the instructions of a live block are live, and so are
    // their operands.
    unsafe {
        let layout = LLVMGetModuleDataLayout(module.as_mut_ptr());
        let mut fresh = Fresh::at_start_of(block.as_mut_ptr());
        let mut stores = HashSet::new();
        let mut next = LLVMGetFirstInstruction(block.as_mut_ptr());
        while !next.is_null() {
            let instruction = next;
            next = LLVMGetNextInstruction(instruction);
            if !LLVMIsAGetElementPtrInst(instruction).is_null() {
                // Computes an address, and touches no memory.
                continue;
            }
            let write = match plain_store(layout, instruction) {
                Some(store) => {
                    stores.insert(instruction);
                    Some(Write::of(store))
                }
                None if through_temporaries => copy_of_constants(layout, instruction, &stores),
                None => None,
            };
            if let (Some(run), Some(write)) = (&mut open, &write)
                && run.goes_on_with(write)
            {
                run.push(instruction, write.clone());
                continue;
            }
            found.extend(open.take().filter(|run| run.writes.len() >= least));
            let is_fresh = write.as_ref().is_some_and(|write| fresh.holds(write.base));
            fresh.note(instruction, write.as_ref().map(|write| write.base));
            open = write.map(|write| {
                let mut run = Run {
                    writes: Vec::new(),
                    pieces: Vec::new(),
                    temporaries: Vec::new(),
                    base: write.base,
                    is_fresh,
                    start: write.offset,
                    end: write.offset,
                };
                run.push(instruction, write);
                run
            });
        }
    }
    found.extend(open.filter(|run| run.writes.len() >= least));
    // What fills a temporary goes with it.
    let gone: HashSet<LLVMValueRef> = found
        .iter()
        .flat_map(|run| run.temporaries.iter().map(Temporary::variable))
        .collect();
    found.retain(|run| !gone.contains(&run.base));
    found
}

/// One instruction that writes constants.
#[derive(Clone)]
struct Write {
    base: LLVMValueRef,
    offset: u64,
    size: u64,
    /// What is written, by its distance from `offset`.
    pieces: Vec<Piece>,
    temporary: Option<Temporary>,
}

impl Write {
    fn of(store: Store) -> Self {
        Write {
            base: store.base,
            offset: store.offset,
            size: store.size,
            pieces: vec![Piece {
                offset: 0,
                size: store.size,
                value: store.value,
            }],
            temporary: None,
        }
    }
}

/// The write that a copy is, if all that it reads are constants that were stored before, in `stores`.
///
/// # Safety
/// As for [`plain_store`].
unsafe fn copy_of_constants(
    layout: LLVMTargetDataRef,
    instruction: LLVMValueRef,
    stores: &HashSet<LLVMValueRef>,
) -> Option<Write> {
    // SAFETY: the caller vouches for the instruction.
    unsafe {
        let copy = temporaries::copy(instruction)?;
        let (base, offset) = place(layout, copy.to)?;
        let temporary = Temporary::read_by(layout, &copy, stores)?;
        (base != temporary.variable()).then(|| Write {
            base,
            offset,
            size: copy.size,
            pieces: temporary.pieces.clone(),
            temporary: Some(temporary),
        })
    }
}

/// A store of a constant, at a known distance from its base.
pub(super) struct Store {
    pub(super) value: LLVMValueRef,
    base: LLVMValueRef,
    offset: u64,
    pub(super) size: u64,
}

/// # Safety
/// `instruction` must be live, and of the module that `layout` is of.
pub(super) unsafe fn plain_store(layout: LLVMTargetDataRef, instruction: LLVMValueRef) -> Option<Store> {
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
pub(super) unsafe fn place(
    layout: LLVMTargetDataRef,
    mut pointer: LLVMValueRef,
) -> Option<(LLVMValueRef, u64)> {
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
    fn goes_on_with(&self, write: &Write) -> bool {
        let gap = write.offset.checked_sub(self.end);
        write.base == self.base && gap.is_some_and(|gap| gap == 0 || self.is_fresh && gap <= LARGEST_GAP)
    }

    /// # Safety
    /// `instruction` must be live, and `write` be read from it.
    unsafe fn push(&mut self, instruction: LLVMValueRef, write: Write) {
        // SAFETY: the caller vouches for both.
        self.writes.push(unsafe { InstructionValue::new(instruction) });
        let from = write.offset - self.start;
        self.pieces.extend(write.pieces.into_iter().map(|piece| Piece {
            offset: from + piece.offset,
            ..piece
        }));
        self.temporaries.extend(write.temporary);
        self.end = write.offset + write.size;
    }

    /// What is written, as one constant. Between the pieces is nothing.
    pub(crate) fn content(&self, context: &'ll Context) -> Value<'ll> {
        let byte = context.i8_type();
        let mut fields = Vec::with_capacity(self.pieces.len());
        let mut end = 0;
        let fill = |fields: &mut Vec<Value<'ll>>, gap: u64| {
            if gap != 0 {
                fields.push(constants::undef(byte.array_type(gap as u32).into()));
            }
        };
        for piece in &self.pieces {
            fill(&mut fields, piece.offset - end);
            // SAFETY: constants live as long as their context.
            fields.push(unsafe { Value::new(piece.value) });
            end = piece.offset + piece.size;
        }
        fill(&mut fields, self.bytes() - end);
        constants::structure(context, &fields, true)
    }

    /// Puts a copy of `size` bytes from `source`, aligned as `align` says, in the place of the writes.
    pub(crate) fn replace(self, builder: &Builder<'ll>, source: (Value<'ll>, u32), size: Value<'ll>) {
        let first = self.writes[0];
        let to = self.destination();
        builder.position_before(&first);
        // SAFETY: the writes are live until they are erased, once each; an address that nothing else uses goes
        // with its write, and then the one that it was made from. The variables that the writes read have no
        // other reader.
        unsafe {
            let raw_first = first.as_value_ref();
            LLVMSetCurrentDebugLocation2(builder.as_mut_ptr(), LLVMInstructionGetDebugLoc(raw_first));
            builder
                .build_memcpy(
                    Value::new(to).pointer(),
                    self.align(),
                    source.0.pointer(),
                    source.1,
                    size.int(),
                )
                .expect("the builder stands before the writes, and alignments are powers of two");
            for write in self.writes {
                let mut pointer = destination_of(write.as_value_ref());
                LLVMInstructionEraseFromParent(write.as_value_ref());
                while !LLVMIsAGetElementPtrInst(pointer).is_null() && LLVMGetFirstUse(pointer).is_null() {
                    let unused = pointer;
                    pointer = LLVMGetOperand(unused, 0);
                    LLVMInstructionEraseFromParent(unused);
                }
            }
            for temporary in self.temporaries {
                temporary.erase();
            }
        }
    }

    /// How many bytes are written.
    pub(crate) fn bytes(&self) -> u64 {
        self.end - self.start
    }

    fn destination(&self) -> LLVMValueRef {
        // SAFETY: the writes are live.
        unsafe { destination_of(self.writes[0].as_value_ref()) }
    }

    /// How many bytes the first write is aligned to.
    pub(crate) fn align(&self) -> u32 {
        match self
            .temporaries
            .first()
            .filter(|_| self.writes[0].get_opcode() != InstructionOpcode::Store)
        {
            Some(temporary) => temporary.align_of_copy(),
            None => self.writes[0].get_alignment().unwrap_or(1),
        }
    }
}

/// Where a store or a copy writes.
///
/// # Safety
/// `write` must be a live one of them.
unsafe fn destination_of(write: LLVMValueRef) -> LLVMValueRef {
    // SAFETY: a store has its address second, a copy first.
    unsafe { LLVMGetOperand(write, if LLVMIsAStoreInst(write).is_null() { 0 } else { 1 }) }
}
