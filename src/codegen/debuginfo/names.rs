//! Namespaces: the crate, the modules, the impl blocks and the functions that a name is declared in.
//!
//! `std::thread::spawn` and `<Dog as Animal>::speak` of crate `zoo` are found so:
//!
//! ```text
//! DW_TAG_namespace "std"                 DW_TAG_namespace "zoo"
//!   DW_TAG_namespace "thread"              DW_TAG_namespace "{impl#0}"
//!     DW_TAG_subprogram "spawn<…>"           DW_TAG_subprogram "speak"
//! ```

use inkwell::debug_info::{AsDIScope, DIScope};
use rustc_codegen_ssa::debuginfo::type_names;
use rustc_span::def_id::DefId;

use crate::codegen::context::CodegenCx;

impl<'ll> CodegenCx<'ll, '_> {
    /// The namespace in which the item `def_id` has its name.
    pub(super) fn scope_around(&self, def_id: DefId) -> DIScope<'ll> {
        match self.tcx.opt_parent(def_id) {
            Some(parent) => self.namespace(parent),
            None => self.debug().unit,
        }
    }

    /// The namespace that the item `def_id` is to what is declared in it.
    pub(super) fn namespace(&self, def_id: DefId) -> DIScope<'ll> {
        let debug = self.debug();
        if let Some(&known) = debug.namespaces.borrow().get(&def_id) {
            return known;
        }
        let around = self.scope_around(def_id);
        let namespace = debug
            .builder
            .create_namespace(around, &self.item_name(def_id), false)
            .as_debug_info_scope();
        debug.namespaces.borrow_mut().insert(def_id, namespace);
        namespace
    }

    /// The last part of the item's path: `spawn`, `{impl#0}`, `{closure#2}`, `{async_fn_env#0}`.
    pub(super) fn item_name(&self, def_id: DefId) -> String {
        let mut name = String::with_capacity(32);
        type_names::push_item_name(self.tcx, def_id, false, &mut name);
        name
    }
}
