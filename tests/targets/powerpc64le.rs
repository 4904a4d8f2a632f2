//@ target: powerpc64le-unknown-linux-gnu
//@ run: powerpc64le-linux-gnu-gcc qemu-ppc64le /usr/powerpc64le-linux-gnu
//@ asm: addi
use crate::minicore::*;

extern "C" fn seven() -> u64 {
    7
}

fn jump(x: u32) -> u32 {
    let out: u32;
    unsafe {
        asm!("li {o}, 5", "cmpwi {x}, 0", "beq {zero}", "li {o}, 6", x = in(reg) x, o = out(reg) out,
            zero = label { return out }, out("cr0") _)
    }
    out
}

#[no_mangle]
extern "C-unwind" fn main() -> i32 {
    let (a, b, c): (u32, f64, f64);
    unsafe {
        asm!("addi {0}, {1}, {2}", out(reg) a, in(reg_nonzero) opaque(40), const 2);
        asm!("fadd {0}, {1}, {1}", out(freg) b, in(freg) 1.5_f64);
        asm!("xsadddp {0}, {1}, {1}", out(vsreg) c, in(vsreg) 2.0_f64);
    }
    let called: u64;
    unsafe {
        asm!("bl {}", "nop", sym seven, out("r3") called, clobber_abi("C"), out("lr") _, options(may_unwind))
    };
    match (a, b as u32, c as u32, called, jump(opaque(0)), jump(opaque(1))) {
        (42, 3, 4, 7, 5, 6) => 0,
        _ => 1,
    }
}
