//! Namespaces: the crate and the modules that a function's name is read in, `std::thread::spawn`.

use inkwell::debug_info::{AsDIScope, DIScope};
use rustc_middle::ty::TyCtxt;
use rustc_span::def_id::{CRATE_DEF_ID, DefId};

use super::DebugContext;

impl<'ll> DebugContext<'ll, '_> {
    /// The scope in which the item `def_id` has its name. Units with line tables only have no names but the
    /// functions' own.
    pub(super) fn scope_around(&self, tcx: TyCtxt<'_>, def_id: DefId) -> DIScope<'ll> {
        match tcx.opt_parent(def_id) {
            Some(parent) if self.describes_names => self.namespace(tcx, parent),
            _ => self.unit.as_debug_info_scope(),
        }
    }

    fn namespace(&self, tcx: TyCtxt<'_>, def_id: DefId) -> DIScope<'ll> {
        if let Some(&known) = self.namespaces.borrow().get(&def_id) {
            return known;
        }
        let key = tcx.def_key(def_id);
        let (scope, name) = match key.disambiguated_data.data.get_opt_name() {
            _ if def_id.index == CRATE_DEF_ID.local_def_index => (
                self.unit.as_debug_info_scope(),
                tcx.crate_name(def_id.krate).to_string(),
            ),
            Some(name) => (self.scope_around(tcx, def_id), name.to_string()),
            None => (self.scope_around(tcx, def_id), unnamed(&key)),
        };
        let namespace = self
            .builder
            .create_namespace(scope, &name, false)
            .as_debug_info_scope();
        self.namespaces.borrow_mut().insert(def_id, namespace);
        namespace
    }
}

/// What stands for something without a name in a path: `{impl#2}`, `{closure#0}`.
pub(super) fn unnamed(key: &rustc_hir::definitions::DefKey) -> String {
    let data = &key.disambiguated_data;
    format!("{{{}#{}}}", data.data, data.disambiguator)
}
