//! The wanted state of a conference and the only way it changes: by applying journalled facts.

use std::collections::{BTreeMap, VecDeque};

use mcu_api::{
    Channel, ConferenceId, ConferencePhase, Content, Desk, Envelope, Event, FloorRequest, Forced, LanguageId, Mic, OpenConference, Output,
    Picture, Redial, Rev, Rotation, Settings, SiteId, SiteSeat, Speaker, Speech, ViewSource,
};

use crate::fields::Field;
use crate::history::{Change, Taken};
use crate::layouts::shipped_cells;

/// Idempotency keys remembered. A client repeats within seconds; 256 commands are minutes of the busiest desk.
pub(crate) const MAX_KEYS: usize = 256;

/// Why a journal does not make a conference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The first fact is not the opening.
    #[error("the journal does not begin with the opening of a conference")]
    NotOpened,
    /// A fact of another conference.
    #[error("the journal holds a fact of conference {0}; it was mixed up with another file")]
    OtherConference(ConferenceId),
    /// A revision missing or out of order.
    #[error("the journal goes from revision {had} to {got}; a line is missing or moved")]
    Gap {
        /// Before.
        had: u64,
        /// The one that does not follow.
        got: u64,
    },
    /// A fact that names something the conference does not have.
    #[error("the fact of revision {0} names something this conference does not have")]
    Unknown(u64),
}

/// One seat and what is wanted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// As opened.
    pub seat: SiteSeat,
    /// Taken out of the conference; kept only so that it can be taken back.
    pub removed: bool,
    /// Seated by call, unseated by hang-up.
    pub seated: bool,
    /// Wanted microphone.
    pub mic: Mic,
    /// It cannot open its microphone itself.
    pub mute_locked: bool,
    /// Wanted loudspeaker.
    pub speaker: Speaker,
    /// How much louder it is made.
    pub gain_db: i8,
    /// Whom it hears; `None` is everybody.
    pub mix_members: Option<Vec<SiteId>>,
    /// Its sound goes to this language's channel and to no mix of the floor.
    pub interprets: Option<LanguageId>,
    /// The channel it hears; `None` is the floor.
    pub listens_to: Option<LanguageId>,
    /// Its own picture, when one was chosen for it.
    pub view: ViewSource,
    /// It may not change that itself.
    pub view_locked: bool,
    /// It has chosen that itself.
    pub view_own: bool,
    /// Words of its own slate.
    pub slate: Option<String>,
    /// Its request for the floor.
    pub floor: Option<FloorRequest>,
    /// It asks for the chair.
    pub wants_chair: bool,
    /// Its lost terminal is being called again.
    pub redial: Option<Redial>,
}

/// The wanted state. Equal journals give equal states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its id.
    pub conference: ConferenceId,
    /// Title as shown on screen.
    pub title: String,
    /// Counts the accepted changes.
    pub rev: Rev,
    /// Running or ended.
    pub phase: ConferencePhase,
    /// 彩排
    pub rehearsal: bool,
    /// Milliseconds since 1970.
    pub opened_at_ms: u64,
    /// The main site.
    pub main_site: SiteId,
    /// In fixed site order, with those taken out; see [`State::seats`].
    pub sites: Vec<Site>,
    /// At most one forced picture.
    pub forced: Option<Forced>,
    /// What was forced before.
    pub previous: Option<Forced>,
    /// The operator's preview.
    pub preview: Option<Picture>,
    /// Of the whole conference.
    pub settings: Settings,
    /// Pollings and voice switch.
    pub rotation: Rotation,
    /// Chair, timer, roll call.
    pub speech: Speech,
    /// The second stream.
    pub content: Content,
    /// Interpretation channels that are open.
    pub channels: Vec<Channel>,
    /// What people at the desk share.
    pub desk: Desk,
    /// What leaves the conference.
    pub output: Output,
    pub(crate) changes: VecDeque<Change>,
    pub(crate) taken: VecDeque<Taken>,
    pub(crate) touched: BTreeMap<Field, Rev>,
    pub(crate) answered: VecDeque<(String, String, Rev)>,
}

impl State {
    /// The state right after the opening.
    ///
    /// # Errors
    /// When the envelope is not an opening.
    pub fn opened(envelope: &Envelope) -> Result<Self, ReplayError> {
        let Event::Opened { open } = &envelope.event else {
            return Err(ReplayError::NotOpened);
        };
        let mute_on_join = open.mute_on_join.unwrap_or(Mic::Closed);
        let settings = Settings {
            locked: false,
            ends_at_ms: None,
            auto_end: false,
            mute_on_join,
            free_view: false,
            redial: None,
            multi_picture: None,
            slate: None,
            fade_ms: 0,
            overlays: Vec::new(),
        };
        let mut state = Self {
            conference: open.conference.clone(),
            title: open.title.clone(),
            rev: envelope.rev,
            phase: ConferencePhase::Running,
            rehearsal: open.rehearsal,
            opened_at_ms: envelope.at_ms,
            main_site: open.main_site.clone(),
            sites: open.sites.iter().map(|seat| new_site(open, seat, mute_on_join)).collect(),
            forced: None,
            previous: None,
            preview: None,
            settings,
            rotation: Rotation::default(),
            speech: Speech::default(),
            content: Content::default(),
            channels: Vec::new(),
            desk: Desk::default(),
            output: Output::default(),
            changes: VecDeque::new(),
            taken: VecDeque::new(),
            touched: BTreeMap::new(),
            answered: VecDeque::new(),
        };
        state.remember_key(envelope);
        Ok(state)
    }

    /// The site of that id, unless it was taken out.
    #[must_use]
    pub fn site(&self, site: &SiteId) -> Option<&Site> {
        self.seats().find(|candidate| candidate.seat.site == *site)
    }

    /// All sites but those taken out, in fixed site order.
    pub fn seats(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(|site| !site.removed)
    }

    /// Whether a site is there and has its seat.
    #[must_use]
    pub fn is_seated(&self, site: &SiteId) -> bool {
        self.site(site).is_some_and(|found| found.seated)
    }

    /// Whether a site has its seat and speaks for itself: an interpreter speaks for others, so pictures do not follow its voice.
    #[must_use]
    pub fn is_on_floor(&self, site: &SiteId) -> bool {
        self.site(site).is_some_and(|found| found.seated && found.interprets.is_none())
    }

    /// The forced picture as a picture; `None` when nothing is forced, or a polling that has nobody.
    #[must_use]
    pub fn forced_picture(&self) -> Option<Picture> {
        match self.forced.as_ref()? {
            Forced::Site { site } | Forced::CallToSpeak { site, .. } => Some(Picture::Site { site: site.clone() }),
            Forced::Layout { layout } => Some(Picture::Layout { layout: layout.clone() }),
            Forced::Dialogue { site, .. } => Some(Picture::Layout { layout: self.dialogue(site) }),
            Forced::Polling { .. } => {
                let step = self.rotation.broadcast_step.as_ref().filter(|step| self.is_seated(&step.site))?;
                Some(Picture::Site { site: step.site.clone() })
            }
        }
    }

    /// What the program monitor shows: the forced picture, else whoever speaks where the voice switch is on, else the main site.
    #[must_use]
    pub fn program(&self) -> Picture {
        let spoken =
            self.rotation.voice_switch.as_ref().and(self.rotation.loudest.as_ref()).filter(|loudest| self.is_on_floor(&loudest.site));
        let own = || Picture::Site { site: spoken.map_or_else(|| self.main_site.clone(), |loudest| loudest.site.clone()) };
        self.forced_picture().unwrap_or_else(own)
    }

    /// What undo would take back.
    #[must_use]
    pub fn last_change(&self) -> Option<&Change> {
        self.changes.back()
    }

    /// What redo would do again.
    #[must_use]
    pub fn last_taken_back(&self) -> Option<&Taken> {
        self.taken.back()
    }

    /// Seated sites that ask for the floor, first come first.
    #[must_use]
    pub fn floor_queue(&self) -> Vec<SiteId> {
        let mut queue: Vec<(u64, SiteId)> = self
            .seats()
            .filter(|site| site.seated)
            .filter_map(|site| site.floor.as_ref().map(|request| (request.order, site.seat.site.clone())))
            .collect();
        queue.sort();
        queue.into_iter().map(|(_, site)| site).collect()
    }

    /// Applies one fact. Facts of one command carry one revision and follow each other.
    ///
    /// # Errors
    /// When the fact does not follow on this state.
    pub fn apply(&mut self, envelope: &Envelope) -> Result<(), ReplayError> {
        if envelope.conference != self.conference {
            return Err(ReplayError::OtherConference(envelope.conference.clone()));
        }
        let first = Rev(1);
        let follows = envelope.rev == self.rev.next() || (envelope.rev == self.rev && self.rev > first);
        if !follows || self.phase == ConferencePhase::Ended {
            return Err(ReplayError::Gap { had: self.rev.0, got: envelope.rev.0 });
        }
        let unknown = ReplayError::Unknown(envelope.rev.0);
        match &envelope.event {
            Event::Opened { .. } => return Err(ReplayError::Gap { had: self.rev.0, got: envelope.rev.0 }),
            Event::Ended {} => self.phase = ConferencePhase::Ended,
            Event::Undone { rev, effect } => self.undone(*rev, effect).ok_or(unknown)?,
            Event::Redone { rev, effect } => self.redone(envelope, *rev, effect).ok_or(unknown)?,
            Event::SiteCalled { .. }
            | Event::SiteHungUp { .. }
            | Event::ForcedChanged { .. }
            | Event::MicsChanged { .. }
            | Event::ViewChanged { .. }
            | Event::PreviewChanged { .. }
            | Event::Changed { .. } => {
                self.set(&envelope.event).ok_or(unknown)?;
                self.remember_change(envelope, &envelope.event);
            }
        }
        self.rev = envelope.rev;
        self.remember_key(envelope);
        Ok(())
    }

    /// Main site and branch side by side.
    fn dialogue(&self, branch: &SiteId) -> mcu_api::Layout {
        let mut cells: Vec<mcu_api::Cell> = shipped_cells(DIALOGUE_GRID).into_iter().take(2).collect();
        for (cell, site) in cells.iter_mut().zip([&self.main_site, branch]) {
            cell.y = DIALOGUE_TOP;
            cell.source = mcu_api::CellSource::Site { site: site.clone() };
        }
        mcu_api::Layout { name: "dialogue".to_owned(), cells }
    }

    fn remember_key(&mut self, envelope: &Envelope) {
        let Some(key) = &envelope.idem_key else { return };
        let entry = (envelope.author.clone(), key.clone(), envelope.rev);
        if self.answered.back() == Some(&entry) {
            return;
        }
        if self.answered.len() == MAX_KEYS {
            self.answered.pop_front();
        }
        self.answered.push_back(entry);
    }
}

/// The two parties of a dialogue are as large as the upper cells of this grid…
const DIALOGUE_GRID: &str = "2x2";
/// …and stand in the middle, in per-mille.
const DIALOGUE_TOP: u16 = 250;

fn new_site(open: &OpenConference, seat: &SiteSeat, mute_on_join: Mic) -> Site {
    Site {
        seat: seat.clone(),
        removed: false,
        seated: open.call_all.unwrap_or(true),
        mic: if seat.site == open.main_site { Mic::Open } else { mute_on_join },
        mute_locked: false,
        speaker: Speaker::On,
        gain_db: 0,
        mix_members: None,
        interprets: None,
        listens_to: None,
        view: ViewSource::None,
        view_locked: false,
        view_own: false,
        slate: None,
        floor: None,
        wants_chair: false,
        redial: None,
    }
}
