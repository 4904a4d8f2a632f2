//! What only some platforms have: Objective-C, signed pointers, scalable vectors, memory of GPUs. Nothing of it runs
//! here, so the IR is compared with that of rustc's own backend, by `fixed diff`.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("classes and selectors of Objective-C", objective_c),
    ("Objective-C on another platform", no_objective_c),
    ("signed function pointers", pointer_authentication),
    ("tuples of scalable vectors", scalable_tuples),
    ("tuples of scalable vectors, of a wrong type", wrong_tuples),
    ("memory that a launch sizes, and the dispatch packet", gpu_memory),
];

/// As much of `core` as the programs need.
const CORE: &str = "#![crate_type = \"lib\"]\n\
    #![feature(no_core, lang_items, rustc_attrs, linkage, intrinsics, repr_simd, simd_ffi, abi_gpu_kernel, auto_traits)]\n\
    #![no_core]\n\
    #![allow(internal_features, incomplete_features, improper_ctypes)]\n\
    #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
    #[lang = \"sized\"] pub trait Sized: MetaSized {}\n\
    #[lang = \"copy\"] pub trait Copy {}\n\
    #[lang = \"sync\"] pub trait Sync {}\n\
    #[lang = \"freeze\"] unsafe auto trait Freeze {}\n\
    #[lang = \"structural_peq\"] pub trait StructuralPartialEq {}\n\
    #[lang = \"const_param_ty\"] pub trait ConstParamTy {}\n\
    impl ConstParamTy for i32 {}\n\
    impl Copy for i32 {}\n\
    impl<T: PointeeSized> Copy for *mut T {}\n\
    #[lang = \"drop_glue\"] unsafe fn drop_glue<T: PointeeSized>(_: &mut T) {}\n\
    #[lang = \"panic_cannot_unwind\"] fn panic_cannot_unwind() -> ! { loop {} }\n";

/// Fails unless both backends make the same of `source`, and `traces` are in it.
fn same_ir(source: &str, flags: &[&str], traces: &[&str]) -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", &format!("{CORE}{source}"))])?;
    let arguments = [&["a.rs", "-Cpanic=abort", "-Awarnings"], flags].concat();
    let compared = outcome(
        Command::new(env!("CARGO_BIN_EXE_fixed"))
            .current_dir(project.path("."))
            .args(["diff", "--", "rustc", "--edition=2024"])
            .args(&arguments)
            .output()?,
    );
    if compared.code != Some(0) {
        return Err(format!("{flags:?}: {}\n{}", compared.stdout, compared.stderr).into());
    }
    traced_ir(&project, &arguments, traces)
}

/// Fails unless `traces` are in the IR.
fn traced_ir(project: &TempProject, arguments: &[&str], traces: &[&str]) -> Result<(), Failed> {
    project.compile(&[arguments, &["--emit=llvm-ir=a.ll", "-Cno-prepopulate-passes"]].concat())?;
    let ir = project.read("a.ll")?;
    traces.iter().try_for_each(|trace| holds(&ir, trace))
}

const OBJECTIVE_C: &str = "macro_rules! reference {
    ($f:ident, $kind:ident, $name:literal) => {
        #[unsafe(no_mangle)] pub fn $f() -> *mut () {
            unsafe extern \"C\" { #[$kind = $name] safe static VAL: *mut (); }
            VAL
        }
    };
}
reference!(class, rustc_objc_class, \"NSObject\");
reference!(class_again, rustc_objc_class, \"NSObject\");
reference!(other_class, rustc_objc_class, \"NSString\");
reference!(selector, rustc_objc_selector, \"alloc\");
reference!(selector_again, rustc_objc_selector, \"alloc\");
reference!(other_selector, rustc_objc_selector, \"initWithBytes:length:\");
";

fn objective_c() -> Result<(), Failed> {
    let first = "__OBJC,__cls_refs,literal_pointers,no_dead_strip";
    let second = "__DATA,__objc_classrefs,regular,no_dead_strip";
    for (target, section, simulated) in [
        ("i686-apple-darwin", first, false),
        ("x86_64-apple-darwin", second, false),
        ("aarch64-apple-darwin", second, false),
        ("aarch64-apple-ios-sim", second, true),
    ] {
        for level in ["0", "2"] {
            let flags = ["--target", target, &format!("-Copt-level={level}")];
            let mut traces = vec![
                section,
                "\"Objective-C Image Info Section\"",
                "OBJC_SELECTOR_REFERENCES_",
            ];
            if simulated {
                traces.push("\"Objective-C Is Simulated\", i32 32");
            }
            same_ir(OBJECTIVE_C, &flags, &traces)?;
        }
    }
    Ok(())
}

fn no_objective_c() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", &format!("{CORE}{OBJECTIVE_C}"))])?;
    let run = project.rustc(&["a.rs", "-Cpanic=abort", "--emit=obj"])?;
    is_error(&run)?;
    holds(&run.stderr, "only Apple's platforms have them")?;
    holds(&run.stderr, "a.rs:")
}

const SIGNED: &str = "pub struct Shared<T>(T);
impl<T> Sync for Shared<T> {}
unsafe extern \"C\" { fn elsewhere(x: i32) -> i32; }
#[unsafe(no_mangle)] pub extern \"C\" fn own(x: i32) -> i32 { x }
#[unsafe(no_mangle)] pub fn of_rust(x: i32) -> i32 { x }
#[unsafe(no_mangle)] pub static TABLE: Shared<[extern \"C\" fn(i32) -> i32; 2]> = Shared([own, own]);
#[unsafe(no_mangle)] pub static TABLE_OF_RUST: Shared<fn(i32) -> i32> = Shared(of_rust);
#[unsafe(link_section = \".init_array\")] #[unsafe(no_mangle)]
pub static INIT: Shared<extern \"C\" fn(i32) -> i32> = Shared(own);
#[unsafe(no_mangle)] pub fn direct() -> i32 { unsafe { elsewhere(1) } }
#[unsafe(no_mangle)] pub fn indirect(f: extern \"C\" fn(i32) -> i32) -> i32 { f(2) }
#[unsafe(no_mangle)] pub fn indirect_of_rust(f: fn(i32) -> i32) -> i32 { f(2) }
#[unsafe(no_mangle)] pub fn address() -> extern \"C\" fn(i32) -> i32 { own }
";

fn pointer_authentication() -> Result<(), Failed> {
    let signed = &[
        "@TABLE = constant <{ ptr, ptr }> <{ ptr ptrauth (ptr @own, i32 0)",
        "@INIT = constant ptr ptrauth (ptr @own, i32 0, i64 55764, ptr ",
        "@TABLE_OF_RUST = constant ptr @of_rust",
        "[ \"ptrauth\"(i32 0, i64 0) ]",
        "\"ptrauth-calls\"",
        "!\"aarch64-elf-pauthabi-platform\", i32 268435458}",
    ];
    for (flag, traces) in [
        ("-Zpointer-authentication=+calls", &signed[..]),
        (
            "-Zpointer-authentication=+init-fini-address-discrimination",
            signed,
        ),
        (
            "-Zpointer-authentication=+elf-got,-return-addresses",
            &["!\"ptrauth-elf-got\", i32 1}"],
        ),
        (
            "-Zpointer-authentication=-calls,-init-fini",
            &["@INIT = constant ptr @own"],
        ),
    ] {
        for level in ["-Copt-level=0", "-Copt-level=2"] {
            let flags = ["--target=aarch64-unknown-linux-pauthtest", flag, level];
            same_ir(SIGNED, &flags, traces)?;
        }
    }
    Ok(())
}

const SCALABLE: &str = "#[rustc_scalable_vector(4)] pub struct Vector(i32);
#[rustc_scalable_vector] pub struct Pair(Vector, Vector);
#[rustc_scalable_vector] pub struct Triple(Vector, Vector, Vector);
#[rustc_scalable_vector] pub struct Quadruple(Vector, Vector, Vector, Vector);
impl Copy for Vector {}
#[rustc_intrinsic] unsafe fn sve_tuple_create2<V, T>(a: V, b: V) -> T;
#[rustc_intrinsic] unsafe fn sve_tuple_create3<V, T>(a: V, b: V, c: V) -> T;
#[rustc_intrinsic] unsafe fn sve_tuple_create4<V, T>(a: V, b: V, c: V, d: V) -> T;
#[rustc_intrinsic] unsafe fn sve_tuple_get<T, V, const INDEX: i32>(tuple: T) -> V;
#[rustc_intrinsic] unsafe fn sve_tuple_set<T, V, const INDEX: i32>(tuple: T, value: V) -> T;
";

const TUPLES: &str = "#[unsafe(no_mangle)] #[target_feature(enable = \"sve\")]
pub unsafe fn two(a: Vector, b: Vector) -> Pair { unsafe { sve_tuple_create2(a, b) } }
#[unsafe(no_mangle)] #[target_feature(enable = \"sve\")]
pub unsafe fn three(a: Vector, b: Vector) -> Triple { unsafe { sve_tuple_create3(a, b, a) } }
#[unsafe(no_mangle)] #[target_feature(enable = \"sve\")]
pub unsafe fn four(a: Vector, b: Vector) -> Quadruple { unsafe { sve_tuple_create4(a, b, a, b) } }
#[unsafe(no_mangle)] #[target_feature(enable = \"sve\")]
pub unsafe fn get(tuple: Quadruple) -> Vector { unsafe { sve_tuple_get::<_, _, 3>(tuple) } }
#[unsafe(no_mangle)] #[target_feature(enable = \"sve\")]
pub unsafe fn set(tuple: Triple, value: Vector) -> Triple { unsafe { sve_tuple_set::<_, _, 1>(tuple, value) } }
";

const SVE_TARGET: [&str; 2] = ["--target=aarch64-unknown-linux-gnu", "-Ctarget-feature=+sve"];

fn scalable_tuples() -> Result<(), Failed> {
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let flags = [&SVE_TARGET[..], &[level]].concat();
        let traces = [
            "insertvalue { <vscale x 4 x i32>, <vscale x 4 x i32> }",
            "extractvalue {",
        ];
        same_ir(&format!("{SCALABLE}{TUPLES}"), &flags, &traces)?;
    }
    Ok(())
}

fn wrong_tuples() -> Result<(), Failed> {
    for (function, result, call) in [
        ("a: Vector, b: Vector", "Triple", "sve_tuple_create2(a, b)"),
        ("a: Pair", "Vector", "sve_tuple_get::<_, _, 2>(a)"),
        ("a: Pair, b: Pair", "Pair", "sve_tuple_set::<_, _, 0>(a, b)"),
    ] {
        let source = format!(
            "{CORE}{SCALABLE}#[unsafe(no_mangle)] #[target_feature(enable = \"sve\")]\n\
             pub unsafe fn f({function}) -> {result} {{ unsafe {{ {call} }} }}\n"
        );
        let project = TempProject::with(&[("a.rs", &source)])?;
        let run = project.rustc(&[&["a.rs", "-Cpanic=abort", "--emit=obj"], &SVE_TARGET[..]].concat())?;
        is_error(&run)?;
        holds(&run.stderr, "invalid monomorphization of `sve_tuple_")?;
    }
    Ok(())
}

const GPU: &str = "#[rustc_intrinsic] fn gpu_launch_sized_workgroup_mem<T>() -> *mut T;
#[unsafe(no_mangle)] pub extern \"gpu-kernel\" fn kernel(out: *mut *mut i32) {
    unsafe { *out = gpu_launch_sized_workgroup_mem::<i32>() }
}
";

const PACKET: &str = "#[rustc_intrinsic] fn amdgpu_dispatch_ptr() -> *const ();
#[unsafe(no_mangle)] pub fn packet() -> *const () { amdgpu_dispatch_ptr() }
";

fn gpu_memory() -> Result<(), Failed> {
    let amd = ["--target=amdgcn-amd-amdhsa", "-Ctarget-cpu=gfx900"];
    // In-tree gives the variable a name, for the passes of ThinLTO; ours has none.
    let project = TempProject::with(&[("a.rs", &format!("{CORE}{GPU}"))])?;
    for target in [&amd[..], &["--target=nvptx64-nvidia-cuda"]] {
        let arguments = [&["a.rs", "-Cpanic=abort"], target].concat();
        let traces = [
            "@0 = external addrspace(3) global [0 x i8], align 4",
            "store ptr addrspacecast (ptr addrspace(3) @0 to ptr), ptr %out, align 8",
        ];
        traced_ir(&project, &arguments, &traces)?;
    }
    same_ir(PACKET, &amd, &["@llvm.amdgcn.dispatch.ptr()"])
}
