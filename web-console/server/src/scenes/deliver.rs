//! Tells the rooms of a round: at once who is there, the others when they return.

use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use room_api::{RoomRequest, RoomResponse};
use tokio::sync::{Mutex, Notify};

use super::entity;
use super::round::{SceneRound, Wish};
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::problem::Problem;
use crate::room_doors::{ask, words_of};
use crate::rooms::RoomsMessage;

/// How often rooms that wait are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// The round under way or the last one.
#[derive(Default)]
pub struct Scenes {
    /// One change at a time; never held while a room is asked.
    round: Mutex<Option<SceneRound>>,
    begun: Notify,
}

impl Scenes {
    /// As it is.
    pub(crate) async fn current(&self) -> Option<SceneRound> {
        self.round.lock().await.clone()
    }
}

/// Changes the round; it is on disk before anybody is told.
pub(crate) async fn change(app: &App, how: impl FnOnce(Option<SceneRound>) -> Option<SceneRound>) -> Result<Option<SceneRound>, Problem> {
    let mut round = app.scenes.round.lock().await;
    let changed = how(round.clone());
    if changed != *round {
        if let Some(changed) = &changed {
            entity::keep(app.store.db(), changed).await?;
            app.rooms.tell(RoomsMessage::Round(changed.clone()));
        }
        round.clone_from(&changed);
        app.scenes.begun.notify_one();
    }
    Ok(changed)
}

/// Delivers for ever.
pub async fn run(app: Arc<App>) {
    match entity::kept(app.store.db()).await {
        Ok(kept) => *app.scenes.round.lock().await = kept,
        Err(error) => tracing::error!(%error, "the scene round cannot be read; rooms that waited for it are not told"),
    }
    loop {
        if let Err(problem) = deliver(&app).await {
            tracing::warn!(code = problem.body().code, "a scene round is not told; trying again");
        }
        tokio::select! {
            () = app.scenes.begun.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn deliver(app: &Arc<App>) -> Result<(), Problem> {
    let Some(round) = app.scenes.current().await else { return Ok(()) };
    let rooms: Vec<String> = round.waiting().map(str::to_owned).collect();
    if rooms.is_empty() {
        return Ok(());
    }
    let number = (round.number, round.wish);
    change(app, |round| {
        round.map(|mut round| {
            round.expire(clock::now_ms());
            round
        })
    })
    .await?;
    let mut tasks = tokio::task::JoinSet::new();
    for status in app.rooms.statuses(&rooms) {
        let (room, snapshot) = (status.room, status.snapshot.filter(|_| status.connected));
        let Some(snapshot) = snapshot else { continue };
        let mut is_due = false;
        let round = change(app, |round| {
            round.map(|mut round| {
                is_due = (round.number, round.wish) == number && round.is_due(&room, &snapshot);
                round
            })
        })
        .await?;
        if let (true, Some(round)) = (is_due, round) {
            let app = Arc::clone(app);
            tasks.spawn(async move { tell(&app, round, room).await });
        }
    }
    while let Some(told) = tasks.join_next().await {
        if let Ok(told) = told {
            told?;
        }
    }
    Ok(())
}

/// Asks one room. One that does not answer waits on.
async fn tell(app: &App, round: SceneRound, room: String) -> Result<(), Problem> {
    let what = match round.wish {
        Wish::Run => RoomRequest::SceneRun { scene: round.scene.clone() },
        Wish::Restore => RoomRequest::SceneRestore {},
    };
    let object = format!("room:{room}");
    let name = match round.wish {
        Wish::Run => "scene_run",
        Wish::Restore => "scene_restore",
    };
    let request = serde_json::to_value(&what).ok();
    let act = |result| Act { who: &round.actor, right: right::ROOM_CONTROL, what: name, object: &object, result, address: None, request };
    let Ok(response) = ask(app, &room, &round.actor, what, clock::now_s()).await else { return Ok(()) };
    app.audit.record(&act(&words_of(&response)))?;
    note(app, &round, &room, &response).await
}

async fn note(app: &App, told: &SceneRound, room: &str, response: &RoomResponse) -> Result<(), Problem> {
    change(app, |round| {
        round.map(|mut round| {
            if (round.number, round.wish) == (told.number, told.wish) {
                round.answered(room, response, clock::now_ms());
            }
            round
        })
    })
    .await
    .map(drop)
}
