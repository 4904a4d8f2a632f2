//! Fat link-time optimisation: all modules of the program merged into one.

use std::ffi::CString;
use std::path::PathBuf;

use rustc_codegen_ssa::back::write::{
    CodegenContext, FatLtoInput, SharedEmitter, TargetMachineFactoryConfig, TargetMachineFactoryFn,
};
use rustc_codegen_ssa::{ModuleCodegen, ModuleKind};
use rustc_data_structures::profiling::SelfProfilerRef;
use rustc_errors::DiagCtxtHandle;

use crate::back::emit::save_temporary;
use crate::back::lto::LlvmBackend;
use crate::back::lto::inputs::{self, Input, Origin, modules_of_rlib};
use crate::back::passes::{self, Stage};
use crate::diagnose;
use crate::llvm::internalize::internalize;
use crate::llvm::modules::{self, Bitcode};
use crate::session::{ModuleLlvm, ModuleRefs};

/// Merges `modules` and those in the linked rlibs into one, hides what is not exported, and optimises it.
pub(crate) fn run<B: LlvmBackend>(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    dcx: DiagCtxtHandle<'_>,
    emitter: &SharedEmitter,
    factory: TargetMachineFactoryFn<B>,
    exported: &[String],
    rlibs: &[PathBuf],
    modules: Vec<FatLtoInput<B>>,
) -> ModuleCodegen<ModuleLlvm> {
    let _timer = prof.generic_activity("LLVM_fat_lto_build_monolithic_module");
    let Inputs { name, modules } = Inputs::gather(cgcx, dcx, rlibs, modules);
    let machine = factory(dcx, TargetMachineFactoryConfig::new(cgcx, &name));
    let merged = ModuleLlvm::new(&name, machine, cgcx.fewer_names);
    merged.with_refs(|refs| {
        let stage = diagnose::RemarkStage::LinkTime;
        let _scope = diagnose::DiagnosticScope::enter(cgcx, refs.context, emitter, &name, stage);
        for input in &modules {
            let _timer = prof.generic_activity_with_arg("LLVM_fat_lto_link_module", &*input.name);
            link(dcx, refs, input);
        }
        save_temporary(cgcx, refs.module, &name, "lto.input");
        {
            let _stage = diagnose::enter("internalising symbols");
            internalize(refs.module, &inputs::preserved(cgcx, exported));
        }
        save_temporary(cgcx, refs.module, &name, "lto.after-restriction");
        let config = &cgcx.module_config;
        let level = config.opt_level.unwrap_or(rustc_session::config::OptLevel::No);
        let result = passes::optimize(cgcx, prof, dcx, refs, config, level, Stage::FatLto, None);
        if let Err(why) = result {
            dcx.fatal(why);
        }
    });
    ModuleCodegen::new_regular(name, merged)
}

/// What is merged, in this order, and what the result is called.
struct Inputs {
    name: String,
    modules: Vec<Input>,
}

impl Inputs {
    /// The crate's own modules and those of the linked rlibs. The others are linked into the one with the most functions,
    /// which names the result.
    fn gather<B: LlvmBackend>(
        cgcx: &CodegenContext,
        dcx: DiagCtxtHandle<'_>,
        rlibs: &[PathBuf],
        modules: Vec<FatLtoInput<B>>,
    ) -> Self {
        let mut inputs = Vec::new();
        let mut base = None;
        for module in modules {
            let (name, bytes) = match module {
                FatLtoInput::InMemory(module) => {
                    let functions = |refs: ModuleRefs<'_>| refs.module.get_functions().count();
                    if module.kind == ModuleKind::Regular {
                        base = base.max(Some((module.module_llvm.with_refs(functions), inputs.len())));
                    }
                    (module.name, module.module_llvm.with_refs(bitcode_of))
                }
                FatLtoInput::Serialized { name, bitcode_path } => {
                    let bytes = std::fs::read(&bitcode_path).unwrap_or_else(|error| {
                        dcx.fatal(format!("cannot read {}: {error}", bitcode_path.display()))
                    });
                    base = base.or(Some((0, inputs.len())));
                    (name, bytes)
                }
            };
            inputs.push(Input {
                name,
                bytes,
                origin: Origin::Crate,
            });
        }
        for rlib in rlibs {
            inputs.extend(modules_of_rlib(cgcx, rlib).unwrap_or_else(|why| dcx.fatal(why)));
        }
        let base = base.map(|(_, place)| inputs.remove(place));
        let name = base
            .as_ref()
            .map_or_else(|| "lto".to_owned(), |base| base.name.clone());
        // In whatever order they were compiled, the result is the same.
        inputs.sort_by(|one, other| one.name.cmp(&other.name));
        inputs.splice(0..0, base);
        Inputs {
            name,
            modules: inputs,
        }
    }
}

fn bitcode_of(refs: ModuleRefs<'_>) -> Vec<u8> {
    let write = || Bitcode::of(refs.module).bytes().to_vec();
    diagnose::before_assembling(refs.context, refs.module, write)
}

/// Links `input` into the module.
fn link(dcx: DiagCtxtHandle<'_>, refs: ModuleRefs<'_>, input: &Input) {
    tracing::debug!(module = input.name, bytes = input.bytes.len(), "linking");
    let id = CString::new(&*input.name).expect("no NUL in a file name");
    let parse = || modules::parse_bitcode(refs.context, &id, &input.bytes);
    let (module, said) = diagnose::listening(refs.context, parse);
    let Some(module) = module else {
        dcx.fatal(input.complaint(&format!("failed to load its bitcode: {said}")))
    };
    if !modules::link(refs.module, module) {
        dcx.fatal(input.complaint("failed to link it with the others"));
    }
}
