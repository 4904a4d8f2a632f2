//! `src/llvm/cxx/layout.rs` and `src/llvm/convention.rs` against LLVM's own headers.
//!
//! They are looked for in the folder that `FIXED_LLVM_HEADERS` names (as `dpkg -x` unpacks Debian's package
//! `llvm-23-dev`), and where that package is installed.

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::TempProject;

#[allow(dead_code)] // The constants are the library's; the rows are what is compared.
#[path = "../../src/llvm/cxx/layout.rs"]
mod layout;

#[path = "../../src/llvm/convention.rs"]
#[allow(dead_code)] // The test needs the table only.
mod convention;

pub const CHECKS: &[(&str, Check)] = &[("sizes, offsets, enumerators and slots", layout_holds)];

/// What the expressions of the table use. A bit-field has no address: all its bits are set in an object that
/// is otherwise zero. A pointer to a virtual function is its offset in the vtable, plus one (Itanium C++
/// ABI 2.3); where the lowest bit is taken for other purposes, it is in the second word.
const PROLOGUE: &str = r#"
#include <cstddef>
#include <cstdio>
#include <cstring>
#include "llvm/Analysis/LazyCallGraph.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ModuleSummaryAnalysis.h"
#include "llvm/Analysis/ProfileSummaryInfo.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/CallingConv.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalValue.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMRemarkStreamer.h"
#include "llvm/IR/Mangler.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ModuleSummaryIndex.h"
#include "llvm/IR/PassInstrumentation.h"
#include "llvm/LTO/Config.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Remarks/RemarkFormat.h"
#include "llvm/Remarks/RemarkStreamer.h"
#include "llvm/Support/MD5.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/FunctionImport.h"

// `offsetof` is a macro: a comma in the name of a class would end the name.
using IndexEntry = llvm::GlobalValueSummaryMapTy::value_type;
using DefinedByModule = llvm::DenseMap<llvm::StringRef, llvm::GVSummaryMapTy>;
using ImportTable = llvm::MapVector<std::pair<llvm::StringRef, uint64_t>, uint32_t>;
using PassCallbacks = decltype(llvm::PassInstrumentationCallbacks::BeforeNonSkippedPassCallbacks);
using LoopParts = llvm::LoopBase<llvm::BasicBlock, llvm::Loop>;
using BufferBase = llvm::SmallVectorBase<uint64_t>;
static_assert(std::is_base_of_v<BufferBase, llvm::SmallVector<char, 8>>);
// What is passed to functions by value must be passed as C would.
static_assert(std::is_trivially_copyable_v<llvm::DINodeArray>);
static_assert(std::is_trivially_copyable_v<llvm::DITypeArray>);
static_assert(std::is_trivially_copyable_v<llvm::DITemplateParameterArray>);
static_assert(std::is_trivially_copyable_v<llvm::DISourceLanguageName>);
static_assert(std::is_trivially_copyable_v<std::optional<unsigned>>);

template <typename Function> size_t slot(Function function) {
  uintptr_t words[2];
  memcpy(words, &function, sizeof words);
#if defined(__aarch64__) || defined(__arm__)
  return words[0] / sizeof(void *);
#else
  return (words[0] - 1) / sizeof(void *);
#endif
}

template <typename Class> size_t first_bit(void (*set)(Class &)) {
  alignas(Class) unsigned char object[sizeof(Class)] = {};
  set(reinterpret_cast<Class &>(object));
  for (size_t bit = 0; bit < sizeof object * 8; ++bit)
    if (object[bit / 8] >> bit % 8 & 1)
      return bit;
  return ~size_t(0);
}
#define FIRST_BIT(Class, Member) first_bit<Class>([](Class &object) { object.Member = -1; })

int main() {
"#;

/// The folders to include from, if there are headers.
fn headers() -> Option<Vec<PathBuf>> {
    let given = std::env::var_os("FIXED_LLVM_HEADERS").map(PathBuf::from);
    let root = given.unwrap_or_else(|| PathBuf::from("/"));
    let folders: Vec<PathBuf> = [
        "usr/include/llvm-23",
        "usr/include/llvm-c-23",
        "usr/lib/llvm-23/include",
    ]
    .iter()
    .map(|folder| root.join(folder))
    .filter(|folder| folder.is_dir())
    .collect();
    let has = |header: &str| folders.iter().any(|folder| folder.join(header).is_file());
    (has("llvm/Target/TargetMachine.h") && has("llvm-c/DataTypes.h")).then_some(folders)
}

/// What keeps the check from being made here, if anything does.
pub fn missing() -> Option<&'static str> {
    if headers().is_none() {
        return Some("no headers of LLVM 23; FIXED_LLVM_HEADERS can name a folder that has them");
    }
    compiler().is_none().then_some("no C++ compiler")
}

fn compiler() -> Option<&'static str> {
    let works = |name: &&str| {
        Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|run| run.status.success())
    };
    ["c++", "g++", "clang++"].into_iter().find(works)
}

/// Compiles a C++ file of the project, which may include LLVM's headers.
pub fn compile_with_headers(project: &TempProject, source: &str, flags: &[&str]) -> Result<(), Failed> {
    let (folders, compiler) = (headers().unwrap_or_default(), compiler().unwrap_or_default());
    let include = |folder: &PathBuf| format!("-I{}", folder.display());
    let compiled = Command::new(compiler)
        .current_dir(project.path(""))
        .args(["-std=c++17", "-O1", "-w"])
        .args(folders.iter().map(include))
        .arg(source)
        .args(flags)
        .output()?;
    match compiled.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&compiled.stderr).into_owned().into()),
    }
}

/// All that is compared: a name, our value, and the C++ expression.
fn rows() -> Vec<(&'static str, usize, String)> {
    let layout = layout::ROWS
        .iter()
        .map(|&(name, value, expression)| (name, value, expression.to_owned()));
    let conventions = convention::ROWS
        .iter()
        .map(|&(name, number)| (name, number as usize, format!("llvm::CallingConv::{name}")));
    layout.chain(conventions).collect()
}

fn layout_holds() -> Result<(), Failed> {
    let mut program = PROLOGUE.to_owned();
    let rows = rows();
    for (name, _, expression) in &rows {
        program += &format!("  printf(\"{name} %zu\\n\", size_t({expression}));\n");
    }
    program += "}\n";
    let project = TempProject::with(&[("layout.cpp", &program)])?;
    // Nothing of LLVM is called, so nothing of it is linked: what its headers refer to may stay away.
    let flags = [
        "-fno-access-control",
        "-Wl,--unresolved-symbols=ignore-all",
        "-o",
        "layout",
    ];
    compile_with_headers(&project, "layout.cpp", &flags)?;
    let printed = project.run("layout")?;
    let wrong: Vec<String> = rows
        .iter()
        .zip(printed.lines())
        .filter(|((name, ours, _), line)| **line != format!("{name} {ours}"))
        .map(|((name, ours, _), line)| format!("{name} is {ours} here, and {line} in the headers"))
        .collect();
    match (wrong.is_empty(), printed.lines().count() == rows.len()) {
        (true, true) => Ok(()),
        _ => Err(wrong.join("\n").into()),
    }
}
