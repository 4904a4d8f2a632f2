//! Random types and functions; the same from the same seed.

use fastrand::Rng;

use crate::model::{Aggregate, Convention, Field, Function, Kind, Layout, Program, Type};

/// A program with `functions` functions.
pub fn program(seed: u64, functions: usize, conventions: &[Convention]) -> Program {
    let mut rng = Rng::with_seed(seed);
    let mut program = Program::default();
    // A few types of all that can be made from those before.
    for _ in 0..functions.div_ceil(2) {
        let aggregate = aggregate(&mut rng, &program);
        program.aggregates.push(aggregate);
    }
    program.functions = (0..functions)
        .map(|_| function(&mut rng, &program, conventions))
        .collect();
    program
}

fn scalar(rng: &mut Rng) -> Type {
    match rng.u8(..24) {
        0..10 => Type::Int {
            bits: 8 << rng.u8(..4),
            signed: rng.bool(),
        },
        10 => Type::Int {
            bits: 128,
            signed: rng.bool(),
        },
        11..18 => Type::Float(32 << rng.u8(..2)),
        18 => Type::Float([16, 128][rng.usize(..2)]),
        19..21 => Type::Bool,
        21 => Type::Enum(rng.u8(2..9)),
        _ => Type::Pointer,
    }
}

fn vector(rng: &mut Rng) -> Type {
    let element = match rng.bool() {
        true => Type::Float(32 << rng.u8(..2)),
        false => Type::Int {
            bits: 8 << rng.u8(..4),
            signed: rng.bool(),
        },
    };
    Type::Vector(Box::new(element))
}

fn aggregate(rng: &mut Rng, program: &Program) -> Aggregate {
    let kind = match rng.u8(..10) {
        0 | 1 => Kind::Union,
        2 => Kind::Transparent,
        _ => Kind::Struct,
    };
    let count = match kind {
        Kind::Transparent => 1,
        // Small ones are passed in registers, by the rules that differ.
        _ => [1, 1, 2, 2, 2, 3, 3, 4, 5, 8][rng.usize(..10)],
    };
    // All fields of one kind: homogeneous aggregates have rules of their own.
    let same = rng.u8(..4) == 0;
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..count {
        if same && let Some(first) = fields.first() {
            fields.push(first.clone());
            continue;
        }
        let ty = match rng.u8(..12) {
            0 => vector(rng),
            1 | 2 if !program.aggregates.is_empty() => Type::Aggregate(rng.usize(..program.aggregates.len())),
            _ => scalar(rng),
        };
        let array = (kind != Kind::Transparent && rng.u8(..6) == 0).then(|| rng.u8(1..5));
        fields.push(Field { ty, array });
    }
    let aligned = fields.iter().any(|field| program.is_aligned(&field.ty));
    let layout = match rng.u8(..12) {
        0 if kind != Kind::Transparent && !aligned => Layout::Packed(1 << rng.u8(..3)),
        1 if kind == Kind::Struct => Layout::Aligned(4 << rng.u8(..4)),
        _ => Layout::Natural,
    };
    Aggregate {
        kind,
        layout,
        active: rng.usize(..fields.len()),
        fields,
    }
}

fn function(rng: &mut Rng, program: &Program, conventions: &[Convention]) -> Function {
    // The first is the platform's, of which most is to be known.
    let convention = match rng.bool() {
        true => conventions[0],
        false => conventions[rng.usize(..conventions.len())],
    };
    let count = match rng.u8(..8) {
        0 => rng.usize(8..21),
        1..4 => rng.usize(..3),
        _ => rng.usize(1..8),
    };
    let arguments: Vec<Type> = (0..count).map(|_| value(rng, program, convention)).collect();
    let variadic = (convention.variadic && !arguments.is_empty() && rng.u8(..6) == 0)
        .then(|| (0..rng.usize(..7)).map(|_| promoted(rng, program)).collect());
    Function {
        convention,
        arguments,
        variadic,
        result: (rng.u8(..10) != 0).then(|| value(rng, program, convention)),
    }
}

fn value(rng: &mut Rng, program: &Program, convention: Convention) -> Type {
    let narrow = |ty: &Type| {
        !program.any(ty, &|ty| {
            matches!(
                ty,
                Type::Vector(_) | Type::Float(16 | 128) | Type::Int { bits: 128, .. }
            )
        })
    };
    loop {
        let ty = match rng.u8(..12) {
            0 => vector(rng),
            1..7 => Type::Aggregate(rng.usize(..program.aggregates.len())),
            _ => scalar(rng),
        };
        if convention.wide || narrow(&ty) {
            return ty;
        }
    }
}

/// A type that an argument in place of `...` may have after C's default promotions.
fn promoted(rng: &mut Rng, program: &Program) -> Type {
    let index = rng.usize(..program.aggregates.len());
    match rng.u8(..6) {
        0 | 1 => Type::Int {
            bits: 32 << rng.u8(..2),
            signed: rng.bool(),
        },
        // A transparent struct is its field, which C might promote.
        2 if program.aggregates[index].kind != Kind::Transparent => Type::Aggregate(index),
        3 => Type::Pointer,
        _ => Type::Float(64),
    }
}
