//! The report as a page of its own: no scripts, nothing to fetch.

use maud::{Markup, html};

use super::metric::Metric;
use super::phases::{Phases, Times};
use super::plot::{self, Scale};
use super::profile::Profile;
use super::report::{Kind, Report, Summary};
use super::statistics::Estimate;
use super::terminal::{LEGEND, estimate};
use crate::html;

const STYLE: &str = include_str!("bench.css");

/// How many units of a subject are listed.
const UNITS: usize = 25;

/// The page.
pub fn page(report: &Report) -> String {
    let first = report.compilers.first().map_or("", |about| &about.name);
    let body = html! {
        header {
            h1 { "fixed bench" }
            p.about { span { (report.machine) } " " time { (report.date) } }
            pre.command tabindex="0" { (report.command) }
            ul.compilers {
                @for about in &report.compilers {
                    li { code { (about.name) } " " span.version { (about.version) } }
                }
            }
            @if !report.complete { p.note { "Not all that was asked for was measured: it was stopped." } }
            @if !report.failures.is_empty() {
                p.note { a href="#failures" { (report.failures.len()) " could not be measured" } }
            }
        }
        main {
            @for compiler in report.others() {
                @if !report.settings(Kind::Compile).is_empty() {
                    h2 { "Compilation: " code { (compiler) } " by " code { (first) } }
                    div.cards {
                        @for setting in report.settings(Kind::Compile) { (compilation(report, setting, compiler)) }
                    }
                }
                @if !report.settings(Kind::Run).is_empty() {
                    h2 { "Run time of programs: " code { (compiler) } " by " code { (first) } }
                    div.cards {
                        @for setting in report.settings(Kind::Run) { (run(report, setting, compiler)) }
                    }
                }
            }
            (all_phases(report))
            (failures(report))
            h2 { "How to read it" }
            p.legend { (LEGEND) }
            p.legend { "A diamond is a mean, the line through it its interval, a dot a subject, a square a program." }
        }
    };
    html::page("fixed bench", STYLE, &body)
}

/// All metrics of a profile.
fn compilation(report: &Report, setting: &str, compiler: &str) -> Markup {
    let all: Vec<Summary> = Metric::ALL
        .iter()
        .filter_map(|&metric| report.summary(Kind::Compile, setting, compiler, metric))
        .collect();
    let scale = Scale::of(all.iter().flat_map(ratios));
    let about = Profile::parse(setting).map_or("", Profile::about);
    html! {
        section.card data-setting=(setting) {
            h3 { (setting) } p.about { (about) }
            @for summary in &all {
                @let parts: Vec<(String, Estimate)> =
                    summary.subjects.iter().map(|of| (of.subject.clone(), of.estimate)).collect();
                (row(summary.metric.label(), summary.mean, plot::strip(scale, summary.mean, &parts, &words(summary))))
            }
            @if all.is_empty() { p.note { "nothing was measured with both" } } @else { div.row { div.plot { (plot::axis(scale)) } } }
            (table(&all))
        }
    }
}

/// The processor time of programs, or what else was measured of them.
fn run(report: &Report, setting: &str, compiler: &str) -> Markup {
    let summary = |metric| report.summary(Kind::Run, setting, compiler, metric);
    let all: Vec<Summary> = Metric::ALL.into_iter().filter_map(summary).collect();
    let time = all.iter().find(|summary| summary.metric == Metric::Processor);
    let scale = Scale::of(time.into_iter().flat_map(ratios));
    html! {
        section.card data-setting=(setting) {
            h3 { (setting) } p.about { "processor time" }
            @if let Some(time) = time {
                @for of in &time.subjects {
                    (row(&of.subject, of.estimate, plot::strip(scale, of.estimate, &[], &estimate(of.estimate))))
                }
                @let parts: Vec<(String, Estimate)> = time.subjects.iter().map(|of| (of.subject.clone(), of.estimate)).collect();
                div.mean { (row("all", time.mean, plot::strip(scale, time.mean, &parts, &words(time)))) }
                div.row { div.plot { (plot::axis(scale)) } }
            } @else { p.note { "nothing was measured with both" } }
            (table(&all))
        }
    }
}

fn ratios(summary: &Summary) -> impl Iterator<Item = f64> {
    let interval = |estimate: Estimate| {
        let (low, high) = estimate.interval.unwrap_or((estimate.ratio, estimate.ratio));
        [low, estimate.ratio, high]
    };
    summary
        .subjects
        .iter()
        .flat_map(move |of| interval(of.estimate))
        .chain(interval(summary.mean))
}

fn words(summary: &Summary) -> String {
    format!("{}: {}", summary.metric.label(), estimate(summary.mean))
}

fn row(label: &str, value: Estimate, plot: Markup) -> Markup {
    html! {
        div.row {
            span.label { (label) }
            div.plot { (plot) }
            span.value.(plot::class(value)) {
                b { (format!("{:.3}", value.ratio)) }
                @if let Some((low, high)) = value.interval { " " small { (format!("{low:.3} – {high:.3}")) } }
            }
        }
    }
}

/// The numbers behind a card.
fn table(all: &[Summary]) -> Markup {
    let mut subjects: Vec<&str> = vec![];
    for of in all.iter().flat_map(|summary| &summary.subjects) {
        if !subjects.contains(&&*of.subject) {
            subjects.push(&of.subject);
        }
    }
    html! {
        @if !subjects.is_empty() {
            details {
                summary { "numbers" }
                table role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { "" }
                            @for summary in all { th role="columnheader" scope="col" { (summary.metric.label()) } }
                        }
                    }
                    tbody role="rowgroup" {
                        @for subject in subjects {
                            tr role="row" {
                                th role="rowheader" scope="row" { (subject) }
                                @for summary in all {
                                    td role="cell" data-metric=(summary.metric.label()) { (numbers(summary, subject)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Both values of a subject, and their ratio.
fn numbers(summary: &Summary, subject: &str) -> Markup {
    html! {
        @if let Some(of) = summary.subjects.iter().find(|of| of.subject == subject) {
            (summary.metric.shown(of.values.0)) " → " (summary.metric.shown(of.values.1))
            " " b.(plot::class(of.estimate)) { (format!("{:.3}", of.estimate.ratio)) }
        }
    }
}

fn all_phases(report: &Report) -> Markup {
    let mut settings: Vec<&str> = vec![];
    for of in &report.phases {
        if !settings.contains(&&*of.setting) {
            settings.push(&of.setting);
        }
    }
    html! {
        @if !settings.is_empty() {
            h2 { "Where the backend's time goes" }
            ul.key {
                li { span.swatch.building {} "building IR" }
                li { span.swatch.passes {} "LLVM's passes" }
                li { span.swatch.emission {} "emission" }
            }
            div.cards {
                @for setting in settings { (phases(report, setting)) }
            }
        }
    }
}

fn phases(report: &Report, setting: &str) -> Markup {
    let of: Vec<&Phases> = report.phases.iter().filter(|of| of.setting == setting).collect();
    let most = of.iter().map(|of| of.times.all()).fold(0.0, f64::max);
    let mut last = "";
    let of: Vec<(bool, &Phases)> = of
        .into_iter()
        .map(|of| (std::mem::replace(&mut last, &of.subject) != of.subject, of))
        .collect();
    html! {
        section.card.phases data-setting=(setting) {
            h3 { (setting) } p.about { "seconds, added up over threads" }
            @for (is_new, of) in &of {
                @if *is_new { h4 { (of.subject) } }
                div.row {
                    span.label { (of.compiler) }
                    div.plot { (bar(of.times, most)) }
                    span.value { b { (Metric::Wall.shown(of.times.all())) } }
                }
            }
            @for (_, of) in &of { (units(of)) }
        }
    }
}

fn bar(times: Times, most: f64) -> Markup {
    let parts = [
        ("building", times.building),
        ("passes", times.passes),
        ("emission", times.emission),
    ];
    let words = parts
        .map(|(name, value)| format!("{name} {}", Metric::Wall.shown(value)))
        .join(", ");
    plot::stack(&parts, most, &words)
}

fn units(of: &Phases) -> Markup {
    let most = of.units.first().map_or(0.0, |(_, times)| times.all());
    html! {
        details {
            summary { "units of " (of.subject) " by " (of.compiler) " (" (of.units.len()) ")" }
            div.units {
                @for (name, times) in of.units.iter().take(UNITS) {
                    div.unit {
                        code { (name) } " " small { (Metric::Wall.shown(times.all())) }
                        (bar(*times, most))
                    }
                }
                @if of.units.len() > UNITS { p.note { "the others are smaller; all are in the JSON" } }
            }
        }
    }
}

fn failures(report: &Report) -> Markup {
    html! {
        @if !report.failures.is_empty() {
            h2 #failures { "Not measured" }
            @for failure in &report.failures {
                details.failure {
                    summary { (failure.subject) ", " (failure.setting) ", by " code { (failure.compiler) } }
                    pre tabindex="0" { (failure.why) }
                }
            }
        }
    }
}
