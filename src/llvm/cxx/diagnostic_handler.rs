//! Who is told of a context's diagnostics, and which remarks are let through to them.
//!
//! LLVM-C has a callback, whose remarks are chosen by LLVM's command line, for the whole process. The object behind it
//! (`llvm::DiagnosticHandler`) is asked of each pass.

use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::offset_of;
use std::rc::Rc;

use inkwell::context::{AsContextRef, Context};
use llvm_sys::{LLVMContext, LLVMDiagnosticInfo};

use super::calling::InMemory;
use super::diagnostic::{Diagnostic, Info, REMARKS, layouts_hold};
use super::remarks::RemarkFile;
use super::{Ref, layout};

unsafe extern "C" {
    /// `std::unique_ptr<DiagnosticHandler> llvm::LLVMContext::getDiagnosticHandler()`, after which the context has none
    #[link_name = "_ZN4llvm11LLVMContext20getDiagnosticHandlerEv"]
    fn cxx_take_handler(context: *mut LLVMContext) -> InMemory<*mut c_void>;
    /// `void llvm::LLVMContext::setDiagnosticHandler(std::unique_ptr<DiagnosticHandler> &&DH, bool RespectFilters)`
    #[link_name = "_ZN4llvm11LLVMContext20setDiagnosticHandlerEOSt10unique_ptrINS_17DiagnosticHandlerESt14default_deleteIS2_EEb"]
    fn cxx_set_handler(context: *mut LLVMContext, handler: *mut *mut c_void, respect_filters: bool);
    /// `void llvm::LLVMContext::setDiagnosticsHotnessRequested(bool Requested)`
    #[link_name = "_ZN4llvm11LLVMContext30setDiagnosticsHotnessRequestedEb"]
    fn cxx_request_hotness(context: *mut LLVMContext, requested: bool);
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
    has_errors: bool,
    callback: *const c_void,
    // What follows is not C++'s.
    remarks: Rc<Remarks>,
    report: Box<dyn FnMut(Diagnostic) + 'a>,
}

/// Its virtual functions: two destructors, and what LLVM asks and tells.
#[repr(C)]
struct HandlerTable {
    /// The offset to the top of the object, and its type, which nothing asks for (Itanium C++ ABI 2.5.2).
    header: [usize; 2],
    destructors: [unsafe extern "C" fn(*mut Handler<'_>); 2],
    handle: unsafe extern "C-unwind" fn(*mut Handler<'_>, *mut LLVMDiagnosticInfo) -> bool,
    is_remarked: [unsafe extern "C" fn(*const Handler<'_>, Ref<u8>) -> bool; 3],
    has_remarks: unsafe extern "C" fn(*const Handler<'_>) -> bool,
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
    context: *mut LLVMContext,
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
        let context = context.as_ctx_ref();
        let table = match remarks.any() {
            true => &HANDLER_TABLE,
            false => &QUIET_TABLE,
        };
        let own = Box::into_raw(Box::new(Handler {
            functions: (&raw const table.destructors).cast(),
            context: std::ptr::null(),
            has_errors: false,
            callback: std::ptr::null(),
            remarks,
            report: Box::new(report),
        }));
        // SAFETY: the context outlives `self`, and `drop` takes the handler out again before it frees it. Which of the
        // remarks count, the handler decides, and not the context before it.
        let outer = unsafe {
            let outer = cxx_take_handler(context).get();
            let mut installed: *mut c_void = own.cast();
            cxx_set_handler(context, &mut installed, false);
            outer
        };
        DiagnosticHandler { context, outer, own }
    }
}

impl Drop for DiagnosticHandler<'_> {
    fn drop(&mut self) {
        // SAFETY: the context is alive, its handler is the one that `install` made, and what was there before goes
        // back to the context.
        unsafe {
            cxx_take_handler(self.context);
            cxx_set_handler(self.context, &mut self.outer, false);
            drop(Box::from_raw(self.own));
        }
    }
}

/// The destructors: the handler is not the context's.
unsafe extern "C" fn stay(_: *mut Handler<'_>) {}

unsafe extern "C" fn is_remarked(handler: *const Handler<'_>, pass: Ref<u8>) -> bool {
    // SAFETY: LLVM calls with the handler, which is alive, and a name.
    unsafe { (*handler).remarks.of_pass(pass.bytes()) }
}

unsafe extern "C" fn has_remarks(handler: *const Handler<'_>) -> bool {
    // SAFETY: as above.
    unsafe { (*handler).remarks.any() }
}

extern "C" fn is_never_remarked(_: *const Handler<'_>, _: Ref<u8>) -> bool {
    false
}

extern "C" fn has_no_remarks(_: *const Handler<'_>) -> bool {
    false
}

unsafe extern "C-unwind" fn handle(handler: *mut Handler<'_>, info: *mut LLVMDiagnosticInfo) -> bool {
    type IsEnabled = unsafe extern "C-unwind" fn(*mut LLVMDiagnosticInfo) -> bool;
    // SAFETY: LLVM calls with the handler, which is alive, and a diagnostic that it is reporting. A context is used by
    // one thread, and `report` does not make it report again. By its kind, a diagnostic has the virtual functions of
    // `DiagnosticInfoOptimizationBase`.
    unsafe {
        let base = &*info.cast::<Info>();
        let is_remark = layouts_hold() && REMARKS.contains(&(base.kind as usize));
        if is_remark {
            // It asks the handler, so that must not be borrowed yet.
            let is_enabled = base.vtable.add(layout::REMARK_IS_ENABLED).cast::<IsEnabled>();
            if !is_enabled.read()(info) {
                return true;
            }
        }
        let handler = &mut *handler;
        if is_remark && let Some(file) = &handler.remarks.file {
            file.borrow_mut().add(info.cast());
            return true;
        }
        (handler.report)(Diagnostic::read(info));
    }
    true
}

/// Makes the remarks of `context` say how often the code is run that they are about, where a profile tells.
pub(crate) fn request_hotness(context: &Context) {
    // SAFETY: the context is alive.
    unsafe { cxx_request_hotness(context.as_ctx_ref(), true) }
}
