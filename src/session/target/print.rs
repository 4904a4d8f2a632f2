//! `--print`: what LLVM knows of the target, and what rustc can be asked to do.

use std::fmt::Write;
use std::io::Write as _;

use inkwell::context::Context;
use inkwell::targets::FileType;
use rustc_session::Session;
use rustc_session::config::{NATIVE_CPU, PrintKind, PrintRequest};
use rustc_target::spec::{RelocModel, TlsModel};

use super::cpu::{at_hand, resolve, subtarget};
use super::features::{global_features, llvm_feature};
use crate::llvm::cxx::{self, Diagnostic, DiagnosticHandler};
use crate::session::machine;

/// Answers `CodegenBackend::print`.
pub(crate) fn print(request: &PrintRequest, out: &mut String, sess: &Session) {
    match request.kind {
        PrintKind::RelocationModels => {
            let models = RelocModel::ALL.iter().map(RelocModel::desc).chain(["default"]);
            list(out, "Available relocation models:", models);
        }
        PrintKind::CodeModels => {
            let models = ["tiny", "small", "kernel", "medium", "large"];
            list(out, "Available code models:", models.into_iter());
        }
        PrintKind::TlsModels => {
            list(
                out,
                "Available TLS models:",
                TlsModel::ALL.iter().map(TlsModel::desc),
            );
        }
        PrintKind::StackProtectorStrategies => out.push_str(STACK_PROTECTOR_STRATEGIES),
        PrintKind::TargetCPUs => cpus(out, sess),
        PrintKind::TargetFeatures => features(out, sess),
        kind => sess.dcx().fatal(format!(
            "this codegen backend cannot answer `--print` of {kind:?}"
        )),
    }
}

fn list<'a>(out: &mut String, title: &str, items: impl Iterator<Item = &'a str>) {
    out.push_str(title);
    for item in items {
        out.push_str("\n    ");
        out.push_str(item);
    }
    out.push_str("\n\n");
}

const STACK_PROTECTOR_STRATEGIES: &str = "\
Available stack protector strategies:
    all
        Every function checks its stack canary.

    strong
        A function checks its canary if one of its locals is an array (`[T; N]`, for any `T` and `N`), or
        has its address taken.

          (Borrowing a local in Rust need not take its address in the machine: the optimiser removes
          borrows, and a value passed by value may be passed by its address.)

    basic
        A function checks its canary if one of its locals is an array of 8 or more elements of a byte each.

    none
        No function has a canary.

";

fn cpus(out: &mut String, sess: &Session) {
    let machine = machine::for_queries(sess, &global_features(sess));
    let mut rows: Vec<(&str, String)> = Vec::new();
    // `native` makes sense on a machine of the same kind, and where objects for several processors can be
    // linked together at all.
    if sess.host.arch == sess.target.arch && !sess.target.requires_consistent_cpu {
        let remark = format!(
            " - Select the CPU of the current host (currently {}).",
            at_hand().name
        );
        rows.push((NATIVE_CPU, remark));
    }
    let default = resolve(&sess.target.cpu);
    for cpu in subtarget(sess, &machine).cpus() {
        if sess
            .target
            .unsupported_cpus
            .iter()
            .any(|unsupported| *unsupported == cpu)
        {
            continue;
        }
        let mut remark = String::new();
        if cpu == default && !sess.target.need_explicit_cpu {
            remark = format!(
                " - This is the default target CPU for the current build target (currently {}).",
                sess.target.llvm_target
            );
        }
        rows.push((cpu, remark));
    }
    let width = rows.iter().map(|(cpu, _)| cpu.len()).max().unwrap_or(0);
    out.push_str("Available CPUs for this target:\n");
    for (cpu, remark) in &rows {
        // Names without a remark are not padded, so that no line ends in spaces.
        let width = if remark.is_empty() { 0 } else { width };
        let _ = writeln!(out, "    {cpu:width$}{remark}");
    }
}

fn features(out: &mut String, sess: &Session) {
    let machine = machine::for_queries(sess, &global_features(sess));
    let mut llvm_only = subtarget(sess, &machine).features();
    let described = llvm_only.clone();

    let mut rust = vec![(
        "crt-static",
        "Enables C Run-time Libraries to be statically linked",
    )];
    for (feature, stability, _) in sess.target.rust_target_features() {
        if !stability.in_cfg() {
            continue;
        }
        let Some(llvm) = llvm_feature(&sess.target.arch, feature) else {
            continue;
        };
        let description = described.binary_search_by_key(&llvm.name, |(name, _)| name);
        rust.push((feature, description.map_or("", |at| described[at].1)));
        llvm_only.retain(|(name, _)| *name != llvm.name);
    }
    rust.sort();

    let width = rust
        .iter()
        .chain(&llvm_only)
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0);
    let mut section = |title: &str, features: &[(&str, &str)]| {
        let _ = writeln!(out, "{title}");
        for (name, description) in features {
            let _ = writeln!(out, "    {name:width$} - {description}.");
        }
        out.push('\n');
    };
    section("Features supported by rustc for this target:", &rust);
    section(
        "Code-generation features supported by LLVM for this target:",
        &llvm_only,
    );
    out.push_str(
        "Use +feature to enable a feature, or -feature to disable it.\n\
         For example, rustc -C target-cpu=mycpu -C target-feature=+feature1,-feature2\n\n\
         Code-generation features cannot be used in cfg or #[target_feature],\n\
         and may be renamed or removed in a future version of LLVM or rustc.\n\n",
    );
}

/// Answers `-Cpasses=list`.
pub(crate) fn print_passes() {
    // There is no way to report that standard output is closed.
    let _ = std::io::stdout().write_all(cxx::pass_names().as_bytes());
}

/// Adds the backend's lines to `rustc -vV`.
pub(crate) fn print_version() {
    let (major, minor, patch) = inkwell::support::get_llvm_version();
    let ours = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        std::io::stdout(),
        "LLVM version: {major}.{minor}.{patch}\nfixed version: {ours}"
    );
}

/// Answers `--print=backend-has-zstd`.
pub(crate) fn has_zstd() -> bool {
    cxx::Compression::Zstd.is_available()
}

/// Answers `--print=backend-has-mnemonic`: whether the target's assembler knows the instruction. It is
/// given the instruction without operands; a complaint about those, or about a feature that is off, means
/// that it does.
pub(crate) fn has_mnemonic(sess: &Session, mnemonic: &str) -> bool {
    let machine = machine::for_queries(sess, &global_features(sess));
    let context = Context::create();
    let module = context.create_module("mnemonic");
    module.set_triple(&machine.get_triple());
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    module.set_inline_assembly(mnemonic);

    let mut known = true;
    let handler = DiagnosticHandler::install(&context, |diagnostic| {
        if let Diagnostic::Asm(complaint) = diagnostic {
            // The assemblers' words: "invalid instruction mnemonic 'x'", "unrecognized instruction
            // mnemonic", "invalid instruction", "unknown instruction".
            let words = complaint.message.trim_end();
            known &= !words.contains("mnemonic")
                && !words.ends_with("invalid instruction")
                && !words.contains("unknown instruction");
        }
    });
    let emitted = machine.write_to_memory_buffer(&module, FileType::Object);
    drop(handler);
    known && emitted.is_ok()
}
