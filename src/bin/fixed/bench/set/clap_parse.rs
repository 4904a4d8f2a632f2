//! A command line parsed by clap's derived parser.

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Options {
    #[arg(short, long, default_value_t = 1)]
    count: u64,
    #[arg(long, value_delimiter = ',')]
    names: Vec<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add { path: std::path::PathBuf },
    Remove { number: Option<u32> },
}

fn main() {
    let rounds = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let mut letters = 0;
    for round in 0..rounds * 300_u64 {
        let count = format!("--count={round}");
        let words = ["program", &count, "--names", "one,two,three", "remove", "17"];
        letters += Options::try_parse_from(words).map_or(1, |options| format!("{options:?}").len());
        let wrong = Options::try_parse_from(["program", "--cuont", "3"]);
        letters += wrong.map_or_else(|error| error.to_string().len(), |_| 0);
    }
    println!("{letters}");
}
