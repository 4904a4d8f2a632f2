//! JSON written and read: into structs, and into values of any shape.

use std::collections::BTreeMap;
use std::error::Error;

use serde::{Deserialize, Serialize};

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

#[derive(Serialize, Deserialize)]
struct Person {
    name: String,
    age: u8,
    balance: f64,
    tags: Vec<String>,
    address: Option<Address>,
}

#[derive(Serialize, Deserialize)]
struct Address {
    street: String,
    numbers: BTreeMap<String, i64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let person = |n: u32| Person {
        name: format!("Jürgen \"{n}\" Müller"),
        age: (n % 100) as u8,
        balance: f64::from(n) * 1.37 - 100.0,
        tags: (0..n % 5).map(|tag| format!("tag\n{tag}")).collect(),
        address: (n % 3 != 0).then(|| Address {
            street: format!("Street {n}"),
            numbers: (0..3).map(|at| (format!("key{at}"), i64::from(n) * at)).collect(),
        }),
    };
    let people: Vec<Person> = (0..1500).map(person).collect();
    let mut sum = 0;
    for _ in 0..rounds() {
        let text = serde_json::to_string(&people)?;
        let read: Vec<Person> = serde_json::from_str(&text)?;
        sum += read
            .iter()
            .map(|person| person.tags.len() + person.name.len())
            .sum::<usize>();
        let value: serde_json::Value = serde_json::from_str(&text)?;
        sum += serde_json::to_string_pretty(&value)?.len();
    }
    println!("{sum}");
    Ok(())
}
