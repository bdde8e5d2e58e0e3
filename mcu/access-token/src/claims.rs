//! What a token says.

use serde::{Deserialize, Serialize};

/// Names of rights. The console maps roles to these; the MCU and the rooms check names only.
pub mod right {
    /// See a conference's state, meters and monitors.
    pub const CONFERENCE_VIEW: &str = "conference.view";
    /// Change what is seen: broadcast, layouts, views, preview and take.
    pub const CONFERENCE_PICTURE: &str = "conference.picture";
    /// Change what is heard: microphones.
    pub const CONFERENCE_SOUND: &str = "conference.sound";
    /// Open and end conferences, call sites and hang them up.
    pub const CONFERENCE_AFFAIRS: &str = "conference.affairs";
    /// Take the seat of the site named in the token: publish, watch, hear the tally.
    pub const SITE_SELF: &str = "site.self";
    /// Read and export what is kept of past conferences; the console's own.
    pub const MEETING_REPORT: &str = "meeting.report";
    /// See the devices of rooms.
    pub const ROOM_VIEW: &str = "room.view";
    /// Drive the devices of rooms and run scenes.
    pub const ROOM_CONTROL: &str = "room.control";
    /// 彩排: put faults into simulated rooms of conferences that are rehearsals.
    pub const REHEARSAL_DIRECT: &str = "rehearsal.direct";
    /// Keep the uplink of the room named in the token.
    pub const ROOM_UPLINK: &str = "room.uplink";
    /// Make pairing codes for rooms.
    pub const ROOM_ENROL: &str = "room.enrol";
    /// Tell the MCU whose keys to trust.
    pub const SYSTEM_TRUST: &str = "system.trust";
    /// See the booked meetings.
    pub const MEETING_VIEW: &str = "meeting.view";
    /// Book, change and cancel meetings, and keep their templates.
    pub const MEETING_BOOK: &str = "meeting.book";
    /// Read and verify the audit.
    pub const AUDIT_READ: &str = "audit.read";
}

/// The content of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who it speaks for: an account's name, or `room:<id>`.
    pub sub: String,
    /// Rights by name, see [`right`].
    pub rights: Vec<String>,
    /// The site whose seat the bearer may take; `None` for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Seconds since 1970 after which the token is worth nothing.
    pub exp: u64,
}

impl Claims {
    /// Whether the bearer holds the right of that name.
    #[must_use]
    pub fn may(&self, right: &str) -> bool {
        self.rights.iter().any(|held| held == right)
    }

    /// Whether the bearer may act for that very site.
    #[must_use]
    pub fn is_site(&self, site: &str) -> bool {
        self.may(right::SITE_SELF) && self.site.as_deref() == Some(site)
    }
}
