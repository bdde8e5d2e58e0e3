//! What every driver's life has in common, said once: a driver brings the bytes.

use std::time::Duration;

use room_api::Value;
use room_driver::{Input, LinkHealth, Machine, Progress, Trouble};
use room_drivers::Capability;

use crate::bench::Bench;

/// How the device says no.
pub(crate) enum Refusal {
    /// With these bytes.
    Says(Vec<u8>),
    /// By saying nothing; asked what became of the order it answers as ever, and the order is refused after that long at most.
    Nothing(Duration),
}

/// The bytes of one device's life.
pub(crate) struct Life<P: Capability + Send> {
    pub(crate) machine: fn() -> Machine<P>,
    /// What the device says first; empty when it waits.
    pub(crate) greeting: &'static [u8],
    /// What a healthy device answers to a message of its opening and to questions; what an order is answered with stands below.
    pub(crate) answer: fn(&[u8]) -> Vec<Vec<u8>>,
    pub(crate) command: (&'static str, Vec<(&'static str, Value)>),
    /// The order on the wire.
    pub(crate) order: Vec<u8>,
    /// What the device says when it has done it; in parts where it is asked between them.
    pub(crate) done: Vec<Vec<u8>>,
    /// What is reported then.
    pub(crate) proof: (&'static str, Value),
    pub(crate) refusal: Refusal,
    /// Somebody changes something at the device itself.
    pub(crate) external: (Vec<u8>, &'static str, Value),
    /// Bytes between two frames.
    pub(crate) garbage: Vec<u8>,
    /// Each message is a datagram: none is ever split.
    pub(crate) datagrams: bool,
}

impl<P: Capability + Send> Life<P> {
    pub(crate) fn all(&self) {
        self.online_only_after_answers();
        self.a_report_is_the_proof();
        self.a_refusal_is_a_refusal();
        self.changes_at_the_device_arrive();
        self.silence_loses_the_link_and_it_is_read_back_again();
        self.garbage_between_frames_does_no_harm();
        self.single_bytes_are_one_frame();
    }

    /// Answers everything sent from message `from` on, for that long.
    fn answer_for(&self, bench: &mut Bench<P>, time: Duration) {
        let until = bench.now + time;
        loop {
            let sent = std::mem::take(&mut bench.sent);
            for message in &sent {
                for answer in (self.answer)(message) {
                    bench.say(&answer);
                }
            }
            if !bench.sent.is_empty() {
                continue;
            }
            if bench.now >= until {
                return;
            }
            let next = bench.machine.deadline().unwrap_or(until).clamp(bench.now, until);
            let step = (next - bench.now).max(Duration::from_millis(1));
            bench.wait(step);
        }
    }

    fn connect(&self, bench: &mut Bench<P>) {
        bench.connect();
        if !self.greeting.is_empty() {
            bench.say(self.greeting);
        }
    }

    /// A device that has been read back; what was sent until then is forgotten.
    pub(crate) fn online(&self) -> Bench<P> {
        let mut bench = Bench::of((self.machine)());
        self.connect(&mut bench);
        self.answer_for(&mut bench, Duration::from_millis(1_500));
        assert!(bench.is_online(), "{:?}", bench.health);
        bench.progress.clear();
        bench
    }

    pub(crate) fn order(&self, bench: &mut Bench<P>, id: u64) {
        bench.command(id, self.command.0, &self.command.1);
        if !bench.sent.contains(&self.order) {
            // Something else is on the wire first, or the device wants a pause.
            for _ in 0..20 {
                let sent = std::mem::take(&mut bench.sent);
                for message in sent.iter().filter(|message| **message != self.order) {
                    for answer in (self.answer)(message) {
                        bench.say(&answer);
                    }
                }
                if bench.sent.contains(&self.order) || sent.contains(&self.order) {
                    return;
                }
                bench.wait(Duration::from_millis(20));
            }
            panic!("the order never went out");
        }
    }

    fn say_done(&self, bench: &mut Bench<P>) {
        for part in &self.done {
            bench.say(part);
        }
    }

    fn online_only_after_answers(&self) {
        let mut bench = Bench::of((self.machine)());
        self.connect(&mut bench);
        bench.wait(Duration::from_millis(200));
        assert!(!bench.is_online(), "a connection is not a device");
        let bench = self.online();
        assert_eq!(bench.disconnects, 0);
    }

    fn a_report_is_the_proof(&self) {
        let mut bench = self.online();
        self.order(&mut bench, 5);
        let (property, value) = &self.proof;
        assert_ne!(bench.facts.get(*property), Some(&Some(value.clone())), "sent is not done");
        bench.sent.clear();
        self.say_done(&mut bench);
        assert_eq!(bench.facts.get(*property), Some(&Some(value.clone())));
        self.answer_for(&mut bench, Duration::from_millis(1_500));
        assert_eq!(bench.progress.last(), Some(&(5, Progress::Done)), "{:?}", bench.progress);
        // Said twice, it ends nothing else.
        bench.progress.clear();
        self.say_done(&mut bench);
        assert!(bench.progress.is_empty());
    }

    fn a_refusal_is_a_refusal(&self) {
        let mut bench = self.online();
        self.order(&mut bench, 6);
        bench.sent.clear();
        match &self.refusal {
            Refusal::Says(bytes) => {
                bench.say(bytes);
                self.answer_for(&mut bench, Duration::from_millis(500));
            }
            Refusal::Nothing(within) => self.answer_for(&mut bench, *within),
        }
        let refused = bench.progress.iter().any(|(id, progress)| *id == 6 && matches!(progress, Progress::Refused(_)));
        assert!(refused, "{:?}", bench.progress);
        assert!(bench.is_online(), "a refusal is no fault of the link: {:?}", bench.health);
        let (property, value) = &self.proof;
        assert_ne!(bench.facts.get(*property), Some(&Some(value.clone())));
    }

    fn changes_at_the_device_arrive(&self) {
        let mut bench = self.online();
        let (bytes, property, value) = &self.external;
        bench.say(bytes);
        assert_eq!(bench.facts.get(*property), Some(&Some(value.clone())));
        assert!(bench.progress.is_empty());
    }

    fn silence_loses_the_link_and_it_is_read_back_again(&self) {
        let mut bench = self.online();
        bench.wait(Duration::from_secs(120));
        let lost = |health: &LinkHealth| matches!(health, LinkHealth::Lost { reason: Trouble::Silent, .. });
        assert!(bench.health.iter().any(lost), "{:?}", bench.health);
        assert_eq!(bench.disconnects, 1);
        bench.wait(Duration::from_secs(3));
        assert_eq!(bench.connects, 2);
        bench.sent.clear();
        self.connect(&mut bench);
        assert!(!bench.is_online());
        self.answer_for(&mut bench, Duration::from_millis(1_500));
        assert!(bench.is_online(), "{:?}", bench.health);
    }

    fn garbage_between_frames_does_no_harm(&self) {
        let mut bench = self.online();
        self.order(&mut bench, 7);
        bench.sent.clear();
        bench.say(&self.garbage);
        assert!(bench.progress.iter().all(|(_, progress)| *progress == Progress::Sent), "{:?}", bench.progress);
        self.say_done(&mut bench);
        let (property, value) = &self.proof;
        assert_eq!(bench.facts.get(*property), Some(&Some(value.clone())));
        // Endless noise ends the link with a reason: more of it than any frame is long.
        for _ in 0..300 {
            bench.say(&[0x13; 1024]);
        }
        assert!(matches!(bench.machine.health(), LinkHealth::Lost { .. }), "{:?}", bench.machine.health());
    }

    fn single_bytes_are_one_frame(&self) {
        if self.datagrams {
            return;
        }
        let mut bench = self.online();
        self.order(&mut bench, 8);
        bench.sent.clear();
        for byte in self.done.iter().flatten() {
            bench.say(&[*byte]);
        }
        let (property, value) = &self.proof;
        assert_eq!(bench.facts.get(*property), Some(&Some(value.clone())));
        // Half a frame does not survive a reconnect.
        let done = self.done.concat();
        bench.say(&done[..done.len() / 2]);
        bench.machine.handle(bench.now, Input::Closed("cut".to_owned()));
        bench.drain();
        bench.wait(Duration::from_secs(3));
        bench.sent.clear();
        self.connect(&mut bench);
        self.answer_for(&mut bench, Duration::from_millis(1_500));
        assert!(bench.is_online(), "{:?}", bench.health);
    }
}
