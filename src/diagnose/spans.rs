//! Where in the source a function of the crate comes from, by the symbol that LLVM knows it by.
//!
//! The threads on which LLVM works have no access to rustc's queries, so the places are noted while the
//! functions are declared: two numbers for each function of the local crate.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};

use rustc_data_structures::unhash::UnhashMap;
use rustc_middle::ty::TyCtxt;
use rustc_span::def_id::DefId;
use rustc_span::source_map::SourceMap;
use rustc_span::{BytePos, Span, SyntaxContext};

/// The bounds of a span, by the hash of a symbol. A collision would show a wrong place in an error message.
static PLACES: LazyLock<Mutex<UnhashMap<u64, (BytePos, BytePos)>>> = LazyLock::new(Mutex::default);

/// The longest span that is stored in a `Span` itself. Longer ones are looked up in a table of the session,
/// which other threads do not have (`rustc_span::span_encoding`).
const MAX_INLINE_LEN: u32 = 0x7ffe;

/// Notes that `symbol` stands for the function `def_id`, for the case that LLVM complains about it.
pub(crate) fn remember_function(tcx: TyCtxt<'_>, symbol: &str, def_id: DefId) {
    if !def_id.is_local() {
        return;
    }
    // A moved function must not be compiled anew for what only an error message would say of it.
    let span = tcx
        .dep_graph
        .with_ignore(|| tcx.def_span(def_id))
        .data_untracked();
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    places.insert(hash(symbol), (span.lo, span.hi));
}

/// The place of the function that `symbol` stands for, as a span that any thread may handle.
pub(super) fn span_of(symbol: &str) -> Option<Span> {
    let places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let &(lo, hi) = places.get(&hash(symbol))?;
    let hi = hi.min(lo + BytePos(MAX_INLINE_LEN));
    Some(Span::new(lo, hi, SyntaxContext::root(), None))
}

/// Where `span` begins, as `file:line:column`.
pub(crate) fn place_of(source_map: &SourceMap, span: Span) -> String {
    let place = source_map.lookup_char_pos(span.lo());
    let file = source_map.filename_for_diagnostics(&place.file.name);
    format!("{file}:{}:{}", place.line, place.col.0 + 1)
}

fn hash(symbol: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    symbol.hash(&mut hasher);
    hasher.finish()
}
