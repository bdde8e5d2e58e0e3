//! The relay on a simulated line: what repair and congestion control do. Times are virtual, so that nothing depends on the machine.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use load::loss::offer::Repair;
use load::loss::scenarios::{Beyond, Watched, joins, outage, watch};
use load::loss::simulated::Simulated;
use load::loss::world::Line;
use mcu_media_api::{LimitedBy, SessionReport};
use netlab::{Loss, Rate};

/// Half of a round trip of 50 ms.
const DELAY: Duration = Duration::from_millis(25);
const RUN: Duration = Duration::from_secs(20);

fn line(loss: Loss) -> Line {
    Line { loss, delay: DELAY, rate: None, seed: 42 }
}

fn watched(loss: Loss, beyond: Beyond, repair: Repair) -> Watched {
    let mut world = Simulated::new(line(loss)).unwrap();
    watch(&mut world, beyond, 2, repair, RUN, DELAY).unwrap()
}

#[test]
fn pictures_and_sound_come_over_lines_that_lose_up_to_a_third() {
    // Of R2a and R2b, with room for the small sample.
    for (share, damaged, concealed) in [(0.0, 0.0, 0.0), (0.1, 0.25, 0.5), (0.2, 1.0, 1.0), (0.3, 2.0, 3.0)] {
        let loss = if share > 0.0 { Loss::Random(share) } else { Loss::None };
        let seen = watched(loss, Beyond::Watchers, Repair::ALL);
        assert!(seen.pictures.frames >= 1190 && seen.pictures.damaged_percent() <= damaged, "{share}: {:?}", seen.pictures);
        assert!(seen.sound.concealed_percent() <= concealed, "{share}: {:?}", seen.sound);
    }
}

#[test]
fn bursts_are_repaired_too() {
    let seen = watched(Loss::Burst { share: 0.1, mean_packets: 8.0 }, Beyond::Watchers, Repair::ALL);
    assert!(seen.pictures.damaged_percent() <= 0.5 && seen.pictures.freeze <= Duration::from_millis(500), "{:?}", seen.pictures);
}

#[test]
fn the_line_before_the_relay_is_repaired_as_well() {
    let seen = watched(Loss::Random(0.2), Beyond::Publisher, Repair::ALL);
    assert!(seen.pictures.damaged_percent() <= 1.0, "{:?}", seen.pictures);
}

#[test]
fn a_client_that_can_nothing_shows_what_repair_is_worth() {
    let bare = Repair { nack: false, red: false, fec: false, transport: false };
    let seen = watched(Loss::Random(0.05), Beyond::Watchers, bare);
    assert!(seen.pictures.damaged_percent() > 20.0, "a harness that loses nothing measures nothing: {:?}", seen.pictures);
}

#[test]
fn everybody_gets_in_and_nobody_shakes_hands_twice_over_an_outage() {
    let joined = joins(&mut Simulated::new(line(Loss::Random(0.3))).unwrap(), 50, 50).unwrap();
    assert!(joined.iter().all(|one| one.picture.is_some_and(|at| at < Duration::from_secs(30))));
    for beyond in [Beyond::Watchers, Beyond::Publisher] {
        let returned = outage(&mut Simulated::new(line(Loss::None)).unwrap(), beyond, 2, Duration::from_secs(20)).unwrap();
        assert_eq!(returned.handshakes, 0);
        assert!(returned.pictures.iter().all(|picture| picture.is_some_and(|after| after < Duration::from_millis(1500))), "{returned:?}");
    }
}

/// A line of that rate with a queue of a third of a second.
fn thin(bps: u64) -> (Watched, SessionReport) {
    let queue_bytes = u32::try_from(bps / 24).unwrap().max(8_000);
    let mut world = Simulated::new(Line { rate: Some(Rate { bps, queue_bytes }), ..line(Loss::None) }).unwrap();
    let seen = watch(&mut world, Beyond::Watchers, 1, Repair::ALL, Duration::from_secs(60), DELAY).unwrap();
    let report = world.reported().sessions.iter().find(|session| session.seat.0.contains("viewer")).unwrap().clone();
    (seen, report)
}

#[test]
fn a_site_on_128_kbit_s_hears_the_meeting_and_the_desk_is_told_why_it_sees_nothing() {
    let (seen, report) = thin(128_000);
    assert!(seen.sound.concealed_percent() < 2.0, "{:?}", seen.sound);
    assert_eq!(report.shown.unwrap().limited, Some(LimitedBy::LineNothing));
    let line = report.line_bps.unwrap();
    assert!((40_000..200_000).contains(&line), "{line}");
}

#[test]
fn a_line_that_is_wide_enough_carries_the_picture_undisturbed() {
    let (seen, report) = thin(4_000_000);
    assert!(seen.pictures.damaged_percent() < 0.5 && seen.sound.concealed_percent() < 0.5, "{seen:?}");
    assert_eq!(report.shown.unwrap().limited, None);
}
