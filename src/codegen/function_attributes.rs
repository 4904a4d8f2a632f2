//! What a function's Rust attributes say to LLVM: inlining, optimisation, memory, allocation, target features.

use std::cell::RefCell;

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::values::FunctionValue;
use rustc_attr_ir::{InlineAttr, InstructionSetAttr, OptimizeAttr};
use rustc_codegen_ssa::traits::*;
use rustc_middle::middle::codegen_fn_attrs::{CodegenFnAttrFlags, CodegenFnAttrs};
use rustc_middle::ty::Instance;
use rustc_session::config::{BranchProtection, OptLevel, PAuthKey, PacRet};
use rustc_span::sym;
use rustc_target::spec::Arch;
use smallvec::SmallVec;

use crate::codegen::attributes::{AllocKind, PlacedAttributes, alloc_attributes};
use crate::codegen::context::CodegenCx;
use crate::llvm::attributes::{Placed, Site};
use crate::session::target;

/// Attributes of one function, collected before they are added.
pub(super) struct Collector<'a, 'll, 'tcx> {
    pub(super) cx: &'a CodegenCx<'ll, 'tcx>,
    pub(super) attrs: &'a CodegenFnAttrs,
    said: RefCell<PlacedAttributes>,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Adds what the attributes of `instance` and the session say of a function.
    pub(crate) fn apply_instance_attributes(&self, function: FunctionValue<'ll>, instance: Instance<'tcx>) {
        let attrs = self.tcx.codegen_instance_attrs(instance.def);
        let collector = Collector {
            cx: self,
            attrs: &attrs,
            said: RefCell::default(),
        };
        if !attrs.flags.contains(CodegenFnAttrFlags::NAKED) {
            self.apply_compiled_attributes(&collector, instance);
        }
        collector.wasm_import(instance);
        for &attribute in &self.attributes.cpu {
            collector.add(attribute);
        }
        let own: SmallVec<[&str; 8]> = attrs
            .target_features
            .iter()
            .map(|feature| feature.name.as_str())
            .collect();
        if let Some(features) = self.target_features(&own, attrs.instruction_set) {
            collector.add(features);
        }
        self.add_attributes(Site::Function(function), collector.said.into_inner());
        if let Some(align) = attrs.alignment {
            function.as_global_value().set_alignment(align.bytes() as u32);
        }
    }

    /// What is said of functions whose code LLVM generates, that is all but the naked ones.
    fn apply_compiled_attributes(&self, collector: &Collector<'_, 'll, 'tcx>, instance: Instance<'tcx>) {
        for &attribute in self.session_attributes() {
            collector.add(attribute);
        }
        for attribute in self.pointer_auth_attributes() {
            collector.add(attribute);
        }
        let everywhere = [self.attributes.frame_pointer, self.probe_stack_attribute()];
        for attribute in everywhere.into_iter().flatten() {
            collector.add(attribute);
        }
        collector.optimization();
        collector.inlining(instance);
        collector.memory();
        self.sanitizer_attributes(&collector.attrs.sanitizers, Some(instance), |attribute| {
            collector.add(attribute)
        });
        collector.branch_protection();
        collector.allocation(instance);
        collector.patchable_entry(instance);
        collector.packed_stack(instance);
        collector.instrumentation();
    }

    /// `target-features`: the session's, then the function's own, which win.
    pub(crate) fn apply_target_features(&self, function: FunctionValue<'ll>, own: &[&str]) {
        if let Some(features) = self.target_features(own, None) {
            function.add_attribute(AttributeLoc::Function, features);
        }
    }

    fn target_features(
        &self,
        own: &[&str],
        instruction_set: Option<InstructionSetAttr>,
    ) -> Option<Attribute> {
        let sess = self.sess();
        let mut list = sess.global_backend_features.join(",");
        let mut push = |feature: &str| {
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(feature);
        };
        for &feature in own {
            for name in target::llvm_names(&sess.target, feature) {
                push(&format!("+{name}"));
            }
        }
        match instruction_set {
            Some(InstructionSetAttr::ArmA32) => push("-thumb-mode"),
            Some(InstructionSetAttr::ArmT32) => push("+thumb-mode"),
            None => {}
        }
        (!list.is_empty()).then(|| self.text_attribute("target-features", &list))
    }
}

impl<'tcx> Collector<'_, '_, 'tcx> {
    fn add(&self, attribute: Attribute) {
        self.add_at(AttributeLoc::Function, attribute);
    }

    fn add_at(&self, place: AttributeLoc, attribute: Attribute) {
        self.said.borrow_mut().push(Placed(place, attribute));
    }

    pub(super) fn add_text(&self, name: &str, value: &str) {
        self.add(self.cx.text_attribute(name, value));
    }

    pub(super) fn add_if(&self, on: bool, name: &str) {
        if on {
            self.add_text(name, "");
        }
    }

    fn has(&self, flag: CodegenFnAttrFlags) -> bool {
        self.attrs.flags.contains(flag)
    }

    fn optimization(&self) {
        let table = &self.cx.attributes.table;
        let level = match (&self.attrs.optimize, self.cx.sess().opts.optimize) {
            (OptimizeAttr::Default, level) => level,
            (OptimizeAttr::Size, _) => OptLevel::SizeMin,
            (OptimizeAttr::Speed, _) => OptLevel::More,
            (OptimizeAttr::DoNotOptimize, _) => {
                self.add(table.opt_none);
                OptLevel::No
            }
        };
        if level == OptLevel::SizeMin {
            self.add(table.min_size);
        }
        if matches!(level, OptLevel::Size | OptLevel::SizeMin) {
            self.add(table.opt_size);
        }
        if self.has(CodegenFnAttrFlags::COLD) {
            self.add(table.cold);
        }
        self.add_if(self.has(CodegenFnAttrFlags::NO_BUILTINS), "no-builtins");
    }

    fn inlining(&self, instance: Instance<'tcx>) {
        let table = &self.cx.attributes.table;
        let sess = self.cx.sess();
        // `optnone` must come with `noinline` (LangRef).
        let never = !sess.opts.unstable_opts.inline_llvm
            || matches!(self.attrs.optimize, OptimizeAttr::DoNotOptimize);
        let attribute = match self.attrs.inline {
            _ if never => table.no_inline,
            // A kernel cannot call on AMD's processors; LLVM must be free to inline there.
            InlineAttr::Never if sess.target.arch == Arch::AmdGpu => return,
            InlineAttr::Never => table.no_inline,
            InlineAttr::Always | InlineAttr::Force { .. } => table.always_inline,
            InlineAttr::Hint => table.inline_hint,
            // Closures and drop glue are generated in each unit that uses them in the hope of inlining.
            InlineAttr::None if instance.def.requires_inline(self.cx.tcx) => table.inline_hint,
            InlineAttr::None => return,
        };
        self.add(attribute);
    }

    fn memory(&self) {
        let table = &self.cx.attributes.table;
        if self.has(CodegenFnAttrFlags::FFI_CONST) {
            self.add(table.memory_none);
        } else if self.has(CodegenFnAttrFlags::FFI_PURE) {
            self.add(table.memory_read);
        }
    }

    fn branch_protection(&self) {
        let Some(BranchProtection { bti, pac_ret, gcs }) = self.cx.sess().branch_protection() else {
            return;
        };
        if self.has(CodegenFnAttrFlags::NAKED) {
            return;
        }
        self.add_if(bti, "branch-target-enforcement");
        self.add_if(gcs, "guarded-control-stack");
        if let Some(PacRet { leaf, pc, key }) = pac_ret {
            self.add_text("sign-return-address", if leaf { "all" } else { "non-leaf" });
            self.add_text(
                "sign-return-address-key",
                if key == PAuthKey::A { "a_key" } else { "b_key" },
            );
            self.add_if(pc, "branch-protection-pauth-lr");
        }
    }

    fn allocation(&self, instance: Instance<'tcx>) {
        let kind = if self.has(CodegenFnAttrFlags::ALLOCATOR_ZEROED) {
            AllocKind::AllocZeroed
        } else if self.has(CodegenFnAttrFlags::ALLOCATOR) {
            AllocKind::Alloc
        } else if self.has(CodegenFnAttrFlags::REALLOCATOR) {
            AllocKind::Realloc
        } else if self.has(CodegenFnAttrFlags::DEALLOCATOR) {
            AllocKind::Free
        } else {
            return;
        };
        for (place, attribute) in alloc_attributes(self.cx.llcx, &self.cx.attributes, kind) {
            self.add_at(place, attribute);
        }
        if let Some(name) = self.zeroed_variant(instance) {
            self.add_text("alloc-variant-zeroed", &name);
        }
    }

    /// The function that allocates as this one does, but zeroed: LLVM merges an allocation and a `memset` into it.
    fn zeroed_variant(&self, instance: Instance<'tcx>) -> Option<String> {
        let tcx = self.cx.tcx;
        let name =
            rustc_attr_ir::find_attr!(tcx, instance.def_id(), RustcAllocatorZeroedVariant { name } => name)?;
        Some(rustc_symbol_mangling::mangle_internal_symbol(tcx, name.as_str()))
    }

    /// `-Zpacked-stack`: frames of s390x without the gaps of the usual ABI. A back chain has its place in such
    /// a gap, unless floats stay out of the float registers.
    fn packed_stack(&self, instance: Instance<'tcx>) {
        let sess = self.cx.sess();
        if sess.target.arch != Arch::S390x || !sess.opts.unstable_opts.packed_stack {
            return;
        }
        let own = |name| {
            self.attrs
                .target_features
                .iter()
                .any(|feature| feature.name == name)
        };
        let has = |name| own(name) || sess.internal_target_features.contains(&name);
        if has(sym::backchain) && !has(sym::soft_float) {
            let what =
                "`-Zpacked-stack` and the target feature `backchain` go together only with `soft-float`";
            // What the session got wrong is said of no function: rustc prints the same error once.
            match own(sym::backchain) {
                true => sess.dcx().span_err(self.cx.tcx.def_span(instance.def_id()), what),
                false => sess.dcx().err(what),
            };
            return;
        }
        self.add_text("packed-stack", "");
    }

    /// Room for patches before and at the entry (`-Zpatchable-function-entry`), the attribute over the session.
    fn patchable_entry(&self, instance: Instance<'tcx>) {
        let session = &self.cx.sess().opts.unstable_opts.patchable_function_entry;
        let own = self.attrs.patchable_function_entry;
        let (mut entry, mut prefix) = (session.entry(), session.prefix());
        if let Some(own) = own
            && (own.entry().is_some() || own.prefix().is_some())
        {
            (entry, prefix) = (own.entry().unwrap_or(0), own.prefix().unwrap_or(0));
        }
        if let Some(what) = self.unpatchable(entry, prefix) {
            let arch = &self.cx.sess().target.arch;
            let what = format!("LLVM cannot put `nop`s {what} a function on `{}`", arch.desc());
            let dcx = self.cx.tcx.dcx();
            // What the session got wrong is said of no function: rustc prints the same error once.
            match own {
                Some(_) => dcx.span_err(self.cx.tcx.def_span(instance.def_id()), what),
                None => dcx.err(format!("{what}, as `-Zpatchable-function-entry` asks for")),
            };
            return;
        }
        for (name, count) in [
            ("patchable-function-entry", entry),
            ("patchable-function-prefix", prefix),
        ] {
            if count > 0 {
                self.add_text(name, &count.to_string());
            }
        }
        let own_section = own.and_then(|own| own.section());
        let section = own_section
            .as_ref()
            .map(|section| section.as_str())
            .or(session.section());
        if let Some(section) = section {
            self.add_text("patchable-function-entry-section", section);
        }
    }

    /// Where this many `nop`s cannot go. LLVM asks some targets for an instruction that they do not name (and
    /// runs into what cannot be reached), and others for a sled at the entry, which they do not know.
    fn unpatchable(&self, entry: u8, prefix: u8) -> Option<&'static str> {
        let (no_prefix, no_entry) = match self.cx.sess().target.arch {
            Arch::Avr | Arch::M68k | Arch::Msp430 | Arch::Sparc | Arch::Sparc64 => (true, true),
            Arch::AmdGpu | Arch::Wasm32 | Arch::Wasm64 => (true, false),
            _ => (false, false),
        };
        match (no_prefix && prefix > 0, no_entry && entry > 0) {
            (true, _) => Some("before"),
            (_, true) => Some("at the entry of"),
            _ => None,
        }
    }

    /// Where a WebAssembly import comes from: `#[link(wasm_import_module = "…")]`.
    fn wasm_import(&self, instance: Instance<'tcx>) {
        let tcx = self.cx.tcx;
        if !tcx.sess.target.is_like_wasm {
            return;
        }
        let def_id = instance.def_id();
        if let Some(module) = tcx.wasm_import_module_map(def_id.krate).get(&def_id) {
            self.add_text("wasm-import-module", module);
            let name = self.attrs.symbol_name.unwrap_or_else(|| tcx.item_name(def_id));
            self.add_text("wasm-import-name", name.as_str());
        }
    }
}
