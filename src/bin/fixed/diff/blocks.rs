//! The blocks of a function in an order that does not depend on when each was made, and branches as LLVM will see them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::lex::{Lexer, Piece};
use super::parse::Block;

/// The blocks in the order in which a walk from the first reaches them, then those that none reaches.
pub fn in_order<'a>(blocks: &'a [Block<'a>]) -> Vec<&'a Block<'a>> {
    let places: HashMap<&str, usize> = blocks
        .iter()
        .enumerate()
        .map(|(n, block)| (block.label, n))
        .collect();
    let mut seen = HashSet::new();
    let mut order = vec![];
    let mut walk = |start: usize| {
        let mut waiting = vec![start];
        while let Some(place) = waiting.pop() {
            if !seen.insert(place) {
                continue;
            }
            order.push(&blocks[place]);
            let Some(last) = blocks[place].lines.last() else {
                continue;
            };
            let targets: Vec<usize> = Lexer::new(last)
                .filter_map(|piece| match piece {
                    Piece::Local(name) => places.get(&name[1..]).copied(),
                    _ => None,
                })
                .collect();
            waiting.extend(targets.into_iter().rev());
        }
    };
    (0..blocks.len()).for_each(&mut walk);
    order
}

/// The lines of a block, with `llvm.expect` and the branch on it made a branch with weights.
pub fn expectations<'a>(lines: &'a [Cow<'a, str>]) -> Vec<Cow<'a, str>> {
    let mut result: Vec<Cow<'a, str>> = lines.iter().map(|line| Cow::Borrowed(&**line)).collect();
    let Some((branch, before)) = lines.split_last() else {
        return result;
    };
    let Some((name, arguments)) = before
        .last()
        .and_then(|line| line.split_once(" = call i1 @llvm.expect.i1(i1 "))
    else {
        return result;
    };
    let name = name.trim();
    let Some((value, expected)) = arguments.split_once(", i1 ") else {
        return result;
    };
    let Some(targets) = branch
        .trim()
        .strip_prefix("br i1 ")
        .and_then(|rest| rest.strip_prefix(name))
    else {
        return result;
    };
    if !targets.starts_with(',') || targets.contains("!prof") {
        return result;
    }
    let weights = match expected.starts_with("true") {
        true => "i32 2000, i32 1",
        false => "i32 1, i32 2000",
    };
    result.truncate(lines.len() - 2);
    result.push(Cow::Owned(format!(
        "  br i1 {value}{targets}, !prof !{{!\"branch_weights\", {weights}}}"
    )));
    result
}
