//! The console's audit: who did what to which thing and how it ended, hash-chained from the first entry.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock;
use crate::problem::{Code, Problem};

/// File in the data folder.
pub const AUDIT_FILE: &str = "audit.jsonl";
/// What the first entry names as its predecessor.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What is recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Act<'a> {
    /// Account, `room:<id>` or `unknown`.
    pub who: &'a str,
    /// Kind of act.
    pub what: &'a str,
    /// On which thing.
    pub object: &'a str,
    /// How it ended, or `asked` before it is done.
    pub result: &'a str,
    /// From where.
    pub address: Option<IpAddr>,
    /// The command itself, without secrets.
    pub detail: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    seq: u64,
    at_ms: i64,
    previous: String,
    entry: String,
    hash: String,
}

/// Why the audit cannot be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The file.
    #[error("the audit in the data folder cannot be read or written; check the disk and the folder's permissions")]
    File(#[from] io::Error),
    /// Entry does not follow from the one before.
    #[error("the audit is broken at entry {0}: it was changed, or an entry is missing; keep the file and call the auditor")]
    Broken(u64),
}

struct Tail {
    file: File,
    seq: u64,
    last: String,
}

/// Appends to the chain; each entry is on disk before the act goes on.
pub struct Audit {
    tail: Mutex<Tail>,
}

impl Audit {
    /// Opens the chain and verifies all of it.
    ///
    /// # Errors
    /// When the file is unusable or the chain broken.
    pub fn open(data_dir: &Path) -> Result<Self, AuditError> {
        let path = data_dir.join(AUDIT_FILE);
        let (seq, last) = if path.exists() { verify(&path)? } else { (0, GENESIS.to_owned()) };
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        Ok(Self { tail: Mutex::new(Tail { file, seq, last }) })
    }

    /// Appends an act.
    ///
    /// # Errors
    /// When it could not be written; then the act must not be done.
    pub fn record(&self, act: Act<'_>) -> Result<(), Problem> {
        let failed = |error: io::Error| {
            tracing::error!(%error, "the audit could not be written");
            Problem::from(Code::AuditFailed)
        };
        let entry = serde_json::to_string(&act).map_err(|e| failed(io::Error::other(e)))?;
        let mut tail = self.tail.lock().map_err(|_| Problem::from(Code::AuditFailed))?;
        let (seq, at_ms) = (tail.seq + 1, clock::now_ms());
        let hash = hash_of(seq, at_ms, &tail.last, &entry);
        let line = Line { seq, at_ms, previous: tail.last.clone(), entry, hash: hash.clone() };
        let mut text = serde_json::to_string(&line).map_err(|e| failed(io::Error::other(e)))?;
        text.push('\n');
        tail.file.write_all(text.as_bytes()).and_then(|()| tail.file.sync_data()).map_err(failed)?;
        (tail.seq, tail.last) = (seq, hash);
        Ok(())
    }
}

fn hash_of(seq: u64, at_ms: i64, previous: &str, entry: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{seq}\n{at_ms}\n{previous}\n{entry}").as_bytes());
    hex::encode(hash.finalize())
}

/// Verifies the whole chain; returns its length and last hash.
///
/// # Errors
/// Names the first entry that does not follow from the one before.
pub fn verify(path: &Path) -> Result<(u64, String), AuditError> {
    let mut seq = 0;
    let mut last = GENESIS.to_owned();
    for text in BufReader::new(File::open(path)?).lines() {
        let line: Line = serde_json::from_str(&text?).map_err(|_| AuditError::Broken(seq + 1))?;
        let follows = line.seq == seq + 1 && line.previous == last;
        if !follows || line.hash != hash_of(line.seq, line.at_ms, &line.previous, &line.entry) {
            return Err(AuditError::Broken(seq + 1));
        }
        (seq, last) = (line.seq, line.hash);
    }
    Ok((seq, last))
}
