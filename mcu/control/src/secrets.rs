//! Random names, and whose they are.

use mcu_media_api::SessionId;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Random bytes of a name: not guessable.
const RANDOM_BYTES: usize = 16;
/// Bytes of the owner's mark in a session's name.
const MARK_BYTES: usize = 8;

/// A fresh token for a confirmation. Without randomness it is empty; author and command still have to fit, and confirming still takes a second request.
#[must_use]
pub(crate) fn fresh_token() -> String {
    random().map(hex::encode).unwrap_or_default()
}

/// A fresh name for a session owned by `subject`. The mark of its owner is part of the name, so that a restarted control knows it without a table.
/// `None` when the system gives no randomness.
#[must_use]
pub(crate) fn fresh_session(subject: &str) -> Option<SessionId> {
    let drawn = hex::encode(random()?);
    let mark = mark(&drawn, subject);
    Some(SessionId(format!("{drawn}-{mark}")))
}

/// Whether `subject` opened the session.
#[must_use]
pub(crate) fn is_owner(session: &SessionId, subject: &str) -> bool {
    session.0.split_once('-').is_some_and(|(drawn, found)| mark(drawn, subject).as_bytes().ct_eq(found.as_bytes()).into())
}

fn mark(drawn: &str, subject: &str) -> String {
    let hash = Sha256::digest(format!("{drawn}|{subject}"));
    hash.iter().take(MARK_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

fn random() -> Option<[u8; RANDOM_BYTES]> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

#[cfg(test)]
mod tests {
    use super::{fresh_session, is_owner};

    #[test]
    fn a_session_knows_its_owner() {
        let session = fresh_session("room:guiyang").unwrap();
        assert!(is_owner(&session, "room:guiyang"));
        assert!(!is_owner(&session, "room:anren"));
        assert_ne!(session, fresh_session("room:guiyang").unwrap());
    }
}
