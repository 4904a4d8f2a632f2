//! The results of an asm's call, one for each of LLVM's outputs in registers.

use rustc_codegen_ssa::traits::*;

use crate::codegen::builder::Builder;
use crate::llvm::Value;

/// What the call returned: nothing, one value, or a struct of them.
#[derive(Copy, Clone)]
pub(super) struct Results<'ll> {
    call: Value<'ll>,
    count: usize,
}

impl<'ll> Results<'ll> {
    pub(super) fn new(call: Value<'ll>, count: usize) -> Self {
        Results { call, count }
    }

    pub(super) fn get(&self, bx: &mut Builder<'_, 'll, '_>, index: usize) -> Value<'ll> {
        match self.count {
            0 => unreachable!("an asm without outputs has no result"),
            1 => self.call,
            _ => bx.extract_value(self.call, index as u64),
        }
    }

    pub(super) fn last(&self, bx: &mut Builder<'_, 'll, '_>) -> Value<'ll> {
        self.get(bx, self.count - 1)
    }
}
