//! What the device says, matched to what was asked.

use std::time::Duration;

use room_api::ReportSource;

use super::{BUSY_PAUSE, Executing, KNOWN_PERIODS, MAX_BUSY, MAX_NOISE, Machine, OPEN_WITHIN, Phase, Progress, Waiting};
use crate::health::{LinkHealth, Trouble};
use crate::protocol::{Heard, No, Protocol, Read};
use crate::queue::Queued;

impl<P: Protocol> Machine<P> {
    pub(super) fn heard(&mut self, now: Duration, heard: Heard) {
        if !matches!(heard, Heard::Noise(_)) {
            self.noise = 0;
        }
        match heard {
            Heard::Ready => {
                if let Phase::Opening { .. } = self.phase {
                    self.begin_sync(now);
                }
            }
            Heard::Say(bytes) => {
                if let Phase::Opening { tries, .. } = self.phase {
                    self.phase = Phase::Opening { until: now + OPEN_WITHIN, tries };
                    self.put(bytes);
                } else if self.protocol.outlives_connections()
                    && let Some(waiting) = &mut self.waiting
                {
                    waiting.until = now + waiting.request.manner.reply_within;
                    self.put(bytes);
                }
            }
            Heard::Ends => self.hang_up(),
            Heard::LoginRefused => self.lose(now, Trouble::LoginRefused),
            Heard::Restart => {
                self.fail_all();
                self.open(now);
            }
            Heard::Reconnect => {
                self.attempt = 0;
                self.lose(now, Trouble::Closed("the session has to be made afresh".to_owned()));
            }
            Heard::Ack { slot, seq } => self.acked(now, slot, seq),
            Heard::Done { slot, seq } => self.done(now, slot, seq),
            Heard::Answer { seq, payload } => self.answered(now, seq, &payload),
            Heard::Report(facts) => {
                self.misses = 0;
                self.report(facts, ReportSource::Push, None);
            }
            Heard::No { slot, seq, why } => self.refused(now, slot, seq, why),
            Heard::Reply(bytes) => self.put(bytes),
            Heard::Noise(bytes) => {
                self.noise += bytes;
                if self.noise > MAX_NOISE {
                    self.lose(now, Trouble::Garbled);
                }
            }
        }
    }

    fn take_waiting(&mut self, seq: Option<u32>, command: bool) -> Option<Waiting<P::Ask>> {
        let fits = self
            .waiting
            .as_ref()
            .is_some_and(|waiting| waiting.request.manner.done_within.is_some() == command && (seq.is_none() || seq == waiting.seq));
        if fits { self.waiting.take() } else { None }
    }

    fn acked(&mut self, now: Duration, slot: u8, seq: Option<u32>) {
        let Some(waiting) = self.take_waiting(seq, true) else { return };
        self.misses = 0;
        let within = waiting.request.manner.done_within.unwrap_or_default();
        let Queued { id, ask, .. } = waiting.request;
        self.hurry(now, &self.protocol.meanwhile(&ask));
        self.executing.push(Executing { id, ask, slot, seq: waiting.seq, until: now + within });
        self.progress(id, Progress::Acked);
    }

    fn done(&mut self, now: Duration, slot: u8, seq: Option<u32>) {
        let found = self.executing.iter().position(|executing| match seq {
            Some(_) => executing.seq == seq,
            None => executing.slot == slot,
        });
        let (id, ask) = if let Some(index) = found {
            let executing = self.executing.remove(index);
            (executing.id, executing.ask)
        } else if let Some(waiting) = self.take_waiting(seq, true) {
            // Some devices skip the acknowledgement when they are quick.
            (waiting.request.id, waiting.request.ask)
        } else {
            return;
        };
        self.misses = 0;
        self.finish(now, id, &ask);
        self.is_well();
    }

    pub(super) fn finish(&mut self, now: Duration, id: u64, ask: &P::Ask) {
        let facts = self.protocol.done(ask);
        let source = self.protocol.told_by(ask);
        self.report(facts, source, None);
        self.progress(id, Progress::Done);
        self.hurry(now, &self.protocol.after(ask));
    }

    fn hurry(&mut self, now: Duration, questions: &[P::Ask]) {
        for poll in self.polls.iter_mut().filter(|poll| questions.contains(&poll.ask)) {
            poll.next = Some(now);
        }
    }

    fn answered(&mut self, now: Duration, seq: Option<u32>, payload: &[u8]) {
        let Some(waiting) = self.take_waiting(seq, false) else { return };
        match self.protocol.read(&waiting.request.ask, payload) {
            Read::NotMine => self.waiting = Some(waiting),
            Read::No(why) => self.say_no(now, waiting, why),
            Read::Facts(facts) => {
                self.misses = 0;
                let period = self.protocol.period(&waiting.request.ask);
                self.report(facts, ReportSource::Poll, period.map(|period| period * KNOWN_PERIODS));
                self.poll_is_over(now, waiting.poll, period);
                if waiting.poll.is_none() {
                    self.finish(now, waiting.request.id, &waiting.request.ask);
                }
                self.is_well();
            }
        }
    }

    pub(super) fn poll_is_over(&mut self, now: Duration, poll: Option<usize>, period: Option<Duration>) {
        if let Some(poll) = poll.and_then(|index| self.polls.get_mut(index)) {
            poll.answered = true;
            poll.next = period.map(|period| now + period);
        }
    }

    /// Online is said when everything was read back and the last of the opening stops is over: one that came later would end a fresh move.
    pub(super) fn come_online(&mut self) {
        let is_read = self.phase == Phase::Syncing && self.polls.iter().all(|poll| poll.answered);
        let is_quiet = self.queue.is_empty() && self.executing.is_empty();
        if is_read && is_quiet && self.waiting.as_ref().is_none_or(|waiting| waiting.poll.is_some()) {
            self.phase = Phase::Online;
            self.attempt = 0;
            self.set_health(LinkHealth::Online);
        }
    }

    fn is_well(&mut self) {
        if self.phase == Phase::Online {
            self.set_health(LinkHealth::Online);
        }
    }

    fn refused(&mut self, now: Duration, slot: u8, seq: Option<u32>, why: No) {
        let found = self.executing.iter().position(|executing| match seq {
            Some(_) => executing.seq == seq,
            None => slot != 0 && executing.slot == slot,
        });
        if let Some(index) = found {
            let executing = self.executing.remove(index);
            self.progress(executing.id, Progress::Refused(why));
            return;
        }
        let fits = self.waiting.as_ref().is_some_and(|waiting| seq.is_none() || seq == waiting.seq);
        if let Some(waiting) = if fits { self.waiting.take() } else { None } {
            self.say_no(now, waiting, why);
        }
    }

    fn say_no(&mut self, now: Duration, mut waiting: Waiting<P::Ask>, why: No) {
        self.misses = 0;
        if why == No::Busy && waiting.request.attempts < MAX_BUSY && waiting.poll.is_none() {
            waiting.request.attempts += 1;
            self.pause_until = now + BUSY_PAUSE;
            self.queue.back(waiting.request, self.pause_until);
            return;
        }
        if waiting.poll.is_some() {
            let facts = self.protocol.unknown(&waiting.request.ask);
            self.report(facts, ReportSource::Poll, None);
            let period = self.protocol.period(&waiting.request.ask);
            self.poll_is_over(now, waiting.poll, period);
        }
        self.progress(waiting.request.id, Progress::Refused(why));
        self.is_well();
    }
}
