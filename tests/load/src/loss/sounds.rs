//! What a watcher could hear: blocks of sound by when they came.

use std::collections::BTreeMap;
use std::time::Duration;

/// Blocks kept: ten minutes at 50 a second.
const MAX_BLOCKS: usize = 30_000;

#[derive(Debug, Clone, Copy, Default)]
struct Block {
    made: Duration,
    /// The packet that carries the block as its own.
    own: Option<Duration>,
    /// The first packet that carries it at all (RFC 2198).
    any: Option<Duration>,
}

/// Every block that came.
#[derive(Debug, Default)]
pub struct Sounds {
    blocks: BTreeMap<u32, Block>,
}

/// Judgement over a run of blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// Blocks the source made.
    pub blocks: u32,
    /// Did not come in their own packet in time.
    pub lost: u32,
    /// Did not come in any packet in time, nor did the next one, whose in-band FEC would have stood in.
    pub concealed: u32,
}

impl Heard {
    /// Both together, as of two watchers.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { blocks: self.blocks + other.blocks, lost: self.lost + other.lost, concealed: self.concealed + other.concealed }
    }

    /// Concealed share in per cent.
    #[must_use]
    pub fn concealed_percent(&self) -> f64 {
        f64::from(self.concealed) * 100.0 / f64::from(self.blocks.max(1))
    }

    /// Lost share in per cent.
    #[must_use]
    pub fn lost_percent(&self) -> f64 {
        f64::from(self.lost) * 100.0 / f64::from(self.blocks.max(1))
    }
}

impl Sounds {
    /// A block came, `now` after the sender began; `own` unless it was carried along by a later packet.
    pub fn came(&mut self, now: Duration, number: u32, made: Duration, own: bool) {
        let block = self.blocks.entry(number).or_insert(Block { made, own: None, any: None });
        block.any.get_or_insert(now);
        if own {
            block.own.get_or_insert(now);
        }
        if self.blocks.len() > MAX_BLOCKS {
            self.blocks.pop_first();
        }
    }

    /// Judges the blocks from `from` up to below `to`, each of which is played `wait` after it was made. A block that never came is played when its
    /// neighbour is: `spacing` is the time between two.
    #[must_use]
    pub fn judge(&self, from: u32, to: u32, wait: Duration, spacing: Duration) -> Heard {
        let mut heard = Heard { blocks: to.saturating_sub(from), ..Heard::default() };
        for number in from..to {
            let next = self.blocks.get(&(number + 1));
            let block = self.blocks.get(&number);
            let made = block.map(|block| block.made).or_else(|| next.map(|next| next.made.saturating_sub(spacing)));
            // Neither came: nothing can stand in.
            let Some(play_at) = made.map(|made| made + wait) else {
                (heard.lost, heard.concealed) = (heard.lost + 1, heard.concealed + 1);
                continue;
            };
            let in_time = |at: Option<Duration>| at.is_some_and(|at| at <= play_at);
            heard.lost += u32::from(!in_time(block.and_then(|block| block.own)));
            let covered = in_time(block.and_then(|block| block.any)) || in_time(next.and_then(|next| next.any));
            heard.concealed += u32::from(!covered);
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, Sounds};
    use std::time::Duration;

    const SPACING: Duration = Duration::from_millis(20);

    fn run(lost: &[u32], depth: u32) -> Heard {
        let mut sounds = Sounds::default();
        for number in (0..100).filter(|number| !lost.contains(number)) {
            let now = SPACING * number + Duration::from_millis(30);
            for earlier in number.saturating_sub(depth)..number {
                sounds.came(now, earlier, SPACING * earlier, false);
            }
            sounds.came(now, number, SPACING * number, true);
        }
        sounds.judge(0, 99, Duration::from_millis(120), SPACING)
    }

    #[test]
    fn a_single_loss_is_covered_by_the_next_packet() {
        assert_eq!(run(&[], 0), Heard { blocks: 99, lost: 0, concealed: 0 });
        assert_eq!(run(&[10, 20], 0), Heard { blocks: 99, lost: 2, concealed: 0 });
        assert_eq!(run(&[10, 11, 12], 0), Heard { blocks: 99, lost: 3, concealed: 2 });
    }

    #[test]
    fn redundancy_covers_more_but_not_what_comes_too_late() {
        assert_eq!(run(&[10, 11, 12], 3).concealed, 0, "the block played first is there in 90 ms");
        assert_eq!(run(&[10, 11, 12, 13, 14, 15], 2).concealed, 3);
        assert_eq!(run(&[10, 11, 12, 13, 14, 15], 9).concealed, 2, "the first two would be 150 and 130 ms old");
    }
}
