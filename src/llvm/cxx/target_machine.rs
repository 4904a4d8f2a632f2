//! The options of `llvm::TargetMachine` (llvm/Target/TargetMachine.h, LLVM 23.1), which have no C interface.
//!
//! ```cpp
//! class TargetMachine {
//!   …
//!   mutable TargetOptions Options;                // function sections, .init_array, …
//! };
//! ```
//!
//! Without the options, unused functions and data could not be dropped at link time, and constructors
//! would go to `.ctors`, which current C libraries do not run.

use inkwell::targets::TargetMachine;

/// Where the second word of bit-fields of `Options` is.
const OPTIONS_OFFSET: usize = 0x51c;
/// What that word holds before a target's constructor adds to it: `XCOFFTracebackTable` and
/// `UniqueSectionNames`.
const OPTIONS_DEFAULT: u32 = 0x60;
/// What the constructors of the targets that this LLVM has add (tried on every target of rustc): sections
/// and traps for WebAssembly, traps on Apple's systems, the outliner and others where they are supported.
const OPTIONS_OF_TARGETS: u32 = 0x0480_c66c;

const USE_INIT_ARRAY: u32 = 1 << 0;
const FUNCTION_SECTIONS: u32 = 1 << 2;
const DATA_SECTIONS: u32 = 1 << 3;
const UNIQUE_SECTION_NAMES: u32 = 1 << 6;
const TRAP_UNREACHABLE: u32 = 1 << 9;
const NO_TRAP_AFTER_NORETURN: u32 = 1 << 10;
const EMULATED_TLS: u32 = 1 << 19;
const EMIT_STACK_SIZES: u32 = 1 << 22;

/// Options that decide what goes into which section.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Sections {
    /// Each function in a section of its own, so that the linker can drop it.
    pub(crate) functions: bool,
    /// Each variable in a section of its own.
    pub(crate) data: bool,
    /// Sections named after what they hold.
    pub(crate) unique_names: bool,
    /// Constructors in `.init_array`, not `.ctors`.
    pub(crate) init_array: bool,
    /// A trap where control must not come, instead of running on into the next function.
    pub(crate) trap_unreachable: bool,
    /// No such trap behind a call that does not return.
    pub(crate) no_trap_after_noreturn: bool,
    /// Thread-locals through a runtime function, on systems without a native way.
    pub(crate) emulated_tls: bool,
    /// A section that lists the stack use of each function.
    pub(crate) stack_sizes: bool,
}

fn word(machine: &TargetMachine) -> *mut u32 {
    let object: *mut u8 = machine.as_mut_ptr().cast();
    object.wrapping_add(OPTIONS_OFFSET).cast()
}

/// Sets the options of a machine that nothing has been emitted with. Fails if the object does not look
/// as it must, with what was found.
pub(crate) fn set_target_options(machine: &TargetMachine, wish: Sections) -> Result<(), String> {
    let flags = [
        (wish.init_array, USE_INIT_ARRAY),
        (wish.functions, FUNCTION_SECTIONS),
        (wish.data, DATA_SECTIONS),
        (wish.unique_names, UNIQUE_SECTION_NAMES),
        (wish.trap_unreachable, TRAP_UNREACHABLE),
        (wish.no_trap_after_noreturn, NO_TRAP_AFTER_NORETURN),
        (wish.emulated_tls, EMULATED_TLS),
        (wish.stack_sizes, EMIT_STACK_SIZES),
    ];
    let wanted = flags
        .iter()
        .filter(|(on, _)| *on)
        .fold(0, |all, (_, flag)| all | flag);
    // SAFETY: the offset lies within the object of the one LLVM that is admitted, the word is plain bits,
    // and nobody else holds the machine.
    unsafe {
        let found = word(machine).read();
        if found & !OPTIONS_OF_TARGETS | OPTIONS_DEFAULT != OPTIONS_DEFAULT || found & OPTIONS_DEFAULT == 0 {
            return Err(format!(
                "LLVM's target options look unlike those of its version: {found:#010x}"
            ));
        }
        // What a target needs stays; names of sections are the only thing that is on without being asked for.
        word(machine).write(found & !UNIQUE_SECTION_NAMES | wanted);
    }
    Ok(())
}
