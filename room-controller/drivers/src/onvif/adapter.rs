//! What an ONVIF camera can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::protocol::{Ask, Onvif};
use crate::driver::{BadAct, Capability, Declaration, Labels, int};
use crate::panel::{careful, command, number, proved};
use crate::text;

/// Fastest, in hundredths.
const FASTEST: i64 = 100;

fn held(command: CommandDecl) -> CommandDecl {
    CommandDecl { held: true, ..command }
}

/// Thousandths of the generic space.
fn place(name: &str, label: Text, min: i64) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Int { min, max: 1_000, unit: String::new(), decimals: 3 } }
}

impl Capability for Onvif {
    fn declaration(&self) -> Declaration {
        let preset = || number("preset", text("预置位", "Preset"), 1, self.settings.preset_count.into(), "");
        let speed = |name: &str, label: Text| number(name, label, -FASTEST, FASTEST, "%");
        let drive = vec![speed("pan", text("水平", "Pan")), speed("tilt", text("俯仰", "Tilt"))];
        let to = vec![place("pan", text("水平", "Pan"), -1_000), place("tilt", text("俯仰", "Tilt"), -1_000)];
        let presets = self.settings.presets.iter().map(|preset| (Value::Int(preset.preset.into()), preset.text())).collect();
        Declaration {
            kind: DeviceKind::Camera,
            driver: "onvif",
            commands: vec![
                proved(command("recall_preset", text("调用预置位", "Recall preset"), vec![preset()], 3_000), "preset"),
                held(command("pan_tilt", text("云台", "Pan and tilt"), drive, 300)),
                held(command("zoom", text("变倍", "Zoom"), vec![speed("speed", text("速度", "Speed"))], 300)),
                command("stop", text("停止", "Stop"), vec![], 300),
                command("home", text("回原位", "Home"), vec![], 3_000),
                command("move_to", text("转到", "Move to"), to, 5_000),
                command("zoom_to", text("变倍到", "Zoom to"), vec![place("zoom", text("变倍值", "Zoom"), 0)], 3_000),
                careful(command("set_preset", text("保存预置位", "Save preset"), vec![preset()], 1_000)),
                careful(command("clear_preset", text("清除预置位", "Clear preset"), vec![preset()], 1_000)),
            ],
            properties: ["preset", "pan", "tilt", "zoom", "moving", "model", "firmware"].map(Into::into).to_vec(),
            labels: Labels::from([("preset".to_owned(), presets)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let within = |name: &str, min: i64, max: i64| -> Result<i64, BadAct> {
            Some(int(args, name)?).filter(|value| (min..=max).contains(value)).ok_or_else(|| BadAct::BadArgument(name.to_owned()))
        };
        let speed = |name: &str| i8::try_from(within(name, -FASTEST, FASTEST)?).map_err(|_| BadAct::BadArgument(name.to_owned()));
        let preset = || {
            let preset = within("preset", 1, self.settings.preset_count.into())?;
            u8::try_from(preset).map_err(|_| BadAct::BadArgument("preset".to_owned()))
        };
        Ok(match command {
            "pan_tilt" => match (speed("pan")?, speed("tilt")?) {
                (0, 0) => vec![Ask::LetGo { head: true }],
                (pan, tilt) => vec![Ask::Drive(pan, tilt)],
            },
            "zoom" => match speed("speed")? {
                0 => vec![Ask::LetGo { head: false }],
                speed => vec![Ask::Zoom(speed)],
            },
            "stop" => vec![Ask::Stop],
            "home" => vec![Ask::Home],
            "move_to" => vec![Ask::MoveTo(within("pan", -1_000, 1_000)?, within("tilt", -1_000, 1_000)?)],
            "zoom_to" => vec![Ask::ZoomTo(within("zoom", 0, 1_000)?)],
            "recall_preset" => vec![Ask::Recall(preset()?)],
            "set_preset" => vec![Ask::Keep(preset()?)],
            "clear_preset" => vec![Ask::Clear(preset()?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
