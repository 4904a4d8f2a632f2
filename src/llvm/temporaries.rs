//! Local variables that constants pass through on their way, and those in which nothing is yet.
//!
//! inkwell's `Intrinsic` keeps its number to itself (`LLVMLookupIntrinsicID`), and what uses a value, or is called, it asks
//! for its kind or compares its type (`LLVMGetUser`, `LLVMGetCalledValue`).

use std::collections::HashSet;
use std::sync::LazyLock;

use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::targets::TargetData;
use inkwell::values::{BasicValue, BasicValueUse, FunctionValue};
use llvm_sys::core::*;

use super::attributes::kind;
use super::calls;
use super::safe::{functions, methods};
use super::stores::{place, plain_store};
use super::values::Value;

impl<'ll> Value<'ll> {
    methods! {
        fn called_function(self) -> Option<FunctionValue<'ll>> = LLVMGetCalledValue;
        /// The function that an argument is one of.
        fn function(self) -> Option<FunctionValue<'ll>> = LLVMGetParamParent;
    }
}

functions! {
    fn user<'ll>(of: BasicValueUse<'ll>) -> Value<'ll> = LLVMGetUser;
    fn number_of(intrinsic: &str as usize) -> u32 = LLVMLookupIntrinsicID;
}

/// A constant in memory.
#[derive(Copy, Clone)]
pub(super) struct Piece<'ll> {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) value: Value<'ll>,
}

/// A `memcpy` of a known size.
pub(super) struct Copy<'ll> {
    instruction: Value<'ll>,
    pub(super) to: Value<'ll>,
    from: Value<'ll>,
    pub(super) size: u64,
}

/// What `instruction` copies, if it is such a one, and not volatile.
pub(super) fn copy(instruction: Value<'_>) -> Option<Copy<'_>> {
    if called(instruction) != Some(*MEMCPY) {
        return None;
    }
    let [to, from, size, volatile] = [0, 1, 2, 3].map(|index| instruction.operand(index));
    let size = size.int().get_zero_extended_constant()?;
    (volatile.int().get_zero_extended_constant() == Some(0)).then_some(Copy {
        instruction,
        to,
        from,
        size,
    })
}

/// The intrinsic that `instruction` calls.
fn called(instruction: Value<'_>) -> Option<u32> {
    if !instruction.is_call() {
        return None;
    }
    let number = instruction.called_function()?.get_intrinsic_id();
    (number != 0).then_some(number)
}

/// A variable that is filled with constants, and copied once.
#[derive(Clone)]
pub(super) struct Temporary<'ll> {
    variable: Value<'ll>,
    pub(super) pieces: Vec<Piece<'ll>>,
    align_of_copy: u32,
    /// What else uses the variable, each before what uses it.
    users: Vec<Value<'ll>>,
}

impl<'ll> Temporary<'ll> {
    /// The variable that `copy` reads, if that is all that is done with it but for stores of constants before, in
    /// `stores`, which are of one block with the copy.
    pub(super) fn read_by(
        layout: &TargetData,
        copy: &Copy<'ll>,
        stores: &HashSet<Value<'ll>>,
    ) -> Option<Self> {
        if !copy.from.is_alloca() {
            return None;
        }
        let mut temporary = Temporary {
            variable: copy.from,
            pieces: Vec::new(),
            align_of_copy: align_of_destination(copy.instruction),
            users: Vec::new(),
        };
        let mut pointers = vec![copy.from];
        while let Some(pointer) = pointers.pop() {
            let uses = std::iter::successors(pointer.get_first_use(), |of| of.get_next_use());
            for user in uses.map(user) {
                if user == copy.instruction && pointer == copy.from {
                    continue;
                }
                if user.is_element_pointer() {
                    pointers.push(user);
                } else if stores.contains(&user) {
                    let store = plain_store(layout, user)?;
                    let (base, offset) = place(layout, user.operand(1))?;
                    if base != copy.from || store.value == pointer {
                        return None;
                    }
                    temporary.pieces.push(Piece {
                        offset,
                        size: store.size,
                        value: store.value,
                    });
                } else if !begins_or_ends(user) {
                    return None;
                }
                temporary.users.push(user);
            }
        }
        temporary.is_within(copy.size).then_some(temporary)
    }

    /// Puts the pieces in order. Whether they lie side by side, and within `size` bytes.
    fn is_within(&mut self, size: u64) -> bool {
        self.pieces.sort_unstable_by_key(|piece| piece.offset);
        let mut end = 0;
        for piece in &self.pieces {
            if piece.offset < end {
                return false;
            }
            end = piece.offset + piece.size;
        }
        end <= size && !self.pieces.is_empty()
    }

    pub(super) fn variable(&self) -> Value<'ll> {
        self.variable
    }

    /// How many bytes the destination of the copy is aligned to.
    pub(super) fn align_of_copy(&self) -> u32 {
        self.align_of_copy
    }

    /// Removes the variable, of which the copy is gone already.
    pub(super) fn erase(self) {
        // What uses another is erased before it.
        self.users.into_iter().rev().for_each(erase);
        erase(self.variable);
    }
}

/// Removes an instruction, which nothing uses any more.
pub(super) fn erase(value: Value<'_>) {
    if let Some(instruction) = value.instruction() {
        instruction.erase_from_basic_block();
    }
}

/// The alignment that a copy says its first parameter has: an address.
fn align_of_destination(copy: Value<'_>) -> u32 {
    calls::call_site_of(copy)
        .and_then(|call| call.get_enum_attribute(AttributeLoc::Param(0), kind("align")))
        .map_or(1, |align| align.get_enum_value() as u32)
}

/// Whether the life of a variable begins or ends there.
fn begins_or_ends(instruction: Value<'_>) -> bool {
    called(instruction).is_some_and(|number| number == *BEGIN || number == *END)
}

// The numbers of intrinsics, which LLVM finds by their names: they are the same throughout the process.
static MEMCPY: LazyLock<u32> = LazyLock::new(|| number_of("llvm.memcpy"));
static BEGIN: LazyLock<u32> = LazyLock::new(|| number_of("llvm.lifetime.start"));
static END: LazyLock<u32> = LazyLock::new(|| number_of("llvm.lifetime.end"));

/// The memory in which there is nothing at some place of a block, as far as is known.
pub(super) struct Fresh<'ll> {
    /// The variables whose life has begun in this block, and that were not written since.
    begun: HashSet<Value<'ll>>,
    /// In the first block, and before the first call, everything of the function's own is fresh that is not
    /// here.
    written: Option<HashSet<Value<'ll>>>,
}

impl<'ll> Fresh<'ll> {
    pub(super) fn at_start_of(block: BasicBlock<'ll>) -> Self {
        let first = block
            .get_parent()
            .and_then(|function| function.get_first_basic_block());
        Fresh {
            begun: HashSet::new(),
            written: (first == Some(block)).then(HashSet::new),
        }
    }

    /// Whether there is nothing at `base`.
    pub(super) fn holds(&self, base: Value<'ll>) -> bool {
        let is_unwritten = |written: &HashSet<Value<'ll>>| !written.contains(&base) && is_own(base);
        self.begun.contains(&base) || self.written.as_ref().is_some_and(is_unwritten)
    }

    /// Goes past `instruction`, which writes constants to `base` if there is one.
    pub(super) fn note(&mut self, instruction: Value<'ll>, base: Option<Value<'ll>>) {
        if let Some(base) = base {
            self.begun.remove(&base);
            if let Some(written) = &mut self.written {
                written.insert(base);
            }
            if !base.is_alloca() && !base.is_argument() {
                self.forget();
            }
        } else if begins_or_ends(instruction) {
            let variable = instruction.operand(0);
            if called(instruction) == Some(*BEGIN) {
                self.begun.insert(variable);
            } else {
                self.begun.remove(&variable);
            }
        } else if !instruction.is_alloca() && !instruction.is_load() {
            self.forget();
        }
    }

    /// Anything may have been written.
    fn forget(&mut self) {
        self.begun.clear();
        self.written = None;
    }
}

/// Whether `base` is the function's own memory: a variable, or the place for its result, which holds none yet.
fn is_own(base: Value<'_>) -> bool {
    if !base.is_argument() {
        return base.is_alloca();
    }
    base.function().is_some_and(|function| {
        let is_result = || function.get_enum_attribute(AttributeLoc::Param(0), kind("sret"));
        calls::parameter(function, 0) == base && is_result().is_some()
    })
}
