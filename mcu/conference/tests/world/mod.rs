//! A conference with its journal and presence, and random sequences for it.

#![allow(dead_code, unreachable_pub, reason = "shared by several test programs, none of which uses all of it")]

use mcu_api::{
    Cell, CellSource, Command, CommandAnswer, CommandRequest, ConferenceId, Connection, Envelope, Layout, Mic, OpenConference, Origin,
    Picture, Rev, SiteId, SiteKind, SiteSeat, Transition, ViewSource,
};
use mcu_conference::{Conference, Input, Outcome, Presence, Refusal, Site, SitePresence, State};
use proptest::prelude::*;

pub const ALL_RIGHTS: [&str; 3] = ["conference.picture", "conference.sound", "conference.affairs"];

pub fn site(number: usize) -> SiteId {
    SiteId::new(&format!("s{number}")).unwrap()
}

/// 0 gone, 1 watching only, 2 joined, 3 lost.
pub fn presence_of(state: u8) -> SitePresence {
    match state {
        0 => SitePresence { connection: Connection::Absent, publishes: false },
        1 => SitePresence { connection: Connection::Joining, publishes: false },
        2 => SitePresence { connection: Connection::Joined, publishes: true },
        _ => SitePresence { connection: Connection::Offline, publishes: false },
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
    }
}

pub fn opening() -> impl Strategy<Value = OpenConference> {
    let mic = prop_oneof![Just(None), Just(Some(Mic::Open)), Just(Some(Mic::Closed))];
    let calls = prop_oneof![3 => Just(None), 1 => Just(Some(false))];
    (2_usize..7, 0_usize..2, mic, calls).prop_map(|(count, main, mic, calls)| open_with(count, main, mic, calls))
}

#[derive(Debug, Clone)]
pub enum Step {
    Ask { command: Command, key: Option<u8>, rights: u8 },
    Presence { site: usize, state: u8 },
}

pub fn sequence(longest: usize) -> impl Strategy<Value = Vec<Step>> {
    let key = prop_oneof![6 => Just(None), 1 => (0_u8..4).prop_map(Some)];
    let rights = prop_oneof![12 => Just(7_u8), 1 => 0_u8..7];
    let ask = (command(), key, rights).prop_map(|(command, key, rights)| Step::Ask { command, key, rights });
    let presence =
        (0_usize..7, prop_oneof![1 => 0_u8..2, 3 => Just(2_u8), 1 => Just(3_u8)]).prop_map(|(site, state)| Step::Presence { site, state });
    proptest::collection::vec(prop_oneof![2 => ask, 1 => presence], 1..=longest)
}

fn any_site() -> impl Strategy<Value = SiteId> {
    (0_usize..8).prop_map(site)
}

fn layout() -> impl Strategy<Value = Layout> {
    let source =
        prop_oneof![4 => any_site().prop_map(|site| CellSource::Site { site }), 1 => Just(CellSource::Main), 1 => Just(CellSource::Blank)];
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

fn command() -> impl Strategy<Value = Command> {
    let mic = prop_oneof![Just(Mic::Open), Just(Mic::Closed)];
    prop_oneof![
        2 => any_site().prop_map(|site| Command::Call { site }),
        1 => Just(Command::CallAllAbsent {}),
        2 => any_site().prop_map(|site| Command::HangUp { site }),
        4 => any_site().prop_map(|site| Command::BroadcastSite { site }),
        3 => layout().prop_map(|layout| Command::BroadcastLayout { layout }),
        2 => Just(Command::CancelBroadcast {}),
        4 => (any_site(), mic).prop_map(|(site, mic)| Command::SetMic { site, mic }),
        2 => Just(Command::MuteAll {}),
        4 => (any_site(), view(), any::<bool>()).prop_map(|(viewer, source, locked)| Command::SelectView { viewer, source, locked }),
        3 => proptest::option::of(picture()).prop_map(|picture| Command::SetPreview { picture }),
        2 => Just(Command::Take { transition: Transition::Cut }),
        4 => proptest::option::of((1_u64..12).prop_map(Rev)).prop_map(|rev| Command::Undo { rev }),
        1 => Just(Command::End {}),
    ]
}

/// The wanted state without its counters: what undo has to bring back.
pub fn wishes(state: &State) -> (Vec<Site>, Option<Picture>, Option<Picture>) {
    (state.sites.clone(), state.forced.clone(), state.preview.clone())
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

    pub fn step(&mut self, step: Step) -> Option<Result<Outcome, Refusal>> {
        match step {
            Step::Presence { site: number, state } => {
                self.presence.set(site(number), presence_of(state));
                None
            }
            Step::Ask { command, key, rights } => {
                let held: Vec<&str> =
                    ALL_RIGHTS.iter().enumerate().filter(|(bit, _)| rights & (1 << bit) != 0).map(|(_, right)| *right).collect();
                let mut request = plain(command);
                request.idem_key = key.map(|key| format!("k{key}"));
                Some(self.send(&held, request))
            }
        }
    }

    pub fn ask(&mut self, command: Command) -> Result<Outcome, Refusal> {
        self.send(&ALL_RIGHTS, plain(command))
    }

    pub fn ask_with(&mut self, rights: &[&str], command: Command) -> Result<Outcome, Refusal> {
        self.send(rights, plain(command))
    }

    pub fn send(&mut self, rights: &[&str], request: CommandRequest) -> Result<Outcome, Refusal> {
        self.now_ms += 10;
        let rights = rights.iter().map(|right| (*right).to_owned()).collect();
        let fresh_token = format!("t{}", self.now_ms);
        let input = Input { author: "operator".to_owned(), rights, origin: Origin::Desk, request, fresh_token };
        let outcome = self.conference.handle(self.now_ms, input)?;
        for envelope in &outcome.envelopes {
            self.conference.apply(envelope).unwrap();
            self.journal.push(envelope.clone());
        }
        Ok(outcome)
    }

    /// Ends the conference, confirming it.
    pub fn end(&mut self) {
        let CommandAnswer::NeedsConfirmation { token } = self.ask(Command::End {}).unwrap().answer else {
            panic!("ending asks first");
        };
        let mut request = plain(Command::End {});
        request.confirm = Some(token);
        self.send(&ALL_RIGHTS, request).unwrap();
    }
}

pub fn plain(command: Command) -> CommandRequest {
    CommandRequest { command, expect_rev: None, idem_key: None, confirm: None }
}
