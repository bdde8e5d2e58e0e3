//! What a unit can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::protocol::{Ask, Attribute, Tesira};
use crate::declare::{channel, recall_preset, set_level, set_mute};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, word};

/// Levels in tenths of dB.
const LEAST: i64 = -1000;
const MOST: i64 = 120;
/// Numbers of presets.
const FIRST_PRESET: i64 = 1001;
const LAST_PRESET: i64 = 9999;
const EXPECTED_MS: u32 = 300;
const PRESET_MS: u32 = 5_000;

impl Capability for Tesira {
    fn declaration(&self) -> Declaration {
        let option = |it: &super::protocol::Channel| (it.channel.clone(), it.name.clone());
        let with_level = self.channels.iter().filter(|channel| channel.level.is_some()).map(option).collect();
        let all = self.channels.iter().map(option).collect();
        let presets = self.presets.iter().map(|(preset, text)| (Value::Int((*preset).into()), text.clone())).collect();
        Declaration {
            kind: DeviceKind::Mixer,
            driver: "tesira",
            commands: vec![
                set_level(channel(with_level), LEAST, MOST, EXPECTED_MS),
                set_mute(channel(all), EXPECTED_MS),
                recall_preset(FIRST_PRESET, LAST_PRESET, None, PRESET_MS),
            ],
            properties: ["level.{channel}", "mute.{channel}", "errors"].map(Into::into).to_vec(),
            labels: Labels::from([("preset".to_owned(), presets)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        let number = || {
            let name = word(args, "channel")?;
            self.channels.iter().position(|channel| channel.channel == name).ok_or_else(|| bad("channel"))
        };
        let order = |attribute, value| Ok(vec![Ask::Set(attribute, value), Ask::Check(attribute, value)]);
        match command {
            "set_level" => {
                let number = number()?;
                if self.channels.get(number).is_none_or(|channel| channel.level.is_none()) {
                    return Err(bad("channel"));
                }
                let level = Some(int(args, "level")?).filter(|level| (LEAST..=MOST).contains(level)).ok_or_else(|| bad("level"))?;
                order(Attribute::Level(number), level)
            }
            "set_mute" => order(Attribute::Mute(number()?), i64::from(boolean(args, "mute")?)),
            "recall_preset" => {
                let preset = Some(int(args, "preset")?).filter(|preset| (FIRST_PRESET..=LAST_PRESET).contains(preset));
                let preset = preset.and_then(|preset| u16::try_from(preset).ok()).ok_or_else(|| bad("preset"))?;
                Ok(vec![Ask::Recall(preset)])
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
