//! LLVM's and the C++ library's containers, as far as thin LTO passes them in and out.

use std::mem::offset_of;

use super::{Ref, layout};
use crate::llvm::safe::slice_or_empty;

/// `llvm::DenseMap<K, V>`; with `()` for `V`, `llvm::DenseSet<K>`. Buckets and marks are one allocation.
#[repr(C)]
pub(super) struct DenseMap<K, V> {
    buckets: *mut Bucket<K, V>,
    /// A bit for each bucket: whether it is in use.
    used: *mut u32,
    len: u32,
    capacity: u32,
}

#[repr(C)]
pub(super) struct Bucket<K, V> {
    pub(super) key: K,
    pub(super) value: V,
}

const _: () = {
    type Map = DenseMap<u64, usize>;
    assert!(size_of::<Map>() == layout::DENSE_MAP_SIZE);
    assert!(offset_of!(Map, used) == layout::DENSE_MAP_USED);
    assert!(offset_of!(Map, len) == layout::DENSE_MAP_ENTRIES);
    assert!(offset_of!(Map, capacity) == layout::DENSE_MAP_BUCKETS);
    assert!(size_of::<Bucket<u64, ()>>() == layout::DENSE_SET_BUCKET_SIZE);
    assert!(size_of::<Bucket<Ref<'static, u8>, Map>>() == layout::DENSE_MAP_BUCKET_SIZE);
};

unsafe extern "C" {
    /// `void *llvm::allocate_buffer(size_t Size, size_t Alignment)`
    #[link_name = "_ZN4llvm15allocate_bufferEmm"]
    fn cxx_allocate(size: usize, align: usize) -> *mut u8;
    /// `void llvm::deallocate_buffer(void *Ptr, size_t Size, size_t Alignment)`
    #[link_name = "_ZN4llvm17deallocate_bufferEPvmm"]
    fn cxx_deallocate(buffer: *mut u8, size: usize, align: usize);
    /// `unsigned llvm::DenseMapInfo<StringRef>::getHashValue(StringRef Val)`
    #[link_name = "_ZN4llvm12DenseMapInfoINS_9StringRefEvE12getHashValueES1_"]
    safe fn cxx_hash_text(text: Ref<'_, u8>) -> u32;
}

/// What LLVM's `DenseMapInfo` says of a key.
pub(super) trait Key {
    fn hash(&self) -> u32;
}

/// `llvm::densemap::detail::mix`, which is in the headers only.
const fn mix(number: u64) -> u32 {
    let product = number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (product ^ (product >> 31)) as u32
}

const _: () = assert!(mix(5) == layout::DENSE_MAP_HASH_OF_5 as u32);

impl Key for u64 {
    fn hash(&self) -> u32 {
        mix(*self)
    }
}

impl Key for Ref<'_, u8> {
    fn hash(&self) -> u32 {
        cxx_hash_text(*self)
    }
}

impl<K, V> Default for DenseMap<K, V> {
    fn default() -> Self {
        DenseMap {
            buckets: std::ptr::null_mut(),
            used: std::ptr::null_mut(),
            len: 0,
            capacity: 0,
        }
    }
}

impl<K, V> DenseMap<K, V> {
    fn size(capacity: u32) -> usize {
        let marks = capacity.div_ceil(u32::BITS) as usize * size_of::<u32>();
        capacity as usize * size_of::<Bucket<K, V>>() + marks
    }

    const ALIGN: usize = align_of::<Bucket<K, V>>();

    fn is_used(&self, bucket: u32) -> bool {
        // SAFETY: there is a mark for each bucket.
        unsafe { *self.used.add((bucket / u32::BITS) as usize) >> (bucket % u32::BITS) & 1 == 1 }
    }

    /// Where the entries are, in no order that means something.
    fn places(&self) -> impl Iterator<Item = *mut Bucket<K, V>> {
        let used = (0..self.capacity).filter(|&bucket| self.is_used(bucket));
        used.map(|bucket| self.buckets.wrapping_add(bucket as usize))
    }

    /// The entries.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Bucket<K, V>> {
        // SAFETY: a bucket in use holds an entry.
        self.places().map(|place| unsafe { &*place })
    }
}

impl<K: Key, V> DenseMap<K, V> {
    /// A map with the entries given, whose keys all differ.
    pub(super) fn of(entries: Vec<(K, V)>) -> Self {
        if entries.is_empty() {
            return DenseMap::default();
        }
        // LLVM keeps a quarter free and no table smaller than four buckets.
        let capacity = (entries.len() * 2).next_power_of_two().max(4) as u32;
        let size = Self::size(capacity);
        // SAFETY: the allocation has room for all buckets and marks, and the marks begin as zeros.
        let mut map = unsafe {
            let buffer = cxx_allocate(size, Self::ALIGN);
            let marks = buffer.add(capacity as usize * size_of::<Bucket<K, V>>());
            marks.write_bytes(0, size - capacity as usize * size_of::<Bucket<K, V>>());
            DenseMap {
                buckets: buffer.cast(),
                used: marks.cast::<u32>(),
                len: entries.len() as u32,
                capacity,
            }
        };
        for (key, value) in entries {
            // LLVM looks from here on, until it meets a free bucket.
            let mut bucket = key.hash() & (capacity - 1);
            while map.is_used(bucket) {
                bucket = (bucket + 1) & (capacity - 1);
            }
            map.put(bucket, Bucket { key, value });
        }
        map
    }

    fn put(&mut self, bucket: u32, entry: Bucket<K, V>) {
        // SAFETY: the bucket is one of the table's, and free.
        unsafe {
            self.buckets.add(bucket as usize).write(entry);
            *self.used.add((bucket / u32::BITS) as usize) |= 1 << (bucket % u32::BITS);
        }
    }
}

impl<K, V> Drop for DenseMap<K, V> {
    fn drop(&mut self) {
        if self.capacity == 0 {
            return;
        }
        // SAFETY: a bucket in use holds an entry, and neither is used after this. LLVM allocates tables with the same function
        // as `of`, and of that size.
        unsafe {
            self.places().for_each(|place| std::ptr::drop_in_place(place));
            cxx_deallocate(self.buckets.cast(), Self::size(self.capacity), Self::ALIGN);
        }
    }
}

/// `llvm::SmallVector<T, 0>`, which LLVM fills.
#[repr(C)]
pub(super) struct SmallVector<T> {
    begin: *mut T,
    len: u32,
    capacity: u32,
}

const _: () = assert!(size_of::<SmallVector<u64>>() == layout::SMALL_VECTOR_SIZE);

impl<T> SmallVector<T> {
    /// One that is not moved before it has grown: its place is told from its own address until then.
    pub(super) fn empty() -> Self {
        SmallVector {
            begin: std::ptr::null_mut(),
            len: 0,
            capacity: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn as_slice(&self) -> &[T] {
        // SAFETY: LLVM keeps `len` elements at `begin`.
        unsafe { slice_or_empty(self.begin, self.len()) }
    }

    /// Frees what an [`Self::empty`] one has grown to.
    pub(super) fn free(&mut self) {
        // SAFETY: what it has grown to was allocated with `malloc`, as are LLVM-C's messages. `free` takes a
        // null pointer.
        unsafe { llvm_sys::core::LLVMDisposeMessage(self.begin.cast()) };
        self.begin = std::ptr::null_mut();
    }
}

/// `std::vector<T>` as libstdc++ lays it out, to be read.
#[repr(C)]
pub(super) struct Vector<T> {
    begin: *const T,
    end: *const T,
    capacity: *const T,
}

impl<T> Default for Vector<T> {
    fn default() -> Self {
        let [begin, end, capacity] = [std::ptr::null(); 3];
        Vector { begin, end, capacity }
    }
}

impl<T> Vector<T> {
    pub(super) fn len(&self) -> usize {
        (self.end.addr() - self.begin.addr()) / size_of::<T>()
    }

    pub(super) fn as_slice(&self) -> &[T] {
        // SAFETY: C++ keeps the elements between the two pointers.
        unsafe { slice_or_empty(self.begin, self.len()) }
    }
}

/// `std::deque<T>` as libstdc++ lays it out, to be read: chunks of at most 512 bytes, and a table of them.
#[repr(C)]
pub(super) struct Deque<T> {
    chunks: *const *mut T,
    chunk_count: usize,
    start: DequePlace<T>,
    finish: DequePlace<T>,
}

#[repr(C)]
struct DequePlace<T> {
    current: *mut T,
    first: *mut T,
    last: *mut T,
    chunk: *const *mut T,
}

/// How many elements of `size` bytes a chunk has.
const fn chunk_of(size: usize) -> usize {
    if size < 512 { 512 / size } else { 1 }
}

const _: () = {
    assert!(offset_of!(Deque<u64>, finish) == layout::DEQUE_FINISH);
    assert!(size_of::<Deque<u64>>() == layout::DEQUE_SIZE);
    assert!(chunk_of(layout::INDEX_ENTRY_SIZE) == layout::DEQUE_CHUNK);
};

impl<T> Deque<T> {
    /// The elements. They are not to be changed other than by LLVM.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let (mut place, mut chunk, mut end) = (self.start.current, self.start.chunk, self.start.last);
        std::iter::from_fn(move || {
            if place == self.finish.current {
                return None;
            }
            // SAFETY: the place is before the end, so it holds an element; behind the last one of a chunk comes
            // the first one of the next.
            unsafe {
                let element = &*place;
                place = place.add(1);
                if place == end {
                    chunk = chunk.add(1);
                    place = *chunk;
                    end = place.add(chunk_of(size_of::<T>()));
                }
                Some(element)
            }
        })
    }
}
