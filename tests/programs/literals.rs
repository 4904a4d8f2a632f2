// Large local arrays of literals, which may become one constant: alone, amid values, overwritten, in a loop.
use std::hint::black_box as bb;

macro_rules! eight {
    ($macro:ident $($x:expr),*) => { $macro!($($x, $x, $x, $x, $x, $x, $x, $x),*) };
}
macro_rules! array {
    ($($x:expr),*) => { [$($x),*] };
}
macro_rules! many {
    ($($x:expr),*) => { eight!(more $($x),*) };
}
macro_rules! more {
    ($($x:expr),*) => { eight!(array $($x),*) };
}

static WORD: u64 = 7;
static MUTABLE: [std::sync::atomic::AtomicU8; 2] = [const { std::sync::atomic::AtomicU8::new(3) }; 2];

fn hash(text: &str) -> u64 {
    text.bytes().fold(5, |hash, byte| hash * 31 % 1_000_003 + u64::from(byte))
}

#[inline(never)]
fn words() -> Vec<&'static str> {
    let all = many!("one", "", "three of them", "vier", "fünf", "six\0", "7");
    all.to_vec()
}

#[inline(never)]
fn amid(x: u64) -> [u64; 450] {
    let mut all: [Option<&u64>; 450] = [None; 450];
    all[..448].copy_from_slice(&many!(Some(&WORD), None, Some(&3), Some(&1), None, Some(&WORD), None));
    all[448] = Some(&x);
    all.map(|word| word.copied().unwrap_or(9))
}

#[inline(never)]
fn mixed(x: &'static str) -> u64 {
    let mut all = eight!(array "a", "b", x, "c", bb("d"), "e", "f", "gh", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u", "v", "w", "x", "y", "z", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N");
    all[3] = "overwritten";
    all.iter().zip(1..).map(|(word, i)| hash(word) * i).sum()
}

#[inline(never)]
fn again(n: u64) -> u64 {
    let mut sum = 0;
    for round in 0..n {
        let mut all = many!("p", "qq", "rrr", "ssss");
        sum += all.iter().map(|word| hash(word)).sum::<u64>();
        all[round as usize] = "changed";
        sum ^= hash(bb(&all)[round as usize]);
    }
    sum
}

#[inline(never)]
fn pairs() -> Vec<(&'static u64, u32, &'static std::sync::atomic::AtomicU8)> {
    let all = many!((&WORD, 1, &MUTABLE[1]), (&5, 2, &MUTABLE[0]), (&WORD, 3, &MUTABLE[1]));
    all.into()
}

#[inline(never)]
fn functions() -> u64 {
    fn one() -> u64 {
        1
    }
    fn two() -> u64 {
        2
    }
    let all: [fn() -> u64; 256] = many!(one as fn() -> u64, two, one, one);
    all.iter().zip(1..).map(|(f, i)| bb(f)() * i).sum()
}

fn main() {
    println!("{} {:?}", words().len(), words().iter().map(|word| hash(word)).collect::<Vec<_>>());
    println!("{:?}", amid(bb(17)));
    println!("{} {} {}", mixed(bb("run time")), again(bb(3)), functions());
    let sum: u64 = pairs()
        .iter()
        .map(|(a, b, c)| **a + u64::from(*b) + u64::from(c.load(std::sync::atomic::Ordering::Relaxed)))
        .sum();
    println!("{} {sum}", pairs().len());
}
