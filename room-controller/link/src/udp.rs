//! One local UDP socket for many devices: some answer to a fixed port rather than to the one they were asked from (fact sheet §2).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use crate::connect::LinkError;
use crate::{Event, Link};

/// Largest datagram of the protocols spoken.
const MAX_DATAGRAM: usize = 2048;

type Peers = Arc<Mutex<BTreeMap<SocketAddr, mpsc::Sender<Event>>>>;

/// The shared socket; cheap to clone.
#[derive(Debug, Clone)]
pub struct UdpHub {
    local: SocketAddr,
    socket: Arc<tokio::sync::Mutex<Option<Arc<UdpSocket>>>>,
    peers: Peers,
}

fn lock(peers: &Peers) -> MutexGuard<'_, BTreeMap<SocketAddr, mpsc::Sender<Event>>> {
    peers.lock().unwrap_or_else(PoisonError::into_inner)
}

impl UdpHub {
    /// Will bind that local address at the first link.
    #[must_use]
    pub fn new(local: SocketAddr) -> Self {
        Self { local, socket: Arc::default(), peers: Arc::default() }
    }

    async fn socket(&self) -> Result<Arc<UdpSocket>, LinkError> {
        let mut held = self.socket.lock().await;
        if let Some(socket) = &*held {
            return Ok(Arc::clone(socket));
        }
        let socket = Arc::new(UdpSocket::bind(self.local).await.map_err(|error| LinkError::Local(self.local, error))?);
        tokio::spawn(receive(Arc::clone(&socket), Arc::clone(&self.peers)));
        *held = Some(Arc::clone(&socket));
        Ok(socket)
    }

    /// A link to one peer.
    ///
    /// # Errors
    /// When the local address cannot be bound or the peer has a link already.
    pub(crate) async fn link(&self, peer: SocketAddr) -> Result<Link, LinkError> {
        let socket = self.socket().await?;
        let (link, mut written, arrived) = Link::pair();
        {
            let mut peers = lock(&self.peers);
            if peers.get(&peer).is_some_and(|sender| !sender.is_closed()) {
                return Err(LinkError::Taken(peer));
            }
            peers.insert(peer, arrived.clone());
        }
        tokio::spawn(async move {
            while let Some(bytes) = written.recv().await {
                if let Err(error) = socket.send_to(&bytes, peer).await {
                    let _ = arrived.send(Event::Closed(error.to_string())).await;
                    break;
                }
            }
        });
        Ok(link)
    }
}

async fn receive(socket: Arc<UdpSocket>, peers: Peers) {
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        // An ICMP "port unreachable" shows up as an error here and concerns one peer only; its driver notices the silence.
        let Ok((count, from)) = socket.recv_from(&mut buffer).await else {
            tokio::task::yield_now().await;
            continue;
        };
        let bytes = buffer.get(..count).unwrap_or_default().to_vec();
        let sender = find(&lock(&peers), from).cloned();
        if let Some(sender) = sender {
            // A full queue is a device that floods; what it said is lost and asked again.
            let _ = sender.try_send(Event::Bytes(bytes));
        }
    }
}

/// The peer of that address, or the only one of that host: some answer from another port than the one they listen on.
fn find(peers: &BTreeMap<SocketAddr, mpsc::Sender<Event>>, from: SocketAddr) -> Option<&mpsc::Sender<Event>> {
    if let Some(sender) = peers.get(&from) {
        return Some(sender);
    }
    let host: IpAddr = from.ip();
    let mut same = peers.iter().filter(|(peer, sender)| peer.ip() == host && !sender.is_closed());
    match (same.next(), same.next()) {
        (Some((_, sender)), None) => Some(sender),
        _ => None,
    }
}
