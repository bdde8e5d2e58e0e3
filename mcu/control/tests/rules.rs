//! What the conference decides by itself, in the running program: time and levels reach the rules, and their facts the workers, the journal and people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_token::right;
use futures_util::StreamExt;
use mcu_api::{
    Channel, Code, Command, ConferencePhase, EmergencyPlan, Event, Fired, Forced, LanguageId, Mic, Origin, PlanTrigger, PollingKind,
    Prompt, RedialPolicy, ServerMessage, Speaker, Told, TriggerCause,
};
use mcu_media_api::{Codec, FromMixer, InputReport, Level, MixerReported, MixerWanted, PictureFault, SourceId};
use support::{FakeMixer, FakeRelay, Mcu, PATIENCE, conference, opening, plain, site, until};

fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

async fn joined(names: &[&str]) -> (Mcu, FakeRelay, FakeMixer) {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let mut relay = FakeRelay::dial(&mcu.socket(), "relay-1").await;
    let mixer = FakeMixer::dial(&mcu.socket(), "mixer-1", 40_101).await;
    for name in names {
        relay.join(name, Codec::H264).await;
    }
    (mcu, relay, mixer)
}

async fn ask(mcu: &Mcu, command: Command) {
    mcu.operator().command(&conference(), &plain(command)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_is_seen() {
    let (mcu, mut relay, mut mixer) = joined(&["hall", "guiyang", "anren"]).await;
    ask(&mcu, Command::SetMic { site: site("anren"), mic: Mic::Open }).await;
    ask(&mcu, Command::SetVoiceSwitch { on: true, gate_dbfs: None, attack_ms: Some(40), hold_ms: None }).await;
    let source = SourceId::from("weekly/site/anren/main");
    let level = Level { source: SourceId::from("weekly/site/anren/sound"), rms_dbfs: -20, peak_dbfs: -6, rank: None };
    let seen = |wanted: &mcu_media_api::RelayWanted| {
        wanted.routes.iter().any(|route| route.seat.0 == "weekly/site/guiyang" && route.main.as_ref() == Some(&source))
    };
    let speaking = async {
        loop {
            mixer.say(FromMixer::Levels(vec![level.clone()])).await;
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    tokio::select! {
        () = relay.until_wanted("guiyang sees anren", seen) => {}
        () = speaking => {}
    }
    let snapshot = mcu.operator().snapshot(&conference()).await.unwrap();
    assert_eq!(snapshot.rotation.loudest.unwrap().site, site("anren"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_planned_end_comes_by_itself_and_is_told_as_a_rule() {
    let (mcu, _relay, _mixer) = joined(&["hall"]).await;
    let mut events = mcu.operator().events(&conference()).await.unwrap();
    ask(&mcu, Command::Extend { ends_at_ms: Some(now_ms() + 300), auto_end: true }).await;
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Told::Message(ServerMessage::Event(envelope)) = events.next().await.unwrap().unwrap()
                && let Event::Ended {} = envelope.event
            {
                return envelope;
            }
        }
    });
    let ended = ended.await.unwrap();
    assert_eq!((ended.origin, ended.author.as_str()), (Origin::Rule, "rule"));
    let mcu = mcu.restart().await;
    assert_eq!(mcu.operator().snapshot(&conference()).await.unwrap().phase, ConferencePhase::Ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_and_timers_survive_a_restart() {
    let (mcu, _relay, _mixer) = joined(&["hall", "guiyang", "anren"]).await;
    let sites = vec![site("guiyang"), site("anren")];
    let kind = PollingKind::Broadcast;
    let viewers = Vec::new();
    until("all are there", || async {
        let snapshot = mcu.operator().snapshot(&conference()).await.unwrap();
        snapshot.sites[2].picture.then_some(())
    })
    .await;
    let start = Command::StartPolling { kind, sites, dwell_s: Some(5), keep_absent: true, keep_no_picture: true, viewers };
    ask(&mcu, start).await;
    let step = mcu.operator().snapshot(&conference()).await.unwrap().rotation.broadcast_step.unwrap();
    assert_eq!(step.site, site("guiyang"));
    let mcu = mcu.restart().await;
    let mut relay = FakeRelay::dial(&mcu.socket(), "relay-2").await;
    let _mixer = FakeMixer::dial(&mcu.socket(), "mixer-2", 40_101).await;
    for name in ["hall", "guiyang", "anren"] {
        relay.join(name, Codec::H264).await;
    }
    let source = SourceId::from("weekly/site/anren/main");
    let next = |wanted: &mcu_media_api::RelayWanted| {
        wanted.routes.iter().any(|route| route.main.as_ref() == Some(&source) && !route.seat.0.contains("/monitor/"))
    };
    relay.until_wanted("anren's turn", next).await;
    assert!(now_ms() >= step.next_at_ms);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_acts_for_its_own_site_only() {
    let (mcu, _relay, _mixer) = joined(&["hall", "guiyang"]).await;
    let room = mcu_api::Client::new(&mcu.base, &mcu.site_token("guiyang"), None).unwrap();
    room.command(&conference(), &plain(Command::RequestFloor { site: site("guiyang") })).await.unwrap();
    let other = room.command(&conference(), &plain(Command::RequestFloor { site: site("anren") })).await.unwrap_err();
    let mcu_api::ClientError::Refused(problem) = other else { panic!("{other}") };
    assert_eq!(problem.code, Code::RightMissing);
    assert_eq!(mcu.operator().snapshot(&conference()).await.unwrap().floor_queue, [site("guiyang")]);
    let mut feed = Box::pin(room.site_feed(&conference(), &site("guiyang")).await.unwrap());
    ask(&mcu, Command::GrantFloor { site: None, seconds: Some(60), auto_end: false }).await;
    ask(&mcu, Command::SetSpeaker { site: site("guiyang"), speaker: Speaker::Muted }).await;
    let told = tokio::time::timeout(PATIENCE, async {
        loop {
            let feed = feed.next().await.unwrap().unwrap();
            if feed.speaker == Speaker::Muted {
                return feed;
            }
        }
    });
    let told = told.await.unwrap();
    assert!(matches!(told.prompts.as_slice(), [Prompt::Speak { ends_at_ms: Some(_) }]) && told.mic == Mic::Open);
    let both = mcu.client(&[right::CONFERENCE_PICTURE, right::CONFERENCE_VIEW]);
    let refused = both.command(&conference(), &plain(Command::CallToSpeak { site: site("hall"), seconds: None, auto_end: false })).await;
    assert!(refused.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_told_of_redials_channels_and_prompts() {
    let (mcu, mut relay, _mixer) = joined(&["hall", "guiyang"]).await;
    let room = mcu_api::Client::new(&mcu.base, &mcu.site_token("guiyang"), None).unwrap();
    let mut feed = Box::pin(room.site_feed(&conference(), &site("guiyang")).await.unwrap());
    let language = LanguageId::new("en").unwrap();
    let channel = Channel { language: language.clone(), name: "英语".to_owned(), name_en: "English".to_owned() };
    ask(&mcu, Command::OpenChannels { languages: vec![channel.clone()] }).await;
    let listen = Command::SetLanguage { site: site("guiyang"), language: Some(language.clone()) };
    room.command(&conference(), &plain(listen)).await.unwrap();
    ask(&mcu, Command::InviteContent { site: Some(site("guiyang")) }).await;
    ask(&mcu, Command::SetRedial { policy: Some(RedialPolicy { every_s: 5, tries: 3 }) }).await;
    relay.leave("guiyang").await;
    let told = tokio::time::timeout(PATIENCE, async {
        loop {
            let told = feed.next().await.unwrap().unwrap();
            if told.redials == 1 {
                return told;
            }
        }
    });
    let told = told.await.unwrap();
    assert_eq!((told.channels, told.listens_to, told.interprets), (vec![channel], Some(language), None));
    assert_eq!(told.prompts, [Prompt::ShowContent {}]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_main_picture_runs_the_plan_that_waits_for_it() {
    let (mcu, _relay, mut mixer) = joined(&["hall", "guiyang"]).await;
    let trigger = PlanTrigger { when: TriggerCause::PictureBlack { site: None }, for_s: 1, ask: false, even_locked: false };
    let commands = vec![Command::BroadcastSite { site: site("guiyang") }];
    let plan = EmergencyPlan { name: "black".to_owned(), title: "主会场黑屏".to_owned(), commands, trigger: Some(trigger) };
    ask(&mcu, Command::ArmPlan { plan }).await;
    let of_hall = |wanted: &MixerWanted| wanted.inputs.iter().find(|input| input.source.0 == "weekly/site/hall/main").cloned();
    mixer.until_wanted("the hall is on the wall", |wanted| of_hall(wanted).is_some()).await;
    let wanted = mixer.wanted.clone().unwrap();
    let ssrc = of_hall(&wanted).unwrap().ssrc;
    let faults = vec![PictureFault::Black { for_s: 3 }];
    let input = InputReport { ssrc, age_ms: Some(5), size_px: Some((320, 180)), decoded: 9, faults };
    let reported = MixerReported { revision: wanted.revision, inputs: vec![input], ..MixerReported::default() };
    mixer.say(FromMixer::Reported(reported)).await;
    let state = until("the plan ran", || async {
        let snapshot = mcu.operator().snapshot(&conference()).await.unwrap();
        matches!(snapshot.desk.plans[0].fired, Some(Fired::Ran { .. })).then_some(snapshot)
    })
    .await;
    assert_eq!(state.forced, Some(Forced::Site { site: site("guiyang") }));
}
