//! Debuggers' lines within an inline asm.
//!
//! LLVM has one location for the call of an asm, however many lines its text has. The assembler has `.loc`, which
//! works within a text, too, but names the file by its number in the unit's line table, and that is only given when
//! code is emitted. So a call carries its lines as metadata through optimisation and LTO:
//!
//! ```llvm
//! call void asm sideeffect "nop\0Anop", ""(), !dbg !9, !fixed.asm_lines !10
//! !10 = !{!1, i32 7, i32 9, !1, i32 8, i32 9}       ; file, line and column of each line
//! !fixed.asm_lines = !{}                            ; the module has such
//! ```
//!
//! and, last of all, [`resolve`] writes them into the text. The file numbers come from `.file` directives in the
//! module's own assembly, which LLVM reads first: it numbers the files that it meets itself after those
//! (`MCDwarfLineTableHeader::tryGetFile`). `.file` is always about the first line table of the object, `.loc` about
//! that of the function's unit. So in a module that LTO merged from several units, the functions with such asms all go
//! to the first one ([`units`]). A linker that does LTO itself knows nothing of the metadata, and file numbers of
//! several modules would clash there: an asm stays one place.
//!
//! inkwell has metadata as values by kind, and asks for the kind of every operand (`LLVMGetMetadata`, `LLVMGetSubprogram`,
//! `LLVMGetMDNodeNumOperands`, `LLVMGetMDNodeOperands`, `LLVMGetMDString`, `LLVMGetNamedMetadataNumOperands`,
//! `LLVMGetNamedMetadataOperands`, `LLVMMetadataAsValue`, `LLVMValueAsMetadata`, `LLVMGetNumOperands`, `LLVMGetOperand`,
//! `LLVMSetOperand`, `LLVMConstIntGetZExtValue`, `LLVMPrintValueToString`); so what is walked here are bare references
//! (`LLVMGetNextInstruction`, `LLVMGetInstructionOpcode`, `LLVMInstructionGetDebugLoc`, `LLVMDILocationGetScope`,
//! `LLVMDILocationGetLine`, `LLVMDILocationGetColumn`).

pub(crate) mod text;
mod units;

use std::fmt::Write;

use inkwell::context::{AsContextRef, Context};
use inkwell::debug_info::DIFile;
use inkwell::module::Module;
use inkwell::values::{AsValueRef, CallSiteValue, InstructionValue};
use llvm_sys::LLVMOpcode;
use llvm_sys::core::*;
use llvm_sys::debuginfo::*;
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};

use self::text::{SAME_LINE, begins_with_code, quoted, takes_insertions};
use self::units::Units;
use super::asm::{inline_asm, inline_asm_of, parts_of};
use super::{cxx, metadata, modules};

/// The kind of the metadata, and the name of the module's mark.
const KIND: &str = "fixed.asm_lines";
/// Operands for each line.
const PARTS: usize = 3;

/// Where a line of an asm comes from.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Line<'ll> {
    pub(crate) file: DIFile<'ll>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Tells the lines of the asm that `call` calls.
pub(crate) fn attach<'ll>(
    context: &'ll Context,
    module: &Module<'ll>,
    call: CallSiteValue<'ll>,
    lines: &[Line<'ll>],
) {
    let number = |value: u32| {
        let value = super::constants::integer(context.i32_type().into(), value.into());
        metadata::constant(value)
    };
    let mut operands = Vec::with_capacity(lines.len() * PARTS);
    for line in lines {
        // SAFETY: the file is live metadata of the context.
        let file = unsafe { metadata::Metadata::wrap(line.file.as_mut_ptr()) };
        operands.extend([file, number(line.line), number(line.column)]);
    }
    let node = metadata::node(context, &operands);
    metadata::attach_by_id(context, call.into(), context.get_kind_id(KIND), node);
    // SAFETY: the module is live; LLVM copies the name by its length.
    unsafe { LLVMGetOrInsertNamedMetadata(module.as_mut_ptr(), KIND.as_ptr().cast(), KIND.len()) };
}

/// The name and the folder of a file, as the line table has them.
pub(crate) fn file_names(file: DIFile<'_>) -> (String, String) {
    let mut len = 0;
    // SAFETY: the file is live; LLVM gives the texts with their lengths.
    unsafe {
        let name = text_of(LLVMDIFileGetFilename(file.as_mut_ptr(), &mut len), len);
        let directory = text_of(LLVMDIFileGetDirectory(file.as_mut_ptr(), &mut len), len);
        (name, directory)
    }
}

/// A place as raw metadata, and numbers.
#[derive(Copy, Clone, PartialEq)]
struct Place {
    file: LLVMMetadataRef,
    line: u64,
    column: u64,
}

/// The call of an asm whose lines are known.
struct Call<'ll> {
    instruction: InstructionValue<'ll>,
    asm: LLVMValueRef,
    /// Where the call itself is.
    place: Place,
    lines: Vec<Place>,
    /// Control does not come back.
    is_last: bool,
}

/// Writes the lines of the asms in `module` into their texts, just before code is generated from it. `as_text`: the
/// output is assembly, which has one line table for all units. `merges`: the code generator merges ends of blocks that
/// are alike.
pub(crate) fn resolve(context: &Context, module: &Module<'_>, as_text: bool, merges: bool) {
    // SAFETY: the module is live; LLVM reads the name by its length.
    let mark = unsafe { LLVMGetNamedMetadata(module.as_mut_ptr(), KIND.as_ptr().cast(), KIND.len()) };
    if mark.is_null() || has_own_lines(&cxx::module_assembly(module)) {
        return;
    }
    let kind = context.get_kind_id(KIND);
    let with_lines: Vec<(LLVMMetadataRef, Vec<Call<'_>>)> = module
        .get_functions()
        .filter_map(|function| {
            // SAFETY: the function is live.
            let subprogram = unsafe { LLVMGetSubprogram(function.as_value_ref()) };
            if subprogram.is_null() {
                return None;
            }
            let blocks = function.get_basic_block_iter();
            let instructions = blocks.flat_map(|block| block.get_instructions());
            let calls = told_apart(instructions.filter_map(|one| read(one, kind)).collect(), merges);
            (!calls.is_empty()).then_some((subprogram, calls))
        })
        .collect();
    let mut files: Vec<LLVMMetadataRef> = Vec::new();
    let mut units = Units::of(context, module);
    if !as_text {
        units.put_first(module, with_lines.iter().map(|&(subprogram, _)| subprogram));
    }
    for (subprogram, calls) in &with_lines {
        if as_text || units.move_to_first(*subprogram) {
            for call in calls {
                write(call, &mut files);
            }
        }
    }
    tracing::debug!(files = files.len(), units = units.len(), "lines within asm");
    if !files.is_empty() {
        let mut table = String::new();
        for (file, number) in files.into_iter().zip(1..) {
            push_file(context, &mut table, file, number, as_text);
        }
        modules::append_assembly(module, table.as_bytes());
    }
}

/// The calls that lines can be written for. What is the same at the ends of two blocks becomes one where code is
/// optimised; with lines it would no longer be the same, and debug information must not change code.
fn told_apart(calls: Vec<Call<'_>>, merges: bool) -> Vec<Call<'_>> {
    let may_become_one = |one: &Call<'_>, other: &Call<'_>| {
        other.asm == one.asm
            && (other.lines != one.lines || other.place != one.place)
            && other.instruction.get_parent() != one.instruction.get_parent()
    };
    let stays = |one: &Call<'_>| merges && calls.iter().any(|other| may_become_one(one, other));
    let stays: Vec<bool> = calls.iter().map(stays).collect();
    let calls = calls.into_iter().zip(stays);
    calls
        .filter_map(|(call, stays)| (!stays).then_some(call))
        .collect()
}

/// Whether a text numbers files or lines itself.
fn has_own_lines(text: &str) -> bool {
    let mut statements = text.split(['\n', ';', SAME_LINE]);
    statements.any(|statement| matches!(statement.split_whitespace().next(), Some(".file" | ".loc")))
}

/// The asm that an instruction calls, if its lines are known.
fn read(instruction: InstructionValue<'_>, kind: u32) -> Option<Call<'_>> {
    let asm = inline_asm_of(instruction)?;
    let raw = instruction.as_value_ref();
    // SAFETY: the instruction is live; operands come by their number, and are what `attach` has put there, or what
    // LLVM made of it when it read or linked modules. What is missing is null.
    unsafe {
        let node = LLVMGetMetadata(raw, kind);
        let location = LLVMInstructionGetDebugLoc(raw);
        if node.is_null() || location.is_null() {
            return None;
        }
        let mut operands = vec![std::ptr::null_mut(); LLVMGetMDNodeNumOperands(node) as usize];
        LLVMGetMDNodeOperands(node, operands.as_mut_ptr());
        if operands.iter().any(|operand| operand.is_null()) {
            return None;
        }
        let lines = operands.as_chunks::<PARTS>().0.iter().map(|parts| Place {
            file: LLVMValueAsMetadata(parts[0]),
            line: LLVMConstIntGetZExtValue(parts[1]),
            column: LLVMConstIntGetZExtValue(parts[2]),
        });
        let file = LLVMDIScopeGetFile(LLVMDILocationGetScope(location));
        if file.is_null() {
            return None;
        }
        let next = LLVMGetNextInstruction(raw);
        Some(Call {
            instruction,
            asm,
            place: Place {
                file,
                line: LLVMDILocationGetLine(location).into(),
                column: LLVMDILocationGetColumn(location).into(),
            },
            lines: lines.collect(),
            is_last: !next.is_null() && LLVMGetInstructionOpcode(next) == LLVMOpcode::LLVMUnreachable,
        })
    }
}

/// Gives the call an asm that tells its lines.
fn write(call: &Call<'_>, files: &mut Vec<LLVMMetadataRef>) {
    // SAFETY: the asm is called by an instruction of the module.
    let parts = unsafe { parts_of(call.asm) };
    if has_own_lines(&parts.text) || !takes_insertions(&parts.text) {
        return;
    }
    let mut number = |file: LLVMMetadataRef| match files.iter().position(|&known| known == file) {
        Some(at) => at + 1,
        None => {
            files.push(file);
            files.len()
        }
    };
    let text = numbered(&parts.text, call, &mut number);
    let asm = inline_asm(parts.ty, parts.with_text(&text));
    let raw = call.instruction.as_value_ref();
    // SAFETY: what is called is the last operand of each kind of call, and the new asm has the type of the old one.
    unsafe {
        let last = LLVMGetNumOperands(raw) as u32 - 1;
        debug_assert!(LLVMGetOperand(raw, last) == call.asm);
        LLVMSetOperand(raw, last, asm.as_value_ref());
    }
}

/// The text, with a `.loc` before each line that has an instruction.
fn numbered(text: &str, call: &Call<'_>, number: &mut impl FnMut(LLVMMetadataRef) -> usize) -> String {
    let mut numbered = String::with_capacity(text.len() + call.lines.len() * 24);
    let mut directive = |to: &mut String, place: Place, stops: bool| {
        let file = number(place.file);
        let Place { line, column, .. } = place;
        let _ = write!(to, ".loc {file} {line} {column} is_stmt {}", u8::from(stops));
    };
    // LLVM has just told where the call is.
    let mut current = call.place;
    // What stands behind the user's lines belongs to the call.
    let places = call.lines.iter().copied().chain(std::iter::repeat(call.place));
    for (index, (line, place)) in text.split('\n').zip(places).enumerate() {
        if index > 0 {
            numbered.push('\n');
        }
        if place != current && begins_with_code(line) {
            directive(&mut numbered, place, index < call.lines.len());
            numbered.push(SAME_LINE);
            current = place;
        }
        numbered.push_str(line);
    }
    if current != call.place && !call.is_last {
        // LLVM tells the next place only where it is not that of the call. Nothing new begins here.
        let end = numbered.trim_end().len();
        let mut back = String::from(SAME_LINE);
        directive(&mut back, call.place, false);
        numbered.insert_str(end, &back);
    }
    numbered
}

/// Appends the directive that numbers a file. Written out, it has only names: assemblers take more in DWARF 5 only,
/// whose first directive is yet to come.
fn push_file(context: &Context, table: &mut String, file: LLVMMetadataRef, number: usize, as_text: bool) {
    /// Operand of a `DIFile`.
    const CHECKSUM: u32 = 2;
    let mut len = 0;
    // SAFETY: the file is live; LLVM gives texts with their lengths, and null for what is missing.
    let (name, directory, source, checksum) = unsafe {
        let name = text_of(LLVMDIFileGetFilename(file, &mut len), len);
        let directory = text_of(LLVMDIFileGetDirectory(file, &mut len), len);
        let source = text_of(LLVMDIFileGetSource(file, &mut len), len);
        let checksum = LLVMGetMDNodeNumOperands(as_value(context, file)) > CHECKSUM;
        let checksum = checksum.then(|| operands(context, file)[CHECKSUM as usize]);
        let checksum = match checksum {
            Some(text) if !text.is_null() => {
                let mut len = 0;
                let text = LLVMGetMDString(text, &mut len);
                text_of(text, len)
            }
            _ => String::new(),
        };
        (name, directory, source, checksum)
    };
    let _ = write!(table, ".file {number} {} {}", quoted(&directory), quoted(&name));
    // The line table has room for one kind, MD5.
    if checksum.len() == 32 && !as_text {
        let _ = write!(table, " md5 0x{checksum}");
    }
    if !source.is_empty() && !as_text {
        let _ = write!(table, " source {}", quoted(&source));
    }
    table.push('\n');
}

/// The operands of a node; null where there is none.
fn operands(context: &Context, node: LLVMMetadataRef) -> Vec<LLVMValueRef> {
    // SAFETY: the node is live; LLVM writes as many operands as it says.
    unsafe {
        let node = as_value(context, node);
        let mut operands = vec![std::ptr::null_mut(); LLVMGetMDNodeNumOperands(node) as usize];
        LLVMGetMDNodeOperands(node, operands.as_mut_ptr());
        operands
    }
}

fn as_value(context: &Context, node: LLVMMetadataRef) -> LLVMValueRef {
    // SAFETY: the node is live, and of `context`.
    unsafe { LLVMMetadataAsValue(context.as_ctx_ref(), node) }
}

/// A text that LLVM owns.
///
/// # Safety
/// `text` must be null, or `len` bytes that live as long as the call.
unsafe fn text_of(text: *const std::ffi::c_char, len: u32) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: promised by the caller.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len as usize) };
    String::from_utf8_lossy(bytes).into_owned()
}
