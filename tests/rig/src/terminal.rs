//! Room terminals, without their room controllers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use access_token::SigningKey;
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;

use crate::deployment::{Deployment, Site};
use crate::mcu::{Mcu, client};
use crate::ports;
use crate::program::{Program, built};
use crate::wait::until;

/// What one decoded picture carried.
#[derive(Debug, Clone, Deserialize)]
pub struct Look {
    /// Milliseconds since 1970.
    pub at_ms: u64,
    /// `(site number, frame number)` per area; `None` where no valid marker was.
    pub markers: Vec<Option<(u8, u16)>>,
}

/// A running terminal.
pub struct Terminal {
    pub site: String,
    pub program: Program,
    /// Base address of its local door.
    pub local: String,
    http: reqwest::Client,
}

/// Directory of prepared clips, shared by all tests of a build.
#[must_use]
pub fn clips() -> PathBuf {
    std::env::var_os("CLIPS_DIR").map_or_else(|| crate::deployment::root().join("target/rehearsal-clips"), PathBuf::from)
}

/// Prepares the clips of all sites that are not there yet; `told` hears of each.
///
/// # Errors
/// With the words of the program that makes them.
pub async fn prepare_clips(deployment: &Deployment, dir: &Path, mut told: impl FnMut(usize, &Site)) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir)?;
    // Tests run side by side in processes of their own: one prepares, the others find what it made.
    let lock = std::fs::File::create(dir.join(".lock"))?;
    let _held = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    for (number, site) in deployment.sites.iter().enumerate() {
        told(number, site);
        let output = tokio::process::Command::new(built("room-terminal"))
            .args(["prepare-clip", "--site", site.site.as_str(), "--name", &site.name, "--number", &number.to_string(), "--dir"])
            .arg(dir)
            .output()
            .await
            .context("cannot start room-terminal; build it first (cargo build --workspace)")?;
        anyhow::ensure!(output.status.success(), "no clip for {}: {}", site.site, String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

impl Terminal {
    /// Enrols the room at the MCU and starts its terminal.
    ///
    /// # Errors
    /// When the MCU refuses or the program does not start.
    pub async fn start(mcu: &Mcu, deployment: &Deployment, site: &Site) -> anyhow::Result<Self> {
        Self::start_with(mcu, deployment, site, None).await
    }

    /// The same with people who keep silent until their microphone is opened and answer so many ms later.
    ///
    /// # Errors
    /// As [`Terminal::start`].
    pub async fn start_with(mcu: &Mcu, deployment: &Deployment, site: &Site, answer_after_ms: Option<u64>) -> anyhow::Result<Self> {
        let name = site.site.as_str();
        let key = SigningKey::generate(&format!("room:{name}"))?;
        mcu.trust(name, &key).await?;
        let key_path = mcu.dir.join(format!("{name}.pem"));
        std::fs::write(&key_path, key.to_pem()?)?;
        let port = ports::free_tcp()?;
        let config = format!(
            "site = {name:?}\nname = {shown:?}\nnumber = {number}\nconference = {conference:?}\nmcus = [{base:?}]\nkey = {key_path:?}\nsource = {source:?}\nclips = {clips:?}\nlocal = \"127.0.0.1:{port}\"\n",
            shown = site.name,
            number = deployment.number(name).unwrap_or(0),
            conference = deployment.conference.as_str(),
            base = mcu.base,
            source = site.source,
            clips = clips(),
        );
        let answer = answer_after_ms.map_or_else(String::new, |ms| format!("answer_after_ms = {ms}\n"));
        let path = mcu.dir.join(format!("terminal-{name}.toml"));
        std::fs::write(&path, config + &answer)?;
        let program =
            Program::start("room-terminal", &format!("terminal-{name}"), &["run", "--config", &path.display().to_string()], &mcu.dir)?;
        Ok(Self { site: name.to_owned(), program, local: format!("http://127.0.0.1:{port}"), http: client()? })
    }

    /// 彩排: all faults that shall be at work from here on, numbered from `first`; each for so many ms.
    ///
    /// # Errors
    /// When the terminal does not answer or refuses.
    pub async fn suffer(&self, first: u64, faults: &[room_api::Fault], for_ms: u64) -> anyhow::Result<()> {
        let wanted: Vec<_> =
            (first..).zip(faults).map(|(id, fault)| json!({ "id": id, "fault": fault, "seed": id, "for_ms": for_ms })).collect();
        let request = self.http.post(format!("{}/faults", self.local)).json(&json!({ "faults": wanted }));
        let answer = request.send().await?;
        let status = answer.status();
        anyhow::ensure!(status.is_success(), "the fault was refused: {status} {}", answer.text().await?);
        Ok(())
    }

    /// Starts decoding what arrives. `areas` are `(x, y, w)` in per-mille; none means the whole picture.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub async fn watch(&self, for_s: u64, areas: &[(u16, u16, u16)]) -> anyhow::Result<()> {
        let areas: Vec<_> = areas.iter().map(|(x, y, w)| json!({ "x": x, "y": y, "w": w })).collect();
        let request = self.http.post(format!("{}/watch", self.local)).json(&json!({ "for_s": for_s, "areas": areas }));
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Pictures decoded since the watch began.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub async fn seen(&self) -> anyhow::Result<Vec<Look>> {
        self.get("seen").await
    }

    /// Amplitude of each site's tone over the last second.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub async fn heard(&self) -> anyhow::Result<Vec<f64>> {
        self.get("heard").await
    }

    /// Its own account.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub async fn state(&self) -> anyhow::Result<serde_json::Value> {
        self.get("state").await
    }

    /// Waits until the latest picture carries that site's marker in its first area.
    ///
    /// # Errors
    /// With what is seen instead.
    pub async fn until_sees(&self, number: u8, patience: Duration) -> anyhow::Result<()> {
        until(&format!("{} sees site {number}", self.site), patience, || async {
            let looks = self.seen().await?;
            let last = looks.last().and_then(|look| look.markers.first().copied().flatten());
            anyhow::ensure!(last.is_some_and(|(site, _)| site == number), "it sees {last:?} ({} pictures)", looks.len());
            Ok(())
        })
        .await
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, what: &str) -> anyhow::Result<T> {
        Ok(self.http.get(format!("{}/{what}", self.local)).send().await?.error_for_status()?.json().await?)
    }
}
