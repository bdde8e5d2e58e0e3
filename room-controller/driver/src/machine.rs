//! The machine.

mod apart;
mod replies;

use std::collections::VecDeque;
use std::time::Duration;

use room_api::ReportSource;

use crate::health::{LinkHealth, Trouble};
use crate::protocol::{Fact, No, Protocol, Retry};
use crate::queue::{Lane, Queue, QueueFull, Queued};

/// Time for greeting, login or reset; PJLink allows 5 s for any answer.
const OPEN_WITHIN: Duration = Duration::from_secs(5);
/// An opening message of our own (reset) is repeated this often.
const OPEN_TRIES: u8 = 3;
/// Time for one try of an opening message of our own: Companion uses 2 s.
const OPEN_TRY_WITHIN: Duration = Duration::from_secs(2);
/// Times a request is sent in all.
const MAX_ATTEMPTS: u32 = 3;
/// Misses in a row after which the link is given up.
const MAX_MISSES: u32 = 3;
/// Pause after a missed reply on links where replies carry no number: what comes late is dropped in it.
const DRAIN: Duration = Duration::from_millis(500);
/// Pause after "busy" (fact sheet §1).
const BUSY_PAUSE: Duration = Duration::from_millis(100);
/// Times a busy device is asked again: 20 s, longer than any preset takes.
const MAX_BUSY: u32 = 200;
/// Meaningless bytes in a row after which the device counts as garbled.
const MAX_NOISE: usize = 512;
/// A report is known for this many poll periods.
const KNOWN_PERIODS: u32 = 3;

/// What happens to the machine.
#[derive(Debug)]
pub enum Input<'a> {
    /// The link stands.
    Connected,
    /// The link could not be made: why.
    Failed(String),
    /// The link ended: why.
    Closed(String),
    /// Bytes arrived (one datagram on UDP).
    Bytes(&'a [u8]),
    /// Time passed.
    Tick,
    /// Read everything back.
    Resync,
}

/// What the shell shall do or know.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Make the link; report [`Input::Connected`] or [`Input::Failed`].
    Connect,
    /// End the link.
    Disconnect,
    /// Send as one write.
    Send(Vec<u8>),
    /// The device said this.
    Report {
        /// What.
        facts: Vec<Fact>,
        /// How.
        source: ReportSource,
        /// How long it is known; `None` as long as the link stands.
        good_for: Option<Duration>,
    },
    /// How a request is doing.
    Progress {
        /// Its id; never 0.
        id: u64,
        /// How far.
        progress: Progress,
    },
    /// The link's state changed.
    Health(LinkHealth),
}

/// Life of a request on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// On the wire.
    Sent,
    /// Taken.
    Acked,
    /// Completed, or answered yes.
    Done,
    /// The device said no.
    Refused(No),
    /// No reply in time, or the link was lost.
    TimedOut,
    /// A later request took its place.
    Superseded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connecting,
    Opening { until: Duration, tries: u8 },
    Syncing,
    Online,
    Lost { next_try: Duration },
}

#[derive(Debug)]
struct Waiting<A> {
    request: Queued<A>,
    bytes: Vec<u8>,
    seq: Option<u32>,
    until: Duration,
    poll: Option<usize>,
}

#[derive(Debug)]
struct Executing<A> {
    id: u64,
    ask: A,
    slot: u8,
    seq: Option<u32>,
    until: Duration,
}

#[derive(Debug)]
struct Poll<A> {
    ask: A,
    next: Option<Duration>,
    answered: bool,
}

/// Whether there is a connection to send on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Up,
    Down,
    /// Asked for by a session that outlives its connections.
    Coming,
}

/// See the crate.
#[derive(Debug)]
pub struct Machine<P: Protocol> {
    protocol: P,
    phase: Phase,
    health: LinkHealth,
    queue: Queue<P::Ask>,
    waiting: Option<Waiting<P::Ask>>,
    executing: Vec<Executing<P::Ask>>,
    polls: Vec<Poll<P::Ask>>,
    outputs: VecDeque<Output>,
    pause_until: Duration,
    misses: u32,
    noise: usize,
    attempt: usize,
    random: u64,
    heard_at: Duration,
    stands: Stands,
    /// What the opening says as soon as there is a connection again.
    unsaid: Option<Vec<u8>>,
}

impl<P: Protocol> Machine<P> {
    /// Begins to connect. `seed` spreads the reconnects of many devices.
    pub fn new(protocol: P, seed: u64) -> Self {
        let polls = protocol.polls().into_iter().map(|ask| Poll { ask, next: None, answered: false }).collect();
        Self {
            protocol,
            phase: Phase::Connecting,
            health: LinkHealth::Connecting,
            queue: Queue::new(),
            waiting: None,
            executing: Vec::new(),
            polls,
            outputs: VecDeque::from([Output::Health(LinkHealth::Connecting), Output::Connect]),
            pause_until: Duration::ZERO,
            misses: 0,
            noise: 0,
            attempt: 0,
            random: seed | 1,
            heard_at: Duration::ZERO,
            stands: Stands::Down,
            unsaid: None,
        }
    }

    /// The protocol, for its declarations.
    pub const fn protocol(&self) -> &P {
        &self.protocol
    }

    /// Takes what happened at `now` (since any fixed moment).
    pub fn handle(&mut self, now: Duration, input: Input<'_>) {
        self.protocol.clock(now);
        match input {
            Input::Connected => self.connected(now),
            Input::Failed(reason) => self.lose(now, Trouble::Unreachable(reason)),
            Input::Closed(reason) => self.closed(now, reason),
            Input::Bytes(bytes) => {
                if self.protocol.frame_gap().is_some_and(|gap| now.saturating_sub(self.heard_at) > gap) {
                    self.protocol.forget_half();
                }
                self.heard_at = now;
                for heard in self.protocol.feed(bytes) {
                    if matches!(self.phase, Phase::Opening { .. } | Phase::Syncing | Phase::Online) {
                        self.heard(now, heard);
                    }
                }
            }
            Input::Tick => self.tick(now),
            Input::Resync => {
                for poll in &mut self.polls {
                    poll.next = Some(now);
                }
            }
        }
        self.come_online();
        self.send_next(now);
        // A blind device's last opening order is over when it is sent: nothing more happens that would bring us here.
        self.come_online();
    }

    /// Queues a request; `id` names it in [`Output::Progress`], 0 when nobody cares.
    ///
    /// # Errors
    /// When too much waits already.
    pub fn ask(&mut self, now: Duration, id: u64, lane: Lane, ask: P::Ask) -> Result<(), QueueFull> {
        self.protocol.clock(now);
        let manner = self.protocol.manner(&ask);
        for pointless in self.queue.push(id, lane, ask, manner, now)? {
            self.progress(pointless, Progress::Superseded);
        }
        self.send_next(now);
        Ok(())
    }

    /// The next thing to do, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is wanted at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        match self.phase {
            Phase::Connecting => None,
            Phase::Lost { next_try } => Some(next_try),
            Phase::Opening { until, .. } => Some(until),
            Phase::Syncing | Phase::Online => {
                let executing = self.executing.iter().map(|executing| executing.until).min();
                let ready = match &self.waiting {
                    Some(waiting) => Some(waiting.until),
                    None if self.stands == Stands::Coming => None,
                    None => {
                        let queued = if self.executing.len() < self.protocol.capacity() { self.queue.earliest() } else { None };
                        let due = self.polls.iter().filter_map(|poll| poll.next).min();
                        queued.into_iter().chain(due).min().map(|at| at.max(self.pause_until))
                    }
                };
                executing.into_iter().chain(ready).min()
            }
        }
    }

    /// The link's state.
    pub const fn health(&self) -> &LinkHealth {
        &self.health
    }

    fn set_health(&mut self, health: LinkHealth) {
        if self.health != health {
            self.health = health.clone();
            self.outputs.push_back(Output::Health(health));
        }
    }

    fn progress(&mut self, id: u64, progress: Progress) {
        if id != 0 {
            self.outputs.push_back(Output::Progress { id, progress });
        }
    }

    fn report(&mut self, facts: Vec<Fact>, source: ReportSource, good_for: Option<Duration>) {
        if !facts.is_empty() {
            self.outputs.push_back(Output::Report { facts, source, good_for });
        }
    }

    fn connected(&mut self, now: Duration) {
        if self.stands == Stands::Coming {
            self.again();
            return;
        }
        if self.phase != Phase::Connecting {
            return;
        }
        self.stands = Stands::Up;
        self.noise = 0;
        self.misses = 0;
        self.open(now);
    }

    fn open(&mut self, now: Duration) {
        let bytes = self.protocol.open();
        let facts = self.protocol.at_open();
        self.report(facts, ReportSource::Poll, None);
        if self.protocol.is_ready() {
            self.begin_sync(now);
            return;
        }
        self.set_health(LinkHealth::Authenticating);
        let within = if bytes.is_empty() { OPEN_WITHIN } else { OPEN_TRY_WITHIN };
        self.phase = Phase::Opening { until: now + within, tries: 1 };
        if !bytes.is_empty() {
            self.outputs.push_back(Output::Send(bytes));
        }
    }

    fn begin_sync(&mut self, now: Duration) {
        self.phase = Phase::Syncing;
        self.pause_until = now;
        self.set_health(LinkHealth::Syncing);
        for (ask, delay) in self.protocol.prelude() {
            let manner = self.protocol.manner(&ask);
            // The stop lane is never full. Moves asked for while the link was away end here: their time has gone.
            for pointless in self.queue.push(0, Lane::Stop, ask, manner, now + delay).unwrap_or_default() {
                self.progress(pointless, Progress::Superseded);
            }
        }
        for poll in &mut self.polls {
            poll.next = Some(now);
            poll.answered = false;
        }
    }

    fn tick(&mut self, now: Duration) {
        match self.phase {
            Phase::Connecting => {}
            Phase::Lost { next_try } if next_try <= now => {
                self.phase = Phase::Connecting;
                self.set_health(LinkHealth::Connecting);
                self.outputs.push_back(Output::Connect);
            }
            Phase::Lost { .. } => {}
            Phase::Opening { until, tries } if until <= now => self.open_late(now, tries),
            Phase::Opening { .. } => {}
            Phase::Syncing | Phase::Online => {
                self.expire_executing(now);
                if self.waiting.as_ref().is_some_and(|waiting| waiting.until <= now) {
                    self.missed(now);
                }
            }
        }
    }

    fn open_late(&mut self, now: Duration, tries: u8) {
        let bytes = if tries < OPEN_TRIES { self.protocol.open_again() } else { Vec::new() };
        if bytes.is_empty() {
            self.lose(now, Trouble::Silent);
            return;
        }
        self.phase = Phase::Opening { until: now + OPEN_TRY_WITHIN, tries: tries + 1 };
        self.outputs.push_back(Output::Send(bytes));
    }

    fn expire_executing(&mut self, now: Duration) {
        let (late, going): (Vec<_>, Vec<_>) = self.executing.drain(..).partition(|executing| executing.until <= now);
        self.executing = going;
        for executing in late {
            self.progress(executing.id, Progress::TimedOut);
            self.set_health(LinkHealth::Degraded(Trouble::Slow));
        }
    }

    /// No reply to the waiting request.
    fn missed(&mut self, now: Duration) {
        let Some(mut waiting) = self.waiting.take() else { return };
        if self.protocol.outlives_connections() {
            self.hang_up();
        }
        if let Some(question) = self.protocol.instead(&waiting.request.ask) {
            self.ask_instead(now, waiting, question);
            return;
        }
        self.misses += 1;
        let dedups = self.protocol.dedups();
        let may_repeat = dedups || waiting.request.manner.retry == Retry::Idempotent;
        if waiting.request.attempts < MAX_ATTEMPTS && may_repeat {
            if self.phase == Phase::Online {
                self.set_health(LinkHealth::Degraded(Trouble::Slow));
            }
            waiting.request.attempts += 1;
            if dedups {
                self.outputs.push_back(Output::Send(waiting.bytes.clone()));
                waiting.until = now + waiting.request.manner.reply_within;
                self.waiting = Some(waiting);
            } else {
                self.pause_until = now + DRAIN;
                match waiting.poll.and_then(|index| self.polls.get_mut(index)) {
                    Some(poll) => poll.next = Some(self.pause_until),
                    None => self.queue.back(waiting.request, self.pause_until),
                }
                self.give_up_if_silent(now);
            }
            return;
        }
        self.progress(waiting.request.id, Progress::TimedOut);
        if dedups {
            // Three misses: the count may be lost on either side.
            self.fail_all();
            self.open(now);
        } else {
            self.pause_until = now + DRAIN;
            self.give_up_if_silent(now);
        }
    }

    /// The question takes the place of the request that got no reply, in the same place of the queue and with the same id.
    fn ask_instead(&mut self, now: Duration, waiting: Waiting<P::Ask>, question: P::Ask) {
        let mut request = waiting.request;
        request.manner = self.protocol.manner(&question);
        request.ask = question;
        request.attempts = 1;
        if waiting.poll.is_some() {
            self.send(now, request, waiting.poll);
        } else {
            self.queue.back(request, now);
        }
    }

    fn give_up_if_silent(&mut self, now: Duration) {
        if self.misses >= MAX_MISSES {
            self.lose(now, Trouble::Silent);
        }
    }

    fn send_next(&mut self, now: Duration) {
        if !matches!(self.phase, Phase::Syncing | Phase::Online) || self.waiting.is_some() || now < self.pause_until {
            return;
        }
        if self.stands != Stands::Up {
            self.come_for_what_is_due(now);
            return;
        }
        let may_command = self.executing.len() < self.protocol.capacity();
        if let Some(request) = self.queue.take(now, may_command) {
            self.send(now, request, None);
            return;
        }
        let due = self.polls.iter().enumerate().filter_map(|(index, poll)| Some((poll.next.filter(|next| *next <= now)?, index))).min();
        let Some((_, index)) = due else { return };
        let Some(ask) = self.polls.get(index).map(|poll| poll.ask.clone()) else { return };
        let manner = self.protocol.manner(&ask);
        let mut one = Queue::new();
        if one.push(0, Lane::Poll, ask, manner, now).is_ok()
            && let Some(request) = one.take(now, true)
        {
            self.send(now, request, Some(index));
        }
    }

    fn send(&mut self, now: Duration, request: Queued<P::Ask>, poll: Option<usize>) {
        let (bytes, seq) = self.protocol.encode(&request.ask);
        self.outputs.push_back(Output::Send(bytes.clone()));
        if request.attempts == 0 {
            self.progress(request.id, Progress::Sent);
        }
        self.pause_until = self.pause_until.max(now + self.protocol.gap());
        if request.manner.reply_within.is_zero() {
            self.poll_is_over(now, poll, self.protocol.period(&request.ask));
            self.finish(now, request.id, &request.ask);
            return;
        }
        let until = now + request.manner.reply_within;
        let mut request = request;
        request.attempts = request.attempts.max(1);
        self.waiting = Some(Waiting { request, bytes, seq, until, poll });
    }
}
