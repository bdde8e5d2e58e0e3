//! The hub: one thread that owns all conferences, their journals and the links to the workers. Everything that changes goes through it in turn,
//! and it waits for the disk itself; nobody else holds a lock.

mod asks;
mod conferences;
mod links;
mod media;
mod sessions;
mod store;

pub(crate) use asks::{Ask, Caller, JournalPart, PatchAsk, Place, Reply, SessionAsk, SessionOpened, Telling, Watching};
pub(crate) use conferences::journal_unreadable;
pub(crate) use links::{MAX_LINK_QUEUE, Worker};
pub(crate) use sessions::unavailable;
pub(crate) use store::{Store, StoreError};

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use mcu_api::{Code, ConferenceId, ConferencePhase, Health, HealthProblem, Problem, ServerMessage};
use mcu_media_api::{FromMixer, MixerReported, MixerWanted, RelayReported, RelayWanted, SeatId, SessionId, ToMixer, ToRelay};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::auditor::Auditor;
use crate::clock::now_ms;
use crate::config::Config;
use crate::metrics::Statistics;
use crate::trust::TrustStore;
use conferences::Running;
use sessions::Pending;

/// Requests waiting for the hub: more than all operators and rooms of the largest conference can ask within the time of one fsync.
pub(crate) const MAX_ASKS: usize = 512;
/// How often the heartbeat is told and forgotten things are swept.
const TICK: Duration = Duration::from_secs(1);
/// After a restart with conferences running, wanted states are held back until both workers are there, but no longer than this: a wanted state
/// without the mixer would take its taps away for nothing.
const HOLD_MS: u64 = 2_000;

/// The hub's state.
pub(crate) struct Hub {
    config: Arc<Config>,
    store: Store,
    trust: Arc<TrustStore>,
    auditor: Auditor,
    conferences: BTreeMap<ConferenceId, Running>,
    relay: Worker<ToRelay, RelayReported>,
    mixer: Worker<ToMixer, MixerReported>,
    relay_wanted: RelayWanted,
    mixer_wanted: MixerWanted,
    /// Counts wanted states. It begins at the clock, so that it goes on rising over restarts.
    revision: u64,
    hold_until_ms: u64,
    pending: BTreeMap<SessionId, Pending>,
    /// Ended by their peers, and not reported as gone yet.
    closing: BTreeSet<SessionId>,
    /// Restarts of ICE waiting for the relay.
    patching: BTreeMap<SessionId, VecDeque<Reply<mcu_media_api::Patched>>>,
    opened: BTreeMap<SessionId, SeatId>,
    /// Journals that could not be read at start.
    faults: Vec<HealthProblem>,
}

impl Hub {
    /// Loads all journals.
    #[must_use]
    pub(crate) fn new(config: Arc<Config>, store: Store, trust: Arc<TrustStore>, auditor: Auditor) -> Self {
        let now = now_ms();
        let (loaded, faults) = store.load(now);
        let conferences: BTreeMap<ConferenceId, Running> = loaded
            .into_iter()
            .map(|(conference, journal)| (conference.state().conference.clone(), Running::new(conference, journal)))
            .collect();
        let running = conferences.values().any(|one| one.conference.state().phase == ConferencePhase::Running);
        let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            config,
            store,
            trust,
            auditor,
            conferences,
            relay: Worker::new("relay"),
            mixer: Worker::new("mixer"),
            relay_wanted: RelayWanted::default(),
            mixer_wanted: MixerWanted {
                revision: 0,
                relay: nowhere,
                inputs: Vec::new(),
                composites: Vec::new(),
                mixes: Vec::new(),
                sounds: Vec::new(),
            },
            revision: now,
            hold_until_ms: if running { now.saturating_add(HOLD_MS) } else { now },
            pending: BTreeMap::new(),
            closing: BTreeSet::new(),
            patching: BTreeMap::new(),
            opened: BTreeMap::new(),
            faults,
        }
    }

    /// Serves until `stop` is cancelled or nobody is left to ask.
    pub(crate) async fn run(mut self, mut asks: mpsc::Receiver<Ask>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                ask = asks.recv() => {
                    let Some(ask) = ask else { return };
                    self.serve(ask);
                }
                _ = tick.tick() => self.tick(),
                () = tokio::time::sleep(self.rules_wait()) => self.refresh(),
            }
        }
    }

    /// Answers one request. An asker that went away is no fault.
    fn serve(&mut self, ask: Ask) {
        match ask {
            Ask::Open(caller, open, reply) => drop(reply.send(self.open(&caller, *open))),
            Ask::Command(caller, conference, request, reply) => drop(reply.send(self.command(caller, &conference, *request))),
            Ask::List(reply) => drop(reply.send(Ok(self.list()))),
            Ask::Journal(conference, after, limit, reply) => drop(reply.send(self.journal(&conference, after, limit))),
            Ask::Watch(conference, reply) => drop(reply.send(self.watch(&conference))),
            Ask::Session(ask, reply) => self.open_session(*ask, reply),
            Ask::Patch(claims, ask, reply) => self.patch_session(&claims, ask, reply),
            Ask::Holds(claims, session, reply) => drop(reply.send(self.may_handle(&claims, &session))),
            Ask::Close(claims, session, reply) => drop(reply.send(self.close_session(&claims, &session))),
            Ask::Health(reply) => drop(reply.send(Ok(self.health()))),
            Ask::Statistics(reply) => drop(reply.send(Ok(self.statistics()))),
            Ask::RelayUp(id, hello, link) => self.relay_up(id, hello, link),
            Ask::MixerUp(id, hello, link) => self.mixer_up(id, hello, link),
            Ask::FromRelay(id, message) => self.relay_says(id, *message),
            Ask::FromMixer(id, message) => self.mixer_says(id, *message),
            Ask::WorkerDown(id) => self.worker_down(id),
        }
    }

    fn tick(&mut self) {
        let at_ms = now_ms();
        self.trust.look_again();
        self.sweep_sessions();
        self.refresh();
        let Ok(text) = serde_json::to_string(&ServerMessage::Heartbeat { at_ms }) else { return };
        let text: Arc<str> = text.into();
        for one in self.conferences.values() {
            one.tell(Telling::Heartbeat(Arc::clone(&text)));
        }
    }

    fn statistics(&self) -> Statistics {
        let inputs = self.mixer_wanted.inputs.iter().map(|input| (input.ssrc, input.source.clone())).collect();
        Statistics { relay: self.relay.reported.clone(), mixer: self.mixer.reported.clone(), inputs }
    }

    fn health(&self) -> Health {
        let mut problems = self.faults.clone();
        let mut wrong = |detail: String, detail_zh: String| problems.push(HealthProblem { detail, detail_zh });
        if !self.relay.is_up() {
            wrong(
                "mcu-relay is not connected; nobody can join and pictures cannot be switched; start it".to_owned(),
                "媒体转发程序 mcu-relay 未连接,无法入会和切换画面,请启动它".to_owned(),
            );
        }
        if !self.mixer.is_up() {
            wrong(
                "mcu-mixer is not connected; there is no sound and no multi-picture; start it".to_owned(),
                "混合程序 mcu-mixer 未连接,没有声音和多画面,请启动它".to_owned(),
            );
        }
        if self.auditor.is_failing() {
            wrong("the audit cannot be written; check the disk".to_owned(), "审计日志无法写入,请检查磁盘".to_owned());
        }
        for issuer in self.trust.missing().keys() {
            wrong(
                format!("the key file of {issuer} is not there or is no key; start that program once or correct trusted_keys"),
                format!("{issuer} 的公钥文件不存在或无效,请先启动该程序或修改 trusted_keys 配置"),
            );
        }
        let running = self.conferences.values().filter(|one| one.conference.state().phase == ConferencePhase::Running).count();
        Health {
            ok: problems.is_empty(),
            problems,
            workers: self.workers(),
            running: u16::try_from(running).unwrap_or(u16::MAX),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at_ms: now_ms(),
        }
    }

    fn mixer_says(&mut self, id: u64, message: FromMixer) {
        if !self.mixer.speaks_on(id) {
            return;
        }
        match message {
            FromMixer::Hello(_) => {}
            FromMixer::Reported(report) => {
                self.mixer.reported = Some(report);
                self.refresh();
            }
            FromMixer::Levels(levels) => self.take_levels(&levels),
        }
    }
}

/// What a request for an unknown conference is answered.
fn unknown_conference(conference: &ConferenceId) -> Problem {
    Problem::new(
        Code::UnknownConference,
        format!("there is no conference {conference}; look at the list of conferences"),
        format!("没有会议 {conference},请查看会议列表"),
    )
}
