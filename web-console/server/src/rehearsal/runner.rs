//! One task per rehearsal: follows its conference, begins what is due, notes what is over, and ends everything with the conference.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access_token::right;
use futures_util::StreamExt;
use mcu_api::{Client, ConferenceId, ConferencePhase, ConferenceSnapshot, EventStream, ServerMessage, Told};
use room_api::{RoomRequest, RoomResponse};

use super::entity::{State, injection};
use super::records;
use super::watch::{Troubles, changes, troubles};
use crate::app::App;
use crate::audit::Act;
use crate::room_doors::{ask, words_of};
use crate::{clock, problem::Problem};

/// How exactly injections begin.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Pause before the MCU is tried again.
const RETRY: Duration = Duration::from_millis(700);
/// Life of the token with which the conference is followed; then it is followed anew.
const TOKEN_S: u64 = 3_600;
/// An injection that could not begin for so long, because the console was away, is dropped.
const TOO_LATE_MS: i64 = 10_000;
/// Rehearsals followed at once.
const MAX_FOLLOWED: usize = 16;
/// Who ends faults that nobody ended.
pub(super) const ACTOR: &str = "console";

/// Rehearsals under way.
#[derive(Default)]
pub struct Rehearsals {
    followed: Mutex<BTreeSet<ConferenceId>>,
}

impl Rehearsals {
    /// Follows the conference from here on, once.
    pub(super) fn follow(&self, app: &Arc<App>, conference: &ConferenceId) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if followed.len() >= MAX_FOLLOWED || !followed.insert(conference.clone()) {
            return;
        }
        drop(followed);
        let (app, conference) = (Arc::clone(app), conference.clone());
        tokio::spawn(async move {
            run(&app, &conference).await;
            app.rehearsals.followed.lock().unwrap_or_else(PoisonError::into_inner).remove(&conference);
        });
    }
}

/// Until the conference has ended.
async fn run(app: &Arc<App>, conference: &ConferenceId) {
    let mut seen = Seen { conference: conference.clone(), troubles: Troubles::new() };
    loop {
        match connect(app, conference).await {
            Ok(events) => {
                if follow(app, &mut seen, events).await {
                    clear(app, conference, ACTOR).await;
                    return;
                }
            }
            Err(error) => tracing::debug!(%error, %conference, "the rehearsal is not followed; trying on"),
        }
        look(app, conference).await;
        tokio::time::sleep(RETRY).await;
    }
}

async fn connect(app: &App, conference: &ConferenceId) -> anyhow::Result<EventStream> {
    let token = app.signer.token(ACTOR, &[right::CONFERENCE_VIEW], TOKEN_S)?;
    let pem = app.config.mcu_ca.as_ref().map(std::fs::read_to_string).transpose()?;
    Ok(Client::new(&app.config.mcu, &token, pem.as_deref())?.events(conference).await?)
}

struct Seen {
    conference: ConferenceId,
    troubles: Troubles,
}

/// Whether the conference has ended, once the connection is gone or it has.
async fn follow(app: &Arc<App>, seen: &mut Seen, mut events: EventStream) -> bool {
    let mut looking = tokio::time::interval(LOOK_EVERY);
    looking.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            told = events.next() => match told {
                Some(Ok(Told::Message(message))) => {
                    if hear(app, seen, message).await {
                        return true;
                    }
                }
                Some(Ok(Told::Meters(_))) => {}
                Some(Err(_)) | None => return false,
            },
            _ = looking.tick() => look(app, &seen.conference).await,
        }
    }
}

/// Whether the conference has ended.
async fn hear(app: &App, seen: &mut Seen, message: ServerMessage) -> bool {
    match message {
        // The facts stand in the chronicle.
        ServerMessage::Heartbeat { .. } | ServerMessage::Event(_) => false,
        ServerMessage::Snapshot(snapshot) => {
            watch(app, seen, &snapshot).await;
            snapshot.phase == ConferencePhase::Ended
        }
    }
}

async fn watch(app: &App, seen: &mut Seen, snapshot: &ConferenceSnapshot) {
    let now = troubles(snapshot, &seen.troubles);
    for fact in changes(&seen.troubles, &now, snapshot.at_ms) {
        if let Err(error) = records::note(&app.store, &seen.conference, &fact).await {
            tracing::error!(%error, "a fact of the rehearsal was not kept; check the disk");
        }
    }
    seen.troubles = now;
}

/// Begins what is due and notes what is over.
async fn look(app: &App, conference: &ConferenceId) {
    let rows = match records::injections(&app.store, conference).await {
        Ok(rows) => rows,
        Err(error) => return tracing::error!(%error, "the rehearsal's injections cannot be read"),
    };
    let now_ms = clock::now_ms();
    for row in rows {
        if row.state == State::Planned.name() && row.due_ms <= now_ms {
            let begun =
                if now_ms - row.due_ms > TOO_LATE_MS { cancel(app, row, "too late").await } else { begin(app, row).await.map(drop) };
            if let Err(problem) = begun {
                tracing::error!(%problem, "an injection could not be begun");
            }
        } else if row.state == State::Active.name()
            && row.began_ms.is_some_and(|began| began + i64::from(row.for_s) * 1000 <= now_ms)
            && let Err(problem) = over(app, row, now_ms).await
        {
            tracing::error!(%problem, "the end of an injection could not be kept");
        }
    }
}

/// Begins an injection; how the room answered, `None` when it was begun or cancelled meanwhile.
pub(super) async fn begin(app: &App, row: injection::Model) -> Result<Option<RoomResponse>, Problem> {
    // Nobody else begins it now.
    let begun = injection::Model { state: State::Active.name().to_owned(), began_ms: Some(clock::now_ms()), ..row };
    if !records::update(&app.store, State::Planned, &begun).await? {
        return Ok(None);
    }
    let Ok(fault) = serde_json::from_str(&begun.fault) else { return Ok(None) };
    let (for_s, seed) = (u32::try_from(begun.for_s).unwrap_or(0), u32::try_from(begun.seed).unwrap_or(0));
    let asked = RoomRequest::FaultStart { fault, for_s, seed };
    let answer = ask(app, &begun.site, &begun.author, asked, clock::now_s()).await;
    let now = clock::now_ms();
    let (after, result) = match &answer {
        Ok(RoomResponse::FaultStarted(active)) => {
            let room_fault = i64::try_from(active.id).ok();
            (injection::Model { began_ms: Some(now), room_fault, ..begun }, "accepted".to_owned())
        }
        Ok(other) => (refused(begun, words_of(other)), words_of(other)),
        Err(problem) => (refused(begun, problem.body().code.to_owned()), problem.body().code.to_owned()),
    };
    records::update(&app.store, State::Active, &after).await?;
    audit(app, &after.author, "inject_fault", &after, &result);
    answer.map(Some)
}

fn refused(row: injection::Model, note: String) -> injection::Model {
    injection::Model { state: State::Refused.name().to_owned(), began_ms: None, note, ..row }
}

async fn cancel(app: &App, row: injection::Model, note: &str) -> Result<(), Problem> {
    let row = injection::Model { state: State::Cancelled.name().to_owned(), note: note.to_owned(), ..row };
    records::update(&app.store, State::Planned, &row).await?;
    Ok(())
}

async fn over(app: &App, row: injection::Model, now_ms: i64) -> Result<(), Problem> {
    let row = injection::Model { state: State::Ended.name().to_owned(), ended_ms: Some(now_ms), ..row };
    records::update(&app.store, State::Active, &row).await?;
    Ok(())
}

/// Lifts an injection, or takes it back before it began.
pub(super) async fn lift(app: &App, row: injection::Model, actor: &str) -> Result<(), Problem> {
    if row.state == State::Planned.name() {
        audit(app, actor, "cancel_fault", &row, "accepted");
        return cancel(app, row, actor).await;
    }
    if row.state != State::Active.name() {
        return Ok(());
    }
    let id = row.room_fault.and_then(|id| u64::try_from(id).ok()).unwrap_or(0);
    let answer = ask(app, &row.site, actor, RoomRequest::FaultLift { id }, clock::now_s()).await;
    // A room that cannot be asked ends it by itself, at the latest with its time; one that does not know it has ended it.
    let result = answer.map_or_else(|problem| problem.body().code.to_owned(), |answer| words_of(&answer));
    audit(app, actor, "lift_fault", &row, &result);
    over(app, row, clock::now_ms()).await
}

/// All clear: lifts and takes back everything.
pub(super) async fn clear(app: &App, conference: &ConferenceId, actor: &str) {
    let rows = match records::injections(&app.store, conference).await {
        Ok(rows) => rows,
        Err(error) => return tracing::error!(%error, "the rehearsal's injections cannot be read"),
    };
    for row in rows {
        if let Err(problem) = lift(app, row, actor).await {
            tracing::error!(%problem, "an injection could not be lifted");
        }
    }
}

fn audit(app: &App, who: &str, what: &str, row: &injection::Model, result: &str) {
    let object = format!("room:{}", row.site);
    let request = serde_json::json!({ "conference": row.conference, "fault": row.fault, "for_s": row.for_s, "injection": row.id });
    let act = Act { who, right: right::REHEARSAL_DIRECT, what, object: &object, result, address: None, request: Some(request) };
    if app.audit.record(&act).is_err() {
        tracing::error!(result, "an injection could not be audited");
    }
}
