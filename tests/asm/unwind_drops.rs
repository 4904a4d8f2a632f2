//@ stdout: 1
//@ stdout: drop b
//@ stdout: drop a
//@ stdout: caught true
//@ since: 1.88
// Unwinding out of an asm runs the destructors of what is live, in order.
#![feature(asm_unwind)]
use std::arch::asm;

struct Named(&'static str);
impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

extern "C-unwind" fn maybe(x: u64) -> u64 {
    if x == 2 {
        std::panic::resume_unwind(Box::new(()));
    }
    x
}

fn call(x: u64) -> u64 {
    let result: u64;
    unsafe {
        asm!("call {f}", f = sym maybe, in("rdi") x, lateout("rax") result, clobber_abi("C"),
            options(may_unwind))
    };
    result
}

fn main() {
    let caught = std::panic::catch_unwind(|| {
        let _a = Named("a");
        println!("{}", call(1));
        let _b = Named("b");
        println!("{}", call(2));
    });
    println!("caught {}", caught.is_err());
}
