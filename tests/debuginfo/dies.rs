//! The entries of DWARF (DIEs) of a file as lines of text that do not depend on where anything is in the file, so that
//! two compilers' files can be compared.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use gimli::{AttributeValue, EndianSlice, LittleEndian};
use libtest_mimic::Failed;
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// A reference to another entry, by its offset in `.debug_info`.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Entry(usize),
}

#[derive(Debug)]
struct Entry {
    tag: gimli::DwTag,
    parent: Option<usize>,
    children: Vec<usize>,
    values: Vec<(gimli::DwAt, Value)>,
}

/// All entries of a file, by their offset.
struct Entries(HashMap<usize, Entry>);

/// What the place of the code in the file decides, or which compiler it was.
const LEFT_OUT: &[gimli::DwAt] = &[
    gimli::DW_AT_producer,
    gimli::DW_AT_stmt_list,
    gimli::DW_AT_low_pc,
    gimli::DW_AT_high_pc,
    gimli::DW_AT_ranges,
    gimli::DW_AT_entry_pc,
    gimli::DW_AT_sibling,
    gimli::DW_AT_frame_base,
    gimli::DW_AT_str_offsets_base,
    gimli::DW_AT_addr_base,
    gimli::DW_AT_rnglists_base,
    gimli::DW_AT_loclists_base,
    gimli::DW_AT_GNU_dwo_id,
    gimli::DW_AT_GNU_addr_base,
    gimli::DW_AT_GNU_ranges_base,
    gimli::DW_AT_GNU_pubnames,
    gimli::DW_AT_call_all_calls,
    gimli::DW_AT_GNU_all_call_sites,
];

/// What follows from machine code, not from the description of the program.
const TAGS_LEFT_OUT: &[gimli::DwTag] = &[
    gimli::DW_TAG_call_site,
    gimli::DW_TAG_call_site_parameter,
    gimli::DW_TAG_GNU_call_site,
    gimli::DW_TAG_GNU_call_site_parameter,
];

/// The bytes of a section, with the relocations of an object file done as if every section were at address 0.
fn section_bytes(file: &object::File<'_>, name: &str) -> Result<Vec<u8>, Failed> {
    let Some(section) = file.section_by_name(name) else {
        return Ok(Vec::new());
    };
    let mut bytes = section.uncompressed_data()?.into_owned();
    for (offset, relocation) in section.relocations() {
        let RelocationTarget::Symbol(symbol) = relocation.target() else {
            continue;
        };
        let address = file.symbol_by_index(symbol)?.address();
        let value = address.wrapping_add_signed(relocation.addend());
        let len = usize::from(relocation.size() / 8);
        let place = bytes.get_mut(offset as usize..offset as usize + len);
        place
            .ok_or("a relocation outside of its section")?
            .copy_from_slice(&value.to_le_bytes()[..len]);
    }
    Ok(bytes)
}

impl Entries {
    fn read(bytes: &[u8]) -> Result<Self, Failed> {
        let file = object::File::parse(bytes)?;
        let sections = gimli::DwarfSections::load(|id| section_bytes(&file, id.name()))?;
        let dwarf = sections.borrow(|section| EndianSlice::new(section, LittleEndian));
        let mut entries: HashMap<usize, Entry> = HashMap::new();
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            let unit = dwarf.unit(header)?;
            let unit = unit.unit_ref(&dwarf);
            let mut path: Vec<usize> = Vec::new();
            let mut cursor = unit.entries_raw(None)?;
            while !cursor.is_empty() {
                let offset = cursor.next_offset();
                let depth = cursor.next_depth();
                let Some(abbreviation) = cursor.read_abbreviation()? else {
                    continue;
                };
                let offset = offset
                    .to_debug_info_offset(&unit.header)
                    .ok_or("not in .debug_info")?
                    .0;
                path.truncate(depth.max(0) as usize);
                let mut values = Vec::new();
                for &spec in abbreviation.attributes() {
                    let attribute = cursor.read_attribute(spec)?;
                    if !LEFT_OUT.contains(&attribute.name()) {
                        let value = read_value(unit, attribute.name(), attribute.value())?;
                        values.push((attribute.name(), value));
                    }
                }
                let entry = Entry {
                    tag: abbreviation.tag(),
                    parent: path.last().copied(),
                    children: Vec::new(),
                    values,
                };
                if let Some(parent) = entry.parent.and_then(|parent| entries.get_mut(&parent)) {
                    parent.children.push(offset);
                }
                entries.insert(offset, entry);
                path.push(offset);
            }
        }
        Ok(Entries(entries))
    }
}

fn read_value<'a>(
    unit: gimli::UnitRef<'_, Slice<'a>>,
    name: gimli::DwAt,
    value: AttributeValue<Slice<'a>>,
) -> Result<Value, Failed> {
    if name == gimli::DW_AT_location {
        // Where something is differs; that it is somewhere does not.
        return Ok(Value::Text("somewhere".into()));
    }
    if let AttributeValue::FileIndex(index) = value {
        return Ok(Value::Text(file_name(unit, index)?));
    }
    if let AttributeValue::UnitRef(offset) = value {
        let offset = offset
            .to_debug_info_offset(&unit.header)
            .ok_or("not in .debug_info")?;
        return Ok(Value::Entry(offset.0));
    }
    if let AttributeValue::DebugInfoRef(offset) = value {
        return Ok(Value::Entry(offset.0));
    }
    if let Some(number) = value.sdata_value() {
        return Ok(Value::Text(number.to_string()));
    }
    if let Some(number) = value.udata_value() {
        return Ok(Value::Text(number.to_string()));
    }
    if let Ok(text) = unit.attr_string(value) {
        return Ok(Value::Text(text.to_string_lossy().into_owned()));
    }
    Ok(Value::Text(match value {
        AttributeValue::Block(block) => format!("{:02x?}", block.slice()),
        AttributeValue::Exprloc(expression) => format!("{:02x?}", expression.0.slice()),
        other => format!("{other:?}"),
    }))
}

fn file_name(unit: gimli::UnitRef<'_, Slice<'_>>, index: u64) -> Result<String, Failed> {
    let Some(program) = &unit.line_program else {
        return Ok(format!("file {index}"));
    };
    let header = program.header();
    let Some(file) = header.file(index) else {
        return Ok("no file".into());
    };
    let name = unit.attr_string(file.path_name())?.to_string_lossy().into_owned();
    let directory = match file.directory(header) {
        Some(directory) if file.directory_index() != 0 => {
            format!("{}/", unit.attr_string(directory)?.to_string_lossy())
        }
        _ => String::new(),
    };
    Ok(directory + &name)
}

impl Entries {
    fn get(&self, offset: usize, name: gimli::DwAt) -> Option<&Value> {
        let values = &self.0.get(&offset)?.values;
        values.iter().find(|(at, _)| *at == name).map(|(_, value)| value)
    }

    fn text(&self, offset: usize, name: gimli::DwAt) -> Option<&str> {
        match self.get(offset, name)? {
            Value::Text(text) => Some(text),
            Value::Entry(_) => None,
        }
    }

    /// The entry that this one completes or is a copy of, or itself.
    fn origin(&self, offset: usize) -> usize {
        for name in [gimli::DW_AT_specification, gimli::DW_AT_abstract_origin] {
            if let Some(Value::Entry(origin)) = self.get(offset, name) {
                return self.origin(*origin);
            }
        }
        offset
    }

    /// The last part of the path, for what has no name by its tag.
    fn name(&self, offset: usize) -> String {
        let origin = self.origin(offset);
        match (self.text(origin, gimli::DW_AT_name), &self.0[&origin]) {
            (Some(name), _) => name.to_owned(),
            (None, entry) => entry
                .tag
                .static_string()
                .unwrap_or("?")
                .trim_start_matches("DW_TAG_")
                .to_owned(),
        }
    }

    /// The scopes around the entry, and its name.
    fn path(&self, offset: usize) -> String {
        let origin = self.origin(offset);
        let name = self.name(offset);
        match self.0.get(&origin).and_then(|entry| entry.parent) {
            Some(parent) if self.0[&parent].tag != gimli::DW_TAG_compile_unit => {
                format!("{}::{name}", self.path(parent))
            }
            _ => name,
        }
    }

    /// What a reference to the entry says.
    fn reference(&self, offset: usize) -> String {
        let Some(entry) = self.0.get(&offset) else {
            return "nothing".into();
        };
        let target = || match self.get(offset, gimli::DW_AT_type) {
            Some(Value::Entry(target)) => self.reference(*target),
            _ => "nothing".into(),
        };
        match entry.tag {
            gimli::DW_TAG_pointer_type if self.text(offset, gimli::DW_AT_name).is_none() => {
                format!("*{}", target())
            }
            gimli::DW_TAG_const_type => format!("const {}", target()),
            gimli::DW_TAG_array_type => format!("[{}]", target()),
            gimli::DW_TAG_subroutine_type => {
                let arguments: Vec<String> = entry
                    .children
                    .iter()
                    .map(|&argument| match self.get(argument, gimli::DW_AT_type) {
                        Some(Value::Entry(ty)) => self.reference(*ty),
                        _ => "nothing".into(),
                    })
                    .collect();
                format!("fn({}) -> {}", arguments.join(", "), target())
            }
            _ => self.path(offset),
        }
    }

    fn line(&self, offset: usize) -> String {
        let entry = &self.0[&offset];
        let mut values: Vec<String> = Vec::new();
        for (name, value) in &entry.values {
            let short = name.static_string().unwrap_or("?").trim_start_matches("DW_AT_");
            let shown = match value {
                _ if *name == gimli::DW_AT_name => continue,
                Value::Text(text) => text.clone(),
                Value::Entry(target) => self.reference(*target),
            };
            values.push(format!("{short}={shown}"));
        }
        values.sort();
        let tag = entry
            .tag
            .static_string()
            .unwrap_or("?")
            .trim_start_matches("DW_TAG_");
        let mut line = format!("{tag} {}", self.path(offset));
        for value in values {
            let _ = write!(line, " {value}");
        }
        line
    }
}

/// Every entry of a file as a line, and how often it is there.
pub fn lines(bytes: &[u8]) -> Result<BTreeMap<String, usize>, Failed> {
    let entries = Entries::read(bytes)?;
    let mut lines = BTreeMap::new();
    for (&offset, entry) in &entries.0 {
        if !TAGS_LEFT_OUT.contains(&entry.tag) {
            *lines.entry(entries.line(offset)).or_default() += 1;
        }
    }
    Ok(lines)
}

/// The entries that one of two files has and the other has not, however often.
pub fn differences(ours: &BTreeMap<String, usize>, theirs: &BTreeMap<String, usize>) -> Vec<String> {
    let missing = theirs.keys().filter(|line| !ours.contains_key(*line));
    let extra = ours.keys().filter(|line| !theirs.contains_key(*line));
    missing
        .map(|line| format!("missing: {line}"))
        .chain(extra.map(|line| format!("extra:   {line}")))
        .collect()
}
