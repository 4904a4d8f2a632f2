//! The table of contents of the builder: each method of rustc's trait, and the file that does it.
use inkwell::basic_block::BasicBlock;
use inkwell::values::FunctionValue;
use rustc_abi::{Align, Scalar, Size, WrappingRange};
use rustc_ast::expand::typetree::FncTree;
use rustc_attr_ir::UnrollAttr;
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::common::{AtomicRmwBinOp, IntPredicate, RealPredicate, SynchronizationScope};
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::*;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_middle::ty::{AtomicOrdering, Instance, Ty};
use rustc_span::Span;
use rustc_target::callconv::FnAbi;

use super::Builder;
use crate::codegen::context::CodegenCx;

/// The methods of two values and a result.
macro_rules! binary {
    ($($name:ident),* $(,)?) => {
        $(fn $name(&mut self, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
            Builder::$name(self, lhs, rhs)
        })*
    };
}

/// The methods that convert a value to a type.
macro_rules! casts {
    ($($name:ident),* $(,)?) => {
        $(fn $name(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
            Builder::$name(self, val, dest_ty)
        })*
    };
}

impl<'a, 'll, 'tcx> BuilderMethods<'a, 'tcx> for Builder<'a, 'll, 'tcx> {
    type CodegenCx = CodegenCx<'ll, 'tcx>;

    fn build(cx: &'a CodegenCx<'ll, 'tcx>, block: BasicBlock<'ll>) -> Self {
        Builder::at_end_of(cx, block)
    }

    fn cx(&self) -> &CodegenCx<'ll, 'tcx> {
        self.cx
    }

    fn llbb(&self) -> BasicBlock<'ll> {
        self.ll
            .get_insert_block()
            .expect("a builder always stands in a block")
    }

    fn set_span(&mut self, span: Span) {
        self.span = span;
    }

    fn append_block(
        cx: &'a CodegenCx<'ll, 'tcx>,
        function: FunctionValue<'ll>,
        name: &str,
    ) -> BasicBlock<'ll> {
        cx.llcx.append_basic_block(function, name)
    }

    fn append_sibling_block(&mut self, name: &str) -> BasicBlock<'ll> {
        self.cx.llcx.append_basic_block(self.llfn(), name)
    }

    fn switch_to_block(&mut self, block: BasicBlock<'ll>) {
        self.ll.position_at_end(block);
        // The next statement sets its own; until then an instruction has none rather than that of another statement.
        self.ll.unset_current_debug_location();
    }

    fn ret_void(&mut self) {
        Builder::ret_void(self)
    }

    fn ret(&mut self, v: Self::Value) {
        Builder::ret(self, v)
    }

    fn br(&mut self, dest: Self::BasicBlock) {
        Builder::br(self, dest)
    }

    fn br_with_attrs(&mut self, dest: Self::BasicBlock, loop_hint_attrs: &[UnrollAttr]) {
        Builder::br_with_attrs(self, dest, loop_hint_attrs)
    }

    fn cond_br(&mut self, cond: Self::Value, then_llbb: Self::BasicBlock, else_llbb: Self::BasicBlock) {
        Builder::cond_br(self, cond, then_llbb, else_llbb)
    }

    fn cond_br_with_expect(
        &mut self,
        cond: Self::Value,
        then_llbb: Self::BasicBlock,
        else_llbb: Self::BasicBlock,
        expect: Option<bool>,
    ) {
        Builder::cond_br_with_expect(self, cond, then_llbb, else_llbb, expect)
    }

    fn switch(
        &mut self,
        v: Self::Value,
        else_llbb: Self::BasicBlock,
        cases: impl ExactSizeIterator<Item = (u128, Self::BasicBlock)>,
    ) {
        Builder::switch(self, v, else_llbb, cases)
    }

    fn switch_with_weights(
        &mut self,
        v: Self::Value,
        else_llbb: Self::BasicBlock,
        else_is_cold: bool,
        cases: impl ExactSizeIterator<Item = (u128, Self::BasicBlock, bool)>,
    ) {
        Builder::switch_with_weights(self, v, else_llbb, else_is_cold, cases)
    }

    fn invoke(
        &mut self,
        llty: Self::FunctionSignature,
        fn_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        llfn: Self::Value,
        return_slot: ReturnSlot<Self::Value>,
        args: &[Self::Value],
        then: Self::BasicBlock,
        catch: Self::BasicBlock,
        funclet: Option<&Self::Funclet>,
        instance: Option<Instance<'tcx>>,
    ) -> Self::Value {
        Builder::invoke(
            self,
            llty,
            fn_attrs,
            fn_abi,
            llfn,
            return_slot,
            args,
            then,
            catch,
            funclet,
            instance,
        )
    }

    fn unreachable(&mut self) {
        Builder::unreachable(self)
    }

    binary! {
        add, fadd, fadd_fast, fadd_algebraic, sub, fsub, fsub_fast, fsub_algebraic, mul, fmul,
        fmul_fast, fmul_algebraic, udiv, exactudiv, sdiv, exactsdiv, fdiv, fdiv_fast, fdiv_algebraic,
        urem, srem, frem, frem_fast, frem_algebraic, shl, lshr, ashr, unchecked_sadd, unchecked_uadd,
        unchecked_suadd, unchecked_ssub, unchecked_usub, unchecked_susub, unchecked_smul,
        unchecked_umul, unchecked_sumul, and, or, or_disjoint, xor
    }

    fn neg(&mut self, v: Self::Value) -> Self::Value {
        Builder::neg(self, v)
    }

    fn fneg(&mut self, v: Self::Value) -> Self::Value {
        Builder::fneg(self, v)
    }

    fn not(&mut self, v: Self::Value) -> Self::Value {
        Builder::not(self, v)
    }

    fn checked_binop(
        &mut self,
        oop: OverflowOp,
        ty: Ty<'tcx>,
        lhs: Self::Value,
        rhs: Self::Value,
    ) -> (Self::Value, Self::Value) {
        Builder::checked_binop(self, oop, ty, lhs, rhs)
    }

    fn from_immediate(&mut self, val: Self::Value) -> Self::Value {
        Builder::from_immediate(self, val)
    }

    fn to_immediate_scalar(&mut self, val: Self::Value, scalar: Scalar) -> Self::Value {
        Builder::to_immediate_scalar(self, val, scalar)
    }

    fn alloca(&mut self, size: Size, align: Align) -> Self::Value {
        Builder::alloca(self, size, align)
    }

    fn alloca_with_ty(&mut self, layout: TyAndLayout<'tcx>) -> Self::Value {
        Builder::alloca_with_ty(self, layout)
    }

    fn load(&mut self, ty: Self::Type, ptr: Self::Value, align: Align) -> Self::Value {
        Builder::load(self, ty, ptr, align)
    }

    fn volatile_load(&mut self, ty: Self::Type, ptr: Self::Value, align: Align) -> Self::Value {
        Builder::volatile_load(self, ty, ptr, align)
    }

    fn atomic_load(
        &mut self,
        ty: Self::Type,
        ptr: Self::Value,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) -> Self::Value {
        Builder::atomic_load(self, ty, ptr, order, volatile, size)
    }

    fn load_operand(&mut self, place: PlaceRef<'tcx, Self::Value>) -> OperandRef<'tcx, Self::Value> {
        Builder::load_operand(self, place)
    }

    fn write_operand_repeatedly(
        &mut self,
        elem: OperandRef<'tcx, Self::Value>,
        count: u64,
        dest: PlaceRef<'tcx, Self::Value>,
    ) {
        Builder::write_operand_repeatedly(self, elem, count, dest)
    }

    fn range_metadata(&mut self, load: Self::Value, range: WrappingRange) {
        Builder::range_metadata(self, load, range)
    }

    fn nonnull_metadata(&mut self, load: Self::Value) {
        Builder::nonnull_metadata(self, load)
    }

    fn store(&mut self, val: Self::Value, ptr: Self::Value, align: Align) -> Self::Value {
        Builder::store(self, val, ptr, align)
    }

    fn store_with_flags(
        &mut self,
        val: Self::Value,
        ptr: Self::Value,
        align: Align,
        flags: MemFlags,
    ) -> Self::Value {
        Builder::store_with_flags(self, val, ptr, align, flags)
    }

    fn atomic_store(
        &mut self,
        val: Self::Value,
        ptr: Self::Value,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) {
        Builder::atomic_store(self, val, ptr, order, volatile, size)
    }

    fn gep(&mut self, ty: Self::Type, ptr: Self::Value, indices: &[Self::Value]) -> Self::Value {
        Builder::gep(self, ty, ptr, indices)
    }

    fn inbounds_gep(&mut self, ty: Self::Type, ptr: Self::Value, indices: &[Self::Value]) -> Self::Value {
        Builder::inbounds_gep(self, ty, ptr, indices)
    }

    fn inbounds_nuw_gep(&mut self, ty: Self::Type, ptr: Self::Value, indices: &[Self::Value]) -> Self::Value {
        Builder::inbounds_nuw_gep(self, ty, ptr, indices)
    }

    casts! {
        trunc, unchecked_utrunc, unchecked_strunc, sext, fptoui_sat, fptosi_sat, fptoui, fptosi, uitofp,
        sitofp, fptrunc, fpext, ptrtoint, inttoptr, bitcast, pointercast, zext
    }

    fn intcast(&mut self, val: Self::Value, dest_ty: Self::Type, is_signed: bool) -> Self::Value {
        Builder::intcast(self, val, dest_ty, is_signed)
    }

    fn icmp(&mut self, op: IntPredicate, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        Builder::icmp(self, op, lhs, rhs)
    }

    fn fcmp(&mut self, op: RealPredicate, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        Builder::fcmp(self, op, lhs, rhs)
    }

    fn three_way_compare(&mut self, ty: Ty<'tcx>, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        Builder::three_way_compare(self, ty, lhs, rhs)
    }

    fn memcpy(
        &mut self,
        dst: Self::Value,
        dst_align: Align,
        src: Self::Value,
        src_align: Align,
        size: Self::Value,
        flags: MemFlags,
        tt: Option<FncTree>,
    ) {
        Builder::memcpy(self, dst, dst_align, src, src_align, size, flags, tt)
    }

    fn memmove(
        &mut self,
        dst: Self::Value,
        dst_align: Align,
        src: Self::Value,
        src_align: Align,
        size: Self::Value,
        flags: MemFlags,
    ) {
        Builder::memmove(self, dst, dst_align, src, src_align, size, flags)
    }

    fn memset(
        &mut self,
        ptr: Self::Value,
        fill_byte: Self::Value,
        size: Self::Value,
        align: Align,
        flags: MemFlags,
    ) {
        Builder::memset(self, ptr, fill_byte, size, align, flags)
    }

    fn vscale(&mut self, ty: Self::Type) -> Self::Value {
        Builder::vscale(self, ty)
    }

    fn select(&mut self, cond: Self::Value, then_val: Self::Value, else_val: Self::Value) -> Self::Value {
        Builder::select(self, cond, then_val, else_val)
    }

    fn va_arg(&mut self, list: Self::Value, ty: Self::Type) -> Self::Value {
        Builder::va_arg(self, list, ty)
    }

    fn extract_element(&mut self, vec: Self::Value, idx: Self::Value) -> Self::Value {
        Builder::extract_element(self, vec, idx)
    }

    fn vector_splat(&mut self, num_elts: u64, elt: Self::Value) -> Self::Value {
        Builder::vector_splat(self, num_elts, elt)
    }

    fn extract_value(&mut self, agg_val: Self::Value, idx: u64) -> Self::Value {
        Builder::extract_value(self, agg_val, idx)
    }

    fn insert_value(&mut self, agg_val: Self::Value, elt: Self::Value, idx: u64) -> Self::Value {
        Builder::insert_value(self, agg_val, elt, idx)
    }

    fn set_personality_fn(&mut self, personality: Self::Function) {
        Builder::set_personality_fn(self, personality)
    }

    fn cleanup_landing_pad(&mut self, pers_fn: Self::Function) -> (Self::Value, Self::Value) {
        Builder::cleanup_landing_pad(self, pers_fn)
    }

    fn filter_landing_pad(&mut self, pers_fn: Self::Function) {
        Builder::filter_landing_pad(self, pers_fn)
    }

    fn resume(&mut self, exn0: Self::Value, exn1: Self::Value) {
        Builder::resume(self, exn0, exn1)
    }

    fn cleanup_pad(&mut self, parent: Option<Self::Value>, args: &[Self::Value]) -> Self::Funclet {
        Builder::cleanup_pad(self, parent, args)
    }

    fn cleanup_ret(&mut self, funclet: &Self::Funclet, unwind: Option<Self::BasicBlock>) {
        Builder::cleanup_ret(self, funclet, unwind)
    }

    fn catch_pad(&mut self, parent: Self::Value, args: &[Self::Value]) -> Self::Funclet {
        Builder::catch_pad(self, parent, args)
    }

    fn catch_switch(
        &mut self,
        parent: Option<Self::Value>,
        unwind: Option<Self::BasicBlock>,
        handlers: &[Self::BasicBlock],
    ) -> Self::Value {
        Builder::catch_switch(self, parent, unwind, handlers)
    }

    fn get_funclet_cleanuppad(&self, funclet: &Self::Funclet) -> Self::Value {
        Builder::get_funclet_cleanuppad(self, funclet)
    }

    fn atomic_cmpxchg(
        &mut self,
        dst: Self::Value,
        cmp: Self::Value,
        src: Self::Value,
        order: AtomicOrdering,
        failure_order: AtomicOrdering,
        weak: bool,
    ) -> (Self::Value, Self::Value) {
        Builder::atomic_cmpxchg(self, dst, cmp, src, order, failure_order, weak)
    }

    fn atomic_rmw(
        &mut self,
        op: AtomicRmwBinOp,
        dst: Self::Value,
        src: Self::Value,
        order: AtomicOrdering,
        ret_ptr: bool,
    ) -> Self::Value {
        Builder::atomic_rmw(self, op, dst, src, order, ret_ptr)
    }

    fn atomic_fence(&mut self, order: AtomicOrdering, scope: SynchronizationScope) {
        Builder::atomic_fence(self, order, scope)
    }

    fn set_invariant_load(&mut self, load: Self::Value) {
        Builder::set_invariant_load(self, load)
    }

    fn lifetime_start(&mut self, ptr: Self::Value, size: Size) {
        Builder::lifetime_start(self, ptr, size)
    }

    fn lifetime_end(&mut self, ptr: Self::Value, size: Size) {
        Builder::lifetime_end(self, ptr, size)
    }

    fn call(
        &mut self,
        llty: Self::FunctionSignature,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        fn_val: Self::Value,
        return_slot: ReturnSlot<Self::Value>,
        args: &[Self::Value],
        funclet: Option<&Self::Funclet>,
        callee_instance: Option<Instance<'tcx>>,
    ) -> Self::Value {
        Builder::call(
            self,
            llty,
            caller_attrs,
            fn_abi,
            fn_val,
            return_slot,
            args,
            funclet,
            callee_instance,
        )
    }

    fn tail_call(
        &mut self,
        llty: Self::FunctionSignature,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        llfn: Self::Value,
        return_slot: ReturnSlot<Self::Value>,
        args: &[Self::Value],
        funclet: Option<&Self::Funclet>,
        callee_instance: Option<Instance<'tcx>>,
    ) {
        Builder::tail_call(
            self,
            llty,
            caller_attrs,
            fn_abi,
            llfn,
            return_slot,
            args,
            funclet,
            callee_instance,
        )
    }

    fn apply_attrs_to_cleanup_callsite(&mut self, llret: Self::Value) {
        Builder::apply_attrs_to_cleanup_callsite(self, llret)
    }
}
