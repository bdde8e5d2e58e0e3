//! The room's discussion over a central unit that has rules of its own, or over a mixer's channels with ours ([`Discussion`]); the camera follows.
//!
//! Who speaks is what the device reports, never what was asked for.

use std::collections::BTreeMap;

use room_api::DiscussionMode as Mode;
use room_api::{
    Act, DeviceId, DeviceKind, DiscussionAct, DiscussionSeat, DiscussionSnapshot, Quality, Refusal, RefusalCode, RoomResponse, Text, Value,
    Vote,
};

use crate::check::setter;
use crate::discussion::{Discussion, Do, Heard, Limits, Refused, Role, Seated};
use crate::follow::{Follow, Shots};
use crate::room::{Device, Lane, Room};
use crate::spec::{RoomSpec, SpecError};
use crate::{text, vote};

/// Modes that need neither buttons that are held nor levels: those over plain channels.
const OWN_MODES: [Mode; 4] = [Mode::Open, Mode::Approval, Mode::Fifo, Mode::Limited];
/// Limits of a speech, s.
const SPEECH_S: std::ops::RangeInclusive<u32> = 10..=7_200;

/// A seat as configured.
#[derive(Debug, Clone)]
pub struct DelegateSpec {
    /// Its number, as at the central unit.
    pub seat: u16,
    /// Who sits there.
    pub name: Text,
    /// The chair's.
    pub is_chair: bool,
    /// Channel of the mixer, as in its properties; only there.
    pub channel: Option<String>,
}

/// The discussion as configured.
#[derive(Debug, Clone)]
pub struct DiscussionSpec {
    /// The central unit or the mixer.
    pub device: DeviceId,
    /// Seats; a central unit may tell of others.
    pub seats: Vec<DelegateSpec>,
    /// First mode; only over a mixer.
    pub mode: Mode,
    /// How many; only over a mixer.
    pub limits: Limits,
    /// Which camera shows whom.
    pub shots: Shots,
    /// Longest speech, s.
    pub speech_limit_s: Option<u32>,
    /// Where results of votes are shown.
    pub board: Option<DeviceId>,
}

impl DiscussionSpec {
    /// Whether it can be.
    pub(crate) fn check(&self, room: &RoomSpec) -> Result<(), SpecError> {
        let bad = |why: String| Err(SpecError::Discussion(why));
        let find = |id: &DeviceId| room.devices.iter().find(|device| &device.device == id);
        let Some(device) = find(&self.device) else { return bad(format!("there is no device {}", self.device.0)) };
        for (index, seat) in self.seats.iter().enumerate() {
            if self.seats.iter().take(index).any(|other| other.seat == seat.seat) {
                return bad(format!("seat {} is listed twice", seat.seat));
            }
            let sets = |channel: &String| setter(device, &format!("mute.{channel}"), &Value::Bool(true)).is_some();
            if device.kind == DeviceKind::Mixer && !seat.channel.as_ref().is_some_and(sets) {
                return bad(format!("seat {}: `channel` must be one of {}", seat.seat, self.device.0));
            }
        }
        if !matches!(device.kind, DeviceKind::Mixer | DeviceKind::Discussion) {
            return bad(format!("{} is neither a discussion system nor a mixer", self.device.0));
        }
        if device.kind == DeviceKind::Mixer && !OWN_MODES.contains(&self.mode) {
            return bad(format!("over a mixer there is no mode {}", self.mode.word()));
        }
        for shot in self.shots.seats.values().chain(&self.shots.panorama) {
            let can = find(&shot.device).and_then(|camera| setter(camera, "preset", &Value::Int(shot.preset.into())));
            if can.is_none() {
                return bad(format!("{} has no preset {}", shot.device.0, shot.preset));
            }
        }
        match &self.board {
            Some(board) if find(board).is_none_or(|board| setter(board, "text", &Value::Text(String::new())).is_none()) => {
                bad(format!("{} shows no text", board.0))
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Delegates {
    spec: DiscussionSpec,
    /// Rules and queue where the device has none.
    own: Option<Discussion>,
    follow: Option<Follow>,
    /// Reported open, and since when, ms.
    open: BTreeMap<u16, u64>,
    speech_limit_s: Option<u32>,
    vote: Option<Vote>,
}

fn refusal(why: Refused) -> Refusal {
    let text = match why {
        Refused::NoSeat => text("没有这个席位", "there is no such seat"),
        Refused::Full => text("发言席位或申请队列已满，请等有人结束", "no place is free; wait until somebody has finished"),
        Refused::NobodyWaits => text("没有人在等待发言", "nobody waits"),
        Refused::BadLimits => text("发言席位 1–8，申请 0–250", "open is 1 to 8, waiting 0 to 250"),
    };
    Refusal { code: RefusalCode::DiscussionRefused, text }
}

fn refused(zh: &str, en: &str) -> Refusal {
    Refusal { code: RefusalCode::DiscussionRefused, text: text(zh, en) }
}

fn seat_of(property: &str, stem: &str) -> Option<u16> {
    property.strip_prefix(stem)?.parse().ok()
}

impl Delegates {
    pub(crate) fn new(spec: &DiscussionSpec, kind: DeviceKind) -> Result<Self, SpecError> {
        let role = |is_chair| if is_chair { Role::Chair } else { Role::Delegate };
        let seats: Vec<Seated> = spec.seats.iter().map(|seat| Seated { seat: seat.seat, role: role(seat.is_chair) }).collect();
        let own = || Discussion::new(&seats, spec.mode, spec.limits).map_err(|why| SpecError::Discussion(why.to_string()));
        let has_shots = !spec.shots.seats.is_empty() || spec.shots.panorama.is_some();
        Ok(Self {
            own: if kind == DeviceKind::Mixer { Some(own()?) } else { None },
            follow: has_shots.then(|| Follow::new(spec.shots.clone())),
            open: BTreeMap::new(),
            speech_limit_s: spec.speech_limit_s,
            vote: None,
            spec: spec.clone(),
        })
    }

    /// The property that tells of a seat's microphone.
    fn microphone(&self, seat: u16) -> Option<String> {
        if self.own.is_none() {
            return Some(format!("mic.{seat}"));
        }
        let channel = self.spec.seats.iter().find(|found| found.seat == seat)?.channel.as_ref()?;
        Some(format!("mute.{channel}"))
    }

    /// Whether a seat's microphone is open, by a report that still counts.
    fn is_open(&self, device: &Device, now_ms: u64, seat: u16) -> Option<bool> {
        let property = device.properties.get(&self.microphone(seat)?)?;
        let is_known = property.quality(now_ms, device.is_linked()) == Quality::Known;
        match property.reported.as_ref().filter(|_| is_known)? {
            // A channel is muted or not; a microphone is open or not.
            Value::Bool(said) => Some(*said != self.own.is_some()),
            Value::Int(_) | Value::Text(_) => None,
        }
    }

    /// Those configured and those the unit told of.
    fn seats(&self, device: &Device) -> Vec<u16> {
        let stems = ["mic.", "request.", "connected."];
        let told = device.properties.keys().filter_map(|name| stems.iter().find_map(|stem| seat_of(name, stem)));
        let told: Vec<u16> = if self.own.is_some() { Vec::new() } else { told.collect() };
        let mut seats: Vec<u16> = self.spec.seats.iter().map(|seat| seat.seat).chain(told).collect();
        seats.sort_unstable();
        seats.dedup();
        seats
    }

    fn act(&mut self, room: &mut Room, now_ms: u64, act: &DiscussionAct) -> Result<RoomResponse, Refusal> {
        match act {
            DiscussionAct::SetSpeechLimit { seconds } => {
                if seconds.is_some_and(|seconds| !SPEECH_S.contains(&seconds)) {
                    return Err(refused("发言时限为 10–7200 秒", "a speech lasts 10 to 7200 s"));
                }
                self.speech_limit_s = *seconds;
            }
            DiscussionAct::Follow { on } => {
                let follow = self.follow.as_mut().ok_or_else(|| refused("本会场没有设置跟踪机位", "no shots are set up in this room"))?;
                follow.switch(now_ms, *on);
            }
            DiscussionAct::OpenVote { title } => vote::open(&mut self.vote, now_ms, title)?,
            DiscussionAct::CountVote { yes, no, abstain } => vote::count(&mut self.vote, *yes, *no, *abstain)?,
            DiscussionAct::CloseVote {} => {
                let result = vote::close(&mut self.vote, now_ms)?;
                self.show(room, now_ms, result);
            }
            DiscussionAct::Request { .. }
            | DiscussionAct::Withdraw { .. }
            | DiscussionAct::Grant { .. }
            | DiscussionAct::Close { .. }
            | DiscussionAct::Next {}
            | DiscussionAct::AllOff {}
            | DiscussionAct::ClearRequests {}
            | DiscussionAct::SetMode { .. } => return self.speak(room, now_ms, act),
        }
        Ok(RoomResponse::Done {})
    }

    /// A result that cannot be shown is shown by the board's own card.
    fn show(&self, room: &mut Room, now_ms: u64, words: String) {
        let act = self.spec.board.as_ref().and_then(|board| setter(&room.device(board).ok()?.spec, "text", &Value::Text(words)));
        if let Some(act) = act {
            let _ = room.order(now_ms, Lane::Scene, &act);
        }
    }

    /// What changes who speaks.
    fn speak(&mut self, room: &mut Room, now_ms: u64, act: &DiscussionAct) -> Result<RoomResponse, Refusal> {
        let device = room.linked(&self.spec.device)?;
        if self.own.is_none() {
            let (command, args) = unit_command(act).ok_or_else(|| refused("设备做不到", "the device cannot do this"))?;
            let act = Act { device: self.spec.device.clone(), command: command.to_owned(), args };
            return room.order(now_ms, Lane::Operator, &act).map(|id| RoomResponse::Accepted { id });
        }
        let what = self.own_act(device, now_ms, act)?;
        let Some(own) = &mut self.own else { return Ok(RoomResponse::Done {}) };
        let heard = own.act(now_ms, what).map_err(refusal)?;
        self.obey(room, now_ms, &heard)
    }

    fn own_act(&self, device: &Device, now_ms: u64, act: &DiscussionAct) -> Result<Do, Refusal> {
        let waits = |seat: u16| self.own.as_ref().is_some_and(|own| own.waiting().contains(&seat));
        Ok(match act {
            // A press of who waits takes the request back; asking twice is no press.
            DiscussionAct::Request { seat } if waits(*seat) || self.is_open(device, now_ms, *seat) == Some(true) => {
                return Err(refused("该席位已在发言或等待", "the seat speaks or waits already"));
            }
            DiscussionAct::Request { seat } => Do::Press(*seat),
            DiscussionAct::Withdraw { seat } => Do::Deny(*seat),
            DiscussionAct::Grant { seat } => Do::Grant(*seat),
            DiscussionAct::Close { seat } => Do::Close(*seat),
            DiscussionAct::Next {} => Do::Next,
            DiscussionAct::AllOff {} => Do::AllOff,
            DiscussionAct::ClearRequests {} => Do::ClearRequests,
            DiscussionAct::SetMode { mode } if OWN_MODES.contains(mode) => Do::SetMode(*mode),
            DiscussionAct::SetMode { .. } => return Err(refused("调音台话筒没有这种模式", "channels of a mixer have no such mode")),
            DiscussionAct::SetSpeechLimit { .. }
            | DiscussionAct::Follow { .. }
            | DiscussionAct::OpenVote { .. }
            | DiscussionAct::CountVote { .. }
            | DiscussionAct::CloseVote {} => return Err(refused("设备做不到", "the device cannot do this")),
        })
    }

    /// Opens and closes channels as the rules say; closing goes first.
    fn obey(&self, room: &mut Room, now_ms: u64, heard: &[Heard]) -> Result<RoomResponse, Refusal> {
        let mut microphones: Vec<(u16, bool)> =
            heard.iter().filter_map(|heard| if let Heard::Mic(seat, open) = heard { Some((*seat, *open)) } else { None }).collect();
        microphones.sort_by_key(|(_, open)| *open);
        let mut response = RoomResponse::Done {};
        for (seat, open) in microphones {
            let Some(property) = self.microphone(seat) else { continue };
            let act = setter(&room.device(&self.spec.device)?.spec, &property, &Value::Bool(!open));
            if let Some(act) = act {
                response = RoomResponse::Accepted { id: room.order(now_ms, Lane::Operator, &act)? };
            }
        }
        Ok(response)
    }

    /// The device reported: what changed at it is so, and the camera turns.
    fn hear(&mut self, room: &mut Room, now_ms: u64) {
        let Ok(device) = room.device(&self.spec.device) else { return };
        let mut found = Vec::new();
        for seat in self.seats(device) {
            let Some(is_open) = self.is_open(device, now_ms, seat) else { continue };
            if is_open != self.open.contains_key(&seat) {
                if is_open {
                    self.open.insert(seat, now_ms);
                } else {
                    self.open.remove(&seat);
                }
                if let Some(follow) = &mut self.follow {
                    follow.mic(now_ms, seat, is_open);
                }
            }
            let property = self.microphone(seat).and_then(|name| device.properties.get(&name));
            let is_awaited = property.is_some_and(|property| property.pending.is_some());
            if self.own.as_ref().is_some_and(|own| own.speaking().contains(&seat) != is_open) && !is_awaited {
                found.push(Do::Found(seat, is_open));
            }
        }
        for what in found {
            let Some(own) = &mut self.own else { return };
            let heard = own.act(now_ms, what).unwrap_or_default();
            // The device has just reported; what it does not take is shown at its card.
            let _ = self.obey(room, now_ms, &heard);
        }
        self.aim(room, now_ms);
    }

    fn aim(&mut self, room: &mut Room, now_ms: u64) {
        let Some(shot) = self.follow.as_mut().and_then(|follow| follow.tick(now_ms)) else { return };
        let preset = Value::Int(shot.preset.into());
        let act = room.linked(&shot.device).ok().and_then(|camera| setter(&camera.spec, "preset", &preset));
        if let Some(act) = act {
            let _ = room.order(now_ms, Lane::Scene, &act);
        }
    }

    fn snapshot(&self, device: &Device, now_ms: u64) -> DiscussionSnapshot {
        let word = |name: &str| match device.properties.get(name)?.reported.as_ref()? {
            Value::Text(word) => Some(word.clone()),
            Value::Int(_) | Value::Bool(_) => None,
        };
        let number = |name: &str| match device.properties.get(name)?.reported.as_ref()? {
            Value::Int(number) => u16::try_from(*number).ok(),
            Value::Text(_) | Value::Bool(_) => None,
        };
        let unit_modes = || device.spec.labels.get("mode").into_iter().flatten();
        let mode_of = |value: &Value| if let Value::Text(word) = value { Mode::of(word) } else { None };
        let seats = self.seats(device);
        DiscussionSnapshot {
            device: self.spec.device.clone(),
            is_own: self.own.is_some(),
            mode: self.own.as_ref().map_or_else(|| Mode::of(&word("mode")?), |own| Some(own.mode())),
            modes: if self.own.is_some() { OWN_MODES.to_vec() } else { unit_modes().filter_map(|(value, _)| mode_of(value)).collect() },
            max_open: self.own.as_ref().map_or_else(|| number("max_open"), |own| u16::try_from(own.limits().open).ok()),
            seats: seats.into_iter().map(|seat| self.seat(device, now_ms, seat)).collect(),
            speech_limit_s: self.speech_limit_s,
            follows: self.follow.as_ref().map(Follow::is_on),
            vote: self.vote.clone(),
        }
    }

    fn seat(&self, device: &Device, now_ms: u64, seat: u16) -> DiscussionSeat {
        let spec = self.spec.seats.iter().find(|found| found.seat == seat);
        let reported = |stem: &str| device.properties.get(&format!("{stem}.{seat}")).and_then(|property| property.reported.as_ref());
        let told = if let Some(Value::Text(name)) = reported("name") { Some(text(name, name)) } else { None };
        let place = match (&self.own, reported("request")) {
            (Some(own), _) => own.waiting().iter().position(|waiting| *waiting == seat).and_then(|index| u16::try_from(index + 1).ok()),
            (None, Some(Value::Int(place))) => u16::try_from(*place).ok().filter(|place| *place > 0),
            (None, _) => None,
        };
        let property = self.microphone(seat).and_then(|name| device.properties.get(&name));
        let wanted = property.filter(|property| property.pending.is_some()).and_then(|property| property.wanted.clone());
        let open = self.is_open(device, now_ms, seat);
        DiscussionSeat {
            seat,
            name: spec.map(|spec| spec.name.clone()).or(told).unwrap_or_else(|| text(format!("{seat} 号"), format!("Seat {seat}"))),
            is_chair: spec.is_some_and(|spec| spec.is_chair),
            open,
            wanted: if let Some(Value::Bool(wanted)) = wanted { Some(wanted != self.own.is_some()) } else { None },
            speaking_since_ms: self.open.get(&seat).copied().filter(|_| open == Some(true)),
            place,
            is_lost: reported("connected") == Some(&Value::Bool(false)),
        }
    }
}

/// The unit's command for an act.
fn unit_command(act: &DiscussionAct) -> Option<(&'static str, BTreeMap<String, Value>)> {
    let of = |seat: &u16| BTreeMap::from([("seat".to_owned(), Value::Int((*seat).into()))]);
    let mic = |seat: &u16, on: bool| {
        let mut args = of(seat);
        args.insert("on".to_owned(), Value::Bool(on));
        Some(("set_mic", args))
    };
    match act {
        DiscussionAct::Request { seat } => Some(("put_request", of(seat))),
        DiscussionAct::Withdraw { seat } => Some(("withdraw_request", of(seat))),
        DiscussionAct::Grant { seat } => mic(seat, true),
        DiscussionAct::Close { seat } => mic(seat, false),
        DiscussionAct::Next {} => Some(("grant_next", BTreeMap::new())),
        DiscussionAct::AllOff {} => Some(("all_off", BTreeMap::new())),
        DiscussionAct::ClearRequests {} => Some(("clear_requests", BTreeMap::new())),
        DiscussionAct::SetMode { mode } => Some(("set_mode", BTreeMap::from([("mode".to_owned(), Value::Text(mode.word().to_owned()))]))),
        DiscussionAct::SetSpeechLimit { .. }
        | DiscussionAct::Follow { .. }
        | DiscussionAct::OpenVote { .. }
        | DiscussionAct::CountVote { .. }
        | DiscussionAct::CloseVote {} => None,
    }
}

impl Room {
    fn linked(&self, id: &DeviceId) -> Result<&Device, Refusal> {
        let device = self.device(id)?;
        if device.is_linked() {
            return Ok(device);
        }
        let text = text(format!("{} 未连接", device.spec.name.zh), format!("{} is not connected", device.spec.name.en));
        Err(Refusal { code: RefusalCode::Offline, text })
    }

    /// Lends the discussion and the room to each other.
    fn with_delegates<T>(&mut self, what: impl FnOnce(&mut Delegates, &mut Self) -> T) -> Option<T> {
        let mut delegates = self.delegates.take()?;
        let result = what(&mut delegates, self);
        self.delegates = Some(delegates);
        Some(result)
    }

    pub(crate) fn discuss(&mut self, now_ms: u64, act: &DiscussionAct) -> Result<RoomResponse, Refusal> {
        let result = self.with_delegates(|delegates, room| delegates.act(room, now_ms, act));
        let none = || Refusal { code: RefusalCode::NoDiscussion, text: text("本会场没有讨论系统", "the room has no discussion") };
        let response = result.ok_or_else(none)??;
        self.with_delegates(|delegates, room| delegates.aim(room, now_ms));
        self.changed();
        Ok(response)
    }

    pub(crate) fn hear_microphones(&mut self, now_ms: u64, device: &DeviceId) {
        if self.delegates.as_ref().is_some_and(|delegates| &delegates.spec.device == device) {
            self.with_delegates(|delegates, room| delegates.hear(room, now_ms));
        }
    }

    /// Somebody moves a camera that follows the microphones: it is theirs.
    pub(crate) fn taken_by_hand(&mut self, now_ms: u64, camera: &DeviceId) {
        let Some(delegates) = &mut self.delegates else { return };
        let shots = &delegates.spec.shots;
        if shots.seats.values().chain(&shots.panorama).any(|shot| &shot.device == camera)
            && let Some(follow) = delegates.follow.as_mut().filter(|follow| follow.is_on())
        {
            follow.switch(now_ms, false);
            self.changed();
        }
    }

    pub(crate) fn follow_microphones(&mut self, now_ms: u64) {
        self.with_delegates(|delegates, room| delegates.aim(room, now_ms));
    }

    pub(crate) fn follow_deadline(&self) -> Option<u64> {
        self.delegates.as_ref()?.follow.as_ref()?.deadline()
    }

    pub(crate) fn discussion(&self, now_ms: u64) -> Option<DiscussionSnapshot> {
        let delegates = self.delegates.as_ref()?;
        Some(delegates.snapshot(self.device(&delegates.spec.device).ok()?, now_ms))
    }
}

#[cfg(test)]
#[path = "delegates_tests.rs"]
mod tests;
