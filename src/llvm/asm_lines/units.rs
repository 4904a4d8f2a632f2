//! The unit whose line table the lines of all asms go to.
//!
//! It is the first one that LLVM makes. A module that LTO merged from several units may have such asms in functions of
//! any of them: these functions are described in the first one then. It may name a file of another unit, and it can
//! be found where the function was before: types and namespaces are the same for all units of a module. Only a
//! function that is described more, or less, than those of the first unit stays where it is, and its asms are one place
//! each; so it is with the standard library's functions in a program with full debug information.

use inkwell::context::Context;
use inkwell::module::{Linkage, Module};
use inkwell::values::AsValueRef;
use llvm_sys::core::*;
use llvm_sys::debuginfo::*;
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};

use super::{as_value, operands};
use crate::llvm::cxx::named_metadata;

/// The units of a module, the one that LLVM makes first at the head.
pub(super) struct Units<'a> {
    context: &'a Context,
    all: Vec<LLVMMetadataRef>,
    first: Option<LLVMMetadataRef>,
}

/// Operands of a unit: enumerations, retained types, globals, imported entities, macros.
const LISTS: std::ops::Range<usize> = 4..9;

const UNITS: &std::ffi::CStr = c"llvm.dbg.cu";

impl<'a> Units<'a> {
    pub(super) fn of(context: &'a Context, module: &Module<'_>) -> Self {
        // SAFETY: the module is live; LLVM writes as many operands as it says.
        let all: Vec<LLVMMetadataRef> = unsafe {
            let count = LLVMGetNamedMetadataNumOperands(module.as_mut_ptr(), UNITS.as_ptr());
            let mut units = vec![std::ptr::null_mut(); count as usize];
            LLVMGetNamedMetadataOperands(module.as_mut_ptr(), UNITS.as_ptr(), units.as_mut_ptr());
            units.into_iter().map(|unit| LLVMValueAsMetadata(unit)).collect()
        };
        let mut units = Units {
            context,
            all,
            first: None,
        };
        units.first = units.made_first(module);
        units
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Has LLVM make the unit of one of `subprograms` first, if it can be told to.
    pub(super) fn put_first(
        &mut self,
        module: &Module<'_>,
        subprograms: impl Iterator<Item = LLVMMetadataRef>,
    ) {
        let mut units = subprograms.filter_map(|subprogram| self.unit_of(subprogram));
        let Some((_, wanted)) = units.find(|&(_, unit)| self.is_made_early(unit)) else {
            return;
        };
        if self.first == Some(wanted) {
            return;
        }
        let at = self.all.iter().position(|&unit| unit == wanted);
        self.all.swap(0, at.unwrap_or(0));
        named_metadata::set_operands(module, UNITS, &self.all);
        self.first = Some(wanted);
    }

    /// Describes a function in the first unit. If that cannot be, it stays where it is, and the answer is no.
    pub(super) fn move_to_first(&self, subprogram: LLVMMetadataRef) -> bool {
        let (Some(first), Some((index, unit))) = (self.first, self.unit_of(subprogram)) else {
            return false;
        };
        if unit == first {
            return true;
        }
        if self.kind(unit) != self.kind(first) {
            return false;
        }
        // SAFETY: both are live; the operand was the unit, and is one again.
        unsafe { LLVMReplaceMDNodeOperandWith(as_value(self.context, subprogram), index, first) };
        true
    }

    /// The unit that LLVM makes first (`DwarfDebug::beginModule`): the first that has more than functions, or that of
    /// the first function.
    fn made_first(&self, module: &Module<'_>) -> Option<LLVMMetadataRef> {
        if let [only] = *self.all {
            return Some(only);
        }
        let of_function = || {
            module.get_functions().find_map(|function| {
                // SAFETY: the function is live.
                let subprogram = unsafe { LLVMGetSubprogram(function.as_value_ref()) };
                let is_emitted = function.count_basic_blocks() > 0
                    && function.get_linkage() != Linkage::AvailableExternally;
                let unit = (is_emitted && !subprogram.is_null()).then(|| self.unit_of(subprogram))?;
                unit.map(|(_, unit)| unit)
            })
        };
        let early = self.all.iter().copied().find(|&unit| self.is_made_early(unit));
        early.or_else(of_function)
    }

    /// Whether LLVM makes the unit before it comes to any function.
    fn is_made_early(&self, unit: LLVMMetadataRef) -> bool {
        let operands = operands(self.context, unit);
        // SAFETY: the operand is live, and a node.
        let has_some =
            |list: &LLVMValueRef| !list.is_null() && unsafe { LLVMGetMDNodeNumOperands(*list) } > 0;
        operands
            .get(LISTS)
            .is_some_and(|lists| lists.iter().any(has_some))
    }

    /// The unit of a subprogram, and which of its operands that is.
    fn unit_of(&self, subprogram: LLVMMetadataRef) -> Option<(u32, LLVMMetadataRef)> {
        let operands = operands(self.context, subprogram);
        let nodes = (0..).zip(operands).filter(|(_, operand)| !operand.is_null());
        // SAFETY: the operands are live.
        let mut nodes = nodes.map(|(index, operand)| (index, unsafe { LLVMValueAsMetadata(operand) }));
        nodes.find(|(_, node)| self.all.contains(node))
    }

    /// How much a unit describes, as LLVM prints it: `FullDebug`. No function of LLVM-C tells it.
    fn kind(&self, unit: LLVMMetadataRef) -> Option<String> {
        // SAFETY: the unit is live; LLVM gives a text to be freed.
        let printed = unsafe {
            let text = LLVMPrintValueToString(as_value(self.context, unit));
            let printed = std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned();
            LLVMDisposeMessage(text);
            printed
        };
        let (_, kind) = printed.split_once("emissionKind: ")?;
        let end = kind.find(|char: char| !char.is_ascii_alphabetic());
        Some(kind[..end.unwrap_or(kind.len())].to_owned())
    }
}
