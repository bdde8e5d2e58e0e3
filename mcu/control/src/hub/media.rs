//! From conferences to workers and back: plans, wanted states, reports.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use mcu_api::{ConferenceId, ConferencePhase, WorkerHealth, write_meters};
use mcu_conference::{MediaPlan, plan, tallies};
use mcu_media_api::{Codec, FromRelay, Hello, Level, MixerWanted, RelayReported, RelayWanted, SeatId, SourceId, ToMixer, ToRelay};
use tokio::sync::mpsc;

use super::{Hub, TICK, Telling};
use crate::clock::now_ms;
use crate::engine::{Circumstances, wanted};
use crate::faults::faults;
use crate::reported::{codecs, content_codecs, follow, holders, loudness, meters, sent, speaking, watched_in};
use crate::view::{Reported, snapshot};

/// A relay reports once a second; one that has not spoken for longer will not, and gets its wanted state all the same.
const SILENT_MS: u64 = 2_000;

/// The rules are asked no more often than this between events: a twentieth of a second late is late for nobody's eye.
const RULES_EVERY: Duration = Duration::from_millis(50);

impl Hub {
    pub(super) fn relay_up(&mut self, id: u64, hello: Hello, link: mpsc::Sender<ToRelay>) {
        let restarted = self.relay.rtp().is_some();
        self.relay.up(id, hello, link, now_ms());
        // What the relay holds still, it was not told to close.
        self.closing.clear();
        if restarted && self.relay.reported.is_none() {
            self.opened.clear();
            self.fail_pending();
        }
        self.refresh();
    }

    pub(super) fn mixer_up(&mut self, id: u64, hello: Hello, link: mpsc::Sender<ToMixer>) {
        self.mixer.up(id, hello, link, now_ms());
        self.refresh();
    }

    pub(super) fn worker_down(&mut self, id: u64) {
        if self.relay.speaks_on(id) {
            self.fail_pending();
        }
        self.relay.down(id);
        self.mixer.down(id);
        self.refresh();
    }

    pub(super) fn relay_says(&mut self, id: u64, message: FromRelay) {
        if !self.relay.speaks_on(id) {
            return;
        }
        match message {
            FromRelay::Hello(_) => {}
            FromRelay::Opened { session, result } => self.session_opened(session, result),
            FromRelay::Patched { session, result } => self.session_patched(&session, result),
            FromRelay::Reported(report) => {
                self.forget_gone(&report);
                self.relay.reported = Some(report);
                self.refresh();
            }
        }
    }

    pub(super) fn workers(&self) -> Vec<WorkerHealth> {
        vec![self.relay.health(self.relay.reported.as_ref().map(|report| report.revision), self.relay_wanted.revision), self.mixer_health()]
    }

    fn mixer_health(&self) -> WorkerHealth {
        let report = self.mixer.reported.as_ref();
        let made = report.iter().flat_map(|report| &report.composites).map(|composite| composite.encoder.clone());
        let encoders: BTreeSet<String> = made.collect();
        let health = self.mixer.health(report.map(|report| report.revision), self.mixer_wanted.revision);
        WorkerHealth { encoders: encoders.into_iter().collect(), ..health }
    }

    /// Makes everything follow from what is known: plans, wanted states, tallies, snapshots.
    pub(super) fn refresh(&mut self) {
        let now = now_ms();
        let nothing = RelayReported::default();
        let report = self.relay.reported.take();
        let seats = holders(report.as_ref().unwrap_or(&nothing));
        if report.is_some() || self.relay.is_silent_for(SILENT_MS, now) || self.relay.rtp().is_none() {
            // What a mixer said that is gone says nothing of now.
            let mixer = self.mixer.reported.as_ref().filter(|_| self.mixer.is_up());
            for one in self.conferences.values_mut() {
                let state = one.conference.state();
                let faults = faults(&state.conference, mixer, &self.mixer_wanted);
                let presence = follow(state, &seats, &faults, &mut one.tracks, now);
                let decided = one.conference.tick(now, &presence);
                one.commit_rules(&decided.envelopes, now);
                one.plan = plan(one.conference.state(), &presence);
            }
        }
        if self.may_send(report.is_some(), now) {
            let (codecs, content_codecs) = (codecs(&seats), content_codecs(&seats));
            self.send_wanted(&codecs, &content_codecs, &watched_in(report.as_ref().unwrap_or(&nothing)), &speaking(&seats));
        }
        let applied = report.as_ref().map(|report| report.revision);
        let workers = vec![self.relay.health(applied, self.relay_wanted.revision), self.mixer_health()];
        for one in self.conferences.values_mut() {
            let state = one.conference.state();
            let sent = sent(state, &one.plan, &seats, self.mixer.reported.as_ref(), &self.mixer_wanted);
            let tallies = tallies(state.seats().map(|site| &site.seat.site), &sent);
            let faults = faults(&state.conference, self.mixer.reported.as_ref(), &self.mixer_wanted);
            let reported = Reported { seats: &seats, tracks: &one.tracks, tallies: &tallies, faults: &faults, workers: workers.clone() };
            let snapshot = snapshot(state, reported, now);
            one.tell_snapshot(snapshot);
        }
        drop(seats);
        self.relay.reported = report;
    }

    /// Nothing is said to the workers before the relay told which sessions it holds: a wanted state made without them would take pictures away.
    fn may_send(&self, relay_reported: bool, now: u64) -> bool {
        let relay_known = relay_reported || self.relay.is_silent_for(SILENT_MS, now);
        relay_known && (self.mixer.rtp().is_some() || now >= self.hold_until_ms)
    }

    fn send_wanted(
        &mut self,
        codecs: &BTreeMap<SeatId, Codec>,
        content_codecs: &BTreeMap<SeatId, Codec>,
        watched_in: &BTreeMap<SeatId, Codec>,
        speaking: &BTreeSet<SeatId>,
    ) {
        let Some(relay_rtp) = self.relay.rtp() else { return };
        let running = self.conferences.iter().filter(|(_, one)| one.conference.state().phase == ConferencePhase::Running);
        let plans: Vec<(&ConferenceId, &MediaPlan)> = running.map(|(id, one)| (id, &one.plan)).collect();
        let (mixer_rtp, pictures) = (self.mixer.rtp(), &self.config.pictures);
        let given = Circumstances { plans: &plans, relay_rtp, mixer_rtp, codecs, content_codecs, watched_in, speaking, pictures };
        let (relay, mixer) = wanted(&given);
        if relay != (RelayWanted { revision: 0, ..self.relay_wanted.clone() }) || self.relay_wanted.revision == 0 {
            self.revision += 1;
            self.relay_wanted = RelayWanted { revision: self.revision, ..relay };
        }
        if mixer != (MixerWanted { revision: 0, ..self.mixer_wanted.clone() }) || self.mixer_wanted.revision == 0 {
            self.revision += 1;
            self.mixer_wanted = MixerWanted { revision: self.revision, ..mixer };
        }
        // The mixer first: a tap that brings packets nobody expects is noise, an input without packets only waits.
        if self.mixer.lacks(self.mixer_wanted.revision) && self.mixer.send(ToMixer::Wanted(self.mixer_wanted.clone())) {
            self.mixer.mark_sent(self.mixer_wanted.revision);
        }
        if self.relay.lacks(self.relay_wanted.revision) && self.relay.send(ToRelay::Wanted(self.relay_wanted.clone())) {
            self.relay.mark_sent(self.relay_wanted.revision);
        }
    }

    /// Tells the meters to all who listen, and the levels to rules that follow them.
    pub(super) fn take_levels(&mut self, levels: &[Level]) {
        let now = now_ms();
        let levels: BTreeMap<&SourceId, &Level> = levels.iter().map(|level| (&level.source, level)).collect();
        let mut changed = false;
        for one in self.conferences.values_mut() {
            if one.has_listeners() {
                one.tell(Telling::Meters(Bytes::from(write_meters(&meters(one.conference.state(), &levels)))));
            }
            if one.conference.follows_levels() {
                let heard = loudness(one.conference.state(), &levels);
                let decided = one.conference.levels(now, &heard);
                changed |= one.commit_rules(&decided.envelopes, now);
            }
        }
        if changed {
            self.refresh();
        }
    }

    /// How long nothing has to be done for the rules.
    pub(super) fn rules_wait(&self) -> Duration {
        let due = self.conferences.values().filter_map(super::conferences::Running::deadline).min();
        let left_ms = due.map_or(u64::MAX, |due| due.saturating_sub(now_ms()));
        Duration::from_millis(left_ms).clamp(RULES_EVERY, TICK)
    }
}
