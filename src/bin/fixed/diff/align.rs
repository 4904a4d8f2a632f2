//! Which item, line and word of one side belongs to which of the other, and what differs between them.
//!
//! Values and blocks are not compared by name: the first time that two of them stand at the same place they are
//! taken for the same, and must be so from then on.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::lex::{self, Kind, Token};
use super::module::{Item, Role};
use super::symbols::{Symbol, Symbols};

/// Something that is not the same on both sides.
#[derive(Clone, Debug)]
pub struct Difference {
    pub kind: Kind,
    /// Where in the item: the opcode of the instruction, with the callee of a call; `define`, `global`.
    pub place: String,
    /// What is there on each side; nothing where it is lacking.
    pub left: String,
    pub right: String,
    /// The deliberate difference that this is, by its number in the list.
    pub deliberate: Option<usize>,
}

/// A line of one side or of both.
#[derive(Debug)]
pub struct Line {
    pub left: Option<String>,
    pub right: Option<String>,
    pub differences: Vec<Difference>,
}

/// An item that is not the same on both sides.
#[derive(Debug)]
pub struct Change {
    pub name: Symbol,
    pub role: Role,
    pub lines: Vec<Line>,
}

impl Line {
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.left.as_deref().into_iter().chain(self.right.as_deref())
    }
}

impl Change {
    pub fn differences(&self) -> impl Iterator<Item = &Difference> {
        self.lines.iter().flat_map(|line| &line.differences)
    }
}

/// Compares the items of two modules: what differs, in the order of the left side, then what only the right has.
pub fn compare(left: &[Item], right: &[Item], symbols: &mut Symbols) -> Vec<Change> {
    let mut twins: HashMap<Symbol, Vec<&Item>> = HashMap::new();
    for item in right.iter().rev() {
        twins.entry(item.name).or_default().push(item);
    }
    let mut changes = vec![];
    for item in left {
        let twin = twins.get_mut(&item.name).and_then(Vec::pop);
        let lines = match twin {
            Some(twin) => Comparison::new(item, twin, symbols).run(),
            None => vec![missing(item, symbols, true)],
        };
        if !lines.is_empty() {
            changes.push(Change {
                name: item.name,
                role: item.role,
                lines,
            });
        }
    }
    let rest = right.iter().filter(|item| {
        let left_over = twins.get(&item.name);
        left_over.is_some_and(|items| items.iter().any(|left_over| std::ptr::eq(*left_over, *item)))
    });
    for item in rest {
        changes.push(Change {
            name: item.name,
            role: item.role,
            lines: vec![missing(item, symbols, false)],
        });
    }
    changes
}

fn missing(item: &Item, symbols: &Symbols, on_left: bool) -> Line {
    let text = item
        .lines
        .first()
        .map(|line| lex::text(line, symbols))
        .unwrap_or_default();
    let name = symbols.text(item.name).to_owned();
    let place = match item.role {
        Role::Module => "module",
        Role::Function => "define",
        Role::Declaration => declaration(item.lines.first(), symbols),
        Role::Global => "global",
    };
    let (left, right) = if on_left {
        (name, String::new())
    } else {
        (String::new(), name)
    };
    Line {
        left: on_left.then(|| text.clone()),
        right: (!on_left).then_some(text),
        differences: vec![Difference {
            kind: Kind::Missing,
            place: place.to_owned(),
            left,
            right,
            deliberate: None,
        }],
    }
}

/// The comparison of one item with its twin.
struct Comparison<'a> {
    left: &'a Item,
    right: &'a Item,
    symbols: &'a mut Symbols,
    /// Which value or block of the left one of the right is, and the other way round.
    to_left: HashMap<Symbol, Symbol>,
    to_right: HashMap<Symbol, Symbol>,
    /// Values and blocks that only one side has. Whoever names them differs by that alone.
    alone: HashSet<Symbol>,
    /// Stands for any value or block.
    any: Symbol,
}

/// A line of the left, of the right, or one of each.
enum Pair {
    Both(usize, usize),
    Left(usize),
    Right(usize),
}

impl<'a> Comparison<'a> {
    fn new(left: &'a Item, right: &'a Item, symbols: &'a mut Symbols) -> Self {
        Comparison {
            left,
            right,
            any: symbols.intern("%"),
            symbols,
            to_left: HashMap::new(),
            to_right: HashMap::new(),
            alone: HashSet::new(),
        }
    }

    /// The lines that differ.
    fn run(mut self) -> Vec<Line> {
        let pairs = self.pairs();
        for pair in &pairs {
            let line = match *pair {
                Pair::Left(at) => &self.left.lines[at],
                Pair::Right(at) => &self.right.lines[at],
                Pair::Both(..) => continue,
            };
            self.alone.extend(
                line.first()
                    .filter(|token| token.kind == Kind::Local)
                    .map(|token| token.text),
            );
        }
        let mut lines = vec![];
        for pair in pairs {
            match pair {
                Pair::Both(left, right) => {
                    let (left, right) = (&self.left.lines[left], &self.right.lines[right]);
                    let differences = self.words(left, right);
                    if !differences.is_empty() {
                        lines.push(Line {
                            left: Some(lex::text(left, self.symbols)),
                            right: Some(self.in_names_of_left(right)),
                            differences,
                        });
                    }
                }
                Pair::Left(at) => lines.push(self.alone(at, true)),
                Pair::Right(at) => lines.push(self.alone(at, false)),
            }
        }
        lines
    }

    /// A line that the other side lacks.
    fn alone(&self, at: usize, on_left: bool) -> Line {
        let item = if on_left { self.left } else { self.right };
        let tokens = &item.lines[at];
        let text = match on_left {
            true => lex::text(tokens, self.symbols),
            false => self.in_names_of_left(tokens),
        };
        let place = self.place(tokens);
        let (left, right) = match on_left {
            true => (text.clone(), String::new()),
            false => (String::new(), text.clone()),
        };
        Line {
            left: on_left.then(|| text.clone()),
            right: (!on_left).then_some(text),
            differences: vec![Difference {
                kind: Kind::Instruction,
                place,
                left,
                right,
                deliberate: None,
            }],
        }
    }

    /// A line of the right side, its values called as on the left.
    fn in_names_of_left(&self, tokens: &[Token]) -> String {
        let named: Vec<Token> = tokens
            .iter()
            .map(|&token| match self.to_left.get(&token.text) {
                Some(&text) if token.kind == Kind::Local => Token { text, ..token },
                _ => token,
            })
            .collect();
        lex::text(&named, self.symbols)
    }

    /// Which lines belong together: first those that are the same but for names, then, between these, those that
    /// do the same kind of thing.
    fn pairs(&self) -> Vec<Pair> {
        let mut shapes = Shapes::default();
        let exact = |item: &Item, shapes: &mut Shapes| -> Vec<u32> {
            let lines = item.lines.iter();
            lines.map(|line| shapes.number(self.masked(line))).collect()
        };
        let (left, right) = (exact(self.left, &mut shapes), exact(self.right, &mut shapes));
        let mut pairs = vec![];
        for op in capture_diff_slices(Algorithm::Myers, &left, &right) {
            match op {
                DiffOp::Equal {
                    old_index,
                    new_index,
                    len,
                } => {
                    pairs.extend((0..len).map(|n| Pair::Both(old_index + n, new_index + n)));
                }
                _ => self.pairs_between(op.old_range(), op.new_range(), &mut pairs),
            }
        }
        pairs
    }

    fn pairs_between(&self, left: Range<usize>, right: Range<usize>, pairs: &mut Vec<Pair>) {
        let mut shapes = Shapes::default();
        let rough = |item: &Item, lines: Range<usize>, shapes: &mut Shapes| -> Vec<u32> {
            let lines = item.lines[lines].iter();
            lines.map(|line| shapes.number(self.rough(line))).collect()
        };
        let old = rough(self.left, left.clone(), &mut shapes);
        let new = rough(self.right, right.clone(), &mut shapes);
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (old, new) = (op.old_range(), op.new_range());
            if let DiffOp::Equal { len, .. } = op {
                pairs.extend(
                    (0..len).map(|n| Pair::Both(left.start + old.start + n, right.start + new.start + n)),
                );
                continue;
            }
            pairs.extend(old.map(|n| Pair::Left(left.start + n)));
            pairs.extend(new.map(|n| Pair::Right(right.start + n)));
        }
    }

    /// A line without the names of values.
    fn masked(&self, line: &[Token]) -> Vec<Token> {
        let mask = |&token: &Token| match token.kind {
            Kind::Local => Token {
                text: self.any,
                ..token
            },
            _ => token,
        };
        line.iter().map(mask).collect()
    }

    /// What a line does: its opcode and whom it calls. The first line of an item is like any first line.
    fn rough(&self, line: &[Token]) -> Vec<Token> {
        let opcode = line.iter().find(|token| token.kind == Kind::Opcode);
        let Some(&opcode) = opcode else {
            let first = line.first();
            return match first {
                Some(token) if token.kind == Kind::Local => vec![],
                _ => vec![Token {
                    kind: Kind::Word,
                    text: self.any,
                }],
            };
        };
        let mut shape = vec![opcode];
        if is_call(self.symbols.text(opcode.text)) {
            shape.extend(line.iter().find(|token| token.kind == Kind::Global));
        }
        shape
    }

    /// Where a line is, for the summary.
    fn place(&self, line: &[Token]) -> String {
        let Some(opcode) = line.iter().find(|token| token.kind == Kind::Opcode) else {
            return match line {
                [first, ..] if first.kind == Kind::Local => "label".to_owned(),
                _ => match self.left.role {
                    Role::Module => "module",
                    Role::Function => "define",
                    Role::Declaration => declaration(Some(&self.left.lines[0]), self.symbols),
                    Role::Global => "global",
                }
                .to_owned(),
            };
        };
        let opcode = self.symbols.text(opcode.text);
        let callee = line.iter().find(|token| token.kind == Kind::Global);
        match callee.map(|token| self.symbols.text(token.text)) {
            // Which intrinsic it is matters, which function does not.
            Some(callee) if is_call(opcode) && callee.starts_with("@llvm.") => format!("{opcode} {callee}"),
            _ => opcode.to_owned(),
        }
    }

    /// What differs between two lines that belong together.
    fn words(&mut self, left: &[Token], right: &[Token]) -> Vec<Difference> {
        if left.len() == right.len() && self.masked(left) == self.masked(right) {
            return self.locals(left, right);
        }
        let mut differences = vec![];
        let mut punctuation = None;
        for op in capture_diff_slices(Algorithm::Myers, &self.masked(left), &self.masked(right)) {
            let (old, new) = (&left[op.old_range()], &right[op.new_range()]);
            if let DiffOp::Equal { .. } = op {
                differences.extend(self.locals(old, new));
                continue;
            }
            let before = differences.len();
            self.run_of_words(left, old, new, &mut differences);
            if differences.len() == before {
                punctuation = Some((old.to_vec(), new.to_vec()));
            }
        }
        if let (true, Some((old, new))) = (differences.is_empty(), punctuation) {
            differences.push(self.difference(Kind::Punctuation, left, &old, &new));
        }
        differences
    }

    fn difference(&self, kind: Kind, line: &[Token], left: &[Token], right: &[Token]) -> Difference {
        Difference {
            kind,
            place: self.place(line),
            left: lex::text(left, self.symbols),
            right: self.in_names_of_left(right),
            deliberate: None,
        }
    }

    /// Values and blocks at the same places: the same ones?
    fn locals(&mut self, left: &[Token], right: &[Token]) -> Vec<Difference> {
        let mut differences = vec![];
        let pairs = left
            .iter()
            .zip(right)
            .filter(|(token, _)| token.kind == Kind::Local);
        for (old, new) in pairs {
            match (self.to_right.get(&old.text), self.to_left.get(&new.text)) {
                (None, None) => {
                    self.to_right.insert(old.text, new.text);
                    self.to_left.insert(new.text, old.text);
                }
                (Some(&known), _) if known == new.text => {}
                _ if self.alone.contains(&old.text) || self.alone.contains(&new.text) => {}
                _ => differences.push(self.difference(Kind::Local, left, &[*old], &[*new])),
            }
        }
        differences
    }

    /// Words of one side where the other has others: paired by what they are.
    fn run_of_words(&self, line: &[Token], old: &[Token], new: &[Token], differences: &mut Vec<Difference>) {
        let mut kinds: Vec<Kind> = old.iter().chain(new).map(|token| token.kind).collect();
        kinds.sort();
        kinds.dedup();
        for kind in kinds.into_iter().filter(|&kind| kind != Kind::Punctuation) {
            let of_kind = |tokens: &[Token]| -> Vec<Token> {
                tokens
                    .iter()
                    .copied()
                    .filter(|token| token.kind == kind)
                    .collect()
            };
            let (old, mut new) = (of_kind(old), of_kind(new));
            if !matches!(kind, Kind::Attribute | Kind::Metadata | Kind::Flag) {
                if old != new || kind == Kind::Local {
                    differences.push(self.difference(kind, line, &old, &new));
                }
                continue;
            }
            for token in old {
                let twin = new
                    .iter()
                    .position(|other| self.subject(*other) == self.subject(token));
                let twin: Vec<Token> = twin.map(|at| new.remove(at)).into_iter().collect();
                if twin != [token] {
                    differences.push(self.difference(kind, line, &[token], &twin));
                }
            }
            for token in new {
                differences.push(self.difference(kind, line, &[], &[token]));
            }
        }
    }

    /// What an attribute or a piece of metadata is about, whatever it says of it.
    fn subject(&self, token: Token) -> &str {
        let text = self.symbols.text(token.text);
        text.split(['(', ' ', '=']).next().unwrap_or(text)
    }
}

/// Whether a function or a variable is declared.
fn declaration(line: Option<&Vec<Token>>, symbols: &Symbols) -> &'static str {
    match line.and_then(|line| line.first()) {
        Some(token) if symbols.text(token.text) == "declare" => "declare",
        _ => "external",
    }
}

fn is_call(opcode: &str) -> bool {
    matches!(opcode, "call" | "invoke" | "callbr")
}

/// Numbers for lines that look the same.
#[derive(Default)]
struct Shapes(HashMap<Vec<Token>, u32>);

impl Shapes {
    fn number(&mut self, shape: Vec<Token>) -> u32 {
        let next = u32::try_from(self.0.len()).expect("a function of less than four thousand million lines");
        *self.0.entry(shape).or_insert(next)
    }
}
