//! An ordered map that grows, is searched by ranges, and shrinks.

use std::collections::BTreeMap;

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let mut sum = 0_u64;
    for round in 0..rounds() * 4 {
        let mut map = BTreeMap::new();
        let mut key = round + 1;
        for value in 0..60_000_u64 {
            key = key.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            map.insert(key >> 40, value);
        }
        for start in (0..1 << 24).step_by(4096) {
            sum += map
                .range(start..start + 512)
                .map(|(key, value)| key ^ value)
                .sum::<u64>();
        }
        while let Some((key, value)) = map.pop_first() {
            sum = sum.wrapping_add(key.wrapping_mul(value));
            if value % 3 == 0 {
                map.pop_last();
            }
        }
    }
    println!("{sum}");
}
