//! Which MIR each instruction was made for.
//!
//! Nothing of it is kept while code is generated. When the verifier has rejected a function, the function is built
//! once more, into a module of its own, and this time each instruction is marked as it is made. What marks it is a
//! debug location, which LLVM's builder puts on everything that it inserts: its line is the number of a [`Step`].

use std::cell::RefCell;

use inkwell::debug_info::{
    AsDIScope, DIFlags, DIFlagsConstants, DIScope, DWARFEmissionKind, DWARFSourceLanguage, DebugInfoBuilder,
};
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::{FxHashSet, FxIndexMap};
use rustc_middle::mir::{self, BasicBlock, Body};
use rustc_middle::mono::{CodegenUnit, MonoItem, MonoItemData};
use rustc_middle::ty::TyCtxt;
use rustc_span::Span;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::unit;
use crate::session;

/// A step of rustc's walk over a function's MIR: a statement or a terminator.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The block of IR in which the walk stands. rustc names it for the MIR block that it begins with.
    block: String,
    pub(super) span: Span,
}

/// Marks what is built for each step.
pub(crate) struct Recorder<'ll> {
    builder: DebugInfoBuilder<'ll>,
    /// The function that the marks seem to belong to.
    scope: DIScope<'ll>,
    steps: RefCell<Vec<Step>>,
}

impl<'ll> Recorder<'ll> {
    fn new(refs: session::ModuleRefs<'ll>) -> Self {
        let (builder, unit) = refs.module.create_debug_info_builder(
            true,
            DWARFSourceLanguage::Rust,
            "recording",
            "",
            "fixed",
            false,
            "",
            0,
            "",
            DWARFEmissionKind::LineTablesOnly,
            0,
            false,
            false,
            "",
            "",
        );
        let file = unit.get_file();
        let ty = builder.create_subroutine_type(file, None, &[], DIFlags::PUBLIC);
        let scope = unit.as_debug_info_scope();
        let flags = DIFlags::PUBLIC;
        let function =
            builder.create_function(scope, "recording", None, file, 0, ty, true, true, 0, flags, false);
        Recorder {
            builder,
            scope: function.as_debug_info_scope(),
            steps: RefCell::default(),
        }
    }

    /// Notes that what `bx` builds from now on is for the MIR at `span`.
    pub(super) fn note(&self, bx: &Builder<'_, 'll, '_>, span: Span) {
        let block = bx.llbb().get_name().to_string_lossy().into_owned();
        let mut steps = self.steps.borrow_mut();
        steps.push(Step { block, span });
        // Lines count from 1: 0 is no mark.
        let line = steps.len() as u32;
        let location = self
            .builder
            .create_debug_location(bx.cx.llcx, line, 0, self.scope, None);
        bx.ll.set_current_debug_location(location);
    }
}

/// The steps of a function that was recorded.
pub(super) struct Steps {
    steps: Vec<Step>,
    /// What each of them is of.
    places: Vec<Option<Place>>,
}

/// A place in MIR: a block, and the number of a statement, or none for the terminator.
type Place = (BasicBlock, Option<usize>);

/// Builds `item` into a module of its own, with all that it refers to declared, and hands the result to `look`.
pub(super) fn record<'tcx, R>(
    tcx: TyCtxt<'tcx>,
    unit: &'tcx CodegenUnit<'tcx>,
    items: &[(MonoItem<'tcx>, MonoItemData)],
    (item, data): (MonoItem<'tcx>, MonoItemData),
    look: impl for<'ll> FnOnce(&CodegenCx<'ll, 'tcx>, &Steps) -> R,
) -> R {
    let name = unit.name();
    let module = session::new_module_with_names(tcx, name.as_str());
    module.with_refs(|refs| {
        let mut cx = CodegenCx::new(tcx, unit, refs);
        cx.recorder = Some(Recorder::new(refs));
        unit::declare(&mut cx, items);
        unit::define(&mut cx, item, data);
        cx.finalize_debuginfo();
        let steps = cx.recorder.as_ref().map(|recorder| recorder.steps.take());
        let body = match item {
            MonoItem::Fn(instance) => Some(tcx.instance_mir(instance.def)),
            MonoItem::Static(_) | MonoItem::GlobalAsm(_) => None,
        };
        look(&cx, &Steps::new(steps.unwrap_or_default(), body))
    })
}

impl Steps {
    fn new(steps: Vec<Step>, body: Option<&Body<'_>>) -> Self {
        let mut places = vec![None; steps.len()];
        let mut blocks: FxIndexMap<&str, Vec<usize>> = FxIndexMap::default();
        for (number, step) in steps.iter().enumerate() {
            blocks.entry(&step.block).or_default().push(number);
        }
        for (name, numbers) in &blocks {
            let (Some(body), Some(first)) = (body, first_block(name)) else {
                continue;
            };
            let has_own = |block: BasicBlock| blocks.contains_key(&*format!("{block:?}"));
            let candidates = candidates(body, first, has_own);
            // rustc makes one step of each statement, and one or more of a terminator, in order.
            let mut next = 0;
            for &number in numbers {
                let span = steps[number].span;
                let ahead = candidates[next..].iter().position(|one| one.span == span);
                next += ahead.map_or(0, |ahead| ahead + 1);
                // Without one, it is the same terminator once more, or a step that is not in the MIR.
                let at = next.checked_sub(1).map(|at| &candidates[at]);
                places[number] = at.filter(|at| at.span == span).map(|at| at.place);
            }
        }
        Steps { steps, places }
    }

    /// The step that an instruction was made in, by its mark.
    pub(super) fn get(&self, mark: u32) -> Option<&Step> {
        self.steps.get(mark.checked_sub(1)? as usize)
    }

    /// The MIR of a step, as rustc prints it, and its block.
    pub(super) fn mir_of(&self, body: &Body<'_>, mark: u32) -> Option<(BasicBlock, String)> {
        let (block, statement) = (*self.places.get(mark.checked_sub(1)? as usize)?)?;
        let data = &body.basic_blocks[block];
        let text = match statement {
            Some(statement) => format!("{:?}", data.statements[statement]),
            None => format!("{:?}", data.terminator().kind),
        };
        Some((block, text))
    }
}

/// A statement or terminator that a step may be of.
struct Candidate {
    place: Place,
    span: Span,
}

/// The MIR block that a block of IR is named for.
fn first_block(name: &str) -> Option<BasicBlock> {
    match name {
        "start" => Some(mir::START_BLOCK),
        _ => Some(BasicBlock::from_u32(name.strip_prefix("bb")?.parse().ok()?)),
    }
}

/// All that may have gone into the block of IR that begins with `first`: rustc goes on in it where nothing else leads
/// to the next block, which has no block of IR of its own then.
fn candidates(body: &Body<'_>, first: BasicBlock, has_own: impl Fn(BasicBlock) -> bool) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let mut seen = FxHashSet::default();
    let mut next = Some(first);
    while let Some(block) = next.filter(|&block| seen.insert(block)) {
        let Some(data) = body.basic_blocks.get(block) else {
            break;
        };
        let statements = data.statements.iter().enumerate();
        candidates.extend(statements.map(|(number, statement)| Candidate {
            place: (block, Some(number)),
            span: statement.source_info.span,
        }));
        candidates.push(Candidate {
            place: (block, None),
            span: data.terminator().source_info.span,
        });
        let following = data.terminator().successors().next();
        next = following.filter(|&block| !has_own(block));
    }
    candidates
}
