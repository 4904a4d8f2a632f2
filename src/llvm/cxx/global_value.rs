//! The one property of a global that has no C interface: that it is in the linked file itself (`dso_local`).
//!
//! ```cpp
//! class GlobalValue : public Constant {
//!   Type *ValueType;
//!   unsigned Linkage : 4;
//!   unsigned Visibility : 2;
//!   unsigned UnnamedAddrVal : 2;
//!   unsigned DllStorageClass : 2;
//!   unsigned ThreadLocal : 3;
//!   unsigned HasLLVMReservedName : 1;
//!   unsigned IsDSOLocal : 1;
//!   …
//! ```

use std::sync::OnceLock;

use inkwell::context::Context;
use inkwell::module::Linkage;
use inkwell::values::{AnyValue, AsValueRef, GlobalValue};

use super::layout;

const IS_DSO_LOCAL: u8 = 1 << (layout::GLOBAL_IS_DSO_LOCAL % 8);

fn set_bit(global: GlobalValue<'_>) {
    let object: *mut u8 = global.as_value_ref().cast();
    // SAFETY: the object is alive and larger than that. If the bit is another's, `layout_holds` has dropped the one
    // that it tried this on, and there are no others.
    unsafe { *object.add(layout::GLOBAL_IS_DSO_LOCAL / 8) |= IS_DSO_LOCAL }
}

/// Whether LLVM itself sees the bit as we write it. Asked once.
fn layout_holds() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let context = Context::create();
        let module = context.create_module("probe");
        let global = module.add_global(context.i8_type(), None, "probe");
        global.set_linkage(Linkage::WeakAny);
        let says = || global.print_to_string().to_string().contains("dso_local");
        let before = says();
        set_bit(global);
        !before && says() && global.get_linkage() == Linkage::WeakAny
    })
}

/// Says that the linker will find the global's definition in the file that it makes.
pub(crate) fn set_dso_local(global: GlobalValue<'_>) {
    assert!(layout_holds(), "this LLVM lays out `GlobalValue` differently");
    set_bit(global);
}
