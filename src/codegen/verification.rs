//! Whether what was built is well-formed, asked of LLVM's verifier for all of a unit before any pass sees it, and if
//! not, which Rust is behind it.
//!
//! The verifier looks at each function as soon as the last is built and debug information is complete: it takes what
//! is open until then for broken. `docs/failures.md` says what it costs.

use inkwell::values::{AnyValue, FunctionValue};
use rustc_middle::mono::{MonoItem, MonoItemData};
use rustc_middle::ty::Instance;
use rustc_middle::ty::print::{with_no_trimmed_paths, with_resolve_crate_name};
use rustc_span::Span;

use crate::codegen::context::CodegenCx;
use crate::codegen::recording::{self, Steps};
use crate::diagnose::{self, RejectedFunction};
use crate::llvm::listing::{Listing, Position};
use crate::llvm::modules;

type Items<'tcx> = [(MonoItem<'tcx>, MonoItemData)];

/// Verifies the unit. What is broken is reported at the Rust that it was built for, and ends the compilation.
pub(super) fn check<'tcx>(cx: &CodegenCx<'_, 'tcx>, items: &Items<'tcx>) {
    let Err(words) = modules::verify(cx.llmod) else {
        return;
    };
    tracing::debug!(unit = %cx.codegen_unit.name(), words, "LLVM rejects the unit");
    let broken = cx.llmod.get_functions().filter_map(|function| {
        let words = diagnose::verify_function(function).err()?;
        Some(rejected(cx, items, function, &words))
    });
    let outputs = cx.tcx.output_filenames(());
    let path = |ending: &str| outputs.temp_path_ext_for_cgu(ending, cx.codegen_unit.name().as_str());
    let module = path("rejected.ll");
    // For tools. The report does without it.
    let module = std::fs::write(&module, cx.llmod.print_to_string().to_bytes())
        .is_ok()
        .then_some(module);
    let mut reported = None;
    for (number, mut function) in broken.enumerate() {
        let path = path(&format!("rejected-{number}.ll"));
        function.save(cx.tcx, path, module.as_deref());
        reported = Some(function.report(cx.tcx.dcx()));
    }
    let reported = reported.unwrap_or_else(|| {
        let name = cx.codegen_unit.name();
        diagnose::reject_module(cx.tcx.dcx(), name.as_str(), diagnose::AS_BUILT, &words)
    });
    reported.raise_fatal()
}

/// All that is known of a function that LLVM rejects.
fn rejected<'tcx>(
    cx: &CodegenCx<'_, 'tcx>,
    items: &Items<'tcx>,
    function: FunctionValue<'_>,
    words: &str,
) -> RejectedFunction {
    let symbol = function.get_name().to_string_lossy().into_owned();
    let unit = cx.codegen_unit.name().to_string();
    let mut rejected = RejectedFunction::new(unit, symbol, words, diagnose::AS_BUILT);
    let listing = Listing::of(function);
    let position = rejected.finding.culprit(&listing);
    if let Some((item, data)) = owner(cx, items, function, &rejected.symbol) {
        let unit = cx.codegen_unit;
        recording::record(cx.tcx, unit, items, (item, data), |cx, steps| {
            if let Some(instance) = instance_of(item) {
                rejected.name = with_resolve_crate_name!(with_no_trimmed_paths!(instance.to_string()));
                rejected.span = Some(cx.tcx.def_span(instance.def_id()));
                let rebuilt = Rebuilt { cx, steps, instance };
                rebuilt.describe(&mut rejected, position);
            }
        });
    }
    if rejected.text.is_empty() {
        rejected.show(&listing, position, &|_| None);
    }
    rejected
}

fn instance_of(item: MonoItem<'_>) -> Option<Instance<'_>> {
    match item {
        MonoItem::Fn(instance) => Some(instance),
        MonoItem::Static(_) | MonoItem::GlobalAsm(_) => None,
    }
}

/// The item that `function` was built for: its own, or the one that calls it, of whose code it holds a part.
fn owner<'tcx>(
    cx: &CodegenCx<'_, 'tcx>,
    items: &Items<'tcx>,
    function: FunctionValue<'_>,
    symbol: &str,
) -> Option<(MonoItem<'tcx>, MonoItemData)> {
    let is_own = |item: &MonoItem<'tcx>| item.symbol_name(cx.tcx).name == symbol;
    let calls = |item: &MonoItem<'tcx>| {
        let caller = cx.llmod.get_function(item.symbol_name(cx.tcx).name);
        let text = caller
            .filter(|&caller| caller != function)
            .map(|caller| caller.print_to_string());
        text.is_some_and(|text| text.to_string_lossy().contains(&format!("@{symbol}(")))
    };
    let functions = || items.iter().filter(|(item, _)| instance_of(*item).is_some());
    let own = functions().find(|(item, _)| is_own(item));
    own.or_else(|| functions().find(|(item, _)| calls(item))).copied()
}

/// A function that was built once more, marked.
struct Rebuilt<'a, 'll, 'tcx> {
    cx: &'a CodegenCx<'ll, 'tcx>,
    steps: &'a Steps,
    instance: Instance<'tcx>,
}

impl<'tcx> Rebuilt<'_, '_, 'tcx> {
    /// Adds what the marks say. `position` is where the instruction stands that breaks the rule.
    fn describe(&self, rejected: &mut RejectedFunction, position: Option<Position>) {
        let Some(function) = self.cx.llmod.get_function(&rejected.symbol) else {
            return;
        };
        // In this module, values have names. What the verifier says of the function is otherwise the same, but where
        // the marks stand in place of the debug information that it complains of.
        if let Err(words) = diagnose::verify_function(function)
            && let Some(named) = diagnose::findings(&words)
                .into_iter()
                .find(|finding| finding.rule == rejected.finding.rule)
        {
            rejected.finding = named;
        }
        let listing = Listing::of(function);
        let position = position.or_else(|| rejected.finding.culprit(&listing));
        let body = self.cx.tcx.instance_mir(self.instance.def);
        let mir = |mark| self.steps.mir_of(body, mark);
        if let Some(mark) = position.and_then(|position| mark_near(&listing, position)) {
            rejected.span = self
                .steps
                .get(mark)
                .map(|step| step.span)
                .filter(|span| !span.is_dummy());
            rejected.mir = mir(mark).map(|(block, text)| (format!("{block:?}"), text));
        }
        let source_map = self.cx.tcx.sess.source_map();
        let place = |mark| {
            let span: Span = self.steps.get(mark)?.span;
            let place = diagnose::place_of(source_map, span);
            let text = mir(mark).map(|(block, text)| format!(", {block:?}: {text}"));
            Some(format!("{place}{}", text.unwrap_or_default()))
        };
        rejected.show(&listing, position, &place);
    }
}

/// The mark of an instruction, or of the one before it: what is built between two steps belongs to the first.
fn mark_near(listing: &Listing, position: Position) -> Option<u32> {
    let instructions = &listing.blocks.get(position.block)?.instructions;
    let before = instructions.get(..=position.instruction)?.iter().rev();
    let behind = instructions[position.instruction..].iter();
    before.chain(behind).map(|one| one.line).find(|&mark| mark != 0)
}
