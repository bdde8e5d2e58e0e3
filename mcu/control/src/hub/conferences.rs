//! Conferences in the hub: opened, commanded, watched.

use std::collections::BTreeMap;
use std::sync::Arc;

use mcu_api::{
    Code, CommandAnswer, CommandRequest, ConferenceId, ConferencePhase, ConferenceSnapshot, Conferences, Envelope, OpenConference, Problem,
    Rev, ServerMessage, SiteId,
};
use mcu_conference::{Conference, Input, MediaPlan};
use tokio::sync::broadcast;

use super::{Caller, Hub, JournalPart, Telling, Watching, unknown_conference};
use crate::clock::now_ms;
use crate::journal::{Journal, JournalError};
use crate::reported::Track;
use crate::secrets::fresh_token;
use crate::view::summary;

/// Conferences running at the same time; each has a wall of its own to compose, so more than this needs more machines.
const MAX_RUNNING: usize = 32;
/// A journal that failed is tried again for the rules after so long: a disk that comes back is used within a second.
const RETRY_MS: u64 = 1_000;
/// Bytes of a page of the journal: a change is 0.3 to 3 kB, so most pages end by their number of changes, and one with long run sheets stays below
/// what a console takes as one answer (1 MiB).
const MAX_PAGE_BYTES: u64 = 512 * 1024;
/// Messages a slow listener may lag behind before it gets a fresh snapshot instead: about five seconds of meters.
const MAX_LAG: usize = 128;

/// One conference with everything around it.
pub(super) struct Running {
    pub(super) conference: Conference,
    pub(super) journal: Journal,
    pub(super) tracks: BTreeMap<SiteId, Track>,
    pub(super) plan: MediaPlan,
    pub(super) told: Option<Arc<ConferenceSnapshot>>,
    /// What rules decide is not journalled before this time, because the journal failed.
    retry_at_ms: u64,
    listeners: broadcast::Sender<Telling>,
}

impl Running {
    pub(super) fn new(conference: Conference, journal: Journal) -> Self {
        let (listeners, _) = broadcast::channel(MAX_LAG);
        Self { conference, journal, tracks: BTreeMap::new(), plan: MediaPlan::default(), told: None, retry_at_ms: 0, listeners }
    }

    /// Tells all who listen; nobody listening is no fault.
    pub(super) fn tell(&self, telling: Telling) {
        let _ = self.listeners.send(telling);
    }

    pub(super) fn has_listeners(&self) -> bool {
        self.listeners.receiver_count() > 0
    }

    /// Tells the snapshot unless it says what was told last.
    pub(super) fn tell_snapshot(&mut self, snapshot: ConferenceSnapshot) {
        let same = self.told.as_ref().is_some_and(|told| ConferenceSnapshot { at_ms: told.at_ms, ..snapshot.clone() } == **told);
        if same {
            return;
        }
        let snapshot = Arc::new(snapshot);
        self.told = Some(Arc::clone(&snapshot));
        if let Ok(text) = serde_json::to_string(&ServerMessage::Snapshot(Box::new((*snapshot).clone()))) {
            self.tell(Telling::Snapshot(text.into(), snapshot));
        }
    }

    /// Journals facts, makes them so and tells them.
    ///
    /// # Errors
    /// When the journal could not be written; nothing has changed then.
    pub(super) fn commit(&mut self, envelopes: &[Envelope]) -> Result<(), Problem> {
        self.journal.append(envelopes).map_err(|error| journal_failed(&error))?;
        for envelope in envelopes {
            self.conference.apply(envelope).map_err(|error| not_applied(&error))?;
            self.tell_event(envelope);
        }
        Ok(())
    }

    /// Makes so what the rules have decided. A journal that cannot be written is tried again later; until then nothing is decided.
    pub(super) fn commit_rules(&mut self, envelopes: &[Envelope], now_ms: u64) -> bool {
        if envelopes.is_empty() || now_ms < self.retry_at_ms {
            return false;
        }
        let done = self.commit(envelopes).is_ok();
        if !done {
            self.retry_at_ms = now_ms.saturating_add(RETRY_MS);
        }
        done
    }

    /// When the rules have something to do, ms since 1970.
    pub(super) fn deadline(&self) -> Option<u64> {
        Some(self.conference.deadline()?.max(self.retry_at_ms))
    }

    fn tell_event(&self, envelope: &Envelope) {
        if let Ok(text) = serde_json::to_string(&ServerMessage::Event(Box::new(envelope.clone()))) {
            self.tell(Telling::Event(text.into()));
        }
    }
}

impl Hub {
    pub(super) fn open(&mut self, caller: &Caller, open: OpenConference) -> Result<Arc<ConferenceSnapshot>, Problem> {
        let id = open.conference.clone();
        let phase = self.conferences.get(&id).map(|one| one.conference.state().phase);
        let running = self.conferences.values().filter(|one| one.conference.state().phase == ConferencePhase::Running).count();
        let opened = Conference::open(now_ms(), &caller.claims.sub, &caller.claims.rights, caller.origin, open)?;
        if phase == Some(ConferencePhase::Running) {
            return Err(Problem::new(
                Code::ConferenceExists,
                format!("conference {id} is running already; use it or end it first"),
                format!("会议 {id} 正在进行,请直接使用或先结束它"),
            ));
        }
        if running >= MAX_RUNNING {
            return Err(Problem::new(
                Code::LimitReached,
                format!("{MAX_RUNNING} conferences are running; end one first"),
                format!("已有 {MAX_RUNNING} 场会议正在进行,请先结束一场"),
            ));
        }
        if let Some(ended) = self.conferences.remove(&id) {
            let opened_at_ms = ended.conference.state().opened_at_ms;
            self.store.archive(&id, opened_at_ms, ended.journal).map_err(|error| journal_failed(&error))?;
        }
        let journal = self.store.begin(&opened).map_err(|error| journal_failed(&error))?;
        let conference = Conference::opened(&opened).map_err(|error| not_applied(&error))?;
        tracing::info!(conference = %id, sites = conference.state().sites.len(), "opened");
        self.conferences.insert(id.clone(), Running::new(conference, journal));
        self.refresh();
        self.told(&id)
    }

    pub(super) fn command(&mut self, caller: Caller, id: &ConferenceId, request: CommandRequest) -> Result<CommandAnswer, Problem> {
        let one = self.conferences.get_mut(id).ok_or_else(|| unknown_conference(id))?;
        let Caller { claims, origin } = caller;
        let site = claims.site.as_deref().and_then(|site| SiteId::new(site).ok());
        let input = Input { author: claims.sub, rights: claims.rights, site, origin, request, fresh_token: fresh_token() };
        let outcome = one.conference.handle(now_ms(), input)?;
        if outcome.envelopes.is_empty() {
            return Ok(outcome.answer);
        }
        one.commit(&outcome.envelopes)?;
        self.refresh();
        Ok(outcome.answer)
    }

    pub(super) fn list(&self) -> Conferences {
        Conferences { conferences: self.conferences.values().map(|one| summary(one.conference.state())).collect() }
    }

    pub(super) fn watch(&mut self, id: &ConferenceId) -> Result<Watching, Problem> {
        if self.conferences.get(id).is_some_and(|one| one.told.is_none()) {
            self.refresh();
        }
        let snapshot = self.told(id)?;
        let one = self.conferences.get(id).ok_or_else(|| unknown_conference(id))?;
        Ok(Watching { snapshot, follows: one.listeners.subscribe() })
    }

    /// A part of the journal, found but not read: the hub does not wait for the disk on behalf of a reader.
    pub(super) fn journal(&self, id: &ConferenceId, after: Rev, limit: usize) -> Result<JournalPart, Problem> {
        let one = self.conferences.get(id).ok_or_else(|| unknown_conference(id))?;
        let excerpt = one.journal.excerpt(after, limit, MAX_PAGE_BYTES).map_err(|error| journal_unreadable(&error))?;
        let state = one.conference.state();
        Ok(JournalPart { opened_at_ms: state.opened_at_ms, rev: state.rev, excerpt })
    }

    fn told(&self, id: &ConferenceId) -> Result<Arc<ConferenceSnapshot>, Problem> {
        self.conferences.get(id).and_then(|one| one.told.clone()).ok_or_else(|| unknown_conference(id))
    }
}

/// What a reader is answered whose page cannot be read.
pub(crate) fn journal_unreadable(error: &JournalError) -> Problem {
    tracing::error!(%error, reason = std::error::Error::source(error).map(ToString::to_string), "the journal could not be read");
    Problem::new(Code::JournalFailed, "the journal could not be read; check the disk and repeat", "会议记录无法读取,请检查磁盘后重试")
}

fn journal_failed(error: &JournalError) -> Problem {
    tracing::error!(%error, reason = std::error::Error::source(error).map(ToString::to_string), "the journal failed; the command was refused");
    Problem::new(
        Code::JournalFailed,
        "the journal could not be written, so nothing was changed; check the disk and repeat",
        "会议记录无法写入,操作未执行,请检查磁盘后重试",
    )
}

/// A fact the machine itself made does not follow on its state. It cannot happen; were it to, the operator must know that the state is in doubt.
fn not_applied(error: &mcu_conference::ReplayError) -> Problem {
    tracing::error!(%error, "a journalled fact was not applied; restart the MCU");
    Problem::new(Code::JournalFailed, "the MCU is in doubt about its state; restart it", "MCU 内部状态异常,请重启 MCU")
}
