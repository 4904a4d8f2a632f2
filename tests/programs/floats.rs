// Floats: conversions that saturate, rounding, fused and algebraic arithmetic, classes, formatting round trips.
#![feature(float_algebraic)]
use std::hint::black_box as bb;

fn main() {
    for x in [0.5_f64, -1.5, 2.5, 1e300, f64::NAN, f64::NEG_INFINITY, -0.0, 4.9e-324] {
        let x = bb(x);
        println!("{} {} {} {} {}", x.floor(), x.ceil(), x.trunc(), x.round(), x.round_ties_even());
        println!("{} {} {} {}", x as i8, x as u16, x as i64, x as u128);
        println!("{:?} {} {:?}", x.classify(), x.is_sign_negative(), x.partial_cmp(&1.0));
        println!("{:e} {:x} {:?}", x as f32, (x as f32).to_bits(), x.to_string().parse::<f64>().map(f64::to_bits));
        println!("{:?} {:?} {:?}", x.max(1.0), x.min(bb(f64::NAN)), x.clamp(-2.0, 2.0));
    }
    let (a, b, c) = (bb(1.1_f64), bb(2.2), bb(3.3));
    println!("{} {} {}", a.mul_add(b, c), a.powi(5), a.powf(b));
    println!("{} {} {} {}", a.sin(), b.cos(), c.exp(), c.ln());
    println!("{} {} {}", bb(9.0_f32).sqrt(), bb(-9.0_f32).abs(), bb(3.0_f32).copysign(-1.0));
    println!("{}", bb(1.0_f64).algebraic_add(2.0).algebraic_mul(4.0).algebraic_sub(0.5).algebraic_div(0.5));
    println!("{} {}", bb(7.5_f64) % 2.0, bb(-7.5_f32).rem_euclid(2.0));
    println!("{:?}", bb(1.0_f64).total_cmp(&bb(f64::NAN)));
    println!("{} {}", unsafe { bb(5.5_f32).to_int_unchecked::<i32>() }, bb(u32::MAX) as f32);
}
