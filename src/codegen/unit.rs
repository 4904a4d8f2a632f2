//! One codegen unit, from its list of items to a finished LLVM module.

use std::time::Instant;

use inkwell::attributes::AttributeLoc;
use rustc_codegen_ssa::ModuleCodegen;
use rustc_codegen_ssa::base::maybe_create_entry_wrapper;
use rustc_codegen_ssa::mono_item::MonoItemExt;
use rustc_middle::dep_graph;
use rustc_middle::middle::codegen_fn_attrs::SanitizerFnAttrs;
use rustc_middle::mono::{MonoItem, MonoItemData};
use rustc_middle::ty::TyCtxt;
use rustc_span::Symbol;

use crate::asm::NakedFunctions;
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::verification;
use crate::session::{self, ModuleLlvm};

/// Compiles the codegen unit `name`. The number is how much work LLVM will have with it: about as much as
/// we had.
pub(crate) fn compile_unit(tcx: TyCtxt<'_>, name: Symbol) -> (ModuleCodegen<ModuleLlvm>, u64) {
    let start = Instant::now();
    let node = tcx.codegen_unit(name).codegen_dep_node(tcx);
    let build = || {
        session::identity::depend_on_backend(tcx);
        build_module(tcx, name)
    };
    let (module, _) = tcx
        .dep_graph
        .with_task(node, tcx, build, Some(dep_graph::hash_result));
    (module, start.elapsed().as_nanos() as u64)
}

fn build_module(tcx: TyCtxt<'_>, name: Symbol) -> ModuleCodegen<ModuleLlvm> {
    let unit = tcx.codegen_unit(name);
    let _span = tracing::debug_span!("codegen_unit", %name).entered();
    tracing::debug!(%name, "compiling unit");
    let _timer = tcx
        .prof
        .generic_activity_with_arg_recorder("codegen_module", |recorder| {
            recorder.record_arg(name.to_string());
            recorder.record_arg(unit.size_estimate().to_string());
        });
    let module = session::new_module(tcx, name.as_str());
    if session::single_unit::leaves_out(name.as_str()) {
        return ModuleCodegen::new_regular(name.to_string(), module);
    }
    module.with_refs(|refs| {
        let mut cx = CodegenCx::new(tcx, unit, refs);
        let items = &unit.items_in_deterministic_order(tcx);
        declare(&mut cx, items);
        for &(item, data) in items {
            define(&mut cx, item, data);
        }
        if let Some(main) = maybe_create_entry_wrapper::<Builder<'_, '_, '_>>(&cx, unit) {
            for &attribute in cx.session_attributes() {
                main.add_attribute(AttributeLoc::Function, attribute);
            }
            cx.apply_pointer_auth(main);
            cx.sanitizer_attributes(&SanitizerFnAttrs::default(), None, |attribute| {
                main.add_attribute(AttributeLoc::Function, attribute);
            });
        }
        cx.finalize_objective_c();
        cx.finalize_coverage();
        cx.define_used_variables();
        cx.upgrade_outdated_intrinsics();
        cx.finalize_debuginfo();
        verification::check(&cx, items);
        cx.drop_unreachable_blocks();
    });
    ModuleCodegen::new_regular(name.to_string(), module)
}

/// Declares `items`: every item before any body, so that bodies can refer to each other.
pub(super) fn declare<'tcx>(cx: &mut CodegenCx<'_, 'tcx>, items: &[(MonoItem<'tcx>, MonoItemData)]) {
    let name = cx.codegen_unit.name();
    for &(item, data) in items {
        match cx.naked_function(item) {
            Some(instance) => cx.predefine_naked(instance, data),
            None => {
                item.predefine::<Builder<'_, '_, '_>>(cx, name.as_str(), data.linkage, data.visibility);
            }
        }
    }
}

/// Builds the body of an item that was declared.
pub(super) fn define<'tcx>(cx: &mut CodegenCx<'_, 'tcx>, item: MonoItem<'tcx>, data: MonoItemData) {
    let name = cx.codegen_unit.name();
    let _item = tracing::debug_span!("item", symbol = item.symbol_name(cx.tcx).name).entered();
    match cx.naked_function(item) {
        Some(instance) => cx.define_naked(instance),
        None => item.define::<Builder<'_, '_, '_>>(cx, name.as_str(), data),
    }
    cx.gather_constant_stores();
    #[cfg(feature = "faults")]
    super::faults::inject(cx, item);
}
