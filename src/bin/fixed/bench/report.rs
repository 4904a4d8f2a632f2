//! All that was measured, and what it comes to.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::Serialize;

use super::metric::Metric;
use super::phases::Phases;
use super::statistics::{self, Estimate};

/// What was measured of a subject in a setting with a compiler.
#[derive(Serialize)]
pub struct Series {
    pub kind: Kind,
    /// The profile, or how a program was compiled.
    pub setting: String,
    /// The package or the program.
    pub subject: String,
    pub compiler: String,
    /// By round: what could not be measured is not there.
    pub rounds: BTreeMap<usize, BTreeMap<Metric, f64>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The time and the memory are the compiler's.
    Compile,
    /// They are those of the program that it made.
    Run,
}

/// What could not be measured, and why.
#[derive(Serialize)]
pub struct Failure {
    pub subject: String,
    pub setting: String,
    pub compiler: String,
    pub why: String,
}

#[derive(Serialize)]
pub struct About {
    pub name: String,
    pub version: String,
}

#[derive(Serialize)]
pub struct Report {
    pub command: String,
    pub date: String,
    pub machine: String,
    pub compilers: Vec<About>,
    /// Whether all that was asked for was done.
    pub complete: bool,
    pub series: Vec<Series>,
    pub phases: Vec<Phases>,
    pub failures: Vec<Failure>,
}

/// The ratios of all subjects in a setting, of one compiler by the first.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub kind: Kind,
    pub setting: String,
    pub compiler: String,
    pub metric: Metric,
    #[serde(flatten)]
    pub mean: Estimate,
    pub subjects: Vec<OfSubject>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfSubject {
    pub subject: String,
    #[serde(flatten)]
    pub estimate: Estimate,
    /// The medians: of the first compiler, and of this one.
    pub values: (f64, f64),
}

impl Summary {
    /// The least and the greatest ratio of a subject.
    pub fn range(&self) -> Option<(f64, f64)> {
        let ratios = || self.subjects.iter().map(|of| of.estimate.ratio);
        Some((ratios().min_by(f64::total_cmp)?, ratios().max_by(f64::total_cmp)?))
    }
}

impl Report {
    pub fn new(command: String, compilers: Vec<About>) -> Self {
        Report {
            command,
            date: httpdate::fmt_http_date(SystemTime::now()),
            machine: machine(),
            compilers,
            complete: false,
            series: vec![],
            phases: vec![],
            failures: vec![],
        }
    }

    /// Adds what was measured in a round.
    pub fn add(
        &mut self,
        kind: Kind,
        setting: &str,
        subject: &str,
        compiler: &str,
        round: usize,
        values: BTreeMap<Metric, f64>,
    ) {
        let is_it = |series: &&mut Series| {
            (series.kind, &*series.setting, &*series.subject, &*series.compiler)
                == (kind, setting, subject, compiler)
        };
        match self.series.iter_mut().find(is_it) {
            Some(series) => series.rounds.entry(round).or_default().extend(values),
            None => self.series.push(Series {
                kind,
                setting: setting.to_owned(),
                subject: subject.to_owned(),
                compiler: compiler.to_owned(),
                rounds: [(round, values)].into(),
            }),
        }
    }

    pub fn failed(&mut self, setting: &str, subject: &str, compiler: &str, why: String) {
        self.failures.push(Failure {
            subject: subject.to_owned(),
            setting: setting.to_owned(),
            compiler: compiler.to_owned(),
            why,
        });
    }

    pub fn has_failed(&self, setting: &str, subject: &str, compiler: &str) -> bool {
        self.failures.iter().any(|failure| {
            (&*failure.setting, &*failure.subject, &*failure.compiler) == (setting, subject, compiler)
        })
    }

    /// The settings of a kind, in the order in which they were measured.
    pub fn settings(&self, kind: Kind) -> Vec<&str> {
        let mut settings: Vec<&str> = vec![];
        for series in self.series.iter().filter(|series| series.kind == kind) {
            if !settings.contains(&&*series.setting) {
                settings.push(&series.setting);
            }
        }
        settings
    }

    /// The compilers that are compared with the first.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.compilers.iter().skip(1).map(|about| &*about.name)
    }

    /// What `compiler` comes to, divided by what the first compiler does. Nothing if it was not measured.
    pub fn summary(&self, kind: Kind, setting: &str, compiler: &str, metric: Metric) -> Option<Summary> {
        let first = &*self.compilers.first()?.name;
        let of = |name: &'_ str| {
            let name = name.to_owned();
            self.series.iter().filter(move |series| {
                series.kind == kind && series.setting == setting && series.compiler == name
            })
        };
        let mut subjects = vec![];
        let mut ratios = vec![];
        for base in of(first) {
            let Some(other) = of(compiler).find(|series| series.subject == base.subject) else {
                continue;
            };
            let pairs: Vec<(f64, f64)> = base
                .rounds
                .iter()
                .filter_map(|(round, values)| {
                    Some((*values.get(&metric)?, *other.rounds.get(round)?.get(&metric)?))
                })
                .filter(|&(base, other)| base > 0.0 && other > 0.0)
                .collect();
            let rounds: Vec<f64> = pairs.iter().map(|(base, other)| other / base).collect();
            let values: (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            if let (Some(estimate), Some(base_value), Some(value)) = (
                statistics::estimate(std::slice::from_ref(&rounds), metric.is_exact()),
                statistics::median(&values.0),
                statistics::median(&values.1),
            ) {
                subjects.push(OfSubject {
                    subject: base.subject.clone(),
                    estimate,
                    values: (base_value, value),
                });
                ratios.push(rounds);
            }
        }
        Some(Summary {
            kind,
            setting: setting.to_owned(),
            compiler: compiler.to_owned(),
            metric,
            mean: statistics::estimate(&ratios, metric.is_exact())?,
            subjects,
        })
    }

    /// All summaries.
    pub fn summaries(&self) -> Vec<Summary> {
        let mut all = vec![];
        for kind in [Kind::Compile, Kind::Run] {
            for setting in self.settings(kind) {
                for compiler in self.others() {
                    let of = Metric::ALL.map(|metric| self.summary(kind, setting, compiler, metric));
                    all.extend(of.into_iter().flatten());
                }
            }
        }
        all
    }

    /// The report and its summaries as JSON.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        value["summaries"] = serde_json::to_value(self.summaries())?;
        serde_json::to_string_pretty(&value)
    }
}

/// The processor and the system.
fn machine() -> String {
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let count = std::thread::available_parallelism().map_or(1, |count| count.get());
    format!("{count} × {model}, {}", std::env::consts::OS)
}
