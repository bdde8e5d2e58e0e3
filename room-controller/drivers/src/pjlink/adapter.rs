//! What a PJLink projector can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::protocol::{Ask, PjLink, Query};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, label, word};
use crate::text;

/// Warm-up is 20 to 120 s (fact sheet §5).
const WARM_UP_MS: u32 = 120_000;

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

impl Capability for PjLink {
    fn declaration(&self) -> Declaration {
        let states = vec![("on".to_owned(), text("开", "On")), ("standby".to_owned(), text("待机", "Standby"))];
        let power = set("set_power", "power", text("电源", "Power"), ParamKind::Choice { options: states }, WARM_UP_MS);
        let inputs = ParamKind::Choice { options: self.inputs.clone() };
        Declaration {
            kind: DeviceKind::Projector,
            driver: "pjlink",
            commands: vec![
                CommandDecl { danger: Danger::Confirm, ..power },
                set("set_input", "input", text("输入", "Input"), inputs, 5_000),
                set("set_mute", "av_mute", text("画面与声音遮挡", "AV mute"), ParamKind::Bool {}, 2_000),
            ],
            properties: Query::ALL.iter().map(|query| query.property().into()).collect(),
            labels: Labels::from([
                ("input".to_owned(), self.inputs.iter().map(|(input, label)| (Value::Text(input.clone()), label.clone())).collect()),
                (
                    "power".to_owned(),
                    vec![
                        label("on", "开", "On"),
                        label("standby", "待机", "Standby"),
                        label("warming", "预热中", "Warming up"),
                        label("cooling", "冷却中", "Cooling down"),
                    ],
                ),
                ("errors".to_owned(), vec![label("ok", "无", "None")]),
            ]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        Ok(match command {
            "set_power" => match word(args, "power")? {
                "on" => vec![Ask::SetPower(true)],
                "standby" => vec![Ask::SetPower(false)],
                _ => return Err(BadAct::BadArgument("power".to_owned())),
            },
            "set_input" => {
                let input = word(args, "input")?;
                if !self.inputs.iter().any(|(known, _)| known == input) {
                    return Err(BadAct::BadArgument("input".to_owned()));
                }
                vec![Ask::SetInput(input.to_owned())]
            }
            "set_mute" => vec![Ask::SetMute(boolean(args, "av_mute")?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
