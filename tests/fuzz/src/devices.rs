//! Bytes of devices: the codecs alone, and whole driver machines against a device that says anything at any time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use room_api::Value;
use room_driver::{Input, Lane, Machine, Output, Progress};
use room_drivers::Driver;
use room_drivers::pjlink::{Lines, PjLink, greeting_of, parse_reply, parse_request};
use room_drivers::visca::{Carrier, Envelope, Framer, Visca, reply_of, value_of_nibbles};

/// Most things a machine may want after one step: everything it holds, failed at once, is far below.
const MAX_OUTPUTS: usize = 2_000;
/// Unit of a step's pause.
const PAUSE: Duration = Duration::from_millis(20);
/// Ticks after the last step within which every command must have its verdict; each lasts until the machine's own deadline.
const MAX_TICKS: usize = 5_000;

/// Frames come apart the same in any portions, and each is judged.
pub(crate) fn visca(data: &[u8]) {
    let (whole, dropped) = Framer::default().feed(data);
    let mut framer = Framer::default();
    let (mut frames, mut lost) = (Vec::new(), 0);
    for byte in data {
        let (more, noise) = framer.feed(std::slice::from_ref(byte));
        frames.extend(more);
        lost += noise;
    }
    assert_eq!((&frames, lost), (&whole, dropped));
    for frame in frames {
        let _ = reply_of(&frame);
        let _ = frame.get(2..6).and_then(value_of_nibbles);
    }
}

/// A datagram is refused or comes back as it was.
pub(crate) fn visca_over_ip(data: &[u8]) {
    if let Some(envelope) = Envelope::decode(data) {
        assert_eq!(envelope.encode(), data);
    }
}

/// Lines come apart the same in any portions, and each is judged.
pub(crate) fn pjlink(data: &[u8]) {
    let whole = Lines::default().feed(data);
    let mut lines = Lines::default();
    let apart: Vec<_> = data.iter().flat_map(|byte| lines.feed(std::slice::from_ref(byte))).collect();
    assert_eq!(apart, whole);
    for line in apart.into_iter().flatten() {
        let _ = (greeting_of(&line), parse_reply(&line), parse_request(&line));
    }
}

/// A camera on a serial line.
pub(crate) fn camera(data: &[u8]) {
    live(Box::new(Machine::new(Visca::new(Carrier::Serial { address: 1 }), 1)), &camera_commands(), data);
}

/// A camera that speaks VISCA over IP.
pub(crate) fn camera_over_ip(data: &[u8]) {
    live(Box::new(Machine::new(Visca::new(Carrier::OverIp), 1)), &camera_commands(), data);
}

/// A projector with a password.
pub(crate) fn projector(data: &[u8]) {
    let commands = [
        ("set_power".to_owned(), BTreeMap::from([("power".to_owned(), Value::Text("on".to_owned()))])),
        ("set_input".to_owned(), BTreeMap::from([("input".to_owned(), Value::Text("31".to_owned()))])),
    ];
    let inputs = vec![("31".to_owned(), room_drivers::text("数字", "digital"))];
    live(Box::new(Machine::new(PjLink::new(Some("password".to_owned()), inputs), 1)), &commands, data);
}

pub(crate) type Command = (String, BTreeMap<String, Value>);

fn camera_commands() -> [Command; 3] {
    let number = |name: &str, value| (name.to_owned(), Value::Int(value));
    [
        ("recall_preset".to_owned(), BTreeMap::from([number("preset", 3)])),
        ("pan_tilt".to_owned(), BTreeMap::from([number("pan", 5), number("tilt", -5)])),
        ("stop".to_owned(), BTreeMap::new()),
    ]
}

/// A machine and the device that lies to it.
struct Life<'a> {
    driver: Box<dyn Driver>,
    commands: &'a [Command],
    now: Duration,
    last_id: u64,
    open: BTreeSet<u64>,
}

/// Reads the input as steps (a pause, bytes from the device, a command, a broken link) and lives through them. Every command must come to one verdict.
pub(crate) fn live(driver: Box<dyn Driver>, commands: &[Command], data: &[u8]) {
    let mut life = Life { driver, commands, now: Duration::ZERO, last_id: 0, open: BTreeSet::new() };
    life.drain();
    let mut rest = data;
    while let [step, size, tail @ ..] = rest {
        rest = life.step(*step, *size, tail);
    }
    for _ in 0..MAX_TICKS {
        let Some(deadline) = life.driver.deadline().filter(|_| !life.open.is_empty()) else { break };
        life.now = life.now.max(deadline);
        life.driver.handle(life.now, Input::Tick);
        life.drain();
    }
    assert!(life.open.is_empty(), "commands without a verdict: {:?}", life.open);
}

impl Life<'_> {
    /// Does one step and returns what follows it.
    fn step<'d>(&mut self, step: u8, size: u8, tail: &'d [u8]) -> &'d [u8] {
        let mut rest = tail;
        match step % 4 {
            0 => {
                self.now += PAUSE * u32::from(size);
                self.driver.handle(self.now, Input::Tick);
            }
            1 => {
                let (bytes, after) = tail.split_at(tail.len().min(usize::from(size)));
                self.driver.handle(self.now, Input::Bytes(bytes));
                rest = after;
            }
            2 => self.command(usize::from(size)),
            _ => self.driver.handle(self.now, Input::Closed("cut".to_owned())),
        }
        self.drain();
        rest
    }

    fn command(&mut self, which: usize) {
        let Some((name, args)) = self.commands.get(which % self.commands.len()) else { return };
        self.last_id += 1;
        if self.driver.command(self.now, self.last_id, Lane::Operator, name, args).is_ok() {
            self.open.insert(self.last_id);
        }
    }

    fn drain(&mut self) {
        for count in 0.. {
            assert!(count < MAX_OUTPUTS, "a machine that wants things without end");
            match self.driver.poll() {
                None => return,
                Some(Output::Connect) => self.driver.handle(self.now, Input::Connected),
                Some(Output::Progress { id, progress }) => self.progress(id, progress),
                Some(Output::Disconnect | Output::Send(_) | Output::Report { .. } | Output::Health(_)) => {}
            }
        }
    }

    fn progress(&mut self, id: u64, progress: Progress) {
        let ends = !matches!(progress, Progress::Sent | Progress::Acked);
        let known = if ends { self.open.remove(&id) } else { self.open.contains(&id) };
        assert!(known, "{progress:?} for {id}, which has its verdict already");
    }
}
