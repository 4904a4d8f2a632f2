//! The part of thin LTO that changes one module as was decided for it: local symbols that others will use become
//! global, copies that do not count go, what is not used elsewhere becomes local, and what others define comes in.

use std::ffi::{CString, c_void};
use std::mem::{ManuallyDrop, MaybeUninit, offset_of};

use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::targets::TargetMachine;

use super::calling::{Error, Expected, InFirst, InMemory, StdFunction, failure};
use super::containers::DenseMap;
use super::embedded::erase_named_metadata;
use super::summary::Index;
use super::thin_link::{BufferRef, Definitions, ImportList, ThinLink};
use super::{Ref, layout};
use crate::llvm::fatal::interruptible;
use crate::llvm::safe::Handle;

type Load<'l, 'a, 'll> = InFirst<&'l Loader<'a, 'll>, &'static Ref<'static, u8>, Expected>;

/// `llvm::FunctionImporter`
#[repr(C)]
struct Importer<'l, 'a, 'll> {
    index: Handle<&'l Index>,
    load: StdFunction<'l, Load<'l, 'a, 'll>>,
    clear_dso_local: bool,
}

/// `llvm::ParserCallbacks`: three `std::optional`s without a value, and a flag that is not set.
#[repr(C)]
struct NoCallbacks([usize; layout::PARSER_CALLBACKS_SIZE / size_of::<usize>()]);

const _: () = {
    assert!(size_of::<Importer<'static, 'static, 'static>>() == layout::FUNCTION_IMPORTER_SIZE);
    assert!(offset_of!(Importer<'static, 'static, 'static>, load) == layout::FUNCTION_IMPORTER_LOADER);
    assert!(
        offset_of!(Importer<'static, 'static, 'static>, clear_dso_local) == layout::FUNCTION_IMPORTER_CLEARS
    );
};

unsafe extern "C-unwind" {
    /// `void llvm::renameModuleForThinLTO(Module &M, const ModuleSummaryIndex &Index,
    /// bool ClearDSOLocalOnDeclarations, SetVector<GlobalValue *> *GlobalsToImport)`
    #[link_name = "_ZN4llvm22renameModuleForThinLTOERNS_6ModuleERKNS_18ModuleSummaryIndexEbPNS_9SetVectorIPNS_11GlobalValueENS_11SmallVectorIS7_Lj0EEENS_8DenseSetIS7_NS_12DenseMapInfoIS7_vEEEELj0EEE"]
    safe fn cxx_rename(
        module: Handle<&Module<'_>>,
        index: Handle<&Index>,
        clear_dso_local: bool,
        to_import: Option<&c_void>,
    );
    /// `void llvm::thinLTOFinalizeInModule(Module &TheModule, const GVSummaryMapTy &DefinedGlobals,
    /// bool PropagateAttrs)`
    #[link_name = "_ZN4llvm23thinLTOFinalizeInModuleERNS_6ModuleERKNS_8DenseMapImPNS_18GlobalValueSummaryENS_12DenseMapInfoImvEENS_6detail12DenseMapPairImS4_EEEEb"]
    safe fn cxx_resolve(module: Handle<&Module<'_>>, defined: &Definitions, propagate_attributes: bool);
    /// `void llvm::thinLTOInternalizeModule(Module &TheModule, const GVSummaryMapTy &DefinedGlobals)`
    #[link_name = "_ZN4llvm24thinLTOInternalizeModuleERNS_6ModuleERKNS_8DenseMapImPNS_18GlobalValueSummaryENS_12DenseMapInfoImvEENS_6detail12DenseMapPairImS4_EEEE"]
    safe fn cxx_internalize(module: Handle<&Module<'_>>, defined: &Definitions);
    /// `Expected<bool> llvm::FunctionImporter::importFunctions(Module &M, const ImportMapTy &ImportList)`
    #[link_name = "_ZN4llvm16FunctionImporter15importFunctionsERNS_6ModuleERKNS0_11ImportMapTyE"]
    safe fn cxx_import(
        importer: &mut Importer<'_, '_, '_>,
        module: Handle<&Module<'_>>,
        imports: &ImportList,
    ) -> InMemory<Expected>;
    /// `Expected<std::unique_ptr<Module>> llvm::getLazyBitcodeModule(MemoryBufferRef Buffer,
    /// LLVMContext &Context, bool ShouldLazyLoadMetadata, bool IsImporting, ParserCallbacks Callbacks)`
    #[link_name = "_ZN4llvm20getLazyBitcodeModuleENS_15MemoryBufferRefERNS_11LLVMContextEbbNS_15ParserCallbacksE"]
    safe fn cxx_open_module(
        buffer: BufferRef<'_>,
        context: Handle<&Context>,
        lazy_metadata: bool,
        importing: bool,
        callbacks: &NoCallbacks,
    ) -> InMemory<Expected>;
    /// `Error llvm::Module::materializeMetadata()`
    #[link_name = "_ZN4llvm6Module19materializeMetadataEv"]
    safe fn cxx_read_metadata(module: Handle<&Module<'_>>) -> Error;
    /// `Reloc::Model llvm::TargetMachine::getRelocationModel() const`
    #[link_name = "_ZNK4llvm13TargetMachine18getRelocationModelEv"]
    safe fn cxx_relocation_model(machine: Handle<&TargetMachine>) -> u32;
    /// `void llvm::LLVMContext::enableDebugTypeODRUniquing()`
    #[link_name = "_ZN4llvm11LLVMContext26enableDebugTypeODRUniquingEv"]
    safe fn cxx_unify_debug_types(context: Handle<&Context>);
}

/// Where the importer finds the other modules.
struct Loader<'a, 'll> {
    context: &'ll Context,
    bitcode_of: &'a dyn Fn(&str) -> Option<&'a [u8]>,
}

/// Makes types of one identity that come from several modules one type (LangRef, "DICompositeType").
pub(crate) fn unify_debug_types(context: &Context) {
    cxx_unify_debug_types(context.into());
}

/// Whether a declaration must not count on its definition being near: it may come to lie in another shared
/// object once it is imported. ELF only: elsewhere nothing is interposed.
fn clears_dso_local(module: &Module<'_>, machine: &TargetMachine, is_elf: bool) -> bool {
    let model = cxx_relocation_model(machine.into());
    is_elf && model != layout::RELOCATION_STATIC as u32 && module.get_flag("PIE Level").is_none()
}

impl ThinLink {
    /// Makes the local symbols of a module global that others import, under names that no other module has.
    pub(crate) fn promote(&self, module: &Module<'_>, machine: &TargetMachine, is_elf: bool) {
        let clear = clears_dso_local(module, machine, is_elf);
        interruptible(|| cxx_rename(module.into(), self.index().into(), clear, None));
    }

    /// Gives the symbols of the module `name` the linkage that was decided for them.
    pub(crate) fn resolve(&self, module: &Module<'_>, name: &str) {
        let (none, propagate_attributes) = (DenseMap::default(), true);
        let defined = self.definitions(name).unwrap_or(&none);
        interruptible(|| cxx_resolve(module.into(), defined, propagate_attributes));
    }

    /// Makes local what no other module needs of the module `name`.
    pub(crate) fn internalize(&self, module: &Module<'_>, name: &str) {
        let none = DenseMap::default();
        let defined = self.definitions(name).unwrap_or(&none);
        interruptible(|| cxx_internalize(module.into(), defined));
    }

    /// Brings into the module `name` what was decided. `bitcode_of` gives a module's bitcode by its name.
    pub(crate) fn import<'a>(
        &self,
        context: &Context,
        module: &Module<'_>,
        machine: &TargetMachine,
        name: &str,
        is_elf: bool,
        bitcode_of: &'a dyn Fn(&str) -> Option<&'a [u8]>,
    ) -> Result<(), String> {
        let loader = Loader { context, bitcode_of };
        let mut importer = Importer {
            index: self.index().into(),
            load: StdFunction::new(load as Load<'_, '_, '_>, &loader),
            clear_dso_local: clears_dso_local(module, machine, is_elf),
        };
        let imports = self.imports(name);
        let imported = interruptible(|| cxx_import(&mut importer, module.into(), imports));
        // If it is no error, it is a `bool`.
        imported.get().into_result().map(|_| ())
    }
}

/// Opens a module to import from. Functions and metadata are read when they are needed.
extern "C-unwind" fn load<'r>(
    result: &'r mut MaybeUninit<Expected>,
    loader: &&Loader<'_, '_>,
    name: &Ref<'_, u8>,
) -> &'r mut Expected {
    let module = open(loader, &name.text()).map_err(|why| failure(&why));
    result.write(Expected::of(
        module.map(|module| Handle::from(module).into_raw().cast()),
    ))
}

fn open<'ll>(loader: &Loader<'_, 'll>, name: &str) -> Result<Module<'ll>, CString> {
    let words = |why: String| CString::new(format!("module \"{name}\": {why}")).unwrap_or_default();
    let bitcode = (loader.bitcode_of)(name).ok_or_else(|| words("not found".to_owned()))?;
    let buffer = BufferRef::new(bitcode, name);
    let callbacks = NoCallbacks([0; layout::PARSER_CALLBACKS_SIZE / size_of::<usize>()]);
    let opened = cxx_open_module(buffer, loader.context.into(), true, true, &callbacks).get();
    let raw = opened.into_result().map_err(words)?;
    // SAFETY: LLVM has made the module. Bitcode and context are alive for as long as it is. A fatal error may unwind from
    // here on, after which nothing may free it.
    let module = ManuallyDrop::new(unsafe { Module::new(raw.cast()) });
    cxx_read_metadata((&*module).into())
        .into_result()
        .map_err(words)?;
    // The importer brings all named metadata along, from each module anew: a custom section of WebAssembly
    // would come out twice, and who compiled the importing module is said there.
    for list in [&b"wasm.custom_sections"[..], b"llvm.ident"] {
        erase_named_metadata(&module, list);
    }
    Ok(ManuallyDrop::into_inner(module))
}
