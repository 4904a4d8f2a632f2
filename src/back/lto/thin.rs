//! Thin LTO: each module is optimised on its own, with what it imports from others.
//!
//! [`run`] looks at the summaries of all modules and decides; [`optimize`] does, for one module, what was
//! decided. Between builds, a module is left as it is if neither it nor what was decided has changed.

use std::collections::HashMap;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_codegen_ssa::back::lto::{SerializedModule, ThinModule, ThinShared};
use rustc_codegen_ssa::back::write::{
    CodegenContext, SharedEmitter, TargetMachineFactoryConfig, TargetMachineFactoryFn, ThinLtoInput,
};
use rustc_codegen_ssa::{CompiledModule, ModuleCodegen};
use rustc_data_structures::fingerprint::Fingerprint;
use rustc_data_structures::profiling::SelfProfilerRef;
use rustc_data_structures::stable_hash::StableHasher;
use rustc_errors::{DiagCtxt, DiagCtxtHandle};
use rustc_middle::dep_graph::WorkProduct;
use rustc_session::BorrowedIncrCompSession;
use rustc_session::config::{Lto, OptLevel};

use crate::back::bitcode::embeds;
use crate::back::emit::save_temporary;
use crate::back::lto::LlvmBackend;
use crate::back::lto::inputs::{self, Origin, modules_of_rlib};
use crate::back::passes::{self, Stage};
use crate::diagnose;
use crate::llvm::cxx::{Participant, ThinLink};
use crate::llvm::modules::Bitcode;
use crate::session::{ModuleLlvm, ModuleRefs};

/// Whether the units of one crate import from each other in a release build (`Lto::ThinLocal`). If not, each is
/// compiled as it is.
pub(crate) const ACROSS_UNITS: bool = true;

/// A module that takes part.
struct Module {
    name: String,
    bitcode: SerializedModule<Bitcode>,
    origin: Origin,
    /// What the last build made of it, if its source has not changed.
    green: Option<WorkProduct>,
}

/// Decides what becomes of the crate's modules and of those in `rlibs`. The result is what is to be compiled, and
/// what can be taken from the last build.
pub(crate) fn run<B: LlvmBackend>(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    session: Option<&BorrowedIncrCompSession>,
    dcx: DiagCtxtHandle<'_>,
    exported: &[String],
    rlibs: &[PathBuf],
    modules: Vec<ThinLtoInput<B>>,
) -> (Vec<ThinModule<B>>, Vec<WorkProduct>) {
    let _timer = prof.generic_activity("LLVM_thin_lto_global_analysis");
    let modules = collect(cgcx, dcx, rlibs, modules);
    let participants: Vec<Participant<'_>> = modules
        .iter()
        .map(|module| Participant {
            name: &module.name,
            bitcode: module.bitcode.data(),
        })
        .collect();
    let preserved = inputs::preserved(cgcx, exported);
    let link = match imports_are_wanted(cgcx) {
        true => ThinLink::new(&participants, &preserved).map(Some),
        false => Ok(None),
    };
    let link = link.unwrap_or_else(|(number, why)| {
        let module = &modules[number];
        dcx.fatal(
            module
                .origin
                .complaint(&module.name, &format!("failed to read its summary: {why}")),
        )
    });
    let keys = session.map(|_| Keys::new(link.as_ref(), &participants));
    let before = session.and_then(|session| Keys::load(session.old_session_directory.as_deref()?));
    if let (Some(session), Some(keys)) = (session, &keys)
        && let Err(error) = keys.save(&session.new_session_directory)
    {
        dcx.fatal(format!("failed to note what thin LTO has decided: {error}"));
    }
    let is_reused = |name: &str| match (&before, &keys) {
        (Some(before), Some(keys)) => before.0.get(name) == keys.0.get(name),
        _ => false,
    };
    let mut reused = Vec::new();
    let mut compiled = Vec::new();
    let mut shared = ThinShared {
        data: link,
        modules: Vec::with_capacity(modules.len()),
        module_names: Vec::with_capacity(modules.len()),
    };
    for (number, module) in modules.into_iter().enumerate() {
        match module.green {
            Some(product) if is_reused(&module.name) => reused.push(product),
            _ => compiled.push(number),
        }
        shared.module_names.push(c_name(&module.name));
        shared.modules.push(module.bitcode);
    }
    tracing::debug!(compiled = compiled.len(), reused = reused.len(), "thin LTO");
    let shared = Arc::new(shared);
    let compiled = compiled.into_iter().map(|idx| ThinModule {
        shared: Arc::clone(&shared),
        idx,
    });
    (compiled.collect(), reused)
}

fn imports_are_wanted(cgcx: &CodegenContext) -> bool {
    ACROSS_UNITS || cgcx.lto != Lto::ThinLocal
}

fn c_name(name: &str) -> CString {
    CString::new(name).expect("no NUL in a module's name")
}

fn collect<B: LlvmBackend>(
    cgcx: &CodegenContext,
    dcx: DiagCtxtHandle<'_>,
    rlibs: &[PathBuf],
    own: Vec<ThinLtoInput<B>>,
) -> Vec<Module> {
    let mut modules: Vec<Module> = own
        .into_iter()
        .map(|input| match input {
            ThinLtoInput::Red { name, buffer } => Module {
                name,
                bitcode: buffer,
                origin: Origin::Crate,
                green: None,
            },
            ThinLtoInput::Green { wp, bitcode_path } => match std::fs::read(&bitcode_path) {
                Ok(bytes) => Module {
                    name: wp.cgu_name.clone(),
                    bitcode: SerializedModule::FromRlib(bytes),
                    origin: Origin::Crate,
                    green: Some(wp),
                },
                Err(error) => dcx.fatal(format!("cannot read {}: {error}", bitcode_path.display())),
            },
        })
        .collect();
    for rlib in rlibs {
        let inputs = modules_of_rlib(cgcx, rlib).unwrap_or_else(|why| dcx.fatal(why));
        modules.extend(inputs.into_iter().map(|input| Module {
            name: input.name,
            bitcode: SerializedModule::FromRlib(input.bytes),
            origin: input.origin,
            green: None,
        }));
    }
    modules
}

/// Does for one module what was decided, optimises it, and writes what the session asks for.
pub(crate) fn optimize<B: LlvmBackend>(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    emitter: &SharedEmitter,
    factory: TargetMachineFactoryFn<B>,
    thin: ThinModule<B>,
) -> CompiledModule {
    let dcx = DiagCtxt::new(Box::new(emitter.clone()));
    let dcx = dcx.handle();
    let name = thin.name();
    let machine = factory(dcx, TargetMachineFactoryConfig::new(cgcx, name));
    let module = ModuleLlvm::parse(&c_name(name), machine, cgcx.fewer_names, thin.data())
        .unwrap_or_else(|why| dcx.fatal(format!("failed to load bitcode of module \"{name}\": {why}")));
    if embeds(&cgcx.module_config) {
        module.keep_bitcode(Bitcode::from(thin.data().to_vec()));
    }
    module.with_refs(|refs| {
        let stage = diagnose::RemarkStage::LinkTime;
        let _scope = diagnose::DiagnosticScope::enter(cgcx, refs.context, emitter, name, stage);
        save_temporary(cgcx, refs.module, name, "thin-lto-input");
        if let Some(link) = &thin.shared.data {
            transform(cgcx, prof, dcx, refs, &thin, link);
        }
        let _timer = prof.generic_activity_with_arg("LLVM_lto_optimize", name);
        // Without the decisions, the module has been optimised to the end before.
        if thin.shared.data.is_some() {
            let config = &cgcx.module_config;
            let level = config.opt_level.unwrap_or(OptLevel::No);
            let stage = Stage::ThinLto;
            if let Err(why) = passes::optimize(cgcx, prof, dcx, refs, config, level, stage, None) {
                dcx.fatal(why);
            }
        }
        save_temporary(cgcx, refs.module, name, "thin-lto-after-pm");
    });
    let module = ModuleCodegen::new_regular(name, module);
    B::codegen(cgcx, prof, emitter, module, &cgcx.module_config)
}

fn transform<B: LlvmBackend>(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    dcx: DiagCtxtHandle<'_>,
    refs: ModuleRefs<'_>,
    thin: &ThinModule<B>,
    link: &ThinLink,
) {
    let name = thin.name();
    let is_elf = !cgcx.target_is_like_darwin
        && !cgcx.target_is_like_aix
        && !cgcx.is_pe_coff
        && !matches!(cgcx.target_arch.as_str(), "wasm32" | "wasm64");
    let step = |timer: &'static str, stage: &str, doing: &'static str, work: &dyn Fn()| {
        let _timer = prof.generic_activity_with_arg(timer, name);
        let _stage = diagnose::enter(doing);
        work();
        save_temporary(cgcx, refs.module, name, stage);
    };
    step(
        "LLVM_thin_lto_rename",
        "thin-lto-after-rename",
        "promoting local symbols",
        &|| {
            link.promote(refs.module, refs.machine, is_elf);
        },
    );
    step(
        "LLVM_thin_lto_resolve_weak",
        "thin-lto-after-resolve",
        "resolving weak symbols",
        &|| {
            link.resolve(refs.module, name);
        },
    );
    step(
        "LLVM_thin_lto_internalize",
        "thin-lto-after-internalize",
        "internalising symbols",
        &|| {
            link.internalize(refs.module, name);
        },
    );
    let bitcode_of = |name: &str| {
        let number = thin
            .shared
            .module_names
            .iter()
            .position(|other| other.to_bytes() == name.as_bytes())?;
        Some(thin.shared.modules[number].data())
    };
    step(
        "LLVM_thin_lto_import",
        "thin-lto-after-import",
        "importing functions",
        &|| {
            let imported = link.import(refs.context, refs.module, refs.machine, name, is_elf, &bitcode_of);
            if let Err(why) = imported {
                dcx.fatal(format!("failed to import into module \"{name}\": {why}"));
            }
        },
    );
}

/// For each module, a hash of all that decides what is compiled from it.
#[derive(Debug, Default, PartialEq)]
struct Keys(HashMap<String, String>);

impl Keys {
    /// Beside the work products of the session.
    const FILE: &str = "fixed-thin-lto.keys";

    fn new(link: Option<&ThinLink>, participants: &[Participant<'_>]) -> Self {
        let digests: HashMap<&str, Fingerprint> = participants
            .iter()
            .map(|module| {
                let mut hasher = StableHasher::new();
                std::hash::Hasher::write(&mut hasher, module.bitcode);
                (module.name, hasher.finish())
            })
            .collect();
        let digest = |name: &str, hasher: &mut dyn std::hash::Hasher| {
            if let Some(digest) = digests.get(name) {
                let (first, second) = digest.split();
                hasher.write_u64(first.as_u64());
                hasher.write_u64(second.as_u64());
            }
        };
        let key = |module: &Participant<'_>| {
            let mut hasher = StableHasher::new();
            match link {
                Some(link) => link.hash(module.name, &mut hasher, &digest),
                None => digest(module.name, &mut hasher),
            }
            (module.name.to_owned(), hasher.finish::<Fingerprint>().to_hex())
        };
        Keys(participants.iter().map(key).collect())
    }

    /// Those of an earlier session. Without them, or if they cannot be read, all is compiled.
    fn load(session: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(session.join(Keys::FILE)).ok()?;
        let keys = text.lines().map(|line| {
            let (key, name) = line.split_once(' ')?;
            Some((name.to_owned(), key.to_owned()))
        });
        keys.collect::<Option<_>>().map(Keys)
    }

    fn save(&self, session: &Path) -> std::io::Result<()> {
        let mut lines: Vec<String> = self
            .0
            .iter()
            .map(|(name, key)| format!("{key} {name}\n"))
            .collect();
        lines.sort();
        std::fs::write(session.join(Keys::FILE), lines.concat())
    }
}
