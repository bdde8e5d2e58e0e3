//! Lines `#COMMAND …` and `~nn@COMMAND …` (fact sheet §10).

/// Longest line; `INFO` answers have some 100 characters.
const MAX_LINE: usize = 512;

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A line without its end; never empty.
    Line(String),
    /// That many bytes of no line.
    Noise(usize),
}

/// Splits a byte stream at CR and LF.
#[derive(Debug, Default)]
pub struct Lines {
    held: Vec<u8>,
    overlong: bool,
}

impl Lines {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' if self.overlong => self.overlong = false,
                b'\r' | b'\n' => {
                    let line = String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned();
                    if !line.is_empty() {
                        pieces.push(Piece::Line(line));
                    }
                }
                _ if self.overlong => noise(&mut pieces, 1),
                _ if self.held.len() >= MAX_LINE => {
                    noise(&mut pieces, self.held.len() + 1);
                    self.held.clear();
                    self.overlong = true;
                }
                _ => self.held.push(*byte),
            }
        }
        pieces
    }

    /// Forgets half a line.
    pub fn clear(&mut self) {
        self.held.clear();
        self.overlong = false;
    }
}

fn noise(pieces: &mut Vec<Piece>, bytes: usize) {
    if let Some(Piece::Noise(count)) = pieces.last_mut() {
        *count += bytes;
    } else {
        pieces.push(Piece::Noise(bytes));
    }
}

/// A machine's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// `~01@ OK`
    Hello,
    /// `~01@ROUTE 1,2,3`
    Says {
        /// `ROUTE`
        command: String,
        /// `1`, `2`, `3`
        args: Vec<String>,
    },
    /// `~01@ERR 003`, `~01@ROUTE ERR003`
    Error {
        /// Empty where the machine does not say.
        command: String,
        /// Three digits.
        code: u16,
    },
}

fn error(words: &str) -> Option<u16> {
    words.trim().strip_prefix("ERR")?.trim().parse().ok()
}

/// Reads a machine's line; `None` when it is none. Noise in front of the `~` is passed over.
#[must_use]
pub fn message_of(line: &str) -> Option<Message> {
    let (number, body) = line.get(line.find('~')?..)?.strip_prefix('~')?.split_once('@')?;
    if number.is_empty() || number.len() > 3 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if body.trim() == "OK" {
        return Some(Message::Hello);
    }
    if let Some(code) = error(body) {
        return Some(Message::Error { command: String::new(), code });
    }
    let (command, rest) = body.split_once(' ').unwrap_or((body, ""));
    let is_word = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '-';
    if command.is_empty() || !command.chars().all(is_word) {
        return None;
    }
    let command = command.to_owned();
    if let Some(code) = error(rest) {
        return Some(Message::Error { command, code });
    }
    // Some close with OK what they did.
    let rest = rest.trim();
    let rest = rest.strip_suffix("OK").map_or(rest, str::trim_end);
    let args = rest.split(',').map(|arg| arg.trim().to_owned()).filter(|arg| !arg.is_empty()).collect();
    Some(Message::Says { command, args })
}

/// A controller's line.
#[must_use]
pub fn line(text: &str) -> Vec<u8> {
    format!("#{text}\r").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{Lines, Message, Piece, line, message_of};
    use proptest::prelude::*;

    fn says(command: &str, args: &[&str]) -> Option<Message> {
        Some(Message::Says { command: command.to_owned(), args: args.iter().map(|arg| (*arg).to_owned()).collect() })
    }

    fn no(command: &str, code: u16) -> Option<Message> {
        Some(Message::Error { command: command.to_owned(), code })
    }

    #[test]
    fn lines_of_fact_sheet_10() {
        assert_eq!(line(""), b"#\r");
        assert_eq!(line("ROUTE 1,2,3"), b"#ROUTE 1,2,3\r");
        let cases = [
            ("~01@ OK", Some(Message::Hello)),
            ("~01@ROUTE 1,2,3", says("ROUTE", &["1", "2", "3"])),
            ("~01@VID 3>2", says("VID", &["3>2"])),
            ("~01@LOCK-FP 1 OK", says("LOCK-FP", &["1"])),
            ("~01@MODEL VS-88UT", says("MODEL", &["VS-88UT"])),
            ("~01@ERR 001", no("", 1)),
            ("~01@ERR 002", no("", 2)),
            ("~01@ERR 003", no("", 3)),
            ("~01@ERR 004", no("", 4)),
            ("~01@ROUTE ERR003", no("ROUTE", 3)),
            ("~01@ROUTE ERR 003", no("ROUTE", 3)),
            ("\u{1}x~01@MUTE 1,1", says("MUTE", &["1", "1"])),
            ("#ROUTE 1,2,3", None),
            ("~xx@ROUTE 1", None),
            ("~01 ROUTE 1", None),
        ];
        for (text, message) in cases {
            assert_eq!(message_of(text), message, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_lines(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\r'), Just(b'~')], 0..700), cut in 0_usize..700) {
            let apart = |pieces: Vec<Piece>| {
                let (mut lines, mut noise) = (Vec::new(), 0);
                for piece in pieces {
                    match piece {
                        Piece::Line(line) => lines.push(line),
                        Piece::Noise(count) => noise += count,
                    }
                }
                (lines, noise)
            };
            let whole = apart(Lines::default().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut lines = Lines::default();
            let mut pieces = lines.feed(head);
            pieces.extend(lines.feed(tail));
            prop_assert_eq!(&apart(pieces), &whole);
            for line in whole.0 {
                let _ = message_of(&line);
            }
        }

        #[test]
        fn after_any_noise_and_a_line_end_a_line_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..700)) {
            let mut lines = Lines::default();
            lines.feed(&noise);
            lines.feed(b"\r\n");
            prop_assert_eq!(lines.feed(b"~01@ OK\r\n"), vec![Piece::Line("~01@ OK".to_owned())]);
        }
    }
}
