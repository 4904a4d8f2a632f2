// Every scalar type and how it is kept: 128-bit integers, half and quad floats, chars, options of them.
#![feature(f16, f128)]
use std::hint::black_box as bb;
use std::num::NonZero;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Niche {
    Empty,
    Byte(NonZero<u8>),
    Wide(NonZero<u128>),
}

#[repr(C)]
#[derive(Debug, Clone, Copy)]
struct Mixed {
    a: u8,
    b: u128,
    c: bool,
    d: char,
}

enum Void {}

fn never(x: Result<u32, Void>) -> u32 {
    match x {
        Ok(n) => n,
    }
}

fn main() {
    let (a, b) = (bb(u128::MAX / 3), bb(7_u128));
    println!("{} {} {} {}", a / b, a % b, a.wrapping_mul(b), a.leading_zeros());
    println!("{:?} {:?}", a.checked_mul(b), a.overflowing_add(u128::MAX));
    println!("{} {}", bb(i128::MIN) / 3, bb(-5_i128).rem_euclid(3));
    println!("{:?} {:?}", bb(1.5_f16) + bb(0.25), bb(65504.0_f16) * 2.0);
    println!("{:x} {:x}", (bb(1.0_f128) / 3.0).to_bits(), (bb(2.5_f128) as f64).to_bits());
    println!("{} {}", bb(300.7_f32) as u8, bb(f64::NAN) as i32);
    println!("{} {} {}", bb(-1.0_f64) as u128, bb(1e30_f32) as i64, bb(u64::MAX) as f32);
    println!("{:?} {:?}", char::from_u32(bb(0x1F980)), char::from_u32(bb(0xD800)));
    let list = [Niche::Empty, Niche::Byte(NonZero::new(3).unwrap()), Niche::Wide(NonZero::new(1 << 100).unwrap())];
    println!("{:?} {}", bb(list), size_of::<Niche>());
    println!("{:?}", bb(Mixed { a: 1, b: 2 << 64, c: true, d: 'ß' }));
    println!("{} {}", size_of::<Option<NonZero<u32>>>(), size_of::<Option<Option<bool>>>());
    println!("{}", never(Ok(bb(4))));
    println!("{:?}", bb(Some(Some(false))).flatten());
    println!("{:?}", (bb(5_u8).cmp(&7), bb(-1_i64).cmp(&-1), 'b'.cmp(&bb('a'))));
}
