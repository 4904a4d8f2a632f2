//! Signed function pointers, for targets whose ABI has them (`aarch64-unknown-linux-pauthtest`).
//!
//! The address of a function of C's convention is a signed constant (LangRef, "Pointer Authentication Constants"), and
//! a call of that convention carries the bundle `ptrauth`, by which LLVM authenticates the callee. Where both meet in a
//! direct call they cancel out. Functions of Rust's own convention are not signed: rustc's ABI does not ask for it.

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::values::{FunctionValue, OperandBundle};
use rustc_abi::{CanonAbi, ExternAbi};
use rustc_codegen_ssa::traits::*;
use rustc_hir::def::DefKind;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::{Instance, Ty};
use rustc_session::{PointerAuthAddressDiscriminator, PointerAuthSchema};
use rustc_target::callconv::FnAbi;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Value, constants, globals};

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The address of `function`, which is `instance`, signed as `schema` says, if addresses of its kind are.
    pub(super) fn signed_address(
        &self,
        instance: Instance<'tcx>,
        function: FunctionValue<'ll>,
        schema: &PointerAuthSchema,
    ) -> Value<'ll> {
        let address = Value::from(function);
        let def_id = instance.def_id();
        // The order matters: closures have no signature of their own to ask for.
        let is_signed = self.sess().pointer_authentication_functions().is_some()
            && matches!(self.tcx.def_kind(def_id), DefKind::Fn | DefKind::AssocFn)
            && is_c(self.tcx.fn_sig(def_id).skip_binder().abi())
            && !is_intrinsic(address)
            && Some(def_id) != self.tcx.lang_items().eh_personality();
        match is_signed {
            true => self.sign(address, schema),
            false => address,
        }
    }

    /// `address` as a signed constant.
    pub(super) fn sign(&self, address: Value<'ll>, schema: &PointerAuthSchema) -> Value<'ll> {
        let address_discriminator = match schema.is_address_discriminated {
            PointerAuthAddressDiscriminator::HardwareAddress(false) => self.const_null(self.types.ptr),
            // In an initialiser, any address stands for the one of the place that is initialised.
            PointerAuthAddressDiscriminator::HardwareAddress(true) => address,
            PointerAuthAddressDiscriminator::Synthetic(number) => self
                .const_u64(number)
                .int()
                .const_to_pointer(self.types.ptr.pointer())
                .into(),
        };
        let key = self.const_u32(schema.key as u32);
        let discriminator = self.const_u64(schema.constant_discriminator.into());
        constants::signed_pointer(address, key, discriminator, address_discriminator)
    }

    /// How function pointers in the initialiser of the static `def_id` are signed, if they are.
    pub(super) fn schema_of_static(&self, def_id: DefId) -> Option<&PointerAuthSchema> {
        // Free of cost where nothing is signed, which is nearly everywhere.
        self.sess().pointer_auth_config.as_ref()?;
        let section = self.tcx.codegen_fn_attrs(def_id).link_section;
        let runs_at_start_or_end = section.is_some_and(|section| {
            let section = section.as_str();
            section.starts_with(".init_array") || section.starts_with(".fini_array")
        });
        match runs_at_start_or_end {
            true => self.sess().pointer_authentication_init_fini(),
            false => self.sess().pointer_authentication_functions(),
        }
    }

    /// What every function says of pointer authentication.
    pub(super) fn pointer_auth_attributes(&self) -> impl Iterator<Item = Attribute> {
        let names = self
            .sess()
            .pointer_auth_config
            .iter()
            .flat_map(|config| config.fn_attrs());
        names.map(|name| self.text_attribute(name, ""))
    }

    /// Has a function that the backend makes up say so, too.
    pub(super) fn apply_pointer_auth(&self, function: FunctionValue<'ll>) {
        for attribute in self.pointer_auth_attributes() {
            function.add_attribute(AttributeLoc::Function, attribute);
        }
    }
}

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// The bundle that has `callee` authenticated, for a call of C's convention.
    pub(super) fn pointer_auth_bundle(
        &self,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        callee: Value<'ll>,
    ) -> Option<OperandBundle<'ll>> {
        let schema = self.cx.sess().pointer_authentication_functions()?;
        if fn_abi?.conv != CanonAbi::C || is_intrinsic(callee) {
            return None;
        }
        let key = self.cx.const_u32(schema.key as u32);
        let discriminator = self.cx.const_u64(schema.constant_discriminator.into());
        Some(OperandBundle::create(
            "ptrauth",
            &[key.int().into(), discriminator.int().into()],
        ))
    }
}

/// Whether function pointers of this ABI are those of C.
pub(super) fn is_c(abi: ExternAbi) -> bool {
    matches!(abi, ExternAbi::C { .. } | ExternAbi::System { .. })
}

fn is_intrinsic(callee: Value<'_>) -> bool {
    globals::is_global(callee)
        && globals::symbol_name(globals::of_address(callee.pointer())).starts_with("llvm.")
}
