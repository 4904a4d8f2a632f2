// What the process leaves behind: an exit code from main.
use std::process::{ExitCode, Termination};
struct Odd; impl Termination for Odd { fn report(self) -> ExitCode { println!("reporting"); ExitCode::from(42) } }
fn main() -> Odd { Odd }
