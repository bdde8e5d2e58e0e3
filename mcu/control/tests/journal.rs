//! Journals cut anywhere: what was acknowledged before is there, and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use mcu_api::{ClientError, Code, Command, CommandAnswer, CommandRequest, ConferenceId, Envelope, Event, Mic, MicChange, Origin, Rev};
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

    #[test]
    fn pages_of_any_size_hold_every_fact_once_and_whole_revisions(max_lines in 1_usize..6, max_bytes in 0_u64..3_000, opened in 1_usize..9) {
        let all = commands(9);
        let scratch = Scratch::new();
        let path = scratch.0.join("j.jsonl");
        let mut journal = Journal::create(&path, &all[0]).unwrap();
        for facts in &all[1..opened] {
            journal.append(facts).unwrap();
        }
        // Lines written before and after a restart are found alike.
        drop(journal);
        let (mut journal, _) = Journal::open(&path).unwrap();
        for facts in &all[opened..] {
            journal.append(facts).unwrap();
        }
        let (mut after, mut read) = (Rev(0), Vec::new());
        loop {
            let page = journal.excerpt(after, max_lines, max_bytes).unwrap();
            let facts = page.read().unwrap();
            let Some(last) = facts.last() else { break };
            let lines: std::collections::BTreeSet<u64> = facts.iter().map(|fact| fact.rev.0).collect();
            prop_assert!(lines.len() <= max_lines);
            prop_assert!(lines.len() == 1 || all.iter().filter(|line| lines.contains(&line[0].rev.0)).map(|line| serde_json::to_vec(line).unwrap().len() as u64 + 1).sum::<u64>() <= max_bytes);
            prop_assert_eq!(page.more, last.rev < Rev(9));
            after = last.rev;
            read.extend(facts);
        }
        prop_assert_eq!(read, all.concat());
    }
}

#[test]
fn a_page_reads_the_same_whatever_becomes_of_the_journal() {
    let scratch = Scratch::new();
    let all = commands(4);
    let mut journal = Journal::create(&scratch.0.join("j.jsonl"), &all[0]).unwrap();
    journal.append(&all[1]).unwrap();
    let page = journal.excerpt(Rev(1), 10, 10_000).unwrap();
    journal.append(&all[2]).unwrap();
    journal.archive(&scratch.0.join("archived.jsonl")).unwrap();
    assert_eq!(page.read().unwrap(), all[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_told_by_pages_after_a_restart_and_after_the_end() {
    let mcu = support::Mcu::start().await;
    let client = mcu.operator();
    let opened = client.open(&opening()).await.unwrap();
    for after in [Mic::Open, Mic::Closed] {
        client.command(&conference(), &support::plain(Command::SetMic { site: site("guiyang"), mic: after })).await.unwrap();
    }
    let mcu = mcu.restart().await;
    let client = mcu.operator();
    let first = client.journal(&conference(), Rev(0), 2).await.unwrap();
    assert_eq!((first.opened_at_ms, first.rev, first.more), (opened.opened_at_ms, Rev(3), true));
    assert_eq!(first.envelopes.iter().map(|fact| fact.rev.0).collect::<Vec<_>>(), [1, 2]);
    let second = client.journal(&conference(), Rev(2), 2).await.unwrap();
    assert!(!second.more && second.envelopes.iter().all(|fact| fact.rev == Rev(3)));
    let CommandAnswer::NeedsConfirmation { token } = client.command(&conference(), &support::plain(Command::End {})).await.unwrap() else {
        panic!("an end is confirmed")
    };
    let end = CommandRequest { confirm: Some(token), ..support::plain(Command::End {}) };
    client.command(&conference(), &end).await.unwrap();
    let last = client.journal(&conference(), Rev(3), 500).await.unwrap();
    assert!(matches!(last.envelopes.last().unwrap().event, Event::Ended {}));
    assert!(client.journal(&conference(), Rev(99), 1).await.unwrap().envelopes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_is_refused_in_words() {
    let mcu = support::Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    for limit in [0, 501] {
        let Err(ClientError::Refused(problem)) = mcu.operator().journal(&conference(), Rev(0), limit).await else {
            panic!("{limit} is a page")
        };
        assert_eq!((problem.code, problem.status), (Code::Malformed, 400));
    }
    let elsewhere = ConferenceId::new("elsewhere").unwrap();
    let Err(ClientError::Refused(problem)) = mcu.operator().journal(&elsewhere, Rev(0), 1).await else {
        panic!("there is no such conference")
    };
    assert_eq!(problem.code, Code::UnknownConference);
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
