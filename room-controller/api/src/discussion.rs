//! The discussion as one thing, whichever system's microphones it runs over. Modes and words: fact sheet §23.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DeviceId, Text};

/// Who decides who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscussionMode {
    /// 申请排队: speaks while there is room, then joins the queue; the first waiter follows when a place frees.
    Open,
    /// 先进先出: always speaks; the oldest open delegate is closed.
    Fifo,
    /// 主席批准: joins the queue; the chair grants.
    Approval,
    /// 声控: opened by the voice itself; a press mutes.
    Voice,
    /// 按住发言: open while the button is held.
    #[serde(rename = "ptt")]
    PushToTalk,
    /// 限制发言: speaks while there is room, refused after.
    Limited,
}

impl DiscussionMode {
    /// In the order they are offered.
    pub const ALL: [Self; 6] = [Self::Open, Self::Approval, Self::Fifo, Self::Limited, Self::Voice, Self::PushToTalk];

    /// As drivers and the API write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Fifo => "fifo",
            Self::Approval => "approval",
            Self::Voice => "voice",
            Self::PushToTalk => "ptt",
            Self::Limited => "limited",
        }
    }

    /// The mode of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// One seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscussionSeat {
    /// Its number.
    pub seat: u16,
    /// Who sits there.
    pub name: Text,
    /// The chair's: not counted among the open ones.
    pub is_chair: bool,
    /// Whether its microphone is open, by the device's own report; `null` when nobody knows.
    pub open: Option<bool>,
    /// What was asked for and is not reported yet.
    pub wanted: Option<bool>,
    /// Since when it speaks, ms since 1970.
    pub speaking_since_ms: Option<u64>,
    /// Place in the queue from 1.
    pub place: Option<u16>,
    /// The seat's unit is gone.
    pub is_lost: bool,
}

/// How a vote by hands or by seats stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Vote {
    /// What is voted on.
    pub title: String,
    /// When it was opened, ms since 1970.
    pub opened_at_ms: u64,
    /// When it was closed.
    pub closed_at_ms: Option<u64>,
    /// 赞成
    pub yes: u16,
    /// 反对
    pub no: u16,
    /// 弃权
    pub abstain: u16,
}

/// The discussion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscussionSnapshot {
    /// The central unit, or the mixer whose channels are the microphones.
    pub device: DeviceId,
    /// The room keeps rules and queue itself, because the device has none.
    pub is_own: bool,
    /// The mode; `null` when nobody knows.
    pub mode: Option<DiscussionMode>,
    /// Modes that can be chosen.
    pub modes: Vec<DiscussionMode>,
    /// Delegates' microphones open at once, where it is known.
    pub max_open: Option<u16>,
    /// By number; the seats of the configuration and those the central unit told of.
    pub seats: Vec<DiscussionSeat>,
    /// Longest speech, s; `null`: no limit. A longer one is marked.
    pub speech_limit_s: Option<u32>,
    /// Whether the camera follows the open microphone; `null` in a room without shots.
    pub follows: Option<bool>,
    /// The vote under way or the last one.
    pub vote: Option<Vote>,
}

/// What somebody does in the discussion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum DiscussionAct {
    /// 申请: a seat wants to speak.
    Request {
        /// Which.
        seat: u16,
    },
    /// 取消申请
    Withdraw {
        /// Which.
        seat: u16,
    },
    /// 放行: a seat speaks.
    Grant {
        /// Which.
        seat: u16,
    },
    /// 关闭: its microphone is closed.
    Close {
        /// Which.
        seat: u16,
    },
    /// 下一位: the longest speaker ends, the first waiter speaks.
    Next {},
    /// 全部关闭: all delegates.
    AllOff {},
    /// 清空申请
    ClearRequests {},
    /// Another mode.
    SetMode {
        /// Which.
        mode: DiscussionMode,
    },
    /// Longest speech.
    SetSpeechLimit {
        /// s, 10 to 7200; `null`: none.
        seconds: Option<u32>,
    },
    /// 摄像跟踪
    Follow {
        /// Whether.
        on: bool,
    },
    /// 开始表决
    OpenVote {
        /// What is voted on, 1 to 60 characters.
        title: String,
    },
    /// 计票: the hands counted.
    CountVote {
        /// 赞成
        yes: u16,
        /// 反对
        no: u16,
        /// 弃权
        abstain: u16,
    },
    /// 结束表决: the result goes to the LED board.
    CloseVote {},
}

#[cfg(test)]
mod tests {
    use super::{DiscussionAct, DiscussionMode};

    #[test]
    fn modes_have_one_word_everywhere() {
        for mode in DiscussionMode::ALL {
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{}\"", mode.word()));
            assert_eq!(DiscussionMode::of(mode.word()), Some(mode));
        }
        assert_eq!(DiscussionMode::of("Open"), None);
    }

    #[test]
    fn an_act_with_a_stray_word_is_none() {
        assert!(serde_json::from_str::<DiscussionAct>(r#"{"act":"grant","seat":3}"#).is_ok());
        assert!(serde_json::from_str::<DiscussionAct>(r#"{"act":"grant","seat":3,"force":true}"#).is_err());
        assert!(serde_json::from_str::<DiscussionAct>(r#"{"act":"grant"}"#).is_err());
    }
}
