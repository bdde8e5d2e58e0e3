//! Declarations that drivers of one kind share, so that scenes and screens are alike.

use room_api::{CommandDecl, Danger, ParamDecl, ParamKind, Text};

use crate::text;

pub(crate) fn command(name: &str, label: Text, params: Vec<ParamDecl>, proof: Option<&str>, expected_ms: u32) -> CommandDecl {
    CommandDecl { name: name.to_owned(), label, params, danger: Danger::None, held: false, proof: proof.map(str::to_owned), expected_ms }
}

pub(crate) fn confirm(command: CommandDecl) -> CommandDecl {
    CommandDecl { danger: Danger::Confirm, ..command }
}

pub(crate) fn number(name: &str, label: Text, min: i64, max: i64, unit: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Int { min, max, unit: unit.to_owned(), decimals: 0 } }
}

pub(crate) fn yes_no(name: &str, label: Text) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Bool {} }
}

pub(crate) fn choice(name: &str, label: Text, options: Vec<(String, Text)>) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label, kind: ParamKind::Choice { options } }
}

/// A seat of a discussion system.
pub(crate) fn seat(max: i64) -> ParamDecl {
    number("seat", text("席位", "Seat"), 1, max, "")
}

/// Name of a discussion mode (fact sheet §23).
pub(crate) fn mode_text(mode: &str) -> Text {
    match mode {
        "open" => text("申请排队", "Open with queue"),
        "fifo" => text("先进先出", "First in, first out"),
        "approval" => text("主席批准", "Approval"),
        "voice" => text("声控", "Voice"),
        "ptt" => text("按住发言", "Push to talk"),
        "limited" => text("限制发言", "Limited"),
        other => text(other, other),
    }
}

/// Modes as options and as labels.
pub(crate) fn modes(modes: &[&str]) -> Vec<(String, Text)> {
    modes.iter().map(|mode| ((*mode).to_owned(), mode_text(mode))).collect()
}

/// `set_mic` of a discussion system; its proof is `mic.{seat}`.
pub(crate) fn set_mic(last_seat: i64, expected_ms: u32) -> CommandDecl {
    let params = vec![seat(last_seat), yes_no("on", text("发言", "Microphone on"))];
    command("set_mic", text("开关话筒", "Switch microphone"), params, Some("mic.{seat}"), expected_ms)
}

/// Names of a mixer's channels or the like, as options of a parameter.
pub(crate) fn channel(options: Vec<(String, Text)>) -> ParamDecl {
    choice("channel", text("通道", "Channel"), options)
}

/// `set_level`, in tenths of dB; its proof is `level.{channel}`.
pub(crate) fn set_level(channel: ParamDecl, min: i64, max: i64, expected_ms: u32) -> CommandDecl {
    let kind = ParamKind::Int { min, max, unit: "dB".to_owned(), decimals: 1 };
    let level = ParamDecl { name: "level".to_owned(), label: text("电平", "Level"), kind };
    command("set_level", text("电平", "Level"), vec![channel, level], Some("level.{channel}"), expected_ms)
}

/// `set_mute`; its proof is `mute.{channel}`.
pub(crate) fn set_mute(channel: ParamDecl, expected_ms: u32) -> CommandDecl {
    command("set_mute", text("静音", "Mute"), vec![channel, yes_no("mute", text("静音", "Muted"))], Some("mute.{channel}"), expected_ms)
}

/// `recall_preset`.
pub(crate) fn recall_preset(min: i64, max: i64, proof: Option<&str>, expected_ms: u32) -> CommandDecl {
    let preset = number("preset", text("预置", "Preset"), min, max, "");
    confirm(command("recall_preset", text("调用预置", "Recall preset"), vec![preset], proof, expected_ms))
}

/// Level that stands for off.
pub(crate) fn off() -> (room_api::Value, Text) {
    (room_api::Value::Int(-1000), text("关", "Off"))
}
