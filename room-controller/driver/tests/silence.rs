//! A device that says nothing when it refuses, and frames without ends.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use room_driver::{Heard, Input, Lane, LinkHealth, Machine, Manner, No, Output, Progress, Protocol, Read};

/// `Order` is answered with `!` or not at all; `Poll` and `Look` with `0` or `1`. A frame is two bytes.
#[derive(Debug, Default)]
struct Mute {
    held: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
enum Ask {
    Poll,
    Order,
    Look,
    Blind,
    LookForBlind,
}

impl Protocol for Mute {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.held.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        vec![Ask::Poll, Ask::Blind]
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        (*ask == Ask::Poll).then_some(Duration::from_secs(10))
    }

    fn manner(&self, _ask: &Ask) -> Manner {
        Manner::answered(Duration::from_secs(1))
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let bytes: &[u8] = match ask {
            Ask::Poll => b"poll",
            Ask::Order => b"order",
            Ask::Look => b"look",
            Ask::Blind => b"blind",
            Ask::LookForBlind => b"blind?",
        };
        (bytes.to_vec(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        self.held.extend(bytes);
        let whole = self.held.len() / 2 * 2;
        let frames: Vec<u8> = self.held.drain(..whole).collect();
        frames.chunks(2).map(|frame| Heard::Answer { seq: None, payload: frame.to_vec() }).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        match (ask, payload) {
            (Ask::Order, b"!!") | (Ask::Poll | Ask::Look | Ask::LookForBlind, b"11") => Read::Facts(Vec::new()),
            (Ask::Look, b"00") => Read::No(No::NotNow),
            _ => Read::NotMine,
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            Ask::Order => Some(Ask::Look),
            Ask::Blind => Some(Ask::LookForBlind),
            Ask::Poll | Ask::Look | Ask::LookForBlind => None,
        }
    }

    fn frame_gap(&self) -> Option<Duration> {
        Some(Duration::from_millis(50))
    }

    fn forget_half(&mut self) {
        self.held.clear();
    }
}

struct Bench {
    machine: Machine<Mute>,
    now: Duration,
    sent: Vec<Vec<u8>>,
    progress: Vec<Progress>,
}

impl Bench {
    fn drain(&mut self) {
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Send(bytes) => self.sent.push(bytes),
                Output::Progress { progress, .. } => self.progress.push(progress),
                Output::Connect | Output::Disconnect | Output::Report { .. } | Output::Health(_) => {}
            }
        }
    }

    fn say(&mut self, bytes: &[u8]) {
        self.machine.handle(self.now, Input::Bytes(bytes));
        self.drain();
    }

    fn wait(&mut self, ms: u64) {
        self.now += Duration::from_millis(ms);
        self.machine.handle(self.now, Input::Tick);
        self.drain();
    }

    fn online() -> Self {
        let mut bench = Self { machine: Machine::new(Mute::default(), 1), now: Duration::ZERO, sent: Vec::new(), progress: Vec::new() };
        bench.machine.handle(bench.now, Input::Connected);
        bench.say(b"11");
        bench.wait(1_000);
        assert_eq!(bench.sent.last().unwrap(), b"blind?", "a poll without reply asks in its own place");
        bench.say(b"11");
        assert_eq!(*bench.machine.health(), LinkHealth::Online);
        bench.sent.clear();
        bench
    }

    fn order(&mut self) {
        self.machine.ask(self.now, 9, Lane::Operator, Ask::Order).unwrap();
        self.drain();
    }
}

#[test]
fn silence_after_an_order_asks_and_the_answer_is_the_verdict() {
    for (answer, end) in [(b"11", Progress::Done), (b"00", Progress::Refused(No::NotNow))] {
        let mut bench = Bench::online();
        bench.order();
        bench.wait(1_000);
        assert_eq!(bench.sent, [b"order".to_vec(), b"look".to_vec()]);
        bench.say(answer);
        assert_eq!(bench.progress, [Progress::Sent, end]);
        assert_eq!(*bench.machine.health(), LinkHealth::Online, "a refusal is no fault of the link");
    }
}

#[test]
fn many_refusals_in_a_row_lose_no_link_but_unanswered_questions_do() {
    let mut bench = Bench::online();
    for _ in 0..5 {
        bench.order();
        bench.wait(1_000);
        bench.say(b"00");
    }
    assert_eq!(*bench.machine.health(), LinkHealth::Online);
    bench.order();
    for _ in 0..40 {
        if !matches!(bench.machine.health(), LinkHealth::Lost { .. }) {
            bench.wait(250);
        }
    }
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { .. }));
    assert_eq!(bench.progress.last(), Some(&Progress::TimedOut));
}

#[test]
fn half_a_frame_is_forgotten_after_the_gap_and_kept_within() {
    let mut bench = Bench::online();
    bench.order();
    bench.say(b"!");
    bench.wait(40);
    bench.say(b"!");
    assert_eq!(bench.progress.last(), Some(&Progress::Done));
    bench.order();
    bench.say(b"?");
    bench.wait(60);
    bench.say(b"!!");
    assert_eq!(bench.progress.last(), Some(&Progress::Done));
}
