//! A machine with a stack: a loop around a `match` with many arms.

mod machine {
    #[derive(Clone, Copy)]
    pub enum Step {
        Push(i64),
        Load(u8),
        Store(u8),
        Add,
        Subtract,
        Multiply,
        Xor,
        Less,
        Jump(usize),
        JumpIfZero(usize),
        Duplicate,
        End,
    }

    #[derive(Debug)]
    pub enum Fault {
        Empty,
        NoSuchStep,
    }

    pub fn run(program: &[Step], input: i64) -> Result<i64, Fault> {
        use Step::*;
        let mut stack: Vec<i64> = Vec::new();
        let mut variables = [input; 8];
        let mut at = 0;
        loop {
            let step = *program.get(at).ok_or(Fault::NoSuchStep)?;
            at += 1;
            match step {
                Push(number) => stack.push(number),
                Load(from) => stack.push(variables[from as usize % 8]),
                Store(to) => variables[to as usize % 8] = stack.pop().ok_or(Fault::Empty)?,
                Add | Subtract | Multiply | Xor | Less => {
                    let right = stack.pop().ok_or(Fault::Empty)?;
                    let left = stack.pop().ok_or(Fault::Empty)?;
                    stack.push(match step {
                        Add => left.wrapping_add(right),
                        Subtract => left.wrapping_sub(right),
                        Multiply => left.wrapping_mul(right),
                        Xor => left ^ right,
                        _ => i64::from(left < right),
                    });
                }
                Jump(to) => at = to,
                JumpIfZero(to) => {
                    if stack.pop().ok_or(Fault::Empty)? == 0 {
                        at = to;
                    }
                }
                Duplicate => stack.push(*stack.last().ok_or(Fault::Empty)?),
                End => return stack.pop().ok_or(Fault::Empty),
            }
        }
    }
}

use machine::Step::*;

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    // for (n = 0; n < 200000; n++) all = (all * 31 + n) ^ n
    let program = [
        Push(0),
        Store(0),
        Load(3),
        Store(1),
        Load(0),
        Push(200_000),
        Less,
        JumpIfZero(23),
        Load(1),
        Push(31),
        Multiply,
        Load(0),
        Add,
        Load(0),
        Xor,
        Store(1),
        Load(0),
        Push(-1),
        Subtract,
        Duplicate,
        Store(0),
        Store(2),
        Jump(4),
        Load(1),
        End,
    ];
    let mut sum = 0;
    for round in 0..(rounds() * 4) as i64 {
        match machine::run(&program, round) {
            Ok(all) => sum ^= all.wrapping_add(round),
            Err(fault) => println!("{fault:?}"),
        }
    }
    println!("{sum}");
}
