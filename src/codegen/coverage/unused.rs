//! Functions that were instrumented and are not in the program: a report shows them as never run.
//!
//! A function that is not called, or a generic one that is not instantiated, is compiled nowhere. One unit of the
//! crate, which rustc chooses, brings a map of them.

use rustc_data_structures::fx::FxHashSet;
use rustc_hir::def_id::DefId;
use rustc_middle::mir::{Body, StatementKind};
use rustc_middle::mono::MonoItem;
use rustc_middle::ty::{GenericArgs, GenericParamDefKind, Instance, TyCtxt};

use super::regions::CountedFunction;

/// What the crate's compiled code says of functions.
#[derive(Default)]
struct Compiled {
    /// Compiled, but every counter of theirs was in code that MIR passes found unreachable.
    emptied: FxHashSet<DefId>,
    /// Functions whose counters stand in the MIR of others, which they were inlined into.
    inlined: FxHashSet<DefId>,
}

impl Compiled {
    fn new(tcx: TyCtxt<'_>) -> Self {
        let mut compiled = Compiled::default();
        let mut seen = FxHashSet::default();
        for unit in tcx.collect_and_partition_mono_items(()).codegen_units {
            for item in unit.items().keys() {
                // All instances of a function have the same counters.
                if let MonoItem::Fn(instance) = *item
                    && seen.insert(instance.def_id())
                {
                    compiled.look_at(instance.def_id(), tcx.instance_mir(instance.def));
                }
            }
        }
        compiled
    }

    fn look_at(&mut self, function: DefId, body: &Body<'_>) {
        let mut has_own = false;
        let statements = body.basic_blocks.iter().flat_map(|block| &block.statements);
        for statement in statements {
            if let StatementKind::Coverage(_) = statement.kind {
                match statement.source_info.scope.inlined_instance(&body.source_scopes) {
                    Some(inlined) => {
                        self.inlined.insert(inlined.def_id());
                    }
                    None => has_own = true,
                }
            }
        }
        if !has_own && body.coverage_mir_info.is_some() {
            self.emptied.insert(function);
        }
    }
}

/// The maps of the crate's unused functions, by name.
pub(super) fn functions(tcx: TyCtxt<'_>) -> Vec<CountedFunction<'_>> {
    let compiled = Compiled::new(tcx);
    let items = tcx.collect_and_partition_mono_items(()).all_mono_items;
    let is_unused = |function: DefId| {
        let is_compiled = items.contains(&function) && !compiled.emptied.contains(&function);
        !is_compiled && !compiled.inlined.contains(&function)
    };
    let mut unused: Vec<CountedFunction<'_>> = tcx
        .mir_keys(())
        .iter()
        .filter(|&&function| tcx.is_eligible_for_coverage(function) && is_unused(function.to_def_id()))
        .filter_map(|function| CountedFunction::new(tcx, uninstantiated(tcx, function.to_def_id()), false))
        .collect();
    unused.sort_by_key(|function| function.symbol);
    unused
}

/// The function with its generic parameters for themselves: no code comes of that, but it has a name.
fn uninstantiated(tcx: TyCtxt<'_>, function: DefId) -> Instance<'_> {
    let arguments = GenericArgs::for_item(tcx, function, |parameter, _| match parameter.kind {
        GenericParamDefKind::Lifetime => tcx.lifetimes.re_erased.into(),
        GenericParamDefKind::Type { .. } | GenericParamDefKind::Const { .. } => {
            tcx.mk_param_from_def(parameter)
        }
    });
    Instance::new_raw(function, arguments)
}
