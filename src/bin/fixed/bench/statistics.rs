//! From what was measured to what is said.
//!
//! What is compared was measured in turn, so that a slow spell of the machine meets all; so each ratio is of two values of
//! the same round. The ratio of a subject is the median of its rounds, that of several subjects the geometric mean of
//! theirs. Its interval is the middle 95 % of what comes of drawing each subject's rounds anew, with replacement (the
//! percentile bootstrap): how far the noise of this run could have moved it. It says nothing of other subjects.

use fastrand::Rng;
use serde::Serialize;

/// How often rounds are drawn anew.
const DRAWS: usize = 2000;

/// A ratio, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    pub ratio: f64,
    /// Nothing with less than three rounds, or where all rounds are equal.
    pub interval: Option<(f64, f64)>,
    /// Whether what is measured is the same each time, so that one round tells all.
    pub is_exact: bool,
}

pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// The geometric mean of subjects, each of which is its ratios, round by round. Nothing if there is none.
pub fn estimate(subjects: &[Vec<f64>], is_exact: bool) -> Option<Estimate> {
    let subjects: Vec<&Vec<f64>> = subjects.iter().filter(|rounds| !rounds.is_empty()).collect();
    let ratio = mean(subjects.iter().filter_map(|rounds| median(rounds)))?;
    let is_constant = |rounds: &Vec<f64>| rounds.windows(2).all(|pair| pair[0] == pair[1]);
    if subjects.iter().any(|rounds| rounds.len() < 3) || subjects.iter().all(|rounds| is_constant(rounds)) {
        return Some(Estimate {
            ratio,
            interval: None,
            is_exact,
        });
    }
    // The same numbers make the same interval.
    let mut random = Rng::with_seed(18);
    let mut drawn = vec![];
    let mut means: Vec<f64> = (0..DRAWS)
        .filter_map(|_| {
            mean(subjects.iter().filter_map(|rounds| {
                drawn.clear();
                drawn.extend((0..rounds.len()).map(|_| rounds[random.usize(..rounds.len())]));
                median(&drawn)
            }))
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |part: f64| means[((means.len() - 1) as f64 * part).round() as usize];
    Some(Estimate {
        ratio,
        interval: Some((at(0.025), at(0.975))),
        is_exact,
    })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value.ln(), count + 1));
    (count > 0).then(|| (sum / f64::from(count)).exp())
}
