//! What the life of every device that is asked has in common: a driver's test brings the bytes.

use std::time::Duration;

use room_api::Value;
use room_driver::{Input, LinkHealth, Machine, Progress, Trouble};
use room_drivers::Capability;

use crate::bench::Bench;

/// What is said to what.
pub(crate) type Talk = Vec<(Vec<u8>, Vec<u8>)>;

/// The bytes of one device's life.
pub(crate) struct Exchange<P: Capability + Send> {
    pub(crate) machine: fn() -> Machine<P>,
    /// What the device says first.
    pub(crate) greeting: Vec<u8>,
    /// What it answers to what, at rest.
    pub(crate) talk: Talk,
    pub(crate) command: (&'static str, Vec<(&'static str, Value)>),
    /// The order on the wire.
    pub(crate) order: Vec<u8>,
    /// Its acknowledgement, which proves nothing; empty when the report is the answer.
    pub(crate) taken: Vec<u8>,
    /// What the device reports then by itself; empty when it has to be asked.
    pub(crate) told: Vec<u8>,
    /// Answers that are others once the order is done.
    pub(crate) after: Talk,
    pub(crate) proof: (&'static str, Value),
    pub(crate) refusal: Vec<u8>,
    /// Somebody changes something at the device itself: what it tells (or nothing), what it answers then, what is reported.
    pub(crate) outside: (Vec<u8>, Talk, &'static str, Value),
    /// Bytes between two frames.
    pub(crate) garbage: Vec<u8>,
}

/// Bytes as they stand in a fact sheet.
pub(crate) fn hexes(talk: &[(&str, &str)]) -> Talk {
    talk.iter().map(|(asked, said)| (crate::bench::hex(asked), crate::bench::hex(said))).collect()
}

/// Lines as they stand in a fact sheet.
pub(crate) fn lines(talk: &[(&str, &str)]) -> Talk {
    talk.iter().map(|(asked, said)| (asked.as_bytes().to_vec(), said.as_bytes().to_vec())).collect()
}

/// The same talk but for these answers.
pub(crate) fn changed(talk: &Talk, after: &Talk) -> Talk {
    let is_old = |asked: &Vec<u8>| !after.iter().any(|(other, _)| other == asked);
    talk.iter().filter(|(asked, _)| is_old(asked)).chain(after).cloned().collect()
}

impl<P: Capability + Send> Exchange<P> {
    pub(crate) fn all(&self) {
        self.online_only_after_answers();
        self.a_report_is_the_proof();
        self.an_old_answer_confirms_nothing();
        self.a_refusal_is_a_refusal();
        self.changes_at_the_device_arrive();
        self.silence_is_repeated_then_loses_the_link_and_all_is_read_again();
        self.garbage_between_frames_does_no_harm();
        self.half_a_frame_does_not_survive_a_reconnect();
    }

    /// Answers whatever is sent for that long, in whole frames or byte by byte.
    pub(crate) fn answer(bench: &mut Bench<P>, talk: &Talk, bytewise: bool, time: Duration) {
        let until = bench.now + time;
        loop {
            let sent = std::mem::take(&mut bench.sent);
            let is_any = !sent.is_empty();
            for message in sent {
                let Some((_, answer)) = talk.iter().find(|(asked, _)| *asked == message) else { continue };
                if bytewise {
                    answer.iter().for_each(|byte| bench.say(&[*byte]));
                } else {
                    bench.say(answer);
                }
            }
            if is_any {
                continue;
            }
            if bench.now >= until {
                return;
            }
            let next = bench.machine.deadline().unwrap_or(until).clamp(bench.now, until);
            bench.wait((next - bench.now).max(Duration::from_millis(1)));
        }
    }

    fn greet(&self, bench: &mut Bench<P>) {
        bench.sent.clear();
        bench.connect();
        if !self.greeting.is_empty() {
            bench.say(&self.greeting);
        }
    }

    /// A device that has been read back, whose orders are not answered yet.
    pub(crate) fn online(&self, bytewise: bool) -> Bench<P> {
        let mut bench = Bench::of((self.machine)());
        bench.connect();
        if bytewise {
            self.greeting.iter().for_each(|byte| bench.say(&[*byte]));
        } else if !self.greeting.is_empty() {
            bench.say(&self.greeting);
        }
        Self::answer(&mut bench, &self.talk, bytewise, Duration::from_secs(4));
        assert!(bench.is_online(), "{:?} {:?}", bench.health, bench.sent.last().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
        bench.progress.clear();
        bench
    }

    /// Gives the order and waits until it is on the wire.
    pub(crate) fn order(&self, bench: &mut Bench<P>, id: u64) {
        bench.command(id, self.command.0, &self.command.1);
        for _ in 0..100 {
            let sent = std::mem::take(&mut bench.sent);
            if sent.contains(&self.order) {
                return;
            }
            for (_, answer) in self.talk.iter().filter(|(asked, _)| sent.contains(asked)) {
                bench.say(answer);
            }
            if bench.sent.is_empty() {
                bench.wait(Duration::from_millis(20));
            }
        }
        panic!("the order never went out");
    }

    fn is_proved(&self, bench: &Bench<P>) -> bool {
        bench.facts.get(self.proof.0) == Some(&Some(self.proof.1.clone()))
    }

    fn finish(&self, bench: &mut Bench<P>, bytewise: bool) {
        for part in [&self.taken, &self.told] {
            if bytewise {
                part.iter().for_each(|byte| bench.say(&[*byte]));
            } else if !part.is_empty() {
                bench.say(part);
            }
        }
        Self::answer(bench, &changed(&self.talk, &self.after), bytewise, Duration::from_secs(3));
    }

    fn online_only_after_answers(&self) {
        let mut bench = Bench::of((self.machine)());
        self.greet(&mut bench);
        bench.wait(Duration::from_millis(200));
        assert!(!bench.is_online(), "a connection is not a device");
        assert!(!self.is_proved(&bench));
        assert_eq!(self.online(false).disconnects, 0);
    }

    fn a_report_is_the_proof(&self) {
        for bytewise in [false, true] {
            let mut bench = self.online(bytewise);
            self.order(&mut bench, 5);
            assert!(!self.is_proved(&bench), "sent is not done");
            if !self.taken.is_empty() {
                let mut taken = self.online(bytewise);
                self.order(&mut taken, 5);
                taken.say(&self.taken);
                assert!(!self.is_proved(&taken), "taken is not done");
            }
            self.finish(&mut bench, bytewise);
            assert!(self.is_proved(&bench), "{:?}", bench.facts);
            assert_eq!(bench.progress.last(), Some(&(5, Progress::Done)), "{:?}", bench.progress);
            // Said twice, it ends nothing else.
            bench.progress.clear();
            bench.say(&[self.taken.clone(), self.told.clone()].concat());
            assert!(bench.progress.is_empty());
            assert!(bench.is_online());
        }
    }

    /// What was true before the order comes late, while the order waits.
    fn an_old_answer_confirms_nothing(&self) {
        let mut bench = self.online(false);
        self.order(&mut bench, 5);
        for (_, answer) in &self.talk {
            bench.say(answer);
        }
        // Where an acknowledgement names nothing, an old one may end the order; it never proves it.
        assert!(!self.taken.is_empty() || bench.progress == [(5, Progress::Sent)], "{:?}", bench.progress);
        assert!(!self.is_proved(&bench));
        self.finish(&mut bench, false);
        // At the latest the next poll tells what is so.
        Self::answer(&mut bench, &changed(&self.talk, &self.after), false, Duration::from_secs(12));
        assert!(self.is_proved(&bench));
    }

    fn a_refusal_is_a_refusal(&self) {
        let mut bench = self.online(false);
        self.order(&mut bench, 6);
        bench.say(&self.refusal);
        assert!(matches!(bench.progress.last(), Some((6, Progress::Refused(_)))), "{:?}", bench.progress);
        assert!(bench.is_online(), "a refusal is no fault of the link: {:?}", bench.health);
        Self::answer(&mut bench, &self.talk, false, Duration::from_secs(3));
        assert!(!self.is_proved(&bench));
    }

    fn changes_at_the_device_arrive(&self) {
        let mut bench = self.online(false);
        let (told, talk, property, value) = &self.outside;
        if told.is_empty() {
            Self::answer(&mut bench, &changed(&self.talk, talk), false, Duration::from_secs(40));
        } else {
            bench.say(told);
        }
        assert_eq!(bench.facts.get(*property), Some(&Some(value.clone())));
        assert!(bench.progress.is_empty());
    }

    fn silence_is_repeated_then_loses_the_link_and_all_is_read_again(&self) {
        let mut bench = self.online(false);
        bench.sent.clear();
        self.order(&mut bench, 7);
        bench.wait(Duration::from_secs(120));
        let lost = |health: &LinkHealth| matches!(health, LinkHealth::Lost { reason: Trouble::Silent, .. });
        assert!(bench.health.iter().any(lost), "{:?}", bench.health);
        assert!(bench.sent.contains(&self.order), "asked again before it was given up");
        assert_eq!(bench.progress.last(), Some(&(7, Progress::TimedOut)));
        assert_eq!((bench.disconnects, bench.connects), (1, 2));
        self.greet(&mut bench);
        assert!(!bench.is_online());
        let (_, talk, property, value) = &self.outside;
        Self::answer(&mut bench, &changed(&self.talk, talk), false, Duration::from_secs(4));
        assert!(bench.is_online(), "{:?}", bench.health);
        assert!(talk.is_empty() || bench.facts.get(*property) == Some(&Some(value.clone())), "everything is read again");
    }

    fn garbage_between_frames_does_no_harm(&self) {
        let mut bench = self.online(false);
        self.order(&mut bench, 8);
        bench.say(&self.garbage);
        assert!(bench.progress.iter().all(|(_, progress)| *progress == Progress::Sent), "{:?}", bench.progress);
        self.finish(&mut bench, false);
        assert!(self.is_proved(&bench));
        for _ in 0..300 {
            bench.say(&[0x13; 32]);
        }
        assert!(matches!(bench.machine.health(), LinkHealth::Lost { .. }), "endless noise: {:?}", bench.machine.health());
    }

    fn half_a_frame_does_not_survive_a_reconnect(&self) {
        let mut bench = self.online(false);
        let said = [self.taken.clone(), self.told.clone()].concat();
        bench.say(said.split_at(said.len() / 2).0);
        bench.machine.handle(bench.now, Input::Closed("cut".to_owned()));
        bench.drain();
        bench.wait(Duration::from_secs(3));
        self.greet(&mut bench);
        Self::answer(&mut bench, &self.talk, false, Duration::from_secs(4));
        assert!(bench.is_online(), "{:?}", bench.health);
    }
}
