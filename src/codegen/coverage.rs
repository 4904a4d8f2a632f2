//! Coverage counters (`-Cinstrument-coverage`), which this backend refuses to make (`back::init`).

use rustc_codegen_ssa::traits::*;
use rustc_middle::mir::coverage::CoverageKind;
use rustc_middle::ty::Instance;

use crate::codegen::builder::Builder;

impl<'tcx> CoverageInfoBuilderMethods<'tcx> for Builder<'_, '_, 'tcx> {
    /// Comes here for functions of another crate that was compiled with counters, and that are inlined or
    /// instantiated in this one, which is compiled without: there is no counter to count with.
    fn add_coverage(&mut self, _instance: Instance<'tcx>, _kind: &CoverageKind) {}
}
