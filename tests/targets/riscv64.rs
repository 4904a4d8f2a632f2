//@ target: riscv64gc-unknown-linux-gnu
//@ run: riscv64-linux-gnu-gcc qemu-riscv64 /usr/riscv64-linux-gnu
//@ asm: addi
use crate::minicore::*;

extern "C" fn seven() -> u32 {
    7
}

fn jump(x: u32) -> u32 {
    let out: u32;
    unsafe {
        asm!("li {o}, 5", "beqz {x}, {zero}", "li {o}, 6", x = in(reg) x, o = out(reg) out,
            zero = label { return out })
    }
    out
}

#[no_mangle]
extern "C-unwind" fn main() -> i32 {
    let (a, b, mut c, half): (u32, f64, u64, f16);
    unsafe {
        asm!("addi {0}, {1}, {2}", out(reg) a, in(reg) opaque(40), const 2);
        asm!("fadd.d {0}, {1}, {1}", out(freg) b, in(freg) 1.5_f64);
        c = 1;
        asm!("slli {0}, {0}, 3", inout(reg) c);
        // A half in a float register is boxed in a not-a-number.
        asm!("fmv.s {0}, {1}", out(freg) half, in(freg) 1.0_f16);
    }
    let boxed: u32;
    unsafe { asm!("fmv.x.w {0}, {1}", out(reg) boxed, in(freg) half) };
    let called: u64;
    unsafe { asm!("call {}", sym seven, out("a0") called, clobber_abi("C"), options(may_unwind)) };
    match (a, b as u32, c, boxed, called, jump(opaque(0)), jump(opaque(1))) {
        (42, 3, 8, 0xffff_3c00, 7, 5, 6) => 0,
        _ => 1,
    }
}
