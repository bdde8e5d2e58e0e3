use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;

use mcu_api::{Connection, Envelope, Event, JournalPage, Mic, MicChange, Rev, SiteFault};
use proptest::prelude::*;

use super::{Recorder, meeting_id};
use crate::chronicle::entry::{Entry, What};
use crate::chronicle::store::Chronicle;
use crate::chronicle::testing::{OPENED_MS, after, conference, connect, fact, of, opened, site, snapshot};
use crate::store::Store;

/// A database of its own that goes away with the test.
struct Scratch {
    dir: PathBuf,
    chronicle: Chronicle,
}

impl Scratch {
    async fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let dir = std::env::temp_dir().join(format!("chronicle-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        crate::secret::private_dir(&dir).unwrap();
        let store = Store::open(None, &dir).await.unwrap();
        Self { chronicle: Chronicle::at(store.db().clone()), dir }
    }

    async fn open(&self) -> Recorder {
        Recorder::open(self.chronicle.clone(), &conference(), OPENED_MS, "第12号").await.unwrap()
    }

    async fn entries(&self) -> Vec<Entry> {
        self.chronicle.rows(&meeting_id(&conference(), OPENED_MS), 0).await.unwrap().entries().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn mic(rev: u64) -> Envelope {
    let (before, after) = if rev.is_multiple_of(2) { (Mic::Closed, Mic::Open) } else { (Mic::Open, Mic::Closed) };
    fact(rev, rev, Event::MicsChanged { changes: vec![MicChange { site: site("guiyang"), before, after }] })
}

/// Revisions 1 to `last`; every third has two facts.
fn journal(last: u64) -> Vec<Envelope> {
    let later = (2..=last).flat_map(|rev| if rev.is_multiple_of(3) { vec![mic(rev), mic(rev)] } else { vec![mic(rev)] });
    std::iter::once(opened()).chain(later).collect()
}

fn page(all: &[Envelope], after: Rev, revisions: u64) -> JournalPage {
    let last = all.last().unwrap().rev;
    let end = Rev(after.0 + revisions);
    let envelopes: Vec<Envelope> = all.iter().filter(|fact| fact.rev > after && fact.rev <= end).cloned().collect();
    JournalPage { conference: conference(), opened_at_ms: OPENED_MS, rev: last, envelopes, more: end < last }
}

fn facts(entries: &[Entry]) -> Vec<Envelope> {
    let fact = |entry: &Entry| {
        let What::Fact { envelope } = &entry.what else { return None };
        Some((**envelope).clone())
    };
    entries.iter().filter_map(fact).collect()
}

/// What the future brings if it does so within that many polls; it is dropped where it stands otherwise.
async fn killed_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn facts_are_kept_once_whatever_the_pages_and_however_often_they_are_given() {
    for size in [1, 2, 5, 50] {
        let scratch = Scratch::new().await;
        let all = journal(11);
        let mut recorder = scratch.open().await;
        while recorder.last_rev() < Rev(11) {
            let given = page(&all, recorder.last_rev(), size);
            recorder.page(&given).await.unwrap();
            recorder.page(&given).await.unwrap();
        }
        scratch.open().await.page(&page(&all, Rev(0), 50)).await.unwrap();
        assert_eq!(facts(&scratch.entries().await), all);
    }
}

#[tokio::test]
async fn what_was_not_told_is_a_gap_and_not_guessed() {
    let scratch = Scratch::new().await;
    let mut recorder = scratch.open().await;
    recorder.page(&page(&journal(2), Rev(0), 9)).await.unwrap();
    recorder.page(&page(&journal(9), Rev(6), 9)).await.unwrap();
    let mut now = after(snapshot(), 20);
    connect(&mut now, "guiyang", Connection::Joined, 4);
    recorder.look(&now, OPENED_MS + 20_000).await.unwrap();
    drop(recorder);
    // The console was away for ten minutes; the MCU's state has not changed.
    let mut recorder = scratch.open().await;
    recorder.look(&now, OPENED_MS + 620_000).await.unwrap();
    let told: Vec<(u64, What)> = scratch
        .entries()
        .await
        .into_iter()
        .filter(|entry| !matches!(entry.what, What::Fact { .. }))
        .map(|entry| ((entry.at_ms - OPENED_MS) / 1000, entry.what))
        .collect();
    let expected = [
        (4, What::Joined {}),
        (7, What::FactsMissing { from_rev: 3, to_rev: Some(6) }),
        (20, What::Unwatched { from_ms: OPENED_MS }),
        (620, What::Unwatched { from_ms: OPENED_MS + 20_000 }),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_meeting_ends_or_is_lost_and_may_come_back() {
    let scratch = Scratch::new().await;
    let mut recorder = scratch.open().await;
    let mut all = journal(3);
    recorder.page(&page(&all, Rev(0), 9)).await.unwrap();
    recorder.lost().await.unwrap();
    assert!(!scratch.open().await.is_over());
    all.push(fact(4, 90, Event::Ended {}));
    let mut recorder = scratch.open().await;
    recorder.page(&page(&all, recorder.last_rev(), 9)).await.unwrap();
    recorder.ended().await.unwrap();
    assert!(scratch.open().await.is_over());
    let row = scratch.chronicle.latest(&conference()).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.ended_at_ms), ("ended", Some(i64::try_from(OPENED_MS).unwrap() + 90_000)));
}

#[tokio::test]
async fn the_oldest_meetings_go_when_there_are_too_many_and_running_ones_stay() {
    let scratch = Scratch::new().await;
    let mut first = Recorder::open(scratch.chronicle.clone(), &conference(), 1, "first").await.unwrap();
    first.page(&page(&journal(2), Rev(0), 9)).await.unwrap();
    first.ended().await.unwrap();
    for opened_at_ms in 2..=1_001 {
        Recorder::open(scratch.chronicle.clone(), &conference(), opened_at_ms, "later").await.unwrap();
    }
    let (page, total) = scratch.chronicle.meetings(0, 2).await.unwrap();
    assert_eq!((total, page.first().unwrap().opened_at_ms), (1_000, 1_001));
    assert!(scratch.chronicle.meeting(&meeting_id(&conference(), 1)).await.unwrap().is_none());
    assert_eq!(scratch.chronicle.rows(&meeting_id(&conference(), 1), 0).await.unwrap().entries().unwrap(), []);
}

/// A step of a meeting: how far the journal is, and what a look shows.
#[derive(Debug, Clone, Copy)]
struct Step {
    connection: u8,
    black: bool,
    /// The recorder is dropped after so many polls of this step, if it is not done then.
    polls: Option<usize>,
}

async fn play(scratch: &Scratch, steps: &[Step], kills: bool) -> Vec<Entry> {
    let all = journal(u64::try_from(steps.len()).unwrap() + 1);
    let mut recorder = scratch.open().await;
    for (number, step) in (1_u64..).zip(steps) {
        let mut now = snapshot();
        now.at_ms = OPENED_MS + number * 300;
        let connection = [Connection::Absent, Connection::Joined, Connection::Offline][usize::from(step.connection)];
        connect(&mut now, "guiyang", connection, 0);
        of(&mut now, "guiyang").connection_since_ms = now.at_ms;
        if step.black {
            of(&mut now, "linwu").faults = vec![SiteFault::PictureBlack { for_s: 4 }];
        }
        let known: Vec<Envelope> = all.iter().filter(|fact| fact.rev.0 <= number + 1).cloned().collect();
        let work = async |recorder: &mut Recorder| {
            while recorder.last_rev() < Rev(number + 1) {
                let given = page(&known, recorder.last_rev(), 2);
                recorder.page(&given).await.unwrap();
            }
            recorder.look(&now, now.at_ms).await.unwrap();
        };
        if let Some(polls) = step.polls.filter(|_| kills) {
            let done = killed_after(polls, work(&mut recorder)).await;
            recorder = scratch.open().await;
            if done.is_some() {
                continue;
            }
        }
        work(&mut recorder).await;
    }
    scratch.entries().await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn killed_anywhere_it_keeps_the_same(
        steps in proptest::collection::vec((0_u8..3, any::<bool>(), proptest::option::of(1_usize..14)), 1..12)
    ) {
        let steps: Vec<Step> = steps.into_iter().map(|(connection, black, polls)| Step { connection, black, polls }).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (quiet, killed) = runtime.block_on(async {
            let (one, other) = (Scratch::new().await, Scratch::new().await);
            (play(&one, &steps, false).await, play(&other, &steps, true).await)
        });
        prop_assert_eq!(quiet, killed);
    }
}
