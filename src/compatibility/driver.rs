//! What tells one build of rustc from another: the crate metadata in its `librustc_driver`.
//!
//! The build script reads it from the rustc that the backend is built for, and the backend from the rustc
//! that loads it.

use std::fs::File;
use std::path::Path;

use object::{Object, ObjectSection, ReadCache};

/// The section in which rustc leaves the metadata of a dynamic library
/// (`rustc_codegen_ssa::back::metadata`).
const SECTION: &str = ".rustc";

/// The metadata in the library at `path`. It holds the version of the rustc that compiled the library, and the
/// hash of the crate, in which the hashes of all that it depends on take part: those of every crate of
/// rustc's. `None` if there is none, or no library.
pub fn metadata(path: &Path) -> Option<Vec<u8>> {
    // The library has some 150 MB; only the pages that are asked for are read.
    let file = ReadCache::new(File::open(path).ok()?);
    let library = object::File::parse(&file).ok()?;
    let section = library.section_by_name(SECTION)?;
    section.data().ok().map(<[u8]>::to_vec)
}
