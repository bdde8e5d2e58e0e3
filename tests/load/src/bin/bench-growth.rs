//! `bench-growth`: what one more site costs a relay of several shards, as the conference grows (P12).
//!
//! Environment: `QUICK`, `BENCH_DIR`, `SHARDS` (default 2).

use std::path::PathBuf;
use std::time::Duration;

use load::growth::Growing;
use load::report::{Row, Target, median, say};

/// Sizes of the conference.
const SIZES: [usize; 4] = [13, 26, 52, 104];
/// Rates and layers have settled by then.
const SETTLE: Duration = Duration::from_secs(4);
/// Pictures of 30 a second below which CPU is not comparable: what is not forwarded costs nothing.
const FULL_FPS: f64 = 29.0;

/// CPU-ms per second at each size, and whether all of it was forwarded.
async fn run(dir: &std::path::Path, shards: u16, window: Duration) -> anyhow::Result<([f64; 4], bool)> {
    let mut growing = Growing::start(dir, shards).await?;
    let (mut costs, mut whole) = ([0.0; 4], true);
    for (cost, sites) in costs.iter_mut().zip(SIZES) {
        growing.grow_to(sites).await?;
        let measured = growing.measure(SETTLE, window).await?;
        say(&format!(
            "# {sites} sites: {:.0} CPU-ms/s, {:.2} each; least {:.1} pictures a second, {} packets missed, load late {} times, by {} ms at worst",
            measured.cpu_ms,
            measured.cpu_ms / f64::from(u32::try_from(sites)?),
            measured.least_fps,
            measured.lost,
            measured.late.count,
            measured.late.worst.as_millis(),
        ));
        whole &= measured.least_fps >= FULL_FPS;
        *cost = measured.cpu_ms;
    }
    growing.end().await;
    Ok((costs, whole))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (runs, window) = if variable("QUICK").is_some() { (1, Duration::from_secs(8)) } else { (3, Duration::from_secs(20)) };
    let shards = variable("SHARDS").map_or(Ok(2), |shards| shards.parse())?;
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    gstreamer::init()?;
    let (mut costs, mut whole) = ([const { Vec::new() }; 4], true);
    for _ in 0..runs {
        let (run, all) = run(&dir, shards, window).await?;
        costs.iter_mut().zip(run).for_each(|(costs, cost)| costs.push(cost));
        whole &= all;
    }
    let [a, b, c, d] = costs.map(|costs| median(&costs));
    let added = [(b - a) / 13.0, (c - b) / 26.0, (d - c) / 52.0];
    let [first, second, third] = added;
    let notes = format!(
        "CPU-ms/s for each added site: {first:.2} (13 to 26), {second:.2} (26 to 52), {third:.2} (52 to 104); {shards} shards, median of {runs} run(s){}",
        if whole { "" } else { "; NOT comparable, not all pictures were forwarded" },
    );
    say(&Row { id: "P12", value: third / second, unit: "ratio", target: Target::AtMost(1.15), notes }.line());
    Ok(())
}
