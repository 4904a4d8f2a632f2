// Discriminants below zero and beyond 64 bits, as constants, at run time, in coroutines and in niches.
use std::future::{Future, ready};
use std::hint::black_box as bb;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
enum Errno {
    Again = -11,
    Perm = -1,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Sign {
    Neg = -1,
    Zero = 0,
}

#[repr(i16)]
#[derive(Clone, Copy, PartialEq, Debug)]
enum Short {
    Low = i16::MIN,
    Minus = -2,
    High = i16::MAX,
}

#[repr(i128)]
#[derive(Clone, Copy, PartialEq, Debug)]
enum Wide {
    Low = i128::MIN,
    Minus = -1,
    High = i128::MAX,
}

async fn read(n: usize) -> Result<usize, Errno> {
    ready(()).await;
    match n {
        0 => Err(Errno::Perm),
        1..4 => Ok(n),
        _ => Err(Errno::Again),
    }
}

async fn sign(neg: bool) -> Sign {
    ready(()).await;
    if neg { Sign::Neg } else { Sign::Zero }
}

fn block<F: Future>(future: F) -> F::Output {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
    }
}

fn short(x: i32) -> Option<Short> {
    match x {
        0 => Some(Short::Low),
        1 => Some(Short::Minus),
        2 => Some(Short::High),
        _ => None,
    }
}

fn wide(x: i32) -> Option<Option<Wide>> {
    match x {
        0 => Some(Some(Wide::Low)),
        1 => Some(Some(Wide::Minus)),
        2 => Some(Some(Wide::High)),
        3 => Some(None),
        _ => None,
    }
}

fn main() {
    for n in [0, 2, 9] {
        let result = block(read(bb(n)));
        let what = match result {
            Err(errno) if errno == Errno::Again => "retry",
            Err(_) => "fail",
            Ok(_) => "ok",
        };
        println!("{result:?} {} {what}", result == Err(Errno::Again));
    }
    for neg in [true, false] {
        let sign = block(sign(bb(neg)));
        println!("{sign:?} {} {}", sign == Sign::Neg, sign as i64);
    }
    for x in 0..5 {
        let (short, wide) = (short(bb(x)), wide(bb(x)));
        println!("{short:?} {:?} {}", short.map(|short| short as i16), short == Some(Short::Minus));
        println!("{wide:?} {:?} {}", wide.flatten().map(|wide| wide as i128), wide == Some(Some(Wide::Low)));
    }
}
