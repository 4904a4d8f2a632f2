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
//! `LLVMGetMDNodeNumOperands`, `LLVMGetMDNodeOperands`, `LLVMGetMDString`, `LLVMValueAsMetadata`, `LLVMSetOperand`,
//! `LLVMConstIntGetZExtValue`); so what is walked here are bare references (`LLVMGetNextInstruction`,
//! `LLVMGetInstructionOpcode`, `LLVMInstructionGetDebugLoc`, `LLVMDILocationGetScope`, `LLVMDILocationGetLine`,
//! `LLVMDILocationGetColumn`).

pub(crate) mod text;
mod units;

use std::fmt::Write;

use inkwell::context::Context;
use inkwell::debug_info::{DIFile, DILocation, DIScope};
use inkwell::module::Module;
use inkwell::values::{AsValueRef, CallSiteValue, FunctionValue, InstructionValue};
use llvm_sys::LLVMOpcode;
use llvm_sys::core::*;
use llvm_sys::debuginfo::*;

use self::text::{SAME_LINE, begins_with_code, quoted, takes_insertions};
use self::units::Units;
use super::asm::{inline_asm, inline_asm_of, parts_of};
use super::cxx::named_metadata;
use super::debuginfo::{file_directory, file_name, file_source};
use super::metadata::{Metadata, as_operand};
use super::safe::{functions, texts};
use super::values::Value;
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
        operands.extend([line.file.into(), number(line.line), number(line.column)]);
    }
    let node = metadata::node(context, &operands);
    metadata::attach_by_id(context, call.into(), context.get_kind_id(KIND), node);
    named_metadata::get_or_insert(module, KIND.as_bytes());
}

/// The name and the folder of a file, as the line table has them.
pub(crate) fn file_names(file: DIFile<'_>) -> (String, String) {
    (file_name(file), file_directory(file))
}

/// A place, as LLVM has it.
#[derive(Copy, Clone, PartialEq)]
struct Place<'ll> {
    file: DIFile<'ll>,
    line: u64,
    column: u64,
}

/// The call of an asm whose lines are known.
struct Call<'ll> {
    instruction: InstructionValue<'ll>,
    asm: Value<'ll>,
    /// Where the call itself is.
    place: Place<'ll>,
    lines: Vec<Place<'ll>>,
    /// Control does not come back.
    is_last: bool,
}

/// Writes the lines of the asms in `module` into their texts, just before code is generated from it. `as_text`: the
/// output is assembly, which has one line table for all units. `merges`: the code generator merges ends of blocks that
/// are alike.
pub(crate) fn resolve<'ll>(context: &'ll Context, module: &Module<'ll>, as_text: bool, merges: bool) {
    let mark = named_metadata::named(module, KIND.as_bytes());
    if mark.is_none() || has_own_lines(&cxx::module_assembly(module)) {
        return;
    }
    let kind = context.get_kind_id(KIND);
    let with_lines: Vec<(Metadata<'_>, Vec<Call<'_>>)> = module
        .get_functions()
        .filter_map(|function| {
            let subprogram = subprogram_of(function)?;
            let blocks = function.get_basic_block_iter();
            let instructions = blocks.flat_map(|block| block.get_instructions());
            let calls = told_apart(instructions.filter_map(|one| read(one, kind)).collect(), merges);
            (!calls.is_empty()).then_some((subprogram, calls))
        })
        .collect();
    let mut files: Vec<DIFile<'_>> = Vec::new();
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
    let (node, location) = (metadata_of(instruction, kind)?, location_of(instruction)?);
    // What `attach` has put there, or what LLVM made of it when it read or linked modules.
    let operands: Vec<Value<'_>> = operands(node).into_iter().collect::<Option<_>>()?;
    let lines = operands
        .as_chunks::<PARTS>()
        .0
        .iter()
        .map(|&[file, line, column]| Place {
            file: as_file(file),
            line: number_of(line),
            column: number_of(column),
        });
    let file = file_of(scope_of(location))?;
    let next = next_of(instruction);
    Some(Call {
        instruction,
        asm,
        place: Place {
            file,
            line: line_of(location).into(),
            column: column_of(location).into(),
        },
        lines: lines.collect(),
        is_last: next.is_some_and(|next| opcode_of(next) == LLVMOpcode::LLVMUnreachable),
    })
}

functions! {
    fn metadata_of<'ll>(instruction: InstructionValue<'ll>, kind: u32) -> Option<Value<'ll>> = LLVMGetMetadata;
    fn location_of<'ll>(instruction: InstructionValue<'ll>) -> Option<DILocation<'ll>> = LLVMInstructionGetDebugLoc;
    fn scope_of<'ll>(location: DILocation<'ll>) -> DIScope<'ll> = LLVMDILocationGetScope;
    fn file_of<'ll>(scope: DIScope<'ll>) -> Option<DIFile<'ll>> = LLVMDIScopeGetFile;
    fn line_of(location: DILocation<'_>) -> u32 = LLVMDILocationGetLine;
    fn column_of(location: DILocation<'_>) -> u32 = LLVMDILocationGetColumn;
    fn next_of<'ll>(instruction: InstructionValue<'ll>) -> Option<Value<'ll>> = LLVMGetNextInstruction;
    fn opcode_of(instruction: Value<'_>) -> LLVMOpcode = LLVMGetInstructionOpcode;
    fn number_of(constant: Value<'_>) -> u64 = LLVMConstIntGetZExtValue;
    fn as_file<'ll>(value: Value<'ll>) -> DIFile<'ll> = LLVMValueAsMetadata;
    fn subprogram_of<'ll>(function: FunctionValue<'ll>) -> Option<Metadata<'ll>> = LLVMGetSubprogram;
    fn set_operand<'ll>(user: InstructionValue<'ll>, index: u32, operand: Value<'ll>) = LLVMSetOperand;
    fn operand_count(node: Value<'_>) -> u32 = LLVMGetMDNodeNumOperands;
}

texts! {
    fn text_of(string: Value<'_>) = LLVMGetMDString;
}

/// The operands of a node, some of which may be absent.
fn operands<'ll>(node: Value<'ll>) -> Vec<Option<Value<'ll>>> {
    let mut operands = vec![None; operand_count(node) as usize];
    // SAFETY: an optional value is a reference or null, of which LLVM writes as many as it has counted.
    unsafe { LLVMGetMDNodeOperands(node.as_value_ref(), operands.as_mut_ptr().cast()) };
    operands
}

/// Gives the call an asm that tells its lines.
fn write<'ll>(call: &Call<'ll>, files: &mut Vec<DIFile<'ll>>) {
    let parts = parts_of(call.asm);
    if has_own_lines(&parts.text) || !takes_insertions(&parts.text) {
        return;
    }
    let mut number = |file: DIFile<'ll>| match files.iter().position(|&known| known == file) {
        Some(at) => at + 1,
        None => {
            files.push(file);
            files.len()
        }
    };
    let text = numbered(&parts.text, call, &mut number);
    let asm = inline_asm(parts.ty, parts.with_text(&text));
    // What is called is the last operand of each kind of call, and the new asm has the type of the old one.
    let user = Value::from(call.instruction);
    let last = user.operand_count() as u32 - 1;
    debug_assert!(user.operand(last) == call.asm);
    set_operand(call.instruction, last, asm);
}

/// The text, with a `.loc` before each line that has an instruction.
fn numbered<'ll>(text: &str, call: &Call<'ll>, number: &mut impl FnMut(DIFile<'ll>) -> usize) -> String {
    let mut numbered = String::with_capacity(text.len() + call.lines.len() * 24);
    let mut directive = |to: &mut String, place: Place<'ll>, stops: bool| {
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
fn push_file(context: &Context, table: &mut String, file: DIFile<'_>, number: usize, as_text: bool) {
    /// Operand of a `DIFile`.
    const CHECKSUM: usize = 2;
    let operands = operands(as_operand(context, file.into()));
    let checksum = operands.get(CHECKSUM).copied().flatten();
    let checksum = checksum.map(text_of).unwrap_or_default();
    let (name, directory, source) = (file_name(file), file_directory(file), file_source(file));
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
