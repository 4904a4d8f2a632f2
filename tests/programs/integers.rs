// Integer arithmetic: overflow in every form, unchecked and exact operations, bits, switches, wide products.
#![feature(exact_div, widening_mul)]
use std::hint::black_box as bb;
use std::panic::catch_unwind;

fn classify(x: i32) -> &'static str {
    match x {
        i32::MIN..=-1 => "negative",
        0 => "zero",
        1 | 2 | 3 | 5 | 8 => "fibonacci",
        1000 => "thousand",
        _ => "other",
    }
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let (a, b) = (bb(200_u8), bb(100_u8));
    println!("{:?} {:?} {:?}", a.checked_add(b), a.wrapping_add(b), a.saturating_add(b));
    println!("{:?} {:?} {:?}", a.overflowing_mul(b), b.checked_sub(a), i8::MIN.checked_neg());
    println!("{:?} {:?}", bb(i32::MIN).checked_div(-1), bb(i64::MIN).checked_rem(-1));
    println!("{:?}", catch_unwind(|| bb(1_u32) / bb(0)).is_err());
    println!("{:?}", catch_unwind(|| bb(i16::MIN) / bb(-1)).is_err());
    println!("{:?}", catch_unwind(|| [1, 2, 3][bb(3)]).is_err());
    println!("{} {}", unsafe { a.unchecked_sub(b) }, unsafe { bb(3_u32).unchecked_mul(5) });
    println!("{:?} {:?}", bb(12_u32).div_exact(4), bb(13_u32).div_exact(4));
    println!("{} {} {}", bb(0x0f0f_u16).count_ones(), bb(1_u64 << 40).trailing_zeros(), bb(0_u32).leading_zeros());
    println!("{:x} {:x}", bb(0x1234_5678_u32).swap_bytes(), bb(0x8000_0001_u32).reverse_bits());
    println!("{:x} {:x}", bb(0x8000_0001_u32).rotate_left(4), bb(1_u128).rotate_right(1));
    println!("{} {} {}", bb(1_u32).wrapping_shl(33), bb(-16_i32) >> 2, bb(0xf000_0000_u32) >> 28);
    println!("{:?} {:?}", bb(u64::MAX).carrying_mul(u64::MAX, 5), bb(u64::MAX).widening_mul(3));
    println!("{} {} {}", bb(10_i32).pow(5), bb(17_u32).isqrt(), bb(1000_u32).ilog10());
    println!("{} {}", bb(-7_i32).div_euclid(2), bb(7_u8).abs_diff(10));
    println!("{} {} {}", bb(300_i32) as u8, bb(-1_i8) as u64, bb(u64::MAX) as i32);
    for x in [-5, 0, 5, 7, 1000] {
        println!("{}", classify(bb(x)));
    }
    println!("{:?}", bb(5_u32).cmp(&9));
}
