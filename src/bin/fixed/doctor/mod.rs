//! `fixed doctor`: what the backend and this command need, in which state it is, and what mends it.

mod checks;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

#[derive(Args)]
pub struct Options {
    /// Print the findings as JSON: `[{ "name", "state", "detail", "mend" }]`
    #[arg(long)]
    json: bool,
}

/// How something is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Good,
    /// Not there, and only some of the things that the command can do need it.
    Absent,
    /// There, but of another build or of another time than it should be.
    Stale,
    /// Not as it must be: the backend cannot be used.
    Bad,
}

/// What was found about one thing.
#[derive(Serialize)]
pub struct Finding {
    pub name: &'static str,
    pub state: State,
    /// What there is, or what is wrong.
    pub detail: String,
    /// The command that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Finding {
    pub fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Finding {
            name,
            state: State::Good,
            detail: detail.into(),
            mend: None,
        }
    }

    pub fn wrong(
        name: &'static str,
        state: State,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Finding {
            name,
            state,
            detail: detail.into(),
            mend: Some(mend.into()),
        }
    }
}

/// Looks at everything. The status is 1 if the backend cannot be used, or not the one that is meant.
pub fn run(options: &Options) -> Result<ExitCode> {
    let findings = checks::all();
    if options.json {
        let text = serde_json::to_string_pretty(&findings).context("cannot write the findings as JSON")?;
        println!("{text}");
    } else {
        print(&findings);
    }
    let usable = findings
        .iter()
        .all(|finding| matches!(finding.state, State::Good | State::Absent));
    Ok(if usable {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(findings: &[Finding]) {
    use anstyle::{AnsiColor, Style};
    let width = findings
        .iter()
        .map(|finding| finding.name.len())
        .max()
        .unwrap_or_default();
    for finding in findings {
        let (word, colour) = match finding.state {
            State::Good => ("good", AnsiColor::Green),
            State::Absent => ("absent", AnsiColor::Yellow),
            State::Stale => ("stale", AnsiColor::Red),
            State::Bad => ("bad", AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(colour.into()));
        anstream::println!(
            "{style}{word:6}{style:#}  {:width$}  {}",
            finding.name,
            finding.detail
        );
        if let Some(mend) = &finding.mend {
            anstream::println!("{:6}  {:width$}  mend it with: {mend}", "", "");
        }
    }
}
