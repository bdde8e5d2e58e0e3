//! What is done to a world, and what is read off it.

use std::time::Duration;

use super::offer::Repair;
use super::pictures::Verdict;
use super::sender::{FRAME_EVERY, SOUND_EVERY};
use super::sounds::Heard;
use super::watcher::{GIVE_UP, Tally};
use super::world::{Side, World};

/// A first picture that has not come by then never does.
const PATIENCE: Duration = Duration::from_secs(30);
/// A join whose handshake has not ended after this is begun anew: a client library gives up silently, a room terminal tries again.
const BEGIN_ANEW: Duration = Duration::from_secs(3);
/// Before a run is judged, streams and repair are under way.
const WARM_UP: Duration = Duration::from_secs(3);
/// What is under way when a run ends has come or is too late.
const STRAGGLERS: Duration = Duration::from_secs(1);
/// A picture is shown this long after it would have come over an undisturbed line; sound is played earlier, as people talk.
pub const PICTURE_WAIT: Duration = GIVE_UP;
/// See [`PICTURE_WAIT`].
pub const SOUND_WAIT: Duration = Duration::from_millis(120);

/// Who is beyond the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// The watchers: the line is between relay and watcher.
    Watchers,
    /// The publisher: the line is between publisher and relay.
    Publisher,
}

impl Beyond {
    const fn sides(self) -> (Side, Side) {
        match self {
            Self::Watchers => (Side::Near, Side::Far),
            Self::Publisher => (Side::Far, Side::Near),
        }
    }
}

/// A run of watching.
#[derive(Debug, Clone, Copy, Default)]
pub struct Watched {
    /// The pictures of all watchers.
    pub pictures: Verdict,
    /// The sound of all watchers.
    pub sound: Heard,
    /// Their packets since they joined.
    pub tally: Tally,
}

fn until(world: &mut dyn World, what: &str, mut condition: impl FnMut(&dyn World) -> bool) -> anyhow::Result<()> {
    let end = world.now() + PATIENCE;
    while !condition(world) {
        anyhow::ensure!(world.now() < end, "waited in vain for {what}");
        world.step()?;
    }
    Ok(())
}

/// The publisher joins and sends, on a line it may take several tries to get over.
fn publish(world: &mut dyn World, side: Side) -> anyhow::Result<()> {
    for _ in 0..PATIENCE.as_secs() / BEGIN_ANEW.as_secs() {
        world.publish(side)?;
        let end = world.now() + BEGIN_ANEW;
        while world.now() < end {
            if world.sender().is_some_and(|sender| sender.frames() > 0) {
                return Ok(());
            }
            world.step()?;
        }
    }
    anyhow::bail!("the publisher could not connect")
}

/// All of `count` watchers join and see a picture; gives when each began, when it saw one, and how many tries that took. `None` for one that did not.
fn join(world: &mut dyn World, first: usize, count: usize, side: Side, repair: Repair) -> anyhow::Result<Vec<Joined>> {
    let began = world.now();
    let mut tries = vec![began; count];
    let mut joined = vec![Joined::default(); count];
    for index in 0..count {
        world.watch(first + index, side, repair)?;
    }
    let end = began + PATIENCE;
    while world.now() < end && joined.iter().any(|one| one.picture.is_none()) {
        world.step()?;
        let now = world.now();
        for (index, (one, tried)) in joined.iter_mut().zip(&mut tries).enumerate().filter(|(_, (one, _))| one.picture.is_none()) {
            let Some(watcher) = world.watcher(first + index) else {
                continue;
            };
            let since = |at: std::time::Instant| at.saturating_duration_since(began);
            one.connected = watcher.connected().map(since);
            one.picture = watcher.pictures.first_key().map(|at| since(world.epoch() + at));
            if one.connected.is_none() && now.saturating_duration_since(*tried) > BEGIN_ANEW {
                *tried = now;
                one.again += 1;
                world.watch(first + index, side, repair)?;
            }
        }
    }
    Ok(joined)
}

/// One join.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Joined {
    /// From the offer to encryption both ways.
    pub connected: Option<Duration>,
    /// From the offer to the first whole picture.
    pub picture: Option<Duration>,
    /// Times it was begun anew.
    pub again: u32,
}

/// Watches for `length`, judged from three seconds after everybody has a picture. `line_delay` is the line's in one direction.
///
/// # Errors
/// When the publisher cannot join or the relay refuses.
pub fn watch(
    world: &mut dyn World,
    beyond: Beyond,
    watchers: usize,
    repair: Repair,
    length: Duration,
    line_delay: Duration,
) -> anyhow::Result<Watched> {
    let (publisher, side) = beyond.sides();
    publish(world, publisher)?;
    // Whoever saw no picture at all is judged like everybody: nothing shown.
    join(world, 0, watchers, side, repair)?;
    world.run(WARM_UP)?;
    let made = |world: &dyn World| world.sender().map_or((0, 0), |sender| (sender.frames(), sender.blocks()));
    let from = made(world);
    world.run(length)?;
    let to = made(world);
    world.run(STRAGGLERS)?;
    let mut watched = Watched::default();
    for watcher in (0..watchers).filter_map(|index| world.watcher(index)) {
        let pictures = watcher.pictures.judge(from.0, to.0, line_delay + PICTURE_WAIT);
        watched.pictures = watched.pictures.and(pictures);
        watched.sound = watched.sound.and(watcher.sounds.judge(from.1, to.1, line_delay + SOUND_WAIT, SOUND_EVERY));
        watched.tally = watched.tally.and(watcher.tally);
    }
    Ok(watched)
}

/// `count` watchers join, `at_once` at a time, each batch when the one before has left.
///
/// # Errors
/// When the publisher cannot join or the relay refuses.
pub fn joins(world: &mut dyn World, count: usize, at_once: usize) -> anyhow::Result<Vec<Joined>> {
    publish(world, Side::Near)?;
    world.run(Duration::from_secs(1))?;
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let batch = at_once.min(count - all.len());
        all.extend(join(world, 0, batch, Side::Far, Repair::ALL)?);
        for index in 0..batch {
            world.leave(index)?;
        }
        // Batches must not begin at the same place between two key frames each time.
        world.run(Duration::from_millis(700))?;
    }
    Ok(all)
}

/// An outage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returned {
    /// From the return of the line to the first whole key frame made after it, per watcher; `None` for one that saw none.
    pub pictures: Vec<Option<Duration>>,
    /// Handshakes completed during it.
    pub handshakes: u64,
}

/// The line is gone for `gone`, with the watchers or the publisher beyond it.
///
/// # Errors
/// When somebody cannot join.
pub fn outage(world: &mut dyn World, beyond: Beyond, watchers: usize, gone: Duration) -> anyhow::Result<Returned> {
    let (publisher, side) = beyond.sides();
    publish(world, publisher)?;
    let joined = join(world, 0, watchers, side, Repair::ALL)?;
    anyhow::ensure!(joined.iter().all(|one| one.picture.is_some()), "not every watcher saw a picture within {PATIENCE:?}");
    world.run(WARM_UP)?;
    let before = world.handshakes();
    world.cut(true);
    world.run(gone)?;
    world.cut(false);
    let back = world.since_epoch();
    // Key frames made while the line was gone are of no use to anybody: only later ones count.
    let seen = |world: &dyn World, index: usize| world.watcher(index).and_then(|watcher| watcher.pictures.key_made_after(back));
    let _ = until(world, "pictures after the outage", |world| (0..watchers).all(|index| seen(world, index).is_some()));
    world.run(FRAME_EVERY + Duration::from_secs(2))?;
    let pictures = (0..watchers).map(|index| seen(world, index).map(|at| at.saturating_sub(back))).collect();
    Ok(Returned { pictures, handshakes: world.handshakes() - before })
}
