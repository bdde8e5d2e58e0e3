//! The room's own key and tokens.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use access_token::{Claims, SigningKey, right};
use anyhow::Context as _;

/// A token is worth something for this long; a fresh one is made for every connection.
const VALID_S: u64 = 60;

pub(crate) fn load(path: &Path, room: &str) -> anyhow::Result<SigningKey> {
    let pem = std::fs::read_to_string(path).with_context(|| format!("the room's key {} cannot be read; enrol the room", path.display()))?;
    Ok(SigningKey::from_pem(&format!("room:{room}"), &pem)?)
}

pub(crate) fn uplink(key: &SigningKey, room: &str) -> anyhow::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let rights = vec![right::ROOM_UPLINK.to_owned()];
    Ok(key.sign(&Claims { sub: format!("room:{room}"), rights, site: Some(room.to_owned()), exp: now + VALID_S })?)
}

/// Writes a file that only its owner may read; all of it or nothing.
pub(crate) fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}; check the folder's owner and the disk", path.display());
    let fresh = path.with_extension("fresh");
    let _ = std::fs::remove_file(&fresh);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).with_context(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(failed)?;
    std::fs::rename(&fresh, path).with_context(failed)
}
