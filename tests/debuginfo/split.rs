//! Debug information in files of its own (`-Csplit-debuginfo`).

use libtest_mimic::Failed;

use crate::gdb::Session;
use crate::support::project::{TempProject, holds};

const PROGRAM: &str = "fn look(list: &[u32], name: &str) -> usize {\n    let sum = list.len() + name.len();\n    \
    std::hint::black_box(sum) // #break\n}\nfn main() {\n    println!(\"{}\", look(&[1, 2], \"abc\"));\n}\n";

fn compiled(flags: &[&str]) -> Result<TempProject, Failed> {
    let project = TempProject::with(&[("look.rs", PROGRAM)])?;
    project.compile(&[&["look.rs", "-g", "-Zunstable-options"], flags].concat())?;
    Ok(project)
}

/// How many files of the folder end so.
fn count(project: &TempProject, ending: &str) -> Result<usize, Failed> {
    let names = std::fs::read_dir(project.path("."))?.map(|entry| Ok(entry?.file_name()));
    let names = names.collect::<Result<Vec<_>, Failed>>()?;
    let ends = |name: &&std::ffi::OsString| name.to_string_lossy().ends_with(ending);
    Ok(names.iter().filter(ends).count())
}

/// Each way of splitting leaves the files that it is said to leave.
pub fn files() -> Result<(), Failed> {
    for (flags, split, packages) in [
        (&["-Csplit-debuginfo=off"][..], false, 0),
        (&["-Csplit-debuginfo=unpacked"], true, 0),
        (&["-Csplit-debuginfo=packed"], false, 1),
        (
            &["-Csplit-debuginfo=packed", "-Copt-level=3", "-Clto=fat"],
            false,
            1,
        ),
        (
            &["-Csplit-debuginfo=packed", "-Zsplit-dwarf-kind=single"],
            false,
            1,
        ),
    ] {
        let project = compiled(flags)?;
        let found = (count(&project, ".dwo")? > 0, count(&project, ".dwp")?);
        if found != (split, packages) {
            return Err(format!("with {flags:?}: .dwo and .dwp are {found:?}").into());
        }
    }
    Ok(())
}

/// gdb reads what is split off. Not in DWARF 5: gdb 13 aborts on it, whichever compiler it is from.
pub fn session() -> Result<(), Failed> {
    for flags in [
        &["-Csplit-debuginfo=unpacked"][..],
        &["-Csplit-debuginfo=packed"],
        &["-Csplit-debuginfo=unpacked", "-Zsplit-dwarf-kind=single"],
    ] {
        let project = compiled(flags)?;
        let session = Session {
            program: &project.path("look"),
            source: &project.path("look.rs"),
            commands: &["run", "info args", "info locals"],
            printers: false,
        };
        let printed = session.run()?;
        for wanted in ["list = &[u32] [1, 2]", "name = \"abc\"", "sum = 5"] {
            holds(&printed, wanted)?;
        }
    }
    Ok(())
}
