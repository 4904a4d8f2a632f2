//! One LLVM module with all that it cannot live without: its context and its target machine.

use std::cell::OnceCell;
use std::ffi::CStr;
use std::mem::ManuallyDrop;

use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::targets::TargetMachine;

use crate::diagnose;
use crate::llvm::cxx;
use crate::llvm::modules::{self, Bitcode};

/// An LLVM module that owns its context, so that the two can move to another thread together.
pub(crate) struct ModuleLlvm {
    // `'static` stands for "as long as `context`"; it never leaves `with_refs`.
    module: ManuallyDrop<Module<'static>>,
    machine: ManuallyDrop<TargetMachine>,
    context: ManuallyDrop<Box<Context>>,
    /// The module as it was before the last of its optimisations, for the object file to carry.
    bitcode: OnceCell<Bitcode>,
}

// SAFETY: an LLVM context and what is tied to it may be used by one thread at a time, and may move
// between threads (LLVM Programmer's Manual, "Achieving Isolation with LLVMContext"). `ModuleLlvm`
// owns the whole island, and `with_refs` lets no reference escape.
unsafe impl Send for ModuleLlvm {}

/// What [`ModuleLlvm::with_refs`] lends: the module, its context and its target machine.
#[derive(Clone, Copy)]
pub(crate) struct ModuleRefs<'ll> {
    pub(crate) context: &'ll Context,
    pub(crate) module: &'ll Module<'ll>,
    pub(crate) machine: &'ll TargetMachine,
}

impl ModuleLlvm {
    /// Makes an empty module called `name` in a context of its own. `discard_names` drops the names
    /// of local values as they are made, which saves memory where the IR is not written as text.
    pub(crate) fn new(name: &str, machine: TargetMachine, discard_names: bool) -> Self {
        let context = Box::new(Context::create());
        crate::llvm::set_discard_value_names(&context, discard_names);
        let module = context.create_module(name);
        // SAFETY: the context is boxed, so it stays where it is, and `Drop` ends the module first.
        let module = unsafe { std::mem::transmute::<Module<'_>, Module<'static>>(module) };
        ModuleLlvm {
            module: ManuallyDrop::new(module),
            machine: ManuallyDrop::new(machine),
            context: ManuallyDrop::new(context),
            bitcode: OnceCell::new(),
        }
    }

    /// Reads the module called `name` from `bitcode`, into a context of its own. An error holds LLVM's words.
    pub(crate) fn parse(
        name: &CStr,
        machine: TargetMachine,
        discard_names: bool,
        bitcode: &[u8],
    ) -> Result<Self, String> {
        let context = Box::new(Context::create());
        crate::llvm::set_discard_value_names(&context, discard_names);
        cxx::unify_debug_types(&context);
        let parse = || modules::parse_bitcode(&context, name, bitcode);
        let (module, said) = diagnose::listening(&context, parse);
        let module = module.ok_or(said)?;
        // SAFETY: as in `new`.
        let module = unsafe { std::mem::transmute::<Module<'_>, Module<'static>>(module) };
        Ok(ModuleLlvm {
            module: ManuallyDrop::new(module),
            machine: ManuallyDrop::new(machine),
            context: ManuallyDrop::new(context),
            bitcode: OnceCell::new(),
        })
    }

    /// Keeps `bitcode` of the module as it once was, for LTO to find it in the object file.
    pub(crate) fn keep_bitcode(&self, bitcode: Bitcode) {
        self.bitcode.get_or_init(|| bitcode);
    }

    /// What [`Self::keep_bitcode`] was given.
    pub(crate) fn embedded_bitcode(&self) -> Option<&Bitcode> {
        self.bitcode.get()
    }

    /// Lends the module. The lifetime is chosen by this function, so nothing lent can outlive the call.
    pub(crate) fn with_refs<R>(&self, borrow: impl for<'ll> FnOnce(ModuleRefs<'ll>) -> R) -> R {
        // SAFETY: `'static` only stood in for the lifetime of `self.context`; this narrows it again.
        let module = unsafe { std::mem::transmute::<&Module<'static>, &Module<'_>>(&self.module) };
        borrow(ModuleRefs {
            context: &self.context,
            module,
            machine: &self.machine,
        })
    }
}

impl Drop for ModuleLlvm {
    fn drop(&mut self) {
        // A panic may come from LLVM's fatal-error handler, in the middle of work on the module. Nothing may
        // touch the module then; the process is about to end.
        if std::thread::panicking() {
            return;
        }
        // SAFETY: each is dropped once, here, and the module before the context it lives in.
        unsafe {
            ManuallyDrop::drop(&mut self.module);
            ManuallyDrop::drop(&mut self.machine);
            ManuallyDrop::drop(&mut self.context);
        }
    }
}
