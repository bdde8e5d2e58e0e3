//! Rooms as the console knows them: who is connected, what they last said, who waits for their answers. No socket in here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use room_api::{CommandState, FromConsole, RoomRequest, RoomResponse, RoomSnapshot, SeatReport, SeatWord, Text};
use serde::Serialize;
use tokio::sync::{broadcast, mpsc, oneshot};
use utoipa::ToSchema;

use crate::problem::{Code, Problem};
use crate::seating::words::{Known, SeatWanted, Titles, Whereabouts, named, whereabouts};

/// Asks on their way to one room: a person's quickest hand asks five times a second, and twenty hands are more than a room has.
const MAX_QUEUED: usize = 64;
/// Answers awaited from one room at once.
const MAX_WAITING: usize = 64;
/// Messages a browser may be behind; then it is told everything afresh.
const BACKLOG: usize = 256;
/// Seconds after an ask within which the asker's going away is told to the room: a held move ends by itself after 10 s.
const RELEASE_WITHIN_S: i64 = 30;
/// Askers remembered per room.
const MAX_ASKERS: usize = 64;

/// A room as told to browsers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RoomStatus {
    /// Its id.
    pub room: String,
    /// As it names itself, or the site of that name, or its id while nobody knows more.
    pub name: Text,
    /// Whether its uplink is up.
    pub connected: bool,
    /// Since when that is so, ms since 1970; 0 when it was never seen since the console started.
    pub since_ms: i64,
    /// What it last said; older than `since_ms` when it is not connected.
    #[serde(serialize_with = "plainly")]
    #[schema(value_type = Option<RoomSnapshot>)]
    pub snapshot: Option<Arc<RoomSnapshot>>,
    /// Where its terminal is, as far as is known.
    pub whereabouts: Whereabouts,
    /// Where the console wants it; `null` when it never wanted it anywhere.
    pub seat: Option<SeatWanted>,
}

/// As if it were not shared.
fn plainly<S: serde::Serializer>(snapshot: &Option<Arc<RoomSnapshot>>, serializer: S) -> Result<S::Ok, S::Error> {
    snapshot.as_deref().serialize(serializer)
}

/// Messages of `GET /api/rooms/events` (WebSocket, text).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RoomsMessage {
    /// One room: all of them first, then each that changes.
    Room(RoomStatus),
    /// How a command that a room accepted is doing.
    Command {
        /// Which room.
        room: String,
        /// Command id from the room's answer.
        id: u64,
        /// How far.
        state: CommandState,
    },
    /// The scene round, at first and at each change.
    Round(crate::scenes::round::SceneRound),
    /// Once a second: the console is alive.
    Heartbeat {
        /// The console's clock, ms since 1970.
        at_ms: i64,
    },
}

struct Link {
    number: u64,
    to_room: mpsc::Sender<FromConsole>,
    waiting: BTreeMap<u64, oneshot::Sender<RoomResponse>>,
}

#[derive(Default)]
struct Entry {
    since_ms: i64,
    snapshot: Option<Arc<RoomSnapshot>>,
    link: Option<Link>,
    /// Who asked something, and when (seconds since 1970).
    askers: BTreeMap<String, i64>,
    /// Where its terminal shall sit: told at every connection.
    seat: Option<SeatWord>,
    /// Why it did not take that.
    seat_refused: Option<Text>,
}

#[derive(Default)]
struct Inner {
    /// The deployment's sites in their fixed order, by the room of the same name.
    order: Vec<(String, Text)>,
    rooms: BTreeMap<String, Entry>,
    titles: Titles,
    last_number: u64,
    last_request: u64,
}

/// All rooms.
pub struct Rooms {
    inner: Mutex<Inner>,
    told: broadcast::Sender<RoomsMessage>,
}

/// A room's end of the uplink inside the console.
pub(crate) struct Joined {
    /// Names this connection: a later one of the same room takes its place.
    pub(crate) number: u64,
    /// What to send to the room; ends when another connection took over.
    pub(crate) asks: mpsc::Receiver<FromConsole>,
}

impl Default for Rooms {
    fn default() -> Self {
        Self { inner: Mutex::default(), told: broadcast::channel(BACKLOG).0 }
    }
}

impl Rooms {
    /// Held for a look or a change, never across an await.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, message: RoomsMessage) {
        // Nobody listening is fine.
        let _ = self.told.send(message);
    }

    /// Rooms of a deployment whose sites have that order and those names.
    pub(crate) fn in_order(order: Vec<(String, Text)>) -> Self {
        let rooms = Self::default();
        rooms.inner().order = order;
        rooms
    }

    /// Hears every change from here on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<RoomsMessage> {
        self.told.subscribe()
    }

    /// The rooms of those ids, whether they were ever seen or not.
    pub(crate) fn statuses(&self, enrolled: &[String]) -> Vec<RoomStatus> {
        let inner = self.inner();
        let mut rooms: Vec<&String> = enrolled.iter().collect();
        rooms.sort_by_key(|room| inner.order.iter().position(|(known, _)| known == *room).unwrap_or(usize::MAX));
        rooms.into_iter().map(|room| status_of(room, &inner)).collect()
    }

    /// What each room says of its seat whose line is up.
    pub(crate) fn seat_reports(&self) -> Vec<(String, SeatReport)> {
        let inner = self.inner();
        let connected = inner.rooms.iter().filter(|(_, entry)| entry.link.is_some());
        connected.filter_map(|(room, entry)| Some((room.clone(), entry.snapshot.as_ref()?.seat.clone()?))).collect()
    }

    /// Where its terminal shall sit, from here on; told at once, and again whenever it dials in.
    pub(crate) fn seat(&self, room: &str, word: SeatWord) {
        let mut inner = self.inner();
        let entry = inner.rooms.entry(room.to_owned()).or_default();
        if entry.seat.as_ref() != Some(&word) {
            entry.seat_refused = None;
        }
        if let Some(link) = &entry.link {
            // A full queue is a room in trouble: its report stays behind, and it is told again.
            let _ = link.to_room.try_send(FromConsole::Seat(word.clone()));
        }
        entry.seat = Some(word);
        self.tell_of(room, inner);
    }

    /// The room did not take the word of that revision.
    pub(crate) fn seat_refused(&self, room: &str, revision: u64, reason: Text) {
        let mut inner = self.inner();
        let Some(entry) = inner.rooms.get_mut(room) else { return };
        if entry.seat.as_ref().is_none_or(|word| word.revision != revision) {
            return;
        }
        entry.seat_refused = Some(reason);
        self.tell_of(room, inner);
    }

    /// Titles of the conferences that run.
    pub(crate) fn titles(&self, titles: Titles) {
        let mut inner = self.inner();
        if inner.titles == titles {
            return;
        }
        inner.titles = titles;
        let all: Vec<_> = inner.rooms.keys().map(|room| status_of(room, &inner)).collect();
        drop(inner);
        for status in all {
            self.tell(RoomsMessage::Room(status));
        }
    }

    fn tell_of(&self, room: &str, inner: MutexGuard<'_, Inner>) {
        let status = status_of(room, &inner);
        drop(inner);
        self.tell(RoomsMessage::Room(status));
    }

    /// The room's uplink is up; an earlier one of the same room is dropped.
    pub(crate) fn join(&self, room: &str, now_ms: i64) -> Joined {
        let (to_room, asks) = mpsc::channel(MAX_QUEUED);
        let mut inner = self.inner();
        inner.last_number += 1;
        let number = inner.last_number;
        let entry = inner.rooms.entry(room.to_owned()).or_default();
        if let Some(word) = &entry.seat {
            // The queue is empty.
            let _ = to_room.try_send(FromConsole::Seat(word.clone()));
        }
        entry.link = Some(Link { number, to_room, waiting: BTreeMap::new() });
        entry.since_ms = now_ms;
        self.tell_of(room, inner);
        Joined { number, asks }
    }

    /// That connection is gone; whoever waits for its answers learns it by the dropped senders.
    pub(crate) fn leave(&self, room: &str, number: u64, now_ms: i64) {
        let mut inner = self.inner();
        let Some(entry) = inner.rooms.get_mut(room) else { return };
        if entry.link.as_ref().is_none_or(|link| link.number != number) {
            return;
        }
        entry.link = None;
        entry.since_ms = now_ms;
        self.tell_of(room, inner);
    }

    /// The room told its state.
    pub(crate) fn heard(&self, room: &str, snapshot: RoomSnapshot) {
        let mut inner = self.inner();
        let Some(entry) = inner.rooms.get_mut(room) else { return };
        entry.snapshot = Some(Arc::new(snapshot));
        self.tell_of(room, inner);
    }

    /// The room tells how a command is doing.
    pub(crate) fn command(&self, room: &str, id: u64, state: CommandState) {
        self.tell(RoomsMessage::Command { room: room.to_owned(), id, state });
    }

    /// The room answered.
    pub(crate) fn answered(&self, room: &str, request: u64, response: RoomResponse) {
        let waiting = self.inner().rooms.get_mut(room).and_then(|entry| entry.link.as_mut()?.waiting.remove(&request));
        // Nobody waits any longer when it comes too late.
        let _ = waiting.map(|sender| sender.send(response));
    }

    /// Puts an ask on its way; the answer comes through the receiver.
    pub(crate) fn ask(&self, room: &str, actor: &str, what: RoomRequest, now_s: i64) -> Result<oneshot::Receiver<RoomResponse>, Problem> {
        let mut inner = self.inner();
        inner.last_request += 1;
        let request = inner.last_request;
        let entry = inner.rooms.get_mut(room).ok_or(Code::RoomOffline)?;
        let link = entry.link.as_mut().ok_or(Code::RoomOffline)?;
        link.waiting.retain(|_, sender| !sender.is_closed());
        if link.waiting.len() >= MAX_WAITING {
            return Err(Code::LimitReached.into());
        }
        link.to_room.try_send(FromConsole::Ask { request, actor: actor.to_owned(), what }).map_err(|_| Code::LimitReached)?;
        let (sender, receiver) = oneshot::channel();
        link.waiting.insert(request, sender);
        entry.askers.retain(|_, at| now_s - *at < RELEASE_WITHIN_S);
        if entry.askers.len() < MAX_ASKERS {
            entry.askers.insert(actor.to_owned(), now_s);
        }
        Ok(receiver)
    }

    /// A person's socket closed: rooms they asked something of a moment ago stop what they held.
    pub(crate) fn release(&self, actor: &str, now_s: i64) {
        for entry in self.inner().rooms.values_mut() {
            let recently = entry.askers.remove(actor).is_some_and(|at| now_s - at < RELEASE_WITHIN_S);
            if let (true, Some(link)) = (recently, &entry.link) {
                // A full queue is a room in trouble; the held move ends by its own dead-man.
                let _ = link.to_room.try_send(FromConsole::Release { actor: actor.to_owned() });
            }
        }
    }

    /// Whether that command of that device is a held one, by the room's own declaration.
    pub(crate) fn is_held(&self, room: &str, request: &RoomRequest) -> bool {
        let RoomRequest::Command(act) = request else { return false };
        let snapshot = self.inner().rooms.get(room).and_then(|entry| entry.snapshot.clone());
        let device = snapshot.as_ref().and_then(|snapshot| snapshot.devices.iter().find(|device| device.device == act.device));
        device.is_some_and(|device| device.commands.iter().any(|command| command.name == act.command && command.held))
    }
}

fn status_of(room: &str, inner: &Inner) -> RoomStatus {
    let (entry, titles) = (inner.rooms.get(room), &inner.titles);
    let snapshot = entry.and_then(|entry| entry.snapshot.clone());
    let word = entry.and_then(|entry| entry.seat.as_ref());
    let connected = entry.is_some_and(|entry| entry.link.is_some());
    let known = Known {
        connected: connected && snapshot.is_some(),
        report: snapshot.as_ref().and_then(|snapshot| snapshot.seat.as_ref()),
        refused: entry.and_then(|entry| entry.seat_refused.as_ref()),
    };
    let wanted =
        |word: &SeatWord| SeatWanted { revision: word.revision, conference: word.conference.as_deref().map(|id| named(id, titles)) };
    let own = snapshot.as_ref().map(|snapshot| snapshot.name.clone());
    let of_site = || inner.order.iter().find(|(known, _)| known == room).map(|(_, name)| name.clone());
    let plain = || Text { zh: room.to_owned(), en: room.to_owned() };
    RoomStatus {
        room: room.to_owned(),
        name: own.or_else(of_site).unwrap_or_else(plain),
        connected,
        since_ms: entry.map_or(0, |entry| entry.since_ms),
        whereabouts: whereabouts(&known, titles),
        seat: word.map(wanted),
        snapshot,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_QUEUED, Rooms, RoomsMessage};
    use crate::problem::Code;
    use crate::seating::words::Whereabouts;
    use room_api::{FromConsole, RoomId, RoomRequest, RoomResponse, RoomSnapshot, SeatWord, Text};

    const ASK: RoomRequest = RoomRequest::SceneCancel {};

    #[tokio::test]
    async fn a_seat_is_told_at_once_and_at_every_connection() {
        let rooms = Rooms::default();
        let word = |revision| SeatWord { revision, conference: Some("m-1".to_owned()) };
        rooms.seat("guiyang", word(1));
        let mut joined = rooms.join("guiyang", 5);
        assert_eq!(joined.asks.recv().await, Some(FromConsole::Seat(word(1))));
        rooms.seat("guiyang", word(2));
        assert_eq!(joined.asks.recv().await, Some(FromConsole::Seat(word(2))));
        rooms.leave("guiyang", joined.number, 6);
        let mut again = rooms.join("guiyang", 7);
        assert_eq!(again.asks.recv().await, Some(FromConsole::Seat(word(2))), "the last one only");
        assert!(again.asks.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_refused_seat_is_shown_until_another_is_told() {
        let rooms = Rooms::default();
        let why = Text { zh: "无".to_owned(), en: "none".to_owned() };
        let _joined = rooms.join("guiyang", 5);
        rooms.heard("guiyang", snapshot());
        rooms.seat("guiyang", SeatWord { revision: 2, conference: None });
        let at = || rooms.statuses(&["guiyang".to_owned()]).remove(0).whereabouts;
        rooms.seat_refused("guiyang", 1, why.clone());
        assert_eq!(at(), Whereabouts::NoTerminal {}, "of a word that counts no more");
        rooms.seat_refused("guiyang", 2, why.clone());
        assert_eq!(at(), Whereabouts::Failed { conference: None, reason: why });
        rooms.seat("guiyang", SeatWord { revision: 3, conference: None });
        assert_eq!(at(), Whereabouts::NoTerminal {});
    }

    fn snapshot() -> RoomSnapshot {
        let name = Text { zh: "桂阳县".to_owned(), en: "Guiyang".to_owned() };
        RoomSnapshot {
            room: RoomId("guiyang".to_owned()),
            name,
            rehearsal: true,
            devices: Vec::new(),
            scenes: Vec::new(),
            run: None,
            discussion: None,
            terminal: None,
            seat: None,
            faults: Vec::new(),
            at_ms: 1,
        }
    }

    #[tokio::test]
    async fn an_answer_finds_its_asker() {
        let rooms = Rooms::default();
        let mut joined = rooms.join("guiyang", 5);
        let answer = rooms.ask("guiyang", "technician", ASK, 1).unwrap();
        let Some(FromConsole::Ask { request, actor, .. }) = joined.asks.recv().await else { panic!("no ask") };
        assert_eq!(actor, "technician");
        rooms.answered("guiyang", request + 1, RoomResponse::Done {});
        rooms.answered("guiyang", request, RoomResponse::Done {});
        assert_eq!(answer.await, Ok(RoomResponse::Done {}));
    }

    #[test]
    fn a_room_that_is_not_connected_is_not_asked() {
        let rooms = Rooms::default();
        assert_eq!(rooms.ask("guiyang", "a", ASK, 1).unwrap_err().code, Code::RoomOffline);
        let joined = rooms.join("guiyang", 5);
        rooms.leave("guiyang", joined.number, 6);
        assert_eq!(rooms.ask("guiyang", "a", ASK, 1).unwrap_err().code, Code::RoomOffline);
        let [status] = <[_; 1]>::try_from(rooms.statuses(&["guiyang".to_owned()])).unwrap();
        assert_eq!((status.connected, status.since_ms), (false, 6));
    }

    #[tokio::test]
    async fn a_later_connection_takes_the_earlier_ones_place() {
        let rooms = Rooms::default();
        let mut first = rooms.join("guiyang", 5);
        let second = rooms.join("guiyang", 7);
        assert!(first.asks.recv().await.is_none());
        rooms.leave("guiyang", first.number, 8);
        assert!(rooms.statuses(&["guiyang".to_owned()])[0].connected);
        rooms.leave("guiyang", second.number, 9);
        assert!(!rooms.statuses(&["guiyang".to_owned()])[0].connected);
    }

    #[test]
    fn a_room_that_does_not_read_is_not_flooded() {
        let rooms = Rooms::default();
        let _joined = rooms.join("guiyang", 5);
        let kept: Vec<_> = (0..MAX_QUEUED).map(|_| rooms.ask("guiyang", "a", ASK, 1).unwrap()).collect();
        assert_eq!(rooms.ask("guiyang", "a", ASK, 1).unwrap_err().code, Code::LimitReached);
        drop(kept);
    }

    #[tokio::test]
    async fn whoever_asked_a_moment_ago_is_released() {
        let rooms = Rooms::default();
        let mut joined = rooms.join("guiyang", 5);
        let mut other = rooms.join("anren", 5);
        let _answer = rooms.ask("guiyang", "technician", ASK, 100).unwrap();
        rooms.release("technician", 105);
        assert!(matches!(joined.asks.recv().await, Some(FromConsole::Ask { .. })));
        assert_eq!(joined.asks.recv().await, Some(FromConsole::Release { actor: "technician".to_owned() }));
        assert!(other.asks.try_recv().is_err());
    }

    #[test]
    fn browsers_are_told_of_comings_and_goings() {
        let rooms = Rooms::default();
        let mut watch = rooms.watch();
        let joined = rooms.join("guiyang", 5);
        rooms.leave("guiyang", joined.number, 6);
        let told: Vec<bool> = [watch.try_recv(), watch.try_recv()]
            .into_iter()
            .map(|message| matches!(message, Ok(RoomsMessage::Room(status)) if status.connected))
            .collect();
        assert_eq!(told, [true, false]);
    }
}
