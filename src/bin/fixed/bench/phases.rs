//! Where the time of a backend goes, by rustc's own self-profile: both of LLVM's backends have the same events in it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use decodeme::EventDecoder;
use decodeme::event_payload::{EventPayload, Timestamp};
use serde::Serialize;

use super::statistics::median;

/// The flags with which rustc writes a profile into `folder`.
pub fn flags(folder: &Path) -> [String; 2] {
    [
        format!("-Zself-profile={}", folder.display()),
        "-Zself-profile-events=generic-activity,args".to_owned(),
    ]
}

/// Seconds, added up over threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Times {
    /// MIR to IR: our own code.
    pub building: f64,
    /// LLVM's passes, LTO with them.
    pub passes: f64,
    /// Machine code, objects, bitcode.
    pub emission: f64,
}

impl Times {
    pub fn all(self) -> f64 {
        self.building + self.passes + self.emission
    }

    fn add(&mut self, phase: Phase, seconds: f64) {
        match phase {
            Phase::Building => self.building += seconds,
            Phase::Passes => self.passes += seconds,
            Phase::Emission => self.emission += seconds,
        }
    }
}

/// What was found of a subject in a setting with a compiler.
#[derive(Serialize)]
pub struct Phases {
    pub setting: String,
    pub subject: String,
    pub compiler: String,
    #[serde(flatten)]
    pub times: Times,
    /// By codegen unit, the longest first.
    pub units: Vec<(String, Times)>,
}

#[derive(Clone, Copy)]
enum Phase {
    Building,
    Passes,
    Emission,
}

/// The phase that an event belongs to, if it is not a part of another one of these.
fn phase(event: &str) -> Option<Phase> {
    match event {
        // The second is Cranelift's, as are all below that have blanks.
        "codegen_module" | "codegen fn" => Some(Phase::Building),
        "LLVM_module_optimize"
        | "LLVM_lto_optimize"
        | "LLVM_thin_lto_import"
        | "LLVM_thin_lto_rename"
        | "LLVM_thin_lto_resolve_weak"
        | "LLVM_thin_lto_internalize"
        | "LLVM_thin_lto_global_analysis"
        | "LLVM_fat_lto_build_monolithic_module"
        | "compile function" => Some(Phase::Passes),
        "LLVM_module_codegen" | "write object file" => Some(Phase::Emission),
        _ => None,
    }
}

/// Adds the profiles in `folder` to `units`.
pub fn read(folder: &Path, units: &mut BTreeMap<String, Times>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let profiles = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found = false;
    for path in profiles.filter(|path| path.extension().is_some_and(|ext| ext == "mm_profdata")) {
        found = true;
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let decoder = EventDecoder::new(bytes, Some(&path)).map_err(|error| anyhow!("{error}"))?;
        for at in 0..decoder.num_events() {
            let event = decoder.decode_full_event(at);
            let (Some(phase), EventPayload::Timestamp(Timestamp::Interval { start, end })) =
                (phase(&event.label), event.payload)
            else {
                continue;
            };
            let seconds = end.duration_since(start).unwrap_or_default().as_secs_f64();
            // Of Cranelift's events, some say a function in that place.
            let unit = event
                .additional_data
                .first()
                .filter(|_| !event.label.contains(' '));
            let unit = unit.map_or("all units", |unit| &**unit);
            units.entry(unit.to_owned()).or_default().add(phase, seconds);
        }
    }
    match found {
        true => Ok(()),
        false => bail!("rustc has written no self-profile"),
    }
}

/// What several rounds come to: the median of each number.
pub fn settle(rounds: &[BTreeMap<String, Times>]) -> (Times, Vec<(String, Times)>) {
    let middle = |of: &dyn Fn(&BTreeMap<String, Times>) -> Times| {
        let times: Vec<Times> = rounds.iter().map(of).collect();
        let of = |part: fn(&Times) -> f64| median(&times.iter().map(part).collect::<Vec<_>>()).unwrap_or(0.0);
        Times {
            building: of(|times| times.building),
            passes: of(|times| times.passes),
            emission: of(|times| times.emission),
        }
    };
    let sum = |units: &BTreeMap<String, Times>| {
        units.values().fold(Times::default(), |all, of| Times {
            building: all.building + of.building,
            passes: all.passes + of.passes,
            emission: all.emission + of.emission,
        })
    };
    let names: std::collections::BTreeSet<&String> = rounds.iter().flat_map(BTreeMap::keys).collect();
    let mut units: Vec<(String, Times)> = names
        .into_iter()
        .map(|name| {
            let times =
                middle(&|units: &BTreeMap<String, Times>| units.get(name).copied().unwrap_or_default());
            (name.clone(), times)
        })
        .collect();
    units.sort_by(|one, other| other.1.all().total_cmp(&one.1.all()));
    (middle(&sum), units)
}
