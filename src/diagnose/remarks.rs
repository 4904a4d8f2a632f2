//! Remarks of LLVM's passes: which of them, and whether people or tools read them (`-Cremark`, `-Zremark-dir`).

use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

use inkwell::context::Context;
use rustc_codegen_ssa::back::write::{CodegenContext, SharedEmitter};
use rustc_errors::DiagCtxt;
use rustc_session::config::Passes;

use crate::llvm::cxx::{self, RemarkFile, RemarkedPasses, Remarks};

/// What is done with a module; each has a file of remarks for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemarkStage {
    /// Its own optimisation.
    Module,
    /// Link-time optimisation.
    LinkTime,
    /// Code generation.
    Emission,
}

impl RemarkStage {
    fn name(self) -> &'static str {
        match self {
            RemarkStage::Module => "opt",
            RemarkStage::LinkTime => "lto",
            RemarkStage::Emission => "codegen",
        }
    }
}

/// What happens to the remarks about a module at one stage.
pub(super) struct RemarkSink {
    pub(super) remarks: Rc<Remarks>,
    file: Option<(File, PathBuf)>,
    emitter: SharedEmitter,
}

impl RemarkSink {
    /// That of the module `name` in `context`. A file that cannot be made is an error.
    pub(super) fn new(
        cgcx: &CodegenContext,
        context: &Context,
        emitter: &SharedEmitter,
        name: &str,
        stage: RemarkStage,
    ) -> Self {
        let mut sink = RemarkSink {
            remarks: Rc::new(Remarks {
                passes: match &cgcx.remark {
                    Passes::All => RemarkedPasses::All,
                    Passes::Some(passes) => RemarkedPasses::Some(passes.clone()),
                },
                file: None,
            }),
            file: None,
            emitter: emitter.clone(),
        };
        // The suffix is the one that LLVM's `opt-viewer` looks for.
        let file_name = format!("{name}.{}.opt.yaml", stage.name());
        let Some(path) = cgcx.remark_dir.as_ref().map(|folder| folder.join(file_name)) else {
            return sink;
        };
        if cgcx.module_config.pgo_use.is_some() {
            cxx::request_hotness(context);
        }
        let made = File::create(&path).map_err(|error| error.to_string());
        match made.and_then(|file| Ok((file, RemarkFile::new()?))) {
            Ok((file, remarks)) => {
                sink.file = Some((file, path));
                if let Some(own) = Rc::get_mut(&mut sink.remarks) {
                    own.file = Some(RefCell::new(remarks));
                }
            }
            Err(why) => {
                sink.error(&format!(
                    "cannot create the remark file {}: {why}",
                    path.display()
                ));
                sink.remarks = Rc::new(Remarks::none());
            }
        }
        sink
    }

    fn error(&self, message: &str) {
        let dcx = DiagCtxt::new(Box::new(self.emitter.clone()));
        dcx.handle().err(message.to_owned());
    }
}

impl Drop for RemarkSink {
    fn drop(&mut self) {
        if let (Some((mut file, path)), Some(remarks)) = (self.file.take(), &self.remarks.file)
            && let Err(error) = file.write_all(remarks.borrow().bytes())
        {
            self.error(&format!("failed to write remarks to {}: {error}", path.display()));
        }
    }
}
