//! What people see of LLVM's work: remarks, time traces, self-profiles; and plugins, which take part in it.

use std::path::Path;

use libtest_mimic::Failed;

use crate::Check;
use crate::llvm_layout;
use crate::support::project::{TempProject, holds, is_error};

pub const CHECKS: &[(&str, Check)] = &[
    ("remarks are as in-tree's", remarks),
    ("remarks in files are as in-tree's", remark_files),
    ("remarks that cannot be written", unwritable_remarks),
    ("remarks know from a profile what is hot", hotness),
    ("a time trace", time_trace),
    ("a time trace that cannot be written", unwritable_trace),
    ("passes among the events of a self-profile", self_profile),
    ("a plugin takes part", plugin),
    ("plugins that cannot be loaded", unloadable),
];

/// What takes LLVM's headers.
pub const WITH_HEADERS: &[(&str, Check)] = &[("a pass of a plugin runs", plugin_pass)];

const PROGRAM: &str = "
#[unsafe(no_mangle)] #[inline(never)] pub fn sum(values: &[u32]) -> u32 { values.iter().copied().map(step).sum() }
#[inline(never)] fn step(x: u32) -> u32 { x.wrapping_mul(3) }
fn main() { println!(\"{}\", sum(&[1, 2, 3])); }
";

/// The line with all symbols of Rust in it demangled.
fn demangled(line: &str) -> String {
    let in_symbol = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = line.split_inclusive(|c| !in_symbol(c));
    words
        .map(|word| {
            let symbol = word.trim_end_matches(|c| !in_symbol(c));
            match rustc_demangle::try_demangle(symbol) {
                Ok(name) => format!("{name:#}{}", &word[symbol.len()..]),
                Err(_) => word.to_owned(),
            }
        })
        .collect()
}

const ONE_UNIT: &str = "-Ccodegen-units=1";

fn remarks() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let notes = |ours: bool, flag: &str| -> Result<Vec<String>, Failed> {
        let run = project.rustc_by(ours, &["a.rs", "-O", "-g", "--crate-type=lib", ONE_UNIT, flag])?;
        // What rustc prints by their symbols has names here.
        let mut notes: Vec<String> = run.stderr.lines().map(demangled).collect();
        notes.sort();
        Ok(notes)
    };
    for flag in ["-Cremark=inline", "-Cremark=loop-vectorize licm"] {
        let (ours, theirs) = (notes(true, flag)?, notes(false, flag)?);
        holds(&ours.join("\n"), "note: ")?;
        if ours.iter().any(|note| note.contains("_R")) {
            return Err(format!("{flag}: there are symbols in {ours:#?}").into());
        }
        if ours != theirs {
            return Err(format!("{flag}: ours {ours:#?}\ntheirs {theirs:#?}").into());
        }
    }
    Ok(())
}

/// The remark files of the program's one unit, in one folder by name.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Failed> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("a.") {
            files.push((name, String::from_utf8_lossy(&std::fs::read(path)?).into_owned()));
        }
    }
    files.sort();
    Ok(files)
}

fn remark_files() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    for passes in ["all", "inline", "asm-printer"] {
        let remark = format!("-Cremark={passes}");
        let mut found = Vec::new();
        for (ours, folder) in [(true, "ours"), (false, "theirs")] {
            let _ = std::fs::remove_dir_all(project.path(folder));
            let flag = format!("-Zremark-dir={folder}");
            let run = project.rustc_by(ours, &["a.rs", "-O", "-g", ONE_UNIT, &remark, &flag])?;
            // What is in files is not reported.
            if run.code != Some(0) || !run.stderr.is_empty() {
                return Err(run.stderr.into());
            }
            found.push(files(&project.path(folder))?);
        }
        let names: Vec<&String> = found[0].iter().map(|(name, _)| name).collect();
        if names.len() != 2
            || !names[0].ends_with(".codegen.opt.yaml")
            || !names[1].ends_with(".opt.opt.yaml")
        {
            return Err(format!("{names:?}").into());
        }
        let text: String = found[0].iter().map(|(_, text)| &**text).collect();
        holds(&text, "Function:        sum")?;
        if passes == "inline" && text.contains("asm-printer") {
            return Err("there are remarks that nobody asked for".into());
        }
        if found[0] != found[1] {
            return Err(format!("{passes}: ours {:#?}\ntheirs {:#?}", found[0], found[1]).into());
        }
    }
    Ok(())
}

fn unwritable_remarks() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM), ("file", "")])?;
    let run = project.rustc(&["a.rs", "-O", "-Cremark=all", "-Zremark-dir=file/folder"])?;
    is_error(&run)?;
    holds(&run.stderr, "remark directory")?;
    // A folder stands where the file is to be. Its name is known from a run that works.
    project.compile(&["a.rs", "-O", ONE_UNIT, "-Cremark=all", "-Zremark-dir=first"])?;
    for (name, _) in files(&project.path("first"))? {
        std::fs::create_dir_all(project.path("second").join(name))?;
    }
    std::fs::remove_file(project.path("a"))?;
    let run = project.rustc(&["a.rs", "-O", ONE_UNIT, "-Cremark=all", "-Zremark-dir=second"])?;
    is_error(&run)?;
    holds(&run.stderr, "cannot create the remark file")?;
    match project.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn hotness() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    project.compile(&["a.rs", "-O", "-Cprofile-generate=counts"])?;
    project.run("a")?;
    let tool = crate::support::ir::llvm_tool("llvm-profdata")?;
    let merged = std::process::Command::new(tool)
        .current_dir(project.path(""))
        .args(["merge", "counts", "-o", "profile"])
        .status()?;
    if !merged.success() {
        return Err("llvm-profdata cannot merge the counts".into());
    }
    let flags = ["a.rs", "-O", ONE_UNIT, "-Cremark=inline", "-Zremark-dir=remarks"];
    project.compile(&[&flags[..], &["-Cprofile-use=profile"]].concat())?;
    let text: String = files(&project.path("remarks"))?
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    holds(&text, "Hotness:         ")
}

fn time_trace() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    project.compile(&["a.rs", "-O", "-Ccodegen-units=2", "-Zllvm-time-trace"])?;
    let trace = project.read("a.llvm_timings.json")?;
    // Optimisation and code generation of the program, on the threads that do them.
    for event in [
        "\"name\":\"OptModule\"",
        "\"name\":\"InstCombinePass\"",
        "X86 Assembly Printer",
        "\"detail\":\"sum\"",
    ] {
        holds(&trace, event)?;
    }
    match (trace.starts_with('{'), trace.trim_end().ends_with('}')) {
        (true, true) => Ok(()),
        _ => Err("the trace is not an object of JSON".into()),
    }
}

fn unwritable_trace() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM), ("a.llvm_timings.json/file", "")])?;
    let run = project.rustc(&["a.rs", "-O", "-Zllvm-time-trace"])?;
    is_error(&run)?;
    holds(&run.stderr, "a.llvm_timings.json")?;
    match project.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn self_profile() -> Result<(), Failed> {
    let recorded = |flag: &str| -> Result<String, Failed> {
        let project = TempProject::with(&[("a.rs", PROGRAM)])?;
        project.compile(&["a.rs", "-O", "-Zself-profile=profile", flag])?;
        let mut text = String::new();
        for entry in std::fs::read_dir(project.path("profile"))? {
            text += &String::from_utf8_lossy(&std::fs::read(entry?.path())?);
        }
        Ok(text)
    };
    for flag in ["-Zself-profile-events=llvm", "-Zself-profile-events=all"] {
        let events = recorded(flag)?;
        // A kind of event, a pass over functions, an analysis, a pass over what calls one another, and a function by
        // its name in Rust.
        for name in [
            "LLVM Pass",
            "InstCombinePass",
            "DominatorTreeAnalysis",
            "InlinerPass",
            "]::step",
        ] {
            holds(&events, name)?;
        }
    }
    match recorded("-Zself-profile-events=default")?.contains("InstCombinePass") {
        true => Err("passes were recorded that nobody asked for".into()),
        false => Ok(()),
    }
}

/// What a plugin exports, in Rust (`llvm::PassPluginLibraryInfo`).
fn plugin_source(version: u32, more: &str) -> String {
    format!(
        "use std::ffi::c_char;
#[repr(C)] pub struct Info {{ version: u32, texts: [*const c_char; 2], register: extern \"C\" fn(*mut u8), codegen: usize }}
{more}
extern \"C\" fn register(_: *mut u8) {{ work(); }}
#[unsafe(no_mangle)] pub extern \"C\" fn llvmGetPassPluginInfo() -> Info {{
    Info {{ version: {version}, texts: [c\"own\".as_ptr(), c\"1\".as_ptr()], register, codegen: 0 }}
}}
"
    )
}

fn plugin() -> Result<(), Failed> {
    let source = plugin_source(2, "fn work() { println!(\"the plugin is asked\"); }");
    let project = TempProject::with(&[("a.rs", PROGRAM), ("own.rs", &source)])?;
    project.compile(&["own.rs", "--crate-type=cdylib"])?;
    let run = project.compile(&["a.rs", "-O", ONE_UNIT, "-Zllvm-plugins=./libown.so"])?;
    holds(&run.stdout, "the plugin is asked")?;
    project.run("a")?;
    Ok(())
}

/// A pass over functions that says which ones it sees.
const PASS: &str = r#"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Support/raw_ostream.h"
using namespace llvm;
struct See : PassInfoMixin<See> {
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &) {
    outs() << "seen " << F.getName() << "\n";
    return PreservedAnalyses::all();
  }
  static bool isRequired() { return true; }
};
extern "C" PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "see", "1", [](PassBuilder &PB) {
    PB.registerPipelineParsingCallback([](StringRef Name, FunctionPassManager &FPM,
                                          ArrayRef<PassBuilder::PipelineElement>) {
      if (Name != "see") return false;
      FPM.addPass(See());
      return true;
    });
  }};
}
"#;

fn plugin_pass() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM), ("see.cpp", PASS)])?;
    let shared = ["-shared", "-fPIC", "-fno-rtti", "-o", "see.so"];
    llvm_layout::compile_with_headers(&project, "see.cpp", &shared)?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let flags = [
            "a.rs",
            level,
            ONE_UNIT,
            "-Zllvm-plugins=./see.so",
            "-Cpasses=function(see)",
        ];
        holds(&project.compile(&flags)?.stdout, "seen sum\n")?;
    }
    Ok(())
}

fn unloadable() -> Result<(), Failed> {
    let other_version = plugin_source(1, "fn work() {}");
    let unresolved = plugin_source(
        2,
        "unsafe extern \"C\" { fn llvm_has_no_such_function(); }\nfn work() { unsafe { llvm_has_no_such_function() } }",
    );
    let project = TempProject::with(&[
        ("a.rs", PROGRAM),
        (
            "library.rs",
            "#[unsafe(no_mangle)] pub extern \"C\" fn other() {}\n",
        ),
        ("other.rs", &other_version),
        ("unresolved.rs", &unresolved),
        ("text.so", "not a library\n"),
    ])?;
    for source in ["library.rs", "other.rs", "unresolved.rs"] {
        project.compile(&[source, "--crate-type=cdylib"])?;
    }
    for (plugin, words) in [
        ("nothing.so", "nothing.so"),
        ("text.so", "text.so"),
        ("liblibrary.so", "Plugin entry point not found"),
        ("libother.so", "Wrong API version"),
        ("libunresolved.so", "llvm_has_no_such_function"),
    ] {
        let run = project.rustc(&["a.rs", "-O", &format!("-Zllvm-plugins=./{plugin}")])?;
        is_error(&run)?;
        holds(&run.stderr, "failed to load an LLVM plugin")?;
        holds(&run.stderr, words)?;
        holds(&run.stderr, "LLVM of this rustc, which is 23.")?;
        if project.path("a").exists() {
            return Err(format!("{plugin}: a program was written").into());
        }
    }
    Ok(())
}
