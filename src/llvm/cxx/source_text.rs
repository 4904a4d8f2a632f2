//! The text that the assembler reads, and what it says of itself by line markers (`# 7 "name"`).
//!
//! While the assembler parses, its errors follow the markers. What it finds later (two symbols of one name,
//! `.cfi_` directives outside of a frame) comes with the place in the whole text. A buffer of inkwell's would free the
//! text that it shows (`LLVMGetBufferStart`).

use std::ffi::c_void;

use llvm_sys::core::LLVMGetBufferStart;

use super::layout;

unsafe extern "C" {
    /// `unsigned llvm::SourceMgr::FindBufferContainingLoc(SMLoc Loc) const`: its number, counted from 1, or 0.
    #[link_name = "_ZNK4llvm9SourceMgr23FindBufferContainingLocENS_5SMLocE"]
    fn cxx_find_buffer(manager: *const c_void, location: *const u8) -> u32;
}

/// The name and the line that the last marker before `location` gives it, if there is one.
///
/// # Safety
/// `manager` must be a `SourceMgr`, and `location` one of its places.
pub(super) unsafe fn marked_place(manager: *const c_void, location: *const u8) -> Option<(String, usize)> {
    // SAFETY: promised by the caller; the manager's vector of buffers starts with a pointer to them, each of
    // which starts with a pointer to the text's owner, which LLVM-C takes.
    let before = unsafe {
        let number = cxx_find_buffer(manager, location).checked_sub(1)? as usize;
        let buffers = *manager.byte_add(layout::SOURCES_BUFFERS).cast::<*const c_void>();
        let owner = *buffers
            .byte_add(number * layout::SOURCE_SIZE + layout::SOURCE_TEXT)
            .cast::<llvm_sys::prelude::LLVMMemoryBufferRef>();
        let start = LLVMGetBufferStart(owner).cast::<u8>();
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
