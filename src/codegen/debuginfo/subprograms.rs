//! Subprograms: functions, by the names that people search for.
//!
//! `Vec::<u8>::push` is declared within its type, as C++'s methods are, so that `ptype` shows it, and defined by
//! reference to that:
//!
//! ```text
//! DW_TAG_structure_type "Vec<u8, alloc::alloc::Global>"
//!   DW_TAG_subprogram
//!     DW_AT_linkage_name  "_ZN5alloc3vec16Vec<…>4push17h…E"
//!     DW_AT_name          "push<u8, alloc::alloc::Global>"
//!     DW_AT_declaration   true
//!     DW_TAG_template_type_parameter "T" u8
//!     DW_TAG_formal_parameter        &mut Vec<u8, …>
//!     DW_TAG_formal_parameter        u8
//! DW_TAG_subprogram
//!   DW_AT_specification  (the declaration)
//! ```
//!
//! Functions and methods of traits are in the namespace they are written in.

use inkwell::debug_info::{DIFlags, DIFlagsConstants, DILocation, DIScope, DISubroutineType, DIType};
use inkwell::values::FunctionValue;
use rustc_codegen_ssa::debuginfo::type_names;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf};
use rustc_middle::ty::{self, GenericArgsRef, Instance, Ty, TypeVisitableExt, Unnormalized};
use rustc_session::config::OptLevel;
use rustc_span::Symbol;
use rustc_target::callconv::FnAbi;

use super::Scope;
use super::sources::Place;
use super::types::generics;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::{self, Nodes, Subprogram, SubprogramKind, inside};

/// What is known of a function, wherever it is compiled or inlined.
#[derive(Clone)]
pub(super) struct Function<'ll, 'tcx> {
    scope: DIScope<'ll>,
    name: String,
    symbol: &'tcx str,
    place: Place<'ll>,
    ty: DISubroutineType<'ll>,
    flags: DIFlags,
    kind: SubprogramKind,
    template_parameters: Nodes<'ll>,
    declaration: Option<DIScope<'ll>>,
}

impl<'ll> Function<'ll, '_> {
    fn as_subprogram(&self) -> Subprogram<'_, 'll> {
        Subprogram {
            scope: self.scope,
            name: &self.name,
            linkage_name: if self.name == self.symbol { "" } else { self.symbol },
            file: self.place.file,
            line: self.place.line,
            ty: self.ty,
            flags: self.flags,
            kind: self.kind,
            template_parameters: self.template_parameters,
        }
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// A subprogram of `instance`, new each time: LLVM keeps the blocks and variables of a function in it, and what
    /// is inlined into two functions has two sets of them. With `definition`, that function is its code.
    pub(super) fn subprogram(
        &self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        definition: Option<FunctionValue<'ll>>,
    ) -> Scope<'ll> {
        let debug = self.debug();
        let known = debug.functions.borrow().contains_key(&instance);
        if !known {
            let function = self.describe_function(instance, fn_abi);
            debug.functions.borrow_mut().insert(instance, function);
        }
        let functions = debug.functions.borrow();
        let function = &functions[&instance];
        let scope =
            debuginfo::define_subprogram(&debug.builder, &function.as_subprogram(), function.declaration);
        if let Some(definition) = definition {
            debuginfo::set_subprogram(definition, scope);
            debug.instances.borrow_mut().insert(definition, instance);
        }
        Scope(scope)
    }

    /// Describes `function`, which is a part of `whole` that the backend has put into a function of its own, so that
    /// it is a frame with a name: that of `whole`, with `name` behind it. What is in it is at `location`.
    pub(crate) fn describe_part(
        &self,
        function: FunctionValue<'ll>,
        whole: FunctionValue<'ll>,
        name: &str,
        location: DILocation<'ll>,
    ) -> Option<DILocation<'ll>> {
        let debug = self.debug.as_ref()?;
        let instance = debug.instances.borrow().get(&whole).copied()?;
        let described = debug.functions.borrow()[&instance].place;
        let part = Subprogram {
            scope: self.namespace(instance.def_id()),
            name,
            linkage_name: "",
            file: described.file,
            line: location.get_line(),
            ty: debuginfo::subroutine_type(&debug.builder, &[]),
            flags: DIFlags::ARTIFICIAL,
            kind: SubprogramKind {
                local_to_unit: true,
                optimized: self.tcx.sess.opts.optimize != OptLevel::No,
                main: false,
            },
            template_parameters: Nodes::of(&debug.builder, &[]),
        };
        let scope = debuginfo::define_subprogram(&debug.builder, &part, None);
        debuginfo::set_subprogram(function, scope);
        let (line, column) = (location.get_line(), location.get_column());
        Some(
            debug
                .builder
                .create_debug_location(self.llcx, line, column, scope, None),
        )
    }

    fn describe_function(
        &self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
    ) -> Function<'ll, 'tcx> {
        let debug = self.debug();
        let tcx = self.tcx;
        let def_id = instance.def_id();
        let (scope, is_method) = self.scope_of_function(instance);
        // A closure has the generic parameters of the function that it is written in, and some of rustc's own.
        let generics = tcx.generics_of(tcx.typeck_root_def_id(def_id));
        let args = instance.args.truncate_to(tcx, generics);
        let mut name = self.item_name(def_id);
        type_names::push_generic_args(tcx, self.normalized(args), &mut name);
        let mut flags = DIFlags::PROTOTYPED;
        if fn_abi.ret.layout.is_uninhabited() {
            flags |= DIFlags::NO_RETURN;
        }
        let mut function = Function {
            scope,
            name,
            symbol: tcx.symbol_name(instance).name,
            place: self.place(tcx.def_span(def_id).lo()),
            ty: debuginfo::subroutine_type(&debug.builder, &self.signature(fn_abi)),
            flags,
            kind: SubprogramKind {
                local_to_unit: self.is_local_to_unit(def_id),
                optimized: tcx.sess.opts.optimize != OptLevel::No,
                main: tcx.entry_fn(()).is_some_and(|(main, _)| main == def_id),
            },
            template_parameters: self.template_parameters(generics, args),
            declaration: None,
        };
        if is_method {
            // Only a declaration: LTO merges the types of several units, and finds two that hold definitions
            // different.
            let declaration = debuginfo::declare_method(&debug.builder, &function.as_subprogram());
            function.declaration = Some(declaration);
        }
        function
    }

    /// Whether what is compiled from an item is this unit's alone, nearly: what the crate shows to others
    /// is not.
    pub(super) fn is_local_to_unit(&self, def_id: DefId) -> bool {
        !self.tcx.is_reachable_non_generic(def_id)
    }

    fn normalized<T>(&self, value: T) -> T
    where
        T: rustc_middle::ty::TypeFoldable<rustc_middle::ty::TyCtxt<'tcx>>,
    {
        self.tcx
            .normalize_erasing_regions(self.typing_env(), Unnormalized::new_wip(value))
    }

    /// Result and arguments. Those that are passed in no register and no memory are there; a result that is not
    /// returned is "nothing".
    fn signature(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Vec<Option<DIType<'ll>>> {
        if self.full_debug().is_none() {
            return Vec::new();
        }
        let mut signature = Vec::with_capacity(fn_abi.args.len() + 1);
        let result = (!fn_abi.ret.is_ignore()).then(|| self.type_node(fn_abi.ret.layout.ty));
        signature.push(result);
        for argument in &fn_abi.args {
            let ty = self.as_codeview_argument(argument.layout.ty);
            signature.push(Some(self.type_node(ty)));
        }
        signature
    }

    /// Microsoft's reader of debug information crashes on function types with arrays of bytes or of nothing
    /// (rust-lang/rust#42800, #40477): there they are shown as pointers.
    fn as_codeview_argument(&self, ty: Ty<'tcx>) -> Ty<'tcx> {
        match *ty.kind() {
            ty::Array(element, _)
                if self.tcx.sess.target.is_like_msvc
                    && (element == self.tcx.types.u8 || self.layout_of(element).is_zst()) =>
            {
                Ty::new_imm_ptr(self.tcx, element)
            }
            _ => ty,
        }
    }

    fn template_parameters(&self, declared: &ty::Generics, args: GenericArgsRef<'tcx>) -> Nodes<'ll> {
        let builder = &self.debug().builder;
        if self.full_debug().is_none() {
            return Nodes::of(builder, &[]);
        }
        Nodes::of(builder, &self.generic_parameters(declared, args))
    }

    /// The nodes of the types among `args`. Constants have none: debuggers see them in the name.
    pub(super) fn generic_parameters(
        &self,
        declared: &ty::Generics,
        args: GenericArgsRef<'tcx>,
    ) -> Vec<DIType<'ll>> {
        if args.types().next().is_none() {
            return Vec::new();
        }
        let mut names: Vec<Symbol> = Vec::with_capacity(args.len());
        generics::collect_names(self.tcx, declared, &mut names);
        std::iter::zip(args, names)
            .filter_map(|(arg, name)| {
                let node = self.type_node(self.normalized(arg.as_type()?));
                let builder = &self.debug().builder;
                Some(debuginfo::template_parameter(builder, name.as_str(), node))
            })
            .collect()
    }

    /// Where the function's name is: within the type that it is a method of, which is the second answer, or in a
    /// namespace.
    fn scope_of_function(&self, instance: Instance<'tcx>) -> (DIScope<'ll>, bool) {
        let tcx = self.tcx;
        let def_id = instance.def_id();
        let Some(inherent) = tcx.inherent_impl_of_assoc(def_id) else {
            return (self.scope_around(def_id), false);
        };
        let receiver = tcx.instantiate_and_normalize_erasing_regions(
            instance.args,
            self.typing_env(),
            tcx.type_of(inherent),
        );
        match receiver.kind() {
            // LLVM takes methods of structures, unions and enumerations, and `Box` is shown as a pointer.
            ty::Adt(adt, _) if !adt.is_box() => match self.full_debug() {
                Some(_) if !receiver.has_param() => (inside(self.type_node(receiver)), true),
                _ => (self.namespace(adt.did()), false),
            },
            _ => (self.scope_around(def_id), false),
        }
    }
}
