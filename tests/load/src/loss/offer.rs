//! What a client asks the relay to repair.

use std::fmt::Write as _;

use crate::sdp::OPUS;

/// Payload types of this client's offers besides those in [`crate::sdp`].
pub const RTX: u8 = 103;
/// See [`RTX`].
pub const RED: u8 = 63;
/// See [`RTX`].
pub const FLEXFEC: u8 = 104;

/// The means of repair a watcher offers; the relay decides which it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// Resends of lost packets (RFC 4585, RFC 4588).
    pub nack: bool,
    /// Redundant sound (RFC 2198).
    pub red: bool,
    /// FlexFEC packets are offered and counted; this client does not recover pictures from them.
    pub fec: bool,
    /// Transport-wide numbers are reported, by which the relay knows the line.
    pub transport: bool,
}

impl Repair {
    /// Everything this client can use.
    pub const ALL: Self = Self { nack: true, red: true, fec: false, transport: true };
}

/// The offer of [`crate::sdp::offer`] with these means in it.
#[must_use]
pub fn shaped(offer: &str, repair: Repair) -> String {
    let mut out = String::with_capacity(offer.len() + 200);
    for line in offer.lines() {
        let nack = line.starts_with("a=rtcp-fb:") && line.ends_with(" nack");
        let transport = line.contains("transport-wide-cc") || line.ends_with(" transport-cc");
        if transport && !repair.transport || nack && !repair.nack {
            continue;
        }
        out.push_str(line);
        if repair.red && line.starts_with("m=audio ") {
            let _ = write!(out, " {RED}");
        }
        if repair.fec && line.starts_with("m=video ") {
            let _ = write!(out, " {FLEXFEC}");
        }
        out.push_str("\r\n");
        if repair.red && line.starts_with(&format!("a=rtpmap:{OPUS} ")) {
            let _ = write!(out, "a=rtpmap:{RED} red/48000/2\r\na=fmtp:{RED} {OPUS}/{OPUS}\r\n");
        }
        if repair.fec && line.starts_with(&format!("a=rtpmap:{RTX} ")) {
            let _ = write!(out, "a=rtpmap:{FLEXFEC} flexfec-03/90000\r\na=fmtp:{FLEXFEC} repair-window=10000000\r\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Repair, shaped};

    const OFFER: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
                         m=video 9 UDP/TLS/RTP/SAVPF 102 103\r\na=rtcp-fb:102 nack\r\na=rtcp-fb:102 nack pli\r\na=rtpmap:103 rtx/90000\r\n";

    #[test]
    fn means_of_repair_are_put_in_and_taken_out() {
        let bare = shaped(OFFER, Repair { nack: false, red: false, fec: false, transport: false });
        assert!(!bare.contains("nack\r\n") && bare.contains("nack pli\r\n") && !bare.contains("transport-cc"));
        let all = shaped(OFFER, Repair { nack: true, red: true, fec: true, transport: true });
        assert!(all.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n") && all.contains("a=fmtp:63 111/111\r\n"));
        assert!(all.contains("m=video 9 UDP/TLS/RTP/SAVPF 102 103 104\r\n") && all.contains("a=rtpmap:104 flexfec-03/90000\r\n"));
        assert!(all.contains(" nack\r\n") && all.contains("a=rtcp-fb:111 transport-cc\r\n"));
    }
}
