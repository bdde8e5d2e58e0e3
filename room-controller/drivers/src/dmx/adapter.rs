//! What lights can do, as data.

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::fixture::{Fixture, Group, Rig};
use super::settings::MAX_FADE_MS;
use crate::driver::{Declaration, Labels};
use crate::text;

fn number(name: &str, label: Text, (min, max): (i64, i64), unit: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Int { min, max, unit: unit.to_owned(), decimals: 0 } }
}

fn declare(name: &str, label: Text, params: Vec<ParamDecl>, proof: Option<&str>, expected_ms: u32) -> CommandDecl {
    let (name, proof) = (name.to_owned(), proof.map(str::to_owned));
    CommandDecl { name, label, params, danger: Danger::None, held: false, proof, expected_ms }
}

fn span(numbers: impl Iterator<Item = u16> + Clone) -> (i64, i64) {
    (numbers.clone().min().unwrap_or(1).into(), numbers.max().unwrap_or(1).into())
}

fn commands(rig: &Rig, fade_ms: u32) -> Vec<CommandDecl> {
    let fixture = || number("fixture", text("灯具", "Fixture"), span(rig.fixtures.iter().map(|fixture| fixture.number)), "");
    let group = || number("group", text("灯组", "Group"), span(rig.groups.iter().map(|group| group.number)), "");
    let level = || number("level", text("亮度", "Level"), (0, 100), "%");
    let fade = || number("fade_ms", text("渐变时间", "Fade time"), (0, MAX_FADE_MS), "ms");
    let within = fade_ms.saturating_add(500);
    let longest = u32::try_from(MAX_FADE_MS).unwrap_or(u32::MAX);
    let dark = ParamDecl { name: "blackout".to_owned(), label: text("全暗", "Blackout"), kind: ParamKind::Bool {} };
    let mut commands = vec![
        declare("set_level", text("亮度", "Level"), vec![fixture(), level()], Some("level.{fixture}"), within),
        declare("fade_level", text("渐变亮度", "Fade level"), vec![fixture(), level(), fade()], None, longest),
        declare("blackout", text("全暗", "Blackout"), vec![dark], Some("blackout"), 200),
        declare("release", text("恢复场景灯光", "Release to scene"), vec![], None, within),
    ];
    if !rig.groups.is_empty() {
        commands.push(declare("set_group", text("灯组亮度", "Group level"), vec![group(), level()], Some("group.{group}"), within));
        commands.push(declare("fade_group", text("渐变灯组亮度", "Fade group"), vec![group(), level(), fade()], None, longest));
    }
    if rig.fixtures.iter().any(|fixture| fixture.kind.has_cct()) {
        let kelvins = rig.fixtures.iter().filter(|fixture| fixture.kind.has_cct()).flat_map(|fixture| [fixture.warm_k, fixture.cool_k]);
        let cct = number("cct", text("色温", "Colour temperature"), span(kelvins), "K");
        commands.push(declare("set_cct", text("色温", "Colour temperature"), vec![fixture(), cct], Some("cct.{fixture}"), within));
    }
    if rig.fixtures.iter().any(|fixture| fixture.kind.has_color()) {
        let color =
            ParamDecl {
                name: "color".to_owned(), label: text("颜色（#RRGGBB）", "Colour (#RRGGBB)"), kind: ParamKind::Text { max: 7 }
            };
        commands.push(declare("set_color", text("颜色", "Colour"), vec![fixture(), color], Some("color.{fixture}"), within));
    }
    commands
}

/// The declaration of lights on that carrier.
pub(crate) fn declaration(driver: &'static str, rig: &Rig, fade_ms: u32, own: &[&'static str]) -> Declaration {
    let mut properties: Vec<std::borrow::Cow<'static, str>> = vec!["level.{fixture}".into(), "blackout".into()];
    if !rig.groups.is_empty() {
        properties.push("group.{group}".into());
    }
    if rig.fixtures.iter().any(|fixture| fixture.kind.has_cct()) {
        properties.push("cct.{fixture}".into());
    }
    if rig.fixtures.iter().any(|fixture| fixture.kind.has_color()) {
        properties.push("color.{fixture}".into());
    }
    properties.extend(own.iter().map(|property| (*property).into()));
    let fixture = |fixture: &Fixture| (Value::Int(fixture.number.into()), fixture.name.clone());
    let group = |group: &Group| (Value::Int(group.number.into()), group.name.clone());
    Declaration {
        kind: DeviceKind::Lights,
        driver,
        commands: commands(rig, fade_ms),
        properties,
        labels: Labels::from([
            ("fixture".to_owned(), rig.fixtures.iter().map(fixture).collect()),
            ("group".to_owned(), rig.groups.iter().map(group).collect()),
        ]),
    }
}
