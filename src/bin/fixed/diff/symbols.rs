//! Texts as numbers: a module of `core` holds ten million words, of which few are different.

use std::collections::HashMap;
use std::rc::Rc;

/// A text of a [`Symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

/// The texts of both sides, each once.
#[derive(Default)]
pub struct Symbols {
    texts: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, Symbol>,
}

impl Symbols {
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&symbol) = self.numbers.get(text) {
            return symbol;
        }
        let symbol = Symbol(u32::try_from(self.texts.len()).expect("less than four thousand million texts"));
        let text: Rc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, symbol);
        symbol
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }
}
