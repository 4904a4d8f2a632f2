//! The compile unit: which crate was compiled, by what, in which folder, and how much is told of it.
//!
//! ```text
//! DW_TAG_compile_unit
//!   DW_AT_producer   "clang LLVM (rustc version 1.101.0-nightly (…) with fixed 0.1.0)"
//!   DW_AT_language   DW_LANG_Rust
//!   DW_AT_name       "src/main.rs/@/hello.7d1bcd2c3e15a1b-cgu.0"
//!   DW_AT_comp_dir   "/project/hello"
//! ```

use inkwell::debug_info::{DIScope, DebugInfoBuilder};
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_middle::ty::TyCtxt;
use rustc_session::config::{DebugInfo, OptLevel};
use rustc_span::RemapPathScopeComponents;
use rustc_target::spec::DebuginfoKind;

use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::{self, CompileUnit, Emission};
use crate::llvm::modules::{self, Merge};
use crate::session::ModuleRefs;

/// LLVM's version of debug-information metadata.
const METADATA_VERSION: u32 = 3;

/// A builder for the module, and the unit that it builds.
pub(super) fn begin<'ll>(
    tcx: TyCtxt<'_>,
    name: &str,
    refs: ModuleRefs<'ll>,
) -> (DebugInfoBuilder<'ll>, DIScope<'ll>) {
    set_flags(tcx, refs);
    let sess = tcx.sess;
    let mapped = RemapPathScopeComponents::DEBUGINFO;
    let source = match sess.local_crate_source_file() {
        Some(file) => file.path(mapped).to_string_lossy().into_owned(),
        None => tcx.crate_name(LOCAL_CRATE).to_string(),
    };
    let folder = sess.source_map().working_dir();
    let builder = debuginfo::builder(refs.module);
    // The name of the codegen unit keeps those of one crate apart: Apple's linker drops all but one of the units of
    // one name, and a unit that is split off is found by a hash of its content, name included (DWARF 5, 7.32).
    let file = builder.create_file(
        &format!("{source}/@/{name}"),
        &folder.path(mapped).to_string_lossy(),
    );
    let producer = producer(tcx);
    let unit = debuginfo::compile_unit(
        &builder,
        &CompileUnit {
            file,
            producer: &producer,
            optimized: sess.opts.optimize != OptLevel::No,
            split_name: &split_name(tcx, name),
            split_inlining: sess.opts.unstable_opts.split_dwarf_inlining,
            emission: match sess.opts.debuginfo {
                DebugInfo::LineDirectivesOnly => Emission::LineDirectives,
                DebugInfo::None | DebugInfo::LineTablesOnly => Emission::LineTables,
                DebugInfo::Limited | DebugInfo::Full => Emission::Full,
            },
            // Up to DWARF 4 the tables are large, and no debugger reads them.
            name_tables: !(is_dwarf(tcx) && sess.dwarf_version() <= 4),
        },
    );
    (builder, unit)
}

fn producer(tcx: TyCtxt<'_>) -> String {
    // gdb takes what begins so for the work of a compiler that it knows.
    format!(
        "clang LLVM (rustc version {} with fixed {})",
        tcx.sess.cfg_version,
        env!("CARGO_PKG_VERSION")
    )
}

impl CodegenCx<'_, '_> {
    /// The folder that is compiled in, and the compiler, as units name them.
    pub(crate) fn folder_and_producer(&self) -> (String, String) {
        let folder = self.tcx.sess.source_map().working_dir();
        let folder = folder.path(RemapPathScopeComponents::DEBUGINFO);
        (folder.to_string_lossy().into_owned(), producer(self.tcx))
    }
}

fn is_dwarf(tcx: TyCtxt<'_>) -> bool {
    match tcx.sess.target.debuginfo_kind {
        DebuginfoKind::Dwarf | DebuginfoKind::DwarfDsym => true,
        DebuginfoKind::Pdb => false,
    }
}

/// What tells LLVM, and whoever links modules, which format is meant.
fn set_flags(tcx: TyCtxt<'_>, refs: ModuleRefs<'_>) {
    let flag = |merge, name, value| modules::add_flag(refs.context, refs.module, merge, name, value);
    if is_dwarf(tcx) {
        // Merged objects may use the newer of two versions: readers must know it anyway.
        flag(Merge::Max, "Dwarf Version", tcx.sess.dwarf_version());
    } else {
        flag(Merge::Warning, "CodeView", 1);
    }
    // Without it, whoever reads the module drops all of it.
    flag(Merge::Warning, "Debug Info Version", METADATA_VERSION);
}

/// The file of what is split off, as debuggers look for it, or nothing where nothing is.
fn split_name(tcx: TyCtxt<'_>, unit: &str) -> String {
    let sess = tcx.sess;
    if !sess.target_can_use_split_dwarf() {
        return String::new();
    }
    let kind = sess.opts.unstable_opts.split_dwarf_kind;
    let Some(path) = tcx
        .output_filenames(())
        .split_dwarf_path(sess.split_debuginfo(), kind, unit)
    else {
        return String::new();
    };
    let sources = sess.source_map();
    let mapped = sources
        .path_mapping()
        .to_real_filename(sources.working_dir(), path);
    mapped
        .path(RemapPathScopeComponents::DEBUGINFO)
        .to_string_lossy()
        .into_owned()
}
