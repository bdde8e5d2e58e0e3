//! What a Samsung display can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::inputs::code_of_input;
use super::protocol::{Ask, SamsungMdc};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};
use crate::panel::{careful, command, input, input_labels, number, power, set, switch};
use crate::text;

/// A display may take a minute from power-on to its first answer (fact sheet §6).
const POWER_MS: u32 = 60_000;

impl Capability for SamsungMdc {
    fn declaration(&self) -> Declaration {
        Declaration {
            kind: DeviceKind::Display,
            driver: "samsung_mdc",
            commands: vec![
                careful(set(power(), POWER_MS)),
                set(input(&self.inputs), 5_000),
                set(number("volume", text("音量", "Volume"), 0, 100, ""), 2_000),
                set(switch("mute", text("静音", "Mute")), 2_000),
                set(switch("panel", text("屏幕", "Panel")), 2_000),
                careful(command("restart", text("重新启动", "Restart"), vec![], POWER_MS)),
            ],
            properties: ["power", "input", "volume", "mute", "panel", "signal", "errors", "temperature", "serial", "version", "model"]
                .map(Into::into)
                .to_vec(),
            labels: Labels::from([
                ("input".to_owned(), input_labels(&self.inputs)),
                ("power".to_owned(), vec![label("on", "开", "On"), label("standby", "待机", "Standby")]),
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
                let code = self.inputs.iter().find(|known| known.input == input).and_then(|known| code_of_input(&known.input));
                vec![Ask::SetInput(code.ok_or_else(|| bad("input"))?)]
            }
            "set_volume" => {
                let volume = u8::try_from(int(args, "volume")?).ok().filter(|volume| *volume <= 100);
                vec![Ask::SetVolume(volume.ok_or_else(|| bad("volume"))?)]
            }
            "set_mute" => vec![Ask::SetMute(boolean(args, "mute")?)],
            "set_panel" => vec![Ask::SetPanel(boolean(args, "panel")?)],
            "restart" => vec![Ask::Restart],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
