//! `loss-curve`: picture, sound, joining and outages on lossy lines. Prints R2a to R2d; a table and a plot go to the directory named.
//!
//! Points are measured in virtual time, so that a busy machine changes nothing; one is measured again between real programs on an impaired wire.
//! Environment: `QUICK`, `LOSS_DIR` (default `docs/loss`), `BENCH_DIR`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use load::loss::curve::{DELAY, MEANS, Point, measure, on_all_cores, plot, table};
use load::loss::offer::Repair;
use load::loss::scenarios::{Beyond, Joined, Watched, joins, outage, watch};
use load::loss::simulated::Simulated;
use load::loss::wired::Wired;
use load::loss::world::Line;
use load::report::{Row, Target, say};
use netlab::Loss;

/// Any; equal seeds lose equal packets.
const SEED: u64 = 2026;
/// The means whose figures are the rows.
const EVERYTHING: usize = MEANS.len() - 1;
/// A join that never came to a picture.
const NEVER: Duration = Duration::from_secs(999);

/// Rows of R2a and R2b: the line, then the most that may be damaged or concealed, in per cent.
const PICTURE: [(&str, u32, f64); 3] = [("R2a@10", 10, 0.1), ("R2a@20", 20, 1.0), ("R2a@30", 30, 2.0)];
const SOUND: [(&str, u32, f64); 3] = [("R2b@20", 20, 1.0), ("R2b@30", 30, 3.0), ("R2b@50", 50, 13.0)];
/// Loss of the burst row, in per cent.
const BURST: u32 = 10;

fn points(quick: bool) -> Vec<Point> {
    let shares: &[u32] = if quick { &[0, 10, 20, 30, 50] } else { &[0, 1, 2, 5, 10, 15, 20, 25, 30, 40, 50] };
    let mut points = Vec::new();
    for beyond in [Beyond::Watchers, Beyond::Publisher] {
        for burst in [false, true] {
            for percent in shares.iter().copied().filter(|percent| *percent > 0 || !burst) {
                let means = if beyond == Beyond::Watchers && !quick { 0..=EVERYTHING } else { EVERYTHING..=EVERYTHING };
                points.extend(means.map(|means| Point { percent, burst, beyond, means }));
            }
        }
    }
    points
}

fn found<'r>(points: &[Point], results: &'r [Watched], percent: u32, burst: bool, beyond: Beyond) -> Option<&'r Watched> {
    let wanted = Point { percent, burst, beyond, means: EVERYTHING };
    points.iter().position(|point| *point == wanted).and_then(|index| results.get(index))
}

fn pictures(points: &[Point], results: &[Watched]) {
    let from_publisher =
        |percent, burst| found(points, results, percent, burst, Beyond::Publisher).map_or(0.0, |seen| seen.pictures.damaged_percent());
    for (id, percent, most) in PICTURE {
        let Some(seen) = found(points, results, percent, false, Beyond::Watchers) else {
            continue;
        };
        let notes = format!(
            "of {} frames, longest freeze {} ms; with the line before the relay {:.2} %",
            seen.pictures.frames,
            seen.pictures.freeze.as_millis(),
            from_publisher(percent, false)
        );
        say(&Row { id, value: seen.pictures.damaged_percent(), unit: "%", target: Target::AtMost(most), notes }.line());
    }
    let Some(seen) = found(points, results, BURST, true, Beyond::Watchers) else {
        return;
    };
    let notes = format!("at {BURST} % in bursts; with the line before the relay {:.2} %", from_publisher(BURST, true));
    say(&Row { id: "R2a@burst", value: seen.pictures.damaged_percent(), unit: "%", target: Target::AtMost(0.5), notes }.line());
    let freeze = seen.pictures.freeze.as_secs_f64() * 1000.0;
    say(&Row { id: "R2a@freeze", value: freeze, unit: "ms", target: Target::AtMost(500.0), notes: format!("at {BURST} % in bursts") }
        .line());
}

fn sounds(points: &[Point], results: &[Watched]) {
    for (id, percent, most) in SOUND {
        if let Some(seen) = found(points, results, percent, false, Beyond::Watchers) {
            let notes = format!("of {} blocks; {:.2} % lost before repair", seen.sound.blocks, seen.sound.lost_percent());
            say(&Row { id, value: seen.sound.concealed_percent(), unit: "%", target: Target::AtMost(most), notes }.line());
        }
    }
}

fn percentile(mut times: Vec<Duration>, percent: usize) -> f64 {
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or(NEVER).as_secs_f64()
}

fn joining(count: usize) -> anyhow::Result<()> {
    let lines = [("R2c@0", 0.0, 99, 0.6), ("R2c@10", 0.1, 90, 1.0), ("R2c@20", 0.2, 90, 2.5), ("R2c@30", 0.3, 100, 30.0)];
    let all = on_all_cores(lines.len(), |index| {
        let loss = lines.get(index).map_or(0.0, |line| line.1);
        let loss = if loss > 0.0 { Loss::Random(loss) } else { Loss::None };
        joins(&mut Simulated::new(Line { loss, delay: DELAY, rate: None, seed: SEED })?, count, 50)
    })?;
    for ((id, _, percent, most), joined) in lines.iter().copied().zip(&all) {
        let pictures: Vec<Duration> = joined.iter().map(|one| one.picture.unwrap_or(NEVER)).collect();
        let connected = joined.iter().filter(|one| one.connected.is_some()).count();
        let again: u32 = joined.iter().map(|one: &Joined| one.again).sum();
        let value = percentile(pictures.clone(), percent);
        let notes = format!(
            "p{percent} of {count} joins, p50 {:.2} s; {connected} connected, {again} handshakes begun anew",
            percentile(pictures, 50)
        );
        say(&Row { id, value, unit: "s", target: Target::AtMost(most), notes }.line());
    }
    Ok(())
}

fn outages(watchers: usize) -> anyhow::Result<()> {
    let cases = [("R2d@5", 5, 1.0), ("R2d@20", 20, 1.5)];
    let sides = [Beyond::Watchers, Beyond::Publisher];
    let all = on_all_cores(cases.len() * sides.len(), |index| {
        let (case, side) = (cases.get(index / 2).map_or(5, |case| case.1), sides.get(index % 2).copied().unwrap_or(Beyond::Watchers));
        outage(
            &mut Simulated::new(Line { loss: Loss::None, delay: DELAY, rate: None, seed: SEED })?,
            side,
            watchers,
            Duration::from_secs(case),
        )
    })?;
    for ((id, _, most), seen) in cases.iter().copied().zip(all.chunks(sides.len())) {
        let times = seen.iter().flat_map(|one| one.pictures.iter().map(|picture| picture.unwrap_or(NEVER))).collect();
        let handshakes: u64 = seen.iter().map(|one| one.handshakes).sum();
        let notes = format!("p95 over {watchers} watchers and a publisher; {handshakes} handshakes");
        say(&Row { id, value: percentile(times, 95), unit: "s", target: Target::AtMost(most), notes }.line());
    }
    Ok(())
}

/// One point between real programs: what virtual time says must hold there too.
fn wired(dir: &Path, length: Duration) {
    let seen = Wired::start(dir, Line { loss: Loss::Random(0.1), delay: DELAY, rate: None, seed: SEED })
        .and_then(|mut world| Ok((watch(&mut world, Beyond::Watchers, 2, Repair::ALL, length, DELAY)?, world.late, world.counts())));
    match seen {
        Ok((seen, late, counts)) => say(&format!(
            "# real programs at 10 %: {:.2} % of {} frames damaged, {:.2} % of the sound concealed; {late} late steps, wire {counts:?}",
            seen.pictures.damaged_percent(),
            seen.pictures.frames,
            seen.sound.concealed_percent()
        )),
        Err(error) => say(&format!("# not measured between real programs: {error:#}")),
    }
}

fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let quick = std::env::var_os("QUICK").is_some_and(|value| value != "0");
    let directory = |name: &str, default: &str| PathBuf::from(std::env::var_os(name).unwrap_or_else(|| default.into()));
    let (out, bench) = (directory("LOSS_DIR", "docs/loss"), directory("BENCH_DIR", "target/bench"));
    let (length, joins, watchers) = if quick { (Duration::from_secs(20), 100, 10) } else { (Duration::from_secs(60), 1000, 40) };
    let began = Instant::now();
    let points = points(quick);
    let results = measure(&points, length, SEED)?;
    say(&format!("# {} points of {} s in {:.0} s", points.len(), length.as_secs(), began.elapsed().as_secs_f64()));
    pictures(&points, &results);
    sounds(&points, &results);
    joining(joins)?;
    outages(watchers)?;
    wired(&bench, Duration::from_secs(if quick { 10 } else { 60 }));
    std::fs::create_dir_all(&out)?;
    std::fs::write(out.join("table.md"), table(&points, &results))?;
    if !quick {
        std::fs::write(out.join("curve.svg"), plot(&points, &results))?;
    }
    say(&format!("# {} and the plot are in {}", "table.md", out.display()));
    Ok(())
}
