//! Openings in which the device asks, requests nobody answers, and what is only assumed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use room_api::{ReportSource, Value};
use room_driver::{Fact, Heard, Input, Lane, LinkHealth, Machine, Manner, No, Output, Progress, Protocol, Read, Trouble};

#[derive(Debug, Clone, PartialEq)]
enum Ask {
    Order,
    Poll,
    WhatBecameOfIt,
}

/// Says `name` when asked `?`, is open at `ok`; blind when it answers nothing.
#[derive(Default)]
struct Toy {
    ready: bool,
    blind: bool,
    again: bool,
}

impl Protocol for Toy {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.ready = self.blind;
        Vec::new()
    }

    fn open_again(&mut self) -> Vec<u8> {
        if self.again { b"anybody".to_vec() } else { Vec::new() }
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn polls(&self) -> Vec<Ask> {
        if self.blind { Vec::new() } else { vec![Ask::Poll] }
    }

    fn period(&self, _ask: &Ask) -> Option<Duration> {
        None
    }

    fn manner(&self, ask: &Ask) -> Manner {
        if self.blind && *ask == Ask::Order { Manner::unanswered() } else { Manner::answered(Duration::from_secs(1)) }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        (format!("{ask:?}").into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        match bytes {
            b"?" => vec![Heard::Say(b"name".to_vec())],
            b"ok" => {
                self.ready = true;
                vec![Heard::Ready]
            }
            _ => vec![Heard::Answer { seq: None, payload: bytes.to_vec() }],
        }
    }

    fn read(&mut self, ask: &Ask, _payload: &[u8]) -> Read {
        if *ask == Ask::WhatBecameOfIt { Read::No(No::Unsupported) } else { Read::Facts(Vec::new()) }
    }

    fn done(&mut self, _ask: &Ask) -> Vec<Fact> {
        vec![Fact { property: "thing".into(), value: Some(Value::Bool(true)) }]
    }

    fn told_by(&self, _ask: &Ask) -> ReportSource {
        if self.blind { ReportSource::Assumed } else { ReportSource::Echo }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        (*ask == Ask::Order).then_some(Ask::WhatBecameOfIt)
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn outputs(machine: &mut Machine<Toy>) -> Vec<Output> {
    std::iter::from_fn(|| machine.poll()).collect()
}

fn sent(machine: &mut Machine<Toy>) -> Vec<Vec<u8>> {
    let sends = outputs(machine).into_iter().filter_map(|output| if let Output::Send(bytes) = output { Some(bytes) } else { None });
    sends.collect()
}

#[test]
fn what_the_device_asks_in_the_opening_is_answered_and_gives_it_time() {
    let mut machine = Machine::new(Toy::default(), 1);
    machine.handle(seconds(0), Input::Connected);
    machine.handle(seconds(4), Input::Bytes(b"?"));
    assert_eq!(sent(&mut machine), [b"name".to_vec()]);
    machine.handle(seconds(8), Input::Tick);
    assert_eq!(*machine.health(), LinkHealth::Authenticating);
    machine.handle(seconds(8), Input::Bytes(b"ok"));
    assert_eq!(*machine.health(), LinkHealth::Syncing);
    outputs(&mut machine);
    // Once it is open nothing more is said to such a question.
    machine.handle(seconds(8), Input::Bytes(b"?"));
    assert!(sent(&mut machine).is_empty());
}

#[test]
fn an_opening_that_does_not_end_is_tried_again_in_its_own_way_or_given_up() {
    let mut machine = Machine::new(Toy { again: true, ..Toy::default() }, 1);
    machine.handle(seconds(0), Input::Connected);
    machine.handle(seconds(5), Input::Tick);
    assert_eq!(sent(&mut machine), [b"anybody".to_vec()]);
    machine.handle(seconds(6), Input::Bytes(b"ok"));
    assert_eq!(*machine.health(), LinkHealth::Syncing);
    let mut machine = Machine::new(Toy::default(), 1);
    machine.handle(seconds(0), Input::Connected);
    machine.handle(seconds(5), Input::Tick);
    assert!(matches!(machine.health(), LinkHealth::Lost { reason: Trouble::Silent, .. }));
}

#[test]
fn an_order_nobody_answers_ends_by_the_question_asked_instead() {
    let mut machine = Machine::new(Toy::default(), 1);
    machine.handle(seconds(0), Input::Connected);
    machine.handle(seconds(0), Input::Bytes(b"ok"));
    machine.handle(seconds(0), Input::Bytes(b"answer"));
    assert_eq!(*machine.health(), LinkHealth::Online);
    machine.ask(seconds(0), 9, Lane::Operator, Ask::Order).unwrap();
    outputs(&mut machine);
    machine.handle(seconds(1), Input::Tick);
    assert_eq!(sent(&mut machine), [b"WhatBecameOfIt".to_vec()]);
    machine.handle(seconds(1), Input::Bytes(b"it is as it was"));
    assert!(outputs(&mut machine).contains(&Output::Progress { id: 9, progress: Progress::Refused(No::Unsupported) }));
    assert_eq!(*machine.health(), LinkHealth::Online);
}

#[test]
fn what_a_blind_device_was_told_is_assumed() {
    let mut machine = Machine::new(Toy { blind: true, ..Toy::default() }, 1);
    machine.handle(seconds(0), Input::Connected);
    machine.ask(seconds(0), 9, Lane::Operator, Ask::Order).unwrap();
    let is_assumed = |output: &Output| matches!(output, Output::Report { source: ReportSource::Assumed, .. });
    assert_eq!(outputs(&mut machine).iter().filter(|output| is_assumed(output)).count(), 1);
}
