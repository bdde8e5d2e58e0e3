//! Receiver reports (RFC 3550 §6.4.2) with true losses: relays decide by them what to send.

use std::time::Instant;

use mcu_relay::rtp::rtcp::ReportBlock;

/// One stream's account.
#[derive(Debug)]
pub struct Account {
    ssrc: u32,
    first: u32,
    highest: u32,
    received: u32,
    before: (u32, u32),
    sender_report: Option<(u32, Instant)>,
}

impl Account {
    /// Begins with the first packet.
    #[must_use]
    pub const fn new(ssrc: u32, sequence: u16) -> Self {
        let first = sequence as u32;
        Self { ssrc, first, highest: first, received: 0, before: (0, 0), sender_report: None }
    }

    /// Whose it is.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// An original packet came.
    pub const fn came(&mut self, sequence: u16) {
        let step = sequence.wrapping_sub(self.highest as u16) as i16;
        if step > 0 {
            self.highest += step as u32;
        }
        self.received += 1;
    }

    /// A sender report of this stream came.
    pub const fn reported(&mut self, now: Instant, ntp: u64) {
        self.sender_report = Some(((ntp >> 16) as u32, now));
    }

    /// The block to send; losses are counted since the one before.
    pub fn block(&mut self, now: Instant) -> ReportBlock {
        let expected = self.highest - self.first + 1;
        let since = (expected - self.before.0, self.received - self.before.1);
        self.before = (expected, self.received);
        let lost = since.0.saturating_sub(since.1);
        let fraction = u64::from(lost) * 256 / u64::from(since.0.max(1));
        let (last_sr, delay) = self.sender_report.map_or((0, 0), |(middle, at)| {
            let units = now.saturating_duration_since(at).as_micros() * 65_536 / 1_000_000;
            (middle, u32::try_from(units).unwrap_or(u32::MAX))
        });
        ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: fraction.min(255) as u8,
            lost: expected.saturating_sub(self.received),
            highest: self.highest,
            jitter: 0,
            last_sr,
            delay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Account;
    use std::time::{Duration, Instant};

    #[test]
    fn losses_are_those_since_the_last_report() {
        let now = Instant::now();
        let mut account = Account::new(7, 65_534);
        [65_534, 65_535, 2, 3].into_iter().for_each(|sequence| account.came(sequence));
        account.reported(now, 0x0001_0002_0003_0004);
        let block = account.block(now + Duration::from_millis(500));
        assert_eq!((block.ssrc, block.fraction_lost, block.lost, block.highest), (7, 85, 2, 0x1_0003));
        assert_eq!((block.last_sr, block.delay), (0x0002_0003, 32_768));
        account.came(4);
        assert_eq!((account.block(now).fraction_lost, account.block(now).lost), (0, 2));
    }
}
