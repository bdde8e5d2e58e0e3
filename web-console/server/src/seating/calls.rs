//! Since when a conference calls each of its sites, read from its journal. Pure.

use std::collections::BTreeMap;

use mcu_api::{Envelope, Event, Origin, Rev, Setting, SiteId};

/// Beginning of the author's name when a booking opens a conference.
pub(crate) const BOOKING: &str = "booking:";

/// How a site came to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// With all others, when somebody opened the conference.
    Opening,
    /// A booking names it.
    Booking,
    /// A person called this very site.
    Hand,
}

/// The latest call of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// When, ms since 1970 by the MCU's clock.
    pub(crate) at_ms: u64,
    /// How.
    pub(crate) how: How,
    /// Who, for the audit.
    pub(crate) by: String,
}

/// All sites that a conference has called and not hung up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    /// Read up to here.
    pub(crate) rev: Rev,
    sites: BTreeMap<SiteId, Call>,
}

impl Calls {
    /// Takes the next fact of the journal.
    pub(crate) fn apply(&mut self, envelope: &Envelope) {
        self.rev = envelope.rev;
        self.take(envelope, &envelope.event);
    }

    /// The latest call of that site; `None` when it is not called.
    pub(crate) fn of(&self, site: &str) -> Option<&Call> {
        // Few sites; an id made of the text would have to be checked first.
        self.sites.iter().find(|(id, _)| id.as_str() == site).map(|(_, call)| call)
    }

    fn call(&mut self, envelope: &Envelope, site: &SiteId, how: How) {
        self.sites.insert(site.clone(), Call { at_ms: envelope.at_ms, how, by: envelope.author.clone() });
    }

    fn take(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Opened { open } if open.call_all.unwrap_or(true) => {
                let how = if envelope.author.starts_with(BOOKING) { How::Booking } else { How::Opening };
                for seat in &open.sites {
                    self.call(envelope, &seat.site, how);
                }
            }
            Event::SiteCalled { site } => self.call(envelope, site, How::Hand),
            Event::SiteHungUp { site } | Event::Changed { after: Setting::Removed { site, removed: true }, .. } => {
                self.sites.remove(site);
            }
            // 重呼 by a person is a call of this very site; the rule's own tries are none.
            Event::Changed { after: Setting::Redial { site, redial: Some(_) }, .. }
                if envelope.origin != Origin::Rule && self.sites.contains_key(site) =>
            {
                self.call(envelope, site, How::Hand);
            }
            Event::Undone { effect, .. } | Event::Redone { effect, .. } => {
                for event in effect {
                    self.take(envelope, event);
                }
            }
            Event::Ended {} => self.sites.clear(),
            Event::Opened { .. }
            | Event::Changed { .. }
            | Event::ForcedChanged { .. }
            | Event::MicsChanged { .. }
            | Event::ViewChanged { .. }
            | Event::PreviewChanged { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Calls, How};
    use mcu_api::{ConferenceId, Envelope, Event, OpenConference, Origin, Redial, Rev, Setting, SiteId, SiteKind, SiteSeat};

    fn site(id: &str) -> SiteId {
        SiteId::new(id).unwrap()
    }

    fn fact(rev: u64, author: &str, origin: Origin, event: Event) -> Envelope {
        let conference = ConferenceId::new("c").unwrap();
        Envelope {
            conference,
            rev: Rev(rev),
            at_ms: rev * 1000,
            author: author.into(),
            right: String::new(),
            origin,
            idem_key: None,
            event,
        }
    }

    fn opening(call_all: Option<bool>) -> Event {
        let seat = |id: &str| SiteSeat { site: site(id), name: id.into(), name_en: id.into(), kind: SiteKind::Branch };
        let open = OpenConference {
            conference: ConferenceId::new("c").unwrap(),
            title: "t".into(),
            sites: vec![seat("a"), seat("b")],
            main_site: site("a"),
            mute_on_join: None,
            call_all,
            rehearsal: false,
        };
        Event::Opened { open }
    }

    fn redial(tries: Option<u16>) -> Event {
        let of = |tries: Option<u16>| Setting::Redial { site: site("b"), redial: tries.map(|tries| Redial { tries, next_at_ms: 1 }) };
        Event::Changed { before: of(None), after: of(tries) }
    }

    #[test]
    fn the_latest_call_counts_and_how_it_came_about() {
        let removed = |removed| Setting::Removed { site: site("b"), removed };
        let out = Event::Changed { before: removed(false), after: removed(true) };
        let called = || Event::SiteCalled { site: site("b") };
        let gone = || Event::SiteHungUp { site: site("b") };
        let undone = Event::Undone { rev: Rev(2), effect: vec![called()] };
        let desk = |event| ("operator", Origin::Desk, event);
        let rows = vec![
            ("by the opening", vec![desk(opening(None))], Some((1000, How::Opening))),
            ("by a booking", vec![("booking:secretary", Origin::Desk, opening(Some(true)))], Some((1000, How::Booking))),
            ("not at all", vec![desk(opening(Some(false)))], None),
            ("later", vec![desk(opening(Some(false))), desk(called())], Some((2000, How::Hand))),
            ("hung up", vec![desk(opening(None)), desk(gone())], None),
            ("taken back", vec![desk(opening(None)), desk(gone()), desk(undone)], Some((3000, How::Hand))),
            ("out for good", vec![desk(opening(None)), desk(out)], None),
            ("called again by hand", vec![desk(opening(None)), desk(redial(Some(1)))], Some((2000, How::Hand))),
            ("called again by the rule", vec![desk(opening(None)), ("rule", Origin::Rule, redial(Some(1)))], Some((1000, How::Opening))),
            ("calls over", vec![desk(opening(None)), desk(redial(None))], Some((1000, How::Opening))),
            ("called again without its seat", vec![desk(opening(Some(false))), desk(redial(Some(1)))], None),
            ("ended", vec![desk(opening(None)), desk(Event::Ended {})], None),
        ];
        for (what, facts, wanted) in rows {
            let mut calls = Calls::default();
            for (place, (author, origin, event)) in facts.into_iter().enumerate() {
                calls.apply(&fact(place as u64 + 1, author, origin, event));
            }
            assert_eq!(calls.of("b").map(|call| (call.at_ms, call.how)), wanted, "{what}");
        }
    }
}
