//! Where clients live: on this side of a lossy line or beyond it.

use std::time::{Duration, Instant};

use netlab::{Impairment, Loss, Rate};

use super::offer::Repair;
use super::sender::Sender;
use super::watcher::Watcher;

/// On which side of the line a client is; the relay is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Beside the relay.
    Near,
    /// Beyond the line.
    Far,
}

/// The line between the sides: the same both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Which packets it loses, in each direction. Bursts are those of the direction media go in; the other way packets are few, and a burst of
    /// the same time takes fewer of them.
    pub loss: Loss,
    /// Time under way in one direction.
    pub delay: Duration,
    /// Narrowest place of the direction media go in; `None` is without limit.
    pub rate: Option<Rate>,
    /// Seed of its losses.
    pub seed: u64,
}

/// Packets of the sparse direction in the time of one of the other: 40 feedback packets a second beside 270 of picture.
const SPARSE: f64 = 0.15;

impl Line {
    /// The direction in which only feedback goes; `lane` as in [`Self::impairment`].
    #[must_use]
    pub fn sparse(&self, lane: u64) -> Impairment {
        let loss = match self.loss {
            Loss::Burst { share, mean_packets } => Loss::Burst { share, mean_packets: (mean_packets * SPARSE).max(1.0) },
            Loss::None | Loss::Random(_) => self.loss,
        };
        Self { loss, rate: None, ..*self }.impairment(lane)
    }

    /// One direction of it; `lane` tells lines and directions apart.
    #[must_use]
    pub fn impairment(&self, lane: u64) -> Impairment {
        // Seeds next to one another must not give like sequences: spread them (the constant of Knuth's multiplicative hashing).
        let seed = self.seed.wrapping_add(lane.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Impairment { rate: self.rate, ..Impairment::new(self.loss, self.delay, seed) }
    }
}

/// A client.
pub enum Client {
    /// It publishes.
    Sender(Box<Sender>),
    /// It watches.
    Watcher(Box<Watcher>),
}

impl Client {
    /// Takes a datagram.
    pub fn handle(&mut self, now: Instant, bytes: &[u8]) {
        match self {
            Self::Sender(sender) => sender.handle(now, bytes),
            Self::Watcher(watcher) => watcher.handle(now, bytes),
        }
    }

    /// Does what time asks for; gives the datagrams to send.
    pub fn tick(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let peer = match self {
            Self::Sender(sender) => {
                sender.tick(now);
                &mut sender.peer
            }
            Self::Watcher(watcher) => {
                watcher.tick(now);
                &mut watcher.peer
            }
        };
        std::mem::take(&mut peer.outbox)
    }
}

/// A relay, a line, and clients on both sides of it. Time goes on only in [`Self::step`].
pub trait World {
    /// The time.
    fn now(&self) -> Instant;

    /// When time began; marks count from here.
    fn epoch(&self) -> Instant;

    /// The one publisher joins.
    ///
    /// # Errors
    /// When the relay refuses.
    fn publish(&mut self, side: Side) -> anyhow::Result<()>;

    /// Watcher number `index` joins, or joins again from the beginning.
    ///
    /// # Errors
    /// When the relay refuses.
    fn watch(&mut self, index: usize, side: Side, repair: Repair) -> anyhow::Result<()>;

    /// Watcher number `index` goes.
    ///
    /// # Errors
    /// When the relay has gone.
    fn leave(&mut self, index: usize) -> anyhow::Result<()>;

    /// Lets about a millisecond pass.
    ///
    /// # Errors
    /// When the system refuses.
    fn step(&mut self) -> anyhow::Result<()>;

    /// Cuts the line, or mends it.
    fn cut(&mut self, gone: bool);

    /// The publisher.
    fn sender(&self) -> Option<&Sender>;

    /// A watcher.
    fn watcher(&self, index: usize) -> Option<&Watcher>;

    /// DTLS handshakes the relay had completed when it last reported.
    fn handshakes(&self) -> u64;

    /// Lets that much time pass.
    ///
    /// # Errors
    /// As [`Self::step`].
    fn run(&mut self, pause: Duration) -> anyhow::Result<()> {
        let end = self.now() + pause;
        while self.now() < end {
            self.step()?;
        }
        Ok(())
    }

    /// Since time began.
    fn since_epoch(&self) -> Duration {
        self.now().saturating_duration_since(self.epoch())
    }
}
