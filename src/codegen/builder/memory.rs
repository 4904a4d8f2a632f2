//! Stack slots, what is known of what is loaded and stored, and block copies.

use inkwell::values::{InstructionValue, IntValue};
use rustc_abi::{Align, BackendRepr, Primitive, Scalar, Size, WrappingRange};
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty;
use rustc_middle::ty::layout::{HasTypingEnv, TyAndLayout};
use rustc_session::config::OptLevel;
use rustc_target::spec::Arch;

use super::{Builder, built};
use crate::codegen::layout::LayoutExt;
use crate::llvm::metadata::{self, MetadataKind};
use crate::llvm::{Type, Value, globals, stores};

/// Alignments are written as a number of bytes.
pub(super) fn bytes(align: Align) -> u32 {
    u32::try_from(align.bytes()).expect("rustc rejects alignments over 2^29")
}

/// Linkers of some targets do not honour large alignments of sections, so code must not rely on them.
pub(super) fn reliable(bx: &Builder<'_, '_, '_>, align: Align) -> u32 {
    bytes(align.min(bx.cx.tcx.sess.target.max_reliable_alignment()))
}

/// A stack slot of type `ty` at the head of the function's entry block. LLVM treats only allocas of the entry
/// block as part of the frame ("Kaleidoscope", and `PromoteMemToReg`).
pub(super) fn stack_slot<'ll>(bx: &Builder<'_, 'll, '_>, ty: Type<'ll>, align: Align) -> Value<'ll> {
    let at_head = &bx.cx.slot_builder;
    let entry = bx
        .llfn()
        .get_first_basic_block()
        .expect("code is being built in this function");
    match entry.get_first_instruction() {
        Some(first) => at_head.position_before(&first),
        None => at_head.position_at_end(entry),
    }
    at_head.unset_current_debug_location();
    let slot = built(at_head.build_alloca(ty, "")).into();
    set_alignment(instruction(slot), bytes(align));
    slot
}

/// What was just built in memory, or does something there: no constant.
pub(super) fn instruction(access: Value<'_>) -> InstructionValue<'_> {
    access
        .instruction()
        .expect("LLVM folds no access, stack slot or block operation")
}

/// Aligns a load, a store or a stack slot to `align` bytes.
pub(super) fn set_alignment(access: InstructionValue<'_>, align: u32) {
    access
        .set_alignment(align)
        .expect("alignments are powers of two, of what has one");
}

/// A load, aligned to `align` bytes.
pub(super) fn load<'ll>(bx: &Builder<'_, 'll, '_>, ty: Type<'ll>, ptr: Value<'ll>, align: u32) -> Value<'ll> {
    let load = built(bx.ll.build_load(ty, ptr.pointer(), "")).into();
    set_alignment(instruction(load), align);
    load
}

/// Makes a load or a store one that is done as often, and in the order, that the program says.
pub(super) fn set_volatile(access: InstructionValue<'_>) {
    access
        .set_volatile(true)
        .expect("loads and stores can be volatile");
}

pub(super) fn load_operand<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    place: PlaceRef<'tcx, Value<'ll>>,
) -> OperandRef<'tcx, Value<'ll>> {
    let layout = place.layout;
    if layout.is_unsized() {
        let tail = bx.cx.tcx.struct_tail_for_codegen(layout.ty, bx.typing_env());
        if matches!(tail.kind(), ty::Foreign(..)) {
            // The size of an extern type is not known at run time either (rust-lang/rust#43467).
            bx.cx
                .tcx
                .dcx()
                .span_fatal(bx.span, "unsized locals must not be `extern` types");
        }
    }
    assert_eq!(place.val.llextra.is_some(), layout.is_unsized());
    if layout.is_zst() {
        return OperandRef::zero_sized(layout);
    }
    let val = match layout.backend_repr {
        _ if place.val.llextra.is_some() => OperandValue::Ref(place.val),
        BackendRepr::Scalar(scalar) => OperandValue::Immediate(load_scalar(
            bx,
            scalar,
            layout,
            place.val.llval,
            place.val.align,
            Size::ZERO,
        )),
        BackendRepr::ScalarPair { a, b, b_offset } => {
            let align = place.val.align;
            let first = load_scalar(bx, a, layout, place.val.llval, align, Size::ZERO);
            let second_at = bx.inbounds_ptradd(place.val.llval, bx.cx.const_usize(b_offset.bytes()));
            let align = align.restrict_for_offset(b_offset);
            OperandValue::Pair(first, load_scalar(bx, b, layout, second_at, align, b_offset))
        }
        BackendRepr::SimdVector { .. } | BackendRepr::SimdScalableVector { .. } => {
            let ty = layout.llvm_type(bx.cx);
            let value = match constant_behind(place.val.llval, ty) {
                Some(constant) => constant,
                None => bx.load(ty, place.val.llval, place.val.align),
            };
            OperandValue::Immediate(value)
        }
        BackendRepr::Memory { .. } => OperandValue::Ref(place.val),
    };
    OperandRef {
        val,
        layout,
        move_annotation: None,
    }
}

/// Loads the scalar at `offset` of a value of `layout`, with all that its type says about it.
fn load_scalar<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    scalar: Scalar,
    layout: TyAndLayout<'tcx>,
    ptr: Value<'ll>,
    align: Align,
    offset: Size,
) -> Value<'ll> {
    let ty = bx.cx.type_from_scalar(scalar);
    if let Some(constant) = constant_behind(ptr, ty) {
        return bx.to_immediate_scalar(constant, scalar);
    }
    let load = bx.load(ty, ptr, align);
    if bx.optimizing() {
        annotate_load(bx, load, scalar, layout, offset);
    }
    bx.to_immediate_scalar(load, scalar)
}

/// The value of an immutable global, if `ptr` is one that holds exactly a `ty`.
fn constant_behind<'ll>(ptr: Value<'ll>, ty: Type<'ll>) -> Option<Value<'ll>> {
    globals::constant_initializer(ptr).filter(|init| init.ty() == ty)
}

fn annotate_load<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    load: Value<'ll>,
    scalar: Scalar,
    layout: TyAndLayout<'tcx>,
    offset: Size,
) {
    if !scalar.is_uninit_valid() {
        bx.annotate(load, MetadataKind::NoUndef, &[]);
    }
    match scalar.primitive() {
        Primitive::Int(..) if !scalar.is_always_valid(bx) => {
            bx.range_metadata(load, scalar.valid_range(bx));
        }
        Primitive::Pointer(_) => {
            if !scalar.valid_range(bx).contains(0) {
                bx.nonnull_metadata(load);
            }
            if let Some(pointee) = layout.pointee_info_at(bx, offset)
                && pointee.align > Align::ONE
            {
                let align = metadata::constant(bx.cx.const_u64(pointee.align.bytes()));
                bx.annotate(load, MetadataKind::Align, &[align]);
            }
        }
        Primitive::Int(..) | Primitive::Float(_) => {}
    }
}

/// The range of a loaded integer. LLVM's is half open (LangRef, "range Metadata").
pub(super) fn annotate_range<'ll>(bx: &Builder<'_, 'll, '_>, load: Value<'ll>, range: WrappingRange) {
    if bx.optimizing() {
        let ty = load.ty();
        let bounds = [range.start, range.end.wrapping_add(1)]
            .map(|bound| metadata::constant(bx.cx.const_uint_big(ty, bound)));
        bx.annotate(load, MetadataKind::Range, &bounds);
    }
}

impl<'ll> Builder<'_, 'll, '_> {
    /// Attaches a node of `operands` to the instruction behind `value`. An empty one is a fact by being there.
    pub(crate) fn annotate(
        &self,
        value: Value<'ll>,
        kind: MetadataKind,
        operands: &[metadata::Metadata<'ll>],
    ) {
        if value.instruction().is_some() {
            let context = self.cx.llcx;
            metadata::attach(context, value, kind, metadata::node(context, operands));
        }
    }
}

/// Fills an array with `count` copies of a value, in a loop.
pub(super) fn fill_array<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    elem: OperandRef<'tcx, Value<'ll>>,
    count: u64,
    dest: PlaceRef<'tcx, Value<'ll>>,
) {
    // A loop over an index is what LLVM turns into a `memset`; one over a pointer is what a debugger steps over
    // as one line, where the loop stays as it is (rust-lang/rust#148058).
    let by_pointer = bx.cx.tcx.sess.opts.optimize == OptLevel::No;
    let index = |bx: &mut Builder<'_, 'll, 'tcx>, at| {
        let at = bx.cx.const_usize(at);
        if by_pointer {
            dest.project_index(bx, at).val.llval
        } else {
            at
        }
    };
    let (start, end) = (index(bx, 0), index(bx, count));
    let before = bx.llbb();
    let head = bx.append_sibling_block("fill.head");
    let body = bx.append_sibling_block("fill.body");
    let done = bx.append_sibling_block("fill.done");
    bx.br(head);

    bx.switch_to_block(head);
    let phi = built(bx.ll.build_phi(start.ty(), ""));
    let current = Value::from(phi);
    let is_more = if by_pointer {
        IntPredicate::IntNE
    } else {
        IntPredicate::IntULT
    };
    let more = bx.icmp(is_more, current, end);
    bx.cond_br(more, body, done);

    bx.switch_to_block(body);
    let slot = match by_pointer {
        true => {
            let align = dest.val.align.restrict_for_offset(elem.layout.size);
            PlaceRef::new_sized_aligned(current, elem.layout, align)
        }
        false => dest.project_index(bx, current),
    };
    elem.val.store(bx, slot);
    let one = bx.cx.const_usize(1);
    let next = match by_pointer {
        true => {
            let ty = bx.cx.backend_type(elem.layout);
            bx.inbounds_gep(ty, current, &[one])
        }
        false => bx.unchecked_uadd(current, one),
    };
    let last = bx.llbb();
    bx.br(head);
    phi.add_incoming(&[(&start, before), (&next, last)]);

    bx.switch_to_block(done);
}

/// Notes the store of a constant: many in a row become a copy.
pub(super) fn note_constant<'ll>(bx: &Builder<'_, 'll, '_>, val: Value<'ll>) {
    if stores::is_static(val) {
        bx.cx.note_constant_store(bx.llbb());
    }
}

/// Says of a store what `flags` say.
pub(super) fn describe_store<'ll>(bx: &Builder<'_, 'll, '_>, store: InstructionValue<'ll>, flags: MemFlags) {
    let context = bx.cx.llcx;
    if flags.contains(MemFlags::VOLATILE) {
        set_volatile(store);
    }
    if flags.contains(MemFlags::NONTEMPORAL) && nontemporal_is_ordered(bx) {
        let one = metadata::constant(bx.cx.const_i32(1));
        bx.annotate(store.into(), MetadataKind::NonTemporal, &[one]);
    }
    if flags.contains(MemFlags::CAPTURES_READ_ONLY) {
        // LangRef, "captures Metadata": what is read from the stored pointer later only reads through it.
        let parts = [&b"address"[..], b"read_provenance"].map(|part| metadata::string(context, part));
        let kind = context.get_kind_id("captures");
        metadata::attach_by_id(context, store.into(), kind, metadata::node(context, &parts));
    }
}

/// Whether a non-temporal store keeps the order that Rust's memory model demands. On x86 it does not:
/// a later release fence does not cover it (rust-lang/rust#114582), so it is a plain store there.
fn nontemporal_is_ordered(bx: &Builder<'_, '_, '_>) -> bool {
    matches!(
        bx.cx.tcx.sess.target.arch,
        Arch::AArch64 | Arch::Arm | Arch::RiscV32 | Arch::RiscV64
    )
}

/// The length of a block operation, as wide as an address.
pub(super) fn block_size<'ll>(bx: &mut Builder<'_, 'll, '_>, size: Value<'ll>) -> IntValue<'ll> {
    bx.intcast(size, bx.cx.types.isize, false).int()
}

/// Says of a block operation what `flags` say. The C interface, and so inkwell, has no parameter for that, and
/// writes `false` as the last operand of `llvm.memcpy` and its kin, `isvolatile`.
pub(super) fn describe_block_operation<'ll>(bx: &Builder<'_, 'll, '_>, call: Value<'ll>, flags: MemFlags) {
    assert!(
        !flags.contains(MemFlags::NONTEMPORAL),
        "LLVM has no non-temporal block operations"
    );
    if flags.contains(MemFlags::VOLATILE) {
        instruction(call).set_operand(3, bx.cx.const_bool(true));
    }
}

/// The markers let LLVM share stack slots, which makes variables of an unoptimised build unreadable in a debugger.
pub(super) fn lifetime_marker<'ll>(
    bx: &mut Builder<'_, 'll, '_>,
    name: &'static str,
    slot: Value<'ll>,
    size: Size,
) {
    if size != Size::ZERO && bx.cx.tcx.sess.emit_lifetime_markers() {
        bx.call_intrinsic(name, &[slot.ty()], &[slot]);
    }
}
