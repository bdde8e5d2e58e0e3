//! Which days a series falls on. Pure: civil dates in, civil dates out.

use jiff::civil::{Date, DateTime, Weekday};

use super::words::{BookingBody, Pattern, Recurrence, SeriesEnd};

/// Most occurrences of one booking: a year of days and a month.
pub(crate) const MAX_OCCURRENCES: usize = 400;
/// A series goes on for two years at most; whatever is beyond belongs to another plan.
pub(crate) const MAX_DAYS: usize = 731;

/// One occurrence in civil time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The day that names it.
    pub(crate) day: Date,
    /// When it starts; `None` is cancelled.
    pub(crate) start: Option<DateTime>,
}

/// All occurrences in the order of their days, cancelled ones among them.
pub(crate) fn slots(body: &BookingBody) -> Vec<Slot> {
    let first = body.start.date();
    let days = body.recurrence.as_ref().map_or_else(|| vec![first], |recurrence| days(first, recurrence));
    let slot = |day: Date| {
        let exception = body.exceptions.iter().find(|one| one.slot == day);
        Slot { day, start: exception.map_or_else(|| Some(day.to_datetime(body.start.time())), |one| one.moved_to) }
    };
    days.into_iter().map(slot).collect()
}

/// The days of a series that begins on `first` or the first day after it that fits; at most [`MAX_OCCURRENCES`] within [`MAX_DAYS`].
pub(crate) fn days(first: Date, recurrence: &Recurrence) -> Vec<Date> {
    let (until, count) = match recurrence.end {
        SeriesEnd::Until { date } => (date, MAX_OCCURRENCES),
        SeriesEnd::Count { count } => (Date::MAX, usize::from(count).min(MAX_OCCURRENCES)),
    };
    std::iter::successors(Some(first), |day| day.tomorrow().ok())
        .take(MAX_DAYS)
        .take_while(|day| *day <= until)
        .filter(|day| fits(*day, &recurrence.pattern))
        .take(count)
        .collect()
}

fn fits(day: Date, pattern: &Pattern) -> bool {
    let weekday = day.weekday().to_monday_one_offset();
    match pattern {
        Pattern::Day {} => true,
        Pattern::Workday {} => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        Pattern::Week { weekdays } => weekdays.contains(&weekday),
        Pattern::MonthDay { day: wanted } => day.day() == (*wanted).min(day.days_in_month()),
        Pattern::MonthWeekday { nth: -1, weekday: wanted } => weekday == *wanted && day.day() > day.days_in_month() - 7,
        Pattern::MonthWeekday { nth, weekday: wanted } => weekday == *wanted && (day.day() - 1) / 7 + 1 == *nth,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_OCCURRENCES, days, slots};
    use crate::booking::words::{BookingBody, Exception, Pattern, Recurrence, SeriesEnd};
    use jiff::civil::Date;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn listed(first: &str, pattern: Pattern, end: SeriesEnd) -> Vec<String> {
        days(date(first), &Recurrence { pattern, end }).iter().map(Date::to_string).collect()
    }

    fn count(count: u16) -> SeriesEnd {
        SeriesEnd::Count { count }
    }

    #[test]
    fn every_day_crosses_the_leap_day() {
        let expected = ["2028-02-28", "2028-02-29", "2028-03-01"];
        assert_eq!(listed("2028-02-28", Pattern::Day {}, count(3)), expected);
        assert_eq!(listed("2026-02-28", Pattern::Day {}, count(2)), ["2026-02-28", "2026-03-01"]);
    }

    #[test]
    fn workdays_leave_out_the_weekend() {
        // 2026-11-26 is a Thursday.
        assert_eq!(listed("2026-11-26", Pattern::Workday {}, count(4)), ["2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]);
        // Begun on a Saturday it comes first on Monday.
        assert_eq!(listed("2026-11-28", Pattern::Workday {}, count(1)), ["2026-11-30"]);
    }

    #[test]
    fn weekly_on_chosen_days_until_a_day() {
        let until = SeriesEnd::Until { date: date("2026-12-09") };
        let pattern = Pattern::Week { weekdays: vec![1, 3] };
        assert_eq!(listed("2026-11-24", pattern, until), ["2026-11-25", "2026-11-30", "2026-12-02", "2026-12-07", "2026-12-09"]);
    }

    #[test]
    fn the_31st_is_the_last_day_of_shorter_months() {
        let expected = ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"];
        assert_eq!(listed("2027-12-31", Pattern::MonthDay { day: 31 }, count(5)), expected);
        assert_eq!(listed("2027-01-30", Pattern::MonthDay { day: 30 }, count(3)), ["2027-01-30", "2027-02-28", "2027-03-30"]);
        assert_eq!(listed("2028-02-29", Pattern::MonthDay { day: 29 }, count(2)), ["2028-02-29", "2028-03-29"]);
        // Every month has exactly one.
        assert_eq!(listed("2026-01-31", Pattern::MonthDay { day: 31 }, count(24)).len(), 24);
    }

    #[test]
    fn monthly_by_weekday_counts_from_either_end() {
        let third_wednesday = Pattern::MonthWeekday { nth: 3, weekday: 3 };
        assert_eq!(listed("2026-11-01", third_wednesday, count(3)), ["2026-11-18", "2026-12-16", "2027-01-20"]);
        let last_friday = Pattern::MonthWeekday { nth: -1, weekday: 5 };
        assert_eq!(listed("2028-02-01", last_friday, count(3)), ["2028-02-25", "2028-03-31", "2028-04-28"]);
        let first_monday = Pattern::MonthWeekday { nth: 1, weekday: 1 };
        assert_eq!(listed("2027-02-01", first_monday, count(2)), ["2027-02-01", "2027-03-01"]);
    }

    #[test]
    fn a_series_is_bounded() {
        assert_eq!(listed("2026-01-01", Pattern::Day {}, SeriesEnd::Until { date: date("2099-01-01") }).len(), MAX_OCCURRENCES);
        assert_eq!(listed("2026-01-01", Pattern::MonthDay { day: 1 }, count(400)).len(), 25);
        assert!(listed("9999-12-30", Pattern::Day {}, count(9)).len() <= 2);
        assert!(listed("2026-11-24", Pattern::Day {}, SeriesEnd::Until { date: date("2026-11-23") }).is_empty());
    }

    #[test]
    fn single_ones_are_moved_and_cancelled_and_keep_their_names() {
        let moved = |slot: &str, to: Option<&str>| Exception { slot: date(slot), moved_to: to.map(|to| to.parse().unwrap()) };
        let body = BookingBody {
            start: "2026-11-30T09:00".parse().unwrap(),
            recurrence: Some(Recurrence { pattern: Pattern::Day {}, end: count(3) }),
            exceptions: vec![moved("2026-12-01", Some("2026-12-05T14:30")), moved("2026-12-02", None)],
            ..crate::booking::busy::tests::body()
        };
        let found: Vec<_> = slots(&body).iter().map(|slot| (slot.day.to_string(), slot.start.map(|at| at.to_string()))).collect();
        let expected = [("2026-11-30", Some("2026-11-30T09:00:00")), ("2026-12-01", Some("2026-12-05T14:30:00")), ("2026-12-02", None)];
        assert_eq!(found, expected.map(|(day, at)| (day.to_owned(), at.map(str::to_owned))));
    }

    fn pattern() -> impl Strategy<Value = Pattern> {
        prop_oneof![
            Just(Pattern::Day {}),
            Just(Pattern::Workday {}),
            proptest::collection::vec(1_i8..=7, 1..4).prop_map(|weekdays| Pattern::Week { weekdays }),
            (1_i8..=31).prop_map(|day| Pattern::MonthDay { day }),
            (prop_oneof![Just(-1_i8), 1_i8..=4], 1_i8..=7).prop_map(|(nth, weekday)| Pattern::MonthWeekday { nth, weekday }),
        ]
    }

    proptest! {
        /// Days rise, none is before the first, and a longer count only adds at the end.
        #[test]
        fn days_rise_and_counts_only_cut(pattern in pattern(), year in 2024_i16..2040, month in 1_i8..=12, day in 1_i8..=28, n in 1_u16..60) {
            let first = Date::new(year, month, day).unwrap();
            let short = days(first, &Recurrence { pattern: pattern.clone(), end: count(n) });
            let long = days(first, &Recurrence { pattern, end: count(n + 7) });
            prop_assert!(short.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(short.iter().all(|day| *day >= first));
            prop_assert!(long.starts_with(&short));
            prop_assert!(short.len() == usize::from(n) || short.len() == long.len());
        }
    }
}
