//! The room.

use std::collections::{BTreeMap, VecDeque};

use room_api::pattern::{is_open, matched};
use room_api::{
    Act, ActiveFault, CommandState, DeviceId, DeviceSnapshot, Health, Refusal, RefusalCode, ReportSource, RoomRequest, RoomResponse,
    RoomSnapshot, SceneInfo, Text, Value,
};

use crate::commands::{Command, Hold};
use crate::delegates::Delegates;
use crate::property::Property;
use crate::restore::Before;
use crate::scene::Run;
use crate::spec::{DeviceSpec, RoomSpec, SpecError};
use crate::text;

/// Properties of one device: a discussion system of 250 seats has some for each.
const MAX_PROPERTIES: usize = 2_000;

/// Who goes first at a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Stops.
    Stop,
    /// People.
    Operator,
    /// Scenes.
    Scene,
}

/// What the shell shall do.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Give a command to a device; report by [`Room::progress`].
    Order {
        /// Number of the command.
        id: u64,
        /// Who goes first.
        lane: Lane,
        /// What.
        act: Act,
    },
    /// Have a device read everything back.
    Resync(DeviceId),
    /// How a command is doing.
    Command {
        /// Its number.
        id: u64,
        /// How far.
        state: CommandState,
    },
    /// 彩排: all faults that shall be at work in the terminal.
    Faults(Vec<ActiveFault>),
}

/// How an order is doing at the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// On the wire.
    Sent,
    /// Taken.
    Acked,
    /// Completed.
    Done,
    /// Refused: why.
    Refused(Text),
    /// No reply in time.
    TimedOut,
    /// A later one took its place.
    Superseded,
}

/// A property as reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Name.
    pub property: String,
    /// `None`: unknown.
    pub value: Option<Value>,
}

pub(crate) struct Device {
    pub spec: DeviceSpec,
    pub health: Health,
    pub properties: BTreeMap<String, Property>,
}

impl Device {
    /// The property of that name; members of a declared family come about when they are first named.
    pub(crate) fn property(&mut self, name: &str) -> Option<&mut Property> {
        if !self.properties.contains_key(name) {
            let is_member = self.spec.properties.iter().any(|family| is_open(family) && matched(family, name).is_some());
            if !is_member || self.properties.len() >= MAX_PROPERTIES {
                return None;
            }
            self.properties.insert(name.to_owned(), Property::unknown());
        }
        self.properties.get_mut(name)
    }

    pub(crate) const fn is_linked(&self) -> bool {
        matches!(self.health, Health::Online {} | Health::Degraded { .. })
    }
}

/// See the crate.
pub struct Room {
    pub(crate) spec: RoomSpec,
    pub(crate) devices: Vec<Device>,
    pub(crate) commands: BTreeMap<u64, Command>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) run: Option<Run>,
    pub(crate) before: Vec<Before>,
    pub(crate) outputs: VecDeque<Output>,
    pub(crate) last_id: u64,
    pub(crate) faults: Vec<ActiveFault>,
    pub(crate) delegates: Option<Delegates>,
    changes: u64,
}

impl Room {
    /// A room in which nothing is known.
    ///
    /// # Errors
    /// When the specification contradicts itself.
    pub fn new(spec: RoomSpec) -> Result<Self, SpecError> {
        spec.check()?;
        let device = |spec: &DeviceSpec| Device {
            spec: spec.clone(),
            health: Health::Connecting {},
            properties: spec.properties.iter().filter(|name| !is_open(name)).map(|name| (name.clone(), Property::unknown())).collect(),
        };
        let devices = spec.devices.iter().map(device).collect();
        let delegates = spec.discussion.as_ref().and_then(|discussion| {
            let kind = spec.devices.iter().find(|device| device.device == discussion.device)?.kind;
            Some(Delegates::new(discussion, kind))
        });
        let delegates = delegates.transpose()?;
        Ok(Self {
            spec,
            devices,
            commands: BTreeMap::new(),
            holds: Vec::new(),
            run: None,
            before: Vec::new(),
            outputs: VecDeque::new(),
            last_id: 0,
            faults: Vec::new(),
            delegates,
            changes: 0,
        })
    }

    /// Takes a request of somebody at `now_ms`.
    pub fn ask(&mut self, now_ms: u64, actor: &str, what: &RoomRequest) -> RoomResponse {
        let result = match what {
            RoomRequest::Command(act) => self.command(now_ms, actor, act).map(|id| {
                self.taken_by_hand(now_ms, &act.device);
                RoomResponse::Accepted { id }
            }),
            RoomRequest::Discuss { what } => self.discuss(now_ms, what),
            RoomRequest::ScenePreview { scene } => self.preview(now_ms, scene).map(RoomResponse::Diff),
            RoomRequest::SceneRun { scene } => self.start(now_ms, actor, scene).map(|()| RoomResponse::Done {}),
            RoomRequest::SceneCancel {} => self.cancel(now_ms).map(|()| RoomResponse::Done {}),
            RoomRequest::SceneRestore {} => self.restore(now_ms, actor).map(|()| RoomResponse::Done {}),
            RoomRequest::Resync { device } => self.device(device).map(|_| ()).map(|()| {
                self.outputs.push_back(Output::Resync(device.clone()));
                RoomResponse::Done {}
            }),
            RoomRequest::FaultStart { fault, for_s, seed } => {
                self.start_fault(now_ms, *fault, *for_s, *seed).map(RoomResponse::FaultStarted)
            }
            RoomRequest::FaultLift { id } => self.lift_fault(*id).map(|()| RoomResponse::Done {}),
            RoomRequest::FaultsClear {} => {
                self.clear_faults();
                Ok(RoomResponse::Done {})
            }
        };
        result.unwrap_or_else(RoomResponse::Refused)
    }

    /// Somebody's line is cut: what they hold is stopped.
    pub fn release(&mut self, now_ms: u64, actor: &str) {
        self.end_holds(now_ms, |hold| hold.actor == actor);
    }

    /// A device's link changed.
    pub fn health(&mut self, now_ms: u64, device: &DeviceId, health: Health) {
        let Some(found) = self.devices.iter_mut().find(|found| &found.spec.device == device) else { return };
        if found.health == health {
            return;
        }
        found.health = health;
        if !found.is_linked() {
            // The driver stops every movement when the link comes back.
            self.holds.retain(|hold| &hold.device != device);
        } else {
            self.catch_up(device);
        }
        self.changed();
        self.advance(now_ms);
    }

    /// A device reported.
    pub fn report(&mut self, now_ms: u64, device: &DeviceId, facts: Vec<Fact>, source: ReportSource, good_for_ms: Option<u64>) {
        let Some(found) = self.devices.iter_mut().find(|found| &found.spec.device == device) else { return };
        let mut is_changed = false;
        for fact in facts {
            if let Some(property) = found.property(&fact.property) {
                is_changed |= property.report(now_ms, fact.value, source, good_for_ms);
            }
        }
        if is_changed {
            self.changed();
        }
        self.prove(now_ms);
        self.hear_microphones(now_ms, device);
        self.advance(now_ms);
    }

    /// Time passed.
    pub fn tick(&mut self, now_ms: u64) {
        self.end_holds(now_ms, |hold| hold.until_ms <= now_ms);
        self.expire(now_ms);
        self.expire_faults(now_ms);
        self.follow_microphones(now_ms);
        self.advance(now_ms);
    }

    /// When [`Room::tick`] is wanted at the latest.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        let holds = self.holds.iter().map(|hold| hold.until_ms);
        let commands = self.commands.values().map(|command| command.until_ms);
        let faults = self.faults.iter().map(|fault| fault.until_ms);
        holds.chain(commands).chain(faults).chain(self.follow_deadline()).chain(self.run.as_ref().and_then(Run::deadline)).min()
    }

    /// The next thing to do, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Grows with every change that a screen shows.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    pub(crate) const fn changed(&mut self) {
        self.changes += 1;
    }

    pub(crate) fn device(&self, id: &DeviceId) -> Result<&Device, Refusal> {
        self.devices.iter().find(|device| &device.spec.device == id).ok_or_else(|| Refusal {
            code: RefusalCode::UnknownDevice,
            text: text(format!("没有设备 {}", id.0), format!("there is no device {}", id.0)),
        })
    }

    pub(crate) fn property_mut(&mut self, device: &DeviceId, property: &str) -> Option<&mut Property> {
        self.devices.iter_mut().find(|found| &found.spec.device == device)?.property(property)
    }

    /// The whole state; `terminal` is what the shell knows of the room's terminal. Its seat is another machine's, [`crate::Seat`].
    #[must_use]
    pub fn snapshot(&self, now_ms: u64, terminal: Option<Text>) -> RoomSnapshot {
        let device = |device: &Device| DeviceSnapshot {
            device: device.spec.device.clone(),
            name: device.spec.name.clone(),
            kind: device.spec.kind,
            driver: device.spec.driver.clone(),
            simulated: device.spec.simulated,
            health: device.health.clone(),
            properties: device
                .properties
                .iter()
                .map(|(name, property)| (name.clone(), property.snapshot(now_ms, device.is_linked())))
                .collect(),
            commands: device.spec.commands.clone(),
            labels: device.spec.labels.clone(),
        };
        RoomSnapshot {
            room: self.spec.room.clone(),
            name: self.spec.name.clone(),
            rehearsal: self.spec.rehearsal,
            devices: self.devices.iter().map(device).collect(),
            scenes: self
                .spec
                .scenes
                .iter()
                .map(|scene| SceneInfo {
                    scene: scene.scene.clone(),
                    name: scene.name.clone(),
                    steps: u16::try_from(scene.steps.len()).unwrap_or(u16::MAX),
                })
                .collect(),
            run: self.run.as_ref().map(|run| run.snapshot(!self.before.is_empty())),
            discussion: self.discussion(now_ms),
            terminal,
            seat: None,
            faults: self.faults.clone(),
            at_ms: now_ms,
        }
    }
}
