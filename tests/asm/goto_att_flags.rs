//@ stdout: label 3
//@ stdout: through 4
//@ since: 1.97
// The other syntax, and flags that the asm promises to keep.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

#[inline(never)]
fn att(x: u32) -> Result<u32, u32> {
    let out: u32;
    unsafe {
        asm!("leal 2({1:r}), {0:e}", "jrcxz {2}", out(reg) out, in(reg) x, label { return Err(out) },
            in("rcx") (x - 1) as u64, options(att_syntax, preserves_flags, nomem))
    };
    Ok(out)
}

fn main() {
    for x in [1, 2] {
        match att(std::hint::black_box(x)) {
            Ok(out) => println!("through {out}"),
            Err(out) => println!("label {out}"),
        }
    }
}
