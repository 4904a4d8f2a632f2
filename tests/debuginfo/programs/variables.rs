// Shadowing, blocks, patterns, references, scalar pairs, captures, what moves and what is overwritten.
//@ flags: -g -Zmir-opt-level=2
//@ gdb: run
//@ gdb: info locals
//@ gdb: continue
//@ gdb: info locals
//@ gdb: info args
//@ gdb: continue
//@ gdb: info locals
//@ gdb: info args
//@ gdb: print *by_reference
//@ gdb: print pair.1
//@ gdb: ptype pair
//@ gdb: set var number = 9
//@ gdb: print number
//@ gdb: step
//@ gdb: next
//@ gdb: info locals
//@ gdb: info source
//@ gdb: continue
//@ expect: shadowed = 3
//@ expect: first = 1
//@ expect: by_reference = 0x
//@ expect: number = 7
use std::hint::black_box;

static LIMIT: u32 = 12;
const SCALE: u32 = 3;

#[inline(never)]
fn shadows() -> u32 {
    let shadowed = 1_u8;
    let taken = {
        let shadowed = u16::from(shadowed) + 1;
        let shadowed = u32::from(shadowed) + 1;
        black_box(shadowed); // #break
        shadowed
    };
    taken + u32::from(shadowed)
}

#[inline(never)]
fn patterns((first, [second, .., last]): (u8, [u16; 4]), option: Option<&str>) -> u32 {
    if let Some(text) = option
        && let Some(letter @ 'a'..='z') = text.chars().next()
    {
        black_box((letter, text)); // #break
    }
    for (index, item) in [first as u16, second, last].iter().enumerate() {
        black_box((index, item));
    }
    u32::from(first)
}

#[inline(never)]
fn places(by_reference: &mut [u32; 2], pair: (&str, u8), mut number: u64, big: [u64; 9], text: String) -> u64 {
    let moved = text;
    let mut add = |by: u64| number += by + moved.len() as u64;
    add(1);
    let scale = SCALE;
    let limit = &LIMIT;
    let nothing = ();
    by_reference[0] = 5;
    black_box((&by_reference, &pair, &mut number, &big, scale, limit, nothing)); // #break
    let later = number + big[8];
    later + u64::from(by_reference[0])
}

fn main() {
    let sum = shadows() + patterns((1, [2, 3, 4, 5]), Some("word"));
    let places = places(&mut [1, 2], ("pair", 8), 2, [6; 9], "four".to_owned());
    println!("{sum} {places}");
}
