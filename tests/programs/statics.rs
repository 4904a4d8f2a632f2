// Statics: relocations, alignment, sections, thread-locals, weak and external ones, mutable ones, vtables.
#![feature(linkage)]
use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBERS: [u32; 4] = [1, 2, 3, 4];
static POINTERS: [&[u32]; 2] = [&NUMBERS, &[9, 8]];
static NESTED: &[(&str, fn(u32) -> u32)] = &[("double", double), ("square", square)];
static COUNTER: AtomicU32 = AtomicU32::new(40);
static mut BUFFER: [u8; 4096] = [0; 4096];
#[repr(align(256))]
struct Aligned(u8);
static ALIGNED: Aligned = Aligned(7);
#[used]
#[unsafe(link_section = ".fixed_test")]
static IN_SECTION: u64 = 0x1122_3344;
static SHAPE: &(dyn Fn() -> u32 + Sync) = &|| 12;
#[unsafe(no_mangle)]
#[linkage = "weak"]
pub extern "C" fn overridable() -> u32 {
    5
}
unsafe extern "C" {
    #[linkage = "extern_weak"]
    static surely_not_there: Option<unsafe extern "C" fn()>;
    static environ: *const *const std::ffi::c_char;
}
thread_local! {
    static LOCAL: RefCell<Vec<u32>> = RefCell::new(vec![1]);
    static PLAIN: std::cell::Cell<u64> = const { std::cell::Cell::new(3) };
}
const fn fibonacci(n: usize) -> u64 {
    if n < 2 { n as u64 } else { fibonacci(n - 1) + fibonacci(n - 2) }
}
static TABLE: [u64; 20] = {
    let mut table = [0; 20];
    let mut n = 0;
    while n < 20 {
        table[n] = fibonacci(n);
        n += 1;
    }
    table
};

fn double(x: u32) -> u32 {
    x * 2
}

fn square(x: u32) -> u32 {
    x * x
}

fn main() {
    println!("{:?} {}", POINTERS, COUNTER.fetch_add(2, Ordering::SeqCst));
    for (name, function) in NESTED {
        println!("{name} {}", function(COUNTER.load(Ordering::Relaxed)));
    }
    unsafe {
        let buffer = &raw mut BUFFER;
        (*buffer)[100] = 3;
        println!("{} {}", (*buffer).iter().map(|&b| b as u32).sum::<u32>(), size_of_val(&*buffer));
        println!("{} {}", surely_not_there.is_some(), environ.is_null());
    }
    println!("{} {}", &raw const ALIGNED as usize % 256, ALIGNED.0);
    println!("{:x} {} {}", IN_SECTION, SHAPE(), overridable());
    let other = std::thread::spawn(|| {
        LOCAL.with_borrow_mut(|list| list.push(2));
        PLAIN.set(9);
        (LOCAL.with_borrow(Vec::len), PLAIN.get())
    });
    println!("{:?} {:?}", other.join().unwrap(), (LOCAL.with_borrow(Vec::len), PLAIN.get()));
    println!("{:?}", TABLE);
}
