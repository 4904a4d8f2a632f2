//! Who is told of a context's diagnostics, and which remarks are let through to them.
//!
//! LLVM-C has a callback, whose remarks are chosen by LLVM's command line, for the whole process. The object behind it
//! (`llvm::DiagnosticHandler`) is asked of each pass.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem::offset_of;
use std::rc::Rc;

use inkwell::context::Context;

use super::calling::InMemory;
use super::diagnostic::{Diagnostic, Info};
use super::remarks::RemarkFile;
use super::{Ref, layout};
use crate::llvm::safe::Handle;

unsafe extern "C" {
    /// `std::unique_ptr<DiagnosticHandler> llvm::LLVMContext::getDiagnosticHandler()`, after which the context has none
    #[link_name = "_ZN4llvm11LLVMContext20getDiagnosticHandlerEv"]
    safe fn cxx_take_handler(context: Handle<&Context>) -> InMemory<*mut c_void>;
    /// `void llvm::LLVMContext::setDiagnosticHandler(std::unique_ptr<DiagnosticHandler> &&DH, bool RespectFilters)`
    #[link_name = "_ZN4llvm11LLVMContext20setDiagnosticHandlerEOSt10unique_ptrINS_17DiagnosticHandlerESt14default_deleteIS2_EEb"]
    fn cxx_set_handler(context: Handle<&Context>, handler: &mut *mut c_void, respect_filters: bool);
    /// `void llvm::LLVMContext::setDiagnosticsHotnessRequested(bool Requested)`
    #[link_name = "_ZN4llvm11LLVMContext30setDiagnosticsHotnessRequestedEb"]
    safe fn cxx_request_hotness(context: Handle<&Context>, requested: bool);
}

/// Which remarks are let through, and to where.
pub(crate) struct Remarks {
    pub(crate) passes: RemarkedPasses,
    /// Where they are written, instead of being reported.
    pub(crate) file: Option<RefCell<RemarkFile>>,
}

/// Whose remarks are let through.
pub(crate) enum RemarkedPasses {
    All,
    Some(Vec<String>),
}

impl Remarks {
    /// None at all.
    pub(crate) fn none() -> Self {
        Remarks {
            passes: RemarkedPasses::Some(Vec::new()),
            file: None,
        }
    }

    fn any(&self) -> bool {
        match &self.passes {
            RemarkedPasses::All => true,
            RemarkedPasses::Some(passes) => !passes.is_empty(),
        }
    }

    fn of_pass(&self, pass: &[u8]) -> bool {
        match &self.passes {
            RemarkedPasses::All => true,
            RemarkedPasses::Some(passes) => passes.iter().any(|wanted| wanted.as_bytes() == pass),
        }
    }
}

/// A `llvm::DiagnosticHandler` of ours.
#[repr(C)]
struct Handler<'a> {
    functions: *const c_void,
    context: *const c_void,
    has_errors: Cell<bool>,
    callback: *const c_void,
    // What follows is not C++'s.
    remarks: Rc<Remarks>,
    report: RefCell<Box<dyn FnMut(Diagnostic) + 'a>>,
}

/// Its virtual functions: two destructors, and what LLVM asks and tells.
#[repr(C)]
struct HandlerTable {
    /// The offset to the top of the object, and its type, which nothing asks for (Itanium C++ ABI 2.5.2).
    header: [usize; 2],
    destructors: [extern "C" fn(&Handler<'_>); 2],
    handle: extern "C-unwind" fn(&Handler<'_>, &Info) -> bool,
    is_remarked: [extern "C" fn(&Handler<'_>, Ref<'_, u8>) -> bool; 3],
    has_remarks: extern "C" fn(&Handler<'_>) -> bool,
}

const _: () = {
    type Own = Handler<'static>;
    assert!(offset_of!(Own, context) == layout::HANDLER_CONTEXT);
    assert!(offset_of!(Own, has_errors) == layout::HANDLER_HAS_ERRORS);
    assert!(offset_of!(Own, callback) == layout::HANDLER_CALLBACK);
    assert!(offset_of!(Own, remarks) >= layout::HANDLER_SIZE);
    const fn slot(offset: usize) -> usize {
        offset / size_of::<usize>() - 2
    }
    assert!(slot(offset_of!(HandlerTable, handle)) == layout::HANDLER_HANDLES);
    assert!(slot(offset_of!(HandlerTable, is_remarked)) == layout::HANDLER_ANALYSIS);
    assert!(layout::HANDLER_MISSED == layout::HANDLER_ANALYSIS + 1);
    assert!(layout::HANDLER_PASSED == layout::HANDLER_ANALYSIS + 2);
    assert!(slot(offset_of!(HandlerTable, has_remarks)) == layout::HANDLER_ANY);
};

const HANDLER: HandlerTable = HandlerTable {
    header: [0; 2],
    destructors: [stay, stay],
    handle,
    is_remarked: [is_remarked, is_remarked, is_remarked],
    has_remarks,
};

static HANDLER_TABLE: HandlerTable = HANDLER;

/// The same where no remark is let through. LLVM asks of every pass on every function.
static QUIET_TABLE: HandlerTable = HandlerTable {
    is_remarked: [is_never_remarked, is_never_remarked, is_never_remarked],
    has_remarks: has_no_remarks,
    ..HANDLER
};

/// Makes a context report to a function of ours for as long as this is alive. Without a handler, LLVM
/// prints what it has to say, and ends the process after an error.
pub(crate) struct DiagnosticHandler<'a> {
    context: &'a Context,
    outer: *mut c_void,
    own: *mut Handler<'a>,
}

impl<'a> DiagnosticHandler<'a> {
    /// Makes `context` hand its diagnostics to `report`, which must not change what is in the context. It may
    /// panic where LLVM was called in such a way that a panic can pass.
    pub(crate) fn install(context: &'a Context, report: impl FnMut(Diagnostic) + 'a) -> Self {
        Self::with_remarks(context, Rc::new(Remarks::none()), report)
    }

    /// The same, with remarks.
    pub(crate) fn with_remarks(
        context: &'a Context,
        remarks: Rc<Remarks>,
        report: impl FnMut(Diagnostic) + 'a,
    ) -> Self {
        let table = match remarks.any() {
            true => &HANDLER_TABLE,
            false => &QUIET_TABLE,
        };
        let own = Box::into_raw(Box::new(Handler {
            functions: (&raw const table.destructors).cast(),
            context: std::ptr::null(),
            has_errors: Cell::new(false),
            callback: std::ptr::null(),
            remarks,
            report: RefCell::new(Box::new(report)),
        }));
        let outer = cxx_take_handler(context.into()).get();
        // SAFETY: the context outlives `self`, and `drop` takes the handler out again before it frees it. Which of the
        // remarks count, the handler decides, and not the context before it.
        unsafe { cxx_set_handler(context.into(), &mut own.cast(), false) };
        DiagnosticHandler { context, outer, own }
    }
}

impl Drop for DiagnosticHandler<'_> {
    fn drop(&mut self) {
        // SAFETY: the context is alive, its handler is the one that `install` made, and what was there before goes
        // back to the context.
        unsafe {
            cxx_take_handler(self.context.into());
            cxx_set_handler(self.context.into(), &mut self.outer, false);
            drop(Box::from_raw(self.own));
        }
    }
}

/// The destructors: the handler is not the context's.
extern "C" fn stay(_: &Handler<'_>) {}

extern "C" fn is_remarked(handler: &Handler<'_>, pass: Ref<'_, u8>) -> bool {
    handler.remarks.of_pass(pass.as_slice())
}

extern "C" fn has_remarks(handler: &Handler<'_>) -> bool {
    handler.remarks.any()
}

extern "C" fn is_never_remarked(_: &Handler<'_>, _: Ref<'_, u8>) -> bool {
    false
}

extern "C" fn has_no_remarks(_: &Handler<'_>) -> bool {
    false
}

extern "C-unwind" fn handle(handler: &Handler<'_>, info: &Info) -> bool {
    // A context is used by one thread, and `report` does not make it report again.
    match info.as_remark() {
        // It asks the handler.
        Some(remark) if !remark.is_enabled() => {}
        Some(remark) if let Some(file) = &handler.remarks.file => file.borrow_mut().add(remark),
        _ => (handler.report.borrow_mut())(Diagnostic::read(info)),
    }
    true
}

/// Makes the remarks of `context` say how often the code is run that they are about, where a profile tells.
pub(crate) fn request_hotness(context: &Context) {
    cxx_request_hotness(context.into(), true);
}
