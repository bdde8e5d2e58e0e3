//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Framer, Reply, command, inquiry, nibbles, reply_of, signed_nibbles, value_of_nibbles};
use super::envelope::{Envelope, EnvelopeKind, RESET, SEQUENCE_ABNORMAL};

/// Acknowledgement on a serial line.
const ACK_SERIAL: Duration = Duration::from_millis(500);
/// Acknowledgement on a network.
const ACK_IP: Duration = Duration::from_secs(1);
/// Completion of a preset or an absolute move.
const DONE_MOVE: Duration = Duration::from_secs(15);
/// Completion of power-on.
const DONE_POWER: Duration = Duration::from_secs(60);
/// Completion of anything else.
const DONE_OTHER: Duration = Duration::from_secs(2);
/// The second stop after a connect comes this much after the first (fact sheet §1).
const SECOND_STOP: Duration = Duration::from_millis(50);
/// Commands executing at once: two sockets.
const SOCKETS: usize = 2;
/// Fastest pan, tilt and zoom.
const MAX_PAN: u8 = 0x18;
const MAX_TILT: u8 = 0x14;
const MAX_ZOOM: u8 = 7;
/// Speed of absolute moves: three quarters, quick without overshoot.
const MOVE_PAN: u8 = 0x12;
const MOVE_TILT: u8 = 0x0F;
/// Steps by which a resting camera may differ from where it stopped.
const TOLERANCE: i32 = 8;

/// How frames travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A serial line; the camera's address on it, 1 to 7.
    Serial {
        /// 1 to 7.
        address: u8,
    },
    /// TCP without any header.
    Tcp,
    /// UDP with the 8-byte header.
    OverIp,
}

/// Focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusMode {
    /// 02
    Auto,
    /// 03
    Manual,
}

/// What can be asked of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Power.
    SetPower(bool),
    /// Drive until stopped; signed speeds, right and up positive.
    Drive(i8, i8),
    /// Stop pan and tilt.
    StopDrive,
    /// Zoom until stopped; tele positive, 1 to 8 in size.
    Zoom(i8),
    /// Stop the zoom.
    StopZoom,
    /// Zoom to a place, 0 to 0x4000.
    ZoomTo(u16),
    /// Focus mode.
    Focus(FocusMode),
    /// Go to pan, tilt in steps.
    MoveTo(i16, i16),
    /// Go home.
    Home,
    /// Go to a preset.
    Recall(u8),
    /// Keep the present place as a preset.
    Keep(u8),
    /// Ask power.
    AskPower,
    /// Ask pan and tilt.
    AskPosition,
    /// Ask zoom.
    AskZoom,
    /// Ask focus mode.
    AskFocus,
}

/// VISCA towards one camera.
#[derive(Debug)]
pub struct Visca {
    carrier: Carrier,
    pub(crate) presets: Vec<(u8, Text)>,
    framer: Framer,
    ready: bool,
    seq: u32,
    moving: bool,
    preset: Option<u8>,
    preset_place: Option<(i16, i16)>,
}

impl Visca {
    /// A camera behind that carrier.
    #[must_use]
    pub fn new(carrier: Carrier) -> Self {
        Self {
            carrier,
            presets: Vec::new(),
            framer: Framer::default(),
            ready: false,
            seq: 0,
            moving: false,
            preset: None,
            preset_place: None,
        }
    }

    /// With names of presets.
    #[must_use]
    pub fn with_presets(self, presets: Vec<(u8, Text)>) -> Self {
        Self { presets, ..self }
    }

    const fn address(&self) -> u8 {
        match self.carrier {
            Carrier::Serial { address } => address,
            Carrier::Tcp | Carrier::OverIp => 1,
        }
    }

    /// The VISCA frame of a request, without envelope.
    #[must_use]
    pub fn frame(&self, ask: &Ask) -> Vec<u8> {
        let at = self.address();
        match *ask {
            Ask::SetPower(on) => command(at, &[0x04, 0x00, if on { 2 } else { 3 }]),
            Ask::Drive(pan, tilt) => {
                let direction = |speed: i8, minus, plus| match speed.signum() {
                    -1 => minus,
                    1 => plus,
                    _ => 3,
                };
                let speed = |value: i8, max: u8| value.unsigned_abs().clamp(1, max);
                command(at, &[0x06, 0x01, speed(pan, MAX_PAN), speed(tilt, MAX_TILT), direction(pan, 1, 2), direction(tilt, 2, 1)])
            }
            Ask::StopDrive => command(at, &[0x06, 0x01, MAX_PAN, MAX_TILT, 3, 3]),
            Ask::Zoom(speed) => {
                let size = speed.unsigned_abs().min(MAX_ZOOM);
                command(at, &[0x04, 0x07, if speed > 0 { 0x20 | size } else { 0x30 | size }])
            }
            Ask::StopZoom => command(at, &[0x04, 0x07, 0x00]),
            Ask::ZoomTo(place) => command(at, &[&[0x04, 0x47][..], &nibbles(place)].concat()),
            Ask::Focus(mode) => command(at, &[0x04, 0x38, if mode == FocusMode::Auto { 2 } else { 3 }]),
            Ask::MoveTo(pan, tilt) => {
                command(at, &[&[0x06, 0x02, MOVE_PAN, MOVE_TILT][..], &signed_nibbles(pan), &signed_nibbles(tilt)].concat())
            }
            Ask::Home => command(at, &[0x06, 0x04]),
            Ask::Recall(preset) => command(at, &[0x04, 0x3F, 0x02, preset]),
            Ask::Keep(preset) => command(at, &[0x04, 0x3F, 0x01, preset]),
            Ask::AskPower => inquiry(at, &[0x04, 0x00]),
            Ask::AskPosition => inquiry(at, &[0x06, 0x12]),
            Ask::AskZoom => inquiry(at, &[0x04, 0x47]),
            Ask::AskFocus => inquiry(at, &[0x04, 0x38]),
        }
    }

    fn is_inquiry(ask: &Ask) -> bool {
        matches!(ask, Ask::AskPower | Ask::AskPosition | Ask::AskZoom | Ask::AskFocus)
    }

    fn heard(frame: &[u8], seq: Option<u32>) -> Heard {
        match reply_of(frame) {
            Reply::Ack(slot) => Heard::Ack { slot, seq },
            Reply::Done(slot) => Heard::Done { slot, seq },
            Reply::Answer(payload) => Heard::Answer { seq, payload },
            Reply::Error(slot, error) => Heard::No { slot, seq, why: why(error) },
            Reply::NetworkChange => Heard::Restart,
            Reply::Strange => Heard::Noise(frame.len()),
        }
    }

    fn feed_datagram(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let Some(envelope) = Envelope::decode(bytes) else { return vec![Heard::Noise(bytes.len())] };
        match envelope.kind {
            EnvelopeKind::ControlReply if envelope.payload == SEQUENCE_ABNORMAL => vec![Heard::Restart],
            EnvelopeKind::ControlReply if self.ready => Vec::new(),
            EnvelopeKind::ControlReply => {
                self.ready = true;
                vec![Heard::Ready]
            }
            EnvelopeKind::Reply if self.ready => vec![Self::heard(&envelope.payload, Some(envelope.seq))],
            EnvelopeKind::Reply => Vec::new(),
            EnvelopeKind::Command | EnvelopeKind::Inquiry | EnvelopeKind::Setting | EnvelopeKind::Control => {
                vec![Heard::Noise(bytes.len())]
            }
        }
    }

    fn forget_preset(&mut self) -> Vec<Fact> {
        self.preset_place = None;
        if self.preset.take().is_some() { vec![Fact { property: "preset".into(), value: None }] } else { Vec::new() }
    }

    fn position(&mut self, payload: &[u8]) -> Option<Vec<Fact>> {
        let signed = |nibbles: Option<&[u8]>| Some(i16::from_be_bytes(value_of_nibbles(nibbles?)?.to_be_bytes()));
        if payload.len() != 8 {
            return None;
        }
        let (pan, tilt) = (signed(payload.get(..4))?, signed(payload.get(4..))?);
        let mut facts = vec![fact("pan", Value::Int(pan.into())), fact("tilt", Value::Int(tilt.into()))];
        if self.preset.is_some() && !self.moving {
            let (p, t) = *self.preset_place.get_or_insert((pan, tilt));
            let far = |a: i16, b: i16| (i32::from(a) - i32::from(b)).abs() > TOLERANCE;
            if far(p, pan) || far(t, tilt) {
                facts.extend(self.forget_preset());
            }
        }
        Some(facts)
    }
}

fn why(error: u8) -> No {
    match error {
        0x02 => No::Unsupported,
        0x03 => No::Busy,
        0x04 | 0x05 => No::Cancelled,
        0x41 => No::NotNow,
        _ => No::Fault,
    }
}

fn fact(property: &'static str, value: Value) -> Fact {
    Fact { property: property.into(), value: Some(value) }
}

impl Protocol for Visca {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        self.moving = false;
        self.preset = None;
        self.preset_place = None;
        self.ready = self.carrier != Carrier::OverIp;
        self.seq = 0;
        if self.ready { Vec::new() } else { Envelope { kind: EnvelopeKind::Control, seq: 0, payload: RESET.to_vec() }.encode() }
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![Fact { property: "preset".into(), value: None }]
    }

    fn prelude(&self) -> Vec<(Ask, Duration)> {
        let twice = [Duration::ZERO, SECOND_STOP];
        twice.into_iter().flat_map(|delay| [(Ask::StopDrive, delay), (Ask::StopZoom, delay)]).collect()
    }

    fn polls(&self) -> Vec<Ask> {
        vec![Ask::AskPower, Ask::AskPosition, Ask::AskZoom, Ask::AskFocus]
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let seconds = match ask {
            Ask::AskPower => 10,
            Ask::AskFocus => 15,
            Ask::AskPosition | Ask::AskZoom if self.moving => 1,
            Ask::AskPosition | Ask::AskZoom => 5,
            // Commands are not polled.
            Ask::SetPower(_)
            | Ask::Drive(..)
            | Ask::StopDrive
            | Ask::Zoom(_)
            | Ask::StopZoom
            | Ask::ZoomTo(_)
            | Ask::Focus(_)
            | Ask::MoveTo(..)
            | Ask::Home
            | Ask::Recall(_)
            | Ask::Keep(_) => return None,
        };
        Some(Duration::from_secs(seconds))
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let (retry, done, key) = match ask {
            Ask::SetPower(_) => (Retry::Idempotent, Some(DONE_POWER), Some("power")),
            Ask::Drive(..) => (Retry::Motion, Some(DONE_OTHER), Some("drive")),
            Ask::Zoom(_) => (Retry::Motion, Some(DONE_OTHER), Some("zoom")),
            Ask::StopDrive | Ask::StopZoom => (Retry::Idempotent, Some(DONE_OTHER), None),
            Ask::ZoomTo(_) => (Retry::Idempotent, Some(DONE_MOVE), Some("zoom")),
            Ask::Focus(_) => (Retry::Idempotent, Some(DONE_OTHER), Some("focus")),
            Ask::MoveTo(..) | Ask::Home | Ask::Recall(_) => (Retry::Idempotent, Some(DONE_MOVE), Some("drive")),
            Ask::Keep(_) => (Retry::Once, Some(DONE_OTHER), None),
            Ask::AskPower | Ask::AskPosition | Ask::AskZoom | Ask::AskFocus => (Retry::Idempotent, None, None),
        };
        let reply_within = if matches!(self.carrier, Carrier::Serial { .. }) { ACK_SERIAL } else { ACK_IP };
        Manner { retry, reply_within, done_within: done, key: key.map(Into::into), stops_moves: *ask == Ask::StopDrive }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        match ask {
            Ask::Drive(..) | Ask::Zoom(_) | Ask::MoveTo(..) | Ask::Home | Ask::Recall(_) | Ask::ZoomTo(_) => self.moving = true,
            Ask::StopDrive | Ask::StopZoom => self.moving = false,
            Ask::SetPower(_) | Ask::Focus(_) | Ask::Keep(_) | Ask::AskPower | Ask::AskPosition | Ask::AskZoom | Ask::AskFocus => {}
        }
        let frame = self.frame(ask);
        if self.carrier != Carrier::OverIp {
            return (frame, None);
        }
        let kind = if Self::is_inquiry(ask) { EnvelopeKind::Inquiry } else { EnvelopeKind::Command };
        let seq = self.seq;
        self.seq = self.seq.wrapping_add(1);
        (Envelope { kind, seq, payload: frame }.encode(), Some(seq))
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        if self.carrier == Carrier::OverIp {
            return self.feed_datagram(bytes);
        }
        let (frames, dropped) = self.framer.feed(bytes);
        let mut heard: Vec<Heard> = frames.iter().map(|frame| Self::heard(frame, None)).collect();
        if dropped > 0 {
            heard.insert(0, Heard::Noise(dropped));
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let facts = match (ask, payload) {
            (Ask::AskPower, [2]) => Some(vec![fact("power", Value::Bool(true))]),
            (Ask::AskPower, [3]) => Some(vec![fact("power", Value::Bool(false))]),
            (Ask::AskPower, [4]) => return Read::No(No::Fault),
            (Ask::AskFocus, [2]) => Some(vec![fact("focus", Value::Text("auto".to_owned()))]),
            (Ask::AskFocus, [3]) => Some(vec![fact("focus", Value::Text("manual".to_owned()))]),
            (Ask::AskZoom, place) => value_of_nibbles(place).map(|place| vec![fact("zoom", Value::Int(place.into()))]),
            (Ask::AskPosition, place) => self.position(place),
            _ => None,
        };
        facts.map_or(Read::NotMine, Read::Facts)
    }

    fn done(&mut self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Recall(preset) | Ask::Keep(preset) => {
                self.moving = false;
                self.preset = Some(*preset);
                self.preset_place = None;
                vec![fact("preset", Value::Int((*preset).into()))]
            }
            Ask::MoveTo(..) | Ask::Home | Ask::ZoomTo(_) => {
                self.moving = false;
                self.forget_preset()
            }
            Ask::Drive(..) | Ask::Zoom(_) => self.forget_preset(),
            Ask::SetPower(_)
            | Ask::StopDrive
            | Ask::StopZoom
            | Ask::Focus(_)
            | Ask::AskPower
            | Ask::AskPosition
            | Ask::AskZoom
            | Ask::AskFocus => Vec::new(),
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let names: &[&'static str] = match ask {
            Ask::AskPower => &["power"],
            Ask::AskPosition => &["pan", "tilt"],
            Ask::AskZoom => &["zoom"],
            Ask::AskFocus => &["focus"],
            Ask::SetPower(_)
            | Ask::Drive(..)
            | Ask::StopDrive
            | Ask::Zoom(_)
            | Ask::StopZoom
            | Ask::ZoomTo(_)
            | Ask::Focus(_)
            | Ask::MoveTo(..)
            | Ask::Home
            | Ask::Recall(_)
            | Ask::Keep(_) => &[],
        };
        names.iter().map(|property| Fact { property: (*property).into(), value: None }).collect()
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::SetPower(_) => vec![Ask::AskPower, Ask::AskPosition, Ask::AskZoom],
            Ask::Drive(..) | Ask::StopDrive | Ask::MoveTo(..) | Ask::Home => vec![Ask::AskPosition],
            Ask::Zoom(_) | Ask::StopZoom | Ask::ZoomTo(_) => vec![Ask::AskZoom],
            Ask::Recall(_) => vec![Ask::AskPosition, Ask::AskZoom],
            Ask::Focus(_) => vec![Ask::AskFocus],
            Ask::Keep(_) | Ask::AskPower | Ask::AskPosition | Ask::AskZoom | Ask::AskFocus => Vec::new(),
        }
    }

    fn capacity(&self) -> usize {
        SOCKETS
    }

    fn dedups(&self) -> bool {
        self.carrier == Carrier::OverIp
    }
}
