//! A module of either form, LLVM IR or assembly, as items: what is compared with what.

use serde::Serialize;

use super::lex::Token;
use super::symbols::Symbol;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What is said of the module as a whole.
    Module,
    Function,
    /// A function or global of elsewhere.
    Declaration,
    Global,
}

/// A function, a global, or a part of the module's head.
#[derive(Debug)]
pub struct Item {
    /// Its name in the module, by which its twin is found; a constant without a name of its own is called by
    /// what it holds.
    pub name: Symbol,
    pub role: Role,
    /// The first says what it is; in a function, instructions and labels follow.
    pub lines: Vec<Vec<Token>>,
}
