//! Profiles: what a module is compiled to count, or by (`-Cprofile-generate`, `-Cprofile-use`,
//! `-Cprofile-sample-use`, `-Zdebuginfo-for-profiling`). Where counters go in and where counts are read is LLVM's to say.

use std::path::Path;

use rustc_codegen_ssa::back::write::ModuleConfig;
use rustc_session::config::SwitchWithOptPath;

use crate::llvm::cxx::{Profile, ProfileAction};

/// The file that a program writes its counts to, one for each program (`%m`), as the rustc book has it.
const COUNTS_FILE: &str = "default_%m.profraw";

/// What the runtime of profiles and of coverage finds by name: the version of the format, the file to write, and where
/// the counters are. LTO must not take them for unused.
pub(crate) const SYMBOLS: [&str; 3] = [
    "__llvm_profile_raw_version",
    "__llvm_profile_filename",
    "__llvm_profile_counter_bias",
];

/// What the module's passes are told of profiles, if anything. rustc refuses two of them at once.
pub(crate) fn of_module(config: &ModuleConfig) -> Option<Profile> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let action = if let SwitchWithOptPath::Enabled(folder) = &config.pgo_gen {
        let folder = folder.as_deref().unwrap_or(Path::new(""));
        ProfileAction::Generate(text(&folder.join(COUNTS_FILE)))
    } else if let Some(file) = &config.pgo_use {
        ProfileAction::Use(text(file))
    } else if let Some(file) = &config.pgo_sample_use {
        ProfileAction::UseSamples(text(file))
    } else {
        ProfileAction::None
    };
    let discriminators = config.debug_info_for_profiling;
    (discriminators || action != ProfileAction::None).then_some(Profile {
        action,
        discriminators,
    })
}

/// Whether a program of modules like this one counts what it does.
pub(crate) fn counts(config: &ModuleConfig) -> bool {
    config.instrument_coverage || config.pgo_gen.enabled()
}
