//@ target: aarch64-unknown-linux-gnu
//@ run: aarch64-linux-gnu-gcc qemu-aarch64 /usr/aarch64-linux-gnu
//@ asm: fadd
use crate::minicore::*;

extern "C" fn seven() -> u32 {
    7
}

fn jump(x: u32) -> u32 {
    let out: u32;
    unsafe {
        asm!("mov {o:w}, #5", "cbz {x:w}, {zero}", "mov {o:w}, #6", x = in(reg) x, o = out(reg) out,
            zero = label { return out })
    }
    out
}

#[no_mangle]
extern "C-unwind" fn main() -> i32 {
    let (a, b, mut c, half): (u32, f32, u64, f16);
    let byte: u8;
    let narrow: u8;
    unsafe {
        asm!("add {0:w}, {1:w}, #{2}", out(reg) a, in(reg) opaque(40), const 2);
        asm!("fadd {0:s}, {1:s}, {1:s}", out(vreg) b, in(vreg) 1.5_f32);
        c = 1;
        asm!("lsl {0}, {0}, #3", inout(reg) c);
        asm!("fmov {0:s}, {1:w}", out(vreg) half, in(reg) 0x3c00_u32);
        asm!("mov {0:v}.b[0], {1:w}", inout(vreg) 0_u8 => byte, in(reg) 9_u32);
        asm!("mov {0:v}.16b, {1:v}.16b", out(vreg_low16) narrow, in(vreg_low16) 5_u8);
    }
    let bits: u16;
    unsafe { asm!("fmov {0:w}, {1:s}", out(reg) bits, in(vreg) half) };
    let called: u32;
    unsafe { asm!("bl {}", sym seven, out("w0") called, clobber_abi("C"), options(may_unwind)) };
    match (a, b as u32, c, bits, called, jump(opaque(0)), jump(opaque(1)), byte, narrow) {
        (42, 3, 8, 0x3c00, 7, 5, 6, 9, 5) => 0,
        _ => 1,
    }
}
