//! A register for the number of the label that an asm jumped to, where the outputs may have all there are.
//!
//! On processors whose asm cannot write to memory without a register for the address, the number is one more output
//! ([`super::goto`]). An asm whose own outputs fill the general-purpose registers would then be rejected, though the
//! in-tree backend compiles it. So with many such outputs, the number takes the register of one of them on each way
//! out, behind the user's text. If that output is read, its value goes to a floating-point register before.

use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_span::Symbol;
use rustc_target::asm::*;

use super::classes::is_general_purpose;
use super::operands::Operands;
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Type, Value};

/// The output whose register the number takes.
pub(super) struct Loan<'ll> {
    /// LLVM's number for the output.
    pub(super) output: usize,
    /// Where the output's value is, if it is read.
    pub(super) refuge: Option<Refuge<'ll>>,
}

/// A floating-point register for the bits of a general-purpose one.
pub(super) struct Refuge<'ll> {
    /// How they get there: `{f}` from `{o}`.
    pub(super) instruction: &'static str,
    pub(super) constraint: &'static str,
    /// The float of the register's size.
    pub(super) float: Type<'ll>,
    bits: Type<'ll>,
}

impl<'ll> Loan<'ll> {
    /// The loan for an asm of `function`, or nothing where a register is certainly left, or no output can lend its
    /// own.
    pub(super) fn new(
        cx: &CodegenCx<'ll, '_>,
        operands: &Operands<'ll, '_>,
        function: DefId,
    ) -> Option<Self> {
        let general = || {
            let outputs = operands.outputs.iter().enumerate();
            outputs.filter(|(_, output)| is_general(output.class))
        };
        if general().count() < surely_there(cx.asm_arch()) {
            return None;
        }
        // The number has 32 bits.
        let holds_number = |ty| ty == cx.types.ptr || cx.int_width(ty).is_some_and(|bits| bits >= 32);
        let wide = || general().filter(|(_, output)| holds_number(output.ty));
        if let Some((output, _)) = wide().find(|(_, output)| output.into.is_none()) {
            return Some(Loan { output, refuge: None });
        }
        let (output, _) = wide().next()?;
        let refuge = Some(Refuge::new(cx, function)?);
        Some(Loan { output, refuge })
    }
}

impl<'ll> Refuge<'ll> {
    fn new(cx: &CodegenCx<'ll, '_>, function: DefId) -> Option<Self> {
        let arch = cx.asm_arch();
        let class = match arch {
            InlineAsmArch::AArch64 | InlineAsmArch::Arm64EC => {
                InlineAsmRegClass::AArch64(AArch64InlineAsmRegClass::vreg)
            }
            InlineAsmArch::Arm => InlineAsmRegClass::Arm(ArmInlineAsmRegClass::sreg),
            InlineAsmArch::RiscV32 | InlineAsmArch::RiscV64 => {
                InlineAsmRegClass::RiscV(RiscVInlineAsmRegClass::freg)
            }
            InlineAsmArch::LoongArch32 | InlineAsmArch::LoongArch64 => {
                InlineAsmRegClass::LoongArch(LoongArchInlineAsmRegClass::freg)
            }
            InlineAsmArch::PowerPC64 => InlineAsmRegClass::PowerPC(PowerPCInlineAsmRegClass::freg),
            InlineAsmArch::S390x => InlineAsmRegClass::S390x(S390xInlineAsmRegClass::freg),
            _ => return None,
        };
        let (instruction, constraint, is_double) = match arch {
            InlineAsmArch::AArch64 | InlineAsmArch::Arm64EC => ("fmov {f:d}, {o:x}", "=w", true),
            InlineAsmArch::Arm => ("vmov {f}, {o}", "=t", false),
            InlineAsmArch::RiscV32 => ("fmv.w.x {f}, {o}", "=f", false),
            InlineAsmArch::RiscV64 => ("fmv.d.x {f}, {o}", "=f", true),
            InlineAsmArch::LoongArch32 => ("movgr2fr.w {f}, {o}", "=f", false),
            InlineAsmArch::LoongArch64 => ("movgr2fr.d {f}, {o}", "=f", true),
            InlineAsmArch::PowerPC64 => ("mtfprd {f}, {o}", "=f", true),
            InlineAsmArch::S390x => ("ldgr {f}, {o}", "=f", true),
            _ => return None,
        };
        let features = cx.tcx.asm_target_features(function);
        let has = |feature: Symbol| features.contains(&feature);
        let ty = if is_double {
            InlineAsmType::F64
        } else {
            InlineAsmType::F32
        };
        let takes = class
            .supported_types(arch, true)
            .iter()
            .any(|&(candidate, feature)| candidate == ty && feature.is_none_or(has));
        // The move came with POWER8 (Power ISA 2.07, "Move To VSR Doubleword").
        let moves = arch != InlineAsmArch::PowerPC64 || has(Symbol::intern("power8-vector"));
        let types = &cx.types;
        let (float, bits) = match is_double {
            true => (types.f64, types.i64),
            false => (types.f32, types.i32),
        };
        (takes && moves).then_some(Refuge {
            instruction,
            constraint,
            float,
            bits,
        })
    }

    /// The output's value, of type `ty`, from what the asm returned in the floating-point register.
    pub(super) fn restore(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        float: Value<'ll>,
        ty: Type<'ll>,
    ) -> Value<'ll> {
        let bits = bx.bitcast(float, self.bits);
        match bx.cx.int_width(ty) {
            Some(_) => bx.intcast(bits, ty, false),
            None => bx.inttoptr(bits, ty),
        }
    }
}

/// How many general-purpose outputs leave a register free, whatever else is reserved: for frame and base pointer, for
/// the platform, in the short instruction sets of Thumb-1 and RV32E.
fn surely_there(arch: InlineAsmArch) -> usize {
    match arch {
        InlineAsmArch::Arm => 6,
        InlineAsmArch::S390x => 10,
        InlineAsmArch::RiscV32 | InlineAsmArch::RiscV64 => 9,
        _ => 20,
    }
}

fn is_general(class: InlineAsmRegClass) -> bool {
    is_general_purpose(class)
        || matches!(
            class,
            InlineAsmRegClass::PowerPC(PowerPCInlineAsmRegClass::reg | PowerPCInlineAsmRegClass::reg_nonzero)
                | InlineAsmRegClass::S390x(S390xInlineAsmRegClass::reg | S390xInlineAsmRegClass::reg_addr)
        )
}
