//! Counts failed attempts and locks for a while: pure, time comes in as seconds.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Failures in a row until the lock falls (GB/T 22239-2019 8.1.4.1 b leaves the number to us).
pub(crate) const MAX_FAILURES: i32 = 5;
/// How long it stays, in seconds.
pub(crate) const LOCK_S: i64 = 15 * 60;
/// Addresses remembered at most; the oldest is forgotten first, which costs an attacker more addresses than it gains tries.
const MAX_ADDRESSES: usize = 4096;

/// Failures of one account or address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failures {
    /// In a row.
    pub count: i32,
    /// Seconds since 1970 until which it is locked; 0 when it is not.
    pub locked_until_s: i64,
}

impl Failures {
    /// Whether attempts are refused unseen.
    #[must_use]
    pub const fn is_locked(self, now_s: i64) -> bool {
        now_s < self.locked_until_s
    }

    /// One more failure.
    #[must_use]
    pub const fn failed(self, now_s: i64) -> Self {
        // A lock that has run out starts the count afresh.
        let before = if self.locked_until_s != 0 && !self.is_locked(now_s) { 0 } else { self.count };
        let count = before + 1;
        let locked_until_s = if count >= MAX_FAILURES { now_s + LOCK_S } else { 0 };
        Self { count, locked_until_s }
    }
}

/// Failures by address, in memory: they outlive no restart, the accounts' own do.
#[derive(Debug, Default)]
pub struct Addresses {
    by_address: BTreeMap<IpAddr, (Failures, i64)>,
}

impl Addresses {
    /// Whether attempts from there are refused unseen.
    #[must_use]
    pub fn is_locked(&self, address: IpAddr, now_s: i64) -> bool {
        self.by_address.get(&address).is_some_and(|(failures, _)| failures.is_locked(now_s))
    }

    /// One more failure from there.
    pub fn failed(&mut self, address: IpAddr, now_s: i64) {
        if !self.by_address.contains_key(&address) && self.by_address.len() >= MAX_ADDRESSES {
            let oldest = self.by_address.iter().min_by_key(|(_, (_, at))| *at).map(|(address, _)| *address);
            oldest.and_then(|address| self.by_address.remove(&address));
        }
        let entry = self.by_address.entry(address).or_default();
        *entry = (entry.0.failed(now_s), now_s);
    }

    /// Somebody from there was let in.
    pub fn succeeded(&mut self, address: IpAddr) {
        self.by_address.remove(&address);
    }
}

#[cfg(test)]
mod tests {
    use super::{Addresses, Failures, LOCK_S, MAX_ADDRESSES, MAX_FAILURES};
    use std::net::IpAddr;

    #[test]
    fn the_fifth_failure_locks_for_fifteen_minutes() {
        let mut failures = Failures::default();
        for _ in 1..MAX_FAILURES {
            failures = failures.failed(1000);
            assert!(!failures.is_locked(1000));
        }
        failures = failures.failed(1000);
        assert!(failures.is_locked(1000 + LOCK_S - 1));
        assert!(!failures.is_locked(1000 + LOCK_S));
        assert_eq!(failures.failed(1000 + LOCK_S).count, 1);
    }

    #[test]
    fn addresses_are_locked_one_by_one_and_few_are_remembered() {
        let mut addresses = Addresses::default();
        let one: IpAddr = [10, 0, 0, 1].into();
        for _ in 0..MAX_FAILURES {
            addresses.failed(one, 5);
        }
        assert!(addresses.is_locked(one, 6));
        assert!(!addresses.is_locked([10, 0, 0, 2].into(), 6));
        addresses.succeeded(one);
        assert!(!addresses.is_locked(one, 6));
        for number in 0..u32::try_from(MAX_ADDRESSES).unwrap() + 10 {
            addresses.failed(std::net::Ipv4Addr::from_bits(number).into(), i64::from(number));
        }
        assert_eq!(addresses.by_address.len(), MAX_ADDRESSES);
    }
}
