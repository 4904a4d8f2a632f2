// Maps, sets, sorting, strings and formatting: ordinary use of std.
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet, VecDeque};

fn main() {
    let mut map: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, word) in "the quick brown fox jumps over the lazy dog the end".split(' ').enumerate() {
        map.entry(word.to_owned()).or_default().push(index);
    }
    let sorted: BTreeMap<_, _> = map.iter().collect();
    println!("{sorted:?}");
    let set: HashSet<u64> = (0..1000).map(|x| x * x % 97).collect();
    let mut values: Vec<_> = set.into_iter().collect();
    values.sort_unstable_by(|a, b| b.cmp(a));
    println!("{} {:?}", values.len(), &values[..5]);
    let mut heap: BinaryHeap<_> = values.iter().map(|v| v ^ 21).collect();
    let drained: Vec<_> = std::iter::from_fn(|| heap.pop()).take(6).collect();
    println!("{drained:?}");
    let mut deque: VecDeque<_> = (0..10).collect();
    deque.rotate_left(3);
    deque.extend(drained.iter().map(|&v| v as i32));
    println!("{deque:?} {:?}", deque.iter().rev().step_by(3).collect::<Vec<_>>());
    let text: String = "hé✓llo".chars().rev().collect();
    println!("{text} {} {:?} {:>8.3}|{:<+7}|{:^#12x}|{:e}", text.len(), text.char_indices().nth(2), 3.14159, 42, 255, 1234.5f64);
    println!("{:?} {:?}", "1,2,x".split(',').map(str::parse::<i32>).collect::<Vec<_>>().len(), "12345678901234567890123456789".parse::<u128>());
}
