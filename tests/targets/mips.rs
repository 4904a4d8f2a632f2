//@ target: mips-unknown-linux-gnu
//@ asm: addiu
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32, y: u8, f: f32) -> f32 {
    let (a, b, c): (u32, f32, u8);
    unsafe {
        asm!("addiu {0}, {1}, 2", out(reg) a, in(reg) x);
        asm!("move {0}, {1}", out(reg) c, in(reg) y);
        asm!("mov.s {0}, {1}", out(freg) b, in(freg) f);
    }
    match (a, c) {
        (7, 1) => b,
        _ => f,
    }
}
