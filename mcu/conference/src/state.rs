//! The wanted state of a conference and the only way it changes: by applying journalled facts.

use std::collections::{BTreeMap, VecDeque};

use mcu_api::{ConferenceId, ConferencePhase, Envelope, Event, Mic, OpenConference, Picture, Rev, SiteId, SiteSeat, ViewSource};

/// Changes that can be taken back: a long meeting's worth of slips, bounded so that state and replay stay small.
const MAX_CHANGES: usize = 256;
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
    /// Seated by call, unseated by hang-up.
    pub seated: bool,
    /// Wanted microphone.
    pub mic: Mic,
    /// Its own picture, when one was chosen for it.
    pub view: ViewSource,
    /// It may not change that itself.
    pub view_locked: bool,
}

/// A field that a change can touch; undo asks whether one was touched since.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Seated(SiteId),
    Mic(SiteId),
    View(SiteId),
    Forced,
    Preview,
}

/// A change that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its revision.
    pub rev: Rev,
    /// Who made it.
    pub author: String,
    /// The right it used; undoing it needs the same.
    pub right: String,
    /// What it did, in order.
    pub events: Vec<Event>,
    /// For each field it touched: the revision that had touched it before.
    pub(crate) before: BTreeMap<Field, Option<Rev>>,
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
    /// Milliseconds since 1970.
    pub opened_at_ms: u64,
    /// The main site.
    pub main_site: SiteId,
    /// What a joiner's microphone gets.
    pub mute_on_join: Mic,
    /// In fixed site order.
    pub sites: Vec<Site>,
    /// At most one forced picture.
    pub forced: Option<Picture>,
    /// The operator's preview.
    pub preview: Option<Picture>,
    pub(crate) changes: VecDeque<Change>,
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
        let mut state = Self {
            conference: open.conference.clone(),
            title: open.title.clone(),
            rev: envelope.rev,
            phase: ConferencePhase::Running,
            opened_at_ms: envelope.at_ms,
            main_site: open.main_site.clone(),
            mute_on_join,
            sites: open.sites.iter().map(|seat| new_site(open, seat, mute_on_join)).collect(),
            forced: None,
            preview: None,
            changes: VecDeque::new(),
            touched: BTreeMap::new(),
            answered: VecDeque::new(),
        };
        state.remember_key(envelope);
        Ok(state)
    }

    /// The site of that id.
    #[must_use]
    pub fn site(&self, site: &SiteId) -> Option<&Site> {
        self.sites.iter().find(|candidate| candidate.seat.site == *site)
    }

    /// What the program monitor shows: the forced picture, else the main site.
    #[must_use]
    pub fn program(&self) -> Picture {
        self.forced.clone().unwrap_or_else(|| Picture::Site { site: self.main_site.clone() })
    }

    /// What undo would take back.
    #[must_use]
    pub fn last_change(&self) -> Option<&Change> {
        self.changes.back()
    }

    /// Applies one fact. Facts of one command carry one revision and follow each other.
    ///
    /// # Errors
    /// When the fact does not follow on this state.
    pub fn apply(&mut self, envelope: &Envelope) -> Result<(), ReplayError> {
        if envelope.conference != self.conference {
            return Err(ReplayError::OtherConference(envelope.conference.clone()));
        }
        let same_command = envelope.rev == self.rev && self.changes.back().is_some_and(|change| change.rev == self.rev);
        if !same_command && envelope.rev != self.rev.next() || self.phase == ConferencePhase::Ended {
            return Err(ReplayError::Gap { had: self.rev.0, got: envelope.rev.0 });
        }
        match &envelope.event {
            Event::Opened { .. } => return Err(ReplayError::Gap { had: self.rev.0, got: envelope.rev.0 }),
            Event::Ended {} => self.phase = ConferencePhase::Ended,
            Event::Undone { rev, effect } => self.undone(*rev, effect, envelope.rev)?,
            Event::SiteCalled { .. }
            | Event::SiteHungUp { .. }
            | Event::ForcedChanged { .. }
            | Event::MicsChanged { .. }
            | Event::ViewChanged { .. }
            | Event::PreviewChanged { .. } => {
                self.set(&envelope.event).ok_or(ReplayError::Unknown(envelope.rev.0))?;
                self.remember_change(envelope);
            }
        }
        self.rev = envelope.rev;
        self.remember_key(envelope);
        Ok(())
    }

    /// Sets the fields an event names; `None` when it names an unknown site. Nothing else is touched, so undo and rehearsal of an undo use it too.
    pub(crate) fn set(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::SiteCalled { site } => self.site_mut(site)?.seated = true,
            Event::SiteHungUp { site } => self.site_mut(site)?.seated = false,
            Event::ForcedChanged { after, .. } => self.forced.clone_from(after),
            Event::PreviewChanged { after, .. } => self.preview.clone_from(after),
            Event::MicsChanged { changes } => {
                for change in changes {
                    self.site_mut(&change.site)?.mic = change.after;
                }
            }
            Event::ViewChanged { viewer, after, after_locked, .. } => {
                let site = self.site_mut(viewer)?;
                site.view = after.clone();
                site.view_locked = *after_locked;
            }
            Event::Opened { .. } | Event::Undone { .. } | Event::Ended {} => return None,
        }
        Some(())
    }

    fn undone(&mut self, rev: Rev, effect: &[Event], at: Rev) -> Result<(), ReplayError> {
        let index = self.changes.iter().position(|change| change.rev == rev).ok_or(ReplayError::Unknown(at.0))?;
        for event in effect {
            self.set(event).ok_or(ReplayError::Unknown(at.0))?;
        }
        let Some(change) = self.changes.remove(index) else {
            return Err(ReplayError::Unknown(at.0));
        };
        for (field, before) in change.before {
            match before {
                Some(rev) => self.touched.insert(field, rev),
                None => self.touched.remove(&field),
            };
        }
        Ok(())
    }

    fn site_mut(&mut self, site: &SiteId) -> Option<&mut Site> {
        self.sites.iter_mut().find(|candidate| candidate.seat.site == *site)
    }

    fn remember_change(&mut self, envelope: &Envelope) {
        if self.changes.back().is_none_or(|change| change.rev != envelope.rev) {
            if self.changes.len() == MAX_CHANGES {
                self.changes.pop_front();
            }
            self.changes.push_back(Change {
                rev: envelope.rev,
                author: envelope.author.clone(),
                right: envelope.right.clone(),
                events: Vec::new(),
                before: BTreeMap::new(),
            });
        }
        let Some(change) = self.changes.back_mut() else { return };
        for field in fields(&envelope.event) {
            let before = self.touched.insert(field.clone(), envelope.rev);
            change.before.entry(field).or_insert(before);
        }
        change.events.push(envelope.event.clone());
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

fn new_site(open: &OpenConference, seat: &SiteSeat, mute_on_join: Mic) -> Site {
    let mic = if seat.site == open.main_site { Mic::Open } else { mute_on_join };
    Site { seat: seat.clone(), seated: open.call_all.unwrap_or(true), mic, view: ViewSource::None, view_locked: false }
}

/// The fields an event sets.
pub(crate) fn fields(event: &Event) -> Vec<Field> {
    match event {
        Event::SiteCalled { site } | Event::SiteHungUp { site } => vec![Field::Seated(site.clone())],
        Event::ForcedChanged { .. } => vec![Field::Forced],
        Event::PreviewChanged { .. } => vec![Field::Preview],
        Event::MicsChanged { changes } => changes.iter().map(|change| Field::Mic(change.site.clone())).collect(),
        Event::ViewChanged { viewer, .. } => vec![Field::View(viewer.clone())],
        Event::Opened { .. } | Event::Undone { .. } | Event::Ended {} => Vec::new(),
    }
}
