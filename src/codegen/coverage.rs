//! Coverage counters (`-Cinstrument-coverage`).
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use rustc_codegen_ssa::traits::*;
use rustc_middle::mir::coverage::CoverageKind;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> CoverageInfoBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn add_coverage(&mut self, instance: Instance<'tcx>, kind: &CoverageKind) {
        todo!()
    }
}
