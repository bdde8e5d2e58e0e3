//! A meeting's entries in order, with everybody's names.

use std::collections::BTreeMap;

use mcu_api::{Envelope, Event, Origin, Setting, SiteId, SiteSeat, rights};

use super::{Meeting, Span, Text};
use crate::chronicle::entry::{Entry, What};
use crate::chronicle::phrases::{Saying, Zone, effects, is_routine};
use crate::chronicle::words::Language;

/// A meeting as it went.
pub(super) struct Course {
    pub(super) meeting: Meeting,
    pub(super) entries: Vec<Entry>,
    /// In the fixed order of sites, then whoever else is named.
    pub(super) seats: Vec<SiteSeat>,
    /// Ids of sites of which nothing but the id is known.
    pub(super) nameless: Vec<SiteId>,
    /// The main site as set last.
    pub(super) main_site: Option<SiteId>,
    pub(super) span: Span,
    zh: Saying,
    en: Saying,
}

/// All facts of one revision.
pub(super) struct Change<'a> {
    pub(super) at_ms: u64,
    pub(super) rev: u64,
    pub(super) first: &'a Envelope,
    pub(super) events: Vec<&'a Event>,
}

impl<'a> Change<'a> {
    /// What really changed.
    pub(super) fn effects(&self) -> impl Iterator<Item = &'a Event> + use<'a> {
        self.events.clone().into_iter().flat_map(effects)
    }

    /// Whether the MCU did it by itself.
    pub(super) fn is_rule(&self) -> bool {
        self.first.origin == Origin::Rule
    }

    /// Whether a person at the desk did it.
    pub(super) fn is_act(&self) -> bool {
        !self.is_rule() && self.first.right != rights::SITE_SELF
    }

    /// Whether it says nothing afterwards.
    pub(super) fn is_routine(&self) -> bool {
        self.is_rule() && self.events.iter().all(|event| is_routine(event))
    }

    /// Who did it; `None` is the MCU.
    pub(super) fn author(&self) -> Option<String> {
        (!self.is_rule()).then(|| self.first.author.clone())
    }
}

impl Course {
    pub(super) fn new(meeting: Meeting, mut entries: Vec<Entry>, zone: Zone) -> Self {
        // Facts of one revision stay as they were journalled; everything else has an order of its own, so that it does not matter how it came.
        entries.sort_by_key(|entry| {
            if let What::Fact { envelope } = &entry.what {
                return (entry.at_ms, envelope.rev.0, None, String::new());
            }
            (entry.at_ms, u64::MAX, entry.site.clone(), serde_json::to_string(&entry.what).unwrap_or_default())
        });
        let (seats, main_site) = roster(&entries);
        let mut nameless: Vec<SiteId> = entries.iter().filter_map(|entry| entry.site.clone()).collect();
        nameless.sort();
        nameless.dedup();
        nameless.retain(|site| seats.iter().all(|seat| seat.site != *site));
        let from_ms = meeting.opened_at_ms;
        let last = entries.last().map_or(from_ms, |entry| entry.at_ms);
        let to_ms = meeting.ended_at_ms.unwrap_or_else(|| meeting.seen_ms.max(last)).max(from_ms);
        let (zh, en) = (Saying::new(Language::Chinese, zone, &seats), Saying::new(Language::English, zone, &seats));
        Self { meeting, entries, seats, nameless, main_site, span: Span { from_ms, to_ms }, zh, en }
    }

    /// The same words in both languages.
    pub(super) fn say(&self, what: impl Fn(&Saying) -> String) -> Text {
        Text { zh: what(&self.zh), en: what(&self.en) }
    }

    /// A site's names.
    pub(super) fn name(&self, site: &SiteId) -> Text {
        self.say(|saying| saying.name(site).to_owned())
    }

    /// Words that name a site and nothing else.
    pub(super) fn about(&self, path: &str, site: &SiteId) -> Text {
        self.say(|saying| saying.words.with(path, &[("site", saying.name(site))]))
    }

    /// Within the meeting.
    pub(super) fn clip(&self, at_ms: u64) -> u64 {
        at_ms.clamp(self.span.from_ms, self.span.to_ms)
    }

    /// All changes in order.
    pub(super) fn changes(&self) -> Vec<Change<'_>> {
        let mut by_rev: BTreeMap<u64, Change<'_>> = BTreeMap::new();
        for entry in &self.entries {
            if let What::Fact { envelope } = &entry.what {
                let rev = envelope.rev.0;
                let fresh = || Change { at_ms: envelope.at_ms, rev, first: envelope, events: Vec::new() };
                by_rev.entry(rev).or_insert_with(fresh).events.push(&envelope.event);
            }
        }
        by_rev.into_values().collect()
    }
}

/// The seats as opened, and the main site.
fn roster(entries: &[Entry]) -> (Vec<SiteSeat>, Option<SiteId>) {
    let (mut seats, mut main_site) = (Vec::new(), None);
    for entry in entries {
        let What::Fact { envelope } = &entry.what else { continue };
        for event in effects(&envelope.event) {
            match event {
                Event::Opened { open } => {
                    seats.clone_from(&open.sites);
                    main_site = Some(open.main_site.clone());
                }
                Event::Changed { after: Setting::MainSite { site }, .. } => main_site = Some(site.clone()),
                Event::Changed { .. }
                | Event::SiteCalled { .. }
                | Event::SiteHungUp { .. }
                | Event::ForcedChanged { .. }
                | Event::MicsChanged { .. }
                | Event::ViewChanged { .. }
                | Event::PreviewChanged { .. }
                | Event::Redone { .. }
                | Event::Undone { .. }
                | Event::Ended {} => {}
            }
        }
    }
    (seats, main_site)
}
