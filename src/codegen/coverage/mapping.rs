//! The bytes of coverage maps, after *LLVM Code Coverage Mapping Format*
//! (<https://llvm.org/docs/CoverageMappingFormat.html>), version 7.
//!
//! All numbers are written as LEB128: seven bits a byte, the lowest first, the high bit set if more follow.

/// `CovMapVersion::Version7`, which LLVM writes as one less.
pub(super) const VERSION: u32 = 6;

/// How often something ran ("Counter").
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Zero,
    /// The value of a counter of the function.
    Counter(u32),
    /// The value of one of the function's sums.
    Sum(u32),
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Subtract,
    Add,
}

/// A count that follows from two others ("Counter Expression").
#[derive(Copy, Clone, Debug)]
pub(super) struct Sum {
    pub(super) left: Count,
    pub(super) operation: Operation,
    pub(super) right: Count,
}

/// What is counted in a region.
#[derive(Copy, Clone, Debug)]
pub(super) enum RegionCount {
    /// How often the code ran.
    Code(Count),
    /// How often a condition was true, and how often false.
    Branch { taken: Count, not_taken: Count },
}

/// A piece of the source, from one (line, column) to another.
#[derive(Copy, Clone, Debug)]
pub(super) struct Region {
    pub(super) start: (u32, u32),
    pub(super) end: (u32, u32),
    pub(super) count: RegionCount,
}

impl RegionCount {
    /// `CounterMappingRegion::RegionKind`.
    fn kind(self) -> u64 {
        match self {
            RegionCount::Code(_) => 0,
            RegionCount::Branch { .. } => 4,
        }
    }

    fn counts(self) -> impl Iterator<Item = Count> {
        let (first, second) = match self {
            RegionCount::Code(count) => (count, None),
            RegionCount::Branch { taken, not_taken } => (taken, Some(not_taken)),
        };
        std::iter::once(first).chain(second)
    }
}

/// Paths of sources: the number of them, the length of what follows, zero for "not compressed", and each with its
/// length.
pub(super) fn file_names<'a>(paths: impl ExactSizeIterator<Item = &'a str>) -> Vec<u8> {
    let count = paths.len() as u64;
    let mut names = Vec::new();
    for path in paths {
        number(&mut names, path.len() as u64);
        names.extend_from_slice(path.as_bytes());
    }
    let mut bytes = Vec::with_capacity(names.len() + 8);
    number(&mut bytes, count);
    number(&mut bytes, names.len() as u64);
    number(&mut bytes, 0);
    bytes.extend(names);
    bytes
}

/// The map of a function whose regions are all in one file, which has the number `file` among the unit's paths.
pub(super) fn function(file: u32, sums: &[Sum], regions: &[Region]) -> Vec<u8> {
    let mut order: Vec<&Region> = regions.iter().collect();
    // Readers want regions by their start. Where several start together, the outer one comes first.
    order.sort_by_key(|region| (region.start, region.count.kind(), std::cmp::Reverse(region.end)));
    let sums = UsedSums::new(sums, &order);
    let mut bytes = Vec::new();
    // One file: its number here is 0, which stands for `file`.
    number(&mut bytes, 1);
    number(&mut bytes, file.into());
    number(&mut bytes, sums.used.len() as u64);
    for &id in &sums.used {
        let sum = sums.all[id as usize];
        sums.count(&mut bytes, sum.left);
        sums.count(&mut bytes, sum.right);
    }
    number(&mut bytes, order.len() as u64);
    let mut line = 0;
    for region in order {
        // What is no count of code says what it is in a count of zero, above three bits of tags.
        if let RegionCount::Branch { .. } = region.count {
            number(&mut bytes, region.count.kind() << 3);
        }
        for count in region.count.counts() {
            sums.count(&mut bytes, count);
        }
        number(&mut bytes, (region.start.0 - line).into());
        number(&mut bytes, region.start.1.into());
        number(&mut bytes, (region.end.0 - region.start.0).into());
        number(&mut bytes, region.end.1.into());
        line = region.start.0;
    }
    bytes
}

/// The sums that some region needs, numbered anew.
struct UsedSums<'a> {
    all: &'a [Sum],
    /// Old numbers in the new order.
    used: Vec<u32>,
    /// New numbers by the old ones.
    numbers: Vec<Option<u32>>,
}

impl<'a> UsedSums<'a> {
    fn new(all: &'a [Sum], regions: &[&Region]) -> Self {
        let mut sums = UsedSums {
            all,
            used: Vec::new(),
            numbers: vec![None; all.len()],
        };
        let mut pending: Vec<Count> = regions.iter().flat_map(|region| region.count.counts()).collect();
        pending.reverse();
        while let Some(count) = pending.pop() {
            let Count::Sum(id) = count else { continue };
            let place = &mut sums.numbers[id as usize];
            if place.is_none() {
                *place = Some(sums.used.len() as u32);
                sums.used.push(id);
                let sum = all[id as usize];
                pending.extend([sum.right, sum.left]);
            }
        }
        sums
    }

    /// A count: what it is in the two lowest bits, and its number above them.
    fn count(&self, out: &mut Vec<u8>, count: Count) {
        let (tag, id) = match count {
            Count::Zero => (0, 0),
            Count::Counter(id) => (1, id),
            Count::Sum(id) => {
                let tag = match self.all[id as usize].operation {
                    Operation::Subtract => 2,
                    Operation::Add => 3,
                };
                let id = self.numbers[id as usize].expect("sums of regions, and of their sums, are used");
                (tag, id)
            }
        };
        number(out, u64::from(id) << 2 | tag);
    }
}

fn number(out: &mut Vec<u8>, value: u64) {
    let mut rest = value;
    loop {
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}
