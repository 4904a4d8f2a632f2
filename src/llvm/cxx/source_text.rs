//! The text that the assembler reads, and what it says of itself by line markers (`# 7 "name"`).
//!
//! While the assembler parses, its errors follow the markers. What it finds later (two symbols of one name,
//! `.cfi_` directives outside of a frame) comes with the place in the whole text. A buffer of inkwell's would free the
//! text that it shows (`LLVMGetBufferStart`).

use std::mem::offset_of;

use llvm_sys::core::LLVMGetBufferStart;
use llvm_sys::prelude::LLVMMemoryBufferRef;

use super::containers::Vector;
use super::layout;

/// The first member of `llvm::SourceMgr`: its texts.
#[repr(C)]
#[derive(Default)]
pub(super) struct Sources {
    buffers: Vector<Source>,
}

/// `llvm::SourceMgr::SrcBuffer`, which starts with a pointer to the text's owner.
#[repr(C)]
struct Source {
    owner: LLVMMemoryBufferRef,
    others: [usize; 2],
}

const _: () = {
    assert!(offset_of!(Sources, buffers) == layout::SOURCES_BUFFERS);
    assert!(size_of::<Source>() == layout::SOURCE_SIZE);
    assert!(offset_of!(Source, owner) == layout::SOURCE_TEXT);
};

unsafe extern "C" {
    /// `unsigned llvm::SourceMgr::FindBufferContainingLoc(SMLoc Loc) const`: its number, counted from 1, or 0.
    #[link_name = "_ZNK4llvm9SourceMgr23FindBufferContainingLocENS_5SMLocE"]
    safe fn cxx_find_buffer(manager: &Sources, location: *const u8) -> u32;
}

/// The name and the line that the last marker before `location` gives it, if there is one.
pub(super) fn marked_place(manager: &Sources, location: *const u8) -> Option<(String, usize)> {
    let number = cxx_find_buffer(manager, location).checked_sub(1)? as usize;
    // SAFETY: the owner and its text are alive, and the location is one of the text's: LLVM says so.
    let before = unsafe {
        let start = LLVMGetBufferStart(manager.buffers.as_slice()[number].owner).cast::<u8>();
        let len = usize::try_from(location.offset_from(start)).ok()?;
        std::slice::from_raw_parts(start, len)
    };
    let lines = before.rsplit(|&byte| byte == b'\n').enumerate();
    lines.skip(1).find_map(|(after, line)| {
        let (number, name) = std::str::from_utf8(line.strip_prefix(b"# ")?)
            .ok()?
            .split_once(' ')?;
        let name = name.strip_prefix('"')?.split('"').next()?;
        Some((name.to_owned(), number.parse::<usize>().ok()? + after - 1))
    })
}
