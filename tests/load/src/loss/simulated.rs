//! The relay as a library in virtual time: every far client has a seeded line of its own, and nothing depends on how busy the machine is.
//!
//! Time goes in steps of a millisecond; the computing itself takes none.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use mcu_media_api::{FromRelay, Layer, OpenSession, RelayReported, RelayWanted, Role, Route, SeatId, SessionId, ToRelay};
use mcu_relay::egress::Door;
use mcu_relay::entropy::Entropy;
use mcu_relay::path::Path;
use mcu_relay::peer as relay_peer;
use mcu_relay::relay::Relay;
use mcu_relay::sdp::Candidate;
use mcu_relay::time::Time;
use netlab::{Impairment, Wire};

use super::offer::{Repair, shaped};
use super::sender::Sender;
use super::watcher::Watcher;
use super::world::{Client, Line, Side, World};
use crate::peer::{Identity, Peer};
use crate::sdp::{self, Remote};

/// A step.
const STEP: Duration = Duration::from_millis(1);
/// The relay's clock when the world begins; it must not be zero, from which nothing can be subtracted.
const RELAY_BEGAN: Duration = Duration::from_secs(1_000);
/// Name of the publisher among the clients; watchers have their numbers.
const PUBLISHER: usize = usize::MAX;

struct Place {
    client: Client,
    address: SocketAddr,
    far: bool,
    to_relay: Wire<Bytes>,
    from_relay: Wire<Bytes>,
}

/// The world.
pub struct Simulated {
    epoch: Instant,
    now: Instant,
    line: Line,
    cut: bool,
    identity: Identity,
    relay: Relay,
    wanted: RelayWanted,
    reported: RelayReported,
    clients: BTreeMap<usize, Place>,
    by_address: BTreeMap<SocketAddr, usize>,
    /// Addresses given out so far; each client has one of its own.
    addresses: u32,
}

fn seat(index: usize) -> SeatId {
    if index == PUBLISHER { SeatId::from("load/site/publisher") } else { SeatId(format!("load/site/viewer-{index}")) }
}

fn entropy() -> Entropy {
    Entropy::new(|bytes| {
        // Credentials without chance would only make clients be taken for one another, which a run would show.
        let _ = getrandom::fill(bytes);
    })
}

impl Simulated {
    /// A world with such a line.
    ///
    /// # Errors
    /// When the cryptography library refuses.
    pub fn new(line: Line) -> anyhow::Result<Self> {
        let epoch = Instant::now();
        let identity = relay_peer::Identity::generate(epoch, Time::new(RELAY_BEGAN))?;
        let candidate = SocketAddr::from((Ipv4Addr::new(198, 51, 100, 1), 3478));
        let mut relay = Relay::new(identity, vec![Candidate::Udp(candidate)], entropy(), entropy());
        relay.control_connected();
        Ok(Self {
            epoch,
            now: epoch,
            line,
            cut: false,
            identity: Identity::generate()?,
            relay,
            wanted: RelayWanted::default(),
            reported: RelayReported::default(),
            clients: BTreeMap::new(),
            by_address: BTreeMap::new(),
            addresses: 0,
        })
    }

    /// What the relay last reported.
    #[must_use]
    pub const fn reported(&self) -> &RelayReported {
        &self.reported
    }

    fn relay_now(&self) -> Time {
        Time::new(RELAY_BEGAN + self.since_epoch())
    }

    fn want(&mut self) {
        self.wanted.revision += 1;
        let now = self.relay_now();
        self.relay.control(now, ToRelay::Wanted(self.wanted.clone()));
    }

    fn open(&mut self, index: usize, role: Role, offer: String) -> anyhow::Result<String> {
        self.want();
        let session = SessionId::from(seat(index).0.as_str());
        let open = OpenSession { session: session.clone(), seat: seat(index), role, exclusive: true, offer };
        let now = self.relay_now();
        self.relay.control(now, ToRelay::Open(open));
        let mut answer = None;
        while let Some(word) = self.relay.poll_control() {
            match word {
                FromRelay::Opened { session: opened, result } if opened == session => answer = Some(result?.sdp),
                FromRelay::Reported(reported) => self.reported = reported,
                FromRelay::Opened { .. } | FromRelay::Patched { .. } | FromRelay::Hello(_) => {}
            }
        }
        answer.context("the relay gave no answer")
    }

    fn peer(&mut self) -> anyhow::Result<(Peer, SocketAddr)> {
        self.addresses += 1;
        // Addresses for benchmarks (RFC 2544).
        let address = SocketAddr::from((Ipv4Addr::from(0xC612_0000 + self.addresses), 5_000));
        Ok((Peer::new_at(&self.identity, self.now)?, address))
    }

    fn place(&mut self, index: usize, side: Side, client: Client, address: SocketAddr) {
        let (lane, far) = (u64::from(self.addresses) * 2, side == Side::Far);
        let sends = matches!(client, Client::Sender(_));
        let wire = |lane, dense| match (far, dense) {
            (false, _) => Impairment::default(),
            (true, true) => self.line.impairment(lane),
            (true, false) => self.line.sparse(lane),
        };
        let (mut to_relay, mut from_relay) = (Wire::new(self.now, &wire(lane, sends)), Wire::new(self.now, &wire(lane + 1, !sends)));
        to_relay.cut(far && self.cut);
        from_relay.cut(far && self.cut);
        if let Some(old) = self.clients.insert(index, Place { client, address, far, to_relay, from_relay }) {
            self.by_address.remove(&old.address);
        }
        self.by_address.insert(address, index);
    }

    fn relay_out(&mut self) {
        let egress = self.relay.egress();
        for datagram in egress.datagrams() {
            let to = match datagram.door {
                Door::Media(path) => path.address(),
                Door::Worker(to) => to,
            };
            let place = self.by_address.get(&to).and_then(|index| self.clients.get_mut(index));
            if let Some(place) = place {
                place.from_relay.put(self.now, Bytes::copy_from_slice(egress.bytes(datagram)));
            }
        }
        egress.clear();
        while let Some(word) = self.relay.poll_control() {
            if let FromRelay::Reported(reported) = word {
                self.reported = reported;
            }
        }
    }
}

impl World for Simulated {
    fn now(&self) -> Instant {
        self.now
    }

    fn epoch(&self) -> Instant {
        self.epoch
    }

    fn publish(&mut self, side: Side) -> anyhow::Result<()> {
        let (mut peer, address) = self.peer()?;
        self.wanted.open_sounds = vec![seat(PUBLISHER).sound()];
        let offer = sdp::offer(&peer, &self.identity, address, "sendonly");
        let remote =
            Remote::read(&self.open(PUBLISHER, Role::Publish, shaped(&offer, Repair { red: false, transport: false, ..Repair::ALL }))?)?;
        let server = remote.address;
        peer.meet(remote);
        self.place(PUBLISHER, side, Client::Sender(Box::new(Sender::new(peer, server, self.epoch))), address);
        Ok(())
    }

    fn watch(&mut self, index: usize, side: Side, repair: Repair) -> anyhow::Result<()> {
        let (mut peer, address) = self.peer()?;
        self.wanted.routes.retain(|route| route.seat != seat(index));
        self.wanted.routes.push(Route {
            seat: seat(index),
            main: Some(seat(PUBLISHER).main()),
            content: None,
            sound: Some(seat(PUBLISHER).sound()),
            max_layer: Layer::High,
        });
        let offer = shaped(&sdp::offer(&peer, &self.identity, address, "recvonly"), repair);
        let answer = self.open(index, Role::Watch, offer)?;
        let remote = Remote::read(&answer)?;
        let server = remote.address;
        peer.meet(remote);
        let watcher = Watcher::new(peer, server, &answer, repair, self.epoch, self.now);
        self.place(index, side, Client::Watcher(Box::new(watcher)), address);
        Ok(())
    }

    fn leave(&mut self, index: usize) -> anyhow::Result<()> {
        let now = self.relay_now();
        self.relay.control(now, ToRelay::Close { session: SessionId::from(seat(index).0.as_str()) });
        self.wanted.routes.retain(|route| route.seat != seat(index));
        self.want();
        if let Some(old) = self.clients.remove(&index) {
            self.by_address.remove(&old.address);
        }
        Ok(())
    }

    fn step(&mut self) -> anyhow::Result<()> {
        self.now += STEP;
        let (now, relay_now) = (self.now, self.relay_now());
        for place in self.clients.values_mut() {
            while let Some((at, bytes)) = place.from_relay.take(now) {
                place.client.handle(at, &bytes);
            }
            for datagram in place.client.tick(now) {
                place.to_relay.put(now, Bytes::from(datagram));
            }
            while let Some((_, bytes)) = place.to_relay.take(now) {
                self.relay.media(relay_now, Path::Udp(place.address), &bytes);
            }
        }
        self.relay.flush(relay_now);
        self.relay_out();
        Ok(())
    }

    fn cut(&mut self, gone: bool) {
        self.cut = gone;
        for place in self.clients.values_mut().filter(|place| place.far) {
            place.to_relay.cut(gone);
            place.from_relay.cut(gone);
        }
    }

    fn sender(&self) -> Option<&Sender> {
        match &self.clients.get(&PUBLISHER)?.client {
            Client::Sender(sender) => Some(sender),
            Client::Watcher(_) => None,
        }
    }

    fn watcher(&self, index: usize) -> Option<&Watcher> {
        match &self.clients.get(&index)?.client {
            Client::Watcher(watcher) => Some(watcher),
            Client::Sender(_) => None,
        }
    }

    fn handshakes(&self) -> u64 {
        self.reported.handshakes
    }
}
