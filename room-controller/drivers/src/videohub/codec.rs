//! Text blocks (fact sheet §11).

/// Longest line; labels are short.
const MAX_LINE: usize = 512;
/// Most lines of a block: the largest hub has 1,152 outputs when stacked.
const MAX_LINES: usize = 2_048;

/// A block without its blank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Without its colon; `ACK` and `NAK` have none.
    pub header: String,
    /// Empty in a question.
    pub lines: Vec<String>,
}

impl Block {
    /// A block of these lines.
    #[must_use]
    pub fn new(header: &str, lines: Vec<String>) -> Self {
        Self { header: header.to_owned(), lines }
    }

    /// The block's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let colon = if is_verdict(&self.header) { "" } else { ":" };
        let mut text = format!("{}{colon}\n", self.header);
        for line in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        text.push('\n');
        text.into_bytes()
    }
}

/// `0 5` or `3 Camera 4`: the index and the rest.
#[must_use]
pub fn pair(line: &str) -> Option<(u16, &str)> {
    let (index, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some((index.parse().ok()?, rest))
}

fn is_verdict(line: &str) -> bool {
    matches!(line, "ACK" | "NAK")
}

/// `VIDEO OUTPUT ROUTING:`; `Friendly name:` is none.
fn header_of(line: &str) -> Option<&str> {
    if is_verdict(line) {
        return Some(line);
    }
    let header = line.strip_suffix(':')?;
    let is_capital = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == ' ';
    (header.starts_with(|letter: char| letter.is_ascii_uppercase()) && header.chars().all(is_capital)).then_some(header)
}

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A whole block.
    Block(Block),
    /// That many bytes that are part of no block.
    Noise(usize),
}

/// Splits a byte stream into blocks.
#[derive(Debug, Default)]
pub struct Blocks {
    line: Vec<u8>,
    overlong: bool,
    block: Option<Block>,
}

impl Blocks {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' => {}
                b'\n' if self.overlong => self.overlong = false,
                b'\n' => {
                    let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
                    self.line(&line, &mut pieces);
                }
                _ if self.overlong => noise(&mut pieces, 1),
                _ if self.line.len() >= MAX_LINE => {
                    noise(&mut pieces, self.line.len() + 1);
                    self.line.clear();
                    self.overlong = true;
                }
                _ => self.line.push(*byte),
            }
        }
        pieces
    }

    /// Forgets half a block.
    pub fn clear(&mut self) {
        self.line.clear();
        self.overlong = false;
        self.block = None;
    }

    fn line(&mut self, line: &str, pieces: &mut Vec<Piece>) {
        if line.is_empty() {
            pieces.extend(self.block.take().map(Piece::Block));
            return;
        }
        if let Some(header) = header_of(line) {
            // The blank line before it was lost.
            pieces.extend(self.block.replace(Block::new(header, Vec::new())).map(Piece::Block));
            return;
        }
        match &mut self.block {
            Some(block) if block.lines.len() < MAX_LINES => block.lines.push(line.to_owned()),
            Some(_) | None => noise(pieces, line.len() + 1),
        }
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
    use super::{Block, Blocks, Piece, pair};
    use proptest::prelude::*;

    fn apart(pieces: Vec<Piece>) -> (Vec<Block>, usize) {
        let (mut blocks, mut noise) = (Vec::new(), 0);
        for piece in pieces {
            match piece {
                Piece::Block(block) => blocks.push(block),
                Piece::Noise(count) => noise += count,
            }
        }
        (blocks, noise)
    }

    #[test]
    fn golden_blocks_of_fact_sheet_11() {
        let set = Block::new("VIDEO OUTPUT ROUTING", vec!["0 5".to_owned()]);
        assert_eq!(set.encode(), b"VIDEO OUTPUT ROUTING:\n0 5\n\n");
        assert_eq!(Block::new("PING", vec![]).encode(), b"PING:\n\n");
        assert_eq!(Block::new("ACK", vec![]).encode(), b"ACK\n\n");
        assert_eq!(Block::new("NAK", vec![]).encode(), b"NAK\n\n");
        let (blocks, noise) = apart(Blocks::default().feed(b"ACK\n\nVIDEO OUTPUT ROUTING:\n0 5\n\nEND PRELUDE:\n\n"));
        assert_eq!(blocks, [Block::new("ACK", vec![]), set, Block::new("END PRELUDE", vec![])]);
        assert_eq!(noise, 0);
        assert_eq!((pair("0 5"), pair("3 Camera 4"), pair("7"), pair("x 1")), (Some((0, "5")), Some((3, "Camera 4")), Some((7, "")), None));
    }

    #[test]
    fn a_lost_blank_line_joins_no_two_blocks() {
        let (blocks, _) = apart(Blocks::default().feed(b"VIDEOHUB DEVICE:\nFriendly name:\nVIDEO OUTPUT LOCKS:\n0 U\n\n"));
        assert_eq!(
            blocks,
            [Block::new("VIDEOHUB DEVICE", vec!["Friendly name:".to_owned()]), Block::new("VIDEO OUTPUT LOCKS", vec!["0 U".to_owned()])]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_blocks(
            parts in proptest::collection::vec(prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..20),
                Just(b"VIDEO OUTPUT ROUTING:\n".to_vec()),
                Just(b"0 5\r\n".to_vec()),
                Just(b"\n".to_vec()),
                Just(b"ACK\n\n".to_vec()),
                Just(vec![b'x'; 600]),
            ], 0..16),
            cut in 0_usize..400,
        ) {
            let bytes = parts.concat();
            let whole = apart(Blocks::default().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut blocks = Blocks::default();
            let mut pieces = blocks.feed(head);
            pieces.extend(blocks.feed(tail));
            prop_assert_eq!(apart(pieces), whole);
        }

        #[test]
        fn after_any_noise_and_a_line_end_a_block_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..700)) {
            let mut blocks = Blocks::default();
            blocks.feed(&noise);
            blocks.feed(b"\n\n");
            let good = Block::new("VIDEO OUTPUT LOCKS", vec!["1 O".to_owned()]);
            let (heard, _) = apart(blocks.feed(&good.encode()));
            prop_assert_eq!(heard, vec![good]);
        }
    }
}
