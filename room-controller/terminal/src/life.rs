//! The terminal's life: source, sessions made again for ever, local door.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::door::{Door, Standing};
use crate::line::Line;
use crate::seen::Seen;
use crate::session::{self, SessionError};
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
    let standing = Arc::new(Mutex::new(Standing::default()));
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
    };
    let serving = tokio::spawn(axum::serve(listener, door.routes()).into_future());
    let room = Arc::new(Room { config, tokens, source, line, seen, standing });
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

/// Makes the session again and again, on the MCUs in order.
async fn keep(room: Arc<Room>, kind: Kind) {
    let mut pause = FIRST_PAUSE;
    for attempt in 0_usize.. {
        let Some(base) = room.config.mcus.get(attempt % room.config.mcus.len().max(1)) else {
            return;
        };
        room.line.until_whole().await;
        let began = tokio::time::Instant::now();
        let outcome = one_session(&room, kind, base).await;
        room.mark(kind, false);
        if let Err(error) = outcome {
            tracing::info!(?kind, %error, "session over; it is made again");
            room.standing().trouble = Some(error.to_string());
        }
        pause = if began.elapsed() >= STOOD { FIRST_PAUSE } else { (pause * 2).min(LAST_PAUSE) };
        tokio::time::sleep(jittered(pause)).await;
    }
}

async fn one_session(room: &Room, kind: Kind, base: &str) -> anyhow::Result<()> {
    let token = room.tokens.make()?;
    let Config { conference, site, media, .. } = &room.config;
    let joined = || room.mark(kind, true);
    let outcome: Result<(), SessionError> = match kind {
        Kind::Publish => {
            session::publish(&format!("{base}/whip/{conference}/sites/{site}"), &token, *media, &room.line, &room.source, joined).await
        }
        Kind::Watch => {
            session::watch(&format!("{base}/whep/{conference}/sites/{site}"), &token, *media, &room.line, &room.seen, joined).await
        }
    };
    Ok(outcome?)
}

async fn keep_tally(room: Arc<Room>, last: Arc<Mutex<Option<serde_json::Value>>>) {
    for attempt in 0_usize.. {
        let Some(base) = room.config.mcus.get(attempt % room.config.mcus.len().max(1)) else {
            return;
        };
        room.line.until_whole().await;
        if let Ok(token) = room.tokens.make() {
            let told = |feed: &serde_json::Value| room.hear(feed);
            let following = tally::follow(base, &room.config.conference, &room.config.site, &token, &last, told);
            tokio::select! {
                ended = following => if let Err(error) = ended {
                    tracing::debug!(%error, "no tally");
                },
                // The line carries this too.
                () = room.line.until_cut() => {}
            }
        }
        *last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        tokio::time::sleep(jittered(FIRST_PAUSE * 4)).await;
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
    /// The MCU told how the room stands.
    fn hear(&self, feed: &serde_json::Value) {
        if let Some(mic) = feed.get("mic").and_then(serde_json::Value::as_str) {
            self.source.see_microphone(mic == "open");
        }
    }

    fn standing(&self) -> std::sync::MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, kind: Kind, stands: bool) {
        let mut standing = self.standing();
        match kind {
            Kind::Publish => standing.publishing = stands,
            Kind::Watch => standing.watching = stands,
        }
        if stands {
            standing.sessions += 1;
            standing.trouble = None;
        }
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
