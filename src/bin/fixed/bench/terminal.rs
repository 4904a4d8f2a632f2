//! The report as tables, for a terminal and as Markdown.

use std::fmt::Write;

use comfy_table::{Cell, Color};

use super::metric::Metric;
use super::report::{Kind, Report, Summary};
use super::statistics::Estimate;
use crate::table;

/// How ratios are to be read.
pub const LEGEND: &str = "Ratios to the first compiler, of values measured in the same round: below 1 is faster, or smaller. Of a \
    subject, the median of its rounds; of all, the geometric mean of these. In brackets, the middle 95 % of what comes of drawing \
    the rounds of each subject anew (percentile bootstrap, 2000 draws); after it, the least and the greatest subject. Instructions \
    are counted once; sizes are the same each time.";

/// A table: a head, and rows of cells with what they say of it, if it is a ratio.
struct Sheet {
    title: &'static str,
    head: Vec<String>,
    rows: Vec<Vec<(String, Option<Estimate>)>>,
}

/// Everything, in colours unless standard output is no terminal or NO_COLOR is set.
pub fn text(report: &Report) -> String {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let mut text = String::new();
    for sheet in sheets(report) {
        let mut table = table::new(width);
        table.set_header(&sheet.head);
        for row in sheet.rows {
            table.add_row(row.into_iter().map(|(words, estimate)| {
                let cell = Cell::new(words);
                match estimate.map_or(Verdict::Even, Verdict::of) {
                    Verdict::Better => cell.fg(Color::Green),
                    Verdict::Worse => cell.fg(Color::Red),
                    Verdict::Even => cell,
                }
            }));
        }
        // A `String` takes everything.
        let _ = writeln!(text, "{}\n{table}\n", sheet.title);
    }
    for line in failures(report) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "{}", about(report));
    let legend = textwrap::fill(LEGEND, width.unwrap_or(100).clamp(20, 100));
    let _ = writeln!(text, "{legend}");
    text
}

/// The same as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    for sheet in sheets(report) {
        let _ = writeln!(text, "{}\n", sheet.title);
        let _ = writeln!(text, "| {} |", sheet.head.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(sheet.head.len()));
        for row in &sheet.rows {
            let cells: Vec<String> = row.iter().map(|(words, _)| words.replace('\n', " ")).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text.push('\n');
    }
    for line in failures(report) {
        let _ = writeln!(text, "* {}", line.replace('\n', "\n  "));
    }
    let _ = writeln!(text, "\n{}\n\n{LEGEND}", about(report));
    text
}

/// Whether a ratio is good, as far as it is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Better,
    Worse,
    Even,
}

impl Verdict {
    pub fn of(estimate: Estimate) -> Self {
        let (low, high) = match estimate.interval {
            Some(interval) => interval,
            None if estimate.is_exact => (estimate.ratio, estimate.ratio),
            None => return Verdict::Even,
        };
        match (high < 0.995, low > 1.005) {
            (true, _) => Verdict::Better,
            (_, true) => Verdict::Worse,
            _ => Verdict::Even,
        }
    }
}

fn sheets(report: &Report) -> Vec<Sheet> {
    let mut sheets = vec![
        ratios(report, Kind::Compile, "Compilation"),
        ratios(report, Kind::Run, "Run time of what was made"),
        values(
            report,
            "Seconds and sizes, medians: the first compiler, and the others",
        ),
        phases(report),
    ];
    sheets.retain(|sheet| !sheet.rows.is_empty());
    sheets
}

/// The summaries of a kind: a row for each setting and compiler, a column for each metric that was measured.
fn ratios(report: &Report, kind: Kind, title: &'static str) -> Sheet {
    let summary = |setting: &str, compiler: &str, metric| report.summary(kind, setting, compiler, metric);
    let settings = report.settings(kind);
    let is_measured = |metric: &Metric| {
        settings.iter().any(|setting| {
            report
                .others()
                .any(|one| summary(setting, one, *metric).is_some())
        })
    };
    let metrics: Vec<Metric> = Metric::ALL.into_iter().filter(is_measured).collect();
    let mut head = vec!["setting".to_owned(), "compiler".to_owned()];
    head.extend(metrics.iter().map(|metric| metric.label().to_owned()));
    let mut rows = vec![];
    for setting in settings {
        for compiler in report.others() {
            let mut row = vec![(setting.to_owned(), None), (compiler.to_owned(), None)];
            let cells = metrics
                .iter()
                .map(|&metric| match summary(setting, compiler, metric) {
                    Some(summary) => (shown(&summary), Some(summary.mean)),
                    None => (String::new(), None),
                });
            row.extend(cells);
            if row.iter().skip(2).any(|(words, _)| !words.is_empty()) {
                rows.push(row);
            }
        }
    }
    Sheet { title, head, rows }
}

/// A ratio, its interval and its range.
fn shown(summary: &Summary) -> String {
    let mut text = estimate(summary.mean);
    if let Some((low, high)) = summary.range().filter(|_| summary.subjects.len() > 1) {
        let _ = write!(text, "\n{low:.2} … {high:.2}");
    }
    text
}

/// A ratio and its interval.
pub fn estimate(estimate: Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => format!("{:.3} [{low:.3}, {high:.3}]", estimate.ratio),
        None => format!("{:.3}", estimate.ratio),
    }
}

/// Each subject in each setting, with what was measured.
fn values(report: &Report, title: &'static str) -> Sheet {
    let mut head = ["setting", "subject", "compiler"].map(str::to_owned).to_vec();
    let metrics = [
        Metric::Processor,
        Metric::Memory,
        Metric::Instructions,
        Metric::Text,
    ];
    head.extend(metrics.iter().map(|metric| metric.label().to_owned()));
    let mut rows: Vec<Vec<(String, Option<Estimate>)>> = vec![];
    for kind in [Kind::Compile, Kind::Run] {
        for setting in report.settings(kind) {
            for compiler in report.others() {
                let found = metrics.map(|metric| report.summary(kind, setting, compiler, metric));
                let mut subjects: Vec<&str> = vec![];
                for of in found.iter().flatten().flat_map(|summary| &summary.subjects) {
                    if !subjects.contains(&&*of.subject) {
                        subjects.push(&of.subject);
                    }
                }
                for subject in subjects {
                    let mut row = [setting, subject, compiler]
                        .map(|word| (word.to_owned(), None))
                        .to_vec();
                    row.extend(found.iter().zip(metrics).map(|(summary, metric)| {
                        let of = summary
                            .iter()
                            .flat_map(|summary| &summary.subjects)
                            .find(|of| of.subject == subject);
                        match of {
                            Some(of) => {
                                let (first, other) = (metric.shown(of.values.0), metric.shown(of.values.1));
                                (
                                    format!("{first} → {other}, {:.3}", of.estimate.ratio),
                                    Some(of.estimate),
                                )
                            }
                            None => (String::new(), None),
                        }
                    }));
                    rows.push(row);
                }
            }
        }
    }
    Sheet { title, head, rows }
}

fn phases(report: &Report) -> Sheet {
    let head = [
        "setting",
        "subject",
        "compiler",
        "building IR",
        "passes",
        "emission",
        "all",
        "largest unit",
    ];
    let rows = report.phases.iter().map(|of| {
        let largest = of.units.iter().find(|(name, _)| name != "all units");
        let largest = largest.map_or(String::new(), |(_, times)| Metric::Wall.shown(times.all()));
        let times = [
            of.times.building,
            of.times.passes,
            of.times.emission,
            of.times.all(),
        ];
        let words = [&of.setting, &of.subject, &of.compiler].map(String::clone);
        let cells = words
            .into_iter()
            .chain(times.map(|time| Metric::Wall.shown(time)))
            .chain([largest]);
        cells.map(|words| (words, None)).collect()
    });
    Sheet {
        title: "Where the backend's time goes: seconds, added up over threads",
        head: head.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn failures(report: &Report) -> impl Iterator<Item = String> {
    report.failures.iter().map(|failure| {
        format!(
            "not measured: {}, {}, by {}: {}",
            failure.subject, failure.setting, failure.compiler, failure.why
        )
    })
}

fn about(report: &Report) -> String {
    let compilers = report
        .compilers
        .iter()
        .map(|about| format!("{}: {}\n", about.name, about.version));
    let note = if report.complete {
        ""
    } else {
        "Not all that was asked for was measured.\n"
    };
    format!(
        "{}{}, {}\n{note}",
        compilers.collect::<String>(),
        report.machine,
        report.date
    )
}
