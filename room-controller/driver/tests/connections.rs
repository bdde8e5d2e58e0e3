//! A session that outlives its connections.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use room_driver::{Fact, Heard, Input, Lane, LinkHealth, Machine, Manner, Output, Progress, Protocol, Read, Retry, Trouble};

/// Says `ask` and hears `yes`, `end` (yes, and the connection ends), `again` (say it again).
#[derive(Debug, Default)]
struct Toy {
    is_ready: bool,
    afresh: u32,
}

impl Protocol for Toy {
    type Ask = &'static str;

    fn open(&mut self) -> Vec<u8> {
        self.is_ready = false;
        b"hello".to_vec()
    }

    fn is_ready(&self) -> bool {
        self.is_ready
    }

    fn polls(&self) -> Vec<&'static str> {
        vec!["poll"]
    }

    fn period(&self, _ask: &&'static str) -> Option<Duration> {
        Some(Duration::from_secs(5))
    }

    fn manner(&self, ask: &&'static str) -> Manner {
        let retry = if *ask == "once" { Retry::Once } else { Retry::Idempotent };
        Manner { retry, ..Manner::answered(Duration::from_secs(1)) }
    }

    fn encode(&mut self, ask: &&'static str) -> (Vec<u8>, Option<u32>) {
        (ask.as_bytes().to_vec(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let answer = || Heard::Answer { seq: None, payload: Vec::new() };
        match bytes {
            b"go on" => vec![Heard::Ends, Heard::Say(b"name".to_vec())],
            b"welcome" => {
                self.is_ready = true;
                vec![Heard::Ready]
            }
            b"end" => vec![Heard::Ends, answer()],
            b"again" => vec![Heard::Say(b"again so".to_vec())],
            _ => vec![answer()],
        }
    }

    fn read(&mut self, _ask: &&'static str, _payload: &[u8]) -> Read {
        Read::Facts(Vec::<Fact>::new())
    }

    fn outlives_connections(&self) -> bool {
        true
    }

    fn connected_again(&mut self) {
        self.afresh += 1;
    }
}

fn outputs(machine: &mut Machine<Toy>) -> Vec<Output> {
    std::iter::from_fn(|| machine.poll()).filter(|output| !matches!(output, Output::Health(_) | Output::Report { .. })).collect()
}

fn send(text: &str) -> Output {
    Output::Send(text.as_bytes().to_vec())
}

fn progress(id: u64, progress: Progress) -> Output {
    Output::Progress { id, progress }
}

const NOW: Duration = Duration::from_secs(1);

fn online() -> Machine<Toy> {
    let mut machine = Machine::new(Toy::default(), 1);
    machine.handle(NOW, Input::Connected);
    machine.handle(NOW, Input::Bytes(b"welcome"));
    machine.handle(NOW, Input::Bytes(b"yes"));
    assert_eq!(outputs(&mut machine), [Output::Connect, send("hello"), send("poll")]);
    assert_eq!(*machine.health(), LinkHealth::Online);
    machine
}

#[test]
fn the_opening_goes_on_over_another_connection() {
    let mut machine = Machine::new(Toy::default(), 1);
    machine.handle(NOW, Input::Connected);
    machine.handle(NOW, Input::Bytes(b"go on"));
    assert_eq!(outputs(&mut machine), [Output::Connect, send("hello"), Output::Disconnect, Output::Connect]);
    machine.handle(NOW, Input::Connected);
    assert_eq!(outputs(&mut machine), [send("name")]);
    assert_eq!(machine.protocol().afresh, 1);
}

#[test]
fn an_idle_end_is_no_loss_and_the_next_request_connects() {
    let mut machine = online();
    machine.handle(NOW, Input::Closed("idle".to_owned()));
    assert_eq!(outputs(&mut machine), [Output::Disconnect]);
    machine.ask(NOW, 7, Lane::Operator, "once").unwrap();
    assert_eq!(outputs(&mut machine), [Output::Connect]);
    assert_eq!(machine.deadline(), None, "it waits for the connection");
    machine.handle(NOW, Input::Connected);
    machine.handle(NOW, Input::Bytes(b"end"));
    assert_eq!(outputs(&mut machine), [send("once"), progress(7, Progress::Sent), Output::Disconnect, progress(7, Progress::Done)]);
    assert_eq!(*machine.health(), LinkHealth::Online);
    // Nobody is there any more: that is a loss.
    machine.ask(NOW, 8, Lane::Operator, "twice").unwrap();
    machine.handle(NOW, Input::Failed("refused".to_owned()));
    assert_eq!(outputs(&mut machine), [Output::Connect, progress(8, Progress::TimedOut)]);
    assert!(matches!(machine.health(), LinkHealth::Lost { reason: Trouble::Unreachable(_), .. }));
}

#[test]
fn a_request_that_met_the_end_is_repeated_only_where_that_does_no_harm() {
    let mut machine = online();
    machine.ask(NOW, 7, Lane::Operator, "twice").unwrap();
    machine.handle(NOW, Input::Closed("idle".to_owned()));
    machine.handle(NOW, Input::Connected);
    assert_eq!(outputs(&mut machine), [send("twice"), progress(7, Progress::Sent), Output::Disconnect, Output::Connect, send("twice")]);
    machine.handle(NOW, Input::Bytes(b"yes"));
    machine.ask(NOW, 8, Lane::Operator, "once").unwrap();
    machine.handle(NOW, Input::Closed("idle".to_owned()));
    let last =
        [progress(7, Progress::Done), send("once"), progress(8, Progress::Sent), Output::Disconnect, progress(8, Progress::TimedOut)];
    assert_eq!(outputs(&mut machine), last);
    assert_eq!(*machine.health(), LinkHealth::Online);
}

#[test]
fn a_device_that_ends_every_connection_over_a_request_is_lost() {
    let mut machine = online();
    machine.ask(NOW, 7, Lane::Operator, "twice").unwrap();
    for _ in 0..3 {
        machine.handle(NOW, Input::Closed("no".to_owned()));
        machine.handle(NOW, Input::Connected);
    }
    assert!(matches!(machine.health(), LinkHealth::Lost { reason: Trouble::Closed(_), .. }));
    assert_eq!(outputs(&mut machine).last(), Some(&progress(7, Progress::TimedOut)));
}

#[test]
fn an_overdue_reply_ends_its_connection() {
    let mut machine = online();
    machine.ask(NOW, 7, Lane::Operator, "twice").unwrap();
    outputs(&mut machine);
    machine.handle(NOW * 2, Input::Tick);
    assert_eq!(outputs(&mut machine), [Output::Disconnect]);
    machine.handle(NOW * 3, Input::Tick);
    machine.handle(NOW * 3, Input::Connected);
    assert_eq!(outputs(&mut machine), [Output::Connect, send("twice")]);
}

#[test]
fn a_request_can_be_said_again_in_other_words() {
    let mut machine = online();
    machine.ask(NOW, 7, Lane::Operator, "twice").unwrap();
    machine.handle(NOW, Input::Bytes(b"again"));
    machine.handle(NOW, Input::Bytes(b"yes"));
    assert_eq!(outputs(&mut machine), [send("twice"), progress(7, Progress::Sent), send("again so"), progress(7, Progress::Done)]);
}
