//! What all matrices have in common: numbered inputs and outputs with names.

use std::collections::{BTreeMap, BTreeSet};

use room_api::{ParamDecl, Value};

use crate::driver::{BadAct, Labels, int};
use crate::panel::number;
use crate::registry::{Numbered, SettingsError};
use crate::text;

/// Largest matrix: a Universal Videohub has 288, stacked crosspoints up to 1,152.
const MAX_PORTS: u16 = 1_152;

/// Inputs and outputs, numbered from 1 as people count.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Inputs there are.
    pub inputs: u16,
    /// Outputs there are.
    pub outputs: u16,
    input_names: Vec<Numbered>,
    output_names: Vec<Numbered>,
}

impl Ports {
    /// So many, some with names.
    ///
    /// # Errors
    /// When there are none or too many, or a name is of a port that does not exist.
    pub fn new(inputs: u16, outputs: u16, input_names: Vec<Numbered>, output_names: Vec<Numbered>) -> Result<Self, SettingsError> {
        for (key, count, names) in [("input", inputs, &input_names), ("output", outputs, &output_names)] {
            if !(1..=MAX_PORTS).contains(&count) {
                return Err(SettingsError::BadKey(format!("`{key}_count` is 1 to {MAX_PORTS}")));
            }
            if let Some(strange) = names.iter().find(|name| !(1..=count).contains(&name.number)) {
                return Err(SettingsError::BadKey(format!("`{key}s`: there is no {key} {}; `{key}_count` is {count}", strange.number)));
            }
        }
        Ok(Self { inputs, outputs, input_names, output_names })
    }

    /// The parameter `output`.
    pub(crate) fn output(&self) -> ParamDecl {
        number("output", text("输出", "Output"), 1, self.outputs.into(), "")
    }

    /// The parameter `input`, from 0 where a matrix can show nothing.
    pub(crate) fn input(&self, least: i64) -> ParamDecl {
        number("input", text("输入", "Input"), least, self.inputs.into(), "")
    }

    /// Names of inputs for every output's route in these families, and of inputs and outputs themselves.
    pub(crate) fn labels(&self, families: &[&str]) -> Labels {
        let named = |names: &[Numbered]| names.iter().map(|name| (Value::Int(name.number.into()), name.text())).collect::<Vec<_>>();
        let (inputs, outputs) = (named(&self.input_names), named(&self.output_names));
        let mut labels = Labels::new();
        if !inputs.is_empty() {
            for family in families {
                labels.extend((1..=self.outputs).map(|output| (format!("{family}.{output}"), inputs.clone())));
            }
            labels.insert("input".to_owned(), inputs);
        }
        if !outputs.is_empty() {
            labels.insert("output".to_owned(), outputs);
        }
        labels
    }

    /// The argument `output`.
    pub(crate) fn output_of(&self, args: &BTreeMap<String, Value>) -> Result<u16, BadAct> {
        let output = u16::try_from(int(args, "output")?).ok().filter(|output| (1..=self.outputs).contains(output));
        output.ok_or_else(|| BadAct::BadArgument("output".to_owned()))
    }

    /// The argument `input`.
    pub(crate) fn input_of(&self, args: &BTreeMap<String, Value>, least: u16) -> Result<u16, BadAct> {
        let input = u16::try_from(int(args, "input")?).ok().filter(|input| (least..=self.inputs).contains(input));
        input.ok_or_else(|| BadAct::BadArgument("input".to_owned()))
    }
}

/// Whether a matrix that cannot be asked its preset still shows the one it said it recalled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recalled {
    is_set: bool,
    routes: BTreeMap<u16, u16>,
    /// Outputs not read since.
    settling: BTreeSet<u16>,
}

impl Recalled {
    /// A preset was recalled or kept; the routes of so many outputs change by it.
    pub(crate) fn set(&mut self, outputs: u16) {
        self.is_set = true;
        self.settling = (1..=outputs).collect();
    }

    /// An output's route was reported: whether the preset is left by it.
    pub(crate) fn is_left(&mut self, output: u16, input: u16) -> bool {
        let has_moved = self.routes.insert(output, input).is_some_and(|before| before != input);
        // The preset's own changes are no departure from it.
        !self.settling.remove(&output) && has_moved && std::mem::take(&mut self.is_set)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ports, Recalled};
    use crate::registry::Numbered;

    fn named(number: u16) -> Vec<Numbered> {
        vec![Numbered { number, name: "甲".to_owned(), name_en: "A".to_owned() }]
    }

    #[test]
    fn names_are_of_ports_there_are() {
        assert!(Ports::new(4, 2, named(4), named(2)).is_ok());
        assert!(Ports::new(4, 2, named(5), vec![]).unwrap_err().to_string().contains("no input 5"));
        assert!(Ports::new(4, 2, vec![], named(0)).unwrap_err().to_string().contains("no output 0"));
        assert!(Ports::new(0, 2, vec![], vec![]).unwrap_err().to_string().contains("input_count"));
    }

    #[test]
    fn every_outputs_route_has_the_inputs_names() {
        let labels = Ports::new(4, 2, named(3), vec![]).unwrap().labels(&["route"]);
        assert_eq!(labels.keys().collect::<Vec<_>>(), ["input", "route.1", "route.2"]);
    }

    #[test]
    fn a_preset_is_left_by_the_first_route_that_differs_after_it_was_read_back() {
        let mut recalled = Recalled::default();
        assert!(!recalled.is_left(1, 1) && !recalled.is_left(1, 2));
        recalled.set(2);
        assert!(!recalled.is_left(1, 3), "the preset's own");
        assert!(!recalled.is_left(1, 3));
        assert!(recalled.is_left(1, 4));
        assert!(!recalled.is_left(1, 5), "left once");
    }
}
