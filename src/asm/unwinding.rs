//! An asm that may unwind, in a function of its own.
//!
//! LLVM's code generator takes an `invoke` of a function for a call, and an `invoke` of an asm for an
//! ordinary instruction: it writes no call-site entry for an asm that is called without a landing pad (so
//! the unwinder finds none, and the program ends: rust-lang/rust#161490), it moves the prologue after the
//! asm (so the stack is misaligned inside it), and it spills registers after it for a landing pad that
//! never sees them. All three are right for functions. So the asm goes to an internal function that is
//! never inlined, and that is called or invoked. It costs a call, in code that exists to call something.

use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::module::Linkage;
use inkwell::values::{CallSiteValue, FunctionValue, OperandBundle};
use rustc_ast::InlineAsmOptions;
use rustc_codegen_ssa::traits::*;

use super::call::{Argument, AsmCall};
use crate::codegen::builder::Builder;
use crate::codegen::inheritance::inherit;
use crate::llvm::{Type, Value, calls, functions};

/// LLVM's `fastcc`: arguments and results in registers, floats unchanged. In C's convention, 32-bit x86
/// returns floats through the x87 stack, which changes signalling NaNs.
const FAST: u32 = 8;

/// Calls the asm where nothing is done if it unwinds.
pub(super) fn call<'ll>(bx: &mut Builder<'_, 'll, '_>, asm: &AsmCall<'_, 'll>) -> CallSiteValue<'ll> {
    let (callee, arguments) = outline(bx, asm);
    describe(calls::call(&bx.ll, callee, &arguments, &[]))
}

/// Calls the asm where control goes to `unwind` if it unwinds.
pub(super) fn invoke<'ll>(
    bx: &mut Builder<'_, 'll, '_>,
    asm: &AsmCall<'_, 'll>,
    normal: BasicBlock<'ll>,
    unwind: BasicBlock<'ll>,
    bundle: Option<&OperandBundle<'ll>>,
) -> CallSiteValue<'ll> {
    let (callee, arguments) = outline(bx, asm);
    describe(calls::invoke(
        &bx.ll,
        callee,
        &arguments,
        normal,
        unwind,
        bundle.as_slice(),
    ))
}

fn describe(call: CallSiteValue<'_>) -> CallSiteValue<'_> {
    call.set_call_convention(FAST);
    call
}

/// Makes the function, and says how to call it.
fn outline<'ll>(
    bx: &mut Builder<'_, 'll, '_>,
    asm: &AsmCall<'_, 'll>,
) -> (calls::Callee<'ll>, Vec<Value<'ll>>) {
    let cx = bx.cx;
    // A symbol stays an operand of the asm: only there is it known to be one.
    let passed: Vec<Value<'ll>> = asm
        .arguments
        .iter()
        .filter(|argument| !argument.is_symbol)
        .map(|argument| argument.value)
        .collect();
    let types: Vec<Type<'ll>> = passed.iter().map(|&value| cx.val_ty(value)).collect();
    let signature = cx.function_type(&types, asm.result_type(bx), false);
    let name = cx.unique_name("asm.may_unwind");
    let function = functions::get_or_declare(cx.llmod, &name, signature);
    function.set_linkage(Linkage::Internal);
    function.set_call_conventions(FAST);
    describe_function(bx, function, asm.options);

    let block = cx.llcx.append_basic_block(function, "start");
    let mut inner = Builder::at_end_of(cx, block);
    inner.set_span(bx.span);
    let around = bx.ll.get_current_debug_location();
    let within = around.and_then(|around| cx.describe_part(function, bx.llfn(), "{asm}", around));
    if let Some(within) = within {
        inner.set_dbg_loc(within);
    }
    let mut next = 0;
    let arguments = asm
        .arguments
        .iter()
        .map(|argument| match argument.is_symbol {
            true => *argument,
            false => {
                next += 1;
                Argument {
                    value: calls::parameter(function, next - 1),
                    is_symbol: false,
                }
            }
        })
        .collect();
    let inside = AsmCall {
        text: asm.text,
        constraints: asm.constraints.clone(),
        arguments,
        results: asm.results.clone(),
        options: asm.options,
        lines: asm.lines,
        around: asm.around,
        intel: asm.intel,
        has_historical_edge: false,
    };
    let call = inside.call(
        &mut inner,
        |bx, callee, args| calls::call(&bx.ll, callee, args, &[]),
        None,
    );
    if asm.options.contains(InlineAsmOptions::NORETURN) {
        inner.unreachable();
    } else if asm.results.is_empty() {
        inner.ret_void();
    } else {
        inner.ret(call.into());
    }
    ((signature, Value::from(function)), passed)
}

/// The outlined function is compiled as its surroundings are, can be unwound through, and stays a function.
fn describe_function<'ll>(
    bx: &Builder<'_, 'll, '_>,
    function: FunctionValue<'ll>,
    options: InlineAsmOptions,
) {
    let table = &bx.cx.attributes.table;
    let add = |attribute| function.add_attribute(AttributeLoc::Function, attribute);
    add(table.no_inline);
    add(table.unwind_table);
    if options.contains(InlineAsmOptions::NORETURN) {
        add(table.no_return);
    }
    inherit(bx.llfn(), function);
}
