//! Source files, and the lines and columns in them.
//!
//! Nearly every question is about the file of the one before, and most are about its line, so both are remembered.
//! Without that, searching the session's files for each instruction would be a noticeable part of a build.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use inkwell::debug_info::{DIFile, DebugInfoBuilder};
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::TyCtxt;
use rustc_span::def_id::DefId;
use rustc_span::{
    BytePos, DUMMY_SP, FileName, Pos, RemapPathScopeComponents, SourceFile, SourceFileHash,
    SourceFileHashAlgorithm, Span, hygiene,
};

use super::DebugContext;
use crate::codegen::context::CodegenCx;
use crate::llvm::asm_lines::Line;
use crate::llvm::debuginfo;

/// The files met so far, by where they start in the session's numbering of all source text.
pub(super) struct Sources<'ll> {
    files: RefCell<FxHashMap<BytePos, DIFile<'ll>>>,
    last: RefCell<Option<Arc<SourceFile>>>,
    last_file: Cell<DIFile<'ll>>,
    last_line: Cell<SourceLine>,
    /// The file of what has no source.
    unknown: DIFile<'ll>,
}

/// A line of a file, by where it is in the session's numbering of all source text.
#[derive(Clone, Copy)]
struct SourceLine {
    start: BytePos,
    end: BytePos,
    number: u32,
}

impl SourceLine {
    /// A line that no position is in.
    const NONE: Self = SourceLine {
        start: BytePos(0),
        end: BytePos(0),
        number: 0,
    };
}

/// A place in the source, as debuggers count: lines and columns from 1, columns in bytes, 0 for "none".
#[derive(Clone, Copy)]
pub(super) struct Place<'ll> {
    pub(super) file: DIFile<'ll>,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl<'ll> Sources<'ll> {
    pub(super) fn new(builder: &DebugInfoBuilder<'ll>) -> Self {
        let unknown = debuginfo::file(builder, "<unknown>", "", None, None);
        Sources {
            files: RefCell::default(),
            last: RefCell::default(),
            last_file: Cell::new(unknown),
            last_line: Cell::new(SourceLine::NONE),
            unknown,
        }
    }
}

impl<'ll, 'tcx> DebugContext<'ll, 'tcx> {
    /// The file of a piece of source.
    pub(super) fn file(&self, tcx: TyCtxt<'tcx>, source: &SourceFile) -> DIFile<'ll> {
        let mut files = self.sources.files.borrow_mut();
        *files
            .entry(source.start_pos)
            .or_insert_with(|| self.new_file(tcx, source))
    }

    fn new_file(&self, tcx: TyCtxt<'tcx>, source: &SourceFile) -> DIFile<'ll> {
        let mapped = RemapPathScopeComponents::DEBUGINFO;
        let (name, directory) = match &source.name {
            FileName::Real(real) => {
                let (directory, name) = real.embeddable_name(mapped);
                // Where the file is in the folder that was compiled in, its name is relative to that folder: a
                // reader would put the folder in front of it anyway, also where both were remapped.
                match name.strip_prefix(directory) {
                    Ok(relative) => (relative.to_string_lossy(), directory.to_string_lossy()),
                    Err(_) => (name.to_string_lossy(), "".into()),
                }
            }
            // Code of a macro expansion or from standard input.
            other => (other.display(mapped).to_string().into(), "".into()),
        };
        let checksum = checksum(&source.src_hash);
        let embedded = tcx.sess.opts.unstable_opts.embed_source;
        let text = embedded.then(|| source_text(tcx, source));
        debuginfo::file(&self.builder, &name, &directory, checksum, text.as_deref())
    }

    /// What stands for a place that is in no source.
    pub(super) fn nowhere(&self) -> Place<'ll> {
        Place {
            file: self.sources.unknown,
            line: 0,
            column: 0,
        }
    }
}

impl<'ll> CodegenCx<'ll, '_> {
    /// The place of a position.
    pub(super) fn place(&self, position: BytePos) -> Place<'ll> {
        let sources = &self.debug().sources;
        let last = sources.last_line.get();
        let line = match last.start <= position && position < last.end {
            true => last,
            false => match self.find_line(position) {
                Some(line) => line,
                None => {
                    return Place {
                        file: sources.last_file.get(),
                        line: 0,
                        column: 0,
                    };
                }
            },
        };
        // CodeView's columns mark the wrong characters in debuggers of Windows (rust-lang/rust#42921).
        let column = if self.tcx.sess.target.is_like_msvc {
            0
        } else {
            (position - line.start).to_u32() + 1
        };
        Place {
            file: sources.last_file.get(),
            line: line.number,
            column,
        }
    }

    /// The line that a position is in. It and its file are the last ones from now on.
    fn find_line(&self, position: BytePos) -> Option<SourceLine> {
        let debug = self.debug();
        let sources = &debug.sources;
        let mut last = sources.last.borrow_mut();
        let source = match &*last {
            Some(source) if source.contains(position) => source,
            _ => {
                let source = self.tcx.sess.source_map().lookup_source_file(position);
                sources.last_file.set(debug.file(self.tcx, &source));
                sources.last_line.set(SourceLine::NONE);
                last.insert(source)
            }
        };
        let index = source.lookup_line(source.relative_position(position))?;
        let bounds = source.line_bounds(index);
        let line = SourceLine {
            start: bounds.start,
            end: bounds.end,
            number: index as u32 + 1,
        };
        sources.last_line.set(line);
        Some(line)
    }

    /// The place of a line of assembly.
    pub(crate) fn line_of(&self, span: Span) -> Line<'ll> {
        let place = match span.is_dummy() {
            true => self.debug().nowhere(),
            false => self.place(span.lo()),
        };
        let Place { file, line, column } = place;
        Line { file, line, column }
    }

    /// The place at which an item is declared, seen from where its macros are called.
    pub(super) fn place_of_item(&self, def_id: DefId) -> Place<'ll> {
        let span = hygiene::walk_chain_collapsed(self.tcx.def_span(def_id), DUMMY_SP);
        match span.is_dummy() {
            true => self.debug().nowhere(),
            false => self.place(span.lo()),
        }
    }

    /// The place at which a type, or a part of it, is declared, where the session wants it described: debuggers
    /// need it rarely, and it makes every type of generic code larger (`-Zdebug-info-type-line-numbers`).
    pub(super) fn place_of_type(&self, def_id: DefId) -> Place<'ll> {
        match self.tcx.sess.opts.unstable_opts.debug_info_type_line_numbers {
            true => self.place_of_item(def_id),
            false => self.debug().nowhere(),
        }
    }
}

/// By which debuggers know that a source is the one that was compiled. DWARF and CodeView have no BLAKE3.
fn checksum(hash: &SourceFileHash) -> Option<(debuginfo::Checksum, String)> {
    let kind = match hash.kind {
        SourceFileHashAlgorithm::Md5 => debuginfo::Checksum::CSK_MD5,
        SourceFileHashAlgorithm::Sha1 => debuginfo::Checksum::CSK_SHA1,
        SourceFileHashAlgorithm::Sha256 => debuginfo::Checksum::CSK_SHA256,
        SourceFileHashAlgorithm::Blake3 => return None,
    };
    // Of `md5=0123…`, what follows the name.
    let shown = hash.to_string();
    let (_, digits) = shown.split_once('=')?;
    Some((kind, digits.to_owned()))
}

/// The text of `source`, or nothing where it is another crate's and no longer at hand.
fn source_text(tcx: TyCtxt<'_>, source: &SourceFile) -> String {
    if let Some(text) = &source.src {
        return text.to_string();
    }
    tcx.sess.source_map().ensure_source_file_source_present(source);
    let external = source.external_src.read();
    external.get_source().unwrap_or_default().to_owned()
}
