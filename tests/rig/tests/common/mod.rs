//! A conference with some of the deployment's sites, for scenarios.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "each scenario uses a part; a test fails by panicking"
)]

pub mod network;
pub mod stranger;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use mcu_api::Command;
use rig::console::{Console, Place};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::terminal::{Terminal, clips, prepare_clips};
use rig::wait::until;

/// Long enough for a busy machine, short enough to fail in time. What is timed is timed in benches.
pub const SOON: Duration = Duration::from_secs(15);
/// A browser script is over within this: eight meetings on a busy machine, less than what nextest allows.
const SCRIPT_WITHIN: Duration = Duration::from_secs(330);
/// Amplitude above which a site's tone counts as heard; sent at 2 000.
const HEARD: f64 = 600.0;
/// Amplitude below which it counts as not heard.
const NOT_HEARD: f64 = 120.0;
/// Frames in a clip; a live encoder counts on modulo 2048.
const CLIP_FRAMES: u16 = 240;

static COUNT: AtomicU32 = AtomicU32::new(0);

pub struct Hall {
    pub mcu: Mcu,
    pub deployment: Deployment,
    pub terminals: Vec<Terminal>,
}

/// A directory of this test's own, with a short name: Unix sockets allow 108 bytes.
pub fn scratch() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("rig-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let _ = std::fs::remove_dir_all(&dir);
    dir
}

impl Hall {
    /// Starts the MCU, opens the conference with all thirteen seats and starts the terminals of these sites.
    pub async fn with(sites: &[&str]) -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        prepare_clips(&deployment, &clips(), |_, _| {}).await.unwrap();
        let mcu = Mcu::start(&scratch()).await.unwrap();
        Self::at(mcu, deployment, sites).await
    }

    /// Without any terminal, media being at that address.
    pub async fn empty_at(media: std::net::SocketAddr) -> Self {
        let mcu = Mcu::start_at(&scratch(), None, media).await.unwrap();
        Self::at(mcu, Deployment::chenzhou().unwrap(), &[]).await
    }

    /// With these terminals, media being at that address.
    pub async fn with_at(media: std::net::SocketAddr, sites: &[&str]) -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        prepare_clips(&deployment, &clips(), |_, _| {}).await.unwrap();
        let mcu = Mcu::start_at(&scratch(), None, media).await.unwrap();
        Self::at(mcu, deployment, sites).await
    }

    /// The same with people who answer so many ms after their microphone was opened.
    pub async fn with_people(sites: &[&str], answer_after_ms: u64) -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        prepare_clips(&deployment, &clips(), |_, _| {}).await.unwrap();
        let mcu = Mcu::start(&scratch()).await.unwrap();
        Self::at_with(mcu, deployment, sites, Some(answer_after_ms)).await
    }

    /// All thirteen sites.
    pub async fn full() -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        let sites: Vec<&str> = deployment.sites.iter().map(|site| site.site.as_str()).collect();
        Self::with(&sites).await
    }

    /// All thirteen sites and a console.
    pub async fn with_console() -> (Self, Console) {
        let deployment = Deployment::chenzhou().unwrap();
        let sites: Vec<&str> = deployment.sites.iter().map(|site| site.site.as_str()).collect();
        Self::with_console_and(&sites).await
    }

    /// Some sites and a console.
    pub async fn with_console_and(sites: &[&str]) -> (Self, Console) {
        let deployment = Deployment::chenzhou().unwrap();
        prepare_clips(&deployment, &clips(), |_, _| {}).await.unwrap();
        let place = Place::free().unwrap();
        let mcu = Mcu::start_for(&scratch(), Some(&place.base)).await.unwrap();
        let console = Console::start(&mcu.dir, &place, &mcu.base).await.unwrap();
        (Self::at(mcu, deployment, sites).await, console)
    }

    async fn at(mcu: Mcu, deployment: Deployment, sites: &[&str]) -> Self {
        Self::at_with(mcu, deployment, sites, None).await
    }

    async fn at_with(mcu: Mcu, deployment: Deployment, sites: &[&str], answer_after_ms: Option<u64>) -> Self {
        mcu.open(&deployment).await.unwrap();
        let mut terminals = Vec::new();
        for id in sites {
            let site = deployment.sites.iter().find(|site| site.site.as_str() == *id).unwrap();
            terminals.push(Terminal::start_with(&mcu, &deployment, site, answer_after_ms).await.unwrap());
        }
        let hall = Self { mcu, deployment, terminals };
        hall.until_joined(sites.len()).await;
        hall
    }

    pub fn conference(&self) -> String {
        self.deployment.conference.as_str().to_owned()
    }

    pub fn terminal(&self, site: &str) -> &Terminal {
        self.terminals.iter().find(|terminal| terminal.site == site).unwrap()
    }

    pub async fn command(&self, command: &Command) {
        self.mcu.command(&self.conference(), command).await.unwrap();
    }

    pub async fn until_joined(&self, count: usize) {
        if let Err(error) = self.mcu.until_joined(&self.conference(), count, Duration::from_secs(40)).await {
            panic!(
                "{error:#}\ncontrol: {}\nrelay: {}\nterminal: {}",
                self.mcu.control.last_words(),
                self.mcu.relay.last_words(),
                self.terminals[0].program.last_words()
            );
        }
    }

    /// Waits until that site hears exactly the tones of those.
    pub async fn until_hears(&self, site: &str, numbers: &[usize]) {
        let what = format!("{site} hears {numbers:?}");
        let heard = until(&what, SOON, || async {
            let tones = self.terminal(site).heard().await?;
            let fits =
                tones.iter().enumerate().all(|(number, tone)| if numbers.contains(&number) { *tone > HEARD } else { *tone < NOT_HEARD });
            anyhow::ensure!(fits, "{:?}", tones.iter().map(|tone| *tone as i64).collect::<Vec<_>>());
            Ok(())
        });
        if let Err(error) = heard.await {
            panic!("{error:#}\nmixer: {}", self.mcu.mixer.last_words());
        }
    }

    /// Sessions that terminal has made since its start.
    pub async fn sessions(&self, site: &str) -> u64 {
        self.terminal(site).state().await.unwrap()["standing"]["sessions"].as_u64().unwrap()
    }

    /// Waits until that terminal knows that its sessions are dead.
    pub async fn until_noticed(&self, site: &str) {
        let noticed = until("the dead relay to be noticed", Duration::from_secs(5), || async {
            let state = self.terminal(site).state().await?;
            anyhow::ensure!(state["standing"]["publishing"] == false && state["standing"]["watching"] == false, "{state}");
            Ok(())
        });
        noticed.await.unwrap();
    }

    /// Waits until the MCU has told that terminal whether it is on air.
    pub async fn until_tally(&self, site: &str, on_air: bool) {
        let what = format!("{site} told that on air is {on_air}");
        let told = until(&what, SOON, || async {
            let state = self.terminal(site).state().await?;
            anyhow::ensure!(state["tally"]["tally"]["on_air"] == on_air, "{state}");
            Ok(())
        });
        told.await.unwrap();
    }

    /// Waits until the cells watched carry those sites' markers; `None` is a cell without a marker (a slate).
    pub async fn until_sees_cells(&self, viewer: &str, wanted: &[Option<u8>]) {
        let sees = until("the cells", SOON, || async {
            let looks = self.terminal(viewer).seen().await?;
            let cells: Vec<_> =
                looks.last().map(|look| look.markers.iter().map(|marker| marker.map(|(number, _)| number)).collect()).unwrap_or_default();
            anyhow::ensure!(cells == wanted, "{cells:?}");
            Ok(())
        });
        if let Err(error) = sees.await {
            panic!("{error:#}\nmixer: {}\nrelay: {}", self.mcu.mixer.last_words(), self.mcu.relay.last_words());
        }
    }

    pub async fn until_looks_above(&self, viewer: &str, count: usize) {
        let came = until("more pictures", SOON, || async {
            let looks = self.terminal(viewer).seen().await?.len();
            anyhow::ensure!(looks > count, "{looks} of {count}");
            Ok(())
        });
        if let Err(error) = came.await {
            panic!("{error:#}\nmixer: {}\nrelay: {}", self.mcu.mixer.last_words(), self.mcu.relay.last_words());
        }
    }

    pub async fn until_sessions_above(&self, site: &str, count: u64) {
        let made = until("new sessions", Duration::from_secs(40), || async {
            let state = self.terminal(site).state().await?;
            let now = state["standing"]["sessions"].as_u64().unwrap_or(0);
            anyhow::ensure!(now >= count + 2, "{state}");
            Ok(())
        });
        if let Err(error) = made.await {
            panic!("{error:#}\nrelay: {}\nterminal: {}", self.mcu.relay.last_words(), self.terminal(site).program.last_words());
        }
    }

    /// Every frame number between the first and the last seen of the site on air has been seen; judged over what has come and two seconds more.
    pub async fn assert_no_frame_missing(&self, viewer: &str) {
        let enough = self.terminal(viewer).seen().await.unwrap().len() + 60;
        let watched = until("two seconds more of pictures", SOON, || async {
            let count = self.terminal(viewer).seen().await?.len();
            anyhow::ensure!(count >= enough, "{count} of {enough}");
            Ok(())
        });
        if let Err(error) = watched.await {
            let snapshot = self.mcu.snapshot(&self.conference()).await.unwrap();
            let row = snapshot.sites.iter().find(|row| row.site.as_str() == viewer);
            panic!(
                "{error:#}\nforced {:?}, workers {:?}, viewer {row:?}\nrelay: {}",
                snapshot.forced,
                snapshot.workers,
                self.mcu.relay.last_words()
            );
        }
        let looks = self.terminal(viewer).seen().await.unwrap();
        let (last, _) = looks.last().unwrap().markers[0].unwrap();
        let start = looks.iter().rposition(|look| look.markers[0].is_none_or(|(number, _)| number != last)).map_or(0, |place| place + 1);
        let frames: Vec<u16> = looks[start..].iter().map(|look| look.markers[0].unwrap().1).collect();
        assert!(frames.len() > 20, "only {} frames to judge", frames.len());
        for pair in frames.windows(2) {
            let next = (pair[0] + 1) % 2048;
            assert!(
                pair[1] == next || (pair[0] == CLIP_FRAMES - 1 && pair[1] == 0),
                "after frame {} came {} of {} frames",
                pair[0],
                pair[1],
                frames.len()
            );
        }
    }

    pub async fn end(&mut self) {
        for terminal in &mut self.terminals {
            terminal.program.end().await;
        }
        self.mcu.end().await;
        let _ = std::fs::remove_dir_all(&self.mcu.dir);
    }
}

/// Runs a browser script with its setting; its words are shown, and with a failure the last words of the programs too.
pub async fn script(name: &str, setting: &serde_json::Value, hall: &Hall, console: &Console) {
    script_of(name, setting, hall, &|| console.program.last_words()).await;
}

/// The same without a console.
pub async fn script_without_console(name: &str, setting: &serde_json::Value, hall: &Hall) {
    script_of(name, setting, hall, &|| "none".to_owned()).await;
}

async fn script_of(name: &str, setting: &serde_json::Value, hall: &Hall, console: &(dyn Fn() -> String + Sync)) {
    let path = rig::deployment::root().join("tests/e2e").join(name);
    let run = tokio::process::Command::new("node").arg(path).env("SETTING", setting.to_string()).output();
    let output = tokio::time::timeout(SCRIPT_WITHIN, run).await.unwrap().unwrap();
    let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        panic!(
            "{words}\ncontrol: {}\nrelay: {}\nmixer: {}\nconsole: {}",
            hall.mcu.control.last_words(),
            hall.mcu.relay.last_words(),
            hall.mcu.mixer.last_words(),
            console()
        );
    }
    eprintln!("{words}");
}
