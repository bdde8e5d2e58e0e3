//! Control ↔ mixer.

use serde::{Deserialize, Serialize};

use crate::{Codec, Overlay, SourceId};

/// What control says to the mixer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ToMixer {
    /// The whole wanted state; replaces the one before.
    Wanted(MixerWanted),
}

/// What the mixer says to control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum FromMixer {
    /// First message.
    Hello(crate::Hello),
    /// The whole reported state, once a second and after each change.
    Reported(MixerReported),
    /// Levels of all inputs with sound, 25 times a second.
    Levels(#[serde(with = "rows")] Vec<Level>),
}

/// A tagged message has to be an object, and a list is none: the levels stand under a name.
mod rows {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Level;

    #[derive(Serialize)]
    struct Written<'a> {
        levels: &'a [Level],
    }

    #[derive(Deserialize)]
    struct Read {
        levels: Vec<Level>,
    }

    pub(super) fn serialize<S: Serializer>(levels: &[Level], serializer: S) -> Result<S::Ok, S::Error> {
        Written { levels }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Level>, D::Error> {
        Read::deserialize(deserializer).map(|read| read.levels)
    }
}

/// Everything the mixer shall do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MixerWanted {
    /// Counts up with each change; comes back in the report.
    pub revision: u64,
    /// The relay's RTP address: where products and PLI go.
    pub relay: std::net::SocketAddr,
    /// What the relay's taps will bring.
    pub inputs: Vec<MediaInput>,
    /// Pictures to make; each is encoded once.
    pub composites: Vec<Composite>,
    /// Sounds to make; those that are equal at the moment are encoded once.
    pub mixes: Vec<Mix>,
    /// How inputs with sound are treated before they are mixed; an input not named here is taken as it comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sounds: Vec<SoundSetting>,
}

/// How one input's sound is treated before any mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SoundSetting {
    /// SSRC of the input.
    pub ssrc: u32,
    /// Fixed gain in dB; the mixer keeps it between −60 and +24.
    #[serde(default)]
    pub gain_db: i8,
    /// Not heard in any mix; its level is still measured.
    #[serde(default)]
    pub muted: bool,
    /// Whether the mixer brings speech to a common loudness by itself, on top of `gain_db`.
    #[serde(default)]
    pub automatic_gain: bool,
}

/// One tap as seen by the mixer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MediaInput {
    /// SSRC on the wire, as in the relay's tap.
    pub ssrc: u32,
    /// Whose stream it is.
    pub source: SourceId,
    /// How to decode it.
    pub codec: Codec,
}

/// A picture made of cells.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Composite {
    /// Its name as a source; names the composite across changes of its cells.
    pub source: SourceId,
    /// SSRC of its RTP.
    pub ssrc: u32,
    /// Even.
    pub width_px: u16,
    /// Even.
    pub height_px: u16,
    /// Frames per second.
    pub fps: u8,
    /// Target of the encoder.
    pub bit_rate_bps: u32,
    /// In drawing order.
    pub cells: Vec<Cell>,
    /// Drawn above the cells, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<Overlay>,
    /// How long a change of the cells is faded over, in ms; 0 cuts. Between pictures of one living composite only.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fade_ms: u16,
    /// What it is encoded as: H.264 or VP8.
    #[serde(default = "h264", skip_serializing_if = "is_h264")]
    pub codec: Codec,
}

const fn h264() -> Codec {
    Codec::H264
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde calls")]
const fn is_h264(codec: &Codec) -> bool {
    matches!(codec, Codec::H264)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde calls")]
const fn is_zero(ms: &u16) -> bool {
    *ms == 0
}

/// A rectangle of the canvas in per-mille of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub w: u16,
    /// Height.
    pub h: u16,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Where.
    pub rect: Rect,
    /// What.
    pub content: CellContent,
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "show", content = "of", rename_all = "snake_case")]
pub enum CellContent {
    /// An input's picture, with the slate in its place while no frame is there.
    Picture {
        /// SSRC of the input.
        ssrc: u32,
        /// Site name drawn at the bottom left; `None` leaves it out.
        caption: Option<String>,
        /// Shown before the first frame and when frames stop for two seconds.
        slate: Slate,
    },
    /// A slate.
    Slate(Slate),
    /// Background only.
    Blank,
    /// The revision of the cell list as a block code (crate `block-code`), so that whoever watches can tell which list the picture was made from.
    Revision(u16),
}

/// Words in place of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slate {
    /// The site's name as written on screen.
    pub title: String,
    /// Why there is no picture.
    pub reason: SlateReason,
}

/// Why a slate stands there. The mixer has the Chinese words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlateReason {
    /// 未入会
    Absent,
    /// 离线
    Offline,
    /// 无图像
    NoPicture,
    /// 请稍候
    Wait,
}

/// A sound made of inputs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mix {
    /// Its name as a source.
    pub source: SourceId,
    /// SSRC of its RTP (Opus, 20 ms).
    pub ssrc: u32,
    /// SSRCs of the inputs summed.
    pub members: Vec<u32>,
    /// Members that are louder or quieter in this mix than they are by themselves (a channel's interpreter over the floor at −12 dB). A member not
    /// named here has 0 dB; a row that names no member means nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gains: Vec<MemberGain>,
}

/// How loud one member is in one mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MemberGain {
    /// SSRC of the member.
    pub ssrc: u32,
    /// In dB; the mixer keeps it between −60 and +24.
    pub gain_db: i8,
}

/// The mixer's own account of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MixerReported {
    /// Of the last wanted state applied.
    pub revision: u64,
    /// One row per wanted input.
    pub inputs: Vec<InputReport>,
    /// One row per composite.
    pub composites: Vec<CompositeReport>,
    /// One row per mix.
    pub mixes: Vec<MixReport>,
    /// One row per input with sound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sounds: Vec<SoundReport>,
    /// Opus encoders at work: mixes that are equal at the moment share one.
    #[serde(default)]
    pub sound_encoders: u16,
}

/// How the sound of one input arrives and what it is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoundReport {
    /// Which.
    pub ssrc: u32,
    /// Packets taken, without repeated ones.
    pub received: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Packets that came after their moment and were thrown away.
    pub late: u64,
    /// Packets that came twice.
    pub repeated: u64,
    /// Lost packets heard all the same, from the in-band FEC of the packet behind.
    pub recovered: u64,
    /// Time, since the input is wanted, in which something was made up or nothing heard in place of what had been sent, in ms.
    pub concealed_ms: u64,
    /// Time played, concealed time included, in ms.
    pub played_ms: u64,
    /// Delay of the jitter buffer over the quickest packets of the last seconds, in ms.
    pub delay_ms: u16,
    /// The delay it strives for, in ms.
    pub wanted_delay_ms: u16,
    /// Gain at work, fixed and automatic together, in dB.
    pub gain_db: i8,
    /// Whether somebody speaks.
    pub speaking: bool,
    /// What is wrong with the sound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<SoundFault>,
}

/// Something wrong with an input's sound. Each begins and ends with hysteresis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum SoundFault {
    /// Packets come and nothing is in them: a cable, a switched-off microphone.
    Silent {
        /// For how long, in seconds.
        for_s: u32,
    },
    /// The sender is overdriven.
    Clipping {
        /// Share of the last second's blocks with clipped samples, in ‰.
        permille: u16,
    },
    /// A narrow tone that has grown: feedback from the room's loudspeaker.
    Howling {
        /// Its frequency.
        frequency_hz: u16,
        /// Its level in dB below full scale.
        level_dbfs: i8,
    },
}

/// What arrives on an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputReport {
    /// Which.
    pub ssrc: u32,
    /// Age of the last decoded frame or sound block in ms; `None` when there was none.
    pub age_ms: Option<u32>,
    /// Size of the picture; `None` for sound or before the first frame.
    pub size_px: Option<(u16, u16)>,
    /// Units decoded since the input is wanted.
    pub decoded: u64,
    /// What is wrong with the picture; nothing for sound, and nothing while no pictures come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<PictureFault>,
}

/// Something wrong with an input's picture although pictures come. Each begins and ends with hysteresis. That none come is told by
/// [`InputReport::age_ms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum PictureFault {
    /// Dark and even all over: a lens cap, a camera without its lens open, a cable.
    Black {
        /// For how long, in seconds.
        for_s: u32,
    },
    /// Every picture is like the one before: a camera or grabber that hangs. A slide that stands still is so too; control leaves that out for content.
    Frozen {
        /// For how long, in seconds.
        for_s: u32,
    },
}

/// How a composite is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompositeReport {
    /// Which.
    pub source: SourceId,
    /// Frames encoded in the last second.
    pub fps: f32,
    /// Name of the encoder element in use.
    pub encoder: String,
    /// SSRCs whose picture (not slate) is in the picture.
    pub showing: Vec<u32>,
}

/// How a mix is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MixReport {
    /// Which.
    pub source: SourceId,
    /// Opus frames sent since it is wanted.
    pub frames: u64,
}

/// Sound level of one input over the last 40 ms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Whose.
    pub source: SourceId,
    /// RMS in dB below full scale, 0 to −127 (RFC 6464 scale with sign).
    pub rms_dbfs: i8,
    /// Peak in dB below full scale.
    pub peak_dbfs: i8,
    /// Place among those who speak, 1 for the foremost; `None` while nobody speaks there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::{CellContent, Composite, FromMixer, InputReport, Level, Mix, PictureFault, Slate, SlateReason, SoundFault, SoundSetting};
    use crate::{Codec, SourceId};

    #[test]
    fn every_cell_content_comes_back() {
        let slate = Slate { title: "桂阳县".to_owned(), reason: SlateReason::Absent };
        let picture = CellContent::Picture { ssrc: 7, caption: None, slate: slate.clone() };
        for content in [picture, CellContent::Slate(slate), CellContent::Blank, CellContent::Revision(0xBEEF)] {
            let json = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<CellContent>(&json).unwrap(), content, "{json}");
        }
    }

    #[test]
    fn levels_come_back() {
        let level = Level { source: SourceId::from("c/site/s/sound"), rms_dbfs: -20, peak_dbfs: -6, rank: None };
        let levels = FromMixer::Levels(vec![level]);
        let json = serde_json::to_string(&levels).unwrap();
        assert_eq!(json, r#"{"from":"levels","levels":[{"source":"c/site/s/sound","rms_dbfs":-20,"peak_dbfs":-6}]}"#);
        assert_eq!(serde_json::from_str::<FromMixer>(&json).unwrap(), levels);
    }

    #[test]
    fn a_mix_of_an_older_control_is_understood() {
        let mix: Mix = serde_json::from_str(r#"{"source":"c/mix/full","ssrc":7,"members":[1,2]}"#).unwrap();
        assert_eq!(mix, Mix { source: SourceId::from("c/mix/full"), ssrc: 7, members: vec![1, 2], gains: Vec::new() });
        let setting: SoundSetting = serde_json::from_str(r#"{"ssrc":1}"#).unwrap();
        assert_eq!(setting, SoundSetting { ssrc: 1, gain_db: 0, muted: false, automatic_gain: false });
    }

    #[test]
    fn a_composite_of_an_older_control_is_understood() {
        let json = r#"{"source":"c/composite/x","ssrc":7,"width_px":1280,"height_px":720,"fps":25,"bit_rate_bps":1500000,"cells":[]}"#;
        let composite: Composite = serde_json::from_str(json).unwrap();
        assert_eq!((composite.overlays.len(), composite.fade_ms, composite.codec), (0, 0, Codec::H264));
        assert_eq!(serde_json::to_string(&composite).unwrap(), json, "an older mixer is told nothing it does not know");
    }

    #[test]
    fn an_input_of_an_older_mixer_is_understood() {
        let json = r#"{"ssrc":1,"age_ms":20,"size_px":[320,180],"decoded":9}"#;
        let mut report: InputReport = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&report).unwrap(), json);
        report.faults = vec![PictureFault::Black { for_s: 3 }, PictureFault::Frozen { for_s: 4 }];
        let json = serde_json::to_string(&report).unwrap();
        assert!(json.contains(r#"{"fault":"frozen","for_s":4}"#), "{json}");
        assert_eq!(serde_json::from_str::<InputReport>(&json).unwrap(), report);
    }

    #[test]
    fn every_sound_fault_comes_back() {
        let howling = SoundFault::Howling { frequency_hz: 2_400, level_dbfs: -7 };
        for fault in [SoundFault::Silent { for_s: 12 }, SoundFault::Clipping { permille: 40 }, howling] {
            let json = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<SoundFault>(&json).unwrap(), fault, "{json}");
        }
    }
}
