//! Writing a module out: objects, assembly, IR and bitcode.

use std::ffi::CString;
use std::fs;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use inkwell::module::{Linkage, Module};
use rustc_codegen_ssa::back::write::{CodegenContext, EmitObj, ModuleConfig, SharedEmitter};
use rustc_codegen_ssa::{CompiledModule, ModuleCodegen, ModuleKind};
use rustc_data_structures::profiling::SelfProfilerRef;
use rustc_errors::DiagCtxtHandle;
use rustc_fs_util::link_or_copy;
use rustc_session::config::{OptLevel, OutputType, SplitDwarfKind};
use rustc_target::spec::SplitDebuginfo;

use crate::back::bitcode::{self, Summary};
use crate::back::{annotate, import_pointers};
use crate::diagnose::{self, DiagnosticScope, Job};
use crate::llvm::asm_lines;
use crate::llvm::cxx;
use crate::llvm::machine::{self, FileKind};
use crate::llvm::modules::{self, Bitcode};
use crate::session::{ModuleLlvm, ModuleRefs};

/// Where a module's bitcode is kept in an object file, so that LTO finds it in an rlib.
pub(crate) fn bitcode_section(cgcx: &CodegenContext) -> &'static str {
    match (cgcx.target_is_like_darwin, cgcx.target_is_like_aix) {
        (true, _) => "__LLVM,__bitcode",
        (_, true) => ".ipa",
        _ => ".llvmbc",
    }
}

pub(crate) fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_encoded_bytes()).expect("the system knows no paths with NUL")
}

/// Writes a copy of the module as bitcode beside the output, for `-Csave-temps`.
pub(crate) fn save_temporary(cgcx: &CodegenContext, module: &Module<'_>, name: &str, stage: &str) {
    if cgcx.save_temps {
        let path = cgcx
            .output_filenames
            .temp_path_ext_for_cgu(&format!("{stage}.bc"), name);
        modules::write_bitcode(module, &c_path(&path));
    }
}

/// Writes the summary of a module for `--emit=thin-link-bitcode`.
pub(crate) fn thin_link(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    dcx: DiagCtxtHandle<'_>,
    name: &str,
    bytes: &[u8],
) {
    let _timer = prof.generic_activity_with_arg("LLVM_module_codegen_emit_bitcode_summary", name);
    let path = cgcx
        .output_filenames
        .temp_path_for_cgu(OutputType::ThinLinkBitcode, name);
    if let Err(error) = fs::write(&path, bytes) {
        dcx.err(format!("failed to write bytecode to {}: {error}", path.display()));
    }
    record_size(prof, "llvm_bitcode_summary", &path);
}

/// Writes everything that the session asks for of this module. What cannot be written is an error.
pub(crate) fn emit(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    emitter: &SharedEmitter,
    dcx: DiagCtxtHandle<'_>,
    module: ModuleCodegen<ModuleLlvm>,
    config: &ModuleConfig,
) -> CompiledModule {
    let output = Output {
        cgcx,
        prof,
        dcx,
        config,
        name: &module.name,
        kind: module.kind,
    };
    module.module_llvm.with_refs(|refs| {
        let (context, name) = (refs.context, &*module.name);
        let scope = DiagnosticScope::enter_for_emission(cgcx, context, refs.module, emitter, name);
        output.write(refs, module.module_llvm.embedded_bitcode(), &scope);
        if scope.has_asm_error() {
            output.discard();
        }
    });
    let is_split = output.split_file().is_some();
    drop(output);
    module.into_compiled_module(
        config.emit_obj != EmitObj::None,
        is_split,
        config.emit_bc,
        config.emit_asm,
        config.emit_ir,
        &cgcx.output_filenames,
    )
}

struct Output<'a> {
    cgcx: &'a CodegenContext,
    prof: &'a SelfProfilerRef,
    dcx: DiagCtxtHandle<'a>,
    config: &'a ModuleConfig,
    name: &'a str,
    kind: ModuleKind,
}

impl Output<'_> {
    fn path(&self, kind: OutputType) -> std::path::PathBuf {
        self.cgcx.output_filenames.temp_path_for_cgu(kind, self.name)
    }

    /// The file beside the object that debug information is split off to, if that is asked for and possible. The
    /// other way of splitting leaves it in the object, in sections that linkers pass over.
    fn split_file(&self) -> Option<PathBuf> {
        let is_split = matches!(self.config.emit_obj, EmitObj::ObjectCode(_))
            && self.cgcx.target_can_use_split_dwarf
            && self.cgcx.split_debuginfo != SplitDebuginfo::Off
            && self.cgcx.split_dwarf_kind == SplitDwarfKind::Split;
        is_split.then(|| self.cgcx.output_filenames.temp_path_dwo_for_cgu(self.name))
    }

    fn write(&self, refs: ModuleRefs<'_>, embedded: Option<&Bitcode>, scope: &DiagnosticScope<'_>) {
        let config = self.config;
        import_pointers::add(self.cgcx, refs);
        if config.emit_bc || config.emit_obj == EmitObj::Bitcode {
            self.write_bitcode(refs);
        }
        if let Some(bitcode) = embedded
            && self.kind == ModuleKind::Regular
        {
            let _timer = self
                .prof
                .generic_activity_with_arg("LLVM_module_codegen_embed_bitcode", self.name);
            embed(self.cgcx, refs.module, bitcode.bytes());
        }
        if config.emit_ir {
            self.write_ir(refs.module);
        }
        if config.emit_asm {
            let _timer = self
                .prof
                .generic_activity_with_arg("LLVM_module_codegen_emit_asm", self.name);
            // The code generator consumes the module; an object that is wanted too gets its own copy.
            // It must not be freed when LLVM gives up in the middle.
            let mut copy = matches!(config.emit_obj, EmitObj::ObjectCode(_))
                .then(|| ManuallyDrop::new(refs.module.clone()));
            let module = copy.as_deref().unwrap_or(refs.module);
            let path = self.path(OutputType::Assembly);
            self.generate(refs, module, FileKind::Assembly, &path, scope);
            drop(copy.take().map(ManuallyDrop::into_inner));
            if scope.has_asm_error() {
                // The object would bring the same errors.
                return;
            }
        }
        let object = self.path(OutputType::Object);
        match config.emit_obj {
            EmitObj::None => {}
            EmitObj::ObjectCode(_) => {
                let _timer = self
                    .prof
                    .generic_activity_with_arg("LLVM_module_codegen_emit_obj", self.name);
                self.generate(refs, refs.module, FileKind::Object, &object, scope);
            }
            EmitObj::Bitcode => {
                let bitcode = self.path(OutputType::Bitcode);
                if let Err(error) = link_or_copy(&bitcode, &object) {
                    self.dcx
                        .err(format!("failed to copy bitcode to object file: {error}"));
                }
                if !config.emit_bc
                    && let Err(error) = fs::remove_file(&bitcode)
                {
                    self.dcx
                        .err(format!("failed to remove {}: {error}", bitcode.display()));
                }
            }
        }
    }

    /// Removes what was written.
    fn discard(&self) {
        use OutputType::{Assembly, Bitcode, LlvmAssembly, Object};
        for kind in [Object, Assembly, Bitcode, LlvmAssembly] {
            // Most of them were not asked for.
            let _ = fs::remove_file(self.path(kind));
        }
        if let Some(split) = self.split_file() {
            let _ = fs::remove_file(split);
        }
    }

    fn generate<'ll>(
        &self,
        refs: ModuleRefs<'ll>,
        module: &Module<'ll>,
        kind: FileKind,
        path: &Path,
        scope: &DiagnosticScope<'_>,
    ) {
        if self.config.verify_llvm_ir {
            diagnose::check_module(self.dcx, module, "before code generation");
        }
        let optimizes = self.config.opt_level.is_some_and(|level| level != OptLevel::No);
        asm_lines::resolve(refs.context, module, kind == FileKind::Assembly, optimizes);
        let _stage = diagnose::begin(self.job(kind), module);
        let split = self.split_file().filter(|_| kind == FileKind::Object);
        let written = match &split {
            Some(split) => emit_in_two(refs, module, path, split),
            None => machine::emit(refs.machine, module, kind, &c_path(path)),
        };
        if let Err(why) = written {
            self.dcx
                .err(format!("could not write output to {}: {why}", path.display()));
        }
        if scope.has_asm_error() {
            // The assembler goes on after an error, with code that is not what was written.
            for file in [Some(path), split.as_deref()].into_iter().flatten() {
                let _ = fs::remove_file(file);
            }
            return;
        }
        record_size(self.prof, "object_file", path);
        if let Some(split) = split {
            record_size(self.prof, "dwo_file", &split);
        }
    }

    fn job(&self, kind: FileKind) -> Job {
        let level = match self.config.opt_level {
            None | Some(OptLevel::No) => '0',
            Some(OptLevel::Less) => '1',
            Some(OptLevel::More | OptLevel::Size | OptLevel::SizeMin) => '2',
            Some(OptLevel::Aggressive) => '3',
        };
        Job::Code {
            stage: match kind {
                FileKind::Assembly => "generating assembly",
                FileKind::Object => "generating an object file",
            },
            level,
        }
    }

    fn write_bitcode(&self, refs: ModuleRefs<'_>) {
        let _timer = self
            .prof
            .generic_activity_with_arg("LLVM_module_codegen_emit_bitcode", self.name);
        let path = self.path(OutputType::Bitcode);
        let bitcode = bitcode::write(refs, Summary::of_session(self.cgcx));
        if let Err(error) = fs::write(&path, bitcode.bytes()) {
            self.dcx
                .err(format!("failed to write bytecode to {}: {error}", path.display()));
        }
        record_size(self.prof, "llvm_bitcode", &path);
    }

    /// IR, with Rust names beside symbols.
    fn write_ir(&self, module: &Module<'_>) {
        let _timer = self
            .prof
            .generic_activity_with_arg("LLVM_module_codegen_emit_ir", self.name);
        let path = self.path(OutputType::LlvmAssembly);
        let text = module.print_to_string();
        let written = fs::File::create(&path).and_then(|file| {
            let mut out = std::io::BufWriter::new(file);
            annotate::annotate(&text.to_string_lossy(), &mut out)?;
            out.flush()
        });
        if let Err(error) = written {
            self.dcx
                .err(format!("failed to write LLVM IR to {}: {error}", path.display()));
        }
        record_size(self.prof, "llvm_ir", &path);
    }
}

impl Drop for Output<'_> {
    /// Leaves nothing half-written behind when LLVM gave up.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.discard();
        }
    }
}

/// Writes an object, and beside it what is split off from its debug information.
fn emit_in_two(refs: ModuleRefs<'_>, module: &Module<'_>, object: &Path, split: &Path) -> Result<(), String> {
    let files = cxx::emit_split(refs.machine, module).ok_or("the target has no object files")?;
    fs::write(object, files.object)
        .and_then(|()| fs::write(split, files.split))
        .map_err(|error| error.to_string())
}

fn record_size(prof: &SelfProfilerRef, kind: &'static str, path: &Path) {
    if prof.enabled()
        && let (Some(name), Ok(file)) = (path.file_name(), fs::metadata(path))
    {
        prof.artifact_size(kind, name.to_string_lossy(), file.len());
    }
}

/// Puts the bitcode into sections of the object.
fn embed(cgcx: &CodegenContext, module: &Module<'_>, bitcode: &[u8]) {
    // Mach-O, XCOFF and WebAssembly have no such flags, and no such directive.
    let by_assembly = !(cgcx.target_is_like_darwin
        || cgcx.target_is_like_aix
        || matches!(cgcx.target_arch.as_str(), "wasm32" | "wasm64"));
    if by_assembly {
        embed_by_assembly(cgcx, module, bitcode);
        return;
    }
    let command_line = if cgcx.target_is_like_darwin {
        "__LLVM,__cmdline"
    } else {
        ".llvmcmd"
    };
    for (name, section, bytes) in [
        ("rustc.embedded.module", bitcode_section(cgcx), bitcode),
        ("rustc.embedded.cmdline", command_line, &[][..]),
    ] {
        let data = module.get_context().const_string(bytes, false);
        let global = module.add_global(data.get_type(), None, name);
        global.set_initializer(&data);
        global.set_constant(true);
        global.set_linkage(Linkage::Private);
        global.set_section(Some(section));
    }
}

/// By directives: a global would be loaded with the program, which these sections have flags against.
fn embed_by_assembly(cgcx: &CodegenContext, module: &Module<'_>, bitcode: &[u8]) {
    let flags = if cgcx.is_pe_coff { "n" } else { "e" };
    for (section, bytes) in [(bitcode_section(cgcx), bitcode), (".llvmcmd", &[][..])] {
        let mut text = format!(".section {section},\"{flags}\"\n.ascii \"").into_bytes();
        text.reserve(bytes.len() * 3);
        for &byte in bytes {
            match byte {
                b'"' | b'\\' => text.extend([b'\\', byte]),
                b' '..=b'~' => text.push(byte),
                _ => text.extend([
                    b'\\',
                    b'0' + (byte >> 6),
                    b'0' + (byte >> 3 & 7),
                    b'0' + (byte & 7),
                ]),
            }
        }
        text.extend(b"\"\n");
        modules::append_assembly(module, &text);
    }
}
