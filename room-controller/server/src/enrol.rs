//! How a room becomes known to the console: a key of its own, a pairing code, the console's answer kept.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use access_token::SigningKey;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::token::write_secret;

/// Time for the console's answer.
const WITHIN: Duration = Duration::from_secs(15);
/// The room's key.
pub(crate) const KEY_FILE: &str = "key.pem";
/// The console's answer.
pub(crate) const ANSWER_FILE: &str = "enrolled.json";

#[derive(Serialize)]
struct Ask<'a> {
    room: &'a str,
    code: &'a str,
    public_key_pem: &'a str,
}

/// The console's answer to an enrolment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrolled {
    /// The MCU's base URL for the room's terminal.
    pub mcu_base: String,
    /// The conference that ran at enrolment.
    pub conference: Option<String>,
    /// The console's public key.
    pub console_public_pem: String,
}

impl Enrolled {
    pub(crate) fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(ANSWER_FILE);
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read; enrol the room", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }
}

/// Enrols a room. Its key is kept only when the console has taken it; an earlier key stays until then.
///
/// # Errors
/// When the room is not configured, the console refuses or the files cannot be written.
pub async fn enrol(config: &Config, room: &str, code: &str) -> anyhow::Result<()> {
    anyhow::ensure!(config.rooms.iter().any(|known| known.room == room), "the configuration has no room {room}");
    let dir = config.room_dir(room);
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700))?;
    let key = SigningKey::generate(&format!("room:{room}"))?;
    let http = reqwest::Client::builder().timeout(WITHIN).build()?;
    let address = format!("{}/api/enrol", config.console.trim_end_matches('/'));
    let public_key_pem = key.public_pem()?;
    let asking = http.post(&address).json(&Ask { room, code, public_key_pem: &public_key_pem }).send();
    let answer = asking.await.with_context(|| format!("the console {} is not reached", config.console))?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    anyhow::ensure!(status.is_success(), "the console refuses room {room} ({status}): {body}; ask for a fresh pairing code");
    let enrolled: Enrolled = serde_json::from_str(&body).context("the console's answer is not understood")?;
    write_secret(&dir.join(ANSWER_FILE), &serde_json::to_string_pretty(&enrolled)?)?;
    write_secret(&dir.join(KEY_FILE), &key.to_pem()?)
}
