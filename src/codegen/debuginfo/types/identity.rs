//! What a type is known by: here by the type itself, in other units by a hash of it.
//!
//! ```text
//! !DICompositeType(tag: DW_TAG_structure_type, name: "Point", …, identifier: "4d5e0a4fe51b6a4fa5b0cfb0d1a3b1e2")
//! ```
//!
//! LTO merges the types that have one identifier, so it depends on nothing but the type: not on the unit, the session
//! or where the source is.

use rustc_abi::VariantIdx;
use rustc_data_structures::fingerprint::Fingerprint;
use rustc_data_structures::stable_hash::{StableHash, StableHasher};
use rustc_middle::ty::{ExistentialTraitRef, Ty, TyCtxt};

/// Everything that has a node of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TypeId<'tcx> {
    Whole(Ty<'tcx>),
    /// The part of an enum or coroutine that holds its variants.
    VariantPart(Ty<'tcx>),
    /// The fields of one variant.
    Variant(Ty<'tcx>, VariantIdx),
    /// One variant with what tells that it is the present one, for Microsoft's debuggers.
    VariantCase(Ty<'tcx>, VariantIdx),
    Vtable(Ty<'tcx>, Option<ExistentialTraitRef<'tcx>>),
}

impl<'tcx> TypeId<'tcx> {
    /// The identifier.
    pub(super) fn text(self, tcx: TyCtxt<'tcx>) -> String {
        let mut hasher = StableHasher::new();
        tcx.with_stable_hashing_context(|mut hcx| {
            hcx.while_hashing_spans(false, |hcx| {
                let (kind, ty) = match self {
                    TypeId::Whole(ty) => (0_u8, ty),
                    TypeId::VariantPart(ty) => (1, ty),
                    TypeId::Variant(ty, _) => (2, ty),
                    TypeId::VariantCase(ty, _) => (3, ty),
                    TypeId::Vtable(ty, _) => (4, ty),
                };
                kind.stable_hash(hcx, &mut hasher);
                ty.stable_hash(hcx, &mut hasher);
                match self {
                    TypeId::Variant(_, index) | TypeId::VariantCase(_, index) => {
                        index.stable_hash(hcx, &mut hasher);
                    }
                    TypeId::Vtable(_, trait_ref) => trait_ref.stable_hash(hcx, &mut hasher),
                    TypeId::Whole(_) | TypeId::VariantPart(_) => {}
                }
            })
        });
        hasher.finish::<Fingerprint>().to_hex()
    }
}
