//! Lines ended by CR LF (fact sheet §8).

use sha2::{Digest, Sha256};

/// Longest line; lists of faults have some 200 characters.
const MAX_LINE: usize = 512;

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A line without its end; never empty.
    Line(String),
    /// That many bytes of no line.
    Noise(usize),
}

/// Splits a byte stream into lines.
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
                    let held = std::mem::take(&mut self.held);
                    // Everything a projector says is printable.
                    match String::from_utf8(held) {
                        Ok(line) if line.trim().is_empty() => {}
                        Ok(line) if !line.chars().any(char::is_control) => pieces.push(Piece::Line(line.trim().to_owned())),
                        Ok(line) => noise(&mut pieces, line.len() + 1),
                        Err(error) => noise(&mut pieces, error.as_bytes().len() + 1),
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

/// The answer to a random word: lower-case hexadecimal of SHA-256(word ‖ password).
#[must_use]
pub fn answer_to(word: &str, password: &str) -> String {
    hex::encode(Sha256::digest(format!("{word}{password}").as_bytes()))
}

/// `"on"` → `on`
#[must_use]
pub fn quoted(line: &str) -> Option<&str> {
    line.strip_prefix('"')?.strip_suffix('"').filter(|word| !word.contains('"'))
}

/// The first number of `[{"light_src":1234},…]`.
#[must_use]
pub fn first_number(line: &str) -> Option<i64> {
    let from = line.get(line.find(|letter: char| letter.is_ascii_digit())?..)?;
    let digits = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
    from.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Lines, Piece, answer_to, first_number, quoted};
    use proptest::prelude::*;

    #[test]
    fn lines_of_fact_sheet_8() {
        let line = |text: &str| Piece::Line(text.to_owned());
        assert_eq!(
            Lines::default().feed(b"NOKEY\r\nok\r\n\"standby\"\r\nerr_cmd\r\n"),
            [line("NOKEY"), line("ok"), line("\"standby\""), line("err_cmd")]
        );
        assert_eq!((quoted("\"hdmi1\""), quoted("ok"), quoted("\"\"\"")), (Some("hdmi1"), None, None));
        assert_eq!((first_number("[{\"light_src\":1234},{\"operation\":5}]"), first_number("[]")), (Some(1234), None));
        // SHA-256("abc"), FIPS 180-4.
        assert_eq!(answer_to("a", "bc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_lines(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\r'), 32_u8..127], 0..700), cut in 0_usize..700) {
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
                let _ = (quoted(&line), first_number(&line));
            }
        }

        #[test]
        fn after_any_noise_and_a_line_end_a_line_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..700)) {
            let mut lines = Lines::default();
            lines.feed(&noise);
            lines.feed(b"\r\n");
            prop_assert_eq!(lines.feed(b"ok\r\n"), vec![Piece::Line("ok".to_owned())]);
        }
    }
}
