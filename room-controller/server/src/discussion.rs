//! A room's discussion in the configuration file.

use std::collections::BTreeMap;

use room_api::{DeviceId, DiscussionMode};
use room_core::{DelegateSpec, DiscussionSpec, Limits, Shot, Shots};
use serde::Deserialize;

use crate::config::text;

/// `[rooms.discussion]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscussionConfig {
    /// The central unit or the mixer.
    pub device: String,
    /// Mode at the start; only over a mixer.
    #[serde(default = "default_mode")]
    pub mode: DiscussionMode,
    /// Delegates' microphones open at once; only over a mixer.
    #[serde(default = "default_open")]
    pub max_open: usize,
    /// Waiting delegates; only over a mixer.
    #[serde(default = "default_requests")]
    pub max_requests: usize,
    /// Longest speech, s.
    pub speech_limit_s: Option<u32>,
    /// Everybody.
    pub panorama: Option<ShotConfig>,
    /// LED board for results of votes.
    pub board: Option<String>,
    /// Seats.
    #[serde(default)]
    pub seats: Vec<SeatConfig>,
}

/// A camera's preset.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShotConfig {
    /// Camera.
    pub device: String,
    /// Preset.
    pub preset: u8,
}

/// A seat.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatConfig {
    /// Number, as at the central unit.
    pub seat: u16,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// The chair's.
    #[serde(default)]
    pub chair: bool,
    /// Channel of the mixer, as in its properties: `ch1`.
    pub channel: Option<String>,
    /// Its shot.
    pub shot: Option<ShotConfig>,
}

const fn default_mode() -> DiscussionMode {
    DiscussionMode::Approval
}

const fn default_open() -> usize {
    2
}

const fn default_requests() -> usize {
    20
}

impl ShotConfig {
    fn shot(&self) -> Shot {
        Shot { device: DeviceId(self.device.clone()), preset: self.preset }
    }
}

impl DiscussionConfig {
    pub(crate) fn spec(&self) -> DiscussionSpec {
        let shots: BTreeMap<u16, Shot> = self.seats.iter().filter_map(|seat| Some((seat.seat, seat.shot.as_ref()?.shot()))).collect();
        let delegate = |seat: &SeatConfig| DelegateSpec {
            seat: seat.seat,
            name: text(&seat.name, &seat.name_en),
            is_chair: seat.chair,
            channel: seat.channel.clone(),
        };
        DiscussionSpec {
            device: DeviceId(self.device.clone()),
            seats: self.seats.iter().map(delegate).collect(),
            mode: self.mode,
            limits: Limits { open: self.max_open, requests: self.max_requests },
            shots: Shots {
                seats: shots,
                panorama: self.panorama.as_ref().map(ShotConfig::shot),
                chair: self.seats.iter().find(|seat| seat.chair).map(|seat| seat.seat),
            },
            speech_limit_s: self.speech_limit_s,
            board: self.board.clone().map(DeviceId),
        }
    }
}
