//! `bench-conference`: a whole conference of thirteen sites on the real control, relay and mixer: crosspoint latency (P7), the main job (P8), joins
//! and leaves (R3).
//!
//! Environment: `QUICK`, `BENCH_DIR`, `SEED` (to repeat an order of joins and leaves).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use load::conference::latency::{self, percentile};
use load::conference::{Clips, Gaps, Hall, LIMIT, Late, Monitor, SITES, Watched};
use load::mark::wall_ns;
use load::mixer;
use load::process::cpu_of;
use load::report::{Row, Target, median, say};

/// Sites that stay while others come and go: the speaker, the previewed one, one more.
const STAYING: u8 = 3;
/// Whoever was in for so long must have seen a picture; sooner it may have left again.
const PICTURE_WITHIN: Duration = Duration::from_secs(3);
/// Media has settled this long after everybody is shown: rates, layers, delays.
const SETTLE: Duration = Duration::from_secs(5);

/// Longest time between two frames sent of one site, of 33 ms, above which the load counts as late.
const LATE_FRAME: Duration = Duration::from_millis(60);
/// Frames of the composite in every second below which its latency is not comparable: frames not made are not late.
const FULL_FPS: f64 = 29.0;

/// How much is measured.
struct Size {
    crosspoint: Duration,
    main_job: Duration,
    changes: u32,
    changing: Duration,
}

impl Size {
    const FULL: Self =
        Self { crosspoint: Duration::from_secs(60), main_job: Duration::from_secs(600), changes: 400, changing: Duration::from_secs(120) };
    const QUICK: Self =
        Self { crosspoint: Duration::from_secs(12), main_job: Duration::from_secs(60), changes: 60, changing: Duration::from_secs(20) };
}

/// The watchers whose pictures must not pause.
struct Watchers {
    /// Site 0's screen: the composite, decoded.
    composite: Watched,
    /// The wall, decoded.
    wall: Watched,
    /// Program and preview.
    desk: Vec<Watched>,
    /// The other sites' screens by number.
    screens: Vec<(u8, Watched)>,
}

impl Watchers {
    async fn gather(hall: &mut Hall) -> anyhow::Result<Self> {
        let composite = hall.join(0, true).await?;
        let mut screens = Vec::new();
        for number in 1..SITES {
            screens.push((number, hall.join(number, false).await?));
        }
        let wall = hall.monitor(Monitor::Wall, true).await?;
        let desk = vec![hall.monitor(Monitor::Program, false).await?, hall.monitor(Monitor::Preview, false).await?];
        hall.until_joined(usize::from(SITES)).await?;
        hall.until_shown(&composite).await?;
        hall.until_shown(&wall).await?;
        for watched in desk.iter().chain(screens.iter().map(|(_, watched)| watched)) {
            hall.until_pictures(watched).await?;
        }
        Ok(Self { composite, wall, desk, screens })
    }

    /// Those that stay while others come and go.
    fn staying(&self) -> impl Iterator<Item = &Watched> {
        let screens = self.screens.iter().filter(|(number, _)| *number < STAYING).map(|(_, watched)| watched);
        [&self.composite, &self.wall].into_iter().chain(&self.desk).chain(screens)
    }

    fn all(&self) -> impl Iterator<Item = &Watched> {
        let leaving = self.screens.iter().filter(|(number, _)| *number >= STAYING).map(|(_, watched)| watched);
        self.staying().chain(leaving)
    }
}

/// Pauses up to now.
struct Pauses {
    /// Longest between whole pictures at any sink.
    pictures: Duration,
    /// Longest between different frame numbers in a cell of the composite.
    composite: Duration,
    /// Longest between different frame numbers in a cell of the wall.
    wall: Duration,
    /// Longer than the limit, at all sinks together.
    long: u64,
    sinks: usize,
}

impl Pauses {
    /// At these sinks; in the decoded ones the cells of the sites below `sites` count.
    fn at<'a>(sinks: impl Iterator<Item = &'a Watched>, watchers: &Watchers, sites: u8) -> Self {
        let now = Duration::from_nanos(wall_ns());
        let number = |watched: &Watched| watched.numbers(now, sites).longest;
        let (composite, wall) = (number(&watchers.composite), number(&watchers.wall));
        let mut pauses = Self { pictures: Duration::ZERO, composite, wall, long: 0, sinks: 0 };
        for watched in sinks {
            pauses.pictures = pauses.pictures.max(watched.pictures(now).longest);
            pauses.long += watched.long(now, sites);
            pauses.sinks += 1;
        }
        pauses
    }

    fn longest(&self) -> Duration {
        self.pictures.max(self.composite).max(self.wall)
    }

    fn words(&self) -> String {
        let Self { pictures, composite, wall, long, sinks } = self;
        let (pictures, composite, wall) = (ms(*pictures), ms(*composite), ms(*wall));
        format!(
            "longest between whole pictures at {sinks} sinks {pictures:.1}, between frame numbers in the composite's cells {composite:.1} and in the \
             wall's {wall:.1}; {long} above 100 ms"
        )
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn lateness(late: Late) -> String {
    if late.count == 0 {
        return format!("load at most {:.1} ms late", ms(late.worst));
    }
    format!("NOT comparable: the load itself was late {} times, by up to {:.0} ms", late.count, ms(late.worst))
}

async fn main_job(hall: &mut Hall, watchers: &Watchers, window: Duration) -> anyhow::Result<()> {
    let lost_before: u32 = watchers.all().map(|watched| watched.now().lost).sum();
    watchers.all().for_each(Watched::reset);
    let _ = hall.take_late();
    let (before, own_before, started) = (hall.cpu()?, cpu_of(std::process::id())?, Instant::now());
    tokio::time::sleep(window).await;
    let (composite, wall) = (watchers.composite.now().gaps, watchers.wall.now().gaps);
    let seconds = started.elapsed().as_secs_f64();
    let (after, own) = (hall.cpu()?, cpu_of(std::process::id())?.saturating_sub(own_before));
    let pauses = Pauses::at(watchers.all(), watchers, SITES);
    let late = lateness(hall.take_late());
    let lost = watchers.all().map(|watched| watched.now().lost).sum::<u32>() - lost_before;
    let cores = |index: usize| {
        let used = after.get(index).zip(before.get(index)).map(|(after, before)| after.saturating_sub(*before));
        used.unwrap_or_default().as_secs_f64() / seconds
    };
    let job =
        format!("W13 composite, wall, 13 N-1 mixes, 13 watchers, 3 monitors for {seconds:.0} s; NO recorder and NO live HLS yet; {late}");
    let rate = |gaps: Gaps| gaps.pictures as f64 / seconds;
    say(&Row { id: "P8", value: rate(composite), unit: "fps", target: Target::AtLeast(29.5), notes: format!("composite; {job}") }.line());
    say(&Row { id: "P8", value: rate(wall), unit: "fps", target: Target::AtLeast(14.5), notes: format!("wall; {late}") }.line());
    let notes = format!("longest pause; {}; {lost} packets lost; {late}", pauses.words());
    say(&Row { id: "P8", value: ms(pauses.longest()), unit: "ms", target: Target::AtMost(ms(LIMIT)), notes }.line());
    let (control, relay, mixer) = (cores(0), cores(1), cores(2));
    let notes = format!(
        "the MCU's programs: control {control:.3}, relay {relay:.3}, mixer {mixer:.3}; the load (publishing, watching, decoding composite and wall) {:.3} \
         apart; without recorder and live HLS; {late}",
        own.as_secs_f64() / seconds
    );
    say(&Row { id: "P8", value: control + relay + mixer, unit: "cores", target: Target::AtMost(1.2), notes }.line());
    Ok(())
}

/// What became of the joins.
#[derive(Default)]
struct Coming {
    joins: u32,
    leaves: u32,
    /// Those that stayed for [`PICTURE_WITHIN`] without a picture.
    dark: u32,
    /// Pauses at those that came and went, while they were in.
    gaps: Gaps,
    /// From asking to the first whole picture, in ms.
    first_ms: Vec<f64>,
    /// When this began, counted from 1970: who was in before has not joined.
    since: Duration,
}

impl Coming {
    fn gone(&mut self, watched: &Watched) {
        let (sight, now) = (watched.now(), Duration::from_nanos(wall_ns()));
        self.gaps = self.gaps.and(sight.gaps);
        if watched.asked < self.since {
            return;
        }
        match sight.gaps.first {
            Some(first) => self.first_ms.push(ms(first.saturating_sub(watched.asked))),
            None => self.dark += u32::from(now.saturating_sub(watched.asked) > PICTURE_WITHIN),
        }
    }
}

/// A small generator: the order must be repeatable, not secret.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u8::try_from((self.0 >> 32) % u64::from(bound.max(1))).unwrap_or(0)
    }
}

async fn joins_and_leaves(hall: &mut Hall, watchers: &Watchers, size: &Size, seed: u64) -> anyhow::Result<()> {
    let (mut dice, mut coming) = (Dice(seed | 1), Coming { since: Duration::from_nanos(wall_ns()), ..Coming::default() });
    watchers.all().for_each(Watched::reset);
    let _ = hall.take_late();
    let started = tokio::time::Instant::now();
    for change in 0..size.changes {
        tokio::time::sleep_until(started + size.changing * change / size.changes).await;
        let number = STAYING + dice.below(SITES - STAYING);
        if hall.watched(number).is_some() {
            coming.leaves += 1;
            if let Some(watched) = hall.leave(number).await? {
                coming.gone(&watched);
            }
        } else {
            coming.joins += 1;
            hall.join(number, false).await?;
        }
    }
    let took = started.elapsed().as_secs_f64();
    let pauses = Pauses::at(watchers.staying(), watchers, STAYING);
    let late = lateness(hall.take_late());
    (STAYING..SITES).filter_map(|number| hall.watched(number)).for_each(|watched| coming.gone(watched));
    let notes = format!(
        "pauses above 100 ms at the others; {} joins and {} leaves in {took:.0} s, seed {seed}; those that stayed: {}; those that came and went: longest \
         {:.1}, {} above 100 ms; {} joins without a picture within 3 s, the others' first after {:.0} ms (median); {late}",
        coming.joins,
        coming.leaves,
        pauses.words(),
        ms(coming.gaps.longest),
        coming.gaps.long,
        coming.dark,
        median(&coming.first_ms),
    );
    let long = pauses.long + coming.gaps.long;
    say(&Row { id: "R3", value: long as f64, unit: "gaps", target: Target::AtMost(0.0), notes }.line());
    Ok(())
}

async fn crosspoint(dir: &Path, window: Duration) -> anyhow::Result<()> {
    let sites = mixer::sites()?;
    let found = latency::measure(dir, &sites, window).await?;
    let fps = found.pictures as f64 / window.as_secs_f64();
    let mut notes = format!("the sources' clock passes the mixer's once; {fps:.1} frames a second, {} cells unreadable", found.unreadable);
    if found.worst_pause > LATE_FRAME || fps < FULL_FPS {
        notes += &format!("; NOT comparable: the load itself paused for up to {:.0} ms or frames were not made", ms(found.worst_pause));
    }
    for (what, values, limit) in [("speaker cell", &found.speaker_ms, 15.0), ("small cells", &found.small_ms, 40.0)] {
        let notes = format!(
            "{what}, p95 of {} frames from RTP in to RTP out; p50 {:.2}, p99 {:.2}; {notes}",
            values.len(),
            percentile(values, 50),
            percentile(values, 99)
        );
        anyhow::ensure!(!values.is_empty(), "no frame of the {what} could be matched; {notes}");
        say(&Row { id: "P7", value: percentile(values, 95), unit: "ms", target: Target::AtMost(limit), notes }.line());
    }
    Ok(())
}

async fn conference(dir: &Path, size: &Size, seed: u64) -> anyhow::Result<()> {
    crosspoint(dir, size.crosspoint).await?;
    let clips = Clips::prepare(dir, SITES)?;
    let programs = dir.join(format!("conference-{}", std::process::id()));
    let mut hall = Hall::start(&programs, clips).await?;
    let watchers = Watchers::gather(&mut hall).await?;
    tokio::time::sleep(SETTLE).await;
    main_job(&mut hall, &watchers, size.main_job).await?;
    joins_and_leaves(&mut hall, &watchers, size, seed).await?;
    hall.end().await;
    std::fs::remove_dir_all(&programs)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let size = if variable("QUICK").is_some() { Size::QUICK } else { Size::FULL };
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    let seed = variable("SEED").map_or_else(|| Ok(wall_ns()), |seed| seed.parse())?;
    gstreamer::init()?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    // Programs end when their hall is dropped, also when the bench is interrupted.
    tokio::select! {
        done = conference(&dir, &size, seed) => done,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
        _ = terminate.recv() => anyhow::bail!("told to end"),
    }
}
