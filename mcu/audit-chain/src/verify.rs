//! Reading a chain and finding where it breaks.

use std::io::BufRead;

use crate::entry::{Entry, FIRST};

/// Where a chain breaks and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain breaks at entry {seq}: {why}")]
pub struct Break {
    /// Number of the entry, counting lines from 1.
    pub seq: u64,
    /// One English phrase.
    pub why: String,
}

/// The last entry of a chain; noted elsewhere it proves that nothing was cut off the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub seq: u64,
    /// Hash of the last; zeros when there is none.
    pub hash: String,
}

impl Head {
    /// Head of an empty chain.
    #[must_use]
    pub fn empty() -> Self {
        Self { seq: 0, hash: FIRST.to_owned() }
    }

    /// Checks that `line` (without its newline) follows on this head, and moves on to it.
    pub(crate) fn follow(&mut self, line: &[u8]) -> Result<(), Break> {
        let seq = self.seq + 1;
        let broken = |why: &str| Break { seq, why: why.to_owned() };
        let entry: Entry = serde_json::from_slice(line).map_err(|_| broken("the line is no entry"))?;
        if entry.seq != seq {
            return Err(broken("an entry is missing, added or moved here"));
        }
        if entry.prev_hash != self.hash {
            return Err(broken("it does not follow on the entry before"));
        }
        let again = serde_json::to_vec(&entry).map_err(|_| broken("the line is no entry"))?;
        let hash = entry.hash_of().map_err(|_| broken("the line is no entry"))?;
        if entry.hash != hash || again != line {
            return Err(broken("its content was changed"));
        }
        *self = Self { seq, hash };
        Ok(())
    }
}

/// Checks a whole chain and returns the number of its entries.
///
/// # Errors
/// The first place where it breaks; an unreadable file breaks where reading stopped.
pub fn verify(reader: impl BufRead) -> Result<u64, Break> {
    walk(reader).map(|head| head.seq)
}

/// Checks a chain that shall contain the entry of `noted`, and returns its head.
///
/// # Errors
/// Where it breaks; also when it is shorter than the noted head or had another entry there.
pub fn verify_head(reader: impl BufRead, noted: &Head) -> Result<Head, Break> {
    let mut passed = noted.seq == 0;
    let head = walk_with(reader, |head| passed |= head == noted)?;
    if !passed {
        return Err(Break {
            seq: noted.seq,
            why: "the entry noted elsewhere is not in the chain; its end was cut off or rewritten".to_owned(),
        });
    }
    Ok(head)
}

fn walk(reader: impl BufRead) -> Result<Head, Break> {
    walk_with(reader, |_| ())
}

fn walk_with(mut reader: impl BufRead, mut each: impl FnMut(&Head)) -> Result<Head, Break> {
    let mut head = Head::empty();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line);
        let count = read.map_err(|error| Break { seq: head.seq + 1, why: format!("the file cannot be read: {error}") })?;
        if count == 0 {
            return Ok(head);
        }
        if line.pop() != Some(b'\n') {
            return Err(Break { seq: head.seq + 1, why: "the line has no end".to_owned() });
        }
        head.follow(&line)?;
        each(&head);
    }
}
