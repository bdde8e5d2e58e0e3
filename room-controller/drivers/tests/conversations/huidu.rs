//! A Huidu card: a session of XML, brightness proved, text confirmed.

use room_api::{ReportSource, Value};
use room_driver::{Input, No, Progress};
use room_drivers::Line;
use room_drivers::huidu::{Framer, Packet, Pieces, command, pieces, tags};

use crate::desk::Desk;

/// Methods asked for since the last look; a heartbeat is `beat`.
fn asked(desk: &mut Desk) -> Vec<String> {
    xmls(desk)
        .iter()
        .map(|xml| tags(xml).iter().find_map(|tag| tag.get("method").map(str::to_owned)).unwrap_or_else(|| xml.clone()))
        .collect()
}

fn xmls(desk: &mut Desk) -> Vec<String> {
    let (mut framer, mut held) = (Framer::default(), Pieces::default());
    let mut found = Vec::new();
    for (_, bytes) in desk.sent.drain(..) {
        for packet in framer.feed(&bytes).0 {
            match packet.command {
                command::XML => found.extend(held.take(&packet.data)),
                command::BEAT | command::BEAT_2005 => found.push("beat".to_owned()),
                command::VERSION => found.push("version".to_owned()),
                other => panic!("{other:04X}"),
            }
        }
    }
    found
}

fn out(guid: &str, method: &str, result: &str, inside: &str) -> Vec<u8> {
    let xml = format!("<sdk guid=\"{guid}\"><out method=\"{method}\" result=\"{result}\">{inside}</out></sdk>");
    pieces(command::XML_IS, &xml, 50).iter().flat_map(Packet::encode).collect()
}

fn answer(desk: &mut Desk, method: &str, inside: &str) {
    desk.say(&out("G1", method, "kSuccess", inside));
}

fn beat(desk: &mut Desk) {
    desk.say(&Packet { command: command::BEAT_IS, data: Vec::new() }.encode());
}

fn luminance(desk: &mut Desk, mode: &str, percent: u8) {
    answer(desk, "GetLuminancePloy", &format!("<mode value=\"{mode}\"/><default value=\"{percent}\"/>"));
}

fn open(desk: &mut Desk) {
    desk.connect();
    assert_eq!(asked(desk), ["version"]);
    desk.say_hex("0A00 0220 05000001 0000");
    let first = xmls(desk);
    assert!(first[0].contains("guid=\"##GUID\"") && first[0].contains("GetIFVersion"), "{first:?}");
    answer(desk, "GetIFVersion", "<version value=\"1000000\"/>");
    assert_eq!(asked(desk), ["GetDeviceInfo"]);
    answer(desk, "GetDeviceInfo", "<device model=\"C16\" id=\"C16-1\"/><version app=\"7.5\"/><screen width=\"320\" height=\"96\"/>");
    luminance(desk, "default", 80);
    assert!(!desk.is_online());
    beat(desk);
    assert!(desk.is_online());
    desk.heard();
}

fn online() -> Desk {
    let mut desk = Desk::new("huidu", Line::Tcp, "");
    open(&mut desk);
    desk
}

fn text(desk: &mut Desk, id: u64, words: &str) {
    desk.command(id, "set_text", &[("text", Value::Text(words.to_owned()))]);
}

#[test]
fn brightness_is_proved_by_reading_and_unknown_under_a_timetable() {
    let mut desk = online();
    assert_eq!((desk.fact("brightness"), desk.fact("size")), (Some(&Value::Int(80)), Some(&Value::Text("320x96".to_owned()))));
    desk.command(1, "set_brightness", &[("brightness", Value::Int(30))]);
    assert!(
        xmls(&mut desk)[0].contains("<sdk guid=\"G1\"><in method=\"SetLuminancePloy\"><mode value=\"default\"/><default value=\"30\"/>")
    );
    answer(&mut desk, "SetLuminancePloy", "");
    assert_eq!((desk.last_of(1), desk.fact("brightness")), (Some(Progress::Done), Some(&Value::Int(80))));
    luminance(&mut desk, "default", 30);
    assert_eq!(desk.fact("brightness"), Some(&Value::Int(30)));
    desk.wait_ms(10_000);
    luminance(&mut desk, "ploys", 30);
    assert_eq!((desk.facts["brightness"].clone(), desk.fact("brightness_mode")), (None, Some(&Value::Text("ploys".to_owned()))));
}

#[test]
fn a_text_is_escaped_written_once_and_known_by_the_cards_word() {
    let mut desk = online();
    assert_eq!(desk.facts["text"], None);
    text(&mut desk, 1, "会议 <A&B> \"开始\"");
    let sent = xmls(&mut desk);
    assert!(sent[0].contains("<string>会议 &lt;A&amp;B&gt; &quot;开始&quot;</string>"), "{sent:?}");
    assert!(sent[0].contains("width=\"320\" height=\"96\""), "as large as the card reports");
    assert_eq!(desk.facts["text"], None, "sent is not shown");
    answer(&mut desk, "AddProgram", "");
    assert_eq!((desk.last_of(1), desk.fact("text")), (Some(Progress::Done), Some(&Value::Text("会议 <A&B> \"开始\"".to_owned()))));
    assert_eq!(desk.sources["text"], ReportSource::Echo);
    text(&mut desk, 2, "会议 <A&B> \"开始\"");
    assert_eq!(asked(&mut desk), ["beat"], "flash is spared");
    beat(&mut desk);
    assert_eq!(desk.last_of(2), Some(Progress::Done));
    text(&mut desk, 3, "休会");
    assert_eq!(asked(&mut desk), ["AddProgram"]);
    desk.say(&out("G1", "AddProgram", "kNotSpaceToSave", ""));
    assert_eq!(desk.last_of(3), Some(Progress::Refused(No::Fault)));
}

#[test]
fn refusals_wrong_methods_other_sessions_and_garbage_confirm_nothing() {
    let mut desk = online();
    desk.command(1, "set_black", &[("black", Value::Bool(true))]);
    desk.say(&out("G1", "OpenScreen", "kSuccess", ""));
    desk.say(&out("G0", "CloseScreen", "kSuccess", ""));
    desk.say_hex("FFFF 13");
    assert_eq!((desk.last_of(1), desk.facts["black"].clone()), (Some(Progress::Sent), None));
    for byte in out("G1", "CloseScreen", "kSuccess", "") {
        desk.say(&[byte]);
    }
    assert_eq!((desk.last_of(1), desk.fact("black")), (Some(Progress::Done), Some(&Value::Bool(true))));
    desk.command(2, "set_brightness", &[("brightness", Value::Int(50))]);
    desk.say(&out("G1", "SetLuminancePloy", "kInvalidParam", ""));
    assert_eq!(desk.last_of(2), Some(Progress::Refused(No::BadParameter)));
    desk.command(3, "set_black", &[("black", Value::Bool(false))]);
    desk.heard();
    desk.say(&out("G1", "OpenScreen", "kDeviceOccupa", ""));
    desk.wait_ms(150);
    assert_eq!(asked(&mut desk), ["OpenScreen"], "busy is asked again");
    desk.say_hex("0600 0020 0700");
    assert_eq!(desk.last_of(3), Some(Progress::Refused(No::Fault)));
}

#[test]
fn silence_and_a_cut_forget_what_was_only_confirmed() {
    let mut desk = online();
    text(&mut desk, 1, "会议");
    answer(&mut desk, "AddProgram", "");
    desk.input(Input::Closed("cut".to_owned()));
    desk.wait_ms(1_300);
    desk.heard();
    open(&mut desk);
    assert_eq!(desk.facts["text"], None);
    text(&mut desk, 2, "会议");
    assert_eq!(asked(&mut desk), ["AddProgram"], "another session");
    desk.wait_ms(15_000);
    assert_eq!((desk.last_of(2), desk.disconnects), (Some(Progress::TimedOut), 2));
}

#[test]
fn another_version_is_no_session() {
    let mut desk = Desk::new("huidu", Line::Tcp, "heartbeat = \"2005\"");
    desk.connect();
    desk.say_hex("0A00 0220 05000001 0100");
    assert!(desk.is_lost());
}
