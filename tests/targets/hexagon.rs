//@ target: hexagon-unknown-linux-musl
//@ asm: add(
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32, y: u64) -> u64 {
    let (a, b): (u32, u64);
    unsafe {
        asm!("{0} = add({1}, #2)", out(reg) a, in(reg) x, out("r7") _, out("p0") _);
        asm!("{0} = add({1}, {1})", out(reg_pair) b, in(reg_pair) y, out("r5:4") _);
    }
    match a {
        7 => b,
        _ => y,
    }
}
