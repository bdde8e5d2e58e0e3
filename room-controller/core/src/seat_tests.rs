use proptest::prelude::*;
use room_api::{SeatState, SeatWord};

use super::{Seat, TRY_AGAIN_MS, TerminalSaid, UNKNOWN_FOR_MS, Verdict};
use crate::text;

const NOW: u64 = 1_800_000_000_000;

fn word(revision: u64, conference: Option<&str>) -> SeatWord {
    SeatWord { revision, conference: conference.map(str::to_owned) }
}

fn said(conference: &str, joined: bool, verdict: Verdict) -> TerminalSaid {
    TerminalSaid { conference: Some(conference.to_owned()), publishing: joined, watching: joined, verdict, trouble: None }
}

fn seat() -> Seat {
    Seat::new(Some("standing".to_owned()), None)
}

fn name(state: &SeatState) -> &'static str {
    match state {
        SeatState::Waiting { .. } => "waiting",
        SeatState::Connecting {} => "connecting",
        SeatState::Joined {} => "joined",
        SeatState::Failed { .. } => "failed",
    }
}

#[test]
fn what_is_reported_follows_what_the_terminal_says() {
    let trouble = || Some(text("线路不通", "no line"));
    let half = |verdict| TerminalSaid { publishing: true, ..said("m-1", false, verdict) };
    let stuck = TerminalSaid { trouble: trouble(), ..said("m-1", false, Verdict::None) };
    let half_stuck = TerminalSaid { trouble: trouble(), ..half(Verdict::None) };
    let rows = [
        ("nothing said yet", TerminalSaid::default(), "connecting"),
        ("still in the one before", said("standing", true, Verdict::None), "connecting"),
        ("on its way", said("m-1", false, Verdict::None), "connecting"),
        ("one way", half(Verdict::None), "connecting"),
        ("one way, the other fails", half_stuck, "connecting"),
        ("there", said("m-1", true, Verdict::None), "joined"),
        ("kept out", stuck, "failed"),
        ("not known for a moment", said("m-1", false, Verdict::Unknown), "waiting"),
    ];
    for (what, told, state) in rows {
        let mut seat = seat();
        assert_eq!(seat.word(word(1, Some("m-1"))), Ok(true));
        seat.said(NOW, told);
        let report = seat.report();
        assert_eq!((name(&report.state), report.conference.as_deref(), report.revision), (state, Some("m-1"), 1), "{what}");
    }
}

#[test]
fn an_ended_conference_is_left_for_the_standing_one_without_the_console() {
    let mut seat = seat();
    seat.word(word(4, Some("m-1"))).unwrap();
    seat.said(NOW, said("m-1", true, Verdict::None));
    seat.said(NOW + 1, said("m-1", true, Verdict::Ended));
    assert_eq!(seat.place(), Some("standing"));
    // A late word of the terminal about the one it has left changes nothing.
    seat.said(NOW + 2, said("m-1", true, Verdict::None));
    seat.tick(NOW + 10 * TRY_AGAIN_MS);
    assert_eq!((seat.place(), seat.deadline()), (Some("standing"), None), "what has ended is left for good");
    seat.said(NOW + 3, said("standing", true, Verdict::None));
    let report = seat.report();
    assert_eq!((report.wanted.as_deref(), report.conference.as_deref()), (Some("m-1"), Some("standing")));
    assert_eq!(report.state, SeatState::Joined {});
    // The same word again is old; one of a higher revision is tried.
    assert_eq!(seat.word(word(4, Some("m-1"))), Ok(false));
    assert_eq!(seat.place(), Some("standing"));
    assert_eq!(seat.word(word(5, Some("m-1"))), Ok(true));
    assert_eq!(seat.place(), Some("m-1"));
}

#[test]
fn an_unknown_conference_is_doubted_then_left_then_tried_again() {
    let mut seat = seat();
    seat.word(word(1, Some("m-1"))).unwrap();
    let unknown = |conference| said(conference, false, Verdict::Unknown);
    seat.said(NOW, unknown("m-1"));
    seat.said(NOW + UNKNOWN_FOR_MS - 1, unknown("m-1"));
    assert_eq!(seat.place(), Some("m-1"), "the MCU may have just been started");
    // An answer between the two begins the doubt anew.
    seat.said(NOW + UNKNOWN_FOR_MS, said("m-1", false, Verdict::None));
    seat.said(NOW + UNKNOWN_FOR_MS + 1, unknown("m-1"));
    assert_eq!(seat.place(), Some("m-1"));
    let left_ms = NOW + 2 * UNKNOWN_FOR_MS + 1;
    seat.said(left_ms, unknown("m-1"));
    assert_eq!((seat.place(), seat.deadline()), (Some("standing"), Some(left_ms + TRY_AGAIN_MS)));
    seat.said(left_ms + 1, unknown("standing"));
    assert_eq!(name(&seat.report().state), "waiting");
    // Joined in the standing one, it is left in peace.
    let mut content = seat.clone();
    content.said(left_ms + 2, said("standing", true, Verdict::None));
    content.tick(left_ms + TRY_AGAIN_MS);
    assert_eq!((content.place(), content.deadline()), (Some("standing"), None));
    seat.tick(left_ms + TRY_AGAIN_MS - 1);
    assert_eq!(seat.place(), Some("standing"));
    seat.tick(left_ms + TRY_AGAIN_MS);
    assert_eq!(seat.place(), Some("m-1"));
}

#[test]
fn without_a_wish_the_standing_one_and_without_that_nothing() {
    let mut seat = seat();
    assert_eq!((seat.place(), seat.report().revision), (Some("standing"), 0));
    seat.said(NOW, said("standing", false, Verdict::Ended));
    assert_eq!((name(&seat.report().state), seat.place()), ("waiting", Some("standing")), "it goes on trying");
    let nowhere = Seat::new(None, Some(word(3, None)));
    assert_eq!((nowhere.place(), name(&nowhere.report().state), nowhere.report().revision), (None, "waiting", 3));
}

#[test]
fn a_word_that_is_none_changes_nothing() {
    let mut seat = Seat::new(Some("standing".to_owned()), Some(word(3, Some("m-1"))));
    let before = seat.clone();
    for bad in [word(9, Some("../secret")), word(9, Some("")), word(0, None)] {
        assert!(!seat.word(bad).unwrap_err().en.is_empty());
        assert_eq!(seat, before);
    }
}

proptest! {
    /// However words are lost, doubled and mixed up, and whatever the terminal says in between: the room is where the last word that arrived by
    /// revision says, and a crash that brings back what was kept changes nothing of that.
    #[test]
    fn only_the_highest_revision_counts(
        arrivals in proptest::collection::vec((1_u64..12, 0_u8..3), 1..40),
        crash in 0_usize..40,
        talk in proptest::collection::vec((0_u8..3, any::<bool>()), 40),
    ) {
        // The console says one thing per revision.
        let conference = |revision: u64| match revision % 3 { 0 => None, 1 => Some("m-1"), _ => Some("m-2") };
        let (mut seat, mut kept, mut highest) = (seat(), None, 0);
        for (step, ((revision, copies), (who, joined))) in arrivals.iter().zip(&talk).enumerate() {
            for _ in 0..*copies {
                let told = word(*revision, conference(*revision));
                let is_news = seat.word(told.clone()).unwrap();
                prop_assert_eq!(is_news, *revision > highest);
                if is_news {
                    kept = Some(told);
                    highest = *revision;
                }
            }
            let about = ["m-1", "m-2", "standing"][usize::from(*who)];
            seat.said(NOW + step as u64, said(about, *joined, Verdict::None));
            if step == crash {
                seat = Seat::new(Some("standing".to_owned()), kept.clone());
            }
            prop_assert_eq!(seat.report().revision, highest);
            let wanted = if highest == 0 { None } else { conference(highest) };
            prop_assert_eq!(seat.place(), wanted.or(Some("standing")));
        }
    }
}
