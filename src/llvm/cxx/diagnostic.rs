//! LLVM's diagnostics, taken apart.
//!
//! LLVM-C gives a diagnostic's severity and text. Which function it is about, which pass said it, and the
//! cookie by which the source line of an inline asm is found (LangRef, "Inline Asm Metadata") are members
//! of the C++ object. inkwell keeps `LLVMGetDiagInfoDescription` to itself.

use std::ffi::{CStr, c_int, c_void};
use std::mem::{MaybeUninit, offset_of};
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use inkwell::debug_info::DIFile;
use llvm_sys::core::LLVMGetDiagInfoDescription;
use llvm_sys::prelude::LLVMDiagnosticInfoRef;

use super::containers::Vector;
use super::source_text::{Sources, marked_place};
use super::{CxxString, Ref, layout, value_name};
use crate::llvm::Value;
use crate::llvm::debuginfo::{file_directory, file_name};
use crate::llvm::safe::{Handle, Message, Raw, functions};

// Members that are references are to what is alive for as long as LLVM is reporting.

/// `llvm::DiagnosticInfo`: the base of them all.
#[repr(C)]
pub(super) struct Info {
    vtable: *const usize,
    kind: c_int,
    severity: i8,
}

/// `llvm::DiagnosticInfoInlineAsm`: something wrong with an asm before it reached the assembler.
#[repr(C)]
struct InlineAsmInfo {
    base: Info,
    cookie: u64,
    message: *const c_void,
    instruction: *const c_void,
}

/// `llvm::DiagnosticInfoSrcMgr`: what the assembler says.
#[repr(C)]
struct AssemblerInfo {
    base: Info,
    report: Option<&'static Report>,
    module: Ref<'static, u8>,
    inline_asm: bool,
    cookie: u64,
}

/// `std::pair<unsigned, unsigned>`: from one column to another.
#[repr(C)]
#[derive(Clone, Copy, PartialEq)]
struct Columns {
    start: u32,
    end: u32,
}

/// `llvm::SMDiagnostic`, but for the fix-its at its end.
#[repr(C)]
struct Report {
    manager: Option<&'static Sources>,
    location: *const u8,
    file: CxxString,
    line: c_int,
    column: c_int,
    kind: u32,
    message: CxxString,
    line_text: CxxString,
    ranges: Vector<Columns>,
}

/// `llvm::DiagnosticInfoWithLocationBase`, and the pass name that `llvm::DiagnosticInfoOptimizationBase`,
/// of the remarks, adds to it.
#[repr(C)]
struct FunctionInfo {
    base: Info,
    function: Handle<Value<'static>>,
    file: Handle<Option<DIFile<'static>>>,
    line: u32,
    column: u32,
    pass: Handle<&'static CStr>,
}

/// A `FunctionInfo` of a `llvm::DiagnosticInfoOptimizationBase`.
#[repr(transparent)]
pub(super) struct RemarkInfo(FunctionInfo);

unsafe extern "C" {
    /// `llvm::DiagnosticInfoInlineAsm::DiagnosticInfoInlineAsm(uint64_t LocCookie, const Twine &MsgStr,
    /// DiagnosticSeverity Severity)`: it keeps a reference to the message, whatever that is.
    #[link_name = "_ZN4llvm23DiagnosticInfoInlineAsmC1EmRKNS_5TwineENS_18DiagnosticSeverityE"]
    safe fn cxx_make_inline_asm_info(
        place: &mut MaybeUninit<[InlineAsmInfo; 2]>,
        cookie: u64,
        message: &Sources,
        severity: i8,
    );
    /// `llvm::SMDiagnostic::SMDiagnostic(const SourceMgr &sm, SMLoc L, StringRef FN, int Line, int Col,
    /// SourceMgr::DiagKind Kind, StringRef Msg, StringRef LineStr, ArrayRef<std::pair<unsigned, unsigned>>
    /// Ranges, ArrayRef<SMFixIt> Hints)`
    #[link_name = "_ZN4llvm12SMDiagnosticC1ERKNS_9SourceMgrENS_5SMLocENS_9StringRefEiiNS1_8DiagKindES5_S5_NS_8ArrayRefISt4pairIjjEEENS7_INS_7SMFixItEEE"]
    safe fn cxx_make_report(
        place: &mut MaybeUninit<[Report; 2]>,
        manager: &Sources,
        location: *const u8,
        file: Ref<'_, u8>,
        line: c_int,
        column: c_int,
        kind: u32,
        message: Ref<'_, u8>,
        line_text: Ref<'_, u8>,
        ranges: Ref<'_, Columns>,
        hints: Ref<'_, u8>,
    );
    /// `vtable for llvm::DiagnosticInfoInlineAsm`
    #[link_name = "_ZTVN4llvm23DiagnosticInfoInlineAsmE"]
    static INLINE_ASM_VTABLE: [usize; 3];
    /// `vtable for llvm::DiagnosticInfoSrcMgr`
    #[link_name = "_ZTVN4llvm20DiagnosticInfoSrcMgrE"]
    static ASSEMBLER_VTABLE: [usize; 3];
}

const _: () = {
    assert!(offset_of!(Info, kind) == layout::DIAGNOSTIC_KIND);
    assert!(offset_of!(Info, severity) == layout::DIAGNOSTIC_SEVERITY);
    assert!(size_of::<InlineAsmInfo>() == layout::INLINE_ASM_SIZE);
    assert!(offset_of!(InlineAsmInfo, cookie) == layout::INLINE_ASM_COOKIE);
    assert!(offset_of!(InlineAsmInfo, instruction) == layout::INLINE_ASM_INSTRUCTION);
    assert!(size_of::<AssemblerInfo>() == layout::ASSEMBLER_SIZE);
    assert!(offset_of!(AssemblerInfo, report) == layout::ASSEMBLER_REPORT);
    assert!(offset_of!(AssemblerInfo, module) == layout::ASSEMBLER_MODULE);
    assert!(offset_of!(AssemblerInfo, inline_asm) == layout::ASSEMBLER_IS_INLINE);
    assert!(offset_of!(AssemblerInfo, cookie) == layout::ASSEMBLER_COOKIE);
    assert!(offset_of!(Report, location) == layout::REPORT_LOCATION);
    assert!(offset_of!(Report, file) == layout::REPORT_FILE);
    assert!(offset_of!(Report, line) == layout::REPORT_LINE);
    assert!(offset_of!(Report, column) == layout::REPORT_COLUMN);
    assert!(offset_of!(Report, kind) == layout::REPORT_KIND);
    assert!(offset_of!(Report, message) == layout::REPORT_MESSAGE);
    assert!(offset_of!(Report, line_text) == layout::REPORT_LINE_TEXT);
    assert!(offset_of!(Report, ranges) == layout::REPORT_RANGES);
    assert!(offset_of!(FunctionInfo, function) == layout::ABOUT_FUNCTION);
    assert!(offset_of!(FunctionInfo, file) == layout::ABOUT_FILE);
    assert!(offset_of!(FunctionInfo, line) == layout::ABOUT_LINE);
    assert!(offset_of!(FunctionInfo, column) == layout::ABOUT_COLUMN);
    assert!(offset_of!(FunctionInfo, pass) == layout::REMARK_PASS);
    // A report's kind is read as a severity.
    assert!(layout::ASSEMBLER_ERROR == layout::SEVERITY_ERROR);
    assert!(layout::ASSEMBLER_WARNING == layout::SEVERITY_WARNING);
    assert!(layout::ASSEMBLER_REMARK == layout::SEVERITY_REMARK);
    assert!(layout::ASSEMBLER_NOTE == layout::SEVERITY_NOTE);
};

/// `llvm::DiagnosticKind`: those that are about a function, with a location.
const ABOUT_A_FUNCTION: [usize; 5] = [
    layout::KIND_GENERIC_WITH_LOCATION,
    layout::KIND_REGISTER_ALLOCATION,
    layout::KIND_RESOURCE_LIMIT,
    layout::KIND_STACK_SIZE,
    layout::KIND_UNSUPPORTED,
];

/// `llvm::DiagnosticKind`: those that come from a pass, and can be kept back.
const REMARKS: RangeInclusive<usize> = layout::KIND_REMARK..=layout::KIND_MACHINE_REMARK_ANALYSIS;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
    Remark,
    Note,
}

/// What LLVM has to say.
#[derive(Debug)]
pub(crate) enum Diagnostic {
    /// About an inline asm, from the compiler or from the assembler.
    Asm(AsmDiagnostic),
    /// What a pass did, or could not do.
    Remark(Remark),
    /// About a function as a whole.
    Function(FunctionDiagnostic),
    /// About a profile, or a linked module; LLVM calls them errors, but the code compiled is right.
    Advice(String),
    /// The rest.
    Other(Severity, String),
}

#[derive(Debug)]
pub(crate) struct AsmDiagnostic {
    pub(crate) severity: Severity,
    pub(crate) message: String,
    /// What `!srcloc` gave for the asm; 0 without one.
    pub(crate) cookie: u64,
    pub(crate) place: Option<AsmPlace>,
}

/// A place in the assembly text.
#[derive(Debug)]
pub(crate) struct AsmPlace {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) line_text: String,
    /// The name of the text: what the last line marker before the place says (`# 1 "name"`), if there is one.
    pub(crate) file: String,
    /// The line, counted as that marker says.
    pub(crate) marked_line: usize,
    /// Where in the line, counted from 0: the place itself, and then the ranges that the message is about.
    pub(crate) columns: Vec<(usize, usize)>,
}

#[derive(Debug)]
pub(crate) struct Remark {
    pub(crate) kind: RemarkKind,
    pub(crate) pass: String,
    /// The path of the source file, if the code is known to come from one.
    pub(crate) file: Option<String>,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemarkKind {
    Passed,
    Missed,
    Analysis,
    Failure,
}

#[derive(Debug)]
pub(crate) struct FunctionDiagnostic {
    pub(crate) severity: Severity,
    /// The symbol name of the function.
    pub(crate) function: String,
    pub(crate) message: String,
}

/// Whether LLVM's own constructors fill objects as this file lays them out. Asked once.
fn layouts_hold() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        const COOKIE: u64 = 0x0123_4567_89ab_cdef;
        let manager = &Sources::default();
        let location = (&raw const *manager).cast::<u8>();
        let ranges = [Columns { start: 3, end: 5 }];
        // Twice the room that we think they need. Their destructors never run: the texts are short enough
        // to lie inside, so that one allocation of eight bytes is leaked.
        let mut asm = MaybeUninit::<[InlineAsmInfo; 2]>::zeroed();
        let mut report = MaybeUninit::<[Report; 2]>::zeroed();
        cxx_make_inline_asm_info(&mut asm, COOKIE, manager, 1);
        cxx_make_report(
            &mut report,
            manager,
            location,
            Ref::of("file"),
            7,
            2,
            1,
            Ref::of("message"),
            Ref::of("line text"),
            ranges[..].into(),
            Ref::EMPTY,
        );
        // SAFETY: the constructors wrote to objects of ours that are large enough, and keep (without using them)
        // references to `manager`. All members that are read are integers and pointers, or strings and a vector that the
        // constructor made, compared by length first.
        let (asm, report) = unsafe { (&asm.assume_init_ref()[0], &report.assume_init_ref()[0]) };
        let is =
            |string: &CxxString, text: &str| string.len == text.len() && string.bytes() == text.as_bytes();
        asm.base.vtable == object_vtable(&raw const INLINE_ASM_VTABLE)
            && asm.base.severity == 1
            && asm.cookie == COOKIE
            && report.location == location
            && (report.line, report.column, report.kind) == (7, 2, 1)
            && is(&report.file, "file")
            && is(&report.message, "message")
            && is(&report.line_text, "line text")
            && report.ranges.len() == 1
            && report.ranges.as_slice() == ranges
    })
}

/// What the first word of an object holds: its class's vtable, past the two words before the functions.
fn object_vtable(vtable: *const [usize; 3]) -> *const usize {
    vtable.cast::<usize>().wrapping_add(2)
}

impl Diagnostic {
    /// Reads what LLVM is reporting.
    pub(super) fn read(info: &Info) -> Self {
        let words = description(info).into_text();
        let text = words.trim_end().to_owned();
        let severity = Severity::from_llvm(info.severity);
        match Class::of(info) {
            Class::Assembler(info) => Diagnostic::Asm(AsmDiagnostic::from_assembler(info, text)),
            Class::InlineAsm(asm) => {
                // The text is the message with the cookie after it, for which no user has a use.
                let cookie = format!(" at line {}", asm.cookie);
                Diagnostic::Asm(AsmDiagnostic {
                    severity,
                    message: text.strip_suffix(&cookie).unwrap_or(&text).to_owned(),
                    cookie: asm.cookie,
                    place: None,
                })
            }
            Class::Remark(remark, kind) => Diagnostic::Remark(Remark::read(remark, kind, words)),
            Class::Function(about) => {
                let message = text.strip_prefix("<unknown>:0:0: ").unwrap_or(&text);
                Diagnostic::Function(FunctionDiagnostic {
                    severity,
                    function: value_name(about.function.get()),
                    message: message.to_owned(),
                })
            }
            Class::Advice => Diagnostic::Advice(text),
            Class::Other => Diagnostic::Other(severity, text),
        }
    }
}

/// What a diagnostic is, beside a `llvm::DiagnosticInfo`.
enum Class<'a> {
    InlineAsm(&'a InlineAsmInfo),
    Assembler(&'a AssemblerInfo),
    Remark(&'a RemarkInfo, usize),
    Function(&'a FunctionInfo),
    Advice,
    Other,
}

impl<'a> Class<'a> {
    fn of(info: &'a Info) -> Self {
        let raw = &raw const *info;
        // SAFETY: a diagnostic is taken for one of a derived class only if the object's vtable, or for those without an
        // exported one the kind, says so, and if `layouts_hold`.
        unsafe {
            match info.kind as usize {
                _ if !layouts_hold() => Class::Other,
                _ if info.vtable == object_vtable(&raw const ASSEMBLER_VTABLE) => {
                    Class::Assembler(&*raw.cast())
                }
                _ if info.vtable == object_vtable(&raw const INLINE_ASM_VTABLE) => {
                    Class::InlineAsm(&*raw.cast())
                }
                kind if REMARKS.contains(&kind) => Class::Remark(&*raw.cast(), kind),
                layout::KIND_PROFILE | layout::KIND_LINKER => Class::Advice,
                kind if ABOUT_A_FUNCTION.contains(&kind) => Class::Function(&*raw.cast()),
                _ => Class::Other,
            }
        }
    }
}

impl Severity {
    fn from_llvm(severity: i8) -> Self {
        match severity as usize {
            layout::SEVERITY_ERROR => Severity::Error,
            layout::SEVERITY_WARNING => Severity::Warning,
            layout::SEVERITY_REMARK => Severity::Remark,
            _ => Severity::Note,
        }
    }
}

impl AsmDiagnostic {
    fn from_assembler(info: &AssemblerInfo, text: String) -> Self {
        let Some(report) = info.report else {
            return AsmDiagnostic {
                severity: Severity::from_llvm(info.base.severity),
                message: text,
                cookie: info.cookie,
                place: None,
            };
        };
        // Without a place, the report has no manager either.
        let manager = report.manager.filter(|_| !report.location.is_null());
        let marked = manager.and_then(|manager| marked_place(manager, report.location));
        let place = (!report.location.is_null() && report.line > 0).then(|| {
            let column = usize::try_from(report.column).unwrap_or(0);
            let ranges = report.ranges.as_slice().iter();
            let as_reported = || (report.file.text(), report.line as usize);
            let (file, marked_line) = marked.unwrap_or_else(as_reported);
            AsmPlace {
                line: report.line as usize,
                line_text: report.line_text.text(),
                file,
                marked_line,
                columns: std::iter::once((column, column))
                    .chain(ranges.map(|&Columns { start, end }| (start as usize, end as usize)))
                    .collect(),
            }
        });
        AsmDiagnostic {
            // `SourceMgr::DiagKind` has the values of `DiagnosticSeverity`.
            severity: Severity::from_llvm(report.kind as i8),
            message: report.message.text(),
            cookie: info.cookie,
            place,
        }
    }
}

impl Remark {
    /// Of a remark of kind `kind`, with its description.
    fn read(RemarkInfo(info): &RemarkInfo, kind: usize, text: String) -> Self {
        let (line, column) = (info.line, info.column);
        // The text starts with `file:line:column: `, or with `<unknown>:0:0: `.
        let location = format!(":{line}:{column}: ");
        let message = text
            .split_once(&location)
            .map_or(text.as_str(), |(_, message)| message);
        Remark {
            kind: match kind {
                layout::KIND_REMARK | layout::KIND_MACHINE_REMARK => RemarkKind::Passed,
                layout::KIND_REMARK_MISSED | layout::KIND_MACHINE_REMARK_MISSED => RemarkKind::Missed,
                layout::KIND_REMARK_FAILURE => RemarkKind::Failure,
                _ => RemarkKind::Analysis,
            },
            message: message.to_owned(),
            pass: info.pass.get().to_string_lossy().into_owned(),
            file: info.file.get().map(file_path),
            line,
            column,
        }
    }
}

impl Info {
    /// As what comes from a pass, and can be kept back.
    pub(super) fn as_remark(&self) -> Option<&RemarkInfo> {
        match Class::of(self) {
            Class::Remark(remark, _) => Some(remark),
            _ => None,
        }
    }
}

impl RemarkInfo {
    /// Whether someone wants to know. The context's handler is asked.
    pub(super) fn is_enabled(&self) -> bool {
        type IsEnabled = extern "C-unwind" fn(&RemarkInfo) -> bool;
        let slot = self.0.base.vtable.wrapping_add(layout::REMARK_IS_ENABLED);
        // SAFETY: a remark has the virtual functions of `DiagnosticInfoOptimizationBase`.
        let is_enabled = unsafe { slot.cast::<IsEnabled>().read() };
        is_enabled(self)
    }
}

// SAFETY: `Info` is the base of a diagnostic that LLVM is reporting.
unsafe impl Raw for &Info {
    type Raw = LLVMDiagnosticInfoRef;
    fn raw(self) -> LLVMDiagnosticInfoRef {
        (&raw const *self).cast_mut().cast()
    }
}

functions! {
    fn description(info: &Info) -> Message = LLVMGetDiagInfoDescription;
}

fn file_path(file: DIFile<'_>) -> String {
    let path = std::path::Path::new(&file_directory(file)).join(file_name(file));
    path.to_string_lossy().into_owned()
}
