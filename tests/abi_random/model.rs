//! What a program is made of: types that C and Rust both have, and functions that take and return them.

/// A type of a field, an argument or a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Its width in bits.
    Int {
        bits: u8,
        signed: bool,
    },
    /// Its width in bits.
    Float(u8),
    Bool,
    Pointer,
    /// An enumeration of so many values, numbered from 0.
    Enum(u8),
    /// 16 bytes of elements of this type.
    Vector(Box<Type>),
    /// An aggregate of the program, by its place in the list.
    Aggregate(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Struct,
    Union,
    /// In Rust a struct with one field, in C that field.
    Transparent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Natural,
    Packed(u8),
    Aligned(u8),
}

#[derive(Clone, Debug)]
pub struct Field {
    pub ty: Type,
    /// The length, if it is an array.
    pub array: Option<u8>,
}

#[derive(Clone, Debug)]
pub struct Aggregate {
    pub kind: Kind,
    pub layout: Layout,
    pub fields: Vec<Field>,
    /// The field of a union that holds the value.
    pub active: usize,
}

/// A calling convention that C compilers have too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convention {
    /// Its name in Rust.
    pub rust: &'static str,
    /// The attribute that stands for it in C.
    pub c: &'static str,
    /// Whether compilers agree on values beyond plain numbers of up to 64 bits, pointers, and aggregates of these.
    pub wide: bool,
    pub variadic: bool,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub convention: Convention,
    pub arguments: Vec<Type>,
    /// What is passed in place of `...`, if the function is variadic.
    pub variadic: Option<Vec<Type>>,
    pub result: Option<Type>,
}

impl Function {
    /// All that is passed, in order.
    pub fn passed(&self) -> impl Iterator<Item = &Type> {
        self.arguments.iter().chain(self.variadic.iter().flatten())
    }

    /// The result and all that is passed.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        self.result.iter().chain(self.passed())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Program {
    pub aggregates: Vec<Aggregate>,
    pub functions: Vec<Function>,
}

impl Program {
    /// Whether `wanted` holds for the type or for any that it consists of.
    pub fn any(&self, ty: &Type, wanted: &dyn Fn(&Type) -> bool) -> bool {
        wanted(ty)
            || match ty {
                Type::Vector(element) => self.any(element, wanted),
                Type::Aggregate(index) => self.aggregates[*index]
                    .fields
                    .iter()
                    .any(|field| self.any(&field.ty, wanted)),
                _ => false,
            }
    }

    /// Whether part of the type asks for an alignment, which no packed struct may hold in Rust.
    pub fn is_aligned(&self, ty: &Type) -> bool {
        self.any(
            ty,
            &|ty| matches!(ty, Type::Aggregate(index) if matches!(self.aggregates[*index].layout, Layout::Aligned(_))),
        )
    }
}
