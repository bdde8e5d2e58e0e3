//! A conference with its journal and presence, and random sequences for it.

#![allow(dead_code, unreachable_pub, reason = "shared by several test programs, none of which uses all of it")]

mod commands;

use mcu_api::{
    Channel, Command, CommandAnswer, CommandRequest, ConferenceId, Connection, Envelope, LanguageId, Mic, OpenConference, Origin, SiteId,
    SiteKind, SiteSeat,
};
use mcu_conference::{Conference, Input, Outcome, Presence, Refusal, SitePresence, State};
use proptest::prelude::*;

pub const ALL_RIGHTS: [&str; 3] = ["conference.picture", "conference.sound", "conference.affairs"];

pub fn site(number: usize) -> SiteId {
    SiteId::new(&format!("s{number}")).unwrap()
}

/// 0 gone, 1 watching only, 2 joined, 3 lost.
pub fn presence_of(state: u8) -> SitePresence {
    match state {
        0 => SitePresence::new(Connection::Absent, false),
        1 => SitePresence::new(Connection::Joining, false),
        2 => SitePresence::new(Connection::Joined, true),
        _ => SitePresence::new(Connection::Offline, false),
    }
}

pub fn open_with(count: usize, main: usize, mute_on_join: Option<Mic>, call_all: Option<bool>) -> OpenConference {
    let kind = |number| if number == main { SiteKind::MainHall } else { SiteKind::Branch };
    let seat =
        |number| SiteSeat { site: site(number), name: format!("会场{number}"), name_en: format!("Site {number}"), kind: kind(number) };
    OpenConference {
        conference: ConferenceId::new("c").unwrap(),
        title: "例会".to_owned(),
        sites: (0..count).map(seat).collect(),
        main_site: site(main),
        mute_on_join,
        call_all,
        rehearsal: false,
    }
}

pub fn opening() -> impl Strategy<Value = OpenConference> {
    let mic = prop_oneof![Just(None), Just(Some(Mic::Open)), Just(Some(Mic::Closed))];
    let calls = prop_oneof![3 => Just(None), 1 => Just(Some(false))];
    (2_usize..7, 0_usize..2, mic, calls).prop_map(|(count, main, mic, calls)| open_with(count, main, mic, calls))
}

#[derive(Debug, Clone)]
pub enum Step {
    /// A person at the desk, or with `author` above 1 a site that acts for itself.
    Ask {
        command: Command,
        key: Option<u8>,
        rights: u8,
        author: u8,
    },
    Presence {
        site: usize,
        state: u8,
    },
    /// Time goes on and the rules decide.
    Wait {
        ms: u64,
    },
    /// For half a second somebody speaks.
    Speak {
        site: usize,
        level: i8,
    },
}

pub fn sequence(longest: usize) -> impl Strategy<Value = Vec<Step>> {
    let key = prop_oneof![12 => Just(None), 1 => (0_u8..4).prop_map(Some)];
    let rights = prop_oneof![24 => Just(7_u8), 1 => 0_u8..7];
    let author = prop_oneof![12 => Just(0_u8), 2 => Just(1_u8), 3 => 2_u8..6];
    let ask = (commands::any(), key, rights, author).prop_map(|(command, key, rights, author)| Step::Ask { command, key, rights, author });
    // The main site, which is one of the first two, comes and goes more often, for triggers wait for it.
    let whose = prop_oneof![3 => 0_usize..7, 2 => 0_usize..2];
    let presence =
        (whose, prop_oneof![1 => 0_u8..2, 3 => Just(2_u8), 1 => Just(3_u8)]).prop_map(|(site, state)| Step::Presence { site, state });
    let wait = prop_oneof![Just(100_u64), Just(2_500), Just(9_000), Just(70_000)].prop_map(|ms| Step::Wait { ms });
    let speak = (0_usize..7, prop_oneof![Just(-60_i8), Just(-30_i8)]).prop_map(|(site, level)| Step::Speak { site, level });
    proptest::collection::vec(prop_oneof![6 => ask, 2 => presence, 1 => wait, 1 => speak], 1..=longest)
}

/// The wanted state without its counters and without what rules count by themselves: what undo has to bring back.
pub fn wishes(state: &State) -> String {
    let mut rotation = state.rotation.clone();
    (rotation.watch_step, rotation.broadcast_step, rotation.loudest) = (None, None, None);
    rotation.cells.clear();
    let mut sites = state.sites.clone();
    for site in &mut sites {
        site.redial = None;
    }
    let (mut speech, mut desk) = (state.speech.clone(), state.desk.clone());
    speech.over = false;
    desk.leases = mcu_api::Leases::default();
    (desk.program_locked_by, desk.plans) = (None, Vec::new());
    // Made again, a speech has done what it did in another revision.
    let mut forced = state.forced.clone();
    if let Some(mcu_api::Forced::CallToSpeak { speech, .. } | mcu_api::Forced::Dialogue { speech, .. }) = &mut forced {
        speech.rev = mcu_api::Rev(0);
    }
    let pictures = (&forced, &state.previous, &state.preview, &state.output, &state.content, &state.channels);
    format!("{sites:?} {rotation:?} {speech:?} {desk:?} {pictures:?} {:?} {}", state.settings, state.main_site)
}

pub struct World {
    pub conference: Conference,
    pub presence: Presence,
    pub journal: Vec<Envelope>,
    pub now_ms: u64,
}

impl World {
    pub fn new(open: OpenConference) -> Self {
        let rights = ALL_RIGHTS.map(str::to_owned);
        let opened = Conference::open(1_000, "operator", &rights, Origin::Desk, open).unwrap();
        let conference = Conference::opened(&opened).unwrap();
        Self { conference, presence: Presence::nobody(), journal: vec![opened], now_ms: 1_000 }
    }

    pub fn thirteen() -> Self {
        let mut world = Self::new(open_with(13, 0, None, None));
        for number in 0..13 {
            world.presence.set(site(number), presence_of(2));
        }
        world
    }

    pub fn twin(&self) -> Self {
        let conference = Conference::replay(&self.journal).unwrap();
        Self { conference, presence: self.presence.clone(), journal: self.journal.clone(), now_ms: self.now_ms }
    }

    /// What became of a command; for what rules decide, what they decided.
    pub fn step(&mut self, step: Step) -> Option<Result<Outcome, Refusal>> {
        match step {
            Step::Presence { site: number, state } => {
                self.presence.set(site(number), presence_of(state));
                None
            }
            Step::Wait { ms } => {
                self.wait(ms);
                None
            }
            Step::Speak { site: number, level } => {
                self.speak(number, level, 500);
                None
            }
            Step::Ask { command, key, rights, author } => {
                let mut held: Vec<&str> =
                    ALL_RIGHTS.iter().enumerate().filter(|(bit, _)| rights & (1 << bit) != 0).map(|(_, right)| *right).collect();
                let mut request = plain(command);
                request.idem_key = key.map(|key| format!("k{key}"));
                let own = author.checked_sub(2).map(|number| site(usize::from(number)));
                if own.is_some() {
                    held = vec!["site.self"];
                }
                let name =
                    own.as_ref().map_or_else(|| if author == 0 { "operator" } else { "second" }.to_owned(), |own| format!("room:{own}"));
                let answer = self.send_as(&name, &held, own.clone(), request.clone());
                // What asks for confirmation is confirmed, but for the end, which would end most sequences early.
                match answer {
                    Ok(Outcome { answer: CommandAnswer::NeedsConfirmation { token }, .. }) if request.command != Command::End {} => {
                        request.confirm = Some(token);
                        Some(self.send_as(&name, &held, own, request))
                    }
                    other => Some(other),
                }
            }
        }
    }

    /// Lets time pass, waking the rules when they are due.
    pub fn wait(&mut self, ms: u64) {
        let until_ms = self.now_ms + ms;
        for _ in 0..10_000 {
            self.tick();
            let due_ms = self.conference.deadline().unwrap_or(u64::MAX);
            assert!(due_ms > self.now_ms, "what is due is done");
            self.now_ms = due_ms.min(until_ms);
            if self.now_ms == until_ms {
                self.tick();
                return;
            }
        }
        panic!("the rules never rest");
    }

    /// The rules decide; asked again at once, they have nothing to add.
    pub fn tick(&mut self) -> Vec<Envelope> {
        let outcome = self.conference.tick(self.now_ms, &self.presence);
        self.keep(&outcome.envelopes);
        let again = self.conference.tick(self.now_ms, &self.presence);
        assert_eq!(again.envelopes, [], "a second look changes nothing");
        outcome.envelopes
    }

    /// One site at a level for so long, 25 reports a second, the others silent.
    pub fn speak(&mut self, number: usize, level: i8, ms: u64) {
        for _ in 0..ms / 40 {
            self.now_ms += 40;
            let levels: Vec<(SiteId, i8)> = (0..7).map(|other| (site(other), if other == number { level } else { -90 })).collect();
            let outcome = self.conference.levels(self.now_ms, &levels);
            self.keep(&outcome.envelopes);
        }
    }

    fn keep(&mut self, envelopes: &[Envelope]) {
        for envelope in envelopes {
            self.conference.apply(envelope).unwrap();
            self.journal.push(envelope.clone());
        }
    }

    pub fn ask(&mut self, command: Command) -> Result<Outcome, Refusal> {
        self.send(&ALL_RIGHTS, plain(command))
    }

    pub fn ask_with(&mut self, rights: &[&str], command: Command) -> Result<Outcome, Refusal> {
        self.send(rights, plain(command))
    }

    /// A site asks for itself.
    pub fn ask_own(&mut self, number: usize, command: Command) -> Result<Outcome, Refusal> {
        self.send_as("room", &["site.self"], Some(site(number)), plain(command))
    }

    /// Another person at the desk asks.
    pub fn ask_as(&mut self, author: &str, command: Command) -> Result<Outcome, Refusal> {
        self.send_as(author, &ALL_RIGHTS, None, plain(command))
    }

    pub fn send(&mut self, rights: &[&str], request: CommandRequest) -> Result<Outcome, Refusal> {
        self.send_as("operator", rights, None, request)
    }

    pub fn send_as(&mut self, author: &str, rights: &[&str], own: Option<SiteId>, request: CommandRequest) -> Result<Outcome, Refusal> {
        self.now_ms += 10;
        let rights = rights.iter().map(|right| (*right).to_owned()).collect();
        let fresh_token = format!("t{}", self.now_ms);
        let input = Input { author: author.to_owned(), rights, site: own, origin: Origin::Desk, request, fresh_token };
        let outcome = self.conference.handle(self.now_ms, input)?;
        self.keep(&outcome.envelopes);
        Ok(outcome)
    }

    /// Gives a dangerous command and confirms it.
    pub fn confirmed(&mut self, author: &str, command: Command) -> Result<Outcome, Refusal> {
        let CommandAnswer::NeedsConfirmation { token } = self.ask_as(author, command.clone())?.answer else {
            panic!("it asks first");
        };
        let mut request = plain(command);
        request.confirm = Some(token);
        self.send_as(author, &ALL_RIGHTS, None, request)
    }

    /// Gives all leases back, each by its holder; one that somebody asked for goes to him first.
    pub fn release_leases(&mut self) {
        for area in [mcu_api::Area::Picture, mcu_api::Area::Sound, mcu_api::Area::Affairs] {
            for _ in 0..3 {
                let leases = &self.conference.state().desk.leases;
                let lease = match area {
                    mcu_api::Area::Picture => &leases.picture,
                    mcu_api::Area::Sound => &leases.sound,
                    mcu_api::Area::Affairs => &leases.affairs,
                };
                let Some(holder) = lease.as_ref().map(|lease| lease.holder.clone()) else { break };
                self.ask_as(&holder, Command::ReleaseLease { area }).unwrap();
            }
        }
    }

    /// Ends the conference, confirming it.
    pub fn end(&mut self) {
        self.confirmed("operator", Command::End {}).unwrap();
    }
}

/// English and Uyghur.
pub fn channels() -> Vec<Channel> {
    let channel = |id: &str, name: &str, name_en: &str| Channel {
        language: LanguageId::new(id).unwrap(),
        name: name.to_owned(),
        name_en: name_en.to_owned(),
    };
    vec![channel("en", "英语", "English"), channel("ug", "维吾尔语", "Uyghur")]
}

pub fn plain(command: Command) -> CommandRequest {
    CommandRequest { command, expect_rev: None, idem_key: None, confirm: None }
}
