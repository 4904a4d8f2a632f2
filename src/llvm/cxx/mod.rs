//! The edge: C++ of libLLVM, where its C interface has no way to what must be said or known.
//!
//! The load-time check ([`crate::compatibility`]) admits exactly one LLVM, so the layout of its objects is
//! as fixed as that of a C struct; each file still checks what it can before it trusts it.

mod target_machine;

pub(crate) use target_machine::{Sections, has_feature, set_target_options};
