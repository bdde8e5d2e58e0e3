//! Where journals lie, and what is made of them at start.

use std::path::{Path, PathBuf};

use mcu_api::{ConferenceId, ConferencePhase, Envelope, HealthProblem};
use mcu_conference::Conference;

use crate::journal::{Journal, JournalError};

/// Ended conferences stay visible this long; after that a restart moves their journals to the archive.
const KEEP_ENDED_MS: u64 = 24 * 60 * 60 * 1000;

/// Why the directories cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the data directory {0} cannot be made; check data_dir and its owner")]
pub struct StoreError(PathBuf, #[source] std::io::Error);

/// The directories of journals.
pub(crate) struct Store {
    journals: PathBuf,
    archive: PathBuf,
}

impl Store {
    /// Makes the directories under `data_dir` when they are missing.
    ///
    /// # Errors
    /// When they cannot be made.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let store = Self { journals: data_dir.join("conferences"), archive: data_dir.join("archive") };
        for directory in [&store.journals, &store.archive] {
            std::fs::create_dir_all(directory).map_err(|error| StoreError(directory.clone(), error))?;
        }
        Ok(store)
    }

    /// Begins the journal of a conference.
    pub(super) fn begin(&self, opened: &Envelope) -> Result<Journal, JournalError> {
        Journal::create(&self.path(&opened.conference), std::slice::from_ref(opened))
    }

    /// Moves an ended conference's journal away.
    pub(super) fn archive(&self, conference: &ConferenceId, opened_at_ms: u64, journal: Journal) -> Result<(), JournalError> {
        journal.archive(&self.archive.join(format!("{conference}-{opened_at_ms}.jsonl")))
    }

    /// Reads all journals. One that cannot be read is named and left alone; the others go on.
    pub(super) fn load(&self, now_ms: u64) -> (Vec<(Conference, Journal)>, Vec<HealthProblem>) {
        let (mut loaded, mut faults) = (Vec::new(), Vec::new());
        let Ok(entries) = std::fs::read_dir(&self.journals) else {
            return (loaded, faults);
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")) {
            match self.load_one(path, now_ms) {
                Ok(one) => loaded.extend(one),
                Err(reason) => {
                    tracing::error!(journal = %path.display(), reason, "a conference could not be restored");
                    // The page of health is open to all: names of files, not where they lie.
                    let name = path.file_name().unwrap_or_default().display();
                    faults.push(HealthProblem {
                        detail: format!("the conference of journal {name} could not be restored; the log says why"),
                        detail_zh: format!("会议记录文件 {name} 损坏,该会议未能恢复,原因见日志"),
                    });
                }
            }
        }
        (loaded, faults)
    }

    fn load_one(&self, path: &Path, now_ms: u64) -> Result<Option<(Conference, Journal)>, String> {
        let (journal, envelopes) = Journal::open(path).map_err(|error| error.to_string())?;
        if envelopes.is_empty() {
            // The opening itself was torn, so nobody was told of this conference.
            return std::fs::remove_file(path).map(|()| None).map_err(|error| error.to_string());
        }
        let conference = Conference::replay(&envelopes).map_err(|error| error.to_string())?;
        let state = conference.state();
        tracing::info!(conference = %state.conference, rev = state.rev.0, phase = ?state.phase, "restored");
        let last_ms = envelopes.last().map_or(0, |envelope| envelope.at_ms);
        if state.phase == ConferencePhase::Ended && now_ms.saturating_sub(last_ms) > KEEP_ENDED_MS {
            self.archive(&state.conference, state.opened_at_ms, journal).map_err(|error| error.to_string())?;
            return Ok(None);
        }
        Ok(Some((conference, journal)))
    }

    fn path(&self, conference: &ConferenceId) -> PathBuf {
        self.journals.join(format!("{conference}.jsonl"))
    }
}
