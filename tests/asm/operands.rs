//@ stdout: 42 43 44
//@ stdout: 10 20
//@ stdout: 257 1
//@ stdout: 7 -1
//@ stdout: 5
//@ stdout: 99
//@ stdout: 3 4
//@ stdout: 256 512 768 1024 5 6
//@ stdout: $ {} 8
//@ since: 1.88
// Operand kinds: in, out, inout, late, split types, const, sym, discarded, byte registers, text.
use std::arch::asm;

static TABLE: [u32; 3] = [3, 4, 5];
extern "C" fn add_two(x: u64) -> u64 {
    x + 2
}

fn main() {
    unsafe {
        let (a, mut b, c): (u64, u64, u64);
        b = 42;
        asm!("lea {0}, [{1} + 0]", "inc {1}", "lea {2}, [{1} + 1]", out(reg) a, inout(reg) b, lateout(reg) c);
        println!("{a} {b} {c}");

        let (low, high): (u32, u32);
        asm!("mov eax, 10", "mov edx, 20", out("eax") low, out("edx") high);
        println!("{low} {high}");

        let mut word = 1_u16;
        let byte: u8;
        asm!("mov {0:h}, {0:l}", "mov {1}, {0:l}", inout(reg_abcd) word, out(reg_byte) byte);
        println!("{word} {byte}");

        let signed: i64;
        let narrow: i32;
        asm!("mov {0}, {2}", "mov {1:e}, {3}", out(reg) signed, out(reg) narrow, const 7, const -1_i32);
        println!("{signed} {narrow}");

        let split: u64;
        asm!("neg {0}", inlateout(reg) -5_i64 => split);
        println!("{split}");

        let result: u64;
        asm!("call {}", sym add_two, in("rdi") 97_u64, lateout("rax") result, clobber_abi("sysv64"));
        println!("{result}");

        let (first, second): (u32, u32);
        asm!("lea {2}, [rip + {3}]", "mov {0:e}, [{2}]", "mov {1:e}, [{2} + 4]", out(reg) first,
            out(reg) second, out(reg) _, sym TABLE, options(readonly, nostack, pure));
        println!("{first} {second}");

        // As many with a high byte as there are, behind others that could have taken their registers.
        let (e, f): (u64, u64);
        let (mut a, mut b, mut c, mut d) = (0_u32, 0_u32, 0_u32, 0_u32);
        asm!("mov {4}, 5", "mov {5}, 6", "mov {0:h}, 1", "mov {1:h}, 2", "mov {2:h}, 3", "mov {3:h}, 4",
            inout(reg_abcd) a, inout(reg_abcd) b, inout(reg_abcd) c, inout(reg_abcd) d, out(reg) e, out(reg) f);
        println!("{a} {b} {c} {d} {e} {f}");

        let eight: u64;
        asm!("# $ {{}}", "mov {}, 8", out(reg) eight);
        println!("$ {{}} {eight}");
    }
}
