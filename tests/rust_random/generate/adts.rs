//! Random structs and enums, of every layout.

use super::{Generator, Scope};
use crate::code::{Code, code, joined};
use crate::types::{Adt, AdtKind, Home, Int, Ty, Variant};

impl Generator {
    /// A new struct or enum, most often in the library.
    pub(super) fn adt(&mut self) {
        let home = self.home();
        let (item, _) = self.apart(Scope::new(home), |this| {
            if this.chance(40) {
                this.new_struct(home)
            } else {
                this.new_enum(home)
            }
        });
        self.item(home, item);
    }

    fn new_struct(&mut self, home: Home) -> Code {
        let name = self.name("S");
        let generic = self.chance(25);
        let mut packed = false;
        let mut aligned = false;
        let mut representation = String::new();
        match self.rng.u32(..20) {
            0..6 => {}
            6..10 => representation = "#[repr(C)] ".into(),
            10..13 => {
                packed = true;
                let order = self.pick(&["", "C, "]);
                representation = format!("#[repr({order}packed({}))] ", self.pick(&[1, 1, 2, 4, 8]));
            }
            13..16 => {
                aligned = true;
                let order = self.pick(&["", "C, "]);
                representation = format!(
                    "#[repr({order}align({}))] ",
                    self.pick(&[1, 2, 4, 8, 16, 16, 32, 64, 256])
                );
            }
            16..18 => representation = "#[repr(transparent)] ".into(),
            _ => {}
        }
        let mut fields: Vec<Ty> = (0..self.rng.usize(0..6)).map(|_| self.any_type(2)).collect();
        if generic {
            let place = self.rng.usize(..=fields.len());
            fields.insert(place, Ty::Param);
        }
        if packed {
            fields.retain(|ty| !self.types.is_aligned(ty));
        }
        if representation.contains("transparent") {
            let whole = if generic { Ty::Param } else { self.any_type(2) };
            fields = vec![whole];
            if self.chance(40) {
                fields.push(Ty::Unit);
            }
        }
        fields.retain(|ty| self.types.inhabited(ty) || matches!(ty, Ty::Param));
        if generic && !fields.contains(&Ty::Param) {
            fields.push(Ty::Param);
        }
        let aligned = aligned || fields.iter().any(|ty| self.types.is_aligned(ty));
        let declared = fields
            .iter()
            .enumerate()
            .map(|(index, ty)| format!("pub f{index}: {}", self.type_name(ty)));
        let declared = declared.collect::<Vec<_>>().join(", ");
        let shown = (0..fields.len()).map(|index| format!("{{ self.f{index} }}.show(h);"));
        let shown = shown.collect::<Vec<_>>().join(" ");
        let item = format!(
            "{representation}#[derive(Clone, Copy, PartialEq, PartialOrd)] pub struct {name}{} {{ {declared} }}\n{}",
            if generic { "<T>" } else { "" },
            show(&name, generic, &shown)
        );
        let kind = AdtKind::Struct(fields);
        self.types.adts.push(Adt {
            name,
            home,
            generic,
            packed,
            aligned,
            kind,
        });
        item.into()
    }

    fn new_enum(&mut self, home: Home) -> Code {
        let name = self.name("E");
        let plain = self.chance(45);
        let generic = !plain && self.chance(25);
        let count = self.pick(&[1, 2, 2, 3, 3, 4, 5, 6, 9]);
        let mut variants: Vec<Variant> = Vec::new();
        for index in 0..count {
            let fields = match self.rng.u32(..10) {
                _ if plain => Vec::new(),
                0..3 => Vec::new(),
                3..7 => vec![self.any_type(2)],
                _ => (0..self.rng.usize(2..4)).map(|_| self.any_type(1)).collect(),
            };
            variants.push(Variant {
                name: format!("V{index}"),
                fields,
            });
        }
        if generic {
            let place = self.rng.usize(..variants.len());
            variants[place].fields.push(Ty::Param);
        }
        if !variants.iter().any(|variant| {
            variant
                .fields
                .iter()
                .all(|ty| self.types.inhabited(ty) && *ty != Ty::Param)
        }) {
            let count = variants.len();
            variants.push(Variant {
                name: format!("V{count}"),
                fields: Vec::new(),
            });
        }
        let tag = self.chance(45).then(|| self.int_type());
        let fieldless = variants.iter().all(|variant| variant.fields.is_empty());
        let explicit = tag.is_some() || fieldless;
        let mut representation = match tag {
            Some(int) if !fieldless && self.chance(20) && int.bits != 128 => {
                format!("#[repr(C, {})] ", int.name())
            }
            Some(int) => format!("#[repr({})] ", int.name()),
            None if self.chance(12) => "#[repr(C)] ".into(),
            None => String::new(),
        };
        // Without a type, discriminants are `isize`; with `repr(C)`, they must fit an `int` too.
        let int = tag.unwrap_or(Int::new(true, if representation.is_empty() { 0 } else { 32 }));
        let discriminants = self.discriminants(int, tag.unwrap_or(Int::new(true, 0)), variants.len());
        if representation.is_empty() && self.chance(8) {
            representation = format!("#[repr(align({}))] ", self.pick(&[2, 8, 16, 32]));
        }
        let own = representation.contains("align");
        let aligned = own
            || variants
                .iter()
                .any(|variant| variant.fields.iter().any(|ty| self.types.is_aligned(ty)));
        let explicit = explicit && self.chance(75);
        let declared = variants.iter().zip(&discriminants).map(|(variant, value)| {
            let fields: Vec<_> = variant.fields.iter().map(|ty| self.type_name(ty)).collect();
            let fields = if fields.is_empty() {
                String::new()
            } else {
                format!("({})", fields.join(", "))
            };
            let value = if explicit {
                format!(" = {value}")
            } else {
                String::new()
            };
            Code::from(format!("{}{fields}{value}", variant.name))
        });
        let declared = joined(declared, ", ");
        let arms = variants.iter().enumerate().map(|(index, variant)| {
            let names: Vec<_> = (0..variant.fields.len())
                .map(|index| format!("a{index}"))
                .collect();
            let shown: String = names.iter().map(|name| format!(" {name}.show(h);")).collect();
            let names = if names.is_empty() {
                String::new()
            } else {
                format!("({})", names.join(", "))
            };
            format!("{name}::{}{names} => {{ h.word({index});{shown} }}", variant.name)
        });
        let arms = format!("match self {{ {} }}", arms.collect::<Vec<_>>().join(", "));
        let item = code![
            format!("{representation}#[derive(Clone, Copy, PartialEq, PartialOrd)] pub enum {name}"),
            if generic { "<T> { " } else { " { " },
            declared,
            " }\n",
            show(&name, generic, &arms),
        ];
        let kind = AdtKind::Enum(variants);
        self.types.adts.push(Adt {
            name,
            home,
            generic,
            packed: false,
            aligned,
            kind,
        });
        item
    }

    /// Different discriminants that fit an integer type, in any order, written as another.
    fn discriminants(&mut self, int: Int, written: Int, count: usize) -> Vec<String> {
        let width = int.width();
        let mut all: Vec<u128> = Vec::new();
        let mask = u128::MAX >> (128 - width);
        // A range that may go through zero, or through the ends, or values all over.
        let start = match self.rng.u32(..5) {
            0 => 0,
            1 => (self.rng.u128(1..4)).wrapping_neg(),
            2 => (1 << (width - 1)) - self.rng.u128(0..3),
            3 => self.bits(int),
            _ => (self.rng.u128(..200)).wrapping_neg(),
        };
        let sparse = self.chance(30);
        while all.len() < count {
            let next = if sparse && self.chance(60) {
                self.bits(int)
            } else {
                start.wrapping_add(all.len() as u128)
            };
            let mut next = next & mask;
            while all.contains(&next) {
                next = next.wrapping_add(1) & mask;
            }
            all.push(next);
        }
        let unused = 128 - width;
        let extended = |bits: u128| match int.signed {
            true => ((bits << unused) as i128 >> unused) as u128,
            false => bits,
        };
        all.into_iter()
            .map(|bits| written.literal(extended(bits)))
            .collect()
    }
}

/// The implementation of `Show`.
fn show(name: &str, generic: bool, body: &str) -> String {
    let (params, arguments) = if generic {
        ("<T: Copy + Show>", "<T>")
    } else {
        ("", "")
    };
    format!(
        "impl{params} Show for {name}{arguments} {{ #[inline] fn show(&self, h: &mut Hash) {{ {body} }} }}\n"
    )
}
