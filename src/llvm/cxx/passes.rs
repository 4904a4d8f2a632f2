//! What LLVM is doing right now, and what it could do: the passes.

use std::ffi::c_void;
use std::mem::offset_of;

use super::layout;
use super::stream::{Out, collect};

/// `llvm::PrettyStackTraceEntry`: virtual (two destructors, then `void print(raw_ostream &OS) const`),
/// linked from the innermost outwards.
#[repr(C)]
struct StackEntry {
    vtable: &'static StackEntryVtable,
    outer: *const StackEntry,
}

#[repr(C)]
struct StackEntryVtable {
    destructors: [*const c_void; 2],
    print: extern "C" fn(&StackEntry, Out<'_>),
}

const _: () = {
    assert!(offset_of!(StackEntry, outer) == layout::STACK_ENTRY_OUTER);
    assert!(offset_of!(StackEntryVtable, print) == layout::STACK_ENTRY_PRINT * size_of::<usize>());
};

unsafe extern "C" {
    /// `const void *llvm::SavePrettyStackState()`: this thread's innermost entry.
    #[link_name = "_ZN4llvm20SavePrettyStackStateEv"]
    safe fn cxx_save_pretty_stack() -> *const StackEntry;
    /// `void llvm::RestorePrettyStackState(const void *State)`
    #[link_name = "_ZN4llvm23RestorePrettyStackStateEPKv"]
    fn cxx_restore_pretty_stack(state: *const StackEntry);
    /// `void llvm::PassBuilder::printPassNames(raw_ostream &OS)`. It uses nothing of the object.
    #[link_name = "_ZN4llvm11PassBuilder14printPassNamesERNS_11raw_ostreamE"]
    safe fn cxx_print_pass_names(stream: Out<'_>, also_stream: Out<'_>);
}

/// A pass that is running, as LLVM describes it for its own crash reports.
#[derive(Debug, Default)]
pub(crate) struct ActivePass {
    pub(crate) pass: String,
    /// The symbol name of the function that the pass runs on, if it runs on one.
    pub(crate) function: Option<String>,
}

/// The passes that run on this thread, the innermost first.
pub(crate) fn active_passes() -> Vec<ActivePass> {
    let mut passes = Vec::new();
    let mut entry = cxx_save_pretty_stack();
    // SAFETY: entries live on the stack of this thread, in frames outside of this one; the layout of a polymorphic
    // object's start and of its vtable are the platform's C++ ABI.
    while let Some(active) = unsafe { entry.as_ref() } {
        let description = collect(|stream| (active.vtable.print)(active, stream));
        passes.extend(ActivePass::parse(&description));
        entry = active.outer;
    }
    passes
}

impl ActivePass {
    /// Reads `Running pass 'Machine Sinking' on function '@f'` (the code generator's passes) or
    /// `Running pass "sroa" on function "f"` (the optimiser's). Other entries are no passes.
    fn parse(description: &str) -> Option<Self> {
        let rest = description.trim().strip_prefix("Running pass ")?;
        let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let (pass, rest) = rest[1..].split_once(quote)?;
        let function = rest.split_once("on function ").map(|(_, name)| {
            let name = name.trim_end_matches('.').trim_matches(quote);
            name.trim_start_matches('@').to_owned()
        });
        Some(ActivePass {
            pass: pass.to_owned(),
            function,
        })
    }
}

/// Where this thread is in LLVM's record of running passes.
pub(crate) struct PassStack(*const StackEntry);

/// Notes the passes that are running, to come back to after an unwinding that C++ does not see.
pub(crate) fn save_pass_stack() -> PassStack {
    PassStack(cxx_save_pretty_stack())
}

/// Drops the entries of frames that are gone: their destructors did not run.
pub(crate) fn restore_pass_stack(stack: PassStack) {
    // SAFETY: the entry saved belongs to a frame that was there then, outside of the caller's.
    unsafe { cxx_restore_pretty_stack(stack.0) }
}

/// The names that `-Cpasses` knows, as LLVM lists them.
pub(crate) fn pass_names() -> String {
    // In LLVM 23 the function may or may not take a `this`, which is not read; with the stream in both places it finds one.
    collect(|stream| cxx_print_pass_names(stream, stream))
}
