//! A camera that obeys Pelco-D.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::pelco_d::{Axis, Frame, Framer, Piece};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// Full turn in hundredths of a degree.
const TURN: f64 = 36_000.0;
/// Highest tilt, hundredths of a degree.
const UP: f64 = 9_000.0;
/// Longest zoom.
const TELE: f64 = 16_384.0;
/// Hundredths of a degree a second for each unit of speed.
const PER_SPEED: f64 = 80.0;
/// Zoom units a second.
const ZOOMING: f64 = 3_000.0;
/// Half-duplex turnaround and answer.
const THINKS: Duration = Duration::from_millis(60);

/// How a camera is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its address.
    pub address: u8,
    /// It has a return line and answers where it looks.
    pub answers: bool,
}

/// Pan, tilt and zoom.
type Place = (f64, f64, f64);

/// See the module.
#[derive(Debug)]
pub struct PelcoCamera {
    settings: Settings,
    framer: Framer,
    power: bool,
    place: Place,
    speed: Place,
    focus: i8,
    iris: i8,
    at: Duration,
    presets: BTreeMap<u8, Place>,
    shown: Option<u8>,
    misbehave: Misbehave,
    stops: u64,
    frames: u64,
}

impl PelcoCamera {
    /// At rest, looking ahead.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let presets = BTreeMap::from([(1, (0.0, 3_000.0, 0.0)), (2, (4_500.0, 3_200.0, 6_000.0)), (5, (31_000.0, 2_900.0, 9_000.0))]);
        Self {
            settings,
            framer: Framer::default(),
            power: true,
            place: (0.0, 3_000.0, 0.0),
            speed: (0.0, 0.0, 0.0),
            focus: 0,
            iris: 0,
            at: Duration::ZERO,
            presets,
            shown: None,
            misbehave: Misbehave::None,
            stops: 0,
            frames: 0,
        }
    }

    fn settle(&mut self, now: Duration) {
        let time = now.saturating_sub(self.at).as_secs_f64();
        self.at = now;
        let (pan, tilt, zoom) = self.place;
        let (right, up, tele) = self.speed;
        self.place = ((pan + right * time).rem_euclid(TURN), (tilt + up * time).clamp(0.0, UP), (zoom + tele * time).clamp(0.0, TELE));
    }

    fn drive(&mut self, [c1, c2]: [u8; 2], [d1, d2]: [u8; 2]) {
        let way = |plus: bool, minus: bool| f64::from(i8::from(plus) - i8::from(minus));
        // FF is turbo.
        let speed = |data: u8| f64::from(data.min(0x40)) * PER_SPEED;
        self.speed = (
            way(c2 & 0x02 != 0, c2 & 0x04 != 0) * speed(d1),
            way(c2 & 0x08 != 0, c2 & 0x10 != 0) * speed(d2),
            way(c2 & 0x20 != 0, c2 & 0x40 != 0) * ZOOMING,
        );
        self.focus = i8::from(c2 & 0x80 != 0) - i8::from(c1 & 0x01 != 0);
        self.iris = i8::from(c1 & 0x02 != 0) - i8::from(c1 & 0x04 != 0);
        if [c1, c2] == [0, 0] {
            self.stops += 1;
        } else {
            self.shown = None;
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places are bounded to 16 bits")]
    fn tell(&self, axis: Axis) -> [u8; 2] {
        let value = match axis {
            Axis::Pan => self.place.0,
            Axis::Tilt => self.place.1,
            Axis::Zoom => self.place.2,
        };
        (value.round() as u16).to_be_bytes()
    }

    fn frame(&mut self, now: Duration, frame: Frame) -> Option<(Duration, Vec<u8>)> {
        if frame.address != self.settings.address {
            return None;
        }
        self.frames += 1;
        if let Some(axis) = [Axis::Pan, Axis::Tilt, Axis::Zoom].into_iter().find(|axis| frame.command == [0, axis.codes().0]) {
            let wrong = u8::from(self.misbehave == Misbehave::WrongSequence) * 0x10;
            let (command, data) = ([0, axis.codes().1 + wrong], self.tell(axis));
            return self.settings.answers.then(|| (now + THINKS, Frame { address: self.settings.address, command, data }.encode()));
        }
        // It cannot say that it refuses.
        if self.misbehave == Misbehave::Refuse {
            return None;
        }
        let [_, preset] = frame.data;
        match frame.command {
            [0x88, 0] => self.power = true,
            [0x08, 0] => self.power = false,
            _ if !self.power => {}
            [0, 0x03] => {
                self.presets.insert(preset, self.place);
                self.shown = Some(preset);
            }
            [0, 0x05] => drop(self.presets.remove(&preset)),
            [0, 0x07] => {
                if let Some(place) = self.presets.get(&preset) {
                    self.place = *place;
                    self.shown = Some(preset);
                }
                self.speed = (0.0, 0.0, 0.0);
            }
            // An odd second byte is an extended command this camera does not know.
            [_, c2] if c2 & 1 == 1 => {}
            command => self.drive(command, frame.data),
        }
        None
    }
}

impl SimDevice for PelcoCamera {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        self.settle(now);
        let mut answers = Vec::new();
        for piece in self.framer.feed(bytes) {
            match piece {
                Piece::Frame(frame) => answers.extend(self.frame(now, frame)),
                Piece::Noise(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        self.settle(now);
        let word = |axis| u16::from_be_bytes(self.tell(axis));
        let is_moving = self.speed != (0.0, 0.0, 0.0) || self.focus != 0 || self.iris != 0;
        json!({
            "properties": { "pan": word(Axis::Pan), "tilt": word(Axis::Tilt), "zoom": word(Axis::Zoom) },
            "power": self.power, "preset": self.shown, "moving": is_moving, "focus": self.focus, "iris": self.iris,
            "presets": self.presets.keys().collect::<Vec<_>>(), "stops": self.stops, "frames": self.frames, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// Presets survive; the head stays where it is.
    fn reboot(&mut self, now: Duration) {
        self.settle(now);
        self.framer.clear();
        self.speed = (0.0, 0.0, 0.0);
        (self.focus, self.iris, self.power, self.shown) = (0, 0, true, None);
    }
}
