//@ stdout: 0:10 1:11 2:12
//@ stdout: even 0 odd 1 even 2 odd 3
//@ stdout: loop 5
//@ since: 1.97
// Several labels, each with the output; one label used twice; labels in loops.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

#[inline(never)]
fn three(which: u64) -> (u64, u64) {
    let out: u64;
    unsafe {
        asm!(
            "lea {o}, [{w} + 10]", "cmp {w}, 1", "je {one}", "cmp {w}, 2", "je {two}",
            w = in(reg) which, o = out(reg) out,
            one = label { return (1, out) },
            two = label { return (2, out) },
        )
    };
    (0, out)
}

#[inline(never)]
fn parity(x: u64) -> &'static str {
    unsafe {
        asm!("test {0}, 1", "jz {even}", "cmp {0}, 100", "je {even}", in(reg) x,
            even = label { return "even" })
    };
    "odd"
}

fn main() {
    let list: Vec<String> = (0..3).map(|n| three(n)).map(|(a, b)| format!("{a}:{b}")).collect();
    println!("{}", list.join(" "));
    let list: Vec<String> = (0..4).map(|n| format!("{} {n}", parity(n))).collect();
    println!("{}", list.join(" "));
    let mut n = 0_u64;
    loop {
        let next: u64;
        unsafe {
            asm!("lea {0}, [{1} + 1]", "cmp {0}, 5", "jne {2}", out(reg) next, in(reg) n,
                label { n = next; continue })
        };
        n = next;
        break;
    }
    println!("loop {n}");
}
