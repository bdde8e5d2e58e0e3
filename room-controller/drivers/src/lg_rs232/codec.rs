//! `ka 01 ff` and CR; `a 01 OK01x` (fact sheet §7).

/// Longest answer: some values have three bytes.
const MAX_ANSWER: usize = 32;

/// Word and code of inputs.
const INPUTS: [(&str, u8); 7] =
    [("rgb", 0x60), ("dvi", 0x80), ("hdmi1", 0x90), ("hdmi2", 0x91), ("hdmi3", 0x92), ("dp1", 0xC0), ("dp1_pc", 0xD0)];

/// The input's word; `0x41` for a code without one.
#[must_use]
pub fn word_of_input(code: u8) -> String {
    INPUTS.iter().find(|(_, known)| *known == code).map_or_else(|| format!("0x{code:02x}"), |(word, _)| (*word).to_owned())
}

/// The input's code; also of `0x41`.
#[must_use]
pub fn code_of_input(word: &str) -> Option<u8> {
    let plain = || u8::from_str_radix(word.strip_prefix("0x").filter(|hex| hex.len() == 2)?, 16).ok();
    INPUTS.iter().find(|(known, _)| *known == word).map(|(_, code)| *code).or_else(plain)
}

/// A controller's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Two letters.
    pub letters: [char; 2],
    /// The display; 0 is everybody.
    pub id: u8,
    /// `FF` asks.
    pub value: u8,
}

impl Request {
    /// The line's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let [first, second] = self.letters;
        format!("{first}{second} {:02x} {:02x}\r", self.id, self.value).into_bytes()
    }

    /// Reads a line without its CR.
    #[must_use]
    pub fn decode(line: &str) -> Option<Self> {
        let mut words = line.trim().split(' ');
        let mut letters = words.next()?.chars();
        let letters = [letters.next()?, letters.next().filter(|_| letters.next().is_none())?];
        let mut hex = || u8::from_str_radix(words.next()?, 16).ok();
        let (id, value) = (hex()?, hex()?);
        words.next().is_none().then_some(Self { letters, id, value })
    }
}

/// A display's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Second letter of the order, in lower case.
    pub letter: char,
    /// The display.
    pub id: u8,
    /// `OK` or `NG`.
    pub yes: bool,
    /// Bytes of the value.
    pub data: Vec<u8>,
}

impl Reply {
    /// The answer's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let verdict = if self.yes { "OK" } else { "NG" };
        format!("{} {:02x} {verdict}{}x", self.letter, self.id, hex::encode(&self.data)).into_bytes()
    }
}

/// Reads an answer without its `x`; noise in front of it is passed over.
fn reply_of(held: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(held);
    let upper = text.to_ascii_uppercase();
    let at = upper.rfind(" OK").or_else(|| upper.rfind(" NG"))?;
    let (head, tail) = (text.get(..at)?, text.get(at + 1..)?);
    let (before, id) = head.rsplit_once(' ')?;
    let letter = before.chars().next_back().filter(char::is_ascii_alphabetic)?;
    let id = u8::from_str_radix(id, 16).ok().filter(|_| id.len() == 2)?;
    let data = hex::decode(tail.get(2..)?).ok()?;
    Some(Reply { letter: letter.to_ascii_lowercase(), id, yes: upper.get(at + 1..at + 3) == Some("OK"), data })
}

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A display's answer.
    Reply(Reply),
    /// That many bytes of none.
    Noise(usize),
}

/// Splits a byte stream at `x`.
#[derive(Debug, Default)]
pub struct Answers {
    held: Vec<u8>,
}

impl Answers {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => {}
                b'x' | b'X' => {
                    let held = std::mem::take(&mut self.held);
                    match reply_of(&held) {
                        Some(reply) => pieces.push(Piece::Reply(reply)),
                        None => noise(&mut pieces, held.len() + 1),
                    }
                }
                _ => {
                    self.held.push(*byte);
                    // An answer may follow without an end before it: its last bytes are kept.
                    if self.held.len() > MAX_ANSWER {
                        self.held.remove(0);
                        noise(&mut pieces, 1);
                    }
                }
            }
        }
        pieces
    }

    /// Forgets half an answer.
    pub fn clear(&mut self) {
        self.held.clear();
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
    use super::{Answers, Piece, Reply, Request, code_of_input, word_of_input};
    use proptest::prelude::*;

    fn apart(pieces: Vec<Piece>) -> (Vec<Reply>, usize) {
        let (mut replies, mut noise) = (Vec::new(), 0);
        for piece in pieces {
            match piece {
                Piece::Reply(reply) => replies.push(reply),
                Piece::Noise(count) => noise += count,
            }
        }
        (replies, noise)
    }

    #[test]
    fn golden_lines_of_fact_sheet_7() {
        let cases = [
            (Request { letters: ['k', 'a'], id: 1, value: 1 }, "ka 01 01\r"),
            (Request { letters: ['k', 'a'], id: 1, value: 0xFF }, "ka 01 ff\r"),
            (Request { letters: ['k', 'e'], id: 1, value: 0 }, "ke 01 00\r"),
            (Request { letters: ['k', 'f'], id: 1, value: 100 }, "kf 01 64\r"),
            (Request { letters: ['x', 'b'], id: 1, value: 0x90 }, "xb 01 90\r"),
        ];
        for (request, line) in cases {
            assert_eq!(request.encode(), line.as_bytes());
            assert_eq!(Request::decode(line.trim()), Some(request));
        }
        let (replies, noise) = apart(Answers::default().feed(b"a 01 OK01xf 01 NG65x"));
        let ok = Reply { letter: 'a', id: 1, yes: true, data: vec![1] };
        assert_eq!(replies, [ok.clone(), Reply { letter: 'f', id: 1, yes: false, data: vec![0x65] }]);
        assert_eq!((noise, ok.encode()), (0, b"a 01 OK01x".to_vec()));
        assert_eq!(Request::decode("ka 01"), None);
    }

    #[test]
    fn every_code_has_a_word_that_names_it() {
        for code in 0..=u8::MAX {
            assert_eq!(code_of_input(&word_of_input(code)), Some(code));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_answers(
            parts in proptest::collection::vec(prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..20),
                Just(b"a 01 OK01x".to_vec()),
                Just(b"b 01 NG90x".to_vec()),
                Just(b"x".to_vec()),
            ], 0..12),
            cut in 0_usize..200,
        ) {
            let bytes = parts.concat();
            let whole = apart(Answers::default().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut answers = Answers::default();
            let mut pieces = answers.feed(head);
            pieces.extend(answers.feed(tail));
            prop_assert_eq!(apart(pieces), whole);
        }

        #[test]
        fn after_any_noise_the_second_answer_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut answers = Answers::default();
            answers.feed(&noise);
            answers.feed(b"a 01 OK01x");
            let (replies, _) = apart(answers.feed(b"f 01 OK0ax"));
            prop_assert_eq!(replies, vec![Reply { letter: 'f', id: 1, yes: true, data: vec![10] }]);
        }
    }
}
