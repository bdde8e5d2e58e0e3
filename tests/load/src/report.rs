//! The lines a bench prints.

/// One row of the targets, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// First column of the targets.
    pub id: &'static str,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Its target.
    pub target: Target,
    /// Anything useful.
    pub notes: String,
}

/// Which way a target points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// `≤`
    AtMost(f64),
    /// `≥`
    AtLeast(f64),
}

impl Row {
    /// `P1 0.37 ratio ≤0.40 ok …`
    #[must_use]
    pub fn line(&self) -> String {
        let (sign, limit, met) = match self.target {
            Target::AtMost(limit) => ("≤", limit, self.value <= limit),
            Target::AtLeast(limit) => ("≥", limit, self.value >= limit),
        };
        let verdict = if met { "ok" } else { "short" };
        format!("{} {:.2} {} {sign}{limit:.2} {verdict} {}", self.id, self.value, self.unit, self.notes)
    }
}

/// Prints a line.
#[expect(clippy::print_stdout, reason = "a bench's result is its output")]
pub fn say(line: &str) {
    println!("{line}");
}

/// A bench is set by its environment; whoever gives it arguments means something else than a run of many minutes.
///
/// # Errors
/// When there are arguments.
pub fn no_arguments() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    anyhow::ensure!(arguments.is_empty(), "{arguments:?}: no arguments are taken; QUICK=1 shortens the run (docs/benchmarks.md)");
    Ok(())
}

/// The middle one of the values; 0 of none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Row, Target, median};

    #[test]
    fn a_line_says_value_target_and_verdict() {
        let row = Row { id: "P1", value: 0.371, unit: "ratio", target: Target::AtMost(0.4), notes: "3 runs".to_owned() };
        assert_eq!(row.line(), "P1 0.37 ratio ≤0.40 ok 3 runs");
        let row = Row { value: 1.9, target: Target::AtLeast(2.0), ..row };
        assert_eq!(row.line(), "P1 1.90 ratio ≥2.00 short 3 runs");
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
