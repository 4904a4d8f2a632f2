//! Cuts a failing program down.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::code::Edit;
use crate::generate::Case;
use crate::random::outcome::{Kind, Outcome};
use crate::random::reduce::smallest;
use crate::run::{self, Tools};
use crate::setting::Setting;
use crate::{Failure, Side, judge, reference_outcome, trace};

/// How many programs are tried for one case.
const TRIES: usize = 600;

/// How long that may take.
const TIME: Duration = Duration::from_secs(300);

/// Cuts a failing case down, writes it to a folder, and says which.
pub fn write(tools: &Tools, failure: &Failure) -> io::Result<PathBuf> {
    let start = Instant::now();
    let reference = Setting::reference(&failure.meaning);
    let fails = |setting: &Setting, case: &Case| -> io::Result<bool> {
        let outcome = outcome(tools, failure.side, setting, &reference, case)?;
        Ok(start.elapsed() < TIME && outcome.is_some_and(|outcome| outcome.is_like(&failure.outcome)))
    };
    let (mut setting, mut case) = (failure.setting.clone(), failure.case.clone());
    let alone = fails(&setting, &case)?;
    if alone && failure.side != Side::Reference {
        setting = smallest(setting, TRIES, Setting::without, |setting| fails(setting, &case))?;
    }
    if alone {
        case = smallest(case, TRIES, edited, |case| fails(&setting, case))?;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/rust-random")
        .join(case.seed.to_string());
    let outcome = outcome(tools, failure.side, &setting, &reference, &case)?;
    let mut notes = outcome.unwrap_or_else(|| failure.outcome.clone()).shortened("");
    if !alone {
        notes.insert_str(0, "it does not fail alone\n");
    }
    let settings: &[(&str, &Setting)] = match failure.side {
        Side::Reference => &[("reference", &reference)],
        _ => &[("reference", &reference), ("failing", &setting)],
    };
    run::write(&folder, &case, tools, settings, &notes)?;
    Ok(folder)
}

/// What a case comes to, unless it is no valid program.
fn outcome(
    tools: &Tools,
    side: Side,
    setting: &Setting,
    reference: &Setting,
    case: &Case,
) -> io::Result<Option<Outcome>> {
    let right = trace(tools, reference, &[case])?.remove(0);
    let outcome = reference_outcome(&right);
    if side == Side::Reference {
        return Ok(Some(outcome));
    }
    let run::Traced::Words(words) = right else {
        return Ok(None);
    };
    if outcome.kind != Kind::Right || setting.abort && words.contains("panic=") {
        return Ok(None);
    }
    let traced = trace(tools, setting, &[case])?.remove(0);
    Ok(Some(judge(&words, traced)))
}

/// The case with one of the many possible edits, counted through.
fn edited(case: &Case, target: usize) -> Option<Option<Case>> {
    let sections: [fn(&mut Case) -> &mut crate::code::Code; 3] = [
        |case| &mut case.main,
        |case| &mut case.binary,
        |case| &mut case.library,
    ];
    let mut left = target;
    let mut copy = case.clone();
    for section in sections {
        let code = section(&mut copy);
        let (removable, _) = code.parts();
        // Large parts first: halves, quarters and so on.
        let mut count = removable.next_power_of_two();
        while count > 0 {
            let chunks = removable.div_ceil(count);
            if left < chunks {
                let edit = Edit::Remove {
                    start: left * count,
                    count,
                };
                *code = match code.edited(edit) {
                    Some(code) => code,
                    None => return Some(None),
                };
                return Some(Some(copy));
            }
            left -= chunks;
            count /= 2;
        }
    }
    for section in sections {
        let code = section(&mut copy);
        let (_, parts) = code.parts();
        for edit in [Edit::Plain, Edit::Inner, Edit::Unwrap] {
            if left < parts {
                *code = match code.edited(edit(left)) {
                    Some(code) => code,
                    None => return Some(None),
                };
                return Some(Some(copy));
            }
            left -= parts;
        }
    }
    None
}
