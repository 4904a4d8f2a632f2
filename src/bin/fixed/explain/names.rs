//! The functions of a crate by name, and which one a user means.

use super::mir::Item;

/// A function that can be explained.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// `crate::module::Type::method`, as `rustc-demangle` writes it, or the path in MIR.
    pub name: String,
    /// The symbol, if there is code of its own.
    pub symbol: Option<String>,
    /// Where in the MIR it is, if it has no code.
    pub item: Option<usize>,
}

impl Candidate {
    pub fn of_symbol(symbol: &str) -> Self {
        Candidate {
            name: name(symbol),
            symbol: Some(symbol.to_owned()),
            item: None,
        }
    }

    /// A function of the MIR that has no code; `krate` is the crate's name.
    pub fn of_item(number: usize, item: &Item<'_>, krate: &str) -> Self {
        let name = match item.path.starts_with('<') {
            true => item.path.to_owned(),
            false => format!("{krate}::{}", item.path),
        };
        Candidate {
            name,
            symbol: None,
            item: Some(number),
        }
    }
}

/// A symbol's name, without hashes.
pub fn name(symbol: &str) -> String {
    // What LLVM appends to a symbol to make it another: `.llvm.123`, `.cold`, `.0`.
    format!("{:#}", rustc_demangle::demangle(symbol))
}

/// Those of `candidates` that `wanted` names, by the first of these that any has: the whole name or the symbol; the last
/// parts of the name (`Parser::parse`); the beginning of a part (`par`). Generic arguments may be left out.
pub fn matching<'a>(candidates: &'a [Candidate], wanted: &str) -> Vec<&'a Candidate> {
    let wanted = wanted.trim();
    let plain_wanted = without_arguments(wanted);
    type Fits<'f> = &'f dyn Fn(&Candidate) -> bool;
    let has_arguments = plain_wanted != wanted;
    let texts = |candidate: &Candidate| {
        let mut texts = spellings(&candidate.name);
        if !has_arguments {
            texts.extend(spellings(&without_arguments(&candidate.name)));
        }
        texts
    };
    let whole: Fits = &|candidate| {
        candidate.symbol.as_deref() == Some(wanted)
            || texts(candidate)
                .iter()
                .any(|name| name == wanted || name.split_once("::").is_some_and(|(_, rest)| rest == wanted))
    };
    let ends: Fits = &|candidate| {
        texts(candidate)
            .iter()
            .any(|name| name.strip_suffix(wanted).is_some_and(is_boundary))
    };
    let begins: Fits = &|candidate| {
        texts(candidate).iter().any(|name| {
            name.match_indices(wanted)
                .any(|(at, _)| is_boundary(&name[..at]) && !wanted.is_empty())
        })
    };
    for fits in [whole, ends, begins] {
        let found: Vec<&Candidate> = candidates.iter().filter(|candidate| fits(candidate)).collect();
        // What has code of its own is what is asked for, where both are called alike.
        let with_code: Vec<&Candidate> = found
            .iter()
            .copied()
            .filter(|candidate| candidate.symbol.is_some())
            .collect();
        if !found.is_empty() {
            return if with_code.is_empty() { found } else { with_code };
        }
    }
    vec![]
}

/// How a method's name may be written: `<a::T as b::Trait>::f` also as `a::T::f` and `b::Trait::f`, `<a::T>::f` as `a::T::f`.
fn spellings(name: &str) -> Vec<String> {
    let mut all = vec![name.to_owned()];
    let Some(inside) = name.strip_prefix('<') else {
        return all;
    };
    let mut depth = 0;
    let mut split = None;
    for (at, c) in inside.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if inside[..at].ends_with('-') => {}
            '>' if depth == 0 => {
                let (of, rest) = (&inside[..at], &inside[at + 1..]);
                match split {
                    Some(split) => {
                        all.extend([&of[..split], &of[split + 4..]].map(|part| format!("{part}{rest}")))
                    }
                    None => all.push(format!("{of}{rest}")),
                }
                break;
            }
            '>' => depth -= 1,
            ' ' if depth == 0 && inside[at..].starts_with(" as ") => split = Some(at),
            _ => {}
        }
    }
    all
}

/// Whether a part of a path begins behind `before`.
fn is_boundary(before: &str) -> bool {
    before.is_empty() || before.ends_with(['<', ' ', ':', '{', '&'])
}

/// A name without its generic arguments: `a::f::<u8>` as `a::f`. What stands in `<…>` at the beginning is a type, not an
/// argument: `<a::T<u8> as b::Trait>::f` as `<a::T as b::Trait>::f`.
pub fn without_arguments(name: &str) -> String {
    let mut result = String::new();
    let mut kept: Vec<bool> = vec![];
    let mut previous = ' ';
    for (at, c) in name.char_indices() {
        let shown = kept.iter().all(|kept| *kept);
        match c {
            '<' => {
                // A path or a part of it may begin with a type: `<a::T>::f`, `core::num::<impl u32>::f`.
                let is_impl = name[at..].starts_with("<impl ");
                let is_type = is_impl || result.is_empty() || previous == '<' || (previous == ' ' && shown);
                if shown && !is_type {
                    result.truncate(result.trim_end_matches("::").len());
                }
                if shown && is_type {
                    result.push(c);
                }
                kept.push(is_type);
            }
            '>' if previous != '-' => {
                if shown && kept.last() == Some(&true) {
                    result.push(c);
                }
                kept.pop();
            }
            _ if shown => result.push(c),
            _ => {}
        }
        previous = c;
    }
    result
}

/// The names that are most like `wanted`, for a message.
pub fn nearest<'a>(candidates: &'a [Candidate], wanted: &str) -> Vec<&'a str> {
    const MOST: usize = 5;
    let last = |name: &str| {
        let plain = without_arguments(name);
        plain.rsplit("::").next().unwrap_or_default().to_owned()
    };
    let wanted = last(wanted).to_lowercase();
    let mut all: Vec<(usize, &str)> = candidates
        .iter()
        .map(|candidate| {
            (
                distance(&last(&candidate.name).to_lowercase(), &wanted),
                &*candidate.name,
            )
        })
        .collect();
    all.sort();
    all.dedup();
    let limit = wanted.len().div_ceil(2).max(2);
    all.into_iter()
        .filter(|(distance, _)| *distance <= limit)
        .take(MOST)
        .map(|(_, name)| name)
        .collect()
}

/// How many letters must be added, removed or replaced to make one text of the other (Levenshtein's distance).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, c) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, d) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(c != *d);
            diagonal = row[to + 1];
            row[to + 1] = replaced.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
