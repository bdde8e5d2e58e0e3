//! The thread that carries frames between two TAP devices over two wires.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tun_rs::SyncDevice;

use crate::{Counts, Impairment, Wire};

/// Longest frame: Ethernet with a tag; the devices' MTU is the usual 1500.
const FRAME_BYTES: usize = 1600;
/// Frames taken from one device before the other has its turn.
const BATCH: usize = 64;
/// Longest sleep, so that orders are heard soon.
const LONGEST_WAIT: Duration = Duration::from_millis(5);
/// Orders under way; each is heard within the longest sleep.
const ORDERS: usize = 16;
/// Where the type of an Ethernet frame stands, and the two types that are impaired: IPv4 and IPv6. ARP is not, since no real line loses it.
const TYPE_AT: usize = 12;
const IMPAIRED: [[u8; 2]; 2] = [[0x08, 0x00], [0x86, 0xDD]];

/// What the thread is told.
pub(crate) enum Order {
    /// Other impairments: near to far, far to near.
    Change(Box<(Impairment, Impairment)>),
    /// Tell the counts of both directions.
    Count(SyncSender<(Counts, Counts)>),
}

/// The running thread; it ends when dropped.
pub(crate) struct Bridge {
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    cut: AtomicBool,
}

impl Bridge {
    /// Joins the devices: `there` from near to far, `back` from far to near. Time begins at once.
    pub(crate) fn start(near: SyncDevice, far: SyncDevice, there: &Impairment, back: &Impairment) -> std::io::Result<Self> {
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        let (orders, heard) = sync_channel(ORDERS);
        let shared = Arc::new(Shared::default());
        let start = Instant::now();
        let hand = Hand {
            near,
            far,
            there: Wire::new(start, there),
            back: Wire::new(start, back),
            orders: heard,
            shared: Arc::clone(&shared),
            refused: 0,
        };
        let thread = std::thread::Builder::new().name("netlab".to_owned()).spawn(move || hand.run())?;
        Ok(Self { orders, shared, thread: Some(thread) })
    }

    /// Cuts or mends the line, at once for what enters.
    pub(crate) fn cut(&self, gone: bool) {
        self.shared.cut.store(gone, Ordering::SeqCst);
    }

    /// Gives an order; `false` when the thread is gone or does not listen.
    pub(crate) fn order(&self, order: Order) -> bool {
        self.orders.try_send(order).is_ok()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Hand {
    near: SyncDevice,
    far: SyncDevice,
    there: Wire<Bytes>,
    back: Wire<Bytes>,
    orders: Receiver<Order>,
    shared: Arc<Shared>,
    refused: u64,
}

impl Hand {
    fn run(mut self) {
        while !self.shared.stop.load(Ordering::SeqCst) {
            if let Err(error) = self.wait() {
                tracing::error!(%error, "the impaired wire stands still: its devices cannot be waited for");
                return;
            }
            self.listen();
            let cut = self.shared.cut.load(Ordering::SeqCst);
            self.there.cut(cut);
            self.back.cut(cut);
            read_all(&self.near, &self.far, &mut self.there);
            read_all(&self.far, &self.near, &mut self.back);
            let now = Instant::now();
            self.refused += write_due(&mut self.there, &self.far, now) + write_due(&mut self.back, &self.near, now);
        }
        if self.refused > 0 {
            tracing::warn!(frames = self.refused, "the kernel refused frames of the impaired wire: its queue was full");
        }
    }

    fn wait(&self) -> std::io::Result<()> {
        let next = self.there.deadline().into_iter().chain(self.back.deadline()).min();
        let pause = next.map_or(LONGEST_WAIT, |at| at.saturating_duration_since(Instant::now()).min(LONGEST_WAIT));
        let timeout = Timespec { tv_sec: 0, tv_nsec: pause.subsec_nanos().into() };
        let mut fds = [PollFd::new(&self.near, PollFlags::IN), PollFd::new(&self.far, PollFlags::IN)];
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn listen(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Change(both) => {
                    let now = Instant::now();
                    self.there.change(now, &both.0);
                    self.back.change(now, &both.1);
                }
                // Who asked may have given up waiting.
                Order::Count(answer) => drop(answer.try_send((self.there.counts(), self.back.counts()))),
            }
        }
    }
}

fn read_all(from: &SyncDevice, to: &SyncDevice, wire: &mut Wire<Bytes>) {
    let mut frame = [0; FRAME_BYTES];
    for _ in 0..BATCH {
        let Some(bytes) = from.recv(&mut frame).ok().and_then(|length| frame.get(..length)) else {
            return;
        };
        let kind = bytes.get(TYPE_AT..).and_then(<[u8]>::first_chunk::<2>);
        if kind.is_some_and(|kind| IMPAIRED.contains(kind)) {
            wire.put(Instant::now(), Bytes::copy_from_slice(bytes));
        } else {
            let _ = to.send(bytes);
        }
    }
}

/// Writes what has come out; gives how many the kernel had no room for.
fn write_due(wire: &mut Wire<Bytes>, to: &SyncDevice, now: Instant) -> u64 {
    let mut refused = 0;
    while let Some((_, frame)) = wire.take(now) {
        match to.send(&frame) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => drop(to.send(&frame)),
            Err(_) => refused += 1,
        }
    }
    refused
}
