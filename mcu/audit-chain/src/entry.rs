//! One line of the chain.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest `detail` kept, in bytes; longer ones are cut at a character. A command with a 25-cell layout is under 3 kB.
pub const MAX_DETAIL_BYTES: usize = 4096;
/// `prev_hash` of the first entry: 32 zero bytes.
pub(crate) const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What the caller has to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Account, `room:<id>`, or the program's own name.
    pub actor: String,
    /// Right used or wanted; empty when none applies.
    pub right: String,
    /// What was asked, for instance `set_mic`.
    pub action: String,
    /// On what, for instance `conference/site`.
    pub object: String,
    /// `accepted`, or the stable code of the refusal.
    pub outcome: String,
    /// Anything that explains it; cut at [`MAX_DETAIL_BYTES`].
    pub detail: String,
}

/// One line. The fields' order is the canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    /// See [`Record::actor`].
    pub actor: String,
    /// See [`Record::right`].
    pub right: String,
    /// See [`Record::action`].
    pub action: String,
    /// See [`Record::object`].
    pub object: String,
    /// See [`Record::outcome`].
    pub outcome: String,
    /// See [`Record::detail`].
    pub detail: String,
    /// Hash of the entry before, hex; zeros for the first.
    pub prev_hash: String,
    /// SHA-256, hex, over this entry's canonical JSON with an empty `hash`.
    pub hash: String,
}

impl Entry {
    /// The entry that follows on `(seq, hash)` of the one before.
    pub(crate) fn following(seq: u64, prev_hash: &str, at_ms: u64, record: &Record) -> Result<Self, serde_json::Error> {
        let mut entry = Self {
            seq: seq + 1,
            at_ms,
            actor: record.actor.clone(),
            right: record.right.clone(),
            action: record.action.clone(),
            object: record.object.clone(),
            outcome: record.outcome.clone(),
            detail: cut(&record.detail).to_owned(),
            prev_hash: prev_hash.to_owned(),
            hash: String::new(),
        };
        entry.hash = entry.hash_of()?;
        Ok(entry)
    }

    /// The hash this entry ought to carry.
    pub(crate) fn hash_of(&self) -> Result<String, serde_json::Error> {
        let bare = Self { hash: String::new(), ..self.clone() };
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(&bare)?)))
    }
}

fn cut(detail: &str) -> &str {
    let mut end = detail.len().min(MAX_DETAIL_BYTES);
    while !detail.is_char_boundary(end) {
        end -= 1;
    }
    detail.get(..end).unwrap_or_default()
}
