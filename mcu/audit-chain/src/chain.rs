//! The file: opened, repaired at its torn end, appended to.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::entry::{Entry, Record};
use crate::verify::{Break, Head};

/// Why the chain cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The file could not be read or written.
    #[error("the audit file {0} cannot be read or written; check the disk and the file's owner")]
    Io(PathBuf, #[source] std::io::Error),
    /// A complete line does not follow; somebody or something changed the file.
    #[error("the audit file {0} is damaged; keep it as evidence, move it away and start again")]
    Damaged(PathBuf, #[source] Break),
    /// An entry could not be written as JSON.
    #[error("the audit entry could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// An earlier append failed half-way and could not be taken back.
    #[error("the audit file {0} ends in half an entry that could not be removed; restart the program when the disk works again")]
    Torn(PathBuf),
}

/// The open chain. One process appends; others may read the file at any time.
pub struct Chain {
    path: PathBuf,
    file: File,
    head: Head,
    /// Bytes of all complete entries.
    length: u64,
    torn: bool,
}

impl Chain {
    /// Opens or begins the chain at `path`, checking all of it. A line torn by a crash is cut off, and that is recorded as an entry at `now_ms`.
    ///
    /// # Errors
    /// When the file cannot be used, or a complete line of it does not follow.
    pub fn open(path: &Path, now_ms: u64) -> Result<Self, ChainError> {
        let io = |error| ChainError::Io(path.to_owned(), error);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(io)?;
        let (head, length, tail) = read(path, &file)?;
        let mut chain = Self { path: path.to_owned(), file, head, length, torn: false };
        if !tail.is_empty() {
            chain.cut().map_err(io)?;
            let detail = format!("{} bytes of an unfinished entry, sha256 {}", tail.len(), hex::encode(Sha256::digest(&tail)));
            chain.append(
                now_ms,
                &Record {
                    actor: "audit".to_owned(),
                    action: "cut_torn_tail".to_owned(),
                    outcome: "accepted".to_owned(),
                    detail,
                    ..Record::default()
                },
            )?;
        }
        Ok(chain)
    }

    /// The last entry's number and hash.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Appends an entry at `at_ms` (milliseconds since 1970); it is on the disk when this returns.
    ///
    /// # Errors
    /// When it could not be written; the chain is as before then.
    pub fn append(&mut self, at_ms: u64, record: &Record) -> Result<Entry, ChainError> {
        if self.torn {
            self.cut().map_err(|_| ChainError::Torn(self.path.clone()))?;
            self.torn = false;
        }
        let entry = Entry::following(self.head.seq, &self.head.hash, at_ms, record)?;
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            self.torn = self.cut().is_err();
            return Err(ChainError::Io(self.path.clone(), error));
        }
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.head = Head { seq: entry.seq, hash: entry.hash.clone() };
        Ok(entry)
    }

    /// Removes whatever follows the last complete entry.
    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.sync_data()
    }
}

/// Walks the file: head and length of the complete entries, and the bytes of a torn line behind them.
fn read(path: &Path, file: &File) -> Result<(Head, u64, Vec<u8>), ChainError> {
    let mut reader = BufReader::new(file);
    let mut head = Head::empty();
    let mut length = 0_u64;
    loop {
        let mut line = Vec::new();
        let count = reader.read_until(b'\n', &mut line).map_err(|error| ChainError::Io(path.to_owned(), error))?;
        if line.last() != Some(&b'\n') {
            return Ok((head, length, line));
        }
        line.pop();
        head.follow(&line).map_err(|broken| ChainError::Damaged(path.to_owned(), broken))?;
        length += u64::try_from(count).unwrap_or(u64::MAX);
    }
}
