//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{NS_PTZ, body_of, codes_of};
use super::ptz::{Place, Preset, Status, name_of, preset_of, profile_element, velocity};
use super::session::{Session, Turn};
use super::settings::Settings;
use super::xml::{Element, escaped, read};
use crate::http::{Messages, Piece};

/// Answer to anything; cameras encode video meanwhile.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// From acceptance to standing still at the place (fact sheet §4).
const MOVE_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_secs(5);
const POLL_MOVING: Duration = Duration::from_millis(500);
/// Status and renewal take turns, so that a held move is renewed each 500 ms.
const POLL_HELD: Duration = Duration::from_millis(250);
const POLL_PRESETS: Duration = Duration::from_secs(60);
/// Statuses at rest after which a move without a known goal that never was seen moving counts as done.
const STILL: u8 = 3;

/// What can be asked of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Where it looks; and, while a move is held, its renewal.
    Watch,
    /// Presets it has.
    Presets,
    /// Model and firmware.
    Info,
    /// Drive until let go; hundredths, right and up positive.
    Drive(i8, i8),
    /// Zoom until let go; hundredths, tele positive.
    Zoom(i8),
    /// Let pan and tilt go, or the zoom.
    LetGo {
        /// Pan and tilt.
        head: bool,
    },
    /// Stop everything.
    Stop,
    /// Home position.
    Home,
    /// Pan and tilt to, in thousandths.
    MoveTo(i64, i64),
    /// Zoom to, in thousandths.
    ZoomTo(i64),
    /// Go to a preset.
    Recall(u8),
    /// Keep the present place as a preset.
    Keep(u8),
    /// Forget a preset.
    Clear(u8),
}

/// Where the camera is on its way to.
#[derive(Debug)]
struct Goal {
    slot: u8,
    place: Place,
    preset: Option<u8>,
    started: bool,
    still: u8,
}

/// ONVIF towards one camera.
#[derive(Debug)]
pub struct Onvif {
    pub(crate) settings: Settings,
    messages: Messages,
    session: Session,
    presets: Vec<Preset>,
    /// Pan, tilt and zoom that are held.
    held: [i8; 3],
    /// The last watch renewed.
    renewed: bool,
    sent: Option<Ask>,
    goal: Option<Goal>,
    slot: u8,
    status: Status,
    is_moving: bool,
    /// A preset it was brought to or that was kept, and where that was.
    shown: Option<(u8, Place)>,
}

fn fact(property: &'static str, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

impl Onvif {
    /// A camera with these settings; `seed` makes its nonces.
    #[must_use]
    pub fn new(settings: Settings, seed: u64) -> Self {
        Self {
            session: Session::new(&settings, seed),
            settings,
            messages: Messages::replies(),
            presets: Vec::new(),
            held: [0; 3],
            renewed: false,
            sent: None,
            goal: None,
            slot: 0,
            status: Status::default(),
            is_moving: false,
            shown: None,
        }
    }

    const fn is_held(&self) -> bool {
        !matches!(self.held, [0, 0, 0])
    }

    fn place_of(&self, number: u8) -> Place {
        preset_of(number, &self.settings.presets, &self.presets).map(|preset| preset.place).unwrap_or_default()
    }

    /// A preset's token as a parameter; its number when the camera lists none: it will say what it thinks of that.
    fn token_of(&self, number: u8) -> String {
        let configured = self.settings.presets.iter().find(|preset| preset.preset == number).and_then(|preset| preset.token.clone());
        let listed = preset_of(number, &self.settings.presets, &self.presets).map(|preset| preset.token.clone());
        format!("<PresetToken>{}</PresetToken>", escaped(&listed.or(configured).unwrap_or_else(|| number.to_string())))
    }

    fn operation(&self, ask: &Ask) -> (&'static str, String) {
        let [pan, tilt, zoom] = self.held;
        match ask {
            Ask::Watch if self.renewed => ("ContinuousMove", velocity(pan, tilt, zoom) + "<Timeout>PT1S</Timeout>"),
            Ask::Drive(..) | Ask::Zoom(_) => ("ContinuousMove", velocity(pan, tilt, zoom) + "<Timeout>PT1S</Timeout>"),
            Ask::Watch => ("GetStatus", String::new()),
            Ask::Presets => ("GetPresets", String::new()),
            Ask::Info => ("GetDeviceInformation", String::new()),
            Ask::LetGo { head } => ("Stop", format!("<PanTilt>{head}</PanTilt><Zoom>{}</Zoom>", !head)),
            Ask::Stop => ("Stop", "<PanTilt>true</PanTilt><Zoom>true</Zoom>".to_owned()),
            Ask::Home => ("GotoHomePosition", String::new()),
            Ask::MoveTo(..) | Ask::ZoomTo(_) => ("AbsoluteMove", self.goal_of(ask).0.element("Position")),
            Ask::Recall(preset) => ("GotoPreset", self.token_of(*preset)),
            Ask::Keep(preset) => ("SetPreset", self.kept(*preset)),
            Ask::Clear(preset) => ("RemovePreset", self.token_of(*preset)),
        }
    }

    /// A preset that is not there is made under our name: cameras choose the tokens of those themselves.
    fn kept(&self, preset: u8) -> String {
        let is_known = preset_of(preset, &self.settings.presets, &self.presets).is_some();
        let name = format!("<PresetName>{}</PresetName>", name_of(preset));
        let has_token = self.settings.presets.iter().any(|named| named.preset == preset && named.token.is_some());
        if is_known || has_token { name + &self.token_of(preset) } else { name }
    }

    /// Where an ask leads to, and the preset that is.
    fn goal_of(&self, ask: &Ask) -> (Place, Option<u8>) {
        match ask {
            Ask::MoveTo(pan, tilt) => (Place { pan: Some(*pan), tilt: Some(*tilt), zoom: None }, None),
            Ask::ZoomTo(zoom) => (Place { zoom: Some(*zoom), ..Place::default() }, None),
            Ask::Recall(preset) => (self.place_of(*preset), Some(*preset)),
            Ask::Watch
            | Ask::Presets
            | Ask::Info
            | Ask::Drive(..)
            | Ask::Zoom(_)
            | Ask::LetGo { .. }
            | Ask::Stop
            | Ask::Home
            | Ask::Keep(_)
            | Ask::Clear(_) => (Place::default(), None),
        }
    }

    const fn leads_somewhere(ask: &Ask) -> bool {
        matches!(ask, Ask::Home | Ask::MoveTo(..) | Ask::ZoomTo(_) | Ask::Recall(_))
    }

    /// The camera accepted what was sent.
    fn accepted(&mut self, ask: Ask, payload: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        let is_motion = matches!(ask, Ask::Drive(..) | Ask::Zoom(_) | Ask::LetGo { .. } | Ask::Stop) || Self::leads_somewhere(&ask);
        if is_motion && let Some(old) = self.goal.take() {
            heard.push(Heard::No { slot: old.slot, seq: None, why: No::Cancelled });
        }
        if Self::leads_somewhere(&ask) {
            self.slot = self.slot.checked_add(1).unwrap_or(1);
            let (place, preset) = self.goal_of(&ask);
            (self.goal, self.shown) = (Some(Goal { slot: self.slot, place, preset, started: false, still: 0 }), None);
            heard.push(Heard::Ack { slot: self.slot, seq: None });
        } else {
            heard.push(Heard::Answer { seq: None, payload: payload.to_vec() });
        }
        heard
    }

    /// A status: whether the goal is reached.
    fn seen(&mut self, status: Status) -> Option<Heard> {
        let has_place = !status.place.is_empty();
        let has_moved = has_place && status.place != self.status.place;
        let is_moving = status.moving.unwrap_or(has_moved);
        (self.is_moving, self.status) = (is_moving, status);
        if has_place && self.shown.is_some_and(|(_, place)| !place.is_empty() && !status.place.is_at(&place)) {
            self.shown = None;
        }
        let goal = self.goal.as_mut()?;
        if is_moving {
            (goal.started, goal.still) = (true, 0);
            return None;
        }
        goal.still = goal.still.saturating_add(1);
        let tells = status.moving.is_some() || has_place;
        let is_there = if goal.place.is_empty() { tells && (goal.started || goal.still >= STILL) } else { status.place.is_at(&goal.place) };
        let reached = self.goal.take_if(|_| is_there)?;
        self.shown = reached.preset.map(|preset| (preset, status.place));
        Some(Heard::Done { slot: reached.slot, seq: None })
    }

    /// The preset the camera stands at.
    fn preset(&self) -> Option<u8> {
        if self.is_moving || self.goal.is_some() {
            return None;
        }
        let is_here = |number: &u8| {
            Some(self.place_of(*number)).filter(|place| !place.is_empty()).is_some_and(|place| self.status.place.is_at(&place))
        };
        self.shown.map(|(preset, _)| preset).or_else(|| (1..=self.settings.preset_count).find(is_here))
    }

    fn status_facts(&self) -> Vec<Fact> {
        let Status { place, moving } = self.status;
        vec![
            fact("pan", place.pan.map(Value::Int)),
            fact("tilt", place.tilt.map(Value::Int)),
            fact("zoom", place.zoom.map(Value::Int)),
            fact("moving", moving.map(Value::Bool)),
            fact("preset", self.preset().map(|preset| Value::Int(preset.into()))),
        ]
    }

    /// A reply while the session is open.
    fn replied(&mut self, body: &Element, payload: &[u8]) -> Vec<Heard> {
        let Some(ask) = self.sent else { return Vec::new() };
        if body.name == "Fault" {
            if matches!(ask, Ask::Drive(..) | Ask::Zoom(_) | Ask::Watch) {
                self.held = [0; 3];
            }
            return vec![Heard::No { slot: 0, seq: None, why: no(&codes_of(body)) }];
        }
        if body.name.strip_suffix("Response") != Some(self.session.operation()) {
            return Vec::new();
        }
        let status = if body.name == "GetStatusResponse" { Status::of(body) } else { None };
        let done = status.and_then(|status| self.seen(status));
        self.accepted(ask, payload).into_iter().chain(done).collect()
    }
}

fn no(codes: &[&str]) -> No {
    let says = |words: &[&str]| codes.iter().any(|code| words.contains(code));
    if says(&["NotAuthorized", "ActionNotSupported", "UnknownAction", "NoHomePosition", "CannotOverwriteHome", "SpaceNotSupported"]) {
        No::Unsupported
    } else if says(&["TooManyPresets", "MovingPTZ", "Action"]) {
        No::NotNow
    } else if says(&["Sender"]) {
        No::BadParameter
    } else {
        No::Fault
    }
}

impl Protocol for Onvif {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.messages.clear();
        (self.held, self.sent, self.goal, self.shown) = ([0; 3], None, None, None);
        (self.status, self.is_moving) = (Status::default(), false);
        self.session.open(&self.settings)
    }

    fn open_again(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.session.is_open()
    }

    fn prelude(&self) -> Vec<(Ask, Duration)> {
        vec![(Ask::Stop, Duration::ZERO)]
    }

    fn polls(&self) -> Vec<Ask> {
        vec![Ask::Info, Ask::Presets, Ask::Watch]
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Watch if self.is_held() => Some(POLL_HELD),
            Ask::Watch if self.is_moving || self.goal.is_some() => Some(POLL_MOVING),
            Ask::Watch => Some(POLL),
            Ask::Presets => Some(POLL_PRESETS),
            Ask::Info
            | Ask::Drive(..)
            | Ask::Zoom(_)
            | Ask::LetGo { .. }
            | Ask::Stop
            | Ask::Home
            | Ask::MoveTo(..)
            | Ask::ZoomTo(_)
            | Ask::Recall(_)
            | Ask::Keep(_)
            | Ask::Clear(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let answered = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Watch | Ask::Presets | Ask::Info => answered,
            Ask::Drive(..) => Manner { retry: Retry::Motion, ..answered.keyed("drive") },
            Ask::Zoom(_) => Manner { retry: Retry::Motion, ..answered.keyed("zoom") },
            Ask::LetGo { head } => answered.keyed(if *head { "drive" } else { "zoom" }),
            Ask::Stop => Manner { stops_moves: true, ..answered },
            Ask::Home | Ask::MoveTo(..) | Ask::ZoomTo(_) | Ask::Recall(_) => {
                Manner { retry: Retry::Motion, done_within: Some(MOVE_WITHIN), ..answered.keyed("place") }
            }
            // Said twice it could make two presets.
            Ask::Keep(_) | Ask::Clear(_) => Manner { retry: Retry::Once, ..answered },
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        match ask {
            Ask::Drive(pan, tilt) => (self.held, self.renewed) = ([*pan, *tilt, self.held[2]], true),
            Ask::Zoom(zoom) => (self.held, self.renewed) = ([self.held[0], self.held[1], *zoom], true),
            Ask::LetGo { head: true } => self.held = [0, 0, self.held[2]],
            Ask::LetGo { head: false } => self.held[2] = 0,
            Ask::Stop | Ask::Home | Ask::MoveTo(..) | Ask::ZoomTo(_) | Ask::Recall(_) => self.held = [0; 3],
            Ask::Watch => self.renewed = self.is_held() && !self.renewed,
            Ask::Presets | Ask::Info | Ask::Keep(_) | Ask::Clear(_) => {}
        }
        let (operation, inside) = self.operation(ask);
        self.sent = Some(*ask);
        if *ask == Ask::Info {
            return (self.session.say_device(&self.settings, operation, ""), None);
        }
        let inside = profile_element(self.session.profile()) + &inside;
        (self.session.say(&self.settings, NS_PTZ, operation, inside), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.messages.feed(bytes) {
            let reply = match piece {
                Piece::Message(reply) => reply,
                Piece::Noise(count) => {
                    heard.push(Heard::Noise(count));
                    continue;
                }
            };
            if reply.ends() {
                heard.push(Heard::Ends);
            }
            match self.session.took(&self.settings, &reply) {
                Turn::Over(over) => heard.push(over),
                Turn::Open => {
                    let document = read(&reply.body);
                    match document.as_ref().and_then(body_of) {
                        Some(body) => heard.extend(self.replied(body, &reply.body)),
                        None => heard.push(Heard::Noise(reply.body.len().max(1))),
                    }
                }
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let document = read(payload);
        let Some(body) = document.as_ref().and_then(body_of) else { return Read::NotMine };
        let facts = match ask {
            Ask::Watch if body.name == "GetStatusResponse" => self.status_facts(),
            Ask::Presets => {
                self.presets = Preset::all_of(body);
                vec![fact("preset", self.preset().map(|preset| Value::Int(preset.into())))]
            }
            Ask::Info => {
                let text = |name: &str| body.text_at(&[name]).map(|text| Value::Text(text.to_owned()));
                vec![fact("model", text("Model")), fact("firmware", text("FirmwareVersion"))]
            }
            Ask::Keep(preset) => {
                self.shown = Some((*preset, self.status.place));
                Vec::new()
            }
            Ask::Watch
            | Ask::Drive(..)
            | Ask::Zoom(_)
            | Ask::LetGo { .. }
            | Ask::Stop
            | Ask::Home
            | Ask::MoveTo(..)
            | Ask::ZoomTo(_)
            | Ask::Recall(_)
            | Ask::Clear(_) => Vec::new(),
        };
        Read::Facts(facts)
    }

    fn done(&mut self, ask: &Ask) -> Vec<Fact> {
        if Self::leads_somewhere(ask) { self.status_facts() } else { Vec::new() }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let properties: &[&'static str] = match ask {
            Ask::Watch => &["pan", "tilt", "zoom", "moving", "preset"],
            Ask::Info => &["model", "firmware"],
            Ask::Presets
            | Ask::Drive(..)
            | Ask::Zoom(_)
            | Ask::LetGo { .. }
            | Ask::Stop
            | Ask::Home
            | Ask::MoveTo(..)
            | Ask::ZoomTo(_)
            | Ask::Recall(_)
            | Ask::Keep(_)
            | Ask::Clear(_) => &[],
        };
        properties.iter().map(|property| fact(property, None)).collect()
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Watch | Ask::Presets | Ask::Info => Vec::new(),
            Ask::Keep(_) | Ask::Clear(_) => vec![Ask::Presets, Ask::Watch],
            Ask::Drive(..)
            | Ask::Zoom(_)
            | Ask::LetGo { .. }
            | Ask::Stop
            | Ask::Home
            | Ask::MoveTo(..)
            | Ask::ZoomTo(_)
            | Ask::Recall(_) => vec![Ask::Watch],
        }
    }

    fn meanwhile(&self, _ask: &Ask) -> Vec<Ask> {
        vec![Ask::Watch]
    }

    fn capacity(&self) -> usize {
        // The next place cancels the one before; both are on the way for a moment.
        2
    }

    fn outlives_connections(&self) -> bool {
        true
    }

    fn connected_again(&mut self) {
        self.messages.clear();
    }

    fn clock(&mut self, now: Duration) {
        self.session.clock(now);
    }
}
