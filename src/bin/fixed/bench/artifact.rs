//! How large what was compiled is.

use std::path::Path;

use anyhow::{Context, Result};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, SectionKind};

/// Bytes of machine code, and of files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    pub text: u64,
    pub file: u64,
}

/// The size of a library or an executable.
pub fn size(path: &Path) -> Result<Size> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Size {
        text: text(&bytes),
        file: bytes.len() as u64,
    })
}

/// The size of all of them in `folder`. The metadata that rustc leaves beside them is not counted.
pub fn size_of_all(folder: &Path) -> Result<Size> {
    let mut all = Size::default();
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_other = path
            .extension()
            .is_some_and(|ext| ext == "rmeta" || ext == "d" || ext == "o");
        if !is_other && path.is_file() {
            let size = size(&path)?;
            all.text += size.text;
            all.file += size.file;
        }
    }
    Ok(all)
}

/// Of an object, or of all in an archive; what is neither has none.
fn text(bytes: &[u8]) -> u64 {
    if let Ok(archive) = ArchiveFile::parse(bytes) {
        let members = archive.members().flatten();
        return members
            .filter_map(|member| Some(of_object(member.data(bytes).ok()?)))
            .sum();
    }
    of_object(bytes)
}

fn of_object(bytes: &[u8]) -> u64 {
    let Ok(object) = object::File::parse(bytes) else {
        return 0;
    };
    let texts = object
        .sections()
        .filter(|section| section.kind() == SectionKind::Text);
    texts.map(|section| section.size()).sum()
}
