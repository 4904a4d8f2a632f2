//! All programs, all compilers, all levels.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::cell::{Cell, Outcome};
use super::suite;
use crate::compiler::Compiler;
use crate::patched::Base;
use crate::program::Program;

/// A column: a compiler, or why there is none.
#[derive(Clone)]
pub struct Column {
    pub name: String,
    pub compiler: Result<Compiler, String>,
}

/// The programs by the compilers by the levels.
pub struct Matrix {
    pub programs: Vec<Program>,
    pub columns: Vec<Column>,
    pub levels: Vec<String>,
    /// By program, column and level.
    cells: Vec<Cell>,
    /// rustc's own tests by the same compilers, each at the level that it names.
    pub tests: Option<Box<Matrix>>,
}

impl Matrix {
    /// Finds the compilers, and builds those that have to be.
    pub fn new(
        programs: Vec<Program>,
        specs: &[OsString],
        levels: Vec<String>,
        base: &Base,
        timeout: Duration,
    ) -> Self {
        let log = |line: &str| eprintln!("{line}");
        let columns = specs
            .iter()
            .map(|spec| Column {
                name: spec.to_string_lossy().into_owned(),
                compiler: Compiler::find(spec, base, timeout, log).map_err(|error| format!("{error:#}")),
            })
            .collect();
        Matrix {
            programs,
            columns,
            levels,
            cells: Vec::new(),
            tests: None,
        }
    }

    /// Another matrix by the same compilers, of rustc's tests.
    pub fn of_tests(&self, tests: Vec<Program>) -> Self {
        Matrix {
            programs: tests,
            columns: self.columns.clone(),
            levels: vec![suite::LEVEL.to_owned()],
            cells: Vec::new(),
            tests: None,
        }
    }

    /// Tries everything, `jobs` at a time, in folders that come and go in `root`.
    pub fn fill(&mut self, jobs: usize, timeout: Duration, root: &Path) {
        let count = self.programs.len() * self.columns.len() * self.levels.len();
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
        let bar = ProgressBar::new(count as u64);
        let bar = match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        let cells = Mutex::new(vec![None; count]);
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= count {
                            break;
                        }
                        let (program, column, level) = self.place(index);
                        bar.set_message(self.programs[program].name());
                        let cell = match &self.columns[column].compiler {
                            Ok(compiler) => Cell::try_one(
                                &self.programs[program],
                                compiler,
                                &self.levels[level],
                                timeout,
                                root,
                            ),
                            Err(why) => Cell {
                                outcome: Outcome::NotTried,
                                detail: why.clone(),
                            },
                        };
                        cells.lock().expect("no worker panics")[index] = Some(cell);
                        bar.inc(1);
                    }
                });
            }
        });
        bar.finish_and_clear();
        let cells = cells.into_inner().expect("no worker panics");
        self.cells = cells
            .into_iter()
            .map(|cell| cell.expect("every cell was tried"))
            .collect();
    }

    fn place(&self, index: usize) -> (usize, usize, usize) {
        let (rest, level) = (index / self.levels.len(), index % self.levels.len());
        (rest / self.columns.len(), rest % self.columns.len(), level)
    }

    /// The cells of a program in a column, one for each level.
    pub fn cells(&self, program: usize, column: usize) -> &[Cell] {
        let start = (program * self.columns.len() + column) * self.levels.len();
        &self.cells[start..start + self.levels.len()]
    }

    /// How many cells of the compiler `name` are not as they should be. One of rustc's tests that no compiler passes
    /// is at fault itself: it is of another version.
    pub fn failures(&self, name: &str) -> usize {
        let failed = |outcome: &Outcome| !outcome.is_good() && *outcome != Outcome::NotTried;
        self.count(name, |program, outcome| {
            failed(outcome) && (self.programs[program].test.is_none() || self.passes_somewhere(program))
        })
    }

    /// How many cells of the compiler `name` could not be tried, which says nothing of it.
    pub fn not_tried(&self, name: &str) -> usize {
        self.count(name, |_, outcome| *outcome == Outcome::NotTried)
    }

    /// Whether some compiler passes it at all levels.
    pub fn passes_somewhere(&self, program: usize) -> bool {
        (0..self.columns.len()).any(|column| self.passes(program, column))
    }

    /// Whether a compiler passes it at all levels.
    pub fn passes(&self, program: usize, column: usize) -> bool {
        let cells = self.cells(program, column);
        cells.iter().all(|cell| cell.outcome.is_good())
    }

    /// Whether the compiler `name` passes it at all levels.
    pub fn passes_by_name(&self, program: usize, name: &str) -> bool {
        let column = self.columns.iter().position(|column| column.name == name);
        column.is_some_and(|column| self.passes(program, column))
    }

    /// Whether some compiler that could be tried passes it, and another does not.
    pub fn tells_apart(&self, program: usize) -> bool {
        let tried = (0..self.columns.len()).filter(|&column| self.columns[column].compiler.is_ok());
        let mut passes = tried.map(|column| self.passes(program, column));
        match passes.next() {
            Some(first) => passes.any(|other| other != first),
            None => false,
        }
    }

    fn count(&self, name: &str, which: impl Fn(usize, &Outcome) -> bool) -> usize {
        let columns = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.name == name);
        columns
            .flat_map(|(column, _)| (0..self.programs.len()).map(move |program| (program, column)))
            .flat_map(|(program, column)| {
                self.cells(program, column)
                    .iter()
                    .map(move |cell| (program, cell))
            })
            .filter(|(program, cell)| which(*program, &cell.outcome))
            .count()
    }

    /// The outcomes of a program in a column, each with the levels that have it.
    pub fn groups(&self, program: usize, column: usize) -> Vec<(&Outcome, Vec<&str>)> {
        let mut groups: Vec<(&Outcome, Vec<&str>)> = Vec::new();
        for (cell, level) in self.cells(program, column).iter().zip(&self.levels) {
            match groups.iter_mut().find(|(outcome, _)| **outcome == cell.outcome) {
                Some((_, levels)) => levels.push(level),
                None => groups.push((&cell.outcome, vec![level])),
            }
        }
        groups
    }

    /// The text of a cell of a table: the outcomes, with levels where there is more than one.
    pub fn text(&self, program: usize, column: usize) -> String {
        match &self.groups(program, column)[..] {
            [(outcome, _)] => outcome.label(),
            groups => groups
                .iter()
                .map(|(outcome, levels)| format!("{} at {}", outcome.label(), levels.join(" ")))
                .collect::<Vec<_>>()
                .join("; "),
        }
    }

    /// What compilers there are, or why not, one a line.
    pub fn about_compilers(&self) -> Vec<String> {
        let about = |column: &Column| match &column.compiler {
            Ok(compiler) => format!("{}: {}", column.name, compiler.version),
            Err(why) => format!("{}: cannot be used: {why}", column.name),
        };
        self.columns.iter().map(about).collect()
    }
}

impl Matrix {
    /// The programs as JSON, each with its cells.
    fn rows(&self) -> Vec<serde_json::Value> {
        let row = |program: usize| {
            let columns = self.columns.iter().enumerate().map(|(column, about)| {
                let levels = self.levels.iter().zip(self.cells(program, column));
                let levels: serde_json::Map<String, serde_json::Value> = levels
                    .map(|(level, cell)| (level.clone(), serde_json::json!(cell)))
                    .collect();
                (about.name.clone(), serde_json::Value::Object(levels))
            });
            let columns: serde_json::Map<String, serde_json::Value> = columns.collect();
            serde_json::json!({
                "name": self.programs[program].name(),
                "path": self.programs[program].path.to_string_lossy(),
                "cells": columns,
            })
        };
        (0..self.programs.len()).map(row).collect()
    }
}

/// `{ compilers: […], levels: […], programs: [{ name, path, cells: { COMPILER: { LEVEL: { outcome, detail } } } }], tests: […] }`;
/// the tests are as the programs.
impl Serialize for Matrix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let compilers: Vec<serde_json::Value> = self
            .columns
            .iter()
            .map(|column| match &column.compiler {
                Ok(compiler) => serde_json::json!({ "name": column.name, "version": compiler.version }),
                Err(why) => serde_json::json!({ "name": column.name, "error": why }),
            })
            .collect();
        let mut matrix = serializer.serialize_struct("Matrix", 4)?;
        matrix.serialize_field("compilers", &compilers)?;
        matrix.serialize_field("levels", &self.levels)?;
        matrix.serialize_field("programs", &self.rows())?;
        match &self.tests {
            Some(tests) => matrix.serialize_field("tests", &tests.rows())?,
            None => matrix.skip_field("tests")?,
        }
        matrix.end()
    }
}
