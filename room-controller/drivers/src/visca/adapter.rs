//! What a VISCA camera can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::protocol::{Ask, FocusMode, Visca};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};
use crate::text;

fn number(name: &str, label: Text, min: i64, max: i64, unit: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Int { min, max, unit: unit.to_owned(), decimals: 0 } }
}

fn declare(name: &str, label: Text, params: Vec<ParamDecl>, expected_ms: u32) -> CommandDecl {
    CommandDecl { name: name.to_owned(), label, params, danger: Danger::None, held: false, proof: None, expected_ms }
}

fn proved(command: CommandDecl, property: &str) -> CommandDecl {
    CommandDecl { proof: Some(property.to_owned()), ..command }
}

fn held(command: CommandDecl) -> CommandDecl {
    CommandDecl { held: true, ..command }
}

fn commands() -> Vec<CommandDecl> {
    let preset = || number("preset", text("预置位", "Preset"), 0, 127, "");
    let modes = vec![("auto".to_owned(), text("自动", "Auto")), ("manual".to_owned(), text("手动", "Manual"))];
    let power = ParamDecl { name: "power".to_owned(), label: text("电源", "Power"), kind: ParamKind::Bool {} };
    let focus = ParamDecl { name: "focus".to_owned(), label: text("对焦", "Focus"), kind: ParamKind::Choice { options: modes } };
    let pan = |min, max, unit| number("pan", text("水平", "Pan"), min, max, unit);
    let tilt = |min, max, unit| number("tilt", text("俯仰", "Tilt"), min, max, unit);
    vec![
        proved(declare("recall_preset", text("调用预置位", "Recall preset"), vec![preset()], 3_000), "preset"),
        held(declare("pan_tilt", text("云台", "Pan and tilt"), vec![pan(-24, 24, ""), tilt(-20, 20, "")], 200)),
        held(declare("zoom", text("变倍", "Zoom"), vec![number("speed", text("速度", "Speed"), -7, 7, "")], 200)),
        declare("stop", text("停止", "Stop"), vec![], 200),
        declare("home", text("回原位", "Home"), vec![], 3_000),
        proved(declare("set_focus", text("对焦方式", "Focus mode"), vec![focus], 500), "focus"),
        proved(declare("zoom_to", text("变倍到", "Zoom to"), vec![number("zoom", text("变倍值", "Zoom"), 0, 0x4000, "")], 3_000), "zoom"),
        declare("move_to", text("转到", "Move to"), vec![pan(-2448, 2448, "步"), tilt(-432, 1296, "步")], 5_000),
        CommandDecl { danger: Danger::Confirm, ..declare("set_preset", text("保存预置位", "Save preset"), vec![preset()], 1_000) },
        CommandDecl { danger: Danger::Confirm, ..proved(declare("set_power", text("电源", "Power"), vec![power], 10_000), "power") },
    ]
}

impl Capability for Visca {
    fn declaration(&self) -> Declaration {
        Declaration {
            kind: DeviceKind::Camera,
            driver: "visca",
            commands: commands(),
            properties: ["power", "preset", "pan", "tilt", "zoom", "focus"].map(Into::into).to_vec(),
            labels: Labels::from([
                ("preset".to_owned(), self.presets.iter().map(|(preset, label)| (Value::Int((*preset).into()), label.clone())).collect()),
                ("focus".to_owned(), vec![label("auto", "自动", "Auto"), label("manual", "手动", "Manual")]),
            ]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        fn narrow<T: TryFrom<i64>>(args: &BTreeMap<String, Value>, name: &str) -> Result<T, BadAct> {
            T::try_from(int(args, name)?).map_err(|_| BadAct::BadArgument(name.to_owned()))
        }
        Ok(match command {
            "set_power" => vec![Ask::SetPower(boolean(args, "power")?)],
            "pan_tilt" => match (narrow::<i8>(args, "pan")?, narrow::<i8>(args, "tilt")?) {
                (0, 0) => vec![Ask::StopDrive],
                (pan, tilt) => vec![Ask::Drive(pan, tilt)],
            },
            "zoom" => match narrow::<i8>(args, "speed")? {
                0 => vec![Ask::StopZoom],
                speed => vec![Ask::Zoom(speed)],
            },
            "stop" => vec![Ask::StopZoom, Ask::StopDrive],
            "home" => vec![Ask::Home],
            "move_to" => vec![Ask::MoveTo(narrow(args, "pan")?, narrow(args, "tilt")?)],
            "zoom_to" => vec![Ask::ZoomTo(narrow(args, "zoom")?)],
            "set_focus" => match word(args, "focus")? {
                "auto" => vec![Ask::Focus(FocusMode::Auto)],
                "manual" => vec![Ask::Focus(FocusMode::Manual)],
                _ => return Err(BadAct::BadArgument("focus".to_owned())),
            },
            "recall_preset" => vec![Ask::Recall(narrow(args, "preset")?)],
            "set_preset" => vec![Ask::Keep(narrow(args, "preset")?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
