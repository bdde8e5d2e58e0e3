//! What a device can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, ParamDecl, ParamKind, Value};

use super::codec::Param;
use super::protocol::{Ask, Order, Shure, gain};
use crate::declare::{command, number, recall_preset, set_level, set_mute, yes_no};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, word};
use crate::text;

/// Levels in tenths of dB.
const LEAST: i64 = -1100;
const MOST: i64 = 300;
/// Presets of a device.
const LAST_PRESET: i64 = 10;
/// Characters of a channel's name.
const NAME: u32 = 31;
const EXPECTED_MS: u32 = 300;

impl Capability for Shure {
    fn declaration(&self) -> Declaration {
        let channel = || number("channel", text("通道", "Channel"), 1, self.channels.into(), "");
        let mute = yes_no("mute", text("静音", "Muted"));
        let flash = yes_no("flash", text("闪烁", "Flash"));
        let name = ParamDecl { name: "name".to_owned(), label: text("名称", "Name"), kind: ParamKind::Text { max: NAME } };
        let presets = self.presets.iter().map(|(preset, text)| (Value::Int((*preset).into()), text.clone())).collect();
        Declaration {
            kind: DeviceKind::Mixer,
            driver: "shure",
            commands: vec![
                set_mute(channel(), EXPECTED_MS),
                set_level(channel(), LEAST, MOST, EXPECTED_MS),
                command("set_all_mute", text("整机静音", "Mute the device"), vec![mute], Some("mute"), EXPECTED_MS),
                recall_preset(1, LAST_PRESET, Some("preset"), 2_000),
                command("set_name", text("命名通道", "Name a channel"), vec![channel(), name], Some("name.{channel}"), EXPECTED_MS),
                command("set_flash", text("闪灯识别", "Flash to identify"), vec![flash], Some("flash"), EXPECTED_MS),
            ],
            properties: ["mute.{channel}", "level.{channel}", "name.{channel}", "battery.{channel}", "mute", "preset", "flash"]
                .map(Into::into)
                .to_vec(),
            labels: Labels::from([("preset".to_owned(), presets)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let within = |name: &str, min: i64, max: i64| {
            let number = Some(int(args, name)?).filter(|number| (min..=max).contains(number));
            number.ok_or_else(|| BadAct::BadArgument(name.to_owned()))
        };
        let channel = || within("channel", 1, self.channels.into()).map(|channel| u16::try_from(channel).ok());
        let switch = |name: &str| boolean(args, name).map(|on| if on { "ON".to_owned() } else { "OFF".to_owned() });
        let order = |channel, param, value| Ok(vec![Ask::Set(Order { channel, param, value })]);
        match command {
            "set_mute" => order(channel()?, Param::AudioMute, switch("mute")?),
            "set_level" => order(channel()?, Param::Gain, gain(within("level", LEAST, MOST)?)),
            "set_all_mute" => order(None, Param::DeviceMute, switch("mute")?),
            "recall_preset" => order(None, Param::Preset, within("preset", 1, LAST_PRESET)?.to_string()),
            "set_flash" => order(None, Param::Flash, switch("flash")?),
            "set_name" => {
                let name = word(args, "name")?.trim();
                let fits = !name.is_empty() && name.chars().count() <= 31 && !name.chars().any(|c| c.is_control() || "{}".contains(c));
                if !fits {
                    return Err(BadAct::BadArgument("name".to_owned()));
                }
                order(channel()?, Param::ChanName, name.to_owned())
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
