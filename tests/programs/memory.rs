// Loads and stores: volatile, unaligned, non-temporal, copies that overlap, atomics of every width and order.
#![feature(core_intrinsics)]
#![allow(internal_features)]
use std::sync::atomic::*;

#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
struct Packed {
    a: u8,
    b: u64,
    c: u16,
}

fn main() {
    let mut volatile = 5_u32;
    unsafe {
        (&raw mut volatile).write_volatile(6);
        println!("{}", (&raw const volatile).read_volatile());
        let mut packed = Packed { a: 1, b: 2, c: 3 };
        (&raw mut packed.b).write_unaligned(0x0102_0304_0506_0708);
        println!("{packed:?} {}", size_of::<Packed>());
        let mut streamed = [0_u64; 4];
        std::intrinsics::nontemporal_store(&raw mut streamed[2], 77);
        fence(Ordering::SeqCst);
        println!("{streamed:?}");
    }
    let mut list: Vec<u32> = (0..10).collect();
    list.copy_within(0..8, 2);
    println!("{list:?}");
    list.fill(4);
    list[3..6].copy_from_slice(&[1, 2, 3]);
    println!("{list:?} {:?}", [1_u8; 300].iter().map(|&x| x as u32).sum::<u32>());

    macro_rules! exercise {
        ($($atomic:ty, $type:ty;)*) => {$({
            let cell = <$atomic>::new(5);
            let all = [
                cell.swap(9, Ordering::AcqRel),
                cell.fetch_add(3, Ordering::Relaxed),
                cell.fetch_sub(1, Ordering::Acquire),
                cell.fetch_and(!1, Ordering::Release),
                cell.fetch_or(32, Ordering::SeqCst),
                cell.fetch_xor(7, Ordering::Relaxed),
                cell.fetch_nand(3, Ordering::Relaxed),
                cell.fetch_max(100, Ordering::Relaxed),
                cell.fetch_min(2, Ordering::Relaxed),
                cell.load(Ordering::Acquire),
            ];
            let exchanged = cell.compare_exchange(2, 11, Ordering::AcqRel, Ordering::Acquire);
            let failed = cell.compare_exchange_weak(2, 12, Ordering::SeqCst, Ordering::Relaxed);
            cell.store(1, Ordering::Release);
            println!("{all:?} {:?} {:?} {}", exchanged, failed.is_err(), cell.into_inner());
        })*};
    }
    exercise! { AtomicU8, u8; AtomicI16, i16; AtomicU32, u32; AtomicI64, i64; AtomicUsize, usize; }
    let pointer = AtomicPtr::new(&raw mut volatile);
    println!("{}", unsafe { *pointer.load(Ordering::Acquire) });
    compiler_fence(Ordering::SeqCst);
    let flag = AtomicBool::new(true);
    println!("{} {}", flag.fetch_and(false, Ordering::AcqRel), flag.fetch_not(Ordering::Relaxed));
}
