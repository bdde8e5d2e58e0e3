//! One property, wanted and reported.

use room_api::{PropertySnapshot, Quality, ReportSource, Text, Value};

/// A stale report is worth nothing after ten minutes: devices are moved and switched by hand.
const STALE_MS: u64 = 600_000;

#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub wanted: Option<Value>,
    pub reported: Option<Value>,
    pub reported_at_ms: Option<u64>,
    pub source: ReportSource,
    /// `None`: as long as the link stands.
    pub known_until_ms: Option<u64>,
    pub pending: Option<u64>,
    pub difference: Option<Text>,
    pub external: bool,
}

impl Property {
    pub(crate) const fn unknown() -> Self {
        Self {
            wanted: None,
            reported: None,
            reported_at_ms: None,
            source: ReportSource::Assumed,
            known_until_ms: None,
            pending: None,
            difference: None,
            external: false,
        }
    }

    /// Takes a report; whether anything a screen shows changed.
    pub(crate) fn report(&mut self, now_ms: u64, value: Option<Value>, source: ReportSource, good_for_ms: Option<u64>) -> bool {
        let before = (self.reported.clone(), self.external, self.difference.is_some(), self.reported_at_ms.is_some());
        let moved = self.reported.is_some() && self.reported != value;
        self.known_until_ms = good_for_ms.map(|good_for| now_ms + good_for);
        self.reported_at_ms = value.is_some().then_some(now_ms);
        self.reported = value;
        self.source = source;
        if self.wanted.is_some() && self.wanted == self.reported {
            self.external = false;
            self.difference = None;
        } else if moved && self.pending.is_none() && self.wanted.is_some() {
            self.external = true;
        }
        before != (self.reported.clone(), self.external, self.difference.is_some(), self.reported_at_ms.is_some())
    }

    pub(crate) fn quality(&self, now_ms: u64, is_linked: bool) -> Quality {
        let Some(at) = self.reported_at_ms else { return Quality::Unknown };
        if is_linked && self.known_until_ms.is_none_or(|until| now_ms <= until) {
            // What was only sent is never known.
            if self.source == ReportSource::Assumed { Quality::Assumed } else { Quality::Known }
        } else if now_ms.saturating_sub(at) <= STALE_MS {
            Quality::Stale
        } else {
            Quality::Unknown
        }
    }

    pub(crate) fn snapshot(&self, now_ms: u64, is_linked: bool) -> PropertySnapshot {
        PropertySnapshot {
            wanted: self.wanted.clone(),
            reported: self.reported.clone(),
            quality: self.quality(now_ms, is_linked),
            reported_at_ms: self.reported_at_ms,
            source: self.source,
            pending: self.pending,
            difference: self.difference.clone(),
            external: self.external,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Property;
    use room_api::{Quality, ReportSource, Value};

    #[test]
    fn a_report_ages_from_known_to_stale_to_unknown() {
        let mut property = Property::unknown();
        assert_eq!(property.quality(0, true), Quality::Unknown);
        property.report(1_000, Some(Value::Int(3)), ReportSource::Poll, Some(15_000));
        assert_eq!(property.quality(16_000, true), Quality::Known);
        assert_eq!(property.quality(16_001, true), Quality::Stale);
        assert_eq!(property.quality(2_000, false), Quality::Stale);
        assert_eq!(property.quality(700_000, true), Quality::Unknown);
    }

    #[test]
    fn what_was_only_sent_is_assumed() {
        let mut property = Property::unknown();
        property.report(1_000, Some(Value::Int(3)), ReportSource::Assumed, None);
        assert_eq!((property.quality(2_000, true), property.quality(2_000, false)), (Quality::Assumed, Quality::Stale));
        property.report(3_000, Some(Value::Int(3)), ReportSource::Poll, None);
        assert_eq!(property.quality(3_000, true), Quality::Known);
    }

    #[test]
    fn a_change_nobody_asked_for_is_external_until_it_is_as_wanted_again() {
        let mut property = Property::unknown();
        let report = |property: &mut Property, value| property.report(1, Some(Value::Int(value)), ReportSource::Poll, None);
        property.wanted = Some(Value::Int(1));
        report(&mut property, 1);
        assert!(!property.external);
        report(&mut property, 2);
        assert!(property.external);
        report(&mut property, 1);
        assert!(!property.external);
    }
}
