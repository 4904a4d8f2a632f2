//! The globals that hold the coverage map of a codegen unit: one record for each function, and one for the unit
//! with the paths of its sources.
//!
//! `llvm-cov` finds them by their sections, and reads them in the target's byte order (*LLVM Code Coverage Mapping
//! Format*, "LLVM IR Representation").

use inkwell::GlobalVisibility;
use inkwell::module::Linkage;
use rustc_abi::Align;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxIndexMap;
use rustc_span::{FileName, RemapPathScopeComponents, SourceFile, StableSourceFileId};
use rustc_target::spec::{BinaryFormat, HasTargetSpec};

use super::mapping;
use super::regions::CountedFunction;
use super::unused;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Value, constants, cxx, globals};

/// The paths of a unit's sources, as its record has them.
struct Paths {
    /// A path's number is its place here plus one: number zero is the folder that relative ones start from.
    numbers: FxIndexMap<StableSourceFileId, String>,
    encoded: Vec<u8>,
    /// By which a function's record names the unit's.
    hash: u64,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Writes the unit's coverage map, when all of its functions are built.
    pub(crate) fn finalize_coverage(&self) {
        let Some(coverage) = &self.coverage else { return };
        let names = coverage.names.borrow();
        let mut functions: Vec<CountedFunction<'tcx>> = names
            .keys()
            .filter_map(|&instance| CountedFunction::new(self.tcx, instance, true))
            .collect();
        // By name, so that the order of the paths does not depend on the order of compilation.
        functions.sort_by_key(|function| function.symbol);
        if self.codegen_unit.is_code_coverage_dead_code_cgu() {
            functions.extend(self.unused_functions());
        }
        // A unit's record without a function's makes `llvm-cov` fail (rust-lang/rust#133606).
        if functions.is_empty() {
            return;
        }
        let paths = self.paths_of(functions.iter().map(|function| &*function.file));
        for function in &functions {
            self.function_record(&paths, function);
        }
        self.unit_record(&paths);
        tracing::debug!(
            functions = functions.len(),
            files = paths.numbers.len(),
            "coverage map"
        );
    }

    /// The functions that nothing compiles, and their names where LLVM looks for them.
    fn unused_functions(&self) -> Vec<CountedFunction<'tcx>> {
        let functions = unused::functions(self.tcx);
        if !functions.is_empty() {
            let names: Vec<Value<'ll>> = functions
                .iter()
                .map(|function| self.const_str(function.symbol).0)
                .collect();
            let list = constants::array(self.types.ptr, &names);
            // The pass `instrprof` knows this name, and lists these functions with those that it finds counters of.
            let global = self
                .llmod
                .add_global(self.val_ty(list), None, "__llvm_coverage_names");
            global.set_initializer(&list);
            global.set_constant(true);
            global.set_linkage(Linkage::Internal);
        }
        functions
    }

    fn paths_of<'a>(&self, files: impl Iterator<Item = &'a SourceFile>) -> Paths {
        let mut numbers = FxIndexMap::default();
        for file in files {
            numbers
                .entry(file.stable_id)
                .or_insert_with(|| path_of(&file.name));
        }
        let source_map = self.tcx.sess.source_map();
        let folder = source_map.working_dir().path(RemapPathScopeComponents::COVERAGE);
        let folder = folder.to_string_lossy();
        let all: Vec<&str> = std::iter::once(&*folder)
            .chain(numbers.values().map(String::as_str))
            .collect();
        let encoded = mapping::file_names(all.into_iter());
        let hash = cxx::profile_hash(&encoded);
        Paths {
            numbers,
            encoded,
            hash,
        }
    }

    /// Hash of the name, length of the map, hash of the function's source, hash of the paths, the map: packed.
    fn function_record(&self, paths: &Paths, function: &CountedFunction<'tcx>) {
        let place = paths.numbers.get_index_of(&function.file.stable_id);
        let file = place.expect("the paths are those of the functions") as u32 + 1;
        let map = mapping::function(file, &function.sums, &function.regions);
        let name = cxx::profile_hash(function.symbol.as_bytes());
        let fields = [
            self.const_u64(name),
            self.const_u32(map.len() as u32),
            self.const_u64(function.source_hash),
            self.const_u64(paths.hash),
            self.const_bytes(&map),
        ];
        // Several units may have the function; where one of them does not use it, the linker must not keep that
        // unit's record for the other's.
        let suffix = if function.is_used { "u" } else { "" };
        let global = self.record(
            self.const_struct(&fields, true),
            &format!("__covrec_{name:X}{suffix}"),
            Section::Functions,
        );
        global.set_linkage(Linkage::LinkOnceODR);
        global.set_visibility(GlobalVisibility::Hidden);
        if self.target_spec().supports_comdat() {
            globals::set_own_comdat(self.llmod, global);
        }
    }

    /// A header of four numbers, of which two are not used any more, and the paths.
    fn unit_record(&self, paths: &Paths) {
        let header = [0, paths.encoded.len() as u32, 0, mapping::VERSION].map(|n| self.const_u32(n));
        let record = [
            self.const_struct(&header, false),
            self.const_bytes(&paths.encoded),
        ];
        let record = self.const_struct(&record, false);
        let global = self.record(record, "__llvm_coverage_mapping", Section::Units);
        global.set_linkage(Linkage::Private);
    }

    fn record(&self, value: Value<'ll>, name: &str, section: Section) -> inkwell::values::GlobalValue<'ll> {
        let global = self.llmod.add_global(self.val_ty(value), None, name);
        global.set_initializer(&value);
        global.set_constant(true);
        global.set_section(Some(section.name(&self.target_spec().binary_format)));
        global.set_alignment(Align::EIGHT.bytes() as u32);
        // Nothing refers to it, and it is to be kept.
        self.statics.keep(global);
        global
    }
}

#[derive(Copy, Clone)]
enum Section {
    Units,
    Functions,
}

impl Section {
    /// `getInstrProfSectionName` of LLVM. On Windows `$M` sorts the sections between marks of the runtime's.
    fn name(self, format: &BinaryFormat) -> &'static str {
        match (self, format) {
            (Section::Units, BinaryFormat::Coff) => ".lcovmap$M",
            (Section::Functions, BinaryFormat::Coff) => ".lcovfun$M",
            (Section::Units, BinaryFormat::MachO) => "__LLVM_COV,__llvm_covmap",
            (Section::Functions, BinaryFormat::MachO) => "__LLVM_COV,__llvm_covfun",
            (Section::Units, _) => "__llvm_covmap",
            (Section::Functions, _) => "__llvm_covfun",
        }
    }
}

/// The path of a source, as far as `--remap-path-prefix` lets it be seen (rust-lang/rust#150020).
fn path_of(name: &FileName) -> String {
    let scope = RemapPathScopeComponents::COVERAGE;
    match name {
        FileName::Real(real) => real.embeddable_name(scope).1.to_string_lossy().into_owned(),
        other => other.display(scope).to_string_lossy().into_owned(),
    }
}
