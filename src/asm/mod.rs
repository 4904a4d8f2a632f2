//! Inline assembly: from an `asm!` line to LLVM IR.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use crate::llvm::Funclet;
use inkwell::basic_block::BasicBlock;
use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

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
        todo!()
    }
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
        todo!()
    }

    fn mangled_name(&self, instance: Instance<'tcx>) -> String {
        todo!()
    }
}
