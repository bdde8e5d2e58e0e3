//! Which conference a room's terminal sits in: what the console wants, and what the room says of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Text;

/// Longest id of a conference, as at the MCU.
const MAX_ID_BYTES: usize = 64;

/// Where the console wants a room's terminal. The whole wish each time, told again at every connection and whenever the room's report is behind;
/// so it does not matter which words are lost, doubled or late.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatWord {
    /// Grows with each change, from 1. A word of a lower one than the last taken is old and not taken.
    pub revision: u64,
    /// Which conference; `null` is none of the console's, so the room goes to its own standing one.
    pub conference: Option<String>,
}

/// What a room says of its terminal's seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatReport {
    /// Of the last word taken; 0 when none ever was.
    pub revision: u64,
    /// Which conference that word named.
    pub wanted: Option<String>,
    /// The conference the terminal sits in or tries to; another than `wanted` when that one is over, or when none is wanted.
    pub conference: Option<String>,
    /// How that goes.
    pub state: SeatState,
}

/// How far a terminal is with its seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SeatState {
    /// 等待会议: there is no conference for it at the moment; it tries on.
    Waiting {
        /// Why.
        reason: Text,
    },
    /// 入会中
    Connecting {},
    /// 已入会: sends and receives.
    Joined {},
    /// 未能入会: it tries on.
    Failed {
        /// Why, and what to do.
        reason: Text,
    },
}

/// Whether a text is a conference's id: 1 to 64 lower-case letters, digits and hyphens, beginning with a letter or digit. It goes into addresses at the
/// MCU, so nothing else may.
#[must_use]
pub fn is_conference_id(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= MAX_ID_BYTES && !text.starts_with('-') && text.bytes().all(good)
}

impl SeatWord {
    /// Whether it can be taken.
    ///
    /// # Errors
    /// With what is wrong in it.
    pub fn check(&self) -> Result<(), Text> {
        let text = |zh: String, en: String| Text { zh, en };
        if self.revision == 0 {
            return Err(text("版本号应从 1 开始".to_owned(), "the revision begins with 1".to_owned()));
        }
        match &self.conference {
            Some(id) if !is_conference_id(id) => {
                let shown: String = id.chars().take(MAX_ID_BYTES).collect();
                Err(text(
                    format!("“{shown}”不是会议号,应为 1 到 {MAX_ID_BYTES} 个小写字母、数字或连字符"),
                    format!("\"{shown}\" is no conference's id; it has 1 to {MAX_ID_BYTES} lower-case letters, digits and hyphens"),
                ))
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SeatReport, SeatState, SeatWord, is_conference_id};
    use crate::{FromConsole, FromRoom, Text};

    #[test]
    fn the_words_are_these() {
        let word = FromConsole::Seat(SeatWord { revision: 7, conference: Some("m-b1-20261130".into()) });
        let json = r#"{"from":"seat","revision":7,"conference":"m-b1-20261130"}"#;
        assert_eq!(serde_json::to_string(&word).unwrap(), json);
        assert_eq!(serde_json::from_str::<FromConsole>(json).unwrap(), word);
        let report = SeatReport { revision: 7, wanted: None, conference: None, state: SeatState::Joined {} };
        let text = r#"{"revision":7,"wanted":null,"conference":null,"state":{"state":"joined"}}"#;
        assert_eq!(serde_json::to_string(&report).unwrap(), text);
        let refused = FromRoom::SeatRefused { revision: 1, reason: Text { zh: "无".into(), en: "no".into() } };
        assert_eq!(serde_json::from_str::<FromRoom>(&serde_json::to_string(&refused).unwrap()).unwrap(), refused);
    }

    #[test]
    fn what_goes_into_an_address_is_an_id_and_nothing_else() {
        for good in ["a", "city-meeting", "m-b1-20261130", &"x".repeat(64)] {
            assert!(is_conference_id(good), "{good}");
        }
        for bad in ["", "-a", "A", "a/b", "a b", "..", "a?x=1", "会议", "a%2f", &"x".repeat(65)] {
            assert!(!is_conference_id(bad), "{bad}");
            let told = SeatWord { revision: 1, conference: Some(bad.to_owned()) }.check().unwrap_err();
            assert!(told.en.contains("no conference's id") && !told.zh.is_empty());
        }
        assert_eq!(SeatWord { revision: 1, conference: None }.check(), Ok(()));
        assert!(SeatWord { revision: 0, conference: None }.check().unwrap_err().en.contains("begins with 1"));
    }
}
