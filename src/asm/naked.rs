//! Naked functions: a body that is one `naked_asm!`, and nothing else.
//!
//! rustc would make module-level assembly of them. LLVM then knows no function, and there is neither a line
//! nor a subprogram for debuggers (rust-lang/rust#146736, #152456). LLVM has naked functions itself
//! (LangRef, "Function Attributes", `naked`): one asm without operands in registers, and no prologue. With
//! it come debug information, and `!srcloc` for the assembler's errors.
//!
//! Three kinds still become module-level assembly: all of them where there is no debug information, which is
//! the only thing that they would gain; those with call-frame directives of their own, which would stand
//! inside the frame that LLVM describes when there is; and those for WebAssembly, where a function has a type
//! that only directives can give it.

use inkwell::attributes::AttributeLoc;
use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::common::asm_const_ptr_clean;
use rustc_codegen_ssa::traits::*;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrFlags;
use rustc_middle::mir::interpret::{CTFE_ALLOC_SALT, Scalar};
use rustc_middle::mir::{self, InlineAsmOperand, TerminatorKind};
use rustc_middle::mono::{MonoItem, MonoItemData};
use rustc_middle::ty::layout::{FnAbiOf, HasTypingEnv};
use rustc_middle::ty::{self, Instance, Ty, TyCtxt};

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;

/// Naked functions that become functions of LLVM's.
pub(crate) trait NakedFunctions<'tcx> {
    /// The function that `item` is, if it is such a one.
    fn naked_function(&self, item: MonoItem<'tcx>) -> Option<Instance<'tcx>>;
    /// Declares it.
    fn predefine_naked(&mut self, instance: Instance<'tcx>, data: MonoItemData);
    /// Gives it its body.
    fn define_naked(&self, instance: Instance<'tcx>);
}

impl<'tcx> NakedFunctions<'tcx> for CodegenCx<'_, 'tcx> {
    fn naked_function(&self, item: MonoItem<'tcx>) -> Option<Instance<'tcx>> {
        let MonoItem::Fn(instance) = item else {
            return None;
        };
        let flags = self.tcx.codegen_instance_attrs(instance.def).flags;
        let is_naked = flags.contains(CodegenFnAttrFlags::NAKED);
        if !is_naked || self.debug.is_none() || self.tcx.sess.target.is_like_wasm {
            return None;
        }
        let (template, ..) = body(self.tcx, instance);
        let describes_frame = template.iter().any(|piece| match piece {
            InlineAsmTemplatePiece::String(text) => text.contains(".cfi_"),
            InlineAsmTemplatePiece::Placeholder { .. } => false,
        });
        (!describes_frame).then_some(instance)
    }

    fn predefine_naked(&mut self, instance: Instance<'tcx>, data: MonoItemData) {
        let name = self.tcx.symbol_name(instance).name;
        self.predefine_fn(instance, data.linkage, data.visibility, name);
    }

    fn define_naked(&self, instance: Instance<'tcx>) {
        let function = self.get_fn(instance);
        let table = &self.attributes.table;
        for attribute in [table.naked, table.no_inline, table.no_unwind, table.no_cf_check] {
            function.add_attribute(AttributeLoc::Function, attribute);
        }
        let block = self.llcx.append_basic_block(function, "start");
        let mut bx = Builder::at_end_of(self, block);
        let span = self.tcx.def_span(instance.def_id());
        bx.set_span(span);
        let (template, operands, options, lines) = body(self.tcx, instance);
        let fn_abi = self.fn_abi_of_instance(instance, ty::List::empty());
        let scope = bx.dbg_scope_fn(instance, fn_abi, Some(function));
        let first = lines.first().copied().unwrap_or(span);
        let location = bx.dbg_loc(scope, None, first);
        bx.set_dbg_loc(location);
        let operands: Vec<_> = operands
            .iter()
            .map(|operand| symbol_or_constant(self, instance, operand))
            .collect();
        // It says nothing of the registers and flags that it changes, since no caller keeps any across it.
        let options = options
            | InlineAsmOptions::NORETURN
            | InlineAsmOptions::NOSTACK
            | InlineAsmOptions::PRESERVES_FLAGS;
        bx.codegen_inline_asm(template, &operands, options, lines, instance, None, None);
        bx.unreachable();
    }
}

type Body<'a, 'tcx> = (
    &'a [InlineAsmTemplatePiece],
    &'a [InlineAsmOperand<'tcx>],
    InlineAsmOptions,
    &'a [rustc_span::Span],
);

/// The one asm that the function consists of.
fn body<'tcx>(tcx: TyCtxt<'tcx>, instance: Instance<'tcx>) -> Body<'tcx, 'tcx> {
    let blocks = &tcx.instance_mir(instance.def).basic_blocks;
    match &blocks[mir::START_BLOCK].terminator().kind {
        TerminatorKind::InlineAsm {
            template,
            operands,
            options,
            line_spans,
            ..
        } => (template, operands, *options, line_spans),
        other => unreachable!("rustc checks that a naked function is one asm, not {other:?}"),
    }
}

/// An operand as the builder takes it: naked functions have only such as are known at compile time.
fn symbol_or_constant<'a, 'll, 'tcx>(
    cx: &'a CodegenCx<'ll, 'tcx>,
    instance: Instance<'tcx>,
    operand: &InlineAsmOperand<'tcx>,
) -> InlineAsmOperandRef<'tcx, Builder<'a, 'll, 'tcx>> {
    let tcx = cx.tcx;
    let monomorphize = |constant: mir::Const<'tcx>| {
        instance.instantiate_mir_and_normalize_erasing_regions(
            tcx,
            cx.typing_env(),
            ty::EarlyBinder::bind(tcx, constant),
        )
    };
    match operand {
        InlineAsmOperand::Const { value } => {
            let constant = monomorphize(value.const_);
            let evaluated = constant.eval(tcx, cx.typing_env(), value.span);
            let Ok(mir::ConstValue::Scalar(scalar)) = evaluated else {
                unreachable!("the constants of an asm are scalars, and evaluated before")
            };
            InlineAsmOperandRef::Const {
                value: asm_const_ptr_clean(tcx, scalar),
                ty: constant.ty(),
            }
        }
        InlineAsmOperand::SymFn { value } => {
            let constant = monomorphize(value.const_);
            let &ty::FnDef(def_id, args) = constant.ty().kind() else {
                unreachable!("`sym` names a function or a static")
            };
            let args = args.no_bound_vars().expect("the arguments are known");
            let callee = Instance::expect_resolve(tcx, cx.typing_env(), def_id, args, value.span);
            let alloc = tcx.reserve_and_set_fn_alloc(callee, CTFE_ALLOC_SALT);
            InlineAsmOperandRef::Const {
                value: Scalar::from_pointer(alloc.into(), &tcx),
                ty: Ty::new_fn_ptr(tcx, constant.ty().fn_sig(tcx)),
            }
        }
        &InlineAsmOperand::SymStatic { def_id } if tcx.is_thread_local_static(def_id) => {
            InlineAsmOperandRef::SymThreadLocalStatic { def_id }
        }
        &InlineAsmOperand::SymStatic { def_id } => InlineAsmOperandRef::Const {
            value: Scalar::from_pointer(tcx.reserve_and_set_static_alloc(def_id).into(), &tcx),
            ty: tcx.static_ptr_ty(def_id, cx.typing_env()),
        },
        InlineAsmOperand::In { .. }
        | InlineAsmOperand::Out { .. }
        | InlineAsmOperand::InOut { .. }
        | InlineAsmOperand::Label { .. } => {
            unreachable!("rustc rejects registers and labels in `naked_asm!`")
        }
    }
}
