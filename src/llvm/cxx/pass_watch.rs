//! Who watches passes and analyses come and go: `llvm::PassInstrumentationCallbacks`.

use std::ffi::c_void;
use std::mem::{ManuallyDrop, offset_of};

use inkwell::basic_block::BasicBlock;
use inkwell::module::Module;
use llvm_sys::{LLVMBasicBlock, LLVMValue};

use super::{Ref, layout, slice_or_empty, value_name};

/// Is told of each pass and of each analysis.
pub(crate) trait PassWatch {
    /// `pass`, which is the name of a C++ class, starts on `unit`.
    fn starts(&mut self, pass: &str, unit: &str);
    /// What started last has come to its end.
    fn ends(&mut self);
}

/// `llvm::unique_function` of something small that needs no destructor.
#[repr(C)]
struct UniqueFunction {
    storage: [*const c_void; 3],
    call: *const c_void,
    destroy: *const c_void,
}

/// `llvm::SmallVector<llvm::unique_function<…>, 4>`
#[repr(C)]
struct List {
    begin: *mut UniqueFunction,
    len: u32,
    capacity: u32,
    inline: [UniqueFunction; 4],
}

/// The first members of `llvm::PassInstrumentationCallbacks`.
#[repr(C)]
pub(super) struct Callbacks {
    should_run: List,
    skipped: List,
    before_pass: List,
    after_pass: List,
    after_pass_invalidated: List,
    before_analysis: List,
    after_analysis: List,
}

/// `llvm::Any`, which points to a virtual object that holds a pointer.
#[repr(C)]
struct Any {
    holder: *const Holder,
}

#[repr(C)]
struct Holder {
    vtable: *const HolderTable,
    value: *const c_void,
}

#[repr(C)]
struct HolderTable {
    others: [*const c_void; layout::ANY_ID],
    /// The address of a byte that stands for the type.
    id: unsafe extern "C" fn(*const Holder) -> *const u8,
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
    nodes: *const *const Node,
    count: u32,
}

/// The first members of `llvm::LazyCallGraph::Node`.
#[repr(C)]
struct Node {
    graph: *const c_void,
    function: *mut LLVMValue,
}

const _: () = {
    assert!(size_of::<UniqueFunction>() == layout::UNIQUE_FUNCTION_SIZE);
    assert!(offset_of!(UniqueFunction, call) == layout::UNIQUE_FUNCTION_CALL);
    assert!(offset_of!(UniqueFunction, destroy) == layout::UNIQUE_FUNCTION_DESTROY);
    assert!(size_of::<List>() == layout::CALLBACK_LIST_SIZE);
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

const _: () = assert!(size_of::<Watch<'static>>() <= size_of::<[*const c_void; 3]>());

impl List {
    /// # Safety
    /// `self` must be a list that LLVM has made, of functions called as `call` is.
    unsafe fn push(&mut self, call: *const c_void, watch: Watch<'_>) -> Result<(), &'static str> {
        if self.capacity < 4 || self.len >= self.capacity {
            return Err("this LLVM lays out `PassInstrumentationCallbacks` differently");
        }
        let mut function = UniqueFunction {
            storage: [std::ptr::null(); 3],
            call,
            destroy: std::ptr::null(),
        };
        // SAFETY: the storage is large enough, and there is room for one more function in the list.
        unsafe {
            (&raw mut function.storage).cast::<Watch<'_>>().write(watch);
            self.begin.add(self.len as usize).write(function);
        }
        self.len += 1;
        Ok(())
    }
}

type Started = unsafe extern "C-unwind" fn(*const UniqueFunction, Ref<u8>, *const Any);
type Ended = unsafe extern "C-unwind" fn(*const UniqueFunction);

/// Makes `watch` hear of what happens, on this thread.
///
/// # Safety
/// `callbacks` must be those of a pass builder that is being made, and `watch` must outlive it.
pub(super) unsafe fn register(callbacks: *mut Callbacks, watch: Watch<'_>) -> Result<(), &'static str> {
    // SAFETY: passed on to the caller. Each list's functions are called with the function itself and a name, and all
    // but `after_pass_invalidated`'s with the unit; what is behind the first argument, `ended` leaves alone.
    unsafe {
        let callbacks = &mut *callbacks;
        let (started, ended) = (
            started as Started as *const c_void,
            ended as Ended as *const c_void,
        );
        callbacks.before_pass.push(started, watch)?;
        callbacks.after_pass.push(ended, watch)?;
        callbacks.after_pass_invalidated.push(ended, watch)?;
        callbacks.before_analysis.push(started, watch)?;
        callbacks.after_analysis.push(ended, watch)
    }
}

/// # Safety
/// `function` must be one that [`register`] made.
unsafe fn watch_of<'a>(function: *const UniqueFunction) -> &'a mut dyn PassWatch {
    // SAFETY: the watch is alive for as long as passes run, which come one after another.
    unsafe { &mut *(&raw const (*function).storage).cast::<Watch<'_>>().read() }
}

unsafe extern "C-unwind" fn started(function: *const UniqueFunction, pass: Ref<u8>, unit: *const Any) {
    // SAFETY: LLVM calls with the function, a name, and what the pass runs over.
    unsafe { watch_of(function).starts(&String::from_utf8_lossy(pass.bytes()), &unit_name(&*unit)) }
}

unsafe extern "C-unwind" fn ended(function: *const UniqueFunction) {
    // SAFETY: LLVM calls with the function.
    unsafe { watch_of(function).ends() }
}

/// The name of what a pass runs over.
///
/// # Safety
/// `unit` must be what LLVM calls the watchers of passes with.
unsafe fn unit_name(unit: &Any) -> String {
    // SAFETY: the value is a pointer to what its type says, which is alive.
    unsafe {
        let Some(holder) = unit.holder.as_ref() else {
            return UNKNOWN.to_owned();
        };
        let id = ((*holder.vtable).id)(holder);
        if id == &raw const IS_MODULE {
            // LLVM's, which it only shows.
            let module = ManuallyDrop::new(Module::new(holder.value.cast_mut().cast()));
            module.get_name().to_string_lossy().into_owned()
        } else if id == &raw const IS_FUNCTION {
            value_name(holder.value.cast_mut().cast())
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
///
/// # Safety
/// `component` and its functions must be alive.
unsafe fn component_name(component: &Component) -> String {
    // SAFETY: passed on to the caller.
    unsafe {
        let nodes = slice_or_empty(component.nodes, component.count as usize);
        let name = |node: &*const Node| value_name((**node).function);
        let mut names: Vec<String> = nodes.iter().take(LISTED).map(name).collect();
        if nodes.len() > LISTED {
            names.push("...".to_owned());
            names.extend(nodes.last().map(name));
        }
        format!("({})", names.join(", "))
    }
}
