//! Bridges a browser's WebSocket to the MCU's, keeps trying while the MCU is away, and says so.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::app::App;
use crate::clock;
use crate::gateway::conference_id;
use crate::guard::has_own_origin;
use crate::problem::{Code, Problem};
use crate::session::User;

/// Pause before the MCU is tried again: short enough that a restarted MCU is back on every desk within a second.
const RETRY: Duration = Duration::from_millis(700);
/// Time for connection and upgrade at the MCU.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Silence after which the MCU is held for dead: it sends a heartbeat each second.
const SILENCE: Duration = Duration::from_secs(5);
/// Time a browser may take for one message; a slower one is better off with a fresh snapshot.
const SEND_TIMEOUT: Duration = Duration::from_secs(3);
/// Largest message from the MCU: a snapshot of 104 sites is about 60 kB.
const MAX_UPSTREAM_BYTES: usize = 1 << 20;
/// Browsers have nothing to say here.
const MAX_BROWSER_BYTES: usize = 1024;

type Upstream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// `GET /api/conferences/{id}/events`
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    user: User,
    Path(id): Path<String>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    // Only browsers are led by foreign pages; a program's key is never sent by one.
    if user.limited.is_none() && !has_own_origin(&headers) {
        return Err(Code::ForeignRequest.into());
    }
    user.require(right::CONFERENCE_VIEW)?;
    let id = conference_id(&id)?;
    let permit = Arc::clone(&app.sockets).try_acquire_owned().map_err(|_| Code::LimitReached)?;
    let path = format!("/api/conferences/{id}/events");
    Ok(upgrade.max_message_size(MAX_BROWSER_BYTES).on_upgrade(async move |browser| {
        run(&app, &user, &path, browser).await;
        drop(permit);
    }))
}

async fn run(app: &App, user: &User, path: &str, mut browser: WebSocket) {
    let mut ended = app.ended.watch();
    let session_over = async {
        let left = u64::try_from(user.ends_s - clock::now_s()).unwrap_or(0);
        tokio::select! {
            () = ended.until(&user.session) => {}
            () = tokio::time::sleep(Duration::from_secs(left)) => {}
        }
    };
    let over = tokio::select! {
        () = session_over => true,
        () = keep_bridged(app, user, path, &mut browser) => false,
    };
    if over {
        let frame = CloseFrame { code: close_code::POLICY, reason: "session over".into() };
        let _ = tokio::time::timeout(SEND_TIMEOUT, browser.send(Message::Close(Some(frame)))).await;
    }
}

/// Until the browser goes.
async fn keep_bridged(app: &App, user: &User, path: &str, browser: &mut WebSocket) {
    let mut told: Option<String> = None;
    loop {
        let flow = match connect(app, user, path).await {
            Ok(upstream) => {
                told = None;
                relay(upstream, browser).await
            }
            Err(problem) => tell(browser, &mut told, problem).await,
        };
        if flow.is_break() || wait(browser, RETRY).await.is_break() {
            return;
        }
    }
}

/// Connects as the user, or returns the problem document to be shown.
async fn connect(app: &App, user: &User, path: &str) -> Result<Upstream, String> {
    let unreachable = || serde_json::to_string(&Problem::from(Code::McuUnreachable).body()).unwrap_or_default();
    let url = format!("{}{path}", app.config.mcu.replacen("http", "ws", 1));
    // The MCU hangs up when the token ends, so it lives as long as the session; it is known to the MCU and this program only.
    let life_s = u64::try_from(user.ends_s - clock::now_s()).unwrap_or(0);
    let token = app.signer.token(&user.account, &[right::CONFERENCE_VIEW], life_s).map_err(|_| unreachable())?;
    let mut request = url.into_client_request().map_err(|_| unreachable())?;
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| unreachable())?;
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    let limits = WebSocketConfig::default().max_message_size(Some(MAX_UPSTREAM_BYTES)).max_frame_size(Some(MAX_UPSTREAM_BYTES));
    let connector = app.mcu_connector.clone();
    let dialled = tokio_tungstenite::connect_async_tls_with_config(request, Some(limits), true, connector);
    match tokio::time::timeout(CONNECT_TIMEOUT, dialled).await {
        Ok(Ok((upstream, _))) => Ok(upstream),
        Ok(Err(tungstenite::Error::Http(refusal))) => {
            let body = refusal.body().as_deref().and_then(|body| std::str::from_utf8(body).ok());
            let is_problem = |text: &&str| serde_json::from_str::<mcu_api::Problem>(text).is_ok();
            Err(body.filter(is_problem).map_or_else(unreachable, str::to_owned))
        }
        Ok(Err(_)) | Err(_) => Err(unreachable()),
    }
}

/// Tells the browser why there is nothing, once per reason.
async fn tell(browser: &mut WebSocket, told: &mut Option<String>, problem: String) -> ControlFlow<()> {
    if told.as_ref() == Some(&problem) {
        return ControlFlow::Continue(());
    }
    let text = format!(r#"{{"type":"problem","problem":{problem}}}"#);
    *told = Some(problem);
    send(browser, Message::Text(text.into())).await
}

async fn send(browser: &mut WebSocket, message: Message) -> ControlFlow<()> {
    match tokio::time::timeout(SEND_TIMEOUT, browser.send(message)).await {
        Ok(Ok(())) => ControlFlow::Continue(()),
        Ok(Err(_)) | Err(_) => ControlFlow::Break(()),
    }
}

/// Waits, but notices when the browser goes.
async fn wait(browser: &mut WebSocket, pause: Duration) -> ControlFlow<()> {
    let until = tokio::time::Instant::now() + pause;
    loop {
        match tokio::time::timeout_at(until, browser.recv()).await {
            Err(_) => return ControlFlow::Continue(()),
            Ok(message) if is_gone(message.as_ref()) => return ControlFlow::Break(()),
            Ok(_) => {}
        }
    }
}

fn is_gone(message: Option<&Result<Message, axum::Error>>) -> bool {
    match message {
        None | Some(Err(_) | Ok(Message::Close(_))) => true,
        Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => false,
    }
}

/// Passes messages down until one side goes; breaks when it is the browser.
async fn relay(mut upstream: Upstream, browser: &mut WebSocket) -> ControlFlow<()> {
    loop {
        let from_mcu = tokio::select! {
            message = tokio::time::timeout(SILENCE, upstream.next()) => message,
            message = browser.recv() => {
                if is_gone(message.as_ref()) {
                    return ControlFlow::Break(());
                }
                continue;
            }
        };
        let message = match from_mcu {
            Ok(Some(Ok(tungstenite::Message::Text(text)))) => Message::Text(text.as_str().into()),
            Ok(Some(Ok(tungstenite::Message::Binary(bytes)))) => Message::Binary(bytes),
            Ok(Some(Ok(tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_) | tungstenite::Message::Frame(_)))) => continue,
            Ok(Some(Ok(tungstenite::Message::Close(_)) | Err(_)) | None) | Err(_) => return ControlFlow::Continue(()),
        };
        send(browser, message).await?;
    }
}
