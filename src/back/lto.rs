//! Fat link-time optimisation: all modules of the program merged into one.

use std::ffi::CString;
use std::path::{Path, PathBuf};

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection};
use rustc_codegen_ssa::back::rmeta_link;
use rustc_codegen_ssa::back::write::{
    CodegenContext, FatLtoInput, SharedEmitter, TargetMachineFactoryConfig, TargetMachineFactoryFn,
};
use rustc_codegen_ssa::{ModuleCodegen, ModuleKind};
use rustc_data_structures::profiling::SelfProfilerRef;
use rustc_errors::DiagCtxtHandle;

use crate::back::ModuleLlvm;
use crate::back::emit::{bitcode_section, save_temporary};
use crate::back::passes::{self, Stage};
use crate::backend::FixedBackend;
use crate::diagnose;
use crate::llvm::internalize::internalize;
use crate::llvm::modules::{self, Bitcode};

/// The bitcode of a module, and where it comes from.
struct Input {
    name: String,
    bytes: Vec<u8>,
}

/// Merges `modules` and those in the linked rlibs into one, hides what is not exported, and optimises it.
pub(crate) fn run(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    dcx: DiagCtxtHandle<'_>,
    emitter: &SharedEmitter,
    factory: TargetMachineFactoryFn<FixedBackend>,
    exported: &[String],
    rlibs: &[PathBuf],
    modules: Vec<FatLtoInput<FixedBackend>>,
) -> ModuleCodegen<ModuleLlvm> {
    let _timer = prof.generic_activity("LLVM_fat_lto_build_monolithic_module");
    let mut inputs = Vec::new();
    let mut allocator = Vec::new();
    for module in modules {
        match module {
            FatLtoInput::InMemory(module) => {
                let bytes = module.module_llvm.with_refs(|refs| {
                    let write = || Bitcode::of(refs.module).bytes().to_vec();
                    diagnose::before_assembling(refs.context, write)
                });
                let list = if module.kind == ModuleKind::Regular {
                    &mut inputs
                } else {
                    &mut allocator
                };
                list.push(Input {
                    name: module.name,
                    bytes,
                });
            }
            FatLtoInput::Serialized { name, bitcode_path } => match std::fs::read(&bitcode_path) {
                Ok(bytes) => inputs.push(Input { name, bytes }),
                Err(error) => dcx.fatal(format!("cannot read {}: {error}", bitcode_path.display())),
            },
        }
    }
    inputs.append(&mut allocator);
    for rlib in rlibs {
        inputs.extend(modules_of_rlib(cgcx, rlib).unwrap_or_else(|why| dcx.fatal(why)));
    }
    let name = inputs
        .first()
        .map_or_else(|| "lto".to_owned(), |first| first.name.clone());
    let machine = factory(dcx, TargetMachineFactoryConfig::new(cgcx, &name));
    let merged = ModuleLlvm::new(&name, machine, cgcx.fewer_names);
    merged.with_refs(|refs| {
        let _scope = diagnose::DiagnosticScope::enter(refs.context, emitter, &name);
        for input in &inputs {
            let _timer = prof.generic_activity_with_arg("LLVM_fat_lto_link_module", &*input.name);
            tracing::debug!(module = input.name, bytes = input.bytes.len(), "linking");
            let id = CString::new(&*input.name).expect("no NUL in a file name");
            let linked = modules::parse_bitcode(refs.context, &id, &input.bytes)
                .is_some_and(|module| modules::link(refs.module, module));
            if !linked {
                dcx.fatal(format!("failed to load bitcode of module \"{}\"", input.name));
            }
        }
        save_temporary(cgcx, refs.module, &name, "lto.input");
        let mut keep: Vec<&str> = exported.iter().map(String::as_str).collect();
        // Called by what the code generator itself emits, which no module mentions before.
        keep.push(&cgcx.rust_eh_personality_symbol);
        {
            let _stage = diagnose::enter("internalising symbols");
            internalize(refs.module, &keep);
        }
        let config = &cgcx.module_config;
        let level = config.opt_level.unwrap_or(rustc_session::config::OptLevel::No);
        let result = passes::optimize(cgcx, dcx, refs, config, level, Stage::FatLto, None);
        if let Err(why) = result {
            dcx.fatal(why);
        }
        save_temporary(cgcx, refs.module, &name, "lto.after-restriction");
    });
    ModuleCodegen::new_regular(name, merged)
}

/// The modules that an rlib carries as bitcode beside its machine code.
fn modules_of_rlib(cgcx: &CodegenContext, path: &Path) -> Result<Vec<Input>, String> {
    let context = |what: String| format!("{}: {what}", path.display());
    let data = std::fs::read(path).map_err(|error| context(error.to_string()))?;
    let archive = ArchiveFile::parse(&*data).map_err(|error| context(error.to_string()))?;
    let members = rmeta_link::read_from_data(&data, path, cgcx.target_is_like_aix)
        .ok_or_else(|| context("holds no list of its objects".to_owned()))?;
    let mut inputs = Vec::new();
    for member in archive.members() {
        let member = member.map_err(|error| context(error.to_string()))?;
        let name = String::from_utf8_lossy(member.name()).trim().to_owned();
        if !members.rust_object_files.contains(&name) {
            continue;
        }
        let bytes = member.data(&*data).map_err(|error| context(error.to_string()))?;
        let bytes = bitcode_of(cgcx, bytes).map_err(|why| {
            context(format!("failed to get bitcode from object file for LTO ({why}); was it compiled with `-Cembed-bitcode=no`?"))
        })?;
        inputs.push(Input { name, bytes });
    }
    Ok(inputs)
}

fn bitcode_of(cgcx: &CodegenContext, object: &[u8]) -> Result<Vec<u8>, String> {
    // Raw bitcode, and the wrapper that Darwin puts around it.
    if object.starts_with(b"BC\xC0\xDE") || object.starts_with(b"\xDE\xC0\x17\x0B") {
        return Ok(object.to_vec());
    }
    let section = bitcode_section(cgcx);
    let section = section.strip_prefix("__LLVM,").unwrap_or(section);
    let file = object::File::parse(object).map_err(|error| error.to_string())?;
    let found = file
        .section_by_name(section)
        .ok_or_else(|| format!("no section {section}"))?;
    Ok(found.data().map_err(|error| error.to_string())?.to_vec())
}
