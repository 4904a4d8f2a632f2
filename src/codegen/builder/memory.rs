//! Stack slots, loads, stores, address computation and block copies.

use rustc_abi::{Align, BackendRepr, Primitive, Scalar, Size, WrappingRange};
use rustc_ast::expand::typetree::FncTree;
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::{HasTypingEnv, TyAndLayout};
use rustc_middle::ty::{self};
use rustc_session::config::OptLevel;
use rustc_target::spec::Arch;

use super::Builder;
use crate::codegen::layout::LayoutExt;
use crate::codegen::values::{Type, Value, ValueExt};
use crate::llvm::metadata::{self, MetadataKind};
use crate::llvm::{globals, instructions, memory, stores};

/// Alignments are written as a number of bytes.
fn bytes(align: Align) -> u32 {
    u32::try_from(align.bytes()).expect("rustc rejects alignments over 2^29")
}

impl<'a, 'll, 'tcx> Builder<'a, 'll, 'tcx> {
    pub(crate) fn alloca(&mut self, size: Size, align: Align) -> Value<'ll> {
        let ty = self.cx.byte_array(size.bytes());
        memory::stack_slot(&self.cx.llcx.create_builder(), self.llfn(), ty, bytes(align))
    }

    /// A slot for a scalable vector, whose size is known only at run time.
    pub(crate) fn alloca_with_ty(&mut self, layout: TyAndLayout<'tcx>) -> Value<'ll> {
        let ty = layout.llvm_type(self.cx);
        memory::stack_slot(
            &self.cx.llcx.create_builder(),
            self.llfn(),
            ty,
            bytes(layout.align.abi),
        )
    }

    /// Linkers of some targets do not honour large alignments of sections, so code must not rely on them.
    fn reliable(&self, align: Align) -> u32 {
        bytes(align.min(self.cx.tcx.sess.target.max_reliable_alignment()))
    }

    pub(crate) fn load(&mut self, ty: Type<'ll>, ptr: Value<'ll>, align: Align) -> Value<'ll> {
        memory::load(&self.ll, ty, ptr, self.reliable(align), false)
    }

    pub(crate) fn volatile_load(&mut self, ty: Type<'ll>, ptr: Value<'ll>, align: Align) -> Value<'ll> {
        memory::load(&self.ll, ty, ptr, self.reliable(align), true)
    }

    pub(crate) fn load_operand(&mut self, place: PlaceRef<'tcx, Value<'ll>>) -> OperandRef<'tcx, Value<'ll>> {
        let layout = place.layout;
        if layout.is_unsized() {
            let tail = self.cx.tcx.struct_tail_for_codegen(layout.ty, self.typing_env());
            if matches!(tail.kind(), ty::Foreign(..)) {
                // The size of an extern type is not known at run time either (rust-lang/rust#43467).
                self.cx
                    .tcx
                    .dcx()
                    .span_fatal(self.span, "unsized locals must not be `extern` types");
            }
        }
        assert_eq!(place.val.llextra.is_some(), layout.is_unsized());
        if layout.is_zst() {
            return OperandRef::zero_sized(layout);
        }
        let val = match layout.backend_repr {
            _ if place.val.llextra.is_some() => OperandValue::Ref(place.val),
            BackendRepr::Scalar(scalar) => OperandValue::Immediate(self.load_scalar(
                scalar,
                layout,
                place.val.llval,
                place.val.align,
                Size::ZERO,
            )),
            BackendRepr::ScalarPair { a, b, b_offset } => {
                let align = place.val.align;
                let first = self.load_scalar(a, layout, place.val.llval, align, Size::ZERO);
                let second_at = self.inbounds_ptradd(place.val.llval, self.cx.const_usize(b_offset.bytes()));
                let align = align.restrict_for_offset(b_offset);
                OperandValue::Pair(first, self.load_scalar(b, layout, second_at, align, b_offset))
            }
            BackendRepr::SimdVector { .. } | BackendRepr::SimdScalableVector { .. } => {
                let ty = layout.llvm_type(self.cx);
                let value = match self.constant_behind(place.val.llval, ty) {
                    Some(constant) => constant,
                    None => self.load(ty, place.val.llval, place.val.align),
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
    fn load_scalar(
        &mut self,
        scalar: Scalar,
        layout: TyAndLayout<'tcx>,
        ptr: Value<'ll>,
        align: Align,
        offset: Size,
    ) -> Value<'ll> {
        let ty = self.cx.type_from_scalar(scalar);
        if let Some(constant) = self.constant_behind(ptr, ty) {
            return self.to_immediate_scalar(constant, scalar);
        }
        let load = self.load(ty, ptr, align);
        if self.optimizing() {
            self.annotate_load(load, scalar, layout, offset);
        }
        self.to_immediate_scalar(load, scalar)
    }

    /// The value of an immutable global, if `ptr` is one that holds exactly a `ty`.
    fn constant_behind(&self, ptr: Value<'ll>, ty: Type<'ll>) -> Option<Value<'ll>> {
        globals::constant_initializer(ptr).filter(|init| self.cx.val_ty(*init) == ty)
    }

    fn annotate_load(&mut self, load: Value<'ll>, scalar: Scalar, layout: TyAndLayout<'tcx>, offset: Size) {
        if !scalar.is_uninit_valid() {
            self.mark(load, MetadataKind::NoUndef);
        }
        match scalar.primitive() {
            Primitive::Int(..) if !scalar.is_always_valid(self) => {
                self.range_metadata(load, scalar.valid_range(self));
            }
            Primitive::Pointer(_) => {
                if !scalar.valid_range(self).contains(0) {
                    self.nonnull_metadata(load);
                }
                if let Some(pointee) = layout.pointee_info_at(self, offset)
                    && pointee.align > Align::ONE
                {
                    let align = metadata::constant(self.cx.const_u64(pointee.align.bytes()));
                    self.annotate(load, MetadataKind::Align, &[align]);
                }
            }
            Primitive::Int(..) | Primitive::Float(_) => {}
        }
    }

    /// Attaches a node of `operands` to the instruction behind `value`.
    pub(crate) fn annotate(
        &self,
        value: Value<'ll>,
        kind: MetadataKind,
        operands: &[metadata::Metadata<'ll>],
    ) {
        if let Some(instruction) = value.instruction() {
            let context = self.cx.llcx;
            metadata::attach(context, instruction, kind, metadata::node(context, operands));
        }
    }

    /// Attaches an empty node: metadata that is a fact by being there.
    fn mark(&self, value: Value<'ll>, kind: MetadataKind) {
        self.annotate(value, kind, &[]);
    }

    pub(crate) fn range_metadata(&mut self, load: Value<'ll>, range: WrappingRange) {
        if self.optimizing() {
            let ty = self.cx.val_ty(load);
            // LLVM's range is half open (LangRef, "range Metadata").
            let bounds = [range.start, range.end.wrapping_add(1)]
                .map(|bound| metadata::constant(self.cx.const_uint_big(ty, bound)));
            self.annotate(load, MetadataKind::Range, &bounds);
        }
    }

    pub(crate) fn nonnull_metadata(&mut self, load: Value<'ll>) {
        self.mark(load, MetadataKind::NonNull);
    }

    pub(crate) fn set_invariant_load(&mut self, load: Value<'ll>) {
        self.mark(load, MetadataKind::InvariantLoad);
    }

    /// Fills an array with `count` copies of a value, in a loop.
    pub(crate) fn write_operand_repeatedly(
        &mut self,
        elem: OperandRef<'tcx, Value<'ll>>,
        count: u64,
        dest: PlaceRef<'tcx, Value<'ll>>,
    ) {
        // A loop over an index is what LLVM turns into a `memset`; one over a pointer is what a debugger steps over
        // as one line, where the loop stays as it is (rust-lang/rust#148058).
        let by_pointer = self.cx.tcx.sess.opts.optimize == OptLevel::No;
        let index = |bx: &mut Self, at| {
            let at = bx.cx.const_usize(at);
            if by_pointer {
                dest.project_index(bx, at).val.llval
            } else {
                at
            }
        };
        let (start, end) = (index(self, 0), index(self, count));
        let before = self.llbb();
        let head = self.append_sibling_block("fill.head");
        let body = self.append_sibling_block("fill.body");
        let done = self.append_sibling_block("fill.done");
        self.br(head);

        self.switch_to_block(head);
        let current = instructions::phi(&self.ll, self.cx.val_ty(start), &[(start, before)]);
        let is_more = if by_pointer {
            IntPredicate::IntNE
        } else {
            IntPredicate::IntULT
        };
        let more = self.icmp(is_more, current, end);
        self.cond_br(more, body, done);

        self.switch_to_block(body);
        let slot = match by_pointer {
            true => {
                let align = dest.val.align.restrict_for_offset(elem.layout.size);
                PlaceRef::new_sized_aligned(current, elem.layout, align)
            }
            false => dest.project_index(self, current),
        };
        elem.val.store(self, slot);
        let one = self.cx.const_usize(1);
        let next = match by_pointer {
            true => {
                let ty = self.cx.backend_type(elem.layout);
                self.inbounds_gep(ty, current, &[one])
            }
            false => self.unchecked_uadd(current, one),
        };
        let last = self.llbb();
        self.br(head);
        instructions::add_incoming(current, next, last);

        self.switch_to_block(done);
    }

    pub(crate) fn store(&mut self, val: Value<'ll>, ptr: Value<'ll>, align: Align) -> Value<'ll> {
        self.store_with_flags(val, ptr, align, MemFlags::empty())
    }

    pub(crate) fn store_with_flags(
        &mut self,
        val: Value<'ll>,
        ptr: Value<'ll>,
        align: Align,
        flags: MemFlags,
    ) -> Value<'ll> {
        let volatile = flags.contains(MemFlags::VOLATILE);
        if stores::is_static(val) {
            self.cx.note_constant_store(self.llbb());
        }
        let store = memory::store(&self.ll, val, ptr, self.reliable(align), volatile);
        let context = self.cx.llcx;
        if flags.contains(MemFlags::NONTEMPORAL) && self.nontemporal_is_ordered() {
            let one = metadata::constant(self.cx.const_i32(1));
            metadata::attach(
                context,
                store,
                MetadataKind::NonTemporal,
                metadata::node(context, &[one]),
            );
        }
        if flags.contains(MemFlags::CAPTURES_READ_ONLY) {
            // LangRef, "captures Metadata": what is read from the stored pointer later only reads through it.
            let parts = [&b"address"[..], b"read_provenance"].map(|part| metadata::string(context, part));
            let kind = metadata::kind_id(context, "captures");
            metadata::attach_by_id(context, store, kind, metadata::node(context, &parts));
        }
        Value::InstructionValue(store)
    }

    /// Whether a non-temporal store keeps the order that Rust's memory model demands. On x86 it does not:
    /// a later release fence does not cover it (rust-lang/rust#114582), so it is a plain store there.
    fn nontemporal_is_ordered(&self) -> bool {
        matches!(
            self.cx.tcx.sess.target.arch,
            Arch::AArch64 | Arch::Arm | Arch::RiscV32 | Arch::RiscV64
        )
    }

    pub(crate) fn gep(&mut self, ty: Type<'ll>, ptr: Value<'ll>, indices: &[Value<'ll>]) -> Value<'ll> {
        memory::element_pointer(&self.ll, ty, ptr, indices, memory::Bounds::Unknown)
    }

    pub(crate) fn inbounds_gep(
        &mut self,
        ty: Type<'ll>,
        ptr: Value<'ll>,
        indices: &[Value<'ll>],
    ) -> Value<'ll> {
        memory::element_pointer(&self.ll, ty, ptr, indices, memory::Bounds::Within)
    }

    pub(crate) fn inbounds_nuw_gep(
        &mut self,
        ty: Type<'ll>,
        ptr: Value<'ll>,
        indices: &[Value<'ll>],
    ) -> Value<'ll> {
        memory::element_pointer(&self.ll, ty, ptr, indices, memory::Bounds::WithinUnsigned)
    }

    /// `typetree` describes the copied bytes to the differentiation plug-in, which this backend has not.
    pub(crate) fn memcpy(
        &mut self,
        dst: Value<'ll>,
        dst_align: Align,
        src: Value<'ll>,
        src_align: Align,
        size: Value<'ll>,
        flags: MemFlags,
        _typetree: Option<FncTree>,
    ) {
        let (size, volatile) = self.block_operands(size, flags);
        memory::copy(
            &self.ll,
            (dst, bytes(dst_align)),
            (src, bytes(src_align)),
            size,
            volatile,
        );
    }

    pub(crate) fn memmove(
        &mut self,
        dst: Value<'ll>,
        dst_align: Align,
        src: Value<'ll>,
        src_align: Align,
        size: Value<'ll>,
        flags: MemFlags,
    ) {
        let (size, volatile) = self.block_operands(size, flags);
        memory::move_overlapping(
            &self.ll,
            (dst, bytes(dst_align)),
            (src, bytes(src_align)),
            size,
            volatile,
        );
    }

    pub(crate) fn memset(
        &mut self,
        ptr: Value<'ll>,
        fill_byte: Value<'ll>,
        size: Value<'ll>,
        align: Align,
        flags: MemFlags,
    ) {
        let (size, volatile) = self.block_operands(size, flags);
        memory::fill(&self.ll, (ptr, bytes(align)), fill_byte, size, volatile);
    }

    fn block_operands(&mut self, size: Value<'ll>, flags: MemFlags) -> (Value<'ll>, bool) {
        assert!(
            !flags.contains(MemFlags::NONTEMPORAL),
            "LLVM has no non-temporal block operations"
        );
        let size = self.intcast(size, self.cx.types.isize, false);
        (size, flags.contains(MemFlags::VOLATILE))
    }

    pub(crate) fn lifetime_start(&mut self, ptr: Value<'ll>, size: Size) {
        self.lifetime_marker("llvm.lifetime.start", ptr, size);
    }

    pub(crate) fn lifetime_end(&mut self, ptr: Value<'ll>, size: Size) {
        self.lifetime_marker("llvm.lifetime.end", ptr, size);
    }

    fn lifetime_marker(&mut self, name: &'static str, ptr: Value<'ll>, size: Size) {
        // The markers let LLVM share stack slots, which makes variables of an unoptimised build unreadable in a debugger.
        if size != Size::ZERO && self.cx.tcx.sess.emit_lifetime_markers() {
            self.call_intrinsic(name, &[self.cx.val_ty(ptr)], &[ptr]);
        }
    }
}
