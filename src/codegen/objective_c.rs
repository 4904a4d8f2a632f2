//! Classes and selectors of Objective-C, which foreign statics stand for (`core::os::darwin::objc`).
//!
//! Such a static is a pointer that the Objective-C runtime fills in when it loads the program. It finds the pointers
//! by the sections they are in, and reads from other sections what each is to hold: a class by its symbol (by its name in
//! the first version of the ABI), a selector by its text. The linker folds equal pointers together, so every codegen
//! unit has pointers of its own. Sections, names and flags are those that clang gives the same things (`CGObjCMac.cpp`):
//! they are the interface to Apple's linker and runtime.

use std::cell::{Cell, RefCell};

use inkwell::module::Linkage;
use inkwell::values::{GlobalValue, UnnamedAddress};
use rustc_abi::Align;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;
use rustc_span::Symbol;
use rustc_target::spec::{Arch, Env, Os, Target};

use crate::codegen::context::CodegenCx;
use crate::llvm::modules::{self, Merge};
use crate::llvm::{Value, constants};

/// What this codegen unit refers to.
#[derive(Default)]
pub(crate) struct ObjectiveC<'ll> {
    classes: RefCell<FxHashMap<Symbol, GlobalValue<'ll>>>,
    selectors: RefCell<FxHashMap<Symbol, GlobalValue<'ll>>>,
    used: Cell<bool>,
}

/// Where a version of the ABI keeps things.
struct Abi {
    version: u32,
    /// Of the pointers to selectors, and of those to classes in the second version.
    linkage: Linkage,
    class_references: &'static str,
    selector_texts: &'static str,
    selector_references: &'static str,
    image_info: &'static str,
}

const STRINGS: &str = "__TEXT,__cstring,cstring_literals";

/// Only 32-bit x86 programs of macOS have it.
const FRAGILE: Abi = Abi {
    version: 1,
    linkage: Linkage::Private,
    class_references: "__OBJC,__cls_refs,literal_pointers,no_dead_strip",
    selector_texts: STRINGS,
    selector_references: "__OBJC,__message_refs,literal_pointers,no_dead_strip",
    image_info: "__OBJC,__image_info,regular",
};

const NON_FRAGILE: Abi = Abi {
    version: 2,
    linkage: Linkage::Internal,
    class_references: "__DATA,__objc_classrefs,regular,no_dead_strip",
    selector_texts: "__TEXT,__objc_methname,cstring_literals",
    selector_references: "__DATA,__objc_selrefs,literal_pointers,no_dead_strip",
    image_info: "__DATA,__objc_imageinfo,regular,no_dead_strip",
};

impl Abi {
    fn of(target: &Target) -> &'static Abi {
        match target.arch == Arch::X86 && target.os == Os::MacOs {
            true => &FRAGILE,
            false => &NON_FRAGILE,
        }
    }
}

impl<'ll> CodegenCx<'ll, '_> {
    /// The pointer that the foreign static `def_id` stands for, if it is an Objective-C class or selector.
    pub(super) fn objective_c_reference(&self, def_id: DefId) -> Option<GlobalValue<'ll>> {
        let attrs = self.tcx.codegen_fn_attrs(def_id);
        let (cache, name) = match (attrs.objc_class, attrs.objc_selector) {
            (Some(class), _) => (&self.objective_c.classes, class),
            (None, Some(selector)) => (&self.objective_c.selectors, selector),
            (None, None) => return None,
        };
        let target = &self.tcx.sess.target;
        if !target.is_like_darwin {
            self.tcx.dcx().span_fatal(
                self.tcx.def_span(def_id),
                format!(
                    "an Objective-C class or selector on `{}`: only Apple's platforms have them",
                    self.tcx.sess.opts.target_triple
                ),
            );
        }
        if let Some(&known) = cache.borrow().get(&name) {
            return Some(known);
        }
        tracing::debug!(%name, class = attrs.objc_class.is_some(), "Objective-C reference");
        self.objective_c.used.set(true);
        let abi = Abi::of(target);
        let reference = match attrs.objc_class.is_some() {
            true => self.class_reference(abi, name.as_str()),
            false => self.selector_reference(abi, name.as_str()),
        };
        cache.borrow_mut().insert(name, reference);
        Some(reference)
    }

    fn class_reference(&self, abi: &Abi, name: &str) -> GlobalValue<'ll> {
        if abi.version == 1 {
            let text = self.literal("OBJC_CLASS_NAME_", name, STRINGS);
            return self.reference(abi, "OBJC_CLASS_REFERENCES_", text, abi.class_references);
        }
        let class = self.class_object(name);
        self.reference(abi, "OBJC_CLASSLIST_REFERENCES_$_", class, abi.class_references)
    }

    fn selector_reference(&self, abi: &Abi, name: &str) -> GlobalValue<'ll> {
        let text = self.literal("OBJC_METH_VAR_NAME_", name, abi.selector_texts);
        let section = abi.selector_references;
        let reference = self.reference(abi, "OBJC_SELECTOR_REFERENCES_", text, section);
        // The runtime writes the address of the one text that all selectors of this name share.
        reference.set_externally_initialized(true);
        reference
    }

    /// The class itself, which another object file defines: five pointers (`class_t` of the runtime's headers).
    fn class_object(&self, name: &str) -> GlobalValue<'ll> {
        const TYPE: &str = "struct._class_t";
        let ty = self.llcx.get_struct_type(TYPE).unwrap_or_else(|| {
            let pointer = self.llcx.ptr_type(Default::default());
            let ty = self.llcx.opaque_struct_type(TYPE);
            ty.set_body(&[pointer.into(); 5], false);
            ty
        });
        let symbol = format!("OBJC_CLASS_$_{name}");
        self.declare_variable(&symbol, ty.into())
    }

    /// A pointer that is loaded with the program, in the `section` where the runtime looks for it.
    fn reference(&self, abi: &Abi, prefix: &str, to: GlobalValue<'ll>, section: &str) -> GlobalValue<'ll> {
        let reference = self
            .llmod
            .add_global(self.types.ptr, None, &self.unique_name(prefix));
        reference.set_initializer(&Value::from(to));
        reference.set_linkage(abi.linkage);
        self.put_into(reference, section, self.tcx.data_layout.pointer_align().abi);
        reference
    }

    /// A text that ends in a zero byte.
    fn literal(&self, prefix: &str, text: &str, section: &str) -> GlobalValue<'ll> {
        let bytes: Value<'ll> = self.const_bytes(&[text.as_bytes(), b"\0"].concat());
        let literal = self
            .llmod
            .add_global(self.val_ty(bytes), None, &self.unique_name(prefix));
        literal.set_initializer(&bytes);
        literal.set_linkage(Linkage::Private);
        literal.set_constant(true);
        literal.set_unnamed_address(UnnamedAddress::Global);
        self.put_into(literal, section, Align::ONE);
        literal
    }

    fn put_into(&self, global: GlobalValue<'ll>, section: &str, align: Align) {
        global.set_section(Some(section));
        self.set_global_alignment(global, align);
        self.statics.compiler_used.borrow_mut().push(global);
    }

    /// What a unit that refers to Objective-C tells the linker; another does not, to spare it the work.
    pub(super) fn finalize_objective_c(&self) {
        if !self.objective_c.used.get() {
            return;
        }
        let target = &self.tcx.sess.target;
        let abi = Abi::of(target);
        if abi.version == 1 {
            self.define_module_description();
        }
        let flag = |name, value| modules::add_flag(self.llcx, self.llmod, Merge::Error, name, value);
        flag("Objective-C Version", abi.version);
        flag("Objective-C Image Info Version", 0);
        let section = abi.image_info;
        let name = "Objective-C Image Info Section";
        modules::add_text_flag(self.llcx, self.llmod, Merge::Error, name, section);
        // The numbers are bits of the image's information, as the runtime reads it.
        if target.env == Env::Sim {
            flag("Objective-C Is Simulated", 1 << 5);
        }
        flag("Objective-C Class Properties", 1 << 6);
    }

    /// The first version's description of an object file: version 7 of it, 16 bytes long, of no name, and without a
    /// table of the classes that it defines, for it defines none.
    fn define_module_description(&self) {
        let pointer = self.llcx.ptr_type(Default::default());
        let int = self.llcx.i32_type();
        let ty = self.llcx.opaque_struct_type("struct._objc_module");
        ty.set_body(&[int.into(), int.into(), pointer.into(), pointer.into()], false);
        let name = self.literal("OBJC_CLASS_NAME_", "", STRINGS);
        let number = |value| constants::integer(self.types.i32, value).int();
        let fields = [
            number(7).into(),
            number(16).into(),
            name.as_pointer_value().into(),
            pointer.const_null().into(),
        ];
        let description = self.llmod.add_global(ty, None, "OBJC_MODULES");
        description.set_initializer(&ty.const_named_struct(&fields));
        description.set_linkage(Linkage::Private);
        let section = "__OBJC,__module_info,regular,no_dead_strip";
        self.put_into(description, section, self.tcx.data_layout.pointer_align().abi);
    }
}
