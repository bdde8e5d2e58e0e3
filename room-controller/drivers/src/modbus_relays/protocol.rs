//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Form, Frame, Framer, Request, Side, unpack};
use super::interlock::Outlet;

/// Any answer; boards answer within 100 ms, gateways within half a second.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Poll of the outlets: they have buttons.
const POLL_OUTLETS: Duration = Duration::from_secs(2);
/// Poll of the contacts.
const POLL_INPUTS: Duration = Duration::from_secs(1);
/// 3.5 characters at 9600 bits a second.
const SILENCE: Duration = Duration::from_millis(5);

/// Where a board keeps its outlets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Coils.
    Coils,
    /// Holding registers, with the values for on and off.
    Registers {
        /// On.
        on: u16,
        /// Off.
        off: u16,
    },
}

/// What can be asked of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Read all outlets.
    Outlets,
    /// Read all contacts.
    Inputs,
    /// Switch one.
    Set(u16, bool),
}

/// Modbus towards one relay board.
#[derive(Debug)]
pub struct Relays {
    form: Form,
    unit: u8,
    space: Space,
    first: u16,
    inputs: u16,
    pub(crate) outlets: Vec<Outlet>,
    framer: Framer,
    transaction: u16,
}

impl Relays {
    /// A board of that unit address.
    #[must_use]
    pub const fn new(form: Form, unit: u8, space: Space, first: u16, inputs: u16, outlets: Vec<Outlet>) -> Self {
        Self { form, unit, space, first, inputs, outlets, framer: Framer::new(form, Side::Station, unit), transaction: 0 }
    }

    /// Contacts there are.
    pub(crate) const fn inputs(&self) -> u16 {
        self.inputs
    }

    fn highest(&self) -> u16 {
        self.outlets.iter().map(|outlet| outlet.number).max().unwrap_or(1)
    }

    fn request(&self, ask: &Ask) -> Request {
        let at = |outlet: u16| self.first.saturating_add(outlet.saturating_sub(1));
        match (ask, self.space) {
            (Ask::Outlets, Space::Coils) => Request::ReadCoils(self.first, self.highest()),
            (Ask::Outlets, Space::Registers { .. }) => Request::ReadRegisters(self.first, self.highest()),
            (Ask::Inputs, _) => Request::ReadInputs(0, self.inputs),
            (Ask::Set(outlet, on), Space::Coils) => Request::WriteCoil(at(*outlet), *on),
            (Ask::Set(outlet, true), Space::Registers { on, .. }) => Request::WriteRegister(at(*outlet), on),
            (Ask::Set(outlet, false), Space::Registers { off, .. }) => Request::WriteRegister(at(*outlet), off),
        }
    }

    fn outlet_facts(&self, states: &[Option<bool>]) -> Vec<Fact> {
        let fact = |outlet: &Outlet| {
            let state = states.get(usize::from(outlet.number.saturating_sub(1))).copied().flatten();
            Fact { property: format!("outlet.{}", outlet.number).into(), value: state.map(Value::Bool) }
        };
        self.outlets.iter().map(fact).collect()
    }

    fn judge(&self, request: &Request, payload: &[u8]) -> Read {
        let packed = |count: u16, bytes: &[u8]| {
            let count = usize::from(count);
            (bytes.len() == count.div_ceil(8)).then(|| unpack(bytes, count))
        };
        match (request, payload) {
            (Request::ReadCoils(_, count), [0x01, _, bytes @ ..]) => packed(*count, bytes)
                .map_or(Read::NotMine, |states| Read::Facts(self.outlet_facts(&states.into_iter().map(Some).collect::<Vec<_>>()))),
            (Request::ReadInputs(_, count), [0x02, _, bytes @ ..]) => packed(*count, bytes).map_or(Read::NotMine, |states| {
                let fact = |(index, on)| Fact { property: format!("input.{}", index + 1).into(), value: Some(Value::Bool(on)) };
                Read::Facts(states.into_iter().enumerate().map(fact).collect())
            }),
            (Request::ReadRegisters(_, count), [0x03, _, bytes @ ..]) if bytes.len() == usize::from(*count) * 2 => {
                let state = |word: &[u8]| match (self.space, word) {
                    (Space::Registers { on, .. }, word) if word == on.to_be_bytes() => Some(true),
                    (Space::Registers { off, .. }, word) if word == off.to_be_bytes() => Some(false),
                    (Space::Registers { .. } | Space::Coils, _) => None,
                };
                Read::Facts(self.outlet_facts(&bytes.chunks(2).map(state).collect::<Vec<_>>()))
            }
            // A write is answered by its own words.
            (Request::WriteCoil(..) | Request::WriteRegister(..), reply) if reply == request.pdu() => Read::Facts(Vec::new()),
            _ => Read::NotMine,
        }
    }
}

const fn why(exception: u8) -> No {
    match exception {
        0x01 => No::Unsupported,
        0x02 | 0x03 => No::BadParameter,
        0x05 | 0x06 => No::Busy,
        0x0A | 0x0B => No::NotNow,
        _ => No::Fault,
    }
}

impl Protocol for Relays {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        if self.inputs > 0 { vec![Ask::Outlets, Ask::Inputs] } else { vec![Ask::Outlets] }
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Outlets => Some(POLL_OUTLETS),
            Ask::Inputs => Some(POLL_INPUTS),
            Ask::Set(..) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let plain = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Outlets | Ask::Inputs => plain,
            Ask::Set(outlet, _) => plain.keyed(format!("outlet.{outlet}")),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let pdu = self.request(ask).pdu();
        match self.form {
            Form::Rtu => {
                // Whatever came before the question is no answer to it.
                self.framer.clear();
                (Frame { transaction: None, unit: self.unit, pdu }.encode(), None)
            }
            Form::Tcp => {
                self.transaction = self.transaction.wrapping_add(1);
                let frame = Frame { transaction: Some(self.transaction), unit: self.unit, pdu };
                (frame.encode(), Some(self.transaction.into()))
            }
        }
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (frames, dropped) = self.framer.feed(bytes);
        let noise = (dropped > 0).then_some(Heard::Noise(dropped));
        let answer = |frame: Frame| Heard::Answer { seq: frame.transaction.map(u32::from), payload: frame.pdu };
        noise.into_iter().chain(frames.into_iter().map(answer)).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let request = self.request(ask);
        let function = request.pdu().first().copied().unwrap_or_default();
        match payload {
            [refused, exception] if *refused == function | 0x80 => Read::No(why(*exception)),
            _ => self.judge(&request, payload),
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Outlets => self.outlet_facts(&[]),
            Ask::Inputs => (1..=self.inputs).map(|input| Fact { property: format!("input.{input}").into(), value: None }).collect(),
            Ask::Set(..) => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Set(..) => vec![Ask::Outlets],
            Ask::Outlets | Ask::Inputs => Vec::new(),
        }
    }

    fn gap(&self) -> Duration {
        match self.form {
            Form::Rtu => SILENCE,
            Form::Tcp => Duration::ZERO,
        }
    }
}
