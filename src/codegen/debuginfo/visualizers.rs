//! The section that tells gdb which pretty-printers to load: `.debug_gdb_scripts`.
//!
//! ```text
//! \x01 gdb_load_rust_pretty_printers.py \0            a file, where gdb looks for scripts
//! \x04 pretty-printer-zoo-0 \n <Python> \0            the text of a #![debugger_visualizer(gdb_script_file = …)]
//! ```

use inkwell::module::Linkage;
use inkwell::values::{GlobalValue, UnnamedAddress};
use rustc_abi::Align;
use rustc_attr_ir::DebuggerVisualizerType;
use rustc_codegen_ssa::base::collect_debugger_visualizers_transitive;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_session::config::DebugInfo;
use rustc_structures::CrateType;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::globals;

const NAME: &str = "__rustc_debug_gdb_scripts_section__";
const SECTION: &str = ".debug_gdb_scripts";

/// How an entry begins (GDB's manual, "dotdebug_gdb_scripts section").
const PYTHON_FILE: u8 = 1;
const PYTHON_TEXT: u8 = 4;

impl<'ll> CodegenCx<'ll, '_> {
    /// Whether the session's files carry the section. It names the visualizers of every crate below, so that only
    /// what nothing else is linked from has it; and procedural macros run inside rustc, not in a debugger.
    pub(super) fn wants_visualizers(&self) -> bool {
        let is_last = |kind: &CrateType| match kind {
            CrateType::Executable
            | CrateType::Dylib
            | CrateType::Cdylib
            | CrateType::StaticLib
            | CrateType::Sdylib => true,
            CrateType::ProcMacro | CrateType::Rlib => false,
        };
        self.tcx.sess.opts.debuginfo != DebugInfo::None
            && self.tcx.sess.target.emit_debug_gdb_scripts
            && self.tcx.crate_types().iter().any(is_last)
    }

    /// The section, once per codegen unit.
    pub(super) fn visualizer_section(&self) -> GlobalValue<'ll> {
        if let Some(known) = globals::named(self.llmod, NAME) {
            return known;
        }
        let text = self.const_bytes(&self.visualizers());
        let global = self.declare_variable(NAME, self.val_ty(text));
        global.set_section(Some(SECTION));
        global.set_initializer(&text);
        global.set_constant(true);
        global.set_unnamed_address(UnnamedAddress::Global);
        global.set_linkage(Linkage::LinkOnceODR);
        // gdb takes padding for an entry, and warns of it.
        global.set_alignment(1);
        global
    }

    fn visualizers(&self) -> Vec<u8> {
        let mut entries = vec![PYTHON_FILE];
        entries.extend_from_slice(b"gdb_load_rust_pretty_printers.py\0");
        let kind = DebuggerVisualizerType::GdbPrettyPrinter;
        let scripts = collect_debugger_visualizers_transitive(self.tcx, kind);
        let crate_name = self.tcx.crate_name(LOCAL_CRATE);
        for (number, script) in scripts.iter().enumerate() {
            entries.push(PYTHON_TEXT);
            entries.extend_from_slice(format!("pretty-printer-{crate_name}-{number}\n").as_bytes());
            entries.extend_from_slice(&script.src);
            entries.push(0);
        }
        entries
    }
}

impl Builder<'_, '_, '_> {
    /// Reads a byte of the section where the program starts, so that linkers keep it.
    pub(super) fn keep_visualizers(&mut self) {
        if self.cx.wants_visualizers() {
            let section = self.cx.visualizer_section();
            let address = section.into();
            self.volatile_load(self.cx.types.i8, address, Align::ONE);
        }
    }
}
