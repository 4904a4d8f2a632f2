//@ stdout: ffffffffffffffff0000000000000001
//@ since: 1.88
// 128-bit integers in vector registers that are named.
use std::arch::asm;

#[inline(never)]
fn pass(x: u128) -> u128 {
    let out: u128;
    unsafe { asm!("movdqa xmm1, xmm2", in("xmm2") x, out("xmm1") out) };
    out
}

fn main() {
    let value = std::hint::black_box(0xffff_ffff_ffff_ffff_0000_0000_0000_0001_u128);
    println!("{:x}", pass(value));
}
