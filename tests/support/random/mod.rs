//! What the generators of random programs share: options, running many programs at a time, telling what came of
//! them, cutting a failing one down.

pub mod outcome;
pub mod process;
pub mod reduce;

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The options that all generators have.
#[derive(clap::Args)]
pub struct Options {
    /// What the first case is made from; each next case is made from the next number
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many cases
    #[arg(long)]
    count: Option<usize>,
    /// How many cases are compiled together
    #[arg(long)]
    per_program: Option<usize>,
    /// The library to test, instead of the one built with this test
    #[arg(long, env = "FIXED_BACKEND")]
    library: Option<PathBuf>,
    /// Prints the first case, and does not compile it
    #[arg(long)]
    print: bool,
    /// What `cargo test` passes to every test.
    #[command(flatten)]
    libtest: libtest_mimic::Arguments,
}

/// How many cases there are, and how many of them are compiled together.
#[derive(Clone, Copy)]
pub struct Size {
    pub count: usize,
    pub per_program: usize,
}

impl Options {
    /// A generator's `main`: prints the first case or tests them all, whose result is whether all was right.
    pub fn conduct(
        &self,
        name: &str,
        print: impl FnOnce(),
        test: impl FnOnce() -> io::Result<bool>,
    ) -> ExitCode {
        if let Some(code) = self.not_run(name) {
            return code;
        }
        if self.print {
            print();
            return ExitCode::SUCCESS;
        }
        match test() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("{name}: {error}");
                ExitCode::FAILURE
            }
        }
    }

    /// The end of a test that is only listed, or that is not wanted.
    fn not_run(&self, name: &str) -> Option<ExitCode> {
        let libtest = &self.libtest;
        let filtered = libtest
            .filter
            .as_ref()
            .is_some_and(|filter| !name.contains(filter.as_str()));
        if filtered || libtest.ignored || libtest.skip.iter().any(|skip| name.contains(skip.as_str())) {
            return Some(ExitCode::SUCCESS);
        }
        if libtest.list {
            println!("{name}: test");
            return Some(ExitCode::SUCCESS);
        }
        None
    }

    /// The size of the run; where the options do not say, `default`.
    pub fn size(&self, default: Size) -> Size {
        Size {
            count: self.count.unwrap_or(default.count),
            per_program: self.per_program.unwrap_or(default.per_program),
        }
    }

    /// The backend to test.
    pub fn library(&self) -> PathBuf {
        self.library.clone().unwrap_or_else(crate::support::backend)
    }

    /// Calls `work` with the number of each program and those of the cases in it, in as many threads as there may be.
    pub fn each_program(
        &self,
        size: Size,
        work: impl Fn(usize, Range<usize>) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        let last = self.seed + size.count as u64 - 1;
        println!("{} cases, made from {} to {last}", size.count, self.seed);
        let programs = size.count.div_ceil(size.per_program);
        let next = AtomicUsize::new(0);
        let worker = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= programs {
                    return Ok(());
                }
                let start = index * size.per_program;
                work(index, start..size.count.min(start + size.per_program))?;
            }
        };
        let jobs = self
            .libtest
            .test_threads
            .or_else(|| std::thread::available_parallelism().ok().map(Into::into))
            .unwrap_or(2);
        std::thread::scope(|scope| -> io::Result<()> {
            let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }
}
