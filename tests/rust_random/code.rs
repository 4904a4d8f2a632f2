//! Source text as a tree whose parts know how they can be made smaller.

use std::sync::Arc;

/// A piece of source text.
#[derive(Clone, Debug, Default)]
pub struct Code(Vec<Node>);

#[derive(Clone, Debug)]
enum Node {
    Text(Arc<str>),
    Part(Arc<Part>),
}

/// A piece that can be made smaller.
#[derive(Debug)]
struct Part {
    kind: Kind,
    code: Code,
}

/// What stands for a part that is made smaller.
#[derive(Clone, Debug)]
enum Kind {
    /// Nothing: it is a statement, an item, a variant.
    Removable,
    /// The plainest value of its type, or a value of the same type that is inside.
    Value { ty: Arc<str>, plain: Arc<str> },
    /// It is statements with something around them: the statements alone.
    Block,
}

/// A way of making a [`Code`] smaller: which of its parts, counted in the order of the text, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Removes what is removable among the parts `start .. start + count` (only such parts are counted).
    Remove { start: usize, count: usize },
    /// Replaces a value by the plainest one of its type.
    Plain(usize),
    /// Replaces a value by one that is inside it.
    Inner(usize),
    /// Replaces a block by its contents.
    Unwrap(usize),
}

impl Code {
    /// Adds more.
    pub fn push(&mut self, more: impl Into<Code>) {
        self.0.extend(more.into().0);
    }

    /// The same, as something that can be left out.
    pub fn removable(self) -> Code {
        Code::part(Kind::Removable, self)
    }

    /// The same, as a value of a type, of which the plainest value is `plain`.
    pub fn value(self, ty: &str, plain: &str) -> Code {
        let (ty, plain) = (ty.into(), plain.into());
        Code::part(Kind::Value { ty, plain }, self)
    }

    /// Statements with something around them.
    pub fn block(before: impl Into<Code>, statements: Code, after: impl Into<Code>) -> Code {
        let mut code = before.into();
        code.push(statements);
        code.push(after);
        Code::part(Kind::Block, code)
    }

    fn part(kind: Kind, code: Code) -> Code {
        Code(vec![Node::Part(Arc::new(Part { kind, code }))])
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        for node in &self.0 {
            match node {
                Node::Text(more) => text.push_str(more),
                Node::Part(part) => part.code.write(text),
            }
        }
    }

    /// How many parts there are that can be removed, and how many of any kind.
    pub fn parts(&self) -> (usize, usize) {
        let mut counts = (0, 0);
        for node in &self.0 {
            if let Node::Part(part) = node {
                let inner = part.code.parts();
                counts.0 += inner.0 + usize::from(matches!(part.kind, Kind::Removable));
                counts.1 += inner.1 + 1;
            }
        }
        counts
    }

    /// The code with an edit made; nothing if there is no such part, or the edit does not fit it.
    pub fn edited(&self, edit: Edit) -> Option<Code> {
        let mut editor = Editor {
            edit,
            index: 0,
            done: false,
        };
        let code = editor.code(self);
        editor.done.then_some(code)
    }

    /// The statements among the pieces, which are what can be removed.
    fn statements(&self) -> Code {
        let statement =
            |node: &&Node| matches!(node, Node::Part(part) if matches!(part.kind, Kind::Removable));
        Code(self.0.iter().filter(statement).cloned().collect())
    }

    /// The first value of the type that is inside.
    fn first_value(&self, wanted: &str) -> Option<&Code> {
        self.0.iter().find_map(|node| match node {
            Node::Text(_) => None,
            Node::Part(part) => match &part.kind {
                Kind::Value { ty, .. } if &**ty == wanted => Some(&part.code),
                _ => part.code.first_value(wanted),
            },
        })
    }
}

struct Editor {
    edit: Edit,
    /// The number of the next part.
    index: usize,
    done: bool,
}

impl Editor {
    fn code(&mut self, code: &Code) -> Code {
        let mut edited = Code::default();
        for node in &code.0 {
            match node {
                Node::Text(_) => edited.0.push(node.clone()),
                Node::Part(part) => self.part(part, &mut edited),
            }
        }
        edited
    }

    fn part(&mut self, part: &Arc<Part>, edited: &mut Code) {
        let removes = matches!(self.edit, Edit::Remove { .. });
        let index = self.index;
        if !removes || matches!(part.kind, Kind::Removable) {
            self.index += 1;
        }
        match (self.edit, &part.kind) {
            (Edit::Remove { start, count }, Kind::Removable) if (start..start + count).contains(&index) => {
                self.index += part.code.parts().0;
                self.done = true;
                return;
            }
            (Edit::Plain(at), Kind::Value { ty, plain }) if at == index => {
                let code = Code::from(&**plain);
                self.done = part.code.text() != **plain;
                edited.push(code.value(ty, plain));
                return;
            }
            (Edit::Inner(at), Kind::Value { ty, plain }) if at == index => {
                if let Some(inner) = part.code.first_value(ty) {
                    self.done = true;
                    edited.push(inner.clone().value(ty, plain));
                    return;
                }
            }
            (Edit::Unwrap(at), Kind::Block) if at == index => {
                self.done = true;
                edited.push(part.code.statements());
                return;
            }
            _ => {}
        }
        let code = self.code(&part.code);
        let kind = part.kind.clone();
        edited.0.push(Node::Part(Arc::new(Part { kind, code })));
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Code {
        Code(vec![Node::Text(text.into())])
    }
}

impl From<String> for Code {
    fn from(text: String) -> Code {
        Code::from(&*text)
    }
}

impl From<&String> for Code {
    fn from(text: &String) -> Code {
        Code::from(&**text)
    }
}

impl From<&Code> for Code {
    fn from(code: &Code) -> Code {
        code.clone()
    }
}

/// One code after another.
impl FromIterator<Code> for Code {
    fn from_iter<T: IntoIterator<Item = Code>>(codes: T) -> Code {
        Code(codes.into_iter().flat_map(|code| code.0).collect())
    }
}

/// Code made of pieces: texts and codes.
macro_rules! code {
    ($($piece:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut all = $crate::code::Code::default();
        $(all.push($piece);)*
        all
    }};
}
pub(crate) use code;

/// Codes with text between them.
pub fn joined(codes: impl IntoIterator<Item = Code>, between: &str) -> Code {
    let mut all = Code::default();
    for (index, code) in codes.into_iter().enumerate() {
        if index > 0 {
            all.push(between);
        }
        all.push(code);
    }
    all
}
