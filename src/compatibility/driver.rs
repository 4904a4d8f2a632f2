//! What tells one build of rustc from another: the crate metadata in its `librustc_driver`.
//!
//! The build script reads it from the rustc that the backend is built for, and the backend from the rustc
//! that loads it.

use std::fs::File;
use std::path::Path;

use object::elf::FileHeader64;
use object::read::elf::{FileHeader, SectionHeader};
use object::{NativeEndian, ReadCache};

/// The section in which rustc leaves the metadata of a dynamic library
/// (`rustc_codegen_ssa::back::metadata`).
const SECTION: &str = ".rustc";

/// The metadata in the library at `path`. It holds the version of the rustc that compiled the library, and the
/// hash of the crate, in which the hashes of all that it depends on take part: those of every crate of
/// rustc's. `None` if there is none, or no library.
pub fn metadata(path: &Path) -> Option<Vec<u8>> {
    // The library has some 150 MB; only the parts that are asked for are read. `object::File` would ask for its
    // symbols, too, which took longer than all else before the first line is compiled.
    let file = &ReadCache::new(File::open(path).ok()?);
    let header = FileHeader64::<NativeEndian>::parse(file).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, file).ok()?;
    let (_, section) = sections.section_by_name(endian, SECTION.as_bytes())?;
    section.data(endian, file).ok().map(<[u8]>::to_vec)
}
