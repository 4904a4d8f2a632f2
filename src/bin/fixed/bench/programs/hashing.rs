//! A hash map of words that are counted, and SipHash over them: std's default map.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};

mod words {
    /// Pseudo-random words, the same each time.
    pub fn words(count: usize) -> Vec<String> {
        let mut state = 12_345_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        (0..count).map(|_| format!("word{}", next() % 5000)).collect()
    }
}

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let words = words::words(60_000);
    let mut sum = 0_u64;
    for round in 0..rounds() * 10 {
        let mut counts: HashMap<&str, u64, BuildHasherDefault<DefaultHasher>> = HashMap::default();
        for word in &words {
            *counts.entry(word).or_insert(round) += 1;
        }
        for (word, count) in &counts {
            sum = sum.wrapping_add(count.wrapping_mul(word.len() as u64));
        }
    }
    println!("{sum}");
}
