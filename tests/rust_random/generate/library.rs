//! Random integers that core's iterators, slices, strings and types make of other values.

use super::Generator;
use crate::code::{Code, code};
use crate::types::{AdtKind, Int, Ty};

impl Generator {
    /// An integer computed by code of core that is compiled with the program.
    pub(super) fn by_library(&mut self, int: Int, depth: u32) -> Code {
        let name = int.name();
        let ty = Ty::Int(int);
        match self.rng.u32(..11) {
            0 => {
                let array = Ty::Array(self.shared(ty.clone()), self.pick(&[1, 3, 4, 8, 17]));
                let (items, start) = (self.expr(&array, depth), self.expr(&ty, depth));
                let step = self.pick(&["wrapping_add", "wrapping_mul", "max", "min"]);
                let order = self.pick(&["", ".rev()", ".skip(1)", ".step_by(2)"]);
                code![
                    items,
                    format!(".iter(){order}.fold("),
                    start,
                    format!(", |a, b| a.{step}(*b))")
                ]
            }
            1 => {
                let items = self.expr(&Ty::Slice(self.shared(ty.clone())), depth);
                let other = self.expr(&ty, depth);
                code![
                    "(",
                    items,
                    ".iter().copied().filter(|a| *a > ",
                    other,
                    format!(").count() as {name})")
                ]
            }
            2 => {
                let items = self.expr(&Ty::Slice(self.shared(ty.clone())), depth);
                let index = self.expr(&Ty::Int(Int::new(false, 0)), depth);
                let other = self.expr(&ty, depth);
                code![
                    "(match ",
                    items,
                    ".get(",
                    index,
                    " % 6) { Some(a) => *a, None => ",
                    other,
                    " })"
                ]
            }
            3 => {
                let array = Ty::Array(self.shared(ty.clone()), 8);
                let (items, from) = (self.expr(&array, depth), self.expr(&Ty::BYTE, depth));
                code![
                    "({ let a = ",
                    items,
                    "; let n = (",
                    from,
                    format!(" & 7) as usize; a[n..].iter().fold(0_{name}, |a, b| a ^ *b) }})")
                ]
            }
            4 => {
                let text = self.expr(&Ty::Str, depth);
                let what = self.pick(&[
                    "len()",
                    "chars().count()",
                    "bytes().map(|a| a as usize).sum::<usize>()",
                    "find('l').unwrap_or(77)",
                ]);
                code!["(", text, format!(".{what} as {name})")]
            }
            5 => {
                // Parts of the same size as the whole.
                let parts = self.pick(&[8, 16, 32]);
                if parts >= int.width() {
                    return self.int_literal(int);
                }
                let part = Int::new(self.chance(50), parts);
                let count = (int.width() / parts) as usize;
                let value = self.expr(&Ty::Array(self.shared(Ty::Int(part)), count), depth);
                let from = format!("[{}; {count}]", part.name());
                code![
                    format!("(unsafe {{ core::mem::transmute::<{from}, {name}>("),
                    value,
                    ") })"
                ]
            }
            6 => {
                let Some(of) = self.enum_type() else {
                    return self.int_literal(int);
                };
                let (a, b) = (self.expr(&of, depth), self.expr(&of, depth));
                code![
                    "((core::mem::discriminant(&",
                    a,
                    ") == core::mem::discriminant(&",
                    b,
                    format!(")) as {name})")
                ]
            }
            7 => {
                let Some(of) = self.enum_type() else {
                    return self.int_literal(int);
                };
                let value = self.expr(&of, depth);
                code![
                    "(core::intrinsics::discriminant_value(&",
                    value,
                    format!(") as {name})")
                ]
            }
            8 => {
                let (a, b) = (self.scalar(), self.scalar());
                let value = self.expr(&a, depth);
                let wanted = self.type_name(&b);
                code![
                    "((&",
                    value,
                    format!(" as &dyn core::any::Any).is::<{wanted}>() as {name})")
                ]
            }
            9 => {
                let of = self.value_type();
                let (a, b) = (self.expr(&of, depth), self.expr(&of, depth));
                code![
                    "(core::cmp::PartialOrd::partial_cmp(&",
                    a,
                    ", &",
                    b,
                    format!(").map_or(3, |a| a as i8) as {name})")
                ]
            }
            _ => {
                let (start, end) = (self.rng.u32(0..4), self.rng.u32(0..9));
                let value = self.expr(&ty, depth);
                code![
                    format!("({start}..={end}_u32).fold("),
                    value,
                    format!(", |a, b| a.rotate_left(b).wrapping_add(b as {name}))")
                ]
            }
        }
    }

    /// A type that has discriminants; for others, they are not determined.
    fn enum_type(&mut self) -> Option<Ty> {
        let ty = self.value_type();
        let is_enum = match &ty {
            Ty::Option(_) | Ty::Result(..) | Ty::Ordering => true,
            Ty::Adt(id, _) => matches!(self.types.adts[*id].kind, AdtKind::Enum(_)),
            _ => false,
        };
        is_enum.then_some(ty)
    }
}
