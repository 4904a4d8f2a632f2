//@ stdout: 11 22 33 44
//@ stdout: 1.5 2.5
//@ stdout: 4
//@ stdout: 3c00
//@ stdout: 3
//@ stdout: 7ffc
//@ since: 1.88
// Types in vector registers, and clobbers of the x87 stack.
#![feature(f16, f128)]
use std::arch::asm;
use std::arch::x86_64::*;

fn main() {
    unsafe {
        let (a, b) = (_mm_set_epi32(4, 3, 2, 1), _mm_set_epi32(40, 30, 20, 10));
        let sum: __m128i;
        asm!("movdqa {0}, {1}", "paddd {0}, {2}", out(xmm_reg) sum, in(xmm_reg) a, in(xmm_reg) b);
        let lanes: [i32; 4] = std::mem::transmute(sum);
        println!("{} {} {} {}", lanes[0], lanes[1], lanes[2], lanes[3]);

        let (mut x, mut y) = (1.0_f32, 2.0_f64);
        asm!("addss {0}, {2}", "addsd {1}, {3}", inout(xmm_reg) x, inout(xmm_reg) y, in(xmm_reg) 0.5_f32,
            in(xmm_reg) 0.5_f64);
        println!("{x} {y}");

        let mut n = 1_i32;
        asm!("paddd {0}, {0}", "paddd {0}, {0}", inout(xmm_reg) n);
        println!("{n}");

        let mut half = f16::from_bits(0x3c01);
        asm!("movd {1:e}, {0}", "dec {1:e}", "movd {0}, {1:e}", inout(xmm_reg) half, out(reg) _);
        println!("{:x}", half.to_bits());

        let pi: u64;
        asm!("fldpi", "fisttp qword ptr [rsp - 8]", "mov {}, [rsp - 8]", out(reg) pi, out("st(0)") _,
            out("st(1)") _, out("mm3") _, options(nostack));
        println!("{pi}");

        let mut quad = 1.0_f128;
        asm!("pcmpeqd {0}, {0}", "psllq {0}, 51", "psrlq {0}, 1", inout(xmm_reg) quad);
        println!("{:x}", (quad.to_bits() as u64) >> 48);
    }
}
