//! Large constants that arrive in pieces.
//!
//! A local array of literals comes as stores, one or two for each element: rustc joins them only where no
//! pointer is among them. LLVM then compares every store with every other, which takes minutes for a large array.
//! So what was stored becomes a constant global, which is copied.

use std::cell::{Cell, RefCell};

use inkwell::basic_block::BasicBlock;
use rustc_abi::Align;
use rustc_codegen_ssa::traits::*;
use rustc_session::config::OptLevel;
use rustc_target::spec::RelocModel;

use crate::codegen::context::CodegenCx;
use crate::llvm::stores;

/// From how many stores of constants on a block is looked at.
const NOTABLE: usize = 256;
/// How many stores are worth a copy. LLVM deals well with fewer, and sees through them.
const WORTH_A_COPY: usize = 64;

/// Where constants have been stored.
#[derive(Default)]
pub(crate) struct ConstantStores<'ll> {
    /// The block with the last one, and how many there are in it.
    last: Cell<Option<(BasicBlock<'ll>, usize)>>,
    /// The blocks with many.
    notable: RefCell<Vec<BasicBlock<'ll>>>,
}

impl<'ll> CodegenCx<'ll, '_> {
    /// Notes that a constant is stored in `block`.
    pub(crate) fn note_constant_store(&self, block: BasicBlock<'ll>) {
        let count = match self.constant_stores.last.get() {
            Some((last, count)) if last == block => count + 1,
            _ => 1,
        };
        self.constant_stores.last.set(Some((block, count)));
        if count == NOTABLE {
            self.constant_stores.notable.borrow_mut().push(block);
        }
    }

    /// Looks at the blocks with many constants, now that their function is complete.
    pub(crate) fn gather_constant_stores(&self) {
        self.constant_stores.last.set(None);
        let blocks = self.constant_stores.notable.take();
        let sess = self.sess();
        // A constant of these holds no addresses, or lies where a copy cannot read it without ado.
        let model = sess.relocation_model();
        if sess.target.is_like_gpu
            || matches!(model, RelocModel::Ropi | RelocModel::Rwpi | RelocModel::RopiRwpi)
        {
            return;
        }
        // A variable that a debugger is to show stays.
        let through_temporaries = self.debug.is_none() || sess.opts.optimize != OptLevel::No;
        let builder = self.llcx.create_builder();
        for block in blocks {
            for run in stores::runs(self.llmod, block, WORTH_A_COPY, through_temporaries) {
                let content = run.content(self.llcx);
                let align = Align::from_bytes(run.align().into()).unwrap_or(Align::ONE);
                let global = self.constant_global(content, align, None);
                tracing::debug!(bytes = run.bytes(), "stores become a copy of a constant");
                let size = self.const_usize(run.bytes());
                run.replace(&builder, (global.into(), align.bytes() as u32), size);
            }
        }
    }
}
