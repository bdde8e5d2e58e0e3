//! `bench-mixer`: W13 by our mixer beside ffmpeg's xstack, drawtext and libx264 (P4), and what each further composite of the same sites costs (P5).
//!
//! Environment: `QUICK`, `BENCH_DIR`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use codec::clock::monotonic;
use codec::{EncodeSettings, VideoEncoder};
use load::mixer::{self, OurMixer, Site};
use load::process::Process;
use load::quality::{self, Ideal, Quality};
use load::report::{Row, Target, median, say};

/// Both have filled their cells and settled by then.
const SETTLE: Duration = Duration::from_secs(4);
/// Largest difference of PSNR-Y at which CPU can be compared, in dB.
const SAME_QUALITY_DB: f64 = 0.5;
/// Frames of ours in every second below which its CPU is not comparable.
const FULL_FPS: f64 = 29.0;

/// Composites of the runs for P5.
const MANY: u32 = 3;
/// Pictures the encoder alone is fed with, over and over: two seconds.
const LOOP_FRAMES: usize = 60;

async fn ours(dir: &Path, sites: &[Site], composites: u32, window: Duration, output: &Path) -> anyhow::Result<(f64, f64)> {
    let mut mixer = OurMixer::start(dir, sites, composites, output).await?;
    mixer.idle(SETTLE).await;
    mixer.fps.clear();
    let (cpu, started) = (mixer.process().cpu()?, Instant::now());
    mixer.idle(window).await;
    let share = (mixer.process().cpu()?.saturating_sub(cpu)).as_secs_f64() * 1000.0 / started.elapsed().as_secs_f64();
    let fps = mixer.fps.iter().copied().fold(f32::INFINITY, f32::min);
    say(&format!("# ours   {share:.0} CPU-ms/s with {composites} composite(s), least frames in a second {fps:.1}"));
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

/// CPU-ms per second of one encoder, set as the mixer's, fed with a composite's pictures by this process.
fn encoder_alone(composite: &Path, window: Duration) -> anyhow::Result<f64> {
    let frames = quality::pictures(composite, LOOP_FRAMES)?;
    anyhow::ensure!(!frames.is_empty(), "{} has no pictures", composite.display());
    let settings = EncodeSettings {
        width_px: u16::try_from(mixer::CANVAS.0)?,
        height_px: u16::try_from(mixer::CANVAS.1)?,
        fps: u8::try_from(mixer::FPS)?,
        bit_rate_bps: mixer::BIT_RATE_BPS,
        key_every: u16::try_from(mixer::KEY_EVERY)?,
    };
    let encoder = VideoEncoder::new(settings, |_| {})?;
    let (cpu, started) = (own_cpu()?, Instant::now());
    for (number, frame) in (0_u32..).zip(frames.iter().cycle()) {
        let due = started + Duration::from_secs(1) * number / mixer::FPS;
        if due > started + window {
            break;
        }
        if let Some(pause) = due.checked_duration_since(Instant::now()) {
            std::thread::sleep(pause);
        }
        encoder.push(frame, monotonic(), false);
    }
    let share = own_cpu()?.saturating_sub(cpu).as_secs_f64() * 1000.0 / started.elapsed().as_secs_f64();
    say(&format!("# encoder alone {share:.0} CPU-ms/s"));
    Ok(share)
}

/// CPU time of this process.
fn own_cpu() -> anyhow::Result<Duration> {
    load::process::cpu_of(std::process::id())
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
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (runs, window) = if variable("QUICK").is_some() { (1, Duration::from_secs(20)) } else { (3, Duration::from_secs(30)) };
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    gstreamer::init()?;
    let sites = mixer::sites()?;
    let (our_file, their_file) = (dir.join("w13-ours.h264"), dir.join("w13-ffmpeg.h264"));
    let (mut our_cpu, mut their_cpu, mut least_fps) = (Vec::new(), Vec::new(), f64::INFINITY);
    let (mut many_cpu, mut many_fps, mut alone) = (Vec::new(), f64::INFINITY, Vec::new());
    for _ in 0..runs {
        let (share, fps) = ours(&dir, &sites, 1, window, &our_file).await?;
        our_cpu.push(share);
        least_fps = least_fps.min(fps);
        their_cpu.push(ffmpeg(&dir, &sites, window, &their_file).await?);
        let (share, fps) = ours(&dir, &sites, MANY, window, &dir.join("w13-many.h264")).await?;
        many_cpu.push(share);
        many_fps = many_fps.min(fps);
        alone.push(encoder_alone(&our_file, window)?);
    }
    let ideal = Ideal::load(&dir, &sites)?;
    let our_quality = told("ours", ideal.compare(&sites, &our_file)?);
    let their_quality = told("ffmpeg", ideal.compare(&sites, &their_file)?);
    let (ours, theirs) = (median(&our_cpu), median(&their_cpu));
    let further = (median(&many_cpu) - ours) / f64::from(MANY - 1);
    let alone = median(&alone);
    let notes =
        format!("{further:.0} CPU-ms/s for each further composite, the encoder alone {alone:.0}; least frames in a second {many_fps:.1}");
    say(&Row { id: "P5", value: further / alone, unit: "ratio", target: Target::AtMost(1.10), notes }.line());
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
