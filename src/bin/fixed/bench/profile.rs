//! The profiles that are compared, and what they mean to cargo.

use anyhow::{Result, bail};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Incremental,
    Release,
    OneUnit,
    FatLto,
    ThinLto,
}

impl Profile {
    pub const ALL: [Profile; 6] = [
        Profile::Dev,
        Profile::Incremental,
        Profile::Release,
        Profile::OneUnit,
        Profile::FatLto,
        Profile::ThinLto,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Incremental => "incremental",
            Profile::Release => "release",
            Profile::OneUnit => "one-unit",
            Profile::FatLto => "fat-lto",
            Profile::ThinLto => "thin-lto",
        }
    }

    pub fn parse(name: &str) -> Result<Self> {
        let found = Profile::ALL.into_iter().find(|profile| profile.name() == name);
        match found {
            Some(profile) => Ok(profile),
            None => bail!(
                "there is no profile `{name}`; they are {}",
                Profile::ALL.map(Profile::name).join(", ")
            ),
        }
    }

    /// What it is, in words.
    pub fn about(self) -> &'static str {
        match self {
            Profile::Dev => "cargo's default profile",
            Profile::Incremental => "dev, incremental, after one line was edited",
            Profile::Release => "cargo's release profile: optimised, 16 units",
            Profile::OneUnit => "release in one unit",
            Profile::FatLto => "release with fat LTO: executables only",
            Profile::ThinLto => "release with thin LTO: executables only",
        }
    }

    /// Whether it is an optimising one.
    pub fn is_release(self) -> bool {
        !matches!(self, Profile::Dev | Profile::Incremental)
    }

    /// Whether only what is linked is of interest: a library is not optimised, it only keeps its bitcode.
    pub fn is_lto(self) -> bool {
        matches!(self, Profile::FatLto | Profile::ThinLto)
    }

    /// What cargo is told by its environment, beside `--release`.
    pub fn variables(self) -> Vec<(&'static str, String)> {
        let setting = match self {
            Profile::Dev | Profile::Incremental | Profile::Release => None,
            Profile::OneUnit => Some(("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1".to_owned())),
            Profile::FatLto => Some(("CARGO_PROFILE_RELEASE_LTO", "fat".to_owned())),
            Profile::ThinLto => Some(("CARGO_PROFILE_RELEASE_LTO", "thin".to_owned())),
        };
        setting.into_iter().collect()
    }
}
