//! Journals cut anywhere: what was acknowledged before is there, and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use mcu_api::{Envelope, Event, Mic, MicChange, Origin, Rev};
use mcu_conference::Conference;
use mcu_control::{Journal, JournalError};
use proptest::prelude::*;
use support::{Scratch, conference, opening, site};

fn envelope(rev: u64, event: Event) -> Envelope {
    let (author, right) = ("值机员".to_owned(), "conference.sound".to_owned());
    Envelope {
        conference: conference(),
        rev: Rev(rev),
        at_ms: rev,
        author,
        right,
        origin: Origin::Desk,
        idem_key: Some(format!("k{rev}")),
        event,
    }
}

fn mic(rev: u64, name: &str) -> Envelope {
    let after = if rev.is_multiple_of(2) { Mic::Open } else { Mic::Closed };
    envelope(rev, Event::MicsChanged { changes: vec![MicChange { site: site(name), before: Mic::Closed, after }] })
}

/// Lines of one or two facts.
fn commands(count: u64) -> Vec<Vec<Envelope>> {
    let opened = vec![envelope(1, Event::Opened { open: opening() })];
    let later = (2..=count).map(|rev| if rev % 3 == 0 { vec![mic(rev, "guiyang"), mic(rev, "anren")] } else { vec![mic(rev, "guiyang")] });
    std::iter::once(opened).chain(later).collect()
}

fn written(commands: &[Vec<Envelope>]) -> Vec<u8> {
    let scratch = Scratch::new();
    let path = scratch.0.join("j.jsonl");
    let mut journal = Journal::create(&path, &commands[0]).unwrap();
    for facts in &commands[1..] {
        journal.append(facts).unwrap();
    }
    std::fs::read(path).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_at_any_byte_it_holds_the_whole_commands_before(at in any::<prop::sample::Index>(), garbage in proptest::collection::vec(any::<u8>(), 0..40)) {
        static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| written(&commands(8)));
        let at = at.index(BYTES.len() + 1);
        let mut bytes = BYTES[..at].to_vec();
        let whole = bytes.iter().filter(|byte| **byte == b'\n').count();
        // What a dying disk leaves behind the last whole line is no line.
        bytes.extend(garbage.into_iter().filter(|byte| *byte != b'\n'));
        let scratch = Scratch::new();
        let path = scratch.0.join("j.jsonl");
        std::fs::write(&path, &bytes).unwrap();
        let (mut journal, facts) = Journal::open(&path).unwrap();
        let expected: Vec<Envelope> = commands(8)[..whole].concat();
        prop_assert_eq!(&facts, &expected);
        if whole > 0 {
            let restored = Conference::replay(&facts).unwrap();
            prop_assert_eq!(restored.state().rev, Rev(whole as u64));
            let next = mic(whole as u64 + 1, "linwu");
            journal.append(std::slice::from_ref(&next)).unwrap();
            let (_, again) = Journal::open(&path).unwrap();
            prop_assert_eq!(again.last(), Some(&next));
            prop_assert_eq!(again.len(), expected.len() + 1);
        }
    }
}

#[test]
fn a_damaged_line_is_named_and_the_file_left_alone() {
    let mut bytes = written(&commands(4));
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[second] = b'x';
    let scratch = Scratch::new();
    let path = scratch.0.join("j.jsonl");
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Damaged(_, 2, _))));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_journal_is_never_begun_over_another() {
    let scratch = Scratch::new();
    let path = scratch.0.join("j.jsonl");
    let commands = commands(1);
    Journal::create(&path, &commands[0]).unwrap();
    assert!(Journal::create(&path, &commands[0]).is_err());
    assert_eq!(Journal::open(&path).unwrap().1, commands[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_damaged_journal_keeps_no_other_conference_back() {
    let mcu = support::Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    std::fs::write(mcu.scratch.0.join("data/conferences/other.jsonl"), b"nonsense\n").unwrap();
    let mcu = mcu.restart().await;
    assert_eq!(mcu.operator().snapshot(&conference()).await.unwrap().rev, Rev(1));
    let health = mcu.operator().health().await.unwrap();
    assert!(health.problems.iter().any(|problem| problem.detail.contains("other.jsonl")));
}
