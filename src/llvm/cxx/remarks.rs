//! Remarks in LLVM's own format for tools (`-Zremark-dir`): YAML, a document for each remark.

use std::ffi::c_void;
use std::pin::Pin;

use super::calling::{Expected, InMemory};
use super::diagnostic::RemarkInfo;
use super::layout;
use super::stream::{Out, Text};

/// `llvm::remarks::RemarkStreamer`
#[repr(C)]
struct Streamer([usize; 9]);

/// `std::optional<llvm::StringRef>`, without a value.
#[repr(C)]
struct NoText([usize; 3]);

/// `llvm::LLVMRemarkStreamer`, which turns diagnostics into remarks.
#[repr(C)]
struct Emitter<'a> {
    streamer: &'a mut Streamer,
}

const _: () = {
    assert!(size_of::<Streamer>() == layout::REMARK_STREAMER_SIZE);
    assert!(size_of::<NoText>() == layout::OPTIONAL_TEXT_SIZE);
    assert!(size_of::<Emitter<'_>>() == layout::REMARK_EMITTER_SIZE);
};

unsafe extern "C" {
    /// `Expected<std::unique_ptr<RemarkSerializer>> llvm::remarks::createRemarkSerializer(Format RemarksFormat,
    /// raw_ostream &OS)`
    #[link_name = "_ZN4llvm7remarks22createRemarkSerializerENS0_6FormatERNS_11raw_ostreamE"]
    fn cxx_make_serializer(format: u32, stream: Out<'_>) -> InMemory<Expected>;
    /// `llvm::remarks::RemarkStreamer::RemarkStreamer(std::unique_ptr<RemarkSerializer> RemarkSerializer,
    /// std::optional<StringRef> Filename)`
    #[link_name = "_ZN4llvm7remarks14RemarkStreamerC1ESt10unique_ptrINS0_16RemarkSerializerESt14default_deleteIS3_EESt8optionalINS_9StringRefEE"]
    fn cxx_make_streamer(place: *mut Streamer, serializer: *mut *mut c_void, file: NoText);
    /// `llvm::remarks::RemarkStreamer::~RemarkStreamer()`
    #[link_name = "_ZN4llvm7remarks14RemarkStreamerD1Ev"]
    fn cxx_destroy_streamer(streamer: *mut Streamer);
    /// `void llvm::LLVMRemarkStreamer::emit(const DiagnosticInfoOptimizationBase &Diag)`
    #[link_name = "_ZN4llvm18LLVMRemarkStreamer4emitERKNS_30DiagnosticInfoOptimizationBaseE"]
    safe fn cxx_emit(emitter: &mut Emitter<'_>, remark: &RemarkInfo);
}

/// A file of remarks, as it is written.
pub(crate) struct RemarkFile {
    streamer: Box<Streamer>,
    text: Pin<Box<Text>>,
}

impl RemarkFile {
    /// An empty one. An error holds LLVM's words.
    pub(crate) fn new() -> Result<Self, String> {
        let mut text = Text::new();
        let mut streamer = Box::new(Streamer([0; 9]));
        // SAFETY: the text stays in its place for as long as the streamer, which takes over the serializer, and whose
        // memory has room for it.
        unsafe {
            let stream = text.as_mut().stream();
            let serializer = cxx_make_serializer(layout::REMARKS_ARE_YAML as u32, stream);
            let mut serializer = serializer.get().into_result()?;
            cxx_make_streamer(&mut *streamer, &mut serializer, NoText([0; 3]));
        }
        Ok(RemarkFile { streamer, text })
    }

    pub(super) fn add(&mut self, remark: &RemarkInfo) {
        let streamer = &mut *self.streamer;
        cxx_emit(&mut Emitter { streamer }, remark);
    }

    /// What has been written.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.bytes()
    }
}

impl Drop for RemarkFile {
    fn drop(&mut self) {
        // SAFETY: `new` made it. The text is alive until after this.
        unsafe { cxx_destroy_streamer(&mut *self.streamer) }
    }
}
