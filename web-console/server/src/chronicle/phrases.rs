//! Events in words, as the desk's event strip says them. Pure.

use std::collections::BTreeMap;

use mcu_api::{Audience, Event, Forced, Mic, Picture, PollingKind, RecordState, Setting, SiteId, SiteSeat, Speaker, ViewSource};

use super::words::{Language, Words};

/// Furthest from Greenwich that a clock may be, in minutes.
pub(crate) const MAX_ZONE_MIN: i32 = 14 * 60;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A local clock: minutes east of Greenwich. Whoever asks for a report says theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zone(i32);

impl Default for Zone {
    /// 北京时间
    fn default() -> Self {
        Self(8 * 60)
    }
}

impl Zone {
    /// That many minutes east of Greenwich, at most fourteen hours.
    #[must_use]
    pub(crate) fn new(minutes: i32) -> Self {
        Self(minutes.clamp(-MAX_ZONE_MIN, MAX_ZONE_MIN))
    }

    fn local(self, at_ms: u64) -> i64 {
        i64::try_from(at_ms).unwrap_or(0) + i64::from(self.0) * MINUTE_MS
    }

    /// `10:42:31`
    #[must_use]
    pub(crate) fn time(self, at_ms: u64) -> String {
        let seconds = self.local(at_ms).rem_euclid(DAY_MS) / 1000;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// `10:42`
    #[must_use]
    pub(crate) fn clock(self, at_ms: u64) -> String {
        self.time(at_ms).get(..5).unwrap_or_default().to_owned()
    }

    /// `2026-11-23`
    #[must_use]
    pub(crate) fn day(self, at_ms: u64) -> String {
        let day = time::OffsetDateTime::from_unix_timestamp(self.local(at_ms).div_euclid(1000)).map(time::OffsetDateTime::date);
        day.map_or_else(|_| String::new(), |day| format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day()))
    }

    /// `2026-11-23 10:42:31`
    #[must_use]
    pub(crate) fn moment(self, at_ms: u64) -> String {
        format!("{} {}", self.day(at_ms), self.time(at_ms))
    }
}

/// One language with the names of a meeting's sites.
pub(crate) struct Saying {
    /// The words.
    pub(crate) words: &'static Words,
    zone: Zone,
    names: BTreeMap<SiteId, String>,
}

impl Saying {
    /// In that language.
    #[must_use]
    pub(crate) fn new(language: Language, zone: Zone, seats: &[SiteSeat]) -> Self {
        let name = |seat: &SiteSeat| match language {
            Language::Chinese => seat.name.clone(),
            Language::English => seat.name_en.clone(),
        };
        let names = seats.iter().map(|seat| (seat.site.clone(), name(seat))).collect();
        Self { words: Words::of(language), zone, names }
    }

    /// A site's name.
    #[must_use]
    pub(crate) fn name<'a>(&'a self, site: &'a SiteId) -> &'a str {
        self.names.get(site).map_or_else(|| site.as_str(), String::as_str)
    }

    /// One change in words, whatever number of facts it has.
    #[must_use]
    pub(crate) fn change(&self, events: &[&Event]) -> String {
        let loud: Vec<&&Event> = events.iter().filter(|event| !is_quiet(event)).collect();
        let said = if loud.is_empty() { events.iter().collect() } else { loud };
        said.into_iter().map(|event| self.event(event)).collect::<Vec<_>>().join(" · ")
    }

    fn at(&self, path: &str, site: &SiteId) -> String {
        self.words.with(path, &[("site", self.name(site))])
    }

    fn effect(&self, path: &str, rev: u64, effect: &[Event]) -> String {
        let what = if effect.is_empty() { format!("#{rev}") } else { self.change(&effect.iter().collect::<Vec<_>>()) };
        self.words.with(path, &[("what", &what)])
    }

    fn event(&self, event: &Event) -> String {
        match event {
            Event::Opened { .. } => self.words.get("event.opened"),
            Event::SiteCalled { site } => self.at("event.called", site),
            Event::SiteHungUp { site } => self.at("event.hungUp", site),
            Event::ForcedChanged { after: Some(forced), .. } => self.words.with("event.broadcast", &[("picture", &self.forced(forced))]),
            Event::ForcedChanged { after: None, .. } => self.words.get("event.broadcastCancelled"),
            Event::MicsChanged { changes } => match changes.as_slice() {
                [] => self.words.get("event.micsNone"),
                [one] => self.at(if one.after == Mic::Open { "event.micOpened" } else { "event.micClosed" }, &one.site),
                many => self.words.with("event.mics", &[("count", &many.len().to_string())]),
            },
            Event::ViewChanged { viewer, after, .. } => {
                self.words.with("event.view", &[("viewer", self.name(viewer)), ("picture", &self.view(after))])
            }
            Event::PreviewChanged { after: Some(picture), .. } => self.words.with("event.preview", &[("picture", &self.picture(picture))]),
            Event::PreviewChanged { after: None, .. } => self.words.get("event.previewEmptied"),
            Event::Changed { after, .. } => self.setting(after),
            Event::Redone { rev, effect } => self.effect("event.redone", rev.0, effect),
            Event::Undone { rev, effect } => self.effect("event.undone", rev.0, effect),
            Event::Ended {} => self.words.get("event.ended"),
        }
    }

    /// The forced picture.
    #[must_use]
    pub(crate) fn forced(&self, forced: &Forced) -> String {
        match forced {
            Forced::Site { site } => self.name(site).to_owned(),
            Forced::Layout { layout } => self.words.with("picture.layout", &[("name", &layout.name)]),
            Forced::Dialogue { site, .. } => self.at("picture.dialogue", site),
            Forced::CallToSpeak { site, .. } => self.at("picture.callToSpeak", site),
            Forced::Polling { .. } => self.words.get("picture.polling"),
        }
    }

    fn picture(&self, picture: &Picture) -> String {
        match picture {
            Picture::Site { site } => self.name(site).to_owned(),
            Picture::Layout { layout } => self.words.with("picture.layout", &[("name", &layout.name)]),
        }
    }

    fn view(&self, view: &ViewSource) -> String {
        match view {
            ViewSource::Site { site } => self.name(site).to_owned(),
            ViewSource::Layout { layout } => self.words.with("picture.layout", &[("name", &layout.name)]),
            ViewSource::None => self.words.get("picture.program"),
        }
    }

    fn either(&self, yes: bool, on: &str, off: &str) -> String {
        self.words.get(&format!("setting.{}", if yes { on } else { off }))
    }

    fn either_at(&self, yes: bool, on: &str, off: &str, site: &SiteId) -> String {
        self.at(&format!("setting.{}", if yes { on } else { off }), site)
    }

    fn maybe_at(&self, field: &str, site: Option<&SiteId>) -> String {
        site.map_or_else(|| self.words.get(&format!("setting.no_{field}")), |site| self.at(&format!("setting.{field}"), site))
    }

    #[rustfmt::skip] // A table reads better with several names a line.
    fn setting(&self, setting: &Setting) -> String {
        let with = |path: &str, values: &[(&str, &str)]| self.words.with(&format!("setting.{path}"), values);
        let plain = |path: &str| with(path, &[]);
        match setting {
            Setting::Locked { locked } => self.either(*locked, "locked", "unlocked"),
            Setting::EndTime { ends_at_ms: Some(at), .. } => with("end_time", &[("time", &self.zone.clock(*at))]),
            Setting::EndTime { ends_at_ms: None, .. } => plain("no_end_time"),
            Setting::MuteOnJoin { mic } => self.either(*mic == Mic::Closed, "mute_on_join", "open_on_join"),
            Setting::FreeView { free_view } => self.either(*free_view, "free_view", "no_free_view"),
            Setting::RedialPolicy { policy: Some(policy) } => {
                with("redial_policy", &[("seconds", &policy.every_s.to_string()), ("tries", &policy.tries.to_string())])
            }
            Setting::RedialPolicy { policy: None } => plain("no_redial_policy"),
            Setting::MultiPicture { layout: Some(layout) } => with("multi_picture", &[("name", &layout.name)]),
            Setting::MultiPicture { layout: None } => plain("auto_multi_picture"),
            Setting::Slate { text: Some(text) } => with("slate", &[("text", text)]),
            Setting::Slate { text: None } => plain("no_slate"),
            Setting::Fade { fade_ms: 0 } => plain("cut"),
            Setting::Fade { fade_ms } => with("fade", &[("seconds", &(f64::from(*fade_ms) / 1000.0).to_string())]),
            Setting::Overlays { overlays } if overlays.is_empty() => plain("no_overlays"),
            Setting::Overlays { overlays } => with("overlays", &[("total", &overlays.len().to_string())]),
            Setting::Previous { .. } => plain("previous"),
            Setting::WatchPolling { polling: Some(polling) } => {
                with("watch_polling", &[("total", &polling.sites.len().to_string()), ("seconds", &polling.dwell_s.to_string())])
            }
            Setting::WatchPolling { polling: None } => plain("no_watch_polling"),
            Setting::PollingPaused { kind: PollingKind::Watch, paused } => self.either(*paused, "watch_paused", "watch_resumed"),
            Setting::PollingPaused { kind: PollingKind::Broadcast, paused } => self.either(*paused, "broadcast_paused", "broadcast_resumed"),
            Setting::PollingStep { step, .. } => self.maybe_at("polling_step", step.as_ref().map(|step| &step.site)),
            Setting::VoiceSwitch { voice_switch: Some(switch) } => with("voice_switch", &[("db", &switch.gate_dbfs.to_string())]),
            Setting::VoiceSwitch { voice_switch: None } => plain("no_voice_switch"),
            Setting::Loudest { loudest } => self.maybe_at("loudest", loudest.as_ref().map(|loudest| &loudest.site)),
            Setting::CellTurns { .. } => plain("cell_turns"),
            Setting::MainSite { .. } | Setting::Redial { .. } | Setting::SiteSlate { .. } | Setting::Removed { .. }
            | Setting::OwnView { .. } | Setting::MuteLock { .. } | Setting::Speaker { .. } | Setting::Gain { .. }
            | Setting::MixMembers { .. } | Setting::Interpreter { .. } | Setting::Language { .. } | Setting::Chair { .. }
            | Setting::ChairRequest { .. } | Setting::Floor { .. } | Setting::ContentSite { .. } | Setting::ContentLock { .. }
            | Setting::ContentInvite { .. } => self.setting_of_site(setting),
            Setting::Channels { .. } | Setting::SpeechTimer { .. } | Setting::SpeechOver { .. } | Setting::RollCall { .. }
            | Setting::Lease { .. } | Setting::Plan { .. } | Setting::OutputPicture { .. } | Setting::LiveDelay { .. }
            | Setting::Record { .. } | Setting::Live { .. } | Setting::NextStep { .. } | Setting::RunSheet { .. }
            | Setting::ProgramLock { .. } => self.setting_of_desk(setting),
        }
    }

    #[rustfmt::skip] // A table reads better with several names a line.
    fn setting_of_site(&self, setting: &Setting) -> String {
        let with = |path: &str, values: &[(&str, &str)]| self.words.with(&format!("setting.{path}"), values);
        match setting {
            Setting::MainSite { site } => self.at("setting.main_site", site),
            Setting::Redial { site, redial: Some(redial) } => {
                with("redial", &[("site", self.name(site)), ("tries", &redial.tries.to_string())])
            }
            Setting::Redial { site, redial: None } => self.at("setting.no_redial", site),
            Setting::SiteSlate { site, text: Some(text) } => with("site_slate", &[("site", self.name(site)), ("text", text)]),
            Setting::SiteSlate { site, text: None } => self.at("setting.no_site_slate", site),
            Setting::Removed { site, removed } => self.either_at(*removed, "removed", "restored", site),
            Setting::OwnView { site, own } => self.either_at(*own, "own_view", "no_own_view", site),
            Setting::MuteLock { site, locked } => self.either_at(*locked, "mute_lock", "no_mute_lock", site),
            Setting::Speaker { site, speaker } => self.either_at(*speaker == Speaker::On, "speaker_on", "speaker_muted", site),
            Setting::Gain { site, gain_db } => with("gain", &[("site", self.name(site)), ("db", &gain_db.to_string())]),
            Setting::MixMembers { site, members: Some(members) } => {
                with("mix_members", &[("site", self.name(site)), ("total", &members.len().to_string())])
            }
            Setting::MixMembers { site, members: None } => self.at("setting.mix_all", site),
            Setting::Interpreter { site, language: Some(language) } => {
                self.words.with("afterMeeting.interpreter", &[("site", self.name(site)), ("language", language.as_str())])
            }
            Setting::Interpreter { site, language: None } => self.at("afterMeeting.noInterpreter", site),
            Setting::Language { site, language: Some(language) } => {
                self.words.with("afterMeeting.listens", &[("site", self.name(site)), ("language", language.as_str())])
            }
            Setting::Language { site, language: None } => self.at("afterMeeting.listensFloor", site),
            Setting::Chair { site } => self.maybe_at("chair", site.as_ref()),
            Setting::ChairRequest { site, requested } => self.either_at(*requested, "chair_request", "no_chair_request", site),
            Setting::Floor { site, request } => self.either_at(request.is_some(), "floor", "no_floor", site),
            Setting::ContentSite { site } => self.maybe_at("content_site", site.as_ref()),
            Setting::ContentLock { site } => self.maybe_at("content_lock", site.as_ref()),
            Setting::ContentInvite { site } => self.maybe_at("content_invite", site.as_ref()),
            Setting::Locked { .. } | Setting::EndTime { .. } | Setting::MuteOnJoin { .. } | Setting::FreeView { .. }
            | Setting::RedialPolicy { .. } | Setting::MultiPicture { .. } | Setting::Slate { .. } | Setting::Fade { .. }
            | Setting::Overlays { .. } | Setting::Previous { .. } | Setting::WatchPolling { .. } | Setting::PollingPaused { .. }
            | Setting::PollingStep { .. } | Setting::VoiceSwitch { .. } | Setting::Loudest { .. } | Setting::CellTurns { .. }
            | Setting::Channels { .. } | Setting::SpeechTimer { .. } | Setting::SpeechOver { .. } | Setting::RollCall { .. }
            | Setting::Lease { .. } | Setting::Plan { .. } | Setting::OutputPicture { .. } | Setting::LiveDelay { .. }
            | Setting::Record { .. } | Setting::Live { .. } | Setting::NextStep { .. } | Setting::RunSheet { .. }
            | Setting::ProgramLock { .. } => String::new(),
        }
    }

    #[rustfmt::skip] // A table reads better with several names a line.
    fn setting_of_desk(&self, setting: &Setting) -> String {
        let with = |path: &str, values: &[(&str, &str)]| self.words.with(&format!("setting.{path}"), values);
        let plain = |path: &str| with(path, &[]);
        match setting {
            Setting::Channels { channels } => self.words.with("afterMeeting.channels", &[("total", &channels.len().to_string())]),
            Setting::SpeechTimer { timer: Some(timer) } => with("speech_timer", &[("time", &self.zone.clock(timer.ends_at_ms))]),
            Setting::SpeechTimer { timer: None } => plain("no_speech_timer"),
            Setting::SpeechOver { over } => self.either(*over, "speech_over", "speech_not_over"),
            Setting::RollCall { roll_call: Some(call) } => {
                let done = call.rows.iter().filter(|row| row.score.is_some()).count();
                let path = if call.finished_at_ms.is_none() { "roll_call" } else { "roll_call_over" };
                with(path, &[("done", &done.to_string()), ("total", &call.rows.len().to_string())])
            }
            Setting::RollCall { roll_call: None } => plain("no_roll_call"),
            Setting::Lease { area, lease } => {
                let area = plain(match area {
                    mcu_api::Area::Picture => "area_picture",
                    mcu_api::Area::Sound => "area_sound",
                    mcu_api::Area::Affairs => "area_affairs",
                });
                let holder = lease.as_ref().map_or("", |lease| lease.holder.as_str());
                with(if lease.is_some() { "lease" } else { "no_lease" }, &[("area", &area), ("holder", holder)])
            }
            Setting::ProgramLock { by: Some(by) } => with("program_lock", &[("holder", by)]),
            Setting::ProgramLock { by: None } => plain("no_program_lock"),
            Setting::RunSheet { sheet: Some(sheet) } => with("run_sheet", &[("name", &sheet.title)]),
            Setting::RunSheet { sheet: None } => plain("no_run_sheet"),
            Setting::NextStep { next } => with("next_step", &[("number", &(u32::from(*next) + 1).to_string())]),
            Setting::Plan { armed: Some(armed), .. } => {
                with(if armed.ran.is_some() { "plan_ran" } else { "plan" }, &[("name", &armed.plan.title)])
            }
            Setting::Plan { name, armed: None } => with("no_plan", &[("name", name)]),
            Setting::OutputPicture { audience, picture } => {
                let audience = plain(match audience {
                    Audience::HallScreen => "audience_hall_screen",
                    Audience::Record => "audience_record",
                    Audience::Live => "audience_live",
                });
                let shown = picture.as_ref().map(|picture| self.picture(picture));
                let path = if shown.is_some() { "output_picture" } else { "no_output_picture" };
                with(path, &[("audience", &audience), ("picture", shown.as_deref().unwrap_or_default())])
            }
            Setting::Record { record: RecordState::Running } => plain("record_running"),
            Setting::Record { record: RecordState::Paused } => plain("record_paused"),
            Setting::Record { record: RecordState::Stopped } => plain("record_stopped"),
            Setting::Live { live } => self.either(*live, "live", "no_live"),
            Setting::LiveDelay { delay_s } => with("live_delay", &[("seconds", &delay_s.to_string())]),
            Setting::Locked { .. } | Setting::EndTime { .. } | Setting::MuteOnJoin { .. } | Setting::FreeView { .. }
            | Setting::RedialPolicy { .. } | Setting::MultiPicture { .. } | Setting::Slate { .. } | Setting::Fade { .. }
            | Setting::Overlays { .. } | Setting::Previous { .. } | Setting::WatchPolling { .. } | Setting::PollingPaused { .. }
            | Setting::PollingStep { .. } | Setting::VoiceSwitch { .. } | Setting::Loudest { .. } | Setting::CellTurns { .. }
            | Setting::MainSite { .. } | Setting::Redial { .. } | Setting::SiteSlate { .. } | Setting::Removed { .. }
            | Setting::OwnView { .. } | Setting::MuteLock { .. } | Setting::Speaker { .. } | Setting::Gain { .. }
            | Setting::MixMembers { .. } | Setting::Interpreter { .. } | Setting::Language { .. } | Setting::Chair { .. }
            | Setting::ChairRequest { .. } | Setting::Floor { .. } | Setting::ContentSite { .. } | Setting::ContentLock { .. }
            | Setting::ContentInvite { .. } => String::new(),
        }
    }
}

/// Fields that follow from others, or that turn by themselves: said only when nothing else happened.
const fn is_quiet(event: &Event) -> bool {
    matches!(
        event,
        Event::Changed {
            after: Setting::Previous { .. }
                | Setting::Fade { .. }
                | Setting::PollingStep { .. }
                | Setting::CellTurns { .. }
                | Setting::Loudest { .. }
                | Setting::OwnView { .. },
            ..
        }
    )
}

/// A rule's turn that is shown where it happens and says nothing afterwards: the next of a polling, a voice in a roll call.
#[must_use]
pub(crate) fn is_routine(event: &Event) -> bool {
    let going_on =
        matches!(event, Event::Changed { after: Setting::RollCall { roll_call: Some(call) }, .. } if call.finished_at_ms.is_none());
    let cleared = matches!(event, Event::Changed { after: Setting::RollCall { roll_call: None }, .. });
    is_quiet(event) || going_on || cleared
}

/// What really changed: taking back and making again are changes like any other.
#[must_use]
pub(crate) fn effects(event: &Event) -> Vec<&Event> {
    match event {
        Event::Undone { effect, .. } | Event::Redone { effect, .. } => effect.iter().flat_map(effects).collect(),
        Event::Opened { .. }
        | Event::SiteCalled { .. }
        | Event::SiteHungUp { .. }
        | Event::ForcedChanged { .. }
        | Event::MicsChanged { .. }
        | Event::ViewChanged { .. }
        | Event::PreviewChanged { .. }
        | Event::Changed { .. }
        | Event::Ended {} => vec![event],
    }
}
