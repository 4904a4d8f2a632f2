//! Ignore lists in a rustc without `rustc_sanitizers`, which reads them: there are none, and `session::init` refuses
//! to be given one.

use rustc_hir::def_id::DefId;
use rustc_middle::ty::{Instance, TyCtxt};
use rustc_target::spec::SanitizerSet;

/// It has no value.
pub(crate) enum IgnoreList {}

pub(super) struct Left {
    pub(super) enabled: SanitizerSet,
    pub(super) ignore_cfi: bool,
    pub(super) ignore_kcfi: bool,
}

impl IgnoreList {
    pub(crate) fn of_session(_tcx: TyCtxt<'_>) -> Option<Self> {
        None
    }

    pub(super) fn of_function(&self, _tcx: TyCtxt<'_>, _instance: Instance<'_>, _on: SanitizerSet) -> Left {
        match *self {}
    }

    pub(super) fn of_static(&self, _tcx: TyCtxt<'_>, _def_id: DefId, _on: SanitizerSet) -> SanitizerSet {
        match *self {}
    }
}
