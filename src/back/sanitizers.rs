//! The passes of the sanitizers. What they read from LLVM's command line is set with the rest of that
//! (`session::sanitizers`).

use rustc_codegen_ssa::back::write::ModuleConfig;
use rustc_target::spec::SanitizerSet;

/// The pass that comes before all others: `llvm.type.test` becomes a comparison of addresses, once it is known
/// which functions there are. With linker-plugin LTO that is the linker's to do.
pub(crate) fn first_passes(config: &ModuleConfig, linker_does_lto: bool) -> Option<&'static str> {
    let here = !linker_does_lto && !config.no_prepopulate_passes;
    (config.sanitizer.contains(SanitizerSet::CFI) && here).then_some("lowertypetests")
}

/// The passes that come after the optimiser: what it has removed needs no check. Each is named with its
/// parameters as `opt -passes` has them.
pub(crate) fn last_passes(config: &ModuleConfig) -> Vec<String> {
    let has = |which| config.sanitizer.contains(which);
    let recovers = |which| config.sanitizer_recover.contains(which);
    let with = |name: &str, parameters: &[(bool, &str)]| {
        let chosen: Vec<&str> = parameters
            .iter()
            .filter(|&&(on, _)| on)
            .map(|&(_, name)| name)
            .collect();
        match chosen.is_empty() {
            true => name.to_owned(),
            false => format!("{name}<{}>", chosen.join(";")),
        }
    };
    let mut passes = Vec::new();
    if has(SanitizerSet::DATAFLOW) {
        passes.push("dfsan".to_owned());
    }
    if has(SanitizerSet::MEMORY) {
        let origins = format!("track-origins={}", config.sanitizer_memory_track_origins);
        let parameters = [
            (recovers(SanitizerSet::MEMORY), "recover"),
            (true, "eager-checks"),
            (true, &*origins),
        ];
        passes.push(with("msan", &parameters));
    }
    if has(SanitizerSet::THREAD) {
        passes.push("tsan-module,function(tsan)".to_owned());
    }
    // Whether the sanitizer goes on after a finding is an option of LLVM's.
    if has(SanitizerSet::ADDRESS) || has(SanitizerSet::KERNELADDRESS) {
        let kernel = (has(SanitizerSet::KERNELADDRESS), "kernel");
        passes.push(with("asan", &[kernel, (true, "use-after-scope")]));
    }
    if has(SanitizerSet::HWADDRESS) || has(SanitizerSet::KERNELHWADDRESS) {
        let goes_on = recovers(SanitizerSet::HWADDRESS) || recovers(SanitizerSet::KERNELHWADDRESS);
        let kernel = has(SanitizerSet::KERNELHWADDRESS);
        passes.push(with("hwasan", &[(kernel, "kernel"), (goes_on, "recover")]));
    }
    if has(SanitizerSet::REALTIME) {
        passes.push("rtsan".to_owned());
    }
    passes
}

/// Symbols that the passes make and the runtimes look for, by name: LTO must not take them for unused.
pub(crate) fn symbols_to_keep(config: &ModuleConfig) -> Vec<&'static str> {
    let mut symbols = Vec::new();
    if config.sanitizer.contains(SanitizerSet::ADDRESS) {
        // Set while the globals of the linked file are registered, which is once (rust-lang/rust#113404).
        symbols.push("___asan_globals_registered");
    }
    if config.sanitizer.contains(SanitizerSet::MEMORY) {
        if config.sanitizer_recover.contains(SanitizerSet::MEMORY) {
            symbols.push("__msan_keep_going");
        }
        if config.sanitizer_memory_track_origins != 0 {
            symbols.push("__msan_track_origins");
        }
    }
    symbols
}
