//! The audit chain on a thread of its own, so that waiting for the disk holds up nobody but the caller.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use audit_chain::{Chain, ChainError, Record};
use tokio::sync::{mpsc, oneshot};

use crate::clock::now_ms;

/// Records waiting for the disk. Each is a command of a person; a full queue means the disk hangs.
const QUEUE: usize = 256;

/// Writes the audit. Cloning is cheap.
#[derive(Clone)]
pub struct Auditor {
    queue: mpsc::Sender<(Record, oneshot::Sender<()>)>,
    failing: Arc<AtomicBool>,
}

impl Auditor {
    /// Opens the chain at `path` and starts its thread, which ends when the last handle is gone.
    ///
    /// # Errors
    /// When the file cannot be used or is damaged.
    pub fn start(path: &Path) -> Result<Self, ChainError> {
        let mut chain = Chain::open(path, now_ms())?;
        let (queue, mut records) = mpsc::channel::<(Record, oneshot::Sender<()>)>(QUEUE);
        let failing = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&failing);
        std::thread::spawn(move || {
            while let Some((record, done)) = records.blocking_recv() {
                let result = chain.append(now_ms(), &record);
                let failed = result.is_err();
                if failed != shared.swap(failed, Ordering::Relaxed) {
                    tracing::error!(failed, reason = result.err().map(|error| error.to_string()), "writing the audit");
                }
                let _ = done.send(());
            }
        });
        Ok(Self { queue, failing })
    }

    /// Writes a record and waits until it is on the disk. A failure is shown by [`Auditor::is_failing`] and on the health page; what was done stays done.
    pub async fn note(&self, record: Record) {
        let (done, written) = oneshot::channel();
        if self.queue.send((record, done)).await.is_ok() {
            let _ = written.await;
        }
    }

    /// Whether the last record could not be written.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }
}
