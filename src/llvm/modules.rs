//! Whole modules: flags, identity, passes, verification, bitcode, linking, inline assembly.

use std::ffi::{CStr, CString, c_char, c_int};

use inkwell::context::{AsContextRef, Context};
use inkwell::module::Module;
use inkwell::targets::TargetMachine;
use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyModule};
use llvm_sys::bit_writer::LLVMWriteBitcodeToFile;
use llvm_sys::core::*;
use llvm_sys::error::LLVMErrorRef;
use llvm_sys::ir_reader::LLVMParseIRInContext2;
use llvm_sys::prelude::{LLVMContextRef, LLVMMemoryBufferRef, LLVMModuleRef};
use llvm_sys::target::LLVMSetModuleDataLayout;
use llvm_sys::target_machine::{LLVMCreateTargetDataLayout, LLVMNormalizeTargetTriple, LLVMTargetMachineRef};
use llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMPassBuilderOptionsRef,
    LLVMPassBuilderOptionsSetLoopInterleaving, LLVMPassBuilderOptionsSetLoopUnrolling,
    LLVMPassBuilderOptionsSetLoopVectorization, LLVMPassBuilderOptionsSetMergeFunctions,
    LLVMPassBuilderOptionsSetSLPVectorization,
};

use super::cxx::{Extras, take_error, with_extras};
use super::fatal::interruptible;
use super::machine::take_message;
use super::metadata::{self, constant, node, string};

unsafe extern "C-unwind" {
    // Not the declarations of `llvm-sys`: a fatal error unwinds out of these.
    fn LLVMRunPasses(
        module: LLVMModuleRef,
        pipeline: *const c_char,
        machine: LLVMTargetMachineRef,
        options: LLVMPassBuilderOptionsRef,
    ) -> LLVMErrorRef;
    fn LLVMParseBitcodeInContext2(
        context: LLVMContextRef,
        bitcode: LLVMMemoryBufferRef,
        module: *mut LLVMModuleRef,
    ) -> c_int;
    fn LLVMWriteBitcodeToMemoryBuffer(module: LLVMModuleRef) -> LLVMMemoryBufferRef;
    fn LLVMLinkModules2(destination: LLVMModuleRef, source: LLVMModuleRef) -> c_int;
}

/// What linking does with a flag that two modules set (LangRef, "Module Flags Metadata").
#[derive(Copy, Clone, Debug)]
#[repr(u32)]
pub(crate) enum Merge {
    Error = 1,
    Warning = 2,
    Override = 4,
    Max = 7,
    Min = 8,
}

/// Adds the module flag `name` with the number `value`.
pub(crate) fn add_flag<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    merge: Merge,
    name: &str,
    value: u32,
) {
    let number = |value: u32| super::constants::integer(context.i32_type().into(), value.into());
    let parts = [
        constant(number(merge as u32)),
        string(context, name.as_bytes()),
        constant(number(value)),
    ];
    metadata::add_to_module(context, module, c"llvm.module.flags", node(context, &parts));
}

/// Adds the module flag `name` with the number `value`, unless the module has a flag of that name.
pub(crate) fn add_flag_once<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    merge: Merge,
    name: &str,
    value: u32,
) {
    if !has_flag(module, name) {
        add_flag(context, module, merge, name, value);
    }
}

/// Whether the module has a flag `name`.
pub(crate) fn has_flag(module: &Module<'_>, name: &str) -> bool {
    // SAFETY: the module is live; LLVM reads `name.len()` bytes.
    unsafe { !LLVMGetModuleFlag(module.as_mut_ptr(), name.as_ptr().cast(), name.len()).is_null() }
}

/// Adds the module flag `name` with the text `value`.
pub(crate) fn add_text_flag<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    merge: Merge,
    name: &str,
    value: &str,
) {
    let merge = super::constants::integer(context.i32_type().into(), (merge as u32).into());
    let parts = [
        constant(merge),
        string(context, name.as_bytes()),
        string(context, value.as_bytes()),
    ];
    metadata::add_to_module(context, module, c"llvm.module.flags", node(context, &parts));
}

/// Gives the module the triple, in LLVM's normal form, and the data layout of the machine, which is returned.
pub(crate) fn set_target(module: &Module<'_>, machine: &TargetMachine, triple: &CStr) -> String {
    // SAFETY: module and machine are live; LLVM allocates the triple that it returns.
    unsafe {
        let normal = LLVMNormalizeTargetTriple(triple.as_ptr());
        LLVMSetTarget(module.as_mut_ptr(), normal);
        LLVMDisposeMessage(normal);
        let layout = LLVMCreateTargetDataLayout(machine.as_mut_ptr());
        LLVMSetModuleDataLayout(module.as_mut_ptr(), layout);
        llvm_sys::target::LLVMDisposeTargetData(layout);
        CStr::from_ptr(LLVMGetDataLayoutStr(module.as_mut_ptr()))
            .to_string_lossy()
            .into_owned()
    }
}

/// Knobs of a pass pipeline.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct PassOptions {
    pub(crate) merge_functions: bool,
    pub(crate) vectorize_loops: bool,
    pub(crate) vectorize_slp: bool,
    pub(crate) unroll_loops: bool,
}

/// Runs `pipeline` (the text that `opt -passes` takes) over the module, or returns LLVM's words.
pub(crate) fn run_passes(
    module: &Module<'_>,
    machine: &TargetMachine,
    pipeline: &str,
    options: PassOptions,
    extras: Extras<'_>,
) -> Result<(), String> {
    let pipeline = CString::new(pipeline).map_err(|_| "a pass pipeline cannot hold a NUL".to_owned())?;
    // SAFETY: module and machine are live; options and error are disposed of once.
    unsafe {
        let raw = LLVMCreatePassBuilderOptions();
        LLVMPassBuilderOptionsSetMergeFunctions(raw, options.merge_functions.into());
        LLVMPassBuilderOptionsSetLoopVectorization(raw, options.vectorize_loops.into());
        LLVMPassBuilderOptionsSetLoopInterleaving(raw, options.vectorize_loops.into());
        LLVMPassBuilderOptionsSetSLPVectorization(raw, options.vectorize_slp.into());
        LLVMPassBuilderOptionsSetLoopUnrolling(raw, options.unroll_loops.into());
        let run = || LLVMRunPasses(module.as_mut_ptr(), pipeline.as_ptr(), machine.as_mut_ptr(), raw);
        let error = with_extras(machine, extras, || interruptible(run));
        LLVMDisposePassBuilderOptions(raw);
        let error = error?;
        if error.is_null() {
            return Ok(());
        }
        Err(take_error(error))
    }
}

/// Checks the whole module; what fails is returned in LLVM's words.
pub(crate) fn verify(module: &Module<'_>) -> Result<(), String> {
    let mut message = std::ptr::null_mut();
    // SAFETY: the module is live; LLVM allocates the message either way.
    unsafe {
        let action = LLVMVerifierFailureAction::LLVMReturnStatusAction;
        let broken = LLVMVerifyModule(module.as_mut_ptr(), action, &mut message) != 0;
        let text = take_message(message);
        if broken { Err(text) } else { Ok(()) }
    }
}

/// A module as bitcode, in memory.
pub(crate) struct Bitcode(Vec<u8>);

impl Bitcode {
    /// Writes `module` as bitcode, without a summary.
    pub(crate) fn of(module: &Module<'_>) -> Self {
        // SAFETY: the module is live; the buffer is ours, and disposed of once its bytes are copied.
        unsafe {
            let buffer = interruptible(|| LLVMWriteBitcodeToMemoryBuffer(module.as_mut_ptr()));
            let data = LLVMGetBufferStart(buffer).cast::<u8>();
            let bytes = std::slice::from_raw_parts(data, LLVMGetBufferSize(buffer)).to_vec();
            LLVMDisposeMemoryBuffer(buffer);
            Bitcode(bytes)
        }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Bitcode {
    /// Bytes that are bitcode.
    fn from(bytes: Vec<u8>) -> Self {
        Bitcode(bytes)
    }
}

/// Writes the module as bitcode to `path`.
pub(crate) fn write_bitcode(module: &Module<'_>, path: &CStr) -> bool {
    // SAFETY: module and path are live.
    unsafe { LLVMWriteBitcodeToFile(module.as_mut_ptr(), path.as_ptr()) == 0 }
}

/// Reads bitcode into a module of `context`.
pub(crate) fn parse_bitcode<'ll>(context: &'ll Context, name: &CStr, bytes: &[u8]) -> Option<Module<'ll>> {
    let mut module = std::ptr::null_mut();
    // SAFETY: the buffer borrows `bytes` for the call only: parsing is not lazy here.
    unsafe {
        let data = bytes.as_ptr().cast();
        let buffer = LLVMCreateMemoryBufferWithMemoryRange(data, bytes.len(), name.as_ptr(), 0);
        let failed =
            interruptible(|| LLVMParseBitcodeInContext2(context.as_ctx_ref(), buffer, &mut module)) != 0;
        LLVMDisposeMemoryBuffer(buffer);
        (!failed).then(|| Module::new(module))
    }
}

/// Moves all of `source` into `destination`; both are of one context.
pub(crate) fn link(destination: &Module<'_>, source: Module<'_>) -> bool {
    let raw = source.as_mut_ptr();
    std::mem::forget(source);
    // SAFETY: LLVM takes the source over, which nothing else holds any more.
    unsafe { interruptible(|| LLVMLinkModules2(destination.as_mut_ptr(), raw)) == 0 }
}

/// A copy of the module in the same context.
pub(crate) fn duplicate<'ll>(module: &Module<'ll>) -> Module<'ll> {
    module.clone()
}

/// Appends assembly that stands outside of functions.
pub(crate) fn append_assembly(module: &Module<'_>, text: &[u8]) {
    // SAFETY: LLVM copies `text.len()` bytes.
    unsafe { LLVMAppendModuleInlineAsm(module.as_mut_ptr(), text.as_ptr().cast(), text.len()) }
}

/// The module as text.
pub(crate) fn print(module: &Module<'_>) -> String {
    // SAFETY: the module is live; LLVM allocates the text.
    unsafe { take_message(LLVMPrintModuleToString(module.as_mut_ptr())) }
}

/// Appends assembly that stands outside of functions and may use the instructions of the processor `cpu` and
/// of `features` (LLVM's names, separated by commas). An error holds LLVM's words.
///
/// The properties of a piece of assembly have no C interface, but the textual IR has them (LangRef,
/// "Module-Level Inline Assembly"), so the piece comes as a module that is merged into this one.
pub(crate) fn append_assembly_for(
    context: &Context,
    module: &Module<'_>,
    text: &str,
    cpu: &str,
    features: &str,
) -> Result<(), String> {
    use std::fmt::Write;
    // SAFETY: the texts belong to the module, which is alive, and are copied.
    let (layout, triple) = unsafe {
        let text_of = |text| CStr::from_ptr(text).to_string_lossy().into_owned();
        let raw = module.as_mut_ptr();
        (text_of(LLVMGetDataLayoutStr(raw)), text_of(LLVMGetTarget(raw)))
    };
    let mut ir = format!("target datalayout = \"{layout}\"\ntarget triple = \"{triple}\"\nmodule asm(");
    if !features.is_empty() {
        let _ = write!(ir, "target_features: \"{features}\", ");
    }
    let _ = writeln!(ir, "target_cpu: \"{cpu}\")");
    for line in text.lines() {
        ir.push_str("  \"");
        for byte in line.bytes() {
            match byte {
                b'"' | b'\\' | 0..0x20 | 0x7f.. => {
                    let _ = write!(ir, "\\{byte:02X}");
                }
                _ => ir.push(char::from(byte)),
            }
        }
        ir.push_str("\"\n");
    }
    let piece = parse_text(context, &ir)?;
    match link(module, piece) {
        true => Ok(()),
        false => Err("the assembly could not be merged into the module".to_owned()),
    }
}

/// Reads textual IR into a module of `context`.
fn parse_text<'ll>(context: &'ll Context, ir: &str) -> Result<Module<'ll>, String> {
    let (mut module, mut message) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the buffer is a copy, read during the call; the message is LLVM's to allocate.
    unsafe {
        // LLVM refuses to read text into a context that forgets the names of values.
        let discards = LLVMContextShouldDiscardValueNames(context.as_ctx_ref());
        LLVMContextSetDiscardValueNames(context.as_ctx_ref(), 0);
        let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(ir.as_ptr().cast(), ir.len(), c"asm".as_ptr());
        let failed = LLVMParseIRInContext2(context.as_ctx_ref(), buffer, &mut module, &mut message);
        LLVMDisposeMemoryBuffer(buffer);
        LLVMContextSetDiscardValueNames(context.as_ctx_ref(), discards);
        match failed {
            0 => Ok(Module::new(module)),
            _ => Err(take_message(message)),
        }
    }
}
