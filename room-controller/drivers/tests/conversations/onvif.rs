//! An ONVIF camera: connections end and the session does not.

use std::time::Duration;

use room_api::Value;
use room_driver::{Input, LinkHealth, Machine, No, Progress, Trouble};
use room_drivers::http::{Message, Messages, Piece, reply};
use room_drivers::onvif::{Onvif, Settings, read};

use crate::bench::Bench;

const SERVICES: &str = "<Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace><XAddr>http://0.0.0.0:80/m</XAddr></Service><Service><Namespace>http://www.onvif.org/ver20/ptz/wsdl</Namespace><XAddr>http://0.0.0.0/p</XAddr></Service>";
const TIME: &str = "<SystemDateAndTime><UTCDateTime><Time><Hour>7</Hour><Minute>50</Minute><Second>45</Second></Time><Date><Year>2010</Year><Month>9</Month><Day>16</Day></Date></UTCDateTime></SystemDateAndTime>";
const PROFILES: &str = "<Profiles token='still'/><Profiles token='main'><PTZConfiguration token='p'/></Profiles>";
const PRESETS: &str = "<Preset token='2'><Name>hall</Name><PTZPosition><PanTilt x='0.5' y='0'/><Zoom x='0'/></PTZPosition></Preset>";

fn status(pan: &str, word: &str) -> String {
    format!(
        "<PTZStatus><Position><PanTilt x='{pan}' y='0'/><Zoom x='0'/></Position><MoveStatus><PanTilt>{word}</PanTilt><Zoom>IDLE</Zoom></MoveStatus></PTZStatus>"
    )
}

fn enveloped(body: &str) -> Vec<u8> {
    format!("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>{body}</s:Body></s:Envelope>").into_bytes()
}

/// An answer of a healthy camera that stands at `pan`.
fn said(operation: &str, pan: &str, word: &str) -> Vec<u8> {
    let inside = match operation {
        "GetSystemDateAndTime" => TIME.to_owned(),
        "GetServices" => SERVICES.to_owned(),
        "GetProfiles" => PROFILES.to_owned(),
        "GetPresets" => PRESETS.to_owned(),
        "GetStatus" => status(pan, word),
        "GetDeviceInformation" => "<Model>PTZ-1</Model>".to_owned(),
        _ => String::new(),
    };
    reply(200, &[], &enveloped(&format!("<{operation}Response>{inside}</{operation}Response>")))
}

fn fault(status: u16, code: &str) -> Vec<u8> {
    let codes = format!("<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:{code}</s:Value></s:Subcode></s:Code>");
    reply(status, &[], &enveloped(&format!("<s:Fault>{codes}</s:Fault>")))
}

fn message(bytes: &[u8]) -> Message {
    match Messages::requests().feed(bytes).remove(0) {
        Piece::Message(message) => message,
        Piece::Noise(_) => panic!("{}", String::from_utf8_lossy(bytes)),
    }
}

fn operation(bytes: &[u8]) -> String {
    read(&message(bytes).body).unwrap().at(&["Body"]).unwrap().children[0].name.clone()
}

fn camera(user: &str) -> Bench<Onvif> {
    let settings: toml::Table = user.parse().unwrap();
    let settings: Settings = settings.try_into().unwrap();
    Bench::of(Machine::new(Onvif::new(settings, 7), 7))
}

impl Bench<Onvif> {
    /// Answers what was sent and makes the connections that are asked for; what was asked, in order.
    fn talk(&mut self, connects: &mut usize, say: impl Fn(&str) -> Option<Vec<u8>>) -> Vec<String> {
        let mut asked = Vec::new();
        loop {
            if self.connects > *connects {
                *connects = self.connects;
                self.connect();
            }
            let sent = std::mem::take(&mut self.sent);
            if sent.is_empty() {
                return asked;
            }
            for bytes in sent {
                let operation = operation(&bytes);
                if let Some(answer) = say(&operation) {
                    self.say(&answer);
                }
                asked.push(operation);
            }
        }
    }
}

fn healthy(operation: &str) -> Option<Vec<u8>> {
    Some(said(operation, "0", "IDLE"))
}

fn online() -> (Bench<Onvif>, usize) {
    let (mut bench, mut connects) = (camera(""), 0);
    bench.talk(&mut connects, healthy);
    assert!(bench.is_online(), "{:?}", bench.health);
    (bench, connects)
}

#[test]
fn it_is_online_when_everything_was_read() {
    let (mut bench, mut connects) = (camera(""), 0);
    let asked = bench.talk(&mut connects, |operation| (operation != "GetStatus").then(|| said(operation, "0", "IDLE")));
    let order = ["GetSystemDateAndTime", "GetServices", "GetProfiles", "Stop", "GetDeviceInformation", "GetPresets", "GetStatus"];
    assert_eq!(asked, order);
    assert!(!bench.is_online());
    bench.say(&said("GetStatus", "0.5", "IDLE"));
    assert!(bench.is_online());
    assert_eq!((&bench.facts["pan"], &bench.facts["preset"]), (&Some(Value::Int(500)), &Some(Value::Int(2))));
}

#[test]
fn the_token_is_made_in_the_cameras_time() {
    let (mut bench, mut connects) = (camera("user = \"admin\"\npassword = \"secret\""), 0);
    bench.talk(&mut connects, |_| None);
    assert!(bench.sent.is_empty());
    bench.now += Duration::from_millis(1_500);
    bench.say(&said("GetSystemDateAndTime", "0", "IDLE"));
    let sent = message(bench.last_sent());
    let document = read(&sent.body).unwrap();
    let token = document.at(&["Header", "Security", "UsernameToken"]).unwrap();
    assert_eq!((token.text_at(&["Username"]), token.text_at(&["Created"])), (Some("admin"), Some("2010-09-16T07:50:45Z")));
}

#[test]
fn accepted_is_not_there_and_another_place_cancels_the_first() {
    let (mut bench, mut connects) = online();
    bench.command(1, "recall_preset", &[("preset", Value::Int(2))]);
    bench.talk(&mut connects, |operation| Some(said(operation, "0.2", "MOVING")));
    assert_eq!(bench.progress, [(1, Progress::Sent), (1, Progress::Acked)]);
    assert_eq!(bench.facts["preset"], None);
    // At rest somewhere else is not there either.
    bench.wait(Duration::from_millis(500));
    bench.talk(&mut connects, |operation| Some(said(operation, "0.3", "IDLE")));
    assert_eq!(bench.progress.len(), 2);
    bench.command(2, "home", &[]);
    bench.talk(&mut connects, |operation| Some(said(operation, "0.4", "MOVING")));
    assert!(bench.progress.contains(&(1, Progress::Refused(No::Cancelled))), "{:?}", bench.progress);
    bench.command(3, "recall_preset", &[("preset", Value::Int(2))]);
    bench.talk(&mut connects, |operation| Some(said(operation, "0.504", "IDLE")));
    assert_eq!(bench.progress.last(), Some(&(3, Progress::Done)));
    assert_eq!((&bench.facts["pan"], &bench.facts["preset"]), (&Some(Value::Int(504)), &Some(Value::Int(2))));
}

#[test]
fn a_connection_that_ends_between_two_requests_is_no_loss() {
    let (mut bench, mut connects) = online();
    bench.machine.handle(bench.now, Input::Closed("idle".to_owned()));
    bench.drain();
    assert!(bench.is_online());
    assert_eq!(bench.connects, connects, "not before there is something to say");
    bench.command(1, "recall_preset", &[("preset", Value::Int(2))]);
    bench.talk(&mut connects, |operation| Some(said(operation, "0.5", "IDLE")));
    assert_eq!((bench.progress.last(), bench.connects), (Some(&(1, Progress::Done)), 2));
}

#[test]
fn a_late_answer_dies_with_its_connection() {
    let (mut bench, mut connects) = online();
    bench.wait(Duration::from_secs(5));
    assert_eq!(operation(bench.last_sent()), "GetStatus");
    bench.sent.clear();
    bench.wait(Duration::from_secs(3));
    assert_eq!((bench.disconnects, bench.connects), (1, 1));
    bench.wait(Duration::from_millis(500));
    assert_eq!(bench.connects, 2);
    let asked = bench.talk(&mut connects, |operation| Some(said(operation, "0.1", "IDLE")));
    assert_eq!(asked, ["GetStatus"]);
    assert!(bench.is_online());
    assert_eq!(bench.facts["pan"], Some(Value::Int(100)));
}

#[test]
fn silence_loses_it_and_everything_is_read_again() {
    let (mut bench, mut connects) = online();
    for _ in 0..40 {
        bench.wait(Duration::from_millis(500));
        bench.talk(&mut connects, |_| None);
    }
    assert!(bench.health.iter().any(|health| matches!(health, LinkHealth::Lost { reason: Trouble::Silent, .. })), "{:?}", bench.health);
    bench.sent.clear();
    for _ in 0..120 {
        bench.wait(Duration::from_millis(500));
        bench.talk(&mut connects, |operation| Some(said(operation, "0.7", "IDLE")));
    }
    assert!(bench.is_online(), "{:?}", bench.health);
    assert_eq!(bench.facts["pan"], Some(Value::Int(700)));
}

#[test]
fn refusals_have_their_reasons() {
    let cases = [("NoToken", No::BadParameter), ("ActionNotSupported", No::Unsupported), ("NotAuthorized", No::Unsupported)];
    for (code, why) in cases {
        let (mut bench, mut connects) = online();
        bench.command(1, "recall_preset", &[("preset", Value::Int(9))]);
        bench.talk(&mut connects, |operation| if operation == "GotoPreset" { Some(fault(400, code)) } else { healthy(operation) });
        assert_eq!(bench.progress.last(), Some(&(1, Progress::Refused(why))), "{code}");
        assert!(bench.is_online());
    }
}

#[test]
fn a_wrong_password_is_tried_twice_and_then_left_alone() {
    let (mut bench, mut connects) = (camera("user = \"admin\"\npassword = \"wrong\""), 0);
    for _ in 0..100 {
        let refuse =
            |operation: &str| if operation == "GetSystemDateAndTime" { healthy(operation) } else { Some(fault(400, "NotAuthorized")) };
        bench.talk(&mut connects, refuse);
        bench.wait(Duration::from_secs(2));
    }
    assert_eq!(bench.connects, 2);
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
}

#[test]
fn answers_come_in_single_bytes_and_after_garbage() {
    let (mut bench, _) = online();
    bench.wait(Duration::from_secs(5));
    bench.say(b"\x01\x02 garbage\r\n");
    said("GetStatus", "0.5", "IDLE").iter().for_each(|byte| bench.say(&[*byte]));
    assert_eq!(bench.facts["pan"], Some(Value::Int(500)));
    assert!(bench.is_online());
    // Another's answer is not the status.
    bench.wait(Duration::from_secs(5));
    bench.say(&said("GetNodes", "0", "IDLE"));
    bench.say(&said("GetStatus", "0.25", "IDLE"));
    assert_eq!(bench.facts["pan"], Some(Value::Int(250)));
}

#[test]
fn held_moves_are_renewed_until_they_are_let_go() {
    let (mut bench, mut connects) = online();
    bench.command(1, "pan_tilt", &[("pan", Value::Int(50)), ("tilt", Value::Int(0))]);
    let mut asked = bench.talk(&mut connects, |operation| Some(said(operation, "0.1", "MOVING")));
    for _ in 0..8 {
        bench.wait(Duration::from_millis(250));
        asked.extend(bench.talk(&mut connects, |operation| Some(said(operation, "0.1", "MOVING"))));
    }
    let renewals = asked.iter().filter(|operation| *operation == "ContinuousMove").count();
    assert!((4..=6).contains(&renewals), "{asked:?}");
    bench.command(2, "pan_tilt", &[("pan", Value::Int(0)), ("tilt", Value::Int(0))]);
    let mut asked = bench.talk(&mut connects, healthy);
    for _ in 0..8 {
        bench.wait(Duration::from_millis(250));
        asked.extend(bench.talk(&mut connects, healthy));
    }
    assert_eq!(asked.first().map(String::as_str), Some("Stop"));
    assert!(!asked.iter().any(|operation| operation == "ContinuousMove"), "{asked:?}");
}
