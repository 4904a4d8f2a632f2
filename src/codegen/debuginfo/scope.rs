//! Debug-information scopes, as rustc wants to hold them.

use std::hash::{Hash, Hasher};

use inkwell::debug_info::DIScope;

/// A scope of the debug information: a subprogram or a lexical block.
/// It is inkwell's, made hashable, because rustc keeps scopes in maps.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope<'ll>(pub(crate) DIScope<'ll>);

impl Hash for Scope<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_mut_ptr().hash(state);
    }
}

/// A source variable. Variables are not described yet: `line-tables-only` is what is emitted.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Variable;
