//! A roll call over simulated branches of which four suffer: each fault is found, none is found that is not there (console.md §6.1).
//!
//! `ROLL_CALL_SEEDS` and `ROLL_CALL_BRANCHES` make a long run of it: `ROLL_CALL_SEEDS=20 ROLL_CALL_BRANCHES=12`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::{Hall, SOON};
use mcu_api::{Command, Connection, RollCall, RollCallScore, SiteFault, SiteId};
use rig::wait::until;
use room_api::Fault;

/// People answer this long after their microphone was opened.
const ANSWER_MS: u64 = 700;
/// Longer than any roll call here.
const FAULT_MS: u64 = 600_000;
/// Branches in the short run: four that suffer and one that does not.
const BRANCHES: usize = 5;
/// A branch is listened to for 8 s; each has as long again for a busy machine.
const PER_BRANCH: Duration = Duration::from_secs(16);
/// Console.md §6.1.
const WHOLE_PASS_S: f64 = 180.0;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A seed's dice.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// The four faults of a pass with the scores they must bring.
fn faults_of(chance: &mut Chance) -> [(Fault, RollCallScore); 4] {
    let picture = if chance.below(2) == 0 { Fault::PictureBlack {} } else { Fault::PictureFrozen {} };
    // Heard after 5 s at the earliest and before the 8 s are over, whatever the machine does meanwhile.
    let delay_ms = 5_000 + u32::try_from(chance.below(800)).unwrap();
    [
        (Fault::MicDead {}, RollCallScore::PictureWithoutSound),
        (picture, RollCallScore::SoundWithoutPicture),
        (Fault::AnswerNone {}, RollCallScore::NoAnswer),
        (Fault::AnswerLate { delay_ms }, RollCallScore::Late),
    ]
}

async fn hurt(hall: &Hall, site: &str, faults: &[Fault], first: u64) {
    hall.terminal(site).suffer(first, faults, FAULT_MS).await.unwrap();
}

/// Waits until the mixer finds exactly these sites' pictures faulty.
async fn until_pictures(hall: &Hall, faulty: &[&str]) {
    let found = until("the pictures' faults", Duration::from_secs(30), || async {
        let snapshot = hall.mcu.snapshot(&hall.conference()).await?;
        let is_picture = |fault: &SiteFault| matches!(fault, SiteFault::PictureBlack { .. } | SiteFault::PictureFrozen { .. });
        let found: Vec<&str> =
            snapshot.sites.iter().filter(|site| site.faults.iter().any(is_picture)).map(|site| site.site.as_str()).collect();
        anyhow::ensure!(found == faulty, "{found:?}, not {faulty:?}");
        Ok(())
    });
    if let Err(error) = found.await {
        panic!("{error:#}\nmixer: {}", hall.mcu.mixer.last_words());
    }
}

async fn roll_call(hall: &Hall, branches: &[&str]) -> RollCall {
    hall.command(&Command::StartRollCall { sites: branches.iter().map(|site| SiteId::new(site).unwrap()).collect() }).await;
    let patience = PER_BRANCH * u32::try_from(branches.len()).unwrap();
    let finished = until("the roll call", patience, || async {
        let roll_call = hall.mcu.snapshot(&hall.conference()).await?.speech.roll_call.ok_or_else(|| anyhow::anyhow!("none"))?;
        anyhow::ensure!(roll_call.finished_at_ms.is_some(), "{:?}", roll_call.rows);
        Ok(roll_call)
    });
    finished.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_injected_fault_is_found_and_none_else() {
    let (seeds, count) = (setting("ROLL_CALL_SEEDS", 1), setting("ROLL_CALL_BRANCHES", BRANCHES).clamp(4, 12));
    let deployment = rig::deployment::Deployment::chenzhou().unwrap();
    let all: Vec<String> = deployment.sites.iter().map(|site| site.site.as_str().to_owned()).collect();
    let sites: Vec<&str> = all.iter().take(count + 1).map(String::as_str).collect();
    let mut hall = Hall::with_people(&sites, ANSWER_MS).await;
    let branches = &sites[1..];
    for seed in 0..seeds {
        let mut chance = Chance(u64::try_from(seed).unwrap());
        let mut left: Vec<usize> = (0..branches.len()).collect();
        let mut expected = vec![RollCallScore::Normal; branches.len()];
        let mut black = Vec::new();
        for (place, (fault, score)) in faults_of(&mut chance).into_iter().enumerate() {
            let which = left.swap_remove(chance.below(left.len()));
            hurt(&hall, branches[which], &[fault], u64::try_from(seed * 10 + place + 1).unwrap()).await;
            expected[which] = score;
            if score == RollCallScore::SoundWithoutPicture {
                black.push(branches[which]);
            }
        }
        until_pictures(&hall, &black).await;
        let began = Instant::now();
        let roll_call = roll_call(&hall, branches).await;
        let took = began.elapsed().as_secs_f64();
        let found: Vec<RollCallScore> = roll_call.rows.iter().map(|row| row.score.unwrap()).collect();
        let answers: Vec<_> = roll_call.rows.iter().map(|row| row.answer_ms).collect();
        assert_eq!(found, expected, "seed {seed}: {:?}", roll_call.rows);
        eprintln!("roll call seed {seed}: {} branches in {took:.1} s, answers {answers:?} ms, {found:?}", branches.len());
        assert!(took < WHOLE_PASS_S, "twelve branches take three minutes at most");
        for site in branches {
            hurt(&hall, site, &[], 0).await;
        }
        until_pictures(&hall, &[]).await;
    }
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_and_the_sound_are_really_hurt_and_heal() {
    let mut hall = Hall::with_people(&["main-hall", "beihu", "guiyang"], ANSWER_MS).await;
    let row = async |site: &'static str| {
        let snapshot = hall.mcu.snapshot(&hall.conference()).await.unwrap();
        snapshot.sites.into_iter().find(|row| row.site.as_str() == site).unwrap()
    };
    // Howling, on a microphone that is open.
    hall.command(&Command::SetMic { site: SiteId::new("beihu").unwrap(), mic: mcu_api::Mic::Open }).await;
    hurt(&hall, "beihu", &[Fault::SoundHowling { frequency_hz: 2_400 }], 1).await;
    let howls = until("howling", SOON * 2, || async {
        let faults = row("beihu").await.faults;
        let tone = faults
            .iter()
            .find_map(|fault| if let SiteFault::SoundHowling { frequency_hz, .. } = fault { Some(*frequency_hz) } else { None });
        anyhow::ensure!(tone.is_some_and(|tone| tone.abs_diff(2_400) < 100), "{faults:?}");
        Ok(())
    });
    howls.await.unwrap();
    hurt(&hall, "beihu", &[], 0).await;
    // A fifth of the packets of the other are lost, on the way up.
    hurt(&hall, "guiyang", &[Fault::LineLoss { percent: 20, burst: false }], 2).await;
    let loses = until("losses", SOON * 2, || async {
        let loss = row("guiyang").await.loss_permille;
        anyhow::ensure!((100..400).contains(&loss), "{loss} ‰");
        Ok(())
    });
    loses.await.unwrap();
    assert!(row("beihu").await.loss_permille < 50, "the other line is whole");
    // The line is cut, seen by the relay, and heals by itself when the time is over.
    hall.terminal("guiyang").suffer(3, &[Fault::LineCut {}], 8_000).await.unwrap();
    let began = Instant::now();
    let gone = until("the cut line", SOON, || async {
        let connection = row("guiyang").await.connection;
        anyhow::ensure!(connection == Connection::Offline, "{connection:?}");
        Ok(())
    });
    gone.await.unwrap();
    eprintln!("a cut line was seen after {} ms", began.elapsed().as_millis());
    hall.until_joined(3).await;
    eprintln!("it was back after {} ms", began.elapsed().as_millis());
    assert!(began.elapsed() > Duration::from_secs(8));
    hall.end().await;
}
