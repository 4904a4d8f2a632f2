//! Rust parsed by syn.

use std::error::Error;

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

const SOURCE: &str = include_str!("syn_parse.rs");

fn main() -> Result<(), Box<dyn Error>> {
    let mut items = 0;
    for _ in 0..rounds() * 30 {
        let file = syn::parse_file(SOURCE)?;
        items += file.items.len() + file.attrs.len();
    }
    println!("{items}");
    Ok(())
}
