//! The name of a global as the assembler sees it: with the underscore, or the number of bytes of arguments,
//! that some platforms add.

use inkwell::values::GlobalValue;

use super::layout;
use super::stream::{Out, collect};
use crate::llvm::safe::Handle;

/// `llvm::Mangler`: a `DenseMap` of numbers for globals without a name, empty when it is all zeros. It
/// allocates nothing for globals that have one.
#[repr(C)]
struct Mangler([usize; 3]);

const _: () = assert!(size_of::<Mangler>() == layout::MANGLER_SIZE);

unsafe extern "C" {
    /// `void llvm::Mangler::getNameWithPrefix(raw_ostream &OS, const GlobalValue *GV,
    /// bool CannotUsePrivateLabel) const`
    #[link_name = "_ZNK4llvm7Mangler17getNameWithPrefixERNS_11raw_ostreamEPKNS_11GlobalValueEb"]
    safe fn cxx_name_with_prefix(
        mangler: &mut Mangler,
        stream: Out<'_>,
        global: Handle<GlobalValue<'_>>,
        no_private_label: bool,
    );
}

/// See the module's documentation. The global must have a name.
pub(crate) fn mangled_name(global: GlobalValue<'_>) -> String {
    let has_name = !global.get_name().is_empty();
    assert!(has_name, "a global that text refers to has a name");
    let mut mangler = Mangler([0; 3]);
    collect(|stream| cxx_name_with_prefix(&mut mangler, stream, global.into(), false))
}
