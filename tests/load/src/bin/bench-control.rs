//! `bench-control`: from a command at the console to the changed picture at every terminal (P9) and to the event at twenty consoles (P10).
//!
//! Environment: `QUICK`, `BENCH_DIR`, `SEED` (to repeat the order and the pauses).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use futures_util::StreamExt as _;
use load::conference::latency::percentile;
use load::conference::{Clips, Hall, Late, Monitor, SITES, Turn, Turns};
use load::mark::wall_ns;
use load::report::{Row, Target, say};
use mcu_api::{Command, ServerMessage};
use rig::console::{Desk, Events};
use rig::wait::until;
use serde_json::json;

/// Consoles that follow the conference.
const CONSOLES: usize = 20;
/// A picture that has not changed by then has missed its command.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(5);
/// Media has settled this long after everybody is shown.
const SETTLE: Duration = Duration::from_secs(5);
/// Shortest pause between two commands; up to twice as long, so that every phase of key frames and ticks is met.
const PAUSE: Duration = Duration::from_millis(400);

/// When each console was told of each command, by its key.
type Heard = Arc<Mutex<Vec<(String, Duration)>>>;

fn now() -> Duration {
    Duration::from_nanos(wall_ns())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A small generator: the order must be repeatable, not secret.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % bound.max(1)
    }

    /// Another of the sites but the main one.
    fn branch_but(&mut self, not: u8) -> u8 {
        loop {
            let site = u8::try_from(1 + self.below(u64::from(SITES) - 1)).unwrap_or(1);
            if site != not {
                return site;
            }
        }
    }
}

/// What is told, and what everybody should see then.
struct Step {
    command: Command,
    /// Seen by each site, by its number.
    seen: Vec<u8>,
}

/// One site to all: it sees the main site itself.
fn broadcast(hall: &Hall, site: u8) -> anyhow::Result<Step> {
    let seen = (0..SITES).map(|viewer| if viewer == site { 0 } else { site }).collect();
    Ok(Step { command: Command::BroadcastSite { site: hall.site(site)? }, seen })
}

/// A composite with that site large, to all.
fn composite(hall: &Hall, site: u8) -> anyhow::Result<Step> {
    Ok(Step { command: Command::BroadcastLayout { layout: hall.layout(site)? }, seen: vec![site; usize::from(SITES)] })
}

/// What was measured of one kind of command, in milliseconds.
#[derive(Default)]
struct Measured {
    decoded: Vec<f64>,
    came: Vec<f64>,
    told: Vec<f64>,
    missed: usize,
}

struct Bench {
    hall: Hall,
    desk: Desk,
    turns: Vec<Turns>,
    heard: Vec<Heard>,
    dice: Dice,
}

fn locked<T>(list: &Mutex<Vec<T>>) -> std::sync::MutexGuard<'_, Vec<T>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes when events with a key come.
async fn follow(mut events: Events, heard: Heard) {
    while let Some(Ok(message)) = events.next().await {
        let at = now();
        let Ok(text) = message.to_text() else { continue };
        if let Ok(ServerMessage::Event(envelope)) = serde_json::from_str(text)
            && let Some(key) = envelope.idem_key
        {
            locked(&heard).push((key, at));
        }
    }
}

impl Bench {
    async fn start(dir: &Path, clips: Clips, seed: u64) -> anyhow::Result<(Self, rig::console::Console)> {
        let (mut hall, console) = Hall::with_console(dir, clips).await?;
        let desk = console.sign_in("operator").await?;
        let mut turns = Vec::new();
        for number in 0..SITES {
            turns.push(hall.join_for_turns(number).await?);
        }
        for monitor in [Monitor::Wall, Monitor::Program, Monitor::Preview] {
            let watched = hall.monitor(monitor, false).await?;
            hall.until_pictures(&watched).await?;
        }
        hall.until_joined(usize::from(SITES)).await?;
        let mut heard = Vec::new();
        for _ in 0..CONSOLES {
            let (events, own) = (desk.events(hall.conference()).await?, Heard::default());
            tokio::spawn(follow(events, Arc::clone(&own)));
            heard.push(own);
        }
        Ok((Self { hall, desk, turns, heard, dice: Dice(seed | 1) }, console))
    }

    /// Everybody sees that.
    async fn until_seen(&self, seen: &[u8], patience: Duration) -> anyhow::Result<()> {
        until("every site's picture", patience, || async {
            let sees: Vec<_> = self.turns.iter().map(|turns| locked(turns).last().map(|turn| turn.site)).collect();
            let right = sees.iter().zip(seen).all(|(sees, wanted)| *sees == Some(*wanted));
            anyhow::ensure!(right, "seen {sees:?}, wanted {seen:?}");
            Ok(())
        })
        .await
    }

    async fn step(&mut self, step: &Step, measured: &mut Measured) -> anyhow::Result<()> {
        let key = format!("bench-{}", wall_ns());
        let mut body = serde_json::to_value(&step.command)?;
        body.as_object_mut().context("a command is an object")?.insert("idem_key".to_owned(), json!(key));
        let before: Vec<_> = self.turns.iter().map(|turns| locked(turns).last().map(|turn| turn.site)).collect();
        let at = now();
        let (status, answer) = self.desk.command(self.hall.conference(), &body).await?;
        anyhow::ensure!(status == 200, "{:?} was refused: {answer}", step.command);
        // What did not come is counted below, site by site.
        let _ = self.until_seen(&step.seen, GIVEN_UP_AFTER).await;
        for ((turns, wanted), before) in self.turns.iter().zip(&step.seen).zip(before) {
            if before == Some(*wanted) {
                continue;
            }
            let found: Option<Turn> = locked(turns).iter().rev().find(|turn| turn.site == *wanted && turn.decoded >= at).copied();
            match found {
                Some(turn) => {
                    measured.decoded.push(ms(turn.decoded.saturating_sub(at)));
                    measured.came.push(ms(turn.came.saturating_sub(at)));
                }
                None => measured.missed += 1,
            }
        }
        for heard in &self.heard {
            let told = locked(heard).iter().find(|(told, _)| *told == key).map(|(_, told)| ms(told.saturating_sub(at)));
            match told {
                Some(told) => measured.told.push(told),
                None => measured.missed += 1,
            }
        }
        tokio::time::sleep(PAUSE + PAUSE * u32::try_from(self.dice.below(1000)).unwrap_or(0) / 1000).await;
        Ok(())
    }

    async fn measure(&mut self, steps: u32, kind: fn(&Hall, u8) -> anyhow::Result<Step>) -> anyhow::Result<Measured> {
        let (mut measured, mut last) = (Measured::default(), 0);
        // The first is not counted: what was before is not of its kind.
        for number in 0..=steps {
            last = self.dice.branch_but(last);
            let step = kind(&self.hall, last)?;
            if number == 0 {
                self.step(&step, &mut Measured::default()).await?;
            } else {
                self.step(&step, &mut measured).await?;
            }
        }
        Ok(measured)
    }
}

fn lateness(late: Late) -> String {
    if late.count == 0 {
        return format!("load at most {:.1} ms late", ms(late.worst));
    }
    format!("NOT comparable: the load itself was late {} times, by up to {:.0} ms", late.count, ms(late.worst))
}

fn spread(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    (percentile(values, 50), percentile(values, 95), values.last().copied().unwrap_or(0.0))
}

fn rows(what: &str, measured: &mut Measured, steps: u32, late: &str) {
    let (median, p95, worst) = spread(&mut measured.decoded);
    let (came, _, _) = spread(&mut measured.came);
    let missed = measured.missed;
    let notes = format!(
        "p95 to the first changed picture decoded, {what}: {steps} commands at {SITES} terminals, {} pictures; p50 {median:.1} (come whole {came:.1}), \
         longest {worst:.1}; {missed} missed; {late}",
        measured.decoded.len()
    );
    // One that never came must not vanish from a percentile.
    let value = if missed == 0 { p95 } else { ms(GIVEN_UP_AFTER) };
    say(&Row { id: "P9", value, unit: "ms", target: Target::AtMost(300.0), notes }.line());
    let (median, p95, worst) = spread(&mut measured.told);
    let notes = format!(
        "p95 to the event at {CONSOLES} consoles, {what}: {} events; p50 {median:.1}, longest {worst:.1}; {late}",
        measured.told.len()
    );
    say(&Row { id: "P10", value: p95, unit: "ms", target: Target::AtMost(200.0), notes }.line());
}

async fn control(dir: &Path, steps: u32, seed: u64) -> anyhow::Result<()> {
    let clips = Clips::prepare(dir, SITES)?;
    let programs = dir.join(format!("control-{}", std::process::id()));
    let (mut bench, mut console) = Bench::start(&programs, clips, seed).await?;
    bench.until_seen(&vec![0; usize::from(SITES)], Duration::from_secs(60)).await?;
    tokio::time::sleep(SETTLE).await;
    for (what, kind) in [("a forwarded site", broadcast as fn(&Hall, u8) -> anyhow::Result<Step>), ("a composite", composite)] {
        let _ = bench.hall.take_late();
        let mut measured = bench.measure(steps, kind).await?;
        let late = lateness(bench.hall.take_late());
        rows(what, &mut measured, steps, &format!("seed {seed}; {late}"));
    }
    console.program.end().await;
    bench.hall.end().await;
    std::fs::remove_dir_all(&programs)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let steps = if variable("QUICK").is_some() { 20 } else { 150 };
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    let seed = variable("SEED").map_or_else(|| Ok(wall_ns()), |seed| seed.parse())?;
    gstreamer::init()?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    // Programs end when their hall is dropped, also when the bench is interrupted.
    tokio::select! {
        done = control(&dir, steps, seed) => done,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
        _ = terminate.recv() => anyhow::bail!("told to end"),
    }
}
