//! Calls through vtables, and drops of boxed objects.

mod shapes {
    pub trait Shape {
        fn area(&self) -> f64;
        fn grow(&mut self, by: f64);
        fn name(&self) -> &str {
            "shape"
        }
    }

    pub struct Circle(pub f64);
    pub struct Rectangle(pub f64, pub f64);
    pub struct Polygon(pub Vec<(f64, f64)>, pub String);

    impl Shape for Circle {
        fn area(&self) -> f64 {
            self.0 * self.0 * std::f64::consts::PI
        }
        fn grow(&mut self, by: f64) {
            self.0 *= by;
        }
    }

    impl Shape for Rectangle {
        fn area(&self) -> f64 {
            self.0 * self.1
        }
        fn grow(&mut self, by: f64) {
            self.0 *= by;
            self.1 *= by;
        }
    }

    impl Shape for Polygon {
        fn area(&self) -> f64 {
            let next = self.0.iter().cycle().skip(1);
            let crossed = self
                .0
                .iter()
                .zip(next)
                .map(|(one, other)| one.0 * other.1 - other.0 * one.1);
            crossed.sum::<f64>().abs() / 2.0
        }
        fn grow(&mut self, by: f64) {
            self.0
                .iter_mut()
                .for_each(|point| *point = (point.0 * by, point.1 * by));
        }
        fn name(&self) -> &str {
            &self.1
        }
    }
}

use shapes::{Circle, Polygon, Rectangle, Shape};

fn shape(n: u32) -> Box<dyn Shape> {
    let size = f64::from(n % 17 + 1);
    match n % 3 {
        0 => Box::new(Circle(size)),
        1 => Box::new(Rectangle(size, size + 1.0)),
        _ => Box::new(Polygon(
            vec![(0.0, 0.0), (size, 0.0), (size, size), (0.0, size * 2.0)],
            format!("polygon {n}"),
        )),
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
    let (mut sum, mut letters) = (0.0, 0);
    for _ in 0..rounds() * 10 {
        let mut shapes: Vec<Box<dyn Shape>> = (0..30_000).map(shape).collect();
        for factor in [1.1, 0.9, 1.01, 0.99] {
            for shape in &mut shapes {
                shape.grow(factor);
                sum += shape.area();
                letters += shape.name().len();
            }
        }
    }
    println!("{:x} {letters}", sum.to_bits());
}
