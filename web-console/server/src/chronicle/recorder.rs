//! Writes one meeting into the chronicle. Whatever it has in memory is in the database too, so it may be dropped at any moment and opened again.

use mcu_api::{ConferenceId, ConferenceSnapshot, Envelope, Event, JournalPage, Rev};
use sea_orm::DbErr;

use super::entity::meeting;
use super::entry::{Entry, What};
use super::looks::{Look, Minutes};
use super::store::{Chronicle, MAX_ENTRIES, MAX_REVISIONS, State, Writing, number};

/// How exactly it is kept when a meeting was last heard of; saves a write per heartbeat. After a restart a gap may begin so much too early.
const SEEN_EVERY_MS: u64 = 10_000;
/// Silence that is told as a gap: heartbeats come every second, and a connection is made afresh within a few.
const GAP_MS: u64 = 5_000;

/// One meeting being written.
pub(super) struct Recorder {
    chronicle: Chronicle,
    meeting: meeting::Model,
    look: Look,
    minutes: Minutes,
}

/// The id of a run.
pub(super) fn meeting_id(conference: &ConferenceId, opened_at_ms: u64) -> String {
    format!("{conference}-{opened_at_ms}")
}

impl Recorder {
    /// Goes on with that meeting, or begins it.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn open(chronicle: Chronicle, conference: &ConferenceId, opened_at_ms: u64, title: &str) -> Result<Self, DbErr> {
        let id = meeting_id(conference, opened_at_ms);
        let meeting = match chronicle.meeting(&id).await? {
            Some(known) => known,
            None => {
                let fresh = meeting::Model {
                    id,
                    conference: conference.to_string(),
                    title: title.to_owned(),
                    opened_at_ms: number(opened_at_ms),
                    ended_at_ms: None,
                    state: State::Running.name().to_owned(),
                    last_rev: 0,
                    seen_ms: number(opened_at_ms),
                    next_entry: 0,
                    look: String::new(),
                };
                chronicle.begin(fresh.clone()).await?;
                fresh
            }
        };
        let mut look: Look = serde_json::from_str(&meeting.look).unwrap_or_default();
        look.still_so_at(u64::try_from(meeting.seen_ms).unwrap_or(0));
        Ok(Self { chronicle, meeting, look, minutes: Minutes::default() })
    }

    /// Up to which revision facts are kept.
    pub(super) fn last_rev(&self) -> Rev {
        Rev(u64::try_from(self.meeting.last_rev).unwrap_or(0))
    }

    /// Whether there is nothing more to come.
    pub(super) fn is_over(&self) -> bool {
        State::of(&self.meeting.state) == State::Ended
    }

    /// Keeps a page of the journal.
    ///
    /// # Errors
    /// As the database says; it may be given again.
    pub(super) async fn page(&mut self, page: &JournalPage) -> Result<(), DbErr> {
        let after = self.last_rev();
        let facts: Vec<Envelope> = page.envelopes.iter().filter(|fact| fact.rev > after).cloned().collect();
        let (Some(first), Some(last)) = (facts.first(), facts.last()) else { return Ok(()) };
        let mut told = Vec::new();
        if first.rev > after.next() {
            let missing = What::FactsMissing { from_rev: after.0 + 1, to_rev: Some(first.rev.0 - 1) };
            told.push(Entry { at_ms: first.at_ms, site: None, what: missing });
        }
        let mut next = self.meeting.clone();
        next.last_rev = number(last.rev.0);
        let kept = if last.rev.0 > MAX_REVISIONS {
            if after.0 <= MAX_REVISIONS {
                let missing = What::FactsMissing { from_rev: first.rev.0, to_rev: None };
                told.push(Entry { at_ms: first.at_ms, site: None, what: missing });
            }
            <&[Envelope]>::default()
        } else {
            facts.as_slice()
        };
        if let Some(end) = facts.iter().find(|fact| matches!(fact.event, Event::Ended {})) {
            next.ended_at_ms = Some(number(end.at_ms));
        }
        self.write(next, kept, told).await
    }

    /// Keeps what a look at the conference tells; `now_ms` is the MCU's clock. Must come after the pages up to the snapshot's revision.
    ///
    /// # Errors
    /// As the database says; it may be given again.
    pub(super) async fn look(&mut self, snapshot: &ConferenceSnapshot, now_ms: u64) -> Result<(), DbErr> {
        let now_ms = now_ms.max(snapshot.at_ms);
        let mut told = self.gap(now_ms);
        let (mut look, differences) = self.look.then(snapshot, snapshot.at_ms.max(self.look.at_ms()));
        look.still_so_at(now_ms);
        told.extend(differences);
        told.extend(self.minutes.take(snapshot));
        let mut next = self.meeting.clone();
        next.title.clone_from(&snapshot.title);
        // One that the MCU had lost may come back from a backup.
        State::Running.name().clone_into(&mut next.state);
        let same = told.is_empty() && self.look.says_the_same(&look) && next == self.meeting;
        if !same {
            next.seen_ms = number(now_ms);
            next.look = serde_json::to_string(&look).unwrap_or_default();
            self.write(next, &[], told).await?;
        }
        self.look = look;
        Ok(())
    }

    /// Notes that it was heard of at that time by the MCU's clock.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn heard(&mut self, now_ms: u64) -> Result<(), DbErr> {
        self.look.still_so_at(now_ms);
        if now_ms.saturating_sub(self.seen_ms()) < SEEN_EVERY_MS {
            return Ok(());
        }
        let mut next = self.meeting.clone();
        next.seen_ms = number(now_ms);
        self.write(next, &[], Vec::new()).await
    }

    /// The meeting has ended and its facts are all here.
    ///
    /// # Errors
    /// As the database says; it may be said again.
    pub(super) async fn ended(&mut self) -> Result<(), DbErr> {
        let ended_ms = self.meeting.ended_at_ms.map_or(0, |at| u64::try_from(at).unwrap_or(0));
        let mut told = self.gap(ended_ms);
        told.extend(self.minutes.finish());
        let mut next = self.meeting.clone();
        next.state = State::Ended.name().to_owned();
        next.seen_ms = next.seen_ms.max(number(ended_ms));
        self.write(next, &[], told).await
    }

    /// The MCU does not know it any longer, and nobody saw how it went on.
    ///
    /// # Errors
    /// As the database says; it may be said again.
    pub(super) async fn lost(&mut self) -> Result<(), DbErr> {
        let missing = What::FactsMissing { from_rev: self.last_rev().0 + 1, to_rev: None };
        let told = vec![Entry { at_ms: self.seen_ms(), site: None, what: missing }];
        let mut next = self.meeting.clone();
        next.state = State::Lost.name().to_owned();
        self.write(next, &[], told).await
    }

    fn seen_ms(&self) -> u64 {
        u64::try_from(self.meeting.seen_ms).unwrap_or(0)
    }

    /// The time nobody looked until now, if it is worth telling.
    fn gap(&self, now_ms: u64) -> Vec<Entry> {
        let from_ms = self.look.at_ms();
        if now_ms.saturating_sub(from_ms) <= GAP_MS {
            return Vec::new();
        }
        vec![Entry { at_ms: now_ms, site: None, what: What::Unwatched { from_ms } }]
    }

    /// Writes, and only then believes it.
    async fn write(&mut self, mut next: meeting::Model, facts: &[Envelope], mut told: Vec<Entry>) -> Result<(), DbErr> {
        let first = next.next_entry;
        let room = usize::try_from(MAX_ENTRIES - first).unwrap_or(0);
        if told.len() > room {
            told.truncate(room);
            // The last place says that it is full.
            if let Some(last) = told.last_mut() {
                last.site = None;
                last.what = What::Full {};
            }
        }
        next.next_entry = first + i64::try_from(told.len()).unwrap_or(0);
        let writing = Writing { meeting: Some(&next), facts, entries: (first, &told) };
        self.chronicle.write(&next.id, &writing).await?;
        self.meeting = next;
        Ok(())
    }
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
