//! What a protocol tells the machine.

use std::borrow::Cow;
use std::time::Duration;

use room_api::{ReportSource, Value};

/// One property as the device reported it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Name in the declaration; of a family (`level.{channel}`) one member (`level.3`).
    pub property: Cow<'static, str>,
    /// `None`: it cannot be known (moved by hand, not told in standby).
    pub value: Option<Value>,
}

/// What came out of received bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// The greeting or reset is over; requests may be sent.
    Ready,
    /// The opening goes on with these bytes: the device asked for a name or a password. Later, in a session that outlives its connections: the
    /// request that waits is said again with these.
    Say(Vec<u8>),
    /// The password is wrong.
    LoginRefused,
    /// The device lost count of messages: open the session again on the same link.
    Restart,
    /// The session must be made afresh on another connection.
    Reconnect,
    /// The device ends this connection after this message; the session goes on over another ([`Protocol::outlives_connections`]).
    Ends,
    /// A command was taken.
    Ack {
        /// Where it executes; 0 when the device does not say.
        slot: u8,
        /// Number of the message it answers, on links that carry one.
        seq: Option<u32>,
    },
    /// A command is done.
    Done {
        /// As in [`Heard::Ack`].
        slot: u8,
        /// As in [`Heard::Ack`].
        seq: Option<u32>,
    },
    /// An answer to a question; [`Protocol::read`] knows what it says.
    Answer {
        /// As in [`Heard::Ack`].
        seq: Option<u32>,
        /// The answer's bytes.
        payload: Vec<u8>,
    },
    /// The device tells something by itself.
    Report(Vec<Fact>),
    /// A refusal.
    No {
        /// As in [`Heard::Ack`].
        slot: u8,
        /// As in [`Heard::Ack`].
        seq: Option<u32>,
        /// Why.
        why: No,
    },
    /// The line itself wants these bytes at once (telnet negotiation, acknowledgement of what was told); nothing is known by it.
    Reply(Vec<u8>),
    /// Bytes that mean nothing; that many.
    Noise(usize),
}

/// Why a device said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// It executes as much as it can: ask again a little later.
    Busy,
    /// Not in its present state (standby, warming up).
    NotNow,
    /// It does not know the command.
    Unsupported,
    /// It does not know the value.
    BadParameter,
    /// Another command took its place.
    Cancelled,
    /// It is broken.
    Fault,
}

/// What may be done when no reply comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Doing it twice is as good as once.
    Idempotent,
    /// Never twice.
    Once,
    /// A movement: worth nothing when late.
    Motion,
}

/// How a request is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// What may be done when no reply comes.
    pub retry: Retry,
    /// Time for the acknowledgement or the answer; zero when the device answers nothing: sent is done then, and what is asked after it is the proof.
    pub reply_within: Duration,
    /// Time from acknowledgement to completion; `None` when an answer ends the request.
    pub done_within: Option<Duration>,
    /// Of waiting requests with the same key only the latest is sent.
    pub key: Option<Cow<'static, str>>,
    /// Waiting movements become pointless.
    pub stops_moves: bool,
}

impl Manner {
    /// A question or an order that an answer within that time ends; it may be repeated.
    #[must_use]
    pub const fn answered(reply_within: Duration) -> Self {
        Self { retry: Retry::Idempotent, reply_within, done_within: None, key: None, stops_moves: false }
    }

    /// An order to which the device says nothing.
    #[must_use]
    pub const fn unanswered() -> Self {
        Self { retry: Retry::Once, reply_within: Duration::ZERO, done_within: None, key: None, stops_moves: false }
    }

    /// Of waiting requests with that key only the latest is sent.
    #[must_use]
    pub fn keyed(self, key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: Some(key.into()), ..self }
    }
}

/// What an answer says to the request that is waiting.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// These facts; empty for a plain yes.
    Facts(Vec<Fact>),
    /// No.
    No(No),
    /// It answers something else (a late reply) and is dropped.
    NotMine,
}

/// A device protocol: bytes to meaning and back, without time.
pub trait Protocol {
    /// What can be asked of the device.
    type Ask: Clone + PartialEq + core::fmt::Debug + Send;

    /// A connection was just made: forget the last one. The bytes open the session; empty when the device speaks first or nothing is needed.
    fn open(&mut self) -> Vec<u8>;
    /// The opening did not end in time: what is said then; nothing gives the link up.
    fn open_again(&mut self) -> Vec<u8> {
        self.open()
    }
    /// Whether requests may be sent.
    fn is_ready(&self) -> bool;
    /// Facts that hold for a fresh connection before anything was asked.
    fn at_open(&self) -> Vec<Fact> {
        Vec::new()
    }
    /// Sent before anything else after each connect, each with its delay from the connect.
    fn prelude(&self) -> Vec<(Self::Ask, Duration)> {
        Vec::new()
    }
    /// Everything that is read back after each connect and polled from then on.
    fn polls(&self) -> Vec<Self::Ask>;
    /// Time between two polls; `None` for what is asked once per connection.
    fn period(&self, ask: &Self::Ask) -> Option<Duration>;
    /// How a request is treated.
    fn manner(&self, ask: &Self::Ask) -> Manner;
    /// The bytes and, on links that carry one, the message's number.
    fn encode(&mut self, ask: &Self::Ask) -> (Vec<u8>, Option<u32>);
    /// Takes received bytes, in any portions.
    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard>;
    /// Judges an answer for the request that waits.
    fn read(&mut self, ask: &Self::Ask, payload: &[u8]) -> Read;
    /// A request was completed: what is known by that alone.
    fn done(&mut self, _ask: &Self::Ask) -> Vec<Fact> {
        Vec::new()
    }
    /// How [`Protocol::done`] knows: [`ReportSource::Echo`] where the device confirmed, [`ReportSource::Assumed`] where it tells nothing.
    fn told_by(&self, _ask: &Self::Ask) -> ReportSource {
        ReportSource::Echo
    }
    /// A question was refused: what is unknown by that.
    fn unknown(&self, _ask: &Self::Ask) -> Vec<Fact> {
        Vec::new()
    }
    /// Questions worth asking at once after a request is done.
    fn after(&self, _ask: &Self::Ask) -> Vec<Self::Ask> {
        Vec::new()
    }
    /// Questions worth asking at once after a request was taken and goes on: how far it is.
    fn meanwhile(&self, _ask: &Self::Ask) -> Vec<Self::Ask> {
        Vec::new()
    }
    /// No reply came in time from a device that says nothing when it refuses: the question that tells what became of the request. It takes the
    /// request's place. `None`: the silence is a miss.
    fn instead(&self, _ask: &Self::Ask) -> Option<Self::Ask> {
        None
    }
    /// The session outlives its connections, as with HTTP: an end between two messages is no loss, the next message makes another connection, and
    /// a connection whose reply is overdue is ended, because what came late on it would answer something else.
    fn outlives_connections(&self) -> bool {
        false
    }
    /// Another connection of the same session stands: half a message of the last one is worth nothing.
    fn connected_again(&mut self) {}
    /// What time it is, before anything is made of it: for protocols whose messages say the device's time.
    fn clock(&mut self, _now: Duration) {}
    /// Half a frame older than this is worth nothing; `None` where frames carry their own ends.
    fn frame_gap(&self) -> Option<Duration> {
        None
    }
    /// Forgets half a frame.
    fn forget_half(&mut self) {}
    /// Commands executing at once.
    fn capacity(&self) -> usize {
        1
    }
    /// Whether the device recognises a repeated message by its number.
    fn dedups(&self) -> bool {
        false
    }
    /// Least time between two messages.
    fn gap(&self) -> Duration {
        Duration::ZERO
    }
}
