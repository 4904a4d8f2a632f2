// `become`: calls that reuse the frame of their caller, a million deep.
#![feature(explicit_tail_calls)]
#![allow(incomplete_features)]

#[inline(never)]
fn even(n: u64) -> bool {
    match n {
        0 => true,
        _ => become odd(n - 1),
    }
}

#[inline(never)]
fn odd(n: u64) -> bool {
    match n {
        0 => false,
        _ => become even(n - 1),
    }
}

#[inline(never)]
fn count(n: u64, sum: (u64, u64)) -> (u64, u64) {
    match n {
        0 => sum,
        _ => become count(n - 1, (sum.0 + n, sum.1 ^ n)),
    }
}

fn main() {
    println!("{} {}", even(1_000_000), odd(1_000_001));
    println!("{:?}", count(1_000_000, (0, 0)));
}
