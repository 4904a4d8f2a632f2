//! What a signature promises of its parameters and its result, as LLVM attributes.
//!
//! A function and each call of it carry the same description, so one walk serves both ([`Site`]).

use inkwell::attributes::{Attribute, AttributeLoc};
use rustc_abi::{ArmCall, BackendRepr, CanonAbi, InterruptKind, Primitive, Scalar, Size, WrappingRange};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{self, Ty};
use rustc_target::callconv::{
    ArgAbi, ArgAttribute, ArgAttributes, ArgExtension, FnAbi, IndirectMode, PassMode,
};
use rustc_target::spec::SanitizerSet;

use super::llvm_convention;
use crate::codegen::attributes::PlacedAttributes;
use crate::codegen::context::CodegenCx;
use crate::llvm::attributes::{Placed, Site};

/// Walks the LLVM parameters of a signature in order.
struct Walk<'a, 'll, 'tcx> {
    cx: &'a CodegenCx<'ll, 'tcx>,
    site: Site<'ll>,
    next: u32,
    said: PlacedAttributes,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Describes a signature to LLVM: on a function all of it, on a call what the call can promise.
    pub(crate) fn apply_abi(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>, site: Site<'ll>) {
        let table = &self.attributes.table;
        let mut walk = Walk {
            cx: self,
            site,
            next: 0,
            said: PlacedAttributes::new(),
        };
        if fn_abi.ret.layout.is_uninhabited() {
            walk.add(AttributeLoc::Function, table.no_return);
        }
        if !fn_abi.can_unwind {
            walk.add(AttributeLoc::Function, table.no_unwind);
        }
        walk.convention(fn_abi.conv);
        walk.result(&fn_abi.ret);
        for arg in &fn_abi.args {
            walk.argument(arg);
        }
        self.add_attributes(site, walk.said);
    }
}

impl<'tcx> Walk<'_, '_, 'tcx> {
    fn add(&mut self, place: AttributeLoc, attribute: Attribute) {
        self.said.push(Placed(place, attribute));
    }

    /// The calling convention, and the attributes that some conventions are told apart by.
    fn convention(&mut self, abi: CanonAbi) {
        self.site.set_convention(llvm_convention(self.cx.sess(), abi));
        let text = match (abi, self.site) {
            (CanonAbi::Interrupt(InterruptKind::RiscvMachine), Site::Function(_)) => ("interrupt", "machine"),
            (CanonAbi::Interrupt(InterruptKind::RiscvSupervisor), Site::Function(_)) => {
                ("interrupt", "supervisor")
            }
            (CanonAbi::Arm(ArmCall::CCmseNonSecureEntry), Site::Function(_)) => ("cmse_nonsecure_entry", ""),
            (CanonAbi::Arm(ArmCall::CCmseNonSecureCall), Site::Call(_)) => ("cmse_nonsecure_call", ""),
            _ => return,
        };
        self.add(AttributeLoc::Function, self.cx.text_attribute(text.0, text.1));
    }

    /// Describes the next parameter, and returns its place.
    fn parameter(&mut self, attrs: &ArgAttributes) -> AttributeLoc {
        let place = AttributeLoc::Param(self.next);
        self.next += 1;
        self.describe(place, attrs);
        place
    }

    fn describe(&mut self, place: AttributeLoc, attrs: &ArgAttributes) {
        let (cx, table) = (self.cx, &self.cx.attributes.table);
        let has = |attr| attrs.regular.contains(attr);
        let said = &mut self.said;
        let mut add = |attribute| said.push(Placed(place, attribute));
        // These three change how the value is passed.
        if has(ArgAttribute::InReg) {
            add(table.in_reg);
        }
        match attrs.arg_ext {
            ArgExtension::None => {}
            ArgExtension::Zext => add(table.zero_extend),
            ArgExtension::Sext => add(table.sign_extend),
        }
        if let Some(align) = attrs.pointee_align {
            add(cx.align_attribute(align.bytes()));
        }
        if !cx.wants_optimizer_attributes() {
            // The memory sanitizer checks arguments for what they promise, optimised or not.
            if has(ArgAttribute::NoUndef) && cx.sess().sanitizers().contains(SanitizerSet::MEMORY) {
                add(table.no_undef);
            }
            return;
        }
        match attrs.pointee_size {
            Size::ZERO if has(ArgAttribute::NonNull) => add(table.non_null),
            Size::ZERO => {}
            size => add(cx.dereferenceable_attribute(size.bytes(), has(ArgAttribute::NonNull))),
        }
        let plain = [
            (ArgAttribute::NoAlias, table.no_alias),
            (ArgAttribute::NoUndef, table.no_undef),
            (ArgAttribute::ReadOnly, table.read_only),
            (ArgAttribute::Writable, table.writable),
            (ArgAttribute::NoFree, table.no_free),
        ];
        for (attr, attribute) in plain {
            if has(attr) {
                add(attribute);
            }
        }
        // Each of these includes the bits of the ones after it; LLVM takes one.
        let captures = [
            (ArgAttribute::CapturesNone, table.captures_none),
            (ArgAttribute::CapturesAddress, table.captures_address),
            (ArgAttribute::CapturesReadOnly, table.captures_to_read),
        ];
        if let Some((_, attribute)) = captures.into_iter().find(|&(attr, _)| has(attr)) {
            add(attribute);
        }
    }

    /// A function says which values an integer can have; its callers learn it from there.
    fn range(&mut self, place: AttributeLoc, scalar: Scalar) {
        let cx = self.cx;
        let narrow = matches!(scalar.primitive(), Primitive::Int(..))
            && !scalar.is_bool()
            && !scalar.is_always_valid(cx);
        if matches!(self.site, Site::Function(_)) && narrow && cx.wants_optimizer_attributes() {
            let WrappingRange { start, end } = scalar.valid_range(cx);
            let size = scalar.size(cx);
            let high = size.truncate(end.wrapping_add(1));
            self.add(place, cx.range_attribute(size.bits(), start, high));
        }
    }

    fn result(&mut self, ret: &ArgAbi<'tcx, Ty<'tcx>>) {
        match &ret.mode {
            PassMode::Direct(attrs) => {
                self.describe(AttributeLoc::Return, attrs);
                if let BackendRepr::Scalar(scalar) = ret.layout.backend_repr {
                    self.range(AttributeLoc::Return, scalar);
                }
            }
            PassMode::Cast { cast, .. } => self.describe(AttributeLoc::Return, &cast.attrs),
            PassMode::Indirect { attrs, .. } => {
                let place = self.parameter(attrs);
                self.add(place, self.cx.struct_return_attribute(ret.layout.size.bytes()));
                if matches!(self.site, Site::Function(_)) && self.cx.wants_optimizer_attributes() {
                    self.add(place, self.cx.attributes.table.writable);
                    self.add(place, self.cx.attributes.table.dead_on_unwind);
                }
            }
            PassMode::Ignore | PassMode::Pair(..) => {}
            PassMode::IndirectUnsized { .. } => unreachable!("Rust has no unsized results"),
        }
    }

    fn argument(&mut self, arg: &ArgAbi<'tcx, Ty<'tcx>>) {
        let size = arg.layout.size.bytes();
        match &arg.mode {
            PassMode::Ignore => {}
            PassMode::Direct(attrs) => {
                let place = self.parameter(attrs);
                if let BackendRepr::Scalar(scalar) = arg.layout.backend_repr {
                    self.range(place, scalar);
                }
            }
            PassMode::Pair(first, second) => {
                let (first, second) = (self.parameter(first), self.parameter(second));
                if let BackendRepr::ScalarPair { a, b, .. } = arg.layout.backend_repr {
                    self.range(first, a);
                    self.range(second, self.slice_length(arg.layout.ty, b));
                }
            }
            PassMode::Cast { cast, pad_i32_count } => {
                // The padding registers are parameters that say nothing.
                self.next += u32::from(*pad_i32_count);
                self.parameter(&cast.attrs);
            }
            PassMode::IndirectUnsized { attrs, meta_attrs } => {
                self.parameter(attrs);
                self.parameter(meta_attrs);
            }
            PassMode::Indirect { attrs, mode, .. } => {
                let place = self.parameter(attrs);
                match mode {
                    IndirectMode::OnStack => self.add(place, self.cx.by_value_attribute(size)),
                    IndirectMode::AmdgpuKernelArg => self.add(place, self.cx.by_reference_attribute(size)),
                    // The callee owns the copy: the caller does not look at it again.
                    IndirectMode::Pointer => {
                        if matches!(self.site, Site::Function(_)) && self.cx.wants_optimizer_attributes() {
                            self.add(place, self.cx.attributes.table.dead_on_return);
                        }
                    }
                }
            }
        }
    }

    /// No allocation exceeds `isize::MAX` bytes (Reference, "Dynamically Sized Types"), which bounds the
    /// length of a slice that is passed by reference.
    fn slice_length(&self, ty: Ty<'tcx>, length: Scalar) -> Scalar {
        let value = length.primitive();
        if let (Primitive::Int(int, false), ty::Ref(_, pointee, _)) = (value, ty.kind())
            && let ty::Slice(element) = *pointee.kind()
            && let element = self.cx.layout_of(element).size.bytes()
            && element != 0
        {
            let most = int.signed_max() as u64 / element;
            return Scalar::Initialized {
                value,
                valid_range: WrappingRange {
                    start: 0,
                    end: most.into(),
                },
            };
        }
        length
    }
}
