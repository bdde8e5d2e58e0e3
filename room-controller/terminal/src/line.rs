//! The terminal's line as a rehearsal impairs it: every datagram of its sessions, both ways, goes through one wire. Untouched, nothing is in between.

use std::collections::VecDeque;
use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use impaired_wire::{Impairment, Wire};
use tokio::sync::Notify;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, RecvMeta, Runtime, TokioRuntime, Transmit,
};

use crate::faults::LineOut;

/// Datagrams that have come through and wait for one session: half a second of everything a room receives.
const MAX_INBOX: usize = 1_024;
/// How often a session that is held off by a cut line looks again.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The pump looks at least this often while there is something under way.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// On its way out.
#[derive(Clone)]
struct Up {
    bytes: Bytes,
    to: SocketAddr,
    socket: Arc<dyn AsyncUdpSocket>,
}

/// On its way in.
#[derive(Clone)]
struct Down {
    bytes: Bytes,
    meta: RecvMeta,
    inbox: Arc<Inbox>,
}

impl AsRef<[u8]> for Up {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Down {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

struct Wires {
    wanted: Option<LineOut>,
    up: Wire<Up>,
    down: Wire<Down>,
}

/// The line of one room.
pub(crate) struct Line {
    wires: Mutex<Wires>,
    /// Datagrams go through the wires; stays so until the last one under way has come out.
    impaired: AtomicBool,
    cut: AtomicBool,
    wake: Notify,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("impaired", &self.impaired).field("cut", &self.cut).finish_non_exhaustive()
    }
}

impl Line {
    pub(crate) fn new() -> Arc<Self> {
        let now = Instant::now();
        let wires = Wires { wanted: None, up: Wire::new(now, &Impairment::default()), down: Wire::new(now, &Impairment::default()) };
        Arc::new(Self { wires: Mutex::new(wires), impaired: AtomicBool::new(false), cut: AtomicBool::new(false), wake: Notify::new() })
    }

    fn wires(&self) -> MutexGuard<'_, Wires> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the line shall do from here on; the same again changes nothing.
    pub(crate) fn want(&self, wanted: Option<LineOut>) {
        let mut wires = self.wires();
        if wires.wanted == wanted {
            return;
        }
        let now = Instant::now();
        let (up, down, cut) = wanted
            .as_ref()
            .map_or_else(|| (Impairment::default(), Impairment::default(), false), |line| (line.up.clone(), line.down.clone(), line.cut));
        // Wires never impaired yet begin with the seed as given; a change in between keeps what is under way.
        if wires.wanted.is_none() && wires.up.deadline().is_none() && wires.down.deadline().is_none() {
            (wires.up, wires.down) = (Wire::new(now, &up), Wire::new(now, &down));
        } else {
            wires.up.change(now, &up);
            wires.down.change(now, &down);
        }
        wires.up.cut(cut);
        wires.down.cut(cut);
        self.cut.store(cut, Ordering::Relaxed);
        if wanted.is_some() {
            self.impaired.store(true, Ordering::Relaxed);
        }
        tracing::info!(?wanted, "the line changes (rehearsal)");
        wires.wanted = wanted;
        drop(wires);
        self.wake.notify_one();
    }

    fn is_impaired(&self) -> bool {
        self.impaired.load(Ordering::Relaxed)
    }

    /// Returns once the line is not cut.
    pub(crate) async fn until_whole(&self) {
        while self.cut.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Returns once it is.
    pub(crate) async fn until_cut(&self) {
        while !self.cut.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Moves what has come out of the wires, for ever.
    pub(crate) async fn pump(self: Arc<Self>) {
        loop {
            let (up, down, deadline) = self.come_out(Instant::now());
            for packet in up {
                // A refused datagram is lost, as on any line.
                let _ = packet.socket.send_to(&packet.bytes, packet.to).await;
            }
            for packet in down {
                packet.inbox.put(packet.bytes, packet.meta);
            }
            let sleep = deadline.map_or(LONGEST_SLEEP, |at| at.saturating_duration_since(Instant::now()).min(LONGEST_SLEEP));
            // Nothing to say about which came first: both only mean to look again.
            let _ = tokio::time::timeout(sleep, self.wake.notified()).await;
        }
    }

    fn come_out(&self, now: Instant) -> (Vec<Up>, Vec<Down>, Option<Instant>) {
        let mut wires = self.wires();
        let up: Vec<Up> = std::iter::from_fn(|| wires.up.take(now)).map(|(_, packet)| packet).collect();
        let down: Vec<Down> = std::iter::from_fn(|| wires.down.take(now)).map(|(_, packet)| packet).collect();
        let deadline = wires.up.deadline().into_iter().chain(wires.down.deadline()).min();
        if wires.wanted.is_none() && deadline.is_none() {
            self.impaired.store(false, Ordering::Relaxed);
        }
        (up, down, deadline)
    }

    fn go(&self, packets: impl Iterator<Item = Up>) {
        let now = Instant::now();
        let mut wires = self.wires();
        packets.for_each(|packet| wires.up.put(now, packet));
        drop(wires);
        self.wake.notify_one();
    }

    fn come(&self, packets: impl Iterator<Item = Down>) {
        let now = Instant::now();
        let mut wires = self.wires();
        packets.for_each(|packet| wires.down.put(now, packet));
        drop(wires);
        self.wake.notify_one();
    }
}

/// Datagrams that wait, and whoever waits for the next one.
type Held = (VecDeque<(Bytes, RecvMeta)>, Option<Waker>);

/// What has come through for one socket.
#[derive(Default)]
struct Inbox {
    held: Mutex<Held>,
}

impl Inbox {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, bytes: Bytes, meta: RecvMeta) {
        let mut held = self.held();
        if held.0.len() < MAX_INBOX {
            held.0.push_back((bytes, meta));
        }
        let waker = held.1.take();
        drop(held);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn wait(&self, cx: &Context<'_>) {
        self.held().1 = Some(cx.waker().clone());
    }

    /// Fills the first buffer with the next datagram.
    fn give(&self, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> Option<usize> {
        let (buffer, told) = (bufs.first_mut()?, meta.first_mut()?);
        let (bytes, found) = self.held().0.pop_front()?;
        let length = bytes.len().min(buffer.len());
        buffer.get_mut(..length)?.copy_from_slice(bytes.get(..length)?);
        *told = found;
        (told.len, told.stride) = (length, length.max(1));
        Some(1)
    }
}

/// A session's socket on the line.
struct LineSocket {
    inner: Arc<dyn AsyncUdpSocket>,
    line: Arc<Line>,
    inbox: Arc<Inbox>,
}

impl std::fmt::Debug for LineSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineSocket").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl AsyncUdpSocket for LineSocket {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn max_gso_segments(&self) -> usize {
        self.inner.max_gso_segments()
    }

    fn max_gro_segments(&self) -> usize {
        self.inner.max_gro_segments()
    }

    fn poll_send(&self, cx: &mut Context<'_>, transmit: &Transmit<'_>) -> Poll<io::Result<usize>> {
        if !self.line.is_impaired() {
            return self.inner.poll_send(cx, transmit);
        }
        let size = transmit.segment_size.unwrap_or(transmit.contents.len()).max(1);
        let packet = |chunk| Up { bytes: Bytes::copy_from_slice(chunk), to: transmit.destination, socket: Arc::clone(&self.inner) };
        self.line.go(transmit.contents.chunks(size).map(packet));
        Poll::Ready(Ok(transmit.contents.len()))
    }

    fn poll_recv(&self, cx: &mut Context<'_>, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> Poll<io::Result<usize>> {
        if let Some(count) = self.inbox.give(bufs, meta) {
            return Poll::Ready(Ok(count));
        }
        if !self.line.is_impaired() {
            return self.inner.poll_recv(cx, bufs, meta);
        }
        self.inbox.wait(cx);
        loop {
            let count = match self.inner.poll_recv(cx, bufs, meta) {
                Poll::Pending => break,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(count)) => count,
            };
            for (buffer, told) in bufs.iter().zip(meta.iter()).take(count) {
                let whole = buffer.get(..told.len).unwrap_or_default();
                let packet = |chunk| Down { bytes: Bytes::copy_from_slice(chunk), meta: *told, inbox: Arc::clone(&self.inbox) };
                self.line.come(whole.chunks(told.stride.max(1)).map(packet));
            }
        }
        self.inbox.give(bufs, meta).map_or(Poll::Pending, |count| Poll::Ready(Ok(count)))
    }
}

/// The client library's runtime, whose UDP sockets stand on the room's line.
#[derive(Debug)]
pub(crate) struct OnLine(pub(crate) Arc<Line>);

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Runtime for OnLine {
    fn spawn(&self, future: Boxed<'static, ()>) -> Box<dyn JoinHandle> {
        TokioRuntime.spawn(future)
    }

    fn spawn_reactor(&self, reactor_pool_size: usize, future: Boxed<'static, ()>) -> Box<dyn JoinHandle> {
        TokioRuntime.spawn_reactor(reactor_pool_size, future)
    }

    fn wrap_udp_socket(&self, socket: UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        let inner = TokioRuntime.wrap_udp_socket(socket)?;
        Ok(Arc::new(LineSocket { inner, line: Arc::clone(&self.0), inbox: Arc::default() }))
    }

    fn wrap_tcp_listener(&self, listener: std::net::TcpListener) -> io::Result<Arc<dyn AsyncTcpListener>> {
        TokioRuntime.wrap_tcp_listener(listener)
    }

    fn connect_tcp<'a>(&'a self, remote_addr: SocketAddr) -> Boxed<'a, io::Result<Arc<dyn AsyncTcpStream>>> {
        TokioRuntime.connect_tcp(remote_addr)
    }

    fn resolve_host<'a>(&'a self, host: &'a str) -> Boxed<'a, io::Result<Vec<SocketAddr>>> {
        TokioRuntime.resolve_host(host)
    }

    fn sleep(&self, duration: Duration) -> Boxed<'static, ()> {
        TokioRuntime.sleep(duration)
    }

    fn interval(&self, period: Duration) -> Box<dyn AsyncInterval> {
        TokioRuntime.interval(period)
    }

    fn block_on(&self, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
        TokioRuntime.block_on(future);
    }

    fn yield_now(&self) -> Boxed<'static, ()> {
        TokioRuntime.yield_now()
    }

    fn name(&self) -> &'static str {
        "tokio on the room's line"
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use impaired_wire::{Impairment, Loss};
    use webrtc::runtime::{AsyncUdpSocket, Runtime as _};

    use super::{Line, OnLine};
    use crate::faults::LineOut;

    /// A socket on a line, and a plain one that plays the MCU.
    async fn pair(line: &Arc<Line>) -> (Arc<dyn AsyncUdpSocket>, tokio::net::UdpSocket) {
        let near = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let far = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        (OnLine(Arc::clone(line)).wrap_udp_socket(near).unwrap(), far)
    }

    async fn heard(far: &tokio::net::UdpSocket) -> Option<Vec<u8>> {
        let mut buffer = [0_u8; 64];
        let length = tokio::time::timeout(Duration::from_millis(300), far.recv(&mut buffer)).await.ok()?.unwrap();
        Some(buffer[..length].to_vec())
    }

    fn both(way: Impairment, cut: bool) -> Option<LineOut> {
        Some(LineOut { cut, up: way.clone(), down: way })
    }

    #[tokio::test]
    async fn a_cut_line_passes_nothing_either_way_and_heals() {
        let line = Line::new();
        tokio::spawn(Arc::clone(&line).pump());
        let (near, far) = pair(&line).await;
        let (there, here) = (far.local_addr().unwrap(), near.local_addr().unwrap());
        near.send_to(b"one", there).await.unwrap();
        assert_eq!(heard(&far).await.as_deref(), Some(&b"one"[..]));
        line.want(both(Impairment::default(), true));
        near.send_to(b"two", there).await.unwrap();
        far.send_to(b"back", here).await.unwrap();
        let mut buffer = [0_u8; 64];
        assert_eq!(heard(&far).await, None);
        assert!(tokio::time::timeout(Duration::from_millis(200), near.recv_from(&mut buffer)).await.is_err());
        line.want(None);
        near.send_to(b"three", there).await.unwrap();
        assert_eq!(heard(&far).await.as_deref(), Some(&b"three"[..]));
        far.send_to(b"again", here).await.unwrap();
        let (length, _) = tokio::time::timeout(Duration::from_secs(5), near.recv_from(&mut buffer)).await.unwrap().unwrap();
        assert_eq!(&buffer[..length], b"again");
    }

    #[tokio::test]
    async fn delay_holds_back_and_loss_takes_its_share() {
        let line = Line::new();
        tokio::spawn(Arc::clone(&line).pump());
        let (near, far) = pair(&line).await;
        let there = far.local_addr().unwrap();
        line.want(both(Impairment { delay: Duration::from_millis(120), ..Impairment::default() }, false));
        let sent = Instant::now();
        near.send_to(b"slow", there).await.unwrap();
        assert!(heard(&far).await.is_some());
        assert!(sent.elapsed() >= Duration::from_millis(120), "{:?}", sent.elapsed());
        line.want(both(Impairment::new(Loss::Random(0.5), Duration::ZERO, 3), false));
        for _ in 0..400 {
            near.send_to(b"x", there).await.unwrap();
        }
        let mut come = 0;
        while heard(&far).await.is_some() {
            come += 1;
        }
        assert!((120..280).contains(&come), "{come} of 400");
    }
}
