//! Lights as a driver: a steady stream of frames, and a question now and then whether anybody is there.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use room_api::{ReportSource, Value};
use room_driver::{Fact, Input, Lane, LinkHealth, MAX_QUEUED, No, Output, Progress, QueueFull, Trouble, retry_delay};

use super::adapter::declaration;
use super::engine::{Engine, Source, Universes};
use super::fixture::{Look, Rig, of_percent, percent_of};
use super::settings::{MAX_FADE_MS, Settings, Words};
use crate::driver::{BadAct, Declaration, Driver, boolean, int, word};
use crate::registry::SettingsError;

/// Questions to the node (fact sheet §18).
const ASK_EACH: Duration = Duration::from_millis(2_500);
/// Questions without answer after which it is gone (fact sheet §18).
const MAX_UNANSWERED: u32 = 3;
/// What a node says is known for three questions.
const KNOWN: Duration = Duration::from_millis(7_500);
/// Meaningless bytes in a row after which the node counts as garbled.
const MAX_NOISE: usize = 4_096;

/// What a node said.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// An answer to our question, with what it tells.
    Here(Vec<Fact>),
    /// Something that means nothing; that many bytes.
    Noise(usize),
    /// Something for others.
    Nothing,
}

/// What puts frames on the wire.
pub trait Carrier: Send {
    /// Name of the driver.
    fn name(&self) -> &'static str;
    /// What may stand in the settings.
    fn words(&self) -> Words;
    /// Properties the node itself reports.
    fn properties(&self) -> &'static [&'static str];
    /// The link was made afresh.
    fn open(&mut self);
    /// Bytes of a frame, one write each.
    fn frames(&mut self, universes: &Universes) -> Vec<Vec<u8>>;
    /// Questions that prove that the node is there; `None` where nothing answers by design.
    fn question(&mut self) -> Option<Vec<Vec<u8>>>;
    /// Takes bytes (a datagram on UDP).
    fn feed(&mut self, bytes: &[u8]) -> Vec<Said>;
    /// Facts to tell at each connect.
    fn at_open(&self) -> Vec<Fact> {
        Vec::new()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connecting,
    Asking,
    Online,
    Lost { next_try: Duration },
}

/// A command that waits for its fixtures.
#[derive(Debug)]
struct Pending {
    id: u64,
    fixtures: Vec<u16>,
    /// What it is about: a later command about the same takes its place.
    about: String,
}

/// See the module.
#[derive(Debug)]
pub struct Stream<C> {
    carrier: C,
    rig: Rig,
    engine: Engine,
    fade: Duration,
    phase: Phase,
    health: LinkHealth,
    outputs: VecDeque<Output>,
    pending: Vec<Pending>,
    ask_at: Duration,
    /// Questions since the last answer.
    unanswered: u32,
    noise: usize,
    attempt: usize,
    random: u64,
}

impl<C: Carrier> Stream<C> {
    /// Begins to connect.
    ///
    /// # Errors
    /// When the settings contradict themselves.
    pub fn new(carrier: C, settings: &Settings, seed: u64) -> Result<Self, SettingsError> {
        let rig = settings.rig(carrier.words())?;
        let mut engine = settings.engine(&rig);
        if let Some(level) = settings.start_level {
            for fixture in &rig.fixtures {
                engine.set_level(Duration::ZERO, Source::Scene, fixture.number, of_percent(level.into()), Duration::ZERO);
            }
        }
        Ok(Self {
            carrier,
            rig,
            engine,
            fade: settings.fade(),
            phase: Phase::Connecting,
            health: LinkHealth::Connecting,
            outputs: VecDeque::from([Output::Health(LinkHealth::Connecting), Output::Connect]),
            pending: Vec::new(),
            ask_at: Duration::ZERO,
            unanswered: 0,
            noise: 0,
            attempt: 0,
            random: seed | 1,
        })
    }

    fn set_health(&mut self, health: LinkHealth) {
        if self.health != health {
            self.health = health.clone();
            self.outputs.push_back(Output::Health(health));
        }
    }

    fn tell(&mut self, id: u64, progress: Progress) {
        if id != 0 {
            self.outputs.push_back(Output::Progress { id, progress });
        }
    }

    const fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Asking | Phase::Online)
    }

    fn connected(&mut self, now: Duration) {
        if self.phase != Phase::Connecting {
            return;
        }
        (self.unanswered, self.noise) = (0, 0);
        self.carrier.open();
        self.phase = Phase::Asking;
        self.set_health(LinkHealth::Syncing);
        let facts = self.carrier.at_open();
        self.report(facts, ReportSource::Poll, None);
        self.engine.resume(now);
        self.ask(now);
    }

    /// Asks whether anybody is there.
    fn ask(&mut self, now: Duration) {
        self.ask_at = now + ASK_EACH;
        self.unanswered += 1;
        match self.carrier.question() {
            Some(questions) => self.outputs.extend(questions.into_iter().map(Output::Send)),
            None => self.is_here(now),
        }
    }

    fn is_here(&mut self, now: Duration) {
        (self.unanswered, self.noise, self.attempt) = (0, 0, 0);
        if self.phase == Phase::Asking {
            self.phase = Phase::Online;
            self.report_levels(now);
        }
        self.set_health(LinkHealth::Online);
    }

    fn lose(&mut self, now: Duration, reason: Trouble) {
        if let Phase::Lost { .. } = self.phase {
            return;
        }
        if !matches!(reason, Trouble::Unreachable(_)) {
            self.outputs.push_back(Output::Disconnect);
        }
        for pending in std::mem::take(&mut self.pending) {
            self.tell(pending.id, Progress::TimedOut);
        }
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let jitter = f64::from(u32::try_from(self.random >> 32).unwrap_or(0)) / f64::from(u32::MAX) * 2.0 - 1.0;
        let next_try = now + retry_delay(self.attempt, &reason, jitter);
        self.attempt = self.attempt.saturating_add(1);
        self.phase = Phase::Lost { next_try };
        self.set_health(LinkHealth::Lost { reason, next_try });
    }

    fn tick(&mut self, now: Duration) {
        match self.phase {
            Phase::Lost { next_try } if next_try <= now => {
                self.phase = Phase::Connecting;
                self.set_health(LinkHealth::Connecting);
                self.outputs.push_back(Output::Connect);
            }
            Phase::Asking | Phase::Online if self.ask_at <= now => {
                if self.unanswered >= MAX_UNANSWERED {
                    self.lose(now, Trouble::Silent);
                    return;
                }
                if self.unanswered > 1 && self.phase == Phase::Online {
                    self.set_health(LinkHealth::Degraded(Trouble::Slow));
                }
                self.ask(now);
            }
            Phase::Connecting | Phase::Asking | Phase::Online | Phase::Lost { .. } => {}
        }
    }

    fn report(&mut self, facts: Vec<Fact>, source: ReportSource, good_for: Option<Duration>) {
        if !facts.is_empty() {
            self.outputs.push_back(Output::Report { facts, source, good_for });
        }
    }

    fn heard(&mut self, now: Duration, said: Said) {
        match said {
            Said::Here(facts) => {
                self.report(facts, ReportSource::Poll, Some(KNOWN));
                self.is_here(now);
            }
            Said::Noise(bytes) => {
                self.noise += bytes;
                if self.noise > MAX_NOISE {
                    self.lose(now, Trouble::Garbled);
                }
            }
            Said::Nothing => {}
        }
    }

    /// The frame that is due goes out, and who waited for it is told.
    fn send_frame(&mut self, now: Duration) {
        if !self.is_open() {
            return;
        }
        let Some(universes) = self.engine.frame(now) else { return };
        self.outputs.extend(self.carrier.frames(&universes).into_iter().map(Output::Send));
        if self.phase != Phase::Online {
            return;
        }
        let engine = &self.engine;
        let is_done = |pending: &mut Pending| pending.fixtures.iter().all(|fixture| engine.is_there(now, *fixture));
        let done: Vec<u64> = self.pending.extract_if(.., is_done).map(|pending| pending.id).collect();
        if done.is_empty() {
            return;
        }
        self.report_levels(now);
        for id in done {
            self.tell(id, Progress::Done);
        }
    }

    /// What every resting fixture shows by what was sent. Nobody on a DMX line can say so: it is assumed.
    fn report_levels(&mut self, now: Duration) {
        if !self.engine.has_begun() {
            return;
        }
        let mut facts = Vec::new();
        let mut levels = BTreeMap::new();
        for fixture in self.rig.fixtures.iter().filter(|fixture| self.engine.is_there(now, fixture.number)) {
            let Some(Look { intensity, cct, color: [red, green, blue] }) = self.engine.look(now, fixture.number) else { continue };
            let number = fixture.number;
            levels.insert(number, percent_of(intensity));
            let mut fact = |name: &str, value| facts.push(Fact { property: format!("{name}.{number}").into(), value: Some(value) });
            fact("level", Value::Int(percent_of(intensity)));
            if fixture.kind.has_cct() {
                fact("cct", Value::Int(fixture.kelvin_of(cct)));
            }
            if fixture.kind.has_color() {
                fact("color", Value::Text(format!("#{:02X}{:02X}{:02X}", red >> 8, green >> 8, blue >> 8)));
            }
        }
        for group in &self.rig.groups {
            let mut members = group.fixtures.iter().map(|fixture| levels.get(fixture).copied());
            let first = members.next().flatten();
            let value = first.filter(|level| members.all(|member| member == Some(*level)));
            facts.push(Fact { property: format!("group.{}", group.number).into(), value: value.map(Value::Int) });
        }
        facts.push(Fact { property: "blackout".into(), value: Some(Value::Bool(self.engine.is_blackout())) });
        self.report(facts, ReportSource::Assumed, None);
    }

    fn wait_for(&mut self, id: u64, about: String, fixtures: Vec<u16>) {
        let same = self.pending.extract_if(.., |pending| pending.about == about).map(|pending| pending.id).collect::<Vec<_>>();
        for old in same {
            self.tell(old, Progress::Superseded);
        }
        self.tell(id, Progress::Sent);
        self.pending.push(Pending { id, fixtures, about });
    }

    /// The fixtures that a command names.
    fn named(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<u16>, BadAct> {
        let is_group = command.ends_with("_group");
        let name = if is_group { "group" } else { "fixture" };
        let bad = || BadAct::BadArgument(name.to_owned());
        let number = u16::try_from(int(args, name)?).map_err(|_| bad())?;
        if is_group {
            return self.rig.groups.iter().find(|group| group.number == number).map(|group| group.fixtures.clone()).ok_or_else(bad);
        }
        let has = |fixture: &&super::fixture::Fixture| match command {
            "set_cct" => fixture.kind.has_cct(),
            "set_color" => fixture.kind.has_color(),
            _ => true,
        };
        self.rig.fixtures.iter().filter(has).find(|fixture| fixture.number == number).map(|fixture| vec![fixture.number]).ok_or_else(bad)
    }

    fn set_levels(&mut self, now: Duration, id: u64, lane: Lane, command: &str, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        let fixtures = self.named(command, args)?;
        let percent = int(args, "level")?;
        if !(0..=100).contains(&percent) {
            return Err(BadAct::BadArgument("level".to_owned()));
        }
        let fade = if command.starts_with("fade") {
            let ms = int(args, "fade_ms")?;
            let ms = u64::try_from(ms).ok().filter(|_| ms <= MAX_FADE_MS).ok_or_else(|| BadAct::BadArgument("fade_ms".to_owned()))?;
            Duration::from_millis(ms)
        } else {
            self.fade
        };
        let source = if lane == Lane::Scene { Source::Scene } else { Source::Operator };
        let level = of_percent(percent);
        let mut wins = true;
        for fixture in &fixtures {
            wins &= self.engine.set_level(now, source, *fixture, level, fade) == Some(level);
        }
        if wins {
            self.wait_for(id, format!("level {fixtures:?}"), fixtures);
        } else {
            self.tell(id, Progress::Refused(No::NotNow));
        }
        Ok(())
    }

    fn set_color(&mut self, now: Duration, id: u64, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        let fixtures = self.named("set_color", args)?;
        let bad = || BadAct::BadArgument("color".to_owned());
        let hex = word(args, "color")?.strip_prefix('#').filter(|hex| hex.len() == 6).ok_or_else(bad)?;
        // Written back as it was wanted, or the report would be another word.
        if hex != hex.to_ascii_uppercase() {
            return Err(bad());
        }
        let bytes: [u8; 3] = hex::decode(hex).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(bad)?;
        let color = bytes.map(|byte| u16::from_be_bytes([byte, byte]));
        for fixture in &fixtures {
            self.engine.set_color(now, *fixture, color, self.fade);
        }
        self.wait_for(id, format!("color {fixtures:?}"), fixtures);
        Ok(())
    }

    fn set_cct(&mut self, now: Duration, id: u64, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        let fixtures = self.named("set_cct", args)?;
        let kelvin = int(args, "cct")?;
        for number in &fixtures {
            let Some(fixture) = self.rig.fixtures.iter().find(|fixture| fixture.number == *number) else { continue };
            if !(i64::from(fixture.warm_k)..=i64::from(fixture.cool_k)).contains(&kelvin) {
                return Err(BadAct::BadArgument("cct".to_owned()));
            }
            self.engine.set_cct(now, *number, fixture.cct_of(kelvin), self.fade);
        }
        self.wait_for(id, format!("cct {fixtures:?}"), fixtures);
        Ok(())
    }
}

impl<C: Carrier> Driver for Stream<C> {
    fn handle(&mut self, now: Duration, input: Input<'_>) {
        match input {
            Input::Connected => self.connected(now),
            Input::Failed(reason) => self.lose(now, Trouble::Unreachable(reason)),
            Input::Closed(reason) => self.lose(now, Trouble::Closed(reason)),
            Input::Bytes(bytes) if self.is_open() => {
                for said in self.carrier.feed(bytes) {
                    self.heard(now, said);
                }
            }
            Input::Bytes(_) => {}
            Input::Tick => self.tick(now),
            Input::Resync => {
                if self.is_open() {
                    self.ask(now);
                }
            }
        }
        self.send_frame(now);
    }

    fn command(&mut self, now: Duration, id: u64, lane: Lane, command: &str, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        if self.pending.len() >= MAX_QUEUED && lane != Lane::Stop {
            return Err(BadAct::Full(QueueFull));
        }
        match command {
            "set_level" | "fade_level" | "set_group" | "fade_group" => self.set_levels(now, id, lane, command, args)?,
            "set_color" => self.set_color(now, id, args)?,
            "set_cct" => self.set_cct(now, id, args)?,
            "blackout" => {
                self.engine.set_blackout(now, boolean(args, "blackout")?);
                self.wait_for(id, "blackout".to_owned(), Vec::new());
            }
            "release" => {
                self.engine.release(now, Source::Operator, self.fade);
                let all = self.rig.fixtures.iter().map(|fixture| fixture.number).collect();
                if self.engine.has_begun() {
                    self.wait_for(id, "release".to_owned(), all);
                } else {
                    self.tell(id, Progress::Done);
                }
            }
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        }
        self.send_frame(now);
        Ok(())
    }

    fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Duration> {
        match self.phase {
            Phase::Connecting => None,
            Phase::Lost { next_try } => Some(next_try),
            Phase::Asking | Phase::Online => self.engine.deadline().into_iter().chain([self.ask_at]).min(),
        }
    }

    fn health(&self) -> &LinkHealth {
        &self.health
    }

    fn declaration(&self) -> Declaration {
        let fade_ms = u32::try_from(self.fade.as_millis()).unwrap_or(u32::MAX);
        declaration(self.carrier.name(), &self.rig, fade_ms, self.carrier.properties())
    }
}
