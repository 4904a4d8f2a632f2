//! Many small allocations: trees of boxes, vectors of vectors, strings that grow, reference counts.

use std::rc::Rc;

mod tree {
    pub struct Tree {
        children: Option<(Box<Tree>, Box<Tree>)>,
    }

    impl Tree {
        pub fn new(depth: u32) -> Self {
            let children =
                (depth > 0).then(|| (Box::new(Tree::new(depth - 1)), Box::new(Tree::new(depth - 1))));
            Tree { children }
        }

        pub fn count(&self) -> u64 {
            match &self.children {
                None => 1,
                Some((left, right)) => 1 + left.count() + right.count(),
            }
        }
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
    let mut sum = 0_u64;
    for round in 0..rounds() * 4 {
        sum += tree::Tree::new(15).count();
        let rows: Vec<Vec<u64>> = (0..20_000)
            .map(|n| (0..n % 9).map(|cell| cell + round).collect())
            .collect();
        sum += rows.iter().flatten().sum::<u64>();
        let mut names: Vec<Rc<String>> = Vec::new();
        for n in 0..20_000_u64 {
            let mut name = String::from("name ");
            name += &n.to_string();
            names.push(Rc::new(name));
            names.push(names[n as usize / 2].clone());
        }
        sum += names
            .iter()
            .map(|name| (name.len() * Rc::strong_count(name)) as u64)
            .sum::<u64>();
    }
    println!("{sum}");
}
