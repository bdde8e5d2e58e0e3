//! The terminal's life: source, sessions made again for ever, local door.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::door::{Door, Standing};
use crate::line::Line;
use crate::place::{Follower, Place};
use crate::redials::Redials;
use crate::seen::Seen;
use crate::session::{self, Refusal, SessionError};
use crate::source::Source;
use crate::tally;
use crate::token::Tokens;

/// First pause before a session is made again; doubled up to the last one. A relay that restarts is back within a second, and thirteen rooms are no crowd.
const FIRST_PAUSE: Duration = Duration::from_millis(150);
const LAST_PAUSE: Duration = Duration::from_secs(5);
/// A session that stood this long starts over with the first pause.
const STOOD: Duration = Duration::from_secs(5);
/// How exactly a fault of the line ends.
const LINE_LOOK: Duration = Duration::from_millis(100);

/// What both kinds of session share.
struct Room {
    config: Config,
    tokens: Tokens,
    source: Source,
    line: Arc<Line>,
    seen: Arc<Seen>,
    standing: Arc<Mutex<Standing>>,
    place: Arc<watch::Sender<Place>>,
    redials: Mutex<Redials>,
}

/// Runs the terminal until it is told to end: by a signal or, when it belongs to its parent, by the end of standard input. A parent that was killed
/// closes that pipe too, so that no terminal stays behind and holds the seat.
///
/// # Errors
/// When key, clip, font or local address cannot be used.
pub async fn run(config: Config, belongs_to_parent: bool) -> anyhow::Result<()> {
    let tokens = Tokens::load(&config.key, &config.site)?;
    let source = Source::start(&config)?;
    let seen = Arc::new(Seen::new());
    let standing = Arc::new(Mutex::new(Standing { conference: config.conference.clone(), ..Standing::default() }));
    let place = Arc::new(watch::Sender::new(Place { conference: config.conference.clone(), calls: 0 }));
    let tally = Arc::new(Mutex::new(None));
    let listener = tokio::net::TcpListener::bind(config.local).await?;
    tracing::info!(site = %config.site, local = %listener.local_addr()?, "terminal runs");
    let line = Line::new();
    let door = Door {
        seen: Arc::clone(&seen),
        source: source.clone(),
        line: Arc::clone(&line),
        is_simulated: config.source.is_simulated(),
        standing: Arc::clone(&standing),
        tally: Arc::clone(&tally),
        place: Arc::clone(&place),
    };
    let serving = tokio::spawn(axum::serve(listener, door.routes()).into_future());
    let room = Arc::new(Room { config, tokens, source, line, seen, standing, place, redials: Mutex::default() });
    let publishing = tokio::spawn(keep(Arc::clone(&room), Kind::Publish));
    let watching = tokio::spawn(keep(Arc::clone(&room), Kind::Watch));
    let telling = tokio::spawn(keep_tally(Arc::clone(&room), tally));
    let pumping = tokio::spawn(Arc::clone(&room.line).pump());
    let impairing = tokio::spawn(keep_line(room));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = input_ends(), if belongs_to_parent => tracing::info!("the parent has gone"),
    }
    for task in [publishing, watching, telling, pumping, impairing] {
        task.abort();
    }
    serving.abort();
    Ok(())
}

/// Returns when standard input has ended.
async fn input_ends() {
    let (over, ended) = tokio::sync::oneshot::channel();
    // A thread of its own: a runtime waits for its blocking readers when it ends, and this one may read for ever.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = over.send(());
    });
    let _ = ended.await;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Publish,
    Watch,
}

/// Makes the session again and again, on the MCUs in order, in the conference that the place names.
async fn keep(room: Arc<Room>, kind: Kind) {
    let mut follower = Follower::of(&room.place);
    let mut pause = FIRST_PAUSE;
    for attempt in 0_usize.. {
        let Some(base) = room.config.mcus.get(attempt % room.config.mcus.len().max(1)) else {
            return;
        };
        let place = follower.look();
        let Some(conference) = &place.conference else {
            follower.changed().await;
            continue;
        };
        tokio::select! {
            () = room.line.until_whole() => {}
            () = follower.changed() => continue,
        }
        let began = tokio::time::Instant::now();
        let left = follower.left(&place, || room.stands(kind));
        let outcome = one_session(&room, kind, base, conference, left).await;
        room.mark(kind, false);
        let is_left = outcome.as_ref().is_err_and(|error| matches!(error.downcast_ref(), Some(SessionError::Left { .. })));
        if let Err(error) = outcome {
            tracing::info!(?kind, conference, %error, "session over; it is made again");
            if !is_left {
                room.failed(conference, &error);
            }
        }
        let stood = is_left || began.elapsed() >= STOOD;
        pause = if stood { FIRST_PAUSE } else { (pause * 2).min(LAST_PAUSE) };
        tokio::select! {
            () = tokio::time::sleep(jittered(pause)) => {}
            // Called again, or to elsewhere: there is nothing to wait for.
            () = follower.changed() => pause = FIRST_PAUSE,
        }
    }
}

async fn one_session(room: &Room, kind: Kind, base: &str, conference: &str, left: impl Future<Output = ()>) -> anyhow::Result<()> {
    let token = room.tokens.make()?;
    let Config { site, media, .. } = &room.config;
    let joined = || room.mark(kind, true);
    let outcome: Result<(), SessionError> = match kind {
        Kind::Publish => {
            let url = format!("{base}/whip/{conference}/sites/{site}");
            session::publish(&url, &token, *media, &room.line, &room.source, joined, left).await
        }
        Kind::Watch => {
            let url = format!("{base}/whep/{conference}/sites/{site}");
            session::watch(&url, &token, *media, &room.line, &room.seen, joined, left).await
        }
    };
    if let Err(SessionError::Left { session: Some(session) }) = &outcome {
        // With a token of this moment: the session may have stood for hours.
        session::give_back(session.clone(), &room.tokens.make()?).await;
    }
    Ok(outcome?)
}

async fn keep_tally(room: Arc<Room>, last: Arc<Mutex<Option<serde_json::Value>>>) {
    let mut follower = Follower::of(&room.place);
    for attempt in 0_usize.. {
        let Some(base) = room.config.mcus.get(attempt % room.config.mcus.len().max(1)) else {
            return;
        };
        let place = follower.look();
        let Some(conference) = &place.conference else {
            follower.changed().await;
            continue;
        };
        room.line.until_whole().await;
        if let Ok(token) = room.tokens.make() {
            let told = |feed: &serde_json::Value| room.hear(conference, feed);
            let following = tally::follow(base, conference, &room.config.site, &token, &last, told);
            tokio::select! {
                ended = following => if let Err(error) = ended {
                    tracing::debug!(%error, "no tally");
                },
                // The line carries this too.
                () = room.line.until_cut() => {}
                // A call is heard by this very feed and ends it not.
                () = follower.left(&place, || false) => {}
            }
        }
        *last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        tokio::select! {
            () = tokio::time::sleep(jittered(FIRST_PAUSE * 4)) => {}
            () = follower.changed() => {}
        }
    }
}

/// The rehearsal's faults of the line begin by the door and end with their time.
async fn keep_line(room: Arc<Room>) {
    loop {
        room.line.want(room.source.line());
        tokio::time::sleep(LINE_LOOK).await;
    }
}

impl Room {
    /// The MCU told how the room stands in that conference.
    fn hear(&self, conference: &str, feed: &serde_json::Value) {
        if let Some(mic) = feed.get("mic").and_then(serde_json::Value::as_str) {
            self.source.see_microphone(mic == "open");
        }
        let is_ended = feed.get("phase").and_then(serde_json::Value::as_str) == Some("ended");
        let mut standing = self.standing();
        if standing.conference.as_deref() == Some(conference) {
            standing.ended = is_ended;
        }
        drop(standing);
        let calls = feed.get("redials").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if self.redials.lock().unwrap_or_else(PoisonError::into_inner).heard(conference, calls) {
            tracing::info!(conference, "called again; joining afresh");
            self.standing().calls += 1;
            self.place.send_modify(|place| place.calls += 1);
        }
    }

    fn standing(&self) -> std::sync::MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stands(&self, kind: Kind) -> bool {
        match kind {
            Kind::Publish => self.standing().publishing,
            Kind::Watch => self.standing().watching,
        }
    }

    /// A session in that conference was not made, or is over.
    fn failed(&self, conference: &str, error: &anyhow::Error) {
        let mut standing = self.standing();
        // Words about a conference that was left meanwhile are nobody's.
        if standing.conference.as_deref() != Some(conference) {
            return;
        }
        standing.trouble = Some(error.to_string());
        standing.refused = refusal_of(error);
    }

    fn mark(&self, kind: Kind, stands: bool) {
        let mut standing = self.standing();
        match kind {
            Kind::Publish => standing.publishing = stands,
            Kind::Watch => standing.watching = stands,
        }
        if stands {
            standing.sessions += 1;
            (standing.trouble, standing.refused) = (None, None);
        }
    }
}

/// The MCU's own words, when it was the one who said no.
fn refusal_of(error: &anyhow::Error) -> Option<Refusal> {
    match error.downcast_ref()? {
        SessionError::Refused { refusal, .. } => Some(refusal.clone()),
        SessionError::Unreachable { .. }
        | SessionError::Client(_)
        | SessionError::NotConnected(_)
        | SessionError::Lost
        | SessionError::Left { .. } => None,
    }
}

/// The pause, longer or shorter by up to a quarter, so that rooms do not come back in step.
fn jittered(pause: Duration) -> Duration {
    let mut byte = [128_u8];
    // Without randomness the pause is merely not jittered.
    let _ = getrandom::fill(&mut byte);
    let [drawn] = byte;
    pause * (192 + u32::from(drawn) / 2) / 256
}
