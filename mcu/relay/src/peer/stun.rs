//! Connectivity checks of an ICE-lite agent (RFC 8445 §2.5, RFC 8489): it only answers.

use std::net::SocketAddr;

use rtc_stun::{
    attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter, is_stun_message},
    xoraddr::XorMappedAddress,
};

use super::Credentials;

/// Longest STUN message looked at. Checks are about 100 bytes; a bound keeps floods of attributes cheap.
const MAX_STUN_BYTES: usize = 1024;

/// An authentic check.
pub(super) struct Check {
    message: Message,
    /// The peer has chosen this address.
    pub(super) use_candidate: bool,
}

/// Whether a datagram is STUN by its first bytes (RFC 7983 §7, RFC 8489 §6).
#[must_use]
pub fn looks_like_stun(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| *first < 4) && is_stun_message(bytes)
}

/// The user fragment of the answering side in a check's USERNAME, by which a check from an unknown address finds its peer.
#[must_use]
pub fn local_ufrag_of(bytes: &[u8]) -> Option<String> {
    let message = decode(bytes)?;
    let name = String::from_utf8(message.get(ATTR_USERNAME).ok()?).ok()?;
    name.split_once(':').map(|(local, _)| local.to_owned())
}

fn decode(bytes: &[u8]) -> Option<Message> {
    if bytes.len() > MAX_STUN_BYTES || !looks_like_stun(bytes) {
        return None;
    }
    let mut message = Message::new();
    message.unmarshal_binary(bytes).ok()?;
    (message.typ == BINDING_REQUEST).then_some(message)
}

/// Reads a binding request whose USERNAME names both sides and whose MESSAGE-INTEGRITY holds; the library compares the code in constant time.
pub(super) fn read_check(bytes: &[u8], local: &Credentials, remote_ufrag: &str) -> Option<Check> {
    let mut message = decode(bytes)?;
    let name = message.get(ATTR_USERNAME).ok()?;
    let expected = format!("{}:{remote_ufrag}", local.ufrag);
    if name != expected.as_bytes() {
        return None;
    }
    let provider = rtc_srtp::crypto::default_provider().ok()?;
    MessageIntegrity::check(&mut message, local.password.as_bytes(), provider.crypto()).ok()?;
    let use_candidate = message.contains(ATTR_USE_CANDIDATE);
    Some(Check { message, use_candidate })
}

/// The success response.
pub(super) fn answer(check: &Check, from: SocketAddr, local: &Credentials) -> Option<Vec<u8>> {
    let provider = rtc_srtp::crypto::default_provider().ok()?;
    let mut message = Message::new();
    message.typ = BINDING_SUCCESS;
    message.transaction_id = check.message.transaction_id;
    message.write_header();
    XorMappedAddress { ip: from.ip(), port: from.port() }.add_to(&mut message).ok()?;
    MessageIntegrity::new_short_term_integrity_with_provider(local.password.clone(), provider.crypto()).add_to(&mut message).ok()?;
    FINGERPRINT.add_to(&mut message).ok()?;
    Some(message.raw)
}
