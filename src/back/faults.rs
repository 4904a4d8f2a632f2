//! Passes that do harm, for the tests of what is said of them: the cargo feature `faults`.
//!
//! `FIXED_FAULT` names what happens as soon as a pass comes to the function whose symbol holds `faulty`.

use inkwell::module::Module;
use inkwell::values::{InstructionOpcode, InstructionValue};

use crate::llvm::cxx::PassWatch;
use crate::llvm::faults;

/// Watches for the pass and does the harm, once.
pub(crate) struct HarmfulPass<'ll> {
    module: &'ll Module<'ll>,
    harm: Option<String>,
}

impl<'ll> HarmfulPass<'ll> {
    /// One, if it is asked for.
    pub(crate) fn of(module: &'ll Module<'ll>) -> Option<Self> {
        let harm = std::env::var("FIXED_FAULT").ok();
        let harm = harm.filter(|harm| harm.starts_with("pass-"))?;
        Some(HarmfulPass {
            module,
            harm: Some(harm),
        })
    }
}

impl PassWatch for HarmfulPass<'_> {
    fn starts(&mut self, pass: &str, unit: &str) {
        let harmful = match self.harm.as_deref() {
            // There are stores before it.
            Some("pass-miscompiles") => "SROAPass",
            // No other pass follows that would stumble over it.
            Some("pass-breaks") => "AnnotationRemarksPass",
            _ => "InstCombinePass",
        };
        if pass != harmful || !unit.contains(faults::FAULTY) {
            return;
        }
        let Some(function) = self.module.get_function(unit) else {
            return;
        };
        let store = || {
            let blocks = function.get_basic_block_iter();
            let all = blocks.flat_map(|block| block.get_instructions());
            let is_store = |one: &InstructionValue<'_>| one.get_opcode() == InstructionOpcode::Store;
            // The last: without the first, a variable would have no value, which passes make of what they like.
            all.filter(is_store).last()
        };
        match self.harm.take().as_deref() {
            Some("pass-hangs") => faults::hang(),
            Some("pass-crashes") => faults::crash(),
            Some("pass-breaks") => {
                let block = function.get_last_basic_block();
                let terminator = block.and_then(|block| block.get_terminator());
                let builder = self.module.get_context().create_builder();
                builder.position_before(&terminator.expect("a function has one"));
                builder.build_unreachable().expect("the builder stands somewhere");
            }
            Some("pass-miscompiles") => {
                // Where it was promoted before (the second of two pipelines, of thin LTO), there is none.
                if let Some(store) = store() {
                    store.erase_from_basic_block();
                }
            }
            _ => {}
        }
    }

    fn ends(&mut self) {}
}
