//! The words between the MCU's control program and its workers (relay, mixer, recorder).
//!
//! Control dials nobody: workers connect to its Unix socket, say [`Hello`] and from then on receive the **wanted** state as a whole
//! document and send their **reported** state. Applying differences is the worker's business, so any restart of either side heals
//! by the same comparison. It holds no rules and no media.

mod frames;
mod ids;
mod mixer;
mod overlay;
mod recorder;
mod relay;

pub use frames::{FrameError, Frames, MAX_FRAME_BYTES};
pub use ids::{SeatId, SessionId, SourceId};
pub use mixer::{
    Cell, CellContent, Composite, CompositeReport, FromMixer, InputReport, Level, MediaInput, MemberGain, Mix, MixReport, MixerReported,
    MixerWanted, PictureFault, Rect, Slate, SlateReason, SoundFault, SoundReport, SoundSetting, ToMixer,
};
pub use overlay::{Edge, MarkKind, Overlay};
pub use recorder::{OutputKind, OutputWanted};
pub use relay::{
    Answer, Codec, Feed, FlowReport, FromRelay, IceMatch, Layer, LayerReport, LimitedBy, OpenSession, Patched, Refusal, RefusalKind,
    RelayReported, RelayWanted, Restart, Role, Route, SessionReport, SessionState, ShownReport, Tap, ToRelay,
};

use serde::{Deserialize, Serialize};

/// Version of these words; a worker of another version is turned away by name.
pub const VERSION: u16 = 2;

/// Which program a connection belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerKind {
    /// `mcu-relay`
    Relay,
    /// `mcu-mixer`
    Mixer,
    /// `mcu-recorder`
    Recorder,
}

/// First message of a worker on its connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Must equal [`VERSION`].
    pub version: u16,
    /// Who is speaking.
    pub worker: WorkerKind,
    /// Drawn at random at each program start, so that control can tell a restart from a reconnect.
    pub instance: String,
    /// Loopback UDP address on which this program takes plain RTP (RTCP on the same port, RFC 5761). The relay takes feeds there, the mixer taps.
    pub rtp: std::net::SocketAddr,
}
