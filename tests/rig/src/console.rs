//! The web console beside an MCU of the rig.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::deployment::root;
use crate::mcu::client;
use crate::ports;
use crate::program::Program;
use crate::wait::until;

/// The console answers within this.
const START_WITHIN: Duration = Duration::from_secs(30);
/// Header by which the console knows its own pages.
const REQUEST_HEADER: &str = "x-console-request";

/// A running console.
pub struct Console {
    pub base: String,
    pub program: Program,
    /// Account → password, from the file of the first start.
    pub passwords: BTreeMap<String, String>,
}

/// A person signed in at the console, by its API.
pub struct Desk {
    base: String,
    cookie: String,
    http: reqwest::Client,
}

/// A conference's events as a browser gets them.
pub type Events = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a console will listen and keep its data; known before it starts, because the MCU must trust its key and origin.
pub struct Place {
    pub base: String,
    port: u16,
}

impl Place {
    /// Takes a free port.
    ///
    /// # Errors
    /// When the machine has none left.
    pub fn free() -> anyhow::Result<Self> {
        let port = ports::free_tcp()?;
        Ok(Self { base: format!("http://127.0.0.1:{port}"), port })
    }
}

impl Console {
    /// Starts the console in `dir` for that MCU.
    ///
    /// # Errors
    /// With its last words when it does not come up.
    pub async fn start(dir: &Path, place: &Place, mcu: &str) -> anyhow::Result<Self> {
        let data = dir.join("console");
        let config = dir.join("console.toml");
        let sites = root().join("configs/chenzhou/sites.toml");
        let text = format!("http = \"127.0.0.1:{}\"\ndata_dir = {data:?}\nmcu = {mcu:?}\n[booking]\nsites = {sites:?}\n", place.port);
        std::fs::write(&config, text)?;
        let mut program = Program::start("web-console", "web-console", &["--config", &config.display().to_string()], dir)?;
        let http = client()?;
        let up = until("the console", START_WITHIN, || async { Ok(http.get(&place.base).send().await.map(drop)?) }).await;
        program.check()?;
        up?;
        let accounts = std::fs::read_to_string(data.join("accounts.txt")).context("the console made no accounts")?;
        let split = |line: &str| line.split_once(' ').map(|(account, password)| (account.to_owned(), password.trim().to_owned()));
        let passwords = accounts.lines().filter(|line| !line.starts_with('#')).filter_map(split).collect();
        Ok(Self { base: place.base.clone(), program, passwords })
    }
}

impl Console {
    /// Signs in with that account.
    ///
    /// # Errors
    /// When the console refuses.
    pub async fn sign_in(&self, account: &str) -> anyhow::Result<Desk> {
        let password = self.passwords.get(account).with_context(|| format!("there is no account {account}"))?;
        let http = client()?;
        let request = http.post(format!("{}/api/sign-in", self.base)).header(REQUEST_HEADER, "1");
        let response = request.json(&json!({ "account": account, "password": password })).send().await?.error_for_status()?;
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok()).context("the console gave no cookie")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Desk { base: self.base.clone(), cookie, http })
    }
}

impl Desk {
    /// Sends a command; gives status and answer.
    ///
    /// # Errors
    /// When the console does not answer.
    pub async fn command(&self, conference: &str, body: &serde_json::Value) -> anyhow::Result<(u16, serde_json::Value)> {
        self.post(&format!("/api/conferences/{conference}/commands"), body).await
    }

    /// Posts to any path; gives status and answer.
    ///
    /// # Errors
    /// When the console does not answer.
    pub async fn post(&self, path: &str, body: &serde_json::Value) -> anyhow::Result<(u16, serde_json::Value)> {
        let request = self.http.post(format!("{}{path}", self.base)).header(REQUEST_HEADER, "1").header("cookie", &self.cookie);
        let response = request.json(body).send().await?;
        let status = response.status().as_u16();
        Ok((status, response.json().await.unwrap_or_default()))
    }

    /// Looks at any path.
    ///
    /// # Errors
    /// When the console does not answer, or refuses.
    pub async fn get(&self, path: &str) -> anyhow::Result<serde_json::Value> {
        let request = self.http.get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Follows a conference.
    ///
    /// # Errors
    /// When the console refuses.
    pub async fn events(&self, conference: &str) -> anyhow::Result<Events> {
        self.follow(&format!("/api/conferences/{conference}/events")).await
    }

    /// Follows the rooms.
    ///
    /// # Errors
    /// When the console refuses.
    pub async fn room_events(&self) -> anyhow::Result<Events> {
        self.follow("/api/rooms/events").await
    }

    async fn follow(&self, path: &str) -> anyhow::Result<Events> {
        let url = format!("{}{path}", self.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("cookie", self.cookie.parse()?);
        request.headers_mut().insert("origin", self.base.parse()?);
        Ok(tokio_tungstenite::connect_async(request).await?.0)
    }
}
