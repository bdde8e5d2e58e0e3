//! Connections and their ends: of sessions that end with them, and of those that outlive them.

use std::time::Duration;

use super::{MAX_ATTEMPTS, MAX_MISSES, Machine, Output, Phase, Progress, Stands};
use crate::health::{LinkHealth, Trouble, retry_delay};
use crate::protocol::{Protocol, Retry};

impl<P: Protocol> Machine<P> {
    /// Says something of the opening: now, or when there is a connection again.
    pub(super) fn put(&mut self, bytes: Vec<u8>) {
        if self.stands == Stands::Up {
            self.outputs.push_back(Output::Send(bytes));
            return;
        }
        self.unsaid = Some(bytes);
        self.come();
    }

    /// Ends the connection and not the session.
    pub(super) fn hang_up(&mut self) {
        if self.stands == Stands::Up {
            self.stands = Stands::Down;
            self.outputs.push_back(Output::Disconnect);
        }
    }

    fn come(&mut self) {
        if self.stands == Stands::Down {
            self.stands = Stands::Coming;
            self.outputs.push_back(Output::Connect);
        }
    }

    /// Another connection of the same session stands.
    pub(super) fn again(&mut self) {
        self.stands = Stands::Up;
        self.protocol.connected_again();
        if let Some(bytes) = self.unsaid.take() {
            self.outputs.push_back(Output::Send(bytes));
        }
    }

    pub(super) fn come_for_what_is_due(&mut self, now: Duration) {
        let queued = self.queue.earliest().is_some_and(|at| at <= now);
        if queued || self.polls.iter().any(|poll| poll.next.is_some_and(|next| next <= now)) {
            self.come();
        }
    }

    /// The device ended the connection.
    pub(super) fn closed(&mut self, now: Duration, reason: String) {
        let goes_on = self.protocol.outlives_connections() && matches!(self.phase, Phase::Syncing | Phase::Online);
        if !goes_on {
            self.lose(now, Trouble::Closed(reason));
            return;
        }
        self.hang_up();
        let Some(mut waiting) = self.waiting.take() else { return };
        // The request met the end of an idle connection, or the device ended it over this request: a few times is no accident.
        self.misses += 1;
        if self.misses >= MAX_MISSES {
            self.waiting = Some(waiting);
            self.lose(now, Trouble::Closed(reason));
        } else if let Some(poll) = waiting.poll.and_then(|index| self.polls.get_mut(index)) {
            poll.next = Some(now);
        } else if waiting.request.manner.retry == Retry::Idempotent && waiting.request.attempts < MAX_ATTEMPTS {
            waiting.request.attempts += 1;
            self.queue.back(waiting.request, now);
        } else {
            self.progress(waiting.request.id, Progress::TimedOut);
        }
    }

    /// Ends the link; whoever waits is told.
    pub(super) fn lose(&mut self, now: Duration, reason: Trouble) {
        if let Phase::Lost { .. } = self.phase {
            return;
        }
        if !matches!(reason, Trouble::Unreachable(_)) {
            self.outputs.push_back(Output::Disconnect);
        }
        self.fail_all();
        (self.stands, self.unsaid) = (Stands::Down, None);
        let jitter = self.jitter();
        let next_try = now + retry_delay(self.attempt, &reason, jitter);
        self.attempt = self.attempt.saturating_add(1);
        self.phase = Phase::Lost { next_try };
        self.set_health(LinkHealth::Lost { reason, next_try });
    }

    pub(super) fn fail_all(&mut self) {
        let mut ids = self.queue.clear();
        ids.extend(self.waiting.take().map(|waiting| waiting.request.id));
        ids.extend(self.executing.drain(..).map(|executing| executing.id));
        for id in ids {
            self.progress(id, Progress::TimedOut);
        }
    }

    /// -1.0 to 1.0 (xorshift64).
    fn jitter(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let top = u32::try_from(self.random >> 32).unwrap_or(0);
        f64::from(top) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}
