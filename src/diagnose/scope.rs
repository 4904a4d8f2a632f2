//! What LLVM reports while it works on a module, taken to rustc.

use inkwell::context::Context;
use rustc_codegen_ssa::back::write::{InlineAsmError, SharedEmitter};
use rustc_errors::{Diag, DiagCtxt, Level};
use rustc_span::{DUMMY_SP, InnerSpan};

use super::activity::{Activity, ActivityGuard};
use super::asm_lines;
use super::demangle::{demangled, demangled_text};
use super::spans::span_of;
use crate::llvm::cxx::{
    AsmDiagnostic, AsmPlace, Diagnostic, DiagnosticHandler, FunctionDiagnostic, Remark, RemarkKind, Severity,
};

/// While it lives, LLVM's diagnostics about a module's context, and LLVM's fatal errors on this thread,
/// arrive at rustc as diagnostics.
pub(crate) struct DiagnosticScope<'a> {
    _handler: DiagnosticHandler<'a>,
    _activity: ActivityGuard,
}

impl<'a> DiagnosticScope<'a> {
    /// Starts to listen to `context`, for the work on the module called `module_name`.
    pub(crate) fn enter(context: &'a Context, emitter: &SharedEmitter, module_name: &str) -> Self {
        let reporter = Reporter {
            emitter: emitter.clone(),
        };
        DiagnosticScope {
            _handler: DiagnosticHandler::install(context, move |diagnostic| reporter.report(diagnostic)),
            _activity: ActivityGuard::enter(Activity {
                module: module_name.to_owned(),
                stage: None,
                emitter: emitter.clone(),
            }),
        }
    }
}

/// Does `work` without hearing what LLVM says of assembly meanwhile.
///
/// Writing bitcode, LLVM reads the module's assembly for the symbols in it, and complains of errors that the
/// assembler will find again, when the module, or what it is merged into, becomes code.
pub(crate) fn before_assembling<R>(context: &Context, work: impl FnOnce() -> R) -> R {
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
    (result, said.join("; "))
}

fn words(diagnostic: Diagnostic) -> String {
    match diagnostic {
        Diagnostic::Asm(asm) => asm.message,
        Diagnostic::Remark(remark) => remark_message(&remark),
        Diagnostic::Function(about) => about.message,
        Diagnostic::Advice(message) | Diagnostic::Other(_, message) => message,
    }
}

struct Reporter {
    emitter: SharedEmitter,
}

impl Reporter {
    fn report(&self, diagnostic: Diagnostic) {
        tracing::debug!(?diagnostic, "LLVM reports");
        match diagnostic {
            Diagnostic::Asm(asm) => self.emitter.inline_asm_error(self.asm_error(asm)),
            Diagnostic::Remark(remark) => self.emit(Level::Note, remark_message(&remark), None),
            Diagnostic::Function(about) => self.function(about),
            Diagnostic::Advice(message) => self.emit(Level::Warning(None), message, None),
            Diagnostic::Other(severity, message) => {
                self.emit(level(severity), demangled_text(&message), None);
            }
        }
    }

    fn asm_error(&self, asm: AsmDiagnostic) -> InlineAsmError {
        // Module-level assembly has no cookie of its own, but line markers that hold one.
        let from_marker = |place: &AsmPlace| asm_lines::cookie_at(&place.file, place.marked_line);
        let cookie = match asm.cookie {
            0 => asm.place.as_ref().and_then(from_marker),
            cookie => Some(cookie),
        };
        let (lo, hi) = cookie
            .and_then(asm_lines::bounds_of)
            .unwrap_or((DUMMY_SP.lo(), DUMMY_SP.hi()));
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
        let msg = asm
            .message
            .strip_prefix("error: ")
            .unwrap_or(&asm.message)
            .trim_end()
            .to_owned();
        InlineAsmError {
            lo,
            hi,
            msg,
            level: level(asm.severity),
            source,
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
