//! A run of everything, in an order in which a slow spell of the machine meets all compilers alike.
//!
//! Profile by profile: cargo builds everything once with each compiler, which is not timed and leaves lines of rustc behind;
//! then each round runs each line with each compiler, the first one first, the next round the second one first, and so on.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::compile;
use super::edit::Edited;
use super::metric::Metric;
use super::phases::{self, Phases, Times};
use super::profile::Profile;
use super::programs::{self, Setting};
use super::report::{Kind, Report};
use super::side::Side;
use super::subject::{Build, REAL, Subject};
use super::{Measure, callgrind};
use crate::blame::line::Line;
use crate::process;

/// How many rounds of self-profiles are enough for a median.
const PHASE_ROUNDS: usize = 3;

pub struct Session<'a> {
    pub sides: &'a [Side],
    pub profiles: Vec<Profile>,
    pub programs: Vec<String>,
    /// The default set, if something of it is wanted.
    pub set: Option<&'a Build>,
    /// Whether it is compiled for its own sake, or only programs of it are run.
    pub compiles_set: bool,
    pub packages: &'a [Build],
    pub measures: &'a [Measure],
    pub rounds: usize,
    /// How often a program does its work each time.
    pub repeat: u32,
    pub callgrind: bool,
    /// How long a process may take.
    pub timeout: Duration,
    pub root: &'a Path,
    pub report: Arc<Mutex<Report>>,
    pub bar: ProgressBar,
}

/// What is run for a subject in a profile with a compiler.
struct Job {
    lines: Vec<Line>,
    flags: Vec<OsString>,
    /// The sources in which a line is edited before each run.
    edited: Option<Edited>,
}

impl Session<'_> {
    pub fn run(&mut self) {
        let template = "{bar:30} {pos}/{len} {elapsed} {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        if self.callgrind
            && let Some(why) = callgrind::missing()
        {
            self.say(&format!("warning: {why}"));
            self.fail("all", "instructions", "all", &anyhow::anyhow!(why));
            self.callgrind = false;
        }
        let measures_compilers = self.does(Measure::Compile) || self.does(Measure::Phases);
        let builds: Vec<&Build> = match self.compiles_set {
            true => self.set.iter().copied().collect(),
            false => self.packages.iter().collect(),
        };
        self.bar.set_length(self.steps(&builds) as u64);
        if measures_compilers {
            for build in builds {
                for profile in self.profiles.clone() {
                    self.profile(build, profile);
                }
            }
        }
        if !self.programs.is_empty() {
            for setting in Setting::ALL {
                self.programs(setting);
            }
        }
    }

    fn does(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }

    /// How many steps there are, for the bar.
    fn steps(&self, builds: &[&Build]) -> usize {
        let each = usize::from(self.does(Measure::Compile)) * (self.rounds + usize::from(self.callgrind))
            + usize::from(self.does(Measure::Phases)) * self.rounds.min(PHASE_ROUNDS);
        let of_build = |build: &&Build| match each {
            0 => 0,
            _ => self.profiles.len() * (1 + each * build.subjects.len()),
        };
        let of_programs =
            self.programs.len() * Setting::ALL.len() * (1 + self.rounds + usize::from(self.callgrind));
        (builds.iter().map(of_build).sum::<usize>() + of_programs) * self.sides.len()
    }

    fn step(&self, words: String) {
        self.bar.set_message(words);
        self.bar.inc(1);
    }

    /// Says something above the bar.
    fn say(&self, words: &str) {
        self.bar.suspend(|| eprintln!("{words}"));
    }

    fn report(&self) -> MutexGuard<'_, Report> {
        self.report
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Notes what could not be measured; nothing more of it is tried.
    fn fail(&self, setting: &str, subject: &str, compiler: &str, error: &anyhow::Error) {
        // What was killed because a signal stops everything has not failed.
        process::stay_if_stopping();
        tracing::debug!(setting, subject, compiler, "cannot be measured");
        self.report()
            .failed(setting, subject, compiler, format!("{error:#}"));
    }

    fn has_failed(&self, setting: &str, subject: &str, compiler: &str) -> bool {
        self.report().has_failed(setting, subject, compiler)
    }

    /// The compilers in the order of a round.
    fn in_turn(&self, round: usize) -> impl Iterator<Item = &Side> {
        let count = self.sides.len();
        (0..count).map(move |at| &self.sides[(round + at) % count])
    }

    /// All subjects of a build in a profile.
    fn profile(&self, build: &Build, profile: Profile) {
        let root = self.root.join("profile");
        let mut jobs: HashMap<(&str, &str), Job> = HashMap::new();
        for (number, side) in self.sides.iter().enumerate() {
            self.step(format!("{}: {} builds {}", profile.name(), side.name, build.name));
            let root = root.join(number.to_string());
            match build.run(profile, &side.compiler, &root.join("target"), self.timeout) {
                Err(error) => {
                    for subject in &build.subjects {
                        self.fail(profile.name(), &subject.name, &side.name, &error);
                    }
                }
                Ok(lines) => {
                    self.keep_real(build, profile, number, &root.join("target"));
                    for subject in &build.subjects {
                        let folder = root.join(&subject.name);
                        match job(subject, profile, &lines, &folder, self.timeout) {
                            Ok(job) => {
                                if job.lines.is_empty() && number == 0 {
                                    self.say(&format!(
                                        "note: nothing of {} is linked, so there is nothing to measure in the profile {}",
                                        subject.name,
                                        profile.name()
                                    ));
                                }
                                jobs.insert((&subject.name, &side.name), job);
                            }
                            Err(error) => self.fail(profile.name(), &subject.name, &side.name, &error),
                        }
                    }
                }
            }
        }
        if self.does(Measure::Compile) {
            for round in 0..self.rounds {
                self.compile_round(build, profile, round, &jobs);
            }
            if self.callgrind {
                self.count(build, profile, &jobs);
            }
        }
        if self.does(Measure::Phases) {
            self.phases(build, profile, &jobs);
        }
        let _ = std::fs::remove_dir_all(root);
    }

    fn compile_round(
        &self,
        build: &Build,
        profile: Profile,
        round: usize,
        jobs: &HashMap<(&str, &str), Job>,
    ) {
        for subject in &build.subjects {
            for side in self.in_turn(round) {
                self.step(format!("{}: {} by {}", profile.name(), subject.name, side.name));
                self.once(subject, profile, side, jobs, |job, scratch| {
                    job.edit(round + 1)?;
                    let values = compile::measure(&job.lines, &job.flags, scratch, self.timeout)?;
                    self.add(profile, subject, side, round, values);
                    Ok(())
                });
            }
        }
    }

    fn count(&self, build: &Build, profile: Profile, jobs: &HashMap<(&str, &str), Job>) {
        for subject in &build.subjects {
            for side in self.sides {
                self.step(format!(
                    "{}: {} by {}, under valgrind",
                    profile.name(),
                    subject.name,
                    side.name
                ));
                self.once(subject, profile, side, jobs, |job, scratch| {
                    job.edit(self.rounds + 1)?;
                    let values = compile::count(&job.lines, &job.flags, scratch, self.timeout)?;
                    self.add(profile, subject, side, 0, values);
                    Ok(())
                });
            }
        }
    }

    fn phases(&self, build: &Build, profile: Profile, jobs: &HashMap<(&str, &str), Job>) {
        let rounds = self.rounds.min(PHASE_ROUNDS);
        let mut found: HashMap<(&str, &str), Vec<BTreeMap<String, Times>>> = HashMap::new();
        for round in 0..rounds {
            for subject in &build.subjects {
                for side in self.in_turn(round) {
                    self.step(format!(
                        "{}: {} by {}, where the time goes",
                        profile.name(),
                        subject.name,
                        side.name
                    ));
                    self.once(subject, profile, side, jobs, |job, scratch| {
                        job.edit(self.rounds + 2 + round)?;
                        let units = job.profiled(scratch, self.timeout)?;
                        found.entry((&subject.name, &side.name)).or_default().push(units);
                        Ok(())
                    });
                }
            }
        }
        for subject in &build.subjects {
            for side in self.sides {
                if let Some(rounds) = found.get(&(&*subject.name, &*side.name)) {
                    let (times, units) = phases::settle(rounds);
                    self.report().phases.push(Phases {
                        setting: profile.name().to_owned(),
                        subject: subject.name.clone(),
                        compiler: side.name.clone(),
                        times,
                        units,
                    });
                }
            }
        }
    }

    /// Does something with a job, unless that has failed before.
    fn once(
        &self,
        subject: &Subject,
        profile: Profile,
        side: &Side,
        jobs: &HashMap<(&str, &str), Job>,
        act: impl FnOnce(&Job, &Path) -> Result<()>,
    ) {
        let Some(job) = jobs.get(&(&*subject.name, &*side.name)) else {
            return;
        };
        if self.has_failed(profile.name(), &subject.name, &side.name) || job.lines.is_empty() {
            return;
        }
        let scratch = self.root.join("scratch");
        let _ = std::fs::remove_dir_all(&scratch);
        let done = std::fs::create_dir_all(&scratch)
            .context("cannot make a temporary folder")
            .and_then(|()| act(job, &scratch));
        if let Err(error) = done {
            self.fail(profile.name(), &subject.name, &side.name, &error);
        }
    }

    fn add(
        &self,
        profile: Profile,
        subject: &Subject,
        side: &Side,
        round: usize,
        values: BTreeMap<Metric, f64>,
    ) {
        self.report().add(
            Kind::Compile,
            profile.name(),
            &subject.name,
            &side.name,
            round,
            values,
        );
    }

    /// Where a program of the default set is kept until it is run.
    fn real(&self, setting: Setting, side: usize, name: &str) -> PathBuf {
        self.root
            .join("real")
            .join(setting.name())
            .join(side.to_string())
            .join(name)
    }

    /// Keeps the programs that are to be run, before what was built is removed.
    fn keep_real(&self, build: &Build, profile: Profile, side: usize, target: &Path) {
        let setting = match profile {
            Profile::Release => Setting::Release,
            Profile::OneUnit => Setting::OneUnit,
            _ => return,
        };
        let is_set = self.set.is_some_and(|set| std::ptr::eq(set, build));
        for name in self
            .programs
            .iter()
            .filter(|name| is_set && REAL.contains(&&***name))
        {
            let to = self.real(setting, side, name);
            let copied = std::fs::create_dir_all(to.parent().unwrap_or(&to))
                .and_then(|()| std::fs::copy(target.join("release").join(name), &to));
            if let Err(error) = copied {
                self.fail(setting.name(), name, &self.sides[side].name, &error.into());
            }
        }
    }

    /// All programs, compiled as `setting` says, and run.
    fn programs(&self, setting: Setting) {
        let mut ready: HashMap<(&str, &str), PathBuf> = HashMap::new();
        for name in &self.programs {
            for (number, side) in self.sides.iter().enumerate() {
                self.step(format!("{}: {name} by {}", setting.name(), side.name));
                let made = self.program(name, setting, number).and_then(|program| {
                    let Some(program) = program else {
                        return Ok(());
                    };
                    let size = programs::size(&program)?;
                    self.report()
                        .add(Kind::Run, setting.name(), name, &side.name, 0, size);
                    ready.insert((name, &side.name), program);
                    Ok(())
                });
                if let Err(error) = made {
                    self.fail(setting.name(), name, &side.name, &error);
                }
            }
        }
        let mut printed: HashMap<&str, String> = HashMap::new();
        for round in 0..self.rounds {
            for name in &self.programs {
                for side in self.in_turn(round) {
                    self.step(format!("{}: {name} of {} runs", setting.name(), side.name));
                    self.run_program(name, setting, side, &ready, |program| {
                        let (values, output) = programs::measure(program, self.repeat, self.timeout)?;
                        let expected = printed.entry(name).or_insert_with(|| output.clone());
                        anyhow::ensure!(
                            output == *expected,
                            "it prints `{}`, where another printed `{}`: one of them was compiled wrongly",
                            output.trim(),
                            expected.trim()
                        );
                        self.report()
                            .add(Kind::Run, setting.name(), name, &side.name, round, values);
                        Ok(())
                    });
                }
            }
        }
        for name in self.programs.iter().filter(|_| self.callgrind) {
            for side in self.sides {
                self.step(format!(
                    "{}: {name} of {} runs under valgrind",
                    setting.name(),
                    side.name
                ));
                self.run_program(name, setting, side, &ready, |program| {
                    let values = programs::count(program, self.root, self.timeout)?;
                    self.report()
                        .add(Kind::Run, setting.name(), name, &side.name, 0, values);
                    Ok(())
                });
            }
        }
    }

    fn run_program(
        &self,
        name: &str,
        setting: Setting,
        side: &Side,
        ready: &HashMap<(&str, &str), PathBuf>,
        act: impl FnOnce(&Path) -> Result<()>,
    ) {
        let Some(program) = ready.get(&(name, &*side.name)) else {
            return;
        };
        if !self.has_failed(setting.name(), name, &side.name)
            && let Err(error) = act(program)
        {
            self.fail(setting.name(), name, &side.name, &error);
        }
    }

    /// A program, compiled. Nothing if it is not compiled in this setting.
    fn program(&self, name: &str, setting: Setting, side: usize) -> Result<Option<PathBuf>> {
        if !REAL.contains(&name) {
            let folder = self
                .root
                .join("programs")
                .join(setting.name())
                .join(side.to_string());
            let compiler = &self.sides[side].compiler;
            return programs::compile(name, setting, compiler, &folder, self.timeout).map(Some);
        }
        let profile = match setting {
            Setting::Release => Profile::Release,
            Setting::OneUnit => Profile::OneUnit,
            // Of cargo's packages, the set is the largest: this would be one more build of all of it.
            Setting::Incremental => return Ok(None),
        };
        let program = self.real(setting, side, name);
        if !program.is_file()
            && let Some(set) = self.set
        {
            let target = self.root.join("set-target");
            let built = set.run(profile, &self.sides[side].compiler, &target, self.timeout);
            built.map(|_| self.keep_real(set, profile, side, &target))?;
            let _ = std::fs::remove_dir_all(target);
        }
        Ok(program.is_file().then_some(program))
    }
}

/// What is to be run for a subject. In an incremental build, what is not edited is compiled here.
fn job(subject: &Subject, profile: Profile, lines: &[Line], folder: &Path, timeout: Duration) -> Result<Job> {
    if profile != Profile::Incremental {
        let lines = subject.lines(lines, profile);
        anyhow::ensure!(
            !lines.is_empty() || profile.is_lto(),
            "cargo has compiled nothing of the package"
        );
        return Ok(Job {
            lines,
            flags: vec![],
            edited: None,
        });
    }
    let edited = Edited::new(&subject.edited(lines)?, &folder.join("source"))?;
    let mut flag = OsString::from("-Cincremental=");
    flag.push(folder.join("incremental"));
    let job = Job {
        lines: vec![edited.line.clone()],
        // The crate may forbid what the line that is edited takes: an attribute that is unsafe.
        flags: vec![flag, "--cap-lints=allow".into()],
        edited: Some(edited),
    };
    job.edit(0)?;
    compile::run(&job.lines[0], &job.flags, folder, timeout)?;
    Ok(job)
}

impl Job {
    fn edit(&self, number: usize) -> Result<()> {
        self.edited.as_ref().map_or(Ok(()), |edited| edited.edit(number))
    }

    /// Runs everything with rustc's self-profile.
    fn profiled(&self, scratch: &Path, timeout: Duration) -> Result<BTreeMap<String, Times>> {
        let folder = scratch.join("profile");
        std::fs::create_dir_all(&folder)?;
        let mut flags = self.flags.clone();
        flags.extend(phases::flags(&folder).map(OsString::from));
        for line in &self.lines {
            compile::run(line, &flags, scratch, timeout)?;
        }
        let mut units = BTreeMap::new();
        phases::read(&folder, &mut units)?;
        Ok(units)
    }
}
