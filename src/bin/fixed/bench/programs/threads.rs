//! Work shared by two threads: channels, a mutex, atomics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let rounds = rounds() * 20;
    let (sum, last) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let (send, receive) = mpsc::sync_channel::<Vec<u64>>(64);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for batch in receive {
                sum.fetch_add(
                    batch.iter().map(|n| n.count_ones() as u64 * (n % 1009)).sum(),
                    Ordering::Relaxed,
                );
                last.lock().expect("nobody panics").push(batch.len());
            }
        });
        let send = send;
        for round in 0..rounds {
            for start in 0..200_u64 {
                let batch = (start * 1000 + round..start * 1000 + 1000).collect();
                send.send(batch).expect("the other thread receives");
            }
        }
    });
    let batches = last.lock().expect("nobody panics").len();
    println!("{} {batches}", sum.load(Ordering::Relaxed));
}
