//! Fields that a change can touch, and what they are called.

use mcu_api::{Audience, Event, PollingKind, Setting, SiteId};

use crate::state::State;

/// A field that a change can touch; undo asks whether one was touched since.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// A seat.
    Seated(SiteId),
    /// A microphone.
    Mic(SiteId),
    /// A view.
    View(SiteId),
    /// The forced picture.
    Forced,
    /// The preview.
    Preview,
    /// A setting, by its words.
    Setting(&'static str, &'static str, Option<SiteId>),
    /// One of several of a kind.
    Which(&'static str, &'static str, u8),
}

/// The fields an event sets. What rules count by themselves (turns, tries, leases) is none of them: nobody takes that back.
pub(crate) fn fields(event: &Event) -> Vec<Field> {
    match event {
        Event::SiteCalled { site } | Event::SiteHungUp { site } => vec![Field::Seated(site.clone())],
        Event::ForcedChanged { .. } => vec![Field::Forced],
        Event::PreviewChanged { .. } => vec![Field::Preview],
        Event::MicsChanged { changes } => changes.iter().map(|change| Field::Mic(change.site.clone())).collect(),
        Event::ViewChanged { viewer, .. } => vec![Field::View(viewer.clone())],
        Event::Changed { after, .. } => field(after).into_iter().collect(),
        Event::Opened { .. } | Event::Undone { .. } | Event::Redone { .. } | Event::Ended {} => Vec::new(),
    }
}

fn field(setting: &Setting) -> Option<Field> {
    let all = |what, what_zh| Some(Field::Setting(what, what_zh, None));
    let one = |what, what_zh, site: &SiteId| Some(Field::Setting(what, what_zh, Some(site.clone())));
    match setting {
        Setting::MainSite { .. } => all("the main site", "主会场"),
        Setting::Locked { .. } => all("the lock", "会议锁定"),
        Setting::EndTime { .. } => all("the planned end", "结束时间"),
        Setting::MuteOnJoin { .. } => all("the microphone of later joiners", "入会闭音设置"),
        Setting::FreeView { .. } => all("free view", "自由选看"),
        Setting::RedialPolicy { .. } => all("redialling", "自动重呼"),
        Setting::MultiPicture { .. } => all("the multi-picture", "多画面"),
        Setting::Slate { .. } => all("the slate", "垫片"),
        Setting::SiteSlate { site, .. } => one("the slate", "垫片", site),
        Setting::Fade { .. } => all("the fade", "淡变"),
        Setting::Overlays { .. } => all("the overlays", "字幕叠加"),
        Setting::Previous { .. } => all("the picture before", "上一画面"),
        Setting::Removed { site, .. } => one("the seat", "席位", site),
        Setting::OwnView { site, .. } => one("the view", "选看画面", site),
        Setting::MuteLock { site, .. } => one("the mute lock", "闭音锁定", site),
        Setting::Speaker { site, .. } => one("the loudspeaker", "扬声器", site),
        Setting::Gain { site, .. } => one("the gain", "增益", site),
        Setting::MixMembers { site, .. } => one("the sound mix", "混音", site),
        Setting::Channels { .. } => all("the interpretation channels", "同传频道"),
        Setting::Interpreter { site, .. } => one("the interpreter's language", "同传译员", site),
        Setting::Language { site, .. } => one("the channel listened to", "收听语种", site),
        Setting::Chair { .. } => all("the chair", "主席"),
        Setting::ChairRequest { site, .. } => one("the request for the chair", "主席申请", site),
        Setting::Floor { site, .. } => one("the request for the floor", "发言申请", site),
        Setting::SpeechTimer { .. } => all("the speech timer", "发言计时"),
        Setting::RollCall { .. } => all("the roll call", "点名"),
        Setting::WatchPolling { .. } => all("the polling", "循环观看"),
        Setting::PollingPaused { kind, .. } => {
            Some(Field::Which("the polling's pause", "轮询暂停", u8::from(matches!(kind, PollingKind::Watch))))
        }
        Setting::VoiceSwitch { .. } => all("the voice switch", "声控切换"),
        Setting::ContentSite { .. } => all("the content", "演示"),
        Setting::ContentLock { .. } => all("the content's lock", "演示锁定"),
        Setting::ContentInvite { .. } => all("the invitation to show", "演示邀请"),
        Setting::RunSheet { .. } => all("the run sheet", "导播单"),
        Setting::NextStep { .. } => all("the run sheet's step", "导播单步骤"),
        Setting::OutputPicture { audience, .. } => {
            let which = match audience {
                Audience::HallScreen => 0,
                Audience::Record => 1,
                Audience::Live => 2,
            };
            Some(Field::Which("the output's picture", "输出画面", which))
        }
        Setting::Record { .. } => all("the recording", "录制"),
        Setting::Live { .. } => all("the live stream", "直播"),
        Setting::LiveDelay { .. } => all("the live delay", "直播延时"),
        Setting::Redial { .. }
        | Setting::SpeechOver { .. }
        | Setting::PollingStep { .. }
        | Setting::Loudest { .. }
        | Setting::CellTurns { .. }
        | Setting::Lease { .. }
        | Setting::ProgramLock { .. }
        | Setting::Plan { .. } => None,
    }
}

/// A field in words, both languages.
pub(crate) fn words(state: &State, field: &Field) -> (String, String) {
    let name = |site: &SiteId| state.site(site).map_or_else(|| site.to_string(), |found| found.seat.name.clone());
    match field {
        Field::Seated(site) => (format!("the seat of {site}"), format!("会场“{}”的入会状态", name(site))),
        Field::Mic(site) => (format!("the microphone of {site}"), format!("会场“{}”的话筒", name(site))),
        Field::View(site) => (format!("the view of {site}"), format!("会场“{}”的选看画面", name(site))),
        Field::Forced => ("the broadcast picture".to_owned(), "广播画面".to_owned()),
        Field::Preview => ("the preview".to_owned(), "预监画面".to_owned()),
        Field::Setting(what, what_zh, Some(site)) => (format!("{what} of {site}"), format!("会场“{}”的{what_zh}", name(site))),
        Field::Setting(what, what_zh, None) | Field::Which(what, what_zh, _) => ((*what).to_owned(), (*what_zh).to_owned()),
    }
}
