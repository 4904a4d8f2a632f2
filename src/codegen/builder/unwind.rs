//! Landing pads: where control goes when a call unwinds.

use inkwell::values::{BasicValue, BasicValueEnum, FunctionValue};
use smallvec::SmallVec;

use super::{Builder, built};
use crate::llvm::{Type, Value};

impl<'ll> Builder<'_, 'll, '_> {
    /// What a landing pad yields: the exception object and the personality's selector
    /// ("Itanium C++ ABI: Exception Handling", 1.5).
    pub(crate) fn landing_pad_type(&self) -> Type<'ll> {
        self.cx
            .struct_type(&[self.cx.types.ptr, self.cx.types.i32], false)
    }

    /// A landing pad for what `clauses` name, and for clean-up if it is one. The function gets the personality.
    pub(crate) fn landing_pad(
        &mut self,
        personality: FunctionValue<'ll>,
        clauses: &[Value<'ll>],
        is_cleanup: bool,
    ) -> Value<'ll> {
        let clauses: SmallVec<[BasicValueEnum<'ll>; 1]> = clauses
            .iter()
            .map(|clause| clause.as_basic_value_enum())
            .collect();
        let ty = self.landing_pad_type();
        built(
            self.ll
                .build_landing_pad(ty, personality, &clauses, is_cleanup, ""),
        )
        .into()
    }
}
