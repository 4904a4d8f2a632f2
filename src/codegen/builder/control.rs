//! What branches tell the optimiser: loops and likely ways.

use inkwell::values::InstructionValue;
use rustc_attr_ir::UnrollAttr;
use rustc_codegen_ssa::traits::*;
use rustc_session::config::OptLevel;

use super::Builder;
use crate::llvm::metadata::{self, Metadata, MetadataKind, attach};

/// How much likelier than a cold edge an ordinary one is; the scale is that of `llvm.expect`.
const LIKELY: u32 = 2000;

/// Adds the loop's `#[unroll]` hints to the branch that closes it (LangRef, "llvm.loop").
pub(super) fn hint_loop<'ll>(bx: &Builder<'_, 'll, '_>, branch: InstructionValue<'ll>, hints: &[UnrollAttr]) {
    if hints.is_empty() {
        return;
    }
    let context = bx.cx.llcx;
    let flag = |name: &[u8]| metadata::node(context, &[metadata::string(context, name)]);
    let hints: Vec<Metadata<'ll>> = hints
        .iter()
        .map(|hint| match hint {
            UnrollAttr::Count(count) => {
                let name = metadata::string(context, b"llvm.loop.unroll.count");
                metadata::node(context, &[name, metadata::constant(bx.cx.const_u32(*count))])
            }
            UnrollAttr::Hint => flag(b"llvm.loop.unroll.enable"),
            UnrollAttr::Full => flag(b"llvm.loop.unroll.full"),
            UnrollAttr::Never => flag(b"llvm.loop.unroll.disable"),
        })
        .collect();
    let node = metadata::distinct_self_node(context, &hints);
    attach(context, branch.into(), MetadataKind::Loop, node);
}

/// Tells the optimiser, if there is one, which of the terminator's edges are cold (LangRef, "prof Metadata").
pub(super) fn weigh_edges<'ll>(
    bx: &Builder<'_, 'll, '_>,
    terminator: InstructionValue<'ll>,
    cold: impl IntoIterator<Item = bool>,
) {
    if !bx.optimizing() {
        return;
    }
    let context = bx.cx.llcx;
    let weight = |is_cold| metadata::constant(bx.cx.const_u32(if is_cold { 1 } else { LIKELY }));
    let operands: Vec<Metadata<'ll>> = std::iter::once(metadata::string(context, b"branch_weights"))
        .chain(cold.into_iter().map(weight))
        .collect();
    let node = metadata::node(context, &operands);
    attach(context, terminator.into(), MetadataKind::Prof, node);
}

impl Builder<'_, '_, '_> {
    /// Whether the session optimises at all: without, hints to the optimiser only cost time.
    pub(crate) fn optimizing(&self) -> bool {
        self.cx.tcx.sess.opts.optimize != OptLevel::No
    }
}
