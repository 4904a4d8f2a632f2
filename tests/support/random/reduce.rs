//! Cuts failing cases down.

use std::io;

/// The smallest case found for which `fails` still holds. `edited` makes the edits that a case has, counted through
/// from zero: nothing when there are no more of them, and nothing in it when that edit is not a valid case.
pub fn smallest<C>(
    mut case: C,
    mut tries: usize,
    edited: impl Fn(&C, usize) -> Option<Option<C>>,
    mut fails: impl FnMut(&C) -> io::Result<bool>,
) -> io::Result<C> {
    loop {
        let mut changed = false;
        let mut target = 0;
        while let Some(smaller) = edited(&case, target) {
            target += 1;
            let Some(smaller) = smaller else { continue };
            if tries == 0 {
                return Ok(case);
            }
            tries -= 1;
            if fails(&smaller)? {
                case = smaller;
                changed = true;
                // What has moved to the place of the part that is gone may go too.
                target -= 1;
            }
        }
        if !changed {
            return Ok(case);
        }
    }
}
