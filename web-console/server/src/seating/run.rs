//! The part with a clock and a line to the MCU: reads which conferences call whom, and tells the rooms.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use axum::http::Method;
use mcu_api::{ConferencePhase, ConferenceSnapshot, ConferenceSummary, Conferences, JournalPage};
use room_api::SeatWord;
use serde::de::DeserializeOwned;

use super::calls::Calls;
use super::choice::{Candidate, asks_for_air, choose};
use super::entity;
use super::ledger::{Answer, Ledger};
use super::words::Titles;
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::gateway::ask_mcu;
use crate::problem::{Code, Problem};
use crate::signer::ISSUER;

/// How often the MCU's list is looked at: a called room is on its way within this.
const ROUND: Duration = Duration::from_secs(1);
/// Changes of a journal asked for at once, as many as the MCU gives.
const PAGE: u16 = 500;

/// A conference as read so far. One of the same id that is opened again has another time.
struct Read {
    opened_at_ms: u64,
    calls: Calls,
}

struct Seating {
    app: Arc<App>,
    ledger: Ledger,
    read: BTreeMap<String, Read>,
}

/// Seats the rooms for ever.
pub async fn run(app: Arc<App>) {
    let ledger = loop {
        match entity::all(app.store.db()).await {
            Ok(kept) => break begin(&app, kept),
            Err(error) => tracing::error!(%error, "the rooms' seats cannot be read; trying again"),
        }
        tokio::time::sleep(ROUND).await;
    };
    let mut seating = Seating { app, ledger, read: BTreeMap::new() };
    let mut is_faulty = false;
    loop {
        let outcome = seating.round().await;
        if let (Err(problem), false) = (&outcome, is_faulty) {
            tracing::warn!(code = problem.body().code, "rooms stay where they are until the MCU and the database answer");
        }
        is_faulty = outcome.is_err();
        tokio::time::sleep(ROUND).await;
    }
}

/// What was told before the last end is told again, whether the MCU answers or not.
fn begin(app: &App, kept: Vec<(String, SeatWord)>) -> Ledger {
    for (room, word) in &kept {
        app.rooms.seat(room, word.clone());
    }
    Ledger::new(kept)
}

impl Seating {
    /// One look at everything. What is not known changes nothing: no room is moved because the MCU does not answer.
    async fn round(&mut self) -> Result<(), Problem> {
        self.answer_reports().await?;
        let running = self.follow().await?;
        let titles: Titles = running.iter().map(|one| (one.conference.to_string(), one.title.clone())).collect();
        self.app.rooms.titles(titles);
        let rooms: Vec<String> = self.app.store.rooms().await?.into_iter().map(|room| room.id).collect();
        for room in rooms {
            self.decide(&room).await?;
        }
        Ok(())
    }

    /// Reads every running conference's journal up to its present revision.
    async fn follow(&mut self) -> Result<Vec<ConferenceSummary>, Problem> {
        let listed: Conferences = look(&self.app, "/api/conferences").await?;
        let running: Vec<_> = listed.conferences.into_iter().filter(|one| one.phase == ConferencePhase::Running).collect();
        let is_there =
            |id: &str, read: &Read| running.iter().any(|one| one.conference.as_str() == id && one.opened_at_ms == read.opened_at_ms);
        self.read.retain(|id, read| is_there(id, read));
        for one in &running {
            let fresh = || Read { opened_at_ms: one.opened_at_ms, calls: Calls::default() };
            let read = self.read.entry(one.conference.to_string()).or_insert_with(fresh);
            catch_up(&self.app, one, read).await?;
        }
        Ok(running)
    }

    /// Tells a room where to sit when that has changed.
    async fn decide(&mut self, room: &str) -> Result<(), Problem> {
        let candidate = |(conference, read): (&'_ String, &'_ Read)| (conference.clone(), read.opened_at_ms, read.calls.of(room).cloned());
        let calling: Vec<_> = self.read.iter().map(candidate).collect();
        let candidates: Vec<Candidate<'_>> = calling
            .iter()
            .filter_map(|(conference, opened_at_ms, call)| {
                Some(Candidate { conference, opened_at_ms: *opened_at_ms, call: call.as_ref()? })
            })
            .collect();
        let present = self.ledger.wanted(room).map(str::to_owned);
        let is_on_air = match asks_for_air(&candidates, present.as_deref()) {
            Some(here) => is_on_air(&self.app, here, room).await,
            None => false,
        };
        let chosen = choose(&candidates, present.as_deref(), is_on_air);
        let Some(word) = self.ledger.change(room, chosen.map(|one| one.conference)) else { return Ok(()) };
        let by = chosen.map_or(ISSUER, |one| one.call.by.as_str());
        self.tell(room, word, by).await
    }

    /// Rooms that are behind, or know more than this console, are told again.
    async fn answer_reports(&mut self) -> Result<(), Problem> {
        for (room, report) in self.app.rooms.seat_reports() {
            match self.ledger.heard(&room, &report, clock::now_ms()) {
                Answer::Nothing => {}
                Answer::Again(word) => self.app.rooms.seat(&room, word),
                Answer::Raised(word) => self.tell(&room, word, ISSUER).await?,
            }
        }
        Ok(())
    }

    /// Audited and kept before it is told.
    async fn tell(&mut self, room: &str, word: SeatWord, by: &str) -> Result<(), Problem> {
        let (object, request) = (format!("room:{room}"), serde_json::to_value(&word).ok());
        let act =
            Act { who: by, right: right::CONFERENCE_AFFAIRS, what: "seat_room", object: &object, result: "asked", address: None, request };
        self.app.audit.record(&act)?;
        entity::keep(self.app.store.db(), room, &word).await?;
        tracing::info!(room, conference = word.conference, revision = word.revision, "the room's seat");
        self.ledger.put(room, word.clone(), clock::now_ms());
        self.app.rooms.seat(room, word);
        Ok(())
    }
}

/// Asks the MCU with the right to look and no other.
async fn look<T: DeserializeOwned>(app: &App, path: &str) -> Result<T, Problem> {
    let answer = ask_mcu(app, Method::GET, path, ISSUER, &[right::CONFERENCE_VIEW], None).await?;
    if !answer.status.is_success() {
        return Err(Code::McuUnreachable.into());
    }
    serde_json::from_slice(&answer.body).map_err(|error| {
        tracing::warn!(%error, path, "the MCU's answer is not understood; both programs must be of the same version");
        Code::McuUnreachable.into()
    })
}

async fn catch_up(app: &App, one: &ConferenceSummary, read: &mut Read) -> Result<(), Problem> {
    while read.calls.rev < one.rev {
        let path = format!("/api/conferences/{}/journal?after_rev={}&limit={PAGE}", one.conference, read.calls.rev.0);
        let page: JournalPage = look(app, &path).await?;
        // Ended and opened again in between: the next round begins anew.
        if page.opened_at_ms != read.opened_at_ms || page.envelopes.is_empty() {
            return Err(Code::McuUnreachable.into());
        }
        for envelope in &page.envelopes {
            read.calls.apply(envelope);
        }
    }
    Ok(())
}

/// Whether that site is shown in program there. Not knowing counts as being shown: then it is not drawn away.
async fn is_on_air(app: &App, conference: &str, site: &str) -> bool {
    match look::<ConferenceSnapshot>(app, &format!("/api/conferences/{conference}")).await {
        Ok(snapshot) => snapshot.sites.iter().any(|row| row.site.as_str() == site && row.tally.on_air),
        Err(_) => true,
    }
}
