//! What lines say (fact sheet §9).

/// What a tie carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Picture and sound.
    All,
    /// Picture.
    Video,
    /// Sound.
    Audio,
}

impl Layer {
    /// The letter that ties and asks it.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::All => '!',
            Self::Video => '%',
            Self::Audio => '$',
        }
    }

    /// The word in a report.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Video => "Vid",
            Self::Audio => "Aud",
        }
    }
}

/// A line's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// `Outn Inm All`
    Tie {
        /// `None` is every output.
        output: Option<u16>,
        /// 0 is none.
        input: u16,
        /// What.
        layer: Layer,
    },
    /// `Vmtn*1`; `None` is every output.
    VideoMute(Option<u16>, bool),
    /// `Amt1`
    AudioMute(bool),
    /// `Vol50`
    Volume(u8),
    /// `Rpr05`
    Recalled(u16),
    /// `Spr05`
    Saved(u16),
    /// `Vrb3`
    Verbose(u8),
    /// `Login Administrator`
    Login,
    /// `(c) Copyright …`
    Copyright,
    /// `E10`
    Error(u8),
    /// A bare number: an answer of a device that is not verbose.
    Number(u16),
    /// Something else.
    Text(String),
}

fn tie(line: &str) -> Option<Message> {
    let (mut output, mut input, mut layer) = (None, None, Layer::All);
    for word in line.split_whitespace() {
        if let Some(number) = word.strip_prefix("Out") {
            output = Some(number.parse().ok()?);
        } else if let Some(number) = word.strip_prefix("In") {
            input = Some(number.parse().ok()?);
        } else {
            layer = match word {
                "All" => Layer::All,
                "Vid" | "RGB" => Layer::Video,
                "Aud" => Layer::Audio,
                _ => return None,
            };
        }
    }
    Some(Message::Tie { output, input: input?, layer })
}

fn video_mute(rest: &str) -> Option<Message> {
    let (output, state) = match rest.split_once('*') {
        Some((output, state)) => (Some(output.parse().ok()?), state),
        None => (None, rest),
    };
    // 2 is muted with its synchronisation.
    Some(Message::VideoMute(output, state.parse::<u8>().ok()? != 0))
}

/// Reads a line.
#[must_use]
pub fn message_of(line: &str) -> Message {
    let tagged = || -> Option<Message> {
        if line.starts_with("Out") || line.starts_with("In") && !line.starts_with("Inf") {
            return tie(line);
        }
        if line.contains("Copyright") {
            return Some(Message::Copyright);
        }
        if line.starts_with("Login ") {
            return Some(Message::Login);
        }
        if let Some(code) = line.strip_prefix('E').filter(|code| code.len() == 2) {
            return code.parse().ok().map(Message::Error);
        }
        if line.bytes().all(|byte| byte.is_ascii_digit()) {
            return line.parse().ok().map(Message::Number);
        }
        let (tag, rest) = line.split_at_checked(3)?;
        match tag {
            "Vmt" => video_mute(rest),
            "Amt" => rest.parse::<u8>().ok().map(|state| Message::AudioMute(state != 0)),
            "Vol" => rest.parse().ok().map(Message::Volume),
            "Rpr" => rest.parse().ok().map(Message::Recalled),
            "Spr" => rest.parse().ok().map(Message::Saved),
            "Vrb" => rest.parse().ok().map(Message::Verbose),
            _ => None,
        }
    };
    tagged().unwrap_or_else(|| Message::Text(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Layer, Message, message_of};
    use proptest::prelude::*;

    #[test]
    fn lines_of_fact_sheet_9() {
        let tie = |output, input, layer| Message::Tie { output, input, layer };
        let cases = [
            ("Out2 In3 All", tie(Some(2), 3, Layer::All)),
            ("Out02 In03 Vid", tie(Some(2), 3, Layer::Video)),
            ("Out2 In0 Aud", tie(Some(2), 0, Layer::Audio)),
            ("In3 All", tie(None, 3, Layer::All)),
            ("Vmt2*1", Message::VideoMute(Some(2), true)),
            ("Vmt0", Message::VideoMute(None, false)),
            ("Amt1", Message::AudioMute(true)),
            ("Vol50", Message::Volume(50)),
            ("Rpr05", Message::Recalled(5)),
            ("Spr05", Message::Saved(5)),
            ("Vrb3", Message::Verbose(3)),
            ("Login Administrator", Message::Login),
            ("Login User", Message::Login),
            ("(c) Copyright 2009, Extron Electronics, PVS 407D", Message::Copyright),
            ("E10", Message::Error(10)),
            ("E22", Message::Error(22)),
            ("03", Message::Number(3)),
            ("1.02", Message::Text("1.02".to_owned())),
            ("Inf01*IN1806", Message::Text("Inf01*IN1806".to_owned())),
            ("Enter", Message::Text("Enter".to_owned())),
        ];
        for (line, message) in cases {
            assert_eq!(message_of(line), message, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_judged(line in "\\PC{0,40}") {
            let _ = message_of(&line);
        }
    }
}
