//! The types of the generated programs, and how they are written.

use std::sync::Arc;

/// An integer type. A width of zero is that of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    pub signed: bool,
    pub bits: u32,
}

impl Int {
    pub fn new(signed: bool, bits: u32) -> Int {
        Int { signed, bits }
    }

    pub fn name(self) -> String {
        let sign = if self.signed { 'i' } else { 'u' };
        match self.bits {
            0 => format!("{sign}size"),
            bits => format!("{sign}{bits}"),
        }
    }

    /// How many bits there are on the target.
    pub fn width(self) -> u32 {
        if self.bits == 0 { 64 } else { self.bits }
    }

    /// The value whose lowest bits these are, written out. It can be the receiver of a method.
    pub fn literal(self, bits: u128) -> String {
        let (name, unused) = (self.name(), 128 - self.width());
        if !self.signed {
            return format!("{}_{name}", bits << unused >> unused);
        }
        let value = (bits << unused) as i128 >> unused;
        if value == i128::MIN >> unused {
            format!("{name}::MIN")
        } else if value < 0 {
            format!("(-{}_{name})", value.unsigned_abs())
        } else {
            format!("{value}_{name}")
        }
    }
}

/// A type. All of them are `Copy`.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    Unit,
    /// `!`
    Never,
    Bool,
    Char,
    /// `core::cmp::Ordering`
    Ordering,
    Int(Int),
    /// A float of so many bits.
    Float(u32),
    NonZero(Int),
    Tuple(Vec<Ty>),
    Array(Arc<Ty>, usize),
    Option(Arc<Ty>),
    Result(Arc<Ty>, Arc<Ty>),
    /// `&'static T`
    Ref(Arc<Ty>),
    /// `&'static [T]`
    Slice(Arc<Ty>),
    /// `&'static str`
    Str,
    /// A vector of integers or floats.
    Simd(Arc<Ty>, usize),
    /// A struct or an enum, with its type argument.
    Adt(usize, Option<Arc<Ty>>),
    /// The type parameter `T`.
    Param,
}

impl Ty {
    pub const WORD: Ty = Ty::Int(Int {
        signed: false,
        bits: 64,
    });
    pub const BYTE: Ty = Ty::Int(Int {
        signed: false,
        bits: 8,
    });

    /// The types directly inside.
    fn inner(&self) -> Vec<&Ty> {
        match self {
            Ty::Tuple(all) => all.iter().collect(),
            Ty::Result(a, b) => vec![a, b],
            Ty::Array(a, _) | Ty::Option(a) | Ty::Ref(a) | Ty::Slice(a) | Ty::Adt(_, Some(a)) => vec![a],
            _ => Vec::new(),
        }
    }

    /// With something for the type parameter.
    pub fn with(&self, argument: &Option<Arc<Ty>>) -> Ty {
        let on = |ty: &Arc<Ty>| Arc::new(ty.with(argument));
        match (self, argument) {
            (Ty::Param, Some(ty)) => (**ty).clone(),
            (Ty::Tuple(all), _) => Ty::Tuple(all.iter().map(|ty| ty.with(argument)).collect()),
            (Ty::Array(ty, n), _) => Ty::Array(on(ty), *n),
            (Ty::Option(ty), _) => Ty::Option(on(ty)),
            (Ty::Result(a, b), _) => Ty::Result(on(a), on(b)),
            (Ty::Ref(ty), _) => Ty::Ref(on(ty)),
            (Ty::Slice(ty), _) => Ty::Slice(on(ty)),
            (Ty::Adt(id, Some(ty)), _) => Ty::Adt(*id, Some(on(ty))),
            _ => self.clone(),
        }
    }
}

/// In which crate something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Library,
    Binary,
}

/// A struct or an enum.
#[derive(Clone, Debug)]
pub struct Adt {
    pub name: String,
    pub home: Home,
    /// Whether it has the type parameter `T`.
    pub generic: bool,
    /// Whether no reference to a field may be made.
    pub packed: bool,
    /// Whether something in it has an alignment of its own, which nothing packed may contain.
    pub aligned: bool,
    pub kind: AdtKind,
}

#[derive(Clone, Debug)]
pub enum AdtKind {
    /// The types of the fields `f0`, `f1` and so on.
    Struct(Vec<Ty>),
    Enum(Vec<Variant>),
}

/// A variant of an enum, with unnamed fields.
#[derive(Clone, Debug)]
pub struct Variant {
    pub name: String,
    pub fields: Vec<Ty>,
}

/// The structs and enums of a program.
#[derive(Clone, Debug, Default)]
pub struct Types {
    pub adts: Vec<Adt>,
}

impl Types {
    /// The type as it is written.
    pub fn name(&self, ty: &Ty) -> String {
        let on = |ty: &Arc<Ty>| self.name(ty);
        match ty {
            Ty::Unit => "()".into(),
            Ty::Never => "!".into(),
            Ty::Bool => "bool".into(),
            Ty::Char => "char".into(),
            Ty::Ordering => "core::cmp::Ordering".into(),
            Ty::Int(int) => int.name(),
            Ty::Float(bits) => format!("f{bits}"),
            Ty::NonZero(int) => format!("core::num::NonZero<{}>", int.name()),
            Ty::Tuple(all) => {
                let all: Vec<_> = all.iter().map(|ty| self.name(ty) + ",").collect();
                format!("({})", all.join(" "))
            }
            Ty::Array(ty, n) => format!("[{}; {n}]", on(ty)),
            Ty::Option(ty) => format!("Option<{}>", on(ty)),
            Ty::Result(a, b) => format!("Result<{}, {}>", on(a), on(b)),
            Ty::Ref(ty) => format!("&'static {}", on(ty)),
            Ty::Slice(ty) => format!("&'static [{}]", on(ty)),
            Ty::Str => "&'static str".into(),
            Ty::Simd(ty, n) => format!("core::simd::Simd<{}, {n}>", on(ty)),
            Ty::Adt(id, None) => self.adts[*id].name.clone(),
            Ty::Adt(id, Some(ty)) => format!("{}<{}>", self.adts[*id].name, on(ty)),
            Ty::Param => "T".into(),
        }
    }

    /// The plainest value of a type that has one. It is a constant expression.
    pub fn plain(&self, ty: &Ty) -> String {
        let name = || self.name(ty);
        match ty {
            Ty::Unit => "()".into(),
            Ty::Never => "unreachable!()".into(),
            Ty::Bool => "false".into(),
            Ty::Char => "'a'".into(),
            Ty::Ordering => "core::cmp::Ordering::Less".into(),
            Ty::Int(int) => int.literal(0),
            Ty::Float(bits) => format!("0_f{bits}"),
            Ty::NonZero(_) => format!("{}::MAX", name().replace("NonZero<", "NonZero::<")),
            Ty::Tuple(all) => {
                let all: Vec<_> = all.iter().map(|ty| self.plain(ty) + ",").collect();
                format!("({})", all.join(" "))
            }
            Ty::Array(ty, n) => format!("[{}; {n}]", self.plain(ty)),
            Ty::Option(ty) => format!("None::<{}>", self.name(ty)),
            Ty::Result(a, b) if self.inhabited(a) => {
                format!("Ok::<{}, {}>({})", self.name(a), self.name(b), self.plain(a))
            }
            Ty::Result(a, b) => format!("Err::<{}, {}>({})", self.name(a), self.name(b), self.plain(b)),
            Ty::Ref(inner) => format!(
                "({{ static R: {} = {}; &R }})",
                self.name(inner),
                self.plain(inner)
            ),
            Ty::Slice(inner) => format!("(&[] as &'static [{}])", self.name(inner)),
            Ty::Str => "\"\"".into(),
            Ty::Simd(element, n) => {
                let lanes = vec![self.plain(element); *n].join(", ");
                format!("core::simd::Simd::from_array([{lanes}])")
            }
            Ty::Adt(id, argument) => self.plain_adt(&self.adts[*id], argument),
            Ty::Param => "unreachable!()".into(),
        }
    }

    fn plain_adt(&self, adt: &Adt, argument: &Option<Arc<Ty>>) -> String {
        match &adt.kind {
            AdtKind::Struct(fields) => {
                let field =
                    |(index, ty): (usize, &Ty)| format!("f{index}: {}", self.plain(&ty.with(argument)));
                let fields: Vec<_> = fields.iter().enumerate().map(field).collect();
                format!("({} {{ {} }})", adt.name, fields.join(", "))
            }
            AdtKind::Enum(_) => {
                let variants = self.variants(adt, argument);
                let variant = &variants[0];
                let fields: Vec<_> = variant.fields.iter().map(|ty| self.plain(ty)).collect();
                self.variant(adt, argument, variant, &fields.join(", "))
            }
        }
    }

    /// A variant of an enum with its fields, as an expression.
    pub fn variant(&self, adt: &Adt, argument: &Option<Arc<Ty>>, variant: &Variant, fields: &str) -> String {
        let generic = argument
            .as_ref()
            .map_or(String::new(), |ty| format!("::<{}>", self.name(ty)));
        let path = format!("{}{generic}::{}", adt.name, variant.name);
        if variant.fields.is_empty() {
            path
        } else {
            format!("{path}({fields})")
        }
    }

    /// The variants of an enum that there can be values of.
    pub fn variants(&self, adt: &Adt, argument: &Option<Arc<Ty>>) -> Vec<Variant> {
        let AdtKind::Enum(variants) = &adt.kind else {
            return Vec::new();
        };
        variants
            .iter()
            .map(|variant| Variant {
                name: variant.name.clone(),
                fields: variant.fields.iter().map(|ty| ty.with(argument)).collect(),
            })
            .filter(|variant| variant.fields.iter().all(|ty| self.inhabited(ty)))
            .collect()
    }

    /// Whether there are values of the type.
    pub fn inhabited(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Never => false,
            Ty::Tuple(all) => all.iter().all(|ty| self.inhabited(ty)),
            Ty::Array(ty, n) => *n == 0 || self.inhabited(ty),
            Ty::Ref(ty) => self.inhabited(ty),
            Ty::Result(a, b) => self.inhabited(a) || self.inhabited(b),
            Ty::Adt(id, argument) => match &self.adts[*id].kind {
                AdtKind::Struct(fields) => fields.iter().all(|ty| self.inhabited(&ty.with(argument))),
                AdtKind::Enum(_) => !self.variants(&self.adts[*id], argument).is_empty(),
            },
            _ => true,
        }
    }

    /// Whether something holds for the type or for a type in it.
    pub fn any(&self, ty: &Ty, holds: &dyn Fn(&Ty) -> bool) -> bool {
        let in_fields = |fields: &[Ty]| fields.iter().any(|ty| self.any(ty, holds));
        let in_adt = |id: usize| match &self.adts[id].kind {
            AdtKind::Struct(fields) => in_fields(fields),
            AdtKind::Enum(variants) => variants.iter().any(|variant| in_fields(&variant.fields)),
        };
        holds(ty)
            || ty.inner().into_iter().any(|ty| self.any(ty, holds))
            || matches!(ty, Ty::Adt(id, _) if in_adt(*id))
    }

    pub fn has_simd(&self, ty: &Ty) -> bool {
        self.any(ty, &|ty| matches!(ty, Ty::Simd(..)))
    }

    /// Whether there is one value only, which most often has no size.
    pub fn is_zero_sized(&self, ty: &Ty) -> bool {
        let all = |fields: &[Ty]| fields.iter().all(|ty| self.is_zero_sized(ty));
        match ty {
            Ty::Unit | Ty::Never => true,
            Ty::Tuple(fields) => all(fields),
            Ty::Array(item, count) => *count == 0 || self.is_zero_sized(item),
            Ty::Adt(id, argument) => match &self.adts[*id].kind {
                AdtKind::Struct(_) => self.fields(ty).iter().all(|(_, ty)| self.is_zero_sized(ty)),
                AdtKind::Enum(_) => {
                    let variants = self.variants(&self.adts[*id], argument);
                    variants.len() == 1 && all(&variants[0].fields)
                }
            },
            _ => false,
        }
    }

    pub fn is_aligned(&self, ty: &Ty) -> bool {
        self.any(ty, &|ty| matches!(ty, Ty::Adt(id, _) if self.adts[*id].aligned))
    }

    pub fn is_local(&self, ty: &Ty, home: Home) -> bool {
        home == Home::Binary
            || !self.any(
                ty,
                &|ty| matches!(ty, Ty::Adt(id, _) if self.adts[*id].home == Home::Binary),
            )
    }

    /// The fields of a struct or a tuple.
    pub fn fields(&self, ty: &Ty) -> Vec<(String, Ty)> {
        let numbered = |prefix: &str, all: &[Ty], argument: &Option<Arc<Ty>>| -> Vec<(String, Ty)> {
            let fields = all.iter().enumerate();
            fields
                .map(|(index, ty)| (format!("{prefix}{index}"), ty.with(argument)))
                .collect()
        };
        match ty {
            Ty::Tuple(all) => numbered("", all, &None),
            Ty::Adt(id, argument) => match &self.adts[*id].kind {
                AdtKind::Struct(fields) => numbered("f", fields, argument),
                AdtKind::Enum(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}
