//! An append-only file of who did what, in which every entry carries the hash of the one before.
//!
//! One JSON object a line, SHA-256 over the entry's canonical JSON. Whoever edits, deletes, inserts or swaps a line breaks the chain from
//! there on, and [`verify`] names the place. Cutting whole entries off the end leaves a shorter good chain; [`verify_head`] finds that by
//! comparing with a head noted elsewhere. It decides nothing about who may read it.

#![warn(missing_docs)]

mod chain;
mod entry;
mod verify;

pub use chain::{Chain, ChainError};
pub use entry::{Entry, MAX_DETAIL_BYTES, Record};
pub use verify::{Break, Head, verify, verify_head};
