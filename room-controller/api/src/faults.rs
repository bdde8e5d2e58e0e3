//! 彩排: faults that a simulated room may be given, so that operators learn without a hall.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ParamDecl, ParamKind, Text};

/// Longest time of a fault in seconds: half an hour is longer than any exercise leaves one standing, and a forgotten one ends by itself.
pub const MAX_FAULT_S: u32 = 1_800;
/// Latest answer in ms: the roll call listens for 8 s, so this one is never heard by it.
const MAX_LATE_MS: i64 = 30_000;

/// What goes wrong in a simulated room. All of it is done to the bytes that leave the terminal, so that nobody can see the injection itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// 画面黑屏: an encoded black picture.
    PictureBlack {},
    /// 画面静止: one encoded picture for ever.
    PictureFrozen {},
    /// 画面中断: no picture is sent, as with a pulled camera cable.
    PictureNone {},
    /// 话筒无声: digital silence, while the picture lives.
    MicDead {},
    /// 啸叫: a tone that grows from nothing to almost full scale.
    SoundHowling {
        /// Of the tone, 250 to 5000 Hz.
        frequency_hz: u16,
    },
    /// 噪声
    SoundNoise {
        /// −50 to −6 dBFS.
        level_dbfs: i8,
    },
    /// 声音过载: samples cut off at full scale.
    SoundClipping {},
    /// 应答迟: the voice begins this much later once the microphone is opened.
    AnswerLate {
        /// 500 to 30 000 ms beside the natural delay.
        delay_ms: u32,
    },
    /// 无应答: the microphone works and nobody speaks.
    AnswerNone {},
    /// 丢包
    LineLoss {
        /// 1 to 80 %, both ways.
        percent: u8,
        /// In bursts of 8 packets on average instead of singly.
        #[serde(default)]
        burst: bool,
    },
    /// 时延与抖动
    LineDelay {
        /// One way, 10 to 2000 ms.
        delay_ms: u16,
        /// To both sides, 0 to 500 ms.
        #[serde(default)]
        jitter_ms: u16,
    },
    /// 带宽受限
    LineRate {
        /// Each way, 64 to 20 000 kbit/s.
        kbps: u32,
    },
    /// 断线: nothing passes.
    LineCut {},
    /// 停电: the terminal is gone; it starts when the power is back.
    PowerCut {},
}

/// What a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultGroup {
    /// 画面
    Picture,
    /// 声音
    Sound,
    /// 应答
    Answer,
    /// 线路
    Line,
    /// 供电
    Power,
}

/// A fault as data, for screens and checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultDecl {
    /// Name in the request.
    pub fault: String,
    /// Label.
    pub label: Text,
    /// What it strikes.
    pub group: FaultGroup,
    /// Parameters in order.
    pub params: Vec<ParamDecl>,
}

/// A fault at work in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActiveFault {
    /// Number in the room.
    pub id: u64,
    /// What.
    pub fault: Fault,
    /// Of its chance.
    pub seed: u32,
    /// Room's clock when it began, ms since 1970.
    pub since_ms: u64,
    /// When it ends by itself, ms since 1970.
    pub until_ms: u64,
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

fn number(name: &str, zh: &str, en: &str, min: i64, max: i64, unit: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label: text(zh, en), kind: ParamKind::Int { min, max, unit: unit.to_owned(), decimals: 0 } }
}

fn yes_no(name: &str, zh: &str, en: &str) -> ParamDecl {
    ParamDecl { name: name.to_owned(), label: text(zh, en), kind: ParamKind::Bool {} }
}

impl Fault {
    /// One of each kind, in the order of screens.
    pub const EXAMPLES: [Self; 14] = [
        Self::PictureBlack {},
        Self::PictureFrozen {},
        Self::PictureNone {},
        Self::MicDead {},
        Self::SoundHowling { frequency_hz: 2_400 },
        Self::SoundNoise { level_dbfs: -24 },
        Self::SoundClipping {},
        Self::AnswerLate { delay_ms: 6_000 },
        Self::AnswerNone {},
        Self::LineLoss { percent: 10, burst: false },
        Self::LineDelay { delay_ms: 200, jitter_ms: 30 },
        Self::LineRate { kbps: 512 },
        Self::LineCut {},
        Self::PowerCut {},
    ];

    /// Its name as on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PictureBlack {} => "picture_black",
            Self::PictureFrozen {} => "picture_frozen",
            Self::PictureNone {} => "picture_none",
            Self::MicDead {} => "mic_dead",
            Self::SoundHowling { .. } => "sound_howling",
            Self::SoundNoise { .. } => "sound_noise",
            Self::SoundClipping {} => "sound_clipping",
            Self::AnswerLate { .. } => "answer_late",
            Self::AnswerNone {} => "answer_none",
            Self::LineLoss { .. } => "line_loss",
            Self::LineDelay { .. } => "line_delay",
            Self::LineRate { .. } => "line_rate",
            Self::LineCut {} => "line_cut",
            Self::PowerCut {} => "power_cut",
        }
    }

    /// What it strikes.
    #[must_use]
    pub const fn group(self) -> FaultGroup {
        match self {
            Self::PictureBlack {} | Self::PictureFrozen {} | Self::PictureNone {} => FaultGroup::Picture,
            Self::MicDead {} | Self::SoundHowling { .. } | Self::SoundNoise { .. } | Self::SoundClipping {} => FaultGroup::Sound,
            Self::AnswerLate { .. } | Self::AnswerNone {} => FaultGroup::Answer,
            Self::LineLoss { .. } | Self::LineDelay { .. } | Self::LineRate { .. } | Self::LineCut {} => FaultGroup::Line,
            Self::PowerCut {} => FaultGroup::Power,
        }
    }

    fn label(self) -> Text {
        match self {
            Self::PictureBlack {} => text("画面黑屏", "Black picture"),
            Self::PictureFrozen {} => text("画面静止", "Frozen picture"),
            Self::PictureNone {} => text("画面中断", "No picture"),
            Self::MicDead {} => text("话筒无声", "Dead microphone"),
            Self::SoundHowling { .. } => text("啸叫", "Howling"),
            Self::SoundNoise { .. } => text("噪声", "Noise"),
            Self::SoundClipping {} => text("声音过载", "Clipping"),
            Self::AnswerLate { .. } => text("应答迟", "Late answer"),
            Self::AnswerNone {} => text("无应答", "No answer"),
            Self::LineLoss { .. } => text("丢包", "Packet loss"),
            Self::LineDelay { .. } => text("时延与抖动", "Delay and jitter"),
            Self::LineRate { .. } => text("带宽受限", "Thin line"),
            Self::LineCut {} => text("断线", "Line cut"),
            Self::PowerCut {} => text("停电", "Power cut"),
        }
    }

    fn params(self) -> Vec<ParamDecl> {
        match self {
            Self::SoundHowling { .. } => vec![number("frequency_hz", "频率", "Frequency", 250, 5_000, "Hz")],
            Self::SoundNoise { .. } => vec![number("level_dbfs", "电平", "Level", -50, -6, "dBFS")],
            Self::AnswerLate { .. } => vec![number("delay_ms", "推迟", "Later by", 500, MAX_LATE_MS, "ms")],
            Self::LineLoss { .. } => vec![number("percent", "丢包率", "Loss", 1, 80, "%"), yes_no("burst", "成串丢失", "In bursts")],
            Self::LineDelay { .. } => {
                vec![number("delay_ms", "单向时延", "One-way delay", 10, 2_000, "ms"), number("jitter_ms", "抖动", "Jitter", 0, 500, "ms")]
            }
            Self::LineRate { .. } => vec![number("kbps", "带宽", "Rate", 64, 20_000, "kbit/s")],
            Self::PictureBlack {}
            | Self::PictureFrozen {}
            | Self::PictureNone {}
            | Self::MicDead {}
            | Self::SoundClipping {}
            | Self::AnswerNone {}
            | Self::LineCut {}
            | Self::PowerCut {} => Vec::new(),
        }
    }

    /// Its declaration.
    #[must_use]
    pub fn declaration(self) -> FaultDecl {
        FaultDecl { fault: self.name().to_owned(), label: self.label(), group: self.group(), params: self.params() }
    }

    /// All declarations, in the order of screens.
    #[must_use]
    pub fn declarations() -> Vec<FaultDecl> {
        Self::EXAMPLES.into_iter().map(Self::declaration).collect()
    }

    /// Whether its parameters are within their ranges.
    ///
    /// # Errors
    /// With the parameter, its range, and so what to do.
    pub fn check(self) -> Result<(), Text> {
        let values = serde_json::to_value(self).unwrap_or_default();
        for param in self.params() {
            let ParamKind::Int { min, max, unit, .. } = &param.kind else { continue };
            let value = values.get(&param.name).and_then(serde_json::Value::as_i64);
            if !value.is_some_and(|value| (*min..=*max).contains(&value)) {
                return Err(text(
                    &format!("{}应为 {min} 到 {max} {unit}", param.label.zh),
                    &format!("{} is {min} to {max} {unit}", param.label.en),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultGroup};

    #[test]
    fn every_fault_comes_back_under_its_name_and_is_declared() {
        let declared = Fault::declarations();
        for (fault, declared) in Fault::EXAMPLES.into_iter().zip(declared) {
            let json = serde_json::to_value(fault).unwrap();
            assert_eq!(json["fault"], fault.name());
            assert_eq!(serde_json::from_value::<Fault>(json.clone()).unwrap(), fault);
            assert_eq!((declared.fault.as_str(), declared.group), (fault.name(), fault.group()));
            // Every field stands in the declaration, and nothing else does.
            let fields: Vec<&String> = json.as_object().unwrap().keys().filter(|key| *key != "fault").collect();
            assert_eq!(fields.len(), declared.params.len(), "{fault:?}");
            assert!(declared.params.iter().all(|param| fields.contains(&&param.name)), "{fault:?}");
            assert_eq!(fault.check(), Ok(()), "{fault:?}");
        }
    }

    #[test]
    fn parameters_out_of_range_are_named() {
        for (fault, word) in [
            (Fault::SoundHowling { frequency_hz: 100 }, "Frequency"),
            (Fault::SoundNoise { level_dbfs: 0 }, "Level"),
            (Fault::AnswerLate { delay_ms: 60_000 }, "Later by"),
            (Fault::LineLoss { percent: 0, burst: true }, "Loss"),
            (Fault::LineDelay { delay_ms: 100, jitter_ms: 501 }, "Jitter"),
            (Fault::LineRate { kbps: 1 }, "Rate"),
        ] {
            let told = fault.check().unwrap_err();
            assert!(told.en.contains(word), "{told:?}");
        }
        assert_eq!(Fault::PowerCut {}.group(), FaultGroup::Power);
    }
}
