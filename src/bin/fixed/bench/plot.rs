//! Plots as SVG that needs no script. Places are percentages of the width, so that a plot is as wide as there is room, and what
//! is written in it as large as everywhere.

use maud::{Markup, html};

use super::statistics::Estimate;
use super::terminal::Verdict;

/// A scale for ratios: logarithmic, with 1 in the middle.
#[derive(Clone, Copy)]
pub struct Scale {
    /// The greatest ratio in it; the least is its inverse.
    most: f64,
}

impl Scale {
    /// One that holds all of `ratios`, and is not so fine that noise fills it.
    pub fn of(ratios: impl Iterator<Item = f64>) -> Self {
        const LEAST: f64 = 1.12;
        const MOST: f64 = 20.0;
        let far = ratios.map(|ratio| ratio.max(1.0 / ratio)).fold(LEAST, f64::max);
        Scale {
            most: (far * 1.03).min(MOST),
        }
    }

    /// The place of a ratio, in per cent of the width.
    fn at(self, ratio: f64) -> f64 {
        let place = 50.0 + 48.0 * ratio.ln() / self.most.ln();
        place.clamp(1.0, 99.0)
    }

    /// Ratios that are worth a line.
    fn ticks(self) -> Vec<f64> {
        let above: &[f64] = match self.most {
            most if most < 1.25 => &[1.1],
            most if most < 1.6 => &[1.25],
            most if most < 2.2 => &[1.5],
            most if most < 4.5 => &[2.0],
            most if most < 9.0 => &[2.0, 4.0],
            _ => &[3.0, 10.0],
        };
        let below = above.iter().rev().map(|ratio| 1.0 / ratio);
        below.chain([1.0]).chain(above.iter().copied()).collect()
    }
}

/// The lines that all plots of a card have.
fn grid(scale: Scale) -> Markup {
    html! {
        @for tick in scale.ticks() {
            line.tick.one[tick == 1.0] x1={ (percent(scale.at(tick))) } x2={ (percent(scale.at(tick))) } y1="0" y2="100%" {}
        }
    }
}

/// The numbers below the plots of a card.
pub fn axis(scale: Scale) -> Markup {
    html! {
        svg.axis height="18" aria-hidden="true" {
            @for tick in scale.ticks() {
                text x=(percent(scale.at(tick))) y="13" text-anchor="middle" { (number(tick)) }
            }
        }
    }
}

/// One ratio with its interval, and the ratios that it is the mean of.
pub fn strip(scale: Scale, estimate: Estimate, parts: &[(String, Estimate)], words: &str) -> Markup {
    let class = class(estimate);
    html! {
        svg.strip.(class) height="30" role="img" aria-label=(words) {
            (grid(scale))
            @for (name, part) in parts {
                circle cx=(percent(scale.at(part.ratio))) cy="15" r="4" { title { (name) ": " (format!("{:.3}", part.ratio)) } }
            }
            @if let Some((low, high)) = estimate.interval {
                line.interval x1=(percent(scale.at(low))) x2=(percent(scale.at(high))) y1="15" y2="15" {}
            }
            svg.mark x=(percent(scale.at(estimate.ratio))) y="15" width="1" height="1" overflow="visible" {
                path d=(if parts.is_empty() { "M-5-5h10v10h-10z" } else { "M0-9L7 0L0 9L-7 0z" }) { title { (words) } }
            }
        }
    }
}

/// What a ratio is, as a class of the style sheet.
pub fn class(estimate: Estimate) -> &'static str {
    match Verdict::of(estimate) {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::Even => "even",
    }
}

/// A bar of parts, of which the longest possible is `most` long.
pub fn stack(parts: &[(&'static str, f64)], most: f64, words: &str) -> Markup {
    let mut from = 0.0;
    let places: Vec<(&str, f64, f64)> = parts
        .iter()
        .map(|&(class, value)| {
            let wide = 100.0 * value / most.max(f64::MIN_POSITIVE);
            from += wide;
            (class, from - wide, wide)
        })
        .collect();
    html! {
        svg.stack height="18" role="img" aria-label=(words) {
            title { (words) }
            @for (class, from, wide) in places {
                rect.(class) x=(percent(from)) width=(percent(wide)) y="1" height="16" {}
            }
        }
    }
}

fn percent(place: f64) -> String {
    format!("{place:.2}%")
}

fn number(tick: f64) -> String {
    let text = format!("{tick:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
