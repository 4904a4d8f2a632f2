//! What is measured.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Seconds.
    Wall,
    /// Seconds of processors, of the process and those that it has waited for.
    Processor,
    /// Bytes: the most that one process had.
    Memory,
    /// Counted by callgrind.
    Instructions,
    /// Those of building IR.
    Building,
    /// Those of everything after MIR: building IR, passes, emission.
    Backend,
    /// Bytes of machine code.
    Text,
    /// Bytes of all that was made.
    File,
}

impl Metric {
    pub const ALL: [Metric; 8] = [
        Metric::Wall,
        Metric::Processor,
        Metric::Memory,
        Metric::Instructions,
        Metric::Backend,
        Metric::Building,
        Metric::Text,
        Metric::File,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Metric::Wall => "wall",
            Metric::Processor => "processor",
            Metric::Memory => "memory",
            Metric::Instructions => "instructions",
            Metric::Backend => "of backend",
            Metric::Building => "of building IR",
            Metric::Text => "text",
            Metric::File => "file",
        }
    }

    /// Whether it is the same each time.
    pub fn is_exact(self) -> bool {
        !matches!(self, Metric::Wall | Metric::Processor | Metric::Memory)
    }

    /// A value, with its unit.
    pub fn shown(self, value: f64) -> String {
        match self {
            Metric::Wall | Metric::Processor if value >= 10.0 => format!("{value:.1} s"),
            Metric::Wall | Metric::Processor if value >= 0.1 => format!("{value:.2} s"),
            Metric::Wall | Metric::Processor => format!("{:.1} ms", value * 1e3),
            Metric::Memory => format!("{:.0} MB", value / 1e6),
            Metric::Instructions | Metric::Backend | Metric::Building => format!("{:.0} M", value / 1e6),
            Metric::Text | Metric::File if value >= 1e6 => format!("{:.2} MB", value / 1e6),
            Metric::Text | Metric::File => format!("{:.1} kB", value / 1e3),
        }
    }
}
