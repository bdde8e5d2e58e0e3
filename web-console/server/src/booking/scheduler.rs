//! The part with a clock: begins what is due and drives it, from what the database says, so that a restart goes on where it was.

use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use futures_util::future::join_all;
use mcu_api::ConferenceId;

use super::busy::Span;
use super::entity::{booking, run};
use super::mcu;
use super::opening::{Ask, Documents, Opening, Phase, Progress, Times, prepare};
use super::store;
use super::views::{Timed, conference_id, timed};
use super::words::{BookingBody, Meeting, Reason};
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::library::entity::Model as Document;
use crate::library::store as library;
use crate::library::words::LibraryKind;

/// Longest sleep: a clock that was set is noticed within it.
const LONGEST_SLEEP_MS: i64 = 15_000;
/// Shortest sleep: bounds the work when something is due all the time.
const SHORTEST_SLEEP_MS: i64 = 20;
/// Pause after the database failed.
const FAILED_SLEEP_MS: i64 = 2_000;

/// Opens meetings when their time comes; never returns.
pub async fn run(app: Arc<App>) {
    loop {
        let sleep_ms = match round(&app).await {
            Ok(until_ms) => (until_ms - clock::now_ms()).clamp(SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS),
            Err(error) => {
                tracing::error!(%error, "bookings cannot be read; trying again");
                FAILED_SLEEP_MS
            }
        };
        let sleep = Duration::from_millis(sleep_ms.unsigned_abs());
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = app.bookings.changed.notified() => {}
        }
    }
}

/// Does what is due; returns when there is more, ms since 1970.
async fn round(app: &App) -> Result<i64, sea_orm::DbErr> {
    let now_ms = clock::now_ms();
    let mut next_ms = begin_due(app, now_ms).await?;
    let under_way = store::runs_under_way(app.store.db()).await?;
    for tried in join_all(under_way.into_iter().map(|model| drive(app, model))).await {
        next_ms = next_ms.min(tried?);
    }
    Ok(next_ms)
}

/// Begins every occurrence whose call has come and whose end has not; returns when the next call is.
async fn begin_due(app: &App, now_ms: i64) -> Result<i64, sea_orm::DbErr> {
    // Nobody changes a booking between looking and beginning.
    let _gate = app.bookings.gate.lock().await;
    let mut next_ms = now_ms + LONGEST_SLEEP_MS;
    let span = Span { from_ms: now_ms, until_ms: next_ms };
    for model in store::meeting(app.store.db(), span).await?.into_iter().filter(|model| !model.cancelled) {
        let Ok(body) = serde_json::from_str::<BookingBody>(&model.body) else {
            tracing::error!(booking = model.id, "a booking cannot be read; it is not opened");
            continue;
        };
        for one in timed(&body, &app.calendar).into_iter().filter(|one| !one.is_cancelled && one.ends_ms > now_ms) {
            if one.calls_ms > now_ms {
                next_ms = next_ms.min(one.calls_ms);
            } else {
                begin(app, &model, &body.meeting, one, now_ms).await?;
            }
        }
    }
    Ok(next_ms)
}

async fn begin(app: &App, model: &booking::Model, meeting: &Meeting, one: Timed, now_ms: i64) -> Result<(), sea_orm::DbErr> {
    let id = conference_id(&model.id, one.slot);
    let Ok(conference) = ConferenceId::new(&id) else {
        tracing::error!(id, "no conference can have this id");
        return Ok(());
    };
    if store::has_run(app.store.db(), &id).await? {
        return Ok(());
    }
    let (documents, warnings) = fetch(app, meeting).await?;
    let times = Times { now_ms, starts_ms: one.starts_ms, ends_ms: one.ends_ms };
    let opening = prepare(conference, meeting, &app.calendar.seats, documents, &model.author, times);
    let run = run::Model {
        conference: id.clone(),
        booking: model.id.clone(),
        slot: one.slot.to_string(),
        is_over: false,
        opening: text(&opening),
        progress: text(&Progress::begin(now_ms, warnings)),
    };
    store::begin(app.store.db(), run).await?;
    tracing::info!(conference = id, "a booked meeting is opened");
    Ok(())
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The documents that the meeting names, and what is not there any more.
async fn fetch(app: &App, meeting: &Meeting) -> Result<(Documents, Vec<Reason>), sea_orm::DbErr> {
    let (mut documents, mut missing) = (Documents::default(), Vec::new());
    if let Some(name) = &meeting.layout {
        documents.layout = read(app, LibraryKind::Layout, name, &mut missing).await?;
    }
    if let Some(name) = &meeting.run_sheet {
        documents.run_sheet = read(app, LibraryKind::RunSheet, name, &mut missing).await?;
    }
    for name in &meeting.plans {
        documents.plans.extend(read(app, LibraryKind::Plan, name, &mut missing).await?);
    }
    Ok((documents, missing))
}

async fn read<T: serde::de::DeserializeOwned>(
    app: &App,
    kind: LibraryKind,
    name: &str,
    missing: &mut Vec<Reason>,
) -> Result<Option<T>, sea_orm::DbErr> {
    let model: Option<Document> = library::one(app.store.db(), kind, name).await?;
    let found = model.and_then(|model| serde_json::from_str(&model.value).ok());
    if found.is_none() {
        missing.push(Reason::new(
            format!("the library has no {} named \"{name}\"; load it at the desk", kind.name()),
            format!("资料库中没有“{name}”,请在会控台载入"),
        ));
    }
    Ok(found)
}

/// Takes a run as far as it goes now; returns when it wants to be taken on, ms since 1970.
async fn drive(app: &App, model: run::Model) -> Result<i64, sea_orm::DbErr> {
    let (opening, progress) = (serde_json::from_str::<Opening>(&model.opening), serde_json::from_str::<Progress>(&model.progress));
    let (Ok(opening), Ok(mut progress)) = (opening, progress) else {
        tracing::error!(conference = model.conference, "a run cannot be read; it is given up");
        store::keep_progress(app.store.db(), &model.conference, model.progress, true).await?;
        return Ok(i64::MAX);
    };
    loop {
        if progress.next_try_ms > clock::now_ms() {
            return Ok(progress.next_try_ms);
        }
        let Some(ask) = progress.next(&opening) else { return Ok(i64::MAX) };
        if ask == Ask::Open && !is_wanted(app, &model).await? {
            progress.phase = Phase::Cancelled {};
            keep(app, &model, &progress).await?;
            return Ok(i64::MAX);
        }
        if ask == Ask::Open {
            // Kept before it is asked: after a crash it is looked for, not opened a second time.
            progress.asked = true;
            keep(app, &model, &progress).await?;
        }
        let before = progress.clone();
        let is_audited = progress.waits_for.is_none() && matches!(progress.phase, Phase::Opening {});
        if is_audited && !audit(app, &opening, &ask, "asked") {
            return Ok(clock::now_ms() + FAILED_SLEEP_MS);
        }
        let heard = mcu::ask(app, &opening, &ask).await;
        progress.heard(&opening, &ask, heard, clock::now_ms());
        if is_audited || before.phase != progress.phase {
            audit(app, &opening, &ask, result(&progress));
        }
        keep(app, &model, &progress).await?;
    }
}

/// Whether the booking still says that this shall be held.
async fn is_wanted(app: &App, model: &run::Model) -> Result<bool, sea_orm::DbErr> {
    let Some(booking) = store::one(app.store.db(), &model.booking).await? else { return Ok(false) };
    let Ok(body) = serde_json::from_str::<BookingBody>(&booking.body) else { return Ok(false) };
    let slot = timed(&body, &app.calendar).into_iter().find(|one| one.slot.to_string() == model.slot);
    Ok(!booking.cancelled && slot.is_some_and(|one| !one.is_cancelled))
}

async fn keep(app: &App, model: &run::Model, progress: &Progress) -> Result<(), sea_orm::DbErr> {
    store::keep_progress(app.store.db(), &model.conference, text(progress), progress.is_over()).await
}

fn result(progress: &Progress) -> &'static str {
    match (&progress.phase, &progress.waits_for) {
        (Phase::Opening {}, None) => "accepted",
        (Phase::Opening {} | Phase::Running {}, Some(_)) => "waits",
        (Phase::Running {}, None) => "running",
        (Phase::Ended {}, _) => "ended",
        (Phase::Failed { .. }, _) => "failed",
        (Phase::Cancelled {}, _) => "cancelled",
    }
}

/// Records an act of a booking; `false` when it could not be, and then nothing may be done.
fn audit(app: &App, opening: &Opening, ask: &Ask, result: &str) -> bool {
    let what = match ask {
        Ask::Look => "booking_look",
        Ask::Open => "booking_open",
        Ask::Command(_) => "booking_command",
    };
    let request = match ask {
        Ask::Look | Ask::Open => None,
        Ask::Command(request) => serde_json::to_value(&request.command).ok().and_then(|value| value.get("cmd").cloned()),
    };
    let object = opening.open.conference.to_string();
    let who = mcu::subject(opening);
    let act = Act { who: &who, right: right::CONFERENCE_AFFAIRS, what, object: &object, result, address: None, request };
    app.audit.record(&act).is_ok()
}
