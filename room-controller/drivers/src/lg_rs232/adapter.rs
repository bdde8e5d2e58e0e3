//! What an LG display can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::codec::code_of_input;
use super::protocol::{Ask, Lg, Query};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};
use crate::panel::{careful, input, input_labels, number, power, set, switch};
use crate::text;

/// From power-on to the first answer.
const POWER_MS: u32 = 30_000;

impl Capability for Lg {
    fn declaration(&self) -> Declaration {
        Declaration {
            kind: DeviceKind::Display,
            driver: "lg_rs232",
            commands: vec![
                careful(set(power(), POWER_MS)),
                set(input(&self.inputs), 5_000),
                set(number("volume", text("音量", "Volume"), 0, 100, ""), 2_000),
                set(switch("mute", text("静音", "Mute")), 2_000),
                set(switch("picture_mute", text("关闭画面", "Picture off")), 2_000),
            ],
            properties: Query::ALL.iter().map(|query| query.property().into()).collect(),
            labels: Labels::from([
                ("input".to_owned(), input_labels(&self.inputs)),
                ("power".to_owned(), vec![label("on", "开", "On"), label("standby", "待机", "Standby")]),
            ]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        Ok(match command {
            "set_power" => match word(args, "power")? {
                "on" => vec![Ask::Set(Query::Power, 1)],
                "standby" => vec![Ask::Set(Query::Power, 0)],
                _ => return Err(bad("power")),
            },
            "set_input" => {
                let input = word(args, "input")?;
                let code = self.inputs.iter().find(|known| known.input == input).and_then(|known| code_of_input(&known.input));
                vec![Ask::Set(Query::Input, code.ok_or_else(|| bad("input"))?)]
            }
            "set_volume" => {
                let volume = u8::try_from(int(args, "volume")?).ok().filter(|volume| *volume <= 100);
                vec![Ask::Set(Query::Volume, volume.ok_or_else(|| bad("volume"))?)]
            }
            // Zero is muted.
            "set_mute" => vec![Ask::Set(Query::Mute, u8::from(!boolean(args, "mute")?))],
            "set_picture_mute" => vec![Ask::Set(Query::PictureMute, u8::from(boolean(args, "picture_mute")?))],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
