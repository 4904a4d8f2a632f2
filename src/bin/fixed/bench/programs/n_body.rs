//! The motion of five bodies that attract each other: floating point in structs, square roots.

mod vector {
    use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

    #[derive(Clone, Copy)]
    pub struct Vector(pub f64, pub f64, pub f64);

    impl Vector {
        pub fn dot(self, other: Vector) -> f64 {
            self.0 * other.0 + self.1 * other.1 + self.2 * other.2
        }
    }

    impl Add for Vector {
        type Output = Vector;
        fn add(self, other: Vector) -> Vector {
            Vector(self.0 + other.0, self.1 + other.1, self.2 + other.2)
        }
    }

    impl Sub for Vector {
        type Output = Vector;
        fn sub(self, other: Vector) -> Vector {
            Vector(self.0 - other.0, self.1 - other.1, self.2 - other.2)
        }
    }

    impl Mul<f64> for Vector {
        type Output = Vector;
        fn mul(self, by: f64) -> Vector {
            Vector(self.0 * by, self.1 * by, self.2 * by)
        }
    }

    impl AddAssign for Vector {
        fn add_assign(&mut self, other: Vector) {
            *self = *self + other;
        }
    }

    impl SubAssign for Vector {
        fn sub_assign(&mut self, other: Vector) {
            *self = *self - other;
        }
    }
}

mod bodies {
    use super::vector::Vector;

    pub struct Body {
        pub at: Vector,
        pub speed: Vector,
        pub mass: f64,
    }

    pub fn step(bodies: &mut [Body], time: f64) {
        for first in 0..bodies.len() {
            let (before, after) = bodies.split_at_mut(first + 1);
            let one = &mut before[first];
            for other in after {
                let apart = one.at - other.at;
                let square = apart.dot(apart);
                let pull = time / (square * square.sqrt());
                one.speed -= apart * (other.mass * pull);
                other.speed += apart * (one.mass * pull);
            }
        }
        for body in bodies {
            body.at += body.speed * time;
        }
    }

    pub fn energy(bodies: &[Body]) -> f64 {
        let mut energy = 0.0;
        for (at, one) in bodies.iter().enumerate() {
            energy += 0.5 * one.mass * one.speed.dot(one.speed);
            for other in &bodies[at + 1..] {
                let apart = one.at - other.at;
                energy -= one.mass * other.mass / apart.dot(apart).sqrt();
            }
        }
        energy
    }
}

use bodies::Body;
use vector::Vector;

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let mut all: Vec<Body> = (0..5)
        .map(|n| {
            let n = f64::from(n);
            Body {
                at: Vector(n * 3.0, (n * 1.7).sin() * 4.0, (n * 0.9).cos() * 2.0),
                speed: Vector(0.1 * n, 0.4 - 0.1 * n, 0.02 * n),
                mass: 10.0 / (1.0 + n * n),
            }
        })
        .collect();
    for _ in 0..rounds() * 400_000 {
        bodies::step(&mut all, 0.001);
    }
    println!("{:x}", bodies::energy(&all).to_bits());
}
