//! Subprograms: the functions that code belongs to, by the names that people search for.

use inkwell::debug_info::{AsDIScope, DIFlags, DIFlagsConstants};
use inkwell::values::FunctionValue;
use rustc_middle::ty::{Instance, Ty};
use rustc_session::config::OptLevel;
use rustc_target::callconv::FnAbi;

use super::{DebugContext, NO_FLAGS, Scope, namespace};
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo;

impl<'ll, 'tcx> DebugContext<'ll, 'tcx> {
    /// The subprogram of `instance`. With `definition`, that function is its code; without, it is inlined.
    pub(super) fn subprogram(
        &self,
        cx: &CodegenCx<'ll, 'tcx>,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        definition: Option<FunctionValue<'ll>>,
    ) -> Scope<'ll> {
        if definition.is_none()
            && let Some(&known) = self.inlined.borrow().get(&instance)
        {
            return known;
        }
        let scope = self.describe(cx, instance, fn_abi);
        match definition {
            Some(function) => debuginfo::set_subprogram(function, scope.0),
            None => {
                self.inlined.borrow_mut().insert(instance, scope);
            }
        }
        scope
    }

    fn describe(
        &self,
        cx: &CodegenCx<'ll, 'tcx>,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
    ) -> Scope<'ll> {
        let tcx = cx.tcx;
        let def_id = instance.def_id();
        let span = tcx.def_span(def_id);
        let position = tcx.sess.source_map().lookup_char_pos(span.lo());
        let file = self.file(tcx, &position.file);
        let line = position.line as u32;
        let name = item_name(cx, instance);
        let symbol = tcx.symbol_name(instance).name;
        let ty = self.builder.create_subroutine_type(file, None, &[], NO_FLAGS);
        let optimized = tcx.sess.opts.optimize != OptLevel::No;
        let local = !tcx.is_reachable_non_generic(def_id);
        let flags = match fn_abi.ret.layout.is_uninhabited() {
            true => DIFlags::NO_RETURN,
            false => NO_FLAGS,
        };
        let scope = self.builder.create_function(
            self.scope_around(tcx, def_id),
            &name,
            Some(symbol),
            file,
            line,
            ty,
            local,
            true,
            line,
            flags,
            optimized,
        );
        Scope(scope.as_debug_info_scope())
    }
}

/// The last part of the item's path, with its generic arguments: `push<u8>`, `{closure#0}`.
fn item_name<'tcx>(cx: &CodegenCx<'_, 'tcx>, instance: Instance<'tcx>) -> String {
    let tcx = cx.tcx;
    let key = tcx.def_key(instance.def_id());
    let mut name = match key.disambiguated_data.data.get_opt_name() {
        Some(name) => name.to_string(),
        None => namespace::unnamed(&key),
    };
    let types: Vec<String> = instance
        .args
        .types()
        .map(|ty| rustc_middle::ty::print::with_no_trimmed_paths!(ty.to_string()))
        .collect();
    if !types.is_empty() && !tcx.is_closure_like(instance.def_id()) {
        name.push_str(&format!("<{}>", types.join(", ")));
    }
    name
}
