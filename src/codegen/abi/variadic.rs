//! Variadic arguments: fetching the next one by the rules of the platform.
//!
//! Every platform's list has an area of memory with the arguments that were passed on the stack. Some have
//! a copy of the argument registers too, with a count of those that have been read. What differs is where
//! the fields are, how far each argument reaches, and where in its slot a small one lies; [`Rules`] says
//! that, and one function fetches by it. LLVM's own `va_arg` is right for a few small platforms only.

use rustc_abi::{Align, BackendRepr, Endian, Float, Integer, Primitive, Size};
use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_target::spec::{Arch, Env, LlvmAbi, RustcAbi, Target};

use crate::codegen::builder::{Builder, built};
use crate::codegen::layout::LayoutExt;
use crate::llvm::{Type, Value};

/// How an argument is found.
#[derive(Clone, Debug)]
struct Rules {
    registers: Option<Registers>,
    stack: Stack,
    /// What is passed is the argument's address.
    indirect: bool,
}

/// The copy of the registers that an argument may be in.
#[derive(Clone, Debug)]
struct Registers {
    /// Where in the list the count is, and how many bits it has.
    count: u64,
    bits: u64,
    /// The count is rounded up to a multiple of this first.
    align: i64,
    /// By how much the argument advances the count.
    step: i64,
    /// The argument is there if the count is then no more than this.
    limit: i64,
    /// What becomes of the count if the argument is not there.
    when_exhausted: WhenExhausted,
    /// Where in the list the address of the copy is.
    area: u64,
    /// The argument's address: that of the area, and `base`, and the count before times `scale`.
    base: u64,
    scale: u64,
}

/// What becomes of the count of registers when there are not enough for an argument.
#[derive(Copy, Clone, Debug)]
enum WhenExhausted {
    /// It stays: a smaller argument may still fit.
    Stays,
    /// It advances all the same.
    Advances,
    /// It becomes the limit.
    Ends,
}

/// The arguments on the stack.
#[derive(Clone, Debug)]
struct Stack {
    /// Where in the list the address of the next one is.
    next: u64,
    /// Arguments begin and end at multiples of this.
    slot: u64,
    /// Arguments of a larger alignment are aligned to that.
    over_aligned: bool,
    /// On big-endian machines: a small argument is at the end of its slot.
    at_end: bool,
}

/// The next argument of `list`.
pub(crate) fn next_argument<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    list: OperandRef<'tcx, Value<'ll>>,
    layout: TyAndLayout<'tcx>,
) -> Value<'ll> {
    // A struct of one field is passed as the field.
    let layout = layout.peel_transparent_wrappers_from_non_1zst(bx.cx);
    let target = &bx.cx.tcx.sess.target;
    let ty = layout.immediate_llvm_type(bx.cx);
    if matches!(target.arch, Arch::Avr | Arch::M68k | Arch::Msp430) {
        return bx.va_arg(list.immediate(), ty);
    }
    let Some(rules) = rules(target, &layout) else {
        let message = format!(
            "fetching a variadic argument of type `{}` is not supported by the codegen backend `fixed` for `{}`",
            layout.ty, target.llvm_target
        );
        bx.cx.tcx.dcx().span_fatal(bx.span, message)
    };
    fetch(bx, list.immediate(), &rules, layout, ty)
}

/// A float or something else, for platforms that have registers for each.
fn is_float(layout: &TyAndLayout<'_>) -> Option<Float> {
    match layout.backend_repr {
        BackendRepr::Scalar(scalar) => match scalar.primitive() {
            Primitive::Float(float) => Some(float),
            _ => None,
        },
        _ => None,
    }
}

fn rules(target: &Target, layout: &TyAndLayout<'_>) -> Option<Rules> {
    let size = layout.size.bytes();
    let large = |most: u64| size > most;
    // Windows on 64-bit x86, and what imitates it: a slot holds 1, 2, 4 or 8 bytes, or an address.
    let odd = size > 8 || !size.is_power_of_two();
    let stack = |slot, over_aligned, at_end, indirect| {
        Some(Rules {
            registers: None,
            stack: Stack {
                next: 0,
                slot,
                over_aligned,
                at_end,
            },
            indirect,
        })
    };
    match target.arch {
        // Only `f128` has an alignment over that of a slot that is honoured.
        Arch::X86 => stack(4, is_float(layout) == Some(Float::F128), false, false),
        Arch::X86_64 if target.is_like_windows => stack(8, false, false, odd),
        Arch::X86_64 => system_v(target, layout),
        Arch::Arm64EC => stack(8, false, false, odd),
        Arch::AArch64 if target.is_like_windows || target.is_like_darwin => stack(8, true, false, false),
        Arch::AArch64 => Some(aapcs64(target, layout)),
        Arch::Arm | Arch::CSky => stack(4, true, false, false),
        Arch::S390x => Some(s390x(layout)),
        Arch::PowerPC => Some(powerpc(target, layout)),
        Arch::PowerPC64 => stack(8, true, true, false),
        Arch::RiscV32 if target.llvm_abiname == LlvmAbi::Ilp32e => None,
        Arch::RiscV32 | Arch::LoongArch32 => stack(4, true, false, large(8)),
        Arch::RiscV64 | Arch::LoongArch64 => stack(8, true, false, large(16)),
        Arch::Sparc64 => stack(8, true, true, large(16)),
        Arch::Sparc => stack(4, false, true, is_float(layout) == Some(Float::F128)),
        Arch::AmdGpu => stack(4, false, false, false),
        Arch::Nvptx64 => stack(1, true, false, false),
        Arch::Wasm32 | Arch::Wasm64 => stack(4, true, false, layout.is_aggregate()),
        Arch::Mips | Arch::Mips32r6 | Arch::Mips64 | Arch::Mips64r6 => {
            let slot = if target.llvm_abiname == LlvmAbi::O32 { 4 } else { 8 };
            stack(slot, true, true, false)
        }
        Arch::Hexagon if target.env != Env::Musl => stack(4, true, false, false),
        _ => None,
    }
}

/// System V ABI for x86-64, 3.5.7: `{ u32 gp_offset, u32 fp_offset, *overflow_arg_area, *reg_save_area }`.
fn system_v(target: &Target, layout: &TyAndLayout<'_>) -> Option<Rules> {
    let pointer = u64::from(target.pointer_width) / 8;
    let size = layout.size.bytes();
    // Six general-purpose registers of 8 bytes, then eight vector registers of 16.
    let (count, step, limit) = match layout.backend_repr {
        BackendRepr::Scalar(scalar) => match scalar.primitive() {
            Primitive::Float(_) => (4, 16, 176),
            Primitive::Int(..) | Primitive::Pointer(_) => (0, size.next_multiple_of(8) as i64, 48),
        },
        _ => return None,
    };
    Some(Rules {
        registers: Some(Registers {
            count,
            bits: 32,
            align: 1,
            step,
            limit,
            when_exhausted: WhenExhausted::Stays,
            area: 8 + pointer,
            base: 0,
            scale: 1,
        }),
        stack: Stack {
            next: 8,
            slot: 8,
            over_aligned: true,
            at_end: false,
        },
        indirect: false,
    })
}

/// AAPCS64, appendix B: `{ *stack, *gr_top, *vr_top, i32 gr_offs, i32 vr_offs }`, the offsets counting up to
/// zero from below.
fn aapcs64(target: &Target, layout: &TyAndLayout<'_>) -> Rules {
    let size = layout.size.bytes();
    let (count, area, unit) = match is_float(layout) {
        Some(_) => (28, 16, 16),
        None => (24, 8, 8),
    };
    let step = size.next_multiple_of(unit);
    let in_slot = match target.endian {
        Endian::Big => step - size,
        Endian::Little => 0,
    };
    Rules {
        registers: Some(Registers {
            count,
            bits: 32,
            // A pair of general-purpose registers begins with an even one.
            align: if unit == 8 && layout.align.bytes() > 8 {
                16
            } else {
                1
            },
            step: step as i64,
            limit: 0,
            // Once an argument was on the stack, all that follow are.
            when_exhausted: WhenExhausted::Advances,
            area,
            base: in_slot,
            scale: 1,
        }),
        stack: Stack {
            next: 0,
            slot: 8,
            over_aligned: true,
            at_end: false,
        },
        indirect: false,
    }
}

/// ELF ABI for s390x, 1.2.4: `{ i64 gpr, i64 fpr, *overflow_arg_area, *reg_save_area }`.
fn s390x(layout: &TyAndLayout<'_>) -> Rules {
    let size = layout.size.bytes();
    let indirect = size > 8 || !size.is_power_of_two();
    let in_float = !indirect && is_float(layout).is_some();
    let padding = if indirect { 0 } else { 8 - size };
    // Five general-purpose registers from the third word of the area on, four for floats from the 17th.
    let (count, limit, base) = match in_float {
        true => (8, 4, 16 * 8),
        false => (0, 5, 2 * 8 + padding),
    };
    Rules {
        registers: Some(Registers {
            count,
            bits: 64,
            align: 1,
            step: 1,
            limit,
            when_exhausted: WhenExhausted::Stays,
            area: 24,
            base,
            scale: 8,
        }),
        stack: Stack {
            next: 16,
            slot: 8,
            over_aligned: false,
            at_end: true,
        },
        indirect,
    }
}

/// System V ABI for PowerPC: `{ u8 gpr, u8 fpr, u16, *overflow_arg_area, *reg_save_area }`.
fn powerpc(target: &Target, layout: &TyAndLayout<'_>) -> Rules {
    let size = layout.size.bytes();
    // The SPE has no float registers of its own.
    let in_float = is_float(layout).is_some() && target.rustc_abi != Some(RustcAbi::PowerPcSpe);
    let (count, base, scale) = match in_float {
        // Behind the eight general-purpose registers of 4 bytes.
        true => (1, 32, 8),
        false => (0, 0, 4),
    };
    Rules {
        registers: Some(Registers {
            count,
            bits: 8,
            align: if size == 8 && !in_float { 2 } else { 1 },
            step: size.div_ceil(scale) as i64,
            limit: 8,
            when_exhausted: WhenExhausted::Ends,
            area: 8,
            base,
            scale,
        }),
        stack: Stack {
            next: 4,
            slot: 4,
            over_aligned: true,
            at_end: false,
        },
        indirect: false,
    }
}

fn fetch<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    list: Value<'ll>,
    rules: &Rules,
    layout: TyAndLayout<'tcx>,
    ty: Type<'ll>,
) -> Value<'ll> {
    let pointer = bx.cx.tcx.data_layout.pointer_size();
    let pointer_align = bx.cx.tcx.data_layout.pointer_align().abi;
    let (size, align) = match rules.indirect {
        true => (pointer, pointer_align),
        false => (layout.size, argument_align(bx, &layout)),
    };
    let address = match &rules.registers {
        None => from_stack(bx, list, &rules.stack, size, align),
        Some(registers) => {
            let end = bx.append_sibling_block("va_arg.end");
            let (in_registers, on_stack) = from_registers(bx, list, registers);
            // `from_registers` leaves the builder where the argument is in a register.
            let first = bx.llbb();
            bx.br(end);
            bx.switch_to_block(on_stack);
            let in_memory = from_stack(bx, list, &rules.stack, size, align);
            let second = bx.llbb();
            bx.br(end);
            bx.switch_to_block(end);
            let ptr = bx.cx.types.ptr;
            let phi = built(bx.ll.build_phi(ptr, ""));
            phi.add_incoming(&[(&in_registers, first), (&in_memory, second)]);
            phi.into()
        }
    };
    if rules.indirect {
        let ptr = bx.cx.types.ptr;
        let address = bx.load(ptr, address, pointer_align);
        return bx.load(ty, address, layout.align.abi);
    }
    // A slot may be less aligned than what lies in it.
    let slot_align = Align::from_bytes(rules.stack.slot.min(8)).expect("slots are powers of two");
    let certain = if rules.registers.is_none() && rules.stack.over_aligned {
        align
    } else {
        align.min(slot_align)
    };
    bx.load(ty, address, certain.min(align))
}

/// The alignment of an argument, where it is not that of its type.
fn argument_align(bx: &Builder<'_, '_, '_>, layout: &TyAndLayout<'_>) -> Align {
    let powerpc = matches!(bx.cx.tcx.sess.target.arch, Arch::PowerPC | Arch::PowerPC64);
    match layout.backend_repr {
        BackendRepr::Scalar(scalar) if powerpc => match scalar.primitive() {
            Primitive::Int(Integer::I128, _) => Align::EIGHT,
            _ => layout.align.abi,
        },
        _ => layout.align.abi,
    }
}

/// The address `bytes` after `base`.
fn offset_by<'ll>(bx: &mut Builder<'_, 'll, '_>, base: Value<'ll>, bytes: u64) -> Value<'ll> {
    match bytes {
        0 => base,
        _ => {
            let offset = bx.const_usize(bytes);
            bx.inbounds_ptradd(base, offset)
        }
    }
}

/// Takes the next argument off the stack, and returns its address.
fn from_stack<'ll>(
    bx: &mut Builder<'_, 'll, '_>,
    list: Value<'ll>,
    stack: &Stack,
    size: Size,
    align: Align,
) -> Value<'ll> {
    let (ptr, isize) = (bx.cx.types.ptr, bx.cx.types.isize);
    let pointer_align = bx.cx.tcx.data_layout.pointer_align().abi;
    let field = offset_by(bx, list, stack.next);
    let mut address = bx.load(ptr, field, pointer_align);
    if stack.over_aligned && align.bytes() > stack.slot {
        let up = offset_by(bx, address, align.bytes() - 1);
        let width = bx.cx.tcx.data_layout.pointer_size();
        let mask = bx.const_usize(width.truncate(u128::from(align.bytes().wrapping_neg())) as u64);
        address = bx.call_intrinsic("llvm.ptrmask", &[ptr, isize], &[up, mask]);
    }
    let next = offset_by(bx, address, size.bytes().next_multiple_of(stack.slot));
    bx.store(next, field, pointer_align);
    let is_big = bx.cx.tcx.sess.target.endian == Endian::Big;
    match stack.at_end && is_big && size.bytes() < stack.slot {
        true => offset_by(bx, address, stack.slot - size.bytes()),
        false => address,
    }
}

/// Branches on whether the argument is in a register, and goes to where it is. Returns its address there, and
/// the block for when it is not.
fn from_registers<'ll>(
    bx: &mut Builder<'_, 'll, '_>,
    list: Value<'ll>,
    registers: &Registers,
) -> (Value<'ll>, inkwell::basic_block::BasicBlock<'ll>) {
    let in_registers = bx.append_sibling_block("va_arg.register");
    let on_stack = bx.append_sibling_block("va_arg.stack");
    let ty = bx.cx.int_type(registers.bits);
    let number = |bx: &Builder<'_, 'll, '_>, value: i64| bx.const_int(ty, value);
    let align = Align::from_bytes(registers.bits / 8).expect("a power of two");
    let field = offset_by(bx, list, registers.count);
    let mut count = bx.load(ty, field, align);
    if registers.align > 1 {
        let up = number(bx, registers.align - 1);
        let mask = number(bx, -registers.align);
        count = bx.add(count, up);
        count = bx.and(count, mask);
    }
    let step = number(bx, registers.step);
    let next = bx.add(count, step);
    let limit = number(bx, registers.limit);
    let fits = bx.icmp(IntPredicate::IntSLE, next, limit);
    let after = match registers.when_exhausted {
        WhenExhausted::Stays => None,
        WhenExhausted::Advances => Some(next),
        WhenExhausted::Ends => Some(bx.select(fits, next, limit)),
    };
    if let Some(after) = after {
        bx.store(after, field, align);
    }
    bx.cond_br(fits, in_registers, on_stack);
    bx.switch_to_block(in_registers);
    if after.is_none() {
        bx.store(next, field, align);
    }
    let area = offset_by(bx, list, registers.area);
    let pointer_align = bx.cx.tcx.data_layout.pointer_align().abi;
    let ptr = bx.cx.types.ptr;
    let area = bx.load(ptr, area, pointer_align);
    let start = offset_by(bx, area, registers.base);
    let isize = bx.cx.types.isize;
    let mut offset = bx.intcast(count, isize, true);
    if registers.scale > 1 {
        let scale = bx.const_usize(registers.scale);
        offset = bx.mul(offset, scale);
    }
    (bx.ptradd(start, offset), on_stack)
}
