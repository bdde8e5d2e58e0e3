//! What a wire does to packets.

use std::ops::Range;
use std::time::Duration;

use str0m_netem::{Bitrate, DataSize, GilbertElliot, LossModel, NetemConfig, Probability, RandomLoss};

/// One direction of a wire. The default is a perfect one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Impairment {
    /// Which packets are lost.
    pub loss: Loss,
    /// Time under way.
    pub delay: Duration,
    /// The delay varies by at most this to both sides. Order is kept: a packet waits for a slower one before it, as in a real queue.
    pub jitter: Duration,
    /// Each so many-th packet overtakes the one before it, if that one is still under way.
    pub reorder_every: Option<u32>,
    /// Share of packets that arrive twice, 0 to 1.
    pub duplicate: f64,
    /// Narrowest place of the wire; `None` is without limit.
    pub rate: Option<Rate>,
    /// Times after the start at which the line is gone: what enters or would leave then is lost.
    pub gone: Vec<Range<Duration>>,
    /// Seed of all chance in it; equal seeds lose equal packets.
    pub seed: u64,
}

/// How packets are lost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Loss {
    /// None is.
    #[default]
    None,
    /// Each with that chance (0 to 1), whatever happened to the one before.
    Random(f64),
    /// In bursts (the Gilbert–Elliott model whose bad state loses everything).
    Burst {
        /// Share of packets lost, 0 to below 1.
        share: f64,
        /// Mean length of a burst in packets, at least 1.
        mean_packets: f64,
    },
}

/// A rate with a queue before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Bits a second.
    pub bps: u64,
    /// Bytes that wait; what comes above that is lost.
    pub queue_bytes: u32,
}

impl Impairment {
    /// A wire of that delay that loses packets so.
    #[must_use]
    pub fn new(loss: Loss, delay: Duration, seed: u64) -> Self {
        Self { loss, delay, seed, ..Self::default() }
    }

    /// The part that has a rate; its queue stands before everything else.
    pub(crate) fn narrow(&self) -> Option<NetemConfig> {
        let rate = self.rate?;
        Some(NetemConfig::new().link(Bitrate::bps(rate.bps.max(1)), DataSize::bytes(rate.queue_bytes.into())).seed(self.seed))
    }

    /// Everything else.
    pub(crate) fn rest(&self) -> NetemConfig {
        let config = NetemConfig::new()
            .latency(self.delay)
            .jitter(self.jitter)
            .loss(self.loss.model())
            .duplicate(probability(self.duplicate))
            .seed(self.seed);
        match self.reorder_every {
            // At 1 every packet would overtake the one before it, which is no order at all.
            Some(every) => config.reorder_gap(every.max(2)),
            None => config,
        }
    }
}

impl Loss {
    fn model(self) -> LossModel {
        match self {
            Self::None => LossModel::None,
            Self::Random(share) => RandomLoss::new(probability(share)).into(),
            Self::Burst { share, mean_packets } => {
                // In the bad state for `mean` packets; in the good one so long that the shares are as asked.
                let (share, mean) = (share.clamp(0.0, 0.99), mean_packets.max(1.0));
                if share == 0.0 {
                    return LossModel::None;
                }
                let good = (mean * (1.0 - share) / share).max(1.0);
                GilbertElliot::new().good_duration(good as f32).bad_duration(mean as f32).loss_in_bad(Probability::ONE).into()
            }
        }
    }
}

fn probability(share: f64) -> Probability {
    Probability::new(share.clamp(0.0, 1.0) as f32)
}
