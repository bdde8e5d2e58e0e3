//! A PTZ camera that speaks VISCA.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::visca::{
    Envelope, EnvelopeKind, Framer, RESET, RESET_DONE, SEQUENCE_ABNORMAL, nibbles, signed_nibbles, value_of_nibbles,
};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// Pan and tilt ranges in steps (±170°, −30° to +90° at 14.4 steps a degree).
const PAN: (f64, f64) = (-2448.0, 2448.0);
const TILT: (f64, f64) = (-432.0, 1296.0);
/// Optical zoom range.
const ZOOM: (f64, f64) = (0.0, 16384.0);
/// Steps a second for each unit of speed.
const STEPS_PER_SPEED: f64 = 60.0;
/// Zoom steps a second for each unit of zoom speed.
const ZOOM_PER_SPEED: f64 = 700.0;
/// Steps a second of preset and absolute moves.
const QUICK: f64 = 1800.0;
/// Time from a command to its acknowledgement.
const ACK: Duration = Duration::from_millis(15);
/// Time of commands that do nothing slow; clients that do not wait for completions keep both sockets busy with slower ones.
const SHORT: Duration = Duration::from_millis(5);
/// Time of power-on.
const POWER_ON: Duration = Duration::from_millis(800);
/// Slowest move a command makes before it is complete.
const LEAST_MOVE: Duration = Duration::from_millis(150);

/// One axis: where it was, when, and where it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    from: f64,
    at: Duration,
    speed: f64,
    target: f64,
}

impl Axis {
    pub(crate) const fn resting(place: f64) -> Self {
        Self { from: place, at: Duration::ZERO, speed: 0.0, target: place }
    }

    pub(crate) fn place(&self, now: Duration) -> f64 {
        let way = self.speed.abs() * now.saturating_sub(self.at).as_secs_f64();
        if (self.target - self.from).abs() <= way { self.target } else { self.from + (self.target - self.from).signum() * way }
    }

    pub(crate) fn go(&mut self, now: Duration, target: f64, speed: f64) -> Duration {
        let from = self.place(now);
        *self = Self { from, at: now, speed, target };
        if speed == 0.0 {
            self.target = from;
            return Duration::ZERO;
        }
        Duration::from_secs_f64((target - from).abs() / speed.abs())
    }

    fn is_moving(&self, now: Duration) -> bool {
        self.is_further_than(now, 0.5)
    }

    /// Whether it is more than that from where it goes.
    pub(crate) fn is_further_than(&self, now: Duration, way: f64) -> bool {
        (self.place(now) - self.target).abs() > way
    }
}

/// See the module.
#[derive(Debug)]
pub struct Camera {
    over_ip: bool,
    framer: Framer,
    power: bool,
    auto_focus: bool,
    pan: Axis,
    tilt: Axis,
    zoom: Axis,
    presets: BTreeMap<u8, (f64, f64, f64)>,
    /// When each of the two sockets becomes free.
    sockets: [Duration; 2],
    misbehave: Misbehave,
    /// Next message number expected (VISCA over IP), and what was answered to the last one.
    seq: u32,
    last: Option<(u32, Answers)>,
    commands: u64,
    stops: u64,
    executed_once: u64,
}

impl Camera {
    /// A camera behind raw frames (serial, TCP) or, `over_ip`, behind the Sony header.
    #[must_use]
    pub fn new(over_ip: bool) -> Self {
        // Places for presets 1 to 3, so that a rehearsal has something to go to.
        let presets = BTreeMap::from([(1, (0.0, -60.0, 0.0)), (2, (420.0, 30.0, 6000.0)), (3, (-600.0, 15.0, 9000.0))]);
        Self {
            over_ip,
            framer: Framer::default(),
            power: true,
            auto_focus: true,
            pan: Axis::resting(0.0),
            tilt: Axis::resting(0.0),
            zoom: Axis::resting(0.0),
            presets,
            sockets: [Duration::ZERO; 2],
            misbehave: Misbehave::None,
            seq: 0,
            last: None,
            commands: 0,
            stops: 0,
            executed_once: 0,
        }
    }

    fn drive(&mut self, now: Duration, pan: (u8, u8), tilt: (u8, u8)) {
        let speed = |steps: u8| f64::from(steps) * STEPS_PER_SPEED;
        match pan.1 {
            1 => drop(self.pan.go(now, PAN.0, speed(pan.0))),
            2 => drop(self.pan.go(now, PAN.1, speed(pan.0))),
            _ => drop(self.pan.go(now, 0.0, 0.0)),
        }
        match tilt.1 {
            1 => drop(self.tilt.go(now, TILT.1, speed(tilt.0))),
            2 => drop(self.tilt.go(now, TILT.0, speed(tilt.0))),
            _ => drop(self.tilt.go(now, 0.0, 0.0)),
        }
        if (pan.1, tilt.1) == (3, 3) {
            self.stops += 1;
        }
    }

    fn go(&mut self, now: Duration, (pan, tilt, zoom): (f64, f64, f64)) -> Duration {
        let times = [
            self.pan.go(now, pan.clamp(PAN.0, PAN.1), QUICK),
            self.tilt.go(now, tilt.clamp(TILT.0, TILT.1), QUICK),
            self.zoom.go(now, zoom.clamp(ZOOM.0, ZOOM.1), 9000.0),
        ];
        times.into_iter().max().unwrap_or_default().max(LEAST_MOVE)
    }

    fn places(&self, now: Duration) -> (f64, f64, f64) {
        (self.pan.place(now), self.tilt.place(now), self.zoom.place(now))
    }

    /// Does a command; how long it takes, or the error.
    fn execute(&mut self, now: Duration, body: &[u8]) -> Result<Duration, u8> {
        let needs_power = !matches!(body, [0x04, 0x00, _] | [0x00, 0x01]);
        if needs_power && !self.power || self.misbehave == Misbehave::Refuse {
            return Err(0x41);
        }
        match body {
            // IF_Clear: whatever executes is forgotten.
            [0x00, 0x01] => self.sockets = [Duration::ZERO; 2],
            [0x04, 0x00, on @ (2 | 3)] => {
                let was_on = self.power;
                self.power = *on == 2;
                if self.power && !was_on {
                    return Ok(POWER_ON);
                }
            }
            [0x04, 0x07, 0x00] => drop(self.zoom.go(now, 0.0, 0.0)),
            [0x04, 0x07, 0x02] => drop(self.zoom.go(now, ZOOM.1, 3.0 * ZOOM_PER_SPEED)),
            [0x04, 0x07, 0x03] => drop(self.zoom.go(now, ZOOM.0, 3.0 * ZOOM_PER_SPEED)),
            [0x04, 0x07, p @ 0x20..=0x27] => drop(self.zoom.go(now, ZOOM.1, f64::from(p & 7).max(0.5) * ZOOM_PER_SPEED)),
            [0x04, 0x07, p @ 0x30..=0x37] => drop(self.zoom.go(now, ZOOM.0, f64::from(p & 7).max(0.5) * ZOOM_PER_SPEED)),
            [0x04, 0x47, place @ ..] => {
                let place = value_of_nibbles(place).filter(|place| *place <= 0x4000).ok_or(0x02_u8)?;
                return Ok(self.zoom.go(now, place.into(), 9000.0).max(LEAST_MOVE));
            }
            [0x04, 0x08, _] | [0x04, 0x18, 0x01] => {}
            [0x04, 0x38, mode @ (2 | 3)] => self.auto_focus = *mode == 2,
            [0x04, 0x38, 0x10] => self.auto_focus = !self.auto_focus,
            [0x06, 0x01, v @ 0..=0x18, w @ 0..=0x18, p @ 1..=3, t @ 1..=3] => self.drive(now, (*v, *p), (*w, *t)),
            [0x06, 0x02, _, _, place @ ..] if place.len() == 8 => {
                let signed = |half: Option<&[u8]>| value_of_nibbles(half?).map(|value| i16::from_be_bytes(value.to_be_bytes()));
                let (pan, tilt) = signed(place.get(..4)).zip(signed(place.get(4..))).ok_or(0x02_u8)?;
                let zoom = self.zoom.place(now);
                return Ok(self.go(now, (pan.into(), tilt.into(), zoom)));
            }
            [0x06, 0x04 | 0x05] => {
                let zoom = self.zoom.place(now);
                return Ok(self.go(now, (0.0, 0.0, zoom)));
            }
            [0x04, 0x3F, 0x01, preset @ 0..=0x7F] => {
                self.executed_once += 1;
                self.presets.insert(*preset, self.places(now));
            }
            [0x04, 0x3F, 0x00, preset] => drop(self.presets.remove(preset)),
            [0x04, 0x3F, 0x02, preset @ 0..=0x7F] => {
                // A preset that was never kept is the place where one is: that is what cameras do.
                let place = self.presets.get(preset).copied().unwrap_or_else(|| self.places(now));
                return Ok(self.go(now, place));
            }
            _ => return Err(0x02),
        }
        Ok(SHORT)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "axes are bounded to these types' ranges")]
    fn answer(&self, now: Duration, body: &[u8]) -> Result<Vec<u8>, u8> {
        match body {
            [0x04, 0x00] => Ok(vec![if self.power { 2 } else { 3 }]),
            _ if !self.power => Err(0x41),
            [0x04, 0x47] => Ok(nibbles(self.zoom.place(now).round() as u16).to_vec()),
            [0x04, 0x38] => Ok(vec![if self.auto_focus { 2 } else { 3 }]),
            [0x06, 0x12] => {
                let axis = |axis: &Axis| signed_nibbles(axis.place(now).round() as i16);
                Ok([axis(&self.pan), axis(&self.tilt)].concat())
            }
            _ => Err(0x02),
        }
    }

    /// Takes one frame; the answers and their times.
    fn frame(&mut self, now: Duration, frame: &[u8]) -> Answers {
        let reply = |kind: u8, rest: &[u8]| [&[0x90, kind][..], rest, &[0xFF]].concat();
        match frame {
            [0x88, 0x30, 0x01, 0xFF] => vec![(now, vec![0x88, 0x30, 0x02, 0xFF])],
            [0x88, 0x01, 0x00, 0x01, 0xFF] => vec![(now, frame.to_vec())],
            [0x81..=0x87, 0x09, body @ .., 0xFF] => match self.answer(now, body) {
                Ok(payload) => vec![(now, reply(0x50, &payload))],
                Err(error) => vec![(now, reply(0x60, &[error]))],
            },
            [0x81..=0x87, 0x01, body @ .., 0xFF] => {
                self.commands += 1;
                let Some(slot) = self.sockets.iter().position(|free| *free <= now) else { return vec![(now, reply(0x60, &[0x03]))] };
                let kind = u8::try_from(slot + 1).unwrap_or(1);
                match self.execute(now, body) {
                    Ok(takes) => {
                        let done = now + ACK + takes;
                        if let Some(socket) = self.sockets.get_mut(slot) {
                            *socket = done;
                        }
                        vec![(now + ACK, reply(0x40 | kind, &[])), (done, reply(0x50 | kind, &[]))]
                    }
                    Err(0x02) => vec![(now, reply(0x60, &[0x02]))],
                    Err(error) => vec![(now, reply(0x60 | kind, &[error]))],
                }
            }
            [0x81..=0x87, 0x20..=0x2F, 0xFF] => vec![(now, reply(0x60, &[0x05]))],
            _ => vec![(now, reply(0x60, &[0x02]))],
        }
    }

    fn datagram(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let Some(envelope) = Envelope::decode(bytes) else { return Vec::new() };
        let wrap = |kind, seq, payload| Envelope { kind, seq, payload }.encode();
        match envelope.kind {
            EnvelopeKind::Control if envelope.payload == RESET => {
                self.seq = 0;
                self.last = None;
                vec![(now, wrap(EnvelopeKind::ControlReply, envelope.seq, RESET_DONE.to_vec()))]
            }
            EnvelopeKind::Command | EnvelopeKind::Inquiry | EnvelopeKind::Setting => {
                if let Some((seq, answers)) = &self.last
                    && *seq == envelope.seq
                {
                    // The same datagram again: answered again, not done again.
                    return answers.iter().map(|(at, answer)| ((*at).max(now), answer.clone())).collect();
                }
                // The first message after a reset sets the count: some controllers begin at 0, some at 1.
                if self.last.is_some() && envelope.seq != self.seq {
                    return vec![(now, wrap(EnvelopeKind::ControlReply, envelope.seq, SEQUENCE_ABNORMAL.to_vec()))];
                }
                self.seq = envelope.seq.wrapping_add(1);
                let wrong = u32::from(self.misbehave == Misbehave::WrongSequence) * 1000;
                let answers: Vec<_> = self
                    .frame(now, &envelope.payload)
                    .into_iter()
                    .map(|(at, reply)| (at, wrap(EnvelopeKind::Reply, envelope.seq.wrapping_add(wrong), reply)))
                    .collect();
                self.last = Some((envelope.seq, answers.clone()));
                answers
            }
            EnvelopeKind::Control | EnvelopeKind::ControlReply | EnvelopeKind::Reply => Vec::new(),
        }
    }
}

impl SimDevice for Camera {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        if self.over_ip {
            return self.datagram(now, bytes);
        }
        let (frames, _) = self.framer.feed(bytes);
        frames.iter().flat_map(|frame| self.frame(now, frame)).collect()
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        let (pan, tilt, zoom) = self.places(now);
        let moving = [&self.pan, &self.tilt, &self.zoom].iter().any(|axis| axis.is_moving(now));
        json!({
            "power": self.power, "pan": pan.round(), "tilt": tilt.round(), "zoom": zoom.round(), "moving": moving,
            "focus": if self.auto_focus { "auto" } else { "manual" }, "presets": self.presets.keys().collect::<Vec<_>>(),
            "commands": self.commands, "stops": self.stops, "presets_kept": self.executed_once, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, now: Duration) {
        let place = self.places(now);
        let presets = std::mem::take(&mut self.presets);
        *self = Self { presets, ..Self::new(self.over_ip) };
        (self.pan, self.tilt, self.zoom) = (Axis::resting(place.0), Axis::resting(place.1), Axis::resting(place.2));
    }
}
