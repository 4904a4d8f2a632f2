//! What a run of passes has beside the passes: a profile, watchers, plugins.
//!
//! `LLVMRunPasses` makes an `llvm::PassBuilder` of its own, and takes nothing of these for it. But the first that a
//! pass builder does is to let the target machine take part, by a virtual function:
//!
//! ```cpp
//! virtual void TargetMachine::registerPassBuilderCallbacks(PassBuilder &)
//! ```
//!
//! So the machine stands under a table of ours until that call comes. Ours puts the machine's own table back, calls
//! the machine's own function, and then gives the builder what is asked for. All of it stays LLVM's to place in the
//! pipeline, and to free.

use std::cell::Cell;
use std::ffi::{CString, c_void};
use std::mem::{MaybeUninit, offset_of};

use inkwell::targets::TargetMachine;

use super::pass_plugin::Plugin;
use super::pass_watch::{self, PassWatch};
use super::{CxxString, LentString, layout};

/// What `llvm::PassBuilder` is told of profiles (`llvm::PGOOptions`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) action: ProfileAction,
    /// Whether code is numbered such that samples can be told apart within a line (`AddDiscriminatorsPass`).
    pub(crate) discriminators: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProfileAction {
    None,
    /// Counters go in; the program writes them to a file of this name.
    Generate(CString),
    /// What counters have counted is read from this file.
    Use(CString),
    /// What a sampling profiler has seen is read from this file.
    UseSamples(CString),
}

/// What a pass builder is given.
#[derive(Default)]
pub(crate) struct Extras<'a> {
    pub(crate) profile: Option<&'a Profile>,
    pub(crate) plugins: &'a [Plugin],
    pub(crate) watch: Option<&'a mut dyn PassWatch>,
}

/// `llvm::PGOOptions`
#[repr(C)]
struct PgoOptions {
    files: [CxxString; 4],
    action: u32,
    context_sensitive_action: u32,
    cold_functions: u32,
    discriminators: bool,
    pseudo_probes: bool,
    atomic_counters: bool,
}

/// The first members of `llvm::PassBuilder`.
#[repr(C)]
pub(super) struct PassBuilder {
    machine: *const c_void,
    tuning: [u64; 4],
    profile: MaybeUninit<PgoOptions>,
    has_profile: bool,
    callbacks: Option<&'static mut pass_watch::Callbacks>,
}

const _: () = {
    assert!(size_of::<PgoOptions>() == layout::PGO_OPTIONS_SIZE);
    assert!(offset_of!(PgoOptions, discriminators) == layout::PGO_OPTIONS_DISCRIMINATORS);
    assert!(offset_of!(PassBuilder, machine) == layout::PASS_BUILDER_MACHINE);
    assert!(offset_of!(PassBuilder, profile) == layout::PASS_BUILDER_PROFILE);
    assert!(
        offset_of!(PassBuilder, has_profile)
            == layout::PASS_BUILDER_PROFILE + layout::OPTIONAL_PGO_OPTIONS_IS_THERE
    );
    assert!(offset_of!(PassBuilder, callbacks) == layout::PASS_BUILDER_CALLBACKS);
};

unsafe extern "C" {
    /// `llvm::PGOOptions::PGOOptions(std::string ProfileFile, std::string CSProfileGenFile, std::string
    /// ProfileRemappingFile, std::string MemoryProfile, PGOAction Action, CSPGOAction CSAction, ColdFuncOpt
    /// ColdType, bool DebugInfoForProfiling, bool PseudoProbeForProfiling, bool AtomicCounterUpdate)`
    ///
    /// The strings are the caller's, which LLVM copies.
    #[link_name = "_ZN4llvm10PGOOptionsC1ENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES6_S6_S6_NS0_9PGOActionENS0_11CSPGOActionENS0_11ColdFuncOptEbbb"]
    safe fn cxx_make_options(
        place: &mut MaybeUninit<PgoOptions>,
        profile: &LentString<'_>,
        context_sensitive: &LentString<'_>,
        remapping: &LentString<'_>,
        memory: &LentString<'_>,
        action: u32,
        context_sensitive_action: u32,
        cold_functions: u32,
        discriminators: bool,
        pseudo_probes: bool,
        atomic_counters: bool,
    );
}

type Register = extern "C-unwind" fn(machine: &Machine, builder: &mut PassBuilder);

/// A target machine, as far as it is one of C++'s objects.
#[repr(C)]
struct Machine {
    vtable: Cell<*const *const c_void>,
}

/// More than any target has; what lies behind the one slot of interest is never called.
const SLOTS: usize = 64;

/// A virtual table in front of which lies what its one function needs. `'a` is how long what is given is alive.
#[repr(C)]
struct Table<'a> {
    /// The machine's own.
    own: *const *const c_void,
    extras: Cell<Option<Extras<'a>>>,
    outcome: Cell<Result<(), &'static str>>,
    /// The offset to the top of the object, and its type, which nothing asks for (Itanium C++ ABI 2.5.2).
    header: [usize; 2],
    slots: [*const c_void; SLOTS],
}

const _: () = assert!(layout::MACHINE_REGISTERS_CALLBACKS < SLOTS);

/// Calls `run`, which makes one pass builder for `machine`, and gives it `extras`. An error says that the pass builder
/// is not what this file takes it for.
pub(crate) fn with_extras<R>(
    machine: &TargetMachine,
    extras: Extras<'_>,
    run: impl FnOnce() -> R,
) -> Result<R, &'static str> {
    /// Puts the machine's own table back, however `run` ends.
    struct Restore<'m>(&'m Machine, *const *const c_void);
    impl Drop for Restore<'_> {
        fn drop(&mut self) {
            self.0.vtable.set(self.1);
        }
    }
    if extras.profile.is_none() && extras.plugins.is_empty() && extras.watch.is_none() {
        return Ok(run());
    }
    // SAFETY: a target machine, which is used by one thread, begins with the address of its table.
    let machine = unsafe { &*machine.as_mut_ptr().cast::<Machine>() };
    let own = machine.vtable.get();
    let mut table = Table {
        own,
        extras: Cell::new(Some(extras)),
        outcome: Cell::new(Err("LLVM's pass builder did not ask the target machine")),
        header: [0; 2],
        slots: [unexpected as *const c_void; SLOTS],
    };
    table.slots[layout::MACHINE_REGISTERS_CALLBACKS] = register as Register as *const c_void;
    let whole = &raw const table;
    let result = {
        // The table is alive until the machine has its own back.
        let _restore = Restore(machine, own);
        machine
            .vtable
            .set(whole.wrapping_byte_add(offset_of!(Table<'_>, slots)).cast());
        run()
    };
    table.outcome.get().map(|()| result)
}

/// Stands for each function of the machine but the one that a pass builder calls first.
extern "C" fn unexpected() -> ! {
    eprintln!("LLVM called a target machine where its pass builder was expected to");
    std::process::abort()
}

extern "C-unwind" fn register(machine: &Machine, builder: &mut PassBuilder) {
    let slots = machine.vtable.get();
    // SAFETY: `with_extras` put the table there, which is alive. The machine's own has a function of the same type.
    let (table, own) = unsafe {
        let table = &*slots.byte_sub(offset_of!(Table<'_>, slots)).cast::<Table<'_>>();
        let slot = table.own.add(layout::MACHINE_REGISTERS_CALLBACKS);
        (table, slot.cast::<Register>().read())
    };
    machine.vtable.set(table.own);
    own(machine, builder);
    if let Some(extras) = table.extras.take() {
        table.outcome.set(give(machine, builder, extras));
    }
}

/// Gives `builder`, which LLVM is making for `machine`, what outlives it.
fn give(machine: &Machine, builder: &mut PassBuilder, extras: Extras<'_>) -> Result<(), &'static str> {
    // `LLVMRunPasses` says which machine, and that there is no profile.
    if builder.machine != (&raw const *machine).cast() || builder.has_profile || builder.callbacks.is_none() {
        return Err("this LLVM lays out `PassBuilder` differently");
    }
    if let Some(profile) = extras.profile {
        put_options(&mut builder.profile, profile);
        builder.has_profile = true;
        // SAFETY: they are there now.
        let options = unsafe { builder.profile.assume_init_ref() };
        if profile.discriminators && !options.discriminators {
            return Err("this LLVM lays out `PGOOptions` differently");
        }
    }
    if let (Some(watch), Some(callbacks)) = (extras.watch, &mut builder.callbacks) {
        // SAFETY: `with_extras` has borrowed the watch, and the builder is gone when it returns.
        unsafe { pass_watch::register(callbacks, watch)? };
    }
    for plugin in extras.plugins {
        plugin.register(builder);
    }
    Ok(())
}

fn put_options(place: &mut MaybeUninit<PgoOptions>, profile: &Profile) {
    let (action, file) = match &profile.action {
        ProfileAction::None => (layout::PROFILE_NO_ACTION, c""),
        ProfileAction::Generate(file) => (layout::PROFILE_GENERATE, &**file),
        ProfileAction::Use(file) => (layout::PROFILE_USE, &**file),
        ProfileAction::UseSamples(file) => (layout::PROFILE_USE_SAMPLES, &**file),
    };
    let (file, none) = (LentString::of(file), LentString::of(c""));
    // LLVM copies the strings.
    cxx_make_options(
        place,
        &file,
        &none,
        &none,
        &none,
        action as u32,
        layout::PROFILE_NO_CONTEXT as u32,
        layout::PROFILE_COLD_AS_OTHERS as u32,
        profile.discriminators,
        false,
        false,
    );
}
