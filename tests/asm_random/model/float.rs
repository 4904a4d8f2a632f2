//! Scalar float instructions, with the NaNs that x86 makes.

/// `a op b` of so many bits.
pub fn apply(name: &str, bits: u32, a: u64, b: u64) -> u64 {
    if bits == 32 {
        single(name, a as u32, b as u32).into()
    } else {
        double(name, a, b)
    }
}

fn single(name: &str, a: u32, b: u32) -> u32 {
    const QUIET: u32 = 1 << 22;
    let (x, y) = (f32::from_bits(a), f32::from_bits(b));
    let result = match name {
        "add" => x + y,
        "sub" => x - y,
        _ => x * y,
    };
    match (x.is_nan(), y.is_nan(), result.is_nan()) {
        (true, ..) => a | QUIET,
        (_, true, _) => b | QUIET,
        (.., true) => 0xffc0_0000,
        _ => result.to_bits(),
    }
}

fn double(name: &str, a: u64, b: u64) -> u64 {
    const QUIET: u64 = 1 << 51;
    let (x, y) = (f64::from_bits(a), f64::from_bits(b));
    let result = match name {
        "add" => x + y,
        "sub" => x - y,
        _ => x * y,
    };
    match (x.is_nan(), y.is_nan(), result.is_nan()) {
        (true, ..) => a | QUIET,
        (_, true, _) => b | QUIET,
        (.., true) => 0xfff8_0000_0000_0000,
        _ => result.to_bits(),
    }
}
