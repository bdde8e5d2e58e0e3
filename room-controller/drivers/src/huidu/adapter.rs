//! What a Huidu card can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::protocol::{Ask, Huidu};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};
use crate::text;

/// Longest text, characters.
const MAX_TEXT: u32 = 200;

fn set(name: &str, property: &str, label: Text, kind: ParamKind, expected_ms: u32) -> CommandDecl {
    CommandDecl {
        name: name.to_owned(),
        label: label.clone(),
        params: vec![ParamDecl { name: property.to_owned(), label, kind }],
        danger: Danger::None,
        held: false,
        proof: Some(property.to_owned()),
        expected_ms,
    }
}

impl Capability for Huidu {
    fn declaration(&self) -> Declaration {
        let percent = ParamKind::Int { min: 1, max: 100, unit: "%".to_owned(), decimals: 0 };
        Declaration {
            kind: DeviceKind::LedBoard,
            driver: "huidu",
            commands: vec![
                set("set_text", "text", text("文字", "Text"), ParamKind::Text { max: MAX_TEXT }, 3_000),
                set("set_brightness", "brightness", text("亮度", "Brightness"), percent, 1_000),
                set("set_black", "black", text("黑屏", "Black"), ParamKind::Bool {}, 1_000),
            ],
            properties: ["text", "brightness", "brightness_mode", "black", "model", "card", "firmware", "size"].map(Into::into).to_vec(),
            labels: Labels::from([(
                "brightness_mode".to_owned(),
                vec![label("default", "固定", "Fixed"), label("ploys", "分时段", "By timetable"), label("sensor", "传感器", "By sensor")],
            )]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        Ok(vec![match command {
            "set_text" => {
                let words = word(args, "text")?;
                if words.chars().count() > usize::try_from(MAX_TEXT).unwrap_or(usize::MAX) {
                    return Err(BadAct::BadArgument("text".to_owned()));
                }
                // Programs wear the flash: the same is not written again.
                if self.shown.as_deref() == Some(words) { Ask::SameText(words.to_owned()) } else { Ask::SetText(words.to_owned()) }
            }
            "set_brightness" => {
                let percent = u8::try_from(int(args, "brightness")?).ok().filter(|percent| (1..=100).contains(percent));
                Ask::SetBrightness(percent.ok_or_else(|| BadAct::BadArgument("brightness".to_owned()))?)
            }
            "set_black" => Ask::SetBlack(boolean(args, "black")?),
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        }])
    }
}
