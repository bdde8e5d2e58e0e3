//! The relay as a program at the near end of an impaired wire, clients with sockets of their own at both ends. Time is real.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::time::{Duration, Instant};

use netlab::{Counts, Lab};

use super::offer::{Repair, shaped};
use super::sender::Sender;
use super::watcher::Watcher;
use super::world::{Client, Line, Side, World};
use crate::ours::Ours;
use crate::peer::{Identity, Peer};
use crate::sdp::{self, Remote};
use crate::udp;

/// A step; the runtime's timer knows no less.
const STEP: Duration = Duration::from_millis(1);
/// Longest datagram.
const DATAGRAM_BYTES: usize = 2_048;
/// Name of the publisher among the clients; watchers have their numbers.
const PUBLISHER: usize = usize::MAX;

/// The world.
pub struct Wired {
    epoch: Instant,
    identity: Identity,
    relay: Option<Ours>,
    runtime: tokio::runtime::Runtime,
    lab: Lab,
    clients: BTreeMap<usize, (Client, UdpSocket)>,
    /// Steps that came more than 20 ms after the one before: the machine was too busy for exact figures.
    pub late: u64,
    last: Instant,
}

impl Wired {
    /// Starts the relay and builds the line.
    ///
    /// # Errors
    /// When the caller is not in a network of its own, or the relay does not come up.
    pub fn start(dir: &Path, line: Line) -> anyhow::Result<Self> {
        let lab = Lab::build(&line.impairment(0), &line.impairment(1))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let relay = runtime.block_on(Ours::start(dir, &lab.near().to_string(), None))?;
        let epoch = Instant::now();
        let identity = Identity::generate()?;
        Ok(Self { epoch, identity, relay: Some(relay), runtime, lab, clients: BTreeMap::new(), late: 0, last: epoch })
    }

    /// What became of the packets: towards the far side, and back.
    #[must_use]
    pub fn counts(&self) -> Option<(Counts, Counts)> {
        self.lab.counts()
    }

    fn relay(&mut self) -> anyhow::Result<(&mut Ours, &tokio::runtime::Runtime)> {
        match &mut self.relay {
            Some(relay) => Ok((relay, &self.runtime)),
            None => anyhow::bail!("the relay has ended"),
        }
    }

    fn socket(&self, side: Side) -> anyhow::Result<UdpSocket> {
        Ok(match side {
            Side::Near => udp::bind(SocketAddr::from((self.lab.near(), 0)))?,
            Side::Far => {
                let address = SocketAddr::from((self.lab.far(), 0));
                self.lab.at_far_end(move || udp::bind(address))??
            }
        })
    }
}

impl World for Wired {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn epoch(&self) -> Instant {
        self.epoch
    }

    fn publish(&mut self, side: Side) -> anyhow::Result<()> {
        let socket = self.socket(side)?;
        let mut peer = Peer::new(&self.identity)?;
        let offer = sdp::offer(&peer, &self.identity, socket.local_addr()?, "sendonly");
        let offer = shaped(&offer, Repair { red: false, transport: false, ..Repair::ALL });
        let (relay, runtime) = self.relay()?;
        let remote = Remote::read(&runtime.block_on(relay.publish(offer))?)?;
        let server = remote.address;
        peer.meet(remote);
        socket.connect(server)?;
        self.clients.insert(PUBLISHER, (Client::Sender(Box::new(Sender::new(peer, server, self.epoch))), socket));
        Ok(())
    }

    fn watch(&mut self, index: usize, side: Side, repair: Repair) -> anyhow::Result<()> {
        let socket = self.socket(side)?;
        let mut peer = Peer::new(&self.identity)?;
        let offer = shaped(&sdp::offer(&peer, &self.identity, socket.local_addr()?, "recvonly"), repair);
        let (relay, runtime) = self.relay()?;
        let answer = runtime.block_on(relay.watch(index, offer))?;
        let remote = Remote::read(&answer)?;
        let server = remote.address;
        peer.meet(remote);
        socket.connect(server)?;
        let watcher = Watcher::new(peer, server, &answer, repair, self.epoch, Instant::now());
        self.clients.insert(index, (Client::Watcher(Box::new(watcher)), socket));
        Ok(())
    }

    fn leave(&mut self, index: usize) -> anyhow::Result<()> {
        self.clients.remove(&index);
        let (relay, runtime) = self.relay()?;
        runtime.block_on(relay.leave(index))
    }

    fn step(&mut self) -> anyhow::Result<()> {
        let (relay, runtime) = self.relay()?;
        runtime.block_on(relay.idle(STEP));
        let now = Instant::now();
        self.late += u64::from(now.saturating_duration_since(self.last) > Duration::from_millis(20));
        self.last = now;
        let mut bytes = [0; DATAGRAM_BYTES];
        for (client, socket) in self.clients.values_mut() {
            while let Some(datagram) = socket.recv(&mut bytes).ok().and_then(|length| bytes.get(..length)) {
                client.handle(Instant::now(), datagram);
            }
            for datagram in client.tick(Instant::now()) {
                let _ = socket.send(&datagram);
            }
        }
        Ok(())
    }

    fn cut(&mut self, gone: bool) {
        self.lab.cut(gone);
    }

    fn sender(&self) -> Option<&Sender> {
        match self.clients.get(&PUBLISHER)? {
            (Client::Sender(sender), _) => Some(sender),
            (Client::Watcher(_), _) => None,
        }
    }

    fn watcher(&self, index: usize) -> Option<&Watcher> {
        match self.clients.get(&index)? {
            (Client::Watcher(watcher), _) => Some(watcher),
            (Client::Sender(_), _) => None,
        }
    }

    fn handshakes(&self) -> u64 {
        self.relay.as_ref().map_or(0, Ours::handshakes)
    }
}

impl Drop for Wired {
    fn drop(&mut self) {
        if let Some(relay) = self.relay.take() {
            self.runtime.block_on(relay.end());
        }
    }
}
