//! WebSockets that follow a conference or one site of it.

use std::time::Duration;

use access_token::right;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use mcu_api::{Code, ConferenceId, ConferenceSnapshot, Problem, ServerMessage, SiteFeed, SiteId};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::time::Instant;

use super::caller::{BEARER_PROTOCOL, Signed};
use super::conferences::conference_id;
use super::problem::ApiError;
use super::{Doors, with_status};
use crate::clock::now_ms;
use crate::hub::{Ask, Telling, Watching};
use crate::view::site_feed;

/// A listener that does not take a message for so long is gone.
const SEND_WITHIN: Duration = Duration::from_secs(5);
/// Listeners have nothing to say; this leaves room for pings.
const MAX_INCOMING_BYTES: usize = 4096;
/// Close code: the token's time is over; come again with a fresh one.
const CLOSE_EXPIRED: u16 = 4401;
/// Close code of RFC 6455: the MCU is going away.
const CLOSE_AWAY: u16 = 1001;
/// Close code of RFC 6455's registry: something restarted; come again.
const CLOSE_RESTART: u16 = 1012;

/// Follows a conference: WebSocket of `ServerMessage` as text and meters as binary.
#[utoipa::path(get, path = "/api/conferences/{conference}/events", params(("conference" = String, Path,)), security(("bearer" = [])), responses(
    (status = 101, description = "WebSocket: text messages are ServerMessage; binary messages are meters", body = ServerMessage),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn events(
    State(doors): State<Doors>,
    caller: Signed,
    Path(conference): Path<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "events", &conference).await?;
    let id = conference_id(&conference)?;
    begin(doors, caller, id, None, upgrade).await
}

/// Follows one site's tally and microphone, for its own terminal: WebSocket of `SiteFeed`.
#[utoipa::path(get, path = "/api/conferences/{conference}/sites/{site}/tally", params(("conference" = String, Path,), ("site" = String, Path,)),
    security(("bearer" = [])), responses(
    (status = 101, description = "WebSocket: text messages are SiteFeed, first at once, then after each change", body = SiteFeed),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn tally(
    State(doors): State<Doors>,
    caller: Signed,
    Path((conference, site)): Path<(String, String)>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let held = caller.0.claims.is_site(&site) || caller.0.claims.may(right::CONFERENCE_VIEW);
    caller.need_that(&doors, held, right::SITE_SELF, "tally", &format!("{conference}/{site}")).await?;
    let id = conference_id(&conference)?;
    let site = SiteId::new(&site).map_err(|_| unknown_site(&site))?;
    begin(doors, caller, id, Some(site), upgrade).await
}

/// Checks everything that can be refused in words, then upgrades.
async fn begin(
    doors: Doors,
    caller: Signed,
    conference: ConferenceId,
    site: Option<SiteId>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let id = conference.clone();
    let watching = doors.ask(|reply| Ask::Watch(id, reply)).await?;
    if let Some(site) = &site
        && site_feed(&watching.snapshot, site).is_none()
    {
        return Err(unknown_site(site.as_str()).into());
    }
    let upgrade = upgrade
        .map_err(|_| with_status(426, "this door is a WebSocket; connect with ws: or wss:", "该接口为 WebSocket,请使用 ws 或 wss 连接"))?;
    let Ok(seat) = std::sync::Arc::clone(&doors.sockets).try_acquire_owned() else {
        return Err(Problem::new(Code::LimitReached, "too many listeners; close one first", "监听连接过多,请先关闭一些").into());
    };
    let left = caller.0.claims.exp.saturating_mul(1000).saturating_sub(now_ms());
    let follower = Follower { doors, conference, site, until: deadline(left), told: None };
    let upgrade = upgrade.protocols([BEARER_PROTOCOL]).max_message_size(MAX_INCOMING_BYTES).max_frame_size(MAX_INCOMING_BYTES);
    Ok(upgrade.on_upgrade(move |socket| follower.run(socket, watching, seat)))
}

/// The end of a token's time; a year away when it is further than the clock can say.
fn deadline(left_ms: u64) -> Instant {
    let year = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + Duration::from_millis(left_ms).min(year)
}

fn unknown_site(site: &str) -> Problem {
    Problem::new(Code::UnknownSite, format!("there is no site {site} in this conference"), format!("本次会议没有会场 {site}"))
}

/// One listener.
struct Follower {
    doors: Doors,
    conference: ConferenceId,
    /// Only this site's feed.
    site: Option<SiteId>,
    until: Instant,
    told: Option<SiteFeed>,
}

impl Follower {
    async fn run(mut self, mut socket: WebSocket, watching: Watching, _seat: OwnedSemaphorePermit) {
        let code = self.follow(&mut socket, watching).await;
        if let Some(code) = code {
            let frame = CloseFrame { code, reason: "".into() };
            let _ = tokio::time::timeout(SEND_WITHIN, socket.send(Message::Close(Some(frame)))).await;
        }
    }

    /// Returns the close code, or `None` when the listener is gone.
    async fn follow(&mut self, socket: &mut WebSocket, watching: Watching) -> Option<u16> {
        let Watching { snapshot, mut follows } = watching;
        self.send_snapshot(socket, &snapshot, None).await?;
        let stop = self.doors.stop.clone();
        loop {
            let told = tokio::select! {
                () = stop.cancelled() => return Some(CLOSE_AWAY),
                () = tokio::time::sleep_until(self.until) => return Some(CLOSE_EXPIRED),
                incoming = socket.recv() => match incoming {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return None,
                    Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => continue,
                },
                told = follows.recv() => told,
            };
            match told {
                Ok(telling) => self.tell(socket, telling).await?,
                Err(RecvError::Lagged(_)) => follows = self.catch_up(socket).await?,
                Err(RecvError::Closed) => return Some(CLOSE_RESTART),
            }
        }
    }

    async fn tell(&mut self, socket: &mut WebSocket, telling: Telling) -> Option<()> {
        match (telling, &self.site) {
            (Telling::Snapshot(text, snapshot), _) => self.send_snapshot(socket, &snapshot, Some(&text)).await,
            (Telling::Event(text) | Telling::Heartbeat(text), None) => send(socket, Message::text(&*text)).await,
            (Telling::Meters(bytes), None) => send(socket, Message::Binary(bytes)).await,
            (Telling::Event(_) | Telling::Heartbeat(_) | Telling::Meters(_), Some(_)) => Some(()),
        }
    }

    /// A listener that was too slow gets the state as it is instead of what it missed.
    async fn catch_up(&mut self, socket: &mut WebSocket) -> Option<broadcast::Receiver<Telling>> {
        let id = self.conference.clone();
        let Watching { snapshot, follows } = self.doors.ask(|reply| Ask::Watch(id, reply)).await.ok()?;
        self.send_snapshot(socket, &snapshot, None).await?;
        Some(follows)
    }

    async fn send_snapshot(&mut self, socket: &mut WebSocket, snapshot: &ConferenceSnapshot, text: Option<&str>) -> Option<()> {
        let Some(site) = &self.site else {
            let written = text
                .map_or_else(|| serde_json::to_string(&ServerMessage::Snapshot(Box::new(snapshot.clone()))), |text| Ok(text.to_owned()));
            return send(socket, Message::text(written.ok()?)).await;
        };
        let feed = site_feed(snapshot, site);
        if feed == self.told {
            return Some(());
        }
        let message = Message::text(serde_json::to_string(feed.as_ref()?).ok()?);
        self.told = feed;
        send(socket, message).await
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> Option<()> {
    tokio::time::timeout(SEND_WITHIN, socket.send(message)).await.ok()?.ok()
}
