// Enums with niches, packed and aligned structs, unions, trait objects, slices, zero-sized types.
use std::mem::{align_of, size_of, size_of_val, transmute, MaybeUninit};
#[derive(Debug, Clone, Copy, PartialEq)] #[repr(C, packed)] struct Packed(u8, u32, u16);
#[derive(Debug, Clone)] #[repr(align(64))] struct Aligned(u8);
#[derive(Debug, Clone, PartialEq)] enum Deep { A(bool), B(Option<Box<Deep>>), C { x: char, y: [u16; 3] }, D }
union Bits { f: f32, u: u32 }
trait Shape { fn area(&self) -> f64; fn name(&self) -> String { "shape".into() } }
struct Sq(f64); struct Ci(f64); struct Nothing;
impl Shape for Sq { fn area(&self) -> f64 { self.0 * self.0 } fn name(&self) -> String { "square".into() } }
impl Shape for Ci { fn area(&self) -> f64 { 3.0 * self.0 * self.0 } }
impl Shape for Nothing { fn area(&self) -> f64 { 0.0 } }
trait Sub: Shape + std::fmt::Debug {}
impl std::fmt::Debug for Sq { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, "Sq({})", self.0) } }
impl Sub for Sq {}
struct Unsized<T: ?Sized> { head: u8, tail: T }
static mut COUNTER: u64 = 3;
static TABLE: [&(dyn Fn(i32) -> i32 + Sync); 3] = [&|x| x + 1, &|x| x * 2, &|x| -x];
static BIG: [u8; 1 << 16] = [0; 1 << 16];
fn main() {
    let p = Packed(1, 0x01020304, 9);
    println!("{:?} {} {}", p, size_of::<Packed>(), { p.1 });
    let a = vec![Aligned(1), Aligned(2)];
    println!("{} {} {}", align_of::<Aligned>(), size_of_val(&a[..]), (&raw const a[1] as usize) % 64);
    let d = Deep::B(Some(Box::new(Deep::C { x: '✓', y: [1, 2, 3] })));
    println!("{:?} {} {} {:?}", d, size_of::<Deep>(), size_of::<Option<Option<bool>>>(), [Deep::A(true), Deep::D, d.clone()]);
    println!("{:#x} {:?}", unsafe { Bits { f: 1.5 }.u }, unsafe { transmute::<[u8; 4], u32>([1, 2, 3, 4]) });
    let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Sq(2.0)), Box::new(Ci(1.0)), Box::new(Nothing)];
    for s in &shapes { println!("{} {} {}", s.name(), s.area(), size_of_val(&**s)); }
    let sub: &dyn Sub = &Sq(3.0);
    let up: &dyn Shape = sub;
    println!("{:?} {}", sub, up.area());
    let u: &Unsized<[u16]> = &Unsized { head: 1, tail: [1u16, 2, 3] };
    println!("{} {} {:?}", size_of_val(u), u.head, &u.tail);
    unsafe { COUNTER += TABLE.iter().fold(5, |x, f| f(x)) as u64 as u64; }
    println!("{} {}", unsafe { *(&raw const COUNTER) }, BIG.iter().map(|&b| b as u32).sum::<u32>());
    let mut m: [MaybeUninit<String>; 2] = [const { MaybeUninit::uninit() }; 2];
    m[1].write("init".into());
    println!("{}", unsafe { m[1].assume_init_mut() });
    let z = [(); 1000]; println!("{}", z.iter().count());
    println!("{:?}", [[0xabu8; 3]; 2]); println!("{:?}", [7u64; 40].iter().sum::<u64>());
}
