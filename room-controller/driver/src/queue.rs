//! Requests that wait to be sent.

use std::time::Duration;

use crate::protocol::{Manner, Retry};

/// Requests waiting for one device: two hands on one desk make ten a second, and a device answers within a second.
pub const MAX_QUEUED: usize = 64;

/// Who goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Stops.
    Stop,
    /// People.
    Operator,
    /// Scenes.
    Scene,
    /// Polling.
    Poll,
}

/// Too much waits already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{MAX_QUEUED} requests wait for the device already; wait until it has answered")]
pub struct QueueFull;

#[derive(Debug, Clone)]
pub(crate) struct Queued<A> {
    pub id: u64,
    pub lane: Lane,
    pub ask: A,
    pub manner: Manner,
    pub attempts: u32,
    pub not_before: Duration,
    order: u64,
}

#[derive(Debug)]
pub(crate) struct Queue<A> {
    waiting: Vec<Queued<A>>,
    count: u64,
}

impl<A> Queue<A> {
    pub(crate) const fn new() -> Self {
        Self { waiting: Vec::new(), count: 0 }
    }

    /// Adds a request; returns the ids of those it makes pointless.
    pub(crate) fn push(&mut self, id: u64, lane: Lane, ask: A, manner: Manner, not_before: Duration) -> Result<Vec<u64>, QueueFull> {
        let is_pointless = |queued: &Queued<A>| {
            let same = manner.key.is_some() && queued.manner.key == manner.key && queued.lane != Lane::Stop;
            let move_before_stop = manner.stops_moves && queued.manner.retry == Retry::Motion;
            same || move_before_stop
        };
        // A request that is refused makes nothing pointless.
        let kept = self.waiting.iter().filter(|queued| !is_pointless(queued)).count();
        if kept >= MAX_QUEUED && lane != Lane::Stop {
            return Err(QueueFull);
        }
        let pointless = self.waiting.extract_if(.., |queued| is_pointless(queued)).map(|queued| queued.id).collect();
        self.count += 1;
        self.waiting.push(Queued { id, lane, ask, manner, attempts: 0, not_before, order: self.count });
        Ok(pointless)
    }

    /// Puts a request back to be sent again, in its old place, not before that time.
    pub(crate) fn back(&mut self, mut queued: Queued<A>, not_before: Duration) {
        queued.not_before = not_before;
        self.waiting.push(queued);
    }

    /// The next request; commands only when `may_command` or in the stop lane.
    pub(crate) fn take(&mut self, now: Duration, may_command: bool) -> Option<Queued<A>> {
        let fits = |queued: &Queued<A>| {
            queued.not_before <= now && (may_command || queued.manner.done_within.is_none() || queued.lane == Lane::Stop)
        };
        let best =
            self.waiting.iter().enumerate().filter(|(_, queued)| fits(queued)).min_by_key(|(_, queued)| (queued.lane, queued.order))?.0;
        Some(self.waiting.remove(best))
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn earliest(&self) -> Option<Duration> {
        self.waiting.iter().map(|queued| queued.not_before).min()
    }

    pub(crate) fn clear(&mut self) -> Vec<u64> {
        self.waiting.drain(..).map(|queued| queued.id).collect()
    }
}
