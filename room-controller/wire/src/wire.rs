//! One direction of a wire in virtual time.

use std::ops::Range;
use std::time::{Duration, Instant};

use str0m_netem::{Input, Netem, Output};

use crate::Impairment;

/// Packets by their fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Put in.
    pub put: u64,
    /// Come out, duplicates counted.
    pub out: u64,
    /// Lost by chance.
    pub lost: u64,
    /// Lost because the queue before the rate was full.
    pub overflowed: u64,
    /// Lost because the line was gone.
    pub cut: u64,
}

/// The wire. Packets go in with [`Self::put`] and come out of [`Self::take`], both with the time; nothing happens by itself.
pub struct Wire<T> {
    start: Instant,
    narrow: Option<Netem<T>>,
    rest: Netem<T>,
    gone: Vec<Range<Duration>>,
    cut: bool,
    last_out: Instant,
    counts: Counts,
}

impl<T: AsRef<[u8]> + Clone> Wire<T> {
    /// A wire whose time begins at `start`.
    #[must_use]
    pub fn new(start: Instant, impairment: &Impairment) -> Self {
        Self {
            start,
            narrow: impairment.narrow().map(Netem::new),
            rest: Netem::new(impairment.rest()),
            gone: impairment.gone.clone(),
            cut: false,
            last_out: start,
            counts: Counts::default(),
        }
    }

    /// A packet enters.
    pub fn put(&mut self, now: Instant, packet: T) {
        self.counts.put += 1;
        if self.is_gone(now) {
            self.counts.cut += 1;
        } else if let Some(narrow) = &mut self.narrow {
            let before = narrow.queue_len();
            narrow.handle_input(Input::Packet(now, packet));
            self.counts.overflowed += u64::from(narrow.queue_len() == before);
        } else {
            self.enter_rest(now, packet);
        }
    }

    /// The next packet that has come out by `now`, with the time it came out; call it until it gives none.
    pub fn take(&mut self, now: Instant) -> Option<(Instant, T)> {
        loop {
            let narrow_at = self.narrow.as_ref().and_then(head);
            let rest_at = head(&self.rest);
            let at = earliest(narrow_at, rest_at).filter(|at| *at <= now)?;
            if narrow_at == Some(at) {
                if let Some(packet) = self.narrow.as_mut().and_then(|narrow| pop(narrow, at)) {
                    self.enter_rest(at, packet);
                }
                continue;
            }
            let packet = pop(&mut self.rest, at)?;
            // A fast packet waits for a slower one before it.
            self.last_out = self.last_out.max(at);
            if self.is_gone(self.last_out) {
                self.counts.cut += 1;
                continue;
            }
            self.counts.out += 1;
            return Some((self.last_out, packet));
        }
    }

    /// When [`Self::take`] has something to do; `None` while nothing is under way.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        earliest(self.narrow.as_ref().and_then(head), head(&self.rest))
    }

    /// Cuts the line, or mends it, besides the outages of its configuration.
    pub const fn cut(&mut self, gone: bool) {
        self.cut = gone;
    }

    /// Another impairment from here on; what is under way is not lost, but the rate's queue begins empty. Outages keep counting from the start.
    pub fn change(&mut self, now: Instant, impairment: &Impairment) {
        while let Some(narrow) = &mut self.narrow {
            let Some(packet) = head(narrow).and_then(|at| pop(narrow, at)) else {
                break;
            };
            self.enter_rest(now, packet);
        }
        self.narrow = impairment.narrow().map(Netem::new);
        self.rest.set_config(impairment.rest());
        self.gone.clone_from(&impairment.gone);
    }

    /// What became of the packets so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    fn enter_rest(&mut self, at: Instant, packet: T) {
        let before = self.rest.queue_len();
        self.rest.handle_input(Input::Packet(at, packet));
        self.counts.lost += u64::from(self.rest.queue_len() == before);
    }

    fn is_gone(&self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.start);
        self.cut || self.gone.iter().any(|range| range.contains(&since))
    }
}

fn earliest(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

/// When the first packet in the queue leaves it.
fn head<T: AsRef<[u8]> + Clone>(netem: &Netem<T>) -> Option<Instant> {
    (!netem.is_empty()).then(|| netem.poll_timeout())
}

fn pop<T: AsRef<[u8]> + Clone>(netem: &mut Netem<T>, at: Instant) -> Option<T> {
    netem.handle_input(Input::Timeout(at));
    match netem.poll_output()? {
        Output::Packet(packet) => Some(packet),
        Output::Timeout(_) => None,
    }
}
