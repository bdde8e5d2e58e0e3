//! Journals written by earlier versions are read as they were meant.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Envelope, Forced, Mic, Rev, ViewSource};
use mcu_conference::{Conference, Seen, plan};
use world::{presence_of, site};

/// As written in November 2026, when the forced picture was a site or a layout and nothing took turns.
const NOVEMBER_2026: &str = include_str!("data/journal-2026-11.jsonl");

#[test]
fn a_journal_of_november_2026_is_the_conference_it_was() {
    let envelopes: Vec<Envelope> = NOVEMBER_2026.lines().flat_map(|line| serde_json::from_str::<Vec<Envelope>>(line).unwrap()).collect();
    let conference = Conference::replay(&envelopes).unwrap();
    let state = conference.state();
    assert_eq!(state.rev, Rev(15));
    let Some(Forced::Layout { layout }) = &state.forced else { panic!("{:?}", state.forced) };
    assert_eq!(layout.name, "2x2");
    let mics: Vec<Mic> = state.sites.iter().map(|site| site.mic).collect();
    assert_eq!(mics, [Mic::Open, Mic::Closed, Mic::Closed, Mic::Closed, Mic::Open]);
    assert!(!state.is_seated(&site(3)) && state.is_seated(&site(4)));
    assert!(matches!(state.sites[4].view, ViewSource::Layout { .. }) && state.sites[2].view == ViewSource::None);
    let mut presence = mcu_conference::Presence::nobody();
    for number in 0..5 {
        presence.set(site(number), presence_of(2));
    }
    let media = plan(state, &presence);
    assert_eq!(media.open_mics, [site(0), site(4)]);
    assert!(matches!(&media.sites[1].sees, Seen::Composite(name) if name.starts_with("p-")));
    assert_eq!(conference.deadline(), None);
}
