//! Products of matrices, behind a small type of its own: indices, bounds checks, and what can be made vectors.

mod matrix {
    pub struct Matrix {
        size: usize,
        cells: Vec<f32>,
    }

    impl Matrix {
        pub fn new(size: usize, cell: impl Fn(usize, usize) -> f32) -> Self {
            let cells = (0..size * size).map(|at| cell(at / size, at % size)).collect();
            Matrix { size, cells }
        }

        pub fn get(&self, row: usize, column: usize) -> f32 {
            self.cells[row * self.size + column]
        }

        pub fn add(&mut self, row: usize, column: usize, value: f32) {
            self.cells[row * self.size + column] += value;
        }

        pub fn product(&self, other: &Matrix) -> Matrix {
            let mut product = Matrix::new(self.size, |_, _| 0.0);
            for row in 0..self.size {
                for inner in 0..self.size {
                    let factor = self.get(row, inner);
                    for column in 0..self.size {
                        product.add(row, column, factor * other.get(inner, column));
                    }
                }
            }
            product
        }
    }
}

use matrix::Matrix;

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let size = 160;
    let one = Matrix::new(size, |row, column| ((row * 7 + column * 3) % 11) as f32 / 11.0);
    let mut other = Matrix::new(size, |row, column| ((row + column * 5) % 13) as f32 / 13.0);
    for round in 0..rounds() * 20 {
        other = one.product(&other);
        let scale = 1.0 / (1.0 + other.get(round as usize % size, 3));
        other = Matrix::new(size, |row, column| other.get(row, column) * scale);
    }
    println!("{:x}", other.get(5, 7).to_bits());
}
