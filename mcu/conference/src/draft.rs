//! A command or a rule being decided: facts are made one by one on a copy of the state, so that each is decided upon those before it.

use mcu_api::{Event, Mic, MicChange, Rev, Setting, SiteId};

use crate::fields::fields;
use crate::presence::Presence;
use crate::refusal::{Refusal, not_seated, unknown_site};
use crate::state::{Site, State};

/// What is being decided.
pub(crate) struct Draft<'a> {
    /// As it will be.
    pub(crate) state: State,
    /// What makes it so.
    pub(crate) events: Vec<Event>,
    /// Milliseconds since 1970.
    pub(crate) now_ms: u64,
    /// The revision of all these facts.
    pub(crate) rev: Rev,
    /// Who decides.
    pub(crate) author: &'a str,
    /// The site that acts for itself, when it is one.
    pub(crate) own: Option<&'a SiteId>,
    /// Who was there when last looked.
    pub(crate) presence: &'a Presence,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(state: &State, now_ms: u64, author: &'a str, presence: &'a Presence) -> Self {
        Self { state: state.clone(), events: Vec::new(), now_ms, rev: state.rev.next(), author, own: None, presence }
    }

    /// Makes a fact. One that names an unknown site is none.
    pub(crate) fn push(&mut self, event: Event) {
        if self.state.set(&event).is_some() {
            for field in fields(&event) {
                self.state.touched.insert(field, self.rev);
            }
            self.events.push(event);
        }
    }

    /// Sets a field, unless it is so already.
    pub(crate) fn put(&mut self, after: Setting) {
        if let Some(before) = self.state.now(&after).filter(|before| *before != after) {
            self.push(Event::Changed { before, after });
        }
    }

    /// Opens or closes microphones; `wanted` says which, in site order.
    pub(crate) fn mics(&mut self, wanted: impl Fn(&Site) -> Option<Mic>) -> Vec<MicChange> {
        let change = |site: &Site| {
            let after = wanted(site).filter(|after| *after != site.mic)?;
            Some(MicChange { site: site.seat.site.clone(), before: site.mic, after })
        };
        let changes: Vec<MicChange> = self.state.seats().filter_map(change).collect();
        if !changes.is_empty() {
            self.push(Event::MicsChanged { changes: changes.clone() });
        }
        changes
    }

    /// The site of that id.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn known(&self, site: &SiteId) -> Result<&Site, Refusal> {
        self.state.site(site).ok_or_else(|| unknown_site(site))
    }

    /// The site of that id, in its seat.
    ///
    /// # Errors
    /// When there is none or it is not seated.
    pub(crate) fn seated(&self, site: &SiteId) -> Result<&Site, Refusal> {
        let found = self.known(site)?;
        if !found.seated {
            return Err(not_seated(site, &found.seat.name));
        }
        Ok(found)
    }

    /// Branches in site order: all seats but the main site's.
    pub(crate) fn branches(&self) -> Vec<SiteId> {
        self.state.seats().map(|site| site.seat.site.clone()).filter(|site| *site != self.state.main_site).collect()
    }

    /// The sites named, or all branches when none is.
    ///
    /// # Errors
    /// When one is not known, or there is none at all.
    pub(crate) fn listed(&self, sites: &[SiteId]) -> Result<Vec<SiteId>, Refusal> {
        let list = if sites.is_empty() { self.branches() } else { sites.to_vec() };
        for site in &list {
            self.known(site)?;
        }
        if list.is_empty() || list.len() > crate::MAX_SITES {
            return Err(crate::refusal::malformed(
                format!("name 1 to {} sites", crate::MAX_SITES),
                format!("请选择 1 到 {} 个会场", crate::MAX_SITES),
            ));
        }
        Ok(list)
    }
}
