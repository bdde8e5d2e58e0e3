//! What a device wants said in between: the next word of a greeting, an acknowledgement of what it told by itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use room_driver::{Heard, Input, Lane, LinkHealth, Machine, Manner, Output, Progress, Protocol, Read};

/// `n` asks for a name, `r` is ready, `i` must be acknowledged with `a`, `y` answers.
#[derive(Debug, Default)]
struct Talkative {
    ready: bool,
}

impl Protocol for Talkative {
    type Ask = ();

    fn open(&mut self) -> Vec<u8> {
        self.ready = false;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn polls(&self) -> Vec<()> {
        vec![()]
    }

    fn period(&self, (): &()) -> Option<Duration> {
        None
    }

    fn manner(&self, (): &()) -> Manner {
        Manner::answered(Duration::from_secs(1))
    }

    fn encode(&mut self, (): &()) -> (Vec<u8>, Option<u32>) {
        (b"q".to_vec(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let one = |byte: &u8| match byte {
            b'n' => Heard::Say(b"name".to_vec()),
            b'r' => {
                self.ready = true;
                Heard::Ready
            }
            b'i' => Heard::Reply(b"a".to_vec()),
            b'y' => Heard::Answer { seq: None, payload: Vec::new() },
            _ => Heard::Noise(1),
        };
        bytes.iter().map(one).collect()
    }

    fn read(&mut self, (): &(), _payload: &[u8]) -> Read {
        Read::Facts(Vec::new())
    }
}

fn sent(machine: &mut Machine<Talkative>) -> Vec<Vec<u8>> {
    let mut sent = Vec::new();
    while let Some(output) = machine.poll() {
        if let Output::Send(bytes) = output {
            sent.push(bytes);
        }
    }
    sent
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn an_opening_goes_on_and_has_its_time_from_then_on() {
    let mut machine = Machine::new(Talkative::default(), 1);
    machine.handle(at(0), Input::Connected);
    machine.handle(at(4), Input::Bytes(b"n"));
    assert_eq!(sent(&mut machine), [b"name".to_vec()]);
    machine.handle(at(8), Input::Tick);
    assert_eq!(*machine.health(), LinkHealth::Authenticating);
    machine.handle(at(9), Input::Tick);
    assert!(matches!(machine.health(), LinkHealth::Lost { .. }));
}

#[test]
fn an_acknowledgement_goes_out_in_between_and_answers_nothing() {
    let mut machine = Machine::new(Talkative::default(), 1);
    machine.handle(at(0), Input::Connected);
    machine.handle(at(0), Input::Bytes(b"r"));
    machine.handle(at(0), Input::Bytes(b"y"));
    assert_eq!(*machine.health(), LinkHealth::Online);
    sent(&mut machine);
    machine.ask(at(1), 7, Lane::Operator, ()).unwrap();
    machine.handle(at(1), Input::Bytes(b"i"));
    assert_eq!(sent(&mut machine), [b"q".to_vec(), b"a".to_vec()]);
    machine.handle(at(1), Input::Bytes(b"iy"));
    let mut done = Vec::new();
    while let Some(output) = machine.poll() {
        done.push(output);
    }
    assert_eq!(done, [Output::Send(b"a".to_vec()), Output::Progress { id: 7, progress: Progress::Done }]);
}
