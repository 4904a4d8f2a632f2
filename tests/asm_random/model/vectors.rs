//! What instructions do to vector registers.

use super::float;
use super::machine::{Invalid, Machine, low};
use crate::program::*;

impl Machine<'_> {
    /// Executes an instruction on vectors.
    pub(super) fn vectors(&mut self, op: &Op) -> Result<(), Invalid> {
        match *op {
            Op::Zero(d) if self.reg(d).is_vector() => {
                let bits = self.reg(d).bits();
                self.set_vector(d, bits, bits, [0; 4])
            }
            Op::Zero(d) => self.set_int(d, self.reg(d).bits(), 0),
            Op::Vector(name, d, s) => self.packed(name, d, s),
            Op::Shuffle(d, s, order) => {
                let old = lanes(self.vector(s, 128)?);
                let pick = |lane: u32| old[usize::from(order >> (2 * lane) & 3)];
                self.set_vector(d, 128, 128, words([pick(0), pick(1), pick(2), pick(3)]))
            }
            Op::IntoVector(w, d, s) => {
                let value = self.int(s, w)?;
                self.set_vector(d, 128, 128, [value, 0, 0, 0])
            }
            Op::FromVector(w, d, s) => {
                let value = self.vector(s, w)?[0];
                self.set_int(d, w, value)
            }
            Op::Float(name, w, d, s) => {
                let (mut old, other) = (self.vector(d, w)?, self.vector(s, w)?);
                let value = float::apply(name, w, low(old[0], w), low(other[0], w));
                old[0] = old[0] & !low(u64::MAX, w) | value;
                self.set_vector(d, 128, self.defined(d), old)
            }
            Op::Wide(name, d, a, b) => {
                let (a, b) = (self.vector(a, 256)?, self.vector(b, 256)?);
                let value = std::array::from_fn(|word| bitwise(name, a[word], b[word]));
                self.set_vector(d, 256, 256, value)
            }
            Op::Insert(d, a, s, half) => {
                let (mut value, s) = (self.vector(a, 256)?, self.vector(s, 128)?);
                let start = usize::from(half) * 2;
                value[start..start + 2].copy_from_slice(&s[..2]);
                self.set_vector(d, 256, 256, value)
            }
            Op::Extract(d, s, half) => {
                let s = self.vector(s, 256)?;
                let start = usize::from(half) * 2;
                // The upper half becomes zero; where only the lower one is ours, that is not seen.
                let bits = self.reg(d).bits();
                self.set_vector(d, bits, bits, [s[start], s[start + 1], 0, 0])
            }
            _ => unreachable!(),
        }
    }

    fn packed(&mut self, name: &str, d: Slot, s: Slot) -> Result<(), Invalid> {
        let least = if name == "punpcklqdq" { 64 } else { 32 };
        let b = self.vector(s, least)?;
        let mut defined = self.defined(s);
        let a = if name == "movdqa" {
            [0; 4]
        } else {
            defined = defined.min(self.defined(d));
            self.vector(d, least)?
        };
        let value = match name {
            "movdqa" => b,
            "paddd" => each(a, b, u32::wrapping_add),
            "psubd" => each(a, b, u32::wrapping_sub),
            "paddq" => {
                // Half a word has no sum that is known.
                defined = if defined < 64 { 0 } else { defined };
                [a[0].wrapping_add(b[0]), a[1].wrapping_add(b[1]), 0, 0]
            }
            "punpcklqdq" => {
                defined = 128;
                [a[0], b[0], 0, 0]
            }
            _ => [bitwise(name, a[0], b[0]), bitwise(name, a[1], b[1]), 0, 0],
        };
        self.set_vector(d, 128, defined.min(128), value)
    }
}

fn bitwise(name: &str, a: u64, b: u64) -> u64 {
    match name {
        "pxor" | "vxorps" => a ^ b,
        "por" | "vorps" => a | b,
        _ => a & b,
    }
}

fn lanes(value: Bits) -> [u32; 4] {
    [
        value[0] as u32,
        (value[0] >> 32) as u32,
        value[1] as u32,
        (value[1] >> 32) as u32,
    ]
}

fn words(lanes: [u32; 4]) -> Bits {
    let word = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    [word(lanes[0], lanes[1]), word(lanes[2], lanes[3]), 0, 0]
}

fn each(a: Bits, b: Bits, apply: impl Fn(u32, u32) -> u32) -> Bits {
    let (a, b) = (lanes(a), lanes(b));
    words(std::array::from_fn(|lane| apply(a[lane], b[lane])))
}
