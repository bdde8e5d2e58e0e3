//! What KNX lights can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::protocol::{Ask, Fixture, Knx, What};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int};
use crate::text;

/// A dimmer takes its time before it reports.
const DIM_MS: u32 = 5_000;

fn int_param(name: &str, label: Text, (min, max): (i64, i64), unit: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Int { min, max, unit: unit.to_owned(), decimals: 0 } }
}

fn declare(name: &str, label: Text, params: Vec<ParamDecl>, proof: Option<&str>, expected_ms: u32) -> CommandDecl {
    let proof = proof.map(str::to_owned);
    CommandDecl { name: name.to_owned(), label, params, danger: Danger::None, held: false, proof, expected_ms }
}

impl Knx {
    fn of(&self, what: What) -> impl Iterator<Item = &Fixture> {
        self.fixtures.iter().filter(move |fixture| fixture.what == what)
    }

    fn fixture_param(&self, what: What) -> ParamDecl {
        let numbers = || self.of(what).map(|fixture| i64::from(fixture.number));
        int_param("fixture", text("灯具", "Fixture"), (numbers().min().unwrap_or(1), numbers().max().unwrap_or(1)), "")
    }

    fn named(&self, what: What, args: &BTreeMap<String, Value>) -> Result<&Fixture, BadAct> {
        let number = int(args, "fixture")?;
        let mut fixtures = self.of(what);
        fixtures.find(|fixture| i64::from(fixture.number) == number).ok_or_else(|| BadAct::BadArgument("fixture".to_owned()))
    }
}

impl Capability for Knx {
    fn declaration(&self) -> Declaration {
        let (mut commands, mut properties) = (Vec::new(), Vec::new());
        let mut labels = Labels::from([(
            "fixture".to_owned(),
            self.fixtures.iter().map(|fixture| (Value::Int(fixture.number.into()), fixture.name.clone())).collect(),
        )]);
        if self.of(What::Dimmer).next().is_some() {
            let level = int_param("level", text("亮度", "Level"), (0, 100), "%");
            let params = vec![self.fixture_param(What::Dimmer), level];
            commands.push(declare("set_level", text("亮度", "Level"), params, Some("level.{fixture}"), DIM_MS));
            properties.push("level.{fixture}".into());
        }
        if self.of(What::Switch).next().is_some() {
            let on = ParamDecl { name: "on".to_owned(), label: text("开灯", "On"), kind: ParamKind::Bool {} };
            let params = vec![self.fixture_param(What::Switch), on];
            commands.push(declare("set_on", text("开关", "Switch"), params, Some("on.{fixture}"), 1_000));
            properties.push("on.{fixture}".into());
        }
        if let Some((_, scenes)) = &self.scenes {
            let scene = int_param("scene", text("灯光场景", "Light scene"), (1, 64), "");
            commands.push(declare("recall_scene", text("调用灯光场景", "Recall light scene"), vec![scene], None, 1_000));
            labels.insert("scene".to_owned(), scenes.iter().map(|(number, name)| (Value::Int((*number).into()), name.clone())).collect());
        }
        Declaration { kind: DeviceKind::Lights, driver: "knx", commands, properties, labels }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        Ok(vec![match command {
            "set_level" => {
                let level = int(args, "level")?;
                let raw = u8::try_from((level * 255 + 50) / 100).ok().filter(|_| (0..=100).contains(&level));
                Ask::Dim(self.named(What::Dimmer, args)?.write, raw.ok_or_else(|| bad("level"))?)
            }
            "set_on" => Ask::Switch(self.named(What::Switch, args)?.write, boolean(args, "on")?),
            "recall_scene" => {
                let Some((group, _)) = &self.scenes else { return Err(BadAct::UnknownCommand(command.to_owned())) };
                // Scene 1 is 0 on the wire.
                let scene = u8::try_from(int(args, "scene")? - 1).ok().filter(|scene| *scene < 64);
                Ask::Scene(*group, scene.ok_or_else(|| bad("scene"))?)
            }
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        }])
    }
}
