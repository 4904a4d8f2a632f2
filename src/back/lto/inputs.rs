//! What LTO starts from, beside the crate's own modules: bitcode in rlibs, and the symbols that must stay.

use std::path::{Path, PathBuf};

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection};
use rustc_codegen_ssa::back::rmeta_link;
use rustc_codegen_ssa::back::write::CodegenContext;

use crate::back::emit::bitcode_section;
use crate::back::{profiles, sanitizers};

/// The bitcode of a module, and where it comes from.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) origin: Origin,
}

impl Input {
    /// What is wrong with the module.
    pub(super) fn complaint(&self, why: &str) -> String {
        self.origin.complaint(&self.name, why)
    }
}

/// Where a module comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The crate that is being compiled.
    Crate,
    /// This library.
    Rlib(PathBuf),
}

impl Origin {
    /// What is wrong with the module `name`, in words that name the file to look at.
    pub(super) fn complaint(&self, name: &str, why: &str) -> String {
        match self {
            Origin::Crate => format!("module \"{name}\": {why}"),
            Origin::Rlib(path) => format!("module \"{name}\" of {}: {why}", path.display()),
        }
    }
}

/// The symbols that something outside of the modules may use: what is exported, and what the code generator
/// itself emits calls of, which no module mentions before.
pub(super) fn preserved<'a>(cgcx: &'a CodegenContext, exported: &'a [String]) -> Vec<&'a str> {
    let mut preserved: Vec<&str> = exported.iter().map(String::as_str).collect();
    preserved.push(&cgcx.rust_eh_personality_symbol);
    preserved.extend(sanitizers::symbols_to_keep(&cgcx.module_config));
    if profiles::counts(&cgcx.module_config) {
        preserved.extend(profiles::SYMBOLS);
    }
    preserved
}

/// The modules that an rlib carries as bitcode beside its machine code.
pub(super) fn modules_of_rlib(cgcx: &CodegenContext, path: &Path) -> Result<Vec<Input>, String> {
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
        inputs.push(Input {
            name,
            bytes,
            origin: Origin::Rlib(path.to_owned()),
        });
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
