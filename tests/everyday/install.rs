//! `fixed install` and `fixed uninstall`, in a copy of the toolchain.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{binary, clean, compiled_by, find, package, succeed};
use crate::support::project::{TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("rustc knows the backend by its name until it is removed", by_name),
    ("profiles, single packages and host code", profiles),
    ("another rustc says which toolchain to use", wrong_rustc),
    ("a damaged or missing library is called so", damaged),
    ("a toolchain with another rustc is refused", wrong_toolchain),
];

/// A copy of the toolchain that the tests run with: links to all of it, but folders of its own where the backend is
/// installed.
pub struct Toolchain(pub PathBuf);

impl Toolchain {
    pub fn copy(project: &TempProject) -> Result<Self, Failed> {
        let sysroot = succeed(clean(rustc(), project).arg("--print=sysroot"))?.stdout;
        let (from, to) = (Path::new(sysroot.trim()), project.path("toolchain"));
        // rustc finds its sysroot by where its files are, so these are no symbolic links.
        for part in ["bin", "lib"] {
            std::fs::create_dir_all(to.join(part))?;
            for entry in std::fs::read_dir(from.join(part))? {
                let entry = entry?;
                let copy = to.join(part).join(entry.file_name());
                if !entry.file_type()?.is_dir() {
                    let path = entry.path().canonicalize()?;
                    std::fs::hard_link(&path, &copy).or_else(|_| std::fs::copy(&path, &copy).map(|_| ()))?;
                }
            }
        }
        let host = "lib/rustlib/x86_64-unknown-linux-gnu";
        std::fs::create_dir_all(to.join(host))?;
        for entry in std::fs::read_dir(from.join(host))?.flatten() {
            // A backend may be installed in the original.
            if entry.file_name() != "codegen-backends" {
                std::os::unix::fs::symlink(entry.path(), to.join(host).join(entry.file_name()))?;
            }
        }
        let toolchain = Toolchain(to);
        let found = succeed(toolchain.tool(project, "rustc").arg("--print=sysroot"))?.stdout;
        match Path::new(found.trim()) == toolchain.0.canonicalize()? {
            true => Ok(toolchain),
            // Nothing may be installed into the toolchain that everybody uses.
            false => Err(format!("the copy of the toolchain takes {found} for its sysroot").into()),
        }
    }

    /// `fixed COMMAND` for this toolchain.
    pub fn fixed(&self, project: &TempProject, fixed: &Path, command: &str) -> Command {
        let mut command_line = clean(fixed, project);
        command_line.args([command, "--toolchain"]).arg(&self.0);
        command_line
    }

    pub fn tool(&self, project: &TempProject, name: &str) -> Command {
        let mut tool = clean(self.0.join("bin").join(name), project);
        tool.env("RUSTC", self.0.join("bin/rustc"))
            .env_remove("RUSTUP_TOOLCHAIN");
        tool
    }

    pub fn backends(&self) -> PathBuf {
        self.0
            .join("lib/rustlib/x86_64-unknown-linux-gnu/codegen-backends")
    }
}

/// The rustc that the tests run with.
fn rustc() -> std::ffi::OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn fixed() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_fixed"))
}

fn by_name() -> Result<(), Failed> {
    let project = package(&[])?;
    let toolchain = Toolchain::copy(&project)?;
    let compile = || {
        toolchain
            .tool(&project, "rustc")
            .args(["-Zcodegen-backend=fixed", "src/main.rs"])
            .output()
    };
    is_error(&outcome(compile()?))?;
    succeed(&mut toolchain.fixed(&project, fixed(), "install"))?;
    let run = outcome(compile()?);
    if run.code != Some(0) {
        return Err(run.stderr.into());
    }
    compiled_by(true, &project.path("main"))?;
    // Installing again leaves nothing else there.
    succeed(&mut toolchain.fixed(&project, fixed(), "install"))?;
    let files = std::fs::read_dir(toolchain.backends())?.count();
    if files != 2 {
        return Err(format!("{files} files are installed").into());
    }
    succeed(&mut toolchain.fixed(&project, fixed(), "uninstall"))?;
    is_error(&outcome(compile()?))?;
    if toolchain.backends().exists() {
        return Err("a folder was left behind".into());
    }
    holds(
        &succeed(&mut toolchain.fixed(&project, fixed(), "uninstall"))?.stdout,
        "has no backend",
    )
}

fn profiles() -> Result<(), Failed> {
    let project = package(&[])?;
    let toolchain = Toolchain::copy(&project)?;
    succeed(&mut toolchain.fixed(&project, fixed(), "install"))?;
    let manifest = |profiles: &str| {
        let text = format!(
            "cargo-features = [\"codegen-backend\"]\n[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             [dependencies]\nother = {{ path = \"other\" }}\n[workspace]\n{profiles}"
        );
        project.write("Cargo.toml", &text)
    };
    project.write(
        "other/Cargo.toml",
        "[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    )?;
    project.write("other/src/lib.rs", "pub fn f() {}\n")?;
    project.write("src/main.rs", "fn main() { other::f() }\n")?;
    project.write("build.rs", "fn main() {}\n")?;
    let build = |folder: &str| {
        succeed(
            toolchain
                .tool(&project, "cargo")
                .args(["build", "--target-dir", folder]),
        )
    };
    let made = |folder: &str, part: &str| {
        let wanted = |name: &str| name.replace('-', "_").contains(part) && !name.ends_with(".rmeta");
        binary(&project.path(folder), &wanted)
    };
    manifest(
        "[profile.dev]\ncodegen-backend = \"fixed\"\n[profile.dev.build-override]\ncodegen-backend = \"llvm\"\n",
    )?;
    build("all")?;
    compiled_by(true, &project.path("all/debug/user"))?;
    compiled_by(false, &made("all", "build_script")?)?;
    manifest("[profile.dev.package.other]\ncodegen-backend = \"fixed\"\n")?;
    build("one")?;
    compiled_by(true, &made("one", "libother")?)?;
    manifest(
        "[profile.dev]\ncodegen-backend = \"fixed\"\n[profile.dev.package.other]\ncodegen-backend = \"llvm\"\n",
    )?;
    build("others")?;
    compiled_by(false, &made("others", "libother")?)?;
    compiled_by(true, &project.path("others/debug/user"))
}

/// What loads the shim, and nothing of rustc's: as a rustc of another version would be.
const LOADER: &str = r#"
use std::ffi::{c_char, c_int, c_void, CString};
unsafe extern "C" {
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}
fn main() {
    let path = CString::new(std::env::args().nth(1).unwrap()).unwrap();
    unsafe {
        let library = dlopen(path.as_ptr(), 2);
        assert!(!library.is_null(), "the shim does not load");
        let entry = dlsym(library, c"__rustc_codegen_backend".as_ptr());
        std::mem::transmute::<*mut c_void, fn() -> *mut dyn Fn()>(entry)();
    }
}
"#;

fn wrong_rustc() -> Result<(), Failed> {
    let project = TempProject::with(&[("loader.rs", LOADER)])?;
    let toolchain = Toolchain::copy(&project)?;
    succeed(&mut toolchain.fixed(&project, fixed(), "install"))?;
    succeed(clean(rustc(), &project).args(["--edition=2024", "loader.rs"]))?;
    let shim = find(&toolchain.backends(), &|name| {
        name.starts_with("librustc_codegen_fixed-")
    });
    let shim = shim.first().ok_or("no shim was installed")?;
    // The tests' own environment may lead to the toolchain's libraries; a user's does not.
    let mut loader = Command::new(project.path("loader"));
    let run = outcome(loader.arg(shim).env_remove("LD_LIBRARY_PATH").output()?);
    // With an rpath to the toolchain's libraries they would be found there: it must not come to that.
    if run.code == Some(1) && run.stderr.contains("use `rustc +nightly-") {
        holds(&run.stderr, "has not loaded librustc_driver-")?;
        return holds(&run.stderr, "was built for rustc ");
    }
    Err(format!("ended with {:?}: {}", run.code, run.stderr).into())
}

fn damaged() -> Result<(), Failed> {
    let project = TempProject::with(&[("main.rs", "fn main() {}\n")])?;
    let toolchain = Toolchain::copy(&project)?;
    succeed(&mut toolchain.fixed(&project, fixed(), "install"))?;
    let library = find(&toolchain.backends(), &|name| name.starts_with("libfixed-"));
    let library = library.first().ok_or("no library was installed")?;
    let whole = std::fs::read(library)?;
    // The file must be another one: a compiler may have it mapped.
    std::fs::remove_file(library)?;
    // Less than its code: what comes after that are debug information and symbols, which no loader reads.
    std::fs::write(library, &whole[..1 << 16])?;
    let compile = || -> Result<(), Failed> {
        let mut rustc = toolchain.tool(&project, "rustc");
        let run = outcome(rustc.args(["-Zcodegen-backend=fixed", "main.rs"]).output()?);
        if run.code != Some(1) || run.stderr.contains("this is another") {
            return Err(format!("ended with {:?}: {}", run.code, run.stderr).into());
        }
        holds(
            &run.stderr,
            "cannot be loaded, though it was built for this rustc",
        )?;
        holds(&run.stderr, "run `fixed install` again")
    };
    compile()?;
    std::fs::remove_file(library)?;
    compile()?;
    succeed(&mut toolchain.fixed(&project, fixed(), "install"))?;
    succeed(
        toolchain
            .tool(&project, "rustc")
            .args(["-Zcodegen-backend=fixed", "main.rs"]),
    )
    .map(|_| ())
}

fn wrong_toolchain() -> Result<(), Failed> {
    let project = package(&[])?;
    let toolchain = Toolchain::copy(&project)?;
    let rustc = toolchain.0.join("bin/rustc");
    std::fs::remove_file(&rustc)?;
    let script = "#!/bin/sh\ncase $1 in -vV) printf 'rustc 1.2.3\\nrelease: 1.2.3\\ncommit-hash: 0\\nhost: h\\n';; *) echo /nowhere;; esac\n";
    std::fs::write(&rustc, script)?;
    std::fs::set_permissions(&rustc, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let run = outcome(toolchain.fixed(&project, fixed(), "install").output()?);
    is_error(&run)?;
    holds(&run.stderr, "has rustc 1.2.3")
}
