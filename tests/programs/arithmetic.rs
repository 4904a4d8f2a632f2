// Integers and floats of every width, at the edges.
use std::hint::black_box as bb;
macro_rules! ints { ($($t:ty)*) => { $( {
    let (a, b): ($t, $t) = (bb(<$t>::MAX), bb(<$t>::MIN));
    let c: $t = bb(7);
    println!("{} {:?} {:?} {:?} {:?} {:?}", stringify!($t), a.checked_add(c), b.checked_sub(c), a.overflowing_mul(c), a.wrapping_add(c), b.saturating_sub(c));
    println!("{} {} {} {} {} {} {:?}", a.leading_zeros(), c.trailing_zeros(), a.count_ones(), c.swap_bytes(), c.reverse_bits(), c.rotate_left(3), a.cmp(&b));
    println!("{:?} {:?} {:?} {}", a.checked_div(c), b.checked_rem(c), c.checked_shl(200), c.pow(2));
    println!("{:?} {:?} {} {}", a.widening(), c.checked_ilog2(), (a >> 1) ^ c, !c);
    for f in [f32::NAN, f32::INFINITY, -1.5, 1e30, 255.9] { print!("{} ", bb(f) as $t); }
    println!("{} {}", bb(a) as f64, bb(b) as f32);
} )* } }
trait Widening { fn widening(self) -> String; }
macro_rules! wide { ($($t:ty)*) => { $( impl Widening for $t { fn widening(self) -> String { format!("{:?}", (self as i128).checked_mul(3)) } } )* } }
wide! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 usize isize }
fn main() {
    ints! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 usize isize }
    let (x, y) = (bb(2.5f64), bb(-0.75f64));
    println!("{} {} {} {} {}", x.powf(y), x.sqrt(), x.sin() + y.cos(), x.mul_add(y, 1.0), x.rem_euclid(y));
    println!("{:?} {:?} {} {}", x.partial_cmp(&f64::NAN), x.total_cmp(&y), x.min(f64::NAN), y.copysign(x));
    println!("{} {} {} {}", x.floor(), y.ceil(), x.round_ties_even(), bb(1e300) as f32);
    println!("{} {}", bb(u64::MAX) as f32, bb(-1i128) as f64);
    let v: Vec<f32> = (0..100).map(|i| i as f32 * 0.5).collect();
    println!("{} {}", v.iter().sum::<f32>(), v.iter().product::<f32>());
    #[cfg(panic = "unwind")] println!("{}", std::panic::catch_unwind(|| bb(i32::MAX).checked_add(bb(1)).unwrap()).is_err());
}
