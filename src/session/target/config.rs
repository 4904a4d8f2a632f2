//! What rustc makes `cfg`s of: the features that are on, and the float types that can be relied on.

use rustc_abi::Endian;
use rustc_codegen_ssa::TargetConfig;
use rustc_codegen_ssa::target_features::internal_target_features;
use rustc_session::EarlySession;
use rustc_span::sym;
use rustc_target::spec::{Arch, CfgAbi, Env, Os, Target};
use smallvec::SmallVec;

use super::cpu::subtarget;
use super::features::{features_before_flags, llvm_feature};
use crate::session::machine;

/// Answers `CodegenBackend::target_config`.
pub(crate) fn config(sess: &EarlySession) -> TargetConfig {
    let machine = machine::for_queries(sess, &features_before_flags(sess));
    let subtarget = subtarget(sess, &machine);
    let arch = &sess.target.arch;

    let mut wanted = String::new();
    let internal_target_features = internal_target_features(
        sess,
        |feature| -> SmallVec<[&str; 2]> {
            llvm_feature(arch, feature)
                .into_iter()
                .flat_map(|feature| feature.names())
                .collect()
        },
        |feature| {
            let Some(feature) = llvm_feature(arch, feature) else {
                return false;
            };
            wanted.clear();
            for name in feature.names() {
                wanted.push('+');
                wanted.push_str(name);
                wanted.push(',');
            }
            subtarget.has(&wanted)
        },
    );

    let vsx = internal_target_features.contains(&sym::vsx);
    let f16 = has_reliable_f16(&sess.target);
    let f128 = has_reliable_f128(&sess.target, vsx);
    TargetConfig {
        internal_target_features,
        has_reliable_f16: f16,
        // Its functions go by way of `f32`.
        has_reliable_f16_math: f16,
        has_reliable_f16b: has_reliable_f16b(&sess.target),
        has_reliable_f128: f128,
        has_reliable_f128_math: f128 && has_f128_library(&sess.target),
    }
}

/// `f16` needs conversions to and from `f32`, which `compiler-builtins` has, and an ABI that compilers agree on.
fn has_reliable_f16(target: &Target) -> bool {
    // GCC's ABI for it on MinGW (GCC bug 115054) is right since GCC 16, which Rust's toolchain is not at.
    let mingw = target.arch == Arch::X86_64
        && target.os == Os::Windows
        && target.env == Env::Gnu
        && target.cfg_abi != CfgAbi::Llvm;
    !mingw
}

/// The brain float: LLVM compiles its widening, and the platform has an ABI for it. Where narrowing calls
/// `__truncsfbf2` or depends on extensions of the processor (LLVM issue 97896), it is not reliable.
fn has_reliable_f16b(target: &Target) -> bool {
    matches!(target.arch, Arch::AArch64 | Arch::Arm64EC | Arch::Arm)
}

fn has_reliable_f128(target: &Target, vsx: bool) -> bool {
    match target.arch {
        // LLVM issues 121122 (AMDGPU) and 95471 (NVPTX): it cannot be selected.
        Arch::AmdGpu | Arch::Nvptx64 => false,
        // The ABI is wrong, in different ways with and without VSX (rust-lang/rust#125109, LLVM PR 216613).
        Arch::PowerPC => false,
        Arch::PowerPC64 => target.os != Os::Aix && vsx,
        _ => true,
    }
}

/// Whether the functions that LLVM calls for `f128` exist. LLVM calls those of `long double` (LLVM issue
/// 44744), which is the same type only with the GNU C library on 64-bit Linux; there, LLVM makes an
/// exception for x86-64. Big-endian PowerPC names the right functions, but no library defines them.
fn has_f128_library(target: &Target) -> bool {
    let big_powerpc = matches!(target.arch, Arch::PowerPC | Arch::PowerPC64) && target.endian == Endian::Big;
    target.pointer_width > 32 && target.os == Os::Linux && target.env == Env::Gnu && !big_powerpc
}
