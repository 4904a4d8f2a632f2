//! `-Zcodegen-emit-retag`: calls that tell a checker of the aliasing model which pointers are derived anew.
//!
//! The two functions are the checker's to define. One is given a pointer and returns the one to go on with; the other is
//! given the place that a pointer is in, which may be read-only, so that nothing is stored back. Both get the size of
//! what the pointer may reach, what kind of pointer it is (`RetagFlags`), and tables of the interior-mutable and of the
//! pinned ranges in it.

use inkwell::attributes::AttributeLoc;
use rustc_codegen_ssa::RetagInfo;
use rustc_codegen_ssa::traits::*;

use crate::codegen::builder::Builder;
use crate::llvm::{Type, Value};

impl<'ll> Builder<'_, 'll, '_> {
    /// Calls the checker's function `name` for `pointer`.
    pub(super) fn retag(
        &mut self,
        name: &str,
        result: Type<'ll>,
        pointer: Value<'ll>,
        info: &RetagInfo<Value<'ll>>,
    ) -> Value<'ll> {
        let cx = self.cx;
        let types = &cx.types;
        let parameters = [types.ptr, types.isize, types.i8, types.ptr, types.ptr];
        let function = cx.declare_c_function(name, cx.function_type(&parameters, result, false));
        function.add_attribute(AttributeLoc::Function, cx.attributes.table.no_unwind);
        let size = cx.const_usize(info.size.bytes());
        let flags = cx.const_u8(info.flags.bits());
        let arguments = [pointer, size, flags, info.im_layout, info.pin_layout];
        self.call_function(function, &arguments)
    }
}
