//@ stdout: caught true
//@ since: 1.88
// rust-lang/rust#161490: a may_unwind asm with nothing to clean up, in a function that has a landing pad.
#![feature(asm_unwind)]
use std::arch::asm;

struct PrintOnDrop;
impl Drop for PrintOnDrop {
    fn drop(&mut self) {
        println!("dropped");
    }
}

extern "C-unwind" fn thrower() {
    std::panic::resume_unwind(Box::new(()));
}

#[inline(never)]
fn bar() {
    println!("bar");
}

#[inline(never)]
fn example() {
    unsafe { asm!("call {}", sym thrower, clobber_abi("C"), options(may_unwind)) };
    let _guard = PrintOnDrop;
    bar();
}

fn main() {
    println!("caught {}", std::panic::catch_unwind(example).is_err());
}
