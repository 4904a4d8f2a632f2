//! Chains of iterator adaptors, which cost nothing only when they are inlined into each other.

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let numbers: Vec<u32> = (0..400_000_u32)
        .map(|n| n.wrapping_mul(2_654_435_761) >> 7)
        .collect();
    let mut sum = 0_u64;
    for round in 0..(rounds() * 30) as u32 {
        sum += numbers
            .iter()
            .zip(numbers.iter().skip(1))
            .filter(|(one, other)| one > other)
            .map(|(one, other)| u64::from(one - other))
            .step_by(3)
            .take_while(|&apart| apart != u64::from(round) + u64::from(u32::MAX))
            .sum::<u64>();
        sum += numbers
            .chunks_exact(8)
            .flat_map(|chunk| chunk.iter().rev().take(3))
            .map(|&n| u64::from(n))
            .max()
            .unwrap_or(0);
        sum += numbers.windows(4).filter(|window| window.is_sorted()).count() as u64;
        sum += (0..numbers.len())
            .rev()
            .filter_map(|at| numbers.get(at * 3 + 1))
            .fold(0, |all, &n| all ^ u64::from(n));
    }
    println!("{sum}");
}
