//! Frames with fields, written once and used both ways: to make what is sent and to read what comes.
//!
//! Text: `VOL {volume}`. Bytes: `AA 11 01 {power} {sum8:1}`, where `??` is any byte, `{level:2}` two bytes high first, `{level:2le}` low first, and
//! `{sum8:1}`, `{xor8:1}`, `{crc16:0}` are checks over everything from that byte on.

use std::collections::BTreeMap;

use room_api::Value;

use super::field::{Field, Fields, Place};

/// How frames are written in a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Characters.
    Text,
    /// Hexadecimal bytes.
    Hex,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Sum,
    Xor,
    Crc16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Bytes(Vec<u8>),
    Any,
    Field { name: String, place: Place },
    Check { kind: Check, from: usize },
}

/// A frame with fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

/// Values by field.
pub(super) type Values = BTreeMap<String, Value>;

/// CRC-16 of Modbus: polynomial A001, seed FFFF.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes
        .iter()
        .fold(0xFFFF, |crc, byte| (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 }))
}

impl Check {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sum => vec![bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))],
            Self::Xor => vec![bytes.iter().fold(0, |sum, byte| sum ^ byte)],
            Self::Crc16 => crc16(bytes).to_le_bytes().to_vec(),
        }
    }
}

fn hex_part(token: &str, fields: &Fields) -> Result<Part, String> {
    if token == "??" {
        return Ok(Part::Any);
    }
    let Some(inner) = token.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        let byte = u8::from_str_radix(token, 16).ok().filter(|_| token.len() == 2);
        return byte.map(|byte| Part::Bytes(vec![byte])).ok_or_else(|| format!("`{token}` is no byte; write two hexadecimal digits"));
    };
    let (name, more) = inner.split_once(':').unwrap_or((inner, "1"));
    let check = match name {
        "sum8" => Some(Check::Sum),
        "xor8" => Some(Check::Xor),
        "crc16" => Some(Check::Crc16),
        _ => None,
    };
    if let Some(kind) = check {
        let from = more.parse().map_err(|_| format!("`{token}`: write the number of the first byte, from 0"))?;
        return Ok(Part::Check { kind, from });
    }
    known(name, fields)?;
    let (digits, is_little) = more.strip_suffix("le").map_or((more, false), |digits| (digits, true));
    let count = digits.parse().ok().filter(|count| (1..=4).contains(count)).ok_or_else(|| format!("`{token}`: 1 to 4 bytes"))?;
    Ok(Part::Field { name: name.to_owned(), place: Place::Bytes { count, is_little } })
}

fn known(name: &str, fields: &Fields) -> Result<(), String> {
    if fields.contains_key(name) { Ok(()) } else { Err(format!("there is no field `{name}`")) }
}

impl Template {
    /// Reads a frame as written in a profile.
    pub(super) fn parse(words: &str, script: Script, fields: &Fields) -> Result<Self, String> {
        let parts = match script {
            Script::Hex => words.split_whitespace().map(|token| hex_part(token, fields)).collect::<Result<Vec<_>, _>>()?,
            Script::Text => text_parts(words, fields)?,
        };
        let is_text = |part: &Part| matches!(part, Part::Field { place: Place::Text, .. });
        let touching = parts.windows(2).any(|pair| pair.iter().all(is_text));
        if touching {
            return Err(format!("`{words}`: two fields touch, so nobody can tell them apart"));
        }
        if parts.is_empty() { Err("a frame is empty".to_owned()) } else { Ok(Self { parts }) }
    }

    /// The names of its fields in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field { name, .. } => Some(name.as_str()),
            Part::Bytes(_) | Part::Any | Part::Check { .. } => None,
        })
    }

    /// The frame with these values; `None` when one is missing or cannot be written.
    pub(super) fn write(&self, fields: &Fields, values: &Values) -> Option<Vec<u8>> {
        let mut frame = Vec::new();
        for part in &self.parts {
            match part {
                Part::Bytes(bytes) => frame.extend(bytes),
                Part::Any => frame.push(0),
                Part::Field { name, place } => frame.extend(fields.get(name)?.write(values.get(name)?, *place)?),
                Part::Check { kind, from } => frame.extend(kind.of(frame.get(*from..)?)),
            }
        }
        Some(frame)
    }

    /// The values in a frame; `None` when it is another frame.
    pub(super) fn read(&self, fields: &Fields, frame: &[u8]) -> Option<Values> {
        let mut values = Values::new();
        let mut at = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let rest = frame.get(at..)?;
            let length = match part {
                Part::Bytes(bytes) => rest.starts_with(bytes).then_some(bytes.len())?,
                Part::Any => rest.first().map(|_| 1)?,
                Part::Check { kind, from } => {
                    let check = kind.of(frame.get(*from..at)?);
                    rest.starts_with(&check).then_some(check.len())?
                }
                Part::Field { name, place } => {
                    let length = match place {
                        Place::Bytes { count, .. } => *count,
                        Place::Text => self.length_of_text(index, rest)?,
                    };
                    let value = fields.get(name)?.read(rest.get(..length)?, *place)?;
                    // A field that stands twice says the same twice.
                    if values.insert(name.clone(), value.clone()).is_some_and(|before| before != value) {
                        return None;
                    }
                    length
                }
            };
            at += length;
        }
        (at == frame.len()).then_some(values)
    }

    /// Up to where the next fixed part begins, or to the end.
    fn length_of_text(&self, index: usize, rest: &[u8]) -> Option<usize> {
        match self.parts.get(index + 1) {
            Some(Part::Bytes(next)) => rest.windows(next.len()).position(|window| window == next.as_slice()),
            Some(Part::Any | Part::Field { .. } | Part::Check { .. }) => None,
            None => Some(rest.len()),
        }
    }
}

fn text_parts(words: &str, fields: &Fields) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or_else(|| format!("`{words}`: a `{{` is not closed"))?;
        known(name, fields)?;
        if !before.is_empty() {
            parts.push(Part::Bytes(before.as_bytes().to_vec()));
        }
        parts.push(Part::Field { name: name.to_owned(), place: Place::Text });
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(Part::Bytes(rest.as_bytes().to_vec()));
    }
    Ok(parts)
}

/// Whether a field can stand in the frames of a profile.
pub(super) fn fits(field: &Field, script: Script) -> bool {
    match (field, script) {
        (Field::Text { .. }, Script::Hex) => false,
        (Field::Bool { .. } | Field::Int { .. } | Field::Choice { .. } | Field::Text { .. }, Script::Text | Script::Hex) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Script, Template, Values};
    use crate::profile::field::Fields;
    use proptest::prelude::*;
    use room_api::Value;

    fn fields() -> Fields {
        toml::from_str(
            r#"
            volume = { type = "int", zh = "音量", en = "Volume", min = 0, max = 100 }
            level = { type = "int", zh = "电平", en = "Level", min = 0, max = 65535 }
            power = { type = "bool", zh = "电源", en = "Power", yes = "01", no = "00" }
            "#,
        )
        .unwrap()
    }

    fn read(words: &str, script: Script, frame: &[u8]) -> Option<Values> {
        Template::parse(words, script, &fields()).unwrap().read(&fields(), frame)
    }

    #[test]
    fn golden_samsung_power() {
        // Fact sheet §6: on is AA 11 01 01 01 14.
        let template = Template::parse("AA 11 01 01 {power} {sum8:1}", Script::Hex, &fields()).unwrap();
        let on = Values::from([("power".to_owned(), Value::Bool(true))]);
        assert_eq!(template.write(&fields(), &on).unwrap(), [0xAA, 0x11, 0x01, 0x01, 0x01, 0x14]);
        assert_eq!(template.read(&fields(), &[0xAA, 0x11, 0x01, 0x01, 0x01, 0x14]), Some(on));
        assert_eq!(template.read(&fields(), &[0xAA, 0x11, 0x01, 0x01, 0x01, 0x15]), None, "wrong check");
    }

    #[test]
    fn golden_modbus_crc() {
        // Fact sheet §20: relay 1 on is 01 05 00 00 FF 00 8C 3A.
        let template = Template::parse("01 05 00 00 FF 00 {crc16:0}", Script::Hex, &fields()).unwrap();
        assert_eq!(template.write(&fields(), &Values::new()).unwrap(), [1, 5, 0, 0, 0xFF, 0, 0x8C, 0x3A]);
    }

    #[test]
    fn texts_are_read_up_to_what_follows() {
        let volume = |value| Some(Values::from([("volume".to_owned(), Value::Int(value))]));
        assert_eq!(read("VOL={volume};", Script::Text, b"VOL=25;"), volume(25));
        assert_eq!(read("VOL={volume}", Script::Text, b"VOL=100"), volume(100));
        for stranger in [&b"VOL=101;"[..], b"VOL=;", b"VOL=x;", b"MUTE=1;", b"VOL=25;;"] {
            assert_eq!(read("VOL={volume};", Script::Text, stranger), None);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let error = |words, script| Template::parse(words, script, &fields()).unwrap_err();
        assert!(error("VOL {volum}", Script::Text).contains("volum"));
        assert!(error("VOL {volume", Script::Text).contains("not closed"));
        assert!(error("{volume}{level}", Script::Text).contains("touch"));
        assert!(error("AA 1", Script::Hex).contains("two hexadecimal digits"));
        assert!(error("{level:9}", Script::Hex).contains("1 to 4"));
        assert!(error("", Script::Hex).contains("empty"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(level in 0_i64..=65535, power in any::<bool>(), little in any::<bool>()) {
            let words = format!("55 AA {{level:2{}}} {{power}} {{xor8:2}} {{crc16:0}}", if little { "le" } else { "" });
            let template = Template::parse(&words, Script::Hex, &fields()).unwrap();
            let values = Values::from([("level".to_owned(), Value::Int(level)), ("power".to_owned(), Value::Bool(power))]);
            let frame = template.write(&fields(), &values).unwrap();
            prop_assert_eq!(template.read(&fields(), &frame), Some(values));
        }

        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            for (words, script) in [("VOL={volume};", Script::Text), ("AA {level:2} ?? {sum8:0}", Script::Hex)] {
                let template = Template::parse(words, script, &fields()).unwrap();
                if let Some(values) = template.read(&fields(), &bytes) {
                    prop_assert!(!values.is_empty());
                }
            }
        }
    }
}
