//! What LLVM reports while it works on a module, taken to rustc.

use std::cell::Cell;
use std::rc::Rc;

use inkwell::context::Context;
use inkwell::module::Module;
use rustc_codegen_ssa::back::write::{CodegenContext, InlineAsmError, SharedEmitter};
use rustc_errors::{Diag, DiagCtxt, FatalError, Level};
use rustc_span::{BytePos, DUMMY_SP, InnerSpan};

use super::activity::{self, Activity, ActivityGuard};
use super::asm_trial::ModuleAssembly;
use super::demangle::{demangled, demangled_text};
use super::remarks::{RemarkSink, RemarkStage};
use super::spans::span_of;
use super::{asm_blocks, asm_lines};
use crate::llvm::cxx::{
    AsmDiagnostic, AsmPlace, Diagnostic, DiagnosticHandler, FunctionDiagnostic, Remark, RemarkKind, Severity,
};
use crate::llvm::fatal;

/// While it lives, LLVM's diagnostics about a module's context, and LLVM's fatal errors on this thread,
/// arrive at rustc as diagnostics.
pub(crate) struct DiagnosticScope<'a> {
    // Before the sink, which writes down what the handler got.
    _handler: DiagnosticHandler<'a>,
    _sink: RemarkSink,
    _activity: ActivityGuard,
    has_asm_error: Rc<Cell<bool>>,
}

impl<'a> DiagnosticScope<'a> {
    /// Starts to listen to `context`, for the work on the module called `module_name`.
    pub(crate) fn enter(
        cgcx: &CodegenContext,
        context: &'a Context,
        emitter: &SharedEmitter,
        module_name: &str,
        stage: RemarkStage,
    ) -> Self {
        Self::listen(cgcx, context, None, emitter, module_name, stage)
    }

    /// The same, for work that ends in the assembler: its errors are about the assembly of `module`.
    pub(crate) fn enter_for_emission(
        cgcx: &CodegenContext,
        context: &'a Context,
        module: &'a Module<'a>,
        emitter: &SharedEmitter,
        module_name: &str,
    ) -> Self {
        let stage = RemarkStage::Emission;
        Self::listen(cgcx, context, Some(module), emitter, module_name, stage)
    }

    /// Whether there was an error in assembly, so that what was emitted is of no use.
    pub(crate) fn has_asm_error(&self) -> bool {
        self.has_asm_error.get()
    }

    fn listen(
        cgcx: &CodegenContext,
        context: &'a Context,
        module: Option<&'a Module<'a>>,
        emitter: &SharedEmitter,
        module_name: &str,
        stage: RemarkStage,
    ) -> Self {
        let sink = RemarkSink::new(cgcx, context, emitter, module_name, stage);
        let remarks = sink.remarks.clone();
        let has_asm_error = Rc::new(Cell::new(false));
        let assembly = module.and_then(ModuleAssembly::of);
        let reporter = Reporter {
            emitter: emitter.clone(),
            module,
            has_asm_error: has_asm_error.clone(),
        };
        DiagnosticScope {
            _handler: DiagnosticHandler::with_remarks(context, remarks, move |diagnostic| {
                reporter.report(diagnostic);
            }),
            _sink: sink,
            _activity: ActivityGuard::enter(Activity {
                module: module_name.to_owned(),
                stage: None,
                job: None,
                emitter: emitter.clone(),
                assembly,
            }),
            has_asm_error,
        }
    }
}

/// Does `work` without hearing what LLVM says of assembly meanwhile.
///
/// Writing bitcode, LLVM reads the module's assembly for the symbols in it, and complains of errors that the
/// assembler will find again, when the module, or what it is merged into, becomes code.
pub(crate) fn before_assembling<R>(context: &Context, module: &Module<'_>, work: impl FnOnce() -> R) -> R {
    let _assembly = activity::reading_assembly(module);
    let _handler = DiagnosticHandler::install(context, |diagnostic| {
        tracing::debug!(?diagnostic, "LLVM reports, before assembling");
    });
    work()
}

/// Does `work`, and returns what LLVM said meanwhile, for the caller to report.
pub(crate) fn listening<R>(context: &Context, work: impl FnOnce() -> R) -> (R, String) {
    let mut said = Vec::new();
    let handler = DiagnosticHandler::install(context, |diagnostic| said.push(words(diagnostic)));
    let result = work();
    drop(handler);
    (result, demangled_text(&said.join("; ")))
}

fn words(diagnostic: Diagnostic) -> String {
    match diagnostic {
        Diagnostic::Asm(asm) => asm.message,
        Diagnostic::Remark(remark) => remark_message(&remark),
        Diagnostic::Function(about) => about.message,
        Diagnostic::Advice(message) | Diagnostic::Other(_, message) => message,
    }
}

struct Reporter<'a> {
    emitter: SharedEmitter,
    /// Where an assembly without a line is looked for.
    module: Option<&'a Module<'a>>,
    has_asm_error: Rc<Cell<bool>>,
}

impl Reporter<'_> {
    fn report(&self, diagnostic: Diagnostic) {
        tracing::debug!(?diagnostic, "LLVM reports");
        match diagnostic {
            Diagnostic::Asm(asm) => self.asm(asm),
            // In files, remarks keep their symbols.
            Diagnostic::Remark(remark) => {
                self.emit(Level::Note, demangled_text(&remark_message(&remark)), None);
            }
            Diagnostic::Function(about) => self.function(about),
            Diagnostic::Advice(message) => {
                self.emit(Level::Warning(None), demangled_text(&message), None);
            }
            Diagnostic::Other(severity, message) => {
                self.emit(level(severity), demangled_text(&message), None);
            }
        }
    }

    fn asm(&self, asm: AsmDiagnostic) {
        // Module-level assembly has no cookie of its own, but line markers that hold one.
        let from_marker = |place: &AsmPlace| asm_lines::cookie_at(&place.file, place.marked_line);
        let known = match asm.cookie {
            0 => asm.place.as_ref().and_then(from_marker),
            cookie => Some(cookie),
        };
        let suspects = match (known, self.module) {
            (None, Some(module)) => asm_blocks::culprits(module, &asm.message),
            (known, _) => known.into_iter().collect(),
        };
        let mut places = suspects.into_iter().filter_map(asm_lines::bounds_of);
        let (lo, hi) = places.next().unwrap_or((DUMMY_SP.lo(), DUMMY_SP.hi()));
        let is_error = asm.severity == Severity::Error;
        let goes_on_badly = is_error && asm.place.as_ref().is_some_and(is_alignment);
        self.emitter.inline_asm_error(asm_error(asm, lo, hi));
        for (lo, hi) in places {
            self.emitter.inline_asm_error(InlineAsmError {
                lo,
                hi,
                msg: "the error may also be in this assembly".to_owned(),
                level: Level::Note,
                source: None,
            });
        }
        self.has_asm_error.set(self.has_asm_error.get() || is_error);
        if goes_on_badly && fatal::is_interruptible() {
            FatalError.raise();
        }
    }

    fn function(&self, about: FunctionDiagnostic) {
        let mut message = demangled_text(&about.message);
        let name = demangled(&about.function);
        if !name.is_empty() && !message.contains(&name) {
            message = format!("in function `{name}`: {message}");
        }
        self.emit(level(about.severity), message, Some(&about.function));
    }

    fn emit(&self, level: Level, message: String, symbol: Option<&str>) {
        let dcx = DiagCtxt::new(Box::new(self.emitter.clone()));
        let mut diag = Diag::new(dcx.handle(), level, message);
        if let Some(span) = symbol.and_then(span_of) {
            diag.span(span);
        }
        diag.emit();
    }
}

/// Whether the line is an alignment. Having rejected one, the assembler aligns all the same, which can be to
/// gigabytes; so that is the end of it.
fn is_alignment(place: &AsmPlace) -> bool {
    place
        .line_text
        .split_whitespace()
        .next()
        .is_some_and(|directive| directive.contains("align"))
}

fn asm_error(asm: AsmDiagnostic, lo: BytePos, hi: BytePos) -> InlineAsmError {
    // The line that the assembler saw, at its place in a text that is otherwise empty. The whole text
    // can be long, and only this line is shown.
    let source = asm.place.map(|place| {
        let start = place.line - 1;
        let end = start + place.line_text.len();
        let at = |column: usize| (start + column).min(end);
        let columns = place.columns.iter();
        let spans = columns
            .map(|&(from, to)| InnerSpan::new(at(from), at(to)))
            .collect();
        let mut text = "\n".repeat(start);
        text.push_str(&place.line_text);
        text.push('\n');
        (text, spans)
    });
    let message = asm.message.strip_prefix("error: ").unwrap_or(&asm.message);
    let msg = demangled_text(message.trim_end());
    InlineAsmError {
        lo,
        hi,
        msg,
        level: level(asm.severity),
        source,
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning(None),
        Severity::Remark | Severity::Note => Level::Note,
    }
}

fn remark_message(remark: &Remark) -> String {
    let outcome = match remark.kind {
        RemarkKind::Passed => "success",
        RemarkKind::Missed | RemarkKind::Failure => "missed",
        RemarkKind::Analysis => "analysis",
    };
    let Remark {
        pass,
        line,
        column,
        message,
        ..
    } = remark;
    let file = remark.file.as_deref().unwrap_or("<unknown file>");
    format!("{file}:{line}:{column} {pass} ({outcome}): {message}")
}
