//! One relay on several threads: which seat is where, and what each thread ("shard") shall do for it. Pure; the threads are in [`crate::io`].
//!
//! A seat's sessions are all on one shard, with its own port, so that nothing is shared while packets flow. Where a watcher of one shard shall see a
//! source of another, all layers of that source are linked to it once, however many watch it there ([`Links`]). Workers speak to the first shard.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use mcu_media_api::{
    Codec, FromRelay, Layer, OpenSession, RelayReported, RelayWanted, Route, SeatId, SessionId, SessionState, SourceId, ToRelay,
};

use crate::{
    crosspoint::{Link, Links},
    entropy::Entropy,
};

/// The shard of the workers' products.
const FIRST: usize = 0;

/// A word for one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToShard {
    /// As control said it.
    Word(ToRelay),
    /// Its part of the wanted state.
    Wanted(RelayWanted, Links),
}

/// What became of a shard's word.
#[derive(Debug, Default)]
pub struct Told {
    /// For control.
    pub answer: Option<FromRelay>,
    /// For shards.
    pub words: Vec<(usize, ToShard)>,
}

/// Knows which seat is where.
pub struct Front {
    /// Each shard's address for plain RTP.
    addresses: Vec<SocketAddr>,
    wanted: RelayWanted,
    seats: BTreeMap<SeatId, usize>,
    sessions: BTreeMap<SessionId, SeatId>,
    /// SSRCs of the links by what they carry and to which shard.
    links: BTreeMap<(SourceId, Layer, usize), u32>,
    reports: Vec<Option<RelayReported>>,
    entropy: Entropy,
}

impl Front {
    /// For shards at these addresses for plain RTP, the workers' first.
    #[must_use]
    pub fn new(addresses: Vec<SocketAddr>, entropy: Entropy) -> Self {
        let reports = vec![None; addresses.len()];
        let (wanted, seats, sessions) = (RelayWanted::default(), BTreeMap::new(), BTreeMap::new());
        Self { addresses, wanted, seats, sessions, links: BTreeMap::new(), reports, entropy }
    }

    /// Passes on one of control's words.
    pub fn hear(&mut self, word: ToRelay) -> Vec<(usize, ToShard)> {
        match word {
            ToRelay::Wanted(wanted) => {
                self.wanted = wanted;
                self.share_out()
            }
            ToRelay::Open(open) => {
                let before = self.seats.len();
                let shard = self.place(&open);
                // The seat's routes go ahead of its session.
                let mut words = if self.seats.len() == before { Vec::new() } else { self.share_out() };
                words.push((shard, ToShard::Word(ToRelay::Open(open))));
                words
            }
            ToRelay::Patch { ref session, .. } | ToRelay::Close { ref session } => {
                // What is not known any more is the first shard's to say.
                let seat = self.sessions.get(session).and_then(|seat| self.seats.get(seat));
                vec![(seat.copied().unwrap_or(FIRST), ToShard::Word(word))]
            }
        }
    }

    /// Takes a word of a shard.
    pub fn told(&mut self, shard: usize, word: FromRelay) -> Told {
        match word {
            FromRelay::Reported(reported) => {
                let gone: Vec<SessionId> = reported
                    .sessions
                    .iter()
                    .filter(|report| matches!(report.state, SessionState::Gone { .. }))
                    .map(|report| report.session.clone())
                    .collect();
                if let Some(place) = self.reports.get_mut(shard) {
                    *place = Some(reported);
                }
                Told { words: self.forget(&gone), answer: self.reported().map(FromRelay::Reported) }
            }
            FromRelay::Opened { session, result } => {
                let words = if result.is_err() { self.forget(std::slice::from_ref(&session)) } else { Vec::new() };
                Told { words, answer: Some(FromRelay::Opened { session, result }) }
            }
            FromRelay::Hello(_) | FromRelay::Patched { .. } => Told { words: Vec::new(), answer: Some(word) },
        }
    }

    /// The shard of a session's seat: a new seat goes where the fewest are.
    fn place(&mut self, open: &OpenSession) -> usize {
        self.sessions.insert(open.session.clone(), open.seat.clone());
        if let Some(shard) = self.seats.get(&open.seat) {
            return *shard;
        }
        let seats = |shard: usize| self.seats.values().filter(|other| **other == shard).count();
        let shard = (0..self.addresses.len()).min_by_key(|shard| seats(*shard)).unwrap_or(FIRST);
        self.seats.insert(open.seat.clone(), shard);
        shard
    }

    /// Seats without sessions may go elsewhere next time.
    fn forget(&mut self, gone: &[SessionId]) -> Vec<(usize, ToShard)> {
        let before = self.sessions.len();
        gone.iter().for_each(|session| drop(self.sessions.remove(session)));
        if self.sessions.len() == before {
            return Vec::new();
        }
        let held: BTreeSet<&SeatId> = self.sessions.values().collect();
        let seats = self.seats.len();
        self.seats.retain(|seat, _| held.contains(seat));
        if self.seats.len() == seats { Vec::new() } else { self.share_out() }
    }

    /// All shards' accounts as one; `None` before each has given one.
    fn reported(&self) -> Option<RelayReported> {
        let reports: Vec<&RelayReported> = self.reports.iter().map(Option::as_ref).collect::<Option<_>>()?;
        Some(RelayReported {
            revision: reports.iter().map(|report| report.revision).min()?,
            sessions: reports.iter().flat_map(|report| report.sessions.iter().cloned()).collect(),
            live_feeds: reports.first()?.live_feeds.clone(),
            handshakes: reports.iter().map(|report| report.handshakes).sum(),
        })
    }

    /// Where a source comes in: workers' products and what nobody publishes yet at the first shard.
    fn home(&self, source: &SourceId) -> usize {
        let fed = self.wanted.feeds.iter().any(|feed| feed.source == *source);
        let seat = source.0.rsplit_once('/').filter(|_| !fed).and_then(|(seat, _)| self.seats.get(&SeatId::from(seat)));
        seat.copied().unwrap_or(FIRST)
    }

    /// Each shard's part of the wanted state.
    fn share_out(&mut self) -> Vec<(usize, ToShard)> {
        let shards = 0..self.addresses.len();
        let routes: Vec<Vec<Route>> = shards.clone().map(|shard| self.routes_of(shard)).collect();
        let wanted: Vec<(SourceId, Layer, usize)> = routes.iter().enumerate().flat_map(|(to, routes)| self.needs(to, routes)).collect();
        self.links.retain(|key, _| wanted.contains(key));
        for key in wanted {
            if !self.links.contains_key(&key) {
                let ssrc = self.fresh_ssrc();
                self.links.insert(key, ssrc);
            }
        }
        shards.zip(routes).map(|(shard, routes)| (shard, self.part(shard, routes))).collect()
    }

    fn routes_of(&self, shard: usize) -> Vec<Route> {
        self.wanted.routes.iter().filter(|route| self.seats.get(&route.seat) == Some(&shard)).cloned().collect()
    }

    /// What must be linked to a shard for its routes.
    fn needs(&self, to: usize, routes: &[Route]) -> BTreeSet<(SourceId, Layer, usize)> {
        let mut needs = BTreeSet::new();
        for route in routes {
            let pictures = [&route.main, &route.content].into_iter().flatten();
            let pictures = pictures.flat_map(|source| [Layer::Low, Layer::Mid, Layer::High].map(|layer| (source, layer)));
            for (source, layer) in pictures.chain(route.sound.iter().map(|source| (source, Layer::High))) {
                // Workers' products have one layer.
                let single = self.wanted.feeds.iter().any(|feed| feed.source == *source && feed.codec != Codec::Opus);
                if self.home(source) != to && (!single || layer == Layer::High) {
                    needs.insert((source.clone(), layer, to));
                }
            }
        }
        needs
    }

    fn fresh_ssrc(&mut self) -> u32 {
        loop {
            let ssrc = self.entropy.u32();
            let taken = self.links.values().any(|used| *used == ssrc)
                || self.wanted.taps.iter().any(|tap| tap.ssrc == ssrc)
                || self.wanted.feeds.iter().any(|feed| feed.ssrc == ssrc);
            if !taken {
                return ssrc;
            }
        }
    }

    fn part(&self, shard: usize, routes: Vec<Route>) -> ToShard {
        let link =
            |((source, layer, _), ssrc): (&(SourceId, Layer, usize), &u32)| Link { source: source.clone(), layer: *layer, ssrc: *ssrc };
        let here = |source: &SourceId| self.home(source) == shard;
        let out = self.links.iter().filter(|((source, _, _), _)| here(source));
        let links = Links {
            shards: self.addresses.iter().enumerate().filter(|(other, _)| *other != shard).map(|(_, address)| *address).collect(),
            out: out.filter_map(|entry| Some((link(entry), *self.addresses.get(entry.0.2)?))).collect(),
            into: self.links.iter().filter(|((_, _, to), _)| *to == shard).map(link).collect(),
        };
        let wanted = RelayWanted {
            revision: self.wanted.revision,
            routes,
            open_sounds: self.wanted.open_sounds.clone(),
            taps: self.wanted.taps.iter().filter(|tap| here(&tap.source)).cloned().collect(),
            feeds: if shard == FIRST { self.wanted.feeds.clone() } else { Vec::new() },
        };
        ToShard::Wanted(wanted, links)
    }
}

#[cfg(test)]
mod tests {
    use super::{Front, ToShard};
    use crate::{crosspoint::Links, entropy::Entropy};
    use mcu_media_api::{
        Codec, Feed, FromRelay, Layer, OpenSession, RelayReported, RelayWanted, Role, Route, SeatId, SessionId, SessionReport,
        SessionState, SourceId, Tap, ToRelay,
    };

    fn front(shards: u16) -> Front {
        let mut next = 0_u32;
        let entropy = Entropy::new(move |bytes| {
            next += 1;
            bytes.copy_from_slice(&next.to_be_bytes());
        });
        Front::new((1..=shards).map(|port| ([127, 0, 0, 1], port).into()).collect(), entropy)
    }

    fn open(session: &str, seat: &str, role: Role) -> ToRelay {
        let (session, seat) = (SessionId::from(session), SeatId::from(seat));
        ToRelay::Open(OpenSession { session, seat, role, exclusive: true, offer: String::new() })
    }

    fn route(seat: &str, main: &str, sound: &str) -> Route {
        let (main, sound) = (Some(SourceId::from(main)), Some(SourceId::from(sound)));
        Route { seat: SeatId::from(seat), main, content: None, sound, max_layer: Layer::High }
    }

    /// The shard a session was sent to, and each shard's part, if it got a new one.
    fn sorted(words: Vec<(usize, ToShard)>) -> (Option<usize>, Vec<(RelayWanted, Links)>) {
        let (mut opened, mut parts) = (None, Vec::new());
        for (shard, word) in words {
            match word {
                ToShard::Word(_) => opened = Some(shard),
                ToShard::Wanted(wanted, links) => parts.push((wanted, links)),
            }
        }
        (opened, parts)
    }

    fn gone(session: &str, seat: &str) -> FromRelay {
        let report = SessionReport {
            session: SessionId::from(session),
            seat: SeatId::from(seat),
            role: Role::Watch,
            state: SessionState::Gone { reason: "over".to_owned() },
            video: None,
            content: false,
            content_video: None,
            layers: Vec::new(),
            sound: false,
            shown: None,
            rtt_ms: None,
            line_bps: None,
            loss_permille: 0,
            jitter_ms: 0,
            flow: mcu_media_api::FlowReport::default(),
            silent_ms: 0,
        };
        FromRelay::Reported(RelayReported { sessions: vec![report], ..RelayReported::default() })
    }

    #[test]
    fn a_seat_s_sessions_are_on_one_shard_and_seats_are_spread() {
        let mut front = front(2);
        let shards: Vec<_> = ["a", "b", "c", "d"].map(|seat| sorted(front.hear(open(seat, seat, Role::Publish))).0.unwrap()).into();
        assert_eq!(shards, [0, 1, 0, 1]);
        let (again, parts) = sorted(front.hear(open("b-watch", "b", Role::Watch)));
        assert_eq!((again, parts.len()), (Some(1), 0), "nothing else changes for a seat that is known");
        let closed = front.hear(ToRelay::Close { session: SessionId::from("b-watch") });
        assert!(matches!(closed[..], [(1, ToShard::Word(ToRelay::Close { .. }))]));
    }

    #[test]
    fn what_another_shard_watches_is_linked_once_and_layer_by_layer() {
        let mut front = front(2);
        for (session, seat) in [("pub", "c/site/a"), ("w1", "c/site/b"), ("w2", "c/site/x"), ("w3", "c/site/d")] {
            front.hear(open(session, seat, Role::Watch));
        }
        // Seats a and x on the first shard, b and d on the second; both of those see a's picture and a mix.
        let mut wanted = RelayWanted { revision: 7, ..RelayWanted::default() };
        wanted.feeds = vec![Feed { source: SourceId::from("c/mix/all"), ssrc: 900, codec: Codec::Opus }];
        wanted.taps = vec![Tap { source: SourceId::from("c/site/b/main"), layer: Layer::Low, to: ([127, 0, 0, 1], 99).into(), ssrc: 901 }];
        wanted.routes = ["b", "d", "x"].map(|seat| route(&format!("c/site/{seat}"), "c/site/a/main", "c/mix/all")).into();
        let (_, parts) = sorted(front.hear(ToRelay::Wanted(wanted.clone())));
        let [(first, out), (second, into)] = &parts[..] else { panic!("{parts:?}") };
        assert_eq!((first.routes.len(), second.routes.len()), (1, 2));
        assert_eq!((first.feeds.len(), second.feeds.len()), (1, 0));
        assert_eq!((first.taps.len(), second.taps.len()), (0, 1), "a tap stands where its source comes in");
        let carried: Vec<_> = into.into.iter().map(|link| (link.source.0.as_str(), link.layer)).collect();
        let main = "c/site/a/main";
        assert_eq!(carried, [("c/mix/all", Layer::High), (main, Layer::Low), (main, Layer::Mid), (main, Layer::High)]);
        let to: Vec<_> = out.out.iter().map(|(link, to)| (link.clone(), to.port())).collect();
        assert_eq!(to, into.into.iter().map(|link| (link.clone(), 2)).collect::<Vec<_>>());
        assert!(into.out.is_empty() && out.into.is_empty());
        // Links that stay keep their numbers.
        let (_, again) = sorted(front.hear(ToRelay::Wanted(wanted)));
        assert_eq!(again, parts);
    }

    #[test]
    fn the_account_is_one_and_a_seat_without_sessions_is_free() {
        let mut front = front(2);
        front.hear(open("a", "a", Role::Watch));
        front.hear(open("b", "b", Role::Watch));
        let account = |revision| FromRelay::Reported(RelayReported { revision, handshakes: 3, ..RelayReported::default() });
        assert!(front.told(0, account(5)).answer.is_none(), "the other has not spoken yet");
        let Some(FromRelay::Reported(whole)) = front.told(1, account(4)).answer else { panic!() };
        assert_eq!((whole.revision, whole.handshakes), (4, 6));
        assert_eq!(front.told(0, gone("a", "a")).words.len(), 2);
        assert!(front.told(0, gone("a", "a")).words.is_empty(), "told twice");
        assert_eq!(sorted(front.hear(open("c", "c", Role::Watch))).0, Some(0));
    }

    #[test]
    fn one_shard_gets_everything_and_links_nothing() {
        let mut front = front(1);
        front.hear(open("a", "c/site/a", Role::Watch));
        let wanted = RelayWanted { revision: 1, routes: vec![route("c/site/a", "c/site/b/main", "c/mix/all")], ..RelayWanted::default() };
        let (_, parts) = sorted(front.hear(ToRelay::Wanted(wanted.clone())));
        assert_eq!(parts, [(wanted, Links::default())]);
    }
}
