//! Branches, switches and the other ends of a basic block.

use inkwell::basic_block::BasicBlock;
use inkwell::values::{InstructionValue, IntValue};
use rustc_attr_ir::UnrollAttr;
use rustc_codegen_ssa::traits::*;
use rustc_session::config::OptLevel;

use super::{Builder, built};
use crate::codegen::values::{Value, ValueExt};
use crate::llvm::metadata::{self, Metadata, MetadataKind};
use crate::llvm::{instructions, metadata::attach};

/// How much likelier than a cold edge an ordinary one is; the scale is that of `llvm.expect`.
const LIKELY: u32 = 2000;

impl<'a, 'll, 'tcx> Builder<'a, 'll, 'tcx> {
    pub(crate) fn ret_void(&mut self) {
        built(self.ll.build_return(None));
    }

    pub(crate) fn ret(&mut self, v: Value<'ll>) {
        built(self.ll.build_return(Some(&v.basic())));
    }

    pub(crate) fn br(&mut self, dest: BasicBlock<'ll>) {
        built(self.ll.build_unconditional_branch(dest));
    }

    /// A branch that closes a loop, with the loop's `#[unroll]` hints (LangRef, "llvm.loop").
    pub(crate) fn br_with_attrs(&mut self, dest: BasicBlock<'ll>, loop_hint_attrs: &[UnrollAttr]) {
        let branch = built(self.ll.build_unconditional_branch(dest));
        if loop_hint_attrs.is_empty() {
            return;
        }
        let context = self.cx.llcx;
        let hints: Vec<Metadata<'ll>> = loop_hint_attrs
            .iter()
            .map(|attr| match attr {
                UnrollAttr::Count(count) => {
                    let name = metadata::string(context, b"llvm.loop.unroll.count");
                    let count = self.cx.const_u32(*count);
                    metadata::node(context, &[name, metadata::constant(count)])
                }
                UnrollAttr::Hint => {
                    metadata::node(context, &[metadata::string(context, b"llvm.loop.unroll.enable")])
                }
                UnrollAttr::Full => {
                    metadata::node(context, &[metadata::string(context, b"llvm.loop.unroll.full")])
                }
                UnrollAttr::Never => {
                    metadata::node(context, &[metadata::string(context, b"llvm.loop.unroll.disable")])
                }
            })
            .collect();
        attach(
            context,
            branch,
            MetadataKind::Loop,
            metadata::distinct_self_node(context, &hints),
        );
    }

    pub(crate) fn cond_br(
        &mut self,
        cond: Value<'ll>,
        then_llbb: BasicBlock<'ll>,
        else_llbb: BasicBlock<'ll>,
    ) {
        built(self.ll.build_conditional_branch(cond.int(), then_llbb, else_llbb));
    }

    /// A conditional branch of which the source says where it mostly goes.
    pub(crate) fn cond_br_with_expect(
        &mut self,
        cond: Value<'ll>,
        then_llbb: BasicBlock<'ll>,
        else_llbb: BasicBlock<'ll>,
        expect: Option<bool>,
    ) {
        let branch = built(self.ll.build_conditional_branch(cond.int(), then_llbb, else_llbb));
        if let Some(expected) = expect
            && self.optimizing()
        {
            self.weigh_edges(branch, [!expected, expected].into_iter());
        }
    }

    pub(crate) fn switch(
        &mut self,
        v: Value<'ll>,
        else_llbb: BasicBlock<'ll>,
        cases: impl ExactSizeIterator<Item = (u128, BasicBlock<'ll>)>,
    ) {
        let ty = self.cx.val_ty(v);
        let cases: Vec<(IntValue<'ll>, BasicBlock<'ll>)> = cases
            .map(|(value, block)| (self.cx.const_uint_big(ty, value).int(), block))
            .collect();
        built(self.ll.build_switch(v.int(), else_llbb, &cases));
    }

    pub(crate) fn switch_with_weights(
        &mut self,
        v: Value<'ll>,
        else_llbb: BasicBlock<'ll>,
        else_is_cold: bool,
        cases: impl ExactSizeIterator<Item = (u128, BasicBlock<'ll>, bool)>,
    ) {
        let ty = self.cx.val_ty(v);
        let mut cold = vec![else_is_cold];
        let cases: Vec<(IntValue<'ll>, BasicBlock<'ll>)> = cases
            .map(|(value, block, is_cold)| {
                cold.push(is_cold);
                (self.cx.const_uint_big(ty, value).int(), block)
            })
            .collect();
        let switch = built(self.ll.build_switch(v.int(), else_llbb, &cases));
        if self.optimizing() {
            self.weigh_edges(switch, cold.into_iter());
        }
    }

    /// Tells the optimiser which of the terminator's edges are cold (LangRef, "prof Metadata").
    pub(crate) fn weigh_edges(&self, terminator: InstructionValue<'ll>, cold: impl Iterator<Item = bool>) {
        let context = self.cx.llcx;
        let weights =
            cold.map(|is_cold| metadata::constant(self.cx.const_u32(if is_cold { 1 } else { LIKELY })));
        let operands: Vec<Metadata<'ll>> = std::iter::once(metadata::string(context, b"branch_weights"))
            .chain(weights)
            .collect();
        attach(
            context,
            terminator,
            MetadataKind::Prof,
            metadata::node(context, &operands),
        );
    }

    pub(crate) fn unreachable(&mut self) {
        built(self.ll.build_unreachable());
    }

    pub(crate) fn select(
        &mut self,
        cond: Value<'ll>,
        then_val: Value<'ll>,
        else_val: Value<'ll>,
    ) -> Value<'ll> {
        instructions::select(&self.ll, cond, then_val, else_val)
    }

    /// Whether the session optimises at all: without, hints to the optimiser only cost time.
    pub(crate) fn optimizing(&self) -> bool {
        self.cx.tcx.sess.opts.optimize != OptLevel::No
    }
}
