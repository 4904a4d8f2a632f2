//! Whole modules: flags, identity, passes, verification, bitcode, linking, inline assembly.
//!
//! Fatal errors unwind out of `LLVMRunPasses`, `LLVMWriteBitcodeToMemoryBuffer` and `LLVMLinkModules2`, out of which
//! inkwell says that nothing unwinds; it also puts a handler of its own in the place of the context's for the last. It
//! takes paths of UTF-8 only (`LLVMWriteBitcodeToFile`), does not free the text that `LLVMParseIRInContext2` reads, and
//! knows neither `max` nor `min` for flags.

use std::ffi::{CStr, CString, c_int};

use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::TargetMachine;
use llvm_sys::bit_writer::LLVMWriteBitcodeToFile;
use llvm_sys::core::LLVMAppendModuleInlineAsm;

use super::context::{discards_value_names, set_discard_value_names};
use super::cxx::{Extras, Failure, with_extras};
use super::fatal::interruptible;
use super::metadata::{self, Metadata, constant, node, string};
use super::safe::{Handle, Message, functions};

unsafe extern "C-unwind" {
    // Not the declarations of `llvm-sys`: a fatal error unwinds out of these.
    safe fn LLVMRunPasses(
        module: Handle<&Module<'_>>,
        pipeline: Handle<&CStr>,
        machine: Handle<&TargetMachine>,
        options: Handle<&PassBuilderOptions>,
    ) -> Option<Failure>;
    safe fn LLVMParseBitcodeInContext2<'ll>(
        context: Handle<&'ll Context>,
        bitcode: Handle<&MemoryBuffer<'_>>,
        module: &mut Handle<Option<Module<'ll>>>,
    ) -> c_int;
    safe fn LLVMWriteBitcodeToMemoryBuffer(module: Handle<&Module<'_>>) -> Handle<MemoryBuffer<'static>>;
    safe fn LLVMLinkModules2<'ll>(destination: Handle<&Module<'ll>>, source: Handle<Module<'ll>>) -> c_int;
    safe fn LLVMParseIRInContext2<'ll>(
        context: Handle<&'ll Context>,
        text: Handle<&MemoryBuffer<'_>>,
        module: &mut Handle<Option<Module<'ll>>>,
        message: &mut Option<Message>,
    ) -> c_int;
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
    add_flag_of(context, module, merge, name, number(context, value));
}

/// Adds the module flag `name` with the text `value`.
pub(crate) fn add_text_flag<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    merge: Merge,
    name: &str,
    value: &str,
) {
    add_flag_of(context, module, merge, name, string(context, value.as_bytes()));
}

fn add_flag_of<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    merge: Merge,
    name: &str,
    value: Metadata<'ll>,
) {
    let merge = number(context, merge as u32);
    let flag = node(context, &[merge, string(context, name.as_bytes()), value]);
    metadata::add_to_module(context, module, "llvm.module.flags", flag);
}

fn number<'ll>(context: &'ll Context, value: u32) -> Metadata<'ll> {
    constant(super::constants::integer(context.i32_type().into(), value.into()))
}

/// Knobs of a pass pipeline.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct PassOptions {
    pub(crate) merge_functions: bool,
    pub(crate) vectorize_loops: bool,
    pub(crate) vectorize_slp: bool,
    pub(crate) unroll_loops: bool,
    /// The verifier looks at what each pass leaves; the first that it rejects is a fatal error that names the pass.
    pub(crate) verify_each: bool,
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
    let raw_options = PassBuilderOptions::create();
    raw_options.set_merge_functions(options.merge_functions);
    raw_options.set_loop_vectorization(options.vectorize_loops);
    raw_options.set_loop_interleaving(options.vectorize_loops);
    raw_options.set_loop_slp_vectorization(options.vectorize_slp);
    raw_options.set_loop_unrolling(options.unroll_loops);
    raw_options.set_verify_each(options.verify_each);
    let run = || {
        LLVMRunPasses(
            module.into(),
            (&*pipeline).into(),
            machine.into(),
            (&raw_options).into(),
        )
    };
    match with_extras(machine, extras, || interruptible(run))? {
        None => Ok(()),
        Some(failure) => Err(failure.into_words()),
    }
}

/// Checks the whole module; what fails is returned in LLVM's words.
pub(crate) fn verify(module: &Module<'_>) -> Result<(), String> {
    module.verify().map_err(|words| words.to_string())
}

/// A module as bitcode, in memory.
pub(crate) struct Bitcode(Vec<u8>);

impl Bitcode {
    /// Writes `module` as bitcode, without a summary.
    pub(crate) fn of(module: &Module<'_>) -> Self {
        let buffer = interruptible(|| LLVMWriteBitcodeToMemoryBuffer(module.into()));
        Bitcode(buffer.get().as_slice().to_vec())
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
    write_to_file(module, path) == 0
}

/// Reads bitcode into a module of `context`.
pub(crate) fn parse_bitcode<'ll>(context: &'ll Context, name: &CStr, bytes: &[u8]) -> Option<Module<'ll>> {
    let buffer = MemoryBuffer::create_from_memory_range(bytes, &name.to_string_lossy());
    let mut module = None.into();
    // Parsing is not lazy here, so that nothing refers to the buffer afterwards.
    let failed = interruptible(|| LLVMParseBitcodeInContext2(context.into(), (&buffer).into(), &mut module));
    module.get().filter(|_| failed == 0)
}

/// Moves all of `source` into `destination`; both are of one context.
pub(crate) fn link<'ll>(destination: &Module<'ll>, source: Module<'ll>) -> bool {
    let source = source.into();
    interruptible(|| LLVMLinkModules2(destination.into(), source)) == 0
}

functions! {
    /// Appends assembly that stands outside of functions.
    pub(crate) fn append_assembly(module: &Module<'_>, text: &[u8] as usize) = LLVMAppendModuleInlineAsm;

    fn write_to_file(module: &Module<'_>, path: &CStr) -> c_int = LLVMWriteBitcodeToFile;
}

/// Appends assembly that stands outside of functions and may use the instructions of the processor `cpu` and
/// of `features` (LLVM's names, separated by commas). An error holds LLVM's words.
///
/// The properties of a piece of assembly have no C interface, but the textual IR has them (LangRef,
/// "Module-Level Inline Assembly"), so the piece comes as a module that is merged into this one.
pub(crate) fn append_assembly_for<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    text: &str,
    cpu: &str,
    features: &str,
) -> Result<(), String> {
    use std::fmt::Write;
    let (layout, triple) = (module.get_data_layout(), module.get_triple());
    let [layout, triple] = [layout.as_str(), triple.as_str()].map(CStr::to_string_lossy);
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
    let (mut module, mut message) = (None.into(), None);
    let buffer = MemoryBuffer::create_from_memory_range_copy(ir.as_bytes(), "asm");
    // LLVM refuses to read text into a context that forgets the names of values.
    let discards = discards_value_names(context);
    set_discard_value_names(context, false);
    let _ = LLVMParseIRInContext2(context.into(), (&buffer).into(), &mut module, &mut message);
    set_discard_value_names(context, discards);
    module
        .get()
        .ok_or_else(|| message.map(Message::into_text).unwrap_or_default())
}
