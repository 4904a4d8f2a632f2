//! What a function inherits that takes over a part of another one's body.
//!
//! Such a function does not exist for the user: whatever the surroundings were compiled with for safety or
//! correctness must hold in it too. That is everything but what is listed here: return-address signing,
//! thunks, stack protectors, red zones, probes, sanitizers, target features, and what LLVM comes to have. The
//! list is of what is only true, or only wanted, of the whole function.

use std::ffi::CStr;
use std::sync::OnceLock;

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::values::FunctionValue;

use crate::llvm::attributes::kind;

/// Attributes of the whole function only, by LLVM's names.
const OF_THE_WHOLE: &[&str] = &[
    // What its body does: an inherited promise would cover less than was promised, or too much.
    "memory",
    "mustprogress",
    "nofree",
    "noreturn",
    "norecurse",
    "nosync",
    "nounwind",
    "willreturn",
    // How it is inlined, which whoever takes the body apart decides.
    "alwaysinline",
    "inlinehint",
    "noinline",
    // What it is called as: a part of an allocator.
    "allockind",
    "allocsize",
];

/// The same, of attributes that LLVM knows as text.
const TEXT_OF_THE_WHOLE: &[&CStr] = &[
    // What it is called as: a part of an allocator, an import, an interrupt's handler, an entry from
    // the world outside of a secure one.
    c"alloc-family",
    c"alloc-variant-zeroed",
    c"wasm-import-module",
    c"wasm-import-name",
    c"interrupt",
    c"cmse_nonsecure_entry",
    // Hooks and room for patches at the entry: the tools count and patch functions of the source.
    c"fentry-call",
    c"function-instrument",
    c"instrument-function-entry-inlined",
    c"mnop-mcount",
    c"mrecord-mcount",
    c"patchable-function-entry",
    c"patchable-function-entry-section",
    c"patchable-function-prefix",
    c"xray-ignore-loops",
    c"xray-instruction-threshold",
    c"xray-skip-entry",
    c"xray-skip-exit",
];

/// Gives `part` what `whole` has for its body's sake, its section included: code that must be at hand early,
/// or late, must not call elsewhere.
pub(crate) fn inherit<'ll>(whole: FunctionValue<'ll>, part: FunctionValue<'ll>) {
    for attribute in whole.attributes(AttributeLoc::Function) {
        if !is_of_the_whole(attribute) {
            part.add_attribute(AttributeLoc::Function, attribute);
        }
    }
    part.set_section(whole.get_section().and_then(|section| section.to_str().ok()));
}

fn is_of_the_whole(attribute: Attribute) -> bool {
    // The numbers are the same for the whole life of LLVM.
    static KINDS: OnceLock<Vec<u32>> = OnceLock::new();
    if attribute.is_string() {
        return TEXT_OF_THE_WHOLE.contains(&attribute.get_string_kind_id());
    }
    KINDS
        .get_or_init(|| OF_THE_WHOLE.iter().map(|name| kind(name)).collect())
        .contains(&attribute.get_enum_kind_id())
}
