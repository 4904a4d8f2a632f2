//! What profiles and coverage maps share with LLVM's own passes and tools: names and hashes.

use inkwell::module::Module;
use inkwell::values::{AsValueRef, FunctionValue, GlobalValue};
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};

use super::{Ref, layout};

/// `llvm::MD5::MD5Result`: sixteen bytes.
#[repr(C)]
struct Md5([u64; 2]);

const _: () = assert!(size_of::<Md5>() == layout::MD5_SIZE);

unsafe extern "C" {
    /// `GlobalVariable *llvm::createPGOFuncNameVar(Function &F, StringRef PGOFuncName)`
    #[link_name = "_ZN4llvm20createPGOFuncNameVarERNS_8FunctionENS_9StringRefE"]
    fn cxx_name_variable(function: LLVMValueRef, name: Ref<u8>) -> LLVMValueRef;
    /// `void llvm::createProfileFileNameVar(Module &M, StringRef InstrProfileOutput)`
    #[link_name = "_ZN4llvm24createProfileFileNameVarERNS_6ModuleENS_9StringRefE"]
    fn cxx_name_output_file(module: LLVMModuleRef, path: Ref<u8>);
    /// `static MD5Result llvm::MD5::hash(ArrayRef<uint8_t> Data)`
    #[link_name = "_ZN4llvm3MD54hashENS_8ArrayRefIhEE"]
    fn cxx_md5(data: Ref<u8>) -> Md5;
}

/// The variable that holds the name of `function` for its counters. It is made anew at each call.
pub(crate) fn profile_name_variable<'ll>(function: FunctionValue<'ll>, name: &str) -> GlobalValue<'ll> {
    // SAFETY: the function is live, and LLVM copies the name; what it returns is a variable of the same module.
    unsafe { GlobalValue::new(cxx_name_variable(function.as_value_ref(), Ref::of(name))) }
}

/// Says where the program writes its counts, unless its environment does.
pub(crate) fn name_output_file(module: &Module<'_>, path: &str) {
    // SAFETY: the module is live, and LLVM copies the path.
    unsafe { cxx_name_output_file(module.as_mut_ptr(), Ref::of(path)) }
}

/// The hash by which profiles and coverage maps refer to names: `IndexedInstrProf::ComputeHash`, the first eight
/// bytes of MD5, lowest first.
pub(crate) fn profile_hash(bytes: &[u8]) -> u64 {
    let data = Ref {
        data: bytes.as_ptr(),
        len: bytes.len(),
    };
    // SAFETY: LLVM reads `len` bytes.
    let Md5([low, _]) = unsafe { cxx_md5(data) };
    u64::from_le_bytes(low.to_ne_bytes())
}
