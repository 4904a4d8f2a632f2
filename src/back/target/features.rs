//! Target features: which are on, and what LLVM calls them.

use std::sync::OnceLock;

use rustc_abi::Endian;
use rustc_codegen_ssa::TargetConfig;
use rustc_codegen_ssa::base::wants_wasm_eh;
use rustc_codegen_ssa::target_features;
use rustc_session::{EarlySession, Session};
use rustc_span::sym;
use rustc_target::spec::{Arch, CfgAbi, Env, Os, PanicStrategy, Target};
use smallvec::{SmallVec, smallvec};

use crate::back::machine;
use crate::llvm::machine::{HostProcessor, host};

/// The processor name that stands for the one at hand.
pub(super) const NATIVE: &str = "native";

/// The names that LLVM has for one Rust feature.
type Names<'a> = SmallVec<[&'a str; 2]>;

/// What LLVM calls the Rust feature `name`: nothing if it has none of it, one name, or several that
/// belong together. The first is the feature itself.
pub(crate) fn llvm_names<'a>(target: &Target, name: &'a str) -> Names<'a> {
    let renamed: &[&str] = match (&target.arch, name) {
        (Arch::X86 | Arch::X86_64, _) => match name {
            "sse4.2" => &["sse4.2", "crc32"],
            "pclmulqdq" => &["pclmul"],
            "rdrand" => &["rdrnd"],
            "bmi1" => &["bmi"],
            "cmpxchg16b" => &["cx16"],
            "lahfsahf" => &["sahf"],
            "apxf" => &["egpr", "push2pop2", "ppx", "ndd", "ccmp", "cf", "nf", "zu"],
            _ => return smallvec![name],
        },
        (Arch::AArch64 | Arch::Arm64EC, _) => match name {
            "neon" => &["neon", "fp-armv8"],
            "fp16" => &["fullfp16"],
            "fhm" => &["fp16fml"],
            "fcma" => &["complxnum"],
            "frintts" => &["fptoint"],
            "flagm2" => &["altnzcv"],
            "dpb" => &["ccpp"],
            "dpb2" => &["ccdp"],
            "paca" | "pacg" => &["pauth"],
            "pmuv3" => &["perfmon"],
            "rcpc2" => &["rcpc-immo"],
            // LLVM dropped both.
            "fpmr" | "tme" => &[],
            _ => return smallvec![name],
        },
        (Arch::Arm, "fp16") => &["fullfp16"],
        (Arch::PowerPC | Arch::PowerPC64, "power8-crypto") => &["crypto"],
        // The union of two features, which only Rust has a name for.
        (Arch::RiscV32 | Arch::RiscV64, "zkne_or_zknd") => &[],
        (Arch::Sparc | Arch::Sparc64, "leoncasa") => &["hasleoncasa"],
        _ => return smallvec![name],
    };
    SmallVec::from_slice(renamed)
}

/// Of the names that come with a feature, those that go with it when it is turned off. `crc32` stays:
/// it was a part of SSE 4.2 only in its beginnings.
fn names_turned_off<'a>(target: &Target, name: &'a str) -> Names<'a> {
    let mut names = llvm_names(target, name);
    if matches!(target.arch, Arch::X86 | Arch::X86_64) && name == "sse4.2" {
        names.truncate(1);
    }
    names
}

fn resolve_native(name: &str) -> &str {
    static HOST: OnceLock<HostProcessor> = OnceLock::new();
    if name == NATIVE {
        &HOST.get_or_init(host).name
    } else {
        name
    }
}

/// The processor to generate code for: `-Ctarget-cpu`, or the target's own.
pub(crate) fn cpu(sess: &EarlySession) -> &str {
    resolve_native(sess.opts.cg.target_cpu.as_deref().unwrap_or(&sess.target.cpu))
}

/// The processor to tune the code for, where it differs: `-Ztune-cpu`.
pub(crate) fn tune_cpu(sess: &Session) -> Option<&str> {
    sess.opts.unstable_opts.tune_cpu.as_deref().map(resolve_native)
}

/// The features of the session in LLVM's notation (`+sse3`, `-avx`), later ones over earlier ones.
/// `for_cfg` leaves out `-Ctarget-feature`, which rustc adds itself to what `cfg` sees.
pub(crate) fn global_features(sess: &EarlySession, for_cfg: bool) -> Vec<String> {
    let mut features = Vec::new();
    if sess.opts.cg.target_cpu.as_deref() == Some(NATIVE) {
        features.extend(host().features);
    }
    let mut push = |name: &str, on: bool| {
        let (sign, names) = if on {
            ('+', llvm_names(&sess.target, name))
        } else {
            ('-', names_turned_off(&sess.target, name))
        };
        features.extend(names.into_iter().map(|name| format!("{sign}{name}")));
    };
    target_features::target_spec_to_backend_features(sess, &mut push);
    if !for_cfg {
        target_features::flag_to_backend_features(sess, &mut push);
    }
    if wants_wasm_eh(&sess.target) && sess.panic_strategy() == PanicStrategy::Unwind {
        features.push("+exception-handling".to_owned());
    }
    target_features::retpoline_features_by_flags(sess, &mut features);
    target_features::sanitizer_features_by_flags(sess, &mut features);
    if sess.opts.unstable_opts.fixed_x18 {
        if sess.target.arch != Arch::AArch64 {
            let arch = sess.target.arch.desc();
            sess.dcx().fatal(format!(
                "the `-Zfixed-x18` flag is not supported on the `{arch}` architecture"
            ));
        }
        features.push("+reserve-x18".to_owned());
    }
    for feature in sess
        .opts
        .unstable_opts
        .llvm_target_feature
        .split(',')
        .filter(|name| !name.is_empty())
    {
        if feature.starts_with(['+', '-']) {
            features.push(feature.to_owned());
        } else if for_cfg {
            sess.dcx().warn(format!("unknown feature specified for `-Zllvm-target-feature`: `{feature}`: features must begin with a `+` to enable or `-` to disable it"));
        }
    }
    features
}

/// What `cfg(target_feature)` and `cfg(target_has_reliable_…)` see.
pub(crate) fn config(sess: &EarlySession) -> TargetConfig {
    let machine = machine::for_queries(sess, &global_features(sess, true));
    let has = |name: &str| {
        let names = llvm_names(&sess.target, name);
        !names.is_empty()
            && names
                .iter()
                .all(|name| crate::llvm::cxx::has_feature(&machine, name))
    };
    let internal_target_features =
        target_features::internal_target_features(sess, |name| llvm_names(&sess.target, name), has);
    let target = &sess.target;
    let mingw = target.options.os == Os::Windows
        && target.options.env == Env::Gnu
        && target.options.cfg_abi != CfgAbi::Llvm;
    // Where LLVM's own code for these types, or the C library's, is known to be wrong or missing.
    let f16 = !(target.arch == Arch::X86_64 && mingw);
    let f16b = matches!(target.arch, Arch::AArch64 | Arch::Arm | Arch::Arm64EC);
    let f128 = match target.arch {
        Arch::AmdGpu | Arch::Nvptx64 | Arch::PowerPC => false,
        Arch::PowerPC64 => target.options.os != Os::Aix && internal_target_features.contains(&sym::vsx),
        _ => true,
    };
    // The functions come from glibc's `long double`, where that is 128 bits or has `f128` beside it.
    let big_endian_power =
        matches!(target.arch, Arch::PowerPC | Arch::PowerPC64) && target.options.endian == Endian::Big;
    let f128_math = f128
        && target.pointer_width > 32
        && target.options.os == Os::Linux
        && target.options.env == Env::Gnu
        && !big_endian_power;
    TargetConfig {
        internal_target_features,
        has_reliable_f16: f16,
        has_reliable_f16_math: f16,
        has_reliable_f16b: f16b,
        has_reliable_f128: f128,
        has_reliable_f128_math: f128_math,
    }
}
