//! Reading the workers' reports: who is there, what is really sent, how loud. Pure.

use std::collections::{BTreeMap, BTreeSet};

use mcu_api::{ConferenceId, Connection, Meter, SiteFault, SiteId};
use mcu_conference::{MediaPlan, Presence, ReportedFaults, Sent, SentPictures, ShownComposite, SitePresence, State};
use mcu_media_api::{
    Cell, CellContent, Codec, Level, MixerReported, MixerWanted, RelayReported, Role, SeatId, SessionReport, SessionState, SourceId,
};

use crate::names::{Named, read_source, site_seat};

/// A layer whose last packet is older does not arrive any more: two of the relay's reports.
const FRESH_MS: u32 = 2_000;
/// A watcher of which nothing is heard for longer has lost its line. Checks, reports and feedback of every peer we know come at least every 2.5 s.
const LINE_LOST_MS: u32 = 4_000;
/// Level of what is not heard.
const SILENCE_DBFS: i8 = -127;

/// The sessions that hold one seat.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Holders<'a> {
    /// Connected publisher.
    pub publisher: Option<&'a SessionReport>,
    /// Connected watcher.
    pub watcher: Option<&'a SessionReport>,
}

impl Holders<'_> {
    /// Whether the main picture arrives.
    #[must_use]
    pub(crate) fn picture(&self) -> bool {
        self.publisher.is_some_and(|session| session.layers.iter().any(|layer| layer.age_ms < FRESH_MS))
    }

    /// Whether sound arrives.
    #[must_use]
    pub(crate) fn sound(&self) -> bool {
        self.publisher.is_some_and(|session| session.sound)
    }

    /// How the terminal is connected; `was` tells whether it ever was since the opening.
    #[must_use]
    pub(crate) fn connection(&self, was: bool) -> Connection {
        let sends = self.picture() || self.sound();
        let watches = self.watcher.is_some_and(|session| session.silent_ms < LINE_LOST_MS);
        match (sends, watches) {
            (true, true) => Connection::Joined,
            (true, false) | (false, true) => Connection::Joining,
            (false, false) if was => Connection::Offline,
            (false, false) => Connection::Absent,
        }
    }
}

/// The connected sessions by seat.
#[must_use]
pub(crate) fn holders(report: &RelayReported) -> BTreeMap<&SeatId, Holders<'_>> {
    let mut seats: BTreeMap<&SeatId, Holders<'_>> = BTreeMap::new();
    for session in report.sessions.iter().filter(|session| session.state == SessionState::Connected) {
        let holders = seats.entry(&session.seat).or_default();
        match session.role {
            Role::Publish => holders.publisher = Some(session),
            Role::Watch => holders.watcher = Some(session),
        }
    }
    seats
}

/// Seats of which sound comes.
#[must_use]
pub(crate) fn speaking(seats: &BTreeMap<&SeatId, Holders<'_>>) -> BTreeSet<SeatId> {
    seats.iter().filter(|(_, holders)| holders.sound()).map(|(seat, _)| (*seat).clone()).collect()
}

/// The holders of a site's seat.
#[must_use]
pub(crate) fn holders_of<'a>(seats: &BTreeMap<&SeatId, Holders<'a>>, conference: &ConferenceId, site: &SiteId) -> Holders<'a> {
    seats.get(&site_seat(conference, site)).copied().unwrap_or_default()
}

/// Codec of each publisher's main picture.
#[must_use]
pub(crate) fn codecs(seats: &BTreeMap<&SeatId, Holders<'_>>) -> BTreeMap<SeatId, Codec> {
    let codec = |(seat, holders): (&&SeatId, &Holders<'_>)| Some(((*seat).clone(), holders.publisher?.video?));
    seats.iter().filter_map(codec).collect()
}

/// Codec of each publisher's second picture.
#[must_use]
pub(crate) fn content_codecs(seats: &BTreeMap<&SeatId, Holders<'_>>) -> BTreeMap<SeatId, Codec> {
    let codec = |(seat, holders): (&&SeatId, &Holders<'_>)| Some(((*seat).clone(), holders.publisher?.content_video?));
    seats.iter().filter_map(codec).collect()
}

/// Codec in which each seat's watchers can be shown the main picture, where all of a seat have the same.
#[must_use]
pub(crate) fn watched_in(report: &RelayReported) -> BTreeMap<SeatId, Codec> {
    let mut all: BTreeMap<&SeatId, Option<Codec>> = BTreeMap::new();
    let watching = report.sessions.iter().filter(|session| session.role == Role::Watch && session.state == SessionState::Connected);
    for (seat, codec) in watching.filter_map(|session| Some((&session.seat, session.video?))) {
        all.entry(seat).and_modify(|known| *known = known.filter(|known| *known == codec)).or_insert(Some(codec));
    }
    all.into_iter().filter_map(|(seat, codec)| Some((seat.clone(), codec?))).collect()
}

/// Since when a site's connection is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Track {
    /// How it is connected, seated or not.
    pub connection: Connection,
    /// Milliseconds since 1970.
    pub since_ms: u64,
}

/// Brings the tracks up to a report and returns the presence for the plan.
pub(crate) fn follow(
    state: &State,
    seats: &BTreeMap<&SeatId, Holders<'_>>,
    faults: &BTreeMap<SiteId, Vec<SiteFault>>,
    tracks: &mut BTreeMap<SiteId, Track>,
    now_ms: u64,
) -> Presence {
    let mut presence = Presence::nobody();
    for site in state.seats() {
        let id = &site.seat.site;
        let holders = holders_of(seats, &state.conference, id);
        let track = tracks.entry(id.clone()).or_insert(Track { connection: Connection::Absent, since_ms: now_ms });
        let connection = holders.connection(track.connection != Connection::Absent);
        if connection != track.connection {
            *track = Track { connection, since_ms: now_ms };
        }
        let faults = reported_faults(faults.get(id).map_or(&[][..], Vec::as_slice));
        let loss_permille = holders.publisher.map_or(0, |session| session.loss_permille);
        presence.set(id.clone(), SitePresence { connection, publishes: holders.picture(), faults, loss_permille });
    }
    presence
}

fn reported_faults(faults: &[SiteFault]) -> ReportedFaults {
    let mut found = ReportedFaults::default();
    for fault in faults {
        match fault {
            SiteFault::PictureBlack { .. } => found.black = true,
            SiteFault::PictureFrozen { .. } => found.frozen = true,
            SiteFault::SoundHowling { .. } => found.howling = true,
            // Told to people only: a room may be silent, and an overdriven microphone is still understood.
            SiteFault::SoundSilent { .. } | SiteFault::SoundClipping { .. } => {}
        }
    }
    found
}

/// What is really sent, from the relay's and the mixer's reports and the wanted state the mixer works on.
#[must_use]
pub(crate) fn sent(
    state: &State,
    plan: &MediaPlan,
    seats: &BTreeMap<&SeatId, Holders<'_>>,
    mixer: Option<&MixerReported>,
    wanted: &MixerWanted,
) -> SentPictures {
    let mut sent = SentPictures::default();
    for site in state.seats().filter(|site| site.seated) {
        let id = &site.seat.site;
        let Some(watcher) = holders_of(seats, &state.conference, id).watcher else {
            continue;
        };
        let source = watcher.shown.as_ref().and_then(|shown| shown.source.as_ref());
        sent.watchers.insert(id.clone(), source.map_or(Sent::Nothing, |source| read_sent(&state.conference, source)));
    }
    // What a composite is called is known before the mixer reports what is in it.
    let planned =
        plan.composites.iter().map(|planned| (planned.name.clone(), ShownComposite { words: planned.words.clone(), cells: Vec::new() }));
    sent.composites.extend(planned);
    let sources: BTreeMap<u32, &SourceId> = wanted.inputs.iter().map(|input| (input.ssrc, &input.source)).collect();
    for report in mixer.iter().flat_map(|mixer| &mixer.composites) {
        let Some(Named::Composite(name)) = read_source(&state.conference, &report.source) else {
            continue;
        };
        let Some(composite) = wanted.composites.iter().find(|composite| composite.source == report.source) else {
            continue;
        };
        let shown = |cell: &Cell| match &cell.content {
            CellContent::Picture { ssrc, .. } if report.showing.contains(ssrc) => {
                let named = sources.get(ssrc).and_then(|source| read_source(&state.conference, source));
                named.and_then(|named| if let Named::SiteMain(site) = named { Some(site) } else { None })
            }
            CellContent::Picture { .. } | CellContent::Slate(_) | CellContent::Blank | CellContent::Revision(_) => None,
        };
        let entry =
            sent.composites.entry(name).or_insert_with_key(|name| ShownComposite { words: format!("layout:{name}"), cells: Vec::new() });
        entry.cells = composite.cells.iter().map(shown).collect();
    }
    sent
}

fn read_sent(conference: &ConferenceId, source: &SourceId) -> Sent {
    match read_source(conference, source) {
        Some(Named::SiteMain(site)) => Sent::Site(site),
        Some(Named::Composite(name)) => Sent::Composite(name),
        Some(Named::SiteSound(_)) | None => Sent::Nothing,
    }
}

/// Levels of those who are heard, in fixed site order, for the rules that follow them.
#[must_use]
pub(crate) fn loudness(state: &State, levels: &BTreeMap<&SourceId, &Level>) -> Vec<(SiteId, i8)> {
    let row = |site: &mcu_conference::Site| {
        let sound = site_seat(&state.conference, &site.seat.site).sound();
        levels.get(&sound).map(|level| (site.seat.site.clone(), level.rms_dbfs))
    };
    state.seats().filter_map(row).collect()
}

/// Meters in fixed site order; sites that are not heard are silent.
#[must_use]
pub(crate) fn meters(state: &State, levels: &BTreeMap<&SourceId, &Level>) -> Vec<Meter> {
    let row = |site: &mcu_conference::Site| {
        let sound = site_seat(&state.conference, &site.seat.site).sound();
        let silent = Meter { rms_dbfs: SILENCE_DBFS, peak_dbfs: SILENCE_DBFS };
        levels.get(&sound).map_or(silent, |level| Meter { rms_dbfs: level.rms_dbfs, peak_dbfs: level.peak_dbfs })
    };
    state.seats().map(row).collect()
}
