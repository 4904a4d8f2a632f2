//! What is counted of one function: regions of its source, in lines and columns, and how each one's count follows
//! from the counters.

use std::sync::Arc;

use rustc_middle::mir::coverage::{BasicCoverageBlock, CovTerm, Expression, Mapping, MappingKind, Op};
use rustc_middle::ty::{Instance, TyCtxt};
use rustc_span::source_map::SourceMap;
use rustc_span::{BytePos, Pos, SourceFile, Span};

use super::mapping::{Count, Operation, Region, RegionCount, Sum};

/// All that a function's record says.
pub(super) struct CountedFunction<'tcx> {
    pub(super) symbol: &'tcx str,
    /// Of the structure of the source: counters of another version of the function are not mixed with these.
    pub(super) source_hash: u64,
    pub(super) is_used: bool,
    /// The one file that the regions are in.
    pub(super) file: Arc<SourceFile>,
    pub(super) sums: Vec<Sum>,
    pub(super) regions: Vec<Region>,
}

impl<'tcx> CountedFunction<'tcx> {
    /// The regions of `instance`; all of them count zero if it is not used. Nothing if it was not instrumented, or
    /// if none of its regions can be told: `llvm-cov` rejects a function without any (rust-lang/rust#133606).
    pub(super) fn new(tcx: TyCtxt<'tcx>, instance: Instance<'tcx>, is_used: bool) -> Option<Self> {
        let body = tcx.instance_mir(instance.def).coverage_mir_info.as_deref()?;
        let counters = tcx.coverage_codegen_info(instance.def)?;
        let count_of = |block: BasicCoverageBlock| match is_used {
            true => count(counters.term_for_bcb[block].unwrap_or(CovTerm::Zero)),
            false => Count::Zero,
        };
        let source_map = tcx.sess.source_map();
        let file = source_map.lookup_source_file(body.mappings.first()?.span.lo());
        let discard = tcx.sess.coverage_options().discard_all_spans_in_codegen;
        let regions: Vec<Region> = body
            .mappings
            .iter()
            .filter(|_| !discard)
            .filter_map(|Mapping { kind, span }| {
                let count = match *kind {
                    MappingKind::Code { bcb } => RegionCount::Code(count_of(bcb)),
                    MappingKind::Branch { true_bcb, false_bcb } => RegionCount::Branch {
                        taken: count_of(true_bcb),
                        not_taken: count_of(false_bcb),
                    },
                };
                region(source_map, &file, *span, count)
            })
            .collect();
        if regions.is_empty() {
            return None;
        }
        Some(CountedFunction {
            symbol: tcx.symbol_name(instance).name,
            source_hash: if is_used { body.function_source_hash } else { 0 },
            is_used,
            file,
            sums: counters.expressions.iter().map(sum).collect(),
            regions,
        })
    }
}

fn count(term: CovTerm) -> Count {
    match term {
        CovTerm::Zero => Count::Zero,
        CovTerm::Counter(id) => Count::Counter(id.as_u32()),
        CovTerm::Expression(id) => Count::Sum(id.as_u32()),
    }
}

fn sum(expression: &Expression) -> Sum {
    Sum {
        left: count(expression.lhs),
        operation: match expression.op {
            Op::Add => Operation::Add,
            Op::Subtract => Operation::Subtract,
        },
        right: count(expression.rhs),
    }
}

/// The region of `span`. Nothing where the span makes none that `llvm-cov` would take: it gives up on a whole
/// report for one region that ends before it begins.
fn region(source_map: &SourceMap, file: &SourceFile, span: Span, count: RegionCount) -> Option<Region> {
    if span.is_empty() {
        return None;
    }
    let (start, end) = (place(file, span.lo())?, place(file, span.hi())?);
    // A doctest is a part of a larger file.
    let line = |line| source_map.doctest_offset_line(&file.name, line);
    let region = Region {
        start: (u32::try_from(line(start.0)).ok()?, start.1),
        end: (u32::try_from(line(end.0)).ok()?, end.1),
        count,
    };
    let is_valid = region.start <= region.end
        && region.start.0 > 0
        // The highest bit of the last column marks gaps between regions.
        && region.end.1 < 1 << 31;
    is_valid.then_some(region)
}

/// Line and column, both counted from one; the column in bytes, as `llvm-cov` counts.
fn place(file: &SourceFile, position: BytePos) -> Option<(usize, u32)> {
    let position = file.relative_position(position);
    let line = file.lookup_line(position)?;
    let column = (position - file.lines()[line]).to_usize() + 1;
    Some((line + 1, u32::try_from(column).ok()?))
}
