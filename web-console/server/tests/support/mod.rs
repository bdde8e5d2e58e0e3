//! A console on an ephemeral port with a fake MCU beside it.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use access_token::{Claims, Trust};
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use console_server::{ACCOUNTS_FILE, App, COOKIE_NAME, Config, PUBLIC_FILE, REQUEST_HEADER, router};
use reqwest::RequestBuilder;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};

/// What the fake MCU was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub claims: Claims,
    pub origin: Option<String>,
    pub body: String,
}

#[derive(Clone, Default)]
pub struct FakeMcu {
    pub asked: Arc<Mutex<Vec<Asked>>>,
    /// Status and body of the next answers to commands.
    pub answer: Arc<Mutex<Option<(u16, String)>>>,
    /// Body of the answers about the journal.
    pub journal: Arc<Mutex<String>>,
    /// First message of its events.
    pub snapshot: Arc<Mutex<Option<String>>>,
    /// Body of the list of conferences, when it is not the usual one.
    pub list: Arc<Mutex<Option<String>>>,
    trust: Arc<Mutex<Trust>>,
}

impl FakeMcu {
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn claims(&self, headers: &HeaderMap) -> Option<Claims> {
        let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        self.trust.lock().unwrap().check(token, now_s()).ok()
    }
}

pub fn now_s() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

async fn any_door(State(mcu): State<FakeMcu>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(claims) = mcu.claims(&parts.headers) else { return StatusCode::UNAUTHORIZED.into_response() };
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_else(|_| Bytes::new());
    let path = parts.uri.path().to_owned();
    let origin = parts.headers.get("mcu-origin").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = String::from_utf8_lossy(&body).into_owned();
    mcu.asked.lock().unwrap().push(Asked { method: parts.method, path: path.clone(), claims, origin, body });
    let (status, text) = match path.as_str() {
        "/api/conferences" => {
            let usual = r#"{"conferences":[{"conference":"city-12","title":"t","phase":"running","rev":1,"opened_at_ms":1,"seated":13}]}"#;
            (200, mcu.list.lock().unwrap().clone().unwrap_or_else(|| usual.to_owned()))
        }
        path if path.ends_with("/journal") => (200, mcu.journal.lock().unwrap().clone()),
        path if path.ends_with("/commands") => {
            mcu.answer.lock().unwrap().clone().unwrap_or((200, r#"{"outcome":"accepted","rev":7}"#.to_owned()))
        }
        path if path.starts_with("/api/trust/") => (204, String::new()),
        _ => (200, mcu.snapshot.lock().unwrap().clone().unwrap_or_else(|| "{}".to_owned())),
    };
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

async fn events(State(mcu): State<FakeMcu>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if mcu.claims(&headers).is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    upgrade.on_upgrade(|mut socket: WebSocket| async move {
        let first = mcu.snapshot.lock().unwrap().clone();
        if let Some(text) = first {
            let _ = socket.send(Message::Text(text.into())).await;
        }
        let _ = socket.send(Message::Text(r#"{"type":"heartbeat","at_ms":42}"#.into())).await;
        let _ = socket.send(Message::Binary(Bytes::from_static(&[1, 0]))).await;
        // Until the other side goes.
        while let Some(Ok(_)) = socket.recv().await {}
    })
}

pub struct Console {
    pub address: SocketAddr,
    pub base: String,
    pub mcu: FakeMcu,
    pub dir: PathBuf,
    pub app: Arc<App>,
    mcu_server: Option<tokio::task::JoinHandle<()>>,
    server: tokio::task::JoinHandle<()>,
    pub client: reqwest::Client,
}

impl Drop for Console {
    fn drop(&mut self) {
        self.server.abort();
        if let Some(mcu) = &self.mcu_server {
            mcu.abort();
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

async fn serve(app: Router) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    (address, task)
}

impl Console {
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unique = console_server_unique();
        let dir = std::env::temp_dir().join(format!("web-console-test-{}-{unique}", std::process::id()));
        let mcu = FakeMcu::default();
        let doors =
            Router::new().route("/api/conferences/{id}/events", get(events)).route("/{*path}", any(any_door)).with_state(mcu.clone());
        let (mcu_address, mcu_server) = serve(doors).await;
        let file = dir.with_extension("toml");
        std::fs::write(&file, format!("http = '127.0.0.1:0'\ndata_dir = '{}'\nmcu = 'http://{mcu_address}'\n", dir.display())).unwrap();
        let config = Config::load(&file).unwrap();
        std::fs::remove_file(file).unwrap();
        let app = App::open(config).await.unwrap();
        let pem = std::fs::read_to_string(dir.join(PUBLIC_FILE)).unwrap();
        mcu.trust.lock().unwrap().add("console", &pem).unwrap();
        let (address, server) = serve(router(Arc::clone(&app))).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, base: format!("http://{address}"), mcu, dir, app, mcu_server: Some(mcu_server), server, client }
    }

    /// Pulls the MCU's plug.
    pub async fn stop_mcu(&mut self) {
        let task = self.mcu_server.take().unwrap();
        task.abort();
        let _ = task.await;
    }

    pub fn password(&self, account: &str) -> String {
        let text = std::fs::read_to_string(self.dir.join(ACCOUNTS_FILE)).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{account} "))).unwrap();
        line.to_owned()
    }

    /// A request as the console's own pages make it.
    pub fn request(&self, method: Method, path: &str, cookie: Option<&str>) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).header(REQUEST_HEADER, "1");
        match cookie {
            Some(token) => request.header(header::COOKIE, format!("{COOKIE_NAME}={token}")),
            None => request,
        }
    }

    pub async fn try_sign_in(&self, account: &str, password: &str) -> reqwest::Response {
        let body = serde_json::json!({ "account": account, "password": password }).to_string();
        self.request(Method::POST, "/api/sign-in", None).header(header::CONTENT_TYPE, "application/json").body(body).send().await.unwrap()
    }

    /// Signs in and returns the session's token.
    pub async fn sign_in(&self, account: &str) -> String {
        let answer = self.try_sign_in(account, &self.password(account)).await;
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
        cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
    }

    pub async fn post(&self, path: &str, cookie: Option<&str>, body: &serde_json::Value) -> (u16, serde_json::Value) {
        let request = self.request(Method::POST, path, cookie).header(header::CONTENT_TYPE, "application/json");
        read(request.body(body.to_string()).send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str, cookie: Option<&str>) -> (u16, serde_json::Value) {
        read(self.request(Method::GET, path, cookie).send().await.unwrap()).await
    }

    /// A WebSocket with that cookie or bearer and origin.
    pub async fn socket(&self, path: &str, headers: &[(&'static str, String)]) -> Result<Socket, u16> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("no WebSocket: {error}"),
        }
    }

    pub async fn page_socket(&self, path: &str, cookie: &str) -> Socket {
        let headers = [("cookie", format!("{COOKIE_NAME}={cookie}")), ("origin", self.base.clone())];
        self.socket(path, &headers).await.unwrap()
    }
}

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The next message, within five seconds.
pub async fn next(socket: &mut Socket) -> Option<tungstenite::Message> {
    use futures_util::StreamExt;
    let message = tokio::time::timeout(Duration::from_secs(5), socket.next()).await.expect("nothing was said for five seconds");
    message.and_then(Result::ok)
}

/// The next text message that satisfies the condition.
pub async fn next_where(socket: &mut Socket, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    loop {
        let Some(message) = next(socket).await else { panic!("the socket closed") };
        if let tungstenite::Message::Text(text) = message {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            if wanted(&value) {
                return value;
            }
        }
    }
}

async fn read(answer: reqwest::Response) -> (u16, serde_json::Value) {
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)))
}

fn console_server_unique() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
