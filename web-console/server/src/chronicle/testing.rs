//! A small conference for tests: three sites, told in snapshots and journalled facts.

#![allow(dead_code, unreachable_pub, reason = "each test takes its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use mcu_api::{
    CellList, ConferenceId, ConferencePhase, ConferenceSnapshot, Connection, Content, Desk, Envelope, Event, Mic, OpenConference, Origin,
    Output, Picture, Rev, Rotation, Settings, SiteId, SiteKind, SiteSeat, SiteSnapshot, Speaker, Speech, Tally, ViewSnapshot, ViewSource,
    WorkerHealth,
};

/// When the test's conference was opened: 2026-11-23 09:00:00 in Beijing.
pub const OPENED_MS: u64 = 1_795_395_600_000;

pub fn conference() -> ConferenceId {
    ConferenceId::new("city-12").unwrap()
}

pub fn site(name: &str) -> SiteId {
    SiteId::new(name).unwrap()
}

pub fn seat(name: &str, zh: &str, en: &str, kind: SiteKind) -> SiteSeat {
    SiteSeat { site: site(name), name: zh.to_owned(), name_en: en.to_owned(), kind }
}

pub fn opening() -> OpenConference {
    OpenConference {
        conference: conference(),
        title: "全市视频会议(第12号)".to_owned(),
        sites: vec![
            seat("main", "主会场", "Main hall", SiteKind::MainHall),
            seat("guiyang", "桂阳县", "Guiyang", SiteKind::Branch),
            seat("linwu", "临武县", "Linwu", SiteKind::Branch),
        ],
        main_site: site("main"),
        mute_on_join: None,
        call_all: None,
        rehearsal: false,
    }
}

/// A fact of that revision, so many seconds after the opening, by the operator.
pub fn fact(rev: u64, after_s: u64, event: Event) -> Envelope {
    Envelope {
        conference: conference(),
        rev: Rev(rev),
        at_ms: OPENED_MS + after_s * 1000,
        author: "operator".to_owned(),
        right: "conference.picture".to_owned(),
        origin: Origin::Desk,
        idem_key: None,
        event,
    }
}

pub fn opened() -> Envelope {
    fact(1, 0, Event::Opened { open: opening() })
}

fn site_snapshot(seat: &SiteSeat) -> SiteSnapshot {
    SiteSnapshot {
        site: seat.site.clone(),
        name: seat.name.clone(),
        name_en: seat.name_en.clone(),
        kind: seat.kind,
        seated: true,
        connection: Connection::Absent,
        connection_since_ms: OPENED_MS,
        mic: Mic::Closed,
        mute_locked: false,
        speaker: Speaker::On,
        gain_db: 0,
        mix_members: None,
        interprets: None,
        listens_to: None,
        talkback: false,
        slate: None,
        floor: None,
        wants_chair: false,
        redial: None,
        view: ViewSnapshot { source: ViewSource::None, locked: false, own: false },
        tally: Tally::default(),
        loss_permille: 0,
        rtt_ms: None,
        bit_rate_bps: 0,
        picture: false,
        sound: false,
        line_bps: None,
        trouble: None,
        faults: Vec::new(),
    }
}

/// Nobody is there yet.
pub fn snapshot() -> ConferenceSnapshot {
    let open = opening();
    ConferenceSnapshot {
        conference: conference(),
        title: open.title.clone(),
        rehearsal: false,
        rev: Rev(1),
        phase: ConferencePhase::Running,
        opened_at_ms: OPENED_MS,
        main_site: site("main"),
        sites: open.sites.iter().map(site_snapshot).collect(),
        forced: None,
        program: Picture::Site { site: site("main") },
        preview: None,
        previous: None,
        wall: CellList::default(),
        settings: Settings {
            locked: false,
            ends_at_ms: None,
            auto_end: false,
            mute_on_join: Mic::Closed,
            free_view: false,
            redial: None,
            multi_picture: None,
            slate: None,
            fade_ms: 0,
            overlays: Vec::new(),
        },
        rotation: Rotation::default(),
        speech: Speech::default(),
        floor_queue: Vec::new(),
        content: Content::default(),
        channels: Vec::new(),
        desk: Desk::default(),
        output: Output::default(),
        undo: None,
        redo: None,
        workers: vec![WorkerHealth { worker: "mixer".to_owned(), up: true, current: true, encoders: Vec::new() }],
        at_ms: OPENED_MS,
    }
}

/// The same, so many seconds after the opening.
pub fn after(mut snapshot: ConferenceSnapshot, after_s: u64) -> ConferenceSnapshot {
    snapshot.at_ms = OPENED_MS + after_s * 1000;
    snapshot
}

/// One site of it, to be changed.
pub fn of<'a>(snapshot: &'a mut ConferenceSnapshot, name: &str) -> &'a mut SiteSnapshot {
    snapshot.sites.iter_mut().find(|row| row.site.as_str() == name).unwrap()
}

/// The site's connection is so since so many seconds after the opening.
pub fn connect(snapshot: &mut ConferenceSnapshot, name: &str, connection: Connection, since_s: u64) {
    let row = of(snapshot, name);
    row.connection = connection;
    row.connection_since_ms = OPENED_MS + since_s * 1000;
}
