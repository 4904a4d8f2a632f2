//! Who watches passes and analyses come and go: `llvm::PassInstrumentationCallbacks`.

use std::ffi::c_void;
use std::mem::{ManuallyDrop, offset_of};

use inkwell::basic_block::BasicBlock;
use inkwell::module::Module;
use llvm_sys::LLVMBasicBlock;

use super::containers::SmallVector;
use super::{Ref, layout, value_name};
use crate::llvm::Value;
use crate::llvm::safe::Handle;

/// Is told of each pass and of each analysis.
pub(crate) trait PassWatch {
    /// `pass`, which is the name of a C++ class, starts on `unit`.
    fn starts(&mut self, pass: &str, unit: &str);
    /// What started last has come to its end.
    fn ends(&mut self);
}

/// `llvm::unique_function` of something small that needs no destructor, called as an `F` is. Its storage is three words.
#[repr(C)]
struct UniqueFunction<F> {
    watch: Watch<'static>,
    unused: *const c_void,
    call: F,
    destroy: *const c_void,
}

/// `llvm::SmallVector<llvm::unique_function<…>, 4>`
#[repr(C)]
struct List<F> {
    begin: *mut UniqueFunction<F>,
    len: u32,
    capacity: u32,
    inline: [UniqueFunction<F>; 4],
}

/// The first members of `llvm::PassInstrumentationCallbacks`.
#[repr(C)]
pub(super) struct Callbacks {
    should_run: List<Ended>,
    skipped: List<Ended>,
    before_pass: List<Started>,
    after_pass: List<Ended>,
    after_pass_invalidated: List<Ended>,
    before_analysis: List<Started>,
    after_analysis: List<Ended>,
}

/// `llvm::Any`, which points to a virtual object that holds a pointer.
#[repr(C)]
struct Any {
    holder: Option<&'static Holder>,
}

#[repr(C)]
struct Holder {
    vtable: &'static HolderTable,
    value: *mut c_void,
}

#[repr(C)]
struct HolderTable {
    others: [*const c_void; layout::ANY_ID],
    /// The address of a byte that stands for the type.
    id: extern "C" fn(&Holder) -> *const u8,
}

/// The first members of `llvm::Loop`; the first block is its header.
#[repr(C)]
struct Loop {
    parent: *const c_void,
    inner: [*const c_void; 3],
    blocks: *const *mut LLVMBasicBlock,
}

/// `llvm::LazyCallGraph::SCC`
#[repr(C)]
struct Component {
    outer: *const c_void,
    nodes: SmallVector<&'static Node>,
}

/// The first members of `llvm::LazyCallGraph::Node`.
#[repr(C)]
struct Node {
    graph: *const c_void,
    function: Handle<Value<'static>>,
}

const _: () = {
    assert!(size_of::<UniqueFunction<Ended>>() == layout::UNIQUE_FUNCTION_SIZE);
    assert!(offset_of!(UniqueFunction<Ended>, call) == layout::UNIQUE_FUNCTION_CALL);
    assert!(offset_of!(UniqueFunction<Ended>, destroy) == layout::UNIQUE_FUNCTION_DESTROY);
    assert!(size_of::<List<Ended>>() == layout::CALLBACK_LIST_SIZE);
    assert!(offset_of!(Callbacks, before_pass) == layout::CALLBACKS_BEFORE_PASS);
    assert!(offset_of!(Callbacks, after_pass) == layout::CALLBACKS_AFTER_PASS);
    assert!(offset_of!(Callbacks, after_pass_invalidated) == layout::CALLBACKS_AFTER_PASS_INVALIDATED);
    assert!(offset_of!(Callbacks, before_analysis) == layout::CALLBACKS_BEFORE_ANALYSIS);
    assert!(offset_of!(Callbacks, after_analysis) == layout::CALLBACKS_AFTER_ANALYSIS);
    assert!(size_of::<Any>() == layout::ANY_SIZE);
    assert!(offset_of!(Holder, value) == layout::ANY_VALUE);
    assert!(offset_of!(Loop, blocks) == layout::LOOP_BLOCKS);
    assert!(offset_of!(Component, nodes) == layout::COMPONENT_NODES);
    assert!(offset_of!(Node, function) == layout::NODE_FUNCTION);
};

unsafe extern "C" {
    /// `char llvm::Any::TypeId<const Module *>::Id`, and its sisters
    #[link_name = "_ZN4llvm3Any6TypeIdIPKNS_6ModuleEE2IdE"]
    static IS_MODULE: u8;
    #[link_name = "_ZN4llvm3Any6TypeIdIPKNS_8FunctionEE2IdE"]
    static IS_FUNCTION: u8;
    #[link_name = "_ZN4llvm3Any6TypeIdIPKNS_4LoopEE2IdE"]
    static IS_LOOP: u8;
    #[link_name = "_ZN4llvm3Any6TypeIdIPKNS_13LazyCallGraph3SCCEE2IdE"]
    static IS_COMPONENT: u8;
}

/// A watch, as it lies in the storage of a `unique_function`.
type Watch<'a> = *mut (dyn PassWatch + 'a);

impl<F> List<F> {
    fn push(&mut self, call: F, watch: Watch<'static>) -> Result<(), &'static str> {
        if self.capacity < 4 || self.len >= self.capacity {
            return Err("this LLVM lays out `PassInstrumentationCallbacks` differently");
        }
        let function = UniqueFunction {
            watch,
            unused: std::ptr::null(),
            call,
            destroy: std::ptr::null(),
        };
        // SAFETY: LLVM has made the list, in which is room for one more function.
        unsafe { self.begin.add(self.len as usize).write(function) };
        self.len += 1;
        Ok(())
    }
}

#[repr(transparent)]
struct Started(extern "C-unwind" fn(&mut UniqueFunction<Started>, Ref<'_, u8>, &Any));

#[repr(transparent)]
struct Ended(extern "C-unwind" fn(&mut UniqueFunction<Ended>));

/// Makes `watch` hear of what happens, on this thread.
///
/// # Safety
/// `watch` must outlive the pass builder that is being made, whose callbacks these are.
pub(super) unsafe fn register(callbacks: &mut Callbacks, watch: Watch<'_>) -> Result<(), &'static str> {
    // SAFETY: promised by the caller.
    let watch = unsafe { std::mem::transmute::<Watch<'_>, Watch<'static>>(watch) };
    // Each list's functions are called with the function itself and a name, and all but `after_pass_invalidated`'s with
    // the unit; what is behind the first argument, `ended` leaves alone.
    callbacks.before_pass.push(Started(started), watch)?;
    callbacks.after_pass.push(Ended(ended), watch)?;
    callbacks.after_pass_invalidated.push(Ended(ended), watch)?;
    callbacks.before_analysis.push(Started(started), watch)?;
    callbacks.after_analysis.push(Ended(ended), watch)
}

impl<F> UniqueFunction<F> {
    fn watch(&mut self) -> &mut dyn PassWatch {
        // SAFETY: the watch is alive for as long as passes run, which come one after another: see `register`.
        unsafe { &mut *self.watch }
    }
}

extern "C-unwind" fn started(function: &mut UniqueFunction<Started>, pass: Ref<'_, u8>, unit: &Any) {
    function.watch().starts(&pass.text(), &unit_name(unit));
}

extern "C-unwind" fn ended(function: &mut UniqueFunction<Ended>) {
    function.watch().ends();
}

/// The name of what a pass runs over.
fn unit_name(unit: &Any) -> String {
    let Some(holder) = unit.holder else {
        return UNKNOWN.to_owned();
    };
    let id = (holder.vtable.id)(holder);
    // SAFETY: the value is a pointer to what its type says, which is alive.
    unsafe {
        if id == &raw const IS_MODULE {
            // LLVM's, which it only shows.
            let module = ManuallyDrop::new(Module::new(holder.value.cast()));
            module.get_name().to_string_lossy().into_owned()
        } else if id == &raw const IS_FUNCTION {
            value_name(Value::new(holder.value.cast()))
        } else if id == &raw const IS_LOOP {
            let header = BasicBlock::new(*(*holder.value.cast::<Loop>()).blocks);
            match header.as_ref().map(|header| header.get_name().to_string_lossy()) {
                Some(name) if !name.is_empty() => name.into_owned(),
                _ => "<unnamed loop>".to_owned(),
            }
        } else if id == &raw const IS_COMPONENT {
            component_name(&*holder.value.cast())
        } else {
            UNKNOWN.to_owned()
        }
    }
}

const UNKNOWN: &str = "<UNKNOWN>";

/// How many functions of a component LLVM lists before it goes to the last.
const LISTED: usize = 9;

/// A component of the call graph as LLVM prints it: its functions, in parentheses, but not too many of them.
fn component_name(component: &Component) -> String {
    let nodes = component.nodes.as_slice();
    let name = |node: &&Node| value_name(node.function.get());
    let mut names: Vec<String> = nodes.iter().take(LISTED).map(name).collect();
    if nodes.len() > LISTED {
        names.push("...".to_owned());
        names.extend(nodes.last().map(name));
    }
    format!("({})", names.join(", "))
}
