//! Runs of stores that put constants side by side: found in a block, and replaced by one copy.
//!
//! Every instruction is looked at. Of `LLVMGetVolatile`, `LLVMGetOrdering`, `LLVMGetMetadata`, `LLVMConstIntGetSExtValue`
//! and `LLVMGetGEPSourceElementType`, inkwell's methods ask for the opcode, the width or the kind again, and it counts
//! the indices (`LLVMGetNumIndices`) of other instructions only.

use std::collections::HashSet;
use std::mem::ManuallyDrop;

use inkwell::DLLStorageClass;
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::targets::TargetData;
use inkwell::values::{BasicValue, InstructionOpcode, InstructionValue};
use llvm_sys::core::*;
use llvm_sys::target::LLVMGetModuleDataLayout;
use llvm_sys::{LLVMAtomicOrdering, LLVMOpcode, LLVMTypeKind, LLVMValueKind};

use super::constants;
use super::metadata::MetadataKind;
use super::safe::methods;
use super::temporaries::{self, Fresh, Piece, Temporary};
use super::values::{Type, Value};

impl<'ll> Value<'ll> {
    methods! {
        /// The operation of a constant expression.
        fn constant_opcode(self) -> LLVMOpcode = LLVMGetConstOpcode;
        fn is_volatile(self) -> bool = LLVMGetVolatile;
        fn ordering(self) -> LLVMAtomicOrdering = LLVMGetOrdering;
        fn has_metadata(self, kind: u32) -> bool = LLVMGetMetadata;
        fn index_count(self) -> u32 = LLVMGetNumIndices;
        fn source_element(self) -> Type<'ll> = LLVMGetGEPSourceElementType;
        fn sign_extended(self) -> i64 = LLVMConstIntGetSExtValue;
    }
}

/// Whether a value is one that a global can be initialised with: a number, or the address of something that
/// the linker knows. An imported address is none, since it is read from a table; neither is that of a
/// thread's variable.
pub(crate) fn is_static(value: Value<'_>) -> bool {
    match value.kind() {
        LLVMValueKind::LLVMConstantIntValueKind
        | LLVMValueKind::LLVMConstantFPValueKind
        | LLVMValueKind::LLVMConstantPointerNullValueKind
        | LLVMValueKind::LLVMUndefValueValueKind => true,
        LLVMValueKind::LLVMFunctionValueKind | LLVMValueKind::LLVMGlobalVariableValueKind => {
            let global = value.global();
            global.get_dll_storage_class() != DLLStorageClass::Import && !global.is_thread_local()
        }
        LLVMValueKind::LLVMConstantExprValueKind => {
            value.constant_opcode() == LLVMOpcode::LLVMGetElementPtr && is_static(value.operand(0))
        }
        _ => false,
    }
}

/// Writes of constants to adjacent places, with nothing between them that could tell in which order, or when
/// within the run, they are executed.
pub(crate) struct Run<'ll> {
    writes: Vec<InstructionValue<'ll>>,
    pieces: Vec<Piece<'ll>>,
    /// What the copies among the writes read.
    temporaries: Vec<Temporary<'ll>>,
    base: Value<'ll>,
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
    let layout = layout_of(module);
    let mut fresh = Fresh::at_start_of(block);
    let mut stores = HashSet::new();
    for instruction in block.get_instructions() {
        let value = Value::from(instruction);
        if value.is_element_pointer() {
            // Computes an address, and touches no memory.
            continue;
        }
        let write = match plain_store(&layout, value) {
            Some(store) => {
                stores.insert(value);
                Some(Write::of(store))
            }
            None if through_temporaries => copy_of_constants(&layout, value, &stores),
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
        fresh.note(value, write.as_ref().map(|write| write.base));
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
    found.extend(open.filter(|run| run.writes.len() >= least));
    // What fills a temporary goes with it.
    let gone: HashSet<Value<'ll>> = found
        .iter()
        .flat_map(|run| run.temporaries.iter().map(Temporary::variable))
        .collect();
    found.retain(|run| !gone.contains(&run.base));
    found
}

/// The sizes of types, as the module has them.
fn layout_of(module: &Module<'_>) -> ManuallyDrop<TargetData> {
    // SAFETY: the layout is the module's, which is borrowed for as long as it is used here, and frees it.
    unsafe { ManuallyDrop::new(TargetData::new(LLVMGetModuleDataLayout(module.as_mut_ptr()))) }
}

/// One instruction that writes constants.
#[derive(Clone)]
struct Write<'ll> {
    base: Value<'ll>,
    offset: u64,
    size: u64,
    /// What is written, by its distance from `offset`.
    pieces: Vec<Piece<'ll>>,
    temporary: Option<Temporary<'ll>>,
}

impl<'ll> Write<'ll> {
    fn of(store: Store<'ll>) -> Self {
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
fn copy_of_constants<'ll>(
    layout: &TargetData,
    instruction: Value<'ll>,
    stores: &HashSet<Value<'ll>>,
) -> Option<Write<'ll>> {
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

/// A store of a constant, at a known distance from its base.
pub(super) struct Store<'ll> {
    pub(super) value: Value<'ll>,
    base: Value<'ll>,
    offset: u64,
    pub(super) size: u64,
}

/// The store that `instruction` is, if it is neither volatile nor atomic, nor past the cache, and its value a scalar.
pub(super) fn plain_store<'ll>(layout: &TargetData, instruction: Value<'ll>) -> Option<Store<'ll>> {
    if !instruction.is_store()
        || instruction.is_volatile()
        || instruction.ordering() != LLVMAtomicOrdering::LLVMAtomicOrderingNotAtomic
        || instruction.has_metadata(MetadataKind::NonTemporal as u32)
    {
        return None;
    }
    let value = instruction.operand(0);
    let ty = value.ty();
    let is_scalar = matches!(
        ty.kind(),
        LLVMTypeKind::LLVMIntegerTypeKind
            | LLVMTypeKind::LLVMPointerTypeKind
            | LLVMTypeKind::LLVMFloatTypeKind
            | LLVMTypeKind::LLVMDoubleTypeKind
    );
    let size = layout.get_store_size(&ty);
    // In a packed struct a field takes what it takes in an array.
    if !is_scalar || size != layout.get_abi_size(&ty) || !is_static(value) {
        return None;
    }
    let (base, offset) = place(layout, instruction.operand(1))?;
    Some(Store {
        value,
        base,
        offset,
        size,
    })
}

/// Follows an address to its base, by indices that are known.
pub(super) fn place<'ll>(layout: &TargetData, mut pointer: Value<'ll>) -> Option<(Value<'ll>, u64)> {
    let mut offset = 0_u64;
    while pointer.is_element_pointer() {
        let index = pointer.operand(1);
        if pointer.index_count() != 1 || !index.int().is_constant_int() {
            return None;
        }
        let index = u64::try_from(index.sign_extended()).ok()?;
        let size = layout.get_abi_size(&pointer.source_element());
        offset = offset.checked_add(index.checked_mul(size)?)?;
        pointer = pointer.operand(0);
    }
    Some((pointer, offset))
}

impl<'ll> Run<'ll> {
    fn goes_on_with(&self, write: &Write<'ll>) -> bool {
        let gap = write.offset.checked_sub(self.end);
        write.base == self.base && gap.is_some_and(|gap| gap == 0 || self.is_fresh && gap <= LARGEST_GAP)
    }

    /// Takes `instruction` in, which is `write`.
    fn push(&mut self, instruction: InstructionValue<'ll>, write: Write<'ll>) {
        self.writes.push(instruction);
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
            fields.push(piece.value);
            end = piece.offset + piece.size;
        }
        fill(&mut fields, self.bytes() - end);
        constants::structure(context, &fields, true)
    }

    /// Puts a copy of `size` bytes from `source`, aligned as `align` says, in the place of the writes.
    pub(crate) fn replace(self, builder: &Builder<'ll>, source: (Value<'ll>, u32), size: Value<'ll>) {
        let first = self.writes[0];
        let (to, align) = (self.destination(), self.align());
        builder.position_before(&first);
        match first.get_debug_location() {
            Some(location) => builder.set_current_debug_location(location),
            None => builder.unset_current_debug_location(),
        }
        builder
            .build_memcpy(to.pointer(), align, source.0.pointer(), source.1, size.int())
            .expect("the builder stands before the writes, and alignments are powers of two");
        for write in self.writes {
            // An address that nothing else uses goes with its write, and then the one that it was made from.
            let mut pointer = destination_of(write.into());
            write.erase_from_basic_block();
            while pointer.is_element_pointer() && pointer.get_first_use().is_none() {
                let unused = pointer;
                pointer = unused.operand(0);
                temporaries::erase(unused);
            }
        }
        // The variables that the writes read have no other reader.
        for temporary in self.temporaries {
            temporary.erase();
        }
    }

    /// How many bytes are written.
    pub(crate) fn bytes(&self) -> u64 {
        self.end - self.start
    }

    fn destination(&self) -> Value<'ll> {
        destination_of(self.writes[0].into())
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

/// Where a store or a copy writes: a store has its address second, a copy first.
fn destination_of(write: Value<'_>) -> Value<'_> {
    write.operand(write.is_store().into())
}
