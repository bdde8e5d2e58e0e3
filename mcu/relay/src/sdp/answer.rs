//! Writing the answer.

use std::{fmt::Write, net::SocketAddr};

use mcu_media_api::{Codec, Role};

use super::agree::{Agreement, Extensions, Feedback, Line, Stream, TRANSPORT_CC};

/// One host candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidate {
    /// Peers send datagrams there.
    Udp(SocketAddr),
    /// Peers connect there (RFC 6544 `tcptype passive`).
    Tcp(SocketAddr),
}

/// The relay's side of a session.
#[derive(Debug, Clone, Copy)]
pub struct Local<'a> {
    /// ICE user fragment.
    pub ufrag: &'a str,
    /// ICE password.
    pub password: &'a str,
    /// SHA-256 of the relay's certificate, as in `a=fingerprint`.
    pub fingerprint: &'a str,
    /// Where peers reach the relay, the preferred first.
    pub candidates: &'a [Candidate],
    /// Number of the SDP session (RFC 8866 §5.2), unpredictable.
    pub session: u64,
    /// Name that ties the streams of one watcher together.
    pub cname: &'a str,
}

/// Priority of the first host candidate (RFC 8445 §5.1.2.1): type 126, local preference 65535, component 1.
const FIRST_PRIORITY: u32 = 126 << 24 | 65_535 << 8 | 255;

/// Priority of the first passive TCP candidate (RFC 6544 §4.2): type 90 as in libwebrtc, below every UDP candidate; direction 4 of 3 bits; 8191;
/// component 1.
const FIRST_TCP_PRIORITY: u32 = 90 << 24 | (4 << 13 | 8191) << 8 | 255;

/// The answer as text.
#[must_use]
pub fn write_answer(agreement: &Agreement, local: &Local<'_>) -> String {
    let mut text = String::with_capacity(4096);
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, agreement, local);
    text
}

fn write_all(out: &mut String, agreement: &Agreement, local: &Local<'_>) -> std::fmt::Result {
    write!(out, "v=0\r\no=- {} 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", local.session >> 1)?;
    write_session_ice(out, agreement)?;
    out.push_str("a=extmap-allow-mixed\r\na=msid-semantic: WMS *\r\n");
    for line in &agreement.lines {
        match line {
            Line::Accepted(stream) => write_stream(out, agreement.role, stream, local)?,
            Line::Rejected { words: [kind, protocol, format], mid } => {
                write!(out, "m={kind} 0 {protocol} {format}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na=inactive\r\n")?;
            }
        }
    }
    Ok(())
}

/// What holds for all lines; the same in answers and in fragments (RFC 9725 §4.3.3).
pub(super) fn write_session_ice(out: &mut String, agreement: &Agreement) -> std::fmt::Result {
    if agreement.bundled {
        out.push_str("a=group:BUNDLE");
        for stream in agreement.streams() {
            write!(out, " {}", stream.mid)?;
        }
        out.push_str("\r\n");
    }
    // RFC 9429 §5.2.1 and §5.3.1 ask for both options.
    out.push_str("a=ice-lite\r\na=ice-options:trickle ice2\r\n");
    Ok(())
}

fn write_stream(out: &mut String, role: Role, stream: &Stream, local: &Local<'_>) -> std::fmt::Result {
    let (kind, name) = match stream.codec {
        Codec::H264 => ("video", "H264/90000"),
        Codec::Vp8 => ("video", "VP8/90000"),
        Codec::Opus => ("audio", "opus/48000/2"),
    };
    let number = stream.payload_type;
    write!(out, "m={kind} 9 UDP/TLS/RTP/SAVPF")?;
    // The first format is the one a publisher sends.
    for format in stream.red_payload_type.into_iter().chain([number]) {
        write!(out, " {format}")?;
    }
    if let Some(rtx) = stream.rtx_payload_type {
        write!(out, " {rtx}")?;
    }
    write!(out, "\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=mid:{}\r\n", stream.mid)?;
    write!(out, "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", local.ufrag, local.password)?;
    write!(out, "a=fingerprint:sha-256 {}\r\na=setup:passive\r\n", local.fingerprint)?;
    out.push_str(match role {
        Role::Publish => "a=recvonly\r\n",
        Role::Watch => "a=sendonly\r\n",
    });
    out.push_str("a=rtcp-mux\r\na=rtcp-mux-only\r\na=rtcp-rsize\r\n");
    write!(out, "a=rtpmap:{number} {name}\r\n")?;
    if !stream.parameters.is_empty() {
        write!(out, "a=fmtp:{number} {}\r\n", stream.parameters)?;
    }
    write_feedback(out, number, stream.feedback, role)?;
    if let Some(rtx) = stream.rtx_payload_type {
        write!(out, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={number}\r\n")?;
    }
    if let Some(red) = stream.red_payload_type {
        write!(out, "a=rtpmap:{red} red/48000/2\r\na=fmtp:{red} {number}/{number}\r\n")?;
    }
    write_extensions(out, stream.extensions)?;
    match role {
        Role::Publish => write_rids(out, stream)?,
        Role::Watch => write_ssrcs(out, stream, local.cname)?,
    }
    write_candidates(out, local.candidates)
}

fn write_feedback(out: &mut String, number: u8, feedback: Feedback, role: Role) -> std::fmt::Result {
    let lines = [
        (feedback.nack, "nack"),
        (feedback.pli, "nack pli"),
        (feedback.fir, "ccm fir"),
        // The relay sends REMB to publishers; from watchers it would be of no use.
        (feedback.remb && role == Role::Publish, "goog-remb"),
        (feedback.transport_cc, "transport-cc"),
    ];
    for (_, what) in lines.iter().filter(|(wanted, _)| *wanted) {
        write!(out, "a=rtcp-fb:{number} {what}\r\n")?;
    }
    Ok(())
}

fn write_extensions(out: &mut String, extensions: Extensions) -> std::fmt::Result {
    let names = [
        (extensions.mid, "urn:ietf:params:rtp-hdrext:sdes:mid"),
        (extensions.rid, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        (extensions.repaired_rid, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        (extensions.transport_cc, TRANSPORT_CC),
    ];
    for (id, uri) in names.iter().filter(|(id, _)| *id != 0) {
        write!(out, "a=extmap:{id} {uri}\r\n")?;
    }
    Ok(())
}

fn write_rids(out: &mut String, stream: &Stream) -> std::fmt::Result {
    if stream.rids.is_empty() {
        return Ok(());
    }
    for (rid, _) in &stream.rids {
        write!(out, "a=rid:{rid} recv\r\n")?;
    }
    let names: Vec<&str> = stream.rids.iter().map(|(rid, _)| rid.as_str()).collect();
    write!(out, "a=simulcast:recv {}\r\n", names.join(";"))
}

fn write_ssrcs(out: &mut String, stream: &Stream, cname: &str) -> std::fmt::Result {
    let (ssrc, rtx) = (stream.send_ssrc, stream.send_rtx_ssrc);
    // One stream name for all lines lets receivers synchronise picture and sound (RFC 8830).
    write!(out, "a=msid:{cname} {cname}-{}\r\n", stream.mid)?;
    if stream.rtx_payload_type.is_some() {
        write!(out, "a=ssrc-group:FID {ssrc} {rtx}\r\na=ssrc:{ssrc} cname:{cname}\r\na=ssrc:{rtx} cname:{cname}\r\n")
    } else {
        write!(out, "a=ssrc:{ssrc} cname:{cname}\r\n")
    }
}

pub(super) fn write_candidates(out: &mut String, candidates: &[Candidate]) -> std::fmt::Result {
    for (number, candidate) in (1_u32..).zip(candidates) {
        match candidate {
            Candidate::Udp(address) => {
                let priority = FIRST_PRIORITY - ((number - 1) << 8);
                write!(out, "a=candidate:{number} 1 udp {priority} {} {} typ host\r\n", address.ip(), address.port())?;
            }
            Candidate::Tcp(address) => {
                let priority = FIRST_TCP_PRIORITY - ((number - 1) << 8);
                write!(out, "a=candidate:{number} 1 tcp {priority} {} {} typ host tcptype passive\r\n", address.ip(), address.port())?;
            }
        }
    }
    out.push_str("a=end-of-candidates\r\n");
    Ok(())
}
