//! One thread that runs all light clients of the conference on their sockets.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::os::fd::AsRawFd as _;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::sink::Sink;
use super::site::{Late, Site};
use crate::peer::Peer;
use crate::udp::Batch;

/// Longest pause between two looks at the sockets. Arrivals are stamped by the kernel, so that this adds nothing to what is measured.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A light client.
pub enum Client {
    /// It publishes.
    Site(Box<Site>),
    /// It watches.
    Sink(Box<Sink>),
}

impl Client {
    const fn peer(&mut self) -> &mut Peer {
        match self {
            Self::Site(site) => &mut site.peer,
            Self::Sink(sink) => &mut sink.peer,
        }
    }

    fn handle(&mut self, now: Instant, bytes: &[u8], at_ns: u64) {
        match self {
            Self::Site(site) => site.handle(now, bytes),
            Self::Sink(sink) => sink.handle(now, bytes, at_ns),
        }
    }

    fn tick(&mut self, now: Instant, late: &mut Late) {
        match self {
            Self::Site(site) => site.tick(now, late),
            Self::Sink(sink) => sink.tick(now),
        }
    }

    fn due(&self) -> Option<Instant> {
        match self {
            Self::Site(site) => site.due(),
            Self::Sink(_) => None,
        }
    }
}

enum Order {
    Join(u64, Client, UdpSocket),
    Leave(u64),
}

/// The thread and what it is told. It ends when this is dropped.
pub struct Crowd {
    orders: Option<Sender<Order>>,
    late: Arc<Mutex<Late>>,
    thread: Option<JoinHandle<()>>,
    next: u64,
}

impl Crowd {
    /// Starts the thread, without clients.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start() -> std::io::Result<Self> {
        let (orders, received) = channel();
        let late = Arc::new(Mutex::new(Late::default()));
        let told = Arc::clone(&late);
        let thread = std::thread::Builder::new().name("crowd".to_owned()).spawn(move || run(&received, &told))?;
        Ok(Self { orders: Some(orders), late, thread: Some(thread), next: 0 })
    }

    /// One more client, on a socket connected to the relay and made by [`crate::udp::bind`]; gives its name for [`Self::leave`].
    pub fn join(&mut self, client: Client, socket: UdpSocket) -> u64 {
        self.next += 1;
        self.order(Order::Join(self.next, client, socket));
        self.next
    }

    /// A client goes.
    pub fn leave(&self, name: u64) {
        self.order(Order::Leave(name));
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A thread that has ended has no clients either; what is measured then shows it.
            let _ = orders.send(order);
        }
    }

    /// How late the load itself was since the last call.
    #[must_use]
    pub fn take_late(&self) -> Late {
        std::mem::take(&mut self.late.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(orders: &Receiver<Order>, told: &Mutex<Late>) {
    let mut clients: BTreeMap<u64, (Client, UdpSocket)> = BTreeMap::new();
    let mut batch = Batch::default();
    loop {
        loop {
            match orders.try_recv() {
                Ok(Order::Join(name, client, socket)) => drop(clients.insert(name, (client, socket))),
                Ok(Order::Leave(name)) => drop(clients.remove(&name)),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        let mut due = Instant::now() + LOOK_EVERY;
        for (client, socket) in clients.values_mut() {
            serve(client, socket, &mut batch, told);
            due = client.due().map_or(due, |own| due.min(own));
        }
        if let Some(pause) = due.checked_duration_since(Instant::now()) {
            std::thread::sleep(pause);
        }
    }
}

fn serve(client: &mut Client, socket: &UdpSocket, batch: &mut Batch, told: &Mutex<Late>) {
    while batch.receive(socket.as_raw_fd(), |bytes, at| client.handle(Instant::now(), bytes, at)).is_ok() {}
    client.tick(Instant::now(), &mut told.lock().unwrap_or_else(PoisonError::into_inner));
    for datagram in std::mem::take(&mut client.peer().outbox) {
        // A full buffer is loss, as on any line; the relay's own counters show it.
        let _ = socket.send(&datagram);
    }
}
