//! Debug information: what debuggers, profilers and backtraces know of the program.
//!
//! | file | what it describes |
//! |---|---|
//! | [`unit`] | the compile unit: who compiled what, where, how much of it is described |
//! | [`sources`] | files, and the lines and columns in them |
//! | [`names`] | namespaces: crates, modules and functions as the scopes of names |
//! | [`subprograms`] | functions: name, symbol, type, generic parameters, the type that a method belongs to |
//! | [`location`] | where each instruction comes from, as rustc's walk over MIR tells it |
//! | [`variables`] | arguments and locals, and where they are |
//! | [`globals`] | statics and virtual tables |
//! | [`types`] | a file for each shape of type |
//! | [`visualizers`] | the section that tells gdb of its pretty-printers |
//!
//! How much is described follows `-Cdebuginfo`: nothing; lines for the assembler (`line-directives-only`); lines and
//! functions (`line-tables-only`); names, too (`limited`); types and variables, too (`full`).

mod globals;
mod location;
mod names;
mod sources;
mod subprograms;
mod types;
mod unit;
mod variables;
mod visualizers;

use std::cell::RefCell;

use inkwell::debug_info::{DIScope, DebugInfoBuilder};
use inkwell::values::FunctionValue;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::{Instance, TyCtxt};
use rustc_session::config::DebugInfo;
use rustc_span::def_id::DefId;

pub(crate) use location::Scope;

use crate::codegen::context::CodegenCx;
use crate::session::ModuleRefs;

/// The debug information of one codegen unit.
pub(crate) struct DebugContext<'ll, 'tcx> {
    builder: DebugInfoBuilder<'ll>,
    unit: DIScope<'ll>,
    sources: sources::Sources<'ll>,
    /// Whether types and variables are described, not only functions and lines.
    full: bool,
    namespaces: RefCell<FxHashMap<DefId, DIScope<'ll>>>,
    functions: RefCell<FxHashMap<Instance<'tcx>, subprograms::Function<'ll, 'tcx>>>,
    /// What each function that is defined here was compiled from.
    instances: RefCell<FxHashMap<FunctionValue<'ll>, Instance<'tcx>>>,
    types: types::TypeCache<'ll, 'tcx>,
}

impl<'ll, 'tcx> DebugContext<'ll, 'tcx> {
    /// The context for the codegen unit `name`, or nothing where the session asks for no debug information.
    pub(crate) fn new(tcx: TyCtxt<'tcx>, name: &str, refs: ModuleRefs<'ll>) -> Option<Self> {
        if tcx.sess.opts.debuginfo == DebugInfo::None {
            return None;
        }
        let (builder, unit) = unit::begin(tcx, name, refs);
        let sources = sources::Sources::new(&builder);
        Some(DebugContext {
            builder,
            unit,
            sources,
            full: tcx.sess.opts.debuginfo == DebugInfo::Full,
            namespaces: RefCell::default(),
            functions: RefCell::default(),
            instances: RefCell::default(),
            types: types::TypeCache::default(),
        })
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The debug context. rustc asks for debug information only in sessions that have one.
    fn debug(&self) -> &DebugContext<'ll, 'tcx> {
        self.debug
            .as_ref()
            .expect("debug information is only built when asked for")
    }

    /// The debug context, if types and variables are described.
    fn full_debug(&self) -> Option<&DebugContext<'ll, 'tcx>> {
        self.debug.as_ref().filter(|debug| debug.full)
    }

    /// Completes what was left open while code was generated. Nothing may be described afterwards.
    pub(crate) fn finalize_debuginfo(&self) {
        if let Some(debug) = &self.debug {
            if self.wants_visualizers() {
                self.visualizer_section();
            }
            debug.builder.finalize();
        }
    }
}
