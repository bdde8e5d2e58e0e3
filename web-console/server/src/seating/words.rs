//! Where rooms are, as told to browsers.

use std::collections::BTreeMap;

use room_api::{SeatReport, SeatState, Text};
use serde::Serialize;
use utoipa::ToSchema;

/// A conference named for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedConference {
    /// Its id.
    pub conference: String,
    /// Its title; the id while the MCU has not told it.
    pub title: String,
}

/// Where a room's terminal is, by its own last words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Whereabouts {
    /// 已入会
    Joined {
        /// Where.
        conference: NamedConference,
    },
    /// 入会中
    Joining {
        /// Where.
        conference: NamedConference,
    },
    /// 等待会议
    Waiting {
        /// For what.
        reason: Text,
    },
    /// 未能入会: it tries on.
    Failed {
        /// Where; `null` when it did not take the console's word.
        conference: Option<NamedConference>,
        /// Why.
        reason: Text,
    },
    /// 联系不上: its line to the console is cut, so nobody knows here.
    Unreachable {},
    /// 无终端
    NoTerminal {},
}

/// Where the console wants a room's terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeatWanted {
    /// Of the word.
    pub revision: u64,
    /// Which conference; `null`: its own standing one.
    pub conference: Option<NamedConference>,
}

/// Answer of `GET /api/conferences/{id}/places`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SitePlaces {
    /// By site: those that have a room.
    pub(crate) places: Vec<SitePlace>,
}

/// Where a site's room is, as seen from one conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SitePlace {
    /// Which site.
    pub(crate) site: String,
    /// Where.
    pub(crate) place: Place,
}

/// See [`SitePlace`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "place", rename_all = "snake_case")]
pub(crate) enum Place {
    /// 已入会
    Here {},
    /// 入会中
    Joining {},
    /// 在其他会议
    Elsewhere {
        /// Its title.
        title: String,
    },
    /// 等待会议
    Waiting {
        /// For what.
        reason: Text,
    },
    /// 未能入会
    Failed {
        /// Why.
        reason: Text,
    },
    /// 联系不上
    Unreachable {},
    /// 无可入会的终端
    NoTerminal {
        /// Why.
        reason: Text,
    },
}

/// Titles of conferences by id.
pub(crate) type Titles = BTreeMap<String, String>;

/// With its title.
pub(crate) fn named(conference: &str, titles: &Titles) -> NamedConference {
    let title = titles.get(conference).cloned().unwrap_or_else(|| conference.to_owned());
    NamedConference { conference: conference.to_owned(), title }
}

/// What the console knows of a room's seat.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known<'a> {
    /// Its uplink is up.
    pub(crate) connected: bool,
    /// Its last report.
    pub(crate) report: Option<&'a SeatReport>,
    /// Why it did not take that word.
    pub(crate) refused: Option<&'a Text>,
}

/// Where a room is.
pub(crate) fn whereabouts(known: &Known<'_>, titles: &Titles) -> Whereabouts {
    if !known.connected {
        return Whereabouts::Unreachable {};
    }
    if let Some(reason) = known.refused {
        return Whereabouts::Failed { conference: None, reason: reason.clone() };
    }
    let Some(report) = known.report else { return Whereabouts::NoTerminal {} };
    let conference = report.conference.as_deref().map(|id| named(id, titles));
    match (&report.state, conference) {
        (SeatState::Waiting { reason }, _) => Whereabouts::Waiting { reason: reason.clone() },
        (SeatState::Failed { reason }, conference) => Whereabouts::Failed { conference, reason: reason.clone() },
        (SeatState::Connecting {}, Some(conference)) => Whereabouts::Joining { conference },
        (SeatState::Joined {}, Some(conference)) => Whereabouts::Joined { conference },
        // A room never says that it sits nowhere in particular.
        (SeatState::Connecting {} | SeatState::Joined {}, None) => Whereabouts::NoTerminal {},
    }
}

/// The same as seen from one conference.
pub(crate) fn seen_from(conference: &str, at: Whereabouts) -> Place {
    let elsewhere = |named: NamedConference| Place::Elsewhere { title: named.title };
    match at {
        Whereabouts::Joined { conference: named } if named.conference == conference => Place::Here {},
        Whereabouts::Joining { conference: named } if named.conference == conference => Place::Joining {},
        Whereabouts::Joined { conference: named } | Whereabouts::Joining { conference: named } => elsewhere(named),
        Whereabouts::Waiting { reason } => Place::Waiting { reason },
        Whereabouts::Failed { conference: Some(named), .. } if named.conference != conference => elsewhere(named),
        Whereabouts::Failed { reason, .. } => Place::Failed { reason },
        Whereabouts::Unreachable {} => Place::Unreachable {},
        Whereabouts::NoTerminal {} => {
            let reason = Text { zh: "该会议室未配置终端".to_owned(), en: "the room has no terminal configured".to_owned() };
            Place::NoTerminal { reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Place, Titles, Whereabouts, seen_from, whereabouts};
    use room_api::{SeatReport, SeatState, Text};

    fn why() -> Text {
        Text { zh: "线路".into(), en: "line".into() }
    }

    fn place(connected: bool, conference: Option<&str>, state: Option<SeatState>, refused: Option<&Text>) -> Place {
        let titles: Titles = [("m-2".to_owned(), "调度会".to_owned())].into();
        let report = state.map(|state| SeatReport { revision: 1, wanted: None, conference: conference.map(str::to_owned), state });
        let known = Known { connected, report: report.as_ref(), refused };
        seen_from("m-1", whereabouts(&known, &titles))
    }

    #[test]
    fn each_room_is_where_it_says_and_nobody_guesses() {
        let elsewhere = || Place::Elsewhere { title: "调度会".into() };
        let failed = || SeatState::Failed { reason: why() };
        let rows = [
            (place(true, Some("m-1"), Some(SeatState::Joined {}), None), Place::Here {}),
            (place(true, Some("m-1"), Some(SeatState::Connecting {}), None), Place::Joining {}),
            (place(true, Some("m-2"), Some(SeatState::Joined {}), None), elsewhere()),
            (place(true, Some("m-2"), Some(SeatState::Connecting {}), None), elsewhere()),
            (place(true, Some("m-2"), Some(failed()), None), elsewhere()),
            (place(true, Some("m-1"), Some(failed()), None), Place::Failed { reason: why() }),
            (place(true, Some("m-1"), Some(SeatState::Waiting { reason: why() }), None), Place::Waiting { reason: why() }),
            (place(true, Some("m-2"), Some(SeatState::Joined {}), Some(&why())), Place::Failed { reason: why() }),
            (place(false, Some("m-1"), Some(SeatState::Joined {}), None), Place::Unreachable {}),
        ];
        for (found, wanted) in rows {
            assert_eq!(found, wanted);
        }
        assert!(matches!(place(true, None, None, None), Place::NoTerminal { .. }));
        let at = whereabouts(&Known { connected: true, ..Known::default() }, &Titles::new());
        assert_eq!(at, Whereabouts::NoTerminal {});
    }
}
