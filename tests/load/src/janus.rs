//! Janus VideoRoom as Debian ships it, driven over its HTTP interface.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::process::Process;

/// Janus starts and answers within this.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pause between tries while it starts or the publisher is not yet there.
const TRY_EVERY: Duration = Duration::from_millis(100);
/// The room's number.
const ROOM: u64 = 1;

/// A running Janus with one room.
pub struct Janus {
    process: Process,
    http: reqwest::Client,
    session: String,
    requests: u64,
}

impl Janus {
    /// Starts it; it takes the first address of the machine that is not loopback.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(dir: &Path, core: Option<usize>) -> anyhow::Result<Self> {
        let port = rig::ports::free_tcp()?;
        let config = dir.join("janus");
        std::fs::create_dir_all(&config)?;
        let libraries = libraries()?;
        let main = format!(
            "general: {{\n configs_folder = {config:?}\n plugins_folder = \"{libraries}/plugins\"\n transports_folder = \"{libraries}/transports\"\n \
             events_folder = \"{libraries}/events\"\n loggers_folder = \"{libraries}/loggers\"\n debug_level = 3\n debug_colors = false\n \
             session_timeout = 0\n event_loops = 1\n}}\nnat: {{\n ice_lite = true\n}}\nmedia: {{\n}}\n\
             plugins: {{\n disable = \"{}\"\n}}\ntransports: {{\n disable = \"{}\"\n}}\n",
            others(&format!("{libraries}/plugins"), "libjanus_videoroom.so")?,
            others(&format!("{libraries}/transports"), "libjanus_http.so")?,
        );
        std::fs::write(config.join("janus.jcfg"), main)?;
        let http = format!(
            "general: {{\n json = \"compact\"\n base_path = \"/janus\"\n http = true\n port = {port}\n ip = \"127.0.0.1\"\n https = false\n}}\nadmin: {{\n admin_http = false\n}}\n"
        );
        std::fs::write(config.join("janus.transport.http.jcfg"), http)?;
        std::fs::write(config.join("janus.plugin.videoroom.jcfg"), "general: {\n}\n")?;
        let arguments = [format!("--config={}", config.join("janus.jcfg").display()), format!("--configs-folder={}", config.display())];
        let process = Process::start(Path::new("/usr/bin/janus"), &arguments, core, &dir.join("janus.log"))?;
        let mut janus = Self { process, http: rig::mcu::client()?, session: format!("http://127.0.0.1:{port}/janus"), requests: 0 };
        let created = janus.until_created().await?;
        janus.session = format!("{}/{created}", janus.session);
        let handle = janus.attach().await?;
        let room = json!({
            "request": "create", "room": ROOM, "publishers": 1, "bitrate": 100_000_000, "audiocodec": "opus", "videocodec": "h264",
            "fir_freq": 0, "notify_joining": false,
        });
        let answer = janus.post(&format!("/{handle}"), json!({ "janus": "message", "body": room })).await?;
        anyhow::ensure!(answer.pointer("/plugindata/data/videoroom") == Some(&json!("created")), "no room: {answer}");
        Ok(janus)
    }

    async fn until_created(&mut self) -> anyhow::Result<u64> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            match self.post("", json!({ "janus": "create" })).await {
                Ok(answer) => return answer.pointer("/data/id").and_then(Value::as_u64).context("Janus made no session"),
                Err(error) if tokio::time::Instant::now() > end => return Err(error.context("Janus did not come up")),
                Err(_) => tokio::time::sleep(TRY_EVERY).await,
            }
        }
    }

    async fn post(&mut self, path: &str, mut body: Value) -> anyhow::Result<Value> {
        self.requests += 1;
        if let Some(fields) = body.as_object_mut() {
            fields.insert("transaction".to_owned(), json!(self.requests.to_string()));
        }
        let text = self.http.post(format!("{}{path}", self.session)).body(body.to_string()).send().await?.text().await?;
        let answer: Value = serde_json::from_str(&text).with_context(|| format!("Janus answered {text}"))?;
        anyhow::ensure!(answer.get("janus") != Some(&json!("error")), "Janus refused: {answer}");
        Ok(answer)
    }

    async fn attach(&mut self) -> anyhow::Result<u64> {
        let answer = self.post("", json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" })).await?;
        answer.pointer("/data/id").and_then(Value::as_u64).context("Janus attached nothing")
    }

    /// A message whose answer is an event.
    async fn ask(&mut self, handle: u64, body: Value, jsep: Option<Value>) -> anyhow::Result<Value> {
        let mut message = json!({ "janus": "message", "body": body });
        if let (Some(jsep), Some(fields)) = (jsep, message.as_object_mut()) {
            fields.insert("jsep".to_owned(), jsep);
        }
        self.post(&format!("/{handle}"), message).await?;
        let transaction = json!(self.requests.to_string());
        let end = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < end {
            let text = self.http.get(format!("{}?maxev=1", self.session)).send().await?.text().await?;
            let event: Value = serde_json::from_str(&text)?;
            if event.get("transaction") == Some(&transaction) && event.get("janus") == Some(&json!("event")) {
                return Ok(event);
            }
        }
        anyhow::bail!("Janus did not answer")
    }

    /// Publishes; gives the answer.
    ///
    /// # Errors
    /// When Janus refuses.
    pub async fn publish(&mut self, offer: &str) -> anyhow::Result<String> {
        let handle = self.attach().await?;
        let body = json!({ "request": "joinandconfigure", "room": ROOM, "ptype": "publisher", "id": 1, "audio": true, "video": true });
        let event = self.ask(handle, body, Some(json!({ "type": "offer", "sdp": offer }))).await?;
        sdp(&event)
    }

    /// One more viewer: gives Janus' offer and the handle that takes the answer.
    ///
    /// # Errors
    /// When Janus refuses for good; while the publisher is not there it tries again.
    pub async fn watch(&mut self) -> anyhow::Result<(u64, String)> {
        let handle = self.attach().await?;
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let body = json!({ "request": "join", "room": ROOM, "ptype": "subscriber", "streams": [{ "feed": 1 }] });
            let event = self.ask(handle, body, None).await?;
            match sdp(&event) {
                Ok(offer) => return Ok((handle, offer)),
                Err(error) if tokio::time::Instant::now() > end => return Err(error),
                Err(_) => tokio::time::sleep(TRY_EVERY).await,
            }
        }
    }

    /// Takes a viewer's answer.
    ///
    /// # Errors
    /// When Janus refuses.
    pub async fn start_watching(&mut self, handle: u64, answer: &str) -> anyhow::Result<()> {
        self.ask(handle, json!({ "request": "start" }), Some(json!({ "type": "answer", "sdp": answer }))).await.map(drop)
    }

    /// Its process.
    #[must_use]
    pub const fn process(&self) -> &Process {
        &self.process
    }

    /// Ends it.
    pub async fn end(self) {
        self.process.end().await;
    }
}

fn sdp(event: &Value) -> anyhow::Result<String> {
    event.pointer("/jsep/sdp").and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no SDP in {event}"))
}

/// Where Debian puts Janus' libraries.
fn libraries() -> anyhow::Result<String> {
    for entry in std::fs::read_dir("/usr/lib")?.flatten() {
        let path = entry.path().join("janus");
        if path.join("plugins").is_dir() {
            return Ok(path.display().to_string());
        }
    }
    anyhow::bail!("Janus is not installed; run tools/setup bench")
}

/// All libraries of the directory but one, as Janus wants them listed.
fn others(dir: &str, wanted: &str) -> anyhow::Result<String> {
    let names = std::fs::read_dir(dir)?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".so") && name != wanted).collect();
    names.sort();
    Ok(names.join(","))
}
