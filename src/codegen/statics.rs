//! Statics: the global variables of a crate, their initial bytes, sections, linkage and alignment.

use std::cell::RefCell;
use std::ffi::CString;

use inkwell::module::Linkage as LlvmLinkage;
use inkwell::values::{GlobalValue, UnnamedAddress};
use inkwell::{DLLStorageClass, GlobalVisibility, ThreadLocalMode};
use rustc_abi::{Align, Size};
use rustc_attr_ir::Linkage;
use rustc_attr_ir::lang_items::LangItem;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def::DefKind;
use rustc_hir::def_id::{DefId, LOCAL_CRATE};
use rustc_middle::middle::codegen_fn_attrs::{CodegenFnAttrFlags, CodegenFnAttrs};
use rustc_middle::mir::interpret::{Allocation, ConstAllocation};
use rustc_middle::mono::{MonoItem, Visibility};
use rustc_middle::ty::layout::{FnAbiOf, HasTypingEnv, LayoutOf};
use rustc_middle::ty::{self, Instance};
use rustc_target::spec::TlsModel;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::linkage::{linkage_to_llvm, uses_dll_storage, visibility_to_llvm};
use crate::codegen::pointer_auth::is_c;
use crate::llvm::globals;
use crate::llvm::{Type, Value, metadata};

/// The statics of this codegen unit.
#[derive(Default)]
pub(crate) struct StaticCache<'ll, 'tcx> {
    /// Statics defined or declared here.
    known: RefCell<FxHashMap<Instance<'tcx>, GlobalValue<'ll>>>,
    /// Globals that go into `llvm.used`: neither compiler nor linker may drop them.
    used: RefCell<Vec<GlobalValue<'ll>>>,
    /// Globals that go into `llvm.compiler.used`: the compiler may not drop them.
    pub(crate) compiler_used: RefCell<Vec<GlobalValue<'ll>>>,
}

impl<'ll> StaticCache<'ll, '_> {
    /// Says that neither compiler nor linker may drop `global`, although nothing refers to it.
    pub(crate) fn keep(&self, global: GlobalValue<'ll>) {
        self.used.borrow_mut().push(global);
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The global of a static, which is declared if it is not defined in this codegen unit.
    pub(crate) fn static_global(&self, instance: Instance<'tcx>) -> GlobalValue<'ll> {
        if let Some(&known) = self.statics.known.borrow().get(&instance) {
            return known;
        }
        let def_id = instance.def_id();
        assert!(
            !self.codegen_unit.items().contains_key(&MonoItem::Static(def_id)),
            "{def_id:?} is of this codegen unit, but was not declared before its first use"
        );
        let global = self.declare_static(instance);
        self.statics.known.borrow_mut().insert(instance, global);
        global
    }

    /// Declares a static of another codegen unit, another crate or another language.
    fn declare_static(&self, instance: Instance<'tcx>) -> GlobalValue<'ll> {
        let def_id = instance.def_id();
        let name = self.tcx.symbol_name(instance).name;
        let attrs = self.tcx.codegen_fn_attrs(def_id);
        if let Some(reference) = self.objective_c_reference(def_id) {
            return reference;
        }
        let global = match attrs.import_linkage {
            Some(linkage) => self.import_with_linkage(instance, name, linkage),
            None => {
                let (ty, align) = self.static_type(instance);
                let raw_import = self.raw_import_name(def_id, name, false);
                let global = self.declare_variable(raw_import.as_deref().unwrap_or(name), ty);
                // Another declaration of the same symbol may have spoken first.
                if global.get_alignment() == 0 {
                    global.set_alignment(align.bytes() as u32);
                }
                global
            }
        };
        if def_id.is_local()
            && !self.tcx.is_foreign_item(def_id)
            && !self.tcx.is_reachable_non_generic(def_id)
        {
            // Another codegen unit of the crate defines it, and it is not visible outside of the crate.
            global.set_visibility(GlobalVisibility::Hidden);
        }
        self.set_thread_local(global, attrs);
        self.set_declaration_locality(global);
        if self.is_dll_import(def_id) {
            global.set_dll_storage_class(DLLStorageClass::Import);
        }
        global
    }

    /// Whether a static comes from another DLL, and is reached through the import table.
    fn is_dll_import(&self, def_id: DefId) -> bool {
        if !uses_dll_storage(self) {
            return false;
        }
        let from_dll = self
            .tcx
            .native_library(def_id)
            .is_some_and(|library| library.kind.is_dllimport());
        let from_rust_dll = !def_id.is_local()
            && !self.tcx.is_foreign_item(def_id)
            && !self.tcx.is_codegened_item(def_id)
            && !self.tcx.sess.opts.cg.linker_plugin_lto.enabled();
        from_dll || from_rust_dll
    }

    /// The bytes that stand for a static of elsewhere. They promise no alignment: the type's comes with them.
    fn static_type(&self, instance: Instance<'tcx>) -> (Type<'ll>, Align) {
        match self.tcx.def_kind(instance.def_id()) {
            // A static inside another static's initialiser has no type of its own, only bytes.
            DefKind::Static { nested: true, .. } => (self.types.i8, Align::ONE),
            _ => {
                let layout = self.layout_of(instance.ty(self.tcx, self.typing_env()));
                (self.byte_array(layout.size.bytes()), layout.align.abi)
            }
        }
    }

    /// `#[linkage]` on a foreign static: the static is a pointer that holds the symbol's address, which is
    /// null if the linkage is `extern_weak` and the symbol is not defined (Unstable Book, `linkage`).
    fn import_with_linkage(
        &self,
        instance: Instance<'tcx>,
        name: &str,
        linkage: Linkage,
    ) -> GlobalValue<'ll> {
        let mut schema = None;
        let symbol = match self.weak_function(instance, linkage) {
            Some(sig) => {
                let fn_abi = self.fn_abi_of_fn_ptr(sig, ty::List::empty());
                if is_c(sig.skip_binder().abi()) {
                    schema = self.sess().pointer_authentication_functions();
                }
                self.declare_function(name, fn_abi, None).as_global_value()
            }
            None => self.declare_variable(name, self.types.i8),
        };
        symbol.set_linkage(linkage_to_llvm(linkage));
        let crate_id = self.tcx.stable_crate_id(LOCAL_CRATE);
        let holder_name = format!("_rust_extern_with_linkage_{crate_id:016x}_{name}");
        if globals::named(self.llmod, &holder_name).is_some() {
            self.symbol_clash(instance.def_id(), name);
        }
        let holder = self.declare_variable(&holder_name, self.types.ptr);
        holder.set_linkage(LlvmLinkage::Internal);
        holder.set_unnamed_address(UnnamedAddress::Global);
        let address = Value::from(symbol);
        let address = schema.map_or(address, |schema| self.sign(address, schema));
        holder.set_initializer(&address);
        holder
    }

    /// The signature behind a weak `Option<fn()>`.
    fn weak_function(&self, instance: Instance<'tcx>, linkage: Linkage) -> Option<ty::PolyFnSig<'tcx>> {
        let ty::Adt(adt, args) = instance.ty(self.tcx, self.typing_env()).kind() else {
            return None;
        };
        if linkage != Linkage::ExternalWeak || !self.tcx.is_lang_item(adt.did(), LangItem::Option) {
            return None;
        }
        match args.type_at(0).kind() {
            ty::FnPtr(sig, header) => Some(sig.with(*header)),
            _ => None,
        }
    }

    /// The variable `name`, declared if the module does not have it yet.
    pub(crate) fn declare_variable(&self, name: &str, ty: Type<'ll>) -> GlobalValue<'ll> {
        globals::named(self.llmod, name).unwrap_or_else(|| self.llmod.add_global(ty, None, name))
    }

    fn symbol_clash(&self, def_id: DefId, name: &str) -> ! {
        let span = self.tcx.def_span(def_id);
        self.tcx
            .dcx()
            .span_fatal(span, format!("symbol `{name}` is already defined"))
    }

    /// Declares a static that this codegen unit will define, with the type that its initialiser will have.
    pub(super) fn predefine_variable(
        &mut self,
        def_id: DefId,
        linkage: Linkage,
        visibility: Visibility,
        name: &str,
    ) {
        let instance = Instance::mono(self.tcx, def_id);
        let linkage = self.linkage_of_definition(def_id, linkage);
        let alloc = self
            .tcx
            .eval_static_initializer(def_id)
            .ok()
            .map(|alloc| alloc.inner());
        let ty = alloc.map_or(self.types.i8, |alloc| self.const_alloc_type(alloc));
        if let Some(known) = globals::named(self.llmod, name)
            && globals::has_initializer(known)
        {
            self.symbol_clash(def_id, name);
        }
        let global = self.declare_variable(name, ty);
        if let Some(alloc) = alloc {
            // Before any use of it: a check of the address's alignment folds to a constant.
            self.set_global_alignment(global, alloc.align);
        }
        self.set_linkage(global, linkage, visibility);
        let attrs = self.tcx.codegen_instance_attrs(instance.def);
        for &(alias, linkage, visibility) in &attrs.foreign_item_symbol_aliases {
            let alias = Instance::mono(self.tcx, alias);
            let name = CString::new(self.tcx.symbol_name(alias).name).expect("no NUL in symbol names");
            let second = globals::add_alias(self.llmod, ty, global, &name);
            second.set_linkage(linkage_to_llvm(linkage));
            second.set_visibility(visibility_to_llvm(visibility));
            self.statics.known.borrow_mut().insert(alias, second);
        }
        self.statics.known.borrow_mut().insert(instance, global);
    }

    fn set_thread_local(&self, global: GlobalValue<'ll>, attrs: &CodegenFnAttrs) {
        if attrs.flags.contains(CodegenFnAttrFlags::THREAD_LOCAL) {
            let mode = match self.tcx.sess.tls_model() {
                // Emulated TLS is chosen by the target machine; the model does not matter to it.
                TlsModel::GeneralDynamic | TlsModel::Emulated => ThreadLocalMode::GeneralDynamicTLSModel,
                TlsModel::LocalDynamic => ThreadLocalMode::LocalDynamicTLSModel,
                TlsModel::InitialExec => ThreadLocalMode::InitialExecTLSModel,
                TlsModel::LocalExec => ThreadLocalMode::LocalExecTLSModel,
            };
            global.set_thread_local_mode(Some(mode));
        }
    }

    fn set_section(
        &self,
        global: GlobalValue<'ll>,
        alloc: &Allocation,
        attrs: &CodegenFnAttrs,
        def_id: DefId,
    ) {
        let Some(section) = attrs.link_section else { return };
        let section = section.as_str();
        global.set_section(Some(section));
        // WebAssembly has no sections for data; what names one becomes a custom section of the module,
        // which can hold no addresses. Constructors are an exception that the linker knows.
        if self.tcx.sess.target.is_like_wasm && !section.starts_with(".init_array") {
            if !alloc.provenance().ptrs().is_empty() {
                let span = self.tcx.def_span(def_id);
                self.tcx
                    .dcx()
                    .span_err(span, "a custom section of WebAssembly cannot hold pointers");
                return;
            }
            let all = 0..alloc.len();
            let bytes = alloc.inspect_with_uninit_and_ptr_outside_interpreter(all);
            let parts = [section.as_bytes(), bytes].map(|part| metadata::string(self.llcx, part));
            let node = metadata::node(self.llcx, &parts);
            metadata::add_to_module(self.llcx, self.llmod, "wasm.custom_sections", node);
        }
    }

    /// Writes down what must be kept: `llvm.used` and `llvm.compiler.used` (LangRef, "Intrinsic Global Variables").
    pub(crate) fn define_used_variables(&self) {
        let lists = [
            ("llvm.used", &self.statics.used),
            ("llvm.compiler.used", &self.statics.compiler_used),
        ];
        for (name, list) in lists {
            if list.borrow().is_empty() {
                continue;
            }
            let addresses: Vec<_> = list
                .borrow()
                .iter()
                .map(|global| global.as_pointer_value())
                .collect();
            let array = self.types.ptr.pointer().const_array(&addresses);
            let list = self.llmod.add_global(array.get_type(), None, name);
            list.set_initializer(&array);
            list.set_linkage(LlvmLinkage::Appending);
            list.set_section(Some("llvm.metadata"));
        }
    }
}

impl<'ll> StaticCodegenMethods for CodegenCx<'ll, '_> {
    fn static_addr_of(&self, alloc: ConstAllocation<'_>, kind: Option<&str>) -> Value<'ll> {
        let value = self.const_alloc(alloc.inner());
        self.constant_global(value, alloc.inner().align, kind).into()
    }

    fn codegen_static(&mut self, def_id: DefId) {
        // An initialiser that does not evaluate has been reported; the session will stop after codegen.
        let Ok(alloc) = self.tcx.eval_static_initializer(def_id) else {
            return;
        };
        let alloc = alloc.inner();
        let attrs = self.tcx.codegen_fn_attrs(def_id);
        let global = self.static_global(Instance::mono(self.tcx, def_id));
        let schema = self.schema_of_static(def_id);
        global.set_initializer(&self.const_alloc_signed(alloc, schema));
        global.set_constant(alloc.mutability.is_not());
        self.set_thread_local(global, attrs);
        self.set_section(global, alloc, attrs, def_id);
        self.exempt_static(global, def_id, attrs);
        self.describe_static(def_id, global);
        if attrs.flags.contains(CodegenFnAttrFlags::USED_COMPILER) {
            self.statics.compiler_used.borrow_mut().push(global);
        }
        if attrs.flags.contains(CodegenFnAttrFlags::USED_LINKER) {
            self.statics.used.borrow_mut().push(global);
        }
        tracing::debug!(
            name = globals::symbol_name(global),
            size = Size::from_bytes(alloc.len()).bytes(),
            "static"
        );
    }
}

impl<'ll> StaticBuilderMethods for Builder<'_, 'll, '_> {
    fn get_static(&mut self, def_id: DefId) -> Value<'ll> {
        let global = self.cx.static_global(Instance::mono(self.cx.tcx, def_id));
        let address = Value::from(global);
        if self.cx.tcx.is_thread_local_static(def_id) {
            // The address may differ after every point where a coroutine can move to another thread.
            return self.call_intrinsic("llvm.threadlocal.address", &[self.cx.val_ty(address)], &[address]);
        }
        debug_assert!(address.pointer().is_const());
        address
    }
}
