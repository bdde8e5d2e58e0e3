//! Reading an offer. Unknown attributes are passed over; limits keep a hostile offer cheap.

use mcu_media_api::{Refusal, RefusalKind};

use super::refuse;

/// Longest offer read. A Chromium offer with three simulcast m-lines and all codecs is about 12 kB.
pub const MAX_OFFER_BYTES: usize = 64 * 1024;

/// Most m-lines read; three have a meaning here, browsers rarely send more than five.
const MAX_MEDIA: usize = 16;

/// Most codecs, extensions, SSRCs or RIDs kept per m-line; Chromium lists about 40 payload types.
const MAX_PER_MEDIA: usize = 128;

/// Longest MID or RID kept: they go into one-byte header extensions of at most 16 bytes (RFC 8285 §4.2).
const MAX_ID_BYTES: usize = 16;

/// Longest ICE user fragment (RFC 8839 §5.4).
pub(super) const MAX_UFRAG_BYTES: usize = 256;

/// What an m-line carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `m=audio`
    Audio,
    /// `m=video`
    Video,
    /// Anything else, by its word.
    Other(String),
}

/// Direction as the offerer sees it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// `a=sendrecv`, and the default.
    #[default]
    SendRecv,
    /// `a=sendonly`
    SendOnly,
    /// `a=recvonly`
    RecvOnly,
    /// `a=inactive`
    Inactive,
}

/// One payload type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecOffer {
    /// 0 to 127.
    pub payload_type: u8,
    /// Encoding name in lower case; empty without `a=rtpmap`.
    pub name: String,
    /// Clock rate in Hz.
    pub clock_rate: u32,
    /// Format parameters as written.
    pub parameters: String,
    /// `a=rtcp-fb` values that name this payload type or `*`.
    pub feedback: Vec<String>,
}

impl CodecOffer {
    /// The value of one format parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .split(';')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim())
    }
}

/// One m-line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// What it carries.
    pub kind: Kind,
    /// Port 0 without `a=bundle-only`: not in use.
    pub unused: bool,
    /// `a=bundle-only`: transport attributes stand at the first line of the group alone (RFC 9143 §7.1.3).
    pub bundle_only: bool,
    /// Transport, as written.
    pub protocol: String,
    /// Formats, as written.
    pub formats: Vec<String>,
    /// `a=mid`, or the number of the line where it is missing.
    pub mid: String,
    /// Direction.
    pub direction: Direction,
    /// `a=rtcp-mux`
    pub rtcp_mux: bool,
    /// Payload types in the offerer's order.
    pub codecs: Vec<CodecOffer>,
    /// Header extensions: id and URI.
    pub extensions: Vec<(u8, String)>,
    /// RIDs the offerer sends, in the order of `a=simulcast` or else of `a=rid`.
    pub rids: Vec<String>,
    /// SSRCs announced.
    pub ssrcs: Vec<u32>,
    /// Pairs of media and retransmission SSRC (`a=ssrc-group:FID`).
    pub retransmissions: Vec<(u32, u32)>,
    transport: Transport,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Transport {
    ufrag: Option<String>,
    setup: Option<String>,
    fingerprint: Option<[u8; 32]>,
}

/// An offer as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// MIDs of the first BUNDLE group.
    pub bundle: Vec<String>,
    /// In the order of the text.
    pub media: Vec<Media>,
    transport: Transport,
}

impl Offer {
    /// ICE user fragment that holds for a line.
    #[must_use]
    pub fn ufrag<'a>(&'a self, media: &'a Media) -> Option<&'a str> {
        media.transport.ufrag.as_deref().or(self.transport.ufrag.as_deref())
    }

    /// SHA-256 fingerprint that holds for a line.
    #[must_use]
    pub fn fingerprint(&self, media: &Media) -> Option<[u8; 32]> {
        media.transport.fingerprint.or(self.transport.fingerprint)
    }

    /// `a=setup` that holds for a line.
    #[must_use]
    pub fn setup<'a>(&'a self, media: &'a Media) -> Option<&'a str> {
        media.transport.setup.as_deref().or(self.transport.setup.as_deref())
    }
}

/// Reads an offer.
///
/// # Errors
/// [`RefusalKind::MalformedSdp`] when the text is no SDP, is too long or has too many m-lines.
pub fn parse_offer(text: &str) -> Result<Offer, Refusal> {
    let malformed = |reason: &str| refuse(RefusalKind::MalformedSdp, reason);
    if text.len() > MAX_OFFER_BYTES {
        return Err(malformed("the offer is longer than 64 kB; offer fewer codecs or m-lines"));
    }
    let mut lines = text.lines().map(str::trim_end);
    if lines.next() != Some("v=0") {
        return Err(malformed("the body is no SDP: it does not begin with v=0; send an SDP offer as application/sdp"));
    }
    let mut offer = Offer { bundle: Vec::new(), media: Vec::new(), transport: Transport::default() };
    for line in lines {
        let Some((key, value)) = line.split_once('=') else {
            if line.is_empty() {
                continue;
            }
            return Err(malformed("a line of the SDP has no '='; send an unchanged SDP offer"));
        };
        match key {
            "m" if offer.media.len() == MAX_MEDIA => return Err(malformed("the offer has more than 16 m-lines; send at most three")),
            "m" => {
                let Some(media) = media_line(value, offer.media.len()) else {
                    return Err(malformed("an m-line of the SDP is incomplete; send an unchanged SDP offer"));
                };
                offer.media.push(media);
            }
            "a" => attribute(&mut offer, value),
            _ => {}
        }
    }
    if offer.media.is_empty() {
        return Err(malformed("the offer has no m-line; offer a video or audio m-line"));
    }
    offer.media.iter_mut().for_each(finish);
    Ok(offer)
}

fn media_line(value: &str, number: usize) -> Option<Media> {
    let mut words = value.split_ascii_whitespace();
    let kind = match words.next()? {
        "audio" => Kind::Audio,
        "video" => Kind::Video,
        other => Kind::Other(other.to_owned()),
    };
    let port: u16 = words.next()?.split('/').next()?.parse().ok()?;
    let protocol = words.next()?.to_owned();
    let formats: Vec<String> = words.take(MAX_PER_MEDIA).map(str::to_owned).collect();
    let codecs = formats
        .iter()
        .filter_map(|format| format.parse().ok().filter(|payload_type| *payload_type < 128))
        .map(|payload_type| CodecOffer {
            payload_type,
            name: String::new(),
            clock_rate: 0,
            parameters: String::new(),
            feedback: Vec::new(),
        })
        .collect();
    Some(Media {
        kind,
        unused: port == 0,
        bundle_only: false,
        protocol,
        formats: Some(formats).filter(|formats| !formats.is_empty())?,
        mid: number.to_string(),
        direction: Direction::default(),
        rtcp_mux: false,
        codecs,
        extensions: Vec::new(),
        rids: Vec::new(),
        ssrcs: Vec::new(),
        retransmissions: Vec::new(),
        transport: Transport::default(),
    })
}

fn attribute(offer: &mut Offer, value: &str) {
    let (name, value) = value.split_once(':').unwrap_or((value, ""));
    let transport = match offer.media.last_mut() {
        Some(media) => &mut media.transport,
        None => &mut offer.transport,
    };
    match name {
        "ice-ufrag" if value.len() <= MAX_UFRAG_BYTES => transport.ufrag = Some(value.to_owned()),
        "setup" => transport.setup = Some(value.to_owned()),
        "fingerprint" => transport.fingerprint = transport.fingerprint.or_else(|| fingerprint(value)),
        "group" if offer.bundle.is_empty() => {
            if let Some(mids) = value.strip_prefix("BUNDLE") {
                offer.bundle = mids.split_ascii_whitespace().take(MAX_MEDIA).map(str::to_owned).collect();
            }
        }
        _ => {
            if let Some(media) = offer.media.last_mut() {
                media_attribute(media, name, value);
            }
        }
    }
}

fn media_attribute(media: &mut Media, name: &str, value: &str) {
    match name {
        "mid" if (1..=MAX_ID_BYTES).contains(&value.len()) => media.mid = value.to_owned(),
        "sendrecv" => media.direction = Direction::SendRecv,
        "sendonly" => media.direction = Direction::SendOnly,
        "recvonly" => media.direction = Direction::RecvOnly,
        "inactive" => media.direction = Direction::Inactive,
        "bundle-only" => (media.unused, media.bundle_only) = (false, true),
        "rtcp-mux" => media.rtcp_mux = true,
        "rtpmap" => rtpmap(media, value),
        "fmtp" => {
            if let Some((codec, parameters)) = of_codec(media, value) {
                codec.parameters = parameters.to_owned();
            }
        }
        "rtcp-fb" => feedback(media, value),
        "extmap" => extension(media, value),
        "rid" => rid(media, value),
        "simulcast" => simulcast(media, value),
        "ssrc" => ssrc(media, value),
        "ssrc-group" => retransmission(media, value),
        _ => {}
    }
}

fn of_codec<'a, 'b>(media: &'a mut Media, value: &'b str) -> Option<(&'a mut CodecOffer, &'b str)> {
    let (number, rest) = value.split_once(' ')?;
    let number: u8 = number.parse().ok()?;
    let codec = media.codecs.iter_mut().find(|codec| codec.payload_type == number)?;
    Some((codec, rest.trim()))
}

fn rtpmap(media: &mut Media, value: &str) {
    let Some((codec, rest)) = of_codec(media, value) else {
        return;
    };
    let mut parts = rest.split('/');
    codec.name = parts.next().unwrap_or_default().to_ascii_lowercase();
    codec.clock_rate = parts.next().and_then(|rate| rate.parse().ok()).unwrap_or(0);
}

fn feedback(media: &mut Media, value: &str) {
    let Some((to, what)) = value.split_once(' ') else {
        return;
    };
    let to: Option<u8> = to.parse().ok();
    for codec in media.codecs.iter_mut().filter(|codec| to.is_none_or(|number| codec.payload_type == number)) {
        if codec.feedback.len() < MAX_PER_MEDIA {
            codec.feedback.push(what.trim().to_ascii_lowercase());
        }
    }
}

fn extension(media: &mut Media, value: &str) {
    let mut words = value.split_ascii_whitespace();
    let id = words.next().and_then(|id| id.split('/').next()).and_then(|id| id.parse().ok()).filter(|id| *id != 0);
    if let (Some(id), Some(uri), true) = (id, words.next(), media.extensions.len() < MAX_PER_MEDIA) {
        media.extensions.push((id, uri.to_owned()));
    }
}

fn rid(media: &mut Media, value: &str) {
    let mut words = value.split_ascii_whitespace();
    if let (Some(rid), Some("send")) = (words.next(), words.next())
        && rid.len() <= MAX_ID_BYTES
        && media.rids.len() < MAX_PER_MEDIA
        && !media.rids.iter().any(|known| known == rid)
    {
        media.rids.push(rid.to_owned());
    }
}

/// `a=simulcast:send h;m;~l` puts the RIDs in order; of alternatives (`a,b`) the first counts (RFC 8853 §5.1).
fn simulcast(media: &mut Media, value: &str) {
    let mut words = value.split_ascii_whitespace();
    while let Some(direction) = words.next() {
        let Some(list) = words.next() else {
            return;
        };
        if direction == "send" {
            let first_of = |stream: &str| stream.split(',').next().unwrap_or_default().trim_start_matches('~').to_owned();
            let mut ordered: Vec<String> = Vec::new();
            for rid in list.split(';').take(MAX_PER_MEDIA).map(first_of) {
                if (1..=MAX_ID_BYTES).contains(&rid.len()) && !ordered.contains(&rid) {
                    ordered.push(rid);
                }
            }
            media.rids = ordered;
        }
    }
}

fn ssrc(media: &mut Media, value: &str) {
    let number = value.split_ascii_whitespace().next().and_then(|number| number.parse().ok());
    if let Some(number) = number
        && media.ssrcs.len() < MAX_PER_MEDIA
        && !media.ssrcs.contains(&number)
    {
        media.ssrcs.push(number);
    }
}

fn retransmission(media: &mut Media, value: &str) {
    let Some(pair) = value.strip_prefix("FID ") else {
        return;
    };
    let mut numbers = pair.split_ascii_whitespace().map(str::parse);
    if let (Some(Ok(primary)), Some(Ok(repair))) = (numbers.next(), numbers.next())
        && media.retransmissions.len() < MAX_PER_MEDIA
    {
        media.retransmissions.push((primary, repair));
    }
}

/// Static payload types need no `a=rtpmap`, but none of them is of use here: what has no name is dropped.
fn finish(media: &mut Media) {
    media.codecs.retain(|codec| !codec.name.is_empty());
}

fn fingerprint(value: &str) -> Option<[u8; 32]> {
    let (function, digits) = value.split_once(' ')?;
    if !function.eq_ignore_ascii_case("sha-256") {
        return None;
    }
    let mut digest = [0; 32];
    let mut pairs = digits.trim().split(':');
    for byte in &mut digest {
        *byte = u8::from_str_radix(pairs.next().filter(|pair| pair.len() == 2)?, 16).ok()?;
    }
    pairs.next().is_none().then_some(digest)
}
