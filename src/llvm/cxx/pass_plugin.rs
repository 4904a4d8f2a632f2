//! Plugins: libraries of passes (`-Zllvm-plugins`).

use std::collections::HashMap;
use std::ffi::{CString, c_char};
use std::mem::offset_of;
use std::sync::{Mutex, PoisonError};

use super::calling::Failure;
use super::pass_builder::PassBuilder;
use super::{CxxString, LentString, layout};
use crate::llvm::safe::FromRaw;

/// `llvm::PassPluginLibraryInfo`
#[repr(C)]
#[derive(Clone, Copy)]
struct PluginInfo {
    version: u32,
    texts: [*const c_char; 2],
    register: Option<extern "C-unwind" fn(&mut PassBuilder)>,
    before_codegen: *const (),
}

/// `llvm::Expected<llvm::PassPlugin>`: the plugin, or in its place an error.
#[repr(C)]
struct ExpectedPlugin {
    file: CxxString,
    library: *const (),
    info: PluginInfo,
    has_error: u8,
}

const _: () = {
    assert!(size_of::<ExpectedPlugin>() == layout::EXPECTED_PLUGIN_SIZE);
    assert!(offset_of!(ExpectedPlugin, file) == layout::PLUGIN_FILE);
    assert!(offset_of!(ExpectedPlugin, info) == layout::PLUGIN_INFO);
    assert!(offset_of!(ExpectedPlugin, has_error) == layout::PLUGIN_SIZE);
    assert!(size_of::<PluginInfo>() == layout::PLUGIN_INFO_SIZE);
    assert!(offset_of!(PluginInfo, register) == layout::PLUGIN_INFO_REGISTER);
};

unsafe extern "C-unwind" {
    /// `static Expected<PassPlugin> llvm::PassPlugin::Load(const std::string &Filename)`. The result is large, and
    /// comes back in memory in C as in C++.
    #[link_name = "_ZN4llvm10PassPlugin4LoadERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"]
    safe fn cxx_load(file: &LentString<'_>) -> ExpectedPlugin;
}

/// A plugin that is loaded, for as long as the process lives.
#[derive(Clone, Copy)]
pub(crate) struct Plugin(PluginInfo);

// SAFETY: what a plugin says of itself are constants of its library, which stays.
unsafe impl Send for Plugin {}

impl Plugin {
    /// Loads the library at `path`, the first time; an error holds LLVM's words.
    pub(crate) fn load(path: &str) -> Result<Self, String> {
        static LOADED: Mutex<Option<HashMap<String, Plugin>>> = Mutex::new(None);
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        if let Some(plugin) = loaded.get(path) {
            return Ok(*plugin);
        }
        let file = CString::new(path).map_err(|_| "a path cannot hold a NUL".to_owned())?;
        // The plugin is never destroyed: libLLVM exports nothing that would, and what is lost is its copy of the path.
        let result = cxx_load(&LentString::of(&file));
        if result.has_error & 1 == 1 {
            // SAFETY: the error, which is ours, stands at the beginning.
            return Err(unsafe { Failure::from_raw(result.file.data.cast_mut().cast()) }.into_words());
        }
        let plugin = Plugin(result.info);
        loaded.insert(path.to_owned(), plugin);
        Ok(plugin)
    }

    /// Lets the plugin, which LLVM has checked to be made for this version of the interface, add its passes to `builder`.
    pub(super) fn register(&self, builder: &mut PassBuilder) {
        if let Some(register) = self.0.register {
            register(builder);
        }
    }
}
