//! `< REP 1 AUDIO_MUTE ON >` (fact sheet §16).

use core::fmt;

/// Longest frame: a name of 31 characters and room.
const MAX_FRAME: usize = 200;

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What stands between `<` and `>`.
    Frame(String),
    /// That many bytes between frames or of broken ones.
    Dropped(usize),
}

/// Cuts a stream into frames.
#[derive(Debug, Default)]
pub struct Framer {
    held: Option<Vec<u8>>,
    quoted: bool,
}

impl Framer {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut dropped = 0;
        for byte in bytes {
            let Some(held) = &mut self.held else {
                match byte {
                    b'<' => self.held = Some(Vec::new()),
                    b'\r' | b'\n' | b' ' => {}
                    _ => dropped += 1,
                }
                continue;
            };
            match byte {
                b'>' if !self.quoted => {
                    if dropped > 0 {
                        parts.push(Part::Dropped(std::mem::take(&mut dropped)));
                    }
                    parts.push(Part::Frame(String::from_utf8_lossy(held).trim().to_owned()));
                    self.held = None;
                }
                b'<' if !self.quoted => {
                    dropped += held.len() + 1;
                    held.clear();
                }
                _ if held.len() >= MAX_FRAME => {
                    dropped += held.len() + 1;
                    self.clear();
                }
                _ => {
                    self.quoted = match byte {
                        b'{' => true,
                        b'}' => false,
                        _ => self.quoted,
                    };
                    held.push(*byte);
                }
            }
        }
        if dropped > 0 {
            parts.push(Part::Dropped(dropped));
        }
        parts
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held = None;
        self.quoted = false;
    }
}

/// Who says what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Asks.
    Get,
    /// Orders.
    Set,
    /// The device tells.
    Rep,
}

/// What can be got or set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param {
    /// Everything.
    All,
    /// A channel's mute.
    AudioMute,
    /// A channel's gain.
    Gain,
    /// A channel's name.
    ChanName,
    /// A transmitter's battery.
    BattBars,
    /// The whole device's mute.
    DeviceMute,
    /// The preset recalled last.
    Preset,
    /// Lights flash, to find the device.
    Flash,
}

impl Param {
    /// All there are.
    pub const ALL: [Self; 8] =
        [Self::All, Self::AudioMute, Self::Gain, Self::ChanName, Self::BattBars, Self::DeviceMute, Self::Preset, Self::Flash];

    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::AudioMute => "AUDIO_MUTE",
            Self::Gain => "AUDIO_GAIN_HI_RES",
            Self::ChanName => "CHAN_NAME",
            Self::BattBars => "BATT_BARS",
            Self::DeviceMute => "DEVICE_AUDIO_MUTE",
            Self::Preset => "PRESET",
            Self::Flash => "FLASH",
        }
    }
}

/// A frame's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// `REP ERR`
    Error,
    /// About something known here.
    Known {
        /// Who says what.
        verb: Verb,
        /// Which channel; `None` for the device, `Some(0)` for all.
        channel: Option<u16>,
        /// About what.
        param: Param,
        /// Its value, without braces and padding; empty in a question.
        value: String,
    },
    /// A well-formed frame about something else.
    Other,
}

impl Line {
    /// Reads a frame's inside; `None` when it is none of this protocol.
    #[must_use]
    pub fn read(frame: &str) -> Option<Self> {
        let (first, rest) = frame.split_once(' ').unwrap_or((frame, ""));
        let verb = match first {
            "GET" => Verb::Get,
            "SET" => Verb::Set,
            "REP" => Verb::Rep,
            "SAMPLE" => return Some(Self::Other),
            _ => return None,
        };
        let rest = rest.trim();
        if verb == Verb::Rep && rest == "ERR" {
            return Some(Self::Error);
        }
        let (head, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        let (channel, word, value) = match head.parse::<u16>() {
            Ok(channel) => {
                let (word, value) = tail.trim().split_once(' ').unwrap_or((tail.trim(), ""));
                (Some(channel), word, value)
            }
            Err(_) => (None, head, tail),
        };
        if word.is_empty() {
            return None;
        }
        let Some(param) = Param::ALL.into_iter().find(|param| param.word() == word) else { return Some(Self::Other) };
        let value = value.trim();
        let value = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).unwrap_or(value).trim().to_owned();
        Some(Self::Known { verb, channel, param, value })
    }

    /// The frame; channel numbers with that many digits.
    #[must_use]
    pub fn frame(verb: Verb, channel: Option<u16>, digits: u8, param: Param, value: &str) -> String {
        let channel = channel.map(|channel| format!(" {channel:0width$}", width = usize::from(digits))).unwrap_or_default();
        let value = match (param, value) {
            (_, "") => String::new(),
            (Param::ChanName, name) => format!(" {{{name}}}"),
            (_, value) => format!(" {value}"),
        };
        format!("< {verb}{channel} {}{value} >", param.word())
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Set => "SET",
            Self::Rep => "REP",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Framer, Line, Param, Part, Verb};
    use proptest::prelude::*;

    /// Fact sheet §16.
    #[test]
    fn golden_strings_of_section_16() {
        let known = |verb, channel, param, value: &str| Line::Known { verb, channel, param, value: value.to_owned() };
        let both_ways = [
            ("< GET 1 AUDIO_MUTE >", known(Verb::Get, Some(1), Param::AudioMute, "")),
            ("< SET 1 AUDIO_MUTE ON >", known(Verb::Set, Some(1), Param::AudioMute, "ON")),
            ("< SET 1 AUDIO_MUTE TOGGLE >", known(Verb::Set, Some(1), Param::AudioMute, "TOGGLE")),
            ("< REP 1 AUDIO_MUTE ON >", known(Verb::Rep, Some(1), Param::AudioMute, "ON")),
            ("< GET 0 ALL >", known(Verb::Get, Some(0), Param::All, "")),
            ("< SET DEVICE_AUDIO_MUTE OFF >", known(Verb::Set, None, Param::DeviceMute, "OFF")),
            ("< SET 2 AUDIO_GAIN_HI_RES 1100 >", known(Verb::Set, Some(2), Param::Gain, "1100")),
            ("< SET PRESET 3 >", known(Verb::Set, None, Param::Preset, "3")),
            ("< SET FLASH ON >", known(Verb::Set, None, Param::Flash, "ON")),
            ("< REP 4 CHAN_NAME {Podium} >", known(Verb::Rep, Some(4), Param::ChanName, "Podium")),
        ];
        for (text, line) in both_ways {
            let parts = Framer::default().feed(text.as_bytes());
            let [Part::Frame(frame)] = parts.as_slice() else { panic!("{text}") };
            assert_eq!(Line::read(frame).as_ref(), Some(&line), "{text}");
            let Line::Known { verb, channel, param, value } = line else { panic!("{text}") };
            assert_eq!(Line::frame(verb, channel, 1, param, &value), text);
        }
        assert_eq!(Line::read("REP ERR"), Some(Line::Error));
        assert_eq!(Line::read("SAMPLE 001 002"), Some(Line::Other));
        assert_eq!(Line::frame(Verb::Get, Some(3), 2, Param::AudioMute, ""), "< GET 03 AUDIO_MUTE >");
    }

    #[test]
    fn padding_and_brackets_in_names() {
        let parts = Framer::default().feed(b"\r\n< REP 01 CHAN_NAME {a > b         } >\r\n");
        assert_eq!(parts, [Part::Frame("REP 01 CHAN_NAME {a > b         }".to_owned())]);
        let value = "a > b".to_owned();
        let line = Line::Known { verb: Verb::Rep, channel: Some(1), param: Param::ChanName, value };
        assert_eq!(Line::read("REP 01 CHAN_NAME {a > b         }"), Some(line));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..500), cut in 0_usize..500) {
            let frames = |parts: Vec<Part>| -> Vec<Part> { parts.into_iter().filter(|part| matches!(part, Part::Frame(_))).collect() };
            let whole = frames(Framer::default().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::default();
            let mut apart = frames(framer.feed(head));
            apart.extend(frames(framer.feed(tail)));
            for part in &apart {
                if let Part::Frame(frame) = part { let _ = Line::read(frame); }
            }
            prop_assert_eq!(apart, whole);
            // Whatever was before, after a closing brace and bracket the next frame is read.
            framer.feed(b"}>");
            prop_assert_eq!(framer.feed(b"< REP ERR >"), [Part::Frame("REP ERR".to_owned())]);
        }
    }
}
