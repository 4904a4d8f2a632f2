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

use std::cell::Cell;
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

/// The list of `function`, which may be given another one of its context.
pub(crate) fn of_function(function: FunctionValue<'_>) -> &Cell<AttributeList> {
    assert_layout();
    in_function(function)
}

/// The list of `call`, which may be given another one of its context.
pub(crate) fn of_call(call: CallSiteValue<'_>) -> &Cell<AttributeList> {
    assert_layout();
    in_call(call)
}

fn in_function(function: FunctionValue<'_>) -> &Cell<AttributeList> {
    let object = function.as_value_ref();
    // SAFETY: the object is alive and larger than that, and any word is an address. Lists live as long as their context.
    unsafe { &*object.byte_add(layout::FUNCTION_ATTRIBUTES).cast() }
}

fn in_call(call: CallSiteValue<'_>) -> &Cell<AttributeList> {
    let object = call.as_value_ref();
    // SAFETY: as above.
    unsafe { &*object.byte_add(layout::CALL_ATTRIBUTES).cast() }
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
    // If the words are another's, this module is dropped unused, and they have been given what each other had there.
    let empty = in_function(first).get().0.is_null() && in_call(one).get().0.is_null();
    first.add_attribute(at, attribute);
    one.add_attribute(at, attribute);
    let list = in_function(first).get();
    let alike = !list.0.is_null() && in_call(one).get() == list;
    if !(empty && alike) {
        return false;
    }
    in_function(second).set(list);
    in_call(other).set(list);
    second.get_enum_attribute(at, no_undef).is_some()
        && second.count_attributes(at) == 1
        && other.get_enum_attribute(at, no_undef).is_some()
        && other.count_attributes(at) == 1
}
