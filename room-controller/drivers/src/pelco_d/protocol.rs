//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::{ReportSource, Value};
use room_driver::{Fact, Heard, Manner, Protocol, Read, Retry};

use super::codec::{Frame, Framer, Piece};
use super::settings::Settings;

/// From frame to frame: 29 ms of frame at 2400 Bd and 10 ms of pause (fact sheet §3).
const GAP: Duration = Duration::from_millis(40);
/// Answer of a camera that has a return line.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_secs(5);
const POLL_MOVING: Duration = Duration::from_secs(1);
/// Polls after the last order while the camera may still be on its way.
const SETTLES: u8 = 15;

/// What moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Pan and tilt.
    Head,
    /// Zoom.
    Zoom,
    /// Focus.
    Focus,
    /// Iris.
    Iris,
}

/// What can be read of a camera that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// `51` → `59`
    Pan,
    /// `53` → `5B`
    Tilt,
    /// `55` → `5D`
    Zoom,
}

impl Axis {
    const ALL: [Self; 3] = [Self::Pan, Self::Tilt, Self::Zoom];

    /// Question and answer.
    #[must_use]
    pub const fn codes(self) -> (u8, u8) {
        match self {
            Self::Pan => (0x51, 0x59),
            Self::Tilt => (0x53, 0x5B),
            Self::Zoom => (0x55, 0x5D),
        }
    }

    const fn property(self) -> &'static str {
        match self {
            Self::Pan => "pan",
            Self::Tilt => "tilt",
            Self::Zoom => "zoom",
        }
    }
}

/// What can be asked of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Drive until let go; signed speeds, right and up positive.
    Drive(i8, i8),
    /// Move a part until let go: tele, far, open positive.
    Move(Part, i8),
    /// Let a part go, for the first, second or third time.
    LetGo(Part, u8),
    /// Stop everything.
    Stop,
    /// Go to a preset.
    Recall(u8),
    /// Keep the present place as a preset.
    Keep(u8),
    /// Forget a preset.
    Clear(u8),
    /// Switch the camera.
    SetPower(bool),
    /// Ask where it looks.
    Get(Axis),
}

/// Everything that is held; one frame says it all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Motion {
    /// Right positive, 0 to 3F in size.
    pub pan: i8,
    /// Up positive, 0 to 3F in size.
    pub tilt: i8,
    /// Tele positive.
    pub zoom: i8,
    /// Far positive.
    pub focus: i8,
    /// Open positive.
    pub iris: i8,
}

impl Motion {
    /// Commands and data of the frame.
    #[must_use]
    pub const fn bytes(self) -> ([u8; 2], [u8; 2]) {
        const fn bit(value: i8, plus: u8, minus: u8) -> u8 {
            match value.signum() {
                1 => plus,
                -1 => minus,
                _ => 0,
            }
        }
        let near = bit(self.focus, 0, 0x01);
        let c1 = near | bit(self.iris, 0x02, 0x04);
        let c2 = bit(self.pan, 0x02, 0x04) | bit(self.tilt, 0x08, 0x10) | bit(self.zoom, 0x20, 0x40) | bit(self.focus, 0x80, 0);
        ([c1, c2], [self.pan.unsigned_abs(), self.tilt.unsigned_abs()])
    }

    const fn set(&mut self, part: Part, speed: i8) {
        match part {
            Part::Head => (self.pan, self.tilt) = (speed, speed),
            Part::Zoom => self.zoom = speed,
            Part::Focus => self.focus = speed,
            Part::Iris => self.iris = speed,
        }
    }
}

/// Pelco-D towards one camera.
#[derive(Debug)]
pub struct PelcoD {
    pub(crate) settings: Settings,
    framer: Framer,
    motion: Motion,
    moving: u8,
}

impl PelcoD {
    /// The camera of that address.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, framer: Framer::default(), motion: Motion::default(), moving: 0 }
    }

    fn heard(&self, frame: Frame) -> Option<Heard> {
        let [0, code] = frame.command else { return None };
        (frame.address == self.settings.pelco_address).then(|| Heard::Answer { seq: None, payload: [&[code][..], &frame.data].concat() })
    }
}

fn fact(property: &'static str, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

impl Protocol for PelcoD {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        self.motion = Motion::default();
        self.moving = 0;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![fact("power", None), fact("preset", None)]
    }

    fn prelude(&self) -> Vec<(Ask, Duration)> {
        [0, 1, 2].map(|time| (Ask::Stop, GAP * time)).to_vec()
    }

    fn polls(&self) -> Vec<Ask> {
        if self.settings.answers { Axis::ALL.map(Ask::Get).to_vec() } else { Vec::new() }
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Get(_) if self.moving > 0 => Some(POLL_MOVING),
            Ask::Get(_) => Some(POLL),
            Ask::Drive(..)
            | Ask::Move(..)
            | Ask::LetGo(..)
            | Ask::Stop
            | Ask::Recall(_)
            | Ask::Keep(_)
            | Ask::Clear(_)
            | Ask::SetPower(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let told = Manner::unanswered();
        let motion = |key: &'static str| Manner { retry: Retry::Motion, ..Manner::unanswered().keyed(key) };
        let key = |part| match part {
            Part::Head => "drive",
            Part::Zoom => "zoom",
            Part::Focus => "focus",
            Part::Iris => "iris",
        };
        match ask {
            Ask::Drive(..) => motion("drive"),
            Ask::Move(part, _) => motion(key(*part)),
            // The first takes away what waits; the others repeat it.
            Ask::LetGo(part, 0) => told.keyed(key(*part)),
            Ask::Recall(_) => motion("preset"),
            Ask::SetPower(_) => told.keyed("power"),
            Ask::Stop => Manner { stops_moves: true, ..told },
            Ask::LetGo(..) | Ask::Keep(_) | Ask::Clear(_) => told,
            Ask::Get(_) => Manner::answered(ANSWER_WITHIN),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        match ask {
            Ask::Drive(pan, tilt) => (self.motion.pan, self.motion.tilt) = (*pan, *tilt),
            Ask::Move(part, speed) => self.motion.set(*part, *speed),
            Ask::LetGo(part, _) => self.motion.set(*part, 0),
            // These frames have no room for movements: the camera ends them.
            Ask::Stop | Ask::Recall(_) | Ask::SetPower(_) => self.motion = Motion::default(),
            Ask::Keep(_) | Ask::Clear(_) | Ask::Get(_) => {}
        }
        if !matches!(ask, Ask::Get(_)) {
            self.moving = SETTLES;
        }
        let (command, data) = match ask {
            Ask::Drive(..) | Ask::Move(..) | Ask::LetGo(..) | Ask::Stop => self.motion.bytes(),
            Ask::Keep(preset) => ([0, 0x03], [0, *preset]),
            Ask::Clear(preset) => ([0, 0x05], [0, *preset]),
            Ask::Recall(preset) => ([0, 0x07], [0, *preset]),
            // Camera bit, and the sense bit that says on.
            Ask::SetPower(on) => ([if *on { 0x88 } else { 0x08 }, 0], [0, 0]),
            Ask::Get(axis) => ([0, axis.codes().0], [0, 0]),
        };
        (Frame { address: self.settings.pelco_address, command, data }.encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        // On a blind line there is nothing to hear but other masters.
        if !self.settings.answers {
            return Vec::new();
        }
        let mut heard = Vec::new();
        for piece in self.framer.feed(bytes) {
            match piece {
                Piece::Frame(frame) => heard.extend(self.heard(frame)),
                Piece::Noise(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        match (ask, payload) {
            (Ask::Get(axis), [code, high, low]) if *code == axis.codes().1 => {
                if *axis == Axis::Zoom {
                    self.moving = self.moving.saturating_sub(1);
                }
                let place = u16::from_be_bytes([*high, *low]);
                Read::Facts(vec![fact(axis.property(), Some(Value::Int(place.into())))])
            }
            _ => Read::NotMine,
        }
    }

    fn done(&mut self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Recall(preset) | Ask::Keep(preset) => vec![fact("preset", Some(Value::Int((*preset).into())))],
            Ask::SetPower(on) => vec![fact("power", Some(Value::Bool(*on)))],
            Ask::Drive(..) | Ask::Move(Part::Zoom, _) => vec![fact("preset", None)],
            Ask::Move(..) | Ask::LetGo(..) | Ask::Stop | Ask::Clear(_) | Ask::Get(_) => Vec::new(),
        }
    }

    fn told_by(&self, _ask: &Ask) -> ReportSource {
        ReportSource::Assumed
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Get(_) | Ask::Keep(_) | Ask::Clear(_) => Vec::new(),
            Ask::Drive(..) | Ask::Move(..) | Ask::LetGo(..) | Ask::Stop | Ask::Recall(_) | Ask::SetPower(_) => self.polls(),
        }
    }

    fn gap(&self) -> Duration {
        GAP
    }
}
