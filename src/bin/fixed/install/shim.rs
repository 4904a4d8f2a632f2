//! What rustc loads where the backend is installed: it loads the backend itself, or says why that is impossible.
//!
//! The backend is linked to one rustc's libraries. In another one, the dynamic loader gives up with the name of
//! the first that it misses, before anything of the backend's runs. This file depends on nothing of rustc's, so
//! it can be loaded by any, and it tells another rustc from a backend that is damaged. `fixed install` compiles it with the toolchain that it installs into.

use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Never called; it gives the pointer that passes through the two words of rustc's `Box<dyn CodegenBackend>`.
pub trait Backend {}

type Entry = fn() -> *mut dyn Backend;

#[repr(C)]
struct SymbolInfo {
    file: *const c_char,
    base: *const c_void,
    symbol: *const c_char,
    address: *const c_void,
}

unsafe extern "C" {
    fn dladdr(address: *const c_void, info: *mut SymbolInfo) -> c_int;
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

/// The entry point that rustc looks up in a backend.
#[unsafe(no_mangle)]
pub fn __rustc_codegen_backend() -> *mut dyn Backend {
    let backend = own_file().with_file_name(env!("FIXED_SHIM_LIBRARY"));
    if !is_loaded(env!("FIXED_SHIM_DRIVER")) {
        let why = concat!("this rustc has not loaded ", env!("FIXED_SHIM_DRIVER"));
        fail(env!("FIXED_SHIM_OTHER_RUSTC"), why, env!("FIXED_SHIM_OTHER_RUSTC_HELP"));
    }
    match whole(&backend).and_then(|()| load(&backend)) {
        Ok(entry) => entry(),
        Err(why) => fail(env!("FIXED_SHIM_UNLOADABLE"), &why, env!("FIXED_SHIM_UNLOADABLE_HELP")),
    }
}

/// Ends rustc with an error as it prints them.
fn fail(error: &str, note: &str, help: &str) -> ! {
    eprintln!("error: {error}\n  |\n  = note: {note}\n  = help: {help}");
    std::process::exit(1)
}

/// Whether the process has a library of this name. That of the compiler has a hash in its name, which no other
/// build of rustc has.
fn is_loaded(name: &str) -> bool {
    const RTLD_LAZY_NOLOAD: c_int = 1 | 4;
    // SAFETY: the string ends with a zero, and nothing is loaded that is not there already.
    CString::new(name).is_ok_and(|name| unsafe { !dlopen(name.as_ptr(), RTLD_LAZY_NOLOAD).is_null() })
}

/// The file that this was loaded from.
fn own_file() -> PathBuf {
    let null = std::ptr::null();
    let mut info = SymbolInfo { file: null as _, base: null as _, symbol: null as _, address: null as _ };
    // SAFETY: `dladdr` fills `info` if it returns non-zero; the name is the loader's and stays.
    unsafe {
        if dladdr(own_file as *const c_void, &mut info) == 0 || info.file.is_null() {
            return PathBuf::new();
        }
        Path::new(OsStr::from_bytes(CStr::from_ptr(info.file).to_bytes())).to_owned()
    }
}

/// Checks that the file has all of its bytes: the dynamic loader maps what a library's headers name without asking
/// whether the file is that long, and the first access beyond its end is a SIGBUS.
fn whole(library: &Path) -> Result<(), String> {
    match std::fs::metadata(library) {
        Ok(about) if about.len().to_string() == env!("FIXED_SHIM_LIBRARY_SIZE") => Ok(()),
        Ok(about) => Err(format!(
            "{} has {} bytes, not the {} that were installed",
            library.display(),
            about.len(),
            env!("FIXED_SHIM_LIBRARY_SIZE")
        )),
        Err(error) => Err(format!("{}: {error}", library.display())),
    }
}

fn load(library: &Path) -> Result<Entry, String> {
    const RTLD_NOW: c_int = 2;
    let Ok(path) = CString::new(library.as_os_str().to_owned().into_vec()) else {
        return Err("its path holds a zero".to_owned());
    };
    // SAFETY: both strings end with a zero. What is found under that name in our own library is the entry point
    // of a codegen backend, compiled by the same rustc as this: a function that returns a box of a trait, two
    // pointers, which is returned as two pointers are. rustc unloads no backend, and neither is this one.
    unsafe {
        let library = dlopen(path.as_ptr(), RTLD_NOW);
        if library.is_null() {
            return Err(error());
        }
        let entry = dlsym(library, c"__rustc_codegen_backend".as_ptr());
        if entry.is_null() {
            return Err(error());
        }
        Ok(std::mem::transmute::<*mut c_void, Entry>(entry))
    }
}

/// What the loader says.
fn error() -> String {
    // SAFETY: the string is the loader's, until it is called again.
    unsafe {
        let text = dlerror();
        match text.is_null() {
            true => "the dynamic loader gives no reason".to_owned(),
            false => CStr::from_ptr(text).to_string_lossy().into_owned(),
        }
    }
}
