//! A crate in all forms, and what of it is one function.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::assembly;
use super::compile::{Products, Shown};
use super::ir::{self, Module};
use super::listing::{Language, Listing, OF_ASM, Places, demangled};
use super::mir::{self, Mir};
use super::names::{self, Candidate};
use super::passes::{self, Pass};
use super::source::{self, Sources};
use crate::compiler::Compiler;
use crate::diff::compile::Line;

/// The crate by one compiler.
pub struct Build {
    pub name: String,
    pub compiler: Compiler,
    pub line: Line,
    pub products: Products,
}

impl Build {
    fn folder(&self) -> PathBuf {
        self.line.folder.clone().unwrap_or_default()
    }
}

/// The crate by all compilers.
pub struct Crate {
    pub builds: Vec<Build>,
}

/// The function by one compiler.
#[derive(Serialize)]
pub struct Side {
    pub name: String,
    pub version: String,
    pub built: Listing,
    pub optimised: Listing,
    pub assembly: Listing,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passes: Option<Vec<Pass>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// How a compiler failed.
#[derive(Serialize)]
pub struct Failure {
    pub what: String,
    pub said: String,
}

/// One function, in all forms.
#[derive(Serialize)]
pub struct Explanation {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// `src/lib.rs:12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The flags of rustc.
    pub flags: String,
    pub notes: Vec<String>,
    pub source: Listing,
    pub mir: Listing,
    pub sides: Vec<Side>,
    #[serde(serialize_with = "write_places")]
    pub places: Places,
}

/// Places as `[file, line]`.
fn write_places<S: Serializer>(places: &Places, serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(places.len()))?;
    for place in 0..places.len() {
        list.serialize_element(&places.get(place))?;
    }
    list.end()
}

impl Crate {
    fn mir(&self) -> Mir<'_> {
        let mir = self.builds.iter().find_map(|build| build.products.mir.as_deref());
        Mir::read(mir.unwrap_or_default())
    }

    /// The functions that have code, by name, then those that have only MIR.
    pub fn candidates(&self) -> Vec<Candidate> {
        let mir = self.mir();
        let mut has_code = vec![false; mir.items.len()];
        let mut candidates: Vec<Candidate> = vec![];
        for build in &self.builds {
            let folder = build.folder();
            let module = Module::read(build.products.built.as_deref().unwrap_or_default());
            let rejected = build
                .products
                .failure
                .iter()
                .flat_map(|failure| &failure.rejected);
            let rejected = rejected.map(|rejected| rejected.symbol.as_str());
            for symbol in module.symbols.iter().copied().chain(rejected) {
                if let Some(item) = mir.of(symbol, module.subprogram(symbol, &folder), &folder) {
                    has_code[item] = true;
                }
                let candidate = Candidate::of_symbol(symbol);
                let known = candidates.iter().any(|known| {
                    known.symbol.as_deref() == Some(symbol)
                        || (build.name != self.builds[0].name && known.name == candidate.name)
                });
                // C's `main` only calls Rust's, and assembly is shown where it is called.
                if !known && symbol != "main" && !symbol.starts_with(OF_ASM) {
                    candidates.push(candidate);
                }
            }
        }
        candidates.sort_by(|one, other| one.name.cmp(&other.name));
        let krate = self.name();
        for (number, item) in mir.items.iter().enumerate() {
            let candidate = Candidate::of_item(number, item, &krate);
            if !has_code[number] && !candidates.iter().any(|known| known.name == candidate.name) {
                candidates.push(candidate);
            }
        }
        candidates
    }

    /// The crate's name: as rustc is told it, or as the file is called.
    fn name(&self) -> String {
        let args = &self.builds[0].line.args;
        let given = args.iter().position(|arg| arg == "--crate-name");
        let given = given.and_then(|at| args.get(at + 1));
        let file = args
            .iter()
            .map(Path::new)
            .find(|path| path.extension().is_some_and(|ext| ext == "rs"));
        let name = given.map(|name| super::title(name));
        let name = name.or_else(|| Some(super::title(file?.file_stem()?)));
        name.unwrap_or_default().replace('-', "_")
    }

    /// Where a function of the MIR is: its name, file and line.
    pub fn item_place(&self, number: usize) -> Option<(String, String, usize)> {
        let mir = self.mir();
        let item = mir.items.get(number)?;
        let (file, line) = item.place()?;
        Some((item.path.to_owned(), file.to_owned(), line))
    }

    /// The symbol of the function whose MIR is at that place.
    pub fn symbol_at(&self, wanted: &(String, String, usize)) -> Option<String> {
        let mir = self.mir();
        let number = mir.items.iter().position(|item| {
            item.path == wanted.0
                && item
                    .place()
                    .is_some_and(|(file, line)| file == wanted.1 && line == wanted.2)
        })?;
        let build = &self.builds[0];
        let folder = build.folder();
        let module = Module::read(build.products.built.as_deref()?);
        let mut symbols = module.symbols.iter();
        let symbol = symbols
            .find(|symbol| mir.of(symbol, module.subprogram(symbol, &folder), &folder) == Some(number));
        symbol.map(|symbol| (*symbol).to_owned())
    }

    /// Everything about one function.
    pub fn explain(
        &self,
        candidate: &Candidate,
        with_passes: bool,
        notes: Vec<String>,
    ) -> Result<Explanation> {
        let mut places = Places::default();
        let mut sources = Sources::default();
        let mir = self.mir();
        let first = &self.builds[0];
        let folder = first.folder();
        let mut item = candidate.item;
        let mut own: Option<(PathBuf, RangeInclusive<usize>)> = None;
        let mut inlined = vec![];
        // The first compiler that has the function says where it is.
        for build in &self.builds {
            let folder = build.folder();
            let module = Module::read(build.products.built.as_deref().unwrap_or_default());
            let Some(symbol) = symbol_in(&module, candidate) else {
                continue;
            };
            item = item.or_else(|| mir.of(symbol, module.subprogram(symbol, &folder), &folder));
            if own.is_none()
                && let Some(function) = module.subprogram(symbol, &folder)
            {
                let path = places.file(&folder, &function.file);
                own = sources
                    .range(&path, function.line, function.line)
                    .or(Some(function.line..=function.line))
                    .map(|range| (path, range));
            }
            let optimised = Module::read(build.products.optimised.as_deref().unwrap_or_default());
            for module in [&module, &optimised] {
                for function in module.inlined(symbol, &folder) {
                    if !inlined.contains(&function) {
                        inlined.push(function);
                    }
                }
            }
        }
        item = item.or_else(|| mir.by_name(&candidate.name));
        if own.is_none()
            && let Some((file, line)) = item.and_then(|item| mir.items[item].place())
        {
            let path = places.file(&folder, file);
            own = sources.range(&path, line, line).map(|range| (path, range));
        }
        let own = own.as_ref().map(|(path, range)| (path.as_path(), range.clone()));
        let mir_listing = match item {
            Some(item) => mir::listing(&mir.items[item], &folder, own.clone(), &mut places),
            None => Listing::absent(
                Language::Mir,
                "rustc writes down the MIR of the crate's own functions only: this one is of another crate, or made by \
                 the compiler, as drop glue is",
            ),
        };
        let mut sides = vec![];
        for build in &self.builds {
            sides.push(side(build, candidate, with_passes, &mut places)?);
        }
        Ok(Explanation {
            name: candidate.name.clone(),
            symbol: candidate.symbol.clone(),
            place: own
                .as_ref()
                .map(|(path, range)| format!("{}:{}", source::short(path), range.start())),
            flags: flags(&first.line),
            notes,
            source: source::listing(&mut sources, own, &inlined, &folder, &mut places),
            mir: mir_listing,
            sides,
            places,
        })
    }
}

/// The flags of rustc that a reader wants to know: those of code generation.
fn flags(line: &Line) -> String {
    let mut flags: Vec<String> = vec![];
    let mut args = line.args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        match &*arg {
            "-C" | "-Z" | "--target" | "--edition" => {
                let value = args.next().unwrap_or_default();
                // What cargo adds to every line says nothing.
                if ![
                    "metadata=",
                    "extra-filename=",
                    "incremental=",
                    "strip=",
                    "embed-bitcode=",
                    "linker",
                ]
                .iter()
                .any(|known| value.starts_with(known))
                {
                    flags.push(
                        format!("{arg} {value}")
                            .replacen("-C ", "-C", 1)
                            .replacen("-Z ", "-Z", 1),
                    );
                }
            }
            _ if arg.starts_with("-C") || arg.starts_with("-Z") || arg.starts_with("-O") => {
                flags.push(arg.into_owned())
            }
            _ if arg.starts_with("--edition") || arg.starts_with("--target=") => flags.push(arg.into_owned()),
            _ => {}
        }
    }
    flags.join(" ")
}

/// The symbol of the candidate in a module: its own, or, where another compiler gives hashes of its own, that of the same name.
fn symbol_in<'a>(module: &Module<'a>, candidate: &Candidate) -> Option<&'a str> {
    let own = candidate.symbol.as_deref()?;
    let mut symbols = module.symbols.iter().copied();
    let same = symbols.clone().find(|symbol| *symbol == own);
    same.or_else(|| symbols.find(|symbol| names::name(symbol) == candidate.name))
}

/// The IR as built, with what the verifier says of it.
fn built_form(
    build: &Build,
    candidate: &Candidate,
    built: &Module<'_>,
    symbol: Option<&str>,
    why_not: &str,
    places: &mut Places,
) -> Listing {
    let folder = build.folder();
    let mut rejected = build
        .products
        .failure
        .iter()
        .flat_map(|failure| &failure.rejected);
    // Another compiler may give the function another symbol.
    let rejected = rejected.find(|rejected| {
        Some(&rejected.symbol) == candidate.symbol.as_ref() || Some(rejected.symbol.as_str()) == symbol
    });
    let (rule, line) = match rejected.map(|rejected| (&rejected.rule, &rejected.shown)) {
        Some((rule, Shown::Text(text))) => return ir::rejected(text, rule, &folder, places),
        Some((rule, Shown::Line(line))) => (rule, line.as_str()),
        None => {
            let listing = symbol.and_then(|symbol| built.listing(symbol, &folder, places));
            return listing.unwrap_or_else(|| Listing::absent(Language::Ir, why_not));
        }
    };
    let listing = symbol.and_then(|symbol| built.listing(symbol, &folder, places));
    let mut listing = listing.unwrap_or_else(|| Listing::new(Language::Ir));
    let text = demangled(&ir::without_places(line));
    match listing.rows.iter_mut().find(|row| row.text == text) {
        Some(row) => row.finding = Some(demangled(rule)),
        None => listing.notes.push(demangled(rule)),
    }
    listing
}

/// Why a function is not there after the passes that was there before.
fn why_removed(optimised: &Module<'_>, symbol: &str, folder: &Path) -> String {
    let holders = optimised.holders(symbol, folder).into_iter().map(names::name);
    let holders: Vec<String> = holders.collect();
    match holders.is_empty() {
        true => "the passes have removed it: nothing uses it, or nothing of it is left".to_owned(),
        false => format!(
            "the passes have removed it: it is inlined everywhere, into {}",
            holders.join(", ")
        ),
    }
}

/// The function by one compiler.
fn side(build: &Build, candidate: &Candidate, with_passes: bool, places: &mut Places) -> Result<Side> {
    let folder = build.folder();
    let products = &build.products;
    let built = Module::read(products.built.as_deref().unwrap_or_default());
    let optimised = Module::read(products.optimised.as_deref().unwrap_or_default());
    let symbol = symbol_in(&built, candidate);
    let why_not = match &products.failure {
        Some(failure) => format!("{}: {}", build.name, failure.what),
        None => "rustc makes no code for it in this crate: it is generic, and is compiled where it is used with types, or it \
                 is inlined into its callers while it is still MIR"
            .to_owned(),
    };
    let built_listing = built_form(build, candidate, &built, symbol, &why_not, places);
    let why_gone = match symbol {
        Some(symbol) if products.failure.is_none() && !optimised.has(symbol) => {
            why_removed(&optimised, symbol, &folder)
        }
        _ => why_not,
    };
    let optimised_listing = symbol
        .and_then(|symbol| optimised.listing(symbol, &folder, places))
        .unwrap_or_else(|| Listing::absent(Language::Ir, &*why_gone));
    let assembly = products.assembly.as_deref().unwrap_or_default();
    let assembly = symbol
        .and_then(|symbol| assembly::listing(assembly, symbol, &folder, places))
        .unwrap_or_else(|| Listing::absent(Language::Assembly, &*why_gone));
    let passes = match symbol {
        Some(symbol) if with_passes => Some(passes::passes(
            &build.line,
            &build.compiler,
            symbol,
            built.body(symbol),
        )?),
        _ => None,
    };
    Ok(Side {
        name: build.name.clone(),
        version: build.compiler.version.clone(),
        built: built_listing,
        optimised: optimised_listing,
        assembly,
        passes,
        failure: products.failure.as_ref().map(|failure| Failure {
            what: failure.what.clone(),
            said: failure.said.clone(),
        }),
    })
}
