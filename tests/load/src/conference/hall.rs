//! The conference: the real programs, its light sites and its monitors.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use mcu_api::{Cell as LayoutCell, CellSource, Command, Layout, Mic, Picture, SiteId};
use rig::console::{Console, Place};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::wait::until;

use super::clips::Clips;
use super::crowd::{Client, Crowd};
use super::door::{Door, Opened};
use super::eyes::{Cell, CellArea, Eyes, Turns, lock};
use super::gaps::Gaps;
use super::sink::{Sight, Sink};
use super::site::{Late, Site};
use crate::mark::wall_ns;

/// Sites of the conference.
pub const SITES: u8 = 13;
/// Everything that is waited for comes about within this on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The desk's name in session tokens.
const DESK: &str = "rig";

/// What a desk can watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monitor {
    /// All sites, 4×4, 15 frames a second.
    Wall,
    /// What is on air.
    Program,
    /// What may be on air next.
    Preview,
}

impl Monitor {
    const fn name(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Program => "program",
            Self::Preview => "preview",
        }
    }
}

/// A watcher's account, for whoever reports it.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Arrivals of whole pictures.
    pub sight: Arc<Mutex<Sight>>,
    /// Frame numbers in cells; `None` for a watcher that does not decode.
    pub cells: Option<Arc<Mutex<Vec<Cell>>>>,
    /// When the session was asked for, counted from 1970.
    pub asked: Duration,
    client: u64,
    session: String,
}

impl Watched {
    /// The account of now.
    #[must_use]
    pub fn now(&self) -> Sight {
        *self.sight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account of the cells; none for a watcher that does not decode.
    #[must_use]
    pub fn cells_now(&self) -> Vec<Cell> {
        self.cells.as_ref().map(|cells| lock(cells).clone()).unwrap_or_default()
    }

    /// Pauses between whole pictures up to `now` (counted from 1970).
    #[must_use]
    pub fn pictures(&self, now: Duration) -> Gaps {
        self.now().gaps.closed(now)
    }

    /// The worst cell's pauses between different frame numbers up to `now`, of the sites below `sites`; none for a watcher that does not decode.
    #[must_use]
    pub fn numbers(&self, now: Duration, sites: u8) -> Gaps {
        let cells = self.cells_now();
        let gaps = cells.iter().filter(|cell| cell.area.site < sites).map(|cell| cell.gaps.closed(now));
        gaps.max_by_key(|gaps| (gaps.long, gaps.longest)).unwrap_or_default()
    }

    /// Pauses above the limit up to `now`. A pause of the whole picture is one of its cells too; it counts once.
    #[must_use]
    pub fn long(&self, now: Duration, sites: u8) -> u64 {
        self.pictures(now).long.max(self.numbers(now, sites).long)
    }

    /// Pauses are counted anew from here on.
    pub fn reset(&self) {
        self.sight.lock().unwrap_or_else(PoisonError::into_inner).gaps.reset();
        if let Some(cells) = &self.cells {
            lock(cells).iter_mut().for_each(|cell| cell.gaps.reset());
        }
    }
}

/// A site's two sessions.
struct Seat {
    publisher: u64,
    session: String,
    watched: Watched,
}

/// See the module.
pub struct Hall {
    /// The programs under load.
    pub mcu: Mcu,
    deployment: Deployment,
    crowd: Crowd,
    clips: Clips,
    door: Door,
    epoch: Instant,
    seats: BTreeMap<u8, Seat>,
}

impl Hall {
    /// Starts the programs in that directory and opens the conference, all microphones open, everybody seeing the layout with one large cell and
    /// twelve small ones.
    ///
    /// # Errors
    /// When a program does not come up.
    pub async fn start(dir: &Path, clips: Clips) -> anyhow::Result<Self> {
        Self::of(Mcu::start(dir).await?, clips).await
    }

    /// The same with a web console.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn with_console(dir: &Path, clips: Clips) -> anyhow::Result<(Self, Console)> {
        let place = Place::free()?;
        let mcu = Mcu::start_for(dir, Some(&place.base)).await?;
        let console = Console::start(dir, &place, &mcu.base).await?;
        Ok((Self::of(mcu, clips).await?, console))
    }

    async fn of(mcu: Mcu, clips: Clips) -> anyhow::Result<Self> {
        let deployment = Deployment::chenzhou()?;
        mcu.open(&deployment).await?;
        let door = Door::new(&mcu.base)?;
        let hall = Self { mcu, deployment, crowd: Crowd::start()?, clips, door, epoch: Instant::now(), seats: BTreeMap::new() };
        for number in 0..SITES {
            hall.command(&Command::SetMic { site: hall.site(number)?, mic: Mic::Open }).await?;
        }
        hall.command(&Command::BroadcastLayout { layout: hall.layout(0)? }).await?;
        hall.command(&Command::SetPreview { picture: Some(Picture::Site { site: hall.site(1)? }) }).await?;
        Ok(hall)
    }

    async fn command(&self, command: &Command) -> anyhow::Result<()> {
        self.mcu.command(self.deployment.conference.as_str(), command).await.map(drop)
    }

    /// Name of the conference.
    #[must_use]
    pub fn conference(&self) -> &str {
        self.deployment.conference.as_str()
    }

    /// The site of that number.
    ///
    /// # Errors
    /// When there is none.
    pub fn site(&self, number: u8) -> anyhow::Result<SiteId> {
        let found = self.deployment.sites.get(usize::from(number)).with_context(|| format!("there is no site {number}"))?;
        Ok(found.site.clone())
    }

    /// W13 with that site large and site 0 in its place.
    ///
    /// # Errors
    /// When there is no such site.
    pub fn layout(&self, large: u8) -> anyhow::Result<Layout> {
        let shown = |place: u8| match place {
            0 => large,
            place if place == large => 0,
            place => place,
        };
        let cell = |area: CellArea| -> anyhow::Result<LayoutCell> {
            let source = CellSource::Site { site: self.site(shown(area.site))? };
            Ok(LayoutCell { x: area.x, y: area.y, w: area.w, h: area.w, source })
        };
        Ok(Layout { name: "4x4-big".to_owned(), cells: composite_cells().into_iter().map(cell).collect::<anyhow::Result<_>>()? })
    }

    /// A site joins: it publishes and watches. With `reading` its picture's cells are read.
    ///
    /// # Errors
    /// When the MCU refuses.
    pub async fn join(&mut self, number: u8, reading: bool) -> anyhow::Result<Watched> {
        let eyes = if reading { Some(Eyes::new(&composite_cells())?) } else { None };
        self.join_with(number, eyes).await
    }

    /// The same, its watcher noting whose picture it sees.
    ///
    /// # Errors
    /// As [`Self::join`].
    pub async fn join_for_turns(&mut self, number: u8) -> anyhow::Result<Turns> {
        let (eyes, turns) = Eyes::for_turns()?;
        self.join_with(number, Some(eyes)).await?;
        Ok(turns)
    }

    async fn join_with(&mut self, number: u8, eyes: Option<Eyes>) -> anyhow::Result<Watched> {
        let site = self.site(number)?;
        let token = self.mcu.site_token(site.as_str())?;
        let (conference, asked) = (self.deployment.conference.clone(), Duration::from_nanos(wall_ns()));
        let Opened { peer, socket, remote, session, .. } = self.door.publish(&format!("whip/{conference}/sites/{site}"), &token).await?;
        let publisher = Site::new(peer, remote.address, number, self.clips.of(number)?, self.epoch)?;
        let publisher = self.crowd.join(Client::Site(Box::new(publisher)), socket);
        let watched = self.watch(&format!("whep/{conference}/sites/{site}"), &token, eyes).await?;
        let watched = Watched { asked, ..watched };
        self.seats.insert(number, Seat { publisher, session, watched: watched.clone() });
        Ok(watched)
    }

    /// The watcher of a site that is in the conference.
    #[must_use]
    pub fn watched(&self, number: u8) -> Option<&Watched> {
        self.seats.get(&number).map(|seat| &seat.watched)
    }

    /// A site leaves, as a terminal that is switched off in order; gives its watcher's last account.
    ///
    /// # Errors
    /// When the MCU does not end the sessions.
    pub async fn leave(&mut self, number: u8) -> anyhow::Result<Option<Watched>> {
        let Some(seat) = self.seats.remove(&number) else {
            return Ok(None);
        };
        let token = self.mcu.site_token(self.site(number)?.as_str())?;
        self.door.end(&seat.session, &token).await?;
        self.door.end(&seat.watched.session, &token).await?;
        self.crowd.leave(seat.publisher);
        self.crowd.leave(seat.watched.client);
        Ok(Some(seat.watched))
    }

    /// A desk monitor opens; the wall's cells are read with `reading`.
    ///
    /// # Errors
    /// When the MCU refuses.
    pub async fn monitor(&mut self, monitor: Monitor, reading: bool) -> anyhow::Result<Watched> {
        let place = format!("whep/{}/monitors/{}", self.deployment.conference, monitor.name());
        let token = self.mcu.token_for(DESK, &["conference.view"])?;
        let eyes = if reading { Some(Eyes::new(&wall_cells())?) } else { None };
        self.watch(&place, &token, eyes).await
    }

    async fn watch(&mut self, place: &str, token: &str, eyes: Option<Eyes>) -> anyhow::Result<Watched> {
        let asked = Duration::from_nanos(wall_ns());
        let Opened { peer, socket, remote, answer, session } = self.door.watch(place, token).await?;
        let cells = eyes.as_ref().map(Eyes::cells);
        let sink = Sink::new(peer, remote.address, &answer, eyes, None);
        let sight = sink.sight();
        let client = self.crowd.join(Client::Sink(Box::new(sink)), socket);
        Ok(Watched { sight, cells, asked, client, session })
    }

    /// Waits until that many sites are joined: media flowing both ways.
    ///
    /// # Errors
    /// With the programs' last words.
    pub async fn until_joined(&self, count: usize) -> anyhow::Result<()> {
        let joined = self.mcu.until_joined(self.deployment.conference.as_str(), count, PATIENCE).await;
        joined.with_context(|| self.last_words())
    }

    /// Waits until every cell shows its site.
    ///
    /// # Errors
    /// Naming the cells that do not.
    pub async fn until_shown(&self, watched: &Watched) -> anyhow::Result<()> {
        let shown = until("every cell shows its site", PATIENCE, || async {
            let dark: Vec<u8> = watched.cells_now().iter().filter(|cell| cell.frame.is_none()).map(|cell| cell.area.site).collect();
            anyhow::ensure!(dark.is_empty(), "no frame number of the sites {dark:?}; {} pictures came", watched.now().gaps.pictures);
            Ok(())
        });
        shown.await.with_context(|| self.last_words())
    }

    /// Waits until that watcher has pictures.
    ///
    /// # Errors
    /// With the programs' last words.
    pub async fn until_pictures(&self, watched: &Watched) -> anyhow::Result<()> {
        let came = until("pictures at a monitor", PATIENCE, || async {
            anyhow::ensure!(watched.now().gaps.pictures > 0, "none came");
            Ok(())
        });
        came.await.with_context(|| self.last_words())
    }

    /// CPU time of the MCU's three programs so far: control, relay, mixer.
    ///
    /// # Errors
    /// When one has ended.
    pub fn cpu(&mut self) -> anyhow::Result<[Duration; 3]> {
        let mut used = [Duration::ZERO; 3];
        for (program, used) in [&mut self.mcu.control, &mut self.mcu.relay, &mut self.mcu.mixer].into_iter().zip(&mut used) {
            program.check()?;
            *used = program.cpu().context("a program's CPU time cannot be read")?;
        }
        Ok(used)
    }

    /// How late the load itself was since the last call.
    #[must_use]
    pub fn take_late(&self) -> Late {
        self.crowd.take_late()
    }

    fn last_words(&self) -> String {
        let Mcu { control, relay, mixer, .. } = &self.mcu;
        format!("control: {}\nrelay: {}\nmixer: {}", control.last_words(), relay.last_words(), mixer.last_words())
    }

    /// Ends everything.
    pub async fn end(mut self) {
        drop(self.crowd);
        self.mcu.end().await;
    }
}

/// The cells of W13: site 0 large, the others small.
fn composite_cells() -> Vec<CellArea> {
    let small = (0..16_u16).filter(|place| place % 4 >= 2 || place / 4 >= 2);
    let cell = |(site, place): (u8, u16)| CellArea { x: place % 4 * 250, y: place / 4 * 250, w: 250, site };
    std::iter::once(CellArea { x: 0, y: 0, w: 500, site: 0 }).chain((1..SITES).zip(small).map(cell)).collect()
}

/// The cells of the wall: the sites in their order.
fn wall_cells() -> Vec<CellArea> {
    (0..SITES).map(|site| CellArea { x: u16::from(site) % 4 * 250, y: u16::from(site) / 4 * 250, w: 250, site }).collect()
}

#[cfg(test)]
mod tests {
    use super::{SITES, composite_cells, wall_cells};

    #[test]
    fn every_site_has_one_cell_of_each() {
        for cells in [composite_cells(), wall_cells()] {
            let sites: Vec<u8> = cells.iter().map(|cell| cell.site).collect();
            assert_eq!(sites, (0..SITES).collect::<Vec<_>>());
        }
        let area: u32 = composite_cells().iter().map(|cell| u32::from(cell.w).pow(2)).sum();
        assert_eq!(area, 1_000_000, "the composite has no empty cell");
    }
}
