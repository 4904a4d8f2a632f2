//! Arithmetic with 128 bits: products and powers modulo a prime, divisions.

mod modular {
    pub const PRIME: u128 = (1 << 89) - 1;

    pub fn product(mut one: u128, other: u128) -> u128 {
        // Two halves, so that nothing overflows: the prime has 89 bits.
        let (high, low) = (other >> 32, other & 0xffff_ffff);
        one %= PRIME;
        let mut all = 0;
        for part in [high >> 32, high & 0xffff_ffff, low] {
            all = (all << 32) % PRIME;
            all = (all + one % PRIME * part % PRIME) % PRIME;
        }
        all
    }

    pub fn power(base: u128, mut exponent: u128) -> u128 {
        let (mut base, mut all) = (base, 1);
        while exponent != 0 {
            if exponent & 1 == 1 {
                all = product(all, base);
            }
            base = product(base, base);
            exponent >>= 1;
        }
        all
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
    let mut sum = 0_u128;
    for round in 0..u128::from(rounds() * 40) {
        for base in 2..150 {
            sum ^= modular::power(base + round, modular::PRIME / 3);
        }
        sum = sum.wrapping_mul(0x1_0000_01b3).rotate_left(17);
    }
    println!("{sum:x}");
}
