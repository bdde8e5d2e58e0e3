//! The MCU's programs: control, relay, mixer.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_token::{Claims, SigningKey, right};
use anyhow::Context as _;
use mcu_api::{Command, ConferenceSnapshot, Connection};
use serde_json::json;

use crate::deployment::Deployment;
use crate::ports;
use crate::program::Program;
use crate::wait::until;

/// Programs start within this on a busy machine.
const START_WITHIN: Duration = Duration::from_secs(20);
/// Tokens made by the rig hold for one long test.
const TOKEN_VALID_S: u64 = 3_600;
/// Rights of whoever runs tests.
const ALL_RIGHTS: [&str; 6] = [
    right::CONFERENCE_VIEW,
    right::CONFERENCE_PICTURE,
    right::CONFERENCE_SOUND,
    right::CONFERENCE_AFFAIRS,
    right::SYSTEM_TRUST,
    right::AUDIT_READ,
];

/// Control, relay and mixer on loopback, with the rig in the console's place.
pub struct Mcu {
    pub dir: PathBuf,
    pub base: String,
    pub control: Program,
    pub relay: Program,
    pub mixer: Program,
    key: SigningKey,
    http: reqwest::Client,
}

impl Mcu {
    /// Starts the three programs in `dir` on free ports and waits until both workers are at control.
    ///
    /// # Errors
    /// With the last words of a program that did not come up.
    pub async fn start(dir: &Path) -> anyhow::Result<Self> {
        Self::start_for(dir, None).await
    }

    /// The same, letting pages of that origin call its doors.
    ///
    /// # Errors
    /// As [`Mcu::start`].
    pub async fn start_for(dir: &Path, origin: Option<&str>) -> anyhow::Result<Self> {
        let media = SocketAddr::from((Ipv4Addr::LOCALHOST, ports::free_media()?));
        Self::start_at(dir, origin, media).await
    }

    /// The same with the relay's media port at that address; port 0 takes a free one.
    ///
    /// # Errors
    /// As [`Mcu::start`].
    pub async fn start_at(dir: &Path, origin: Option<&str>, media: SocketAddr) -> anyhow::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let key = SigningKey::generate("console")?;
        std::fs::write(dir.join("console-public.pem"), key.public_pem()?)?;
        keep_for_console(&dir.join("console"), &key)?;
        let port = ports::free_tcp()?;
        let base = format!("http://127.0.0.1:{port}");
        let socket = dir.join("mcu.sock");
        let control = format!(
            "http = \"127.0.0.1:{port}\"\ndata_dir = {data:?}\ncontrol_socket = {socket:?}\norigins = {origins:?}\n[trusted_keys]\nconsole = {pem:?}\n",
            data = dir.join("mcu"),
            origins = origin.into_iter().collect::<Vec<_>>(),
            pem = dir.join("console-public.pem"),
        );
        std::fs::write(dir.join("mcu.toml"), control)?;
        std::fs::write(dir.join("relay.toml"), format!("control_socket = {socket:?}\nmedia = \"{media}\"\n"))?;
        std::fs::write(dir.join("mixer.toml"), format!("control_socket = {socket:?}\n"))?;
        let start = |name: &str, config: &str| {
            let config = dir.join(config).display().to_string();
            Program::start(name, name, &["--config", &config], dir)
        };
        let http = client()?;
        let mut mcu = Self {
            dir: dir.to_owned(),
            base,
            control: start("mcu", "mcu.toml")?,
            relay: start("mcu-relay", "relay.toml")?,
            mixer: start("mcu-mixer", "mixer.toml")?,
            key,
            http,
        };
        mcu.wait_until_up().await?;
        Ok(mcu)
    }

    async fn wait_until_up(&mut self) -> anyhow::Result<()> {
        let address = format!("{}/health", self.base);
        let http = self.http.clone();
        let up = until("the MCU", START_WITHIN, || async { Ok(http.get(&address).send().await?.error_for_status().map(drop)?) });
        let result = up.await;
        for program in [&mut self.control, &mut self.relay, &mut self.mixer] {
            program.check()?;
        }
        result
    }

    /// A token with every right a test needs.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self) -> anyhow::Result<String> {
        self.token_for("rig", &ALL_RIGHTS)
    }

    /// A token of that subject with those rights.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token_for(&self, subject: &str, rights: &[&str]) -> anyhow::Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let rights = rights.iter().map(|&name| name.to_owned()).collect();
        Ok(self.key.sign(&Claims { sub: subject.to_owned(), rights, site: None, exp: now + TOKEN_VALID_S })?)
    }

    /// A token that may take that site's seat.
    ///
    /// # Errors
    /// When signing fails.
    pub fn site_token(&self, site: &str) -> anyhow::Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let rights = vec![right::SITE_SELF.to_owned()];
        Ok(self.key.sign(&Claims { sub: format!("seat:{site}"), rights, site: Some(site.to_owned()), exp: now + TOKEN_VALID_S })?)
    }

    /// Tells the MCU a room's public key.
    ///
    /// # Errors
    /// When the MCU refuses.
    pub async fn trust(&self, room: &str, key: &SigningKey) -> anyhow::Result<()> {
        let address = format!("{}/api/trust/room:{room}", self.base);
        let response = self.http.put(address).bearer_auth(self.token()?).body(key.public_pem()?).send().await?;
        anyhow::ensure!(response.status().is_success(), "trust refused: {} {}", response.status(), response.text().await?);
        Ok(())
    }

    /// Opens the deployment's conference.
    ///
    /// # Errors
    /// When the MCU refuses.
    pub async fn open(&self, deployment: &Deployment) -> anyhow::Result<()> {
        let address = format!("{}/api/conferences", self.base);
        let response = self.http.post(address).bearer_auth(self.token()?).json(&deployment.opening()).send().await?;
        anyhow::ensure!(response.status().is_success(), "opening refused: {} {}", response.status(), response.text().await?);
        Ok(())
    }

    /// Sends a command; the answer must be acceptance.
    ///
    /// # Errors
    /// With the MCU's problem document.
    pub async fn command(&self, conference: &str, command: &Command) -> anyhow::Result<serde_json::Value> {
        let response = self.try_command(conference, &serde_json::to_value(command)?).await?;
        let status = response.status();
        let body: serde_json::Value = response.json().await?;
        anyhow::ensure!(status.is_success(), "{command:?} refused: {status} {body}");
        Ok(body)
    }

    /// Sends any body as a command and gives the raw answer.
    ///
    /// # Errors
    /// When the MCU is not there.
    pub async fn try_command(&self, conference: &str, body: &serde_json::Value) -> anyhow::Result<reqwest::Response> {
        let address = format!("{}/api/conferences/{conference}/commands", self.base);
        Ok(self.http.post(address).bearer_auth(self.token()?).json(body).send().await?)
    }

    /// The conference as it stands.
    ///
    /// # Errors
    /// When the MCU does not answer.
    pub async fn snapshot(&self, conference: &str) -> anyhow::Result<ConferenceSnapshot> {
        let address = format!("{}/api/conferences/{conference}", self.base);
        let response = self.http.get(address).bearer_auth(self.token()?).send().await?.error_for_status()?;
        Ok(response.json().await?)
    }

    /// Waits until that many sites are joined: media flowing both ways.
    ///
    /// # Errors
    /// Naming the sites that are not.
    pub async fn until_joined(&self, conference: &str, count: usize, patience: Duration) -> anyhow::Result<()> {
        until("all sites joined", patience, || async {
            let snapshot = self.snapshot(conference).await?;
            let missing: Vec<_> =
                snapshot.sites.iter().filter(|site| site.connection != Connection::Joined).map(|site| site.site.to_string()).collect();
            anyhow::ensure!(snapshot.sites.len() - missing.len() >= count, "not joined: {}", missing.join(", "));
            Ok(())
        })
        .await
    }

    /// What the relay says in the health page about handshakes, for tests of restarts.
    ///
    /// # Errors
    /// When the MCU does not answer.
    pub async fn health(&self) -> anyhow::Result<serde_json::Value> {
        Ok(self.http.get(format!("{}/health", self.base)).send().await?.json().await.unwrap_or_else(|_| json!({})))
    }

    /// Ends all three.
    pub async fn end(&mut self) {
        for program in [&mut self.mixer, &mut self.relay, &mut self.control] {
            program.end().await;
        }
    }
}

/// Puts the rig's key where a console started later finds it, so that both sign as the same issuer.
fn keep_for_console(dir: &Path, key: &SigningKey) -> anyhow::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let mut file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(dir.join("console-key.pem"))?;
    Ok(std::io::Write::write_all(&mut file, key.to_pem()?.as_bytes())?)
}

/// An HTTP client for loopback.
///
/// # Errors
/// Never on a sane machine.
pub fn client() -> anyhow::Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(Duration::from_secs(10)).no_proxy().build().context("no HTTP client")
}
