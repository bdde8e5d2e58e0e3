//! Whose tokens are accepted: keys named in the configuration and keys told later, which are kept on disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use access_token::{Claims, TokenError, Trust};

use crate::clock::now_ms;

/// Longest name of an issuer: `room:` and a site's id.
const MAX_ISSUER_BYTES: usize = 80;

/// Why a key was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The name is no issuer's.
    #[error("an issuer's name has 1 to {MAX_ISSUER_BYTES} lower-case letters, digits, hyphens and colons")]
    BadName,
    /// The configuration names this issuer's key.
    #[error("the key of {0} is named in the configuration and changed there only")]
    Configured(String),
    /// The key is none.
    #[error(transparent)]
    BadKey(#[from] TokenError),
    /// It could not be kept.
    #[error("the key could not be written to {0}; check the disk")]
    Io(PathBuf, #[source] std::io::Error),
}

/// The keys trusted.
pub(crate) struct TrustStore {
    trust: RwLock<Trust>,
    directory: PathBuf,
    configured: BTreeMap<String, PathBuf>,
    /// Configured files that are not there yet.
    missing: RwLock<BTreeMap<String, PathBuf>>,
}

impl TrustStore {
    /// Loads the keys kept in `directory`, then the configured ones.
    ///
    /// # Errors
    /// When the directory cannot be read or a kept key is damaged.
    pub(crate) fn load(directory: &Path, configured: &BTreeMap<String, PathBuf>) -> Result<Self, TrustError> {
        let io = |error| TrustError::Io(directory.to_owned(), error);
        std::fs::create_dir_all(directory).map_err(io)?;
        let mut trust = Trust::new();
        for entry in std::fs::read_dir(directory).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let Some(issuer) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".pem")) else {
                continue;
            };
            let pem = std::fs::read_to_string(&path).map_err(io)?;
            if let Err(error) = trust.add(issuer, &pem) {
                tracing::error!(issuer, %error, "a kept key is damaged; tell the MCU to trust this issuer again");
            }
        }
        let store = Self {
            trust: RwLock::new(trust),
            directory: directory.to_owned(),
            configured: configured.clone(),
            missing: RwLock::new(configured.clone()),
        };
        store.look_again();
        Ok(store)
    }

    /// Looks for configured files that were not there, for instance because the console makes its key at its own first start.
    pub(crate) fn look_again(&self) {
        let missing = self.missing.read().unwrap_or_else(PoisonError::into_inner).clone();
        for (issuer, path) in missing {
            let Ok(pem) = std::fs::read_to_string(&path) else { continue };
            if self.trust.write().unwrap_or_else(PoisonError::into_inner).add(&issuer, &pem).is_ok() {
                tracing::info!(issuer, "trusts the configured key");
                self.missing.write().unwrap_or_else(PoisonError::into_inner).remove(&issuer);
            }
        }
    }

    /// Configured issuers whose file is not there or not a key, with the file.
    #[must_use]
    pub(crate) fn missing(&self) -> BTreeMap<String, PathBuf> {
        self.missing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Trusts an issuer from here on and after any restart.
    ///
    /// # Errors
    /// When the name or the key is none, or it could not be kept; the trust is as before then.
    pub(crate) fn add(&self, issuer: &str, public_pem: &str) -> Result<(), TrustError> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b':';
        if issuer.is_empty() || issuer.len() > MAX_ISSUER_BYTES || !issuer.bytes().all(good) {
            return Err(TrustError::BadName);
        }
        if self.configured.contains_key(issuer) {
            return Err(TrustError::Configured(issuer.to_owned()));
        }
        Trust::new().add(issuer, public_pem)?;
        let path = self.directory.join(format!("{issuer}.pem"));
        keep(&path, public_pem).map_err(|error| TrustError::Io(path, error))?;
        self.trust.write().unwrap_or_else(PoisonError::into_inner).add(issuer, public_pem)?;
        Ok(())
    }

    /// Checks a token against the clock.
    ///
    /// # Errors
    /// With the reason.
    pub(crate) fn check(&self, token: &str) -> Result<Claims, TokenError> {
        self.trust.read().unwrap_or_else(PoisonError::into_inner).check(token, now_ms() / 1000)
    }
}

/// Writes beside and renames, so that a crash leaves the old key or the new one.
fn keep(path: &Path, pem: &str) -> std::io::Result<()> {
    let beside = path.with_extension("tmp");
    let mut file = File::create(&beside)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}
