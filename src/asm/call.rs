//! The call of an asm, and where control goes after it.
//!
//! The bug of 2022 was in this step (rust-lang/rust#95864): an `invoke` and a `callbr` end
//! their basic block, and the outputs were stored after the `invoke`. Here it cannot be written. The
//! functions below take the builder's place away by ending its block, and give back [`Edge`]s: what is done
//! with an asm's results can only be done on an edge ([`Edge::enter`]), and an edge that is not the block
//! itself is a new block that only the asm leads to.

use inkwell::basic_block::BasicBlock;
use inkwell::types::FunctionType;
use inkwell::values::CallSiteValue;
use rustc_ast::InlineAsmOptions;
use rustc_codegen_ssa::traits::*;
use rustc_span::Span;

use super::goto::Dispatch;
use super::operands::Operands;
use super::results::Results;
use super::{cookie, lines, options, unwinding};
use crate::codegen::builder::Builder;
use crate::llvm::asm::{InlineAsm, inline_asm};
use crate::llvm::{Funclet, Type, Value, calls, cxx};
use crate::session::asm_lowering;

/// An asm, ready to be called.
pub(super) struct AsmCall<'a, 'll> {
    pub(super) text: &'a str,
    pub(super) constraints: String,
    pub(super) arguments: Vec<Argument<'ll>>,
    pub(super) results: Vec<Type<'ll>>,
    pub(super) options: InlineAsmOptions,
    pub(super) lines: &'a [Span],
    /// Where the function is that the asm is in.
    pub(super) around: Span,
    pub(super) intel: bool,
    /// Whether it is given an unwind edge that it does not need, as the coroutines of 2022 had ([`asm_lowering`]).
    pub(super) has_historical_edge: bool,
}

/// One argument of the asm's call.
#[derive(Copy, Clone)]
pub(super) struct Argument<'ll> {
    pub(super) value: Value<'ll>,
    /// It can be named in any function; see [`super::operands::Input`].
    pub(super) is_symbol: bool,
}

/// Where the asm's control goes.
pub(super) enum Flow<'a, 'll> {
    /// Behind the asm, and nowhere else.
    On,
    /// To `normal` or, by unwinding, to `unwind`.
    Unwind {
        normal: BasicBlock<'ll>,
        unwind: BasicBlock<'ll>,
        funclet: Option<&'a Funclet<'ll>>,
    },
    /// To `normal` or to a label.
    Labels {
        normal: BasicBlock<'ll>,
        labels: &'a [BasicBlock<'ll>],
    },
}

/// One way on which control leaves the asm with its outputs written.
pub(super) struct Edge<'ll> {
    results: Results<'ll>,
    place: Place<'ll>,
}

enum Place<'ll> {
    /// Behind the call, in its block.
    Here,
    /// A block that only the asm leads to, and the block to go to from there. (In the plain lowering, that of
    /// the in-tree backend, it is rustc's own block, trusting that MIR gave the edge one of its own.)
    Own {
        block: BasicBlock<'ll>,
        then: Option<BasicBlock<'ll>>,
    },
    /// Behind the call, in the block that it has ended, and then in this one. This is the bug of 2022.
    Ended(BasicBlock<'ll>),
}

impl<'ll> Edge<'ll> {
    /// Goes to the edge, lets `store` put the results where they belong, and goes on.
    pub(super) fn enter<'a, 'tcx>(
        self,
        bx: &mut Builder<'a, 'll, 'tcx>,
        store: impl FnOnce(&mut Builder<'a, 'll, 'tcx>, Results<'ll>),
    ) {
        match self.place {
            Place::Here => store(bx, self.results),
            Place::Own { block, then } => {
                bx.switch_to_block(block);
                store(bx, self.results);
                if let Some(then) = then {
                    bx.br(then);
                }
            }
            Place::Ended(then) => {
                store(bx, self.results);
                bx.switch_to_block(then);
            }
        }
    }
}

impl<'ll> AsmCall<'_, 'll> {
    /// The type of the whole result.
    pub(super) fn result_type(&self, bx: &Builder<'_, 'll, '_>) -> Type<'ll> {
        match self.results[..] {
            [] => bx.cx.types.void,
            [one] => one,
            ref several => bx.cx.struct_type(several, false),
        }
    }

    fn signature(&self, bx: &Builder<'_, 'll, '_>) -> FunctionType<'ll> {
        let arguments: Vec<Type<'ll>> = self.arguments.iter().map(|arg| bx.cx.val_ty(arg.value)).collect();
        bx.cx.function_type(&arguments, self.result_type(bx), false)
    }

    /// Emits the call by which control goes on in `flow`, and gives the edges that need something stored:
    /// all on which the asm returns, or none if there are no outputs.
    pub(super) fn emit(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        flow: Flow<'_, 'll>,
        stores: bool,
        dispatch: Option<&Dispatch<'ll>>,
    ) -> Vec<Edge<'ll>> {
        let may_unwind = self.options.contains(InlineAsmOptions::MAY_UNWIND);
        let noreturn = self.options.contains(InlineAsmOptions::NORETURN);
        match flow {
            Flow::On if self.has_historical_edge && stores && !noreturn => self.emit_historical(bx, dispatch),
            Flow::On => {
                let call = match may_unwind && !asm_lowering::is_plain() {
                    true => unwinding::call(bx, self),
                    false => self.call(
                        bx,
                        |bx, callee, args| calls::call(&bx.ll, callee, args, &[]),
                        dispatch,
                    ),
                };
                self.edges(call, [Place::Here].into_iter().filter(|_| stores && !noreturn))
            }
            // It cannot unwind: rustc wants to be told where to go on, that is all.
            Flow::Unwind { normal, .. } if !may_unwind && !asm_lowering::is_plain() => {
                let call = self.call(
                    bx,
                    |bx, callee, args| calls::call(&bx.ll, callee, args, &[]),
                    dispatch,
                );
                let own = (stores && !noreturn).then(|| self.own_block(bx, normal, "asm.normal"));
                bx.br(own.as_ref().map_or(normal, |place| place.block(normal)));
                self.edges(call, own.into_iter())
            }
            Flow::Unwind {
                normal,
                unwind,
                funclet,
            } => {
                let own = (stores && !noreturn).then(|| self.own_block(bx, normal, "asm.normal"));
                let to = own.as_ref().filter(|_| !asm_lowering::stores_after_invoke());
                let to = to.map_or(normal, |place| place.block(normal));
                let bundle = funclet.map(|funclet| &funclet.bundle);
                let call = match asm_lowering::is_plain() {
                    true => self.call(
                        bx,
                        |bx, callee, args| calls::invoke(&bx.ll, callee, args, to, unwind, bundle.as_slice()),
                        dispatch,
                    ),
                    false => unwinding::invoke(bx, self, to, unwind, bundle),
                };
                // The bug of 2022: back to the block that the `invoke` has ended.
                let wrong = asm_lowering::stores_after_invoke() && own.is_some();
                self.edges(call, if wrong { Some(Place::Here) } else { own }.into_iter())
            }
            Flow::Labels { normal, labels } => match dispatch {
                Some(dispatch) => self.emit_dispatch(bx, dispatch, normal, labels, stores),
                None => self.emit_callbr(bx, normal, labels, stores),
            },
        }
    }

    /// An `invoke` with a clean-up that does nothing, and stores behind it.
    fn emit_historical(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        dispatch: Option<&Dispatch<'ll>>,
    ) -> Vec<Edge<'ll>> {
        let normal = bx.append_sibling_block("asm.normal");
        let unwind = bx.append_sibling_block("asm.cleanup");
        let mut cleanup = Builder::build(bx.cx, unwind);
        let (pointer, selector) = cleanup.cleanup_landing_pad(bx.cx.eh_personality());
        cleanup.resume(pointer, selector);
        let call = self.call(
            bx,
            |bx, callee, args| calls::invoke(&bx.ll, callee, args, normal, unwind, &[]),
            dispatch,
        );
        self.edges(call, [Place::Ended(normal)].into_iter())
    }

    /// `callbr`, with a block on each edge that stores.
    fn emit_callbr(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        normal: BasicBlock<'ll>,
        labels: &[BasicBlock<'ll>],
        stores: bool,
    ) -> Vec<Edge<'ll>> {
        let noreturn = self.options.contains(InlineAsmOptions::NORETURN);
        let mut own = Vec::new();
        let mut to = |bx: &mut Builder<'_, 'll, '_>, then: BasicBlock<'ll>, name: &str, stores: bool| {
            if !stores {
                return then;
            }
            let place = self.own_block(bx, then, name);
            let block = place.block(then);
            own.push(place);
            block
        };
        let normal = to(bx, normal, "asm.normal", stores && !noreturn);
        let labels: Vec<_> = labels
            .iter()
            .map(|&label| to(bx, label, "asm.label", stores))
            .collect();
        let call = self.call(
            bx,
            |bx, callee, args| calls::callbr(&bx.ll, callee, args, normal, &labels),
            None,
        );
        self.edges(call, own.into_iter())
    }

    /// A call, the stores, and a `switch` on the number of the way by which the asm was left.
    fn emit_dispatch(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        dispatch: &Dispatch<'ll>,
        normal: BasicBlock<'ll>,
        labels: &[BasicBlock<'ll>],
        stores: bool,
    ) -> Vec<Edge<'ll>> {
        let call = match dispatch.is_crowded() {
            false => self.call(
                bx,
                |bx, callee, args| calls::call(&bx.ll, callee, args, &[]),
                Some(dispatch),
            ),
            // An instruction that ends its block stays where it is. A call can be moved by LLVM's scheduler before
            // the copy of an argument out of its register, which the asm then lacks.
            true => {
                let behind = bx.append_sibling_block("asm.behind");
                let call = self.call(
                    bx,
                    |bx, callee, args| calls::callbr(&bx.ll, callee, args, behind, &[]),
                    Some(dispatch),
                );
                bx.switch_to_block(behind);
                call
            }
        };
        let number = dispatch.number(bx, self.results_of(call));
        // The outputs are stored before control parts: one edge for all.
        let after = bx.append_sibling_block("asm.dispatch");
        let own = stores.then(|| self.own_block(bx, after, "asm.outputs"));
        bx.br(own.as_ref().map_or(after, |place| place.block(after)));
        let mut at_after = Builder::build(bx.cx, after);
        let cases = labels.iter().zip(1..).map(|(&label, number)| (number, label));
        at_after.switch(number, normal, cases.collect::<Vec<_>>().into_iter());
        self.edges(call, own.into_iter())
    }

    /// Emits one instruction that calls the asm, as `by` makes it.
    pub(super) fn call(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        by: impl FnOnce(&mut Builder<'_, 'll, '_>, calls::Callee<'ll>, &[Value<'ll>]) -> CallSiteValue<'ll>,
        dispatch: Option<&Dispatch<'ll>>,
    ) -> CallSiteValue<'ll> {
        let signature = self.signature(bx);
        if let Some(reason) = cxx::rejection(signature, &self.constraints) {
            let span = self.lines.first().copied().unwrap_or(bx.span);
            let mut error = bx.cx.tcx.dcx().struct_span_fatal(
                span,
                format!("LLVM rejects the operands of this assembly: {reason}"),
            );
            error.note(format!("the constraints are `{}`", self.constraints));
            error.emit_fatal();
        }
        let asm = inline_asm(
            signature,
            InlineAsm {
                text: self.text,
                constraints: &self.constraints,
                side_effects: !self.options.contains(InlineAsmOptions::PURE),
                align_stack: !self.options.contains(InlineAsmOptions::NOSTACK),
                intel: self.intel,
                can_unwind: self.options.contains(InlineAsmOptions::MAY_UNWIND),
            },
        );
        let arguments: Vec<Value<'ll>> = self.arguments.iter().map(|arg| arg.value).collect();
        let call = by(bx, (signature, asm), &arguments);
        tracing::debug!(text = self.text, constraints = self.constraints, ?call, "asm");
        let writes_slot = dispatch.is_some_and(|dispatch| dispatch.slot().is_some());
        options::describe_call(bx.cx, call, self.options, writes_slot);
        if let Some(dispatch) = dispatch {
            dispatch.describe_call(bx, call);
        }
        cookie::attach(bx.cx, call, self.lines, self.intel);
        lines::attach(bx, call, self.lines, self.around);
        call
    }

    fn own_block(&self, bx: &mut Builder<'_, 'll, '_>, then: BasicBlock<'ll>, name: &str) -> Place<'ll> {
        match asm_lowering::is_plain() {
            true => Place::Own {
                block: then,
                then: None,
            },
            false => Place::Own {
                block: bx.append_sibling_block(name),
                then: Some(then),
            },
        }
    }

    pub(super) fn results_of(&self, call: CallSiteValue<'ll>) -> Results<'ll> {
        Results::new(call.into(), self.results.len())
    }

    fn edges(&self, call: CallSiteValue<'ll>, places: impl Iterator<Item = Place<'ll>>) -> Vec<Edge<'ll>> {
        let results = self.results_of(call);
        places.map(|place| Edge { results, place }).collect()
    }
}

impl<'ll> Place<'ll> {
    /// The block that a terminator has to name to get here; `next` if that is where it goes on.
    fn block(&self, next: BasicBlock<'ll>) -> BasicBlock<'ll> {
        match *self {
            Place::Here => next,
            Place::Own { block, .. } | Place::Ended(block) => block,
        }
    }
}

/// The arguments of an asm: those of a hidden operand, then the inputs.
pub(super) fn arguments<'ll>(
    operands: &Operands<'ll, '_>,
    dispatch: Option<&Dispatch<'ll>>,
) -> Vec<Argument<'ll>> {
    let slot = dispatch.and_then(Dispatch::slot).map(|value| Argument {
        value,
        is_symbol: false,
    });
    let inputs = operands.inputs.iter().map(|input| Argument {
        value: input.value,
        is_symbol: input.is_symbol,
    });
    slot.into_iter().chain(inputs).collect()
}
