//! Every request into the chain of `audit-chain`, by a thread of its own: it waits for the disk, nobody else does.

use std::path::Path;
use std::sync::mpsc;

use anyhow::Context as _;
use audit_chain::{Chain, Record};

/// Entries on their way to the disk.
const BACKLOG: usize = 1024;

/// Where entries go; cheap to clone.
#[derive(Clone)]
pub(crate) struct Audit {
    to: mpsc::SyncSender<(u64, Record)>,
}

impl Audit {
    pub(crate) fn open(path: &Path, now_ms: u64) -> anyhow::Result<Self> {
        let mut chain = Chain::open(path, now_ms)?;
        let (to, entries) = mpsc::sync_channel::<(u64, Record)>(BACKLOG);
        let write = move || {
            while let Ok((at_ms, record)) = entries.recv() {
                if let Err(error) = chain.append(at_ms, &record) {
                    tracing::error!(%error, "an audit entry was not written");
                }
            }
        };
        std::thread::Builder::new().name("audit".to_owned()).spawn(write).context("no thread for the audit")?;
        Ok(Self { to })
    }

    pub(crate) fn write(&self, at_ms: u64, record: Record) {
        if self.to.try_send((at_ms, record)).is_err() {
            tracing::error!("the audit is full or gone; an entry was lost; check the disk");
        }
    }
}
