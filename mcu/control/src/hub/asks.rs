//! What may be asked of the hub, and what it tells.

use std::sync::Arc;

use access_token::Claims;
use bytes::Bytes;
use mcu_api::{
    CommandAnswer, CommandRequest, ConferenceId, ConferenceSnapshot, Conferences, Health, MonitorName, OpenConference, Origin, Problem,
    Rev, SiteId,
};
use mcu_media_api::{Answer, FromMixer, FromRelay, Hello, IceMatch, Patched, Role, SessionId, ToMixer, ToRelay};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::journal::Excerpt;
use crate::metrics::Statistics;

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, Problem>>;

/// Who is asking.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The token's content.
    pub claims: Claims,
    /// As the caller says.
    pub origin: Origin,
}

/// The place a session shall hold.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A site's seat; one session of each role.
    Site(SiteId),
    /// A monitor; shared.
    Monitor(MonitorName),
    /// Into one room alone, spoken by a person at the desk.
    Talkback(SiteId),
    /// One site alone, watched by a person at the desk; shared.
    SiteMonitor(SiteId),
}

/// A request for a WHIP or WHEP session.
pub(crate) struct SessionAsk {
    /// In which conference.
    pub conference: ConferenceId,
    /// Which place.
    pub place: Place,
    /// Publish or watch.
    pub role: Role,
    /// SDP.
    pub offer: String,
    /// The token's subject; it owns the session.
    pub subject: String,
}

/// An opened session.
pub(crate) struct SessionOpened {
    /// Its name.
    pub session: SessionId,
    /// The SDP answer, and the name of its ICE session.
    pub answer: Answer,
}

/// What a peer says of its ICE.
pub(crate) struct PatchAsk {
    /// Of which session.
    pub session: SessionId,
    /// Which ICE session it means; `None` without `If-Match`.
    pub meant: Option<IceMatch>,
    /// `application/trickle-ice-sdpfrag`
    pub fragment: String,
}

/// Somebody's ear on a conference.
pub(crate) struct Watching {
    /// As it is.
    pub snapshot: Arc<ConferenceSnapshot>,
    /// What follows on that.
    pub follows: broadcast::Receiver<Telling>,
}

/// What is told to everybody who follows a conference. The texts are serialised once.
#[derive(Debug, Clone)]
pub(crate) enum Telling {
    /// A [`mcu_api::ServerMessage::Event`].
    Event(Arc<str>),
    /// A [`mcu_api::ServerMessage::Snapshot`], and the same as a value.
    Snapshot(Arc<str>, Arc<ConferenceSnapshot>),
    /// A [`mcu_api::ServerMessage::Heartbeat`].
    Heartbeat(Arc<str>),
    /// Binary meters.
    Meters(Bytes),
}

/// A part of a conference's journal, to be read outside the hub.
pub(crate) struct JournalPart {
    /// When the conference was opened.
    pub opened_at_ms: u64,
    /// Its revision.
    pub rev: Rev,
    /// The lines.
    pub excerpt: Excerpt,
}

/// Everything that can be asked.
pub(crate) enum Ask {
    /// Open a conference.
    Open(Caller, Box<OpenConference>, Reply<Arc<ConferenceSnapshot>>),
    /// A command to a running conference.
    Command(Caller, ConferenceId, Box<CommandRequest>, Reply<CommandAnswer>),
    /// All conferences.
    List(Reply<Conferences>),
    /// What happened in one after a revision, at most so many changes.
    Journal(ConferenceId, Rev, usize, Reply<JournalPart>),
    /// Follow one.
    Watch(ConferenceId, Reply<Watching>),
    /// Open a session.
    Session(Box<SessionAsk>, Reply<SessionOpened>),
    /// Candidates of a session's peer, or its wish to restart ICE.
    Patch(Claims, PatchAsk, Reply<Patched>),
    /// Whether there is that session, and the caller may handle it.
    Holds(Claims, SessionId, Reply<()>),
    /// End a session.
    Close(Claims, SessionId, Reply<()>),
    /// What is wrong.
    Health(Reply<Health>),
    /// What relay and mixer told last.
    Statistics(Reply<Statistics>),
    /// A worker dialled in.
    RelayUp(u64, Hello, mpsc::Sender<ToRelay>),
    /// A worker dialled in.
    MixerUp(u64, Hello, mpsc::Sender<ToMixer>),
    /// The relay spoke on that connection.
    FromRelay(u64, Box<FromRelay>),
    /// The mixer spoke on that connection.
    FromMixer(u64, Box<FromMixer>),
    /// A connection ended.
    WorkerDown(u64),
}
