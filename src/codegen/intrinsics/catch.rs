//! `catch_unwind`: the one place where an unwinding stops.

use inkwell::basic_block::BasicBlock;
use inkwell::module::Linkage;
use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;
use rustc_codegen_ssa::base::{wants_msvc_seh, wants_wasm_eh};
use rustc_codegen_ssa::traits::*;
use rustc_hir::Safety;
use rustc_middle::ty::layout::FnAbiOf;
use rustc_middle::ty::{self, Ty};
use rustc_symbol_mangling::mangle_internal_symbol;
use rustc_target::spec::HasTargetSpec;

use crate::codegen::builder::Builder;
use crate::llvm::{Value, calls, funclet, globals};

/// The function of this module that tries and catches.
pub(crate) type TryFunction<'ll> = FunctionValue<'ll>;

impl<'a, 'll, 'tcx> Builder<'a, 'll, 'tcx> {
    /// Calls `body(data)`; if that unwinds, calls `handler(data, exception)` and returns true.
    ///
    /// A function may have only one personality, and inlining must not mix ours with a caller's, so the
    /// catching is done in a small function of its own, one per module.
    pub(super) fn catch_unwind(
        &mut self,
        body: Value<'ll>,
        data: Value<'ll>,
        handler: Value<'ll>,
    ) -> Value<'ll> {
        let sess = self.cx.tcx.sess;
        if !sess.panic_strategy().unwinds() {
            self.call_plain(self.body_type(), body, &[data], None);
            return self.cx.const_bool(false);
        }
        let function = match self.cx.functions.try_function.get() {
            Some(known) => known,
            None => {
                let function = self.define_try_function();
                self.cx.functions.try_function.set(Some(function));
                function
            }
        };
        self.call_function(function, &[body, data, handler])
    }

    fn body_type(&self) -> FunctionType<'ll> {
        self.cx
            .function_type(&[self.cx.types.ptr], self.cx.types.void, false)
    }

    fn handler_type(&self) -> FunctionType<'ll> {
        self.cx
            .function_type(&[self.cx.types.ptr; 2], self.cx.types.void, false)
    }

    fn define_try_function(&mut self) -> TryFunction<'ll> {
        let cx = self.cx;
        let tcx = cx.tcx;
        let pointer = Ty::new_mut_ptr(tcx, tcx.types.i8);
        let callback = |inputs: &[Ty<'tcx>]| {
            let sig = tcx.mk_fn_sig_rust_abi(inputs.iter().copied(), tcx.types.unit, Safety::Unsafe);
            Ty::new_fn_ptr(tcx, ty::Binder::dummy(sig))
        };
        let inputs = [callback(&[pointer]), pointer, callback(&[pointer, pointer])];
        let sig = tcx.mk_fn_sig_rust_abi(inputs, tcx.types.bool, Safety::Unsafe);
        let fn_abi = cx.fn_abi_of_fn_ptr(ty::Binder::dummy(sig), ty::List::empty());
        let function = cx.declare_function("__rust_try", fn_abi, None);
        function.as_global_value().set_linkage(Linkage::Internal);
        cx.set_frame_pointer_type(function);
        cx.apply_target_cpu_attr(function);
        cx.apply_pointer_auth(function);
        let mut bx = Builder::at_end_of(cx, cx.llcx.append_basic_block(function, "entry"));
        let target = cx.target_spec();
        if wants_msvc_seh(target) {
            bx.try_with_seh();
        } else if wants_wasm_eh(target) {
            bx.try_with_wasm_exceptions();
        } else {
            bx.try_with_landing_pad();
        }
        function
    }

    fn params(&mut self) -> [Value<'ll>; 3] {
        [0, 1, 2].map(|index| self.get_param(index))
    }

    /// Calls the body. It returns in `normal`, where this function says so, or unwinds to `caught`.
    fn try_body(
        &mut self,
        body: Value<'ll>,
        data: Value<'ll>,
        normal: BasicBlock<'ll>,
        caught: BasicBlock<'ll>,
    ) {
        calls::invoke(&self.ll, (self.body_type(), body), &[data], normal, caught, &[]);
        self.switch_to_block(normal);
        self.ret(self.cx.const_bool(false));
    }

    /// The common way: a landing pad with a clause that catches everything. The personality, Rust's own,
    /// lets foreign exceptions in too; the handler tells them apart.
    fn try_with_landing_pad(&mut self) {
        let [body, data, handler] = self.params();
        let (normal, caught) = (
            self.append_sibling_block("normal"),
            self.append_sibling_block("caught"),
        );
        self.try_body(body, data, normal, caught);

        self.switch_to_block(caught);
        let everything = self.cx.const_null(self.cx.types.ptr);
        let pad = self.landing_pad(self.cx.eh_personality(), &[everything], false);
        let exception = self.extract_value(pad, 0);
        self.call_plain(self.handler_type(), handler, &[data, exception], None);
        self.ret(self.cx.const_bool(true));
    }

    /// WebAssembly: a `catchpad` for everything, from which the exception is asked for.
    fn try_with_wasm_exceptions(&mut self) {
        let [body, data, handler] = self.params();
        let personality = self.cx.eh_personality();
        self.set_personality_fn(personality);
        let (normal, dispatch) = (
            self.append_sibling_block("normal"),
            self.append_sibling_block("dispatch"),
        );
        let (caught, done) = (
            self.append_sibling_block("caught"),
            self.append_sibling_block("done"),
        );
        self.try_body(body, data, normal, dispatch);

        self.switch_to_block(dispatch);
        let switch = self.catch_switch(None, None, &[caught]);

        self.switch_to_block(caught);
        let everything = self.cx.const_null(self.cx.types.ptr);
        let pad = self.catch_pad(switch, &[everything]);
        let token = self.get_funclet_cleanuppad(&pad);
        let exception = self.call_intrinsic("llvm.wasm.get.exception", &[], &[token]);
        // LLVM wants the selector asked for too, although one handler takes all.
        self.call_intrinsic("llvm.wasm.get.ehselector", &[], &[token]);
        self.call_plain(self.handler_type(), handler, &[data, exception], Some(&pad));
        funclet::catch_return(&self.ll, &pad, done);

        self.switch_to_block(done);
        self.ret(self.cx.const_bool(true));
    }

    /// Windows: two handlers, one for Rust's panics and one for everything else. C++ objects are thrown
    /// by value, so the runtime copies the pair of pointers that a panic is into `slot`, which lives in
    /// the frame of this function (library/panic_unwind/src/seh.rs has the other half).
    fn try_with_seh(&mut self) {
        let [body, data, handler] = self.params();
        let personality = self.cx.eh_personality();
        self.set_personality_fn(personality);
        let pointer_align = self.cx.tcx.data_layout.pointer_align().abi;
        let slot = self.alloca(self.cx.tcx.data_layout.pointer_size(), pointer_align);
        let names = ["normal", "dispatch", "panic", "foreign", "done"];
        let [normal, dispatch, panic, foreign, done] = names.map(|name| self.append_sibling_block(name));
        self.try_body(body, data, normal, dispatch);

        self.switch_to_block(dispatch);
        let switch = self.catch_switch(None, None, &[panic, foreign]);

        // Flag 8: caught by reference. The descriptor is std's, by its C++ name.
        self.switch_to_block(panic);
        let descriptor = self.panic_type_descriptor();
        let by_reference = self.cx.const_i32(8);
        let pad = self.catch_pad(switch, &[descriptor, by_reference, slot]);
        let exception = self.load(self.cx.types.ptr, slot, pointer_align);
        self.call_plain(self.handler_type(), handler, &[data, exception], Some(&pad));
        funclet::catch_return(&self.ll, &pad, done);

        // Flag 64: `catch (...)`, which has no object.
        self.switch_to_block(foreign);
        let nothing = self.cx.const_null(self.cx.types.ptr);
        let everything = self.cx.const_i32(64);
        let pad = self.catch_pad(switch, &[nothing, everything, nothing]);
        self.call_plain(self.handler_type(), handler, &[data, nothing], Some(&pad));
        funclet::catch_return(&self.ll, &pad, done);

        self.switch_to_block(done);
        self.ret(self.cx.const_bool(true));
    }

    /// The C++ type of a Rust panic, as the run-time type information that the SEH personality compares:
    /// the vtable of `type_info`, room for a cache, and the decorated name.
    fn panic_type_descriptor(&mut self) -> Value<'ll> {
        let cx = self.cx;
        let vtable = Value::from(cx.declare_variable("??_7type_info@@6B@", cx.types.ptr));
        let name = cx.const_bytes(b"rust_panic\0");
        let init = cx.const_struct(&[vtable, cx.const_null(cx.types.ptr), name], false);
        let global = cx.declare_variable(
            &mangle_internal_symbol(cx.tcx, "__rust_panic_type_info"),
            cx.val_ty(init),
        );
        global.set_initializer(&init);
        global.set_linkage(Linkage::LinkOnceODR);
        if cx.target_spec().supports_comdat() {
            globals::set_own_comdat(cx.llmod, global);
        }
        Value::from(global)
    }
}
