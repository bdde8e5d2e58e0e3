//! What a protocol tells the machine.

use std::time::Duration;

use room_api::Value;

/// One property as the device reported it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Name in the declaration.
    pub property: &'static str,
    /// `None`: it cannot be known (moved by hand, not told in standby).
    pub value: Option<Value>,
}

/// What came out of received bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The greeting or reset is over; requests may be sent.
    Ready,
    /// The password is wrong.
    LoginRefused,
    /// The device lost count of messages: open the session again on the same link.
    Restart,
    /// The session must be made afresh on another connection.
    Reconnect,
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
    /// A refusal.
    No {
        /// As in [`Heard::Ack`].
        slot: u8,
        /// As in [`Heard::Ack`].
        seq: Option<u32>,
        /// Why.
        why: No,
    },
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// What may be done when no reply comes.
    pub retry: Retry,
    /// Time for the acknowledgement or the answer.
    pub reply_within: Duration,
    /// Time from acknowledgement to completion; `None` when an answer ends the request.
    pub done_within: Option<Duration>,
    /// Of waiting requests with the same key only the latest is sent.
    pub key: Option<&'static str>,
    /// Waiting movements become pointless.
    pub stops_moves: bool,
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
    /// Whether requests may be sent.
    fn is_ready(&self) -> bool;
    /// Facts that hold for a fresh connection before anything was asked.
    fn at_open(&self) -> Vec<Fact>;
    /// Sent before anything else after each connect, each with its delay from the connect.
    fn prelude(&self) -> Vec<(Self::Ask, Duration)>;
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
    fn done(&mut self, ask: &Self::Ask) -> Vec<Fact>;
    /// A question was refused: what is unknown by that.
    fn unknown(&self, ask: &Self::Ask) -> Vec<Fact>;
    /// Questions worth asking at once after a request is done.
    fn after(&self, ask: &Self::Ask) -> Vec<Self::Ask>;
    /// Commands executing at once.
    fn capacity(&self) -> usize;
    /// Whether the device recognises a repeated message by its number.
    fn dedups(&self) -> bool;
}
