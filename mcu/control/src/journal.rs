//! A conference's journal on disk: one line per command, on the disk before anybody is answered.
//!
//! A line is the JSON array of the facts of one command, so a crash leaves all of them or none. A torn last line was never acknowledged and is cut.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use mcu_api::Envelope;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Reading or writing failed.
    #[error("the journal {0} cannot be read or written; check the disk")]
    Io(PathBuf, #[source] std::io::Error),
    /// A complete line is no command.
    #[error("line {1} of the journal {0} is damaged; restore it from a backup or move it away")]
    Damaged(PathBuf, usize, #[source] serde_json::Error),
    /// Facts that cannot be written as JSON.
    #[error("the facts could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// An earlier append failed half-way and could not be taken back.
    #[error("the journal {0} ends in half a line that could not be removed; nothing more is accepted until the disk works")]
    Torn(PathBuf),
}

/// An open journal.
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes of all complete lines.
    length: u64,
    torn: bool,
}

impl Journal {
    /// Begins a journal with its first facts. An older file of that name must have been moved away.
    ///
    /// # Errors
    /// When it exists or cannot be written.
    pub fn create(path: &Path, first: &[Envelope]) -> Result<Self, JournalError> {
        let io = |error| JournalError::Io(path.to_owned(), error);
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path).map_err(io)?;
        let mut journal = Self { path: path.to_owned(), file, length: 0, torn: false };
        if let Err(error) = journal.append(first).and_then(|()| sync_directory(path)) {
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(journal)
    }

    /// Opens a journal and reads it, cutting a torn last line.
    ///
    /// # Errors
    /// When it cannot be read, or a complete line is damaged.
    pub fn open(path: &Path) -> Result<(Self, Vec<Envelope>), JournalError> {
        let io = |error| JournalError::Io(path.to_owned(), error);
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let (lines, tail) = bytes.split_at(whole);
        let mut envelopes = Vec::new();
        for (index, line) in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
            let facts: Vec<Envelope> =
                serde_json::from_slice(line).map_err(|error| JournalError::Damaged(path.to_owned(), index + 1, error))?;
            envelopes.extend(facts);
        }
        let length = u64::try_from(whole).unwrap_or(u64::MAX);
        let mut journal = Self { path: path.to_owned(), file, length, torn: false };
        if !tail.is_empty() {
            tracing::warn!(journal = %path.display(), bytes = tail.len(), "cut an unfinished line that was never acknowledged");
        }
        journal.cut().map_err(io)?;
        Ok((journal, envelopes))
    }

    /// Appends the facts of one command; they are on the disk when this returns.
    ///
    /// # Errors
    /// When they could not be written; the journal is as before then.
    pub fn append(&mut self, facts: &[Envelope]) -> Result<(), JournalError> {
        if self.torn {
            self.cut().map_err(|_| JournalError::Torn(self.path.clone()))?;
            self.torn = false;
        }
        let mut line = serde_json::to_vec(facts)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            self.torn = self.cut().is_err();
            return Err(JournalError::Io(self.path.clone(), error));
        }
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Moves the journal out of the way, for a conference of the same name to begin.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn archive(self, to: &Path) -> Result<(), JournalError> {
        std::fs::rename(&self.path, to).map_err(|error| JournalError::Io(self.path.clone(), error))?;
        sync_directory(to)
    }

    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.sync_data()
    }
}

/// Makes a new name in a directory durable.
fn sync_directory(path: &Path) -> Result<(), JournalError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(|error| JournalError::Io(path.to_owned(), error))
}
