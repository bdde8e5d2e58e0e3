//! What a Core can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::protocol::{Ask, Attribute, Channel, QsysQrc};
use crate::declare::{channel, recall_preset, set_level, set_mute};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};

/// Levels in tenths of dB: a gain's widest range.
const LEAST: i64 = -1000;
const MOST: i64 = 200;
/// Snapshots of a bank.
const LAST_SNAPSHOT: i64 = 24;
const EXPECTED_MS: u32 = 300;
const SNAPSHOT_MS: u32 = 2_000;

impl Capability for QsysQrc {
    fn declaration(&self) -> Declaration {
        let options = |has: fn(&Channel) -> bool| {
            channel(self.channels.iter().filter(|it| has(it)).map(|it| (it.channel.clone(), it.name.clone())).collect())
        };
        let mut commands = vec![
            set_level(options(|channel| channel.level.is_some()), LEAST, MOST, EXPECTED_MS),
            set_mute(options(|channel| channel.mute.is_some()), EXPECTED_MS),
        ];
        if self.snapshots.is_some() {
            commands.push(recall_preset(1, LAST_SNAPSHOT, None, SNAPSHOT_MS));
        }
        let presets = self.presets.iter().map(|(preset, text)| (Value::Int((*preset).into()), text.clone())).collect();
        let states = vec![label("active", "运行", "Active"), label("standby", "备用", "Standby"), label("idle", "空闲", "Idle")];
        Declaration {
            kind: DeviceKind::Mixer,
            driver: "qsys_qrc",
            commands,
            properties: ["level.{channel}", "mute.{channel}", "state", "design", "model", "errors"].map(Into::into).to_vec(),
            labels: Labels::from([("preset".to_owned(), presets), ("state".to_owned(), states)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        let number = |has: fn(&Channel) -> bool| {
            let name = word(args, "channel")?;
            self.channels.iter().position(|channel| channel.channel == name && has(channel)).ok_or_else(|| bad("channel"))
        };
        let order = |attribute, value| Ok(vec![Ask::Set(attribute, value), Ask::Check(attribute, value)]);
        match command {
            "set_level" => {
                let level = Some(int(args, "level")?).filter(|level| (LEAST..=MOST).contains(level)).ok_or_else(|| bad("level"))?;
                order(Attribute::Level(number(|channel| channel.level.is_some())?), level)
            }
            "set_mute" => order(Attribute::Mute(number(|channel| channel.mute.is_some())?), i64::from(boolean(args, "mute")?)),
            "recall_preset" if self.snapshots.is_some() => {
                let preset = Some(int(args, "preset")?).filter(|preset| (1..=LAST_SNAPSHOT).contains(preset));
                Ok(vec![Ask::Load(preset.and_then(|preset| u16::try_from(preset).ok()).ok_or_else(|| bad("preset"))?)])
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
