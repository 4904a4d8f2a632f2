//! Loops over slices by index: a sieve, differences of texts by a table, a histogram.

mod distance {
    pub fn distance(one: &[u8], other: &[u8]) -> usize {
        let mut row: Vec<usize> = (0..=other.len()).collect();
        for i in 1..=one.len() {
            let mut diagonal = row[0];
            row[0] = i;
            for j in 1..=other.len() {
                let cost = usize::from(one[i - 1] != other[j - 1]);
                let best = (diagonal + cost).min(row[j] + 1).min(row[j - 1] + 1);
                diagonal = row[j];
                row[j] = best;
            }
        }
        row[other.len()]
    }
}

mod sieve {
    pub fn primes(below: usize) -> usize {
        let mut composite = vec![false; below];
        let mut count = 0;
        for n in 2..below {
            if !composite[n] {
                count += 1;
                let mut multiple = n * n;
                while multiple < below {
                    composite[multiple] = true;
                    multiple += n;
                }
            }
        }
        count
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
    let text: Vec<u8> = (0..1600_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 28) as u8)
        .collect();
    let mut sum = 0;
    for round in 0..(rounds() * 8) as usize {
        sum += sieve::primes(400_000 + round);
        sum += distance::distance(&text[round % 10..1400], &text[100..]);
        let mut histogram = [0_usize; 256];
        for at in 0..text.len() {
            histogram[(text[at] as usize * 31 + at) % 256] += 1;
        }
        sum += histogram[round % 256];
    }
    println!("{sum}");
}
