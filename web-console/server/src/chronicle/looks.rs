//! What one look at a conference tells that the look before did not. Pure.

use std::collections::{BTreeMap, BTreeSet};

use mcu_api::{ConferenceSnapshot, Connection, RecordState, SiteId, SiteSnapshot};
use serde::{Deserialize, Serialize};

use super::entry::{Entry, Fault, What};

/// Loss in ‰ from which it is a fault: pictures break visibly there in spite of repeats (docs/lossy-lines.md).
const LOSS_BEGINS_PERMILLE: u16 = 50;
/// Loss in ‰ below which it is over: apart from the above, so that a line at the edge does not fill the chronicle.
const LOSS_ENDS_PERMILLE: u16 = 20;
/// Loss in ‰ from which a minute of a line is told: the 1 % at which a technician's self-test warns.
const TOLD_LOSS_PERMILLE: u16 = 10;
/// Round trip in ms from which a minute of a line is told: the 100 ms of the same test.
const TOLD_RTT_MS: u32 = 100;
/// Length of the stretch of which the worst is told.
const MINUTE_MS: u64 = 60_000;

/// What is remembered of a look.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Look {
    /// When the MCU's state was so.
    at_ms: u64,
    sites: BTreeMap<SiteId, SiteLook>,
    record: RecordState,
    live: bool,
    /// Worker programs that were away.
    down: BTreeSet<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct SiteLook {
    joined: bool,
    since_ms: u64,
    faults: BTreeSet<Fault>,
}

impl Look {
    /// One that remembers nothing before this snapshot.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn of(snapshot: &ConferenceSnapshot) -> Self {
        Self::default().then(snapshot, snapshot.at_ms).0
    }

    /// When the MCU's state was so, ms since 1970; 0 is never.
    #[must_use]
    pub(crate) const fn at_ms(&self) -> u64 {
        self.at_ms
    }

    /// It was still so then.
    pub(crate) fn still_so_at(&mut self, at_ms: u64) {
        self.at_ms = self.at_ms.max(at_ms);
    }

    /// The same but for the time.
    #[must_use]
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        *self == Self { at_ms: self.at_ms, ..other.clone() }
    }

    /// The look at a later snapshot, and what it tells besides this one.
    #[must_use]
    pub(crate) fn then(&self, after: &ConferenceSnapshot, at_ms: u64) -> (Self, Vec<Entry>) {
        let mut entries = Vec::new();
        let nobody = SiteLook::default();
        let mut sites = BTreeMap::new();
        for seat in &after.sites {
            let before = self.sites.get(&seat.site).unwrap_or(&nobody);
            let look = site_look(before, seat);
            self.presence(before, seat, after.opened_at_ms, at_ms, &mut entries);
            faults(before, &look, &seat.site, at_ms, &mut entries);
            sites.insert(seat.site.clone(), look);
        }
        // A seat that was taken out.
        for (site, before) in self.sites.iter().filter(|(site, _)| !sites.contains_key(*site)) {
            faults(before, &nobody, site, at_ms, &mut entries);
            if before.joined {
                entries.push(Entry { at_ms, site: Some(site.clone()), what: What::Left { lost: false, exact: true } });
            }
        }
        let look = Self {
            at_ms,
            sites,
            record: after.output.record,
            live: after.output.live,
            down: after.workers.iter().filter(|worker| !worker.up).map(|worker| worker.worker.clone()).collect(),
        };
        self.programs(&look, at_ms, &mut entries);
        (look, entries)
    }

    fn presence(&self, before: &SiteLook, after: &SiteSnapshot, opened_at_ms: u64, at_ms: u64, entries: &mut Vec<Entry>) {
        let mut tell = |at_ms, what| entries.push(Entry { at_ms, site: Some(after.site.clone()), what });
        let joined = after.connection == Connection::Joined;
        let moved = after.connection_since_ms > before.since_ms;
        // The MCU knows since when, unless only the seat was taken or given.
        let since = if moved { after.connection_since_ms.clamp(opened_at_ms.min(at_ms), at_ms) } else { at_ms };
        match (before.joined, joined) {
            (false, true) => tell(since, What::Joined {}),
            (true, false) => tell(since, What::Left { lost: after.seated && after.connection != Connection::Absent, exact: true }),
            (true, true) if moved => {
                tell(self.at_ms.min(since), What::Left { lost: false, exact: false });
                tell(since, What::Joined {});
            }
            (true, true) | (false, false) => {}
        }
    }

    fn programs(&self, after: &Self, at_ms: u64, entries: &mut Vec<Entry>) {
        let mut tell = |what| entries.push(Entry { at_ms, site: None, what });
        if self.record != after.record {
            tell(What::Recording { state: after.record });
        }
        if self.live != after.live {
            tell(What::Live { on: after.live });
        }
        for worker in after.down.difference(&self.down) {
            tell(What::Worker { worker: worker.clone(), up: false });
        }
        for worker in self.down.difference(&after.down) {
            tell(What::Worker { worker: worker.clone(), up: true });
        }
    }
}

fn site_look(before: &SiteLook, after: &SiteSnapshot) -> SiteLook {
    let mut faults: BTreeSet<Fault> = after.faults.iter().copied().map(Fault::from).collect();
    faults.extend(after.trouble.map(Fault::from));
    let edge = if before.faults.contains(&Fault::LossHigh) { LOSS_ENDS_PERMILLE } else { LOSS_BEGINS_PERMILLE };
    if after.loss_permille >= edge {
        faults.insert(Fault::LossHigh);
    }
    SiteLook { joined: after.connection == Connection::Joined, since_ms: after.connection_since_ms, faults }
}

fn faults(before: &SiteLook, after: &SiteLook, site: &SiteId, at_ms: u64, entries: &mut Vec<Entry>) {
    let mut tell = |what| entries.push(Entry { at_ms, site: Some(site.clone()), what });
    for fault in after.faults.difference(&before.faults) {
        tell(What::FaultBegan { fault: *fault });
    }
    for fault in before.faults.difference(&after.faults) {
        tell(What::FaultEnded { fault: *fault });
    }
}

/// What a later snapshot tells besides an earlier one; `at_ms` is when the later one was so (ms since 1970).
#[cfg(test)]
#[must_use]
pub(crate) fn differences(before: &ConferenceSnapshot, after: &ConferenceSnapshot, at_ms: u64) -> Vec<Entry> {
    Look::of(before).then(after, at_ms).1
}

/// The worst of each line, minute by minute.
#[derive(Debug, Clone, Default)]
pub(crate) struct Minutes {
    minute: u64,
    worst: BTreeMap<SiteId, (u16, Option<u32>)>,
}

impl Minutes {
    /// Takes the lines' figures; returns those of the minute before once it is over, where they are worth telling.
    pub(crate) fn take(&mut self, snapshot: &ConferenceSnapshot) -> Vec<Entry> {
        let minute = snapshot.at_ms / MINUTE_MS;
        let told = if minute == self.minute { Vec::new() } else { self.finish() };
        self.minute = minute;
        for seat in snapshot.sites.iter().filter(|seat| seat.connection == Connection::Joined) {
            let (loss, rtt) = self.worst.entry(seat.site.clone()).or_default();
            *loss = (*loss).max(seat.loss_permille);
            *rtt = (*rtt).max(seat.rtt_ms);
        }
        told
    }

    /// The figures of the minute that is not over yet.
    pub(crate) fn finish(&mut self) -> Vec<Entry> {
        let at_ms = self.minute * MINUTE_MS;
        let worth = |(_, (loss, rtt)): &(SiteId, (u16, Option<u32>))| *loss >= TOLD_LOSS_PERMILLE || *rtt >= Some(TOLD_RTT_MS);
        let told = std::mem::take(&mut self.worst).into_iter().filter(worth);
        told.map(|(site, (loss_permille, rtt_ms))| Entry { at_ms, site: Some(site), what: What::Line { loss_permille, rtt_ms } }).collect()
    }
}

#[cfg(test)]
#[path = "looks_tests.rs"]
mod tests;
