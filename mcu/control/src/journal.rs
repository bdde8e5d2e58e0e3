//! A conference's journal on disk: one line per command, on the disk before anybody is answered.
//!
//! A line is the JSON array of the facts of one command, so a crash leaves all of them or none. A torn last line was never acknowledged and is cut.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use mcu_api::{Envelope, Rev};

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
    /// The last revision of each line and where the line begins, so that a part is found without reading the rest.
    marks: Vec<(Rev, u64)>,
    torn: bool,
}

/// A part of a journal that stands still: whatever is appended or archived after, it reads the same.
pub struct Excerpt {
    path: PathBuf,
    file: File,
    after: Rev,
    /// First byte, and the one behind the last.
    bytes: (u64, u64),
    /// Whether more lines follow.
    pub more: bool,
}

impl Excerpt {
    /// Reads the facts. It waits for the disk.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn read(&self) -> Result<Vec<Envelope>, JournalError> {
        let (from, to) = self.bytes;
        let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, from).map_err(|error| JournalError::Io(self.path.clone(), error))?;
        let lines = read_lines(&self.path, &bytes)?;
        Ok(lines.into_iter().flat_map(|(_, facts)| facts).filter(|fact| fact.rev > self.after).collect())
    }
}

impl Journal {
    /// Begins a journal with its first facts. An older file of that name must have been moved away.
    ///
    /// # Errors
    /// When it exists or cannot be written.
    pub fn create(path: &Path, first: &[Envelope]) -> Result<Self, JournalError> {
        let io = |error| JournalError::Io(path.to_owned(), error);
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path).map_err(io)?;
        let mut journal = Self { path: path.to_owned(), file, length: 0, marks: Vec::new(), torn: false };
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
        let (mut envelopes, mut marks) = (Vec::new(), Vec::new());
        for (at, facts) in read_lines(path, lines)? {
            marks.extend(facts.last().map(|last| (last.rev, at)));
            envelopes.extend(facts);
        }
        let length = u64::try_from(whole).unwrap_or(u64::MAX);
        let mut journal = Self { path: path.to_owned(), file, length, marks, torn: false };
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
        self.marks.extend(facts.last().map(|last| (last.rev, self.length)));
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// The lines with what came after a revision: at most `max_lines`, and no more than `max_bytes` unless the first alone is longer.
    ///
    /// # Errors
    /// When no further handle of the file is to be had.
    pub fn excerpt(&self, after: Rev, max_lines: usize, max_bytes: u64) -> Result<Excerpt, JournalError> {
        let file = self.file.try_clone().map_err(|error| JournalError::Io(self.path.clone(), error))?;
        let first = self.marks.partition_point(|(last, _)| *last <= after);
        let begins = |line: usize| self.marks.get(line).map_or(self.length, |(_, at)| *at);
        let from = begins(first);
        let fits = |line: &usize| *line == first + 1 || begins(*line).saturating_sub(from) <= max_bytes;
        let end = (first + 1..=self.marks.len()).take(max_lines).take_while(fits).last().unwrap_or(first);
        let more = end < self.marks.len();
        Ok(Excerpt { path: self.path.clone(), file, after, bytes: (from, begins(end)), more })
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

/// The lines of a journal with the place of each.
fn read_lines(path: &Path, bytes: &[u8]) -> Result<Vec<(u64, Vec<Envelope>)>, JournalError> {
    let (mut lines, mut at) = (Vec::new(), 0);
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if line != b"\n" {
            let facts = serde_json::from_slice(line).map_err(|error| JournalError::Damaged(path.to_owned(), index + 1, error))?;
            lines.push((at, facts));
        }
        at += u64::try_from(line.len()).unwrap_or(u64::MAX);
    }
    Ok(lines)
}
