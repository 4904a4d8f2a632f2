//! Plugins: libraries of passes (`-Zllvm-plugins`).

use std::collections::HashMap;
use std::ffi::c_char;
use std::mem::offset_of;
use std::sync::{Mutex, PoisonError};

use super::calling::take_error;
use super::pass_builder::PassBuilder;
use super::{CxxString, layout};

/// `llvm::PassPluginLibraryInfo`
#[repr(C)]
#[derive(Clone, Copy)]
struct PluginInfo {
    version: u32,
    texts: [*const c_char; 2],
    register: Option<unsafe extern "C-unwind" fn(*mut PassBuilder)>,
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
    fn cxx_load(file: *const CxxString) -> ExpectedPlugin;
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
        // SAFETY: LLVM copies the path. The error is ours. The plugin is never destroyed: libLLVM exports nothing
        // that would, and what is lost is its copy of the path.
        let plugin = unsafe {
            let result = cxx_load(&CxxString::lent(path));
            if result.has_error & 1 == 1 {
                return Err(take_error(result.file.data.cast_mut().cast()));
            }
            Plugin(result.info)
        };
        loaded.insert(path.to_owned(), plugin);
        Ok(plugin)
    }

    /// Lets the plugin add its passes to `builder`.
    ///
    /// # Safety
    /// `builder` must be a pass builder that LLVM is making.
    pub(super) unsafe fn register(&self, builder: *mut PassBuilder) {
        if let Some(register) = self.0.register {
            // SAFETY: LLVM has checked that the plugin is made for this version of the interface.
            unsafe { register(builder) }
        }
    }
}
