//! Which line of Rust source a line of assembly comes from, in a number that LLVM hands back with its errors.
//!
//! LLVM carries one 64-bit "cookie" for each line of an asm (LangRef, "Inline Asm Metadata": `!srcloc`)
//! through optimisation, bitcode and LTO. A position in rustc's source map would be the shortest, but it
//! depends on what else has been loaded, so IR that holds one is different from build to build, and means
//! nothing in another crate (rust-lang/rust#150451). Ours is made of what is stable: a hash of the
//! file's content, and the place in the file. `diagnose` knows the files by that hash.

use inkwell::values::CallSiteValue;
use rustc_codegen_ssa::traits::*;
use rustc_span::Span;

use crate::codegen::context::CodegenCx;
use crate::diagnose;
use crate::llvm::metadata;

/// The cookie of each line.
pub(super) fn cookies(cx: &CodegenCx<'_, '_>, lines: &[Span]) -> Vec<u64> {
    let source_map = cx.tcx.sess.source_map();
    lines
        .iter()
        .map(|&line| diagnose::cookie_of(source_map, line))
        .collect()
}

/// Attaches the cookies of `lines` to an asm.
///
/// LLVM puts the directive `.intel_syntax` on a line of its own before a text of that syntax, so with
/// several lines the first entry is that directive's; errors about the text as a whole have it too, so it is the
/// first line's. With one, every line of the text takes that: the text may
/// be a macro's, all of it from one token.
pub(super) fn attach(cx: &CodegenCx<'_, '_>, call: CallSiteValue<'_>, lines: &[Span], intel: bool) {
    let mut entries = Vec::with_capacity(lines.len() + 1);
    let cookies = cookies(cx, lines);
    if let (true, [first, _, ..]) = (intel, &*cookies) {
        entries.push(*first);
    }
    entries.extend(cookies);
    let operands: Vec<_> = entries
        .into_iter()
        .map(|cookie| metadata::constant(cx.const_u64(cookie)))
        .collect();
    let node = metadata::node(cx.llcx, &operands);
    metadata::attach_by_id(cx.llcx, call.into(), cx.llcx.get_kind_id("srcloc"), node);
}
