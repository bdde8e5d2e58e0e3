//! Passwords: hashed with argon2id, compared in equal time whether or not the account exists.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::problem::{Code, Problem};

/// Longest password looked at; more is no password but an attack on the processor.
const MAX_PASSWORD_BYTES: usize = 256;
/// Hashes computed at once: each takes 19 MiB and tens of milliseconds of one core.
const MAX_HASHING: usize = 2;
/// Comparisons waiting at most: at some tens of milliseconds each, the last waits about a second.
const MAX_WAITING: usize = 32;

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// Hashes and compares off the runtime's threads, a few at a time.
pub struct Passwords {
    permits: tokio::sync::Semaphore,
    queue: tokio::sync::Semaphore,
    /// Compared against when there is no such account, so that its absence takes as long to find out.
    decoy: String,
}

impl Passwords {
    /// Ready to compare.
    ///
    /// # Errors
    /// When the library or the system's randomness fails.
    pub fn new() -> Result<Self, HashError> {
        Ok(Self {
            permits: tokio::sync::Semaphore::new(MAX_HASHING),
            queue: tokio::sync::Semaphore::new(MAX_HASHING + MAX_WAITING),
            decoy: hash("a password nobody has")?,
        })
    }

    /// Whether the password is the one that was hashed; `None` stands for an account that does not exist and is never right.
    ///
    /// # Errors
    /// When too many wait already.
    pub(crate) async fn is_right(&self, password: String, kept: Option<String>) -> Result<bool, Problem> {
        let _place = self.queue.try_acquire().map_err(|_| Code::LimitReached)?;
        let exists = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.decoy.clone());
        let _permit = self.permits.acquire().await.map_err(|_| Code::LimitReached)?;
        let matches = tokio::task::spawn_blocking(move || verify(&password, &kept)).await.unwrap_or(false);
        Ok(matches && exists)
    }
}

/// Hashes a password with a fresh salt into a PHC string.
///
/// # Errors
/// When the library or the system's randomness fails.
pub(crate) fn hash(password: &str) -> Result<String, HashError> {
    let hashed: PasswordHash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| HashError)?;
    Ok(hashed.to_string())
}

fn verify(password: &str, kept: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(kept) else { return false };
    password.len() <= MAX_PASSWORD_BYTES && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Passwords, hash};

    #[tokio::test]
    async fn only_the_right_password_of_an_account_that_exists_is_right() {
        let passwords = Passwords::new().unwrap();
        let kept = hash("correct").unwrap();
        assert_eq!(passwords.is_right("correct".into(), Some(kept.clone())).await, Ok(true));
        assert_eq!(passwords.is_right("wrong".into(), Some(kept)).await, Ok(false));
        assert_eq!(passwords.is_right("a password nobody has".into(), None).await, Ok(false));
    }
}
