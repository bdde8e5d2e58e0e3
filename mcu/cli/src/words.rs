//! What is printed: lists, states and events as lines.

use mcu_api::{ConferenceSnapshot, ConferenceSummary, Connection, Envelope, Mic, SiteSnapshot};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Times are UTC and say so: programs read them.
const TIME: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// One of the list.
pub(crate) fn summary(summary: &ConferenceSummary) -> String {
    let ConferenceSummary { conference, title, phase, rev, seated, .. } = summary;
    format!("{conference}\t{phase:?}\trev {}\t{seated} seated\t{title}", rev.0)
}

/// A conference: its head and a line for each site.
pub(crate) fn snapshot(snapshot: &ConferenceSnapshot) -> String {
    let ConferenceSnapshot { conference, title, phase, rev, sites, main_site, .. } = snapshot;
    let head = format!("{conference} {title}: {phase:?}, rev {}, main site {main_site}, program {}", rev.0, json(&snapshot.program));
    let rows = sites.iter().map(site);
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

fn site(site: &SiteSnapshot) -> String {
    let connection = match site.connection {
        Connection::Absent => "absent",
        Connection::Joining => "joining",
        Connection::Joined => "joined",
        Connection::Offline => "offline",
    };
    let mic = match site.mic {
        Mic::Open => "open",
        Mic::Closed => "closed",
    };
    let on_air = if site.tally.on_air { "on air" } else { "" };
    format!("  {}\t{connection}\tmic {mic}\t{on_air}\t{}", site.site, site.name)
}

/// An event in one line.
pub(crate) fn event(envelope: &Envelope) -> String {
    let Envelope { rev, at_ms, author, origin, event, .. } = envelope;
    format!("{} rev {} {author} ({}) {}", at(*at_ms), rev.0, json(origin).trim_matches('"'), json(event))
}

/// Milliseconds since 1970 as a time of day with its date.
pub(crate) fn at(ms: u64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok();
    time.and_then(|time| time.format(TIME).ok()).unwrap_or_else(|| ms.to_string())
}

/// Anything of the API in one line.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{at, event};
    use mcu_api::{ConferenceId, Envelope, Event, Origin, Rev};

    #[test]
    fn times_are_those_of_the_clock() {
        assert_eq!(at(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(at(u64::MAX), u64::MAX.to_string());
    }

    #[test]
    fn an_event_is_one_line() -> Result<(), Box<dyn std::error::Error>> {
        let envelope = Envelope {
            conference: ConferenceId::new("city-12")?,
            rev: Rev(7),
            at_ms: 0,
            author: "operator".to_owned(),
            right: "conference.affairs".to_owned(),
            origin: Origin::Desk,
            idem_key: None,
            event: Event::Ended {},
        };
        assert_eq!(event(&envelope), r#"1970-01-01T00:00:00.000Z rev 7 operator (desk) {"event":"ended","data":{}}"#);
        Ok(())
    }
}
