//@ target: armv7-unknown-linux-gnueabihf
//@ flags: -Ctarget-feature=+neon
//@ run: arm-linux-gnueabihf-gcc qemu-arm /usr/arm-linux-gnueabihf
//@ asm: add
use crate::minicore::*;

extern "C" fn seven() -> u32 {
    7
}

fn jump(x: u32) -> u32 {
    let out: u32;
    unsafe {
        asm!("mov {o}, #5", "cmp {x}, #0", "beq {zero}", "mov {o}, #6", x = in(reg) x, o = out(reg) out,
            zero = label { return out })
    }
    out
}

#[no_mangle]
extern "C-unwind" fn main() -> i32 {
    let (a, b, c, d): (u32, f32, f64, u32);
    unsafe {
        asm!("add {0}, {1}, #{2}", out(reg) a, in(reg) opaque(40), const 2);
        asm!("vadd.f32 {0}, {1}, {1}", out(sreg) b, in(sreg) 1.5_f32);
        asm!("vadd.f64 {0}, {1}, {1}", out(dreg) c, in(dreg) 2.0_f64);
        asm!("vmov {0}, {1}", out(sreg) d, in(reg) opaque(9));
    }
    let called: u32;
    unsafe { asm!("bl {}", sym seven, out("r0") called, clobber_abi("C"), options(may_unwind)) };
    match (a, b as u32, c as u32, called, jump(opaque(0)), jump(opaque(1)), d) {
        (42, 3, 4, 7, 5, 6, 9) => 0,
        _ => 1,
    }
}
