//! Rooms come to a booked meeting by themselves and go back when it is over, whatever is killed in between; one that is called again joins afresh.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Hall, SOON, scratch};
use mcu_api::{Command, Connection, Mic, SiteId};
use rig::console::{Console, Desk, Place};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::rooms::RoomController;
use rig::terminal::{clips, prepare_clips};
use rig::wait::until;
use serde_json::{Value, json};

const ROOMS: [&str; 3] = ["main-hall", "guiyang", "beihu"];
/// Time for rooms to come, on a busy machine: a round of the console, a word, two sessions.
const COME: Duration = Duration::from_secs(60);
/// A booking begins with a minute, so it is a minute ahead at most.
const BOOKED: Duration = Duration::from_secs(120);

struct City {
    mcu: Mcu,
    console: Console,
    rooms: RoomController,
    deployment: Deployment,
    desk: Desk,
}

impl City {
    /// The standing conference runs, and the three rooms are in it.
    async fn start() -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        prepare_clips(&deployment, &clips(), |_, _| {}).await.unwrap();
        let (dir, place) = (scratch(), Place::free().unwrap());
        let mcu = Mcu::start_for(&dir, Some(&place.base)).await.unwrap();
        let console = Console::start(&dir, &place, &mcu.base).await.unwrap();
        mcu.open(&deployment).await.unwrap();
        let rooms = RoomController::start(&dir, &console.base, &deployment, &ROOMS).await.unwrap();
        let desk = console.sign_in("operator").await.unwrap();
        let city = Self { mcu, console, rooms, deployment, desk };
        city.until_in(&city.standing()).await;
        city
    }

    fn standing(&self) -> String {
        self.deployment.conference.to_string()
    }

    /// Waits until the MCU has all three rooms joined there.
    async fn until_in(&self, conference: &str) {
        let what = format!("three rooms in {conference}");
        let come = until(&what, COME, || async {
            let snapshot = self.mcu.snapshot(conference).await?;
            let joined: Vec<&str> =
                snapshot.sites.iter().filter(|site| site.connection == Connection::Joined).map(|site| site.site.as_str()).collect();
            anyhow::ensure!(ROOMS.iter().all(|room| joined.contains(room)), "only {joined:?}");
            Ok(())
        });
        if let Err(error) = come.await {
            panic!("{error:#}\nconsole: {}\nrooms: {}", self.console.program.last_words(), self.rooms.program.last_words());
        }
    }

    /// Waits until the MCU has none of them there.
    async fn until_out_of(&self, conference: &str) {
        let what = format!("nobody in {conference}");
        let gone = until(&what, COME, || async {
            let snapshot = self.mcu.snapshot(conference).await?;
            let there = |connection| matches!(connection, Connection::Joined | Connection::Joining);
            let still: Vec<&str> = snapshot.sites.iter().filter(|site| there(site.connection)).map(|site| site.site.as_str()).collect();
            anyhow::ensure!(still.is_empty(), "still {still:?}");
            Ok(())
        });
        gone.await.unwrap();
    }

    /// Books the three rooms for the next minute; gives the booking's id and its conference.
    async fn book(&self) -> (String, String) {
        let meeting = json!({"title": "调度会", "sites": ROOMS, "main_site": "guiyang", "planned_min": 30, "call_before_min": 0});
        let body = json!({"meeting": meeting, "start": next_minute()});
        let (status, booked) = self.desk.post("/api/bookings", &body).await.unwrap();
        assert_eq!(status, 201, "{booked}");
        let id = booked["id"].as_str().unwrap().to_owned();
        let running = until("the booking to run", BOOKED, || async {
            let occurrence = self.desk.get(&format!("/api/bookings/{id}")).await?["occurrences"][0].clone();
            anyhow::ensure!(occurrence["state"]["state"] == "running", "{occurrence}");
            Ok(occurrence["conference"].as_str().unwrap().to_owned())
        });
        (id.clone(), running.await.unwrap())
    }

    /// Waits until the console says of all three rooms that they are in that conference.
    async fn until_said(&self, conference: &str, title: &str) {
        let said = until("the console to say where the rooms are", COME, || async {
            for room in ROOMS {
                let at = self.desk.get(&format!("/api/rooms/{room}")).await?["whereabouts"].clone();
                let wanted = json!({"at": "joined", "conference": {"conference": conference, "title": title}});
                anyhow::ensure!(at == wanted, "{room}: {at}");
            }
            Ok(())
        });
        said.await.unwrap();
    }

    async fn end(&self, conference: &str) {
        let asked: Value = self.mcu.try_command(conference, &json!({"cmd": "end", "args": {}})).await.unwrap().json().await.unwrap();
        let end = json!({"cmd": "end", "args": {}, "confirm": asked["token"]});
        assert!(self.mcu.try_command(conference, &end).await.unwrap().status().is_success());
    }
}

/// The next minute in the deployment's zone, as a booking's start.
fn next_minute() -> String {
    let now_s = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // China has one zone, eight hours ahead, and no summer time. A start that is upon us would be missed.
    let local_s = ((now_s + 3) / 60 + 1) * 60 + 8 * 3600;
    let (days, minutes) = (local_s / 86_400, local_s % 86_400 / 60);
    // Civil from days, by the shift to a year that begins in March.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", minutes / 60, minutes % 60)
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_come_to_a_booked_meeting_and_go_back_whatever_is_killed() {
    let mut city = City::start().await;
    let standing = city.standing();
    let (booking, booked) = city.book().await;
    city.until_in(&booked).await;
    city.until_out_of(&standing).await;
    city.until_said(&booked, "调度会").await;
    let occurrence = city.desk.get(&format!("/api/bookings/{booking}")).await.unwrap()["occurrences"][0].clone();
    let here: Vec<bool> = occurrence["places"].as_array().unwrap().iter().map(|one| one["place"]["place"] == "here").collect();
    assert_eq!(here, [true; 3], "{occurrence}");
    let elsewhere = city.desk.get(&format!("/api/conferences/{standing}/places")).await.unwrap();
    assert_eq!(elsewhere["places"][0]["place"], json!({"place": "elsewhere", "title": "调度会"}));

    // Console and rooms die together; the rooms alone come back, and know where they belong without being told.
    city.console.program.kill().await.unwrap();
    city.rooms.program.kill().await.unwrap();
    city.until_out_of(&booked).await;
    assert_eq!(city.rooms.kept("guiyang").unwrap()["conference"], json!(booked));
    city.rooms.program.restart().unwrap();
    city.until_in(&booked).await;

    // The meeting ends while the line to the console is cut: the rooms go back by themselves.
    city.end(&booked).await;
    city.until_in(&standing).await;
    let state = city.rooms.terminal("guiyang").await.unwrap();
    assert_eq!(state["standing"]["conference"], json!(standing), "{state}");

    // The console is back and of the same opinion.
    city.console.program.restart().unwrap();
    city.until_said(&standing, &city.deployment.title).await;
    city.until_in(&standing).await;
    city.rooms.program.end().await;
    city.console.program.end().await;
    city.mcu.end().await;
    let _ = std::fs::remove_dir_all(&city.mcu.dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_goes_where_its_door_says_and_nowhere_else() {
    let mut hall = Hall::with(&["main-hall", "beihu"]).await;
    let http = rig::mcu::client().unwrap();
    let door = format!("{}/seat", hall.terminal("beihu").local);
    let order = async |body: Value| http.post(&door).json(&body).send().await.unwrap();
    for bad in ["../whip", "City", "", "a b"] {
        let answer = order(json!({"conference": bad})).await;
        assert_eq!(answer.status(), 400);
        assert!(answer.text().await.unwrap().contains("no conference's id"));
    }
    assert_eq!(order(json!({"conference": null, "site": "guiyang"})).await.status(), 422);
    let sessions = hall.sessions("beihu").await;
    let connection = async |hall: &Hall| {
        let snapshot = hall.mcu.snapshot(&hall.conference()).await.unwrap();
        snapshot.sites.iter().find(|row| row.site.as_str() == "beihu").unwrap().connection
    };
    assert_eq!((connection(&hall).await, hall.sessions("beihu").await), (Connection::Joined, sessions), "refusals change nothing");
    assert_eq!(order(json!({"conference": null})).await.status(), 204);
    let left = until("the seat to be given back", SOON, || async {
        let now = connection(&hall).await;
        anyhow::ensure!(now == Connection::Offline, "{now:?}");
        Ok(())
    });
    left.await.unwrap();
    // One that is not there is tried, with the MCU's own reason.
    assert_eq!(order(json!({"conference": "no-such"})).await.status(), 204);
    let refused = until("the MCU's refusal", SOON, || async {
        let state = hall.terminal("beihu").state().await?;
        anyhow::ensure!(state["standing"]["refused"]["code"] == "mcu.conference.unknown", "{state}");
        Ok(())
    });
    refused.await.unwrap();
    assert_eq!(order(json!({"conference": hall.conference()})).await.status(), 204);
    hall.until_joined(2).await;
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_called_again_joins_afresh_and_keeps_its_seat_and_its_mute() {
    let mut hall = Hall::with(&["main-hall", "guiyang", "beihu"]).await;
    let site = |id: &str| SiteId::new(id).unwrap();
    hall.command(&Command::SetMic { site: site("guiyang"), mic: Mic::Open }).await;
    hall.command(&Command::BroadcastSite { site: site("guiyang") }).await;
    hall.terminal("main-hall").watch(300, &[]).await.unwrap();
    hall.until_hears("main-hall", &[4]).await;
    for (id, mic) in [("guiyang", Mic::Open), ("beihu", Mic::Closed)] {
        let before = hall.sessions(id).await;
        hall.command(&Command::Call { site: site(id) }).await;
        // Two sessions more: picture and sound both ways are made anew.
        hall.until_sessions_above(id, before).await;
        hall.until_joined(3).await;
        assert_eq!(hall.terminal(id).state().await.unwrap()["standing"]["calls"], 1);
        let snapshot = hall.mcu.snapshot(&hall.conference()).await.unwrap();
        let row = snapshot.sites.iter().find(|row| row.site.as_str() == id).unwrap();
        assert_eq!((row.mic, row.seated), (mic, true), "{id}");
    }
    // As before: the one is seen and heard, the other is not heard.
    hall.until_hears("main-hall", &[4]).await;
    hall.terminal("main-hall").until_sees(4, SOON).await.unwrap();
    // A room that nobody called has kept its sessions.
    assert_eq!(hall.terminal("main-hall").state().await.unwrap()["standing"]["calls"], 0);
    hall.end().await;
}
