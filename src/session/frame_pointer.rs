//! The chain of frame pointers: how much of it the code keeps.

use rustc_session::Session;
use rustc_target::spec::FramePointer;

/// How much of the frame-pointer chain the target and the command line want.
pub(crate) fn kept(sess: &Session) -> FramePointer {
    let mut kept = sess.target.frame_pointer;
    // The profiler's entry hook walks one frame up.
    if matches!(
        sess.opts.unstable_opts.instrument_mcount,
        rustc_session::config::InstrumentMcount::Mcount(_)
    ) {
        kept.ratchet(FramePointer::Always);
    }
    kept.ratchet(sess.opts.cg.force_frame_pointers);
    kept
}

/// The module flag that says the same of functions that LLVM makes up: LLVM's `FramePointerKind`.
pub(crate) fn module_flag(sess: &Session) -> Option<u32> {
    match kept(sess) {
        FramePointer::MayOmit => None,
        FramePointer::NonLeaf => Some(1),
        FramePointer::Always => Some(2),
    }
}
