//! The function that an asm is put into that may unwind: what its surroundings have for safety holds there too.

use std::collections::BTreeMap;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::TempProject;

pub const CHECKS: &[(&str, Check)] = &[
    ("attributes are inherited on x86-64", x86),
    ("attributes are inherited on AArch64", aarch64),
    ("attributes are inherited on s390x", s390x),
    ("the section is inherited", section),
];

const HEAD: &str = "#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_unwind, optimize_attribute, \
    asm_experimental_arch)]\n#![allow(internal_features)]\n#![no_core]\n\
    #[path = \"minicore.rs\"] mod minicore; use minicore::*;\n";

/// What only the whole function has: of everything else there is no difference.
const OF_THE_WHOLE: &[&str] = &[
    "fentry-call",
    "function-instrument",
    "instrument-function-entry-inlined",
    "mrecord-mcount",
    "nounwind",
    "patchable-function-entry",
    "patchable-function-prefix",
    "xray-ignore-loops",
    "xray-instruction-threshold",
];
/// What only the part has.
const OF_THE_PART: &[&str] = &["noinline", "uwtable"];

type Attributes = BTreeMap<String, String>;

/// The IR of a crate with `user`, which holds an asm that may unwind and has attributes of its own.
fn compile(target: &str, own: &str, flags: &[&str]) -> Result<String, Failed> {
    let user = "pub fn user() { unsafe { asm!(\"nop\", options(may_unwind)) } }";
    let source = format!("{HEAD}#[unsafe(no_mangle)] {own} {user}\n");
    let minicore = include_str!("../targets/minicore.rs");
    let shop = TempProject::with(&[("a.rs", &source), ("minicore.rs", minicore)])?;
    let arguments = [
        &["a.rs", "--crate-type=lib", "--target", target][..],
        &["-Cno-prepopulate-passes", "--emit=llvm-ir=a.ll"],
        flags,
    ];
    shop.compile(&arguments.concat())?;
    shop.read("a.ll")
}

/// The attributes of the function that holds the asm, and of the one that is made for it.
fn attributes(ir: &str) -> Result<[Attributes; 2], Failed> {
    let of = |name: &str| -> Result<Attributes, Failed> {
        let mut lines = ir.lines().filter(|line| line.starts_with("define "));
        let line = lines.find(|line| line.contains(name)).ok_or(ir)?;
        let group = line
            .split(' ')
            .find(|word| word.starts_with('#'))
            .ok_or("no attributes")?;
        let group = format!("attributes {group} = {{ ");
        let list = ir.lines().find_map(|line| line.strip_prefix(&group));
        Ok(parse(list.ok_or("no such attributes")?.trim_end_matches(" }")))
    };
    Ok([of("@user(")?, of("@asm.may_unwind.")?])
}

/// Reads `noredzone "target-cpu"="x86-64" uwtable(sync)`.
fn parse(mut list: &str) -> Attributes {
    let mut all = Attributes::new();
    while !list.is_empty() {
        let mut quoted = false;
        let end = list.find(|c| {
            quoted ^= c == '"';
            c == ' ' && !quoted
        });
        let (word, rest) = list.split_at(end.unwrap_or(list.len()));
        let (name, value) = word.split_once(['=', '(']).unwrap_or((word, ""));
        all.insert(
            name.trim_matches('"').to_owned(),
            value.trim_end_matches(')').to_owned(),
        );
        list = rest.trim_start();
    }
    all
}

/// Compares the two, and makes sure that the function has what the test is about.
fn inherited(target: &str, flags: &[&str], wanted: &[&str]) -> Result<(), Failed> {
    let [whole, part] = attributes(&compile(target, "#[optimize(size)]", flags)?)?;
    if let Some(missing) = wanted.iter().find(|&&name| !whole.contains_key(name)) {
        return Err(format!("the test is about `{missing}`, which is not in {whole:#?}").into());
    }
    let lost: Vec<_> = whole
        .iter()
        .filter(|&(name, value)| part.get(name) != Some(value) && !OF_THE_WHOLE.contains(&name.as_str()))
        .collect();
    let gained: Vec<_> = part
        .iter()
        .filter(|&(name, value)| whole.get(name) != Some(value) && !OF_THE_PART.contains(&name.as_str()))
        .collect();
    let wrong: Vec<_> = OF_THE_WHOLE
        .iter()
        .filter(|&&name| part.contains_key(name))
        .collect();
    match lost.is_empty() && gained.is_empty() && wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("lost {lost:?}, gained {gained:?}, wrongly kept {wrong:?}").into()),
    }
}

fn x86() -> Result<(), Failed> {
    inherited(
        "x86_64-unknown-linux-gnu",
        &[
            "-Cno-redzone=yes",
            "-Cforce-frame-pointers=yes",
            "-Cjump-tables=no",
            "-Ctarget-cpu=haswell",
            "-Ctarget-feature=+avx",
            "-Zfunction-return=thunk-extern",
            "-Zinstrument-mcount=yes",
            "-Zinstrument-xray=always,ignore-loops",
            "-Zpatchable-function-entry=8,4",
            "-Zplt=no",
            "-Zstack-protector=all",
            "-Ztune-cpu=generic",
            "-Zuse-sync-unwind=yes",
        ],
        &[
            "instrument-function-entry-inlined",
            "fn_ret_thunk_extern",
            "frame-pointer",
            "no-jump-tables",
            "nonlazybind",
            "noredzone",
            "optsize",
            "patchable-function-prefix",
            "probe-stack",
            "sspreq",
            "target-cpu",
            "target-features",
            "tune-cpu",
            "uwtable",
            "xray-instruction-threshold",
        ],
    )
}

fn aarch64() -> Result<(), Failed> {
    inherited(
        "aarch64-unknown-linux-gnu",
        &[
            "-Zbranch-protection=bti,pac-ret,pc,leaf,b-key,gcs",
            "-Zfixed-x18",
            "-Cpanic=abort",
            "-Cforce-unwind-tables=no",
        ],
        &[
            "branch-protection-pauth-lr",
            "branch-target-enforcement",
            "guarded-control-stack",
            "nounwind",
            "sign-return-address",
            "sign-return-address-key",
            "target-features",
        ],
    )
}

fn s390x() -> Result<(), Failed> {
    inherited(
        "s390x-unknown-none-softfloat",
        &["-Zpacked-stack"],
        &["packed-stack"],
    )
}

/// Code that must lie in a place of its own, as that of an early start, must not call elsewhere.
fn section() -> Result<(), Failed> {
    let own = "#[unsafe(link_section = \".init.text\")]";
    let ir = compile("x86_64-unknown-linux-gnu", own, &[])?;
    let placed = ir
        .lines()
        .filter(|line| line.starts_with("define ") && line.contains("section \".init.text\""));
    match placed.count() {
        2 => Ok(()),
        _ => Err(ir.into()),
    }
}
