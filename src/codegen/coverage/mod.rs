//! Coverage (`-Cinstrument-coverage`): counters in the code, and a map from counters to the source.
//!
//! rustc decides where counters are and which regions of the source they count (`rustc_middle::mir::coverage`).
//! Here a counter becomes an increment, which LLVM's pass `instrprof` lowers, and the regions become records in
//! sections that `llvm-cov` reads:
//! * [`regions`]: what is counted of one function, with lines and columns;
//! * [`mapping`]: the byte format of that;
//! * [`records`]: the globals that hold it;
//! * [`unused`]: functions that were not compiled, which count as never run.

mod mapping;
mod records;
mod regions;
mod unused;

use std::cell::RefCell;

use inkwell::values::GlobalValue;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxIndexMap;
use rustc_middle::mir::coverage::CoverageKind;
use rustc_middle::ty::{Instance, TyCtxt};

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::cxx;

/// What a codegen unit remembers of the functions that it counts.
#[derive(Default)]
pub(crate) struct CoverageContext<'ll, 'tcx> {
    /// The functions with a counter in this unit, and the variable with each one's name, by which LLVM groups
    /// counters. A function whose code was inlined into another's MIR counts for itself.
    names: RefCell<FxIndexMap<Instance<'tcx>, GlobalValue<'ll>>>,
}

impl<'tcx> CoverageContext<'_, 'tcx> {
    /// Absent unless the session is instrumented.
    pub(crate) fn of_session(tcx: TyCtxt<'tcx>) -> Option<Self> {
        tcx.sess.instrument_coverage().then(CoverageContext::default)
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    fn counted_name(
        &self,
        coverage: &CoverageContext<'ll, 'tcx>,
        instance: Instance<'tcx>,
    ) -> GlobalValue<'ll> {
        if let Some(&known) = coverage.names.borrow().get(&instance) {
            return known;
        }
        let name = self.tcx.symbol_name(instance).name;
        let variable = cxx::profile_name_variable(self.get_fn(instance), name);
        coverage.names.borrow_mut().insert(instance, variable);
        variable
    }
}

impl<'tcx> CoverageInfoBuilderMethods<'tcx> for Builder<'_, '_, 'tcx> {
    fn add_coverage(&mut self, instance: Instance<'tcx>, kind: &CoverageKind) {
        let (cx, tcx) = (self.cx, self.cx.tcx);
        // Absent for functions of another crate that was compiled with counters, and that are inlined or
        // instantiated in this one, which is compiled without.
        let Some(coverage) = &cx.coverage else { return };
        let CoverageKind::VirtualCounter { bcb } = *kind else {
            unreachable!("rustc removes the marks of its analysis before codegen");
        };
        let (Some(body), Some(counters)) = (
            tcx.instance_mir(instance.def).coverage_mir_info.as_deref(),
            tcx.coverage_codegen_info(instance.def),
        ) else {
            return;
        };
        // Where there is none, the count follows from those of other blocks.
        let Some(&counter) = counters.phys_counter_for_node.get(&bcb) else {
            return;
        };
        let name = cx.counted_name(coverage, instance).into();
        let arguments = [
            name,
            cx.const_u64(body.function_source_hash),
            cx.const_u32(counters.num_counters),
            cx.const_u32(counter.as_u32()),
        ];
        self.call_intrinsic("llvm.instrprof.increment", &[], &arguments);
    }
}
