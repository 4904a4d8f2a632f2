//! What profiles and coverage maps share with LLVM's own passes and tools: names and hashes.

use inkwell::module::Module;
use inkwell::values::{FunctionValue, GlobalValue};

use super::{Ref, layout};
use crate::llvm::safe::Handle;

/// `llvm::MD5::MD5Result`: sixteen bytes.
#[repr(C)]
struct Md5([u64; 2]);

const _: () = assert!(size_of::<Md5>() == layout::MD5_SIZE);

unsafe extern "C" {
    /// `GlobalVariable *llvm::createPGOFuncNameVar(Function &F, StringRef PGOFuncName)`
    #[link_name = "_ZN4llvm20createPGOFuncNameVarERNS_8FunctionENS_9StringRefE"]
    safe fn cxx_name_variable<'ll>(
        function: Handle<FunctionValue<'ll>>,
        name: Ref<'_, u8>,
    ) -> Handle<GlobalValue<'ll>>;
    /// `void llvm::createProfileFileNameVar(Module &M, StringRef InstrProfileOutput)`
    #[link_name = "_ZN4llvm24createProfileFileNameVarERNS_6ModuleENS_9StringRefE"]
    safe fn cxx_name_output_file(module: Handle<&Module<'_>>, path: Ref<'_, u8>);
    /// `static MD5Result llvm::MD5::hash(ArrayRef<uint8_t> Data)`
    #[link_name = "_ZN4llvm3MD54hashENS_8ArrayRefIhEE"]
    safe fn cxx_md5(data: Ref<'_, u8>) -> Md5;
}

/// The variable that holds the name of `function` for its counters. It is made anew at each call.
pub(crate) fn profile_name_variable<'ll>(function: FunctionValue<'ll>, name: &str) -> GlobalValue<'ll> {
    cxx_name_variable(function.into(), Ref::of(name)).get()
}

/// Says where the program writes its counts, unless its environment does.
pub(crate) fn name_output_file(module: &Module<'_>, path: &str) {
    cxx_name_output_file(module.into(), Ref::of(path));
}

/// The hash by which profiles and coverage maps refer to names: `IndexedInstrProf::ComputeHash`, the first eight
/// bytes of MD5, lowest first.
pub(crate) fn profile_hash(bytes: &[u8]) -> u64 {
    let Md5([low, _]) = cxx_md5(bytes.into());
    u64::from_le_bytes(low.to_ne_bytes())
}
