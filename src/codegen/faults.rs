//! Invalid IR on demand, for the tests of what is said of it: the cargo feature `faults`.
//!
//! `FIXED_FAULT` names the fault. It goes into the function whose symbol holds `faulty`, once that is built, and most
//! of them into its first `xor`, so that a test knows which line is to blame.

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::types::BasicTypeEnum;
use inkwell::values::{AnyValue, FunctionValue, InstructionOpcode, InstructionValue, IntValue};
use rustc_middle::mono::MonoItem;

use crate::codegen::context::CodegenCx;
use crate::llvm::{constants, faults};

/// Puts the fault that is asked for into `item`, if it is the one.
pub(super) fn inject<'tcx>(cx: &CodegenCx<'_, 'tcx>, item: MonoItem<'tcx>) {
    let Ok(fault) = std::env::var("FIXED_FAULT") else {
        return;
    };
    let symbol = item.symbol_name(cx.tcx).name;
    if let Some(function) = cx.llmod.get_function(symbol)
        && symbol.contains(faults::FAULTY)
        && function.count_basic_blocks() > 0
    {
        Fault { cx, function }.put(&fault);
    }
}

struct Fault<'a, 'll, 'tcx> {
    cx: &'a CodegenCx<'ll, 'tcx>,
    function: FunctionValue<'ll>,
}

impl<'ll> Fault<'_, 'll, '_> {
    fn put(&self, fault: &str) {
        let byte = constants::integer(self.cx.llcx.i8_type().into(), 7);
        let word = constants::integer(self.cx.llcx.i64_type().into(), 1);
        let builder = self.cx.llcx.create_builder();
        let xor = self.first(|one| one.get_opcode() == InstructionOpcode::Xor);
        match fault {
            "missing-terminator" => {
                let block = xor.get_parent().expect("it stands in a block");
                block
                    .get_terminator()
                    .expect("it has one")
                    .erase_from_basic_block();
            }
            "terminator-in-the-middle" => {
                builder.position_before(&xor);
                builder.build_unreachable().expect("the builder stands somewhere");
            }
            "operand-type" => {
                xor.set_operand(1, byte);
            }
            "use-before-definition" => {
                let operand = xor.get_operand(0).and_then(|operand| operand.value());
                let definition = operand.and_then(|value| value.into_int_value().as_instruction());
                let definition = definition.expect("the operand is an instruction");
                xor.remove_from_basic_block();
                builder.position_before(&definition);
                builder.insert_instruction(&xor, None);
            }
            "phi-without-values" => {
                let block = xor.get_parent().expect("it stands in a block");
                builder.position_before(&block.get_first_instruction().expect("the xor at least"));
                let word_type = BasicTypeEnum::from(self.cx.llcx.i64_type());
                let phi = builder
                    .build_phi(word_type, "phi")
                    .expect("the builder stands somewhere");
                phi.as_instruction().set_debug_location(xor.get_debug_location());
            }
            "mismatched-call" => {
                self.call().set_operand(0, byte);
            }
            "foreign-argument" => {
                let other = self.callee().get_nth_param(1).expect("it has two");
                xor.set_operand(1, other);
            }
            "store-to-number" => {
                let store = self.first(|one| {
                    one.get_opcode() == InstructionOpcode::Store && one.get_parent() == xor.get_parent()
                });
                store.set_operand(1, word);
            }
            "own-operand" => {
                let own = IntValue::try_from(xor).expect("a xor is a number");
                xor.set_operand(0, own);
            }
            "branch-on-word" => {
                let branch = self.first(|one| one.is_terminator() && one.is_conditional().unwrap_or(false));
                branch.set_operand(0, word);
            }
            "returned-byte" => {
                let ret = self.first(|one| one.get_opcode() == InstructionOpcode::Return);
                ret.set_operand(0, byte);
            }
            "attribute" => {
                let kind = Attribute::get_named_enum_kind_id("noalias");
                let attribute = self.cx.llcx.create_enum_attribute(kind, 0);
                self.function.add_attribute(AttributeLoc::Param(0), attribute);
            }
            "debug-information" if self.cx.recorder.is_none() => self.call().set_debug_location(None),
            _ => {}
        }
    }

    fn instructions(&self) -> impl Iterator<Item = InstructionValue<'ll>> {
        let blocks = self.function.get_basic_block_iter();
        blocks.flat_map(|block| block.get_instructions())
    }

    fn first(&self, is_it: impl Fn(&InstructionValue<'ll>) -> bool) -> InstructionValue<'ll> {
        self.instructions()
            .find(is_it)
            .expect("the test's function has such an instruction")
    }

    /// The function that the test's function calls.
    fn callee(&self) -> FunctionValue<'ll> {
        let mut functions = self.cx.llmod.get_functions();
        functions
            .find(|function| function.get_name().to_string_lossy().contains("callee"))
            .expect("the test's function calls one")
    }

    fn call(&self) -> InstructionValue<'ll> {
        self.first(|one| {
            one.get_opcode() == InstructionOpcode::Call
                && one.print_to_string().to_string_lossy().contains("callee")
        })
    }
}
