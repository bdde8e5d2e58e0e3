//! What a desk can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, ParamDecl, ParamKind, Value};

use super::codec::{Strip, Target, hundredths_of};
use super::protocol::{Ask, Yamaha};
use crate::declare::{channel, command, off, recall_preset, set_level, set_mute};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, word};
use crate::text;

/// Levels in tenths of dB.
const LEAST: i64 = -1000;
const MOST: i64 = 100;
/// Scenes of a library.
const LAST_SCENE: i64 = 500;
/// Characters of a name.
const NAME: u32 = 8;
const EXPECTED_MS: u32 = 200;
const SCENE_MS: u32 = 3_000;

impl Capability for Yamaha {
    fn declaration(&self) -> Declaration {
        let strips = || channel(self.strips.iter().map(|(strip, text)| (strip.to_string(), text.clone())).collect());
        let name = ParamDecl { name: "name".to_owned(), label: text("名称", "Name"), kind: ParamKind::Text { max: NAME } };
        let mut labels: Labels = self.strips.iter().map(|(strip, _)| (format!("level.{strip}"), vec![off()])).collect();
        let scenes = self.scenes.iter().map(|(scene, text)| (Value::Int((*scene).into()), text.clone())).collect();
        labels.insert("preset".to_owned(), scenes);
        Declaration {
            kind: DeviceKind::Mixer,
            driver: "yamaha_rcp",
            commands: vec![
                set_level(strips(), LEAST, MOST, EXPECTED_MS),
                set_mute(strips(), EXPECTED_MS),
                recall_preset(0, LAST_SCENE, Some("preset"), SCENE_MS),
                command("set_name", text("命名通道", "Name a channel"), vec![strips(), name], Some("name.{channel}"), EXPECTED_MS),
            ],
            properties: ["level.{channel}", "mute.{channel}", "name.{channel}", "preset", "model", "run_mode"].map(Into::into).to_vec(),
            labels,
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        let strip = || {
            let known = |strip: &Strip| self.strips.iter().any(|(known, _)| known == strip);
            Strip::read(word(args, "channel")?).filter(known).ok_or_else(|| bad("channel"))
        };
        match command {
            "set_level" => {
                let level = Some(int(args, "level")?).filter(|level| (LEAST..=MOST).contains(level)).ok_or_else(|| bad("level"))?;
                Ok(vec![Ask::Set(Target::Level(strip()?), hundredths_of(level).to_string())])
            }
            "set_mute" => Ok(vec![Ask::Set(Target::On(strip()?), u8::from(!boolean(args, "mute")?).to_string())]),
            "set_name" => {
                let name = word(args, "name")?;
                let fits = name.chars().count() <= 8 && !name.chars().any(|c| c.is_control() || c == '"');
                if !fits {
                    return Err(bad("name"));
                }
                Ok(vec![Ask::Set(Target::Name(strip()?), name.to_owned())])
            }
            "recall_preset" => {
                let scene = u16::try_from(int(args, "preset")?).ok().filter(|scene| i64::from(*scene) <= LAST_SCENE);
                Ok(vec![Ask::Recall(scene.ok_or_else(|| bad("preset"))?)])
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
