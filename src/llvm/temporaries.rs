//! Local variables that constants pass through on their way, and those in which nothing is yet.

use std::collections::HashSet;
use std::sync::LazyLock;

use llvm_sys::LLVMValueKind;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMValueRef};
use llvm_sys::target::LLVMTargetDataRef;

use super::attributes::kind;
use super::intrinsics;
use super::stores::{place, plain_store};

/// A constant in memory.
#[derive(Copy, Clone)]
pub(super) struct Piece {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) value: LLVMValueRef,
}

/// A `memcpy` of a known size.
pub(super) struct Copy {
    instruction: LLVMValueRef,
    pub(super) to: LLVMValueRef,
    from: LLVMValueRef,
    pub(super) size: u64,
}

/// What `instruction` copies, if it is such a one, and not volatile.
///
/// # Safety
/// `instruction` must be live.
pub(super) unsafe fn copy(instruction: LLVMValueRef) -> Option<Copy> {
    // SAFETY: the caller vouches for the instruction; the operands are those of the intrinsic.
    unsafe {
        if called(instruction) != Some(*MEMCPY) {
            return None;
        }
        let [to, from, size, volatile] = [0, 1, 2, 3].map(|index| LLVMGetOperand(instruction, index));
        let is_known = !LLVMIsAConstantInt(size).is_null() && LLVMConstIntGetZExtValue(volatile) == 0;
        is_known.then(|| Copy {
            instruction,
            to,
            from,
            size: LLVMConstIntGetZExtValue(size),
        })
    }
}

/// The intrinsic that `instruction` calls.
///
/// # Safety
/// `instruction` must be live.
unsafe fn called(instruction: LLVMValueRef) -> Option<u32> {
    // SAFETY: the caller vouches for the instruction; what is no function has no number.
    unsafe {
        if LLVMIsACallInst(instruction).is_null() {
            return None;
        }
        let callee = LLVMGetCalledValue(instruction);
        match LLVMGetValueKind(callee) {
            LLVMValueKind::LLVMFunctionValueKind => {
                Some(LLVMGetIntrinsicID(callee)).filter(|&number| number != 0)
            }
            _ => None,
        }
    }
}

/// A variable that is filled with constants, and copied once.
#[derive(Clone)]
pub(super) struct Temporary {
    variable: LLVMValueRef,
    pub(super) pieces: Vec<Piece>,
    align_of_copy: u32,
    /// What else uses the variable, each before what uses it.
    users: Vec<LLVMValueRef>,
}

impl Temporary {
    /// The variable that `copy` reads, if that is all that is done with it but for stores of constants before, in
    /// `stores`, which are of one block with the copy.
    ///
    /// # Safety
    /// All must be live, and of the module that `layout` is of.
    pub(super) unsafe fn read_by(
        layout: LLVMTargetDataRef,
        copy: &Copy,
        stores: &HashSet<LLVMValueRef>,
    ) -> Option<Self> {
        // SAFETY: the caller vouches for them; the questions suit what the values were tested to be.
        unsafe {
            if LLVMIsAAllocaInst(copy.from).is_null() {
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
                let mut next = LLVMGetFirstUse(pointer);
                while !next.is_null() {
                    let user = LLVMGetUser(next);
                    next = LLVMGetNextUse(next);
                    if user == copy.instruction && pointer == copy.from {
                        continue;
                    }
                    if !LLVMIsAGetElementPtrInst(user).is_null() {
                        pointers.push(user);
                    } else if stores.contains(&user) {
                        let store = plain_store(layout, user)?;
                        let (base, offset) = place(layout, LLVMGetOperand(user, 1))?;
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

    pub(super) fn variable(&self) -> LLVMValueRef {
        self.variable
    }

    /// How many bytes the destination of the copy is aligned to.
    pub(super) fn align_of_copy(&self) -> u32 {
        self.align_of_copy
    }

    /// Removes the variable, of which the copy is gone already.
    ///
    /// # Safety
    /// The function must not have been changed otherwise.
    pub(super) unsafe fn erase(self) {
        // SAFETY: what uses another is erased before it.
        unsafe {
            for user in self.users.into_iter().rev() {
                LLVMInstructionEraseFromParent(user);
            }
            LLVMInstructionEraseFromParent(self.variable);
        }
    }
}

/// # Safety
/// `copy` must be a live copy.
unsafe fn align_of_destination(copy: LLVMValueRef) -> u32 {
    // SAFETY: the first parameter is an address, whose attribute has a number.
    unsafe {
        let attribute = LLVMGetCallSiteEnumAttribute(copy, 1, kind("align"));
        match attribute.is_null() {
            true => 1,
            false => LLVMGetEnumAttributeValue(attribute) as u32,
        }
    }
}

/// Whether the life of a variable begins or ends there.
///
/// # Safety
/// `instruction` must be live.
unsafe fn begins_or_ends(instruction: LLVMValueRef) -> bool {
    // SAFETY: the caller vouches for it.
    let called = unsafe { called(instruction) };
    called.is_some_and(|number| number == *BEGIN || number == *END)
}

// The numbers of intrinsics, which LLVM finds by their names: they are the same throughout the process.
static MEMCPY: LazyLock<u32> = LazyLock::new(|| intrinsics::id("llvm.memcpy"));
static BEGIN: LazyLock<u32> = LazyLock::new(|| intrinsics::id("llvm.lifetime.start"));
static END: LazyLock<u32> = LazyLock::new(|| intrinsics::id("llvm.lifetime.end"));

/// The memory in which there is nothing at some place of a block, as far as is known.
pub(super) struct Fresh {
    /// The variables whose life has begun in this block, and that were not written since.
    begun: HashSet<LLVMValueRef>,
    /// In the first block, and before the first call, everything of the function's own is fresh that is not
    /// here.
    written: Option<HashSet<LLVMValueRef>>,
}

impl Fresh {
    /// # Safety
    /// `block` must be live.
    pub(super) unsafe fn at_start_of(block: LLVMBasicBlockRef) -> Self {
        // SAFETY: the caller vouches for it, and so for its function.
        let is_first = unsafe { LLVMGetEntryBasicBlock(LLVMGetBasicBlockParent(block)) == block };
        Fresh {
            begun: HashSet::new(),
            written: is_first.then(HashSet::new),
        }
    }

    /// Whether there is nothing at `base`.
    ///
    /// # Safety
    /// `base` must be live.
    pub(super) unsafe fn holds(&self, base: LLVMValueRef) -> bool {
        // SAFETY: the caller vouches for it; the questions suit what it was tested to be.
        let is_own = || unsafe {
            if LLVMIsAArgument(base).is_null() {
                return !LLVMIsAAllocaInst(base).is_null();
            }
            // A place for the result, which holds none yet.
            let function = LLVMGetParamParent(base);
            LLVMGetParam(function, 0) == base
                && !LLVMGetEnumAttributeAtIndex(function, 1, kind("sret")).is_null()
        };
        let is_unwritten = |written: &HashSet<LLVMValueRef>| !written.contains(&base) && is_own();
        self.begun.contains(&base) || self.written.as_ref().is_some_and(is_unwritten)
    }

    /// Goes past `instruction`, which writes constants to `base` if there is one.
    ///
    /// # Safety
    /// `instruction` must be live.
    pub(super) unsafe fn note(&mut self, instruction: LLVMValueRef, base: Option<LLVMValueRef>) {
        // SAFETY: the caller vouches for it; the questions suit what it was tested to be.
        unsafe {
            if let Some(base) = base {
                self.begun.remove(&base);
                if let Some(written) = &mut self.written {
                    written.insert(base);
                }
                if LLVMIsAAllocaInst(base).is_null() && LLVMIsAArgument(base).is_null() {
                    self.forget();
                }
            } else if begins_or_ends(instruction) {
                let variable = LLVMGetOperand(instruction, 0);
                if called(instruction) == Some(*BEGIN) {
                    self.begun.insert(variable);
                } else {
                    self.begun.remove(&variable);
                }
            } else if LLVMIsAAllocaInst(instruction).is_null() && LLVMIsALoadInst(instruction).is_null() {
                self.forget();
            }
        }
    }

    /// Anything may have been written.
    fn forget(&mut self) {
        self.begun.clear();
        self.written = None;
    }
}
