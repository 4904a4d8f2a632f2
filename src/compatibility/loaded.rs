//! The libraries that the dynamic loader has loaded.

use std::ffi::{CStr, OsStr, c_void};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A library, or the program itself.
pub(super) struct Library<'a>(&'a libc::dl_phdr_info);

impl Library<'_> {
    /// Its file, as the loader was told of it. The program has none.
    pub(super) fn file(&self) -> Option<&Path> {
        if self.0.dlpi_name.is_null() {
            return None;
        }
        // SAFETY: the loader's own text, which stays while it calls us.
        let name = unsafe { CStr::from_ptr(self.0.dlpi_name) };
        (!name.is_empty()).then(|| Path::new(OsStr::from_bytes(name.to_bytes())))
    }

    /// The part of it that `address` is in: its code, if it is that of a function.
    fn segment_of(&self, address: usize) -> Option<Range<usize>> {
        // SAFETY: the loader gives the segments with their number; they stay while the library is loaded.
        let segments = unsafe { std::slice::from_raw_parts(self.0.dlpi_phdr, self.0.dlpi_phnum.into()) };
        let mut loaded = segments
            .iter()
            .filter(|segment| segment.p_type == libc::PT_LOAD)
            .map(|segment| {
                // Both are added modulo the size of the address space.
                let start = (self.0.dlpi_addr as usize).wrapping_add(segment.p_vaddr as usize);
                start..start.wrapping_add(segment.p_memsz as usize)
            });
        loaded.find(|segment| segment.contains(&address))
    }
}

/// The first answer that `ask` gives, asked of each library in the order in which they were loaded.
pub(super) fn find<T>(mut ask: impl FnMut(Library<'_>) -> Option<T>) -> Option<T> {
    struct Search<'a, T> {
        ask: &'a mut dyn FnMut(Library<'_>) -> Option<T>,
        found: Option<T>,
    }

    unsafe extern "C" fn visit<T>(
        library: *mut libc::dl_phdr_info,
        _size: libc::size_t,
        search: *mut c_void,
    ) -> libc::c_int {
        // SAFETY: the loader passes on the search that it was given below, and a library of its own.
        unsafe {
            let search = &mut *search.cast::<Search<'_, T>>();
            search.found = (search.ask)(Library(&*library));
            search.found.is_some().into()
        }
    }

    let mut search = Search {
        ask: &mut ask,
        found: None,
    };
    // SAFETY: the function is called before this returns, and only then is the search looked at.
    unsafe { libc::dl_iterate_phdr(Some(visit::<T>), (&raw mut search).cast()) };
    search.found
}

/// The part of a library, or of the program, that `address` is in.
pub(crate) fn segment_of(address: *const c_void) -> Option<Range<usize>> {
    find(|library| library.segment_of(address.addr()))
}

/// The file of the library, or the program, that `address` is in. `dladdr` would answer this, too, but it looks for
/// the nearest name among all that the library exports, which costs more than the rest of what is done at the start.
pub(crate) fn library_of(address: *const c_void) -> Option<PathBuf> {
    find(|library| {
        let _ = library.segment_of(address.addr())?;
        Some(match library.file() {
            Some(file) => Some(file.to_owned()),
            None => std::env::current_exe().ok(),
        })
    })?
}
