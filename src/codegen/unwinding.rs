//! Which calls cannot unwind although the signature of what they call allows it: read from the callee's MIR.
//!
//! An `invoke` costs more than a `call`: FastISel takes neither it nor `landingpad` and leaves both to SelectionDAG, its
//! unwind edge keeps clean-up code alive that never runs, and all of this has its place in the unwinder's tables. rustc
//! decides by attributes and ABI alone (`fn_can_unwind`). In a debug build, most calls are of small functions that have
//! no way to unwind: they call nothing, or only such as they are.
//!
//! What is read here decides about code. When compilation is incremental, a unit would have to be compiled anew whenever
//! something that it calls changes; so a body is read only if the unit depends on it anyway, being its own, or if it is
//! of another crate.

use std::cell::RefCell;

use inkwell::basic_block::BasicBlock;
use inkwell::values::FunctionValue;
use rustc_attr_ir::InlineAttr;
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrFlags;
use rustc_middle::mir::{Body, Operand, TerminatorKind, UnwindAction, traversal};
use rustc_middle::mono::MonoItem;
use rustc_middle::ty::{self, EarlyBinder, Instance, InstanceKind, ShimKind, Ty, TyCtxt, TypingEnv};
use rustc_session::config::OptLevel;

use crate::codegen::context::CodegenCx;
use crate::llvm::cxx::eliminate_unreachable_blocks;
use crate::session::unwind_edges;

/// How deep calls are followed, lest the stack be used up. What lies deeper is taken to unwind.
const DEEPEST: u32 = 32;

/// What one codegen unit knows of it.
pub(crate) struct Unwinding<'ll, 'tcx> {
    is_on: bool,
    /// Whether a function can unwind, as far as it was asked. One that is still being looked at is taken to.
    answers: RefCell<FxHashMap<Instance<'tcx>, bool>>,
    /// The functions in which calls were given no unwind edge.
    without_edges: RefCell<Vec<FunctionValue<'ll>>>,
}

impl Unwinding<'_, '_> {
    pub(crate) fn of_session(tcx: TyCtxt<'_>) -> Self {
        let opts = &tcx.sess.opts;
        // What counts how often each way is taken names ways by the shape of the function, and must be able to serve
        // another backend.
        let is_profiled = opts.cg.profile_generate.enabled()
            || opts.cg.profile_use.is_some()
            || opts.cg.profile_sample_use.is_some()
            || opts.unstable_opts.debuginfo_for_profiling;
        Unwinding {
            // Optimising, LLVM finds out by itself, and of more functions.
            is_on: !unwind_edges::keeps_all() && !is_profiled && opts.optimize == OptLevel::No,
            answers: RefCell::default(),
            without_edges: RefCell::default(),
        }
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Whether a call of `callee` needs an unwind edge. If it gets none, [`Self::leave_out_edge`] is to know.
    pub(crate) fn needs_unwind_edge(&self, callee: Option<Instance<'tcx>>) -> bool {
        !self.unwinding.is_on
            || callee.is_none_or(|callee| self.is_always_inlined(callee) || self.can_unwind(callee, DEEPEST))
    }

    /// Notes that a call in `block` has no unwind edge, so that what it would have led to may be unreachable.
    pub(crate) fn leave_out_edge(&self, block: BasicBlock<'ll>) {
        let mut functions = self.unwinding.without_edges.borrow_mut();
        // Functions are built one after the other.
        if let Some(function) = block
            .get_parent()
            .filter(|function| functions.last() != Some(function))
        {
            functions.push(function);
        }
    }

    /// Removes the blocks that only such edges led to. LLVM's function for this trusts that what it looks at is valid.
    pub(crate) fn drop_unreachable_blocks(&self) {
        let functions = self.unwinding.without_edges.take();
        functions.into_iter().for_each(eliminate_unreachable_blocks);
    }

    /// Inlining removes the edge by itself. In place of an `invoke`, not of a `call`, LLVM's inliner leaves a branch,
    /// which may be all that tells a debugger of the callee.
    fn is_always_inlined(&self, callee: Instance<'tcx>) -> bool {
        let inline = self.tcx.codegen_instance_attrs(callee.def).inline;
        matches!(inline, InlineAttr::Always | InlineAttr::Force { .. })
    }

    fn can_unwind(&self, instance: Instance<'tcx>, depth: u32) -> bool {
        if let Some(&answer) = self.unwinding.answers.borrow().get(&instance) {
            return answer;
        }
        self.unwinding.answers.borrow_mut().insert(instance, true);
        let answer = depth == 0
            || self
                .readable_body(instance)
                .is_none_or(|body| self.body_can_unwind(instance, body, depth - 1));
        self.unwinding.answers.borrow_mut().insert(instance, answer);
        answer
    }

    /// The MIR that the code of `instance` is made of, wherever it is made, if this unit may depend on it.
    fn readable_body(&self, instance: Instance<'tcx>) -> Option<&'tcx Body<'tcx>> {
        let tcx = self.tcx;
        match instance.def {
            InstanceKind::Item(def_id) => {
                let is_own = || self.codegen_unit.contains_item(&MonoItem::Fn(instance));
                let is_open = !def_id.is_local() || tcx.sess.opts.incremental.is_none() || is_own();
                (is_open && is_what_runs(tcx, def_id) && tcx.is_mir_available(def_id))
                    .then(|| tcx.instance_mir(instance.def))
            }
            // Made from types, which the caller depends on.
            InstanceKind::Shim(
                ShimKind::DropGlue(..)
                | ShimKind::Clone(..)
                | ShimKind::ClosureOnce { .. }
                | ShimKind::FnPtr(..)
                | ShimKind::Reify(..)
                | ShimKind::VTable(..),
            ) => Some(tcx.instance_mir(instance.def)),
            InstanceKind::Shim(_)
            | InstanceKind::Intrinsic(_)
            | InstanceKind::LlvmIntrinsic(_)
            | InstanceKind::Virtual(..) => None,
        }
    }

    fn body_can_unwind(&self, instance: Instance<'tcx>, body: &'tcx Body<'tcx>, depth: u32) -> bool {
        let terminators = || {
            traversal::mono_reachable(body, self.tcx, instance)
                .filter(|(_, block)| !block.is_cleanup)
                .map(|(_, block)| &block.terminator().kind)
        };
        // What needs no look at other functions first: where it is found, the walk ends.
        let unwinds_itself = terminators().any(|terminator| match terminator {
            TerminatorKind::Assert { unwind, .. } | TerminatorKind::InlineAsm { unwind, .. } => {
                leaves(*unwind)
            }
            TerminatorKind::Call { func, unwind, .. } => {
                leaves(*unwind) && !matches!(func.ty(&body.local_decls, self.tcx).kind(), ty::FnDef(..))
            }
            TerminatorKind::UnwindResume | TerminatorKind::Yield { .. } => true,
            _ => false,
        });
        let monomorphic = |ty: Ty<'tcx>| {
            let env = TypingEnv::fully_monomorphized();
            instance.instantiate_mir_and_normalize_erasing_regions(
                self.tcx,
                env,
                EarlyBinder::bind(self.tcx, ty),
            )
        };
        let called = |func: &Operand<'tcx>| {
            self.call_can_unwind(monomorphic(func.ty(&body.local_decls, self.tcx)), depth)
        };
        unwinds_itself
            || terminators().any(|terminator| match terminator {
                TerminatorKind::Call { func, unwind, .. } => leaves(*unwind) && called(func),
                TerminatorKind::TailCall { func, .. } => called(func),
                TerminatorKind::Drop { place, unwind, .. } => {
                    let ty = place.ty(&body.local_decls, self.tcx).ty;
                    leaves(*unwind) && self.drop_can_unwind(monomorphic(ty), depth)
                }
                _ => false,
            })
    }

    fn call_can_unwind(&self, callee: Ty<'tcx>, depth: u32) -> bool {
        let tcx = self.tcx;
        let ty::FnDef(def_id, args) = *callee.kind() else {
            return true;
        };
        let Some(args) = args.no_bound_vars() else {
            return true;
        };
        let env = TypingEnv::fully_monomorphized();
        let Ok(Some(instance)) = Instance::try_resolve(tcx, env, def_id, args) else {
            return true;
        };
        let attrs = tcx.codegen_instance_attrs(instance.def);
        !attrs.flags.contains(CodegenFnAttrFlags::NEVER_UNWIND) && self.can_unwind(instance, depth)
    }

    fn drop_can_unwind(&self, ty: Ty<'tcx>, depth: u32) -> bool {
        match Instance::resolve_drop_glue(self.tcx, ty) {
            // There is nothing to drop, and no call is made.
            Instance {
                def: InstanceKind::Shim(ShimKind::DropGlue(_, None)),
                ..
            } => false,
            glue => ty.is_trait() || self.can_unwind(glue, depth),
        }
    }
}

/// Whether control leaves the function, or runs its clean-up and then leaves it.
fn leaves(unwind: UnwindAction) -> bool {
    matches!(unwind, UnwindAction::Continue | UnwindAction::Cleanup(_))
}

/// Whether a call of the function ends in the function of that name that rustc knows, and in the code of its MIR: not
/// if the linker or another language may put something in its place.
fn is_what_runs(tcx: TyCtxt<'_>, def_id: DefId) -> bool {
    let attrs = tcx.codegen_fn_attrs(def_id);
    let replaceable = CodegenFnAttrFlags::NAKED
        | CodegenFnAttrFlags::FOREIGN_ITEM
        | CodegenFnAttrFlags::RUSTC_STD_INTERNAL_SYMBOL
        | CodegenFnAttrFlags::EXTERNALLY_IMPLEMENTABLE_ITEM;
    !attrs.flags.intersects(replaceable)
        && attrs.linkage.is_none()
        && attrs.foreign_item_symbol_aliases.is_empty()
        && tcx.intrinsic(def_id).is_none()
}
