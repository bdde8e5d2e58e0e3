//! A NovaStar sending card with receiving cards behind it.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::novastar::{Ack, Card, Frame, Framer, Kind, Side, register};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// From request to reply.
const ANSWER: Duration = Duration::from_millis(15);
/// From request to "the card does not answer".
const CARD_TIMEOUT: Duration = Duration::from_millis(300);
/// Bytes of monitoring data.
const MONITOR: u16 = 0x100;

/// What a receiving card keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    /// Brightness and four colours.
    brightness: [u8; 5],
    /// Kill, self-test, lock.
    screen: [u8; 3],
}

const FRESH: State = State { brightness: [0xFF; 5], screen: [0; 3] };

#[derive(Debug)]
struct Receiver {
    card: Card,
    state: State,
    /// Brightness as it comes back after a power cut.
    flash: [u8; 5],
    there: bool,
}

/// See the module.
#[derive(Debug)]
pub struct SendingCard {
    framer: Framer,
    receivers: Vec<Receiver>,
    /// Mode and input; `None`: a model without these registers.
    input: Option<[u8; 2]>,
    signal: bool,
    saves: u64,
    requests: u64,
    misbehave: Misbehave,
}

impl SendingCard {
    /// With those receiving cards, at full brightness.
    #[must_use]
    pub fn new(cards: &[Card]) -> Self {
        let receiver = |card: &Card| Receiver { card: *card, state: FRESH, flash: FRESH.brightness, there: true };
        Self {
            framer: Framer::new(Side::Computer),
            receivers: cards.iter().map(receiver).collect(),
            input: Some([0x5A, 0x58]),
            signal: true,
            saves: 0,
            requests: 0,
            misbehave: Misbehave::None,
        }
    }

    /// A model without a choice of inputs.
    #[must_use]
    pub fn without_inputs(self) -> Self {
        Self { input: None, ..self }
    }

    /// A receiving card loses its cable, or gets it back; from 0.
    pub fn plug(&mut self, receiver: usize, there: bool) {
        if let Some(receiver) = self.receivers.get_mut(receiver) {
            receiver.there = there;
        }
    }

    /// Somebody sets one card's brightness with the maker's software.
    pub fn set_brightness(&mut self, receiver: usize, raw: u8) {
        if let Some([brightness, ..]) = self.receivers.get_mut(receiver).map(|receiver| &mut receiver.state.brightness) {
            *brightness = raw;
        }
    }

    fn write(state: &mut State, flash: &mut [u8; 5], at: u32, data: &[u8]) -> Result<(), Ack> {
        for (offset, byte) in (0..).zip(data) {
            let register = at.saturating_add(offset);
            let place = |base: u32| usize::try_from(register.wrapping_sub(base)).unwrap_or(usize::MAX);
            if register == register::SAVE {
                *flash = state.brightness;
            } else if let Some(place) = state.brightness.get_mut(place(register::BRIGHTNESS)) {
                *place = *byte;
            } else if let Some(place) = state.screen.get_mut(place(register::SCREEN)) {
                *place = *byte;
            } else {
                return Err(Ack::Invalid);
            }
        }
        Ok(())
    }

    fn receiver(&mut self, request: &Frame) -> (Ack, Vec<u8>) {
        let is_all = request.port == 0xFF && request.card == 0xFFFF;
        let is_named = |receiver: &Receiver| receiver.card == Card { port: request.port, card: request.card };
        if request.write {
            let mut named = 0;
            self.saves += u64::from(request.register == register::SAVE);
            for receiver in self.receivers.iter_mut().filter(|receiver| is_all || is_named(receiver)) {
                if !receiver.there {
                    continue;
                }
                named += 1;
                if let Err(ack) = Self::write(&mut receiver.state, &mut receiver.flash, request.register, &request.data) {
                    return (ack, Vec::new());
                }
            }
            // Whoever writes to all gets one acknowledgement, of the sending card.
            return (if is_all || named > 0 { Ack::Good } else { Ack::NoCard }, Vec::new());
        }
        let Some(receiver) = self.receivers.iter().find(|receiver| is_named(receiver) && receiver.there) else {
            return (Ack::NoCard, Vec::new());
        };
        let length = usize::from(request.length);
        let whole = match request.register {
            register::BRIGHTNESS => receiver.state.brightness.to_vec(),
            register::SCREEN => receiver.state.screen.to_vec(),
            register::MONITOR if request.length == MONITOR => {
                // 36.5 °C, 4.9 V, no monitor card.
                let mut bytes = vec![0; usize::from(MONITOR)];
                bytes.splice(..4, [0x80, 73, 0, 0x80 | 49]);
                bytes
            }
            _ => return (Ack::Invalid, Vec::new()),
        };
        whole.get(..length).map_or((Ack::Invalid, Vec::new()), |data| (Ack::Good, data.to_vec()))
    }

    fn sender(&mut self, request: &Frame) -> (Ack, Vec<u8>) {
        match (request.register, request.write, request.data.as_slice(), &mut self.input) {
            (register::MODEL, false, ..) => (Ack::Good, vec![0x01, 0x41]),
            (register::FIRMWARE, false, ..) => (Ack::Good, vec![4, 6, 1, 0]),
            (register::SIGNAL, false, ..) => (Ack::Good, vec![u8::from(self.signal)]),
            (register::INPUT, false, _, Some(input)) => (Ack::Good, input.to_vec()),
            (register::INPUT, true, [mode, code], Some(input)) => {
                *input = [*mode, *code];
                (Ack::Good, Vec::new())
            }
            _ => (Ack::Invalid, Vec::new()),
        }
    }

    fn reply(&mut self, now: Duration, request: &Frame) -> (Duration, Vec<u8>) {
        self.requests += 1;
        let (ack, data) = match request.kind {
            _ if self.misbehave == Misbehave::Refuse && request.write => (Ack::Invalid, Vec::new()),
            Kind::Sender => self.sender(request),
            Kind::Receiver => self.receiver(request),
            Kind::Function => (Ack::Invalid, Vec::new()),
        };
        let wrong = u8::from(self.misbehave == Misbehave::WrongSequence) * 7;
        let reply = Frame {
            ack,
            serial: request.serial.wrapping_add(wrong),
            source: request.destination,
            destination: request.source,
            length: u16::try_from(data.len()).unwrap_or_default(),
            data,
            ..request.clone()
        };
        let wait = if ack == Ack::NoCard { CARD_TIMEOUT } else { ANSWER };
        (now + wait, reply.encode(Side::Device))
    }
}

impl SimDevice for SendingCard {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let (frames, _) = self.framer.feed(bytes);
        frames.iter().map(|frame| self.reply(now, frame)).collect()
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        let state = |receiver: &Receiver| {
            let ([brightness, ..], [kill, test, lock]) = (receiver.state.brightness, receiver.state.screen);
            let flash = receiver.flash.first();
            json!({ "brightness": brightness, "black": kill == 0xFF, "test": test, "freeze": lock == 0xFF, "flash": flash, "there": receiver.there })
        };
        let cards: BTreeMap<String, serde_json::Value> =
            self.receivers.iter().enumerate().map(|(index, receiver)| ((index + 1).to_string(), state(receiver))).collect();
        json!({
            "cards": cards, "input": self.input, "signal": self.signal, "saves": self.saves, "requests": self.requests,
            "misbehave": self.misbehave,
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
        for receiver in &mut self.receivers {
            receiver.state = State { brightness: receiver.flash, ..FRESH };
        }
    }
}
