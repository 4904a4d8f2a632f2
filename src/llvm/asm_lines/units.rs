//! The unit whose line table the lines of all asms go to.
//!
//! It is the first one that LLVM makes. A module that LTO merged from several units may have such asms in functions of
//! any of them: these functions are described in the first one then. It may name a file of another unit, and it can
//! be found where the function was before: types and namespaces are the same for all units of a module. Only a
//! function that is described more, or less, than those of the first unit stays where it is, and its asms are one place
//! each; so it is with the standard library's functions in a program with full debug information.

use inkwell::context::Context;
use inkwell::module::{Linkage, Module};
use inkwell::values::AnyValue;
use llvm_sys::core::LLVMReplaceMDNodeOperandWith;

use super::{operand_count, operands, subprogram_of};
use crate::llvm::cxx::named_metadata;
use crate::llvm::metadata::{Metadata, as_operand, constant as as_metadata};
use crate::llvm::safe::functions;
use crate::llvm::values::Value;

/// The units of a module, the one that LLVM makes first at the head.
pub(super) struct Units<'ll> {
    context: &'ll Context,
    all: Vec<Metadata<'ll>>,
    first: Option<Metadata<'ll>>,
}

/// Operands of a unit: enumerations, retained types, globals, imported entities, macros.
const LISTS: std::ops::Range<usize> = 4..9;

const UNITS: &str = "llvm.dbg.cu";

impl<'ll> Units<'ll> {
    pub(super) fn of(context: &'ll Context, module: &Module<'ll>) -> Self {
        let units = module.get_global_metadata(UNITS);
        let mut units = Units {
            context,
            all: units.into_iter().map(|unit| as_metadata(unit.into())).collect(),
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
        module: &Module<'ll>,
        subprograms: impl Iterator<Item = Metadata<'ll>>,
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
    pub(super) fn move_to_first(&self, subprogram: Metadata<'ll>) -> bool {
        let (Some(first), Some((index, unit))) = (self.first, self.unit_of(subprogram)) else {
            return false;
        };
        if unit == first {
            return true;
        }
        if self.kind(unit) != self.kind(first) {
            return false;
        }
        replace_operand(as_operand(self.context, subprogram), index, first);
        true
    }

    /// The unit that LLVM makes first (`DwarfDebug::beginModule`): the first that has more than functions, or that of
    /// the first function.
    fn made_first(&self, module: &Module<'ll>) -> Option<Metadata<'ll>> {
        if let [only] = *self.all {
            return Some(only);
        }
        let of_function = || {
            module.get_functions().find_map(|function| {
                let subprogram = subprogram_of(function)?;
                let is_emitted = function.count_basic_blocks() > 0
                    && function.get_linkage() != Linkage::AvailableExternally;
                let unit = is_emitted.then(|| self.unit_of(subprogram))?;
                unit.map(|(_, unit)| unit)
            })
        };
        let early = self.all.iter().copied().find(|&unit| self.is_made_early(unit));
        early.or_else(of_function)
    }

    /// Whether LLVM makes the unit before it comes to any function.
    fn is_made_early(&self, unit: Metadata<'ll>) -> bool {
        let operands = operands(as_operand(self.context, unit));
        let has_some = |list: &Option<Value<'ll>>| list.is_some_and(|list| operand_count(list) > 0);
        operands
            .get(LISTS)
            .is_some_and(|lists| lists.iter().any(has_some))
    }

    /// The unit of a subprogram, and which of its operands that is.
    fn unit_of(&self, subprogram: Metadata<'ll>) -> Option<(u32, Metadata<'ll>)> {
        let operands = operands(as_operand(self.context, subprogram));
        let mut nodes = (0..)
            .zip(operands)
            .filter_map(|(index, operand)| Some((index, as_metadata(operand?))));
        nodes.find(|(_, node)| self.all.contains(node))
    }

    /// How much a unit describes, as LLVM prints it: `FullDebug`. No function of LLVM-C tells it.
    fn kind(&self, unit: Metadata<'ll>) -> Option<String> {
        let printed = as_operand(self.context, unit)
            .print_to_string()
            .to_string_lossy()
            .into_owned();
        let (_, kind) = printed.split_once("emissionKind: ")?;
        let end = kind.find(|char: char| !char.is_ascii_alphabetic());
        Some(kind[..end.unwrap_or(kind.len())].to_owned())
    }
}

functions! {
    fn replace_operand<'ll>(node: Value<'ll>, index: u32, by: Metadata<'ll>) = LLVMReplaceMDNodeOperandWith;
}
