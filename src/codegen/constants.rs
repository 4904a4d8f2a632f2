//! Constants: scalars, strings, aggregates and the pointers inside them.

use std::cell::RefCell;
use std::ops::Range;

use inkwell::module::Linkage;
use inkwell::values::{GlobalValue, UnnamedAddress};
use rustc_abi::{self as abi, AddressSpace, Align, HasDataLayout, Primitive, Size, WrappingRange};
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_data_structures::stable_hash::{StableHash, StableHasher};
use rustc_hashes::Hash128;
use rustc_hir::def_id::DefId;
use rustc_middle::mir::interpret::{Allocation, GlobalAlloc, InitChunk, Pointer, Scalar, read_target_uint};
use rustc_middle::ty::Instance;
use rustc_session::PointerAuthSchema;

use crate::codegen::context::CodegenCx;
use crate::llvm::{Type, Value, constants, globals};

/// Constants of this codegen unit that were made before.
#[derive(Default)]
pub(crate) struct ConstantCache<'ll> {
    /// The global that holds a string, by the string.
    strings: RefCell<FxHashMap<String, GlobalValue<'ll>>>,
    /// The immutable global that holds a constant, by the constant: LLVM makes equal constants once.
    globals: RefCell<FxHashMap<Value<'ll>, GlobalValue<'ll>>>,
}

/// A stretch of an allocation.
enum Part {
    Bytes(Range<usize>),
    /// So many bytes that the program has not initialised.
    Undefined(u64),
    Pointer(Pointer),
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// An array of bytes, as a constant.
    pub(crate) fn const_bytes(&self, bytes: &[u8]) -> Value<'ll> {
        self.llcx.const_string(bytes, false).into()
    }

    /// The bytes of an allocation with the pointers in it, as a constant: what a global is initialised with.
    pub(crate) fn const_alloc(&self, alloc: &Allocation) -> Value<'ll> {
        self.const_alloc_signed(alloc, self.sess().pointer_authentication_functions())
    }

    /// The same, with the function pointers in it signed as `schema` says.
    pub(super) fn const_alloc_signed(
        &self,
        alloc: &Allocation,
        schema: Option<&PointerAuthSchema>,
    ) -> Value<'ll> {
        let parts: Vec<Value<'ll>> = self
            .parts_of(alloc)
            .into_iter()
            .map(|part| match part {
                Part::Bytes(range) => {
                    self.const_bytes(alloc.inspect_with_uninit_and_ptr_outside_interpreter(range))
                }
                Part::Undefined(len) => constants::undef(self.byte_array(len)),
                Part::Pointer(pointer) => self.const_relocation(pointer, schema),
            })
            .collect();
        match parts[..] {
            [] => self.const_bytes(&[]),
            [only] => only,
            _ => constants::structure(self.llcx, &parts, true),
        }
    }

    /// The type that [`Self::const_alloc`] gives the allocation, known without making what it points to.
    pub(crate) fn const_alloc_type(&self, alloc: &Allocation) -> Type<'ll> {
        let parts: Vec<Type<'ll>> = self
            .parts_of(alloc)
            .into_iter()
            .map(|part| match part {
                Part::Bytes(range) => self.byte_array(range.len() as u64),
                Part::Undefined(len) => self.byte_array(len),
                Part::Pointer(pointer) => self.type_ptr_ext(self.address_space_of(pointer)),
            })
            .collect();
        match parts[..] {
            [] => self.byte_array(0),
            [only] => only,
            _ => self.struct_type(&parts, true),
        }
    }

    fn address_space_of(&self, pointer: Pointer) -> AddressSpace {
        self.tcx
            .global_alloc(pointer.provenance.alloc_id())
            .address_space(self)
    }

    fn const_relocation(&self, pointer: Pointer, schema: Option<&PointerAuthSchema>) -> Value<'ll> {
        let space = self.address_space_of(pointer);
        let valid_range = WrappingRange::full(self.data_layout().pointer_size());
        let layout = abi::Scalar::Initialized {
            value: Primitive::Pointer(space),
            valid_range,
        };
        self.scalar_to_backend_with_pac(
            Scalar::from_pointer(pointer, &self.tcx),
            layout,
            self.type_ptr_ext(space),
            schema,
        )
    }

    /// Cuts an allocation at its pointers, and at the borders of what is uninitialised.
    fn parts_of(&self, alloc: &Allocation) -> Vec<Part> {
        let dl = self.data_layout();
        let mut parts = Vec::with_capacity(2 * alloc.provenance().ptrs().len() + 1);
        let mut done = 0;
        for &(offset, provenance) in alloc.provenance().ptrs().iter() {
            let start = offset.bytes_usize();
            let end = start + dl.pointer_size().bytes_usize();
            self.push_bytes(&mut parts, alloc, done..start);
            // Where there is provenance, the bytes are the offset into what it points to.
            let bytes = alloc.inspect_with_uninit_and_ptr_outside_interpreter(start..end);
            let inner = read_target_uint(dl.endian, bytes).expect("a pointer has at most 16 bytes");
            parts.push(Part::Pointer(Pointer::new(
                provenance,
                Size::from_bytes(inner as u64),
            )));
            done = end;
        }
        self.push_bytes(&mut parts, alloc, done..alloc.len());
        parts
    }

    /// Appends the pointer-free bytes of `range`.
    fn push_bytes(&self, parts: &mut Vec<Part>, alloc: &Allocation, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        // Many small pieces cost LLVM more than the freedom of a few undefined bytes gains.
        let most = self.tcx.sess.opts.unstable_opts.uninit_const_chunk_threshold;
        let chunks = alloc.init_mask().range_as_init_chunks(range.clone().into());
        if chunks.clone().nth(most).is_some() {
            parts.push(Part::Bytes(range));
            return;
        }
        parts.extend(chunks.map(|chunk| match chunk {
            InitChunk::Init(range) => Part::Bytes(range.start.bytes_usize()..range.end.bytes_usize()),
            InitChunk::Uninit(range) => Part::Undefined(range.end.bytes() - range.start.bytes()),
        }));
    }

    /// A nameless private global that holds `value`. Only its content matters, not its address.
    pub(crate) fn anonymous_global(
        &self,
        value: Value<'ll>,
        align: Align,
        kind: Option<&str>,
    ) -> GlobalValue<'ll> {
        let name = match kind {
            Some(kind) if !self.tcx.sess.fewer_names() => self.unique_name(kind),
            _ => String::new(),
        };
        let global = self.llmod.add_global(self.val_ty(value), None, &name);
        global.set_linkage(Linkage::Private);
        global.set_initializer(&value);
        self.set_global_alignment(global, align);
        global.set_unnamed_address(UnnamedAddress::Global);
        global
    }

    /// The immutable global that holds `value`, made at most once per codegen unit.
    pub(crate) fn constant_global(
        &self,
        value: Value<'ll>,
        align: Align,
        kind: Option<&str>,
    ) -> GlobalValue<'ll> {
        if let Some(&known) = self.constants.globals.borrow().get(&value) {
            if u64::from(known.get_alignment()) < align.bytes() {
                self.set_global_alignment(known, align);
            }
            return known;
        }
        let global = self.anonymous_global(value, align, kind);
        global.set_constant(true);
        self.constants.globals.borrow_mut().insert(value, global);
        global
    }

    /// Some targets want every global aligned to at least a given number of bytes.
    pub(crate) fn set_global_alignment(&self, global: GlobalValue<'ll>, align: Align) {
        let align = self
            .tcx
            .sess
            .target
            .min_global_align
            .map_or(align, |least| align.max(least));
        global.set_alignment(align.bytes() as u32);
    }

    /// The address that a pointer of the compile-time interpreter stands for, or the address as a number
    /// where it stands for no memory.
    pub(crate) fn const_pointer_base(
        &self,
        alloc: GlobalAlloc<'tcx>,
        schema: Option<&PointerAuthSchema>,
    ) -> Result<Value<'ll>, u64> {
        let memory = match alloc {
            GlobalAlloc::Function { instance, .. } => return Ok(self.get_fn_addr(instance, schema)),
            GlobalAlloc::Static(def_id) => {
                return Ok(Value::from(self.static_address(def_id)));
            }
            // The type is in the provenance; what is left at run time is the offset, a part of the hash.
            GlobalAlloc::TypeId { .. } => return Err(0),
            GlobalAlloc::VTable(ty, dyn_ty) => {
                let principal = dyn_ty.principal();
                let principal = principal.map(|p| self.tcx.instantiate_bound_regions_with_erased(p));
                self.tcx
                    .global_alloc(self.tcx.vtable_allocation((ty, principal)))
                    .unwrap_memory()
            }
            // Any aligned address will do for no bytes.
            GlobalAlloc::Memory(memory) if memory.inner().len() == 0 => {
                return Err(memory.inner().align.bytes());
            }
            GlobalAlloc::Memory(memory) => memory,
        };
        let content = memory;
        let memory = content.inner();
        let value = self.const_alloc(memory);
        let global = if memory.mutability.is_mut() {
            self.anonymous_global(value, memory.align, None)
        } else {
            self.constant_global(value, memory.align, None)
        };
        // A name by content, for people who compare IR. It costs a hash of the content.
        if !self.tcx.sess.fewer_names() && globals::symbol_name(global).is_empty() {
            let hash = self.tcx.with_stable_hashing_context(|mut context| {
                let mut hasher = StableHasher::new();
                content.stable_hash(&mut context, &mut hasher);
                hasher.finish::<Hash128>()
            });
            global.set_name(&format!("alloc_{hash:032x}"));
        }
        Ok(Value::from(global))
    }

    /// The global of a static, declared if this codegen unit does not define it.
    fn static_address(&self, def_id: DefId) -> GlobalValue<'ll> {
        assert!(self.tcx.is_static(def_id) && !self.tcx.is_thread_local_static(def_id));
        self.static_global(Instance::mono(self.tcx, def_id))
    }
}

impl<'ll> ConstCodegenMethods for CodegenCx<'ll, '_> {
    fn const_null(&self, t: Type<'ll>) -> Value<'ll> {
        constants::null(t)
    }

    fn const_undef(&self, t: Type<'ll>) -> Value<'ll> {
        constants::undef(t)
    }

    fn const_poison(&self, t: Type<'ll>) -> Value<'ll> {
        constants::poison(t)
    }

    fn const_bool(&self, val: bool) -> Value<'ll> {
        constants::integer(self.types.i1, val.into())
    }

    fn const_i8(&self, i: i8) -> Value<'ll> {
        self.const_int(self.types.i8, i.into())
    }

    fn const_i16(&self, i: i16) -> Value<'ll> {
        self.const_int(self.types.i16, i.into())
    }

    fn const_i32(&self, i: i32) -> Value<'ll> {
        self.const_int(self.types.i32, i.into())
    }

    fn const_i64(&self, i: i64) -> Value<'ll> {
        self.const_int(self.types.i64, i)
    }

    fn const_int(&self, t: Type<'ll>, i: i64) -> Value<'ll> {
        constants::integer(t, i128::from(i) as u128)
    }

    fn const_u8(&self, i: u8) -> Value<'ll> {
        constants::integer(self.types.i8, i.into())
    }

    fn const_u32(&self, i: u32) -> Value<'ll> {
        constants::integer(self.types.i32, i.into())
    }

    fn const_u64(&self, i: u64) -> Value<'ll> {
        constants::integer(self.types.i64, i.into())
    }

    fn const_u128(&self, i: u128) -> Value<'ll> {
        constants::integer(self.types.i128, i)
    }

    fn const_usize(&self, i: u64) -> Value<'ll> {
        let bits = self.data_layout().pointer_size().bits();
        assert!(
            bits >= 64 || i >> bits == 0,
            "{i} is no size on a target of {bits} bits"
        );
        constants::integer(self.types.isize, i.into())
    }

    fn const_uint(&self, t: Type<'ll>, i: u64) -> Value<'ll> {
        constants::integer(t, i.into())
    }

    fn const_uint_big(&self, t: Type<'ll>, u: u128) -> Value<'ll> {
        constants::integer(t, u)
    }

    fn const_real(&self, t: Type<'ll>, val: f64) -> Value<'ll> {
        t.float().const_float(val).into()
    }

    fn const_str(&self, s: &str) -> (Value<'ll>, Value<'ll>) {
        let known = self.constants.strings.borrow().get(s).copied();
        let global = known.unwrap_or_else(|| {
            let bytes = self.const_bytes(s.as_bytes());
            let global = self
                .llmod
                .add_global(self.val_ty(bytes), None, &self.unique_name("str"));
            global.set_initializer(&bytes);
            global.set_constant(true);
            global.set_linkage(Linkage::Internal);
            global.set_unnamed_address(UnnamedAddress::Global);
            self.constants.strings.borrow_mut().insert(s.to_owned(), global);
            global
        });
        (Value::from(global), self.const_usize(s.len() as u64))
    }

    fn const_struct(&self, elts: &[Value<'ll>], packed: bool) -> Value<'ll> {
        constants::structure(self.llcx, elts, packed)
    }

    fn const_vector(&self, elts: &[Value<'ll>]) -> Value<'ll> {
        constants::vector(elts)
    }

    fn const_to_opt_uint(&self, v: Value<'ll>) -> Option<u64> {
        constants::integer_bits(v).and_then(|bits| u64::try_from(bits).ok())
    }

    fn const_to_opt_u128(&self, v: Value<'ll>, sign_ext: bool) -> Option<u128> {
        let bits = constants::integer_bits(v)?;
        let unused = 128 - v.ty().int().get_bit_width();
        Some(if sign_ext {
            ((bits << unused) as i128 >> unused) as u128
        } else {
            bits
        })
    }

    fn scalar_to_backend_with_pac(
        &self,
        cv: Scalar,
        layout: abi::Scalar,
        llty: Type<'ll>,
        schema: Option<&PointerAuthSchema>,
    ) -> Value<'ll> {
        match cv {
            Scalar::Int(int) => {
                let bits = if layout.is_bool() {
                    1
                } else {
                    layout.size(self).bits()
                };
                let value = constants::integer(self.int_type(bits), int.to_bits(layout.size(self)));
                match layout.primitive() {
                    Primitive::Pointer(_) => value.int().const_to_pointer(llty.pointer()).into(),
                    _ => constants::bitcast(value, llty),
                }
            }
            Scalar::Ptr(pointer, _size) => {
                let (provenance, offset) = pointer.prov_and_relative_offset();
                let alloc = self.tcx.global_alloc(provenance.alloc_id());
                let space = alloc.address_space(self);
                let address = match self.const_pointer_base(alloc, schema) {
                    Ok(base) => self.const_ptr_byte_offset(base, offset),
                    Err(base) => {
                        let bits = self
                            .data_layout()
                            .pointer_size()
                            .truncate(u128::from(base) + u128::from(offset.bytes()));
                        constants::integer(self.types.isize, bits)
                            .int()
                            .const_to_pointer(self.type_ptr_ext(space).pointer())
                            .into()
                    }
                };
                match layout.primitive() {
                    Primitive::Pointer(_) if self.val_ty(address) != llty => {
                        address.pointer().const_address_space_cast(llty.pointer()).into()
                    }
                    Primitive::Pointer(_) => address,
                    _ => address.pointer().const_to_int(llty.int()).into(),
                }
            }
        }
    }

    fn const_ptr_byte_offset(&self, val: Value<'ll>, offset: abi::Size) -> Value<'ll> {
        if offset == abi::Size::ZERO {
            return val;
        }
        constants::offset_pointer(self.types.i8, val, self.const_usize(offset.bytes()))
    }
}
