//! What was on air and whose microphones were open, from the conference's envelopes. Pure.

use std::collections::BTreeSet;

use mcu_api::{CellSource, Envelope, Event, Forced, Layout, Mic, Origin, PollingKind, RollCallScore, Setting, SiteId};

/// How the conference stands.
#[derive(Debug, Clone, Default)]
struct Stand {
    main_site: Option<SiteId>,
    forced: Option<Forced>,
    /// Whose turn a broadcast polling has.
    turn: Option<SiteId>,
    /// Everybody sees a slate.
    slate: bool,
    /// Microphones that are open.
    open: BTreeSet<SiteId>,
}

/// The state as far as the debrief wants it.
#[derive(Debug, Clone, Default)]
pub(super) struct Air {
    stand: Stand,
    asked: Option<SiteId>,
    scored: Vec<(SiteId, RollCallScore, bool)>,
}

/// One change with what it changed.
#[derive(Debug)]
pub(super) struct Moment<'a> {
    pub envelope: &'a Envelope,
    /// On air before and after.
    pub before: BTreeSet<SiteId>,
    pub after: BTreeSet<SiteId>,
    /// Microphones open before and after.
    pub mics_before: BTreeSet<SiteId>,
    pub mics_after: BTreeSet<SiteId>,
    /// Scores of the roll call given by it; whether by hand.
    pub scored: Vec<(SiteId, RollCallScore, bool)>,
    /// Whom a roll call asks after it.
    pub asked: Option<SiteId>,
}

impl Moment<'_> {
    /// Whether a person did it.
    pub(super) fn by_person(&self) -> bool {
        match self.envelope.origin {
            Origin::Desk | Origin::Tablet | Origin::Api => true,
            Origin::Rule => false,
        }
    }
}

/// Follows the envelopes, of which the opening is the first.
pub(super) fn follow(envelopes: &[Envelope]) -> Vec<Moment<'_>> {
    let mut air = Air::default();
    let mut moments = Vec::new();
    for envelope in envelopes {
        let (before, mics_before) = (air.shown(), air.stand.open.clone());
        let rows = air.scored.clone();
        air.fold(&envelope.event);
        let scored = air.scored.iter().filter(|row| !rows.contains(row)).cloned().collect();
        let (after, mics_after, asked) = (air.shown(), air.stand.open.clone(), air.asked.clone());
        moments.push(Moment { envelope, before, after, mics_before, mics_after, scored, asked });
    }
    moments
}

fn sites_of(layout: &Layout) -> BTreeSet<SiteId> {
    let site = |source: &CellSource| if let CellSource::Site { site } = source { Some(site.clone()) } else { None };
    layout.cells.iter().filter_map(|cell| site(&cell.source)).collect()
}

impl Air {
    /// The sites on air; none while a slate stands.
    fn shown(&self) -> BTreeSet<SiteId> {
        let stand = &self.stand;
        if stand.slate {
            return BTreeSet::new();
        }
        match &stand.forced {
            None => stand.main_site.iter().cloned().collect(),
            Some(Forced::Site { site } | Forced::CallToSpeak { site, .. }) => BTreeSet::from([site.clone()]),
            Some(Forced::Layout { layout }) => sites_of(layout),
            Some(Forced::Dialogue { site, .. }) => stand.main_site.iter().chain([site]).cloned().collect(),
            Some(Forced::Polling { .. }) => stand.turn.iter().cloned().collect(),
        }
    }

    fn fold(&mut self, event: &Event) {
        match event {
            Event::Opened { open } => {
                let is_open = open.mute_on_join == Some(Mic::Open);
                let seats = open.sites.iter().map(|seat| seat.site.clone());
                let open_mics = seats.filter(|site| is_open || *site == open.main_site).collect();
                self.stand = Stand { main_site: Some(open.main_site.clone()), open: open_mics, ..Stand::default() };
            }
            Event::ForcedChanged { after, .. } => self.stand.forced.clone_from(after),
            Event::MicsChanged { changes } => {
                for change in changes {
                    if change.after == Mic::Open {
                        self.stand.open.insert(change.site.clone());
                    } else {
                        self.stand.open.remove(&change.site);
                    }
                }
            }
            Event::Changed { after, .. } => self.set(after),
            Event::Redone { effect, .. } | Event::Undone { effect, .. } => effect.iter().for_each(|event| self.fold(event)),
            Event::SiteCalled { .. }
            | Event::SiteHungUp { .. }
            | Event::ViewChanged { .. }
            | Event::PreviewChanged { .. }
            | Event::Ended {} => {}
        }
    }

    fn set(&mut self, setting: &Setting) {
        if let Setting::MainSite { site } = setting {
            self.stand.main_site = Some(site.clone());
        } else if let Setting::PollingStep { kind: PollingKind::Broadcast, step } = setting {
            self.stand.turn = step.as_ref().map(|step| step.site.clone());
        } else if let Setting::Slate { text } = setting {
            self.stand.slate = text.is_some();
        } else if let Setting::RollCall { roll_call } = setting {
            let roll_call = roll_call.as_ref();
            self.asked = roll_call.and_then(|found| found.turn.as_ref()).map(|turn| turn.site.clone());
            let rows = roll_call.map(|found| found.rows.as_slice()).unwrap_or_default();
            self.scored = rows.iter().filter_map(|row| Some((row.site.clone(), row.score?, row.by_hand))).collect();
        }
    }
}
