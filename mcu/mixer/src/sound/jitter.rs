//! Adaptive jitter buffer for one input: what to play next, and whether the delay shall shrink or grow.
//!
//! Time is in samples of 48 kHz. The delay is how long after the quickest possible arrival a sample is played; it strives for the spread of the
//! arrivals ([`super::arrivals`]), and so follows drift too, because the quickest arrival drifts with the sender's clock.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::arrivals::Arrivals;
use super::packet::{SoundPacket, has_fec, samples};
use super::{BLOCK, RATE_HZ};

/// Least delay: 20 ms, one packet, which also lets the in-band FEC of the next packet be there in time.
pub const MIN_DELAY: i64 = 960;
/// Most delay striven for: 200 ms; beyond that talking to each other becomes hard and loss is the lesser evil.
pub const MAX_DELAY: i64 = 9_600;
/// Most sound held: the highest delay, a packet of 20 ms and 40 ms for bursts; whatever is older is left out.
pub const MAX_SPAN: i64 = MAX_DELAY + 2_880;
/// Packets held at most, for packets that claim to be very short (260 ms in packets of 2.5 ms).
const MAX_HELD: usize = 104;
/// A packet whose transit differs by more than this from the quickest begins another stream (one second).
const MAX_SHIFT: i64 = 48_000;
/// So does a jump of the sequence number by more than this (RFC 3550 appendix A.1).
const MAX_DROPOUT: i64 = 3_000;
/// Blocks concealed in a row before the input counts as silent: 120 ms, by which time libopus has faded out.
const MAX_CONCEALED: u32 = 6;
/// Concealed time of one interruption is counted up to here (ten seconds); afterwards the room is gone rather than disturbed.
const MAX_COUNTED: i64 = 480_000;
/// Delay above the wanted one from which it is shortened, until the wanted one is reached: 20 ms, because a cut needs a packet decoded ahead.
const TOO_LONG: i64 = 960;
/// From here shortening need not sound perfect (60 ms).
const FAR_TOO_LONG: i64 = 2_880;
/// Delay below the wanted one from which it is lengthened: 5 ms, a jitter of no account.
const TOO_SHORT: i64 = 240;
/// Weight of one packet in the share of lost ones: 1/128, two and a half seconds.
const LOSS_WEIGHT: f32 = 1.0 / 128.0;
/// From this share on the delay has room for the packet behind a lost one.
const LOSSY: f32 = 0.01;
/// Packets remembered to tell repeated from late ones.
const REMEMBERED: i64 = 128;

/// What to play next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Play {
    /// Decode this packet.
    Packet(Bytes),
    /// Decode this packet; it does not follow what was played before.
    Resume(Bytes),
    /// That many samples are lost; this is the packet behind, whose in-band FEC describes them. It comes again as [`Play::Packet`].
    Recover(Bytes, usize),
    /// Conceal 20 ms: nothing is known.
    Conceal,
    /// The input is silent.
    Silence,
}

/// What shall become of the delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjust {
    /// As it is.
    Keep,
    /// Shorter, where that is not heard.
    Shorten,
    /// Shorter in any case.
    ShortenFast,
    /// Longer.
    Lengthen,
}

/// Counters of one input since it is wanted; times in samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets taken, without repeated ones.
    pub received: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Packets that came after their moment.
    pub late: u64,
    /// Packets that came twice.
    pub repeated: u64,
    /// Packets that are no Opus.
    pub damaged: u64,
    /// Lost packets described by the packet behind.
    pub recovered: u64,
    /// Packets left out because more were held than may be.
    pub overflowed: u64,
    /// Beginnings of another stream under the same name.
    pub restarts: u64,
    /// Time in which something was made up, or nothing heard, in place of what had been sent.
    pub concealed: i64,
}

#[derive(Debug)]
struct Held {
    number: i64,
    at: i64,
    samples: i64,
    level_dbfs: Option<i8>,
    payload: Bytes,
}

/// Packets waiting to be played.
#[derive(Debug, Default)]
pub struct JitterBuffer {
    held: VecDeque<Held>,
    arrivals: Arrivals,
    /// Number and RTP time of the last packet taken, without wrap.
    newest: Option<(i64, i64)>,
    /// RTP time of the sample to decode next; `None` while silent.
    head: Option<i64>,
    /// Number of the packet to decode next; `None` before the first.
    expected: Option<i64>,
    played: u128,
    /// RTP time at which the packet played last ends.
    ended: i64,
    dry: u32,
    shortening: bool,
    /// Made up or silent, and not yet known whether something had been sent.
    pending: i64,
    loss: f32,
    level_dbfs: Option<i8>,
    counts: Counts,
}

impl JitterBuffer {
    /// Takes a packet that arrived at `now`.
    pub fn push(&mut self, now: Duration, packet: SoundPacket) {
        let Some(length) = samples(&packet.payload).and_then(|length| i64::try_from(length).ok()) else {
            self.counts.damaged += 1;
            return;
        };
        let now = in_samples(now);
        let (number, at) = self.place(now, &packet);
        if self.is_repeated(number) {
            self.counts.repeated += 1;
            return;
        }
        self.counts.received += 1;
        self.arrivals.note(now, at);
        if self.is_past(number, at, length) {
            self.counts.late += 1;
            self.counts.lost = self.counts.lost.saturating_sub(u64::from(self.expected.is_some_and(|expected| number < expected)));
            self.mark(number);
            self.arrivals.was_late();
            return;
        }
        let place = self.held.iter().position(|held| held.number > number).unwrap_or(self.held.len());
        self.held.insert(place, Held { number, at, samples: length, level_dbfs: packet.level_dbfs, payload: packet.payload });
        self.bound();
    }

    /// What to decode next. `ahead` is how many samples are decoded and not yet played.
    pub fn take(&mut self, now: Duration, ahead: usize) -> Play {
        let now = in_samples(now);
        let Some(head) = self.head else {
            return self.start(now);
        };
        self.drop_past(head);
        let Some(first) = self.held.front() else {
            return self.run_dry(now, head, ahead);
        };
        let gap = first.at - head;
        if gap < first.samples / 2 {
            return self.take_first(false);
        }
        if self.expected == Some(first.number) || gap > i64::from(MAX_CONCEALED) * BLOCK as i64 {
            // Nothing is missing (the sender has paused), or too much to be made up.
            return self.await_first(now, ahead);
        }
        if gap <= first.samples && has_fec(&first.payload) {
            self.head = Some(first.at);
            self.counts.recovered += 1;
            let lost = usize::try_from(gap).unwrap_or(BLOCK);
            return first_payload(&self.held).map_or(Play::Conceal, |payload| Play::Recover(payload, lost));
        }
        self.conceal(head, gap.min(BLOCK as i64))
    }

    /// Whether the delay shall change. `ahead` as in [`Self::take`].
    pub fn adjust(&mut self, now: Duration, ahead: usize) -> Adjust {
        let Some(delay) = self.delay(in_samples(now), ahead) else {
            return Adjust::Keep;
        };
        let over = delay - self.wanted(ahead.saturating_sub(BLOCK) % BLOCK);
        self.shortening = over > if self.shortening { 0 } else { TOO_LONG };
        if self.shortening {
            return if over > FAR_TOO_LONG { Adjust::ShortenFast } else { Adjust::Shorten };
        }
        if over < -TOO_SHORT && self.dry == 0 { Adjust::Lengthen } else { Adjust::Keep }
    }

    /// Whether the next packet follows without a gap.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.held.front().is_some_and(|first| self.head.is_some_and(|head| first.at - head < first.samples / 2))
    }

    /// The delay striven for, in samples: [`MIN_DELAY`] to [`MAX_DELAY`].
    #[must_use]
    pub fn wanted_delay(&self) -> i64 {
        self.needed().clamp(MIN_DELAY, MAX_DELAY)
    }

    /// The delay striven for while so much is decoded and not played when the next packet is needed: that packet is needed so much earlier.
    fn wanted(&self, ahead: usize) -> i64 {
        (self.needed() + i64::try_from(ahead).unwrap_or(0)).clamp(MIN_DELAY, MAX_DELAY)
    }

    /// How long after the quickest arrival a packet must be awaited.
    fn needed(&self) -> i64 {
        let room = if self.loss > LOSSY { BLOCK as i64 } else { 0 };
        self.arrivals.spread() + room
    }

    /// The delay at work in samples; 0 while silent.
    #[must_use]
    pub fn delay_at(&self, now: Duration, ahead: usize) -> i64 {
        self.delay(in_samples(now), ahead).unwrap_or(0)
    }

    /// Level told by the sender with the packet decoded last.
    #[must_use]
    pub const fn level_dbfs(&self) -> Option<i8> {
        self.level_dbfs
    }

    /// What happened so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Sound held, in samples from the earliest beginning to the latest end. Times need not rise with numbers: a sender may write anything.
    #[must_use]
    pub fn span(&self) -> i64 {
        let begin = self.held.iter().map(|held| held.at).min();
        let end = self.held.iter().map(|held| held.at + held.samples).max();
        begin.zip(end).map_or(0, |(begin, end)| end - begin)
    }

    /// Packets held.
    #[must_use]
    pub fn held_packets(&self) -> usize {
        self.held.len()
    }

    /// Number and RTP time without wrap; begins anew where the packet belongs to another stream.
    fn place(&mut self, now: i64, packet: &SoundPacket) -> (i64, i64) {
        let unwrapped = self.newest.map(|(number, at)| {
            // Truncation to the width of the field is the point.
            let ahead = i64::from(packet.sequence.wrapping_sub(number as u16).cast_signed());
            let later = i64::from(packet.timestamp.wrapping_sub(at as u32).cast_signed());
            (ahead, number + ahead, at + later)
        });
        let follows =
            unwrapped.filter(|(ahead, _, at)| ahead.abs() <= MAX_DROPOUT && (now - at - self.arrivals.quickest()).abs() <= MAX_SHIFT);
        if let Some((ahead, number, at)) = follows {
            if ahead > 0 {
                self.newest = Some((number, at));
            }
            return (number, at);
        }
        self.counts.restarts += u64::from(self.newest.is_some());
        self.held.clear();
        self.arrivals.forget();
        // Far from zero, so that numbers before the first one are not negative.
        let (number, at) = (i64::from(packet.sequence) + (1 << 32), i64::from(packet.timestamp) + (1 << 48));
        (self.newest, self.head, self.expected, self.played) = (Some((number, at)), None, None, 0);
        (self.dry, self.pending) = (0, 0);
        (number, at)
    }

    fn is_repeated(&self, number: i64) -> bool {
        let back = self.expected.map_or(0, |expected| expected - number);
        let before = (1..=REMEMBERED).contains(&back) && self.played >> (back - 1) & 1 != 0;
        before || self.held.iter().any(|held| held.number == number)
    }

    /// Leaves out packets whose time (not number) is over: a sender whose clock stands still must not fill the buffer.
    fn drop_past(&mut self, head: i64) {
        while let Some(first) = self.held.front().filter(|first| first.at + first.samples - head < first.samples / 2) {
            let number = first.number;
            self.held.pop_front();
            self.pass(number);
            self.counts.late += 1;
        }
    }

    /// Everything up to this number is over; what is missing before it is lost. Returns how much is missing.
    fn pass(&mut self, number: i64) -> i64 {
        let missing = self.expected.map_or(0, |expected| (number - expected).max(0));
        self.counts.lost += u64::try_from(missing).unwrap_or(0);
        self.played = if missing < REMEMBERED - 1 { self.played << (missing + 1) | 1 } else { 1 };
        self.expected = Some(number + 1);
        missing
    }

    fn is_past(&self, number: i64, at: i64, length: i64) -> bool {
        self.expected.is_some_and(|expected| number < expected) || self.head.is_some_and(|head| at + length - head < length / 2)
    }

    /// Remembers that this number, which is not expected any more, has come.
    fn mark(&mut self, number: i64) {
        let back = self.expected.map_or(0, |expected| expected - number);
        if (1..=REMEMBERED).contains(&back) {
            self.played |= 1 << (back - 1);
        }
    }

    fn bound(&mut self) {
        while self.held.len() > MAX_HELD || (self.span() > MAX_SPAN && self.held.len() > 1) {
            let Some(oldest) = self.held.pop_front() else {
                return;
            };
            self.pass(oldest.number);
            self.counts.overflowed += 1;
            // What follows is no continuation; it is taken up where it stands.
            self.head = None;
        }
    }

    fn delay(&self, now: i64, ahead: usize) -> Option<i64> {
        let played_to = self.head? - i64::try_from(ahead).unwrap_or(0);
        Some(now - self.arrivals.quickest() - played_to)
    }

    /// Silent: begins once the first packet has waited for the wanted delay, or as much is held.
    fn start(&mut self, now: i64) -> Play {
        let waited = self.held.front().map(|first| now - self.arrivals.quickest() - first.at);
        if waited.is_some_and(|waited| waited >= self.wanted_delay()) || self.span() > self.wanted_delay() {
            return self.take_first(true);
        }
        self.pending = (self.pending + BLOCK as i64).min(MAX_COUNTED);
        Play::Silence
    }

    fn take_first(&mut self, resumed: bool) -> Play {
        let Some(first) = self.held.pop_front() else {
            return Play::Silence;
        };
        let begins = self.expected.is_none();
        let missing = self.pass(first.number);
        // Whoever has only paused, or has not been here yet, was not interrupted.
        let paused = begins || (missing == 0 && first.at - self.ended >= first.samples / 2);
        if !paused {
            self.counts.concealed += self.pending;
        }
        for _ in 0..missing.min(REMEMBERED) {
            self.loss += (1.0 - self.loss) * LOSS_WEIGHT;
        }
        self.loss -= self.loss * LOSS_WEIGHT;
        self.ended = first.at + first.samples;
        (self.head, self.dry, self.pending) = (Some(self.ended), 0, 0);
        self.level_dbfs = first.level_dbfs;
        if resumed { Play::Resume(first.payload) } else { Play::Packet(first.payload) }
    }

    /// The next packet is known and not due.
    fn await_first(&mut self, now: i64, ahead: usize) -> Play {
        let later = now + i64::try_from(ahead).unwrap_or(0);
        let waited = self.held.front().map_or(0, |first| later - self.arrivals.quickest() - first.at);
        if waited >= self.wanted(ahead) {
            return self.take_first(true);
        }
        self.dry += 1;
        self.pending += BLOCK as i64;
        if self.dry > MAX_CONCEALED {
            self.head = None;
            return Play::Silence;
        }
        Play::Conceal
    }

    /// Nothing is there: late as long as the delay has room to grow, lost beyond that.
    fn run_dry(&mut self, now: i64, head: i64, ahead: usize) -> Play {
        self.dry += 1;
        if self.dry > MAX_CONCEALED {
            self.head = None;
            self.pending += BLOCK as i64;
            return Play::Silence;
        }
        let may_wait = self.delay(now, ahead).is_some_and(|delay| delay <= self.wanted(ahead));
        self.conceal(head, if may_wait { 0 } else { BLOCK as i64 })
    }

    fn conceal(&mut self, head: i64, passed: i64) -> Play {
        self.head = Some(head + passed);
        self.pending += BLOCK as i64;
        Play::Conceal
    }
}

fn first_payload(held: &VecDeque<Held>) -> Option<Bytes> {
    held.front().map(|first| first.payload.clone())
}

fn in_samples(moment: Duration) -> i64 {
    let samples = moment.as_nanos() * u128::from(RATE_HZ) / 1_000_000_000;
    i64::try_from(samples).unwrap_or(i64::MAX)
}
