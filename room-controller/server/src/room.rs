//! One room: its rules in a task, its devices in theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use audit_chain::Record;
use room_api::{ActiveFault, CommandState, DeviceId, Health, RoomId, RoomRequest, RoomResponse, RoomSnapshot, SeatReport, Text};
use room_core::{DeviceSpec, Output, Room, RoomSpec, SceneSpec, StepSpec};
use room_link::{Address, Connector};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::audit::Audit;
use crate::clock::{Clock, seed};
use crate::config::{Config, DeviceConfig, RoomConfig, text};
use crate::device::{DeviceTask, FromDevice, ToDevice};

/// Requests on their way to one room, as many as the console sends at once.
pub(crate) const ASKS: usize = 64;
/// Orders on their way to one device.
const ORDERS: usize = 64;
/// Reports on their way from all devices of a room.
const REPORTS: usize = 256;
/// The snapshot is made afresh at least this often: ages go on without events.
const REFRESH: Duration = Duration::from_secs(5);
/// Command messages a listener may be behind.
pub(crate) const EVENTS: usize = 256;

/// To a room.
pub(crate) enum ToRoom {
    Ask { actor: String, what: RoomRequest, answer: oneshot::Sender<RoomResponse> },
    Release { actor: String },
}

/// What the configuration says about a room, as its rules want it.
///
/// # Errors
/// When a device has no driver.
pub(crate) fn spec_of(config: &Config, room: &RoomConfig) -> anyhow::Result<RoomSpec> {
    let device = |device: &DeviceConfig| {
        let declared = device.driver(config.rehearsal, 1)?.declaration();
        Ok(DeviceSpec {
            device: DeviceId(device.device.clone()),
            name: text(&device.name, &device.name_en),
            kind: declared.kind,
            driver: declared.driver.to_owned(),
            simulated: config.rehearsal,
            commands: declared.commands,
            properties: declared.properties.into_iter().map(Into::into).collect(),
            labels: declared.labels,
        })
    };
    let scene = |scene: &crate::config::SceneConfig| SceneSpec {
        scene: scene.scene.clone(),
        name: text(&scene.name, &scene.name_en),
        steps: steps_of(scene, room),
    };
    Ok(RoomSpec {
        room: RoomId(room.room.clone()),
        name: text(&room.name, &room.name_en),
        rehearsal: config.rehearsal,
        simulated_source: room.source.is_simulated(),
        devices: room.devices.iter().map(device).collect::<anyhow::Result<_>>()?,
        scenes: config.scenes.iter().map(scene).collect(),
        discussion: room.discussion.as_ref().map(crate::discussion::DiscussionConfig::spec),
    })
}

/// The steps for devices that the room has; what the others are waited for is over.
fn steps_of(scene: &crate::config::SceneConfig, room: &RoomConfig) -> Vec<StepSpec> {
    let (mut steps, mut numbers) = (Vec::new(), BTreeMap::new());
    for (step, number) in scene.steps.iter().zip(1_u16..) {
        if room.devices.iter().any(|device| device.device == step.device) {
            steps.push(StepSpec {
                device: DeviceId(step.device.clone()),
                property: step.property.clone(),
                value: step.value.clone(),
                after: step.after.iter().filter_map(|after| numbers.get(after).copied()).collect(),
                policy: step.policy,
                within_ms: step.within_s.saturating_mul(1000),
            });
            numbers.insert(number, u16::try_from(steps.len()).unwrap_or(u16::MAX));
        }
    }
    steps
}

/// Everything a room's task needs.
pub(crate) struct RoomTask {
    pub room: Room,
    pub id: String,
    pub clock: Clock,
    pub audit: Audit,
    pub asks: mpsc::Receiver<ToRoom>,
    pub terminal: watch::Receiver<Option<Text>>,
    /// What the terminal's seat is; `None` without a terminal.
    pub seat: watch::Receiver<Option<SeatReport>>,
    /// What the terminal shall suffer.
    pub faults: watch::Sender<Vec<ActiveFault>>,
    pub shown: watch::Sender<Arc<RoomSnapshot>>,
    pub events: broadcast::Sender<(u64, CommandState)>,
    /// Devices whose loss was logged.
    pub lost: BTreeSet<DeviceId>,
}

/// Where orders go, by device.
pub(crate) type Orders = BTreeMap<DeviceId, mpsc::Sender<ToDevice>>;
/// Where devices' words come from.
pub(crate) type Reports = mpsc::Receiver<(DeviceId, FromDevice)>;

/// Starts the tasks of a room's devices in `tasks`; their orders and their reports.
///
/// # Errors
/// When a device has no driver.
pub(crate) fn start_devices(
    tasks: &mut JoinSet<()>,
    room: &RoomConfig,
    places: &BTreeMap<String, Address>,
    connector: &Connector,
    clock: Clock,
    is_rehearsal: bool,
) -> anyhow::Result<(Orders, Reports)> {
    let (reports, told) = mpsc::channel(REPORTS);
    let mut orders = BTreeMap::new();
    for device in &room.devices {
        let Some(address) = places.get(&device.device) else { continue };
        let driver = device.driver(is_rehearsal, seed())?;
        let (to, from) = mpsc::channel(ORDERS);
        let id = DeviceId(device.device.clone());
        let task = DeviceTask {
            device: id.clone(),
            driver,
            address: address.clone(),
            connector: connector.clone(),
            clock,
            orders: from,
            reports: reports.clone(),
            lost_since_ms: None,
        };
        tasks.spawn(task.run());
        orders.insert(id, to);
    }
    Ok((orders, told))
}

impl RoomTask {
    /// Until everybody who could ask is gone.
    pub(crate) async fn run(mut self, orders: Orders, mut reports: Reports) {
        let mut seen = u64::MAX;
        let mut refresh = tokio::time::interval(REFRESH);
        loop {
            self.give_out(&orders);
            if self.room.changes() != seen {
                seen = self.room.changes();
                self.show();
            }
            let wait = self.room.deadline().map_or_else(|| self.clock.at_ms(self.clock.ms()) + REFRESH, |at| self.clock.at_ms(at));
            tokio::select! {
                ask = self.asks.recv() => match ask {
                    Some(ask) => self.asked(ask),
                    None => return,
                },
                // A room without devices has nobody who reports; a device whose task ends is noticed by whoever started it.
                Some((device, report)) = reports.recv() => self.reported(&device, report),
                changed = self.terminal.changed() => match changed {
                    Ok(()) => self.show(),
                    Err(_) => return,
                },
                changed = self.seat.changed() => match changed {
                    Ok(()) => self.show(),
                    Err(_) => return,
                },
                () = tokio::time::sleep_until(wait) => self.room.tick(self.clock.ms()),
                _ = refresh.tick() => self.show(),
            }
        }
    }

    fn show(&mut self) {
        let terminal = self.terminal.borrow_and_update().clone();
        let seat = self.seat.borrow_and_update().clone();
        self.shown.send_replace(Arc::new(RoomSnapshot { seat, ..self.room.snapshot(self.clock.ms(), terminal) }));
    }

    fn asked(&mut self, ask: ToRoom) {
        let now_ms = self.clock.ms();
        match ask {
            ToRoom::Release { actor } => self.room.release(now_ms, &actor),
            ToRoom::Ask { actor, what, answer } => {
                let said = self.room.ask(now_ms, &actor, &what);
                self.note(now_ms, &actor, &what, &said);
                // The asker may be gone.
                let _ = answer.send(said);
            }
        }
    }

    fn note(&self, now_ms: u64, actor: &str, what: &RoomRequest, said: &RoomResponse) {
        let detail = serde_json::to_value(what).unwrap_or_default();
        let action = detail.get("ask").and_then(|ask| ask.as_str()).unwrap_or_default().to_owned();
        let outcome = match said {
            RoomResponse::Accepted { .. } | RoomResponse::Diff(_) | RoomResponse::FaultStarted(_) | RoomResponse::Done {} => {
                "accepted".to_owned()
            }
            RoomResponse::Refused(refusal) => {
                serde_json::to_value(refusal.code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
            }
        };
        let object = format!("room:{}", self.id);
        let right = access_token::right::ROOM_CONTROL.to_owned();
        self.audit.write(now_ms, Record { actor: actor.to_owned(), right, action, object, outcome, detail: detail.to_string() });
    }

    fn reported(&mut self, device: &DeviceId, report: FromDevice) {
        let now_ms = self.clock.ms();
        match report {
            FromDevice::Health(health) => {
                self.log(device, &health);
                self.room.health(now_ms, device, health);
            }
            FromDevice::Report { facts, source, good_for_ms } => self.room.report(now_ms, device, facts, source, good_for_ms),
            FromDevice::Progress { id, step } => self.room.progress(now_ms, id, step),
        }
    }

    /// A fault once when it starts and once when it ends.
    fn log(&mut self, device: &DeviceId, health: &Health) {
        match health {
            Health::Lost { reason, code, .. } if self.lost.insert(device.clone()) => {
                tracing::warn!(room = %self.id, device = %device.0, code, reason = reason.en, "device lost");
            }
            Health::Online {} if self.lost.remove(device) => tracing::info!(room = %self.id, device = %device.0, "device is back"),
            Health::Degraded { reason } => tracing::debug!(room = %self.id, device = %device.0, reason = reason.en, "device has faults"),
            Health::Lost { .. }
            | Health::Online {}
            | Health::Disabled {}
            | Health::Connecting {}
            | Health::Authenticating {}
            | Health::Syncing {} => {}
        }
    }

    fn give_out(&mut self, orders: &Orders) {
        while let Some(output) = self.room.poll() {
            match output {
                Output::Order { id, lane, act } => {
                    let device = act.device.clone();
                    let is_taken = orders.get(&device).is_some_and(|to| to.try_send(ToDevice::Order { id, lane, act }).is_ok());
                    if !is_taken {
                        self.room.progress(self.clock.ms(), id, room_core::Step::TimedOut);
                    }
                }
                Output::Resync(device) => {
                    // A device too busy to take this reads everything back soon anyway.
                    let _ = orders.get(&device).map(|to| to.try_send(ToDevice::Resync));
                }
                Output::Command { id, state } => {
                    // Nobody listening is fine.
                    let _ = self.events.send((id, state));
                }
                Output::Faults(faults) => drop(self.faults.send_replace(faults)),
            }
        }
    }
}
