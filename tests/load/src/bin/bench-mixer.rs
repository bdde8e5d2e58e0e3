//! `bench-mixer`: W13 by our mixer beside ffmpeg's xstack, drawtext and libx264. Prints P4.
//!
//! Environment: `QUICK`, `BENCH_DIR`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use load::mixer::{self, OurMixer, Site};
use load::process::Process;
use load::quality::{Ideal, Quality};
use load::report::{Row, Target, median, say};

/// Both have filled their cells and settled by then.
const SETTLE: Duration = Duration::from_secs(4);
/// Largest difference of PSNR-Y at which CPU can be compared, in dB.
const SAME_QUALITY_DB: f64 = 0.5;
/// Frames of ours in every second below which its CPU is not comparable.
const FULL_FPS: f64 = 29.0;

async fn ours(dir: &Path, sites: &[Site], window: Duration, output: &Path) -> anyhow::Result<(f64, f64)> {
    let mut mixer = OurMixer::start(dir, sites, output).await?;
    mixer.idle(SETTLE).await;
    mixer.fps.clear();
    let (cpu, started) = (mixer.process().cpu()?, Instant::now());
    mixer.idle(window).await;
    let share = (mixer.process().cpu()?.saturating_sub(cpu)).as_secs_f64() * 1000.0 / started.elapsed().as_secs_f64();
    let fps = mixer.fps.iter().copied().fold(f32::INFINITY, f32::min);
    say(&format!("# ours   {share:.0} CPU-ms/s, least frames in a second {fps:.1}"));
    mixer.end().await;
    Ok((share, f64::from(fps)))
}

async fn ffmpeg(dir: &Path, sites: &[Site], window: Duration, output: &Path) -> anyhow::Result<f64> {
    let seconds = (SETTLE + window).as_secs() + 10;
    let arguments = mixer::ffmpeg_arguments(dir, sites, seconds, output)?;
    let process = Process::start(Path::new("/usr/bin/ffmpeg"), &arguments, None, &dir.join("ffmpeg.log"))?;
    tokio::time::sleep(SETTLE).await;
    let (cpu, started) = (process.cpu()?, Instant::now());
    tokio::time::sleep(window).await;
    let share = (process.cpu()?.saturating_sub(cpu)).as_secs_f64() * 1000.0 / started.elapsed().as_secs_f64();
    say(&format!("# ffmpeg {share:.0} CPU-ms/s"));
    process.end().await;
    Ok(share)
}

fn told(name: &str, quality: Quality) -> f64 {
    say(&format!(
        "# {name:6} PSNR-Y {:.2} dB over {} cells, {} without a readable frame number",
        quality.psnr_y_db, quality.cells, quality.unreadable
    ));
    quality.psnr_y_db
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (runs, window) = if variable("QUICK").is_some() { (1, Duration::from_secs(20)) } else { (3, Duration::from_secs(30)) };
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    gstreamer::init()?;
    let sites = mixer::sites()?;
    let (our_file, their_file) = (dir.join("w13-ours.h264"), dir.join("w13-ffmpeg.h264"));
    let (mut our_cpu, mut their_cpu, mut least_fps) = (Vec::new(), Vec::new(), f64::INFINITY);
    for _ in 0..runs {
        let (share, fps) = ours(&dir, &sites, window, &our_file).await?;
        our_cpu.push(share);
        least_fps = least_fps.min(fps);
        their_cpu.push(ffmpeg(&dir, &sites, window, &their_file).await?);
    }
    let ideal = Ideal::load(&dir, &sites)?;
    let our_quality = told("ours", ideal.compare(&sites, &our_file)?);
    let their_quality = told("ffmpeg", ideal.compare(&sites, &their_file)?);
    let (ours, theirs) = (median(&our_cpu), median(&their_cpu));
    let same = our_quality + SAME_QUALITY_DB >= their_quality;
    let notes = format!(
        "ours {ours:.0}, ffmpeg {theirs:.0} CPU-ms per second, median of {runs} run(s) each; PSNR-Y {our_quality:.2} and {their_quality:.2} dB: {}",
        if same { "ours not more than 0.5 dB below" } else { "NOT comparable, ours is more than 0.5 dB below" },
    );
    if least_fps < FULL_FPS || !same {
        // Frames not made cost nothing: such a figure would flatter.
        say(&format!("P4 - ratio ≤0.90 short not comparable, ours made {least_fps:.1} frames in its worst second: {notes}"));
        return Ok(());
    }
    say(&Row { id: "P4", value: ours / theirs, unit: "ratio", target: Target::AtMost(0.90), notes }.line());
    Ok(())
}
