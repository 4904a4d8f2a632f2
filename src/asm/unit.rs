//! Debug information for assembly outside of functions: a unit of its own, in directives within the text.
//!
//! LLVM describes no assembly of a module. Its own way for an assembler's source (`MCGenDwarfInfo`) and its own for
//! compiled code exclude each other, and rows in the line table of compiled code would not help: debuggers ask first
//! which unit an address belongs to, and the ranges of LLVM's unit are those of its functions. So each block of
//! assembly brings what an assembler would write for it:
//!
//! ```text
//! DW_TAG_compile_unit
//!   DW_AT_stmt_list   its lines
//!   DW_AT_ranges      its instructions
//!   DW_AT_language    DW_LANG_Mips_Assembler      as every assembler says
//! ```
//!
//! All of it is written where the instructions are, into subsection 1 of the sections: LLVM takes for granted that
//! what it writes itself is at their beginning. Nothing depends on what else is in the module, so it can be merged by
//! any kind of LTO.
//!
//! The instructions between two directives are a *run*: they are in one section, one behind the other. A run is one
//! sequence of the line table and one range. Rows and ranges hold addresses of labels, no distances: no assembler
//! and no linker that shortens code is in their way, and a run that is assembled conditionally is described so.

use std::fmt::Write;

use rustc_data_structures::fx::FxHashSet;
use rustc_session::config::{DebugInfo, OutputType};
use rustc_span::{DUMMY_SP, Span};
use rustc_target::spec::BinaryFormat;

use super::lines;
use super::statements::{self, Kind};
use crate::codegen::context::CodegenCx;
use crate::llvm::asm_lines::text::{SAME_LINE, after_labels, quoted, takes_insertions};
use crate::llvm::asm_lines::{Line, file_names};

/// Local labels (`1:`, `1b`), with numbers that are not expected in what users write.
mod label {
    pub(super) const RUN: u32 = 1_926_000_001;
    pub(super) const ROW: u32 = 1_926_000_002;
    pub(super) const STOP: u32 = 1_926_000_003;
    pub(super) const PROGRAM: u32 = 1_926_000_004;
    pub(super) const PROGRAM_LENGTH: u32 = 1_926_000_005;
    pub(super) const PROGRAM_END: u32 = 1_926_000_006;
    pub(super) const HEADER: u32 = 1_926_000_007;
    pub(super) const HEADER_END: u32 = 1_926_000_008;
    pub(super) const RANGES: u32 = 1_926_000_009;
    pub(super) const ABBREVIATION: u32 = 1_926_000_010;
    pub(super) const UNIT: u32 = 1_926_000_011;
    pub(super) const UNIT_LENGTH: u32 = 1_926_000_012;
    pub(super) const UNIT_END: u32 = 1_926_000_013;
    pub(super) const NAMES: u32 = 1_926_000_014;
    pub(super) const NAMES_END: u32 = 1_926_000_015;
}

/// The text of a block, with a unit that describes it, or as it is where that cannot be. Its first `preamble` lines
/// are not the user's.
pub(super) fn describe(cx: &CodegenCx<'_, '_>, body: String, preamble: usize, spans: &[Span]) -> String {
    if spans.is_empty() || !is_wanted(cx) {
        return body;
    }
    let kinds = statements::kinds(&body, &mut cx.asm_macros.borrow_mut());
    let Some(kinds) = kinds.filter(|_| takes_insertions(&body)) else {
        return body;
    };
    if !kinds.contains(&Kind::Code) {
        return body;
    }
    let places = lines::places(cx, spans, DUMMY_SP);
    let lines: Vec<&str> = body.split('\n').collect();
    let mut unit = Unit::new(cx, &places);
    unit.begin();
    for (index, (line, kind)) in lines.iter().zip(kinds).enumerate() {
        if index > 0 {
            unit.text.push('\n');
        }
        let place = index
            .checked_sub(preamble)
            .map(|own| *places.get(own).unwrap_or(&places[0]));
        match (kind, place) {
            (Kind::Code, Some(place)) => unit.row(line, place),
            (Kind::Data, Some(place)) if unit.open.is_some() => unit.row(line, place),
            (Kind::Break, _) => {
                unit.stop();
                unit.text.push_str(line);
            }
            _ => unit.text.push_str(line),
        }
    }
    unit.text.push('\n');
    unit.stop();
    unit.end();
    tracing::debug!(files = unit.files.len(), "described assembly of the module");
    unit.text
}

/// Sections with parts that are put behind others are ELF's. Assembly that is written out is for people, and for
/// assemblers that refuse a line table beside the one that they make.
fn is_wanted(cx: &CodegenCx<'_, '_>) -> bool {
    let sess = cx.tcx.sess;
    let has_units = match sess.opts.debuginfo {
        DebugInfo::None | DebugInfo::LineDirectivesOnly => false,
        DebugInfo::LineTablesOnly | DebugInfo::Limited | DebugInfo::Full => true,
    };
    has_units
        && sess.target.binary_format == BinaryFormat::Elf
        && matches!(sess.target.pointer_width, 32 | 64)
        && !sess.opts.output_types.contains_key(&OutputType::Assembly)
        && lines::has_line_tables(cx)
}

/// The macros that switch sections, of the assembly outside of functions so far.
pub(crate) type Macros = FxHashSet<String>;

struct Unit<'a, 'll> {
    text: String,
    places: &'a [Line<'ll>],
    files: Vec<(String, String)>,
    folder: String,
    producer: String,
    /// DWARF's version.
    version: u32,
    /// Bytes of an address.
    address: u32,
    /// The file and the line of the last row, within a run.
    open: Option<(usize, u32)>,
}

impl<'a, 'll> Unit<'a, 'll> {
    fn new(cx: &CodegenCx<'ll, '_>, places: &'a [Line<'ll>]) -> Self {
        let mut files = Vec::new();
        for place in places {
            let names = file_names(place.file);
            if !files.contains(&names) {
                files.push(names);
            }
        }
        let (folder, producer) = cx.folder_and_producer();
        Unit {
            text: String::new(),
            places,
            files,
            folder,
            producer,
            version: cx.tcx.sess.dwarf_version(),
            address: u32::from(cx.tcx.sess.target.pointer_width) / 8,
            open: None,
        }
    }

    /// Appends a statement to the line.
    fn put(&mut self, statement: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(statement);
        self.text.push(SAME_LINE);
    }

    fn label(&mut self, number: u32) {
        self.put(format_args!("{number}:"));
    }

    /// Appends statements that go to a section of debug information.
    fn in_section(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.put(format_args!(".pushsection .debug_{name}"));
        // Not as a second argument: LLVM loses ARM's mapping symbols over that, and crashes.
        self.put(format_args!(".subsection 1"));
        write(self);
        self.put(format_args!(".popsection"));
    }

    /// The version for what is older than DWARF 5, and has not changed in what is used here.
    fn old_version(&self) -> u32 {
        self.version.min(4)
    }

    /// What comes before the first instruction: the head of the line table (DWARF 4, 6.2.4).
    fn begin(&mut self) {
        self.in_section("line", |unit| {
            use label::*;
            unit.label(PROGRAM);
            unit.put(format_args!(".4byte {PROGRAM_END}f-{PROGRAM_LENGTH}f"));
            unit.label(PROGRAM_LENGTH);
            unit.put(format_args!(".2byte {}", unit.old_version()));
            unit.put(format_args!(".4byte {HEADER_END}f-{HEADER}f"));
            unit.label(HEADER);
            // Instructions are counted in bytes, and one at a time.
            unit.put(format_args!(
                ".byte {}",
                if unit.old_version() < 4 { "1" } else { "1,1" }
            ));
            // Rows are places to stop at; special opcodes, which are not used; the operands of each standard opcode.
            unit.put(format_args!(".byte 1,-5,14,13,0,1,1,1,1,0,0,0,1,0,0,1"));
            let files = unit.files.clone();
            for (_, directory) in &files {
                unit.put(format_args!(
                    ".asciz {}",
                    quoted(if directory.is_empty() { "." } else { directory })
                ));
            }
            unit.put(format_args!(".byte 0"));
            for ((name, directory), number) in files.iter().zip(1..) {
                unit.put(format_args!(".asciz {}", quoted(name)));
                // Folder 0 is the unit's.
                let folder = if directory.is_empty() { 0 } else { number };
                unit.put(format_args!(".uleb128 {folder},0,0"));
            }
            unit.put(format_args!(".byte 0"));
            unit.label(HEADER_END);
        });
        self.in_section("ranges", |unit| unit.label(label::RANGES));
    }

    /// Appends a line that has an instruction, and a row of the line table for it.
    fn row(&mut self, line: &str, place: Line<'_>) {
        let (labels, rest) = after_labels(line);
        self.text.push_str(labels);
        if !labels.is_empty() {
            // Behind the user's labels: what says something of the next label means those.
            self.text.push(SAME_LINE);
        }
        let names = file_names(place.file);
        let file = self
            .files
            .iter()
            .position(|known| *known == names)
            .map_or(1, |at| at + 1);
        let (last_file, last_line) = self.open.unwrap_or((1, 1));
        if self.open == Some((file, place.line)) {
            self.text.push_str(rest);
            return;
        }
        let label = if self.open.is_none() {
            label::RUN
        } else {
            label::ROW
        };
        self.label(label);
        self.in_section("line", |unit| {
            if file != last_file {
                unit.put(format_args!(".byte 4"));
                unit.put(format_args!(".uleb128 {file}"));
            }
            unit.address_row(label);
            unit.put(format_args!(".byte 3"));
            unit.put(format_args!(
                ".sleb128 {}",
                i64::from(place.line) - i64::from(last_line)
            ));
            unit.put(format_args!(".byte 5"));
            unit.put(format_args!(".uleb128 {}", place.column));
            unit.put(format_args!(".byte 1"));
        });
        self.open = Some((file, place.line));
        self.text.push_str(rest);
    }

    /// `DW_LNE_set_address`.
    fn address_row(&mut self, label: u32) {
        let bytes = self.address;
        self.put(format_args!(".byte 0,{},2", bytes + 1));
        self.put(format_args!(".{bytes}byte {label}b"));
    }

    /// Ends the run, before a line that may go to another section.
    fn stop(&mut self) {
        if self.open.take().is_none() {
            return;
        }
        self.label(label::STOP);
        self.in_section("line", |unit| {
            unit.address_row(label::STOP);
            unit.put(format_args!(".byte 0,1,1"));
        });
        let bytes = self.address;
        self.in_section("ranges", |unit| {
            unit.put(format_args!(".{bytes}byte {}b,{}b", label::RUN, label::STOP));
        });
    }

    /// What comes behind the last instruction: the ends, and the unit itself.
    fn end(&mut self) {
        use label::*;
        let bytes = self.address;
        self.in_section("line", |unit| unit.label(PROGRAM_END));
        self.in_section("ranges", |unit| unit.put(format_args!(".{bytes}byte 0,0")));
        self.in_section("abbrev", |unit| {
            unit.label(ABBREVIATION);
            // DW_FORM_sec_offset, or its forerunner.
            let offset = if unit.old_version() < 4 { 0x06 } else { 0x17 };
            // A unit without children: statement list, ranges, low pc, name, folder, producer, language.
            unit.put(format_args!(
                ".byte 1,0x11,0,0x10,{offset},0x55,{offset},0x11,1,3,8,0x1b,8,0x25,8,0x13,5,0,0,0"
            ));
        });
        self.in_section("info", |unit| {
            unit.label(UNIT);
            unit.put(format_args!(".4byte {UNIT_END}f-{UNIT_LENGTH}f"));
            unit.label(UNIT_LENGTH);
            unit.put(format_args!(".2byte {}", unit.old_version()));
            unit.put(format_args!(".4byte {ABBREVIATION}b"));
            unit.put(format_args!(".byte {bytes},1"));
            unit.put(format_args!(".4byte {PROGRAM}b,{RANGES}b"));
            unit.put(format_args!(".{bytes}byte 0"));
            let (name, directory) = file_names(unit.places[0].file);
            let name = match directory.is_empty() {
                true => name,
                false => format!("{directory}/{name}"),
            };
            for text in [&name, &unit.folder.clone(), &unit.producer.clone()] {
                unit.put(format_args!(".asciz {}", quoted(text)));
            }
            unit.put(format_args!(".2byte 0x8001"));
            unit.label(UNIT_END);
        });
        if self.version >= 5 {
            // An index that lacks units is taken for one of all there are, by some debuggers.
            self.in_section("names", |unit| {
                unit.put(format_args!(".4byte {NAMES_END}f-{NAMES}f"));
                unit.label(NAMES);
                unit.put(format_args!(".2byte 5,0"));
                // One unit, and nothing else but the end of the abbreviations.
                unit.put(format_args!(".4byte 1,0,0,0,0,1,0"));
                unit.put(format_args!(".4byte {UNIT}b"));
                unit.put(format_args!(".byte 0"));
                unit.label(NAMES_END);
            });
        }
        self.text.push('\n');
    }
}
