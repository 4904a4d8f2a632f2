//! What a sanitizer must know of a function or a static: which of them to instrument, and how.
//!
//! The instrumentation itself is passes of LLVM's (`back::sanitizers`). They look at the attributes that are
//! set here, and leave alone what does not have them.

#[cfg_attr(not(has_rustc_sanitizers), path = "control_flow_absent.rs")]
mod control_flow;
#[cfg_attr(not(has_rustc_sanitizers), path = "ignore_list_absent.rs")]
mod ignore_list;

use inkwell::attributes::Attribute;
use inkwell::values::GlobalValue;
use rustc_attr_ir::RtsanSetting;
use rustc_hir::def_id::DefId;
use rustc_middle::middle::codegen_fn_attrs::{CodegenFnAttrs, SanitizerFnAttrs};
use rustc_middle::ty::Instance;
use rustc_target::spec::SanitizerSet;

use crate::codegen::context::CodegenCx;
use crate::llvm::cxx;

pub(crate) use ignore_list::IgnoreList;

/// AddressSanitizer, in user space or in a kernel.
const ADDRESS: SanitizerSet = SanitizerSet::ADDRESS.union(SanitizerSet::KERNELADDRESS);
/// Hardware-assisted AddressSanitizer, in user space or in a kernel.
const HWADDRESS: SanitizerSet = SanitizerSet::HWADDRESS.union(SanitizerSet::KERNELHWADDRESS);

impl<'tcx> CodegenCx<'_, 'tcx> {
    /// Calls `add` with each attribute by which a function asks to be instrumented. `own` is what its
    /// `#[sanitize(…)]` says; `instance` is absent for functions that rustc itself makes up (`main`).
    pub(crate) fn sanitizer_attributes(
        &self,
        own: &SanitizerFnAttrs,
        instance: Option<Instance<'tcx>>,
        mut add: impl FnMut(Attribute),
    ) {
        let session = self.tcx.sess.sanitizers();
        if session.is_empty() {
            return;
        }
        let table = &self.attributes.table;
        let mut on = session - own.disabled;
        if let (Some(list), Some(instance)) = (&self.ignore_list, instance) {
            let left = list.of_function(self.tcx, instance, on);
            on = left.enabled;
            for (ignored, mark) in [
                (left.ignore_cfi, control_flow::NO_CFI),
                (left.ignore_kcfi, control_flow::NO_KCFI),
            ] {
                if ignored {
                    add(self.text_attribute(mark, ""));
                }
            }
        }
        if on.contains(SanitizerSet::MEMTAG) && !self.has_memory_tagging() {
            self.tcx
                .dcx()
                .err("`-Zsanitizer=memtag` requires `-Ctarget-feature=+mte`");
        }
        let asked = [
            (ADDRESS, table.sanitize_address),
            (HWADDRESS, table.sanitize_hwaddress),
            (SanitizerSet::MEMORY, table.sanitize_memory),
            (SanitizerSet::THREAD, table.sanitize_thread),
            (SanitizerSet::MEMTAG, table.sanitize_memtag),
            (SanitizerSet::SHADOWCALLSTACK, table.shadow_call_stack),
            (SanitizerSet::SAFESTACK, table.safe_stack),
        ];
        for (_, attribute) in asked.into_iter().filter(|&(which, _)| on.intersects(which)) {
            add(attribute);
        }
        // `#[sanitize(realtime = "…")]` describes the function rather than turning its checks off.
        if session.contains(SanitizerSet::REALTIME) {
            match own.rtsan_setting {
                RtsanSetting::Nonblocking => add(table.sanitize_realtime),
                RtsanSetting::Blocking => add(table.sanitize_realtime_blocking),
                RtsanSetting::Caller => {}
            }
        }
    }

    /// Whether the session's features leave the memory tagging extension on: the last mention counts.
    fn has_memory_tagging(&self) -> bool {
        let features = &self.tcx.sess.global_backend_features;
        let last = features
            .iter()
            .rfind(|feature| matches!(&***feature, "+mte" | "-mte"));
        last.is_some_and(|feature| feature.starts_with('+'))
    }

    /// Exempts a static from the sanitizers that put something around or into the address of globals, where
    /// `#[sanitize(…)]` or an ignore list says so.
    pub(crate) fn exempt_static(&self, global: GlobalValue<'_>, def_id: DefId, attrs: &CodegenFnAttrs) {
        let session = self.tcx.sess.sanitizers();
        if !session.intersects(ADDRESS | HWADDRESS) {
            return;
        }
        let mut off = attrs.sanitizers.disabled & session;
        if let Some(list) = &self.ignore_list {
            off |= list.of_static(self.tcx, def_id, session);
        }
        let exemptions = cxx::SanitizerExemptions {
            address: off.intersects(ADDRESS),
            hwaddress: off.intersects(HWADDRESS),
        };
        if exemptions.any() {
            cxx::exempt_from_sanitizers(global, exemptions);
        }
    }
}
