//! A discussion over microphones that have no rules of their own (channels of a mixer): who speaks, who waits. The words and the rules are those of
//! every discussion system (fact sheet §23); where a central unit keeps them itself, this machine is not used.

use std::collections::BTreeMap;

use room_api::DiscussionMode as Mode;

/// Most delegates' microphones open at once.
const MAX_OPEN: usize = 8;
/// Longest waiting list.
const MAX_REQUESTS: usize = 250;
/// A voice must last so long before it opens a microphone, so that coughs do not.
const VOICE_ATTACK_MS: u64 = 300;
/// A microphone opened by voice closes after so much silence.
const VOICE_HOLD_MS: u64 = 2_000;

/// What a seat may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Counts among the open ones.
    Delegate,
    /// Does not count, cannot be closed by others' turn, may always speak.
    Chair,
}

/// A seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seated {
    /// Its number.
    pub seat: u16,
    /// What it may.
    pub role: Role,
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Delegates' microphones open at once, 1 to 8.
    pub open: usize,
    /// Waiting delegates, 0 to 250.
    pub requests: usize,
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Do {
    /// A seat's button goes down.
    Press(u16),
    /// It goes up.
    Release(u16),
    /// The voice at a seat is above its threshold, or not.
    Voice(u16, bool),
    /// The chair or the operator lets a waiting seat speak; any seat when nobody waits.
    Grant(u16),
    /// The chair ends the longest speaker and lets the first waiter follow.
    Next,
    /// Takes a microphone away.
    Close(u16),
    /// Takes a request away.
    Deny(u16),
    /// A microphone was opened or closed at the device itself: that is so, whatever the limits.
    Found(u16, bool),
    /// All delegates are closed.
    AllOff,
    /// Nobody waits any more.
    ClearRequests,
    /// The chair's priority button goes down: delegates are muted while it is held.
    PriorityOn,
    /// It goes up: they are as before.
    PriorityOff,
    /// Another mode; who speaks goes on speaking.
    SetMode(Mode),
    /// Other limits.
    SetLimits(Limits),
}

/// What became of it, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A microphone is to be opened or closed.
    Mic(u16, bool),
    /// The queue changed.
    Queue,
}

/// Why nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such seat.
    #[error("there is no such seat")]
    NoSeat,
    /// 限制发言 and no place, or the queue is full.
    #[error("no place is free; wait until somebody has finished")]
    Full,
    /// Nothing waits.
    #[error("nobody waits")]
    NobodyWaits,
    /// Limits outside what is possible.
    #[error("open is 1 to 8, waiting 0 to 250")]
    BadLimits,
}

#[derive(Debug, Clone, Copy, Default)]
struct Voice {
    since_ms: Option<u64>,
    heard_at_ms: u64,
    /// Muted by its own press until pressed again.
    is_muted: bool,
}

/// The machine.
#[derive(Debug)]
pub struct Discussion {
    seats: BTreeMap<u16, Role>,
    mode: Mode,
    limits: Limits,
    /// Open seats, the longest first.
    speaking: Vec<u16>,
    /// Since when each speaks, ms.
    began: BTreeMap<u16, u64>,
    waiting: Vec<u16>,
    /// Delegates muted by the chair's priority.
    muted: Vec<u16>,
    has_priority: bool,
    voices: BTreeMap<u16, Voice>,
}

impl Discussion {
    /// All closed.
    ///
    /// # Errors
    /// When the limits cannot be.
    pub fn new(seats: &[Seated], mode: Mode, limits: Limits) -> Result<Self, Refused> {
        check(limits)?;
        let seats = seats.iter().map(|seat| (seat.seat, seat.role)).collect();
        let (began, voices) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { seats, mode, limits, speaking: Vec::new(), began, waiting: Vec::new(), muted: Vec::new(), has_priority: false, voices })
    }

    /// Open seats, the longest first.
    #[must_use]
    pub fn speaking(&self) -> &[u16] {
        &self.speaking
    }

    /// Waiting seats, the first first.
    #[must_use]
    pub fn waiting(&self) -> &[u16] {
        &self.waiting
    }

    /// Since when a seat speaks, ms.
    #[must_use]
    pub fn since(&self, seat: u16) -> Option<u64> {
        self.began.get(&seat).copied()
    }

    /// Who decides.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// How many may.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    fn role(&self, seat: u16) -> Result<Role, Refused> {
        self.seats.get(&seat).copied().ok_or(Refused::NoSeat)
    }

    fn delegates_open(&self) -> usize {
        self.speaking.iter().filter(|seat| self.seats.get(seat) == Some(&Role::Delegate)).count()
    }

    fn has_room(&self) -> bool {
        !self.has_priority && self.delegates_open() < self.limits.open
    }

    /// Takes what somebody does at `now_ms`.
    ///
    /// # Errors
    /// With the reason; nothing has changed then.
    pub fn act(&mut self, now_ms: u64, what: Do) -> Result<Vec<Heard>, Refused> {
        let mut heard = Vec::new();
        match what {
            Do::Press(seat) => self.press(now_ms, seat, &mut heard)?,
            Do::Release(seat) => {
                self.role(seat)?;
                if self.mode == Mode::PushToTalk {
                    self.close(seat, &mut heard);
                }
            }
            Do::Voice(seat, is_loud) => self.hear(now_ms, seat, is_loud)?,
            Do::Grant(seat) => {
                if self.role(seat)? == Role::Delegate && !self.speaking.contains(&seat) {
                    self.make_room(&mut heard);
                }
                self.open(now_ms, seat, &mut heard);
            }
            Do::Next => self.next(now_ms, &mut heard)?,
            Do::Close(seat) => {
                self.role(seat)?;
                self.muted.retain(|muted| *muted != seat);
                self.close(seat, &mut heard);
            }
            Do::Deny(seat) => {
                self.role(seat)?;
                self.forget_request(seat, &mut heard);
            }
            Do::Found(seat, is_open) => {
                self.role(seat)?;
                if is_open {
                    self.open(now_ms, seat, &mut heard);
                } else {
                    self.close(seat, &mut heard);
                }
                heard.retain(|heard| !matches!(heard, Heard::Mic(found, _) if *found == seat));
            }
            Do::AllOff => self.all_off(&mut heard),
            Do::ClearRequests => self.clear_requests(0, &mut heard),
            Do::PriorityOn => self.take_priority(&mut heard),
            Do::PriorityOff => self.give_priority_back(now_ms, &mut heard),
            Do::SetMode(mode) => self.mode = mode,
            Do::SetLimits(limits) => self.set_limits(limits, &mut heard)?,
        }
        self.promote(now_ms, &mut heard);
        Ok(heard)
    }

    fn next(&mut self, now_ms: u64, heard: &mut Vec<Heard>) -> Result<(), Refused> {
        let seat = self.first_waiter(heard).ok_or(Refused::NobodyWaits)?;
        if let Some(longest) = self.longest_delegate() {
            self.close(longest, heard);
        }
        self.make_room(heard);
        self.open(now_ms, seat, heard);
        Ok(())
    }

    fn hear(&mut self, now_ms: u64, seat: u16, is_loud: bool) -> Result<(), Refused> {
        self.role(seat)?;
        let voice = self.voices.entry(seat).or_default();
        if is_loud {
            voice.since_ms.get_or_insert(now_ms);
            voice.heard_at_ms = now_ms;
        } else {
            voice.since_ms = None;
        }
        Ok(())
    }

    fn set_limits(&mut self, limits: Limits, heard: &mut Vec<Heard>) -> Result<(), Refused> {
        check(limits)?;
        self.limits = limits;
        while self.delegates_open() > self.limits.open {
            let Some(longest) = self.longest_delegate() else { break };
            self.close(longest, heard);
        }
        self.clear_requests(limits.requests, heard);
        Ok(())
    }

    /// Only the first so many wait on.
    fn clear_requests(&mut self, kept: usize, heard: &mut Vec<Heard>) {
        if self.waiting.len() > kept {
            self.waiting.truncate(kept);
            heard.push(Heard::Queue);
        }
    }

    /// Time passed: voices open and close microphones.
    pub fn tick(&mut self, now_ms: u64) -> Vec<Heard> {
        let mut heard = Vec::new();
        if self.mode != Mode::Voice {
            return heard;
        }
        let voices: Vec<(u16, Voice)> = self.voices.iter().map(|(seat, voice)| (*seat, *voice)).collect();
        for (seat, voice) in voices {
            let is_open = self.speaking.contains(&seat);
            let lasts = voice.since_ms.is_some_and(|since| now_ms.saturating_sub(since) >= VOICE_ATTACK_MS);
            let is_quiet = voice.since_ms.is_none() && now_ms.saturating_sub(voice.heard_at_ms) >= VOICE_HOLD_MS;
            let is_chair = self.seats.get(&seat) == Some(&Role::Chair);
            if !is_open && lasts && !voice.is_muted && (is_chair || self.has_room()) {
                self.open(now_ms, seat, &mut heard);
            } else if is_open && (is_quiet || voice.is_muted) {
                self.close(seat, &mut heard);
            }
        }
        heard
    }

    fn press(&mut self, now_ms: u64, seat: u16, heard: &mut Vec<Heard>) -> Result<(), Refused> {
        let is_chair = self.role(seat)? == Role::Chair;
        if self.mode == Mode::Voice {
            let voice = self.voices.entry(seat).or_default();
            voice.is_muted = !voice.is_muted;
            if voice.is_muted {
                self.close(seat, heard);
            }
            return Ok(());
        }
        if self.speaking.contains(&seat) {
            self.close(seat, heard);
            return Ok(());
        }
        if is_chair {
            self.open(now_ms, seat, heard);
            return Ok(());
        }
        if self.waiting.contains(&seat) {
            self.forget_request(seat, heard);
            return Ok(());
        }
        match self.mode {
            Mode::Open if self.has_room() => self.open(now_ms, seat, heard),
            Mode::Open | Mode::Approval => self.queue(seat, heard)?,
            Mode::Fifo if !self.has_priority => {
                self.make_room(heard);
                self.open(now_ms, seat, heard);
            }
            Mode::PushToTalk | Mode::Limited if self.has_room() => self.open(now_ms, seat, heard),
            Mode::Fifo | Mode::PushToTalk | Mode::Limited | Mode::Voice => return Err(Refused::Full),
        }
        Ok(())
    }

    fn queue(&mut self, seat: u16, heard: &mut Vec<Heard>) -> Result<(), Refused> {
        if self.waiting.len() >= self.limits.requests {
            return Err(Refused::Full);
        }
        self.waiting.push(seat);
        heard.push(Heard::Queue);
        Ok(())
    }

    fn open(&mut self, now_ms: u64, seat: u16, heard: &mut Vec<Heard>) {
        // Who speaks does not wait, however they came to it.
        self.forget_request(seat, heard);
        if !self.speaking.contains(&seat) {
            self.speaking.push(seat);
            self.began.insert(seat, now_ms);
            heard.push(Heard::Mic(seat, true));
        }
    }

    fn close(&mut self, seat: u16, heard: &mut Vec<Heard>) {
        if self.speaking.contains(&seat) {
            self.speaking.retain(|open| *open != seat);
            self.began.remove(&seat);
            heard.push(Heard::Mic(seat, false));
        }
    }

    fn forget_request(&mut self, seat: u16, heard: &mut Vec<Heard>) {
        if self.waiting.contains(&seat) {
            self.waiting.retain(|waiting| *waiting != seat);
            heard.push(Heard::Queue);
        }
    }

    fn first_waiter(&mut self, heard: &mut Vec<Heard>) -> Option<u16> {
        let first = self.waiting.first().copied()?;
        self.forget_request(first, heard);
        Some(first)
    }

    fn longest_delegate(&self) -> Option<u16> {
        self.speaking.iter().copied().find(|seat| self.seats.get(seat) == Some(&Role::Delegate))
    }

    /// Closes the longest speakers until one more may speak.
    fn make_room(&mut self, heard: &mut Vec<Heard>) {
        while self.delegates_open() >= self.limits.open {
            let Some(longest) = self.longest_delegate() else { return };
            self.close(longest, heard);
        }
    }

    /// 申请排队: who waits follows by themselves; with approval somebody has to say so.
    fn promote(&mut self, now_ms: u64, heard: &mut Vec<Heard>) {
        while self.mode == Mode::Open && self.has_room() {
            let Some(seat) = self.first_waiter(heard) else { return };
            self.open(now_ms, seat, heard);
        }
    }

    fn all_off(&mut self, heard: &mut Vec<Heard>) {
        self.muted.clear();
        // A queue that fills the places at once would make it no "all off".
        if self.mode == Mode::Open {
            self.clear_requests(0, heard);
        }
        while let Some(seat) = self.longest_delegate() {
            self.close(seat, heard);
        }
    }

    fn take_priority(&mut self, heard: &mut Vec<Heard>) {
        self.has_priority = true;
        while let Some(seat) = self.longest_delegate() {
            self.muted.push(seat);
            self.close(seat, heard);
        }
    }

    fn give_priority_back(&mut self, now_ms: u64, heard: &mut Vec<Heard>) {
        self.has_priority = false;
        for seat in std::mem::take(&mut self.muted) {
            if self.has_room() {
                self.open(now_ms, seat, heard);
            }
        }
    }
}

const fn check(limits: Limits) -> Result<(), Refused> {
    if limits.open >= 1 && limits.open <= MAX_OPEN && limits.requests <= MAX_REQUESTS { Ok(()) } else { Err(Refused::BadLimits) }
}

#[cfg(test)]
#[path = "discussion_tests.rs"]
mod tests;
