use mcu_api::{Connection, RecordState, SiteFault, SiteTrouble};
use proptest::prelude::*;

use super::{Look, Minutes, differences};
use crate::chronicle::entry::{Entry, Fault, What};
use crate::chronicle::testing::{OPENED_MS, after, connect, of, site, snapshot};

fn entry(after_s: u64, name: Option<&str>, what: What) -> Entry {
    Entry { at_ms: OPENED_MS + after_s * 1000, site: name.map(site), what }
}

#[test]
fn the_same_again_tells_nothing() {
    let one = snapshot();
    assert_eq!(differences(&one, &after(one.clone(), 30), OPENED_MS + 30_000), []);
}

#[test]
fn comings_and_goings_have_the_times_of_the_mcu() {
    let before = snapshot();
    let mut joined = after(snapshot(), 12);
    connect(&mut joined, "guiyang", Connection::Joined, 10);
    assert_eq!(differences(&before, &joined, joined.at_ms), [entry(10, Some("guiyang"), What::Joined {})]);

    let mut lost = after(joined.clone(), 70);
    connect(&mut lost, "guiyang", Connection::Offline, 68);
    assert_eq!(differences(&joined, &lost, lost.at_ms), [entry(68, Some("guiyang"), What::Left { lost: true, exact: true })]);

    // Hung up: the terminal is still there, so the time of its connection says nothing of the seat.
    let mut hung_up = after(joined.clone(), 70);
    of(&mut hung_up, "guiyang").seated = false;
    of(&mut hung_up, "guiyang").connection = Connection::Absent;
    assert_eq!(differences(&joined, &hung_up, hung_up.at_ms), [entry(70, Some("guiyang"), What::Left { lost: false, exact: true })]);

    // Gone and back between two looks: the return is known, the going is not.
    let mut back = after(joined.clone(), 300);
    connect(&mut back, "guiyang", Connection::Joined, 200);
    let expected = [entry(12, Some("guiyang"), What::Left { lost: false, exact: false }), entry(200, Some("guiyang"), What::Joined {})];
    assert_eq!(differences(&joined, &back, back.at_ms), expected);
}

#[test]
fn faults_begin_and_end_one_by_one() {
    let before = snapshot();
    let mut wrong = after(snapshot(), 5);
    of(&mut wrong, "linwu").faults =
        vec![SiteFault::PictureBlack { for_s: 4 }, SiteFault::SoundHowling { frequency_hz: 900, level_dbfs: -7 }];
    of(&mut wrong, "main").trouble = Some(SiteTrouble::LineThin);
    let expected = [
        entry(5, Some("main"), What::FaultBegan { fault: Fault::LineThin }),
        entry(5, Some("linwu"), What::FaultBegan { fault: Fault::PictureBlack }),
        entry(5, Some("linwu"), What::FaultBegan { fault: Fault::SoundHowling }),
    ];
    assert_eq!(differences(&before, &wrong, wrong.at_ms), expected);
    // A measure that moves is no news.
    let mut longer = after(wrong.clone(), 9);
    of(&mut longer, "linwu").faults = vec![SiteFault::PictureBlack { for_s: 8 }];
    assert_eq!(differences(&wrong, &longer, longer.at_ms), [entry(9, Some("linwu"), What::FaultEnded { fault: Fault::SoundHowling })]);
}

#[test]
fn loss_at_the_edge_is_one_fault() {
    let mut look = Look::of(&snapshot());
    let mut told = Vec::new();
    for (second, loss) in [(1, 49), (2, 50), (3, 30), (4, 55), (5, 20), (6, 19), (7, 49)] {
        let mut now = after(snapshot(), second);
        of(&mut now, "guiyang").loss_permille = loss;
        let (next, entries) = look.then(&now, now.at_ms);
        look = next;
        told.extend(entries);
    }
    let expected = [
        entry(2, Some("guiyang"), What::FaultBegan { fault: Fault::LossHigh }),
        entry(6, Some("guiyang"), What::FaultEnded { fault: Fault::LossHigh }),
    ];
    assert_eq!(told, expected);
}

#[test]
fn recording_live_workers_and_removed_seats_are_told() {
    let mut before = snapshot();
    connect(&mut before, "linwu", Connection::Joined, 0);
    let mut now = after(before.clone(), 3);
    now.output.record = RecordState::Running;
    now.output.live = true;
    now.workers[0].up = false;
    now.sites.retain(|row| row.site.as_str() != "linwu");
    let expected = [
        entry(3, Some("linwu"), What::Left { lost: false, exact: true }),
        entry(3, None, What::Recording { state: RecordState::Running }),
        entry(3, None, What::Live { on: true }),
        entry(3, None, What::Worker { worker: "mixer".to_owned(), up: false }),
    ];
    assert_eq!(differences(&before, &now, now.at_ms), expected);
}

#[test]
fn of_a_minute_only_the_worst_is_told_and_only_where_it_is_bad() {
    let mut minutes = Minutes::default();
    let mut now = snapshot();
    for name in ["guiyang", "linwu"] {
        connect(&mut now, name, Connection::Joined, 0);
    }
    for (second, loss, rtt) in [(1, 3, 20), (20, 40, 90), (59, 9, 130)] {
        now.at_ms = OPENED_MS + second * 1000;
        of(&mut now, "guiyang").loss_permille = loss;
        of(&mut now, "guiyang").rtt_ms = Some(rtt);
        assert_eq!(minutes.take(&now), []);
    }
    now.at_ms = OPENED_MS + 60_000;
    let told = minutes.take(&now);
    assert_eq!(told, [entry(0, Some("guiyang"), What::Line { loss_permille: 40, rtt_ms: Some(130) })]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens, a look kept as text goes on like the look itself, and what has begun ends before it begins again.
    #[test]
    fn a_look_goes_on_from_the_database(steps in proptest::collection::vec((0_u8..4, 0_u8..2, 0_u16..80), 1..30)) {
        let mut look = Look::default();
        let mut open = std::collections::BTreeSet::new();
        for (second, (connection, faulty, loss)) in (1..).zip(steps) {
            let mut now = after(snapshot(), second);
            let connection = [Connection::Absent, Connection::Joining, Connection::Joined, Connection::Offline][usize::from(connection)];
            connect(&mut now, "guiyang", connection, second);
            of(&mut now, "guiyang").loss_permille = loss;
            if faulty == 1 {
                of(&mut now, "guiyang").faults = vec![SiteFault::SoundSilent { for_s: 9 }];
            }
            let restored: Look = serde_json::from_str(&serde_json::to_string(&look).unwrap()).unwrap();
            let (next, entries) = restored.then(&now, now.at_ms);
            prop_assert_eq!(&entries, &look.then(&now, now.at_ms).1);
            for entry in entries {
                let kept: Entry = serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
                prop_assert_eq!(&kept, &entry);
                if let What::FaultBegan { fault } = entry.what {
                    prop_assert!(open.insert(fault));
                } else if let What::FaultEnded { fault } = entry.what {
                    prop_assert!(open.remove(&fault));
                }
            }
            look = next;
        }
    }
}
