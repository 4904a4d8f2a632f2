//@ target: wasm32-unknown-unknown
//@ asm: i32.add
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32, f: f64) -> u32 {
    let (a, b): (u32, f64);
    unsafe {
        asm!("local.get {1}", "i32.const 2", "i32.add", "local.set {0}", out(local) a, in(local) x);
        asm!("local.get {1}", "local.set {0}", out(local) b, in(local) f);
    }
    a
}
