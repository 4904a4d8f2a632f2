//! `global_asm!`, and naked functions where LLVM has none: assembly that belongs to no function.
//!
//! Such text goes into the module as it is. It can name symbols, but LLVM does not see that, so everything
//! it names is marked as used. There is no `!srcloc` for it either; the preprocessor's line marker
//! `# 1 "name"`, which every assembler reads, carries the cookie instead.

use inkwell::module::Linkage;
use rustc_ast::{InlineAsmOptions, InlineAsmTemplatePiece};
use rustc_codegen_ssa::back::symbol_export::escape_symbol_name;
use rustc_codegen_ssa::traits::*;
use rustc_middle::mir::interpret::{AllocId, GlobalAlloc, Scalar};
use rustc_middle::ty::Instance;
use rustc_span::{DUMMY_SP, Span};
use rustc_target::asm::InlineAsmArch;

use super::template::{constant, push, push_offset};
use super::{cookie, options, unit};
use crate::codegen::context::CodegenCx;
use crate::diagnose;
use crate::llvm::{Value, cxx, globals, modules};
use crate::session::target;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Appends the text to the module's assembly. Its first `preamble` lines are rustc's, not the user's;
    /// `own_features` are the Rust features that it may use beyond the session's.
    pub(super) fn append_global_asm(
        &self,
        template: &[InlineAsmTemplatePiece],
        operands: &[GlobalAsmOperandRef<'tcx>],
        flags: InlineAsmOptions,
        lines: &[Span],
        preamble: usize,
        own_features: &[String],
    ) {
        let is_x86 = matches!(self.asm_arch(), InlineAsmArch::X86 | InlineAsmArch::X86_64);
        let intel = options::is_intel(self.asm_arch(), flags);
        let mut text = String::new();
        if is_x86 {
            text.push_str(if intel { ".intel_syntax\n" } else { ".att_syntax\n" });
        }
        let mut cookies = cookie::cookies(self, lines);
        if let [first, _, ..] = cookies[..] {
            cookies.splice(0..0, std::iter::repeat_n(first, preamble));
        }
        if let [cookie, ..] = *diagnose::remember_lines(&cookies) {
            push(&mut text, format_args!("# 1 \"{}\"\n", diagnose::marker(cookie)));
        }
        let mut body = String::new();
        for piece in template {
            match piece {
                InlineAsmTemplatePiece::String(plain) => body.push_str(plain),
                &InlineAsmTemplatePiece::Placeholder {
                    operand_idx, span, ..
                } => match operands[operand_idx] {
                    GlobalAsmOperandRef::Const {
                        value: Scalar::Int(int),
                        ty,
                    } => body.push_str(&constant(self, span, Scalar::Int(int), ty)),
                    GlobalAsmOperandRef::Const {
                        value: Scalar::Ptr(pointer, _),
                        ..
                    } => {
                        let (provenance, offset) = pointer.prov_and_relative_offset();
                        let symbol = self.symbol_of(provenance.alloc_id(), true);
                        self.push_used_symbol(&mut body, symbol, span);
                        push_offset(self, &mut body, offset);
                    }
                    GlobalAsmOperandRef::SymThreadLocalStatic { def_id } => {
                        let global = self.static_global(Instance::mono(self.tcx, def_id));
                        self.push_used_symbol(&mut body, Value::from(global), span);
                    }
                },
            }
        }
        text.push_str(&unit::describe(self, body, preamble, lines));
        if intel {
            // What follows in the module, compiled code included, is in the other syntax.
            text.push_str("\n.att_syntax\n");
        }
        tracing::debug!(text, "global asm");
        let appended = modules::append_assembly_for(
            self.llcx,
            self.llmod,
            &text,
            target::cpu(self.tcx.sess),
            &self.assembly_features(own_features),
        );
        if let Err(reason) = appended {
            let span = lines.first().copied().unwrap_or(DUMMY_SP);
            let message = format!("LLVM cannot take this assembly: {reason}");
            self.tcx.dcx().span_fatal(span, message);
        }
    }

    /// The session's features, and those of a naked function by their Rust names, as LLVM lists them.
    fn assembly_features(&self, own: &[String]) -> String {
        let sess = self.tcx.sess;
        let own = own.iter().flat_map(|name| target::llvm_names(&sess.target, name));
        let all: Vec<String> = sess
            .global_backend_features
            .iter()
            .cloned()
            .chain(own.map(|name| format!("+{name}")))
            .collect();
        all.join(",")
    }

    /// The global that a pointer of the compile-time interpreter points into. `named`: it must have a name
    /// that is its own in the whole program, because text that LLVM does not rename will use it.
    pub(super) fn symbol_of(&self, id: AllocId, named: bool) -> Value<'ll> {
        let alloc = self.tcx.global_alloc(id);
        let is_anonymous = matches!(alloc, GlobalAlloc::Memory(_) | GlobalAlloc::VTable(..));
        let address = self
            .const_pointer_base(alloc, None)
            .unwrap_or_else(|_| unreachable!("rustc makes numbers of pointers to nothing"));
        if named && is_anonymous {
            let global = globals::of_address(address.pointer());
            if globals::symbol_name(global).is_empty() || global.get_linkage() == Linkage::Private {
                let unit = self.codegen_unit.name();
                let unit = unit.as_str().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                let name = self.unique_name(&format!("asm_const.{unit}"));
                global.set_name(&name);
                global.set_linkage(Linkage::Internal);
            }
        }
        address
    }

    fn push_used_symbol(&self, text: &mut String, symbol: Value<'ll>, span: Span) {
        let global = globals::of_address(symbol.pointer());
        self.statics.compiler_used.borrow_mut().push(global);
        text.push_str(&escape_symbol_name(self.tcx, &cxx::mangled_name(global), span));
    }
}
