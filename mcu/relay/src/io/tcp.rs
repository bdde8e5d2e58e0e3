//! TCP connections of the media port, none of which can hold up the media thread: nothing blocks, and every turn of each is bounded.

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind, Read, Write},
    mem::MaybeUninit,
    net::{SocketAddr, TcpListener, TcpStream},
    os::fd::{AsRawFd, OwnedFd, RawFd},
    time::Duration,
};

use rustix::{
    event::{Timespec, epoll},
    fd::AsFd,
};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use super::socket::{canonical, take_both_families};
use crate::{
    path::Path,
    peer::looks_like_stun,
    relay::Relay,
    tcp::{Deframer, Outbox, Urgency},
    time::Time,
};

/// Connections held at once: half of the descriptors a process usually may have, and 160 MB when none of them takes anything.
const MAX_CONNECTIONS: usize = 512;

/// Of these, connections on which no authentic check came yet. When another comes the oldest of them goes: a hostile crowd displaces itself
/// sooner than a peer, whose check comes within a round trip.
const MAX_UNPROVEN: usize = 128;

/// A connection that is no peer's for so long is closed. A check is the first thing a peer sends; five seconds allow for two lost segments.
const UNPROVEN_FOR: Duration = Duration::from_secs(5);

/// Connections taken in one turn of the media thread.
const MAX_ACCEPTS: usize = 16;

/// Bytes taken from one connection in one turn: the datagrams of one UDP batch.
const READ_BYTES: usize = 64 * 1024;

/// Events of one turn; the others come in the next.
const MAX_EVENTS: usize = 128;

/// Written bytes the kernel keeps beside what is under way: what waits here can still be dropped, what waits there cannot.
const KERNEL_WAITING: u32 = 32 * 1024;

/// Step at which limits of time are looked at.
const TICK: Duration = Duration::from_millis(250);

/// Marks the listener among the events; connections count from 1.
const LISTENER: u64 = 0;

/// What the connections need to know of the machine.
pub(super) trait Peers {
    /// Whether a peer has proved that it is there.
    fn knows(&self, path: Path) -> bool;
    /// A packet came.
    fn media(&mut self, now: Time, path: Path, bytes: &[u8]);
    /// The connection is gone.
    fn lost(&mut self, now: Time, path: Path);
}

impl Peers for Relay {
    fn knows(&self, path: Path) -> bool {
        Self::knows(self, path)
    }

    fn media(&mut self, now: Time, path: Path, bytes: &[u8]) {
        Self::media(self, now, path, bytes);
    }

    fn lost(&mut self, now: Time, path: Path) {
        Self::lost(self, now, path);
    }
}

/// All connections of one port.
pub(super) struct Connections {
    // Before the descriptors it watches could be closed nothing else holds them, so closing takes them out of it.
    epoll: OwnedFd,
    listener: TcpListener,
    open: BTreeMap<u64, Connection>,
    last: u64,
    buffer: Vec<u8>,
    tick_due: Time,
    /// The system has no descriptors left: nobody is let in until the next tick.
    deaf: bool,
}

struct Connection {
    stream: TcpStream,
    path: Path,
    deframer: Deframer,
    outbox: Outbox,
    /// When it last was a peer's, or began.
    proven_at: Time,
    proven: bool,
    /// The kernel is to say when it takes more.
    awaits_room: bool,
}

impl Connections {
    /// Listens.
    pub(super) fn listen(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        take_both_families(&socket, address)?;
        // A relay that is started again must not wait for the connections of the last one to be forgotten.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(i32::try_from(MAX_UNPROVEN).unwrap_or(i32::MAX))?;
        let listener: TcpListener = socket.into();
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
        Ok(Self {
            epoll,
            listener,
            open: BTreeMap::new(),
            last: LISTENER,
            buffer: vec![0; READ_BYTES],
            tick_due: Time::default(),
            deaf: false,
        })
    }

    /// Can be read when there is something to do for [`Self::receive`].
    pub(super) fn fd(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }

    /// When [`Self::receive`] has something to do though nothing came.
    pub(super) fn deadline(&self) -> Option<Time> {
        (self.deaf || !self.open.is_empty()).then_some(self.tick_due)
    }

    /// Lets in, reads and writes what can be, and looks after limits of time.
    pub(super) fn receive(&mut self, now: Time, relay: &mut impl Peers) -> io::Result<()> {
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut space = [const { MaybeUninit::uninit() }; MAX_EVENTS];
        let events = match epoll::wait(&self.epoll, &mut space, Some(&at_once)) {
            Ok((events, _)) => events,
            Err(rustix::io::Errno::INTR) => &mut [],
            Err(error) => return Err(error.into()),
        };
        for event in events {
            match event.data.u64() {
                LISTENER => self.accept(now, relay),
                number => self.serve(now, number, event.flags, relay),
            }
        }
        if now >= self.tick_due {
            self.tick_due = now + TICK;
            self.tick(now, relay);
        }
        Ok(())
    }

    /// Writes datagrams to a connection, as much as it takes at once; the rest waits, and what finds no room is lost like any datagram.
    pub(super) fn send<'a>(&mut self, now: Time, number: u64, datagrams: impl Iterator<Item = (&'a [u8], Urgency)>) {
        let Some(connection) = self.open.get_mut(&number) else {
            return;
        };
        for (bytes, urgency) in datagrams {
            if !connection.outbox.push(now, bytes, urgency) {
                tracing::trace!(path = %connection.path, "a slow connection has no room for a packet");
            }
        }
        // A broken connection says so once more when it is read.
        let _ = connection.write(now);
        connection.await_room(&self.epoll, number);
    }

    fn accept(&mut self, now: Time, relay: &mut impl Peers) {
        for _ in 0..MAX_ACCEPTS {
            match self.listener.accept() {
                Ok((stream, from)) => self.let_in(now, stream, canonical(from), relay),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Whoever wanted in is gone again, or a signal came.
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
                Err(error) => {
                    tracing::warn!(%error, "no TCP connection can be taken; trying again shortly");
                    self.deaf = true;
                    self.listen_for(epoll::EventFlags::empty());
                    return;
                }
            }
        }
    }

    fn listen_for(&self, what: epoll::EventFlags) {
        if let Err(error) = epoll::modify(&self.epoll, &self.listener, epoll::EventData::new_u64(LISTENER), what) {
            tracing::warn!(%error, "the TCP listener cannot be watched");
        }
    }

    fn let_in(&mut self, now: Time, stream: TcpStream, from: SocketAddr, relay: &mut impl Peers) {
        let unproven = || self.open.iter().filter(|(_, connection)| !connection.proven).map(|(number, _)| *number);
        if unproven().count() >= MAX_UNPROVEN || self.open.len() >= MAX_CONNECTIONS {
            // Numbers rise, so the first is the oldest.
            let Some(oldest) = unproven().next() else {
                return;
            };
            self.close(now, oldest, "others wait", relay);
        }
        let socket = SockRef::from(&stream);
        let prepared = stream.set_nonblocking(true).and_then(|()| stream.set_nodelay(true));
        // Without it more waits in the kernel, nothing worse.
        let _ = socket.set_tcp_notsent_lowat(KERNEL_WAITING);
        let number = self.last + 1;
        let flags = epoll::EventFlags::IN;
        let watched =
            prepared.and_then(|()| epoll::add(&self.epoll, &stream, epoll::EventData::new_u64(number), flags).map_err(io::Error::from));
        if let Err(error) = watched {
            tracing::warn!(%error, "a TCP connection cannot be served");
            return;
        }
        self.last = number;
        let path = Path::Tcp { from, connection: number };
        let (deframer, outbox) = (Deframer::default(), Outbox::default());
        let connection = Connection { stream, path, deframer, outbox, proven_at: now, proven: false, awaits_room: false };
        self.open.insert(number, connection);
        tracing::trace!(%path, "connected");
        self.tick_due = self.tick_due.min(now + TICK);
    }

    fn serve(&mut self, now: Time, number: u64, ready: epoll::EventFlags, relay: &mut impl Peers) {
        let Some(connection) = self.open.get_mut(&number) else {
            return;
        };
        if ready.contains(epoll::EventFlags::OUT)
            && let Err(reason) = connection.write(now)
        {
            return self.close(now, number, reason, relay);
        }
        connection.await_room(&self.epoll, number);
        if ready.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR)
            && let Err(reason) = connection.read(now, &mut self.buffer, relay)
        {
            self.close(now, number, reason, relay);
        }
    }

    fn tick(&mut self, now: Time, relay: &mut impl Peers) {
        if std::mem::take(&mut self.deaf) {
            self.listen_for(epoll::EventFlags::IN);
        }
        let mut over: Vec<(u64, &'static str)> = Vec::new();
        for (number, connection) in &mut self.open {
            connection.proven = relay.knows(connection.path);
            if connection.proven {
                connection.proven_at = now;
            }
            if now.since(connection.proven_at) >= UNPROVEN_FOR {
                over.push((*number, "no authentic check"));
            } else if connection.outbox.is_stuck(now) {
                over.push((*number, "it takes nothing"));
            }
        }
        for (number, reason) in over {
            self.close(now, number, reason, relay);
        }
    }

    fn close(&mut self, now: Time, number: u64, reason: &'static str, relay: &mut impl Peers) {
        if let Some(connection) = self.open.remove(&number) {
            tracing::debug!(path = %connection.path, reason, "connection closed");
            relay.lost(now, connection.path);
        }
    }
}

/// Whether a packet is STUN, DTLS or RTP by its first byte (RFC 7983 §7).
fn may_be_of_peer(packet: &[u8]) -> bool {
    match packet.first() {
        Some(0..=3) => looks_like_stun(packet),
        Some(first) => matches!(first, 20..=63 | 128..=191),
        None => false,
    }
}

impl Connection {
    /// Reads a bounded part of what is there and gives its packets to the relay.
    fn read(&mut self, now: Time, buffer: &mut [u8], relay: &mut impl Peers) -> Result<(), &'static str> {
        let count = match self.stream.read(buffer) {
            Ok(0) => return Err("closed by the peer"),
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return Ok(()),
            Err(_) => return Err("broken"),
        };
        let (path, mut foreign) = (self.path, false);
        let framing = self.deframer.feed(buffer.get(..count).unwrap_or_default(), |packet| {
            // Who connects again in the middle of a session may have media under way before its check; the relay passes over them.
            foreign |= !may_be_of_peer(packet) && !relay.knows(path);
            if !foreign {
                relay.media(now, path, packet);
            }
        });
        self.proven = relay.knows(path);
        if foreign {
            return Err("not a peer");
        }
        framing.map_err(|error| {
            tracing::debug!(%path, %error, "the stream cannot be read on");
            "not framed"
        })
    }

    /// Writes what the connection takes.
    fn write(&mut self, now: Time) -> Result<(), &'static str> {
        while !self.outbox.waiting().is_empty() {
            match self.stream.write(self.outbox.waiting()) {
                Ok(count) => self.outbox.took(now, count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(_) => return Err("broken"),
            }
        }
        Ok(())
    }

    /// Has the kernel say when it takes more, exactly as long as something waits.
    fn await_room(&mut self, epoll: &impl AsFd, number: u64) {
        let waits = !self.outbox.waiting().is_empty();
        if waits == self.awaits_room {
            return;
        }
        let flags = if waits { epoll::EventFlags::IN | epoll::EventFlags::OUT } else { epoll::EventFlags::IN };
        match epoll::modify(epoll, &self.stream, epoll::EventData::new_u64(number), flags) {
            Ok(()) => self.awaits_room = waits,
            Err(error) => tracing::warn!(%error, "a TCP connection cannot be watched"),
        }
    }
}

#[cfg(test)]
mod tests;
