//! Answers to `rustc --print`: what can be chosen for this target.

use std::fmt::Write;

use rustc_session::Session;
use rustc_session::config::{PrintKind, PrintRequest};
use rustc_target::spec::{RelocModel, TlsModel};

use super::features;
use crate::llvm::machine::host;

/// Appends the answer to `request`.
pub(crate) fn print(request: &PrintRequest, out: &mut String, sess: &Session) {
    match request.kind {
        PrintKind::RelocationModels => {
            let names = RelocModel::ALL.iter().map(RelocModel::desc).chain(["default"]);
            list(out, "relocation models", names);
        }
        PrintKind::CodeModels => list(out, "code models", ["tiny", "small", "kernel", "medium", "large"]),
        PrintKind::TlsModels => list(out, "TLS models", TlsModel::ALL.iter().map(TlsModel::desc)),
        PrintKind::StackProtectorStrategies => {
            // What each does is in the Unstable Book, `stack-protector`.
            list(
                out,
                "stack protector strategies",
                ["all", "strong", "basic", "none"],
            );
        }
        PrintKind::TargetCPUs => {
            let default = features::cpu(sess);
            let native = (sess.host.arch == sess.target.arch).then(|| {
                format!(
                    "    {} - the CPU of this host (currently {})",
                    features::NATIVE,
                    host().name
                )
            });
            let _ = writeln!(out, "Available CPUs for this target:");
            for line in native {
                let _ = writeln!(out, "{line}");
            }
            let _ = writeln!(
                out,
                "    {default} - the CPU in use for `{}`",
                sess.target.llvm_target
            );
            let _ = writeln!(
                out,
                "    (LLVM's C interface cannot list the others: `llc -mcpu=help` does)"
            );
        }
        PrintKind::TargetFeatures => {
            let _ = writeln!(out, "Features supported by rustc for this target:");
            let mut names: Vec<&str> = sess
                .target
                .rust_target_features()
                .iter()
                .filter(|(_, stability, _)| stability.in_cfg())
                .map(|&(name, ..)| name)
                .chain(["crt-static"])
                .collect();
            names.sort_unstable();
            for name in names {
                let _ = writeln!(out, "    {name}");
            }
            let _ = writeln!(
                out,
                "\nUse +feature to enable a feature, or -feature to disable it."
            );
            let _ = writeln!(
                out,
                "For example, rustc -C target-cpu=mycpu -C target-feature=+feature1,-feature2\n"
            );
        }
        _ => sess.dcx().fatal(format!(
            "this backend cannot answer the print request {:?}",
            request.kind
        )),
    }
}

fn list<'a>(out: &mut String, what: &str, names: impl IntoIterator<Item = &'a str>) {
    let _ = writeln!(out, "Available {what}:");
    for name in names {
        let _ = writeln!(out, "    {name}");
    }
    let _ = writeln!(out);
}
