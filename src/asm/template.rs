//! The text of an asm: Rust's template in the notation of LLVM's.
//!
//! In LLVM's text `$` introduces an operand (`${0:q}`) and is doubled to mean itself. rustc has resolved
//! `{{`, `}}` and `options(raw)` before: what comes here is plain text and placeholders.

use std::fmt::Write;

use rustc_abi::Size;
use rustc_ast::InlineAsmTemplatePiece;
use rustc_codegen_ssa::common::asm_const_to_str;
use rustc_codegen_ssa::traits::*;
use rustc_middle::mir::interpret::Scalar;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::LayoutOf;
use rustc_span::Span;

use super::classes;
use super::goto::Dispatch;
use super::operands::Operands;
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;

/// Writes the text. With a `dispatch`, labels are places at the end of the text instead of basic blocks.
pub(super) fn render<'a, 'll, 'tcx>(
    bx: &Builder<'a, 'll, 'tcx>,
    template: &[InlineAsmTemplatePiece],
    operands: &[InlineAsmOperandRef<'tcx, Builder<'a, 'll, 'tcx>>],
    slots: &Operands<'ll, 'tcx>,
    dispatch: Option<&Dispatch<'ll>>,
) -> String {
    let hidden = usize::from(dispatch.is_some_and(|dispatch| dispatch.constraint().is_some()));
    let arch = bx.cx.asm_arch();
    let mut text = String::new();
    for piece in template {
        let (index, modifier, span) = match piece {
            InlineAsmTemplatePiece::String(plain) => {
                push_escaped(&mut text, plain);
                continue;
            }
            &InlineAsmTemplatePiece::Placeholder {
                operand_idx,
                modifier,
                span,
            } => (operand_idx, modifier, span),
        };
        match operands[index] {
            InlineAsmOperandRef::In { reg, .. }
            | InlineAsmOperandRef::Out { reg, .. }
            | InlineAsmOperandRef::InOut { reg, .. } => {
                let number = slots.number(index, hidden);
                match classes::modifier(arch, reg.reg_class(), modifier) {
                    Some(letter) => push(&mut text, format_args!("${{{number}:{letter}}}")),
                    None => push(&mut text, format_args!("${{{number}}}")),
                }
            }
            InlineAsmOperandRef::Const {
                value: Scalar::Int(int),
                ty,
            } => text.push_str(&constant(bx.cx, span, Scalar::Int(int), ty)),
            InlineAsmOperandRef::Const {
                value: Scalar::Ptr(pointer, _),
                ..
            } => {
                push_symbol(&mut text, slots.number(index, hidden));
                let (_, offset) = pointer.prov_and_relative_offset();
                push_offset(bx.cx, &mut text, offset);
            }
            InlineAsmOperandRef::SymThreadLocalStatic { .. } => {
                push_symbol(&mut text, slots.number(index, hidden));
            }
            InlineAsmOperandRef::Label { .. } => match dispatch {
                Some(dispatch) => dispatch.push_label(&mut text, slots.label_of(index)),
                None => push(&mut text, format_args!("${{{}:l}}", slots.number(index, hidden))),
            },
        }
    }
    text
}

/// The bare name of a symbol, without the sign of an immediate that the syntax may put before it.
fn push_symbol(text: &mut String, number: usize) {
    push(text, format_args!("${{{number}:c}}"));
}

/// Appends what can be formatted; a `String` takes everything.
pub(super) fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(what);
}

fn push_escaped(text: &mut String, plain: &str) {
    let mut parts = plain.split('$');
    text.extend(parts.next());
    for part in parts {
        text.push_str("$$");
        text.push_str(part);
    }
}

/// The digits of a constant integer, as its Rust type writes them.
pub(super) fn constant<'tcx>(cx: &CodegenCx<'_, 'tcx>, span: Span, value: Scalar, ty: Ty<'tcx>) -> String {
    match value {
        Scalar::Int(int) => asm_const_to_str(cx.tcx, span, int, cx.layout_of(ty)),
        Scalar::Ptr(..) => unreachable!("a pointer is a symbol"),
    }
}

/// `+8`, if the pointer is not to the beginning of what the symbol names.
pub(super) fn push_offset(cx: &CodegenCx<'_, '_>, text: &mut String, offset: Size) {
    if offset != Size::ZERO {
        let offset = cx
            .tcx
            .data_layout
            .pointer_size()
            .sign_extend(u128::from(offset.bytes()));
        push(text, format_args!("{offset:+}"));
    }
}
