//! The families of rustc's `BuilderMethods`: methods that differ in the instruction only. [`super::methods`] lists their
//! members, and has in scope what the methods are made of.

/// The methods of two operands: inkwell's method, and what the operation promises or allows.
macro_rules! binary {
    ($($name:ident = $build:ident $(promising $promise:ident)? $(allowing $flags:expr)?;)*) => { $(
        fn $name(&mut self, lhs: Self::Value, rhs: Self::Value) -> Self::Value {
            let value = built(self.ll.$build(lhs, rhs, ""));
            $(let value = promise(value, Promise::$promise);)?
            $(let value = set_fast_math(value, $flags);)?
            value
        }
    )* };
}

/// The methods of one operand.
macro_rules! unary {
    ($($name:ident = $build:ident;)*) => { $(
        fn $name(&mut self, v: Self::Value) -> Self::Value {
            built(self.ll.$build(v, ""))
        }
    )* };
}

/// The methods that convert a value to a type.
macro_rules! casts {
    ($($name:ident = $build:ident $(promising $promise:ident)?;)*) => { $(
        fn $name(&mut self, val: Self::Value, dest_ty: Self::Type) -> Self::Value {
            let value = built(self.ll.$build(val, dest_ty, ""));
            $(let value = promise(value, Promise::$promise);)?
            value
        }
    )* };
}

/// The methods that copy a block.
macro_rules! copies {
    ($($(#[$doc:meta])* $name:ident = $build:ident ($($extra:ident: $ty:ty)?);)*) => { $(
        $(#[$doc])*
        fn $name(
            &mut self,
            dst: Self::Value,
            dst_align: Align,
            src: Self::Value,
            src_align: Align,
            size: Self::Value,
            flags: MemFlags,
            $($extra: $ty,)?
        ) {
            let (to, from, size) = (dst.pointer(), src.pointer(), memory::block_size(self, size));
            let (to_align, from_align) = (memory::bytes(dst_align), memory::bytes(src_align));
            let copy = built(self.ll.$build(to, to_align, from, from_align, size));
            memory::describe_block_operation(self, copy.into(), flags);
        }
    )* };
}

pub(super) use {binary, casts, copies, unary};
