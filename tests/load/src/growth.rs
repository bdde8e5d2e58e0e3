//! A conference that grows: light sites on `mcu-relay` alone, with the bench in control's and the mixer's place.

use std::net::UdpSocket;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use codec::clock::monotonic;
use mcu_media_api::{Layer, Role, Route, SeatId, Tap};

use crate::conference::{Client, Clips, Crowd, Late, Sight, Sink, Site, offer_in_layers};
use crate::ours::Ours;
use crate::peer::{Identity, Peer};
use crate::sdp::{self, Remote};

/// Clips made; sites beyond play them again.
pub const CLIPS: u8 = 13;
/// SSRC of the first tap.
const FIRST_TAP: u32 = 1_000_000;
/// All sites have pictures within this.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one size of the conference cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// CPU-ms per second of the relay.
    pub cpu_ms: f64,
    /// Pictures that came at the watcher that got fewest, per second.
    pub least_fps: f64,
    /// Packets of pictures that watchers missed.
    pub lost: u32,
    /// Lateness of the load itself.
    pub late: Late,
}

/// The conference.
pub struct Growing {
    relay: Ours,
    crowd: Crowd,
    clips: Clips,
    identity: Identity,
    epoch: Instant,
    sights: Vec<Arc<Mutex<Sight>>>,
    /// Takes what the mixer would.
    worker: UdpSocket,
}

fn seat(number: usize) -> SeatId {
    SeatId(format!("load/site/{number}"))
}

impl Growing {
    /// Starts the relay on so many shards, without sites.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(dir: &Path, shards: u16) -> anyhow::Result<Self> {
        let clips = Clips::prepare(dir, CLIPS)?;
        let relay = Ours::start_on(dir, "127.0.0.1", None, shards).await?;
        let worker = crate::udp::bind("127.0.0.1:0".parse()?)?;
        let (crowd, identity) = (Crowd::start()?, Identity::generate()?);
        Ok(Self { relay, crowd, clips, identity, epoch: Instant::now(), sights: Vec::new(), worker })
    }

    /// Grows to so many sites: each publishes three layers and sound, watches the first site (that one the second) and is tapped in its lowest layer.
    ///
    /// # Errors
    /// When the relay refuses, or somebody gets no picture.
    pub async fn grow_to(&mut self, sites: usize) -> anyhow::Result<()> {
        for number in self.sights.len()..sites {
            self.join(number).await?;
        }
        let end = Instant::now() + PATIENCE;
        while self.sights.iter().any(|sight| look(sight).gaps.pictures == 0) {
            anyhow::ensure!(Instant::now() < end, "a site of {sites} got no picture within {PATIENCE:?}");
            self.relay.idle(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    async fn join(&mut self, number: usize) -> anyhow::Result<()> {
        let watched = seat(usize::from(number == 0));
        let (main, sound) = (Some(watched.main()), Some(watched.sound()));
        let tap =
            Tap { source: seat(number).main(), layer: Layer::Low, to: self.worker.local_addr()?, ssrc: FIRST_TAP + u32::try_from(number)? };
        let wanted = self.relay.wanted();
        wanted.routes.push(Route { seat: seat(number), main, content: None, sound, max_layer: Layer::High });
        wanted.open_sounds = vec![seat(0).sound(), seat(1).sound()];
        wanted.taps.push(tap);
        let (peer, socket, remote, _) = self.open(number, Role::Publish).await?;
        let clip = u8::try_from(number % usize::from(CLIPS))?;
        let site = Site::new(peer, remote.address, clip, self.clips.of(clip)?, self.epoch)?;
        self.crowd.join(Client::Site(Box::new(site)), socket);
        let (peer, socket, remote, answer) = self.open(number, Role::Watch).await?;
        let sink = Sink::new(peer, remote.address, &answer, None, None);
        self.sights.push(sink.sight());
        self.crowd.join(Client::Sink(Box::new(sink)), socket);
        Ok(())
    }

    async fn open(&mut self, number: usize, role: Role) -> anyhow::Result<(Peer, UdpSocket, Remote, String)> {
        let mut peer = Peer::new(&self.identity)?;
        let socket = crate::udp::bind("127.0.0.1:0".parse()?)?;
        let direction = if role == Role::Publish { "sendonly" } else { "recvonly" };
        let offer = sdp::offer(&peer, &self.identity, socket.local_addr()?, direction);
        let offer = if role == Role::Publish { offer_in_layers(&offer) } else { offer };
        let answer = self.relay.open(&format!("{direction}-{number}"), seat(number), role, offer).await?;
        let remote = Remote::read(&answer)?;
        peer.meet(remote.clone());
        socket.connect(remote.address)?;
        Ok((peer, socket, remote, answer))
    }

    /// Measures over that time.
    ///
    /// # Errors
    /// When the relay has ended.
    pub async fn measure(&mut self, settle: Duration, window: Duration) -> anyhow::Result<Cost> {
        self.relay.idle(settle).await;
        self.drain();
        let pictures: Vec<u64> = self.sights.iter().map(|sight| look(sight).gaps.pictures).collect();
        let lost: u32 = self.sights.iter().map(|sight| look(sight).lost).sum();
        let _ = self.crowd.take_late();
        let (cpu, began) = (self.relay.process().cpu()?, monotonic());
        while monotonic().saturating_sub(began) < window {
            self.relay.idle(Duration::from_millis(50)).await;
            self.drain();
        }
        let (cpu, took) = (self.relay.process().cpu()?.saturating_sub(cpu), monotonic().saturating_sub(began).as_secs_f64());
        let came = self.sights.iter().zip(pictures).map(|(sight, before)| look(sight).gaps.pictures.saturating_sub(before));
        Ok(Cost {
            cpu_ms: cpu.as_secs_f64() * 1000.0 / took,
            least_fps: came.min().map_or(0.0, |pictures| u32::try_from(pictures).map_or(0.0, f64::from)) / took,
            lost: self.sights.iter().map(|sight| look(sight).lost).sum::<u32>().saturating_sub(lost),
            late: self.crowd.take_late(),
        })
    }

    /// Empties the worker's socket, so that the kernel's buffer does not fill.
    fn drain(&self) {
        let mut datagram = [0; 2048];
        while self.worker.recv(&mut datagram).is_ok() {}
    }

    /// Ends everything.
    pub async fn end(self) {
        drop(self.crowd);
        self.relay.end().await;
    }
}

fn look(sight: &Mutex<Sight>) -> Sight {
    *sight.lock().unwrap_or_else(PoisonError::into_inner)
}
