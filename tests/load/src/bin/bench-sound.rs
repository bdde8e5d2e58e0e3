//! `bench-sound`: thirteen mixes of thirteen sites by our mixer beside thirteen GStreamer audiomixers. Prints P6.
//!
//! Environment: `QUICK`, `BENCH_DIR`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use load::report::{Row, Target, median, say};
use load::sound::{self, Mixing, SITES, Streams};

/// Both have filled their buffers and settled by then.
const SETTLE: Duration = Duration::from_secs(4);
/// Packets of every mix in a second below which its CPU is not comparable (of 50).
const FULL_RATE: f64 = 49.0;

/// What one run gave.
struct Run {
    cpu_ms: f64,
    packets_per_s: f64,
    mixes: usize,
}

async fn measure(name: &str, mut mixing: Mixing, window: Duration) -> anyhow::Result<Run> {
    mixing.idle(SETTLE).await;
    mixing.clear();
    let (cpu, started) = (mixing.process().cpu()?, Instant::now());
    mixing.idle(window).await;
    let elapsed = started.elapsed().as_secs_f64();
    let cpu_ms = mixing.process().cpu()?.saturating_sub(cpu).as_secs_f64() * 1000.0 / elapsed;
    let (mixes, fewest) = mixing.fewest();
    let packets_per_s = fewest as f64 / elapsed;
    let told = mixing.reported.as_ref().map_or_else(String::new, |report| {
        let concealed: u64 = report.sounds.iter().map(|sound| sound.concealed_ms).sum();
        let delay = report.sounds.iter().map(|sound| sound.delay_ms).max().unwrap_or(0);
        format!(", {} encoders, concealed {concealed} ms in all, longest delay {delay} ms", report.sound_encoders)
    });
    say(&format!("# {name:20} {cpu_ms:.0} CPU-ms/s, {mixes} mixes, fewest packets of one {packets_per_s:.1}/s{told}"));
    mixing.end().await;
    Ok(Run { cpu_ms, packets_per_s, mixes })
}

struct Case {
    name: &'static str,
    target: f64,
    streams: Streams,
    ours: Vec<f64>,
    theirs: Vec<f64>,
    as_it_comes: Vec<f64>,
    complete: bool,
}

impl Case {
    fn new(name: &'static str, talking: u32, target: f64) -> anyhow::Result<Self> {
        let streams = sound::streams(talking)?;
        Ok(Self { name, target, streams, ours: Vec::new(), theirs: Vec::new(), as_it_comes: Vec::new(), complete: true })
    }

    async fn run(&mut self, dir: &Path, window: Duration) -> anyhow::Result<()> {
        let ours = measure("ours", Mixing::ours(dir, &self.streams).await?, window).await?;
        let theirs = measure("gstreamer, our codec", Mixing::gstreamer(dir, &self.streams, true)?, window).await?;
        let as_it_comes = measure("gstreamer as it is", Mixing::gstreamer(dir, &self.streams, false)?, window).await?;
        let full = |run: &Run| run.packets_per_s >= FULL_RATE && run.mixes == SITES as usize;
        self.complete &= full(&ours) && full(&theirs);
        self.ours.push(ours.cpu_ms);
        self.theirs.push(theirs.cpu_ms);
        self.as_it_comes.push(as_it_comes.cpu_ms);
        Ok(())
    }

    fn tell(&self) -> anyhow::Result<()> {
        let (with, without) = (sound::bare(&self.streams, true)?, sound::bare(&self.streams, false)?);
        say(&format!("# bare mixing, {}: {with:.0} CPU-ms/s with in-band FEC, {without:.0} without", self.name));
        let (ours, theirs, as_it_comes) = (median(&self.ours), median(&self.theirs), median(&self.as_it_comes));
        say(&format!("# {}: {:.2} of GStreamer with its own encoder settings (no FEC)", self.name, ours / as_it_comes));
        let notes = format!(
            "{}: ours {ours:.0}, GStreamer {theirs:.0} CPU-ms per second, median of {} run(s) each, same encoder settings",
            self.name,
            self.ours.len()
        );
        if !self.complete {
            // Mixes not made cost nothing: such a figure would flatter one or the other.
            say(&format!("P6 - ratio ≤{:.2} short not comparable, a mix was not whole: {notes}", self.target));
            return Ok(());
        }
        say(&Row { id: "P6", value: ours / theirs, unit: "ratio", target: Target::AtMost(self.target), notes }.line());
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (runs, window) = if variable("QUICK").is_some() { (1, Duration::from_secs(10)) } else { (3, Duration::from_secs(20)) };
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    let mut cases = [Case::new("all talking", SITES, 0.38)?, Case::new("three talking", 3, 0.18)?];
    for _ in 0..runs {
        for case in &mut cases {
            say(&format!("# {}", case.name));
            case.run(&dir, window).await?;
        }
    }
    cases.iter().try_for_each(Case::tell)
}
