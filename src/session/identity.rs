//! What incremental compilation must know of the backend: a codegen unit that another build of it has compiled,
//! or under another setting of ours, is not to be used again.
//!
//! rustc's record of dependencies has environment variables, as results of a query that is asked anew in every
//! session. Each codegen unit depends on the variables that we read, and on one that stands for the backend
//! itself, which the query answers for us.

use std::ffi::{OsStr, OsString, c_void};
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use object::{Object, ReadCache};
use rustc_middle::queries::Providers as Queries;
use rustc_middle::ty::TyCtxt;
use rustc_middle::util::Providers;

use crate::compatibility::library_of;
use crate::session::{asm_lowering, single_unit, unwind_edges};

/// The name that stands for the backend. No variable of the environment has an `=` in its name.
const BACKEND: &str = "fixed=";

type Provider = for<'tcx> fn(TyCtxt<'tcx>, &'tcx OsStr) -> Option<&'tcx OsStr>;
static ENVIRONMENT: OnceLock<Provider> = OnceLock::new();

/// Puts the backend among what rustc's queries answer for.
pub(crate) fn provide(providers: &mut Providers) {
    let queries: &mut Queries = &mut providers.queries;
    let _ = ENVIRONMENT.set(queries.env_var_os);
    queries.env_var_os = |tcx, name| match ENVIRONMENT.get() {
        _ if name == BACKEND => Some(identity()),
        Some(environment) => environment(tcx, name),
        None => None,
    };
}

/// Makes what is compiled next depend on the backend. rustc looks at what was compiled before by what has been
/// asked in this session, so it is asked once before that, too.
pub(crate) fn depend_on_backend(tcx: TyCtxt<'_>) {
    if tcx.dep_graph.is_fully_enabled() {
        for name in [
            BACKEND,
            asm_lowering::VARIABLE,
            single_unit::VARIABLE,
            unwind_edges::VARIABLE,
        ] {
            let _ = tcx.env_var_os(OsStr::new(name));
        }
    }
}

/// What differs between two builds of the backend: the linker's hash of its file, or a hash of our own.
fn identity() -> &'static OsStr {
    static IDENTITY: OnceLock<OsString> = OnceLock::new();
    IDENTITY.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        if let Some(path) = library_of(identity as *const c_void) {
            match build_id(&path).or_else(|| std::fs::read(&path).ok()) {
                Some(bytes) => hasher.write(&bytes),
                // It cannot be read any more, so it is not known to be the one of any other session.
                None => hasher.write_u128(
                    SystemTime::now()
                        .duration_since(UNIX_EPOCH)
                        .map_or(0, |now| now.as_nanos()),
                ),
            }
        }
        format!("{:016x}", hasher.finish()).into()
    })
}

/// The linker's hash of the file.
fn build_id(path: &Path) -> Option<Vec<u8>> {
    let file = ReadCache::new(File::open(path).ok()?);
    let library = object::File::parse(&file).ok()?;
    library.build_id().ok()?.map(<[u8]>::to_vec)
}
