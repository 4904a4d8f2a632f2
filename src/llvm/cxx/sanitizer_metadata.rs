//! What sanitizers are told of a global variable.
//!
//! ```cpp
//! struct GlobalValue::SanitizerMetadata {
//!   unsigned NoAddress : 1;
//!   unsigned NoHWAddress : 1;
//!   unsigned Memtag : 1;
//!   unsigned IsDynInit : 1;
//! };
//! ```

use inkwell::values::GlobalValue;

use super::layout;
use crate::llvm::safe::Handle;

const _: () = assert!(layout::SANITIZER_METADATA_SIZE == size_of::<u32>());

unsafe extern "C" {
    /// `void llvm::GlobalValue::setSanitizerMetadata(GlobalValue::SanitizerMetadata Meta)`. The structure is one
    /// word of bit-fields, and C++ passes it as a number.
    #[link_name = "_ZN4llvm11GlobalValue20setSanitizerMetadataENS0_17SanitizerMetadataE"]
    safe fn cxx_set_sanitizer_metadata(this: Handle<GlobalValue<'_>>, metadata: u32);
}

/// Which sanitizers leave a variable alone.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SanitizerExemptions {
    /// AddressSanitizer: no red zone around it.
    pub(crate) address: bool,
    /// Hardware-assisted AddressSanitizer: no tag in its address.
    pub(crate) hwaddress: bool,
}

impl SanitizerExemptions {
    pub(crate) fn any(self) -> bool {
        self != SanitizerExemptions::default()
    }
}

/// Sets what the sanitizers are told of a variable that nothing was said of before.
pub(crate) fn exempt_from_sanitizers(global: GlobalValue<'_>, exemptions: SanitizerExemptions) {
    let bits = u32::from(exemptions.address) << layout::SANITIZER_NO_ADDRESS
        | u32::from(exemptions.hwaddress) << layout::SANITIZER_NO_HWADDRESS;
    cxx_set_sanitizer_metadata(global.into(), bits);
}
