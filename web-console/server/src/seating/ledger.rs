//! What each room was told last, and what it is told again. Pure: time is an argument.

use std::collections::BTreeMap;

use room_api::{SeatReport, SeatWord};

/// A room whose report is behind is told again after so long, ms: twice its report's way on a slow line.
const TELL_AGAIN_MS: i64 = 2_000;
/// A room that has left a conference which still runs is sent there again after so long, ms: the room doubts for six seconds before it leaves.
const SEND_AGAIN_MS: i64 = 10_000;
/// Highest revision: what numbers in JSON carry exactly. Nobody gets there by one a second.
const MAX_REVISION: u64 = 1 << 53;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    word: Option<SeatWord>,
    /// When it was told last, ms since 1970.
    told_ms: i64,
    /// Since when the room is elsewhere although it took the word, ms since 1970.
    elsewhere_ms: Option<i64>,
}

/// The last words by room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    rows: BTreeMap<String, Row>,
}

/// What a report asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing.
    Nothing,
    /// The same word once more.
    Again(SeatWord),
    /// A word of a higher revision, to be kept before it is told.
    Raised(SeatWord),
}

impl Ledger {
    /// With the words kept.
    pub(crate) fn new(kept: impl IntoIterator<Item = (String, SeatWord)>) -> Self {
        let row = |(room, word)| (room, Row { word: Some(word), ..Row::default() });
        Self { rows: kept.into_iter().map(row).collect() }
    }

    /// Where the room is wanted.
    pub(crate) fn wanted(&self, room: &str) -> Option<&str> {
        self.rows.get(room)?.word.as_ref()?.conference.as_deref()
    }

    /// The word that says so; `None` when the room was told that already. A room of which nothing was ever wanted needs no word for that.
    pub(crate) fn change(&self, room: &str, conference: Option<&str>) -> Option<SeatWord> {
        if self.wanted(room) == conference {
            return None;
        }
        Some(SeatWord { revision: self.revision(room) + 1, conference: conference.map(str::to_owned) })
    }

    /// The word was kept and is told at `now_ms`.
    pub(crate) fn put(&mut self, room: &str, word: SeatWord, now_ms: i64) {
        self.rows.insert(room.to_owned(), Row { word: Some(word), told_ms: now_ms, elsewhere_ms: None });
    }

    /// The room reported.
    pub(crate) fn heard(&mut self, room: &str, report: &SeatReport, now_ms: i64) -> Answer {
        let revision = self.revision(room);
        let row = self.rows.entry(room.to_owned()).or_default();
        let conference = row.word.as_ref().and_then(|word| word.conference.clone());
        if report.revision > revision || (report.revision == revision && report.wanted != conference) {
            // This console has forgotten what it told: its words would be taken for old ones, or for the ones of then.
            let raised = report.revision.checked_add(1).filter(|raised| *raised <= MAX_REVISION);
            return raised.map_or(Answer::Nothing, |revision| Answer::Raised(SeatWord { revision, conference }));
        }
        let Some(word) = row.word.clone() else { return Answer::Nothing };
        if report.revision < revision {
            if now_ms.saturating_sub(row.told_ms) < TELL_AGAIN_MS {
                return Answer::Nothing;
            }
            row.told_ms = now_ms;
            return Answer::Again(word);
        }
        if conference.is_none() || report.conference == conference {
            row.elsewhere_ms = None;
            return Answer::Nothing;
        }
        let since_ms = *row.elsewhere_ms.get_or_insert(now_ms);
        if now_ms.saturating_sub(since_ms) < SEND_AGAIN_MS || revision >= MAX_REVISION {
            return Answer::Nothing;
        }
        Answer::Raised(SeatWord { revision: revision + 1, conference })
    }

    fn revision(&self, room: &str) -> u64 {
        self.rows.get(room).and_then(|row| row.word.as_ref()).map_or(0, |word| word.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Ledger, MAX_REVISION, SEND_AGAIN_MS, TELL_AGAIN_MS};
    use proptest::prelude::*;
    use room_api::{SeatReport, SeatState, SeatWord};

    const NOW: i64 = 1_800_000_000_000;

    /// A room as far as this concerns: it takes higher revisions only and keeps what it took.
    #[derive(Default)]
    struct Room {
        kept: Option<SeatWord>,
    }

    impl Room {
        fn hear(&mut self, word: SeatWord) {
            if self.kept.as_ref().is_none_or(|kept| kept.revision < word.revision) {
                self.kept = Some(word);
            }
        }

        fn report(&self) -> SeatReport {
            let wanted = self.kept.as_ref().and_then(|word| word.conference.as_deref());
            report(self.kept.as_ref().map_or(0, |word| word.revision), wanted, wanted.or(Some("standing")))
        }
    }

    fn word(revision: u64, conference: Option<&str>) -> SeatWord {
        SeatWord { revision, conference: conference.map(str::to_owned) }
    }

    fn report(revision: u64, wanted: Option<&str>, conference: Option<&str>) -> SeatReport {
        let own = |text: Option<&str>| text.map(str::to_owned);
        SeatReport { revision, wanted: own(wanted), conference: own(conference), state: SeatState::Joined {} }
    }

    #[test]
    fn only_a_change_is_a_word() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.change("guiyang", None), None);
        let first = ledger.change("guiyang", Some("m-1")).unwrap();
        assert_eq!(first, word(1, Some("m-1")));
        ledger.put("guiyang", first, NOW);
        assert_eq!(ledger.change("guiyang", Some("m-1")), None);
        assert_eq!(ledger.change("guiyang", None), Some(word(2, None)));
        assert_eq!((ledger.wanted("guiyang"), ledger.wanted("anren")), (Some("m-1"), None));
    }

    #[test]
    fn a_room_that_is_behind_is_told_again_but_not_all_the_time() {
        let mut ledger = Ledger::new([("guiyang".to_owned(), word(4, Some("m-1")))]);
        let behind = report(3, None, Some("standing"));
        assert_eq!(ledger.heard("guiyang", &behind, NOW), Answer::Again(word(4, Some("m-1"))));
        assert_eq!(ledger.heard("guiyang", &behind, NOW + TELL_AGAIN_MS - 1), Answer::Nothing);
        assert_eq!(ledger.heard("guiyang", &behind, NOW + TELL_AGAIN_MS), Answer::Again(word(4, Some("m-1"))));
        assert_eq!(ledger.heard("guiyang", &report(4, Some("m-1"), Some("m-1")), NOW + 9_000), Answer::Nothing);
    }

    #[test]
    fn a_console_that_forgot_goes_on_above_what_the_room_knows() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.heard("guiyang", &report(7, Some("m-0"), Some("m-0")), NOW), Answer::Raised(word(8, None)));
        ledger.put("guiyang", word(8, None), NOW);
        assert_eq!(ledger.heard("guiyang", &report(8, None, Some("standing")), NOW), Answer::Nothing);
        // The same revision told before and after forgetting means two things; the room holds the one of then.
        let of_then = report(8, Some("m-0"), Some("m-0"));
        assert_eq!(ledger.heard("guiyang", &of_then, NOW), Answer::Raised(word(9, None)));
        for absurd in [MAX_REVISION, u64::MAX] {
            assert_eq!(ledger.heard("guiyang", &report(absurd, None, None), NOW), Answer::Nothing);
        }
    }

    #[test]
    fn a_room_that_left_a_conference_which_runs_is_sent_there_again() {
        let mut ledger = Ledger::new([("guiyang".to_owned(), word(4, Some("m-1")))]);
        let left = report(4, Some("m-1"), Some("standing"));
        assert_eq!(ledger.heard("guiyang", &left, NOW), Answer::Nothing);
        assert_eq!(ledger.heard("guiyang", &left, NOW + SEND_AGAIN_MS - 1), Answer::Nothing);
        assert_eq!(ledger.heard("guiyang", &left, NOW + SEND_AGAIN_MS), Answer::Raised(word(5, Some("m-1"))));
        ledger.put("guiyang", word(5, Some("m-1")), NOW + SEND_AGAIN_MS);
        let back = report(5, Some("m-1"), Some("m-1"));
        assert_eq!(ledger.heard("guiyang", &back, NOW + SEND_AGAIN_MS), Answer::Nothing);
    }

    proptest! {
        /// Console and room over a line that loses, doubles and mixes up words, both crashing now and then, the console sometimes without its memory:
        /// once the line is whole the room is where the console wants it.
        #[test]
        fn the_room_comes_to_where_it_is_wanted(
            steps in proptest::collection::vec((0_u8..10, 0_u8..3, 0_usize..8), 1..80),
        ) {
            const CONFERENCES: [Option<&str>; 3] = [None, Some("m-1"), Some("m-2")];
            let (mut ledger, mut database, mut room) = (Ledger::default(), None, Room::default());
            let (mut way, mut now_ms, mut wanted): (Vec<SeatWord>, _, _) = (Vec::new(), NOW, None);
            for (what, which, place) in steps {
                now_ms += 700;
                match what {
                    0..=2 => {
                        wanted = CONFERENCES[usize::from(which)];
                        if let Some(word) = ledger.change("r", wanted) {
                            database = Some(word.clone());
                            ledger.put("r", word.clone(), now_ms);
                            way.push(word);
                        }
                    }
                    // Out of order, and not taken from the way: it may come again.
                    3..=5 if !way.is_empty() => room.hear(way[place % way.len()].clone()),
                    6..=7 if !way.is_empty() => drop(way.remove(place % way.len())),
                    8 => ledger = Ledger::new(database.clone().map(|word| ("r".to_owned(), word))),
                    9 if place == 0 => (ledger, database, wanted) = (Ledger::default(), None, None),
                    _ => {}
                }
            }
            for _ in 0..8 {
                now_ms += TELL_AGAIN_MS;
                match ledger.heard("r", &room.report(), now_ms) {
                    Answer::Nothing => {}
                    Answer::Again(word) => room.hear(word),
                    Answer::Raised(word) => {
                        ledger.put("r", word.clone(), now_ms);
                        room.hear(word);
                    }
                }
            }
            prop_assert_eq!(ledger.wanted("r"), wanted);
            let report = room.report();
            prop_assert_eq!(report.wanted.as_deref(), wanted);
        }
    }
}
