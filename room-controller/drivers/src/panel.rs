//! What displays, projectors and matrices declare alike.

use room_api::{CommandDecl, Danger, ParamDecl, ParamKind, Text, Value};
use serde::Deserialize;

use crate::text;

/// An input's names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputName {
    /// The input as the driver says it, e.g. `hdmi1`.
    pub input: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

impl InputName {
    /// An input that is called as it is written.
    #[must_use]
    pub fn plain(input: &str) -> Self {
        Self { input: input.to_owned(), name: input.to_uppercase(), name_en: input.to_uppercase() }
    }

    fn option(&self) -> (String, Text) {
        (self.input.clone(), text(&self.name, &self.name_en))
    }
}

pub(crate) fn command(name: &str, label: Text, params: Vec<ParamDecl>, expected_ms: u32) -> CommandDecl {
    CommandDecl { name: name.to_owned(), label, params, danger: Danger::None, held: false, proof: None, expected_ms }
}

/// A command whose last parameter is the value of that property.
pub(crate) fn proved(command: CommandDecl, property: &str) -> CommandDecl {
    CommandDecl { proof: Some(property.to_owned()), ..command }
}

/// Asked first.
pub(crate) fn careful(command: CommandDecl) -> CommandDecl {
    CommandDecl { danger: Danger::Confirm, ..command }
}

/// `set_volume` of `volume`: one parameter, named as the property that proves it.
pub(crate) fn set(param: ParamDecl, expected_ms: u32) -> CommandDecl {
    let (name, property) = (format!("set_{}", param.name), param.name.clone());
    proved(command(&name, param.label.clone(), vec![param], expected_ms), &property)
}

pub(crate) fn number(name: &str, label: Text, min: i64, max: i64, unit: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Int { min, max, unit: unit.to_owned(), decimals: 0 } }
}

pub(crate) fn switch(name: &str, label: Text) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Bool {} }
}

pub(crate) fn choice(name: &str, label: Text, options: Vec<(String, Text)>) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Choice { options } }
}

/// `on` and `standby`.
pub(crate) fn power() -> ParamDecl {
    choice("power", text("电源", "Power"), vec![("on".to_owned(), text("开", "On")), ("standby".to_owned(), text("待机", "Standby"))])
}

/// One of these inputs.
pub(crate) fn input(inputs: &[InputName]) -> ParamDecl {
    choice("input", text("输入", "Input"), inputs.iter().map(InputName::option).collect())
}

/// Labels of these inputs.
pub(crate) fn input_labels(inputs: &[InputName]) -> Vec<(Value, Text)> {
    inputs.iter().map(|input| (Value::Text(input.input.clone()), text(&input.name, &input.name_en))).collect()
}
