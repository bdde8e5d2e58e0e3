//! Fields of a profile: what a value is for people and how it stands on the wire.

use std::collections::BTreeMap;

use room_api::{ParamKind, Text, Value};
use serde::Deserialize;

use crate::text;

/// Most characters of a text on the wire.
const MAX_TEXT: u32 = 200;

/// A field as a profile describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Field {
    /// Yes or no.
    Bool {
        /// Label.
        zh: String,
        /// Label.
        en: String,
        /// On the wire.
        yes: String,
        /// On the wire.
        no: String,
    },
    /// Whole number.
    Int {
        /// Label.
        zh: String,
        /// Label.
        en: String,
        /// Least.
        min: i64,
        /// Most.
        max: i64,
        /// Unit as written on screen.
        #[serde(default)]
        unit: String,
        /// Digits after the point.
        #[serde(default)]
        decimals: u8,
        /// Added before it goes on the wire: -1 for devices that count from 0.
        #[serde(default)]
        add: i64,
        /// Text frames: digits with leading zeros.
        #[serde(default)]
        digits: usize,
        /// Text frames: written in hexadecimal.
        #[serde(default)]
        hex: bool,
    },
    /// One of some words.
    Choice {
        /// Label.
        zh: String,
        /// Label.
        en: String,
        /// The words.
        options: Vec<Word>,
    },
    /// Any text; text frames only.
    Text {
        /// Label.
        zh: String,
        /// Label.
        en: String,
    },
}

/// One word of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The word in the system.
    pub value: String,
    /// On the wire.
    pub wire: String,
    /// 中文
    pub zh: String,
    /// English.
    pub en: String,
}

/// Fields by name.
pub type Fields = BTreeMap<String, Field>;

/// Bytes written as hexadecimal digits, spaces allowed.
pub(super) fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let plain: String = hex.split_whitespace().collect();
    hex::decode(plain).ok().filter(|bytes| !bytes.is_empty())
}

/// Where a field stands in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Characters up to what follows.
    Text,
    /// So many bytes, the high one first or last.
    Bytes { count: usize, is_little: bool },
}

fn number(bytes: &[u8], is_little: bool) -> i64 {
    let add = |sum: i64, byte: &u8| (sum << 8) | i64::from(*byte);
    if is_little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
}

fn bytes_of_number(value: i64, count: usize, is_little: bool) -> Option<Vec<u8>> {
    let all = u64::try_from(value).ok()?.to_be_bytes();
    let (high, low) = all.split_at_checked(all.len().checked_sub(count)?)?;
    if high.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut low = low.to_vec();
    if is_little {
        low.reverse();
    }
    Some(low)
}

impl Field {
    /// Its label.
    #[must_use]
    pub fn label(&self) -> Text {
        match self {
            Self::Bool { zh, en, .. } | Self::Int { zh, en, .. } | Self::Choice { zh, en, .. } | Self::Text { zh, en } => text(zh, en),
        }
    }

    /// As a parameter.
    #[must_use]
    pub fn kind(&self) -> ParamKind {
        match self {
            Self::Bool { .. } => ParamKind::Bool {},
            Self::Int { min, max, unit, decimals, .. } => ParamKind::Int { min: *min, max: *max, unit: unit.clone(), decimals: *decimals },
            Self::Choice { options, .. } => {
                ParamKind::Choice { options: options.iter().map(|option| (option.value.clone(), text(&option.zh, &option.en))).collect() }
            }
            Self::Text { .. } => ParamKind::Text { max: MAX_TEXT },
        }
    }

    /// Labels of its values.
    #[must_use]
    pub fn labels(&self) -> Vec<(Value, Text)> {
        match self {
            Self::Choice { options, .. } => {
                options.iter().map(|option| (Value::Text(option.value.clone()), text(&option.zh, &option.en))).collect()
            }
            Self::Bool { .. } | Self::Int { .. } | Self::Text { .. } => Vec::new(),
        }
    }

    /// A value as it goes on the wire; `None` when it cannot.
    pub(super) fn write(&self, value: &Value, place: Place) -> Option<Vec<u8>> {
        let word = |wire: &str| match place {
            Place::Text => Some(wire.as_bytes().to_vec()),
            Place::Bytes { count, .. } => bytes_of(wire).filter(|bytes| bytes.len() == count),
        };
        match (self, value) {
            (Self::Bool { yes, no, .. }, Value::Bool(value)) => word(if *value { yes } else { no }),
            (Self::Choice { options, .. }, Value::Text(value)) => word(&options.iter().find(|option| option.value == *value)?.wire),
            (Self::Int { min, max, add, digits, hex, .. }, Value::Int(value)) if (min..=max).contains(&value) => {
                let wire = value.checked_add(*add)?;
                match place {
                    Place::Bytes { count, is_little } => bytes_of_number(wire, count, is_little),
                    Place::Text if *hex => Some(format!("{wire:0digits$X}").into_bytes()),
                    Place::Text => Some(format!("{wire:0digits$}").into_bytes()),
                }
            }
            (Self::Text { .. }, Value::Text(value)) if place == Place::Text && !value.contains(|c: char| c.is_control()) => {
                Some(value.as_bytes().to_vec())
            }
            (Self::Bool { .. } | Self::Int { .. } | Self::Choice { .. } | Self::Text { .. }, _) => None,
        }
    }

    /// What stands on the wire as a value; `None` when it is none of this field.
    pub(super) fn read(&self, wire: &[u8], place: Place) -> Option<Value> {
        let is = |word: &str| match place {
            Place::Text => word.as_bytes() == wire,
            Place::Bytes { .. } => bytes_of(word).as_deref() == Some(wire),
        };
        match self {
            Self::Bool { yes, .. } if is(yes) => Some(Value::Bool(true)),
            Self::Bool { no, .. } if is(no) => Some(Value::Bool(false)),
            Self::Bool { .. } => None,
            Self::Choice { options, .. } => options.iter().find(|option| is(&option.wire)).map(|option| Value::Text(option.value.clone())),
            Self::Int { min, max, add, hex, .. } => {
                let wire = match place {
                    Place::Bytes { is_little, .. } => number(wire, is_little),
                    Place::Text => i64::from_str_radix(std::str::from_utf8(wire).ok()?.trim(), if *hex { 16 } else { 10 }).ok()?,
                };
                let value = wire.checked_sub(*add)?;
                (min..=max).contains(&&value).then_some(Value::Int(value))
            }
            Self::Text { .. } => std::str::from_utf8(wire).ok().map(|word| Value::Text(word.to_owned())),
        }
    }
}
