//! Functions as values: their declarations, the personality, and the entry point.

use std::cell::{Cell, RefCell};

use inkwell::GlobalVisibility;
use inkwell::attributes::AttributeLoc;
use inkwell::module::Linkage as LlvmLinkage;
use inkwell::types::FunctionType;
use inkwell::values::{FunctionValue, GlobalValue, UnnamedAddress};
use rustc_attr_ir::{InlineAttr, Linkage};
use rustc_codegen_ssa::base::{wants_msvc_seh, wants_wasm_eh};
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::mono::Visibility;
use rustc_middle::ty::layout::{FnAbiOf, HasTypingEnv};
use rustc_middle::ty::{self, ExistentialTraitRef, Instance, Ty};
use rustc_session::{PointerAuthSchema, Session};
use rustc_span::{DUMMY_SP, Symbol, sym};
use rustc_target::callconv::{FnAbi, PassMode};
use rustc_target::spec::Env;

use crate::codegen::abi::{FnAbiExt, llvm_convention};
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::linkage::{default_visibility, uses_dll_storage, visibility_to_llvm};
use crate::llvm::attributes::{Placed, Site};
use crate::llvm::{Value, calls, functions, globals};

/// The functions that this codegen unit refers to.
#[derive(Default)]
pub(crate) struct FunctionCache<'ll, 'tcx> {
    instances: RefCell<FxHashMap<Instance<'tcx>, FunctionValue<'ll>>>,
    personality: Cell<Option<FunctionValue<'ll>>>,
    /// What `catch_unwind` calls.
    pub(crate) try_function: Cell<Option<FunctionValue<'ll>>>,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The function `name` as LLVM sees it, with nothing said of it but what the session says of every function.
    pub(crate) fn declare_c_function(&self, name: &str, ty: FunctionType<'ll>) -> FunctionValue<'ll> {
        let function = functions::get_or_declare(self.llmod, name, ty);
        let table = &self.attributes.table;
        let sess = self.sess();
        let requested = [
            (sess.target.is_like_gpu, table.convergent),
            (
                sess.opts.cg.no_redzone.unwrap_or(sess.target.disable_redzone),
                table.no_red_zone,
            ),
            (!sess.needs_plt(), table.non_lazy_bind),
        ];
        let requested = requested.into_iter().filter(|&(wanted, _)| wanted);
        let placed = requested.map(|(_, attribute)| Placed(AttributeLoc::Function, attribute));
        self.add_attributes(Site::Function(function), placed.collect());
        function
    }

    /// The function `name` with the ABI `fn_abi`, and the attributes of `instance` if it is one.
    pub(crate) fn declare_function(
        &self,
        name: &str,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        instance: Option<Instance<'tcx>>,
    ) -> FunctionValue<'ll> {
        let function = self.declare_c_function(name, fn_abi.llvm_type(self));
        // The address of a Rust function is not unique (Reference, "Function pointer types").
        function
            .as_global_value()
            .set_unnamed_address(UnnamedAddress::Global);
        self.apply_abi(fn_abi, Site::Function(function));
        self.mark_function_type(function, fn_abi, instance);
        if let Some(instance) = instance {
            self.apply_instance_attributes(function, instance);
        }
        function
    }

    /// The function of `instance`, declared if it is not yet.
    fn function_of(&self, instance: Instance<'tcx>) -> FunctionValue<'ll> {
        if let Some(&known) = self.functions.instances.borrow().get(&instance) {
            return known;
        }
        let name = self.tcx.symbol_name(instance).name;
        let function = match globals::named(self.llmod, name).and_then(functions::as_function) {
            // Two foreign items may name one symbol; LLVM has it once.
            Some(declared) => declared,
            None => self.declare_foreign(instance, name),
        };
        self.functions.instances.borrow_mut().insert(instance, function);
        function
    }

    /// Declares a function that another codegen unit, crate or language defines.
    fn declare_foreign(&self, instance: Instance<'tcx>, name: &str) -> FunctionValue<'ll> {
        let fn_abi = self.fn_abi_of_instance(instance, ty::List::empty());
        let raw_import = self.raw_import_name(instance.def_id(), name, true);
        let symbol = raw_import.as_deref().unwrap_or(name);
        let function = self.declare_function(symbol, fn_abi, Some(instance));
        let global = function.as_global_value();
        global.set_linkage(LlvmLinkage::External);
        if self.is_hidden(instance) {
            global.set_visibility(GlobalVisibility::Hidden);
        }
        self.set_declaration_locality(global);
        // A raw import is always one: LLVM takes an undecorated name that begins with `L` for its own private
        // one, but for `__imp_` before it (rust-lang/rust#104453).
        let imported = raw_import.is_some()
            || uses_dll_storage(self)
                && !matches!(self.sess().target.env, Env::Gnu | Env::Uclibc)
                && self
                    .tcx
                    .native_library(instance.def_id())
                    .is_some_and(|library| library.kind.is_dllimport());
        if imported {
            global.set_dll_storage_class(inkwell::DLLStorageClass::Import);
        }
        function
    }

    /// Whether the definition of `instance` is in this crate's objects, unseen from outside. It must be
    /// decided as the partitioner decides it for the definition: the linker merges the two.
    fn is_hidden(&self, instance: Instance<'tcx>) -> bool {
        let tcx = self.tcx;
        let def_id = instance.def_id();
        if instance.args.non_erasable_generics().next().is_none() {
            // Not generic: ours alone unless the crate exports it.
            return tcx.is_codegened_item(def_id)
                && !(def_id.is_local() && tcx.is_reachable_non_generic(def_id));
        }
        let shared = tcx.sess.opts.share_generics()
            || tcx.codegen_instance_attrs(instance.def).inline == InlineAttr::Never;
        if !shared {
            return true;
        }
        let exports = tcx.local_crate_exports_generics();
        match def_id.as_local() {
            Some(local) => !exports || tcx.is_unreachable_local_definition(local),
            None => !exports && instance.upstream_monomorphization(tcx).is_none(),
        }
    }

    /// Declares a function that this codegen unit will define.
    pub(super) fn predefine_function(
        &mut self,
        instance: Instance<'tcx>,
        linkage: Linkage,
        visibility: Visibility,
        name: &str,
    ) {
        let linkage = self.linkage_of_definition(instance.def_id(), linkage);
        let attrs = self.tcx.codegen_instance_attrs(instance.def);
        let function = self.declare_definition(instance, &attrs, linkage, visibility, name);
        for &(alias, linkage, visibility) in &attrs.foreign_item_symbol_aliases {
            let name = self.tcx.symbol_name(Instance::mono(self.tcx, alias)).name;
            self.define_forwarder(instance, function, &attrs, (linkage, visibility), name);
        }
        self.functions.instances.borrow_mut().insert(instance, function);
    }

    fn declare_definition(
        &self,
        instance: Instance<'tcx>,
        attrs: &CodegenFnAttrs,
        linkage: Linkage,
        visibility: Visibility,
        name: &str,
    ) -> FunctionValue<'ll> {
        let fn_abi = self.fn_abi_of_instance(instance, ty::List::empty());
        let function = self.declare_function(name, fn_abi, Some(instance));
        let global = function.as_global_value();
        if let Some(section) = attrs.link_section {
            function.set_section(Some(section.as_str()));
        }
        self.set_linkage(global, linkage, visibility);
        // One of many equal copies is kept; COMDAT is how the linker knows that they are one.
        if matches!(linkage, Linkage::LinkOnceODR | Linkage::WeakODR) && self.sess().target.supports_comdat()
        {
            globals::set_own_comdat(self.llmod, global);
        }
        function
    }

    /// A function `name` that passes everything on to `target`: a second symbol for a default implementation.
    /// An LLVM alias would not do, because it cannot be replaced apart from what it names.
    fn define_forwarder(
        &self,
        instance: Instance<'tcx>,
        target: FunctionValue<'ll>,
        attrs: &CodegenFnAttrs,
        (linkage, visibility): (Linkage, Visibility),
        name: &str,
    ) {
        let fn_abi = self.fn_abi_of_instance(instance, ty::List::empty());
        let forwarder = self.declare_definition(instance, attrs, linkage, visibility, name);
        let block = self.llcx.append_basic_block(forwarder, "start");
        let mut bx = Builder::at_end_of(self, block);
        let params: Vec<Value<'ll>> = (0..forwarder.count_params())
            .map(|i| calls::parameter(forwarder, i))
            .collect();
        let (slot, args) = match (fn_abi.ret.is_indirect(), &params[..]) {
            (true, [slot, args @ ..]) => (ReturnSlot::Indirect(*slot), args),
            (_, args) => (ReturnSlot::Direct, args),
        };
        let callee = Value::from(target);
        let ty = fn_abi.llvm_type(self);
        let result = bx.call(
            ty,
            Some(attrs),
            Some(fn_abi),
            callee,
            slot,
            args,
            None,
            Some(instance),
        );
        match fn_abi.ret.mode {
            PassMode::Ignore | PassMode::Indirect { .. } => bx.ret_void(),
            _ => bx.ret(result),
        }
    }

    /// The personality that the target's unwinder expects.
    fn personality(&self) -> FunctionValue<'ll> {
        let tcx = self.tcx;
        let foreign = if wants_msvc_seh(&tcx.sess.target) {
            Some("__CxxFrameHandler3".to_owned())
        } else if wants_wasm_eh(&tcx.sess.target) {
            Some("__gxx_wasm_personality_v0".to_owned())
        } else {
            None
        };
        if let (None, Some(def_id)) = (&foreign, tcx.lang_items().eh_personality()) {
            let none = ty::List::empty();
            return self.function_of(Instance::expect_resolve(
                tcx,
                self.typing_env(),
                def_id,
                none,
                DUMMY_SP,
            ));
        }
        // A crate without std names std's by its symbol.
        let name = foreign.unwrap_or_else(|| rustc_symbol_mangling::eh_personality_symbol(tcx));
        if let Some(declared) = globals::named(self.llmod, &name).and_then(functions::as_function) {
            return declared;
        }
        let function = self.declare_c_function(&name, self.function_type(&[], self.types.i32, true));
        function
            .as_global_value()
            .set_unnamed_address(UnnamedAddress::Global);
        self.apply_target_cpu_attr(function);
        function
    }
}

impl<'ll, 'tcx> MiscCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn vtables(&self) -> &RefCell<FxHashMap<(Ty<'tcx>, Option<ExistentialTraitRef<'tcx>>), Value<'ll>>> {
        &self.vtables
    }

    fn get_fn(&self, instance: Instance<'tcx>) -> FunctionValue<'ll> {
        self.function_of(instance)
    }

    fn get_fn_addr(&self, instance: Instance<'tcx>, schema: Option<&PointerAuthSchema>) -> Value<'ll> {
        let function = self.function_of(instance);
        match schema {
            Some(schema) => self.signed_address(instance, function, schema),
            None => Value::from(function),
        }
    }

    fn eh_personality(&self) -> FunctionValue<'ll> {
        self.functions.personality.get().unwrap_or_else(|| {
            let function = self.personality();
            self.functions.personality.set(Some(function));
            function
        })
    }

    fn sess(&self) -> &Session {
        self.tcx.sess
    }

    fn set_frame_pointer_type(&self, llfn: FunctionValue<'ll>) {
        if let Some(attribute) = self.attributes.frame_pointer {
            llfn.add_attribute(AttributeLoc::Function, attribute);
        }
    }

    fn apply_target_cpu_attr(&self, llfn: FunctionValue<'ll>) {
        for &attribute in &self.attributes.cpu {
            llfn.add_attribute(AttributeLoc::Function, attribute);
        }
    }

    fn declare_c_main(&self, fn_type: FunctionType<'ll>) -> Option<FunctionValue<'ll>> {
        let target = &self.sess().target;
        // Two symbols of one name: rustc says so at the user's `#[no_mangle] fn main`.
        if globals::named(self.llmod, &target.entry_name).is_some() {
            return None;
        }
        let main = self.declare_c_function(&target.entry_name, fn_type);
        let global: GlobalValue<'ll> = main.as_global_value();
        main.set_call_conventions(llvm_convention(self.sess(), target.entry_abi));
        global.set_unnamed_address(UnnamedAddress::Global);
        global.set_visibility(visibility_to_llvm(default_visibility(self.sess())));
        self.apply_target_features(main, &[]);
        Some(main)
    }

    fn intrinsic_call_expects_place_always(&self, name: Symbol) -> bool {
        name == sym::black_box
    }
}
