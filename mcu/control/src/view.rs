//! The snapshot told to everybody, put together from wanted and reported state. Pure.

use std::collections::BTreeMap;

use mcu_api::{
    ConferenceId, ConferenceSnapshot, ConferenceSummary, Connection, Forced, Mic, Prompt, SiteFault, SiteFeed, SiteId, SiteSnapshot,
    SiteTrouble, Tally, UndoInfo, ViewSnapshot, WorkerHealth,
};
use mcu_conference::{Change, State, wall_list};
use mcu_media_api::{Layer, LayerReport, LimitedBy, SeatId};

use crate::names::talkback_seat;
use crate::reported::{Holders, Track, holders_of};

/// What is known besides the wanted state.
pub(crate) struct Reported<'a> {
    /// Connected sessions by seat.
    pub seats: &'a BTreeMap<&'a SeatId, Holders<'a>>,
    /// Connections and their times.
    pub tracks: &'a BTreeMap<SiteId, Track>,
    /// From what is really sent.
    pub tallies: &'a BTreeMap<SiteId, Tally>,
    /// What is wrong with what sites send.
    pub faults: &'a BTreeMap<SiteId, Vec<SiteFault>>,
    /// The workers.
    pub workers: Vec<WorkerHealth>,
}

/// The whole state at `at_ms` (milliseconds since 1970).
#[must_use]
pub(crate) fn snapshot(state: &State, reported: Reported<'_>, at_ms: u64) -> ConferenceSnapshot {
    let info = |change: &Change| {
        let event = change.events.first()?.clone();
        Some(UndoInfo { rev: change.rev, author: change.author.clone(), event })
    };
    ConferenceSnapshot {
        conference: state.conference.clone(),
        title: state.title.clone(),
        rev: state.rev,
        phase: state.phase,
        rehearsal: state.rehearsal,
        opened_at_ms: state.opened_at_ms,
        main_site: state.main_site.clone(),
        sites: state.seats().map(|site| site_snapshot(state, site, &reported)).collect(),
        forced: state.forced.clone(),
        program: state.program(),
        preview: state.preview.clone(),
        previous: state.previous.clone(),
        wall: wall_list(state),
        settings: state.settings.clone(),
        rotation: state.rotation.clone(),
        speech: state.speech.clone(),
        floor_queue: state.floor_queue(),
        content: state.content.clone(),
        channels: state.channels.clone(),
        desk: state.desk.clone(),
        output: state.output.clone(),
        undo: state.last_change().and_then(info),
        redo: state.last_taken_back().and_then(|taken| info(&taken.change)),
        workers: reported.workers,
        at_ms,
    }
}

fn site_snapshot(state: &State, site: &mcu_conference::Site, reported: &Reported<'_>) -> SiteSnapshot {
    let id = &site.seat.site;
    let holders = holders_of(reported.seats, &state.conference, id);
    let track = reported.tracks.get(id).copied().unwrap_or(Track { connection: Connection::Absent, since_ms: state.opened_at_ms });
    let one = holders.publisher.or(holders.watcher);
    let rate =
        |session: &mcu_media_api::SessionReport| session.layers.iter().fold(0_u32, |sum, layer| sum.saturating_add(layer.bit_rate_bps));
    SiteSnapshot {
        site: id.clone(),
        name: site.seat.name.clone(),
        name_en: site.seat.name_en.clone(),
        kind: site.seat.kind,
        seated: site.seated,
        connection: if site.seated { track.connection } else { Connection::Absent },
        connection_since_ms: track.since_ms,
        mic: site.mic,
        mute_locked: site.mute_locked,
        speaker: site.speaker,
        talkback: is_talked_to(reported.seats, &state.conference, site),
        gain_db: site.gain_db,
        mix_members: site.mix_members.clone(),
        interprets: site.interprets.clone(),
        listens_to: site.listens_to.clone(),
        slate: site.slate.clone(),
        floor: site.floor.clone(),
        wants_chair: site.wants_chair,
        redial: site.redial.clone(),
        view: ViewSnapshot { source: site.view.clone(), locked: site.view_locked, own: site.view_own },
        tally: reported.tallies.get(id).cloned().unwrap_or_default(),
        loss_permille: one.map_or(0, |session| session.loss_permille),
        rtt_ms: one.and_then(|session| session.rtt_ms),
        bit_rate_bps: holders.publisher.map_or(0, rate),
        picture: holders.picture(),
        sound: holders.sound(),
        line_bps: holders.watcher.and_then(|session| session.line_bps),
        trouble: trouble(&holders),
        faults: reported.faults.get(id).cloned().unwrap_or_default(),
    }
}

fn is_talked_to(seats: &BTreeMap<&SeatId, Holders<'_>>, conference: &ConferenceId, site: &mcu_conference::Site) -> bool {
    let speaks = seats.get(&talkback_seat(conference, &site.seat.site)).is_some_and(Holders::sound);
    speaks && site.mic == Mic::Closed
}

/// A layer nothing came of for so long is not being sent.
const LAYER_GONE_MS: u32 = 3000;

/// What keeps the site's pictures smaller than they may be.
fn trouble(holders: &Holders<'_>) -> Option<SiteTrouble> {
    let shown = holders.watcher.and_then(|session| session.shown.as_ref());
    let limited = shown.and_then(|shown| shown.limited);
    let sends = |layer: Layer| {
        let alive = |row: &LayerReport| row.layer == layer && row.age_ms < LAYER_GONE_MS;
        holders.publisher.is_some_and(|session| session.layers.iter().any(alive))
    };
    match (limited, shown.and_then(|shown| shown.refused)) {
        (Some(LimitedBy::LineNothing), _) => Some(SiteTrouble::LineSoundOnly),
        (_, Some(_)) => Some(SiteTrouble::CannotDecode),
        (Some(LimitedBy::Line), None) => Some(SiteTrouble::LineThin),
        // What a publisher lacks is its own trouble, not that of those who watch it.
        (Some(LimitedBy::Publisher) | None, None) => {
            (!sends(Layer::High) && (sends(Layer::Mid) || sends(Layer::Low))).then_some(SiteTrouble::SendsSmall)
        }
    }
}

/// One row of the list of conferences.
#[must_use]
pub(crate) fn summary(state: &State) -> ConferenceSummary {
    ConferenceSummary {
        conference: state.conference.clone(),
        title: state.title.clone(),
        phase: state.phase,
        rev: state.rev,
        opened_at_ms: state.opened_at_ms,
        seated: u16::try_from(state.seats().filter(|site| site.seated).count()).unwrap_or(u16::MAX),
    }
}

/// What one site's terminal is told; `None` for a site that is not there.
#[must_use]
pub(crate) fn site_feed(snapshot: &ConferenceSnapshot, site: &SiteId) -> Option<SiteFeed> {
    let found = snapshot.sites.iter().find(|row| row.site == *site)?;
    Some(SiteFeed {
        site: site.clone(),
        phase: snapshot.phase,
        seated: found.seated,
        mic: found.mic,
        tally: found.tally.clone(),
        speaker: found.speaker,
        mute_locked: found.mute_locked,
        prompts: prompts(snapshot, site),
        redials: found.redial.as_ref().map_or(0, |redial| redial.tries),
        channels: snapshot.channels.clone(),
        listens_to: found.listens_to.clone(),
        interprets: found.interprets.clone(),
    })
}

/// What a site's people shall be told.
fn prompts(snapshot: &ConferenceSnapshot, site: &SiteId) -> Vec<Prompt> {
    let speech = &snapshot.speech;
    let asked = speech.roll_call.as_ref().and_then(|roll_call| roll_call.turn.as_ref()).is_some_and(|turn| turn.site == *site);
    let speaks = matches!(&snapshot.forced, Some(Forced::CallToSpeak { site: speaker, .. }) if speaker == site);
    let ends_at_ms = speech.timer.as_ref().map(|timer| timer.ends_at_ms);
    let told = [
        asked.then_some(Prompt::RollCall {}),
        speaks.then_some(Prompt::Speak { ends_at_ms }),
        (speaks && speech.over).then_some(Prompt::SpeechOver {}),
        (speech.chair.as_ref() == Some(site)).then_some(Prompt::Chair {}),
        (snapshot.content.invited.as_ref() == Some(site)).then_some(Prompt::ShowContent {}),
    ];
    told.into_iter().flatten().collect()
}
