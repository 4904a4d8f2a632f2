//! The differences between the in-tree LLVM backend (left) and this one (right) that are meant to be, and why.
//!
//! An entry that matches nothing any more is an error in the tests: it excuses what it should not.

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::align::{Change, Difference};
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
}

const ANY: Rule = Rule {
    name: "",
    reason: "",
    kind: None,
    item: "",
    place: "",
    left: "",
    right: "",
};

/// The list.
pub const RULES: &[Rule] = &[
    Rule {
        name: "guid",
        reason: "LLVM's AssignGUIDPass, which in-tree runs for ThinLTO even where no passes are asked for; it is \
                 not code generation",
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
];

/// The rules, ready to be asked.
pub struct Deliberate(Vec<[Regex; 4]>);

impl Deliberate {
    pub fn new() -> Result<Self> {
        let compile = |rule: &Rule| {
            let texts = [rule.item, rule.place, rule.left, rule.right];
            let all: Result<Vec<Regex>, _> = texts.into_iter().map(Regex::new).collect();
            let all = all.with_context(|| format!("the deliberate difference `{}`", rule.name))?;
            all.try_into()
                .map_err(|_| anyhow::anyhow!("four expressions for `{}`", rule.name))
        };
        Ok(Deliberate(RULES.iter().map(compile).collect::<Result<_>>()?))
    }

    /// Marks what is deliberate.
    pub fn mark(&self, changes: &mut [Change], name: impl Fn(&Change) -> String) {
        for change in changes {
            let item = name(change);
            for difference in change.lines.iter_mut().flat_map(|line| &mut line.differences) {
                difference.deliberate = self.find(&item, difference);
            }
        }
    }

    fn find(&self, item: &str, difference: &Difference) -> Option<usize> {
        RULES.iter().zip(&self.0).position(|(rule, patterns)| {
            let texts = [item, &difference.place, &difference.left, &difference.right];
            rule.kind.is_none_or(|kind| kind == difference.kind)
                && patterns.iter().zip(texts).all(|(pattern, text)| pattern.is_match(text))
        })
    }
}
