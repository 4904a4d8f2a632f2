//! The verifier's rules in plain words: what each of its sentences means to somebody who reads IR now and then.
//!
//! The sentences are those of LLVM's `Verifier.cpp`. What has no row is explained by the general one.

/// A rule of well-formed IR.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What it demands, and where LLVM's reference has it.
    pub(crate) meaning: &'static str,
    /// Which of the instructions that the verifier shows breaks it.
    pub(super) culprit: Culprit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Culprit {
    First,
    Last,
    /// None is shown, but a block.
    BehindTerminator,
}

use Culprit::{BehindTerminator, First, Last};

/// Parts of the verifier's sentences, and the rules behind them. The first that is found counts.
const RULES: &[(&[&str], Rule)] = &[
    (
        &["does not have terminator", "Terminator found in the middle"],
        Rule {
            meaning: "a basic block ends in exactly one instruction that says where control goes next (`br`, `ret`, `invoke`, \
                      …), and nothing stands behind that (LangRef, \"Functions\")",
            culprit: BehindTerminator,
        },
    ),
    (
        &["does not dominate all uses"],
        Rule {
            meaning: "a value is used only where its definition has been executed, on whichever way control came there \
                      (LangRef, \"Well-Formedness\")",
            culprit: Last,
        },
    ),
    (
        &["Only PHI nodes may reference their own value"],
        Rule {
            meaning: "an instruction cannot compute its result from that very result (LangRef, \"Well-Formedness\")",
            culprit: First,
        },
    ),
    (
        &["PHI"],
        Rule {
            meaning: "a `phi` stands at the head of a block, and has one value, of its own type, for each block from which \
                      control comes there, and for no other (LangRef, \"'phi' Instruction\")",
            culprit: First,
        },
    ),
    (
        &[
            "Incorrect number of arguments passed",
            "Call parameter type does not match",
            "Called function",
            "signature",
        ],
        Rule {
            meaning: "a call passes what the type of its callee says: as many arguments, each of the parameter's type \
                      (LangRef, \"'call' Instruction\")",
            culprit: First,
        },
    ),
    (
        &["return type does not match", "non-void", "return inst"],
        Rule {
            meaning: "`ret` gives back a value of the type that the function returns, or none if that is `void` (LangRef, \
                      \"'ret' Instruction\")",
            culprit: First,
        },
    ),
    (
        &[
            "!dbg",
            "debug info",
            "DILocation",
            "DISubprogram",
            "subprogram",
            "local variable",
            "location requires",
            "scope",
            "DIExpression",
            "fragment",
        ],
        Rule {
            meaning: "debug information is a tree of its own: what an instruction says of its place must lead to the very \
                      function that it stands in (LLVM, \"Source Level Debugging\")",
            culprit: First,
        },
    ),
    (
        &[
            "Attribute",
            "attribute",
            "byval",
            "sret",
            "inalloca",
            "swifterror",
            "Alignment",
        ],
        Rule {
            meaning: "an attribute stands only on what it is made for: a function, a parameter, or a result of a fitting \
                      type, and not beside one that contradicts it (LangRef, \"Parameter Attributes\", \"Function \
                      Attributes\")",
            culprit: First,
        },
    ),
    (
        &[
            "landingpad",
            "LandingPad",
            "landing pad",
            "unwind",
            "EH pad",
            "personality",
            "Personality",
            "funclet",
            "cleanup",
            "catch",
        ],
        Rule {
            meaning: "the block that an `invoke` unwinds to begins with a `landingpad` (or another pad of the function's \
                      personality), and only `invoke`s lead there (LLVM, \"Exception Handling in LLVM\")",
            culprit: First,
        },
    ),
    (
        &[
            "another function",
            "in a different module",
            "from another",
            "not in a function",
            "embedded in",
        ],
        Rule {
            meaning: "an instruction uses only what belongs to its own function or to its own module (LangRef, \
                      \"Identifiers\")",
            culprit: First,
        },
    ),
    (
        &["Entry block"],
        Rule {
            meaning: "nothing jumps to the first block of a function: it is where calls come in (LangRef, \"Functions\")",
            culprit: First,
        },
    ),
    (
        &["intrinsic", "Intrinsic", "immarg"],
        Rule {
            meaning: "an intrinsic is called with the types that its name says, and with constants where it wants constants \
                      (LangRef, \"Intrinsic Functions\")",
            culprit: First,
        },
    ),
    (
        &["atomic", "Atomic", "cmpxchg", "atomicrmw"],
        Rule {
            meaning: "atomic accesses are of integers, pointers or floats whose size is a power of two bytes, and have an \
                      order that fits what they do (LangRef, \"Atomic Memory Ordering Constraints\")",
            culprit: First,
        },
    ),
    (
        &["musttail"],
        Rule {
            meaning: "a call that must be a tail call has the caller's convention and signature, and `ret` follows it \
                      (LangRef, \"'call' Instruction\")",
            culprit: First,
        },
    ),
    (
        &[
            "same type",
            "must be a pointer",
            "operands",
            "operators",
            "Operand",
            "type!",
            "bitcast",
            "Trunc",
            "ZExt",
            "SExt",
            "PtrToInt",
            "IntToPtr",
            "FPExt",
            "GEP",
            "Branch condition",
            "Switch",
            "select",
            "extractvalue",
            "ExtractValue",
            "insertvalue",
            "InsertValue",
            "ICmp",
            "FCmp",
            "result",
        ],
        Rule {
            meaning: "each instruction takes operands of the types that it is made for: LLVM converts nothing by itself \
                      (LangRef, \"Instruction Reference\")",
            culprit: First,
        },
    ),
];

const GENERAL: Rule = Rule {
    meaning: "LLVM's verifier names a condition that every pass relies on (LangRef, \"Well-Formedness\")",
    culprit: First,
};

/// The rule behind a sentence of the verifier's.
pub(crate) fn of(sentence: &str) -> &'static Rule {
    let row = RULES
        .iter()
        .find(|(parts, _)| parts.iter().any(|part| sentence.contains(part)));
    row.map_or(&GENERAL, |(_, rule)| rule)
}
