//! Any command at all, with arguments that often fit.

use mcu_api::{
    Area, Audience, Cell, CellSource, Command, Edge, EmergencyPlan, LanguageId, Layout, Mic, Overlay, Picture, PlanTrigger, PollingKind,
    RecordState, RedialPolicy, Rev, RollCallScore, RunSheet, RunStep, SiteId, Speaker, Transition, TriggerCause, ViewSource,
};
use proptest::prelude::*;

use super::site;

fn any_site() -> impl Strategy<Value = SiteId> {
    prop_oneof![5 => 0_usize..3, 2 => 3_usize..8].prop_map(site)
}

fn sites() -> impl Strategy<Value = Vec<SiteId>> {
    proptest::collection::vec(any_site(), 0..4)
}

fn layout() -> impl Strategy<Value = Layout> {
    let source = prop_oneof![
        6 => any_site().prop_map(|site| CellSource::Site { site }),
        2 => (sites(), Just(5_u16)).prop_map(|(sites, dwell_s)| CellSource::List { sites, dwell_s }),
        1 => Just(CellSource::Loudest),
        1 => Just(CellSource::Main),
        1 => Just(CellSource::Content),
        1 => Just(CellSource::Upper),
        1 => Just(CellSource::Blank)
    ];
    let cell = |source| Cell { x: 0, y: 0, w: 500, h: 500, source };
    let grid = proptest::collection::vec(source.clone().prop_map(cell), 0..4);
    let alone = source.prop_map(|source| vec![Cell { x: 0, y: 0, w: 1000, h: 1000, source }]);
    prop_oneof![3 => grid, 1 => alone].prop_map(|cells| Layout { name: "2x2".to_owned(), cells })
}

fn picture() -> impl Strategy<Value = Picture> {
    prop_oneof![any_site().prop_map(|site| Picture::Site { site }), layout().prop_map(|layout| Picture::Layout { layout })]
}

fn view() -> impl Strategy<Value = ViewSource> {
    prop_oneof![
        any_site().prop_map(|site| ViewSource::Site { site }),
        layout().prop_map(|layout| ViewSource::Layout { layout }),
        Just(ViewSource::None)
    ]
}

fn mic() -> impl Strategy<Value = Mic> {
    prop_oneof![Just(Mic::Open), Just(Mic::Closed)]
}

fn language() -> impl Strategy<Value = Option<LanguageId>> {
    let ids: Vec<LanguageId> = super::channels().into_iter().map(|channel| channel.language).collect();
    proptest::option::weighted(0.8, proptest::sample::select(ids))
}

fn kind() -> impl Strategy<Value = PollingKind> {
    prop_oneof![Just(PollingKind::Watch), Just(PollingKind::Broadcast)]
}

fn area() -> impl Strategy<Value = Area> {
    prop_oneof![Just(Area::Picture), Just(Area::Sound), Just(Area::Affairs)]
}

/// Any command.
pub fn any() -> impl Strategy<Value = Command> {
    prop_oneof![6 => life(), 7 => speaking(), 6 => hearing(), 10 => seeing(), 6 => rotating(), 8 => desk()]
}

fn life() -> impl Strategy<Value = Command> {
    let policy = proptest::option::of(Just(RedialPolicy { every_s: 5, tries: 3 }));
    prop_oneof![
        4 => any_site().prop_map(|site| Command::Call { site }),
        2 => Just(Command::CallAllAbsent {}),
        4 => any_site().prop_map(|site| Command::HangUp { site }),
        1 => any_site().prop_map(|site| Command::Remove { site }),
        3 => any_site().prop_map(|site| Command::SetMainSite { site }),
        1 => Just(Command::Lock {}),
        1 => Just(Command::Unlock {}),
        1 => (proptest::option::of(50_000_u64..100_000), any_bool())
            .prop_map(|(ends_at_ms, auto_end)| Command::Extend { ends_at_ms, auto_end }),
        1 => policy.prop_map(|policy| Command::SetRedial { policy }),
        1 => Just(Command::End {}),
    ]
}

fn any_bool() -> impl Strategy<Value = bool> {
    proptest::bool::ANY
}

fn speaking() -> impl Strategy<Value = Command> {
    let seconds = || proptest::option::of(Just(5_u32));
    prop_oneof![
        1 => any_site().prop_map(|site| Command::RequestChair { site }),
        2 => any_site().prop_map(|site| Command::GrantChair { site }),
        3 => Just(Command::ReleaseChair {}),
        1 => Just(Command::RevokeChair {}),
        4 => any_site().prop_map(|site| Command::Dialogue { site }),
        5 => (any_site(), seconds(), any_bool())
            .prop_map(|(site, seconds, auto_end)| Command::CallToSpeak { site, seconds, auto_end }),
        1 => (seconds(), any_bool()).prop_map(|(seconds, auto_end)| Command::SetSpeechTimer { seconds, auto_end }),
        6 => any_site().prop_map(|site| Command::RequestFloor { site }),
        3 => (proptest::option::of(any_site()), seconds(), any_bool())
            .prop_map(|(site, seconds, auto_end)| Command::GrantFloor { site, seconds, auto_end }),
        8 => any_site().prop_map(|site| Command::Defer { site }),
        2 => any_site().prop_map(|site| Command::Withdraw { site }),
        1 => Just(Command::ClearQueue {}),
        3 => sites().prop_map(|sites| Command::StartRollCall { sites }),
        3 => Just(Command::NextRollCall {}),
        1 => any_site().prop_map(|site| Command::ScoreRollCall { site, score: RollCallScore::Late }),
        1 => Just(Command::StopRollCall {}),
    ]
}

fn hearing() -> impl Strategy<Value = Command> {
    let speaker = prop_oneof![Just(Speaker::On), Just(Speaker::Muted)];
    prop_oneof![
        1 => mic().prop_map(|mic| Command::SetMuteOnJoin { mic }),
        6 => (any_site(), mic()).prop_map(|(site, mic)| Command::SetMic { site, mic }),
        2 => Just(Command::MuteAll {}),
        1 => (any_site(), any_bool()).prop_map(|(site, locked)| Command::MuteLock { site, locked }),
        1 => (any_site(), speaker).prop_map(|(site, speaker)| Command::SetSpeaker { site, speaker }),
        1 => (any_site(), -70_i8..30).prop_map(|(site, gain_db)| Command::SetGain { site, gain_db }),
        2 => (any_site(), proptest::option::of(sites())).prop_map(|(site, members)| Command::SetMixMembers { site, members }),
        3 => proptest::sample::subsequence(super::channels(), 0..=2).prop_map(|languages| Command::OpenChannels { languages }),
        3 => (any_site(), language()).prop_map(|(site, language)| Command::SetInterpreter { site, language }),
        3 => (any_site(), language()).prop_map(|(site, language)| Command::SetLanguage { site, language }),
    ]
}

fn seeing() -> impl Strategy<Value = Command> {
    let transition = prop_oneof![3 => Just(Transition::Cut), 1 => Just(Transition::Fade { ms: 500 })];
    let text = proptest::option::of(Just("会议休息".to_owned()));
    let banner = Overlay::Banner { text: "例会".to_owned(), at: Edge::Top };
    let audience = prop_oneof![Just(Audience::HallScreen), Just(Audience::Record), Just(Audience::Live)];
    prop_oneof![
        1 => any_bool().prop_map(|free_view| Command::SetFreeView { free_view }),
        4 => any_site().prop_map(|site| Command::BroadcastSite { site }),
        3 => layout().prop_map(|layout| Command::BroadcastLayout { layout }),
        2 => Just(Command::CancelBroadcast {}),
        5 => (any_site(), view(), any_bool()).prop_map(|(viewer, source, locked)| Command::SelectView { viewer, source, locked }),
        1 => proptest::option::of(layout()).prop_map(|layout| Command::SetLayout { layout }),
        4 => proptest::option::of(picture()).prop_map(|picture| Command::SetPreview { picture }),
        3 => transition.prop_map(|transition| Command::Take { transition }),
        2 => Just(Command::PreviousPicture {}),
        1 => (proptest::option::of(any_site()), text).prop_map(|(site, text)| Command::Slate { site, text }),
        1 => proptest::collection::vec(Just(banner), 0..2).prop_map(|overlays| Command::SetOverlays { overlays }),
        1 => (audience, proptest::option::of(picture())).prop_map(|(audience, picture)| Command::SetOutput { audience, picture }),
    ]
}

fn rotating() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => (kind(), sites(), any_bool(), any_bool(), sites()).prop_map(|(kind, sites, keep_absent, keep_no_picture, viewers)| {
            Command::StartPolling { kind, sites, dwell_s: Some(5), keep_absent, keep_no_picture, viewers }
        }),
        3 => kind().prop_map(|kind| Command::PausePolling { kind }),
        3 => kind().prop_map(|kind| Command::ResumePolling { kind }),
        1 => kind().prop_map(|kind| Command::StopPolling { kind }),
        2 => any_bool().prop_map(|on| Command::SetVoiceSwitch { on, gate_dbfs: None, attack_ms: None, hold_ms: None }),
        2 => any_site().prop_map(|site| Command::StartContent { site }),
        1 => Just(Command::StopContent {}),
        1 => proptest::option::of(any_site()).prop_map(|site| Command::InviteContent { site }),
        1 => proptest::option::of(any_site()).prop_map(|site| Command::LockContent { site }),
    ]
}

fn trigger() -> impl Strategy<Value = Option<PlanTrigger>> {
    let when = prop_oneof![
        1 => Just(TriggerCause::MainSiteLost {}),
        3 => Just(TriggerCause::MainPictureLost {}),
        1 => proptest::option::of(any_site()).prop_map(|site| TriggerCause::Loss { site, above_permille: 100 }),
    ];
    let trigger = (when, any_bool(), any_bool());
    proptest::option::weighted(0.7, trigger.prop_map(|(when, ask, even_locked)| PlanTrigger { when, for_s: 1, ask, even_locked }))
}

fn desk() -> impl Strategy<Value = Command> {
    let record = prop_oneof![Just(RecordState::Stopped), Just(RecordState::Running), Just(RecordState::Paused)];
    let listed = || proptest::collection::vec(prop_oneof![hearing().boxed(), seeing().boxed(), speaking().boxed()], 0..2);
    let step = listed().prop_map(|commands| RunStep { title: "一".to_owned(), text: String::new(), planned_at_ms: None, commands });
    let sheet = proptest::collection::vec(step, 1..3).prop_map(|steps| RunSheet { title: "导播单".to_owned(), steps });
    let plan = (listed(), trigger()).prop_map(|(commands, trigger)| {
        let (name, title) = ("p".to_owned(), "预案".to_owned());
        EmergencyPlan { name, title, commands, trigger }
    });
    let name = || Just("p".to_owned());
    prop_oneof![
        1 => record.prop_map(|record| Command::SetRecord { record }),
        1 => any_bool().prop_map(|live| Command::SetLive { live, delay_s: Some(3) }),
        1 => area().prop_map(|area| Command::TakeLease { area }),
        1 => area().prop_map(|area| Command::RequestLease { area }),
        2 => area().prop_map(|area| Command::ReleaseLease { area }),
        1 => area().prop_map(|area| Command::TakeOverLease { area }),
        1 => Just(Command::LockProgram {}),
        2 => Just(Command::UnlockProgram {}),
        3 => proptest::option::weighted(0.8, sheet).prop_map(|sheet| Command::LoadRunSheet { sheet }),
        1 => (0_u16..2).prop_map(|next| Command::SetRunStep { next }),
        3 => Just(Command::NextStep {}),
        6 => plan.prop_map(|plan| Command::ArmPlan { plan }),
        1 => name().prop_map(|name| Command::DisarmPlan { name }),
        4 => name().prop_map(|name| Command::RunPlan { name }),
        6 => (name(), any_bool()).prop_map(|(name, run)| Command::AnswerPlan { name, run }),
        6 => name().prop_map(|name| Command::RollBackPlan { name }),
        5 => proptest::option::of((1_u64..12).prop_map(Rev)).prop_map(|rev| Command::Undo { rev }),
        4 => Just(Command::Redo {}),
    ]
}
