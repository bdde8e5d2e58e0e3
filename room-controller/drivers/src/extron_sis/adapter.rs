//! What an Extron device can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceKind, Value};

use super::messages::Layer;
use super::protocol::{Ask, Extron};
use crate::driver::{BadAct, Capability, Declaration, boolean, int};
use crate::panel::{careful, command, number, proved, set, switch};
use crate::text;

impl Extron {
    fn commands(&self) -> Vec<CommandDecl> {
        let (ports, features) = (&self.ports, &self.features);
        let preset = || number("preset", text("预置", "Preset"), 1, features.presets.into(), "");
        let tie = || vec![ports.output(), ports.input(0)];
        let mut commands = vec![proved(command("route", text("切换", "Route"), tie(), 1_000), "route.{output}")];
        if features.breakaway {
            commands.push(proved(command("route_video", text("切换图像", "Route picture"), tie(), 1_000), "route.{output}"));
            commands.push(proved(command("route_audio", text("切换声音", "Route sound"), tie(), 1_000), "audio_route.{output}"));
        }
        commands.push(command("route_all", text("切换到全部输出", "Route to all outputs"), vec![ports.input(0)], 2_000));
        if features.video_mute {
            let mute = switch("video_mute", text("黑场", "Black"));
            commands.push(proved(
                command("set_video_mute", text("输出黑场", "Black output"), vec![ports.output(), mute], 1_000),
                "video_mute.{output}",
            ));
        }
        if features.volume {
            commands.push(set(number("volume", text("音量", "Volume"), 0, 100, ""), 1_000));
            commands.push(set(switch("mute", text("静音", "Mute")), 1_000));
        }
        if features.presets > 0 {
            commands.push(proved(command("recall_preset", text("调用预置", "Recall preset"), vec![preset()], 2_000), "preset"));
            commands.push(careful(command("save_preset", text("保存预置", "Save preset"), vec![preset()], 2_000)));
        }
        commands
    }
}

impl Capability for Extron {
    fn declaration(&self) -> Declaration {
        let features = &self.features;
        let all: [(bool, &'static [&'static str]); 5] = [
            (true, &["route.{output}"]),
            (features.breakaway, &["audio_route.{output}"]),
            (features.video_mute, &["video_mute.{output}"]),
            (features.volume, &["volume", "mute"]),
            (true, &["preset", "model", "version", "info"]),
        ];
        let properties = all.iter().filter(|(is_there, _)| *is_there).flat_map(|(_, names)| names.iter().map(|name| (*name).into()));
        let mut labels = self.ports.labels(&["route", "audio_route"]);
        let presets: Vec<_> = features.preset_names.iter().map(|name| (Value::Int(name.number.into()), name.text())).collect();
        if !presets.is_empty() {
            labels.insert("preset".to_owned(), presets);
        }
        Declaration { kind: DeviceKind::Matrix, driver: "extron_sis", commands: self.commands(), properties: properties.collect(), labels }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let features = &self.features;
        let tie = |layer| -> Result<_, BadAct> { Ok(vec![Ask::Tie(layer, self.ports.output_of(args)?, self.ports.input_of(args, 0)?)]) };
        let preset = || -> Result<u16, BadAct> {
            let preset = u16::try_from(int(args, "preset")?).ok().filter(|preset| (1..=features.presets).contains(preset));
            preset.ok_or_else(|| BadAct::BadArgument("preset".to_owned()))
        };
        Ok(match command {
            "route" => tie(Layer::All)?,
            "route_video" if features.breakaway => tie(Layer::Video)?,
            "route_audio" if features.breakaway => tie(Layer::Audio)?,
            "route_all" => vec![Ask::TieAll(self.ports.input_of(args, 0)?)],
            "set_video_mute" if features.video_mute => vec![Ask::VideoMute(self.ports.output_of(args)?, boolean(args, "video_mute")?)],
            "set_volume" if features.volume => {
                let volume = u8::try_from(int(args, "volume")?).ok().filter(|volume| *volume <= 100);
                vec![Ask::Volume(volume.ok_or_else(|| BadAct::BadArgument("volume".to_owned()))?)]
            }
            "set_mute" if features.volume => vec![Ask::AudioMute(boolean(args, "mute")?)],
            "recall_preset" => vec![Ask::Recall(preset()?)],
            "save_preset" => vec![Ask::Save(preset()?)],
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
