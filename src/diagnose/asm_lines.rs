//! Which line of Rust source an assembly line comes from, by a number that survives LLVM, bitcode and LTO.
//!
//! A cookie is made of what does not change from build to build: 28 bits of the source file's hash,
//! 24 bits for where the line begins in the file, 12 bits for its length. Two tables lead back from it: the
//! files by their hash, and, for `global_asm!`, the cookies of a block by the first of them.

use std::sync::{LazyLock, Mutex, PoisonError};

use rustc_data_structures::fx::FxHashMap;
use rustc_span::source_map::SourceMap;
use rustc_span::{BytePos, Pos, SourceFile, Span};

/// Where the files that cookies were made for begin, and where they end, in this session.
static FILES: LazyLock<Mutex<FxHashMap<u64, (BytePos, BytePos)>>> = LazyLock::new(Mutex::default);
/// The lines of a block of module-level assembly, by the cookie of the first.
static BLOCKS: LazyLock<Mutex<FxHashMap<u64, Vec<u64>>>> = LazyLock::new(Mutex::default);

const FILE_BITS: u32 = 28;
const PLACE_BITS: u32 = 24;
const LENGTH_BITS: u32 = 12;

/// The cookie of `span`; 0 if it has no place in a file, or one too far from its beginning.
pub(crate) fn cookie_of(source_map: &SourceMap, span: Span) -> u64 {
    let data = span.data_untracked();
    if data.is_dummy() {
        return 0;
    }
    let file = source_map.lookup_source_file(data.lo);
    remember_file(&file);
    let place = u64::from((data.lo - file.start_pos).to_u32());
    let length = u64::from((data.hi - data.lo).to_u32()).min((1 << LENGTH_BITS) - 1);
    if place >> PLACE_BITS != 0 {
        return 0;
    }
    file_key(&file) << (PLACE_BITS + LENGTH_BITS) | place << LENGTH_BITS | length
}

/// Makes the cookies of `file` readable in this session.
pub(crate) fn remember_file(file: &SourceFile) {
    let bounds = (file.start_pos, file.end_position());
    lock(&FILES).insert(file_key(file), bounds);
}

fn file_key(file: &SourceFile) -> u64 {
    // The hash of the file's content is the same for every crate that knows the file.
    let hash = file
        .src_hash
        .hash_bytes()
        .iter()
        .take(8)
        .fold(0_u64, |hash, &byte| hash << 8 | u64::from(byte));
    // Not zero, so that no cookie is.
    hash >> (64 - FILE_BITS) | 1
}

/// Where `cookie` stands for in this session.
pub(super) fn bounds_of(cookie: u64) -> Option<(BytePos, BytePos)> {
    let (start, end) = *lock(&FILES).get(&(cookie >> (PLACE_BITS + LENGTH_BITS)))?;
    let place = (cookie >> LENGTH_BITS) & ((1 << PLACE_BITS) - 1);
    let length = cookie & ((1 << LENGTH_BITS) - 1);
    let lo = start + BytePos(place as u32);
    let hi = lo + BytePos(length as u32);
    (hi <= end).then_some((lo, hi))
}

/// Notes that the cookies are those of a block's lines, which its marker will stand for.
pub(crate) fn remember_lines(cookies: &[u64]) -> &[u64] {
    if let [first, ..] = *cookies {
        lock(&BLOCKS).insert(first, cookies.to_vec());
    }
    cookies
}

/// What stands for a file name in the line marker of a block.
pub(crate) fn marker(first: u64) -> String {
    format!("rust-asm-{first:016x}")
}

/// The cookie of a line, counted from 1, of the block that `marker` stands for.
pub(super) fn cookie_at(marker: &str, line: usize) -> Option<u64> {
    let first = u64::from_str_radix(marker.strip_prefix("rust-asm-")?, 16).ok()?;
    let blocks = lock(&BLOCKS);
    let lines = blocks.get(&first);
    let own = lines.and_then(|lines| lines.get(line.checked_sub(1)?).copied());
    Some(own.unwrap_or(first))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
