//! Waiting for the rooms, then one status line.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use mcu_api::{ConferenceSnapshot, Connection, Forced, Mic};
use rig::deployment::Deployment;
use rig::mcu::client;

use super::addresses::Addresses;
use super::{Running, rooms};

/// The line is written anew this often.
const EVERY: Duration = Duration::from_secs(1);
/// Tokens of the console's command hold for five minutes; a new one is taken well before.
const TOKEN_FOR: Duration = Duration::from_secs(240);

struct Watcher<'a> {
    configs: &'a Path,
    address: String,
    http: reqwest::Client,
    token: String,
    token_at: Instant,
}

impl<'a> Watcher<'a> {
    async fn new(configs: &'a Path, addresses: &Addresses, deployment: &Deployment) -> anyhow::Result<Self> {
        let token = rooms::token(configs, &["conference.view"]).await?;
        let address = format!("{}/api/conferences/{}", addresses.mcu, deployment.conference);
        Ok(Self { configs, address, http: client()?, token, token_at: Instant::now() })
    }

    async fn look(&mut self) -> anyhow::Result<ConferenceSnapshot> {
        if self.token_at.elapsed() > TOKEN_FOR {
            self.token = rooms::token(self.configs, &["conference.view"]).await?;
            self.token_at = Instant::now();
        }
        Ok(self.http.get(&self.address).bearer_auth(&self.token).send().await?.error_for_status()?.json().await?)
    }
}

fn joined(snapshot: &ConferenceSnapshot) -> usize {
    snapshot.sites.iter().filter(|site| site.connection == Connection::Joined).count()
}

fn write_line(line: &str) {
    let _ = write!(std::io::stdout(), "\r{line}\u{1b}[K");
    let _ = std::io::stdout().flush();
}

/// Shows how many sites are joined until all are.
pub(crate) async fn until_all_joined(
    running: &mut Running,
    configs: &Path,
    addresses: &Addresses,
    deployment: &Deployment,
    patience: Duration,
) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut watcher = Watcher::new(configs, addresses, deployment).await?;
    loop {
        running.revive().await?;
        let snapshot = watcher.look().await?;
        let count = joined(&snapshot);
        write_line(&format!("sites joined {count}/{}", snapshot.sites.len()));
        if count == snapshot.sites.len() {
            return Ok(());
        }
        if began.elapsed() > patience {
            let missing: Vec<_> =
                snapshot.sites.iter().filter(|site| site.connection != Connection::Joined).map(|site| site.name.as_str()).collect();
            anyhow::bail!("after {} s these sites are not joined: {}; see the logs in data/logs", patience.as_secs(), missing.join(", "));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Keeps everything running and says how it is.
pub(crate) async fn stay(running: &mut Running, configs: &Path, addresses: &Addresses, deployment: &Deployment) -> anyhow::Result<()> {
    let mut watcher = Watcher::new(configs, addresses, deployment).await?;
    loop {
        running.revive().await?;
        match watcher.look().await {
            Ok(snapshot) => write_line(&words(&snapshot)),
            Err(error) => write_line(&format!("the MCU does not answer: {error:#}")),
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn words(snapshot: &ConferenceSnapshot) -> String {
    let on_air = match &snapshot.forced {
        Some(Forced::Site { site } | Forced::CallToSpeak { site, .. }) => format!("on air {site}"),
        Some(Forced::Layout { layout }) => format!("on air layout {}", layout.name),
        Some(Forced::Dialogue { site, .. }) => format!("on air a dialogue with {site}"),
        Some(Forced::Polling { polling }) => format!("on air {} sites in turn", polling.sites.len()),
        None => "nothing forced".to_owned(),
    };
    let open = snapshot.sites.iter().filter(|site| site.mic == Mic::Open).count();
    let down: Vec<_> = snapshot.workers.iter().filter(|worker| !worker.up).map(|worker| worker.worker.as_str()).collect();
    let workers = if down.is_empty() { "all programs up".to_owned() } else { format!("DOWN: {}", down.join(", ")) };
    format!(
        "{} of {} joined | {on_air} | {open} microphones open | {workers} | rev {}",
        joined(snapshot),
        snapshot.sites.len(),
        snapshot.rev.0
    )
}
