//! The room dials out to the console and keeps the line.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use room_api::{CommandState, FromConsole, FromRoom, RoomId, RoomSnapshot, SeatWord, UPLINK_VERSION};
use tokio::net::TcpStream;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::clock::seed;
use crate::room::ToRoom;
use crate::seat::ToSeat;
use crate::token;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Time for connecting and for each message.
const WITHIN: Duration = Duration::from_secs(5);
/// The console drops rooms that are silent for 16 s.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Snapshots closer together than this are merged: at most ten a second.
const LEAST_GAP: Duration = Duration::from_millis(100);
/// A line that brings nothing, not even the answer to a ping, for this long is cut.
const SILENCE: Duration = Duration::from_secs(20);
/// First and longest wait before dialling again.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How often an unenrolled room looks for its key.
const LOOK_FOR_KEY: Duration = Duration::from_secs(1);

pub(crate) struct Uplink {
    pub room: String,
    pub console: String,
    pub key: PathBuf,
    pub asks: mpsc::Sender<ToRoom>,
    /// Where words about the terminal's seat go; `None` without a terminal.
    pub words: Option<mpsc::Sender<ToSeat>>,
    pub shown: watch::Receiver<Arc<RoomSnapshot>>,
    pub events: broadcast::Sender<(u64, CommandState)>,
}

impl Uplink {
    /// For ever.
    pub(crate) async fn run(mut self) {
        while !self.key.is_file() {
            tokio::time::sleep(LOOK_FOR_KEY).await;
        }
        let mut wait = FIRST_WAIT;
        let mut is_faulty = false;
        loop {
            match self.dial().await {
                Ok(socket) => {
                    tracing::info!(room = %self.room, "uplink stands");
                    (wait, is_faulty) = (FIRST_WAIT, false);
                    let mut actors = BTreeSet::new();
                    let ended = self.serve(socket, &mut actors).await;
                    tracing::warn!(room = %self.room, ended = ?ended.err(), "uplink ended");
                    for actor in actors {
                        // Whoever held a move over this line cannot let go of it any more.
                        let _ = self.asks.send(ToRoom::Release { actor }).await;
                    }
                }
                Err(error) => {
                    if !is_faulty {
                        tracing::warn!(room = %self.room, error = format!("{error:#}"), "the console is not reached; trying on");
                    }
                    is_faulty = true;
                }
            }
            let jitter = u32::try_from(seed() % 400).unwrap_or(0);
            tokio::time::sleep(wait * (800 + jitter) / 1000).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn dial(&self) -> anyhow::Result<Socket> {
        let address = self.console.replacen("http", "ws", 1);
        let mut request = format!("{}/uplink", address.trim_end_matches('/')).into_client_request()?;
        let key = token::load(&self.key, &self.room)?;
        let bearer = format!("Bearer {}", token::uplink(&key, &self.room)?);
        request.headers_mut().insert("authorization", HeaderValue::from_str(&bearer)?);
        let connecting = tokio::time::timeout(WITHIN, tokio_tungstenite::connect_async(request));
        let (mut socket, _) = connecting.await.context("no answer within 5 s")?.context("the console refuses the room; enrol it again")?;
        send(&mut socket, &FromRoom::Hello { version: UPLINK_VERSION, room: RoomId(self.room.clone()) }).await?;
        Ok(socket)
    }

    async fn serve(&mut self, mut socket: Socket, actors: &mut BTreeSet<String>) -> anyhow::Result<()> {
        let mut events = self.events.subscribe();
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut heard = tokio::time::Instant::now();
        let mut may_show = tokio::time::Instant::now();
        let mut is_stale = true;
        loop {
            tokio::select! {
                message = socket.next() => {
                    let message = message.context("the console closed the line")??;
                    heard = tokio::time::Instant::now();
                    if let Message::Text(text) = message {
                        self.hear(&mut socket, text.as_str(), actors).await?;
                    } else if matches!(message, Message::Close(_)) {
                        anyhow::bail!("the console closed the line");
                    }
                }
                event = events.recv() => if let Ok((id, state)) = event {
                    send(&mut socket, &FromRoom::Command { id, state }).await?;
                },
                changed = self.shown.changed() => {
                    changed.context("the room has ended")?;
                    is_stale = true;
                }
                () = tokio::time::sleep_until(may_show), if is_stale => {
                    let snapshot = self.shown.borrow_and_update().clone();
                    send(&mut socket, &FromRoom::Snapshot(Box::new(RoomSnapshot::clone(&snapshot)))).await?;
                    is_stale = false;
                    may_show = tokio::time::Instant::now() + LEAST_GAP;
                }
                _ = heartbeat.tick() => {
                    anyhow::ensure!(heard.elapsed() < SILENCE, "the line is silent");
                    tokio::time::timeout(WITHIN, socket.send(Message::Ping(Vec::new().into()))).await??;
                    is_stale = true;
                }
            }
        }
    }

    async fn hear(&self, socket: &mut Socket, text: &str, actors: &mut BTreeSet<String>) -> anyhow::Result<()> {
        match serde_json::from_str::<FromConsole>(text) {
            Ok(FromConsole::Ask { request, actor, what }) => {
                actors.insert(actor.clone());
                let (answer, said) = oneshot::channel();
                self.asks.send(ToRoom::Ask { actor, what, answer }).await.context("the room has ended")?;
                let response =
                    tokio::time::timeout(WITHIN, said).await.context("the room does not answer")?.context("the room has ended")?;
                send(socket, &FromRoom::Response { request, response }).await
            }
            Ok(FromConsole::Release { actor }) => {
                actors.remove(&actor);
                self.asks.send(ToRoom::Release { actor }).await.context("the room has ended")
            }
            Ok(FromConsole::Seat(word)) => self.seat(socket, word).await,
            Err(error) => self.refuse(socket, text, &error).await,
        }
    }

    async fn seat(&self, socket: &mut Socket, word: SeatWord) -> anyhow::Result<()> {
        let revision = word.revision;
        let taken = match &self.words {
            Some(words) => {
                let (answer, said) = oneshot::channel();
                words.send((word, answer)).await.context("the room has ended")?;
                tokio::time::timeout(WITHIN, said).await.context("the seat does not answer")?.context("the room has ended")?
            }
            None => Err(crate::config::text("本会议室未配置终端", "this room has no terminal; configure [terminal]")),
        };
        let Err(reason) = taken else { return Ok(()) };
        tracing::warn!(room = %self.room, revision, reason = reason.en, "a seat is refused");
        send(socket, &FromRoom::SeatRefused { revision, reason }).await
    }

    /// An ask with words not understood still gets an answer; anything else ends the line.
    async fn refuse(&self, socket: &mut Socket, text: &str, error: &serde_json::Error) -> anyhow::Result<()> {
        tracing::warn!(room = %self.room, %error, "the console's message is not understood; both programs must be of the same version");
        let value: serde_json::Value = serde_json::from_str(text)?;
        let request = value.get("request").and_then(serde_json::Value::as_u64).context("not understood")?;
        let words = crate::config::text("请求无法识别", "the request is not understood");
        let refusal = room_api::Refusal { code: room_api::RefusalCode::Malformed, text: words };
        send(socket, &FromRoom::Response { request, response: room_api::RoomResponse::Refused(refusal) }).await
    }
}

async fn send(socket: &mut Socket, message: &FromRoom) -> anyhow::Result<()> {
    let text = serde_json::to_string(message)?;
    tokio::time::timeout(WITHIN, socket.send(Message::Text(text.into()))).await.context("the console takes nothing")??;
    Ok(())
}
