//! ICE parameters alone (`application/trickle-ice-sdpfrag`, RFC 8840 §9), for candidates and restarts by RFC 9725 §4.3.

use mcu_media_api::{Refusal, RefusalKind};

use super::{
    Agreement, Candidate,
    answer::{write_candidates, write_session_ice},
    offer::MAX_UFRAG_BYTES,
    refuse,
};

/// Longest fragment read: credentials and two dozen candidates are about 3 kB.
const MAX_FRAGMENT_BYTES: usize = 16 * 1024;

/// The user fragment of the peer. Its password is not needed by an agent that only answers checks, its candidates are learned from them.
///
/// # Errors
/// When there are no credentials, or those of its m-lines differ: there is one transport.
pub fn parse_fragment(text: &str) -> Result<String, Refusal> {
    let malformed = |reason: &str| refuse(RefusalKind::MalformedSdp, reason);
    if text.len() > MAX_FRAGMENT_BYTES {
        return Err(malformed("the fragment is longer than 16 kB; send the credentials and few candidates"));
    }
    if text.lines().any(|line| !line.trim().is_empty() && line.as_bytes().get(1) != Some(&b'=')) {
        return Err(malformed("the fragment has a line that is no SDP; send lines of a letter, an equals sign and a value"));
    }
    let values = |name: &'static str| text.lines().filter_map(move |line| line.trim_end().strip_prefix(name));
    let Some(ufrag) = values("a=ice-ufrag:").next() else {
        return Err(malformed("the fragment has no a=ice-ufrag; send the credentials that its candidates belong to"));
    };
    if values("a=ice-pwd:").next().is_none() {
        return Err(malformed("the fragment has no a=ice-pwd; send the credentials that its candidates belong to"));
    }
    if ufrag.is_empty() || ufrag.len() > MAX_UFRAG_BYTES || values("a=ice-ufrag:").any(|other| other != ufrag) {
        return Err(malformed("the fragment's a=ice-ufrag is empty, too long or not the same everywhere; there is one transport"));
    }
    Ok(ufrag.to_owned())
}

/// The relay's side, after the example of RFC 9725 §4.3.3.
#[must_use]
pub fn write_fragment(agreement: &Agreement, ufrag: &str, password: &str, candidates: &[Candidate]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_session_ice(&mut out, agreement);
    // All lines are bundled on the first.
    if let Some(stream) = agreement.streams().next() {
        let kind = if stream.codec == mcu_media_api::Codec::Opus { "audio" } else { "video" };
        let _ = write!(out, "m={kind} 9 UDP/TLS/RTP/SAVPF {}\r\na=mid:{}\r\n", stream.payload_type, stream.mid);
    }
    let _ = write!(out, "a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n");
    let _ = write_candidates(&mut out, candidates);
    out
}
