//! A relay board that speaks Modbus RTU or TCP.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::modbus_relays::{Form, Frame, Framer, Request, Settings, Side, Space};
use room_drivers::{Line, SettingsError};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// From the last byte of a request to the answer.
const ANSWER: Duration = Duration::from_millis(20);
/// Exceptions.
const ILLEGAL_FUNCTION: u8 = 0x01;
const ILLEGAL_ADDRESS: u8 = 0x02;
const ILLEGAL_VALUE: u8 = 0x03;
const BUSY: u8 = 0x06;
/// Switches kept for a look; a sequence has at most 120 steps.
const MAX_LOG: usize = 512;

/// See the module.
#[derive(Debug)]
pub struct RelayBoard {
    framer: Framer,
    unit: u8,
    space: Space,
    first: u16,
    relays: Vec<bool>,
    contacts: Vec<bool>,
    /// Relays whose contacts are welded or whose coil is burnt: they answer and do not switch.
    stuck: Vec<u16>,
    /// Relays come back as they were after a power cut; otherwise all off.
    pub keeps_state: bool,
    misbehave: Misbehave,
    /// When which relay was switched to what, from 1.
    log: Vec<(Duration, u16, bool)>,
    requests: u64,
}

impl RelayBoard {
    /// The board that a driver with those settings expects, everything off.
    ///
    /// # Errors
    /// When the settings contradict themselves.
    pub fn of(settings: &Settings, line: Line) -> Result<Self, SettingsError> {
        let form = match line {
            Line::Tcp | Line::Udp => Form::Tcp,
            Line::Serial => Form::Rtu,
        };
        let relays = settings.outlets()?.iter().map(|outlet| outlet.number).max().unwrap_or(1);
        Ok(Self {
            framer: Framer::new(form, Side::Master, settings.unit),
            unit: settings.unit,
            space: settings.space(),
            first: settings.first,
            relays: vec![false; usize::from(relays)],
            contacts: vec![false; usize::from(settings.inputs)],
            stuck: Vec::new(),
            keeps_state: false,
            misbehave: Misbehave::None,
            log: Vec::new(),
            requests: 0,
        })
    }

    /// A hand on the front panel.
    pub fn press(&mut self, now: Duration, relay: u16, on: bool) {
        self.switch(now, relay, on);
    }

    /// A dry contact closes or opens, from 1.
    pub fn contact(&mut self, contact: u16, closed: bool) {
        if let Some(state) = contact.checked_sub(1).and_then(|index| self.contacts.get_mut(usize::from(index))) {
            *state = closed;
        }
    }

    /// A relay's contacts weld: it answers and does not switch.
    pub fn weld(&mut self, relay: u16) {
        self.stuck.push(relay);
    }

    /// When which relay was switched to what.
    #[must_use]
    pub fn log(&self) -> &[(Duration, u16, bool)] {
        &self.log
    }

    fn switch(&mut self, now: Duration, relay: u16, on: bool) {
        if self.stuck.contains(&relay) {
            return;
        }
        let Some(state) = relay.checked_sub(1).and_then(|index| self.relays.get_mut(usize::from(index))) else { return };
        if *state != on && self.log.len() < MAX_LOG {
            self.log.push((now, relay, on));
        }
        *state = on;
    }

    /// Relays of a range of addresses, as numbers from 1.
    fn range(&self, at: u16, count: u16) -> Result<std::ops::RangeInclusive<u16>, u8> {
        let from = at.checked_sub(self.first).ok_or(ILLEGAL_ADDRESS)?.checked_add(1).ok_or(ILLEGAL_ADDRESS)?;
        let to = from.checked_add(count.saturating_sub(1)).ok_or(ILLEGAL_ADDRESS)?;
        if usize::from(to) <= self.relays.len() { Ok(from..=to) } else { Err(ILLEGAL_ADDRESS) }
    }

    fn states(&self, range: std::ops::RangeInclusive<u16>) -> Vec<bool> {
        range.map(|relay| self.relays.get(usize::from(relay) - 1).copied().unwrap_or_default()).collect()
    }

    fn act(&mut self, now: Duration, request: &Request) -> Result<Vec<u8>, u8> {
        let bits = |function: u8, states: &[bool]| {
            let packed: Vec<u8> =
                states.chunks(8).map(|eight| eight.iter().rev().fold(0, |byte, on| (byte << 1) | u8::from(*on))).collect();
            [&[function, u8::try_from(packed.len()).unwrap_or(u8::MAX)][..], &packed].concat()
        };
        let writes = matches!(request, Request::WriteCoil(..) | Request::WriteRegister(..) | Request::WriteCoils(..));
        if writes && self.misbehave == Misbehave::Refuse {
            return Err(BUSY);
        }
        match (request, self.space) {
            (Request::ReadCoils(at, count), Space::Coils) => Ok(bits(0x01, &self.states(self.range(*at, *count)?))),
            (Request::ReadInputs(at, count), _) => {
                let wanted = usize::from(*at)..usize::from(*at) + usize::from(*count);
                self.contacts.get(wanted).map(|states| bits(0x02, states)).ok_or(ILLEGAL_ADDRESS)
            }
            (Request::WriteCoil(at, state), Space::Coils) => {
                for relay in self.range(*at, 1)? {
                    self.switch(now, relay, *state);
                }
                Ok(request.pdu())
            }
            (Request::WriteCoils(at, states), Space::Coils) => {
                let range = self.range(*at, u16::try_from(states.len()).map_err(|_| ILLEGAL_VALUE)?)?;
                for (relay, state) in range.zip(states) {
                    self.switch(now, relay, *state);
                }
                Ok(request.pdu().get(..5).unwrap_or_default().to_vec())
            }
            (Request::ReadRegisters(at, count), Space::Registers { on, off }) => {
                let words = self.states(self.range(*at, *count)?).into_iter().map(|state| if state { on } else { off });
                let words: Vec<u8> = words.flat_map(u16::to_be_bytes).collect();
                Ok([&[0x03, u8::try_from(words.len()).unwrap_or(u8::MAX)][..], &words].concat())
            }
            (Request::WriteRegister(at, value), Space::Registers { on, off }) => {
                if *value != on && *value != off {
                    return Err(ILLEGAL_VALUE);
                }
                for relay in self.range(*at, 1)? {
                    self.switch(now, relay, *value == on);
                }
                Ok(request.pdu())
            }
            _ => Err(ILLEGAL_FUNCTION),
        }
    }

    fn answer(&mut self, now: Duration, frame: &Frame) -> Vec<u8> {
        self.requests += 1;
        let function = frame.pdu.first().copied().unwrap_or_default();
        let said = Request::parse(&frame.pdu).and_then(|request| self.act(now, &request));
        let mut pdu = said.unwrap_or_else(|exception| vec![function | 0x80, exception]);
        let mut transaction = frame.transaction;
        if self.misbehave == Misbehave::WrongSequence {
            // On TCP the wrong number, on a line the answer to something else.
            match &mut transaction {
                Some(number) => *number = number.wrapping_add(100),
                None => pdu = vec![0x06, 0x12, 0x34, 0x00, 0x01],
            }
        }
        Frame { transaction, unit: self.unit, pdu }.encode()
    }
}

impl SimDevice for RelayBoard {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let (frames, _) = self.framer.feed(bytes);
        frames.iter().map(|frame| (now + ANSWER, self.answer(now, frame))).collect()
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        let numbered = |states: &[bool]| -> BTreeMap<String, bool> {
            states.iter().enumerate().map(|(index, on)| ((index + 1).to_string(), *on)).collect()
        };
        let log: Vec<_> = self.log.iter().map(|(at, relay, on)| json!({ "ms": at.as_millis(), "relay": relay, "on": on })).collect();
        json!({
            "outlets": numbered(&self.relays), "inputs": numbered(&self.contacts), "stuck": self.stuck,
            "switched": log, "requests": self.requests, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        self.framer.clear();
        if !self.keeps_state {
            self.relays.fill(false);
        }
    }
}
