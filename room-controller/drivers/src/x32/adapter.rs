//! What a desk can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, ParamDecl, ParamKind, Value};

use super::codec::{Argument, OFF, Strip, Target, fader_of};
use super::protocol::{Ask, Wanted, X32};
use crate::declare::{channel, command, off, recall_preset, set_level, set_mute};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, word};
use crate::text;

/// Lowest level that is not off: the last step of the curve.
const LEAST: i64 = -895;
/// Highest level.
const MOST: i64 = 100;
/// Scenes are numbered from 0 on the desk.
const LAST_SCENE: i64 = 99;
/// Characters of a name on the scribble strip.
const NAME: u32 = 12;
/// An order and its question.
const EXPECTED_MS: u32 = 200;
/// A scene, and everything read after it.
const SCENE_MS: u32 = 2_000;

impl X32 {
    fn strip(&self, args: &BTreeMap<String, Value>) -> Result<Strip, BadAct> {
        let name = word(args, "channel")?;
        let known = |strip: &Strip| self.strips.iter().any(|(known, _)| known == strip);
        Strip::read(name).filter(known).ok_or_else(|| BadAct::BadArgument("channel".to_owned()))
    }
}

fn order(target: Target, argument: Argument, tenths: Option<i64>) -> Vec<Ask> {
    let wanted = Wanted { target, argument, tenths };
    vec![Ask::Set(wanted.clone()), Ask::Check(wanted, 1)]
}

impl Capability for X32 {
    fn declaration(&self) -> Declaration {
        let strips = || channel(self.strips.iter().map(|(strip, text)| (strip.to_string(), text.clone())).collect());
        let name = ParamDecl { name: "name".to_owned(), label: text("名称", "Name"), kind: ParamKind::Text { max: NAME } };
        let scenes = self.scenes.iter().map(|(scene, text)| (Value::Int((*scene).into()), text.clone())).collect();
        let mut labels: Labels = self.strips.iter().map(|(strip, _)| (format!("level.{strip}"), vec![off()])).collect();
        labels.insert("preset".to_owned(), scenes);
        Declaration {
            kind: DeviceKind::Mixer,
            driver: "x32",
            commands: vec![
                set_level(strips(), OFF, MOST, EXPECTED_MS),
                set_mute(strips(), EXPECTED_MS),
                recall_preset(0, LAST_SCENE, Some("preset"), SCENE_MS),
                command("set_name", text("命名通道", "Name a channel"), vec![strips(), name], Some("name.{channel}"), EXPECTED_MS),
            ],
            properties: ["level.{channel}", "mute.{channel}", "name.{channel}", "preset", "desk", "model", "firmware"]
                .map(Into::into)
                .to_vec(),
            labels,
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        match command {
            "set_level" => {
                let tenths = int(args, "level")?;
                if tenths != OFF && !(LEAST..=MOST).contains(&tenths) {
                    return Err(bad("level"));
                }
                Ok(order(Target::Fader(self.strip(args)?), Argument::Float(fader_of(tenths)), Some(tenths)))
            }
            "set_mute" => Ok(order(Target::On(self.strip(args)?), Argument::Int(i32::from(!boolean(args, "mute")?)), None)),
            "set_name" => {
                let name = word(args, "name")?;
                let fits = name.chars().count() <= usize::try_from(NAME).unwrap_or(0) && !name.chars().any(char::is_control);
                if !fits {
                    return Err(bad("name"));
                }
                Ok(order(Target::Name(self.strip(args)?), Argument::Text(name.to_owned()), None))
            }
            "recall_preset" => {
                let scene = Some(int(args, "preset")?).filter(|scene| (0..=LAST_SCENE).contains(scene));
                let scene = scene.and_then(|scene| i32::try_from(scene).ok()).ok_or_else(|| bad("preset"))?;
                Ok(order(Target::Scene, Argument::Int(scene), None))
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
