//! Control-flow integrity: a call through a pointer only reaches functions of the type that the pointer has.
//!
//! Functions are marked with identifiers of their type, and indirect calls check for one.
//! * CFI (`-Zsanitizer=cfi`) checks with `llvm.type.test`, which link-time optimisation lowers to a comparison of
//!   addresses: it lays out functions of one type side by side (LangRef, "Type Metadata").
//! * KCFI (`-Zsanitizer=kcfi`) writes the hash of the type in front of each function, and the code generator
//!   compares it at the call (LangRef, "KCFI Operand Bundles").
//!
//! rustc computes the identifiers (`rustc_sanitizers`), which are the same as Clang's for the same C type.

use inkwell::values::{FunctionValue, OperandBundle, UnnamedAddress};
use rustc_abi::Align;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxIndexSet;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::print::with_no_trimmed_paths;
use rustc_middle::ty::{Instance, Ty, TyCtxt};
use rustc_sanitizers::cfi::TypeIdOptions;
use rustc_sanitizers::{cfi, kcfi};
use rustc_session::Session;
use rustc_target::callconv::FnAbi;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Value, globals, metadata};
use crate::session::sanitizers::ControlFlowIntegrity;

/// On a function whose indirect calls an ignore list exempts.
pub(super) const NO_CFI: &str = "no-sanitize-cfi";
pub(super) const NO_KCFI: &str = "no-sanitize-kcfi";

/// `CFITCK_ICall` of compiler-rt's UBSan runtime: a call through a function pointer.
const CHECK_INDIRECT_CALL: u8 = 4;
/// `TypeDescriptor::TK_Unknown` of the same: a type of which only the name is known.
const TYPE_UNKNOWN: u16 = 0xffff;

/// How the session wants types told apart.
fn type_options(sess: &Session) -> TypeIdOptions {
    let mut options = TypeIdOptions::empty();
    options.set(
        TypeIdOptions::GENERALIZE_POINTERS,
        sess.is_sanitizer_cfi_generalize_pointers_enabled(),
    );
    options.set(
        TypeIdOptions::NORMALIZE_INTEGERS,
        sess.is_sanitizer_cfi_normalize_integers_enabled(),
    );
    options
}

/// All sets of `options`.
fn subsets(options: &[TypeIdOptions]) -> impl Iterator<Item = TypeIdOptions> {
    (0..1usize << options.len()).map(move |chosen| {
        let members = options.iter().enumerate().filter(|&(n, _)| chosen & 1 << n != 0);
        members.map(|(_, &option)| option).collect()
    })
}

fn cfi_type<'tcx>(
    tcx: TyCtxt<'tcx>,
    fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
    instance: Option<Instance<'tcx>>,
    options: TypeIdOptions,
) -> String {
    match instance {
        Some(instance) => cfi::typeid_for_instance(tcx, instance, options),
        None => cfi::typeid_for_fnabi(tcx, fn_abi, options),
    }
}

fn kcfi_type<'tcx>(
    tcx: TyCtxt<'tcx>,
    fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
    instance: Option<Instance<'tcx>>,
    options: TypeIdOptions,
) -> u32 {
    match instance {
        Some(instance) => kcfi::typeid_for_instance(tcx, instance, options),
        None => kcfi::typeid_for_fnabi(tcx, fn_abi, options),
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Marks a function with what calls of it may take it for.
    pub(crate) fn mark_function_type(
        &self,
        function: FunctionValue<'ll>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        instance: Option<Instance<'tcx>>,
    ) {
        match ControlFlowIntegrity::of_session(self.tcx.sess) {
            None => {}
            // Code that was built with other options calls it too, so it has an identifier by each of them.
            // A method has one more: it is called with `&self` through a vtable, and with its own type as a
            // function pointer.
            Some(ControlFlowIntegrity::Cfi) => {
                let options = [
                    TypeIdOptions::GENERALIZE_POINTERS,
                    TypeIdOptions::NORMALIZE_INTEGERS,
                    TypeIdOptions::USE_CONCRETE_SELF,
                ];
                let relevant = if instance.is_some() {
                    &options[..]
                } else {
                    &options[..2]
                };
                let identifiers: FxIndexSet<String> = subsets(relevant)
                    .map(|options| cfi_type(self.tcx, fn_abi, instance, options))
                    .collect();
                for identifier in identifiers {
                    self.add_type_metadata(function, identifier.as_bytes());
                }
            }
            // There is one place in front of a function, so one hash.
            Some(ControlFlowIntegrity::Kcfi) => {
                let options = type_options(self.tcx.sess);
                self.set_kcfi_type_metadata(function, kcfi_type(self.tcx, fn_abi, instance, options));
            }
        }
    }
}

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// Checks the callee of a call that is about to be emitted. For KCFI the check is a part of the call: the
    /// bundle to add to it.
    pub(crate) fn check_callee(
        &mut self,
        caller: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        instance: Option<Instance<'tcx>>,
        callee: Value<'ll>,
    ) -> Option<OperandBundle<'ll>> {
        let tcx = self.cx.tcx;
        let scheme = ControlFlowIntegrity::of_session(tcx.sess)?;
        let fn_abi = fn_abi?;
        let exempt = caller.is_some_and(|attrs| attrs.sanitizers.disabled.contains(scheme.flag()));
        if exempt || globals::is_global(callee) || self.is_ignored(scheme, fn_abi) {
            return None;
        }
        let options = type_options(tcx.sess);
        match scheme {
            ControlFlowIntegrity::Cfi => {
                let identifier = cfi_type(tcx, fn_abi, instance, options);
                self.test_type(fn_abi, callee, &identifier);
                None
            }
            ControlFlowIntegrity::Kcfi => {
                let hash = kcfi_type(tcx, fn_abi, instance, options);
                Some(OperandBundle::create(
                    "kcfi",
                    &[self.cx.const_u32(hash).int().into()],
                ))
            }
        }
    }

    /// Whether an ignore list exempts this function's calls, or those of this type.
    fn is_ignored(&self, scheme: ControlFlowIntegrity, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> bool {
        let Some(list) = &self.cx.ignore_list else {
            return false;
        };
        let (mark, section) = match scheme {
            ControlFlowIntegrity::Cfi => (NO_CFI, c"cfi"),
            ControlFlowIntegrity::Kcfi => (NO_KCFI, c"kcfi"),
        };
        let function = inkwell::attributes::AttributeLoc::Function;
        self.llfn().get_string_attribute(function, mark).is_some()
            || list.ignores_type(self.cx.tcx, section, fn_abi)
    }

    /// Goes on only if `callee` is a function of the type `identifier`.
    fn test_type(&mut self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>, callee: Value<'ll>, identifier: &str) {
        let context = self.cx.llcx;
        let identifier = metadata::as_operand(context, metadata::string(context, identifier.as_bytes()));
        let is_member = self.call_intrinsic("llvm.type.test", &[], &[callee, identifier]);
        let pass = self.append_sibling_block("type_test.pass");
        let fail = self.append_sibling_block("type_test.fail");
        self.cond_br(is_member, pass, fail);
        // The place in the source is the builder's, and stays.
        self.switch_to_block(fail);
        self.report_wrong_callee(fn_abi, callee, pass);
        self.switch_to_block(pass);
    }

    /// A call of the UBSan runtime if the session wants to be told, else a trap. Ends the block.
    fn report_wrong_callee(
        &mut self,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        callee: Value<'ll>,
        pass: inkwell::basic_block::BasicBlock<'ll>,
    ) {
        let options = &self.cx.tcx.sess.opts.unstable_opts;
        let on = |option: Option<bool>| option == Some(true);
        let recover = on(options.sanitizer_cfi_recover);
        if !recover && !on(options.sanitizer_cfi_diag) {
            self.abort_immediate();
            self.unreachable();
            return;
        }
        let (pointer, word) = (self.cx.types.ptr, self.cx.type_isize());
        let minimal = on(options.sanitizer_cfi_minimal_runtime);
        let (name, parameters, arguments) = match minimal {
            true => ("__ubsan_handle_cfi_check_fail_minimal", vec![], vec![]),
            false => {
                let details = self.check_details(fn_abi);
                let address = self.ptrtoint(callee, word);
                // The last one says whether a vtable is valid, which is not asked here.
                let arguments = vec![details, address, self.cx.const_usize(0)];
                (
                    "__ubsan_handle_cfi_check_fail",
                    vec![pointer, word, word],
                    arguments,
                )
            }
        };
        let suffix = if recover { "" } else { "_abort" };
        let ty = self.cx.function_type(&parameters, self.cx.types.void, false);
        let handler = self.cx.declare_c_function(&format!("{name}{suffix}"), ty);
        handler
            .as_global_value()
            .set_unnamed_address(UnnamedAddress::Global);
        self.call_function(handler, &arguments);
        match recover {
            true => self.br(pass),
            false => self.unreachable(),
        }
    }

    /// `CFICheckFailData` of the UBSan runtime: the kind of check, the place in the source, the type expected.
    fn check_details(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Value<'ll> {
        let cx = self.cx;
        let place = cx.tcx.sess.source_map().lookup_char_pos(self.span.lo());
        let text = |text: String, align: Align| {
            let value = cx.const_bytes(format!("{text}\0").as_bytes());
            Value::from(cx.constant_global(value, align, None))
        };
        let file = text(
            place.file.name.prefer_local_unconditionally().to_string(),
            Align::ONE,
        );
        // Columns are counted from one there, and from zero in rustc.
        let (line, column) = (place.line as u32, place.col.0 as u32 + 1);
        let location = cx.const_struct(&[file, cx.const_u32(line), cx.const_u32(column)], false);
        let name = cx.const_bytes(format!("{}\0", expected_type(fn_abi)).as_bytes());
        let descriptor = [cx.const_i16(TYPE_UNKNOWN as i16), cx.const_i16(0), name];
        let two = Align::from_bytes(2).expect("a power of two");
        let descriptor = cx.constant_global(cx.const_struct(&descriptor, false), two, None);
        let descriptor = Value::from(descriptor);
        let details = cx.const_struct(&[cx.const_u8(CHECK_INDIRECT_CALL), location, descriptor], false);
        let align = cx.tcx.data_layout.aggregate_align;
        // The runtime writes into it: a place is reported once.
        let global = cx.anonymous_global(details, align, Some("__ubsan_cfi_check_fail_data"));
        Value::from(global)
    }
}

/// The function type for the runtime's message, as Rust writes it.
fn expected_type<'tcx>(fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> String {
    with_no_trimmed_paths!({
        let arguments: Vec<String> = fn_abi
            .args
            .iter()
            .map(|argument| argument.layout.ty.to_string())
            .collect();
        let mut text = format!("fn({})", arguments.join(", "));
        let result = fn_abi.ret.layout.ty;
        if !result.is_unit() {
            text.push_str(&format!(" -> {result}"));
        }
        text
    })
}
