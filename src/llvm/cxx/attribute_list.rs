//! The list of attributes that a function or a call has, which LLVM-C shows only one by one.
//!
//! A list is unique in its context and never changes: to add an attribute is to have LLVM look for, or make, another
//! list, which copies and sorts all that was there. What has been made once can be given to all that are alike.
//!
//! ```cpp
//! class AttributeList { AttributeListImpl *pImpl = nullptr; … };
//! class Function : public GlobalObject, … { …; AttributeList AttributeSets; … };
//! class CallBase : public Instruction { …; AttributeList Attrs; … };
//! ```

use std::ffi::c_void;
use std::sync::OnceLock;

use inkwell::attributes::AttributeLoc;
use inkwell::context::Context;
use inkwell::values::{AsValueRef, CallSiteValue, FunctionValue};

use super::layout;

/// `llvm::AttributeList`: null is the list of nothing.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub(crate) struct AttributeList(*const c_void);

const _: () = assert!(size_of::<AttributeList>() == layout::ATTRIBUTE_LIST_SIZE);

fn in_function(function: FunctionValue<'_>) -> *mut AttributeList {
    let object: *mut u8 = function.as_value_ref().cast();
    object.wrapping_add(layout::FUNCTION_ATTRIBUTES).cast()
}

fn in_call(call: CallSiteValue<'_>) -> *mut AttributeList {
    let object: *mut u8 = call.as_value_ref().cast();
    object.wrapping_add(layout::CALL_ATTRIBUTES).cast()
}

/// The list of `function`.
pub(crate) fn of_function(function: FunctionValue<'_>) -> AttributeList {
    assert_layout();
    // SAFETY: the object is alive and larger than that, and the layout holds.
    unsafe { *in_function(function) }
}

/// The list of `call`.
pub(crate) fn of_call(call: CallSiteValue<'_>) -> AttributeList {
    assert_layout();
    // SAFETY: as above.
    unsafe { *in_call(call) }
}

/// Gives `function` a list of its context.
pub(crate) fn set_of_function(function: FunctionValue<'_>, list: AttributeList) {
    assert_layout();
    // SAFETY: as above. Lists live as long as their context.
    unsafe { *in_function(function) = list }
}

/// Gives `call` a list of its context.
pub(crate) fn set_of_call(call: CallSiteValue<'_>, list: AttributeList) {
    assert_layout();
    // SAFETY: as above.
    unsafe { *in_call(call) = list }
}

fn assert_layout() {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    assert!(
        *ANSWER.get_or_init(layout_holds),
        "this LLVM lays out `Function` or `CallBase` differently"
    );
}

/// Whether LLVM itself sees the lists as we read and write them.
fn layout_holds() -> bool {
    let context = Context::create();
    let module = context.create_module("probe");
    let ty = context.void_type().fn_type(&[context.i8_type().into()], false);
    let [first, second] = ["first", "second"].map(|name| module.add_function(name, ty, None));
    let builder = context.create_builder();
    builder.position_at_end(context.append_basic_block(first, ""));
    let argument = context.i8_type().const_zero();
    let calls = [(); 2].map(|()| builder.build_call(second, &[argument.into()], ""));
    let [Ok(one), Ok(other)] = calls else {
        return false;
    };
    let (at, no_undef) = (AttributeLoc::Param(0), crate::llvm::attributes::kind("noundef"));
    let attribute = context.create_enum_attribute(no_undef, 0);
    // SAFETY: the objects are alive and larger than that. If the words are another's, this module is dropped unused,
    // and they have been given what each other had there.
    unsafe {
        let empty = (*in_function(first)).0.is_null() && (*in_call(one)).0.is_null();
        first.add_attribute(at, attribute);
        one.add_attribute(at, attribute);
        let list = *in_function(first);
        let alike = !list.0.is_null() && *in_call(one) == list;
        if !(empty && alike) {
            return false;
        }
        *in_function(second) = list;
        *in_call(other) = list;
    }
    second.get_enum_attribute(at, no_undef).is_some()
        && second.count_attributes(at) == 1
        && other.get_enum_attribute(at, no_undef).is_some()
        && other.count_attributes(at) == 1
}
