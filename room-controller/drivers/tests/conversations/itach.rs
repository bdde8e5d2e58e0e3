//! An iTach: infrared is said once, and a sleeping machine says nothing.

use room_api::{DeviceKind, Value};
use room_driver::{No, Progress};
use room_drivers::Line;

use crate::desk::Desk;

const CODES: &str = r#"
relays = 1
[[codes]]
word = "power_on"
name = "开机"
name_en = "Power on"
code = "38000,1,1,342,171,21,21"
[[codes]]
word = "mute"
name = "静音"
name_en = "Mute"
connector = "1:2"
code = "38000,1,1,342,171,21,64"
"#;

fn lines(desk: &mut Desk) -> Vec<String> {
    desk.sent.drain(..).map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

fn online() -> Desk {
    let mut desk = Desk::new("itach", Line::Tcp, CODES);
    desk.connect();
    assert_eq!(lines(&mut desk), ["getdevices\r"]);
    desk.say(b"device,0,0 ETHERNET\rdevice,1,3 IR\r");
    assert!(!desk.is_online());
    desk.say(b"endlistdevices\r");
    desk.say(b"710-1005-05\r");
    assert!(!desk.is_online());
    desk.say(b"state,1:1,0\r");
    assert!(desk.is_online());
    assert_eq!(lines(&mut desk), ["getversion\r", "getstate,1:1\r"]);
    desk
}

fn send(desk: &mut Desk, id: u64, word: &str) -> String {
    desk.command(id, "send", &[("sent", Value::Text(word.to_owned()))]);
    lines(desk).pop().unwrap()
}

#[test]
fn a_code_is_complete_when_the_unit_says_so_and_known_only_then() {
    let mut desk = online();
    assert_eq!(desk.driver.declaration().kind, DeviceKind::Display);
    assert_eq!(send(&mut desk, 1, "mute"), "sendir,1:2,1,38000,1,1,342,171,21,64\r");
    desk.say(b"completeir,1:1,0\rcompleteir,1:2,9\r");
    assert_eq!(desk.last_of(1), Some(Progress::Sent), "another transmission");
    for byte in b"completeir,1:2,1\r" {
        desk.say(&[*byte]);
    }
    assert_eq!((desk.last_of(1), desk.fact("sent")), (Some(Progress::Done), Some(&Value::Text("mute".to_owned()))));
    assert_eq!(lines(&mut desk), ["getdevices\r"]);
    desk.say(b"device,1,3 IR\rendlistdevices\r");
    assert_eq!(desk.facts["sent"], None, "what was sent is not what the display shows");
}

#[test]
fn a_code_is_never_sent_twice_unless_the_unit_was_busy() {
    let mut desk = online();
    send(&mut desk, 1, "power_on");
    desk.say(b"busyIR,1:1,1\r");
    desk.wait_ms(150);
    assert_eq!(lines(&mut desk), ["sendir,1:1,2,38000,1,1,342,171,21,21\r"]);
    desk.wait_ms(5_100);
    assert_eq!(desk.last_of(1), Some(Progress::TimedOut));
    assert!(lines(&mut desk).iter().all(|line| !line.starts_with("sendir")));
}

#[test]
fn errors_are_refusals_and_garbage_is_garbage() {
    let mut desk = online();
    for (error, why) in
        [("ERR_1:2,013", No::Unsupported), ("ERR_1:2,019", No::Fault), ("ERR_1:2,009", No::BadParameter), ("ERR_1:2,027", No::NotNow)]
    {
        send(&mut desk, 1, "mute");
        desk.say(b"\xFF\x00nonsense\r");
        desk.say(format!("{error}\r").as_bytes());
        assert_eq!(desk.last_of(1), Some(Progress::Refused(why)), "{error}");
    }
}

#[test]
fn a_contact_is_read_back_and_silence_ends_the_link() {
    let mut desk = online();
    desk.command(1, "set_outlet", &[("outlet", Value::Int(1)), ("on", Value::Bool(true))]);
    assert_eq!(lines(&mut desk), ["setstate,1:1,1\r"]);
    desk.say(b"state,1:1,1\r");
    assert_eq!((desk.last_of(1), desk.fact("outlet.1")), (Some(Progress::Done), Some(&Value::Bool(false))));
    desk.say(b"state,1:1,1\r");
    assert_eq!(desk.fact("outlet.1"), Some(&Value::Bool(true)));
    desk.wait_ms(5_000);
    desk.say(b"state,1:1,0\r");
    assert_eq!(desk.fact("outlet.1"), Some(&Value::Bool(false)), "somebody else opened it");
    desk.wait_ms(20_000);
    assert!(desk.disconnects == 1 && desk.connects >= 2);
}

#[test]
fn three_magic_packets_and_nothing_known() {
    let mut desk = Desk::new("wake_on_lan", Line::Udp, "mac = \"00:11:22:33:44:55\"");
    desk.connect();
    assert!(desk.is_online());
    assert_eq!(desk.facts["awake"], None);
    desk.command(1, "wake", &[]);
    desk.wait_ms(150);
    assert_eq!((desk.sent.len(), desk.last_of(1)), (2, None));
    desk.wait_ms(100);
    assert_eq!((desk.sent.len(), desk.last_of(1)), (3, Some(Progress::Done)));
    assert!(desk.sent.iter().all(|(_, bytes)| bytes.len() == 102 && bytes == &desk.sent[0].1));
    desk.say(b"anything");
    assert_eq!(desk.facts["awake"], None);
}
