//! The console's audit: who did what to which thing and how it ended, hash-chained from the first entry.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Mutex;

use audit_chain::{Chain, ChainError, Record};

use crate::clock;
use crate::problem::{Code, Problem};
use crate::secret;

/// File in the data folder.
pub const AUDIT_FILE: &str = "audit.jsonl";

/// What is recorded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act<'a> {
    /// Account, `room:<id>` or `unknown`.
    pub(crate) who: &'a str,
    /// Right used or wanted; empty when none applies.
    pub(crate) right: &'a str,
    /// Kind of act.
    pub(crate) what: &'a str,
    /// On which thing.
    pub(crate) object: &'a str,
    /// How it ended, or `asked` before it is done.
    pub(crate) result: &'a str,
    /// From where.
    pub(crate) address: Option<IpAddr>,
    /// The request itself, without secrets.
    pub(crate) request: Option<serde_json::Value>,
}

/// Appends to the chain; each entry is on disk before the act goes on.
pub struct Audit {
    chain: Mutex<Chain>,
}

impl Audit {
    /// Opens the chain and verifies all of it.
    ///
    /// # Errors
    /// When the file is unusable or the chain broken.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, ChainError> {
        let path = data_dir.join(AUDIT_FILE);
        if !path.exists() {
            secret::create_private(&path, "").map_err(|error| ChainError::Io(path.clone(), error))?;
        }
        Ok(Self { chain: Mutex::new(Chain::open(&path, now_ms())?) })
    }

    /// Appends an act.
    ///
    /// # Errors
    /// When it could not be written; then the act must not be done.
    pub(crate) fn record(&self, act: &Act<'_>) -> Result<(), Problem> {
        let record = Record {
            actor: act.who.to_owned(),
            right: act.right.to_owned(),
            action: act.what.to_owned(),
            object: act.object.to_owned(),
            outcome: act.result.to_owned(),
            detail: serde_json::json!({ "from": act.address, "request": act.request }).to_string(),
        };
        let Ok(mut chain) = self.chain.lock() else { return Err(Code::AuditFailed.into()) };
        chain.append(now_ms(), &record).map(drop).map_err(|error| {
            tracing::error!(%error, "the audit could not be written");
            Code::AuditFailed.into()
        })
    }
}

fn now_ms() -> u64 {
    u64::try_from(clock::now_ms()).unwrap_or_default()
}
