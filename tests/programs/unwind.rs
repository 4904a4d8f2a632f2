// Panics: what is dropped, what is caught, what goes on.
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) }; }
struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        DEPTH.with(|d| d.set(d.get() + 1));
        println!("drop {} panicking={}", self.0, std::thread::panicking());
    }
}
#[inline(never)]
fn nested(depth: u32) -> u32 {
    let _guard = Loud("nested");
    if depth == 0 { std::hint::black_box(Option::<u32>::None).expect("bottom") } else { nested(depth - 1) + 1 }
}
extern "C-unwind" fn through_c(f: extern "C-unwind" fn()) { let _g = Loud("c"); f() }
extern "C-unwind" fn thrower() { let _g = Loud("thrower"); panic!("through C") }

fn main() {
    std::panic::set_hook(Box::new(|info| println!("hook: {}", info)));
    if cfg!(panic = "abort") { println!("no unwinding here"); return; }
    println!("{}", catch_unwind(|| nested(3)).is_err());
    println!("{}", catch_unwind(|| through_c(thrower)).is_err());
    let index = std::hint::black_box(7);
    println!("{:?}", catch_unwind(|| [1, 2, 3][index]).is_err());
    let r = catch_unwind(AssertUnwindSafe(|| {
        let _a = Loud("a");
        let r = catch_unwind(|| { let _b = Loud("b"); resume_unwind(Box::new(5u8)) });
        resume_unwind(r.map(|()| ()).unwrap_err());
    }));
    println!("{:?} depth {}", r.unwrap_err().downcast_ref::<u8>(), DEPTH.with(Cell::get));
    let t = std::thread::spawn(|| { let _l = Loud("thread"); nested(1); });
    println!("{}", t.join().is_err());
}
