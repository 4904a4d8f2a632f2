//! What is generated: small functions around `asm!`, as a tree that can be printed, computed and cut down.

/// The bits of a value, lowest word first. A pointer is its distance from what it points into.
pub type Bits = [u64; 4];

/// A local variable, as an index into [`Case::vars`].
pub type Var = usize;

/// An operand of an asm, as an index into [`Asm::operands`].
pub type Slot = usize;

/// The types that operands of inline assembly can have on x86-64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    /// A signed integer of so many bits.
    I(u32),
    /// An unsigned integer of so many bits.
    U(u32),
    /// A float of so many bits.
    F(u32),
    /// A pointer into the static `TABLE`.
    Ptr,
    /// A vector of 128 or 256 bits: of integers, of `f32` or of `f64`.
    Vector(u32, Lanes),
}

/// What a vector type is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// `__m128i`, `__m256i`
    Int,
    /// `__m128`, `__m256`
    Single,
    /// `__m128d`, `__m256d`
    Double,
}

impl Ty {
    /// The type of a counter, a condition, a result.
    pub const WORD: Ty = Ty::U(64);

    /// How many bits a value has.
    pub fn bits(self) -> u32 {
        match self {
            Ty::I(bits) | Ty::U(bits) | Ty::F(bits) | Ty::Vector(bits, _) => bits,
            Ty::Ptr => 64,
        }
    }

    /// How many words a value is logged as.
    pub fn words(self) -> usize {
        self.bits().div_ceil(64) as usize
    }

    /// Whether `as` casts and wrapping arithmetic work on it.
    pub fn is_int(self) -> bool {
        matches!(self, Ty::I(_) | Ty::U(_))
    }

    /// The bits that belong to a value of this type.
    pub fn mask(self, mut value: Bits) -> Bits {
        for (word, start) in value.iter_mut().zip([0, 64, 128, 192]) {
            let left = self.bits().saturating_sub(start);
            if left < 64 {
                *word &= (1 << left) - 1;
            }
        }
        value
    }
}

/// An expression, without side effects.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A value written out.
    Lit(Ty, Bits),
    /// The value of a local.
    Var(Var),
    /// What the optimizer must not see through: `black_box(..)`.
    Opaque(Box<Expr>),
    /// `.. as ty`, between integers.
    Cast(Ty, Box<Expr>),
    /// `from_bits` and `to_bits`, between an integer and a float of the same size.
    Reinterpret(Ty, Box<Expr>),
    /// `a.wrapping_add(b)`, of integers of the same type.
    Add(Box<Expr>, Box<Expr>),
    /// `TABLE[(..) as usize & 15]`
    Table(Box<Expr>),
    /// A word of the local array `memory`.
    Memory(usize),
    /// A pointer to that array; only ever an input of an asm.
    MemoryPtr,
    /// The address of a function; only ever an input of an asm.
    Fn(Callee),
}

/// The functions that an asm can call. All but `Negate` take two words and return one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// Computes only.
    Mix,
    /// Logs what it is given.
    Note,
    /// Panics if both low bits of the first argument are set.
    Maybe,
    /// Takes and returns an `f64`, whose sign it flips.
    Negate,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// `let mut v = ..;`
    Let(Var, Expr),
    /// `v = ..;`
    Assign(Var, Expr),
    /// Logs a value.
    Log(Expr),
    /// An asm, with the declarations of the locals that it initializes.
    Asm(Box<Asm>),
    /// `{ .. }`
    Block(Vec<Stmt>),
    /// `for v in 0..count { .. }`
    Loop(Var, u64, Vec<Stmt>),
    /// `if .. & mask == 0 { .. } else { .. }`
    If(Expr, u64, Vec<Stmt>, Vec<Stmt>),
    /// A local whose destructor logs a tag and a word; if told so, after an asm computed with it.
    Guard(bool, u64, Expr),
    /// `catch_unwind` around a closure, whose result is logged.
    Catch(Vec<Stmt>),
    /// A call of a Rust function that panics if both low bits of its argument are set.
    MayPanic(Expr),
    /// An await that is pending once.
    Await,
    /// `return ..;`, out of the closure of a `Catch`, or else out of the function.
    Return(Expr),
    /// `break;`
    Break,
    /// `continue;`
    Continue,
}

/// One `asm!`.
#[derive(Clone, Debug, PartialEq)]
pub struct Asm {
    /// Its operands; the printer sorts them as Rust wants them.
    pub operands: Vec<Operand>,
    /// Its instructions.
    pub ops: Vec<Op>,
    /// Its options.
    pub options: Options,
    /// Whether operands are referred to by name, not by position.
    pub named: bool,
    /// Whether all the instructions are in one string.
    pub joined: bool,
    /// `clobber_abi`, if any.
    pub clobber_abi: Option<&'static str>,
}

/// The options of an asm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `pure`
    pub pure: bool,
    /// `nomem`
    pub nomem: bool,
    /// `readonly`
    pub readonly: bool,
    /// `preserves_flags`
    pub preserves_flags: bool,
    /// `nostack`
    pub nostack: bool,
    /// `att_syntax`
    pub att_syntax: bool,
    /// `noreturn`
    pub noreturn: bool,
    /// `may_unwind`
    pub may_unwind: bool,
}

/// An operand.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// Where it is.
    pub reg: Reg,
    /// Its type; for what is not in a register, any.
    pub ty: Ty,
    /// What it does.
    pub role: Role,
}

/// Where an operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reg {
    /// In no register: a constant, a symbol, a label.
    None,
    /// `reg`
    Any,
    /// `reg_abcd`
    Abcd,
    /// `reg_byte`
    Byte,
    /// `xmm_reg`
    Xmm,
    /// `ymm_reg`
    Ymm,
    /// A general-purpose register: an index into [`GPRS`].
    Gpr(usize),
    /// The low byte of one.
    Low(usize),
    /// `xmm0` and so on.
    NamedXmm(usize),
    /// `ymm0` and so on.
    NamedYmm(usize),
}

impl Reg {
    /// Whether it is a vector register.
    pub fn is_vector(self) -> bool {
        matches!(self, Reg::Xmm | Reg::Ymm | Reg::NamedXmm(_) | Reg::NamedYmm(_))
    }

    /// Whether it is chosen by the compiler.
    pub fn is_class(self) -> bool {
        matches!(self, Reg::Any | Reg::Abcd | Reg::Byte | Reg::Xmm | Reg::Ymm)
    }

    /// How many of its bits instructions can use.
    pub fn bits(self) -> u32 {
        match self {
            Reg::None => 0,
            Reg::Byte | Reg::Low(_) => 8,
            Reg::Any | Reg::Abcd | Reg::Gpr(_) => 64,
            Reg::Xmm | Reg::NamedXmm(_) => 128,
            Reg::Ymm | Reg::NamedYmm(_) => 256,
        }
    }

    /// A number that two registers share if they overlap; none for a class.
    pub fn physical(self) -> Option<usize> {
        match self {
            Reg::Gpr(index) | Reg::Low(index) => Some(index),
            Reg::NamedXmm(index) | Reg::NamedYmm(index) => Some(100 + index),
            _ => None,
        }
    }
}

/// The general-purpose registers that Rust lets an asm name, by size: 64, 32, 16 and 8 bits.
pub const GPRS: [[&str; 4]; 13] = [
    ["rax", "eax", "ax", "al"],
    ["rcx", "ecx", "cx", "cl"],
    ["rdx", "edx", "dx", "dl"],
    ["rsi", "esi", "si", "sil"],
    ["rdi", "edi", "di", "dil"],
    ["r8", "r8d", "r8w", "r8b"],
    ["r9", "r9d", "r9w", "r9b"],
    ["r10", "r10d", "r10w", "r10b"],
    ["r11", "r11d", "r11w", "r11b"],
    ["r12", "r12d", "r12w", "r12b"],
    ["r13", "r13d", "r13w", "r13b"],
    ["r14", "r14d", "r14w", "r14b"],
    ["r15", "r15d", "r15w", "r15b"],
];
/// The result of a call.
pub const RAX: Reg = Reg::Gpr(0);
/// The second argument of a call.
pub const RSI: Reg = Reg::Gpr(3);
/// The first argument of a call.
pub const RDI: Reg = Reg::Gpr(4);
/// The first float argument of a call, and its result.
pub const XMM0: Reg = Reg::NamedXmm(0);

/// What an operand does.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// `in`
    In(Expr),
    /// `out`, or if told so `lateout`
    Out(bool, Place),
    /// `inout`, or if told so `inlateout`
    InOut(bool, Expr, Place),
    /// `const`; if told so, it is written as the function's generic parameter, which has that value.
    Const(i8, bool),
    /// `sym` of a function
    SymFn(Callee),
    /// `sym` of the static `TABLE`
    SymTable,
    /// `label`
    Label(Vec<Stmt>),
}

impl Role {
    /// Where the output goes, if there is one.
    pub fn place(&self) -> Option<Place> {
        match *self {
            Role::Out(_, place) | Role::InOut(_, _, place) => Some(place),
            _ => None,
        }
    }

    /// The value that goes in, if there is one.
    pub fn input(&self) -> Option<&Expr> {
        match self {
            Role::In(expr) | Role::InOut(_, expr, _) => Some(expr),
            _ => None,
        }
    }

    /// Whether it may share its register with an input.
    pub fn is_late(&self) -> bool {
        matches!(*self, Role::Out(true, _) | Role::InOut(true, ..))
    }
}

/// Where an output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A local declared for it.
    Fresh(Var),
    /// A local that has a value already.
    Existing(Var),
    /// `_`
    Discard,
}

impl Place {
    /// The local, if it is one.
    pub fn var(self) -> Option<Var> {
        match self {
            Place::Fresh(var) | Place::Existing(var) => Some(var),
            Place::Discard => None,
        }
    }
}

/// Where an instruction's second operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Src {
    /// A register.
    Slot(Slot),
    /// A number in the text.
    Imm(i32),
    /// A `const` operand.
    Const(Slot),
}

/// A comparison, of unsigned or signed numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cond {
    /// equal
    E,
    /// not equal
    Ne,
    /// below
    B,
    /// above or equal
    Ae,
    /// less
    L,
    /// greater
    G,
}

/// An instruction, or two that act as one: all is read before anything is written.
///
/// `w` is the size of the general-purpose registers, `d` is what is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// `mov`, `add`, `sub`, `xor`, `and`, `or`, `imul`
    Binary(&'static str, u32, Slot, Src),
    /// `not`, `neg`, `inc`, `dec`, `bswap`
    Unary(&'static str, u32, Slot),
    /// `rol`
    Rotate(u32, Slot, u32),
    /// `lea`
    Lea {
        w: u32,
        d: Slot,
        base: Slot,
        index: Option<(Slot, u64)>,
        disp: i32,
    },
    /// `movzx`, or if `signed` `movsx`
    Extend {
        signed: bool,
        from: u32,
        w: u32,
        d: Slot,
        s: Slot,
    },
    /// `xchg`
    Swap(u32, Slot, Slot),
    /// `cmp a, b; setcc d`
    Flag {
        w: u32,
        a: Slot,
        b: Src,
        cond: Cond,
        d: Slot,
    },
    /// `cmp a, b; cmovcc d, s`
    Pick {
        w: u32,
        a: Slot,
        b: Src,
        cond: Cond,
        d: Slot,
        s: Slot,
    },
    /// `push s; pop d`
    Push(Slot, Slot),
    /// How far the stack pointer is from the alignment that a call needs.
    StackOffset(Slot),
    /// The address of `TABLE`
    TableAddress(Slot, Slot),
    /// A word of `TABLE`, by its symbol
    TableWord(Slot, Slot, i32),
    /// A load, from behind a pointer
    Load(u32, Slot, Slot, i32),
    /// A store, behind a pointer
    Store(u32, Slot, i32, Slot),
    /// `xor`, `pxor` or `vxorps` of a register with itself
    Zero(Slot),
    /// `movdqa`, `paddd`, `paddq`, `psubd`, `pxor`, `por`, `pand`, `punpcklqdq`
    Vector(&'static str, Slot, Slot),
    /// `pshufd`
    Shuffle(Slot, Slot, u8),
    /// `movd` or `movq` into a vector register
    IntoVector(u32, Slot, Slot),
    /// `movd` or `movq` out of one
    FromVector(u32, Slot, Slot),
    /// `add`, `sub`, `mul` with `ss` or `sd`
    Float(&'static str, u32, Slot, Slot),
    /// `vxorps`, `vorps`, `vandps` of 256 bits
    Wide(&'static str, Slot, Slot, Slot),
    /// `vinsertf128 d, a, s, half`
    Insert(Slot, Slot, Slot, u8),
    /// `vextractf128 d, s, half`
    Extract(Slot, Slot, u8),
    /// A call of a function, by its symbol or by its address
    Call(Callee, Slot),
    /// A jump to a label, if there is a condition only if it holds
    Jump(Slot, Option<(u32, Slot, Src, Cond)>),
}

/// How the function of a case is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A function, perhaps inlined.
    Plain,
    /// `#[inline(never)]`
    InlineNever,
    /// `#[inline(always)]`
    InlineAlways,
    /// `extern "C"`, which must not unwind
    ExternC,
    /// `async`
    Async,
    /// The `drop` of a type whose fields are the parameters
    Drop,
    /// A closure
    Closure,
}

/// One independent test: a function, and the calls of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its number in the program.
    pub id: usize,
    /// How the function is written.
    pub shape: Shape,
    /// Whether it has the target feature `avx`.
    pub avx: bool,
    /// The types of its locals. The first ones are the parameters.
    pub vars: Vec<Ty>,
    /// How many of them are parameters.
    pub params: usize,
    /// The function's generic parameter.
    pub generic: i8,
    /// The body.
    pub body: Vec<Stmt>,
    /// What it is called with.
    pub calls: Vec<Call>,
}

/// A call of a case's function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The arguments.
    pub arguments: Vec<Expr>,
    /// For an async function, after how many polls its future is dropped.
    pub polls: u64,
}

impl Expr {
    /// Its type, given those of the locals.
    pub fn ty(&self, vars: &[Ty]) -> Ty {
        match self {
            Expr::Lit(ty, _) | Expr::Cast(ty, _) | Expr::Reinterpret(ty, _) => *ty,
            Expr::Var(var) => vars[*var],
            Expr::Opaque(inner) | Expr::Add(inner, _) => inner.ty(vars),
            Expr::Table(_) | Expr::Memory(_) => Ty::WORD,
            Expr::MemoryPtr | Expr::Fn(_) => Ty::Ptr,
        }
    }
}

impl Op {
    /// Visits the operands that it names.
    pub fn each_slot(&mut self, mut visit: impl FnMut(&mut Slot)) {
        let mut source = |src: &mut Src| {
            if let Src::Slot(slot) | Src::Const(slot) = src {
                visit(slot);
            }
        };
        match self {
            Op::Binary(_, _, _, s) | Op::Flag { b: s, .. } | Op::Pick { b: s, .. } => source(s),
            Op::Jump(_, Some((_, _, s, _))) => source(s),
            _ => {}
        }
        match self {
            Op::Binary(_, _, d, _) | Op::Unary(_, _, d) | Op::Rotate(_, d, _) => visit(d),
            Op::StackOffset(d) | Op::Zero(d) | Op::Call(_, d) | Op::Jump(d, None) => visit(d),
            Op::Lea { d, base, index, .. } => {
                [d, base].into_iter().for_each(&mut visit);
                index.iter_mut().for_each(|(slot, _)| visit(slot));
            }
            Op::Flag { a, d, .. } | Op::Jump(d, Some((_, a, ..))) => [d, a].into_iter().for_each(visit),
            Op::Extend { d, s, .. } | Op::Swap(_, d, s) | Op::Push(d, s) => {
                [d, s].into_iter().for_each(visit)
            }
            Op::TableAddress(d, s) | Op::TableWord(d, s, _) => [d, s].into_iter().for_each(visit),
            Op::Load(_, d, s, _) | Op::Store(_, d, _, s) => [d, s].into_iter().for_each(visit),
            Op::Vector(_, d, s) | Op::Shuffle(d, s, _) => [d, s].into_iter().for_each(visit),
            Op::IntoVector(_, d, s) | Op::FromVector(_, d, s) => [d, s].into_iter().for_each(visit),
            Op::Float(_, _, d, s) | Op::Extract(d, s, _) => [d, s].into_iter().for_each(visit),
            Op::Pick { a, d, s, .. } | Op::Wide(_, d, a, s) | Op::Insert(d, a, s, _) => {
                [d, a, s].into_iter().for_each(visit);
            }
        }
    }
}
