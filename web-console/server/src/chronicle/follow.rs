//! Follows every conference of the MCU, for ever. A thin rim: what is worth keeping is decided by [`Recorder`].
//!
//! One task a conference, no queue: a task that is busy writing does not read its socket, and the MCU then sends it the state as it is instead of what it
//! missed. Facts are always fetched by revision, so nothing depends on having heard of each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use futures_util::StreamExt;
use mcu_api::{Client, ClientError, Code, ConferencePhase, ConferenceSummary, Origin, Rev, ServerMessage, Told};
use sea_orm::DbErr;
use tokio::task::{AbortHandle, JoinSet};

use super::recorder::{Recorder, meeting_id};
use super::store::Chronicle;
use crate::app::App;
use crate::signer::ISSUER;

/// How often the list of conferences is looked at: times of joining are the MCU's own, so nothing is lost in between.
const ROUND: Duration = Duration::from_secs(2);
/// Conferences followed at the same time: twice what one MCU runs.
const MAX_FOLLOWED: usize = 64;
/// Silence after which the MCU is held for dead: it sends a heartbeat each second.
const SILENCE: Duration = Duration::from_secs(5);
/// First pause before a broken connection is made afresh.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest such pause: a repaired network is used within half a minute.
const LAST_PAUSE: Duration = Duration::from_secs(30);
/// Changes asked for at once: as many as the MCU gives.
const PAGE: u16 = 500;
/// Life of the token of one connection, which the MCU ends with it; the next begins at once.
const TOKEN_S: u64 = 3600;

/// Why following stopped.
#[derive(Debug, thiserror::Error)]
enum Broken {
    /// The MCU is not there or refuses.
    #[error(transparent)]
    Mcu(#[from] ClientError),
    /// The console's own database.
    #[error("the chronicle cannot be written; check the disk")]
    Store(#[from] DbErr),
    /// Nothing was said for too long.
    #[error("the MCU said nothing for five seconds; check that it runs")]
    Silent,
    /// The connection ended.
    #[error("the MCU closed the connection")]
    Closed,
    /// No token could be made.
    #[error("the console's key cannot sign")]
    NoToken,
}

/// Follows all conferences until it is dropped.
///
/// # Errors
/// When the MCU's address or certificate cannot be used at all.
pub async fn follow(app: Arc<App>) -> Result<(), ClientError> {
    let pem = app.config.mcu_ca.as_deref().map(std::fs::read_to_string).transpose();
    let pem = pem.map_err(|_| ClientError::BadSetting("the MCU's CA (mcu_ca)"))?;
    let client = Client::new(&app.config.mcu, "", pem.as_deref())?;
    let mut rounds = Rounds { app, client, tasks: JoinSet::new(), followed: BTreeMap::new(), over: BTreeSet::new() };
    let mut told = None;
    loop {
        let outcome = rounds.go().await;
        tell_once(&mut told, outcome.as_ref().err(), "all conferences");
        tokio::time::sleep(ROUND).await;
    }
}

struct Rounds {
    app: Arc<App>,
    client: Client,
    /// Ended with this.
    tasks: JoinSet<()>,
    followed: BTreeMap<String, AbortHandle>,
    /// Known to be wholly in the chronicle.
    over: BTreeSet<String>,
}

impl Rounds {
    async fn go(&mut self) -> Result<(), Broken> {
        while self.tasks.try_join_next().is_some() {}
        self.followed.retain(|_, task| !task.is_finished());
        let list = speaker(&self.app, &self.client)?.conferences().await?.conferences;
        let known: BTreeSet<String> = list.iter().map(|one| meeting_id(&one.conference, one.opened_at_ms)).collect();
        self.over.retain(|id| known.contains(id));
        let chronicle = Chronicle::of(&self.app);
        for gone in chronicle.running().await? {
            if known.contains(&gone.id) || self.followed.contains_key(&gone.id) {
                continue;
            }
            let Ok(conference) = mcu_api::ConferenceId::new(&gone.conference) else { continue };
            let opened_at_ms = u64::try_from(gone.opened_at_ms).unwrap_or(0);
            Recorder::open(chronicle.clone(), &conference, opened_at_ms, &gone.title).await?.lost().await?;
        }
        for summary in list {
            let id = meeting_id(&summary.conference, summary.opened_at_ms);
            if self.over.contains(&id) || self.followed.contains_key(&id) || self.followed.len() >= MAX_FOLLOWED {
                continue;
            }
            if Recorder::open(chronicle.clone(), &summary.conference, summary.opened_at_ms, &summary.title).await?.is_over() {
                self.over.insert(id);
                continue;
            }
            let task = self.tasks.spawn(follow_one(Arc::clone(&self.app), self.client.clone(), summary));
            self.followed.insert(id, task);
        }
        Ok(())
    }
}

/// Until the conference is over or the MCU does not know it any longer.
async fn follow_one(app: Arc<App>, client: Client, summary: ConferenceSummary) {
    let mut pause = FIRST_PAUSE;
    let mut told = None;
    loop {
        let outcome = attempt(&app, &client, &summary, &mut pause).await;
        tell_once(&mut told, outcome.as_ref().err(), summary.conference.as_str());
        match outcome {
            Ok(()) => return,
            Err(Broken::Mcu(ClientError::Refused(problem))) if problem.code == Code::UnknownConference => return,
            Err(_) => {}
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LAST_PAUSE);
    }
}

/// One connection. Returns without an error when there is nothing more to come.
async fn attempt(app: &App, client: &Client, summary: &ConferenceSummary, pause: &mut Duration) -> Result<(), Broken> {
    let mcu = speaker(app, client)?;
    let mut recorder = Recorder::open(Chronicle::of(app), &summary.conference, summary.opened_at_ms, &summary.title).await?;
    if recorder.is_over() {
        return Ok(());
    }
    let mut events = mcu.events(&summary.conference).await?;
    // The first snapshot may be old, because it is told when something changes; the first heartbeat says what time it is.
    let (mut now_ms, mut waiting) = (None, None);
    loop {
        let told = tokio::time::timeout(SILENCE, events.next()).await.map_err(|_| Broken::Silent)?;
        match told.ok_or(Broken::Closed)?? {
            Told::Message(ServerMessage::Snapshot(snapshot)) => {
                if snapshot.opened_at_ms != summary.opened_at_ms {
                    return Ok(());
                }
                if !catch_up(&mcu, &mut recorder, summary, snapshot.rev).await? {
                    return Ok(());
                }
                *pause = FIRST_PAUSE;
                if snapshot.phase == ConferencePhase::Ended {
                    return Ok(recorder.ended().await?);
                }
                match now_ms {
                    Some(now_ms) => recorder.look(&snapshot, now_ms).await?,
                    None => waiting = Some(snapshot),
                }
            }
            Told::Message(ServerMessage::Heartbeat { at_ms }) => {
                now_ms = Some(at_ms);
                match waiting.take() {
                    Some(snapshot) => recorder.look(&snapshot, at_ms).await?,
                    None => recorder.heard(at_ms).await?,
                }
            }
            // The snapshot that follows tells the revision, and the journal the facts.
            Told::Message(ServerMessage::Event(_)) | Told::Meters(_) => {}
        }
    }
}

/// Fetches what is missing up to that revision; `false` when the MCU tells of another run.
async fn catch_up(mcu: &Client, recorder: &mut Recorder, summary: &ConferenceSummary, rev: Rev) -> Result<bool, Broken> {
    while recorder.last_rev() < rev {
        let page = mcu.journal(&summary.conference, recorder.last_rev(), PAGE).await?;
        if page.opened_at_ms != summary.opened_at_ms {
            return Ok(false);
        }
        recorder.page(&page).await?;
        if page.envelopes.is_empty() {
            break;
        }
    }
    Ok(true)
}

/// The client with a fresh token that only looks.
fn speaker(app: &App, client: &Client) -> Result<Client, Broken> {
    let token = app.signer.token(ISSUER, &[right::CONFERENCE_VIEW], TOKEN_S).map_err(|_| Broken::NoToken)?;
    Ok(client.speaking_for(&token, Origin::Api))
}

/// Logs a fault when it begins and when it is over.
fn tell_once(told: &mut Option<String>, broken: Option<&Broken>, what: &str) {
    let text = broken.map(ToString::to_string);
    if *told == text {
        return;
    }
    match &text {
        Some(reason) => tracing::warn!(reason, what, "the chronicle does not follow; it tries again"),
        None => tracing::info!(what, "the chronicle follows again"),
    }
    *told = text;
}
