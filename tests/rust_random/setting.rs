//! What programs are compiled with.

use std::path::Path;

use fastrand::Rng;

/// What one crate is compiled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateSetting {
    /// Whether by the backend under test; else by rustc's own.
    pub fixed: bool,
    pub flags: Vec<String>,
}

/// What a program's two crates are compiled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub library: CrateSetting,
    pub binary: CrateSetting,
    /// What both are compiled with, and what changes what a program does.
    pub shared: Vec<String>,
    /// Whether a panic ends the program.
    pub abort: bool,
}

const MEANING: &str = "-Coverflow-checks";

/// The flags that a program's meaning depends on. They are the same for all settings of a program.
pub fn meaning(rng: &mut Rng) -> Vec<String> {
    vec![format!("{MEANING}={}", if rng.bool() { "on" } else { "off" })]
}

impl Setting {
    /// What is taken as right: rustc's own backend, nothing optimised.
    pub fn reference(meaning: &[String]) -> Setting {
        let plain = CrateSetting {
            fixed: false,
            flags: vec!["-Copt-level=0".into()],
        };
        Setting {
            library: plain.clone(),
            binary: plain,
            shared: meaning.to_vec(),
            abort: false,
        }
    }

    /// A random one, with the backend under test for at least one crate.
    pub fn random(rng: &mut Rng, meaning: &[String], lto: &[String], wide: bool) -> Setting {
        let (library, binary) = [(true, true), (true, true), (true, false), (false, true)][rng.usize(..4)];
        let mut setting = Setting {
            library: CrateSetting::random(rng, library),
            binary: CrateSetting::random(rng, binary),
            shared: meaning.to_vec(),
            abort: rng.u32(..8) == 0,
        };
        if rng.u32(..10) == 0 {
            let lto = &lto[rng.usize(..lto.len())];
            setting.binary.flags.push(format!("-Clto={lto}"));
        }
        if wide && rng.u32(..6) == 0 {
            setting.shared.push("-Ctarget-cpu=x86-64-v3".into());
        }
        if rng.u32(..12) == 0 {
            setting.shared.push("-Crelocation-model=static".into());
        }
        if setting.abort {
            // A library may be made for both.
            if rng.bool() {
                setting.library.flags.push("-Cpanic=abort".into());
            }
            setting.binary.flags.push("-Cpanic=abort".into());
        }
        setting
    }

    /// The same, but with rustc's own backend.
    pub fn in_tree(&self) -> Setting {
        let mut setting = self.clone();
        (setting.library.fixed, setting.binary.fixed) = (false, false);
        setting
    }

    /// The same without one of the things that are in it, counted through; nothing if there are no more.
    /// Nothing in it if that cannot be left out.
    pub fn without(&self, target: usize) -> Option<Option<Setting>> {
        let mut setting = self.clone();
        let mut left = target;
        let lists: [fn(&mut Setting) -> &mut Vec<String>; 3] = [
            |all| &mut all.library.flags,
            |all| &mut all.binary.flags,
            |all| &mut all.shared,
        ];
        for list in lists {
            let flags = list(&mut setting);
            if left < flags.len() {
                let flag = flags.remove(left);
                if flag.starts_with(MEANING) {
                    return Some(None);
                }
                // A panic of a program for which it ends is not in the trace that is expected.
                setting.abort &= flag != "-Cpanic=abort";
                return Some(Some(setting));
            }
            left -= flags.len();
        }
        let crates: [fn(&mut Setting) -> &mut CrateSetting; 2] =
            [|all| &mut all.library, |all| &mut all.binary];
        for one in crates {
            let one = one(&mut setting);
            if left == 0 {
                let changed = std::mem::replace(&mut one.fixed, false);
                return Some(changed.then_some(setting));
            }
            left -= 1;
        }
        None
    }

    /// The arguments for a crate, beside those that say which files.
    pub fn arguments(&self, one: &CrateSetting, backend: &Path) -> Vec<String> {
        let mut arguments: Vec<String> = self.shared.iter().chain(&one.flags).cloned().collect();
        if one.fixed {
            arguments.push(format!("-Zcodegen-backend={}", backend.display()));
        }
        arguments
    }
}

impl CrateSetting {
    fn random(rng: &mut Rng, fixed: bool) -> CrateSetting {
        let level = ["0", "0", "1", "2", "2", "3", "3", "s", "z"][rng.usize(..9)];
        let mut flags = vec![format!("-Copt-level={level}")];
        flags.push(format!("-Ccodegen-units={}", [1, 1, 4, 16][rng.usize(..4)]));
        let mut maybe = |flag: &str, one_in: u32| {
            if rng.u32(..one_in) == 0 {
                flags.push(flag.into());
            }
        };
        maybe("-Cdebuginfo=2", 6);
        maybe("-Cdebuginfo=line-tables-only", 12);
        maybe("-Zmir-opt-level=0", 8);
        maybe("-Zmir-opt-level=1", 10);
        maybe("-Zmir-opt-level=3", 10);
        maybe("-Zinline-mir=yes", 8);
        maybe("-Zinline-mir=no", 10);
        maybe("-Zshare-generics=yes", 8);
        maybe("-Zshare-generics=no", 8);
        maybe("-Cforce-frame-pointers=yes", 12);
        maybe("-Cdebug-assertions=on", 12);
        // Twice, with different values, is an error in neither: the last one holds.
        CrateSetting { fixed, flags }
    }
}
