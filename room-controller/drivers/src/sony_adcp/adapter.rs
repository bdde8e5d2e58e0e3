//! What a Sony projector can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::protocol::{Adcp, Ask, Query};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, label, word};
use crate::panel::{careful, input, input_labels, power, set, switch};
use crate::text;

/// Warm-up is up to two minutes.
const WARM_UP_MS: u32 = 120_000;

impl Capability for Adcp {
    fn declaration(&self) -> Declaration {
        Declaration {
            kind: DeviceKind::Projector,
            driver: "sony_adcp",
            commands: vec![
                careful(set(power(), WARM_UP_MS)),
                set(input(&self.inputs), 5_000),
                set(switch("picture_mute", text("画面遮挡", "Picture mute")), 2_000),
            ],
            properties: Query::ALL.iter().map(|query| query.property().into()).collect(),
            labels: Labels::from([
                ("input".to_owned(), input_labels(&self.inputs)),
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
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        Ok(match command {
            "set_power" => match word(args, "power")? {
                "on" => vec![Ask::SetPower(true)],
                "standby" => vec![Ask::SetPower(false)],
                _ => return Err(bad("power")),
            },
            "set_input" => {
                let input = word(args, "input")?;
                if !self.inputs.iter().any(|known| known.input == input) {
                    return Err(bad("input"));
                }
                vec![Ask::SetInput(input.to_owned())]
            }
            "set_picture_mute" => vec![Ask::SetBlank(boolean(args, "picture_mute")?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
