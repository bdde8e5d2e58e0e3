//! Whether an input's picture is black or frozen, from its decoded pictures. Pure.
//!
//! A picture is looked at through a grid, a few times a second. A black picture is dark and even all over. A frozen one does not change: no cell strays
//! from where it stood, and some looks find almost what the look before found. The second condition tells a camera that hangs from a room in which nothing
//! moves: a living camera's noise makes small patches stray a little from look to look, however low its rate; a dead one's pictures come to rest between
//! key frames, once the encoder has spent its bits on them.

use std::iter::StepBy;
use std::ops::Range;
use std::time::Duration;

use mcu_media_api::PictureFault;
use picture::Planes;

/// Cells of the grid across and down: of a picture 1280 pixels wide each has 20 by 20, so that a clock's figure changes one by more than noise does.
const ACROSS: usize = 64;
/// See [`ACROSS`].
const DOWN: usize = 36;
/// A picture is looked at no more often: the faults last seconds.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Rows read of a picture, at most about: enough for the mean, and a 1080-line picture costs no more than others.
const ROWS: usize = 360;
/// Means are kept in sixteenths of a step of luma.
const STEP: u16 = 16;
/// No pictures for so long: nothing is said about them any more, and looking begins anew.
const GONE_AFTER: Duration = Duration::from_secs(1);
/// A picture is black when it has been so for as long: a cut through black is shorter.
const BLACK_AFTER: Duration = Duration::from_secs(2);
/// A picture is frozen when it has been so for as long: shorter, and a person who listens would be.
const FROZEN_AFTER: Duration = Duration::from_secs(3);
/// Mean and brightest cell of a black picture, in sixteenths: black is 16, a sensor's noise adds some. Beyond the second pair it is black no more.
const BLACK: (u16, u16) = (24 * STEP, 40 * STEP);
/// See [`BLACK`].
const NOT_BLACK: (u16, u16) = (28 * STEP, 52 * STEP);
/// A cell that strays so far has moved, in sixteenths. Key frames make cells of a picture that stands still stray by less.
const MOVED: u16 = 6 * STEP;
/// Looks remembered: those of [`FROZEN_AFTER`].
const REMEMBERED: u32 = 15;
/// A look is quiet when small patches stray from the look before by no more than this in the mean, in tenths of sixteenths of a step. Measured behind x264
/// at 220 kbit/s and 320×180: a picture that stands still comes down to 1 to 10, one with a sensor's noise of 0.6 steps never below 12, of 2 steps below 49.
const QUIET: u32 = 11;
/// Side of such a patch in pixels of the picture, whatever its size: noise is seen in small ones only.
const PATCH: usize = 5;
/// So many quiet looks are among those remembered when a picture is taken for frozen.
const QUIET_TO_BEGIN: u32 = 5;
/// With fewer than so many it lives.
const QUIET_TO_STAY: u32 = 2;
/// A fault ends after so many looks in a row without it: one broken picture ends nothing.
const LOOKS_TO_END: u8 = 2;

/// Watches one input's pictures.
#[derive(Debug, Default)]
pub struct Watch {
    looked_at: Option<Duration>,
    came_at: Duration,
    /// Patches of the last look.
    last: Vec<u16>,
    /// Means when the picture last moved.
    reference: Vec<u16>,
    /// A bit for each remembered look, the last in the lowest place: whether it was quiet.
    quiet: u32,
    black: Latch,
    frozen: Latch,
}

impl Watch {
    /// Sees a decoded picture at `now`; most are passed over.
    pub fn see(&mut self, frame: &impl Planes, now: Duration) {
        if self.looked_at.is_some() && now.saturating_sub(self.came_at) > GONE_AFTER {
            *self = Self::default();
        }
        self.came_at = now;
        if self.looked_at.is_some_and(|at| now.saturating_sub(at) < LOOK_EVERY) {
            return;
        }
        self.looked_at = Some(now);
        let means = grid(frame);
        if means.is_empty() {
            return;
        }
        self.judge_black(&means, now);
        self.judge_frozen(means, patches(frame), now);
    }

    /// What is wrong at `now`.
    pub fn faults(&self, now: Duration) -> impl Iterator<Item = PictureFault> + use<> {
        let comes = now.saturating_sub(self.came_at) <= GONE_AFTER;
        let seconds = |latch: &Latch| {
            latch.since().filter(|_| comes).map(|since| u32::try_from(now.saturating_sub(since).as_secs()).unwrap_or(u32::MAX))
        };
        let black = seconds(&self.black).map(|for_s| PictureFault::Black { for_s });
        // A black picture stands still as well; one fault is enough.
        let frozen = seconds(&self.frozen).filter(|_| black.is_none()).map(|for_s| PictureFault::Frozen { for_s });
        black.into_iter().chain(frozen)
    }

    fn judge_black(&mut self, found: &[u16], now: Duration) {
        let sum: u32 = found.iter().map(|mean| u32::from(*mean)).sum();
        let mean = sum / u32::try_from(found.len()).unwrap_or(1).max(1);
        let brightest = found.iter().copied().max().unwrap_or(0);
        let below = |limits: (u16, u16)| mean <= u32::from(limits.0) && brightest <= limits.1;
        self.black.judge(now, BLACK_AFTER, below(BLACK), true, below(NOT_BLACK));
    }

    fn judge_frozen(&mut self, means: Vec<u16>, patches: Vec<u16>, now: Duration) {
        let still = strays(&means, &self.reference) < MOVED;
        self.quiet = (self.quiet << 1 | u32::from(is_quiet(&patches, &self.last))) & ((1 << REMEMBERED) - 1);
        self.last = patches;
        let quiet = self.quiet.count_ones();
        self.frozen.judge(now, FROZEN_AFTER, still, quiet >= QUIET_TO_BEGIN, still && quiet >= QUIET_TO_STAY);
        if !self.frozen.holds() {
            self.reference = means;
        }
    }
}

/// A fault that begins after some time and ends after some looks.
#[derive(Debug, Default)]
struct Latch {
    /// Since when its condition has been there.
    since: Option<Duration>,
    on: bool,
    without: u8,
}

impl Latch {
    /// Takes a look: `begins` must hold for `after`, and `ripe` at its end; it then lasts while `stays`.
    fn judge(&mut self, now: Duration, after: Duration, begins: bool, ripe: bool, stays: bool) {
        if self.on {
            self.without = if stays { 0 } else { self.without + 1 };
            if self.without >= LOOKS_TO_END {
                *self = Self::default();
            }
            return;
        }
        if !begins {
            self.since = None;
            return;
        }
        let since = *self.since.get_or_insert(now);
        self.on = ripe && now.saturating_sub(since) >= after;
    }

    /// Whether the condition is there, long enough or not.
    const fn holds(&self) -> bool {
        self.since.is_some()
    }

    fn since(&self) -> Option<Duration> {
        self.since.filter(|_| self.on)
    }
}

/// How far the cell that strays most is from where it was; anything when there was nothing.
fn strays(found: &[u16], before: &[u16]) -> u16 {
    if found.len() != before.len() {
        return u16::MAX;
    }
    found.iter().zip(before).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

/// Whether small patches have hardly changed since the look before.
fn is_quiet(patches: &[u16], before: &[u16]) -> bool {
    if patches.len() != before.len() {
        return false;
    }
    let sum: u32 = patches.iter().zip(before).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    sum * 10 <= QUIET * u32::try_from(patches.len()).unwrap_or(u32::MAX)
}

/// Means of a small patch in each of the grid's cells, in sixteenths of luma steps.
fn patches(frame: &impl Planes) -> Vec<u16> {
    let (width, height) = frame.size_px();
    let mut sums = vec![0_u16; width];
    let mut means = Vec::with_capacity(ACROSS * DOWN);
    for top in (0..DOWN).map(|row| row * height / DOWN) {
        let lines = add_lines(&mut sums, frame, (top..(top + PATCH).min(height)).step_by(1)).unwrap_or(0);
        let patch = |column: usize| {
            let left = column * width / ACROSS;
            sums.get(left..(left + PATCH).min(width)).unwrap_or_default()
        };
        means.extend((0..ACROSS).map(|column| mean(patch(column), lines)));
    }
    means
}

/// Means of the grid's cells in sixteenths of luma steps; empty for a picture smaller than the grid.
fn grid(frame: &impl Planes) -> Vec<u16> {
    let (width, height) = frame.size_px();
    if width < ACROSS || height < DOWN {
        return Vec::new();
    }
    let step = (height / ROWS).max(1);
    let mut sums = vec![0_u16; width];
    let mut means = Vec::with_capacity(ACROSS * DOWN);
    for row in 0..DOWN {
        let Some(lines) = add_lines(&mut sums, frame, (row * height / DOWN..(row + 1) * height / DOWN).step_by(step)) else {
            return Vec::new();
        };
        let cell = |column: usize| sums.get(column * width / ACROSS..(column + 1) * width / ACROSS).unwrap_or_default();
        means.extend((0..ACROSS).map(|column| mean(cell(column), lines)));
    }
    means
}

/// Sums of whole lines, column by column: done so, many columns are added at once, which sums of a few pixels each are not. How many lines were summed;
/// `None` when the picture lacks one.
fn add_lines(sums: &mut [u16], frame: &impl Planes, rows: StepBy<Range<usize>>) -> Option<u32> {
    let [(luma, stride), ..] = frame.planes();
    sums.fill(0);
    let mut lines = 0;
    for y in rows {
        let line = luma.get(y * stride..y * stride + sums.len())?;
        for (sum, value) in sums.iter_mut().zip(line) {
            // A cell has at most some 20 lines, so that 16 bits hold their sum.
            *sum = sum.saturating_add(u16::from(*value));
        }
        lines += 1;
    }
    Some(lines)
}

/// Mean of columns' sums over `lines`, in sixteenths of luma steps.
fn mean(sums: &[u16], lines: u32) -> u16 {
    let pixels = u32::try_from(sums.len()).unwrap_or(0) * lines;
    let sum: u32 = sums.iter().map(|sum| u32::from(*sum)).sum();
    u16::try_from(sum * u32::from(STEP) / pixels.max(1)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
