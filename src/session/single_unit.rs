//! One codegen unit alone, so that what fails in it can be tried often: the others stay empty.
//!
//! The environment variable `FIXED_ONLY_UNIT` takes the name of a codegen unit. LLVM then has nothing to do for any
//! other, not even a pass over nothing, and numbers only the passes of this one. What is written is not the whole crate
//! and cannot be linked, which a warning says. `fixed blame` sets it while it looks for a pass.

use std::sync::OnceLock;

use rustc_middle::ty::TyCtxt;

/// The name of the variable.
pub(crate) const VARIABLE: &str = "FIXED_ONLY_UNIT";

fn asked() -> Option<&'static str> {
    static ASKED: OnceLock<Option<String>> = OnceLock::new();
    let read = || std::env::var(VARIABLE).ok().filter(|name| !name.is_empty());
    ASKED.get_or_init(read).as_deref()
}

/// Whether the unit `name` stays empty.
pub(crate) fn leaves_out(name: &str) -> bool {
    asked().is_some_and(|only| only != name)
}

/// Says what will be missing; an error if the crate has no such unit.
pub(crate) fn report(tcx: TyCtxt<'_>) {
    let Some(only) = asked() else { return };
    let units = tcx.collect_and_partition_mono_items(()).codegen_units;
    if !units.iter().any(|unit| unit.name().as_str() == only) {
        let mut error = tcx.dcx().struct_fatal(format!(
            "`{VARIABLE}` is `{only}`, but no codegen unit of the crate `{}` is called that",
            tcx.crate_name(rustc_hir::def_id::LOCAL_CRATE)
        ));
        for unit in units {
            error.note(format!("there is `{}`", unit.name()));
        }
        error.emit();
    }
    if units.len() > 1 {
        tcx.dcx().warn(format!(
            "only the codegen unit `{only}` is compiled, one of {}, because `{VARIABLE}` says so: what is written cannot \
             be linked",
            units.len()
        ));
    }
}
