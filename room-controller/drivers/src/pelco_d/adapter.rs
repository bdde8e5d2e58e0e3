//! What a Pelco-D camera can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceKind, Text, Value};

use super::protocol::{Ask, Part, PelcoD};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int};
use crate::panel::{careful, command, number, proved, set, switch};
use crate::text;

/// Fastest pan and tilt (fact sheet §3).
const FASTEST: i64 = 0x3F;

fn held(command: CommandDecl) -> CommandDecl {
    CommandDecl { held: true, ..command }
}

impl Capability for PelcoD {
    fn declaration(&self) -> Declaration {
        let preset = || number("preset", text("预置位", "Preset"), 1, self.settings.preset_count.into(), "");
        let speed = |name: &str, label: Text| number(name, label, -FASTEST, FASTEST, "");
        let way = |zh: &str, en: &str| vec![number("speed", text(zh, en), -1, 1, "")];
        let drive = vec![speed("pan", text("水平", "Pan")), speed("tilt", text("俯仰", "Tilt"))];
        let mut properties = vec!["power".into(), "preset".into()];
        if self.settings.answers {
            properties.extend(["pan".into(), "tilt".into(), "zoom".into()]);
        }
        let presets = self.settings.presets.iter().map(|preset| (Value::Int(preset.number.into()), preset.text())).collect();
        Declaration {
            kind: DeviceKind::Camera,
            driver: "pelco_d",
            commands: vec![
                proved(command("recall_preset", text("调用预置位", "Recall preset"), vec![preset()], 3_000), "preset"),
                held(command("pan_tilt", text("云台", "Pan and tilt"), drive, 200)),
                held(command("zoom", text("变倍", "Zoom"), way("方向", "Direction"), 200)),
                held(command("focus", text("对焦", "Focus"), way("远近", "Far or near"), 200)),
                held(command("iris", text("光圈", "Iris"), way("开合", "Open or close"), 200)),
                command("stop", text("停止", "Stop"), vec![], 200),
                careful(command("set_preset", text("保存预置位", "Save preset"), vec![preset()], 1_000)),
                careful(command("clear_preset", text("清除预置位", "Clear preset"), vec![preset()], 1_000)),
                careful(set(switch("power", text("电源", "Power")), 10_000)),
            ],
            properties,
            labels: Labels::from([("preset".to_owned(), presets)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let within = |name: &str, most: i64| -> Result<i8, BadAct> {
            let value = i8::try_from(int(args, name)?).ok().filter(|value| i64::from(value.unsigned_abs()) <= most);
            value.ok_or_else(|| BadAct::BadArgument(name.to_owned()))
        };
        let preset = || -> Result<u8, BadAct> {
            let preset = u8::try_from(int(args, "preset")?).ok().filter(|preset| (1..=self.settings.preset_count).contains(preset));
            preset.ok_or_else(|| BadAct::BadArgument("preset".to_owned()))
        };
        // Nobody would notice that one stop was lost.
        let let_go = |part| (0..3).map(|time| Ask::LetGo(part, time)).collect();
        let way = |part| -> Result<_, BadAct> {
            Ok(match within("speed", 1)? {
                0 => let_go(part),
                speed => vec![Ask::Move(part, speed)],
            })
        };
        Ok(match command {
            "pan_tilt" => match (within("pan", FASTEST)?, within("tilt", FASTEST)?) {
                (0, 0) => let_go(Part::Head),
                (pan, tilt) => vec![Ask::Drive(pan, tilt)],
            },
            "zoom" => way(Part::Zoom)?,
            "focus" => way(Part::Focus)?,
            "iris" => way(Part::Iris)?,
            "stop" => vec![Ask::Stop; 3],
            "recall_preset" => vec![Ask::Recall(preset()?)],
            "set_preset" => vec![Ask::Keep(preset()?)],
            "clear_preset" => vec![Ask::Clear(preset()?)],
            "set_power" => vec![Ask::SetPower(boolean(args, "power")?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
