//! LLVM attributes, made once per codegen unit and handed out from a table.

use std::cell::{OnceCell, RefCell};

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::types::AnyType;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_session::Session;
use rustc_session::config::{FunctionReturn, OptLevel};
use rustc_target::spec::{FramePointer, SanitizerSet, StackProbeType, StackProtector};
use smallvec::SmallVec;

use crate::codegen::context::CodegenCx;
use crate::llvm::Type;
use crate::llvm::attributes::{AttributeList, Placed, Site, kind};
use crate::session::{frame_pointer, target};

/// Defines the table of attributes without, or with a fixed, value.
macro_rules! attribute_table {
    ($($field:ident = $name:literal $(($value:expr))?,)*) => {
        /// Every attribute that needs no argument of the place it is used at.
        pub(crate) struct AttributeTable {
            $(pub(crate) $field: Attribute,)*
        }

        impl AttributeTable {
            fn new(context: &Context) -> Self {
                AttributeTable {
                    $($field: context.create_enum_attribute(kind($name), 0 $(+ $value)?),)*
                }
            }
        }
    };
}

/// `memory(read)`: two bits for each of six kinds of memory, of which the lower one means "reads".
const READS_ALL_MEMORY: u64 = 0b01_01_01_01_01_01;
/// `memory(inaccessiblemem: readwrite)`: both bits of the second kind.
const ACCESSES_INACCESSIBLE_MEMORY: u64 = 0b11_00;
/// `captures(address)`: four bits for what the result captures, four for anything else.
const CAPTURES_ADDRESS: u64 = 0x33;
/// `captures(address, read_provenance)`.
const CAPTURES_TO_READ: u64 = 0x77;
/// `dead_on_return` of the whole object, not of its first bytes.
const WHOLE_OBJECT: u64 = u64::MAX;

attribute_table! {
    alloc_align = "allocalign",
    alloc_pointer = "allocptr",
    always_inline = "alwaysinline",
    captures_address = "captures" (CAPTURES_ADDRESS),
    captures_none = "captures",
    captures_to_read = "captures" (CAPTURES_TO_READ),
    cold = "cold",
    convergent = "convergent",
    dead_on_return = "dead_on_return" (WHOLE_OBJECT),
    dead_on_unwind = "dead_on_unwind",
    in_reg = "inreg",
    inline_hint = "inlinehint",
    memory_inaccessible = "memory" (ACCESSES_INACCESSIBLE_MEMORY),
    memory_none = "memory",
    memory_read = "memory" (READS_ALL_MEMORY),
    memory_read_and_inaccessible = "memory" (READS_ALL_MEMORY | ACCESSES_INACCESSIBLE_MEMORY),
    min_size = "minsize",
    naked = "naked",
    no_alias = "noalias",
    no_cf_check = "nocf_check",
    no_free = "nofree",
    no_inline = "noinline",
    no_red_zone = "noredzone",
    no_return = "noreturn",
    no_undef = "noundef",
    no_unwind = "nounwind",
    non_lazy_bind = "nonlazybind",
    non_null = "nonnull",
    opt_none = "optnone",
    opt_size = "optsize",
    read_only = "readonly",
    return_thunk_extern = "fn_ret_thunk_extern",
    sanitize_address = "sanitize_address",
    sanitize_hwaddress = "sanitize_hwaddress",
    sanitize_memory = "sanitize_memory",
    sanitize_memtag = "sanitize_memtag",
    sanitize_realtime = "sanitize_realtime",
    sanitize_realtime_blocking = "sanitize_realtime_blocking",
    sanitize_thread = "sanitize_thread",
    safe_stack = "safestack",
    shadow_call_stack = "shadowcallstack",
    sign_extend = "signext",
    stack_protect = "ssp",
    stack_protect_all = "sspreq",
    stack_protect_strong = "sspstrong",
    unwind_table = "uwtable" (2),
    unwind_table_sync = "uwtable" (1),
    will_return = "willreturn",
    writable = "writable",
    zero_extend = "zeroext",
}

/// The attributes of a codegen unit.
pub(crate) struct Attributes {
    pub(crate) table: AttributeTable,
    kinds: ArgumentKinds,
    /// What every function of the session has: what the session's options ask for, as text for LLVM.
    pub(crate) session: Vec<Attribute>,
    /// The processor to generate code for, and to tune it for.
    pub(crate) cpu: Vec<Attribute>,
    /// How much of the frame-pointer chain is kept.
    pub(crate) frame_pointer: Option<Attribute>,
    probe_stack: OnceCell<Option<Attribute>>,
    lists: RefCell<FxHashMap<(AttributeList, PlacedAttributes), AttributeList>>,
}

/// What is said of one function or call at once: enough room for nearly all.
pub(crate) type PlacedAttributes = SmallVec<[Placed; 12]>;

/// The numbers of attributes that take an argument.
struct ArgumentKinds {
    align: u32,
    alloc_kind: u32,
    alloc_size: u32,
    by_ref: u32,
    by_val: u32,
    dereferenceable: u32,
    dereferenceable_or_null: u32,
    element_type: u32,
    range: u32,
    struct_return: u32,
}

impl Attributes {
    pub(crate) fn new(context: &Context, sess: &Session) -> Self {
        let frame_pointer = match frame_pointer::kept(sess) {
            FramePointer::Always => Some("all"),
            FramePointer::NonLeaf => Some("non-leaf"),
            FramePointer::MayOmit => None,
        };
        let text = |name, value: &str| context.create_string_attribute(name, value);
        let mut cpu = vec![text("target-cpu", target::cpu(sess))];
        cpu.extend(target::tune_cpu(sess).map(|name| text("tune-cpu", name)));
        let kinds = ArgumentKinds {
            align: kind("align"),
            alloc_kind: kind("allockind"),
            alloc_size: kind("allocsize"),
            by_ref: kind("byref"),
            by_val: kind("byval"),
            dereferenceable: kind("dereferenceable"),
            dereferenceable_or_null: kind("dereferenceable_or_null"),
            element_type: kind("elementtype"),
            range: kind("range"),
            struct_return: kind("sret"),
        };
        let table = AttributeTable::new(context);
        let session = session_attributes(context, &table, sess);
        Attributes {
            table,
            kinds,
            session,
            cpu,
            frame_pointer: frame_pointer.map(|v| text("frame-pointer", v)),
            probe_stack: OnceCell::new(),
            lists: RefCell::default(),
        }
    }
}

fn session_attributes(context: &Context, table: &AttributeTable, sess: &Session) -> Vec<Attribute> {
    let text = |name, value: &str| context.create_string_attribute(name, value);
    let options = &sess.opts.unstable_opts;
    let mut all = Vec::new();
    if sess.must_emit_unwind_tables() {
        all.push(match options.use_sync_unwind {
            Some(true) => table.unwind_table_sync,
            Some(false) | None => table.unwind_table,
        });
    }
    if sess.opts.cg.profile_sample_use.is_some() {
        all.push(text("use-sample-profile", ""));
    }
    if let FunctionReturn::ThunkExtern = options.function_return {
        all.push(table.return_thunk_extern);
    }
    if !sess.opts.cg.jump_tables {
        all.push(text("no-jump-tables", "true"));
    }
    all.extend(match sess.stack_protector() {
        StackProtector::None => None,
        StackProtector::Basic => Some(table.stack_protect),
        StackProtector::Strong => Some(table.stack_protect_strong),
        StackProtector::All => Some(table.stack_protect_all),
    });
    all
}

/// `allockind`: which part of an allocator a function is (LangRef), one bit each.
#[derive(Copy, Clone, Debug)]
#[repr(u64)]
pub(crate) enum AllocKind {
    Alloc = 1 << 5 | 1 << 3 | 1,
    AllocZeroed = 1 << 5 | 1 << 4 | 1,
    Realloc = 1 << 5 | 1 << 1,
    Free = 1 << 2,
}

/// What a function of the allocator says of itself: LLVM may drop a pair of allocation and release that
/// is not used. Parameters are (size, align) of an allocation, (pointer, size, align, new size) of a
/// reallocation, (pointer, size, align) of a release.
pub(crate) fn alloc_attributes(
    context: &Context,
    attributes: &Attributes,
    kind: AllocKind,
) -> Vec<(AttributeLoc, Attribute)> {
    use AttributeLoc::{Function, Param, Return};
    let (table, kinds) = (&attributes.table, &attributes.kinds);
    // `allocsize`: the upper half is the size parameter, the lower one a count parameter that there is not.
    let size =
        |index: u64| context.create_enum_attribute(kinds.alloc_size, index << 32 | u64::from(u32::MAX));
    let mut all = vec![
        (
            Function,
            context.create_string_attribute("alloc-family", "__rust_alloc"),
        ),
        (
            Function,
            context.create_enum_attribute(kinds.alloc_kind, kind as u64),
        ),
    ];
    match kind {
        AllocKind::Alloc | AllocKind::AllocZeroed => {
            all.extend([
                (Function, size(0)),
                (Param(1), table.alloc_align),
                (Return, table.no_alias),
            ]);
        }
        AllocKind::Realloc => {
            all.extend([(Param(0), table.alloc_pointer), (Param(2), table.alloc_align)]);
            all.extend([(Function, size(3)), (Return, table.no_alias)]);
        }
        AllocKind::Free => {
            all.extend([
                (Param(0), table.alloc_pointer),
                (Param(0), table.captures_address),
            ]);
        }
    }
    all
}

impl<'ll> CodegenCx<'ll, '_> {
    /// Adds `attributes` to a function or a call. LLVM is asked for the list of all of them only once: most functions
    /// and calls are like others.
    pub(crate) fn add_attributes(&self, site: Site<'ll>, attributes: PlacedAttributes) {
        if attributes.is_empty() {
            return;
        }
        let key = (site.list(), attributes);
        let mut lists = self.attributes.lists.borrow_mut();
        if let Some(&known) = lists.get(&key) {
            return site.set_list(known);
        }
        for &Placed(place, attribute) in &key.1 {
            site.add(place, attribute);
        }
        lists.insert(key, site.list());
    }

    /// What every function of this session has.
    pub(crate) fn session_attributes(&self) -> &[Attribute] {
        &self.attributes.session
    }

    /// An attribute that LLVM knows as text only.
    pub(crate) fn text_attribute(&self, name: &str, value: &str) -> Attribute {
        self.llcx.create_string_attribute(name, value)
    }

    fn valued(&self, kind: u32, value: u64) -> Attribute {
        self.llcx.create_enum_attribute(kind, value)
    }

    /// `align`: the pointer is a multiple of `bytes`.
    pub(crate) fn align_attribute(&self, bytes: u64) -> Attribute {
        self.valued(self.attributes.kinds.align, bytes)
    }

    /// `dereferenceable`, or `dereferenceable_or_null` unless the pointer is known not to be null.
    pub(crate) fn dereferenceable_attribute(&self, bytes: u64, non_null: bool) -> Attribute {
        let kinds = &self.attributes.kinds;
        self.valued(
            if non_null {
                kinds.dereferenceable
            } else {
                kinds.dereferenceable_or_null
            },
            bytes,
        )
    }

    /// `range`, for an integer of `bits` bits.
    pub(crate) fn range_attribute(&self, bits: u64, low: u128, high: u128) -> Attribute {
        crate::llvm::attributes::range(self.llcx, self.attributes.kinds.range, bits as u32, low, high)
    }

    fn typed(&self, kind: u32, ty: Type<'ll>) -> Attribute {
        self.llcx.create_type_attribute(kind, ty.as_any_type_enum())
    }

    /// `sret`: the parameter is where the result of so many bytes goes.
    pub(crate) fn struct_return_attribute(&self, bytes: u64) -> Attribute {
        self.typed(self.attributes.kinds.struct_return, self.byte_array(bytes))
    }

    /// `byval`: the parameter points to a copy of so many bytes on the stack.
    pub(crate) fn by_value_attribute(&self, bytes: u64) -> Attribute {
        self.typed(self.attributes.kinds.by_val, self.byte_array(bytes))
    }

    /// `elementtype`: what an indirect operand of an asm points to.
    pub(crate) fn element_type_attribute(&self, ty: Type<'ll>) -> Attribute {
        self.typed(self.attributes.kinds.element_type, ty)
    }

    /// `byref`: as `byval`, but no copy is made.
    pub(crate) fn by_reference_attribute(&self, bytes: u64) -> Attribute {
        self.typed(self.attributes.kinds.by_ref, self.byte_array(bytes))
    }

    /// `probe-stack`: how a function makes sure that it does not step over the guard page.
    pub(crate) fn probe_stack_attribute(&self) -> Option<Attribute> {
        let known = &self.attributes.probe_stack;
        *known.get_or_init(|| self.new_probe_stack_attribute())
    }

    fn new_probe_stack_attribute(&self) -> Option<Attribute> {
        let sess = self.sess();
        // The sanitizers' and the profiler's own stack use is not prepared for probes (rust-lang/rust#48131).
        let instrumented = sess
            .sanitizers()
            .intersects(SanitizerSet::ADDRESS | SanitizerSet::THREAD)
            || sess.opts.cg.profile_generate.enabled();
        if instrumented {
            return None;
        }
        match sess.target.stack_probes {
            StackProbeType::None => None,
            // The version that inline probes need is older than the one LLVM this backend is built for.
            StackProbeType::Inline | StackProbeType::InlineOrCall { .. } => {
                Some(self.text_attribute("probe-stack", "inline-asm"))
            }
            StackProbeType::Call => {
                let name = rustc_symbol_mangling::mangle_internal_symbol(self.tcx, "__rust_probestack");
                Some(self.text_attribute("probe-stack", &name))
            }
        }
    }

    /// Whether parameters and results carry what only the optimiser reads.
    pub(crate) fn wants_optimizer_attributes(&self) -> bool {
        self.tcx.sess.opts.optimize != OptLevel::No
    }
}
