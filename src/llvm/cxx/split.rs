//! An object file in two: what is linked, and debug information that stays beside it (`.dwo`).
//!
//! LLVM-C writes one file only. The machine takes a second stream, which it writes the sections named `….dwo` to:
//!
//! ```cpp
//! virtual bool addPassesToEmitFile(PassManagerBase &, raw_pwrite_stream &, raw_pwrite_stream *,
//!     CodeGenFileType, bool DisableVerify, MachineModuleInfoWrapperPass *);   // true: cannot be done
//! ```
//!
//! Fatal errors unwind out of `LLVMRunPassManager`, out of which inkwell says that nothing unwinds; and its manager of
//! passes (`LLVMCreatePassManager`, `LLVMDisposePassManager`) is deprecated for the newer one, which generates no code.

use inkwell::module::Module;
use inkwell::targets::TargetMachine;
use llvm_sys::core::{LLVMCreatePassManager, LLVMDisposePassManager};
use llvm_sys::prelude::{LLVMBool, LLVMModuleRef, LLVMPassManagerRef};

use super::layout;
use super::stream::{Out, collect_bytes};
use crate::llvm::fatal::interruptible;
use crate::llvm::safe::Handle;

unsafe extern "C-unwind" {
    // Not the declaration of `llvm-sys`: a fatal error unwinds out of it.
    fn LLVMRunPassManager(passes: LLVMPassManagerRef, module: LLVMModuleRef) -> LLVMBool;
}

type AddEmission = extern "C-unwind" fn(
    machine: Handle<&TargetMachine>,
    passes: LLVMPassManagerRef,
    object: Out<'_>,
    split: Out<'_>,
    kind: u32,
    unverified: bool,
    info: *const (),
) -> bool;

/// The two files.
pub(crate) struct SplitObject {
    pub(crate) object: Vec<u8>,
    pub(crate) split: Vec<u8>,
}

/// Generates code for `module`, whose machine must have been made with the name of a split file. Nothing if the
/// target cannot write files.
pub(crate) fn emit_split(machine: &TargetMachine, module: &Module<'_>) -> Option<SplitObject> {
    let mut refused = false;
    let mut object = Vec::new();
    let split = collect_bytes(|split| {
        object = collect_bytes(|object| {
            // SAFETY: a machine begins with its vtable (Itanium C++ ABI 2.4), whose slot is compared with LLVM's
            // headers; both streams and the passes live until the code is generated.
            unsafe {
                let vtable = *machine.as_mut_ptr().cast::<*const AddEmission>();
                let add_emission = *vtable.add(layout::MACHINE_ADDS_EMISSION);
                let passes = LLVMCreatePassManager();
                let kind = layout::FILE_IS_OBJECT as u32;
                refused = interruptible(|| {
                    let refused = add_emission(
                        machine.into(),
                        passes,
                        object,
                        split,
                        kind,
                        true,
                        std::ptr::null(),
                    );
                    if !refused {
                        LLVMRunPassManager(passes, module.as_mut_ptr());
                    }
                    refused
                });
                LLVMDisposePassManager(passes);
            }
        });
    });
    (!refused).then_some(SplitObject { object, split })
}
