//! Debug information: which function, file and line an instruction came from.
//!
//! What is emitted is what `-Cdebuginfo=line-tables-only` asks for: compile
//! unit, files, subprograms, lexical scopes, inlining; and for the higher levels linkage names and namespaces. Types and variables have their place here later.

mod location;
mod namespace;
mod scope;
mod subprogram;

use std::cell::RefCell;

use inkwell::debug_info::{
    DICompileUnit, DIFile, DIFlagsConstants, DIScope, DWARFEmissionKind, DWARFSourceLanguage,
    DebugInfoBuilder,
};
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::{Instance, TyCtxt};
use rustc_session::config::DebugInfo;
use rustc_span::def_id::DefId;
use rustc_span::{
    FileName, RemapPathScopeComponents, SourceFile, SourceFileHash, SourceFileHashAlgorithm,
    StableSourceFileId,
};

pub(crate) use scope::{Scope, Variable};

use crate::back::ModuleRefs;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo;
use crate::llvm::modules::{self, Merge};

/// LLVM's version of debug-information metadata.
const METADATA_VERSION: u32 = 3;

/// The debug information of one codegen unit.
pub(crate) struct DebugContext<'ll, 'tcx> {
    pub(super) builder: DebugInfoBuilder<'ll>,
    unit: DICompileUnit<'ll>,
    files: RefCell<FxHashMap<(StableSourceFileId, SourceFileHash), DIFile<'ll>>>,
    /// Subprograms of functions that are inlined here, each made once.
    inlined: RefCell<FxHashMap<Instance<'tcx>, Scope<'ll>>>,
    /// Whether functions are described by more than line tables need.
    describes_names: bool,
    namespaces: RefCell<FxHashMap<DefId, DIScope<'ll>>>,
}

impl<'ll, 'tcx> DebugContext<'ll, 'tcx> {
    /// The context for the codegen unit `name`, or nothing where the session asks for no debug information.
    pub(crate) fn new(tcx: TyCtxt<'tcx>, name: &str, refs: ModuleRefs<'ll>) -> Option<Self> {
        let sess = tcx.sess;
        let kind = match sess.opts.debuginfo {
            DebugInfo::None => return None,
            DebugInfo::LineDirectivesOnly | DebugInfo::LineTablesOnly => DWARFEmissionKind::LineTablesOnly,
            // Types and variables are not described yet, but linkage names and namespaces are.
            DebugInfo::Limited | DebugInfo::Full => DWARFEmissionKind::Full,
        };
        let flag = |merge, name, value| modules::add_flag(refs.context, refs.module, merge, name, value);
        flag(Merge::Warning, "Debug Info Version", METADATA_VERSION);
        if sess.target.is_like_msvc {
            flag(Merge::Warning, "CodeView", 1);
        } else {
            // Merged objects may use the newer of two versions: readers must know it anyway.
            flag(Merge::Max, "Dwarf Version", sess.dwarf_version());
        }
        let source = match sess.local_crate_source_file() {
            Some(file) => file
                .path(RemapPathScopeComponents::DEBUGINFO)
                .to_string_lossy()
                .into_owned(),
            None => tcx.crate_name(rustc_hir::def_id::LOCAL_CRATE).to_string(),
        };
        let directory = sess
            .source_map()
            .working_dir()
            .path(RemapPathScopeComponents::DEBUGINFO)
            .to_string_lossy()
            .into_owned();
        let producer = format!(
            "clang LLVM (rustc version {} with fixed {})",
            sess.cfg_version,
            env!("CARGO_PKG_VERSION")
        );
        let optimized = sess.opts.optimize != rustc_session::config::OptLevel::No;
        let (builder, unit) = refs.module.create_debug_info_builder(
            true,
            DWARFSourceLanguage::Rust,
            // Linkers merge units of one name; the suffix keeps those of one crate apart.
            &format!("{source}/@/{name}"),
            &directory,
            &producer,
            optimized,
            "",
            0,
            "",
            kind,
            0,
            sess.opts.unstable_opts.split_dwarf_inlining,
            sess.opts.unstable_opts.debuginfo_for_profiling,
            "",
            "",
        );
        Some(DebugContext {
            builder,
            unit,
            files: RefCell::default(),
            inlined: RefCell::default(),
            describes_names: matches!(kind, DWARFEmissionKind::Full),
            namespaces: RefCell::default(),
        })
    }

    /// The file of a piece of source.
    fn file(&self, tcx: TyCtxt<'tcx>, source: &SourceFile) -> DIFile<'ll> {
        let key = (source.stable_id, source.src_hash);
        *self.files.borrow_mut().entry(key).or_insert_with(|| {
            let scope = RemapPathScopeComponents::DEBUGINFO;
            let (name, directory) = match &source.name {
                FileName::Real(real) => {
                    let (directory, name) = real.embeddable_name(scope);
                    match name.strip_prefix(directory) {
                        Ok(relative) => (relative.to_string_lossy(), directory.to_string_lossy()),
                        Err(_) => (name.to_string_lossy(), "".into()),
                    }
                }
                // Code of a macro expansion or from standard input.
                other => (other.display(scope).to_string().into(), "".into()),
            };
            let checksum = checksum(&source.src_hash);
            let embedded = tcx.sess.opts.unstable_opts.embed_source;
            let text = embedded.then(|| source_text(tcx, source));
            debuginfo::file(&self.builder, &name, &directory, checksum, text.as_deref())
        })
    }
}

/// By which debuggers know that a source is the one that was compiled. DWARF and CodeView have no BLAKE3.
fn checksum(hash: &SourceFileHash) -> Option<(debuginfo::Checksum, String)> {
    let kind = match hash.kind {
        SourceFileHashAlgorithm::Md5 => debuginfo::Checksum::CSK_MD5,
        SourceFileHashAlgorithm::Sha1 => debuginfo::Checksum::CSK_SHA1,
        SourceFileHashAlgorithm::Sha256 => debuginfo::Checksum::CSK_SHA256,
        SourceFileHashAlgorithm::Blake3 => return None,
    };
    // Of `md5=0123…`, what follows the name.
    let shown = hash.to_string();
    let (_, digits) = shown.split_once('=')?;
    Some((kind, digits.to_owned()))
}

/// The text of `source`, or nothing where it is another crate's and no longer at hand.
fn source_text(tcx: TyCtxt<'_>, source: &SourceFile) -> String {
    if let Some(text) = &source.src {
        return text.to_string();
    }
    tcx.sess.source_map().ensure_source_file_source_present(source);
    let external = source.external_src.read();
    external.get_source().unwrap_or_default().to_owned()
}

/// No flags of a subprogram or a subroutine type.
const NO_FLAGS: i32 = inkwell::debug_info::DIFlags::ZERO;

impl CodegenCx<'_, '_> {
    /// Completes what was left open while code was generated. Nothing may be described afterwards.
    pub(crate) fn finalize_debuginfo(&self) {
        if let Some(debug) = &self.debug {
            debug.builder.finalize();
        }
    }
}
