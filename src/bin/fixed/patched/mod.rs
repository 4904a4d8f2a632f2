//! The in-tree LLVM backend with a patch, without building rustc.
//!
//! A toolchain with the component `rustc-dev` brings everything that `rustc_codegen_llvm` is compiled
//! against, and its source. So that crate alone is compiled, as a dylib of its own which rustc loads with
//! `-Zcodegen-backend`; its C++ half needs the headers of the same release of LLVM. What comes out
//! is what a stage1 build with the patch would contain, in seconds instead of half an hour.
//!
//! Nothing of rustc's sources is kept anywhere but in `target/patched`:
//!
//! * `TOOLCHAIN/tree`: the sources last built, with the patch applied;
//! * `TOOLCHAIN/objects`: the C++ files, compiled, under a name made of their contents;
//! * `TOOLCHAIN/incremental`: rustc's incremental compilation, shared by all patches: to rustc, another
//!   patch is an edit;
//! * `TOOLCHAIN/built/PATCHES`: the results.

mod headers;
mod native;
mod toolchain;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::compiler::TOOLCHAIN;
use crate::process::{self, Finished};
use headers::Headers;
use toolchain::Toolchain;

/// What patches are applied to, and built with.
#[derive(Args)]
pub struct Base {
    /// The toolchain that patches are applied to
    #[arg(
        long = "base",
        visible_alias = "toolchain",
        id = "base",
        value_name = "TOOLCHAIN",
        default_value = TOOLCHAIN
    )]
    pub toolchain: String,
    /// The folder with the headers of its LLVM: one that holds `llvm` and `llvm-c`, or one in which a package was
    /// unpacked [default: what FIXED_LLVM_HEADERS names, or what is installed]
    #[arg(long, value_name = "DIR")]
    pub headers: Option<PathBuf>,
}

/// The name of rustc's crate, which is also the name of what we make of it.
const CRATE: &str = "rustc_codegen_llvm";

/// Changed when the way of building changes, so that older results are not taken for new ones.
const RECIPE: &str = "2";

/// Flags that make the backend behave as the released one does. It compiles in half the time without
/// optimisation, and then programs take no longer to compile: LLVM, which does the work, is optimised.
const FLAGS: [&str; 7] = [
    "--crate-type=dylib",
    "--cap-lints=warn",
    "-Zcrate-attr=feature(rustc_private)",
    "-Cprefer-dynamic",
    "-Copt-level=0",
    "-Cdebug-assertions=off",
    "-Coverflow-checks=off",
];

/// Builds the in-tree LLVM backend of a rustup toolchain with `patches` applied in their order (none of
/// them gives the backend as it is), and returns the library for `-Zcodegen-backend`.
///
/// `log` is told what is being done, a line at a time. What was built before is built again only if a
/// patch, the toolchain or the headers changed. Calls may come from several threads and processes: one
/// waits for the other.
pub fn build(base: &Base, patches: &[PathBuf], mut log: impl FnMut(&str)) -> Result<PathBuf> {
    let toolchain = Toolchain::find(&base.toolchain)?;
    let headers = Headers::find(&toolchain, base.headers.as_deref())?;
    let texts = read(patches)?;
    let dir = folder()?.join(&toolchain.name);
    let result = dir.join("built").join(result_name(patches, &texts));
    fs::create_dir_all(&result).with_context(|| format!("cannot make the folder {}", result.display()))?;
    let library = result.join(format!("lib{CRATE}.so"));
    let stamp = stamp(&toolchain, &headers, &texts);
    let _lock = lock(&dir)?;
    let stamp_file = result.join("stamp");
    if library.is_file() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(library);
    }
    log(&format!(
        "LLVM's headers are those of {} in {}; {} has LLVM {}",
        headers.version,
        headers.dirs[0].display(),
        toolchain.name,
        toolchain.llvm
    ));
    log(&format!("copying the sources of {}", toolchain.name));
    tree::lay(&toolchain, &dir.join("tree"), &texts)?;
    native::compile(&toolchain, &headers, &dir, &mut log)?;
    log(&format!("compiling {CRATE}"));
    let link = ["-Cincremental=incremental", "--emit=link"];
    let native = [
        "-Lnative=native".to_owned(),
        format!("-Lnative={}", toolchain.sysroot.join("lib").display()),
        format!("-l{}", toolchain.llvm_library),
        "-lstdc++".to_owned(),
    ];
    let flags = link.into_iter().chain(native.iter().map(String::as_str));
    compile(&toolchain, &dir, flags, &mut log)?;
    // The stamp goes first and comes last, so that it never speaks for another library.
    if stamp_file.exists() {
        fs::remove_file(&stamp_file).with_context(|| format!("cannot remove {}", stamp_file.display()))?;
    }
    let made = dir.join(format!("lib{CRATE}.so"));
    fs::rename(&made, &library).with_context(|| format!("cannot write {}", library.display()))?;
    fs::write(&stamp_file, stamp).with_context(|| format!("cannot write {}", stamp_file.display()))?;
    Ok(library)
}

/// Checks that the patches apply and that what comes of it passes rustc's checks, without making code of
/// it. That needs neither headers nor a C++ compiler.
pub fn check(toolchain: &str, patches: &[PathBuf], mut log: impl FnMut(&str)) -> Result<()> {
    let toolchain = Toolchain::find(toolchain)?;
    let texts = read(patches)?;
    let dir = folder()?.join(&toolchain.name).join("check");
    fs::create_dir_all(&dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    let _lock = lock(&dir)?;
    log(&format!("copying the sources of {}", toolchain.name));
    tree::lay(&toolchain, &dir.join("tree"), &texts)?;
    log(&format!("checking {CRATE}"));
    let flags = ["-Cincremental=incremental", "--emit=metadata"];
    compile(&toolchain, &dir, flags.into_iter(), &mut log)
}

#[derive(Args)]
#[command(after_help = "Examples:
  fixed patched patches/some.patch
  fixed validate -c llvm -c patched:patches/some.patch")]
pub struct Options {
    #[command(flatten)]
    base: Base,
    /// Only check that they apply and what comes of it is correct Rust; needs no headers
    #[arg(long)]
    check: bool,
    /// Patches, in the order to apply them
    #[arg(value_delimiter = ',')]
    patches: Vec<PathBuf>,
}

/// The command `fixed patched`.
pub fn command(options: &Options) -> Result<ExitCode> {
    process::clean_up_on_signals()?;
    let log = |line: &str| eprintln!("{line}");
    if options.check {
        check(&options.base.toolchain, &options.patches, log)?;
    } else {
        println!("{}", build(&options.base, &options.patches, log)?.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// What a toolchain's backend can be built with, or the first thing that is missing for it, with the reason
/// where there is more than one.
pub enum Readiness {
    NoToolchain,
    NoCompiler,
    NoHeaders(anyhow::Error),
    /// All is there: the version of LLVM's headers.
    Ready(String),
}

/// Whether the backend of `toolchain` can be built.
pub fn readiness(toolchain: &str) -> Readiness {
    let toolchain = match Toolchain::installed(toolchain) {
        Ok(toolchain) => toolchain,
        Err(_) => return Readiness::NoToolchain,
    };
    if !toolchain.has_compiler().unwrap_or(false) {
        return Readiness::NoCompiler;
    }
    match Headers::find(&toolchain, None) {
        Ok(headers) => Readiness::Ready(headers.version.to_string()),
        Err(error) => Readiness::NoHeaders(error),
    }
}

/// Waits until no other process builds in `dir`.
fn lock(dir: &Path) -> Result<fs::File> {
    let path = dir.join("lock");
    let file = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.lock().context("cannot wait for another build")?;
    Ok(file)
}

/// A patch: where it came from, and what it says.
struct Patch {
    path: PathBuf,
    text: String,
}

fn read(patches: &[PathBuf]) -> Result<Vec<Patch>> {
    let read = |path: &PathBuf| {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read the patch {}", path.display()))?;
        Ok(Patch {
            path: path.clone(),
            text,
        })
    };
    patches.iter().map(read).collect()
}

/// `target/patched`, of the target folder that this executable is in; an installed one's, among what it keeps.
fn folder() -> Result<PathBuf> {
    let executable = std::env::current_exe().context("cannot tell where this executable is")?;
    let target = executable
        .ancestors()
        .find(|dir| dir.join("CACHEDIR.TAG").is_file());
    let target = match target {
        Some(dir) => dir.to_owned(),
        None => crate::store::root()?,
    };
    let folder = target.join("patched");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    folder
        .canonicalize()
        .with_context(|| format!("cannot open the folder {}", folder.display()))
}

/// The patches' names, and enough of their paths' sum to tell patches of the same name apart. It does not
/// depend on what they say: an edited patch takes the place of what it was.
fn result_name(patches: &[PathBuf], texts: &[Patch]) -> String {
    if texts.is_empty() {
        return "unpatched".to_owned();
    }
    let stems: Vec<String> = patches
        .iter()
        .map(|path| {
            path.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let paths: Vec<PathBuf> = patches
        .iter()
        .map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()))
        .collect();
    let sum = sum(paths.iter().map(|path| path.as_os_str().as_encoded_bytes()));
    // A file name may have 255 bytes.
    let names: String = stems.join("+").chars().take(120).collect();
    format!("{names}-{}", &sum[..8])
}

/// Everything that the result depends on.
fn stamp(toolchain: &Toolchain, headers: &Headers, patches: &[Patch]) -> String {
    let llvm = headers.version.to_string();
    let inputs = [RECIPE, &toolchain.version, &llvm, &FLAGS.join(" ")];
    let patches = patches.iter().map(|patch| patch.text.as_str());
    let sum = sum(inputs.into_iter().chain(patches).map(str::as_bytes));
    format!("{}\nLLVM {}\n{sum}\n", toolchain.version, headers.version)
}

/// A sum of byte strings. It need not withstand anybody's malice, only tell edits apart.
fn sum<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    format!("{:016x}", hasher.finish())
}

/// Compiles the Rust half, from `dir`. Warnings go to `log`: rustc's own build takes none.
fn compile<'a>(
    toolchain: &Toolchain,
    dir: &Path,
    flags: impl Iterator<Item = &'a str>,
    log: &mut impl FnMut(&str),
) -> Result<()> {
    let manifest = dir.join("tree/compiler").join(CRATE).join("Cargo.toml");
    let manifest = fs::read_to_string(&manifest).context("rustc_codegen_llvm has no manifest")?;
    let mut rustc = toolchain.rustc();
    // Paths relative to `dir`, so that a moved target folder is no reason to start anew.
    rustc
        .current_dir(dir)
        .arg(format!("tree/compiler/{CRATE}/src/lib.rs"))
        .arg(format!("--crate-name={CRATE}"))
        .arg(format!("--edition={}", toolchain::edition(&manifest)))
        .args(FLAGS)
        .args(flags);
    for dependency in toolchain.dependencies(&manifest)? {
        rustc.args(["--extern", &dependency]);
    }
    // rustc's own build sets these; the crate cannot be compiled without the first.
    rustc
        .env("CFG_VERSION", &toolchain.version)
        .env(
            "CFG_RELEASE",
            toolchain.version.split(' ').next().unwrap_or_default(),
        )
        .env("CFG_RELEASE_CHANNEL", "nightly")
        .env("CFG_COMPILER_HOST_TRIPLE", &toolchain.host);
    let failure = format!("{CRATE} of {} does not compile", toolchain.name);
    let warnings = output(rustc, &failure)?.stderr;
    String::from_utf8_lossy(&warnings).lines().for_each(log);
    Ok(())
}

/// Runs a command and returns what it printed; an error shows what it said.
fn run(command: Command, failure: &str) -> Result<String> {
    let output = output(command, failure)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn output(command: Command, failure: &str) -> Result<Finished> {
    let output = process::run_all(command)?;
    let status = output
        .status
        .context("a compiler that has not ended within a day")?;
    if !status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // The first errors are the ones to read; hundreds may follow from them.
        let lines: Vec<&str> = said.lines().take(80).collect();
        bail!("{failure} ({status}):\n{}", lines.join("\n"));
    }
    Ok(output)
}
