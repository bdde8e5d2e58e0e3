//! The media thread: one plain thread owns all sockets and the machine.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    os::{fd::AsRawFd, unix::net::UnixStream},
    sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use bytes::Bytes;
use mcu_media_api::FromRelay;
use tokio::sync::mpsc;

use super::{
    RelayError, clock,
    socket::{BatchSocket, wait},
    tcp::Connections,
};
use crate::{
    config::Config,
    egress::{Datagram, Door},
    entropy::Entropy,
    path::Path,
    peer::Identity,
    relay::Relay,
    shards::ToShard,
    time::Time,
};

/// Control's words waiting for the media thread. Opening a hundred sessions at once fits; more waits in the socket.
const WORDS: usize = 256;

/// Batches taken from a socket before anything is sent: bounds the delay of what came first.
const MAX_BATCHES: usize = 4;

/// Free ports tried until one is free on UDP and TCP. Even with every second one taken, all are with one chance in 65,536.
const PORT_TRIES: u32 = 16;

/// Longest sleep: the machine always has a report due within a second.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// What the media thread is told.
#[derive(Debug)]
pub(super) enum ToMedia {
    /// What the thread shall do.
    Word(ToShard),
    /// A connection to control stands.
    Connected,
    /// Say good-bye to the peers and end.
    Stop,
}

/// The running thread seen from outside.
pub(super) struct MediaThread {
    /// Control's words go in here, with [`Self::wake`] after.
    pub(super) words: SyncSender<ToMedia>,
    /// Its address for plain RTP of workers and other threads.
    pub(super) worker_rtp: SocketAddr,
    /// The media address.
    pub(super) media: SocketAddr,
    waker: UnixStream,
    thread: JoinHandle<Result<(), RelayError>>,
}

impl MediaThread {
    /// Ends the thread's sleep.
    pub(super) fn wake(&self) {
        // A full pipe wakes just as well.
        let _ = (&self.waker).write(&[1]);
    }

    /// Whether the thread has ended.
    #[must_use]
    pub(super) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the end of the thread.
    ///
    /// # Errors
    /// When it ended for another reason than [`ToMedia::Stop`].
    pub(super) fn join(self) -> Result<(), RelayError> {
        self.thread.join().map_err(|_| RelayError::MediaEnded)?
    }
}

pub(super) fn system_entropy() -> Entropy {
    Entropy::new(|bytes| {
        if let Err(error) = getrandom::fill(bytes) {
            // Credentials must never be guessable: without randomness there is no relay.
            tracing::error!(%error, "the system gives no random bytes");
            std::process::abort();
        }
    })
}

fn bind(key: &'static str, address: SocketAddr) -> Result<BatchSocket, RelayError> {
    BatchSocket::bind(address).map_err(|source| RelayError::Bind { key, address, source })
}

/// The media port on UDP and, if wanted, on TCP. A free UDP port may be taken on TCP; then another free one is tried.
fn open_media(config: &Config, shard: u16) -> Result<(BatchSocket, Option<Connections>), RelayError> {
    let mut tries = if config.media.port() == 0 { PORT_TRIES } else { 1 };
    let wanted = config.media_of(shard);
    loop {
        let media = bind("media", wanted)?;
        if !config.tcp {
            return Ok((media, None));
        }
        let address = media.local_addr().map_err(|source| RelayError::System { what: "the address of a socket", source })?;
        tries -= 1;
        match Connections::listen(address) {
            Ok(connections) => return Ok((media, Some(connections))),
            Err(error) if tries > 0 && error.kind() == ErrorKind::AddrInUse => {}
            Err(source) => return Err(RelayError::Bind { key: "media (TCP; tcp = false goes without)", address, source }),
        }
    }
}

/// Opens the sockets of one shard and starts its thread, which says to `answers` what control shall hear.
///
/// # Errors
/// When a socket cannot be opened, with its key, or the certificate cannot be made.
pub(super) fn start_media(config: &Config, shard: u16, answers: mpsc::Sender<(usize, FromRelay)>) -> Result<MediaThread, RelayError> {
    let system = |what| move |source| RelayError::System { what, source };
    let (media, connections) = open_media(config, shard)?;
    let workers = bind("worker_rtp", config.worker_rtp_of(shard))?;
    let media_address = media.local_addr().map_err(system("the address of a socket"))?;
    let worker_rtp = workers.local_addr().map_err(system("the address of a socket"))?;
    let identity = Identity::generate(Instant::now(), clock::now())?;
    let relay = Relay::new(identity, config.candidates(media_address), system_entropy(), system_entropy());
    let (waker, woken) = UnixStream::pair().map_err(system("a socket pair"))?;
    for end in [&waker, &woken] {
        end.set_nonblocking(true).map_err(system("a socket that does not block"))?;
    }
    let (words, words_in) = sync_channel(WORDS);
    let shell = Shell { shard: usize::from(shard), relay, media, connections, workers, woken, words: words_in, answers, order: Vec::new() };
    let thread = std::thread::Builder::new().name(format!("media-{shard}")).spawn(move || shell.run()).map_err(system("a thread"))?;
    Ok(MediaThread { words, worker_rtp, media: media_address, waker, thread })
}

struct Shell {
    shard: usize,
    relay: Relay,
    media: BatchSocket,
    connections: Option<Connections>,
    workers: BatchSocket,
    woken: UnixStream,
    words: Receiver<ToMedia>,
    answers: mpsc::Sender<(usize, FromRelay)>,
    order: Vec<Datagram>,
}

impl Shell {
    fn run(mut self) -> Result<(), RelayError> {
        // poll(2) passes over negative descriptors.
        let connections = self.connections.as_ref().map_or(-1, Connections::fd);
        let descriptors = [self.media.fd(), self.workers.fd(), self.woken.as_raw_fd(), connections];
        loop {
            let connections_due = self.connections.as_ref().and_then(Connections::deadline);
            let due = connections_due.into_iter().fold(self.relay.deadline(), Time::min);
            let timeout = due.since(clock::now()).min(MAX_WAIT);
            let ready = wait(&descriptors, timeout).map_err(|source| RelayError::System { what: "waiting for datagrams", source })?;
            let now = clock::now();
            let [media, workers, words, connections] = ready;
            self.receive(now, [media, workers, connections || connections_due.is_some_and(|due| due <= now)])?;
            let stop = words && self.hear(now);
            if stop {
                self.relay.shut_down(now);
            }
            self.relay.flush(now);
            self.send(now);
            self.answer();
            if stop {
                return Ok(());
            }
        }
    }

    /// Takes what the sockets that are ready have.
    fn receive(&mut self, now: Time, [media, workers, connections]: [bool; 3]) -> Result<(), RelayError> {
        let failed = |source| RelayError::System { what: "receiving datagrams", source };
        let relay = &mut self.relay;
        for _ in 0..if media { MAX_BATCHES } else { 0 } {
            if !self.media.receive(|from, bytes| relay.media(now, Path::Udp(from), bytes)).map_err(failed)? {
                break;
            }
        }
        if let Some(tcp) = self.connections.as_mut().filter(|_| connections) {
            tcp.receive(now, relay).map_err(failed)?;
        }
        for _ in 0..if workers { MAX_BATCHES } else { 0 } {
            if !self.workers.receive(|from, bytes| relay.worker(now, from, &Bytes::copy_from_slice(bytes))).map_err(failed)? {
                break;
            }
        }
        Ok(())
    }

    /// Hears control; returns whether to stop.
    fn hear(&mut self, now: Time) -> bool {
        let mut bytes = [0; 64];
        loop {
            match self.woken.read(&mut bytes) {
                Ok(count) if count == bytes.len() => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => break,
            }
        }
        loop {
            match self.words.try_recv() {
                Ok(ToMedia::Word(ToShard::Word(word))) => self.relay.control(now, word),
                Ok(ToMedia::Word(ToShard::Wanted(wanted, links))) => self.relay.want(now, &wanted, links),
                Ok(ToMedia::Connected) => self.relay.control_connected(),
                // The other end only goes away with the program.
                Ok(ToMedia::Stop) | Err(TryRecvError::Disconnected) => return true,
                Err(TryRecvError::Empty) => return false,
            }
        }
    }

    /// Sends the batch, sorted by receiver so that each gets its packets in as few system calls as can be; each receiver's order is kept.
    fn send(&mut self, now: Time) {
        let egress = self.relay.egress();
        if egress.datagrams().is_empty() {
            return;
        }
        self.order.clear();
        self.order.extend_from_slice(egress.datagrams());
        self.order.sort_by_key(|datagram| datagram.door);
        let mut run: Vec<&[u8]> = Vec::with_capacity(64);
        for same in self.order.chunk_by(|a, b| a.door == b.door) {
            let Some(first) = same.first() else {
                continue;
            };
            run.clear();
            run.extend(same.iter().map(|datagram| egress.bytes(datagram)));
            match first.door {
                Door::Media(Path::Udp(to)) => self.media.send(to, &run),
                Door::Media(Path::Tcp { connection, .. }) => {
                    if let Some(connections) = &mut self.connections {
                        connections.send(now, connection, run.iter().copied().zip(same.iter().map(|datagram| datagram.urgency)));
                    }
                }
                Door::Worker(to) => self.workers.send(to, &run),
            }
        }
        egress.clear();
    }

    fn answer(&mut self) {
        while let Some(word) = self.relay.poll_control() {
            let is_report = matches!(word, FromRelay::Reported(_));
            if self.answers.try_send((self.shard, word)).is_err() && !is_report {
                tracing::warn!("an answer for control was lost: it does not take them");
            }
        }
    }
}
