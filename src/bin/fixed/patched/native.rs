//! The C++ half of the backend: rustc's wrapper around those parts of LLVM that have no C interface.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};

use super::headers::Headers;
use super::toolchain::Toolchain;
use super::{run, sum};

/// What LLVM itself is compiled with. rustc's LLVM has no run-time type information, and a class that
/// refers to its base's would not link.
const FLAGS: [&str; 10] = [
    "-c",
    "-O1",
    "-fPIC",
    "-w",
    "-fno-exceptions",
    "-fno-rtti",
    "-DNDEBUG",
    "-D__STDC_CONSTANT_MACROS",
    "-D__STDC_FORMAT_MACROS",
    "-D__STDC_LIMIT_MACROS",
];

/// Compiles the wrapper in `dir/tree` to `dir/native/libllvm-wrapper.a`.
pub fn compile(
    toolchain: &Toolchain,
    headers: &Headers,
    dir: &Path,
    log: &mut impl FnMut(&str),
) -> Result<()> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "g++".to_owned());
    let mut version = Command::new(&compiler);
    version.arg("--version");
    let version = run(version, "the C++ compiler does not work").with_context(|| {
        format!(
            "no C++ compiler: on Debian and Ubuntu, `apt-get install g++`; elsewhere, set CXX (now `{compiler}`)"
        )
    })?;
    let (sources, included) = sources(&dir.join("tree/compiler/rustc_llvm/llvm-wrapper"))?;
    if sources.is_empty() {
        bail!("{} has no C++ sources of its LLVM wrapper", toolchain.name);
    }
    let objects = dir.join("objects");
    fs::create_dir_all(&objects).with_context(|| format!("cannot make the folder {}", objects.display()))?;
    // Standards that LLVM is compiled with differ by its version.
    let standard = match toolchain.llvm.major {
        ..16 => "-std=c++14",
        _ => "-std=c++17",
    };
    let llvm = headers.version.to_string();
    let fixed = [&version, &llvm, standard, &FLAGS.join(" "), &included];
    let mut jobs = Vec::new();
    let mut made = Vec::new();
    for (path, text) in sources {
        let sum = sum(fixed
            .into_iter()
            .chain([text.as_str()])
            .map(|part| part.as_bytes()));
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let object = objects.join(format!("{stem}-{sum}.o"));
        if !object.is_file() {
            log(&format!("compiling {stem}.cpp"));
            let mut command = Command::new(&compiler);
            command.args(FLAGS).arg(standard).arg(&path);
            for dir in &headers.dirs {
                command.arg("-isystem").arg(dir);
            }
            jobs.push((command, object.clone()));
        }
        made.push(object);
    }
    let changed = !jobs.is_empty();
    in_parallel(jobs)?;
    archive(&dir.join("native"), &made, changed)
}

/// The C++ files, and all that they may include of each other, as text.
fn sources(dir: &Path) -> Result<(Vec<(PathBuf, String)>, String)> {
    let context = || format!("cannot read the folder {}", dir.display());
    let (mut sources, mut headers) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(dir).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let read = || fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
        match path.extension().and_then(OsStr::to_str) {
            Some("cpp") => sources.push((path.clone(), read()?)),
            Some("h") => headers.push(read()?),
            _ => {}
        }
    }
    sources.sort();
    headers.sort();
    Ok((sources, headers.concat()))
}

/// Runs the compilers, as many at a time as there are processors.
fn in_parallel(jobs: Vec<(Command, PathBuf)>) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    let (next, failure) = (AtomicUsize::new(0), Mutex::new(None));
    let jobs: Vec<_> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    std::thread::scope(|scope| {
        for _ in 0..workers.min(jobs.len()) {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some((command, object)) = job.lock().expect("no worker panics").take() else {
                        continue;
                    };
                    if let Err(error) = one(command, &object) {
                        *failure.lock().expect("no worker panics") = Some(error);
                    }
                }
            });
        }
    });
    failure
        .into_inner()
        .expect("no worker panics")
        .map_or(Ok(()), Err)
}

/// Runs a compiler. Its output gets its name only when it is whole.
fn one(mut command: Command, object: &Path) -> Result<()> {
    let part = object.with_extension("part");
    command.arg("-o").arg(&part);
    run(command, "the LLVM wrapper does not compile")?;
    fs::rename(&part, object).with_context(|| format!("cannot write {}", object.display()))
}

/// Makes the archive under the name that the crate links to, unless it holds these objects already.
fn archive(dir: &Path, objects: &[PathBuf], changed: bool) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    let archive = dir.join("libllvm-wrapper.a");
    let contents = dir.join("contents");
    let names = format!("{objects:?}");
    if !changed && archive.is_file() && fs::read_to_string(&contents).is_ok_and(|old| old == names) {
        return Ok(());
    }
    if archive.exists() {
        fs::remove_file(&archive).with_context(|| format!("cannot remove {}", archive.display()))?;
    }
    let mut ar = Command::new("ar");
    ar.arg("crs").arg(&archive).args(objects);
    run(ar, "the LLVM wrapper cannot be archived").context("on Debian and Ubuntu, `ar` is in `binutils`")?;
    fs::write(&contents, names).with_context(|| format!("cannot write {}", contents.display()))
}
