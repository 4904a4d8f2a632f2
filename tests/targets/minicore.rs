//! As much of `core` as asm needs, for targets that have none ready-made.
#![allow(dead_code)]

#[lang = "pointee_sized"]
pub trait PointeeSized {}
#[lang = "meta_sized"]
pub trait MetaSized: PointeeSized {}
#[lang = "sized"]
pub trait Sized: MetaSized {}
#[lang = "copy"]
pub trait Copy {}
#[lang = "sync"]
pub trait Sync {}

macro_rules! implement {
    ($($name:ty)*) => { $(impl Copy for $name {} impl Sync for $name {})* };
}
implement! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize f16 f32 f64 bool char }
impl<T: PointeeSized> Copy for *const T {}
impl<T: PointeeSized> Copy for *mut T {}

#[rustc_builtin_macro]
pub macro asm("assembly template", $(operands,)* $(options($(option),*))?) {
    /* built into the compiler */
}
#[rustc_builtin_macro]
pub macro global_asm("assembly template", $(operands,)* $(options($(option),*))?) {
    /* built into the compiler */
}

/// Keeps a value from being known.
#[inline(never)]
pub fn opaque(x: u32) -> u32 {
    x
}

/// Where control goes that would unwind out of a function that cannot.
#[lang = "panic_cannot_unwind"]
fn panic_cannot_unwind() -> ! {
    loop {}
}

/// What rustc puts in the place of the drop of a type; here, nothing is dropped.
#[lang = "drop_glue"]
unsafe fn drop_glue<T: PointeeSized>(_: &mut T) {}

#[lang = "eh_personality"]
fn eh_personality() {}
