//! Rooms in one conference, with real processes: pictures cross, sound crosses without an echo, and killed programs come back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Hall, SOON};
use mcu_api::{Command, Mic, SiteId};

fn site(id: &str) -> SiteId {
    SiteId::new(id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_on_air_is_seen_at_once_and_never_black() {
    let mut hall = Hall::with(&["main-hall", "guiyang", "beihu"]).await;
    let (main, guiyang) = (0, 4);
    hall.terminal("main-hall").watch(60, &[]).await.unwrap();
    hall.terminal("beihu").watch(60, &[]).await.unwrap();
    hall.terminal("beihu").until_sees(main, SOON).await.unwrap();
    hall.command(&Command::BroadcastSite { site: site("guiyang") }).await;
    hall.terminal("main-hall").until_sees(guiyang, SOON).await.unwrap();
    hall.terminal("beihu").until_sees(guiyang, SOON).await.unwrap();
    let looks = hall.terminal("beihu").seen().await.unwrap();
    let before = looks.iter().position(|look| look.markers[0].is_some_and(|(number, _)| number == main)).unwrap();
    for look in &looks[before..] {
        let number = look.markers[0].map(|(number, _)| number);
        assert!(number == Some(main) || number == Some(guiyang), "a picture without a valid marker of the old or new site: {number:?}");
    }
    hall.until_tally("guiyang", true).await;
    hall.until_tally("beihu", false).await;
    hall.command(&Command::Undo { rev: None }).await;
    hall.terminal("beihu").until_sees(main, SOON).await.unwrap();
    hall.until_tally("guiyang", false).await;
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_microphone_is_silent_elsewhere_and_nobody_hears_itself() {
    let mut hall = Hall::with(&["main-hall", "guiyang", "beihu"]).await;
    for id in ["guiyang", "beihu"] {
        hall.command(&Command::SetMic { site: site(id), mic: Mic::Open }).await;
    }
    for id in ["main-hall", "guiyang", "beihu"] {
        hall.terminal(id).watch(120, &[]).await.unwrap();
    }
    hall.until_hears("beihu", &[0, 4]).await;
    hall.until_hears("main-hall", &[1, 4]).await;
    hall.until_hears("guiyang", &[0, 1]).await;
    hall.command(&Command::SetMic { site: site("guiyang"), mic: Mic::Closed }).await;
    hall.until_hears("beihu", &[0]).await;
    hall.until_hears("main-hall", &[1]).await;
    hall.command(&Command::Undo { rev: None }).await;
    hall.until_hears("beihu", &[0, 4]).await;
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_programs_come_back_to_the_same_seats_and_mutes() {
    let mut hall = Hall::full().await;
    hall.command(&Command::BroadcastSite { site: site("guiyang") }).await;
    hall.command(&Command::SetMic { site: site("guiyang"), mic: Mic::Open }).await;
    for id in ["main-hall", "beihu"] {
        hall.terminal(id).watch(300, &[]).await.unwrap();
    }
    hall.terminal("beihu").until_sees(4, SOON).await.unwrap();

    // The mixer: forwarded pictures go on without a gap, no session is made anew, the mix comes back.
    let sessions = hall.sessions("beihu").await;
    hall.mcu.mixer.kill().await.unwrap();
    hall.mcu.mixer.restart().unwrap();
    hall.until_hears("main-hall", &[4]).await;
    hall.assert_no_frame_missing("beihu").await;
    assert_eq!(hall.sessions("beihu").await, sessions, "a session was made anew");

    // Control: the same on air, the same mutes, no frame missing.
    hall.mcu.control.kill().await.unwrap();
    hall.mcu.control.restart().unwrap();
    hall.until_joined(13).await;
    let snapshot = hall.mcu.snapshot(&hall.conference()).await.unwrap();
    assert!(matches!(snapshot.forced, Some(mcu_api::Forced::Site { ref site }) if site.as_str() == "guiyang"));
    let mics: Vec<bool> = snapshot.sites.iter().map(|site| site.mic == Mic::Open).collect();
    assert_eq!(mics.iter().filter(|open| **open).count(), 2, "{mics:?}");
    hall.assert_no_frame_missing("beihu").await;
    assert_eq!(hall.sessions("beihu").await, sessions, "a session was made anew");

    // The relay: every terminal comes back by itself, to the same seat and mute.
    hall.mcu.relay.kill().await.unwrap();
    let killed = std::time::Instant::now();
    hall.until_noticed("beihu").await;
    eprintln!("the dead relay was noticed after {} ms", killed.elapsed().as_millis());
    hall.mcu.relay.restart().unwrap();
    hall.terminal("beihu").watch(300, &[]).await.unwrap();
    hall.until_sessions_above("beihu", sessions).await;
    hall.until_joined(13).await;
    hall.terminal("beihu").until_sees(4, Duration::from_secs(20)).await.unwrap();
    let again = hall.mcu.snapshot(&hall.conference()).await.unwrap();
    assert_eq!(again.sites.iter().map(|site| site.mic == Mic::Open).collect::<Vec<_>>(), mics);
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composed_picture_comes_back_after_the_mixer_is_killed() {
    let mut hall = Hall::with(&["main-hall", "guiyang", "beihu"]).await;
    let cell = |x: u16, y: u16, id: &str| mcu_api::Cell { x, y, w: 500, h: 500, source: mcu_api::CellSource::Site { site: site(id) } };
    let cells = vec![cell(0, 0, "main-hall"), cell(500, 0, "guiyang"), cell(0, 500, "beihu"), cell(500, 500, "anren")];
    hall.terminal("beihu").watch(300, &[(0, 0, 500), (500, 0, 500), (0, 500, 500), (500, 500, 500)]).await.unwrap();
    hall.command(&Command::BroadcastLayout { layout: mcu_api::Layout { name: "2x2".to_owned(), cells } }).await;
    let composed = [Some(0), Some(4), Some(1), None];
    hall.until_sees_cells("beihu", &composed).await;
    let sessions = hall.sessions("beihu").await;
    hall.mcu.mixer.kill().await.unwrap();
    let seen = hall.terminal("beihu").seen().await.unwrap().len();
    hall.mcu.mixer.restart().unwrap();
    hall.until_looks_above("beihu", seen + 30).await;
    hall.until_sees_cells("beihu", &composed).await;
    assert_eq!(hall.sessions("beihu").await, sessions, "a session was made anew");
    hall.end().await;
}
