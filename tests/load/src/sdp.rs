//! The little SDP the load client needs: its offers, its answers to Janus, and the server's credentials.

use std::fmt::Write as _;
use std::net::SocketAddr;

use anyhow::Context as _;

use crate::peer::{Identity, Peer};

/// Payload types of the publisher's streams.
pub const H264: u8 = 102;
/// Header extension for transport-wide sequence numbers, and its id in this client's offers.
const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const TRANSPORT_ID: u8 = 3;
/// See [`H264`].
pub const OPUS: u8 = 111;
const RTX: u8 = 103;
/// SSRCs of the publisher's streams.
pub const VIDEO_SSRC: u32 = 0x0BE0_0001;
/// See [`VIDEO_SSRC`].
pub const SOUND_SSRC: u32 = 0x0BE0_0002;

/// What a client learns of the server.
#[derive(Debug, Clone)]
pub struct Remote {
    /// `a=ice-ufrag`
    pub ufrag: String,
    /// `a=ice-pwd`
    pub password: String,
    /// SHA-256 of the certificate.
    pub fingerprint: String,
    /// First UDP host candidate.
    pub address: SocketAddr,
    /// Id of the header extension for transport-wide sequence numbers, where the server takes part in it.
    pub transport_id: Option<u8>,
}

impl Remote {
    /// Reads an SDP of the server.
    ///
    /// # Errors
    /// Naming what is missing.
    pub fn read(sdp: &str) -> anyhow::Result<Self> {
        let value = |name: &str| sdp.lines().find_map(|line| line.trim_end().strip_prefix(name)).map(str::to_owned);
        let transport_id = sdp.lines().find_map(transport_id);
        let candidates = sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
        let address = candidates.filter_map(candidate).next().with_context(|| format!("no UDP candidate in the server's SDP:\n{sdp}"))?;
        Ok(Self {
            ufrag: value("a=ice-ufrag:").context("no ice-ufrag")?,
            password: value("a=ice-pwd:").context("no ice-pwd")?,
            fingerprint: value("a=fingerprint:sha-256 ").context("no SHA-256 fingerprint")?,
            address,
            transport_id,
        })
    }
}

/// The id a line gives to transport-wide sequence numbers.
#[must_use]
pub fn transport_id(line: &str) -> Option<u8> {
    let (id, name) = line.trim_end().strip_prefix("a=extmap:")?.split_once(' ')?;
    id.split('/').next()?.parse().ok().filter(|_| name.starts_with(TRANSPORT_CC))
}

fn transport(out: &mut String, id: u8, number: u8) {
    let _ = write!(out, "a=extmap:{id} {TRANSPORT_CC}\r\na=rtcp-fb:{number} transport-cc\r\n");
}

fn candidate(line: &str) -> Option<SocketAddr> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [_, _, protocol, _, ip, port, ..] = words.as_slice() else {
        return None;
    };
    let address = SocketAddr::new(ip.parse().ok()?, port.parse().ok()?);
    (protocol.eq_ignore_ascii_case("udp") && address.is_ipv4()).then_some(address)
}

/// An offer to send (`sendonly`) or to watch (`recvonly`) one picture and one sound.
#[must_use]
pub fn offer(peer: &Peer, identity: &Identity, local: SocketAddr, direction: &str) -> String {
    let mut out = head();
    section(&mut out, peer, identity, local, &Line { kind: "audio", mid: "0", direction, numbers: vec![OPUS] });
    let _ = write!(out, "a=rtpmap:{OPUS} opus/48000/2\r\na=fmtp:{OPUS} minptime=10;useinbandfec=1\r\n");
    transport(&mut out, TRANSPORT_ID, OPUS);
    if direction == "sendonly" {
        let _ = write!(out, "a=msid:load sound\r\na=ssrc:{SOUND_SSRC} cname:load\r\n");
    }
    section(&mut out, peer, identity, local, &Line { kind: "video", mid: "1", direction, numbers: vec![H264, RTX] });
    h264(&mut out, H264, Some(RTX));
    transport(&mut out, TRANSPORT_ID, H264);
    if direction == "sendonly" {
        let _ = write!(out, "a=msid:load picture\r\na=ssrc:{VIDEO_SSRC} cname:load\r\n");
    }
    out
}

/// The answer to an offer of Janus: every line taken with its own numbers.
#[must_use]
pub fn answer(peer: &Peer, identity: &Identity, local: SocketAddr, offer: &str) -> String {
    let mut out = head();
    for text in offer.split("\r\nm=").skip(1) {
        let find = |prefix: &str| text.lines().find_map(|line| line.trim_end().strip_prefix(prefix));
        let kind = if text.starts_with("audio") { "audio" } else { "video" };
        let number_of = |codec: &str| {
            text.lines()
                .filter_map(|line| line.strip_prefix("a=rtpmap:")?.split_once(' '))
                .find_map(|(number, name)| name.to_ascii_lowercase().starts_with(codec).then(|| number.parse::<u8>().ok()).flatten())
        };
        let main = number_of(if kind == "audio" { "opus/" } else { "h264/" }).unwrap_or(0);
        let rtx = number_of("rtx/");
        let mid = find("a=mid:").unwrap_or("0");
        let numbers = [main].into_iter().chain(rtx).collect();
        section(&mut out, peer, identity, local, &Line { kind, mid, direction: "recvonly", numbers });
        if kind == "audio" {
            let _ = write!(out, "a=rtpmap:{main} opus/48000/2\r\n");
        } else {
            h264(&mut out, main, rtx);
        }
        if let Some(id) = text.lines().find_map(transport_id) {
            transport(&mut out, id, main);
        }
    }
    let mids: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("a=mid:")).collect();
    let bundle = format!("a=group:BUNDLE {}\r\n", mids.join(" "));
    out.replace("a=group:BUNDLE 0 1\r\n", &bundle)
}

struct Line<'a> {
    kind: &'a str,
    mid: &'a str,
    direction: &'a str,
    numbers: Vec<u8>,
}

fn head() -> String {
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS *\r\n".to_owned()
}

fn section(out: &mut String, peer: &Peer, identity: &Identity, local: SocketAddr, line: &Line<'_>) {
    let numbers: Vec<String> = line.numbers.iter().map(u8::to_string).collect();
    let _ = write!(
        out,
        "m={} 9 UDP/TLS/RTP/SAVPF {}\r\nc=IN IP4 {ip}\r\na=mid:{}\r\na={}\r\na=rtcp-mux\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\n\
         a=fingerprint:sha-256 {}\r\na=setup:active\r\na=candidate:1 1 udp 2130706431 {ip} {} typ host\r\na=end-of-candidates\r\n",
        line.kind,
        numbers.join(" "),
        line.mid,
        line.direction,
        peer.ufrag,
        peer.password,
        identity.fingerprint,
        local.port(),
        ip = local.ip(),
    );
}

fn h264(out: &mut String, number: u8, rtx: Option<u8>) {
    let _ = write!(
        out,
        "a=rtpmap:{number} H264/90000\r\na=fmtp:{number} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n\
         a=rtcp-fb:{number} nack\r\na=rtcp-fb:{number} nack pli\r\na=rtcp-fb:{number} ccm fir\r\n",
    );
    if let Some(rtx) = rtx {
        let _ = write!(out, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={number}\r\n");
    }
}
