//@ target: s390x-unknown-linux-gnu
//@ run: s390x-linux-gnu-gcc qemu-s390x /usr/s390x-linux-gnu
//@ asm: ahi
use crate::minicore::*;

extern "C" fn seven() -> u64 {
    7
}

fn jump(x: u32) -> u32 {
    let out: u32;
    unsafe {
        asm!("lhi {o}, 5", "chi {x}, 0", "je {zero}", "lhi {o}, 6", x = in(reg) x, o = out(reg) out,
            zero = label { return out })
    }
    out
}

#[no_mangle]
extern "C-unwind" fn main() -> i32 {
    let (mut a, b, c): (u32, f64, u64);
    a = opaque(40);
    unsafe {
        asm!("ahi {0}, {1}", inout(reg) a, const 2);
        asm!("ldr {0}, {1}", "adbr {0}, {1}", out(freg) b, in(freg) 1.5_f64);
        asm!("la {0}, 8({1})", out(reg) c, in(reg_addr) opaque(0) as u64);
    }
    let called: u64;
    unsafe { asm!("brasl %r14, {}", sym seven, out("r2") called, clobber_abi("C"), options(may_unwind)) };
    match (a, b as u32, c, called, jump(opaque(0)), jump(opaque(1))) {
        (42, 3, 8, 7, 5, 6) => 0,
        _ => 1,
    }
}
