//! Hooks at the entry and exit of functions, for profilers and tracers: `mcount`, `__fentry__`, XRay.
//!
//! All of it is attributes: LLVM's code generator puts in the calls, or room for them.

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::values::FunctionValue;
use rustc_attr_ir::InstrumentFnAttr;
use rustc_session::config::{InstrumentMcount, InstrumentMcountOpts, InstrumentXRay};

use crate::codegen::context::CodegenCx;

/// Instructions that make a function long enough for XRay, as in Clang: LLVM has no default of its own.
const XRAY_THRESHOLD: usize = 200;

impl<'ll> CodegenCx<'ll, '_> {
    /// Adds the hooks that the session asks for, `wish` (`#[instrument_fn]`) allowing.
    pub(crate) fn apply_instrumentation(&self, function: FunctionValue<'ll>, wish: Option<InstrumentFnAttr>) {
        let options = &self.tcx.sess.opts.unstable_opts;
        let add = |attribute: Attribute| function.add_attribute(AttributeLoc::Function, attribute);
        if !matches!(wish, Some(InstrumentFnAttr::Off)) {
            self.entry_hook(options.instrument_mcount)
                .into_iter()
                .for_each(add);
        }
        if let Some(xray) = &options.instrument_xray {
            self.xray(xray, wish).into_iter().for_each(add);
        }
    }

    /// `-Zinstrument-mcount`: a call at the entry, which may be left out or listed in a section.
    fn entry_hook(&self, kind: InstrumentMcount) -> Vec<Attribute> {
        let target = &self.tcx.sess.target;
        let (call, InstrumentMcountOpts { no_call, record }) = match kind {
            InstrumentMcount::Disabled => return Vec::new(),
            InstrumentMcount::Fentry(details) => (self.text_attribute("fentry-call", "true"), details),
            InstrumentMcount::Mcount(details) => {
                // Where LLVM makes the call itself, it knows the hook by the name of an intrinsic.
                let hook = target.llvm_mcount_intrinsic.as_ref().unwrap_or(&target.mcount);
                let name = "instrument-function-entry-inlined";
                (self.text_attribute(name, hook), details)
            }
        };
        let details = [(no_call, "mnop-mcount"), (record, "mrecord-mcount")];
        let asked = details.into_iter().filter(|(on, _)| *on);
        std::iter::once(call)
            .chain(asked.map(|(_, name)| self.text_attribute(name, "")))
            .collect()
    }

    /// `-Zinstrument-xray`: room at the entry and the exits that a runtime library can turn into calls.
    fn xray(&self, asked: &InstrumentXRay, wish: Option<InstrumentFnAttr>) -> Vec<Attribute> {
        let threshold = asked.instruction_threshold.unwrap_or(XRAY_THRESHOLD).to_string();
        let (always, never) = match wish {
            Some(InstrumentFnAttr::On) => (true, false),
            Some(InstrumentFnAttr::Off) => (false, true),
            None => (asked.always, asked.never && !asked.always),
        };
        let all = [
            (true, "xray-instruction-threshold", threshold.as_str()),
            (asked.ignore_loops, "xray-ignore-loops", ""),
            (asked.skip_entry, "xray-skip-entry", ""),
            (asked.skip_exit, "xray-skip-exit", ""),
            (never, "function-instrument", "xray-never"),
            (always, "function-instrument", "xray-always"),
        ];
        let on = all.into_iter().filter(|(on, ..)| *on);
        on.map(|(_, name, value)| self.text_attribute(name, value))
            .collect()
    }
}
