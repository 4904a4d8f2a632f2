//! Hooks at the entry and exit of functions, for profilers and tracers: `mcount`, `__fentry__`, XRay.
//!
//! All of it is attributes: LLVM's code generator puts in the calls, or room for them.

use rustc_attr_ir::InstrumentFnAttr::{Off, On};
use rustc_codegen_ssa::traits::MiscCodegenMethods;
use rustc_session::config::{InstrumentMcount, InstrumentXRay};

use crate::codegen::function_attributes::Collector;

/// XRay leaves functions of fewer instructions alone, unless told otherwise. The number is Clang's.
const XRAY_THRESHOLD: usize = 200;

impl Collector<'_, '_, '_> {
    /// What the session asks for, as far as the function's own `#[instrument_fn]` lets it.
    pub(super) fn instrumentation(&self) {
        let options = &self.cx.sess().opts.unstable_opts;
        if !matches!(self.attrs.instrument_fn, Some(Off)) {
            self.entry_hook(options.instrument_mcount);
        }
        if let Some(xray) = &options.instrument_xray {
            self.xray(xray);
        }
    }

    /// `-Zinstrument-mcount`: a call at the entry, which may be left out or listed in a section.
    fn entry_hook(&self, kind: InstrumentMcount) {
        let details = match kind {
            InstrumentMcount::Disabled => return,
            InstrumentMcount::Fentry(details) => {
                self.add_text("fentry-call", "true");
                details
            }
            InstrumentMcount::Mcount(details) => {
                let target = &self.cx.sess().target;
                // Some targets have an intrinsic that knows how their hook wants to be called.
                let hook = target.llvm_mcount_intrinsic.as_ref().unwrap_or(&target.mcount);
                self.add_text("instrument-function-entry-inlined", hook);
                details
            }
        };
        self.add_if(details.no_call, "mnop-mcount");
        self.add_if(details.record, "mrecord-mcount");
    }

    /// `-Zinstrument-xray`: room at the entry and the exits that a runtime library can turn into calls.
    fn xray(&self, asked: &InstrumentXRay) {
        let when = match (self.attrs.instrument_fn, asked) {
            (Some(On), _) => Some("xray-always"),
            (Some(Off), _) => Some("xray-never"),
            (None, InstrumentXRay { always: true, .. }) => Some("xray-always"),
            (None, InstrumentXRay { never: true, .. }) => Some("xray-never"),
            (None, _) => None,
        };
        if let Some(when) = when {
            self.add_text("function-instrument", when);
        }
        let threshold = asked.instruction_threshold.unwrap_or(XRAY_THRESHOLD);
        self.add_text("xray-instruction-threshold", &threshold.to_string());
        self.add_if(asked.ignore_loops, "xray-ignore-loops");
        self.add_if(asked.skip_entry, "xray-skip-entry");
        self.add_if(asked.skip_exit, "xray-skip-exit");
    }
}
