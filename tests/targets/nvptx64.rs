//@ target: nvptx64-nvidia-cuda
//@ flags: -Ctarget-cpu=sm_70
//@ asm: add.u32
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32, f: f32) -> u32 {
    let (a, b): (u32, f32);
    unsafe {
        asm!("add.u32 {0}, {1}, 2;", out(reg32) a, in(reg32) x);
        asm!("mov.b32 {0}, {1};", out(reg32) b, in(reg32) f);
    }
    a
}
