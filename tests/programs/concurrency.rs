// Threads, channels, locks, atomics, thread-locals, async.
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicPtr, Ordering, fence};
use std::sync::{Arc, Mutex, OnceLock, RwLock, mpsc};
use std::task::{Context, Poll, Waker};
struct Yield(u8);
impl Future for Yield { type Output = u8; fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u8> {
    if self.0 == 0 { Poll::Ready(9) } else { self.0 -= 1; cx.waker().wake_by_ref(); Poll::Pending } } }
async fn add(a: u8) -> u8 { let s = String::from("live"); let x = Yield(a).await; x + s.len() as u8 + a }
async fn all() -> Vec<u8> { let mut v = vec![]; for i in 0..4 { v.push(add(i).await); } v }
fn main() {
    let total = Arc::new(AtomicI64::new(0));
    let lock = Arc::new(Mutex::new(vec![]));
    let (tx, rx) = mpsc::channel();
    std::thread::scope(|s| { for i in 0..8i64 { let (t, l, tx) = (total.clone(), lock.clone(), tx.clone());
        s.spawn(move || { for k in 0..1000 { t.fetch_add(k * i, Ordering::Relaxed); } l.lock().unwrap().push(i); tx.send(i * i).unwrap(); }); } });
    drop(tx);
    fence(Ordering::SeqCst);
    let mut v = lock.lock().unwrap().clone(); v.sort();
    println!("{} {:?} {}", total.load(Ordering::SeqCst), v, rx.iter().sum::<i64>());
    let a = AtomicU8::new(250);
    println!("{} {} {} {} {}", a.fetch_add(10, Ordering::AcqRel), a.fetch_nand(6, Ordering::SeqCst), a.fetch_max(9, Ordering::Relaxed), a.swap(1, Ordering::Acquire), a.load(Ordering::Relaxed));
    println!("{:?} {:?}", a.compare_exchange(1, 2, Ordering::SeqCst, Ordering::Relaxed), a.compare_exchange_weak(1, 2, Ordering::Release, Ordering::Relaxed));
    let mut x = 5; let p = AtomicPtr::new(&mut x); unsafe { *p.load(Ordering::Acquire) += 1 }; println!("{x}");
    static ONCE: OnceLock<String> = OnceLock::new();
    println!("{} {}", ONCE.get_or_init(|| "first".into()), ONCE.get_or_init(|| "second".into()));
    let rw = RwLock::new(1); *rw.write().unwrap() += 1; println!("{}", *rw.read().unwrap());
    let mut cx = Context::from_waker(Waker::noop()); let mut f = pin!(all()); let mut polls = 0;
    let out = loop { polls += 1; if let Poll::Ready(v) = f.as_mut().poll(&mut cx) { break v } };
    println!("{out:?} after {polls}");
}
