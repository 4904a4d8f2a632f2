// Every shape of type, as a local variable.
//@ gdb: start
//@ gdb: continue
//@ gdb: info args
//@ gdb: bt
//@ gdb: up
//@ gdb: info locals
//@ gdb: continue
//@ gdb: info locals
//@ gdb: ptype dog
//@ gdb: ptype t
//@ gdb: ptype o
//@ gdb: ptype node
//@ gdb: ptype fut
//@ gdb: ptype types::zoo::Dog
//@ gdb: print *node.next
//@ gdb: print node.value
//@ gdb: print arr[1]
//@ gdb: print types::COUNT
//@ gdb: print types::TABLE
//@ gdb: print PUBLIC
//@ gdb: whatis w
//@ gdb: info line
//@ gdb: info types Tagged
//@ gdb: info functions types::generic
//@ gdb: info scope types::args
//@ expect: c = types::CLike::B
//@ expect: secret
//@ expect: b = "b"
#![allow(dead_code)]
#![feature(
    extern_types,
    never_type,
    repr_simd,
    portable_simd,
    f16,
    f128,
    unsafe_binders,
    core_intrinsics,
    coroutines,
    coroutine_trait,
    stmt_expr_attributes
)]
#![allow(incomplete_features)]
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;
mod zoo {
    pub trait Animal {
        fn legs(&self) -> u32 {
            4
        }
        fn name(&self) -> String;
    }
    pub trait Named: Animal {
        fn full(&self) -> String;
    }
    pub struct Dog {
        pub age: u8,
        pub(crate) name: String,
        secret: u64,
    }
    impl Dog {
        pub fn new(age: u8) -> Self {
            Dog {
                age,
                name: "Rex".into(),
                secret: 7,
            }
        }
        #[track_caller]
        pub fn bark<T: Copy>(&self, t: T) -> T {
            std::hint::black_box(t)
        }
        const K: u8 = 3;
    }
    impl Animal for Dog {
        fn name(&self) -> String {
            self.name.clone()
        }
    }
    impl Named for Dog {
        fn full(&self) -> String {
            format!("{} {}", self.name, self.secret)
        }
    }
}
use zoo::*;
unsafe extern "C" {
    type Opaque;
}
#[derive(Clone, Copy, Debug)]
enum CLike {
    A = -3,
    B = 5,
    C = 100,
}
#[repr(u16)]
#[derive(Clone, Copy)]
enum CLikeU16 {
    X = 1,
    Y = 65535,
}
#[repr(i128)]
#[derive(Clone, Copy)]
enum Wide {
    Low = i128::MIN,
    High = i128::MAX,
}
#[repr(u128)]
enum WideFields {
    One(u8) = 1,
    Big { x: u64 } = u128::MAX,
}
enum Tagged<T> {
    Unit,
    Tuple(T, u8),
    Named { x: T, y: [u16; 3] },
}
#[repr(u8)]
enum ReprU8 {
    A(u32),
    B { z: u8 },
}
#[repr(C)]
enum ReprC {
    A(u32),
    B { z: u8 },
}
enum Single {
    Only(u32, u8),
}
enum SingleUnit {
    Only,
}
enum Empty {}
enum Uninhabited {
    Yes(u32),
    No(Empty),
    Maybe { e: Empty, x: u8 },
}
enum MultiNiche {
    A(bool, u32),
    B,
    C,
    D(u32),
}
enum Niche<'a> {
    Str(&'a str),
    None,
    Other,
}
struct Point {
    x: i32,
    y: i32,
}
struct Tuple(u8, u16);
struct Unit;
struct Gen<T, const N: usize> {
    data: [T; N],
}
#[repr(packed)]
struct Packed {
    a: u8,
    b: u32,
}
#[repr(align(32))]
struct Aligned(u8);
union U {
    i: u32,
    f: f32,
    p: *const u8,
}
struct Node {
    next: Option<Box<Node>>,
    parent: *const Node,
    value: u32,
}
enum List<T> {
    Nil,
    Cons(T, Box<List<T>>),
}
enum Grow<T> {
    End(T),
    More(*const Grow<Option<T>>),
}
struct Tail {
    len: u32,
    body: [u8],
}
struct DynTail {
    len: u32,
    body: dyn Debug,
}
#[repr(simd)]
#[derive(Clone, Copy)]
struct V4([f32; 4]);
static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(3);
static mut TABLE: [u16; 4] = [1, 2, 3, 4];
#[unsafe(no_mangle)]
pub static PUBLIC: u8 = 9;
thread_local! { static LOCAL: u32 = const { 4 }; }
fn again(n: u32) -> impl Copy {
    if n > 0 {
        again(n - 1);
    }
    again
}
fn rec() -> impl Copy {
    rec
}
async fn pause(x: u32) -> u32 {
    x + 1
}
async fn greet(name: String) -> usize {
    let loud = true;
    let n = pause(3).await;
    let m = {
        let z = [n; 2];
        pause(z[1]).await
    };
    name.len() + loud as usize + m as usize
}
#[inline(never)]
fn args(
    a: u8,
    b: &str,
    c: [u64; 3],
    d: (u8, u16),
    e: Option<u32>,
    f: &[i32],
    g: Box<dyn Animal>,
    h: Point,
    _: u8,
    i: (),
) -> u64 {
    std::hint::black_box((&a, b, &c, &d, &e, f, &g, &h, &i)); // #break
    c[0] + h.x as u64 + h.y as u64
}
fn generic<T: Debug, const N: usize>(t: [T; N]) -> usize {
    let s = format!("{t:?}");
    s.len()
}
// Not in `main`: gdb 13 aborts when it shows an enum with fields and a tag of 128 bits.
fn wide() -> bool {
    let wf = WideFields::Big { x: 4 };
    let wf2 = WideFields::One(1);
    std::hint::black_box((&wf, &wf2));
    true
}

fn main() {
    let never: fn() -> ! = || std::process::exit(0);
    let scalars = (
        true,
        'x',
        1i8,
        2u16,
        3i32,
        4u64,
        5i128,
        6u128,
        7isize,
        8usize,
        1.5f32,
        2.5f64,
        (),
    );
    let halves = (1.5f16, 2.5f128);
    let arr = [[1u8; 3]; 2];
    let slice: &[[u8; 3]] = &arr;
    let s = "text";
    let st = String::from("owned");
    let opaque: *const Opaque = std::ptr::null();
    let (c, cu, w) = (CLike::B, CLikeU16::Y, Wide::Low);
    // Not in an array: gdb 13 takes the variant of the first element for that of all of them, and may abort.
    let t: (Tagged<u32>, Tagged<u32>, Tagged<u32>) = (
        Tagged::Unit,
        Tagged::Tuple(1, 2),
        Tagged::Named { x: 3, y: [4; 3] },
    );
    let r = (ReprU8::A(1), ReprU8::B { z: 2 }, ReprC::A(3), ReprC::B { z: 4 });
    let single = (Single::Only(1, 2), SingleUnit::Only);
    let un = Uninhabited::Yes(3);
    let empty: Option<&Empty> = None;
    let mn = (
        MultiNiche::A(true, 3),
        MultiNiche::B,
        MultiNiche::C,
        MultiNiche::D(4),
    );
    let ni = (Niche::Str("x"), Niche::None, Niche::Other);
    let o = (
        Some(&3u8),
        None::<&u8>,
        Some(Some(false)),
        Some(Box::new(4u16)),
        None::<String>,
        Ok::<u8, String>(3),
    );
    let p = Point { x: 1, y: -1 };
    let tu = Tuple(1, 2);
    let unit = Unit;
    let g = Gen::<u8, 3> { data: [1, 2, 3] };
    let packed = Packed { a: 1, b: 2 };
    let al = Aligned(4);
    // Through its widest field: what a narrower one leaves out is whatever was on the stack.
    let u = U {
        p: std::ptr::without_provenance(7),
    };
    let node = Node {
        next: Some(Box::new(Node {
            next: None,
            parent: std::ptr::null(),
            value: 2,
        })),
        parent: std::ptr::null(),
        value: 1,
    };
    let list = List::Cons(1u8, Box::new(List::Nil));
    let grow = Grow::End(3u8);
    let tail: *const Tail = std::ptr::slice_from_raw_parts(std::ptr::null::<u8>(), 0) as *const Tail;
    let v4 = V4([1.0; 4]);
    let dog: Box<dyn Animal> = Box::new(Dog::new(3));
    let named: &dyn Named = &Dog::new(4);
    let send: &(dyn Debug + Send) = &5u8;
    let rc = Rc::new(5u8);
    let arc: Arc<[u8]> = Arc::from([1u8, 2]);
    let f: fn(u8) -> bool = |x| x > 3;
    let fp: extern "C" fn(*const u8) = {
        extern "C" fn q(_: *const u8) {}
        q
    };
    let mut n = 3;
    let mut inc = |by: u32| {
        n += by;
        n
    };
    inc(2);
    let moved = {
        let st2 = st.clone();
        let pp = Point { x: 3, y: 4 };
        move || st2.len() + pp.x as usize
    };
    let fut = greet("me".into());
    let blk = async { pause(4).await };
    let it = #[coroutine]
    || {
        yield 1;
        let q = 4u8;
        yield 2;
        q
    };
    let ag = again(1);
    let rr = rec();
    let ac = async |x: u32| x + scalars.2 as u32;
    let vtd: Vec<Box<dyn FnMut(u32) -> u32>> = vec![Box::new(|x| x)];
    let sum = args(
        1,
        "b",
        [1, 2, 3],
        (4, 5),
        Some(6),
        &[7],
        Box::new(Dog::new(1)),
        Point { x: 1, y: 2 },
        0,
        (),
    );
    let shadow = 1u8;
    {
        let shadow = shadow as u16 + 1;
        let shadow = shadow as u32 + 1;
        std::hint::black_box(shadow);
    }
    let l = LOCAL.with(|l| *l);
    std::hint::black_box((
        &never,
        &scalars,
        &halves,
        &arr,
        slice,
        s,
        &st,
        opaque,
        c,
        cu,
        w,
        wide(),
        &t,
    ));
    std::hint::black_box((
        &r,
        &single,
        &un,
        empty,
        &mn,
        &ni,
        &o,
        &p,
        &tu,
        &unit,
        &g,
        &packed as *const _,
        &al,
        &u,
        &node,
        &list,
    ));
    std::hint::black_box((
        &grow, tail, &v4, &dog, named, send, &rc, &arc, f, fp, &moved, &fut, &blk, &it, &ag, &rr,
    ));
    std::hint::black_box((&ac, &vtd, sum, shadow, l, &COUNT, &raw const TABLE, &PUBLIC));
    println!(
        "{} {} {}",
        named.full(),
        generic([1u8, 2]),
        Dog::new(3).bark(4u16)
    ); // #break
    let _ = moved();
}
