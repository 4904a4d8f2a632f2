//! A new module: its triple, its data layout, and the flags that linking checks.

use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::targets::{TargetMachine, TargetTriple};
use rustc_codegen_ssa::back::versioned_llvm_target;
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::{BranchProtection, CFGuard, CFProtection, FunctionReturn, PAuthKey, PacRet};
use rustc_structures::CrateType;
use rustc_target::spec::{Arch, CodeModel, Os, RelocModel, SmallDataThresholdSupport};

use crate::llvm::metadata;
use crate::llvm::modules::{self, Merge};
use crate::session::ModuleLlvm;
use crate::session::frame_pointer;
use crate::session::machine;
use crate::session::sanitizers::ControlFlowIntegrity;

/// An empty module called `name`, ready for code of the session.
pub(crate) fn new_module(tcx: TyCtxt<'_>, name: &str) -> ModuleLlvm {
    new_module_for(tcx, name, tcx.sess.fewer_names())
}

/// The same, for people to read: values and blocks keep the names that codegen gives them.
pub(crate) fn new_module_with_names(tcx: TyCtxt<'_>, name: &str) -> ModuleLlvm {
    new_module_for(tcx, name, false)
}

fn new_module_for(tcx: TyCtxt<'_>, name: &str, discard_names: bool) -> ModuleLlvm {
    let machine = machine::for_module(tcx, name);
    let module = ModuleLlvm::new(name, machine, discard_names);
    module.with_refs(|refs| prepare(tcx, refs.context, refs.module, refs.machine));
    module
}

fn prepare<'ll>(tcx: TyCtxt<'_>, context: &'ll Context, module: &Module<'ll>, machine: &TargetMachine) {
    let sess = tcx.sess;
    let triple = TargetTriple::create(&versioned_llvm_target(sess));
    module.set_triple(&TargetMachine::normalize_triple(&triple));
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    let layout = module.get_data_layout().as_str().to_string_lossy().into_owned();
    // rustc lays out types by its own string; LLVM must agree on every word of it.
    if layout != sess.target.data_layout {
        sess.dcx().fatal(format!(
            "data-layout for target `{}`, `{}`, differs from LLVM target's `{}` default layout, `{layout}`",
            sess.opts.target_triple, sess.target.data_layout, sess.target.llvm_target,
        ));
    }
    let flags = Flags { context, module };
    flags.position_independence(tcx);
    flags.code_generation(sess);
    flags.control_flow_integrity(sess);
    flags.conventions(sess);
    flags.given(sess);
    flags.protection(sess);
    flags.pointer_authentication(sess);
    let producer = format!(
        "rustc version {} with fixed {}",
        sess.cfg_version,
        env!("CARGO_PKG_VERSION")
    );
    let ident = metadata::node(context, &[metadata::string(context, producer.as_bytes())]);
    metadata::add_to_module(context, module, "llvm.ident", ident);
}

struct Flags<'a, 'll> {
    context: &'ll Context,
    module: &'a Module<'ll>,
}

impl Flags<'_, '_> {
    fn set(&self, merge: Merge, name: &str, value: u32) {
        modules::add_flag(self.context, self.module, merge, name, value);
    }

    fn set_if(&self, on: bool, merge: Merge, name: &str) {
        if on {
            self.set(merge, name, 1);
        }
    }

    /// LLVM's `PICLevel::BigPIC` and `PIELevel::Large` are both 2.
    fn position_independence(&self, tcx: TyCtxt<'_>) {
        let model = tcx.sess.relocation_model();
        if !matches!(model, RelocModel::Pic | RelocModel::Pie) {
            return;
        }
        self.set(Merge::Min, "PIC Level", 2);
        // Code of an executable cannot be interposed, so it may reach its own symbols directly.
        if model == RelocModel::Pie
            || tcx
                .crate_types()
                .iter()
                .all(|kind| *kind == CrateType::Executable)
        {
            self.set(Merge::Max, "PIE Level", 2);
        }
    }

    /// Where code finds what it refers to, and whether it can be unwound at any instruction.
    fn code_generation(&self, sess: &Session) {
        let options = &sess.opts.unstable_opts;
        // The numbers of LLVM's `CodeModel::Model`.
        let model = sess.code_model().map(|model| match model {
            CodeModel::Tiny => 0,
            CodeModel::Small => 1,
            CodeModel::Kernel => 2,
            CodeModel::Medium => 3,
            CodeModel::Large => 4,
        });
        if let Some(model) = model {
            self.set(Merge::Error, "Code Model", model);
        }
        if let Some(threshold) = options.large_data_threshold {
            self.set(Merge::Error, "Large Data Threshold", threshold as u32);
        }
        self.set_if(!sess.needs_plt(), Merge::Warning, "RtLibUseGOT");
        if sess.must_emit_unwind_tables() {
            self.set(
                Merge::Max,
                "uwtable",
                if options.use_sync_unwind == Some(true) {
                    1
                } else {
                    2
                },
            );
        }
    }

    /// What the sanitizers of calls want to be the same in all that is linked.
    fn control_flow_integrity(&self, sess: &Session) {
        let scheme = ControlFlowIntegrity::of_session(sess);
        let cfi = scheme == Some(ControlFlowIntegrity::Cfi);
        // Units that are split for the linker's whole-program passes do not mix with others.
        self.set_if(
            sess.is_split_lto_unit_enabled() || cfi,
            Merge::Override,
            "EnableSplitLTOUnit",
        );
        self.set_if(
            cfi && sess.is_sanitizer_cfi_canonical_jump_tables_enabled(),
            Merge::Override,
            "CFI Canonical Jump Tables",
        );
        // Functions that LLVM makes up get the same type identifiers as those of rustc.
        self.set_if(
            sess.is_sanitizer_cfi_normalize_integers_enabled(),
            Merge::Override,
            "cfi-normalize-integers",
        );
        if scheme == Some(ControlFlowIntegrity::Kcfi) {
            self.set(Merge::Override, "kcfi", 1);
            // The hash stands before the room for patches that comes before the entry.
            let nops = sess.opts.unstable_opts.patchable_function_entry.prefix();
            if nops > 0 {
                self.set(Merge::Override, "kcfi-offset", nops.into());
            }
            self.set_if(
                sess.is_sanitizer_kcfi_arity_enabled(),
                Merge::Override,
                "kcfi-arity",
            );
        }
    }

    /// What callers and callees must agree on.
    fn conventions(&self, sess: &Session) {
        let options = &sess.opts.unstable_opts;
        if let Some(count) = options.regparm {
            self.set(Merge::Error, "NumRegisterParameters", count);
        }
        if let Some(kind) = frame_pointer::module_flag(sess) {
            self.set(Merge::Max, "frame-pointer", kind);
        }
        self.set_if(
            options.indirect_branch_cs_prefix,
            Merge::Override,
            "indirect_branch_cs_prefix",
        );
        let thunk = matches!(options.function_return, FunctionReturn::ThunkExtern);
        self.set_if(thunk, Merge::Override, "function_return_thunk_extern");
        self.set_if(options.ehcont_guard, Merge::Warning, "ehcontguard");
        if let (Some(threshold), SmallDataThresholdSupport::LlvmModuleFlag(flag)) = (
            options.small_data_threshold,
            sess.target.small_data_threshold_support(),
        ) {
            self.set(Merge::Error, &flag, threshold as u32);
        }
        let arch = &sess.target.arch;
        if matches!(
            arch,
            Arch::RiscV32 | Arch::RiscV64 | Arch::LoongArch32 | Arch::LoongArch64
        ) {
            let abi = sess.target.llvm_abiname.desc();
            modules::add_text_flag(self.context, self.module, Merge::Error, "target-abi", abi);
        }
    }

    /// Those of `-Zllvm-module-flag`.
    fn given(&self, sess: &Session) {
        for (name, value, merge) in &sess.opts.unstable_opts.llvm_module_flag {
            let merge = match merge.as_str() {
                "warning" => Merge::Warning,
                "override" => Merge::Override,
                "max" => Merge::Max,
                "min" => Merge::Min,
                // The option's parser admits `error` beside these, and what is refused at the start.
                _ => Merge::Error,
            };
            self.set(merge, name, *value);
        }
    }

    /// The ABI of signed pointers, which the linker compares (PAuth ABI Extension to ELF, "Core information").
    fn pointer_authentication(&self, sess: &Session) {
        /// `AARCH64_PAUTH_PLATFORM_LLVM_LINUX` of LLVM's `ELF.h`.
        const LINUX: u32 = 0x1000_0002;
        let Some(config) = &sess.pointer_auth_config else {
            return;
        };
        let version = config.calculate_pauth_abi_version(&sess.target);
        if version != 0 {
            self.set(Merge::Error, "aarch64-elf-pauthabi-platform", LINUX);
            self.set(Merge::Error, "aarch64-elf-pauthabi-version", version);
        }
        self.set_if(config.elf_got, Merge::Error, "ptrauth-elf-got");
        let signs_calls = config.function_pointers.is_some();
        self.set_if(signs_calls, Merge::Error, "ptrauth-sign-personality");
    }

    fn protection(&self, sess: &Session) {
        let control_flow = sess.opts.unstable_opts.cf_protection;
        let branch = matches!(control_flow, CFProtection::Branch | CFProtection::Full);
        self.set_if(branch, Merge::Override, "cf-protection-branch");
        let ret = matches!(control_flow, CFProtection::Return | CFProtection::Full);
        self.set_if(ret, Merge::Override, "cf-protection-return");
        if sess.target.is_like_msvc {
            match sess.opts.cg.control_flow_guard {
                CFGuard::Disabled => {}
                CFGuard::NoChecks => self.set(Merge::Warning, "cfguard", 1),
                CFGuard::Checks => self.set(Merge::Warning, "cfguard", 2),
            }
        }
        if let Some(BranchProtection { bti, pac_ret, gcs }) = sess.branch_protection() {
            let default_key = if sess.target.os == Os::Windows {
                PAuthKey::B
            } else {
                PAuthKey::A
            };
            let details = pac_ret.unwrap_or(PacRet {
                leaf: false,
                pc: false,
                key: default_key,
            });
            let all = [
                ("branch-target-enforcement", bti),
                ("sign-return-address", pac_ret.is_some()),
                ("branch-protection-pauth-lr", details.pc),
                ("sign-return-address-all", details.leaf),
                ("sign-return-address-with-bkey", details.key == PAuthKey::B),
                ("guarded-control-stack", gcs),
            ];
            for (name, on) in all {
                self.set(Merge::Min, name, on.into());
            }
        }
    }
}
