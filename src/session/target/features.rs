//! Target features: from rustc's options, in rustc's names, to LLVM's feature string.

use rustc_codegen_ssa::base::wants_wasm_eh;
use rustc_codegen_ssa::target_features::{
    flag_to_backend_features, retpoline_features_by_flags, sanitizer_features_by_flags,
    target_spec_to_backend_features,
};
use rustc_session::EarlySession;
use rustc_session::config::NATIVE_CPU;
use rustc_target::spec::{Arch, PanicStrategy, Target};

use super::cpu::at_hand;

/// A Rust feature in LLVM's terms.
#[derive(Clone, Copy)]
pub(super) struct LlvmFeature<'a> {
    pub(super) name: &'a str,
    /// Features that Rust counts as part of this one, and LLVM does not.
    implied: &'static [&'static str],
    /// Features that come with this one, but stay when it goes.
    enable_only: &'static [&'static str],
}

impl<'a> LlvmFeature<'a> {
    /// All that must be on for the Rust feature to be on.
    pub(super) fn names(self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.name)
            .chain(self.implied.iter().copied())
            .chain(self.enable_only.iter().copied())
    }
}

/// What an architecture's Rust feature is to LLVM, where it is not the feature of the same name.
enum Meaning {
    Renamed(&'static str),
    /// Renamed or not, with the other fields of [`LlvmFeature`].
    Group {
        name: &'static str,
        implied: &'static [&'static str],
        enable_only: &'static [&'static str],
    },
    /// LLVM does not have it: withdrawn, or an invention of rustc's to tell combinations apart.
    Absent,
}

use Meaning::{Absent, Group, Renamed};

static AARCH64: &[(&str, Meaning)] = &[
    ("dpb", Renamed("ccpp")),
    ("dpb2", Renamed("ccdp")),
    ("fcma", Renamed("complxnum")),
    ("fhm", Renamed("fp16fml")),
    ("flagm2", Renamed("altnzcv")),
    ("fp16", Renamed("fullfp16")),
    ("fpmr", Absent),
    ("frintts", Renamed("fptoint")),
    // In Rust, `neon` is floating point and vectors together.
    (
        "neon",
        Group {
            name: "neon",
            implied: &["fp-armv8"],
            enable_only: &[],
        },
    ),
    // Rust has one feature for addresses and one for generic data; LLVM has one for both.
    ("paca", Renamed("pauth")),
    ("pacg", Renamed("pauth")),
    ("pmuv3", Renamed("perfmon")),
    ("rcpc2", Renamed("rcpc-immo")),
    ("tme", Absent),
];
static ARM: &[(&str, Meaning)] = &[("fp16", Renamed("fullfp16"))];
static POWERPC: &[(&str, Meaning)] = &[("power8-crypto", Renamed("crypto"))];
static RISCV: &[(&str, Meaning)] = &[("zkne_or_zknd", Absent)];
static SPARC: &[(&str, Meaning)] = &[("leoncasa", Renamed("hasleoncasa"))];
static X86: &[(&str, Meaning)] = &[
    (
        "apxf",
        Group {
            name: "egpr",
            implied: &["push2pop2", "ppx", "ndd", "ccmp", "cf", "nf", "zu"],
            enable_only: &[],
        },
    ),
    ("bmi1", Renamed("bmi")),
    ("cmpxchg16b", Renamed("cx16")),
    ("lahfsahf", Renamed("sahf")),
    ("pclmulqdq", Renamed("pclmul")),
    ("rdrand", Renamed("rdrnd")),
    // The checksum instructions came with SSE 4.2, but they use no vector register, and kernels that
    // turn SSE off keep them.
    (
        "sse4.2",
        Group {
            name: "sse4.2",
            implied: &[],
            enable_only: &["crc32"],
        },
    ),
];

/// The Rust feature `feature` of `arch` in LLVM's terms, or none if LLVM has nothing like it. A name that
/// rustc does not know is passed on: users have always been able to name LLVM's features.
pub(super) fn llvm_feature<'a>(arch: &Arch, feature: &'a str) -> Option<LlvmFeature<'a>> {
    let differences = match arch {
        Arch::AArch64 | Arch::Arm64EC => AARCH64,
        Arch::Arm => ARM,
        Arch::PowerPC | Arch::PowerPC64 => POWERPC,
        Arch::RiscV32 | Arch::RiscV64 => RISCV,
        Arch::Sparc | Arch::Sparc64 => SPARC,
        Arch::X86 | Arch::X86_64 => X86,
        _ => &[],
    };
    let plain = LlvmFeature {
        name: feature,
        implied: &[],
        enable_only: &[],
    };
    match differences.iter().find(|(rust, _)| *rust == feature) {
        None => Some(plain),
        Some((_, Renamed(name))) => Some(LlvmFeature { name, ..plain }),
        Some((
            _,
            Group {
                name,
                implied,
                enable_only,
            },
        )) => Some(LlvmFeature {
            name,
            implied,
            enable_only,
        }),
        Some((_, Absent)) => None,
    }
}

/// What LLVM calls the Rust feature `feature` of `target`, with all that belongs to it.
pub(crate) fn llvm_names<'a>(target: &Target, feature: &'a str) -> impl Iterator<Item = &'a str> {
    llvm_feature(&target.arch, feature)
        .into_iter()
        .flat_map(LlvmFeature::names)
}

/// The features that every function of the session is compiled with: LLVM's feature string, in its parts.
pub(crate) fn global_features(sess: &EarlySession) -> Vec<String> {
    collect_features(sess, Use::Codegen)
}

/// The same without `-Ctarget-feature`, of which rustc itself makes the `cfg`s, by Rust's rules of which
/// feature implies which.
pub(super) fn features_before_flags(sess: &EarlySession) -> Vec<String> {
    collect_features(sess, Use::Cfg)
}

#[derive(PartialEq)]
enum Use {
    Codegen,
    Cfg,
}

/// What comes later in the string overrides what comes before, so the order is: the processor, the target,
/// the flags, and last what the user asks of LLVM itself.
fn collect_features(sess: &EarlySession, purpose: Use) -> Vec<String> {
    let mut features = Vec::new();
    if sess.opts.cg.target_cpu.as_deref() == Some(NATIVE_CPU) {
        features.extend_from_slice(&at_hand().features);
    }

    target_spec_to_backend_features(sess, |feature, enable| set(sess, feature, enable, &mut features));
    if purpose == Use::Codegen {
        flag_to_backend_features(sess, |feature, enable| set(sess, feature, enable, &mut features));
    }
    features_of_other_flags(sess, &mut features);

    for feature in sess
        .opts
        .unstable_opts
        .llvm_target_feature
        .split(',')
        .filter(|f| !f.is_empty())
    {
        if feature.starts_with(['+', '-']) {
            features.push(feature.to_owned());
        } else if purpose == Use::Cfg {
            // LLVM would ignore it without a word. Said once per session, so not for code generation too.
            let mut warning = sess.dcx().struct_warn(format!(
                "ignoring feature with missing prefix in `-Zllvm-target-feature`: `{feature}`"
            ));
            warning.note("features must begin with a `+` to enable or `-` to disable it");
            warning.emit();
        }
    }
    features
}

/// Adds the Rust feature `feature`, on or off, to LLVM's `features`.
fn set(sess: &EarlySession, feature: &str, enable: bool, features: &mut Vec<String>) {
    let Some(feature) = llvm_feature(&sess.target.arch, feature) else {
        return;
    };
    let enable_only = if enable { feature.enable_only } else { &[] };
    let names = std::iter::once(feature.name).chain(feature.implied.iter().chain(enable_only).copied());
    let sign = if enable { '+' } else { '-' };
    features.extend(names.map(|name| format!("{sign}{name}")));
}

/// Features that follow from flags that have another purpose.
fn features_of_other_flags(sess: &EarlySession, features: &mut Vec<String>) {
    if wants_wasm_eh(&sess.target) && sess.panic_strategy() == PanicStrategy::Unwind {
        features.push("+exception-handling".to_owned());
    }
    retpoline_features_by_flags(sess, features);
    sanitizer_features_by_flags(sess, features);
    if sess.opts.unstable_opts.fixed_x18 {
        let arch = &sess.target.arch;
        if *arch != Arch::AArch64 {
            sess.dcx().fatal(format!(
                "the `-Zfixed-x18` flag is not supported on the `{}` architecture",
                arch.desc()
            ));
        }
        features.push("+reserve-x18".to_owned());
    }
}
