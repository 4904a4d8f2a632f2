//! std's sorts, stable and unstable, of numbers and of structs by a key.

#[derive(Clone)]
struct Person {
    age: u32,
    name: [u8; 12],
}

mod random {
    pub struct Random(pub u64);

    impl Random {
        pub fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }
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
    let mut random = random::Random(88_172_645_463_325_252);
    let numbers: Vec<u64> = (0..60_000).map(|_| random.next()).collect();
    let people: Vec<Person> = (0..30_000)
        .map(|_| Person {
            age: (random.next() % 90) as u32,
            name: std::array::from_fn(|_| b'a' + (random.next() % 26) as u8),
        })
        .collect();
    let mut sum = 0_u64;
    for round in 0..rounds() * 8 {
        let mut sorted = numbers.clone();
        sorted.rotate_left(round as usize % 7);
        sorted.sort_unstable();
        sum = sum.wrapping_add(sorted[sorted.len() / 2]);
        let mut ordered = people.clone();
        ordered.sort_by(|one, other| one.age.cmp(&other.age).then_with(|| one.name.cmp(&other.name)));
        sum = sum.wrapping_add(u64::from(ordered[ordered.len() / 3].name[3]));
    }
    println!("{sum}");
}
