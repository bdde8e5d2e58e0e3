//! Lines of words (fact sheet §27).

use core::fmt;

use crate::delimited::Delimited;

/// Longest line: `seat_state 65535 passive` and a name of 64 characters in UTF-8, with room.
pub const MAX_LINE: usize = 320;

/// Cuts lines; CR, LF or both end one.
#[must_use]
pub const fn lines() -> Delimited {
    Delimited::new(b"\r\n", MAX_LINE)
}

/// How microphones open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MicMode {
    /// At once while there is room, then the queue.
    Auto,
    /// At once; the oldest closes.
    Fifo,
    /// Into the queue; somebody grants.
    Manual,
    /// By level.
    Vox,
}

/// What a press does when the list is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// Nothing.
    Off,
    /// Closes one of lower priority.
    Lower,
    /// Closes one of the same or lower priority (`on` in older units).
    Same,
}

/// A line's meaning. Orders to the unit and events from it share the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// `mic_on n`
    MicOn(u16),
    /// `mic_off n`
    MicOff(u16),
    /// `mic_all_delegates_off`
    AllOff,
    /// `mic_request_on n`
    RequestOn(u16),
    /// `mic_request_off n`
    RequestOff(u16),
    /// `mic_all_requests_off`
    AllRequestsOff,
    /// `mic_next_on`
    NextOn,
    /// `max_total_speakers n`
    MaxTotal(u8),
    /// `max_speakers n`
    MaxSpeakers(u8),
    /// `max_requests n`
    MaxRequests(u8),
    /// `mic_mode m`, with `+reply` or without
    Mode(MicMode, bool),
    /// `mic_interrupt on|off|same|lower`
    Interrupt(Interrupt),
    /// `mic_status`
    MicStatus,
    /// `mic_status_done`
    MicStatusDone,
    /// `loudspeaker_volume v`: dB, -41 is off
    Volume(i8),
    /// `line_input_level_1 v`
    LineInput(i8),
    /// `audio_status`
    AudioStatus,
    /// `seat_state n active|passive name`
    Seat {
        /// Its number.
        seat: u16,
        /// Connected and in use.
        active: bool,
        /// The delegate's or the seat's name; may be empty.
        name: String,
    },
    /// `command_error unknown command`
    UnknownCommand,
    /// `command_error syntax error`
    SyntaxError,
    /// A well-formed line about something else.
    Other,
}

impl Word {
    /// Reads a line; `None` when it is none of this protocol.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?.trim();
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (head, rest) = (head.to_ascii_lowercase(), rest.trim());
        let is_word = head.len() >= 3 && head.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_word || line.chars().any(char::is_control) {
            return None;
        }
        Some(match head.as_str() {
            "mic_on" => Self::MicOn(seat(rest)?),
            "mic_off" => Self::MicOff(seat(rest)?),
            "mic_all_delegates_off" => Self::AllOff,
            "mic_request_on" => Self::RequestOn(seat(rest)?),
            "mic_request_off" => Self::RequestOff(seat(rest)?),
            "mic_all_requests_off" => Self::AllRequestsOff,
            "mic_next_on" => Self::NextOn,
            "max_total_speakers" => Self::MaxTotal(within(rest, 1, 8)?),
            "max_speakers" => Self::MaxSpeakers(within(rest, 1, 8)?),
            "max_requests" => Self::MaxRequests(within(rest, 0, 250)?),
            "mic_mode" => mode(rest)?,
            "mic_interrupt" => Self::Interrupt(interrupt(rest)?),
            "mic_status" => Self::MicStatus,
            "mic_status_done" => Self::MicStatusDone,
            "loudspeaker_volume" => Self::Volume(within(rest, -41, 0)?),
            "line_input_level_1" => Self::LineInput(rest.parse().ok()?),
            "audio_status" => Self::AudioStatus,
            "seat_state" => seat_state(rest)?,
            "command_error" if rest.eq_ignore_ascii_case("unknown command") => Self::UnknownCommand,
            "command_error" => Self::SyntaxError,
            _ => Self::Other,
        })
    }
}

fn seat(word: &str) -> Option<u16> {
    word.parse().ok().filter(|seat| *seat > 0)
}

fn within<T: TryFrom<i32>>(word: &str, min: i32, max: i32) -> Option<T> {
    let number: i32 = word.parse().ok().filter(|number| (min..=max).contains(number))?;
    T::try_from(number).ok()
}

fn mode(rest: &str) -> Option<Word> {
    let lower = rest.to_ascii_lowercase();
    let (base, reply) = lower.strip_suffix("+reply").map_or((lower.as_str(), false), |base| (base, true));
    let mode = match base {
        "auto" => MicMode::Auto,
        "fifo" => MicMode::Fifo,
        "manual" => MicMode::Manual,
        "vox" => MicMode::Vox,
        _ => return None,
    };
    Some(Word::Mode(mode, reply))
}

fn interrupt(rest: &str) -> Option<Interrupt> {
    Some(match rest.to_ascii_lowercase().as_str() {
        "off" => Interrupt::Off,
        "lower" => Interrupt::Lower,
        "same" | "on" => Interrupt::Same,
        _ => return None,
    })
}

fn seat_state(rest: &str) -> Option<Word> {
    let mut words = rest.splitn(3, ' ');
    let seat = seat(words.next()?)?;
    let active = match words.next()?.to_ascii_lowercase().as_str() {
        "active" => true,
        "passive" => false,
        _ => return None,
    };
    Some(Word::Seat { seat, active, name: words.next().unwrap_or_default().trim().to_owned() })
}

impl fmt::Display for MicMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Fifo => "fifo",
            Self::Manual => "manual",
            Self::Vox => "vox",
        })
    }
}

impl fmt::Display for Word {
    /// As it goes on the wire, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MicOn(seat) => write!(f, "mic_on {seat}"),
            Self::MicOff(seat) => write!(f, "mic_off {seat}"),
            Self::AllOff => f.write_str("mic_all_delegates_off"),
            Self::RequestOn(seat) => write!(f, "mic_request_on {seat}"),
            Self::RequestOff(seat) => write!(f, "mic_request_off {seat}"),
            Self::AllRequestsOff => f.write_str("mic_all_requests_off"),
            Self::NextOn => f.write_str("mic_next_on"),
            Self::MaxTotal(most) => write!(f, "max_total_speakers {most}"),
            Self::MaxSpeakers(most) => write!(f, "max_speakers {most}"),
            Self::MaxRequests(most) => write!(f, "max_requests {most}"),
            Self::Mode(mode, reply) => write!(f, "mic_mode {mode}{}", if *reply { "+reply" } else { "" }),
            Self::Interrupt(Interrupt::Off) => f.write_str("mic_interrupt off"),
            Self::Interrupt(Interrupt::Lower) => f.write_str("mic_interrupt lower"),
            Self::Interrupt(Interrupt::Same) => f.write_str("mic_interrupt on"),
            Self::MicStatus => f.write_str("mic_status"),
            Self::MicStatusDone => f.write_str("mic_status_done"),
            Self::Volume(volume) => write!(f, "loudspeaker_volume {volume}"),
            Self::LineInput(level) => write!(f, "line_input_level_1 {level}"),
            Self::AudioStatus => f.write_str("audio_status"),
            Self::Seat { seat, active, name } => {
                let state = if *active { "active" } else { "passive" };
                write!(f, "{}", format!("seat_state {seat} {state} {name}").trim_end())
            }
            Self::UnknownCommand => f.write_str("command_error unknown command"),
            Self::SyntaxError => f.write_str("command_error syntax error"),
            Self::Other => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Interrupt, MicMode, Word, lines};
    use crate::delimited::Piece;
    use proptest::prelude::*;

    /// Fact sheet §27.
    #[test]
    fn golden_lines_of_section_27() {
        let both_ways = [
            ("mic_on 212", Word::MicOn(212)),
            ("mic_off 1", Word::MicOff(1)),
            ("mic_all_delegates_off", Word::AllOff),
            ("mic_request_on 65535", Word::RequestOn(65_535)),
            ("mic_request_off 3", Word::RequestOff(3)),
            ("mic_all_requests_off", Word::AllRequestsOff),
            ("mic_next_on", Word::NextOn),
            ("max_total_speakers 8", Word::MaxTotal(8)),
            ("max_speakers 1", Word::MaxSpeakers(1)),
            ("max_requests 250", Word::MaxRequests(250)),
            ("mic_mode auto", Word::Mode(MicMode::Auto, false)),
            ("mic_mode fifo", Word::Mode(MicMode::Fifo, false)),
            ("mic_mode manual", Word::Mode(MicMode::Manual, false)),
            ("mic_mode vox", Word::Mode(MicMode::Vox, false)),
            ("mic_mode manual+reply", Word::Mode(MicMode::Manual, true)),
            ("mic_interrupt on", Word::Interrupt(Interrupt::Same)),
            ("mic_interrupt off", Word::Interrupt(Interrupt::Off)),
            ("mic_status", Word::MicStatus),
            ("mic_status_done", Word::MicStatusDone),
            ("loudspeaker_volume -41", Word::Volume(-41)),
            ("line_input_level_1 -3", Word::LineInput(-3)),
            ("audio_status", Word::AudioStatus),
            ("seat_state 12 active John Jones", Word::Seat { seat: 12, active: true, name: "John Jones".to_owned() }),
            ("seat_state 13 passive", Word::Seat { seat: 13, active: false, name: String::new() }),
            ("command_error unknown command", Word::UnknownCommand),
            ("command_error syntax error", Word::SyntaxError),
        ];
        for (line, word) in both_ways {
            assert_eq!(Word::read(line.as_bytes()).as_ref(), Some(&word), "{line}");
            assert_eq!(word.to_string(), line);
        }
    }

    #[test]
    fn case_does_not_matter_and_nonsense_is_nothing() {
        assert_eq!(Word::read(b"Mic_Interrupt Same"), Some(Word::Interrupt(Interrupt::Same)));
        assert_eq!(Word::read(b"mic_priority 3 5"), Some(Word::Other));
        for line in [&b"mic_on"[..], b"mic_on 0", b"mic_on 70000", b"max_speakers 9", b"mic_mode loud", b"\x12\x80zz", b"W6+ 5"] {
            assert_eq!(Word::read(line), None, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..400) {
            let words = |pieces: Vec<Piece>| -> Vec<Option<Word>> {
                pieces.into_iter().filter_map(|piece| match piece {
                    Piece::Frame(line) => Some(Word::read(&line)),
                    Piece::Dropped(_) => None,
                }).collect()
            };
            let whole = words(lines().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut cutter = lines();
            let mut apart = words(cutter.feed(head));
            apart.extend(words(cutter.feed(tail)));
            prop_assert_eq!(apart, whole);
            cutter.feed(b"\r\n");
            prop_assert_eq!(words(cutter.feed(b"mic_on 5\r\n")), [Some(Word::MicOn(5))]);
        }
    }
}
