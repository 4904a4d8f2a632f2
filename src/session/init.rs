//! The start of a session: what it asks for can be done, and LLVM is made ready.

use rustc_session::EarlySession;
use rustc_span::SourceFileHashAlgorithm;
use rustc_target::spec::{BinaryFormat, SanitizerSet};

use crate::diagnose;
use crate::session::{asm_lowering, target, unwind_edges};

/// Prepares LLVM for the session, or refuses it.
pub(crate) fn initialize(sess: &EarlySession) {
    if let Err(why) = diagnose::start_log() {
        sess.dcx().fatal(why);
    }
    if let Err(why) = diagnose::set_time_limit() {
        sess.dcx().fatal(why);
    }
    reject_unsupported(sess);
    target::init(sess);
}

/// Flags of rustc that ask for what this backend does not do: one error each, before any work.
fn reject_unsupported(sess: &EarlySession) {
    let unstable = &sess.opts.unstable_opts;
    let hash = unstable.src_hash_algorithm(&sess.target);
    let asked = [
        (
            !unstable.autodiff.is_empty(),
            "-Zautodiff",
            "it is done by Enzyme, a plugin that must be built against the toolchain's LLVM, and that the toolchain \
             does not have",
        ),
        (
            !unstable.offload.is_empty(),
            "-Zoffload",
            "it needs parts of clang and of OpenMP's runtime, built for the toolchain's LLVM, that the toolchain \
             does not have",
        ),
        (
            unstable.virtual_function_elimination,
            "-Zvirtual-function-elimination",
            "the toolchain's std calls through vtables of the program, `main` among them, in a way that LLVM does \
             not see, so that LLVM removes functions that are called",
        ),
        (
            unstable.embed_source && hash == SourceFileHashAlgorithm::Blake3,
            "-Zembed-source` with `-Zsrc-hash-algorithm=blake3",
            "LLVM's C interface does not take a source without a checksum, which BLAKE3's cannot be",
        ),
    ];
    for (_, flag, reason) in asked.into_iter().filter(|(on, ..)| *on) {
        sess.dcx().err(format!(
            "`{flag}` is not supported by the codegen backend `fixed`: {reason}"
        ));
    }
    for (name, _, merge) in &unstable.llvm_module_flag {
        // What LLVM wants as the value of such a flag is a list, or a pair (LangRef, "Module Flags Metadata").
        if matches!(merge.as_str(), "require" | "append" | "appendunique") {
            sess.dcx().err(format!(
                "`-Zllvm-module-flag={name}:…:{merge}` is not supported by the codegen backend `fixed`: LLVM \
                 merges numbers by `error`, `warning`, `override`, `max` and `min`"
            ));
        }
    }
    let needs_types = SanitizerSet::CFI | SanitizerSet::KCFI;
    if cfg!(not(has_rustc_sanitizers))
        && ((unstable.sanitizer | sess.target.default_sanitizers).intersects(needs_types)
            || !unstable.sanitizer_ignorelist.is_empty())
    {
        sess.dcx().err(
            "this rustc was built without `rustc_sanitizers`, which `-Zsanitizer=cfi`, `-Zsanitizer=kcfi` and \
             `-Zsanitizer-ignorelist` need; use the toolchain's own rustc",
        );
    }
    let cfi = (unstable.sanitizer | sess.target.default_sanitizers).contains(SanitizerSet::CFI);
    let in_linker = sess.opts.cg.linker_plugin_lto.enabled();
    if cfi && in_linker && sess.target.binary_format != BinaryFormat::Elf {
        sess.dcx().err(format!(
            "`-Zsanitizer=cfi` with `-Clinker-plugin-lto` for `{}` is not supported by the codegen backend `fixed`: \
             the pass of LLVM's that splits a unit for it writes for ELF only",
            sess.opts.target_triple
        ));
    }
    if let Some(value) = asm_lowering::unknown_value() {
        sess.dcx().err(format!(
            "`{}` is `{value}`, but only `plain` and `store-after-invoke` mean something",
            asm_lowering::VARIABLE
        ));
    }
    if let Some(value) = unwind_edges::unknown_value() {
        sess.dcx().err(format!(
            "`{}` is `{value}`, but only `all` means something",
            unwind_edges::VARIABLE
        ));
    }
    sess.dcx().abort_if_errors();
}
