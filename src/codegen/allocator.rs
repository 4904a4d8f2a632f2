//! The allocator shim: the functions by which a program's `alloc` finds its global allocator.

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::types::{BasicMetadataTypeEnum, BasicTypeEnum, FunctionType};
use inkwell::values::{BasicMetadataValueEnum, BasicValue, FunctionValue, UnnamedAddress};
use inkwell::{AddressSpace, GlobalVisibility};
use rustc_ast::expand::allocator::{
    AllocatorMethod, AllocatorTy, NO_ALLOC_SHIM_IS_UNSTABLE, SpecialAllocatorMethod, default_fn_name,
    global_fn_name,
};
use rustc_middle::mono::Visibility;
use rustc_middle::ty::TyCtxt;
use rustc_symbol_mangling::mangle_internal_symbol;

use crate::codegen::attributes::{AllocKind, Attributes, alloc_attributes};
use crate::codegen::linkage::{default_visibility, visibility_to_llvm};
use crate::diagnose;
use crate::llvm::functions;
use crate::session::{self, ModuleLlvm};

/// A module with one forwarder for each of `methods`, from the name that `alloc` calls to std's default.
pub(crate) fn allocator_module(tcx: TyCtxt<'_>, name: &str, methods: &[AllocatorMethod]) -> ModuleLlvm {
    let module = session::new_module(tcx, name);
    module.with_refs(|refs| {
        let attributes = Attributes::new(refs.context, tcx.sess);
        let shim = Shim {
            tcx,
            context: refs.context,
            module: refs.module,
            attributes: &attributes,
        };
        for method in methods {
            shim.forward(method);
        }
        // Its address is taken by every crate that allocates: what does not link without it is told so.
        let marker = mangle_internal_symbol(tcx, NO_ALLOC_SHIM_IS_UNSTABLE);
        let function = shim.define(&marker, refs.context.void_type().fn_type(&[], false));
        shim.body(function, None);
        diagnose::check_module(tcx.dcx(), refs.module, diagnose::AS_BUILT);
    });
    module
}

struct Shim<'a, 'll, 'tcx> {
    tcx: TyCtxt<'tcx>,
    context: &'ll Context,
    module: &'ll Module<'ll>,
    attributes: &'a Attributes,
}

impl<'ll> Shim<'_, 'll, '_> {
    fn usize_type(&self) -> BasicTypeEnum<'ll> {
        let bits = u32::from(self.tcx.sess.target.pointer_width);
        let bits = std::num::NonZero::new(bits).expect("pointers have bits");
        self.context
            .custom_width_int_type(bits)
            .expect("LLVM has integers of pointer size")
            .into()
    }

    fn pointer_type(&self) -> BasicTypeEnum<'ll> {
        self.context.ptr_type(AddressSpace::default()).into()
    }

    /// The LLVM types of one allocator type; `Layout` is a size and an alignment.
    fn types_of(&self, ty: AllocatorTy) -> Vec<BasicTypeEnum<'ll>> {
        match ty {
            AllocatorTy::Layout => vec![self.usize_type(); 2],
            AllocatorTy::Usize => vec![self.usize_type()],
            AllocatorTy::Ptr | AllocatorTy::ResultPtr => vec![self.pointer_type()],
            AllocatorTy::Unit | AllocatorTy::Never => vec![],
        }
    }

    fn forward(&self, method: &AllocatorMethod) {
        let params: Vec<BasicMetadataTypeEnum<'ll>> = method
            .inputs
            .iter()
            .flat_map(|input| self.types_of(input.ty))
            .map(BasicMetadataTypeEnum::from)
            .collect();
        let ty = match self.types_of(method.output)[..] {
            [BasicTypeEnum::PointerType(result)] => result.fn_type(&params, false),
            _ => self.context.void_type().fn_type(&params, false),
        };
        let function = self.define(
            &mangle_internal_symbol(self.tcx, &global_fn_name(method.name)),
            ty,
        );
        let target = mangle_internal_symbol(self.tcx, &default_fn_name(method.name));
        let target = functions::get_or_declare(self.module, &target, ty);
        target.as_global_value().set_visibility(GlobalVisibility::Hidden);
        if let AllocatorTy::Never = method.output {
            for function in [function, target] {
                function.add_attribute(AttributeLoc::Function, self.attributes.table.no_return);
            }
        }
        let kind = method.special.map(|special| match special {
            SpecialAllocatorMethod::Alloc => AllocKind::Alloc,
            SpecialAllocatorMethod::AllocZeroed => AllocKind::AllocZeroed,
            SpecialAllocatorMethod::Realloc => AllocKind::Realloc,
            SpecialAllocatorMethod::Dealloc => AllocKind::Free,
        });
        if let Some(kind) = kind {
            for (place, attribute) in alloc_attributes(self.context, self.attributes, kind) {
                function.add_attribute(place, attribute);
            }
        }
        self.body(function, Some(target));
    }

    fn define(&self, name: &str, ty: FunctionType<'ll>) -> FunctionValue<'ll> {
        let function = functions::get_or_declare(self.module, name, ty);
        let global = function.as_global_value();
        global.set_unnamed_address(UnnamedAddress::Global);
        let visibility: Visibility = default_visibility(self.tcx.sess);
        global.set_visibility(visibility_to_llvm(visibility));
        let all: Vec<Attribute> = self
            .attributes
            .session
            .iter()
            .chain(&self.attributes.cpu)
            .chain(&self.attributes.frame_pointer)
            .copied()
            .collect();
        for attribute in all {
            function.add_attribute(AttributeLoc::Function, attribute);
        }
        let features = self.tcx.sess.global_backend_features.join(",");
        if !features.is_empty() {
            let attribute = self.context.create_string_attribute("target-features", &features);
            function.add_attribute(AttributeLoc::Function, attribute);
        }
        function
    }

    /// A body that calls `target` with its own parameters and returns what it returns, or does nothing.
    fn body(&self, function: FunctionValue<'ll>, target: Option<FunctionValue<'ll>>) {
        const TYPED: &str = "the shim's blocks are open, and its types match";
        let builder = self.context.create_builder();
        builder.position_at_end(self.context.append_basic_block(function, "entry"));
        let result = target.and_then(|target| {
            let args: Vec<BasicMetadataValueEnum<'ll>> = function.get_param_iter().map(Into::into).collect();
            let call = builder.build_call(target, &args, "").expect(TYPED);
            call.set_tail_call(true);
            call.try_as_basic_value().basic()
        });
        let result = result.as_ref().map(|value| value as &dyn BasicValue<'ll>);
        builder.build_return(result).expect(TYPED);
    }
}
