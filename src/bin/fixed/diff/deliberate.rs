//! The differences between the in-tree LLVM backend (left) and this one (right) that are meant to be, and why.
//!
//! An entry that matches nothing any more is an error in the tests: it excuses what it should not.

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::align::{Change, Difference, Line};
use super::lex::Kind;

/// What is meant to differ.
pub struct Rule {
    pub name: &'static str,
    /// Why ours is right as it is.
    pub reason: &'static str,
    kind: Option<Kind>,
    /// Regular expressions for the name of the item, the place in it, and what the sides have; `""` is
    /// anything, `^$` nothing.
    item: &'static str,
    place: &'static str,
    left: &'static str,
    right: &'static str,
    /// What one side of the line must be like.
    line: &'static str,
    /// What a line that differs must be like, somewhere in the item.
    with: &'static str,
}

const ANY: Rule = Rule {
    name: "",
    reason: "",
    kind: None,
    item: "",
    place: "",
    left: "",
    right: "",
    line: "",
    with: "",
};

/// The list.
pub const RULES: &[Rule] = &[
    Rule {
        name: "guid",
        reason: "LLVM's AssignGUIDPass, which in-tree runs for ThinLTO even where no passes are asked for, is not \
                 code generation",
        kind: Some(Kind::Metadata),
        left: "^!guid ",
        right: "^$",
        ..ANY
    },
    Rule {
        name: "producer",
        reason: "each backend writes its own name into what it makes",
        kind: Some(Kind::Metadata),
        item: r"^!llvm\.ident$",
        ..ANY
    },
    Rule {
        name: "expect",
        reason: "a branch gets its weights at once, not by a call of `llvm.expect` that a pass turns into them; \
                 that the weights are the same is compared, so only the declaration is left over",
        kind: Some(Kind::Missing),
        item: r"^llvm\.expect\.i1$",
        right: "^$",
        ..ANY
    },
    Rule {
        name: "main",
        reason: "`main` is a function that is compiled like others, and has what the session asks of every function \
                 for safety: unwind tables, stack protection, return thunks",
        kind: Some(Kind::Attribute),
        item: "^main$",
        place: "^define$",
        left: "^$",
        right: "^(uwtable|sspstrong|sspreq|ssp|fn_ret_thunk_extern)",
        ..ANY
    },
    Rule {
        name: "alignment of foreign statics",
        reason: "the type of a static of elsewhere promises its alignment, and checks of the address fold by it",
        kind: Some(Kind::Attribute),
        place: "^external$",
        left: "^$",
        right: r"^align \d+$",
        ..ANY
    },
    Rule {
        name: "dso_local",
        reason: "a static that is defined in an executable cannot be replaced from outside; in-tree says so too, but \
                 forgets it when its first guess of the type was wrong",
        kind: Some(Kind::Word),
        place: "^global$",
        left: "^$",
        right: "^dso_local$",
        ..ANY
    },
    Rule {
        name: "black_box",
        reason: "an empty asm has no line that an error could be about",
        kind: Some(Kind::Metadata),
        place: "^call$",
        left: "^!srcloc",
        right: "^$",
        line: r#"asm sideeffect "", "(r,)?~\{memory\}""#,
        ..ANY
    },
    Rule {
        name: "naked",
        reason: "what steers the code that LLVM makes of a function means nothing for one whose code is written",
        kind: Some(Kind::Attribute),
        place: "^declare$",
        left: r#"^("probe-stack"=.*|noinline|uwtable)$"#,
        right: "^$",
        line: "^declare hidden ",
        ..ANY
    },
    Rule {
        name: "asm does not unwind",
        reason: "an asm without `may_unwind` must not (Reference, \"Inline assembly\"), and LLVM may know it",
        kind: Some(Kind::Attribute),
        place: "^(call|callbr|invoke)$",
        left: "^$",
        right: "^nounwind$",
        line: " asm ",
        ..ANY
    },
    Rule {
        name: "asm that may unwind, itself",
        reason: "LLVM's code generator treats an asm under an `invoke` as no call at all; in a function of its own it \
                 is one (src/asm/README.md)",
        kind: Some(Kind::Missing),
        item: r"^asm\.may_unwind",
        left: "^$",
        ..ANY
    },
    Rule {
        name: "asm that may unwind, where it is called",
        reason: "as above",
        kind: Some(Kind::Instruction),
        place: "^(call|invoke)$",
        line: r"@asm\.may_unwind| asm .* unwind ",
        ..ANY
    },
    Rule {
        name: "asm that may unwind, where it returns",
        reason: "outputs are stored on the edge on which the asm returns, which is a block of its own",
        kind: Some(Kind::Instruction),
        place: "^(label|br)$",
        left: "^$",
        with: r"@asm\.may_unwind",
        ..ANY
    },
    Rule {
        name: "asm goto",
        reason: "LLVM loses the outputs of a `callbr` on its indirect edges; a call and a switch on which label was \
                 jumped to keep them (src/asm/README.md). Labels that are one block are one label",
        with: "callbr .*asm ",
        ..ANY
    },
    Rule {
        name: "registers of which there are few",
        reason: "without optimisation LLVM's allocator may give the registers with a high byte to operands that could \
                 have others; those that must have one name theirs (src/asm/README.md)",
        kind: Some(Kind::Attribute),
        place: "^(call|callbr|invoke)$",
        left: r"^.*=&?[Qq],",
        right: r"^.*=&?\{[abcd]x\}",
        line: " asm ",
        ..ANY
    },
    Rule {
        name: "128-bit integers in vector registers",
        reason: "LLVM cannot allocate an explicit vector register for an `i128`; for a vector of its bits it can",
        line: "i128.*<2 x i64>|<2 x i64>.*i128| asm ",
        with: "<2 x i64>.* asm | asm .*<2 x i64>",
        ..ANY
    },
    Rule {
        name: "half floats in vector registers",
        reason: "the bits go into a vector of integers, as the asm takes it, not by way of a vector of halfs",
        place: "^(bitcast|insertelement|extractelement)$",
        line: r"half|<8 x i16>",
        with: r"bitcast half %.* to i16|bitcast i16 %.* to half",
        ..ANY
    },
    Rule {
        name: "constant arrays",
        reason: "a long array of constants is copied from one constant, not stored element by element, which took LLVM \
                 seconds",
        with: r"^call void @llvm\.memcpy\..*, ptr align \d+ @const\.",
        ..ANY
    },
    Rule {
        name: "constant arrays, themselves",
        reason: "as above",
        kind: Some(Kind::Missing),
        place: "^global$",
        left: "^$",
        right: r"^@const\.",
        ..ANY
    },
    Rule {
        name: "va_arg",
        reason: "one table of rules describes the argument lists of all ABIs, and one routine reads the next \
                 argument by it; the tests run what both make of it",
        with: r"getelementptr inbounds \[1 x i8\], ptr %.*, i32 (8|16|%)",
        ..ANY
    },
];

/// The rules, ready to be asked.
pub struct Deliberate(Vec<[Regex; 6]>);

impl Deliberate {
    pub fn new() -> Result<Self> {
        let compile = |rule: &Rule| {
            let texts = [rule.item, rule.place, rule.left, rule.right, rule.line, rule.with];
            let all: Result<Vec<Regex>, _> = texts.into_iter().map(Regex::new).collect();
            let all = all.with_context(|| format!("the deliberate difference `{}`", rule.name))?;
            all.try_into()
                .map_err(|_| anyhow::anyhow!("six expressions for `{}`", rule.name))
        };
        Ok(Deliberate(RULES.iter().map(compile).collect::<Result<_>>()?))
    }

    /// Marks what is deliberate.
    pub fn mark(&self, changes: &mut [Change], name: impl Fn(&Change) -> String) {
        for change in changes {
            let item = name(change);
            let possible: Vec<usize> = (0..RULES.len())
                .filter(|&rule| {
                    let [named, .., with] = &self.0[rule];
                    let mut texts = change.lines.iter().flat_map(Line::texts);
                    named.is_match(&item)
                        && (RULES[rule].with.is_empty() || texts.any(|text| with.is_match(text)))
                })
                .collect();
            for line in &mut change.lines {
                for at in 0..line.differences.len() {
                    let rule = possible
                        .iter()
                        .find(|&&rule| self.excuses(rule, line, &line.differences[at]));
                    line.differences[at].deliberate = rule.copied();
                }
            }
        }
    }

    fn excuses(&self, rule: usize, line: &Line, difference: &Difference) -> bool {
        let [_, place, left, right, text, _] = &self.0[rule];
        RULES[rule].kind.is_none_or(|kind| kind == difference.kind)
            && place.is_match(&difference.place)
            && left.is_match(&difference.left)
            && right.is_match(&difference.right)
            && (RULES[rule].line.is_empty() || line.texts().any(|line| text.is_match(line)))
    }
}
