//! Picture and sound stay together, with the real programs: a rehearsal terminal's flash and beep, as a watcher's player aligns them by sender reports.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use load::conference::{CellArea, Client, Crowd, Door, Lips, Opened, Sink};
use mcu_api::{Cell, CellSource, Command, Layout, Mic, SiteId};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::terminal::{Terminal, clips, prepare_clips};
use rig::wait::until;

/// Sound may be so much behind or ahead of the picture (targets, R6); half of what a viewer begins to notice.
const APART_MS: f64 = 40.0;
/// Flashes judged; one comes every two seconds.
const PAIRS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(60);
/// The speaking site and its place in the site order.
const SPEAKER: (&str, u8) = ("guiyang", 4);

fn site(id: &str) -> SiteId {
    SiteId::new(id).unwrap()
}

struct Meeting {
    mcu: Mcu,
    conference: String,
    terminals: Vec<Terminal>,
}

impl Meeting {
    /// Two rooms in a conference of thirteen; only the speaker's microphone is open.
    async fn start() -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        prepare_clips(&deployment, &clips(), |_, _| {}).await.unwrap();
        let dir = std::env::temp_dir().join(format!("lips-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let mcu = Mcu::start(&dir).await.unwrap();
        mcu.open(&deployment).await.unwrap();
        let mut terminals = Vec::new();
        for seat in deployment.sites.iter().filter(|seat| ["main-hall", SPEAKER.0].contains(&seat.site.as_str())) {
            terminals.push(Terminal::start(&mcu, &deployment, seat).await.unwrap());
        }
        let conference = deployment.conference.as_str().to_owned();
        mcu.until_joined(&conference, 2, PATIENCE).await.unwrap();
        let meeting = Self { mcu, conference, terminals };
        meeting.command(&Command::SetMic { site: site(SPEAKER.0), mic: Mic::Open }).await;
        // Every site beeps at its own flashes.
        meeting.command(&Command::SetMic { site: site("main-hall"), mic: Mic::Closed }).await;
        meeting
    }

    async fn command(&self, command: &Command) {
        self.mcu.command(&self.conference, command).await.unwrap();
    }

    /// Watches the program until enough flashes have their beeps, and gives how far they are apart.
    async fn offsets(&self, crowd: &mut Crowd, door: &Door, cell: CellArea) -> Vec<f64> {
        let lips = Lips::default();
        let path = format!("whep/{}/monitors/program", self.conference);
        let Opened { peer, socket, remote, answer, .. } = door.watch(&path, &self.mcu.token().unwrap()).await.unwrap();
        let sink = Sink::new(peer, remote.address, &answer, None, Some(lips.tap(cell).unwrap()));
        let name = crowd.join(Client::Sink(Box::new(sink)), socket);
        let paired = until("flashes with beeps", PATIENCE, || async {
            let offsets = lips.offsets_ms();
            anyhow::ensure!(offsets.len() >= PAIRS, "{offsets:?}; {}", lips.words());
            Ok(offsets)
        });
        let offsets = paired.await.unwrap();
        crowd.leave(name);
        offsets
    }

    async fn end(mut self) {
        for terminal in &mut self.terminals {
            terminal.program.end().await;
        }
        self.mcu.end().await;
        let _ = std::fs::remove_dir_all(&self.mcu.dir);
    }
}

/// The middle one: a single picture late on a busy machine is no fault of the clocks.
fn middle(offsets: &[f64]) -> f64 {
    let mut sorted = offsets.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
async fn flash_and_beep_stay_together_forwarded_and_composed() {
    gstreamer::init().unwrap();
    let meeting = Meeting::start().await;
    let (mut crowd, door) = (Crowd::start().unwrap(), Door::new(&meeting.mcu.base).unwrap());

    meeting.command(&Command::BroadcastSite { site: site(SPEAKER.0) }).await;
    let whole = CellArea { x: 0, y: 0, w: 1000, site: SPEAKER.1 };
    let forwarded = meeting.offsets(&mut crowd, &door, whole).await;
    eprintln!("forwarded picture and mixed sound: sound later by {forwarded:.1?} ms");

    let cell = |x: u16, y: u16, id: &str| Cell { x, y, w: 500, h: 500, source: CellSource::Site { site: site(id) } };
    let cells = vec![cell(0, 0, "main-hall"), cell(500, 0, SPEAKER.0), cell(0, 500, "beihu"), cell(500, 500, "anren")];
    meeting.command(&Command::BroadcastLayout { layout: Layout { name: "2x2".to_owned(), cells } }).await;
    let composed = meeting.offsets(&mut crowd, &door, CellArea { x: 500, y: 0, w: 500, site: SPEAKER.1 }).await;
    eprintln!("composed picture and mixed sound: sound later by {composed:.1?} ms");

    drop(crowd);
    meeting.end().await;
    assert!(middle(&forwarded).abs() <= APART_MS, "forwarded picture and mixed sound are apart by {forwarded:.1?} ms");
    assert!(middle(&composed).abs() <= APART_MS, "composed picture and mixed sound are apart by {composed:.1?} ms");
}
