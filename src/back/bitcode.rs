//! The bitcode of a module as LTO wants it: with a summary, and all that a summary names has a name.

use rustc_codegen_ssa::back::write::{BitcodeSection, CodegenContext, EmitObj, ModuleConfig};
use rustc_codegen_ssa::{ModuleCodegen, ModuleKind};
use rustc_session::config::Lto;

use crate::diagnose;
use crate::llvm::cxx::{self, Extras};
use crate::llvm::metadata::{self, MetadataKind};
use crate::llvm::modules::{self, Bitcode, PassOptions};
use crate::session::{ModuleLlvm, ModuleRefs};

/// The LTO that a module's bitcode is meant for. A linker takes a module with a ThinLTO summary into ThinLTO,
/// where its symbols cannot be merged with those of a module in regular LTO.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Summary {
    Thin,
    Full,
}

impl Summary {
    /// That of the session's modules.
    pub(crate) fn of_session(cgcx: &CodegenContext) -> Self {
        match cgcx.lto {
            Lto::Fat => Summary::Full,
            Lto::No | Lto::Thin | Lto::ThinLocal => Summary::Thin,
        }
    }
}

/// What is to be kept of a module's bitcode before the passes that LTO would have to undo.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) summary: Summary,
    /// The summary on its own as well (`--emit=thin-link-bitcode`).
    pub(crate) thin_link: bool,
}

impl Wanted {
    /// What the session wants of `module`: something to embed in its object, something to write, or nothing.
    pub(crate) fn of(
        cgcx: &CodegenContext,
        module: &ModuleCodegen<ModuleLlvm>,
        config: &ModuleConfig,
    ) -> Option<Self> {
        let embeds = module.kind == ModuleKind::Regular && embeds(config);
        (embeds || config.emit_thin_lto_summary).then(|| Wanted {
            summary: Summary::of_session(cgcx),
            thin_link: config.emit_thin_lto_summary,
        })
    }
}

/// Whether the objects of regular modules carry bitcode.
pub(crate) fn embeds(config: &ModuleConfig) -> bool {
    config.emit_obj == EmitObj::ObjectCode(BitcodeSection::Full)
}

/// A module's bitcode, and its summary on its own if that was wanted.
pub(crate) struct Kept {
    pub(crate) bitcode: Bitcode,
    pub(crate) thin_link: Option<Vec<u8>>,
}

/// Writes the module as it is now, with a summary.
pub(crate) fn write(refs: ModuleRefs<'_>, summary: Summary) -> Bitcode {
    let wanted = Wanted {
        summary,
        thin_link: false,
    };
    keep(refs, wanted).bitcode
}

/// The module in two, if it must be split: what has type metadata goes into a part of its own that regular LTO
/// merges, because a check of a type needs the list of all that has it, and ThinLTO sees one module at a time. Without
/// that, a function of another object is of no type, and the check of a call of it fails.
///
/// The writer that splits is a pass without a name; the pass that embeds bitcode in an object has one, and is that
/// writer, run on a copy of the module (`EmbedBitcodePass`).
fn split(refs: ModuleRefs<'_>) -> Option<Vec<u8>> {
    if refs.module.get_flag("EnableSplitLTOUnit").is_none()
        || !metadata::is_on_any_global(refs.module, MetadataKind::Type)
    {
        return None;
    }
    const SPLITTING: &str = "embed-bitcode<thinlto;emit-summary>";
    diagnose::before_assembling(refs.context, refs.module, || {
        modules::run_passes(
            refs.module,
            refs.machine,
            SPLITTING,
            PassOptions::default(),
            Extras::default(),
        )
        .expect("LLVM has a pass of this name");
    });
    tracing::debug!("bitcode split for the linker's whole-program passes");
    cxx::take_embedded(refs.module)
}

/// Writes what is wanted of the module as it is now.
pub(crate) fn keep(refs: ModuleRefs<'_>, wanted: Wanted) -> Kept {
    // A summary knows a global by a number, which is that of its name; and every alias by what it stands for.
    const NAMING: &str = "canonicalize-aliases,name-anon-globals,assign-guid";
    modules::run_passes(
        refs.module,
        refs.machine,
        NAMING,
        PassOptions::default(),
        Extras::default(),
    )
    .expect("LLVM has passes of these names");
    if wanted.summary == Summary::Full {
        // What the linker takes for "not ThinLTO" (LLVM's BitcodeWriter).
        const FLAG: &str = "ThinLTO";
        if refs.module.get_flag(FLAG).is_none() {
            modules::add_flag(refs.context, refs.module, modules::Merge::Error, FLAG, 0);
        }
    }
    if wanted.summary == Summary::Thin
        && let Some(parts) = split(refs)
    {
        return Kept {
            bitcode: Bitcode::from(parts),
            thin_link: None,
        };
    }
    let with_hash = wanted.summary == Summary::Thin;
    let write = || cxx::write_with_summary(refs.module, with_hash, wanted.thin_link);
    let written = diagnose::before_assembling(refs.context, refs.module, write);
    tracing::debug!(?wanted, bytes = written.bitcode.len(), "bitcode with a summary");
    Kept {
        bitcode: Bitcode::from(written.bitcode),
        thin_link: written.thin_link,
    }
}
