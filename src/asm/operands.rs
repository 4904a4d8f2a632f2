//! From the operands of an `asm!` to LLVM's constraints, arguments and results.
//!
//! LLVM numbers operands in the order of the constraint string: outputs first, then inputs, then labels
//! (LangRef, "Inline Assembler Expressions"). Rust numbers them as they are written. [`Operands`] holds
//! both, and the clobbers, which have no number.

use std::borrow::Cow;

use inkwell::basic_block::BasicBlock;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_middle::mir::interpret::Scalar;
use rustc_middle::ty::Instance;
use rustc_target::asm::*;

use super::classes::{Width, constraint, register_name};
use super::coercion::Coercion;
use crate::codegen::builder::Builder;
use crate::llvm::{Type, Value};

/// The operands of one asm as LLVM sees them.
#[derive(Default)]
pub(super) struct Operands<'ll, 'tcx> {
    pub(super) outputs: Vec<Output<'ll, 'tcx>>,
    pub(super) inputs: Vec<Input<'ll>>,
    pub(super) labels: Vec<BasicBlock<'ll>>,
    /// What the asm destroys: `~{…}`.
    pub(super) clobbers: Vec<Cow<'static, str>>,
    /// For each operand of Rust's: where LLVM has it.
    slots: Vec<Slot>,
    /// For each operand of Rust's: the constraint that takes the place of its class's. Empty if there is none.
    named: Vec<Option<&'static str>>,
}

/// Where an operand went.
#[derive(Copy, Clone, Debug)]
enum Slot {
    Output(usize),
    Input(usize),
    Label(usize),
    /// It is text, or a clobber.
    Nowhere,
}

/// A result of the asm.
pub(super) struct Output<'ll, 'tcx> {
    constraint: String,
    pub(super) class: InlineAsmRegClass,
    pub(super) ty: Type<'ll>,
    /// Where the result goes, unless it is discarded.
    pub(super) into: Option<(PlaceRef<'tcx, Value<'ll>>, Coercion<'ll>)>,
}

/// An argument of the asm.
pub(super) struct Input<'ll> {
    constraint: String,
    pub(super) value: Value<'ll>,
    /// An address known to the linker, which every function can name.
    pub(super) is_symbol: bool,
}

impl<'ll, 'tcx> Operands<'ll, 'tcx> {
    /// Sorts `operands` out, and prepares the values of the inputs at the builder's place. `named` are the
    /// registers that were chosen before, as [`super::scarce::settle`] gives them.
    pub(super) fn new<'a>(
        bx: &mut Builder<'a, 'll, 'tcx>,
        operands: &[InlineAsmOperandRef<'tcx, Builder<'a, 'll, 'tcx>>],
        function: DefId,
        named: Vec<Option<&'static str>>,
    ) -> Self {
        let mut all = Operands {
            slots: vec![Slot::Nowhere; operands.len()],
            named,
            ..Operands::default()
        };
        // Outputs have the first numbers, so that an input can be tied to one.
        for (operand, index) in operands.iter().zip(0..) {
            match *operand {
                InlineAsmOperandRef::Out { reg, late, place } => match place {
                    Some(place) => all.output(bx, index, (reg, late), place, function),
                    None => all.discarded(bx, index, (reg, late), function),
                },
                InlineAsmOperandRef::InOut {
                    reg,
                    late,
                    in_value,
                    out_place,
                } => match out_place {
                    Some(place) => all.output(bx, index, (reg, late), place, function),
                    None => {
                        // What is tied must have one type: that of the input.
                        let coercion = Coercion::new(bx.cx, reg.reg_class(), in_value.layout, function);
                        all.push_output(index, (reg, late), &coercion, None);
                    }
                },
                _ => {}
            }
        }
        for (operand, index) in operands.iter().zip(0..) {
            match *operand {
                InlineAsmOperandRef::In { reg, value } => {
                    let (coercion, value) = coerce(bx, reg, value, function);
                    let code = all.constraint(index, reg, coercion.width()).into_owned();
                    all.push_input(index, code, value, false);
                }
                InlineAsmOperandRef::InOut {
                    reg, late, in_value, ..
                } => all.tied_input(bx, index, (reg, late), in_value, function),
                InlineAsmOperandRef::Const {
                    value: Scalar::Ptr(pointer, _),
                    ..
                } => {
                    let (provenance, _) = pointer.prov_and_relative_offset();
                    let symbol = bx.cx.symbol_of(provenance.alloc_id(), false);
                    all.push_input(index, SYMBOL.to_owned(), symbol, true);
                }
                InlineAsmOperandRef::SymThreadLocalStatic { def_id } => {
                    // The asm wants the symbol itself, not the address in this thread.
                    let global = bx.cx.static_global(Instance::mono(bx.cx.tcx, def_id));
                    let symbol = Value::from(global);
                    all.push_input(index, SYMBOL.to_owned(), symbol, true);
                }
                InlineAsmOperandRef::Label { label } => {
                    all.slots[index] = Slot::Label(all.labels.len());
                    all.labels.push(label);
                }
                _ => {}
            }
        }
        all
    }

    fn output(
        &mut self,
        bx: &Builder<'_, 'll, 'tcx>,
        index: usize,
        register: (InlineAsmRegOrRegClass, bool),
        place: PlaceRef<'tcx, Value<'ll>>,
        function: DefId,
    ) {
        let coercion = Coercion::new(bx.cx, register.0.reg_class(), place.layout, function);
        self.push_output(index, register, &coercion, Some(place));
    }

    fn push_output(
        &mut self,
        index: usize,
        (reg, late): (InlineAsmRegOrRegClass, bool),
        coercion: &Coercion<'ll>,
        place: Option<PlaceRef<'tcx, Value<'ll>>>,
    ) {
        // An early output must not share its register with an input.
        let sign = if late { "=" } else { "=&" };
        if let Slot::Nowhere = self.slots[index] {
            self.slots[index] = Slot::Output(self.outputs.len());
        }
        self.outputs.push(Output {
            constraint: format!("{sign}{}", self.constraint(index, reg, coercion.width())),
            class: reg.reg_class(),
            ty: coercion.asm_type(),
            into: place.map(|place| (place, *coercion)),
        });
    }

    /// `out(reg) _`: an output if LLVM can have one there, for it must find a free register; else a clobber.
    fn discarded(
        &mut self,
        bx: &Builder<'_, 'll, 'tcx>,
        index: usize,
        (reg, late): (InlineAsmRegOrRegClass, bool),
        function: DefId,
    ) {
        let class = reg.reg_class();
        if let InlineAsmRegClass::X86(X86InlineAsmRegClass::x87_reg | X86InlineAsmRegClass::mmx_reg) = class {
            // The two are one stack of registers, which LLVM only knows as a whole.
            let names = [
                "~{st}", "~{st(1)}", "~{st(2)}", "~{st(3)}", "~{st(4)}", "~{st(5)}", "~{st(6)}",
            ];
            if !self.clobbers.contains(&Cow::Borrowed(names[0])) {
                self.clobbers.extend(names.map(Cow::Borrowed));
                self.clobbers.push(Cow::Borrowed("~{st(7)}"));
            }
            return;
        }
        match (Coercion::of_discarded(bx.cx, class, function), reg) {
            (Some(coercion), _) => self.push_output(index, (reg, late), &coercion, None),
            (None, InlineAsmRegOrRegClass::Reg(reg)) => {
                let name = register_name(reg, Width::Unknown);
                self.clobbers.push(format!("~{{{name}}}").into());
            }
            (None, InlineAsmRegOrRegClass::RegClass(class)) => {
                unreachable!("rustc wants an explicit register for a clobber of class {class:?}")
            }
        }
    }

    fn tied_input(
        &mut self,
        bx: &mut Builder<'_, 'll, 'tcx>,
        index: usize,
        (reg, late): (InlineAsmRegOrRegClass, bool),
        value: OperandRef<'tcx, Value<'ll>>,
        function: DefId,
    ) {
        let Slot::Output(output) = self.slots[index] else {
            unreachable!("an `inout` is an output first")
        };
        let (coercion, value) = coerce(bx, reg, value, function);
        // In an explicit register the two are together anyway. There, LLVM would not let another input
        // share the register of a tied one.
        let code = match (late, reg) {
            (true, InlineAsmRegOrRegClass::Reg(_)) => constraint(reg, coercion.width()).into_owned(),
            _ => output.to_string(),
        };
        self.inputs.push(Input {
            constraint: code,
            value,
            is_symbol: false,
        });
    }

    fn constraint(&self, index: usize, reg: InlineAsmRegOrRegClass, width: Width) -> Cow<'static, str> {
        match self.named.get(index) {
            Some(&Some(name)) => name.into(),
            _ => constraint(reg, width),
        }
    }

    fn push_input(&mut self, index: usize, constraint: String, value: Value<'ll>, is_symbol: bool) {
        self.slots[index] = Slot::Input(self.inputs.len());
        self.inputs.push(Input {
            constraint,
            value,
            is_symbol,
        });
    }

    /// LLVM's number for operand `index`; `hidden` is how many outputs there are that Rust knows nothing of.
    pub(super) fn number(&self, index: usize, hidden: usize) -> usize {
        let outputs = self.outputs.len() + hidden;
        match self.slots[index] {
            Slot::Output(output) => output,
            Slot::Input(input) => outputs + input,
            Slot::Label(label) => outputs + self.inputs.len() + label,
            Slot::Nowhere => unreachable!("rustc gives no placeholder to an operand without a register"),
        }
    }

    /// Which of the labels operand `index` is.
    pub(super) fn label_of(&self, index: usize) -> usize {
        match self.slots[index] {
            Slot::Label(label) => label,
            _ => unreachable!("the caller has a label"),
        }
    }

    /// The constraint string: with `hidden`, the constraint of one more output; with `jumps`, the labels too.
    pub(super) fn constraints(&self, hidden: Option<&str>, jumps: bool) -> String {
        let outputs = self.outputs.iter().map(|output| output.constraint.as_str());
        let inputs = self.inputs.iter().map(|input| input.constraint.as_str());
        // `!i`: the address of a block that control may go on in (LangRef, "Label constraints").
        let labels = self.labels.iter().filter(|_| jumps).map(|_| "!i");
        let clobbers = self.clobbers.iter().map(|clobber| &**clobber);
        let mut text = String::new();
        for part in outputs.chain(hidden).chain(inputs).chain(labels).chain(clobbers) {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(part);
        }
        text
    }
}

/// The constraint of something that the linker knows.
const SYMBOL: &str = "s";

fn coerce<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    reg: InlineAsmRegOrRegClass,
    operand: OperandRef<'tcx, Value<'ll>>,
    function: DefId,
) -> (Coercion<'ll>, Value<'ll>) {
    let coercion = Coercion::new(bx.cx, reg.reg_class(), operand.layout, function);
    let value = match operand.val {
        // A scalable vector has no immediate form in rustc; it is read where it lies.
        OperandValue::Ref(place) => {
            let ty = bx.cx.backend_type(operand.layout);
            bx.load(ty, place.llval, place.align)
        }
        _ => operand.immediate(),
    };
    let value = coercion.to_asm(bx, value);
    (coercion, value)
}
