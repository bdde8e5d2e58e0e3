//! Lights on Art-Net, sACN and Enttec: the rhythm of frames, when a node is believed, and what is only assumed.

use room_api::{ReportSource, Value};
use room_driver::{Input, No, Progress};
use room_drivers::artnet::{Packet, PollReply, Port, decode, poll, poll_reply};
use room_drivers::{Line, sacn};

use crate::desk::Desk;

const RIG: &str = r#"
fade_ms = 500
[[fixtures]]
number = 1
name = "面光"
name_en = "Front"
address = 1
universe = 3
fine = true
[[fixtures]]
number = 2
name = "环境"
name_en = "Wash"
kind = "rgb"
address = 10
universe = 3
[[fixtures]]
number = 3
name = "平板"
name_en = "Panel"
kind = "tunable"
address = 1
universe = 4
[[groups]]
number = 1
name = "全部"
name_en = "All"
fixtures = [1, 2, 3]
"#;

fn reply(transmits: bool, merges: bool) -> Vec<u8> {
    let ports = [3, 4].map(|universe| Port { universe, transmits, merges }).to_vec();
    poll_reply(&PollReply { name: "Hall".to_owned(), report: "#0001 [0001] ok".to_owned(), bind: 1, ports })
}

fn online(line: Line, driver: &str, settings: &str, answer: &[u8]) -> Desk {
    let mut desk = Desk::new(driver, line, settings);
    desk.connect();
    assert!(!desk.is_online());
    desk.say(answer);
    assert!(desk.is_online());
    desk.heard();
    desk
}

fn node() -> Desk {
    online(Line::Udp, "artnet", RIG, &reply(false, false))
}

/// Frames since the last look: ms, sequence, universe, first levels.
fn frames(desk: &mut Desk) -> Vec<(u128, u8, u16, Vec<u8>)> {
    let sent = std::mem::take(&mut desk.sent);
    let frame = |(at, bytes): (std::time::Duration, Vec<u8>)| match decode(&bytes) {
        Some(Packet::Dmx(sequence, universe, levels)) => Some((at.as_millis(), sequence, universe, levels[..12].to_vec())),
        _ => None,
    };
    sent.into_iter().filter_map(frame).collect()
}

fn level(desk: &mut Desk, id: u64, fixture: i64, level: i64) {
    desk.command(id, "set_level", &[("fixture", Value::Int(fixture)), ("level", Value::Int(level))]);
}

#[test]
fn nothing_is_sent_before_somebody_wants_something() {
    let mut desk = node();
    desk.wait_ms(2_000);
    assert!(desk.heard().is_empty() && !desk.facts.contains_key("level.1"));
    desk.wait_ms(500);
    assert_eq!(desk.sent.pop().unwrap().1, poll());
}

#[test]
fn a_fade_is_forty_numbered_frames_a_second_and_assumed_when_it_is_over() {
    let mut desk = node();
    level(&mut desk, 1, 1, 100);
    desk.wait_ms(499);
    assert_eq!((desk.last_of(1), desk.fact("level.1")), (Some(Progress::Sent), None));
    desk.wait_ms(1);
    assert_eq!((desk.last_of(1), desk.fact("level.1")), (Some(Progress::Done), Some(&Value::Int(100))));
    assert_eq!(desk.sources["level.1"], ReportSource::Assumed);
    let seen: Vec<_> = frames(&mut desk).into_iter().filter(|frame| frame.2 == 3).collect();
    assert_eq!(seen.len(), 21);
    assert!(seen.windows(2).all(|pair| pair[1].0 - pair[0].0 == 25 && pair[1].1 == pair[0].1 + 1));
    assert_eq!((seen[0].1, &seen[10].3[..2], &seen[20].3[..2]), (1, &[0x7F, 0xFF][..], &[0xFF, 0xFF][..]));
    desk.say(&reply(true, false));
    desk.wait_ms(2_000);
    let still: Vec<_> = frames(&mut desk).into_iter().filter(|frame| frame.2 == 3).collect();
    assert_eq!(still.len(), 4, "two more of the three equal ones, then one each 0.9 s: {still:?}");
}

#[test]
fn numbers_wrap_from_255_to_1() {
    let mut desk = node();
    desk.command(1, "fade_level", &[("fixture", Value::Int(1)), ("level", Value::Int(100)), ("fade_ms", Value::Int(8_000))]);
    for _ in 0..4 {
        desk.wait_ms(2_000);
        desk.say(&reply(true, false));
    }
    let numbers: Vec<u8> = frames(&mut desk).into_iter().filter(|frame| frame.2 == 4).map(|frame| frame.1).collect();
    assert_eq!(numbers[253..257], [254, 255, 1, 2]);
}

#[test]
fn three_polls_without_an_answer_and_the_node_is_gone_and_what_waited_with_it() {
    let mut desk = node();
    desk.command(1, "fade_level", &[("fixture", Value::Int(1)), ("level", Value::Int(100)), ("fade_ms", Value::Int(20_000))]);
    desk.wait_ms(9_900);
    assert!(!desk.is_lost() && !desk.is_online());
    desk.wait_ms(200);
    assert!(desk.is_lost());
    assert_eq!((desk.last_of(1), desk.disconnects), (Some(Progress::TimedOut), 1));
    desk.wait_ms(5_000);
    desk.heard();
    desk.connect();
    assert!(!desk.is_online());
    assert!(desk.sent.iter().any(|(_, bytes)| *bytes == poll()));
    assert!(!frames(&mut desk).is_empty(), "the wanted levels go on at once");
    desk.say(&reply(true, false));
    assert!(desk.is_online());
}

#[test]
fn what_the_node_says_of_itself_is_a_poll_and_somebody_elses_desk_is_seen() {
    let mut desk = node();
    let words = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!((desk.fact("outputs").cloned(), desk.fact("transmitting").cloned()), (words("3 4"), words("")));
    desk.say(&reply(true, true));
    assert_eq!((desk.fact("node").cloned(), desk.fact("merging").cloned()), (words("Hall"), words("3 4")));
    assert_eq!(desk.sources["merging"], ReportSource::Poll);
    // Bytes that mean nothing, another controller's poll, another opcode: none is an answer.
    for bytes in [b"hello".to_vec(), poll(), b"Art-Net\0\x00\x81\x00\x0E".to_vec(), reply(true, true)[..150].to_vec()] {
        desk.say(&bytes);
    }
    desk.wait_ms(10_100);
    assert!(desk.is_lost());
}

#[test]
fn a_later_wish_takes_the_place_and_groups_blackout_colour_and_white_are_levels() {
    let mut desk = node();
    level(&mut desk, 1, 1, 100);
    desk.wait_ms(100);
    level(&mut desk, 2, 1, 50);
    desk.command(3, "set_color", &[("fixture", Value::Int(2)), ("color", Value::Text("#FF8000".to_owned()))]);
    desk.command(4, "set_cct", &[("fixture", Value::Int(3)), ("cct", Value::Int(2700))]);
    desk.wait_ms(600);
    assert_eq!((desk.last_of(1), desk.last_of(2)), (Some(Progress::Superseded), Some(Progress::Done)));
    assert_eq!((desk.fact("level.1"), desk.fact("cct.3")), (Some(&Value::Int(50)), Some(&Value::Int(2700))));
    assert_eq!((desk.fact("color.2"), desk.fact("group.1")), (Some(&Value::Text("#FF8000".to_owned())), None));
    desk.command(5, "set_group", &[("group", Value::Int(1)), ("level", Value::Int(100))]);
    desk.wait_ms(600);
    assert_eq!(desk.fact("group.1"), Some(&Value::Int(100)));
    let last = |desk: &mut Desk, universe| frames(desk).into_iter().rfind(|frame| frame.2 == universe).unwrap().3;
    assert_eq!(last(&mut desk, 3), [255, 255, 0, 0, 0, 0, 0, 0, 0, 255, 128, 0]);
    desk.command(6, "blackout", &[("blackout", Value::Bool(true))]);
    assert_eq!((desk.last_of(6), last(&mut desk, 4)[..2].to_vec()), (Some(Progress::Done), vec![0, 0]));
    assert_eq!((desk.fact("blackout"), desk.fact("level.1")), (Some(&Value::Bool(true)), Some(&Value::Int(100))));
    desk.command(7, "blackout", &[("blackout", Value::Bool(false))]);
    desk.wait_ms(30);
    assert_eq!(last(&mut desk, 4)[..2], [255, 0], "warm");
}

#[test]
fn a_level_that_does_not_win_is_refused() {
    let mut desk = online(Line::Udp, "artnet", &format!("merge = \"htp\"\n{RIG}"), &reply(false, false));
    level(&mut desk, 1, 1, 80);
    desk.wait_ms(600);
    let scene = [("fixture".to_owned(), Value::Int(1)), ("level".to_owned(), Value::Int(30))].into();
    desk.driver.command(desk.now, 2, room_driver::Lane::Scene, "set_level", &scene).unwrap();
    desk.wait_ms(600);
    assert_eq!((desk.last_of(2), desk.fact("level.1")), (Some(Progress::Refused(No::NotNow)), Some(&Value::Int(80))));
    desk.command(3, "release", &[]);
    desk.wait_ms(600);
    assert_eq!((desk.last_of(3), desk.fact("level.1")), (Some(Progress::Done), Some(&Value::Int(30))));
}

#[test]
fn sacn_has_no_way_back_and_says_so() {
    let mut desk = Desk::new("sacn", Line::Udp, "fade_ms = 0\nsource_name = \"Hall\"\npriority = 120\nuniverse = 7");
    desk.connect();
    assert!(desk.is_online());
    assert_eq!(desk.facts.get("receiver"), Some(&None), "nobody can say that it is there");
    level(&mut desk, 1, 1, 100);
    assert_eq!((desk.last_of(1), desk.sources["level.1"]), (Some(Progress::Done), ReportSource::Assumed));
    desk.wait_ms(10_000);
    assert!(desk.is_online());
    let packets: Vec<_> = desk.sent.iter().map(|(at, bytes)| (*at, sacn::decode(bytes).unwrap())).collect();
    let (first, last) = (&packets[0].1, &packets.last().unwrap().1);
    assert_eq!((first.universe, first.priority, first.name.as_str(), first.levels[0]), (7, 120, "Hall", 255));
    assert!(packets.windows(2).all(|pair| pair[1].1.sequence == pair[0].1.sequence + 1 && (pair[1].0 - pair[0].0).as_millis() <= 900));
    assert_eq!(first.cid, last.cid);
}

#[test]
fn a_widget_answers_in_single_bytes_between_garbage() {
    let mut desk = Desk::new("enttec_pro", Line::Serial, "fade_ms = 0");
    desk.connect();
    assert_eq!(desk.heard(), ["7E0A0000E7", "7E0302000000E7"]);
    desk.say_hex("00 7E FF FF FF 7E 05 01 00 00 E7");
    assert!(!desk.is_online(), "received DMX is no answer");
    for byte in hex::decode("7E0A040078563412E7").unwrap() {
        desk.say(&[byte]);
    }
    desk.say_hex("7E 03 05 00 2C 01 09 01 28 E7");
    assert!(desk.is_online());
    let words = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!((desk.fact("widget").cloned(), desk.fact("firmware").cloned()), (words("12345678"), words("1.44")));
    level(&mut desk, 1, 1, 100);
    let sent = desk.heard().pop().unwrap();
    assert!(sent.starts_with("7E06010200FF00") && sent.ends_with("00E7") && sent.len() == 518 * 2);
    for _ in 0..2_000 {
        desk.say(&[0x13; 4]);
    }
    assert!(desk.connects > 1 || desk.is_lost(), "endless noise ends the link");
}

#[test]
fn a_cut_link_is_made_afresh() {
    let mut desk = node();
    desk.input(Input::Closed("cut".to_owned()));
    assert!(desk.is_lost());
    desk.wait_ms(1_300);
    assert_eq!(desk.connects, 2);
    desk.input(Input::Failed("no route".to_owned()));
    desk.wait_ms(2_500);
    assert_eq!(desk.connects, 3);
}
