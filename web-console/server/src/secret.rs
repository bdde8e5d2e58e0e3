//! Random secrets, their digests, and files nobody else may read.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Letters and digits that are not mistaken for one another on paper; 32 of them, so that five bits choose one without bias.
const PASSWORD_LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789X";
/// Characters of a first password: 5 bits each, 80 bits in all.
const PASSWORD_CHARS: usize = 16;

/// `N` random bytes.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_| io::Error::other("the operating system gave no random bytes"))?;
    Ok(bytes)
}

/// A session token of 256 random bits for a cookie.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn session_token() -> io::Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A first password.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn password() -> io::Result<String> {
    let letter = |byte: &u8| PASSWORD_LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a') as char;
    Ok(random::<PASSWORD_CHARS>()?.iter().map(letter).collect())
}

/// Eight random digits.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn eight_digits() -> io::Result<String> {
    // 2^64 is so much larger than 10^8 that the remainder's bias (below 10^-11) does not matter.
    Ok(format!("{:08}", u64::from_le_bytes(random::<8>()?) % 100_000_000))
}

/// SHA-256 of a secret, as hex, for keeping in the database.
#[must_use]
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

/// Makes the folder, mode 700, with its parents.
///
/// # Errors
/// As the file system says.
pub(crate) fn private_dir(path: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file of mode 600 that must not exist yet.
///
/// # Errors
/// `AlreadyExists` when it does; else as the file system says.
pub(crate) fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Reads a private file, or makes it from `make` when it is missing. Two programs starting at once end up with the same content.
///
/// # Errors
/// As the file system or `make` says.
pub(crate) fn read_or_create(path: &Path, make: impl FnOnce() -> io::Result<String>) -> io::Result<String> {
    if path.exists() {
        return std::fs::read_to_string(path);
    }
    // Written aside first: whoever finds the file finds it whole.
    let aside = path.with_extension(format!("{}.part", std::process::id()));
    create_private(&aside, &make()?)?;
    let linked = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => std::fs::read_to_string(path),
    }
}

#[cfg(test)]
mod tests {
    use super::{PASSWORD_LETTERS, digest, eight_digits, password};

    #[test]
    fn the_letters_are_distinct() {
        let mut letters = PASSWORD_LETTERS.to_vec();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 32);
    }

    #[test]
    fn secrets_have_their_form() {
        assert_eq!(password().unwrap().len(), 16);
        let code = eight_digits().unwrap();
        assert!(code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()));
    }

    #[test]
    fn a_digest_keeps_its_parts_apart() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }
}
