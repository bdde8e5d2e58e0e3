//! A KNX interface: telegrams are confirmed by the bus, proved by the status address.

use room_api::Value;
use room_driver::{No, Progress};
use room_drivers::Line;
use room_drivers::knx::{Apci, Cemi, MessageCode, Packet, Telegram};

use crate::desk::Desk;

const RIG: &str = r#"
scene_group = "5/0/0"
[[fixtures]]
number = 1
name = "筒灯"
name_en = "Spots"
write = "1/2/3"
status = "1/2/4"
[[fixtures]]
number = 2
name = "面光"
name_en = "Front"
kind = "dimmer"
write = "1/3/3"
status = "1/3/4"
"#;

struct Interface {
    desk: Desk,
    channel: u8,
    number: u8,
}

impl Interface {
    fn packets(&mut self) -> Vec<Packet> {
        self.desk.sent.drain(..).map(|(_, bytes)| Packet::decode(&bytes).unwrap()).collect()
    }

    /// The next telegram of the controller, acknowledged.
    fn telegram(&mut self) -> Cemi {
        self.desk.wait_ms(60);
        let found = self.packets().into_iter().find_map(|packet| match packet {
            Packet::Tunnel(_, number, cemi) => Some((number, cemi)),
            _ => None,
        });
        let (number, cemi) = found.unwrap();
        self.desk.say(&Packet::TunnelAck(self.channel, number, 0).encode());
        Cemi::decode(&cemi).unwrap()
    }

    fn tell(&mut self, cemi: &Cemi) {
        self.desk.say(&Packet::Tunnel(self.channel, self.number, cemi.encode()).encode());
        self.number = self.number.wrapping_add(1);
    }

    fn confirm(&mut self, cemi: &Cemi, error: bool) {
        self.tell(&Cemi { code: MessageCode::Confirm, error, ..cemi.clone() });
    }

    fn indicate(&mut self, group: &str, data: &[u8], small: bool) {
        let telegram = Telegram { group: group.parse().unwrap(), apci: Apci::Write(data.to_vec()), small };
        self.tell(&Cemi { code: MessageCode::Indicate, error: false, source: 0x1101, telegram });
    }

    fn open(&mut self, channel: u8) {
        assert!(self.packets().contains(&Packet::Connect));
        (self.channel, self.number) = (channel, 0);
        self.desk.say(&Packet::Connected(channel, 0).encode());
        assert_eq!(self.packets(), [Packet::State(channel)]);
        assert!(!self.desk.is_online());
        self.desk.say(&Packet::StateIs(channel, 0).encode());
        for _ in 0..2 {
            let read = self.telegram();
            self.confirm(&read, false);
        }
        assert!(self.desk.is_online());
    }

    fn online() -> Self {
        let mut desk = Desk::new("knx", Line::Udp, RIG);
        desk.connect();
        let mut interface = Self { desk, channel: 0, number: 0 };
        interface.open(7);
        interface.packets();
        interface
    }

    fn set_on(&mut self, id: u64, on: bool) {
        self.desk.command(id, "set_on", &[("fixture", Value::Int(1)), ("on", Value::Bool(on))]);
    }
}

#[test]
fn the_confirmation_ends_the_order_and_the_status_address_proves_it() {
    let mut interface = Interface::online();
    assert_eq!(interface.desk.fact("on.1"), None, "nobody has answered yet");
    interface.set_on(1, true);
    let write = interface.telegram();
    assert_eq!(hex::encode_upper(write.encode()), "1100BCE000000A03010081");
    interface.confirm(&write, false);
    assert_eq!((interface.desk.last_of(1), interface.desk.fact("on.1")), (Some(Progress::Done), None));
    let read = interface.telegram();
    assert_eq!((read.telegram.group, read.telegram.apci.clone()), ("1/2/4".parse().unwrap(), Apci::Read));
    interface.confirm(&read, false);
    interface.indicate("1/2/4", &[1], true);
    assert_eq!(interface.desk.fact("on.1"), Some(&Value::Bool(true)));
}

#[test]
fn whatever_the_bus_tells_is_acknowledged_and_heard_once() {
    let mut interface = Interface::online();
    interface.indicate("1/3/4", &[0x80], false);
    assert_eq!(interface.desk.fact("level.2"), Some(&Value::Int(50)), "a hand on the wall");
    assert_eq!(interface.packets(), [Packet::TunnelAck(7, 2, 0)]);
    // The same number again with another value: acknowledged, not heard.
    interface.number -= 1;
    interface.indicate("1/3/4", &[0xFF], false);
    assert_eq!((interface.packets(), interface.desk.fact("level.2")), (vec![Packet::TunnelAck(7, 2, 0)], Some(&Value::Int(50))));
    // A number from the future, another channel, a value of the wrong length on the address.
    interface.number = 9;
    interface.indicate("1/3/4", &[0xFF], false);
    interface.desk.say(&Packet::Tunnel(8, 3, vec![0x29]).encode());
    assert!(interface.packets().is_empty());
    interface.number = 3;
    interface.indicate("1/3/4", &[1], true);
    assert_eq!(interface.desk.facts["level.2"], None);
}

#[test]
fn an_unconfirmed_telegram_is_repeated_with_its_number_and_a_failed_one_is_a_fault() {
    let mut interface = Interface::online();
    interface.set_on(1, true);
    interface.desk.wait_ms(1_100);
    let packets = interface.packets();
    assert!(packets.len() == 2 && packets[0] == packets[1], "{packets:?}");
    let Packet::Tunnel(_, _, cemi) = &packets[0] else { panic!("{packets:?}") };
    let write = Cemi::decode(cemi).unwrap();
    interface.confirm(&write, true);
    assert_eq!(interface.desk.last_of(1), Some(Progress::Refused(No::Fault)));
    interface.confirm(&write, false);
    assert_eq!(interface.desk.last_of(1), Some(Progress::Refused(No::Fault)), "a late confirmation changes nothing");
}

#[test]
fn silence_makes_the_channel_afresh_and_then_the_link() {
    let mut interface = Interface::online();
    interface.set_on(1, true);
    interface.desk.wait_ms(3_100);
    assert_eq!(interface.desk.last_of(1), Some(Progress::TimedOut));
    interface.open(8);
    interface.desk.wait_ms(110_000);
    assert!(interface.desk.disconnects >= 1);
}

#[test]
fn a_channel_that_is_ended_or_unknown_is_made_afresh_and_a_full_interface_is_tried_again() {
    let mut interface = Interface::online();
    interface.desk.say(&Packet::Disconnect(7).encode());
    assert_eq!(interface.packets()[0], Packet::Disconnected(7, 0));
    interface.desk.say(&Packet::Connected(0, 0x24).encode());
    assert!(interface.desk.is_lost());
    interface.desk.wait_ms(1_300);
    interface.desk.connect();
    interface.open(9);
    interface.desk.wait_ms(60_100);
    assert!(interface.packets().contains(&Packet::State(9)));
    interface.desk.say(&Packet::StateIs(9, 0x21).encode());
    interface.open(10);
}

#[test]
fn a_status_that_answers_no_reading_is_unknown_after_the_next() {
    let mut interface = Interface::online();
    interface.indicate("1/2/4", &[1], true);
    for round in 0..2 {
        interface.desk.wait_ms(60_000);
        interface.desk.say(&Packet::StateIs(7, 0).encode());
        for _ in 0..2 {
            let read = interface.telegram();
            interface.confirm(&read, false);
        }
        let known = interface.desk.fact("on.1").is_some();
        assert_eq!(known, round == 0, "round {round}");
    }
}

#[test]
fn scenes_count_from_one_for_people_and_garbage_is_garbage() {
    let mut interface = Interface::online();
    interface.desk.command(1, "recall_scene", &[("scene", Value::Int(3))]);
    interface.desk.say_hex("0610 0420 00FF 04 07 00 00");
    interface.desk.say(b"hello");
    let telegram = interface.telegram();
    assert_eq!(telegram.telegram, Telegram { group: "5/0/0".parse().unwrap(), apci: Apci::Write(vec![2]), small: false });
    for _ in 0..200 {
        interface.desk.say(b"garbage");
    }
    assert!(interface.desk.is_lost() || interface.desk.connects > 1);
}
