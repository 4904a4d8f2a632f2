//! What the processor that a target machine stands for can do.
//!
//! LLVM-C takes a feature string and never says what came of it. The answer is in the machine's
//! `MCSubtargetInfo`; libLLVM exports its questions, but the way from the machine to it is inline C++.

use std::ffi::CStr;
use std::mem::offset_of;

use inkwell::targets::TargetMachine;
use llvm_sys::target_machine::LLVMOpaqueTargetMachine;

use super::{CxxString, Ref, layout};

/// `llvm::Triple`: the text, and six enumerations that it stands for.
#[repr(C)]
pub(super) struct Triple {
    pub(super) text: CxxString,
    parsed: [u32; 6],
}

/// The first members of `llvm::TargetMachine`.
#[repr(C)]
pub(super) struct Machine {
    vtable: *const usize,
    target: *const std::ffi::c_void,
    data_layout: [u64; 114],
    triple: Triple,
    cpu: CxxString,
    features: CxxString,
    relocation_and_code_model: [u32; 2],
    pub(super) large_data_threshold: u64,
    level: u32,
    asm_info: *const usize,
    register_info: *const usize,
    instruction_info: *const usize,
    subtarget: *const Info,
}

/// The first members of `llvm::MCSubtargetInfo`.
#[repr(C)]
struct Info {
    vtable: *const usize,
    triple: Triple,
    cpu: CxxString,
    tune_cpu: CxxString,
    cpu_names: Ref<'static, u8>,
    features: Ref<'static, Feature>,
    cpus: Ref<'static, Cpu>,
}

/// `llvm::SubtargetFeatureKV`: two offsets to strings, counted from the entry itself.
#[repr(C)]
struct Feature {
    name: u16,
    description: u16,
    index: u32,
    implies: [u64; 6],
}

/// `llvm::SubtargetSubTypeKV`
#[repr(C)]
struct Cpu {
    name: u16,
    schedule: u32,
    implies: [u64; 6],
    tuning: [u64; 6],
}

const _: () = {
    assert!(size_of::<Triple>() == layout::TRIPLE_SIZE);
    assert!(offset_of!(Machine, target) == layout::MACHINE_TARGET);
    assert!(offset_of!(Machine, triple) == layout::MACHINE_TRIPLE);
    assert!(offset_of!(Machine, cpu) == layout::MACHINE_CPU);
    assert!(offset_of!(Machine, features) == layout::MACHINE_FEATURES);
    assert!(offset_of!(Machine, large_data_threshold) == layout::MACHINE_LARGE_DATA_THRESHOLD);
    assert!(offset_of!(Machine, subtarget) == layout::MACHINE_SUBTARGET);
    assert!(offset_of!(Info, triple) == layout::SUBTARGET_TRIPLE);
    assert!(offset_of!(Info, features) == layout::SUBTARGET_FEATURES);
    assert!(offset_of!(Info, cpus) == layout::SUBTARGET_CPUS);
    assert!(size_of::<Feature>() == layout::FEATURE_SIZE);
    assert!(offset_of!(Feature, description) == layout::FEATURE_DESCRIPTION);
    assert!(size_of::<Cpu>() == layout::CPU_SIZE);
};

unsafe extern "C" {
    /// `bool llvm::MCSubtargetInfo::checkFeatures(StringRef FS) const`
    #[link_name = "_ZNK4llvm15MCSubtargetInfo13checkFeaturesENS_9StringRefE"]
    safe fn cxx_check_features(info: &Info, features: Ref<'_, u8>) -> bool;
}

/// The processor of a target machine.
pub(crate) struct Subtarget<'m>(&'m Info);

impl<'m> Subtarget<'m> {
    /// The processor of `machine`. None if LLVM lays its objects out in another way than this file says.
    pub(crate) fn of(machine: &'m TargetMachine) -> Option<Self> {
        let raw: *mut LLVMOpaqueTargetMachine = machine.as_mut_ptr();
        // SAFETY: `LLVMTargetMachineRef` is a `TargetMachine *`. What `Machine` says of the object is first
        // compared with what LLVM-C says, member by member from the start, and the strings, whose place
        // depends on all that is before them, are compared as text. Only then is the pointer that follows
        // them used.
        unsafe {
            let object = &*raw.cast::<Machine>();
            if object.target != machine.get_target().as_mut_ptr().cast_const().cast() {
                return None;
            }
            let agrees = |member: &CxxString, text: &CStr| {
                member.len == text.count_bytes() && member.bytes() == text.to_bytes()
            };
            if !agrees(&object.triple.text, machine.get_triple().as_str())
                || !agrees(&object.cpu, &machine.get_cpu())
                || !agrees(&object.features, machine.get_feature_string())
            {
                return None;
            }
            let info = object.subtarget.as_ref()?;
            (info.triple.text.bytes() == object.triple.text.bytes()).then_some(Subtarget(info))
        }
    }

    /// Whether all of `features`, written `+a,+b`, are on. The names must be known to LLVM.
    pub(crate) fn has(&self, features: &str) -> bool {
        cxx_check_features(self.0, Ref::of(features))
    }

    /// LLVM's features for the architecture, sorted by name, each with its description.
    pub(crate) fn features(&self) -> Vec<(&'m str, &'m str)> {
        let entry = |feature: &'m Feature| {
            (
                text_after(feature, feature.name),
                text_after(feature, feature.description),
            )
        };
        self.0.features.as_slice().iter().map(entry).collect()
    }

    /// LLVM's processors of the architecture, sorted by name.
    pub(crate) fn cpus(&self) -> Vec<&'m str> {
        let table = self.0.cpus.as_slice().iter();
        table.map(|cpu| text_after(cpu, cpu.name)).collect()
    }
}

/// The string that starts `offset` bytes after the start of `entry`.
fn text_after<T>(entry: &T, offset: u16) -> &str {
    // SAFETY: the tables' strings follow their entries in the same constant, each ended by a zero byte.
    let text = unsafe { CStr::from_ptr(std::ptr::from_ref(entry).byte_add(offset.into()).cast()) };
    text.to_str().unwrap_or_default()
}
