// Calling conventions and how values of every shape are passed and returned by them.
use std::hint::black_box as bb;
use std::panic::Location;

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Small(u8, u16);
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct TwoFloats(f32, f32);
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct FloatAndInt(f64, u32);
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Large([u64; 5]);
#[derive(Clone, Copy)]
#[repr(C)]
union Either {
    int: u64,
    float: f64,
}
impl std::fmt::Debug for Wrapper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
#[repr(transparent)]
#[derive(Clone, Copy)]
struct Wrapper(TwoFloats);

macro_rules! conventions {
    ($($name:ident $abi:literal),*) => {$(
        #[inline(never)]
        extern $abi fn $name(
            a: Small, b: TwoFloats, c: FloatAndInt, d: Large, e: u128, f: &str, g: Option<&u32>, h: Wrapper,
        ) -> (Large, u64) {
            let mut large = d;
            large.0[0] += a.0 as u64 + a.1 as u64 + b.0 as u64 + b.1 as u64 + c.0 as u64 + c.1 as u64;
            large.0[1] = e as u64 + f.len() as u64 + g.copied().unwrap_or(0) as u64 + h.0.1 as u64;
            (large, (e >> 64) as u64)
        }
    )*
    fn call_all() {
        $(println!("{} {:?}", $abi, $name(
            bb(Small(1, 2)), bb(TwoFloats(3.0, 4.0)), bb(FloatAndInt(5.0, 6)), bb(Large([1, 2, 3, 4, 5])),
            bb(1 << 65), bb("text"), bb(Some(&8)), bb(Wrapper(TwoFloats(0.5, 2.0))),
        ));)*
    }};
}
conventions! { rust "Rust", c "C", unwinding "C-unwind", system "system", sysv "sysv64", win "win64", efi "efiapi" }

macro_rules! results {
    ($($name:ident: $ty:ty = $value:expr;)*) => {
        $(#[inline(never)] extern "C" fn $name(x: $ty) -> $ty { bb(x) })*
        fn results() { $(println!("{:?}", $name(bb($value)));)* }
    };
}
results! {
    small: Small = Small(9, 8);
    floats: TwoFloats = TwoFloats(1.5, 2.5);
    mixed: FloatAndInt = FloatAndInt(2.5, 3);
    large: Large = Large([7; 5]);
    wide: i128 = -7;
    byte: i8 = -3;
    boolean: bool = true;
    unit: () = ();
    array: Wrapper = Wrapper(TwoFloats(6.0, 7.0));
}

#[track_caller]
fn where_from() -> u32 {
    Location::caller().line()
}

fn through_pointer(f: fn() -> u32) -> bool {
    f() > 0
}

fn unsized_arg(x: Box<dyn FnOnce(u32) -> String>) -> String {
    x(3)
}

fn main() {
    call_all();
    results();
    println!("{} {}", where_from(), through_pointer(where_from));
    let text = String::from("called with ");
    println!("{}", unsized_arg(Box::new(move |n| text + &n.to_string())));
    let union = bb(Either { float: 1.0 });
    println!("{:x}", unsafe { union.int });
}
