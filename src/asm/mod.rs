//! Inline assembly: from an `asm!` line to LLVM IR.
//!
//! `README.md` beside this file walks through it with an example. In short:
//!
//! * [`operands`] sorts the operands into outputs, inputs, labels and clobbers, with
//!   [`classes`] naming registers and [`coercion`] choosing how values travel in them;
//! * [`template`] writes the text, and [`options`] what the asm promises;
//! * [`call`] emits the call, and says on which edges of the control flow outputs can be stored;
//! * [`unwinding`] and [`goto`] are two detours around what LLVM's code generator gets wrong, which
//!   [`asm_lowering`](crate::session::asm_lowering) can switch off; [`scarce`] gives registers by name, and
//!   [`loan`] uses one twice, where LLVM would run out of them;
//! * [`cookie`] ties lines of assembly to lines of Rust, for errors, and [`lines`] and [`unit`] for debuggers;
//! * [`global`] and [`naked`] are for assembly outside of functions.

mod call;
mod classes;
mod coercion;
mod cookie;
mod global;
mod goto;
mod lines;
mod loan;
mod naked;
mod operands;
mod options;
mod results;
mod scarce;
mod statements;
mod template;
mod unit;
mod unwinding;

pub(crate) use naked::NakedFunctions;
pub(crate) use unit::Macros;

use inkwell::basic_block::BasicBlock;
use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::{Instance, TyCtxt};
use rustc_span::Span;

use self::call::{AsmCall, Flow};
use self::goto::Dispatch;
use self::operands::Operands;
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Funclet, cxx};
use crate::session::asm_lowering;

impl<'ll, 'tcx> AsmBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn codegen_inline_asm(
        &mut self,
        template: &[InlineAsmTemplatePiece],
        operands: &[InlineAsmOperandRef<'tcx, Self>],
        options: InlineAsmOptions,
        line_spans: &[Span],
        instance: Instance<'_>,
        dest: Option<BasicBlock<'ll>>,
        catch_funclet: Option<(BasicBlock<'ll>, Option<&Funclet<'ll>>)>,
    ) {
        let arch = self.cx.asm_arch();
        let intel = options::is_intel(arch, options);
        let named = scarce::settle(self.cx, operands);
        let mut slots = Operands::new(self, operands, instance.def_id(), named);
        options::add_clobbers(&mut slots.clobbers, arch, options);
        let stores = slots.outputs.iter().any(|output| output.into.is_some());
        let dispatch = match stores && !slots.labels.is_empty() && !asm_lowering::is_plain() {
            true => Dispatch::new(self, &slots, instance.def_id(), intel),
            false => None,
        };
        let mut text = template::render(self, template, operands, &slots, dispatch.as_ref());
        let mut results: Vec<_> = slots.outputs.iter().map(|output| output.ty).collect();
        if let Some(dispatch) = &dispatch {
            let falls_through = !options.contains(InlineAsmOptions::NORETURN);
            dispatch.finish(&mut text, results.len(), slots.labels.len(), falls_through);
            results.extend(dispatch.result_type(self));
        }
        let asm = AsmCall {
            text: &text,
            constraints: slots.constraints(
                dispatch.as_ref().and_then(Dispatch::constraint),
                dispatch.is_none(),
            ),
            arguments: call::arguments(&slots, dispatch.as_ref()),
            results,
            options,
            lines: line_spans,
            around: self.cx.tcx.def_span(instance.def_id()),
            intel,
            has_historical_edge: asm_lowering::stores_after_invoke()
                && has_historical_edge(self.cx.tcx, instance.def_id()),
        };
        let flow = match (dest, catch_funclet) {
            (None, None) => Flow::On,
            (Some(normal), Some((unwind, funclet))) => Flow::Unwind {
                normal,
                unwind,
                funclet,
            },
            (Some(normal), None) => Flow::Labels {
                normal,
                labels: &slots.labels,
            },
            (None, Some(_)) => unreachable!("where an asm can unwind to, it can also return to"),
        };
        for edge in asm.emit(self, flow, stores, dispatch.as_ref()) {
            edge.enter(self, |bx, results| {
                for (output, index) in slots.outputs.iter().zip(0..) {
                    let Some((place, coercion)) = output.into else {
                        continue;
                    };
                    let result = match &dispatch {
                        Some(dispatch) => dispatch.output(bx, results, index, output.ty),
                        None => results.get(bx, index),
                    };
                    let value = coercion.from_asm(bx, result);
                    OperandValue::Immediate(value).store(bx, place);
                }
            });
        }
    }
}

/// Whether rustc gave each asm of this body an unwind edge in 2022.
fn has_historical_edge(tcx: TyCtxt<'_>, body: DefId) -> bool {
    let target = &tcx.sess.target;
    let has_landing_pads = !target.is_like_msvc && !target.is_like_wasm;
    tcx.is_coroutine(body) && tcx.sess.panic_strategy().unwinds() && has_landing_pads
}

impl<'tcx> AsmCodegenMethods<'tcx> for CodegenCx<'_, 'tcx> {
    fn codegen_global_asm(
        &mut self,
        template: &[InlineAsmTemplatePiece],
        operands: &[GlobalAsmOperandRef<'tcx>],
        options: InlineAsmOptions,
        line_spans: &[Span],
        extra_rust_target_features: &[String],
    ) {
        // Only a naked function has features of its own. Before such a function's text come directives.
        let preamble = match template {
            [InlineAsmTemplatePiece::String(directives), ..] if !extra_rust_target_features.is_empty() => {
                directives.matches('\n').count()
            }
            _ => 0,
        };
        self.append_global_asm(
            template,
            operands,
            options,
            line_spans,
            preamble,
            extra_rust_target_features,
        );
    }

    fn mangled_name(&self, instance: Instance<'tcx>) -> String {
        cxx::mangled_name(self.get_fn(instance).as_global_value())
    }
}
