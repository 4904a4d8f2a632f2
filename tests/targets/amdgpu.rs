//@ target: amdgcn-amd-amdhsa
//@ flags: -Ctarget-cpu=gfx90a
//@ asm: v_add_u32
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("v_add_u32 {0}, {1}, 2", out(vgpr32) a, in(vgpr32) x) };
    a
}
