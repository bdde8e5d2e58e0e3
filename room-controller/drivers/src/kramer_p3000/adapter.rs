//! What a Kramer matrix can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceKind, Value};

use super::protocol::{Ask, Kramer, Plane};
use crate::driver::{BadAct, Capability, Declaration, boolean, int};
use crate::panel::{careful, command, number, proved, set, switch};
use crate::text;

impl Kramer {
    fn commands(&self) -> Vec<CommandDecl> {
        let (ports, features) = (&self.ports, &self.features);
        let preset = || number("preset", text("预置", "Preset"), 1, features.presets.into(), "");
        let tie = || vec![ports.output(), ports.input(0)];
        let mut commands = vec![proved(command("route", text("切换", "Route"), tie(), 1_000), "route.{output}")];
        if features.routing.has_audio() {
            commands.push(proved(command("route_audio", text("切换声音", "Route sound"), tie(), 1_000), "audio_route.{output}"));
        }
        if features.video_mute.is_some() {
            let params = vec![ports.output(), switch("video_mute", text("黑场", "Black"))];
            commands.push(proved(command("set_video_mute", text("输出黑场", "Black output"), params, 1_000), "video_mute.{output}"));
        }
        if features.audio_mute {
            let params = vec![ports.output(), switch("mute", text("静音", "Mute"))];
            commands.push(proved(command("set_mute", text("输出静音", "Mute output"), params, 1_000), "mute.{output}"));
        }
        if features.presets > 0 {
            commands.push(proved(command("recall_preset", text("调用预置", "Recall preset"), vec![preset()], 2_000), "preset"));
            commands.push(careful(command("save_preset", text("保存预置", "Save preset"), vec![preset()], 2_000)));
        }
        if features.panel_lock {
            commands.push(set(switch("panel_lock", text("面板锁", "Panel lock")), 1_000));
        }
        commands
    }
}

impl Capability for Kramer {
    fn declaration(&self) -> Declaration {
        let features = &self.features;
        let all: [(bool, &'static [&'static str]); 6] = [
            (true, &["route.{output}"]),
            (features.routing.has_audio(), &["audio_route.{output}"]),
            (features.video_mute.is_some(), &["video_mute.{output}"]),
            (features.audio_mute, &["mute.{output}"]),
            (features.signal, &["signal.{input}"]),
            (features.panel_lock, &["panel_lock"]),
        ];
        let there = all.iter().filter(|(is_there, _)| *is_there).flat_map(|(_, names)| names.iter());
        let properties = there.chain(&["preset", "model", "version"]).map(|name| (*name).into()).collect();
        let mut labels = self.ports.labels(&["route", "audio_route"]);
        let presets: Vec<_> = features.preset_names.iter().map(|name| (Value::Int(name.number.into()), name.text())).collect();
        if !presets.is_empty() {
            labels.insert("preset".to_owned(), presets);
        }
        Declaration { kind: DeviceKind::Matrix, driver: "kramer_p3000", commands: self.commands(), properties, labels }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let features = &self.features;
        let tie = |plane| -> Result<_, BadAct> { Ok(vec![Ask::Route(plane, self.ports.output_of(args)?, self.ports.input_of(args, 0)?)]) };
        let preset = || -> Result<u16, BadAct> {
            let preset = u16::try_from(int(args, "preset")?).ok().filter(|preset| (1..=features.presets).contains(preset));
            preset.ok_or_else(|| BadAct::BadArgument("preset".to_owned()))
        };
        Ok(match command {
            "route" => tie(Plane::Video)?,
            "route_audio" if features.routing.has_audio() => tie(Plane::Audio)?,
            "set_video_mute" if features.video_mute.is_some() => {
                vec![Ask::VideoMute(self.ports.output_of(args)?, boolean(args, "video_mute")?)]
            }
            "set_mute" if features.audio_mute => vec![Ask::AudioMute(self.ports.output_of(args)?, boolean(args, "mute")?)],
            "recall_preset" => vec![Ask::Recall(preset()?)],
            "save_preset" => vec![Ask::Save(preset()?)],
            "set_panel_lock" if features.panel_lock => vec![Ask::PanelLock(boolean(args, "panel_lock")?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
