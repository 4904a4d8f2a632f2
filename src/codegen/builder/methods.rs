//! rustc's `BuilderMethods`. Most of them are one instruction, which inkwell's method of that name makes from
//! here; where there is more to say, the file of the concept says it.

use inkwell::basic_block::BasicBlock;
use inkwell::values::{FastMathFlags, FunctionValue};
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
use smallvec::SmallVec;

use super::arithmetic::{self, ALGEBRAIC, Promise, promise, set_fast_math};
use super::call::CallSite;
use super::families::{binary, casts, copies, unary};
use super::{Builder, atomic, built, cast, compare, control, memory};
use crate::codegen::context::CodegenCx;
use crate::codegen::layout::LayoutExt;
use crate::llvm::instructions::{self, Bounds};
use crate::llvm::metadata::MetadataKind;
use crate::llvm::{Funclet, calls, funclet};

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
        if let Some(recorder) = &self.cx.recorder {
            recorder.note(self, span);
        }
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
        if self.cx.recorder.is_some() {
            return;
        }
        // The next statement sets its own; until then an instruction has none rather than that of another statement.
        self.ll.unset_current_debug_location();
    }

    fn ret_void(&mut self) {
        built(self.ll.build_return(None));
    }

    fn ret(&mut self, v: Self::Value) {
        built(self.ll.build_return(Some(&v)));
    }

    fn br(&mut self, dest: Self::BasicBlock) {
        built(self.ll.build_unconditional_branch(dest));
    }

    fn br_with_attrs(&mut self, dest: Self::BasicBlock, loop_hint_attrs: &[UnrollAttr]) {
        let branch = built(self.ll.build_unconditional_branch(dest));
        control::hint_loop(self, branch, loop_hint_attrs);
    }

    fn cond_br(&mut self, cond: Self::Value, then_llbb: Self::BasicBlock, else_llbb: Self::BasicBlock) {
        self.cond_br_with_expect(cond, then_llbb, else_llbb, None)
    }

    fn cond_br_with_expect(
        &mut self,
        cond: Self::Value,
        then_llbb: Self::BasicBlock,
        else_llbb: Self::BasicBlock,
        expect: Option<bool>,
    ) {
        let branch = built(self.ll.build_conditional_branch(cond.int(), then_llbb, else_llbb));
        if let Some(expected) = expect {
            control::weigh_edges(self, branch, [!expected, expected]);
        }
    }

    fn switch(
        &mut self,
        v: Self::Value,
        else_llbb: Self::BasicBlock,
        cases: impl ExactSizeIterator<Item = (u128, Self::BasicBlock)>,
    ) {
        let ty = v.ty();
        let cases: SmallVec<[_; 8]> = cases
            .map(|(value, block)| (self.cx.const_uint_big(ty, value).int(), block))
            .collect();
        built(self.ll.build_switch(v.int(), else_llbb, &cases));
    }

    fn switch_with_weights(
        &mut self,
        v: Self::Value,
        else_llbb: Self::BasicBlock,
        else_is_cold: bool,
        cases: impl ExactSizeIterator<Item = (u128, Self::BasicBlock, bool)>,
    ) {
        let ty = v.ty();
        let mut cold = vec![else_is_cold];
        let cases: SmallVec<[_; 8]> = cases
            .map(|(value, block, is_cold)| {
                cold.push(is_cold);
                (self.cx.const_uint_big(ty, value).int(), block)
            })
            .collect();
        let switch = built(self.ll.build_switch(v.int(), else_llbb, &cases));
        control::weigh_edges(self, switch, cold);
    }

    fn unreachable(&mut self) {
        built(self.ll.build_unreachable());
    }

    binary! {
        add = build_int_add;
        sub = build_int_sub;
        mul = build_int_mul;
        udiv = build_int_unsigned_div;
        sdiv = build_int_signed_div;
        urem = build_int_unsigned_rem;
        srem = build_int_signed_rem;
        shl = build_left_shift;
        and = build_and;
        or = build_or;
        xor = build_xor;
        exactudiv = build_int_unsigned_div promising Exact;
        exactsdiv = build_int_exact_signed_div;
        or_disjoint = build_or promising Disjoint;
        unchecked_sadd = build_int_nsw_add;
        unchecked_uadd = build_int_nuw_add;
        unchecked_suadd = build_int_nsw_add promising NoUnsignedWrap;
        unchecked_ssub = build_int_nsw_sub;
        unchecked_usub = build_int_nuw_sub;
        unchecked_susub = build_int_nsw_sub promising NoUnsignedWrap;
        unchecked_smul = build_int_nsw_mul;
        unchecked_umul = build_int_nuw_mul;
        unchecked_sumul = build_int_nsw_mul promising NoUnsignedWrap;
        fadd = build_float_add;
        fsub = build_float_sub;
        fmul = build_float_mul;
        fdiv = build_float_div;
        frem = build_float_rem;
        fadd_fast = build_float_add allowing FastMathFlags::all();
        fsub_fast = build_float_sub allowing FastMathFlags::all();
        fmul_fast = build_float_mul allowing FastMathFlags::all();
        fdiv_fast = build_float_div allowing FastMathFlags::all();
        frem_fast = build_float_rem allowing FastMathFlags::all();
        fadd_algebraic = build_float_add allowing ALGEBRAIC;
        fsub_algebraic = build_float_sub allowing ALGEBRAIC;
        fmul_algebraic = build_float_mul allowing ALGEBRAIC;
        fdiv_algebraic = build_float_div allowing ALGEBRAIC;
        frem_algebraic = build_float_rem allowing ALGEBRAIC;
    }

    fn lshr(&mut self, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        built(self.ll.build_right_shift(lhs, rhs, false, ""))
    }

    fn ashr(&mut self, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        built(self.ll.build_right_shift(lhs, rhs, true, ""))
    }

    unary! {
        neg = build_int_neg;
        fneg = build_float_neg;
        not = build_not;
    }

    fn checked_binop(
        &mut self,
        oop: OverflowOp,
        ty: Ty<'tcx>,
        lhs: Self::Value,
        rhs: Self::Value,
    ) -> (Self::Value, Self::Value) {
        arithmetic::checked_binop(self, oop, ty, lhs, rhs)
    }

    /// From the SSA form of a scalar to its memory form: a `bool` is an `i1` here and an `i8` there.
    fn from_immediate(&mut self, val: Self::Value) -> Self::Value {
        match val.ty() == self.cx.types.i1 {
            true => self.zext(val, self.cx.types.i8),
            false => val,
        }
    }

    /// From the memory form to the SSA form. A `bool` in memory is 0 or 1, so nothing is cut off.
    fn to_immediate_scalar(&mut self, val: Self::Value, scalar: Scalar) -> Self::Value {
        match scalar.is_bool() {
            true => self.unchecked_utrunc(val, self.cx.types.i1),
            false => val,
        }
    }

    fn alloca(&mut self, size: Size, align: Align) -> Self::Value {
        memory::stack_slot(self, self.cx.byte_array(size.bytes()), align)
    }

    /// A slot for a scalable vector, whose size is known only at run time.
    fn alloca_with_ty(&mut self, layout: TyAndLayout<'tcx>) -> Self::Value {
        memory::stack_slot(self, layout.llvm_type(self.cx), layout.align.abi)
    }

    fn load(&mut self, ty: Self::Type, ptr: Self::Value, align: Align) -> Self::Value {
        memory::load(self, ty, ptr, memory::reliable(self, align))
    }

    fn volatile_load(&mut self, ty: Self::Type, ptr: Self::Value, align: Align) -> Self::Value {
        let load = self.load(ty, ptr, align);
        memory::set_volatile(memory::instruction(load));
        load
    }

    /// An atomic load. It is aligned to its size: LLVM makes a library call of anything less.
    fn atomic_load(
        &mut self,
        ty: Self::Type,
        ptr: Self::Value,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) -> Self::Value {
        let load = memory::load(self, ty, ptr, size.bytes() as u32);
        atomic::set_ordering(memory::instruction(load), order);
        if volatile {
            memory::set_volatile(memory::instruction(load));
        }
        load
    }

    fn load_operand(&mut self, place: PlaceRef<'tcx, Self::Value>) -> OperandRef<'tcx, Self::Value> {
        memory::load_operand(self, place)
    }

    fn write_operand_repeatedly(
        &mut self,
        elem: OperandRef<'tcx, Self::Value>,
        count: u64,
        dest: PlaceRef<'tcx, Self::Value>,
    ) {
        memory::fill_array(self, elem, count, dest)
    }

    fn range_metadata(&mut self, load: Self::Value, range: WrappingRange) {
        memory::annotate_range(self, load, range)
    }

    fn nonnull_metadata(&mut self, load: Self::Value) {
        self.annotate(load, MetadataKind::NonNull, &[]);
    }

    fn set_invariant_load(&mut self, load: Self::Value) {
        self.annotate(load, MetadataKind::InvariantLoad, &[]);
    }

    fn store(&mut self, val: Self::Value, ptr: Self::Value, align: Align) -> Self::Value {
        self.store_with_flags(val, ptr, align, MemFlags::empty())
    }

    fn store_with_flags(
        &mut self,
        val: Self::Value,
        ptr: Self::Value,
        align: Align,
        flags: MemFlags,
    ) -> Self::Value {
        memory::note_constant(self, val);
        let store = built(self.ll.build_store(ptr.pointer(), val));
        memory::set_alignment(store, memory::reliable(self, align));
        memory::describe_store(self, store, flags);
        store.into()
    }

    fn atomic_store(
        &mut self,
        val: Self::Value,
        ptr: Self::Value,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) {
        let store = built(self.ll.build_store(ptr.pointer(), val));
        memory::set_alignment(store, size.bytes() as u32);
        atomic::set_ordering(store, order);
        if volatile {
            memory::set_volatile(store);
        }
    }

    fn gep(&mut self, ty: Self::Type, ptr: Self::Value, indices: &[Self::Value]) -> Self::Value {
        instructions::element_pointer(&self.ll, ty, ptr, indices, Bounds::Unknown)
    }

    fn inbounds_gep(&mut self, ty: Self::Type, ptr: Self::Value, indices: &[Self::Value]) -> Self::Value {
        instructions::element_pointer(&self.ll, ty, ptr, indices, Bounds::Within)
    }

    fn inbounds_nuw_gep(&mut self, ty: Self::Type, ptr: Self::Value, indices: &[Self::Value]) -> Self::Value {
        instructions::element_pointer(&self.ll, ty, ptr, indices, Bounds::WithinUnsigned)
    }

    casts! {
        trunc = build_int_truncate;
        unchecked_utrunc = build_int_truncate promising NoUnsignedWrap;
        unchecked_strunc = build_int_truncate promising NoSignedWrap;
        sext = build_int_s_extend;
        zext = build_int_z_extend;
        uitofp = build_unsigned_int_to_float;
        sitofp = build_signed_int_to_float;
        fptrunc = build_float_trunc;
        fpext = build_float_ext;
        ptrtoint = build_ptr_to_int;
        inttoptr = build_int_to_ptr;
    }

    fn fptoui_sat(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
        self.call_intrinsic("llvm.fptoui.sat", &[dest_ty, val.ty()], &[val])
    }

    fn fptosi_sat(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
        self.call_intrinsic("llvm.fptosi.sat", &[dest_ty, val.ty()], &[val])
    }

    fn fptoui(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
        match cast::is_wasm_truncation(self, val, dest_ty) {
            true => self.call_intrinsic("llvm.wasm.trunc.unsigned", &[dest_ty, val.ty()], &[val]),
            false => built(self.ll.build_float_to_unsigned_int(val, dest_ty, "")),
        }
    }

    fn fptosi(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
        match cast::is_wasm_truncation(self, val, dest_ty) {
            true => self.call_intrinsic("llvm.wasm.trunc.signed", &[dest_ty, val.ty()], &[val]),
            false => built(self.ll.build_float_to_signed_int(val, dest_ty, "")),
        }
    }

    fn bitcast(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
        built(self.ll.build_bit_cast(val, dest_ty, "")).into()
    }

    fn intcast(&mut self, val: Self::Value, dest_ty: Self::Type, is_signed: bool) -> Self::Value {
        cast::integer(self, val, dest_ty, is_signed)
    }

    fn pointercast(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
        cast::pointer(self, val, dest_ty)
    }

    fn icmp(&mut self, op: IntPredicate, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        built(self.ll.build_int_compare(compare::of_integers(op), lhs, rhs, ""))
    }

    fn fcmp(&mut self, op: RealPredicate, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        built(self.ll.build_float_compare(compare::of_floats(op), lhs, rhs, ""))
    }

    /// `Ordering` as an `i8`: LLVM has it as one intrinsic since version 20.
    fn three_way_compare(&mut self, ty: Ty<'tcx>, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
        let name = if ty.is_signed() { "llvm.scmp" } else { "llvm.ucmp" };
        self.call_intrinsic(name, &[self.cx.types.i8, lhs.ty()], &[lhs, rhs])
    }

    copies! {
        /// `tt` describes the copied bytes to the differentiation plug-in, which this backend has not.
        memcpy = build_memcpy (_tt: Option<FncTree>);
        memmove = build_memmove ();
    }

    fn memset(
        &mut self,
        ptr: Self::Value,
        fill_byte: Self::Value,
        size: Self::Value,
        align: Align,
        flags: MemFlags,
    ) {
        let (to, byte, size) = (ptr.pointer(), fill_byte.int(), memory::block_size(self, size));
        let fill = built(self.ll.build_memset(to, memory::bytes(align), byte, size));
        memory::describe_block_operation(self, fill.into(), flags);
    }

    fn vscale(&mut self, ty: Self::Type) -> Self::Value {
        self.call_intrinsic("llvm.vscale", &[ty], &[])
    }

    fn select(&mut self, cond: Self::Value, then_val: Self::Value, else_val: Self::Value) -> Self::Value {
        built(self.ll.build_select(cond, then_val, else_val, "")).into()
    }

    fn va_arg(&mut self, list: Self::Value, ty: Self::Type) -> Self::Value {
        built(self.ll.build_va_arg(list.pointer(), ty, "")).into()
    }

    fn extract_element(&mut self, vec: Self::Value, idx: Self::Value) -> Self::Value {
        built(self.ll.build_extract_element(vec, idx.int(), "")).into()
    }

    /// `elt` in each of `num_elts` lanes: inserted once, then shuffled everywhere, which is the form
    /// that LLVM's pattern matchers know as a splat.
    fn vector_splat(&mut self, num_elts: u64, elt: Self::Value) -> Self::Value {
        let lanes = u32::try_from(num_elts).expect("a vector has fewer than 2^32 lanes");
        let poison = self.cx.const_poison(self.cx.vector_type(elt.ty(), lanes));
        let first = self.insert_element(poison, elt, self.cx.const_i32(0));
        let mask = self.cx.const_null(self.cx.vector_type(self.cx.types.i32, lanes));
        self.shuffle_vector(first, poison, mask)
    }

    fn extract_value(&mut self, agg_val: Self::Value, idx: u64) -> Self::Value {
        built(self.ll.build_extract_value(agg_val, idx as u32, "")).into()
    }

    fn insert_value(&mut self, agg_val: Self::Value, elt: Self::Value, idx: u64) -> Self::Value {
        built(self.ll.build_insert_value(agg_val, elt, idx as u32, "")).into()
    }

    fn set_personality_fn(&mut self, personality: Self::Function) {
        self.llfn().set_personality_function(personality);
    }

    fn cleanup_landing_pad(&mut self, pers_fn: Self::Function) -> (Self::Value, Self::Value) {
        let pad = self.landing_pad(pers_fn, &[], true);
        (self.extract_value(pad, 0), self.extract_value(pad, 1))
    }

    /// A filter that lists no type, which is a clause of array type: no exception passes (LangRef, `landingpad`).
    fn filter_landing_pad(&mut self, pers_fn: Self::Function) {
        let filter = self.cx.const_null(self.cx.array_type(self.cx.types.ptr, 0));
        self.landing_pad(pers_fn, &[filter], false);
    }

    fn resume(&mut self, exn0: Self::Value, exn1: Self::Value) {
        let empty = self.cx.const_poison(self.landing_pad_type());
        let half = self.insert_value(empty, exn0, 0);
        let exception = self.insert_value(half, exn1, 1);
        built(self.ll.build_resume(exception));
    }

    fn cleanup_pad(&mut self, parent: Option<Self::Value>, args: &[Self::Value]) -> Funclet<'ll> {
        funclet::cleanup_pad(&self.ll, parent, args)
    }

    fn cleanup_ret(&mut self, funclet: &Funclet<'ll>, unwind: Option<Self::BasicBlock>) {
        funclet::cleanup_return(&self.ll, funclet, unwind);
    }

    fn catch_pad(&mut self, parent: Self::Value, args: &[Self::Value]) -> Funclet<'ll> {
        funclet::catch_pad(&self.ll, parent, args)
    }

    fn catch_switch(
        &mut self,
        parent: Option<Self::Value>,
        unwind: Option<Self::BasicBlock>,
        handlers: &[Self::BasicBlock],
    ) -> Self::Value {
        funclet::catch_switch(&self.ll, parent, unwind, handlers)
    }

    fn get_funclet_cleanuppad(&self, funclet: &Funclet<'ll>) -> Self::Value {
        funclet.pad
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
        let orderings = (atomic::ordering(order), atomic::ordering(failure_order));
        let pair = instructions::compare_exchange(&self.ll, dst, (cmp, src), orderings, weak);
        (self.extract_value(pair, 0), self.extract_value(pair, 1))
    }

    fn atomic_rmw(
        &mut self,
        op: AtomicRmwBinOp,
        dst: Self::Value,
        src: Self::Value,
        order: AtomicOrdering,
        ret_ptr: bool,
    ) -> Self::Value {
        let (op, order) = (atomic::operation(op), atomic::ordering(order));
        let old = instructions::atomic_update(&self.ll, op, dst, src, order);
        // Arithmetic on pointers goes through an integer: LLVM has `atomicrmw add` for integers only.
        match ret_ptr && self.cx.int_width(old.ty()).is_some() {
            true => self.inttoptr(old, self.cx.types.ptr),
            false => old,
        }
    }

    fn atomic_fence(&mut self, order: AtomicOrdering, scope: SynchronizationScope) {
        let single_thread = matches!(scope, SynchronizationScope::SingleThread);
        built(self.ll.build_fence(atomic::ordering(order), single_thread, ""));
    }

    fn lifetime_start(&mut self, ptr: Self::Value, size: Size) {
        memory::lifetime_marker(self, "llvm.lifetime.start", ptr, size);
    }

    fn lifetime_end(&mut self, ptr: Self::Value, size: Size) {
        memory::lifetime_marker(self, "llvm.lifetime.end", ptr, size);
    }

    fn call(
        &mut self,
        llty: Self::FunctionSignature,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        fn_val: Self::Value,
        return_slot: ReturnSlot<Self::Value>,
        args: &[Self::Value],
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) -> Self::Value {
        let site = CallSite {
            caller_attrs,
            fn_abi,
            callee: (llty, fn_val),
            callee_instance,
            funclet,
        };
        site.emit(self, return_slot, args, calls::call).into()
    }

    fn invoke(
        &mut self,
        llty: Self::FunctionSignature,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        fn_val: Self::Value,
        return_slot: ReturnSlot<Self::Value>,
        args: &[Self::Value],
        then: Self::BasicBlock,
        catch: Self::BasicBlock,
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) -> Self::Value {
        let site = CallSite {
            caller_attrs,
            fn_abi,
            callee: (llty, fn_val),
            callee_instance,
            funclet,
        };
        if !self.cx.needs_unwind_edge(callee_instance) {
            self.cx.leave_out_edge(self.llbb());
            let call = site.emit(self, return_slot, args, calls::call);
            self.br(then);
            return call.into();
        }
        site.emit(self, return_slot, args, |ll, callee, args, bundles| {
            calls::invoke(ll, callee, args, then, catch, bundles)
        })
        .into()
    }

    fn tail_call(
        &mut self,
        llty: Self::FunctionSignature,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        llfn: Self::Value,
        return_slot: ReturnSlot<Self::Value>,
        args: &[Self::Value],
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) {
        let site = CallSite {
            caller_attrs,
            fn_abi: Some(fn_abi),
            callee: (llty, llfn),
            callee_instance,
            funclet,
        };
        site.emit_tail(self, &fn_abi.ret.mode, return_slot, args);
    }

    fn apply_attrs_to_cleanup_callsite(&mut self, llret: Self::Value) {
        self.mark_cold_call(llret);
    }
}
