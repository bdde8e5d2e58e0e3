//! Control ↔ recorder: the names of its outputs. The program itself is not part of the MCU yet; control already plans by these names.

use serde::{Deserialize, Serialize};

use crate::SourceId;

/// What an output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// A recording file (CMAF).
    Recording,
    /// Low-latency HLS.
    Live,
}

/// One output of a conference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OutputWanted {
    /// Recording or live.
    pub kind: OutputKind,
    /// Its picture.
    pub picture: SourceId,
    /// Its sound.
    pub sound: SourceId,
}
