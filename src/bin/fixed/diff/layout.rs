//! The size of a type of LLVM, as far as pointer arithmetic needs it.
//!
//! LangRef, "Data Layout": a structure is padded so that each member stands at its alignment, unless it is packed;
//! an array's stride is its element's size, padding included.

use super::lex::{Lexer, Piece};

/// Size and alignment of a type in bytes; pointers are `pointer` bytes long. Nothing for what has no size here:
/// vectors, scalable or target types.
pub fn size(text: &str, pointer: u64) -> Option<u64> {
    let mut pieces = Lexer::new(text).peekable();
    let (size, align) = layout(&mut pieces, pointer)?;
    pieces.next().is_none().then(|| size.next_multiple_of(align))
}

type Pieces<'a> = std::iter::Peekable<Lexer<'a>>;

fn layout(pieces: &mut Pieces<'_>, pointer: u64) -> Option<(u64, u64)> {
    match pieces.next()? {
        Piece::Word(array) if array.starts_with('[') => {
            let (count, element) = array[1..array.len() - 1].split_once(" x ")?;
            let (size, align) = layout(&mut Lexer::new(element).peekable(), pointer)?;
            Some((count.parse::<u64>().ok()? * size.next_multiple_of(align), align))
        }
        Piece::Word(word) => scalar(word, pointer).map(|size| (size, size.min(16))),
        Piece::Punctuation("<") => {
            (pieces.next()? == Piece::Punctuation("{")).then_some(())?;
            let (size, _) = members(pieces, pointer, true)?;
            (pieces.next()? == Piece::Punctuation(">")).then_some((size, 1))
        }
        Piece::Punctuation("{") => members(pieces, pointer, false),
        _ => None,
    }
}

/// What is behind the opening brace of a structure.
fn members(pieces: &mut Pieces<'_>, pointer: u64, packed: bool) -> Option<(u64, u64)> {
    let (mut end, mut most) = (0_u64, 1);
    loop {
        match pieces.peek()? {
            Piece::Punctuation("}") => {
                pieces.next();
                return Some((end.next_multiple_of(most), most));
            }
            Piece::Punctuation(",") => _ = pieces.next(),
            _ => {
                let (size, align) = layout(pieces, pointer)?;
                let align = if packed { 1 } else { align };
                end = end.next_multiple_of(align) + size.next_multiple_of(align);
                most = most.max(align);
            }
        }
    }
}

fn scalar(word: &str, pointer: u64) -> Option<u64> {
    Some(match word {
        "ptr" => pointer,
        "half" | "bfloat" => 2,
        "float" => 4,
        "double" => 8,
        "fp128" | "x86_fp80" | "ppc_fp128" => 16,
        _ => {
            let bits: u64 = word.strip_prefix('i')?.parse().ok()?;
            bits.div_ceil(8).next_power_of_two()
        }
    })
}

/// Where in an instruction or a constant expression the type is that a `getelementptr` counts in.
pub fn element_types(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = vec![];
    for (at, opcode) in line.match_indices("getelementptr ") {
        let mut start = at + opcode.len();
        loop {
            let rest = &line[start..];
            let word = rest.split([' ', '(']).next().unwrap_or_default();
            start += match word {
                "inbounds" | "nuw" | "nusw" => word.len() + 1,
                "inrange" => rest.find(") ").map_or(rest.len(), |end| end + 2),
                // A constant expression has its operands in parentheses.
                "" if rest.starts_with('(') => 1,
                _ => break,
            };
        }
        let mut depth = 0;
        let end = line[start..].bytes().position(|byte| {
            match byte {
                b'[' | b'{' | b'<' => depth += 1,
                b']' | b'}' | b'>' => depth -= 1,
                _ => {}
            }
            byte == b',' && depth == 0
        });
        if let Some(end) = end {
            found.push(start..start + end);
        }
    }
    found
}
