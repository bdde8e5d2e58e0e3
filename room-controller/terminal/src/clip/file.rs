//! A clip in a file: `CLIP`, version, then for each layer its access units, then the sound packets. Lengths are 32-bit big-endian.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

/// First bytes of the file; the last one counts changes of content or form, so that old clips are made again.
const MAGIC: &[u8; 5] = b"CLIP\x02";
/// Longest access unit or packet believed; a 720p key frame is under 300 kB.
const MAX_UNIT_BYTES: u32 = 4 * 1024 * 1024;
/// Most units believed in one track.
const MAX_UNITS: u32 = 100_000;

/// One encoded picture in Annex B form.
pub type AccessUnit = Bytes;

/// A clip in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    /// Access units by layer, highest first; all the same number.
    pub layers: Vec<Vec<AccessUnit>>,
    /// Opus packets of 20 ms.
    pub sound: Vec<Bytes>,
}

/// Why a clip cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// Reading or writing failed.
    #[error("cannot read or write the clip {path}; check free space and permissions, then prepare the clips again")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no clip, or of an older form.
    #[error("{0} is not a clip of this version; delete it and prepare the clips again")]
    NotAClip(PathBuf),
    /// Making it failed.
    #[error("the clip cannot be made: {0}")]
    NotMade(String),
}

impl Clip {
    /// Reads a clip.
    ///
    /// # Errors
    /// When the file is missing or is no clip.
    pub fn load(path: &Path) -> Result<Self, ClipError> {
        let bytes = std::fs::read(path).map_err(|source| ClipError::Io { path: path.to_owned(), source })?;
        Self::parse(&Bytes::from(bytes)).ok_or_else(|| ClipError::NotAClip(path.to_owned()))
    }

    /// Takes the bytes of a clip apart.
    #[must_use]
    pub fn parse(bytes: &Bytes) -> Option<Self> {
        let mut rest = bytes.as_ref();
        let mut magic = [0_u8; MAGIC.len()];
        rest.read_exact(&mut magic).ok()?;
        if &magic != MAGIC {
            return None;
        }
        let layers = (0..crate::show::LAYERS.len()).map(|_| track(bytes, &mut rest)).collect::<Option<Vec<_>>>()?;
        let sound = track(bytes, &mut rest)?;
        let even = layers.iter().all(|layer| Some(layer.len()) == layers.first().map(Vec::len) && !layer.is_empty());
        (even && !sound.is_empty() && rest.is_empty()).then_some(Self { layers, sound })
    }

    /// Writes the clip beside its final name and moves it there, so that a half-written one is never found.
    ///
    /// # Errors
    /// When the disk is full or not writable.
    pub fn save(&self, path: &Path) -> Result<(), ClipError> {
        let failed = |source| ClipError::Io { path: path.to_owned(), source };
        let beside = path.with_extension("part");
        let mut file = std::io::BufWriter::new(std::fs::File::create(&beside).map_err(failed)?);
        self.write(&mut file).and_then(|()| file.flush()).map_err(failed)?;
        std::fs::rename(&beside, path).map_err(failed)
    }

    fn write(&self, file: &mut impl Write) -> std::io::Result<()> {
        file.write_all(MAGIC)?;
        for units in self.layers.iter().chain([&self.sound]) {
            file.write_all(&u32::try_from(units.len()).unwrap_or(0).to_be_bytes())?;
            for unit in units {
                file.write_all(&u32::try_from(unit.len()).unwrap_or(0).to_be_bytes())?;
                file.write_all(unit)?;
            }
        }
        Ok(())
    }
}

fn track(whole: &Bytes, rest: &mut &[u8]) -> Option<Vec<Bytes>> {
    let count = number(rest).filter(|count| *count <= MAX_UNITS)?;
    let mut units = Vec::new();
    for _ in 0..count {
        let length = usize::try_from(number(rest).filter(|length| *length <= MAX_UNIT_BYTES)?).ok()?;
        let (unit, after) = rest.split_at_checked(length)?;
        units.push(whole.slice_ref(unit));
        *rest = after;
    }
    Some(units)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::Clip;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn small() -> Clip {
        Clip { layers: vec![vec![Bytes::from_static(b"abc"); 2]; 3], sound: vec![Bytes::from_static(b"d")] }
    }

    #[test]
    fn a_clip_comes_back_from_its_bytes() {
        let mut bytes = Vec::new();
        small().write(&mut bytes).unwrap();
        assert_eq!(Clip::parse(&Bytes::from(bytes)), Some(small()));
    }

    proptest! {
        #[test]
        fn damaged_clips_are_refused(at in 0_usize..70, value: u8, keep in 0_usize..70) {
            let mut bytes = Vec::new();
            small().write(&mut bytes).unwrap();
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
            bytes.truncate(keep);
            let _ = Clip::parse(&Bytes::from(bytes));
        }
    }
}
