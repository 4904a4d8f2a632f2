//! The Mandelbrot set: a loop of floating point that ends early.

fn escape(x: f64, y: f64) -> u32 {
    let (mut a, mut b) = (0.0, 0.0);
    for count in 0..200 {
        let (squared, other) = (a * a, b * b);
        if squared + other > 4.0 {
            return count;
        }
        b = 2.0 * a * b + y;
        a = squared - other + x;
    }
    200
}

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let mut sum = 0_u64;
    for round in 0..rounds() {
        for row in 0..400_u32 {
            for column in 0..400_u32 {
                let x = f64::from(column) / 160.0 - 2.0;
                let y = f64::from(row) / 200.0 - 1.0 + round as f64 * 1e-9;
                sum += u64::from(escape(x, y));
            }
        }
    }
    println!("{sum}");
}
