// Variadic functions, defined and called: more arguments than there are registers, of every kind.
use std::ffi::{VaList, c_char, c_int};

unsafe extern "C" fn sum_ints(count: usize, mut args: ...) -> i64 {
    (0..count).map(|_| unsafe { args.next_arg::<i32>() } as i64).sum()
}

unsafe extern "C" fn mixed(count: usize, mut args: ...) -> f64 {
    let mut sum = 0.0;
    for n in 0..count {
        sum += match n % 3 {
            0 => unsafe { args.next_arg::<i64>() as f64 },
            1 => unsafe { args.next_arg::<f64>() },
            _ => unsafe { *args.next_arg::<*const u32>() as f64 },
        };
    }
    sum
}

unsafe extern "C" fn through(n: c_int, args: ...) -> i64 {
    unsafe { take(n, args) }
}

unsafe fn take(n: c_int, mut list: VaList<'_>) -> i64 {
    (0..n).map(|_| unsafe { list.next_arg::<u64>() as i64 }).sum()
}

unsafe extern "C" {
    fn snprintf(buffer: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
}

fn main() {
    unsafe {
        println!("{}", sum_ints(10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        let x = 7_u32;
        println!(
            "{}",
            mixed(30, 1_i64, 0.5, &x, 2_i64, 1.5, &x, 3_i64, 2.5, &x, 4_i64, 3.5, &x, 5_i64, 4.5, &x, 6_i64, 5.5,
                &x, 7_i64, 6.5, &x, 8_i64, 7.5, &x, 9_i64, 8.5, &x, 10_i64, 9.5, &x)
        );
        println!("{}", through(8, 1_u64, 2_u64, 3_u64, 4_u64, 5_u64, 6_u64, 7_u64, 8_u64));
        let mut buffer = [0_u8; 64];
        let length = snprintf(buffer.as_mut_ptr().cast(), 64, c"%d %.2f %s %llx".as_ptr(), -3, 2.5, c"x".as_ptr(),
            u64::MAX);
        println!("{}", std::str::from_utf8(&buffer[..length as usize]).unwrap());
    }
}
