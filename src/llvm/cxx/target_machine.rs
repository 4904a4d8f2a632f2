//! Target machines, made from all the options that LLVM has for them.
//!
//! LLVM-C makes a machine from a handful of settings. What `-Cllvm-args` says of code generation (`--fp-contract`,
//! `--basic-block-sections`, …) arrives nowhere else than in the options that libLLVM makes from its command
//! line, and rustc's own settings go on top of those. So the options are made there, changed, and given to
//! the function that each target registers for making its machine:
//!
//! ```cpp
//! using TargetMachineCtorTy = TargetMachine *(*)(const Target &T, const Triple &TT, StringRef CPU,
//!     StringRef Features, const TargetOptions &Options, std::optional<Reloc::Model> RM,
//!     std::optional<CodeModel::Model> CM, CodeGenOptLevel OL, bool JIT);
//! ```

use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of};

use inkwell::targets::TargetMachine;
use llvm_sys::core::LLVMDisposeMessage;
use llvm_sys::target_machine::{LLVMCodeGenOptLevel, LLVMCodeModel, LLVMRelocMode};

use super::subtarget::{Machine, Triple};
use super::{CxxString, Ref, layout};
use crate::llvm::fatal::interruptible;
use crate::llvm::safe::Handle;

/// What is set on top of LLVM's command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Each function in a section of its own, so that the linker can drop it.
    pub(crate) function_sections: bool,
    /// Each variable in a section of its own.
    pub(crate) data_sections: bool,
    /// Sections named after what they hold.
    pub(crate) unique_section_names: bool,
    /// Constructors in `.init_array`, not `.ctors`.
    pub(crate) init_array: bool,
    /// A trap where control must not come, instead of running on into the next function. Targets and LLVM's
    /// command line may ask for it too.
    pub(crate) trap_unreachable: bool,
    /// No such trap behind a call that does not return. Targets and LLVM's command line may ask for it too.
    pub(crate) no_trap_after_noreturn: bool,
    /// Thread-locals through a runtime function, on systems without a native way.
    pub(crate) emulated_tls: bool,
    /// A section that lists the stack use of each function.
    pub(crate) stack_sizes: bool,
    /// Comments in the assembly that say what LLVM knows.
    pub(crate) verbose_assembly: bool,
    /// `R_X86_64_GOTPCRELX` and the like, which tell the linker that it may change the instruction.
    pub(crate) relax_relocations: bool,
    /// No threads, so that atomics become plain accesses.
    pub(crate) single_thread: bool,
    /// Unwinding by WebAssembly's instructions.
    pub(crate) wasm_exceptions: bool,
    pub(crate) float_abi: FloatAbi,
    pub(crate) compression: Compression,
    /// From which size on data is large, in bytes, in the code models that make a difference. 0 is LLVM's default.
    pub(crate) large_data_threshold: u64,
    /// The file beside the object that debug information is split off to, as it is called in the object; empty where
    /// nothing is split off.
    pub(crate) split_file: String,
    /// What the debug information calls the object file (CodeView's `S_OBJNAME`).
    pub(crate) object_name: String,
}

/// In which registers floats are passed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum FloatAbi {
    #[default]
    OfTarget,
    Soft,
    Hard,
}

/// How sections of debug information are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Compression {
    #[default]
    None,
    Zlib,
    Zstd,
}

/// What a machine is made from beside its options.
pub(crate) struct Request<'a> {
    pub(crate) triple: &'a CStr,
    pub(crate) cpu: &'a str,
    pub(crate) features: &'a str,
    pub(crate) abi: &'a str,
    pub(crate) level: LLVMCodeGenOptLevel,
    pub(crate) relocation: LLVMRelocMode,
    pub(crate) code_model: LLVMCodeModel,
}

/// `std::optional` of an enumeration.
#[repr(C)]
#[derive(Clone, Copy)]
struct Choice {
    value: u32,
    is_made: bool,
}

/// `llvm::Twine`, of one C string.
#[repr(C)]
struct Twine<'a> {
    left: Handle<&'a CStr>,
    others: [usize; 3],
    left_kind: u8,
    right_kind: u8,
}

/// The first members of `llvm::Target`.
#[repr(C)]
struct Target {
    next: *const Target,
    matches: *const (),
    name: *const c_char,
    descriptions: [*const c_char; 2],
    has_jit: bool,
    makers: [*const (); 6],
    make_machine: Option<MakeMachine>,
}

type MakeMachine = extern "C-unwind" fn(
    target: &'static Target,
    triple: &Triple,
    cpu: Ref<'_, u8>,
    features: Ref<'_, u8>,
    options: &Object<'_>,
    relocation: Choice,
    code_model: Choice,
    level: c_int,
    jit: bool,
) -> Handle<Option<TargetMachine>>;

/// `llvm::TargetOptions`, whose members are reached by their places in [`layout`].
#[repr(C, align(8))]
struct Object<'a>([u8; layout::OPTIONS_SIZE], PhantomData<&'a str>);

const _: () = {
    assert!(size_of::<Twine<'static>>() == layout::TWINE_SIZE);
    assert!(offset_of!(Twine<'static>, left_kind) == layout::TWINE_LEFT_KIND);
    assert!(offset_of!(Twine<'static>, right_kind) == layout::TWINE_RIGHT_KIND);
    assert!(offset_of!(Target, name) == layout::TARGET_NAME);
    assert!(offset_of!(Target, make_machine) == layout::TARGET_MAKES_MACHINE);
    assert!(size_of::<Choice>() == layout::CHOICE_SIZE);
    assert!(offset_of!(Choice, is_made) == layout::CHOICE_IS_MADE);
    assert!(LLVMCodeGenOptLevel::LLVMCodeGenLevelNone as usize == layout::LEVEL_NONE);
    assert!(LLVMCodeGenOptLevel::LLVMCodeGenLevelLess as usize == layout::LEVEL_LESS);
    assert!(LLVMCodeGenOptLevel::LLVMCodeGenLevelDefault as usize == layout::LEVEL_DEFAULT);
    assert!(LLVMCodeGenOptLevel::LLVMCodeGenLevelAggressive as usize == layout::LEVEL_AGGRESSIVE);
};

unsafe extern "C" {
    /// `llvm::codegen::RegisterCodeGenFlags::RegisterCodeGenFlags()`. It uses nothing of the object, and makes
    /// the options once, however often it is called.
    #[link_name = "_ZN4llvm7codegen20RegisterCodeGenFlagsC1Ev"]
    safe fn cxx_register_codegen_flags(object: &mut u8);
    /// `TargetOptions llvm::codegen::InitTargetOptionsFromCodeGenFlags(const Triple &TheTriple)`, whose result
    /// is returned through memory.
    #[link_name = "_ZN4llvm7codegen33InitTargetOptionsFromCodeGenFlagsERKNS_6TripleE"]
    fn cxx_options_from_command_line(place: &mut MaybeUninit<Object<'_>>, triple: &Triple);
    /// `llvm::Triple::Triple(const Twine &Str)`
    #[link_name = "_ZN4llvm6TripleC1ERKNS_5TwineE"]
    safe fn cxx_make_triple(place: &mut MaybeUninit<Triple>, text: &Twine<'_>);
    /// `ThreadModel::Model llvm::codegen::getThreadModel()`
    #[link_name = "_ZN4llvm7codegen14getThreadModelEv"]
    fn cxx_thread_model() -> u32;
    /// `FloatABI::ABIType llvm::codegen::getFloatABIForCalls()`
    #[link_name = "_ZN4llvm7codegen19getFloatABIForCallsEv"]
    fn cxx_float_abi() -> u32;
    /// `ExceptionHandling llvm::codegen::getExceptionModel()`
    #[link_name = "_ZN4llvm7codegen17getExceptionModelEv"]
    fn cxx_exception_model() -> u32;
    /// `bool llvm::codegen::getUniqueSectionNames()`
    #[link_name = "_ZN4llvm7codegen21getUniqueSectionNamesEv"]
    fn cxx_unique_section_names() -> bool;
    /// `bool llvm::compression::zlib::isAvailable()`
    #[link_name = "_ZN4llvm11compression4zlib11isAvailableEv"]
    safe fn cxx_zlib_is_available() -> bool;
    /// `bool llvm::compression::zstd::isAvailable()`
    #[link_name = "_ZN4llvm11compression4zstd11isAvailableEv"]
    safe fn cxx_zstd_is_available() -> bool;
}

impl Compression {
    /// Whether this LLVM can do it.
    pub(crate) fn is_available(self) -> bool {
        match self {
            Compression::None => true,
            Compression::Zlib => cxx_zlib_is_available(),
            Compression::Zstd => cxx_zstd_is_available(),
        }
    }
}

/// Makes the options of code generation known to LLVM's command line. They are there already where rustc has
/// its own LLVM backend beside this one.
pub(crate) fn register_codegen_flags() {
    cxx_register_codegen_flags(&mut 0);
}

/// Makes a machine. Nothing if the target has none; an error if LLVM's objects do not look as they must.
pub(crate) fn make_machine(
    target: &inkwell::targets::Target,
    request: &Request<'_>,
    options: &Options,
) -> Result<Option<TargetMachine>, String> {
    // SAFETY: targets live as long as the process, and LLVM-C says the name of this one.
    let object = unsafe { &*target.as_mut_ptr().cast::<Target>() };
    if object.name != target.get_name().as_ptr() {
        return Err("LLVM lays out `Target` differently than its version does".to_owned());
    }
    let target = object;
    let Some(make) = target.make_machine else {
        return Ok(None);
    };
    let mut triple = MaybeUninit::<Triple>::uninit();
    let mut object = MaybeUninit::<Object<'_>>::uninit();
    let text = Twine {
        left: request.triple.into(),
        others: [0; 3],
        left_kind: layout::TWINE_C_STRING as u8,
        right_kind: layout::TWINE_EMPTY as u8,
    };
    cxx_make_triple(&mut triple, &text);
    // SAFETY: the constructors fill the objects, which stay in their places, for strings point into themselves. The flags
    // were registered before the command line was parsed.
    let (triple, object) = unsafe {
        let triple = triple.assume_init_ref();
        cxx_options_from_command_line(&mut object, triple);
        (triple, object.assume_init_mut())
    };
    if !object.looks_right() {
        return Err("LLVM lays out `TargetOptions` differently than its version does".to_owned());
    }
    object.set(options);
    object.lend(layout::OPTIONS_ABI_NAME, request.abi);
    object.lend(layout::OPTIONS_OBJECT_NAME, &options.object_name);
    object.lend(layout::OPTIONS_SPLIT_FILE, &options.split_file);
    // The machine copies what it keeps.
    let machine = interruptible(|| {
        make(
            target,
            triple,
            Ref::of(request.cpu),
            Ref::of(request.features),
            object,
            relocation(request.relocation),
            code_model(request.code_model),
            request.level as c_int,
            false,
        )
    });
    // SAFETY: the text is not used afterwards.
    unsafe { free(&triple.text) };
    let machine = machine.get();
    if let Some(machine) = &machine
        && options.large_data_threshold != 0
    {
        // SAFETY: the machine is alive, and larger than that.
        unsafe {
            (*machine.as_mut_ptr().cast::<Machine>()).large_data_threshold = options.large_data_threshold
        };
    }
    Ok(machine)
}

/// Frees what a `std::string` that C++ made has allocated.
///
/// # Safety
/// The string must not be used afterwards.
unsafe fn free(string: &CxxString) {
    if string.data != (&raw const string.local).cast() {
        // SAFETY: C++ allocates with `malloc`, and so does LLVM-C its messages.
        unsafe { LLVMDisposeMessage(string.data.cast_mut().cast()) }
    }
}

impl<'a> Object<'a> {
    /// Whether what libLLVM's own functions say of its command line is found where it must be, and strings
    /// where strings must be: one that is short lies within itself.
    fn looks_right(&mut self) -> bool {
        let is_string = |offset: usize| {
            let string = self.string(offset);
            let inside = string.data == (&raw const string.local).cast();
            inside == (string.len < size_of_val(&string.local))
        };
        let strings = [
            layout::OPTIONS_ABI_NAME,
            layout::OPTIONS_OBJECT_NAME,
            layout::OPTIONS_SPLIT_FILE,
        ];
        let are_strings = strings.into_iter().all(is_string);
        // SAFETY: the flags were registered before the command line was parsed.
        let (threads, floats, exceptions, unique_names) = unsafe {
            (
                cxx_thread_model(),
                cxx_float_abi(),
                cxx_exception_model(),
                cxx_unique_section_names(),
            )
        };
        are_strings
            && self.number(layout::OPTIONS_THREAD_MODEL) == threads
            && self.number(layout::OPTIONS_FLOAT_ABI) == floats
            && self.number(layout::OPTIONS_EXCEPTIONS) == exceptions
            && self.bit(layout::OPTIONS_UNIQUE_SECTION_NAMES) == unique_names
    }

    fn set(&mut self, options: &Options) {
        for (bit, on) in [
            (layout::OPTIONS_FUNCTION_SECTIONS, options.function_sections),
            (layout::OPTIONS_DATA_SECTIONS, options.data_sections),
            (layout::OPTIONS_UNIQUE_SECTION_NAMES, options.unique_section_names),
            (layout::OPTIONS_INIT_ARRAY, options.init_array),
            (layout::OPTIONS_EMULATED_TLS, options.emulated_tls),
            (layout::OPTIONS_STACK_SIZES, options.stack_sizes),
            (layout::OPTIONS_VERBOSE, options.verbose_assembly),
            // What the user wrote stays.
            (layout::OPTIONS_KEEP_COMMENTS, true),
        ] {
            self.set_bit(bit, on);
        }
        for (bit, on) in [
            (layout::OPTIONS_TRAP_UNREACHABLE, options.trap_unreachable),
            (
                layout::OPTIONS_NO_TRAP_AFTER_NORETURN,
                options.no_trap_after_noreturn,
            ),
        ] {
            self.set_bit(bit, on || self.bit(bit));
        }
        if options.single_thread {
            self.set_number(layout::OPTIONS_THREAD_MODEL, layout::THREAD_MODEL_SINGLE);
        }
        if options.wasm_exceptions {
            self.set_number(layout::OPTIONS_EXCEPTIONS, layout::EXCEPTIONS_WASM);
        }
        let float_abi = match options.float_abi {
            FloatAbi::OfTarget => layout::FLOAT_ABI_DEFAULT,
            FloatAbi::Soft => layout::FLOAT_ABI_SOFT,
            FloatAbi::Hard => layout::FLOAT_ABI_HARD,
        };
        self.set_number(layout::OPTIONS_FLOAT_ABI, float_abi);
        let compression = match options.compression {
            Compression::None => layout::COMPRESSION_NONE,
            Compression::Zlib => layout::COMPRESSION_ZLIB,
            Compression::Zstd => layout::COMPRESSION_ZSTD,
        };
        self.set_number(layout::OPTIONS_COMPRESSION, compression);
        self.0[layout::OPTIONS_RELAX_RELOCATIONS] = options.relax_relocations.into();
    }

    fn bit(&self, bit: usize) -> bool {
        self.0[bit / 8] >> (bit % 8) & 1 != 0
    }

    fn set_bit(&mut self, bit: usize, on: bool) {
        let mask = 1 << (bit % 8);
        match on {
            true => self.0[bit / 8] |= mask,
            false => self.0[bit / 8] &= !mask,
        }
    }

    fn number(&self, offset: usize) -> u32 {
        let bytes = self.0[offset..offset + 4].try_into();
        u32::from_ne_bytes(bytes.expect("four bytes are four"))
    }

    fn set_number(&mut self, offset: usize, value: usize) {
        self.0[offset..offset + 4].copy_from_slice(&(value as u32).to_ne_bytes());
    }

    fn string(&mut self, offset: usize) -> &mut CxxString {
        assert!(
            offset.is_multiple_of(align_of::<CxxString>()) && offset + size_of::<CxxString>() <= self.0.len()
        );
        // SAFETY: it lies within the object and is aligned; any bits are a pointer and numbers.
        unsafe { &mut *self.0.as_mut_ptr().add(offset).cast() }
    }

    /// Makes a string stand for `text`, which it does not own. The options are not destroyed: what they own beside such
    /// texts is in them only if LLVM's command line names files.
    fn lend(&mut self, offset: usize, text: &'a str) {
        let string = self.string(offset);
        string.data = text.as_ptr();
        string.len = text.len();
    }
}

fn relocation(model: LLVMRelocMode) -> Choice {
    chosen(match model {
        LLVMRelocMode::LLVMRelocDefault => None,
        LLVMRelocMode::LLVMRelocStatic => Some(layout::RELOCATION_STATIC),
        LLVMRelocMode::LLVMRelocPIC => Some(layout::RELOCATION_PIC),
        LLVMRelocMode::LLVMRelocDynamicNoPic => Some(layout::RELOCATION_DYNAMIC_NO_PIC),
        LLVMRelocMode::LLVMRelocROPI => Some(layout::RELOCATION_ROPI),
        LLVMRelocMode::LLVMRelocRWPI => Some(layout::RELOCATION_RWPI),
        LLVMRelocMode::LLVMRelocROPI_RWPI => Some(layout::RELOCATION_ROPI_RWPI),
    })
}

fn code_model(model: LLVMCodeModel) -> Choice {
    chosen(match model {
        LLVMCodeModel::LLVMCodeModelDefault | LLVMCodeModel::LLVMCodeModelJITDefault => None,
        LLVMCodeModel::LLVMCodeModelTiny => Some(layout::CODE_MODEL_TINY),
        LLVMCodeModel::LLVMCodeModelSmall => Some(layout::CODE_MODEL_SMALL),
        LLVMCodeModel::LLVMCodeModelKernel => Some(layout::CODE_MODEL_KERNEL),
        LLVMCodeModel::LLVMCodeModelMedium => Some(layout::CODE_MODEL_MEDIUM),
        LLVMCodeModel::LLVMCodeModelLarge => Some(layout::CODE_MODEL_LARGE),
    })
}

fn chosen(value: Option<usize>) -> Choice {
    Choice {
        value: value.unwrap_or_default() as u32,
        is_made: value.is_some(),
    }
}
