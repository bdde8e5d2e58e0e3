//! Lines ended by CR LF, a password prompt without an end, telnet bytes between them (fact sheet §9).

/// Longest line; information lines of large frames have some 120 characters.
const MAX_LINE: usize = 256;
/// Telnet: interpret as command.
const IAC: u8 = 0xFF;
/// The only thing said without a line end.
const PROMPT: &[u8] = b"Password:";

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A line without its end; never empty.
    Line(String),
    /// `Password:`
    Prompt,
    /// That many bytes of no line.
    Noise(usize),
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Telnet {
    #[default]
    None,
    Command,
    Option,
}

/// Splits a byte stream into lines.
#[derive(Debug, Default)]
pub struct Lines {
    held: Vec<u8>,
    overlong: bool,
    telnet: Telnet,
}

impl Lines {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for byte in bytes {
            match self.telnet {
                Telnet::None if *byte == IAC => self.telnet = Telnet::Command,
                Telnet::None => self.byte(*byte, &mut pieces),
                // WILL, WONT, DO and DONT have an option; others stand alone.
                Telnet::Command => self.telnet = if (0xFB..=0xFE).contains(byte) { Telnet::Option } else { Telnet::None },
                Telnet::Option => self.telnet = Telnet::None,
            }
        }
        pieces
    }

    fn byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match byte {
            0 | b'\r' => {}
            b'\n' if self.overlong => self.overlong = false,
            b'\n' => {
                let line = String::from_utf8_lossy(&std::mem::take(&mut self.held)).trim().to_owned();
                if !line.is_empty() {
                    pieces.push(Piece::Line(line));
                }
            }
            _ if self.overlong => noise(pieces, 1),
            _ if self.held.len() >= MAX_LINE => {
                noise(pieces, self.held.len() + 1);
                self.held.clear();
                self.overlong = true;
            }
            _ => {
                self.held.push(byte);
                if self.held == PROMPT {
                    self.held.clear();
                    pieces.push(Piece::Prompt);
                }
            }
        }
    }

    /// Forgets half a line.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

fn noise(pieces: &mut Vec<Piece>, bytes: usize) {
    if let Some(Piece::Noise(count)) = pieces.last_mut() {
        *count += bytes;
    } else {
        pieces.push(Piece::Noise(bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Piece};
    use proptest::prelude::*;

    fn apart(pieces: Vec<Piece>) -> (Vec<Piece>, usize) {
        let (mut lines, mut noise) = (Vec::new(), 0);
        for piece in pieces {
            match piece {
                Piece::Noise(count) => noise += count,
                Piece::Line(_) | Piece::Prompt => lines.push(piece),
            }
        }
        (lines, noise)
    }

    #[test]
    fn a_prompt_needs_no_line_end_and_telnet_is_dropped() {
        let bytes = b"\xFF\xFB\x03\xFF\xFD\x01(c) Copyright 2009, Extron Electronics\r\nMon, 01 Jan 2018\r\n\r\nPassword:";
        let line = |text: &str| Piece::Line(text.to_owned());
        let wanted = [line("(c) Copyright 2009, Extron Electronics"), line("Mon, 01 Jan 2018"), Piece::Prompt];
        assert_eq!(Lines::default().feed(bytes), wanted);
        // An option that is a line end is none.
        assert_eq!(Lines::default().feed(b"Vol\xFF\xFB\n50\r\n"), [line("Vol50")]);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_lines(
            parts in proptest::collection::vec(prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..20),
                Just(b"Password:".to_vec()),
                Just(b"Out2 In3 All\r\n".to_vec()),
                Just(vec![0xFF, 0xFB]),
                Just(vec![b'x'; 300]),
            ], 0..12),
            cut in 0_usize..400,
        ) {
            let bytes = parts.concat();
            let whole = apart(Lines::default().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut lines = Lines::default();
            let mut pieces = lines.feed(head);
            pieces.extend(lines.feed(tail));
            prop_assert_eq!(apart(pieces), whole);
        }

        #[test]
        fn after_any_noise_and_two_line_ends_a_line_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut lines = Lines::default();
            lines.feed(&noise);
            lines.feed(b"\r\n\r\n\r\n");
            prop_assert_eq!(lines.feed(b"Vol50\r\n"), vec![Piece::Line("Vol50".to_owned())]);
        }
    }
}
