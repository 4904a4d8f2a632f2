//! Ignore lists (`-Zsanitizer-ignorelist`): files that name functions, statics, sources and types which are
//! not to be instrumented.
//!
//! The format is Clang's ("Sanitizer special case list"). rustc reads the files, and knows the rules for functions;
//! what is said of statics is asked for here, rule by rule.

use std::ffi::CStr;
use std::path::Path;

use rustc_hir::def_id::DefId;
use rustc_middle::ty::print::with_no_trimmed_paths;
use rustc_middle::ty::{Instance, Ty, TyCtxt};
use rustc_sanitizers::ignorelist::{
    Blame, InstanceSanitizers, SanitizerIgnoreList, is_blame_ignored, typename_for_ignore_list,
};
use rustc_target::callconv::FnAbi;
use rustc_target::spec::SanitizerSet;

/// The session's ignore lists, read for one codegen unit: looking something up changes a cache inside, so that
/// they cannot be shared by threads.
pub(crate) struct IgnoreList(SanitizerIgnoreList);

/// The lines of the list that speak of a static: those against instrumenting it, and those for it. The later
/// line wins.
#[derive(Copy, Clone)]
struct Verdict {
    against: Blame,
    for_it: Blame,
}

impl Verdict {
    fn merge(self, other: Self) -> Self {
        Verdict {
            against: self.against.max(other.against),
            for_it: self.for_it.max(other.for_it),
        }
    }

    fn is_ignored(self) -> bool {
        is_blame_ignored(self.against, self.for_it)
    }
}

impl IgnoreList {
    /// The lists that the session names, if it names any. One that cannot be read or parsed ends the session.
    pub(crate) fn of_session(tcx: TyCtxt<'_>) -> Option<Self> {
        let paths = &tcx.sess.opts.unstable_opts.sanitizer_ignorelist;
        if paths.is_empty() {
            return None;
        }
        for path in paths {
            // What is loaded as a source is listed in the dependency file, so that a change is noticed. That a
            // file cannot be read is said below, by name.
            let _ = tcx.sess.source_map().load_file(Path::new(path));
        }
        match SanitizerIgnoreList::new(paths) {
            Ok(list) => Some(IgnoreList(list)),
            Err(why) => tcx
                .dcx()
                .fatal(format!("failed to parse sanitizer ignorelist: {why}")),
        }
    }

    /// What is left of the sanitizers `on` for a function.
    pub(super) fn of_function<'tcx>(
        &self,
        tcx: TyCtxt<'tcx>,
        instance: Instance<'tcx>,
        on: SanitizerSet,
    ) -> InstanceSanitizers {
        self.0.filter_instance_sanitizers(tcx, instance, on)
    }

    /// Whether calls through pointers to functions of this type go unchecked. `section` is `cfi` or `kcfi`.
    pub(super) fn ignores_type<'tcx>(
        &self,
        tcx: TyCtxt<'tcx>,
        section: &CStr,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
    ) -> bool {
        let name = typename_for_ignore_list(tcx, fn_abi);
        self.0.contains_prefix(section, c"type", &name)
    }

    /// The sanitizers of `on` that are to leave a static alone.
    pub(super) fn of_static(&self, tcx: TyCtxt<'_>, def_id: DefId, on: SanitizerSet) -> SanitizerSet {
        let queries = StaticNames::new(tcx, def_id);
        let verdict = |section| self.verdict(section, &queries);
        let mut ignored = SanitizerSet::empty();
        // What is said of a sanitizer holds for its sister in the kernel too.
        let pairs = [
            (
                (SanitizerSet::ADDRESS, c"address"),
                (SanitizerSet::KERNELADDRESS, c"kernel-address"),
            ),
            (
                (SanitizerSet::HWADDRESS, c"hwaddress"),
                (SanitizerSet::KERNELHWADDRESS, c"kernel-hwaddress"),
            ),
        ];
        for ((user, user_section), (kernel, kernel_section)) in pairs {
            if !on.intersects(user | kernel) {
                continue;
            }
            let general = verdict(user_section);
            if general.is_ignored() {
                ignored |= user;
            }
            if general.merge(verdict(kernel_section)).is_ignored() {
                ignored |= kernel;
            }
        }
        ignored & on
    }

    fn verdict(&self, section: &CStr, names: &StaticNames) -> Verdict {
        names
            .queries()
            .map(|(prefix, query)| {
                let (against, for_it) = self.0.in_section_blame(section, prefix, query);
                Verdict { against, for_it }
            })
            .fold(
                Verdict {
                    against: Blame::NONE,
                    for_it: Blame::NONE,
                },
                Verdict::merge,
            )
    }
}

/// All by which a list can name a static.
struct StaticNames {
    symbol: String,
    path: String,
    source: String,
    /// The crate's root file, if it is a file.
    main_file: Option<String>,
    ty: String,
}

impl StaticNames {
    fn new(tcx: TyCtxt<'_>, def_id: DefId) -> Self {
        let source = tcx.sess.source_map().span_to_filename(tcx.def_span(def_id));
        let root = tcx.sess.local_crate_source_file();
        let main_file = root.and_then(|file| Some(file.local_path()?.display().to_string()));
        StaticNames {
            symbol: tcx.symbol_name(Instance::mono(tcx, def_id)).name.to_owned(),
            path: with_no_trimmed_paths!(tcx.def_path_str(def_id)),
            source: source.prefer_local_unconditionally().to_string(),
            main_file,
            ty: with_no_trimmed_paths!(tcx.type_of(def_id).skip_binder().to_string()),
        }
    }

    fn queries(&self) -> impl Iterator<Item = (&'static CStr, &str)> {
        [
            (c"global", Some(&self.symbol)),
            (c"global", Some(&self.path)),
            (c"src", Some(&self.source)),
            (c"mainfile", self.main_file.as_ref()),
            (c"type", Some(&self.ty)),
        ]
        .into_iter()
        .filter_map(|(prefix, query)| Some((prefix, query?.as_str())))
    }
}
