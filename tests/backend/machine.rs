//! Target machines: what they are made from arrives in the code.

use libtest_mimic::Failed;
use object::{Object, ObjectSection, SectionFlags};

use crate::Check;
use crate::support::project::{TempProject, holds, outcome};
use crate::support::rustc;

pub const CHECKS: &[(&str, Check)] = &[
    ("options of code generation in `-Cllvm-args`", llvm_args),
    ("relocations that the linker may relax", relaxed_relocations),
    ("the attributes of an ARM object", arm_attributes),
    ("debug information is compressed", compression),
    ("large data goes into sections of its own", large_data),
    ("a target without threads", single_thread),
    ("what is vectorised, by level and flag", vectorisation),
];

const SOURCE: &str = "#[unsafe(no_mangle)] pub fn f(n: u32, g: fn(u32)) -> u32 { if n > 3 { g(n) } n }\n\
    #[unsafe(no_mangle)] pub fn fused(a: f64, b: f64, c: f64) -> f64 { a * b + c }\n\
    #[unsafe(no_mangle)] pub fn count(text: &[u8]) -> usize { text.iter().filter(|&&b| b == b'a').count() }\n\
    unsafe extern \"C\" { static ELSEWHERE: u32; }\n\
    #[unsafe(no_mangle)] pub fn outer() -> u32 { unsafe { ELSEWHERE } }\n";

const BARE: &str = "#![feature(no_core, lang_items)]\n#![no_core]\n\
    #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
    #[lang = \"sized\"] pub trait Sized: MetaSized {}\n\
    #[unsafe(no_mangle)] pub extern \"C\" fn f() {}\n";

fn assembly(arguments: &[&str]) -> Result<String, Failed> {
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    let fixed = ["a.rs", "--crate-type=lib", "--emit=asm=a.s", "-O"];
    project.compile(&[&fixed, arguments].concat())?;
    project.read("a.s")
}

/// Each of these has no other way into a machine than the options that LLVM makes from its command line.
fn llvm_args() -> Result<(), Failed> {
    for (argument, also, trace) in [
        ("--basic-block-sections=all", "", "f.__part.1"),
        ("--basic-block-address-map", "", ".llvm_bb_addr_map"),
        ("--fp-contract=fast", "-Ctarget-feature=+fma", "vfmadd"),
        ("-addrsig", "", ".addrsig"),
        ("--align-loops=256", "", ".p2align\t8"),
        ("--dwarf64", "-g", ".long\t4294967295"),
        ("--debugger-tune=sce", "-g", ".debug_info"),
    ] {
        let with: Vec<String> = [format!("-Cllvm-args={argument}"), also.to_owned()]
            .into_iter()
            .filter(|argument| !argument.is_empty())
            .collect();
        let with: Vec<&str> = with.iter().map(String::as_str).collect();
        let plain = assembly(&with[1..])?;
        let text = assembly(&with)?;
        holds(&text, trace).map_err(|_| Failed::from(format!("`{argument}` left no `{trace}`")))?;
        if plain == text {
            return Err(format!("`{argument}` changed nothing").into());
        }
    }
    Ok(())
}

fn object_of(project: &TempProject, arguments: &[&str]) -> Result<Vec<u8>, Failed> {
    project.compile(&[&["a.rs", "--crate-type=lib", "--emit=obj=a.o"], arguments].concat())?;
    Ok(std::fs::read(project.path("a.o"))?)
}

fn relaxed_relocations() -> Result<(), Failed> {
    // `R_X86_64_GOTPCREL`, and the kinds that let the linker change the instruction (psABI, "Relocation").
    const PLAIN: u32 = 9;
    const RELAXABLE: [u32; 2] = [41, 42];
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    for (arguments, relaxable) in [
        (&["-O"][..], false),
        (&["-O", "-Zrelax-elf-relocations=no"], false),
        (&["-O", "-Zrelax-elf-relocations=yes"], true),
    ] {
        let bytes = object_of(&project, arguments)?;
        let file = object::File::parse(&*bytes)?;
        let kinds: Vec<u32> = file
            .sections()
            .flat_map(|section| section.relocations())
            .filter_map(|(_, relocation)| match relocation.flags() {
                object::RelocationFlags::Elf { r_type } => Some(r_type),
                _ => None,
            })
            .collect();
        let found = (
            kinds.contains(&PLAIN),
            kinds.iter().any(|kind| RELAXABLE.contains(kind)),
        );
        if found != (!relaxable, relaxable) {
            return Err(format!("{arguments:?}: relocations {kinds:?}").into());
        }
    }
    Ok(())
}

/// They say how floats are passed and which of their exceptions matter: the same as with rustc's own backend.
fn arm_attributes() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", BARE)])?;
    for target in [
        "armv7-unknown-linux-gnueabihf",
        "armv7-unknown-linux-gnueabi",
        "thumbv7em-none-eabihf",
    ] {
        let target = format!("--target={target}");
        let arguments = ["a.rs", "--crate-type=lib", "--emit=asm=a.s", &target];
        project.compile(&arguments)?;
        let attributes = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.contains(".eabi_attribute"));
            lines
                .map(|line| line.split('@').next().unwrap_or_default().trim().to_owned())
                .collect()
        };
        let ours = attributes(&project.read("a.s")?);
        let own = outcome(rustc().current_dir(project.path(".")).args(arguments).output()?);
        let theirs = attributes(&project.read("a.s")?);
        if own.code != Some(0) || ours != theirs || !ours.iter().any(|line| line.contains("21,")) {
            return Err(format!("{target}: ours {ours:?}, theirs {theirs:?}").into());
        }
    }
    Ok(())
}

fn compression() -> Result<(), Failed> {
    const COMPRESSED: u64 = 1 << 11;
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    for (algorithm, compressed) in [("none", false), ("zlib", true)] {
        let flag = format!("-Zdebuginfo-compression={algorithm}");
        let bytes = object_of(&project, &["-g", &flag])?;
        let file = object::File::parse(&*bytes)?;
        let section = file
            .section_by_name(".debug_info")
            .ok_or("no debug information")?;
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            return Err("not an ELF file".into());
        };
        if (sh_flags & COMPRESSED != 0) != compressed {
            return Err(format!("{algorithm}: the section's flags are {sh_flags:#x}").into());
        }
    }
    Ok(())
}

fn large_data() -> Result<(), Failed> {
    let source = "#[unsafe(no_mangle)] pub static TABLE: [u64; 64] = [7; 64];\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    for (threshold, large) in [("100", true), ("10000", false)] {
        let flag = format!("-Zlarge-data-threshold={threshold}");
        let bytes = object_of(&project, &["-Ccode-model=medium", &flag])?;
        let file = object::File::parse(&*bytes)?;
        let found = file
            .sections()
            .any(|section| section.name().is_ok_and(|name| name.starts_with(".lrodata")));
        if found != large {
            return Err(format!("with {threshold}, large data: {found}").into());
        }
    }
    Ok(())
}

const ATOMIC: &str = "#![feature(auto_traits, no_core, lang_items, adt_const_params, intrinsics, rustc_attrs)]\n\
    #![allow(internal_features)]\n\
    #![no_core]\n\
    #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
    #[lang = \"sized\"] pub trait Sized: MetaSized {}\n\
    #[lang = \"copy\"] pub trait Copy {}\n\
    #[lang = \"structural_peq\"] pub trait StructuralPartialEq {}\n\
    #[lang = \"const_param_ty\"] pub trait ConstParamTy_: StructuralPartialEq {}\n\
    #[lang = \"freeze\"] pub unsafe auto trait Freeze {}\n\
    impl Copy for u32 {}\n\
    pub enum AtomicOrdering { Relaxed = 0, Release = 1, Acquire = 2, AcqRel = 3, SeqCst = 4 }\n\
    impl StructuralPartialEq for AtomicOrdering {}\n\
    impl ConstParamTy_ for AtomicOrdering {}\n\
    #[rustc_intrinsic] pub unsafe fn atomic_xadd<T: Copy, U: Copy, const ORD: AtomicOrdering>(dst: *mut T, src: U) -> T;\n\
    #[unsafe(no_mangle)] pub unsafe fn count(to: *mut u32) -> u32 { unsafe { atomic_xadd::<u32, u32, { AtomicOrdering::SeqCst }>(to, 1) } }\n";

/// Where there is one thread, the ARM backend makes plain loads and stores of atomic ones, and elsewhere loops
/// of exclusive ones. No target of rustc's is such a one, but a target may be described in a file.
fn single_thread() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", ATOMIC)])?;
    let mut describe = rustc();
    describe.args([
        "-Zunstable-options",
        "--print=target-spec-json",
        "--target=armv7a-none-eabi",
    ]);
    let threads = outcome(describe.output()?).stdout;
    project.write("threads.json", &threads)?;
    project.write(
        "single.json",
        &threads.replacen('{', "{ \"singlethread\": true,", 1),
    )?;
    for (target, exclusive) in [("threads", true), ("single", false)] {
        let target = format!("--target={target}.json");
        let arguments = [
            "a.rs",
            "--crate-type=lib",
            "-O",
            "-Zunstable-options",
            "--emit=asm=a.s",
            &target,
        ];
        let theirs = outcome(project.in_tree().args(arguments).output()?);
        let texts = [theirs.stderr, project.read("a.s")?];
        project.compile(&arguments)?;
        for (whose, text) in [("in-tree", texts.concat()), ("ours", project.read("a.s")?)] {
            if !text.contains("count:") || text.contains("ldrex") != exclusive {
                return Err(format!("{whose}, {target}: {text}").into());
            }
        }
    }
    Ok(())
}

/// The same as with rustc's own backend: loops from level 2 on, straight-line code at level 3, and neither where a flag
/// forbids it.
fn vectorisation() -> Result<(), Failed> {
    let source = "#[unsafe(no_mangle)] pub fn straight(a: &mut (f64, f64), b: &(f64, f64)) { a.0 += b.0; a.1 += b.1 }\n\
        #[unsafe(no_mangle)] pub fn sum(all: &[u32]) -> u32 { all.iter().fold(0, |a, &b| a.wrapping_add(b ^ 3)) }\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    let vectorised = |ir: &str| ["<2 x double>", "<4 x i32>"].map(|ty| ir.contains(ty));
    for (flags, straight, looped) in [
        (&["-Copt-level=1"][..], false, false),
        (&["-Copt-level=2"], false, true),
        (&["-Copt-level=3"], true, true),
        (&["-Copt-level=s"], false, false),
        (&["-Copt-level=3", "-Cno-vectorize-slp"], false, true),
        (&["-Copt-level=3", "-Cno-vectorize-loops"], true, false),
        (&["-Copt-level=3", "-Clto=fat", "-Cno-vectorize-slp"], false, true),
    ] {
        let all = [&["a.rs", "--crate-type=cdylib", "--emit=llvm-ir=a.ll"], flags].concat();
        project.compile(&all)?;
        let ours = vectorised(&project.read("a.ll")?);
        let tree = outcome(project.in_tree().args(&all).output()?);
        let theirs = vectorised(&project.read("a.ll")?);
        if tree.code != Some(0) || ours != theirs || ours != [straight, looped] {
            return Err(
                format!("{flags:?}: straight-line code and loops: ours {ours:?}, theirs {theirs:?}").into(),
            );
        }
    }
    Ok(())
}
