//! Control ↔ relay.

use serde::{Deserialize, Serialize};

use crate::{SeatId, SessionId, SourceId};

/// What control says to the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ToRelay {
    /// The whole wanted state; replaces the one before.
    Wanted(RelayWanted),
    /// Answer this SDP offer with a session; the relay replies [`FromRelay::Opened`].
    Open(OpenSession),
    /// The peer of a session says more of its ICE: candidates, or a restart (RFC 9725 §4.3.1); the relay replies [`FromRelay::Patched`], in the
    /// order of asking. Media go on meanwhile.
    Patch {
        /// Which.
        session: SessionId,
        /// Which ICE session the peer means.
        meant: IceMatch,
        /// The peer's `application/trickle-ice-sdpfrag` (RFC 8840 §9) with its credentials.
        fragment: String,
    },
    /// End a session (WHIP/WHEP DELETE, hang-up of a removed seat).
    Close {
        /// Which.
        session: SessionId,
    },
}

/// What the relay says to control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum FromRelay {
    /// First message.
    Hello(crate::Hello),
    /// Reply to [`ToRelay::Open`].
    Opened {
        /// The session asked for.
        session: SessionId,
        /// The SDP answer, or why not.
        result: Result<Answer, Refusal>,
    },
    /// Reply to [`ToRelay::Patch`].
    Patched {
        /// The session asked for.
        session: SessionId,
        /// What became of it, or why nothing.
        result: Result<Patched, Refusal>,
    },
    /// The whole reported state: at once after each change that people see, else once a second.
    Reported(RelayReported),
}

/// Publishing (WHIP) or watching (WHEP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// RFC 9725: the peer sends.
    Publish,
    /// draft-ietf-wish-whep: the peer receives.
    Watch,
}

/// A request for a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Name drawn by control.
    pub session: SessionId,
    /// The seat it will hold.
    pub seat: SeatId,
    /// Publish or watch.
    pub role: Role,
    /// When true the seat has one session of this role: the one before ends. Monitors are shared (`false`).
    pub exclusive: bool,
    /// The peer's SDP offer.
    pub offer: String,
}

/// The SDP answer of an opened session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `application/sdp`
    pub sdp: String,
    /// The relay's user fragment, which names this ICE session.
    pub ufrag: String,
}

/// Which ICE session of a session is meant (`If-Match`, RFC 9110 §13.1.1), by the relay's user fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IceMatch {
    /// Whichever it has: `*`, by which peers ask for a restart.
    Any,
    /// One of these.
    Named(Vec<String>),
}

/// What became of [`ToRelay::Patch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Patched {
    /// The credentials are those known: candidates at most, which the relay learns from checks.
    Noted,
    /// The peer's credentials are others; these are the relay's.
    Restarted(Restart),
}

/// The relay's side of a restarted ICE session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// `application/trickle-ice-sdpfrag`
    pub fragment: String,
    /// The relay's user fragment, which names this ICE session among those before and after it.
    pub ufrag: String,
}

/// Why a session was not opened, or what was said of its ICE not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// For the stable error code.
    pub kind: RefusalKind,
    /// One English sentence: what is wrong with the offer and what to send instead.
    pub reason: String,
}

/// Kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// The text is no SDP.
    MalformedSdp,
    /// No codec in common (H.264 packetization-mode 1, VP8, Opus).
    NoCommonCodec,
    /// Something this door does not do (no BUNDLE, no rtcp-mux, DTLS role, too many m-lines).
    Unsupported,
    /// Out of sessions.
    TooMany,
    /// The ICE session meant is not the session's latest.
    Outdated,
}

/// Codecs of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// H.264, packetization-mode 1 (RFC 6184). 90 kHz.
    H264,
    /// VP8 (RFC 7741). 90 kHz.
    Vp8,
    /// Opus (RFC 7587). 48 kHz.
    Opus,
}

/// Simulcast layer, by RID `h`, `m`, `l`. A source without simulcast has only [`Layer::High`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// About 320×180.
    Low,
    /// About 640×360.
    Mid,
    /// 1280×720 or more.
    High,
}

/// Everything the relay shall do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayWanted {
    /// Counts up with each change; comes back in the report.
    pub revision: u64,
    /// What each watching seat gets. A seat not named gets nothing.
    pub routes: Vec<Route>,
    /// Seat sounds that may leave the relay. All others are closed, whatever the terminal sends.
    pub open_sounds: Vec<SourceId>,
    /// Plain RTP out to workers on loopback.
    pub taps: Vec<Tap>,
    /// Plain RTP in from workers.
    pub feeds: Vec<Feed>,
}

/// One row of the crosspoint matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Who watches.
    pub seat: SeatId,
    /// For the first video m-line.
    pub main: Option<SourceId>,
    /// For the second video m-line, where offered.
    pub content: Option<SourceId>,
    /// For the audio m-line.
    pub sound: Option<SourceId>,
    /// Highest layer this seat's screen is worth.
    pub max_layer: Layer,
}

/// A source's stream handed to a worker: in order, repaired, plain. Packets carry `ssrc`; RTCP sender reports on the same flow map RTP time
/// to the host's monotonic clock (the NTP field holds `CLOCK_MONOTONIC` as 32.32 seconds). The worker sends PLI for `ssrc` back to the relay's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tap {
    /// What.
    pub source: SourceId,
    /// Which simulcast layer; the nearest lower, else the nearest higher one when it is not there. The switch between layers is at a key frame.
    pub layer: Layer,
    /// The worker's RTP address.
    pub to: std::net::SocketAddr,
    /// SSRC the packets carry; names the tap.
    pub ssrc: u32,
}

/// A worker's product, sent as plain RTP to the relay's RTP address with this SSRC. The relay sends PLI for the SSRC back to where it came from.
/// The worker's sender reports carry monotonic time as in [`Tap`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Feed {
    /// The name it gets.
    pub source: SourceId,
    /// How it is recognised.
    pub ssrc: u32,
    /// What it is.
    pub codec: Codec,
}

/// The relay's own account of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RelayReported {
    /// Of the last wanted state applied; 0 before the first.
    pub revision: u64,
    /// All sessions, also those that ended in the last ten seconds (with the reason).
    pub sessions: Vec<SessionReport>,
    /// Feeds from which packets came in the last second.
    pub live_feeds: Vec<SourceId>,
    /// DTLS handshakes completed since the program started (a worker's restart must not raise it).
    pub handshakes: u64,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionReport {
    /// Which.
    pub session: SessionId,
    /// The seat it holds.
    pub seat: SeatId,
    /// Publish or watch.
    pub role: Role,
    /// How far it is.
    pub state: SessionState,
    /// The codec of its main picture: what a publisher sends, what a watcher was answered.
    pub video: Option<Codec>,
    /// Whether a second picture was negotiated and, for a publisher, is flowing.
    pub content: bool,
    /// The codec of that second picture; `None` where none was negotiated, and from a relay that does not tell.
    #[serde(default)]
    pub content_video: Option<Codec>,
    /// Publisher: what arrives, per layer of the main picture.
    pub layers: Vec<LayerReport>,
    /// Publisher: whether sound arrived in the last second.
    pub sound: bool,
    /// Watcher: what is on its main m-line.
    pub shown: Option<ShownReport>,
    /// Round trip in ms from the last ICE check or RTCP report; `None` before the first.
    pub rtt_ms: Option<u32>,
    /// Watcher: bits per second its line is known to carry; `None` where it does not report transport-wide.
    pub line_bps: Option<u32>,
    /// Packets lost of the last second's, in ‰ (publisher: before repair; watcher: from its receiver reports).
    pub loss_permille: u16,
    /// Interarrival jitter in ms (RFC 3550 §6.4.1) of the main picture.
    pub jitter_ms: u16,
    /// Watcher: how its main picture has flowed since the session began.
    #[serde(default)]
    pub flow: FlowReport,
    /// Time in ms since anything authentic came from it: a check, media, a report. A line that is cut shows here long before consent ends.
    #[serde(default)]
    pub silent_ms: u32,
}

/// What interrupted a watcher's picture, counted since its session began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowReport {
    /// Pictures that came much later than usual (`freezeCount` of W3C webrtc-stats), as sent by the relay.
    pub freezes: u32,
    /// Time in them, in ms.
    pub frozen_ms: u64,
    /// Waits for the key frame of another source or layer; the picture before stood meanwhile.
    pub key_waits: u32,
    /// Time in them, in ms.
    pub key_waited_ms: u64,
}

/// Life of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionState {
    /// Answered, no DTLS yet.
    Connecting,
    /// Encrypted both ways.
    Connected,
    /// Over.
    Gone {
        /// One English phrase, for instance `consent expired`, `replaced`, `fingerprint mismatch`, `flooding`.
        reason: String,
    },
}

/// One simulcast layer as it arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerReport {
    /// Which.
    pub layer: Layer,
    /// Over the last second.
    pub bit_rate_bps: u32,
    /// Age of the last packet in ms.
    pub age_ms: u32,
}

/// What a watcher is really being sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownReport {
    /// The source whose frames go out; `None` before the first key frame.
    pub source: Option<SourceId>,
    /// Its layer.
    pub layer: Option<Layer>,
    /// A source asked for whose key frame has not come yet.
    pub waiting_for: Option<SourceId>,
    /// Codec of the wanted source where the watcher cannot decode it, so that it cannot be sent.
    pub refused: Option<Codec>,
    /// Why less than the route allows is sent.
    pub limited: Option<LimitedBy>,
}

/// What keeps a picture smaller than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitedBy {
    /// The watcher's line carries only a smaller layer.
    Line,
    /// The watcher's line carries no picture beside its sound.
    LineNothing,
    /// The publisher sends no larger layer.
    Publisher,
}
