//! What each pass changed in a function, as LLVM tells it with `-print-changed`: passes of the optimiser, then of the code
//! generator.

use anyhow::Result;
use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::compile::narrate;
use super::ir;
use super::listing::{Change, Language, Listing, Role, Row, demangled};
use crate::compiler::Compiler;
use crate::diff::compile::Line;

/// How many unchanged lines are shown around changed ones.
const CONTEXT: usize = 3;

/// A pass that changed the function.
#[derive(Clone, Debug, Serialize)]
pub struct Pass {
    pub name: String,
    /// Whether it works on instructions of the machine.
    pub of_machine: bool,
    pub added: usize,
    pub removed: usize,
    /// The changed lines and those around them.
    pub listing: Listing,
}

/// The passes that change the function `symbol`, whose IR as built is `built`.
pub fn passes(line: &Line, compiler: &Compiler, symbol: &str, built: &[&str]) -> Result<Vec<Pass>> {
    let flags = [
        "-Cllvm-args=-print-changed=quiet".to_owned(),
        format!("-Cllvm-args=-filter-print-funcs={symbol}"),
    ];
    let said = narrate(line, compiler, &flags)?;
    Ok(read(&said, built))
}

fn read(said: &str, built: &[&str]) -> Vec<Pass> {
    let mut passes = vec![];
    let mut before = ir::plain(built);
    let mut was_machine = false;
    let mut dumps = said.split("*** IR ").skip(1);
    for dump in dumps.by_ref() {
        let (head, body) = dump.split_once('\n').unwrap_or((dump, ""));
        // `Dump After NAME on WHAT ***`, `Deleted After NAME on WHAT ***`.
        let Some((_, rest)) = head.split_once("After ") else {
            continue;
        };
        let name = rest.rsplit_once(" on ").map_or(rest, |(name, _)| name);
        let machine = body.contains("# Machine code for function");
        let after = match machine {
            true => machine_lines(body),
            false => function_lines(body),
        };
        // From IR to instructions there is nothing to compare.
        let from = match machine && !was_machine {
            true => vec![],
            false => std::mem::take(&mut before),
        };
        was_machine |= machine;
        if let Some(pass) = compare(name, machine, &from, &after) {
            passes.push(pass);
        }
        before = after;
    }
    passes
}

/// The function in a dump, without its comments and places.
fn function_lines(dump: &str) -> Vec<String> {
    let lines: Vec<&str> = dump
        .lines()
        .skip_while(|line| !line.starts_with("define "))
        .take_while(|line| *line != "}")
        .collect();
    ir::plain(&lines)
}

/// Instructions of the machine: without slot indexes and places, which change with every pass.
fn machine_lines(dump: &str) -> Vec<String> {
    let lines = dump
        .lines()
        .skip_while(|line| !line.contains("# Machine code for function"))
        .skip(1)
        .take_while(|line| !line.starts_with("# End machine code"));
    lines
        .map(|line| {
            let line = line.split("; ").next().unwrap_or(line).trim_end();
            let line = match line.find("debug-location ") {
                Some(at) => line[..at].trim_end().trim_end_matches(','),
                None => line,
            };
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let line = match line[digits..].starts_with("B\t") {
                true => &line[digits + 2..],
                false => line,
            };
            demangled(&line.replace('\t', "  "))
        })
        .filter(|line| !line.trim().is_empty())
        .collect()
}

fn compare(name: &str, of_machine: bool, before: &[String], after: &[String]) -> Option<Pass> {
    let diff = capture_diff_slices(Algorithm::Patience, before, after);
    let mut listing = Listing::new(match of_machine {
        true => Language::Assembly,
        false => Language::Ir,
    });
    let (mut added, mut removed) = (0, 0);
    for (number, group) in group_diff_ops(diff, CONTEXT).iter().enumerate() {
        if number > 0 {
            listing.rows.push(Row::new("…", Role::Aside));
        }
        for op in group {
            let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
            let mut push = |lines: &[String], change| {
                let rows = lines.iter().map(|line| ir::changed(line.clone(), change));
                listing.rows.extend(rows);
            };
            if op.tag() == DiffTag::Equal {
                push(old, None);
                continue;
            }
            removed += old.len();
            added += new.len();
            push(old, Some(Change::Removed));
            push(new, Some(Change::Added));
        }
    }
    if after.is_empty() {
        listing.notes.push("the function is gone".to_owned());
    }
    (added + removed > 0).then(|| Pass {
        name: name.to_owned(),
        of_machine,
        added,
        removed,
        listing,
    })
}
