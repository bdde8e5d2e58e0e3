//! From what people shall see and hear to what the workers shall do: a pure function.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use mcu_api::{ConferenceId, Connection, MonitorName, SiteId, WallRect};
use mcu_conference::{CellPlan, CellShow, CompositeKind, CompositePlan, MediaPlan, Seen, SitePlan};
use mcu_media_api::{
    Cell, CellContent, Codec, Composite, Edge, Feed, Layer, MarkKind, MediaInput, MemberGain, Mix, MixerWanted, Overlay, Rect, RelayWanted,
    Route, SeatId, Slate, SlateReason, SoundSetting, SourceId, Tap,
};

use crate::config::Pictures;
use crate::names::{
    composite_source, mix_source, monitor_seat, output_seat, site_monitor_seat, site_seat, source_in_codec, talkback_mix, talkback_seat,
};

/// A cell up to this many pixels wide is filled 1:1 or better by the low layer (about 320×180).
const LOW_UP_TO_PX: u32 = 320;
/// A cell up to this many pixels wide is filled by the middle layer (about 640×360).
const MID_UP_TO_PX: u32 = 640;
/// Slates stand still: few frames and few bits are enough.
const SLATE_FPS: u8 = 5;
/// See [`SLATE_FPS`].
const SLATE_BIT_RATE_BPS: u32 = 200_000;

/// How much quieter the conference is in a room that is spoken to.
const UNDER_TALKBACK_DB: i8 = -12;
/// The whole canvas.
const WHOLE: Rect = Rect { x: 0, y: 0, w: 1000, h: 1000 };

/// What the engine needs to know.
pub struct Circumstances<'a> {
    /// Running conferences with their plans.
    pub plans: &'a [(&'a ConferenceId, &'a MediaPlan)],
    /// Where the relay takes feeds.
    pub relay_rtp: SocketAddr,
    /// Where the mixer takes taps; without a mixer there are no taps.
    pub mixer_rtp: Option<SocketAddr>,
    /// Codec of each publishing seat's main picture, as reported; H.264 where nothing is known yet.
    pub codecs: &'a BTreeMap<SeatId, Codec>,
    /// Codec of each publishing seat's second picture, as reported; that of its main picture where nothing is known.
    pub content_codecs: &'a BTreeMap<SeatId, Codec>,
    /// Codec in which each watching seat can be shown pictures, where all who watch there have the same.
    pub watched_in: &'a BTreeMap<SeatId, Codec>,
    /// Seats of which sound comes; of interest are those that speak into one room.
    pub speaking: &'a BTreeSet<SeatId>,
    /// Sizes and rates.
    pub pictures: &'a Pictures,
}

/// What relay and mixer shall do. Both revisions are 0; the caller counts them.
#[must_use]
pub fn wanted(given: &Circumstances<'_>) -> (RelayWanted, MixerWanted) {
    let mut draft = Draft::default();
    for (conference, plan) in given.plans {
        draft.conference(given, conference, plan);
    }
    draft.suit_codecs(given);
    draft.finish(given)
}

/// SSRCs are drawn when everything is known, so the draft speaks of sources only.
#[derive(Default)]
struct Draft {
    routes: Vec<Route>,
    open_sounds: Vec<SourceId>,
    taps: BTreeMap<(SourceId, Layer), Codec>,
    composites: Vec<DraftComposite>,
    mixes: Vec<DraftMix>,
    gains: Vec<(SourceId, i8)>,
}

struct DraftMix {
    source: SourceId,
    members: Vec<SourceId>,
    gains: Vec<(SourceId, i8)>,
}

#[derive(Clone)]
struct DraftComposite {
    source: SourceId,
    kind: CompositeKind,
    cells: Vec<(Rect, DraftCell)>,
    overlays: Vec<Overlay>,
    fade_ms: u16,
    codec: Codec,
}

#[derive(Clone)]
enum DraftCell {
    /// `name` stands on the slate, and as a caption in the picture where `captioned`.
    Picture {
        tap: (SourceId, Layer),
        name: String,
        captioned: bool,
    },
    Ready(CellContent),
}

impl Draft {
    fn conference(&mut self, given: &Circumstances<'_>, conference: &ConferenceId, plan: &MediaPlan) {
        for site in &plan.sites {
            let heard = site.hears.as_ref().map(|name| mix_source(conference, name));
            let sound = self.talkback(given, conference, plan, site).or(heard);
            let content = site.content.as_ref().map(|shows| site_seat(conference, shows).content());
            self.route(site_seat(conference, &site.site), picture(conference, &site.sees), content, sound);
            let seat = site_seat(conference, &site.site);
            // Whoever listens in hears what the others hear: nothing while the microphone is closed.
            if given.codecs.contains_key(&seat) {
                let sound = plan.open_mics.contains(&site.site).then(|| seat.sound());
                self.route(site_monitor_seat(conference, &site.site), Some(seat.main()), None, sound);
            }
        }
        for output in &plan.outputs {
            let sound = output.hears.as_ref().map(|name| mix_source(conference, name));
            self.route(output_seat(conference, output.audience), picture(conference, &output.sees), None, sound);
        }
        let content = plan.monitors.content.as_ref().map(|shows| site_seat(conference, shows).content());
        let sound = plan.monitors.sound.as_ref().map(|name| mix_source(conference, name));
        let monitors = [
            (MonitorName::Wall, &plan.monitors.wall, None, sound.clone()),
            (MonitorName::Program, &plan.monitors.program, content, sound),
            (MonitorName::Preview, &plan.monitors.preview, None, None),
        ];
        for (monitor, seen, content, sound) in monitors {
            self.route(monitor_seat(conference, monitor), picture(conference, seen), content, sound);
        }
        self.open_sounds.extend(plan.open_mics.iter().map(|site| site_seat(conference, site).sound()));
        for mix in &plan.mixes {
            let members: Vec<SourceId> = mix.members.iter().map(|site| site_seat(conference, site).sound()).collect();
            self.taps.extend(members.iter().map(|member| ((member.clone(), Layer::High), Codec::Opus)));
            let gains = mix.gains.iter().map(|(site, gain_db)| (site_seat(conference, site).sound(), *gain_db)).collect();
            self.mixes.push(DraftMix { source: mix_source(conference, &mix.name), members, gains });
        }
        self.gains.extend(plan.gains.iter().map(|(site, gain_db)| (site_seat(conference, site).sound(), *gain_db)));
        for composite in &plan.composites {
            self.composite(given, conference, composite);
        }
    }

    /// What a room hears that is spoken to from the desk: that voice over what it would hear. None while its microphone is open, because then
    /// everybody would hear it; control refuses to begin, and this ends what had begun.
    fn talkback(&mut self, given: &Circumstances<'_>, conference: &ConferenceId, plan: &MediaPlan, site: &SitePlan) -> Option<SourceId> {
        let seat = talkback_seat(conference, &site.site);
        if !given.speaking.contains(&seat) || plan.open_mics.contains(&site.site) {
            return None;
        }
        let voice = seat.sound();
        self.taps.insert((voice.clone(), Layer::High), Codec::Opus);
        self.open_sounds.push(voice.clone());
        let under = plan.mixes.iter().find(|mix| Some(&mix.name) == site.hears.as_ref());
        let members: Vec<SiteId> = under.map(|mix| mix.members.clone()).unwrap_or_default();
        let gain = |member: &SiteId| {
            let own = under.and_then(|mix| mix.gains.iter().find(|(of, _)| of == member)).map_or(0, |(_, gain_db)| *gain_db);
            (site_seat(conference, member).sound(), own.saturating_add(UNDER_TALKBACK_DB))
        };
        let gains = members.iter().map(gain).collect();
        let members = members.iter().map(|member| site_seat(conference, member).sound()).chain([voice]).collect();
        let source = talkback_mix(conference, &site.site);
        self.mixes.push(DraftMix { source: source.clone(), members, gains });
        Some(source)
    }

    /// A seat that gets nothing is not named.
    fn route(&mut self, seat: SeatId, main: Option<SourceId>, content: Option<SourceId>, sound: Option<SourceId>) {
        if main.is_some() || content.is_some() || sound.is_some() {
            self.routes.push(Route { seat, main, content, sound, max_layer: Layer::High });
        }
    }

    fn composite(&mut self, given: &Circumstances<'_>, conference: &ConferenceId, composite: &CompositePlan) {
        let width_px = size(composite.kind, given.pictures).width_px;
        let mut cells = Vec::with_capacity(composite.cells.len());
        for CellPlan { rect, show } in &composite.cells {
            let content = match show {
                CellShow::Site { site, caption } => {
                    let seat = site_seat(conference, site);
                    let tap = (seat.main(), layer_for(rect, width_px));
                    self.taps.insert(tap.clone(), given.codecs.get(&seat).copied().unwrap_or(Codec::H264));
                    DraftCell::Picture { tap, name: caption.clone(), captioned: true }
                }
                CellShow::Content { site, caption } => {
                    let seat = site_seat(conference, site);
                    let tap = (seat.content(), Layer::High);
                    // Where the relay does not tell, a terminal is taken to encode both of its pictures alike.
                    let codec = given.content_codecs.get(&seat).or_else(|| given.codecs.get(&seat)).copied();
                    self.taps.insert(tap.clone(), codec.unwrap_or(Codec::H264));
                    DraftCell::Picture { tap, name: caption.clone(), captioned: true }
                }
                CellShow::Notice { text } => DraftCell::Ready(CellContent::Slate(Slate { title: text.clone(), reason: SlateReason::Wait })),
                CellShow::Slate { title, why, .. } => {
                    DraftCell::Ready(CellContent::Slate(Slate { title: title.clone(), reason: slate_reason(*why) }))
                }
                CellShow::Blank => DraftCell::Ready(CellContent::Blank),
                CellShow::Revision(revision) => DraftCell::Ready(CellContent::Revision(*revision)),
            };
            cells.push((Rect { x: rect.x, y: rect.y, w: rect.w, h: rect.h }, content));
        }
        self.composites.push(DraftComposite {
            source: composite_source(conference, &composite.name),
            kind: composite.kind,
            cells,
            overlays: composite.overlays.iter().map(overlay).collect(),
            fade_ms: composite.fade_ms,
            codec: Codec::H264,
        });
    }

    /// Gives watchers that cannot decode what they shall see the same picture in a codec of theirs: a composite of its own, made once for all of them.
    fn suit_codecs(&mut self, given: &Circumstances<'_>) {
        for index in 0..self.routes.len() {
            let Some(route) = self.routes.get(index) else {
                return;
            };
            let Some((wanted, codec)) = route.main.clone().zip(given.watched_in.get(&route.seat).copied()) else {
                continue;
            };
            let suited = self.in_codec(given, &wanted, codec);
            if let (Some(suited), Some(route)) = (suited, self.routes.get_mut(index)) {
                route.main = Some(suited);
            }
        }
    }

    /// A picture in another codec; `None` where it is in that codec already, or nothing is known of it.
    fn in_codec(&mut self, given: &Circumstances<'_>, wanted: &SourceId, codec: Codec) -> Option<SourceId> {
        let known = self.composites.iter().find(|composite| composite.source == *wanted).cloned();
        let made = match known {
            Some(composite) if composite.codec == codec => return None,
            Some(composite) => composite,
            None => {
                let seat = SeatId::from(wanted.0.strip_suffix("/main")?);
                let sent = given.codecs.get(&seat).copied().filter(|sent| *sent != codec)?;
                let tap = (wanted.clone(), Layer::High);
                self.taps.insert(tap.clone(), sent);
                let (_, site) = seat.0.rsplit_once('/')?;
                let cell = DraftCell::Picture { tap, name: site.to_owned(), captioned: false };
                let (cells, overlays) = (vec![(WHOLE, cell)], Vec::new());
                DraftComposite { source: wanted.clone(), kind: CompositeKind::Picture, cells, overlays, fade_ms: 0, codec: sent }
            }
        };
        let source = source_in_codec(wanted, codec)?;
        if !self.composites.iter().any(|composite| composite.source == source) {
            self.composites.push(DraftComposite { source: source.clone(), codec, ..made });
        }
        Some(source)
    }

    fn finish(self, given: &Circumstances<'_>) -> (RelayWanted, MixerWanted) {
        let products = self.composites.iter().map(|composite| &composite.source).chain(self.mixes.iter().map(|mix| &mix.source));
        let keys = self.taps.keys().map(tap_key).chain(products.map(feed_key));
        let ssrcs = Ssrcs::draw(keys.collect());
        let composites: Vec<Composite> = self.composites.iter().map(|draft| composite(draft, &ssrcs, given.pictures)).collect();
        let tapped = |member: &SourceId| ssrcs.of(&tap_key(&(member.clone(), Layer::High)));
        let member_gain = |(member, gain_db): &(SourceId, i8)| MemberGain { ssrc: tapped(member), gain_db: *gain_db };
        let mix = |draft: &DraftMix| Mix {
            source: draft.source.clone(),
            ssrc: ssrcs.of(&feed_key(&draft.source)),
            members: draft.members.iter().map(tapped).collect(),
            gains: draft.gains.iter().map(member_gain).collect(),
        };
        let mixes: Vec<Mix> = self.mixes.iter().map(mix).collect();
        let tap = |((source, layer), to): (&(SourceId, Layer), SocketAddr)| {
            let ssrc = ssrcs.of(&tap_key(&(source.clone(), *layer)));
            Tap { source: source.clone(), layer: *layer, to, ssrc }
        };
        let taps = given.mixer_rtp.map_or_else(Vec::new, |to| self.taps.keys().map(|key| tap((key, to))).collect());
        let input =
            |(key, codec): (&(SourceId, Layer), &Codec)| MediaInput { ssrc: ssrcs.of(&tap_key(key)), source: key.0.clone(), codec: *codec };
        let inputs = self.taps.iter().map(input).collect();
        let pictures = composites.iter().map(|made| Feed { source: made.source.clone(), ssrc: made.ssrc, codec: made.codec });
        let sounds = mixes.iter().map(|made| Feed { source: made.source.clone(), ssrc: made.ssrc, codec: Codec::Opus });
        let feeds = pictures.chain(sounds).collect();
        let setting = |(sound, gain_db): &(SourceId, i8)| SoundSetting {
            ssrc: tapped(sound),
            gain_db: *gain_db,
            muted: false,
            automatic_gain: false,
        };
        let sounds_set = self.gains.iter().map(setting).collect();
        let relay = RelayWanted { revision: 0, routes: self.routes, open_sounds: self.open_sounds, taps, feeds };
        (relay, MixerWanted { revision: 0, relay: given.relay_rtp, inputs, composites, mixes, sounds: sounds_set })
    }
}

fn composite(draft: &DraftComposite, ssrcs: &Ssrcs, pictures: &Pictures) -> Composite {
    let Size { width_px, height_px, fps, bit_rate_bps } = size(draft.kind, pictures);
    let cell = |(rect, content): &(Rect, DraftCell)| Cell {
        rect: *rect,
        content: match content {
            DraftCell::Ready(content) => content.clone(),
            DraftCell::Picture { tap, name, captioned } => CellContent::Picture {
                ssrc: ssrcs.of(&tap_key(tap)),
                caption: captioned.then(|| name.clone()),
                slate: Slate { title: name.clone(), reason: SlateReason::NoPicture },
            },
        },
    };
    Composite {
        source: draft.source.clone(),
        ssrc: ssrcs.of(&feed_key(&draft.source)),
        width_px,
        height_px,
        fps,
        bit_rate_bps,
        cells: draft.cells.iter().map(cell).collect(),
        overlays: draft.overlays.clone(),
        fade_ms: draft.fade_ms,
        codec: draft.codec,
    }
}

fn overlay(overlay: &mcu_api::Overlay) -> Overlay {
    let edge = |edge: &mcu_api::Edge| match edge {
        mcu_api::Edge::Top => Edge::Top,
        mcu_api::Edge::Bottom => Edge::Bottom,
    };
    match overlay {
        mcu_api::Overlay::Banner { text, at } => Overlay::Banner { text: text.clone(), at: edge(at) },
        mcu_api::Overlay::Ticker { text, at, speed_px_s } => Overlay::Ticker { text: text.clone(), at: edge(at), speed_px_s: *speed_px_s },
        mcu_api::Overlay::LowerThird { title, subtitle } => Overlay::LowerThird { title: title.clone(), subtitle: subtitle.clone() },
        mcu_api::Overlay::Clock { utc_offset_min } => Overlay::Clock { utc_offset_min: *utc_offset_min },
        mcu_api::Overlay::Countdown { label, until_ms } => Overlay::Countdown { label: label.clone(), until_ms: *until_ms },
        mcu_api::Overlay::Classification { text } => Overlay::Classification { text: text.clone() },
        mcu_api::Overlay::Mark(mcu_api::Mark::Recording) => Overlay::Mark(MarkKind::Recording),
        mcu_api::Overlay::Mark(mcu_api::Mark::Live) => Overlay::Mark(MarkKind::Live),
    }
}

struct Size {
    width_px: u16,
    height_px: u16,
    fps: u8,
    bit_rate_bps: u32,
}

fn size(kind: CompositeKind, pictures: &Pictures) -> Size {
    let full = Size { width_px: 1280, height_px: 720, fps: pictures.fps, bit_rate_bps: pictures.bit_rate_bps };
    match kind {
        CompositeKind::Wall => Size { fps: pictures.wall_fps, bit_rate_bps: pictures.wall_bit_rate_bps, ..full },
        CompositeKind::Picture => full,
        CompositeKind::Slate => Size { fps: SLATE_FPS, bit_rate_bps: SLATE_BIT_RATE_BPS, ..full },
    }
}

/// The smallest layer that fills the cell.
fn layer_for(rect: &WallRect, canvas_width_px: u16) -> Layer {
    let width_px = u32::from(rect.w) * u32::from(canvas_width_px) / 1000;
    if width_px <= LOW_UP_TO_PX {
        Layer::Low
    } else if width_px <= MID_UP_TO_PX {
        Layer::Mid
    } else {
        Layer::High
    }
}

const fn slate_reason(why: Connection) -> SlateReason {
    match why {
        Connection::Absent => SlateReason::Absent,
        Connection::Offline => SlateReason::Offline,
        Connection::Joining => SlateReason::Wait,
        Connection::Joined => SlateReason::NoPicture,
    }
}

fn picture(conference: &ConferenceId, seen: &Seen) -> Option<SourceId> {
    match seen {
        Seen::Nothing => None,
        Seen::Site(site) => Some(site_seat(conference, site).main()),
        Seen::Composite(name) => Some(composite_source(conference, name)),
    }
}

fn tap_key((source, layer): &(SourceId, Layer)) -> String {
    format!("tap|{source}|{layer:?}")
}

fn feed_key(source: &SourceId) -> String {
    format!("feed|{source}")
}

/// SSRCs by name: a hash of the name, so that any restart draws the same; two names of one hash are told apart by hashing again.
struct Ssrcs {
    drawn: BTreeMap<String, u32>,
}

impl Ssrcs {
    fn draw(keys: BTreeSet<String>) -> Self {
        let mut drawn = BTreeMap::new();
        let mut taken = BTreeSet::from([0]);
        for key in keys {
            let candidates = (0_u32..).map(|salt| hash32(&key, salt));
            if let Some(ssrc) = candidates.into_iter().find(|ssrc| !taken.contains(ssrc)) {
                taken.insert(ssrc);
                drawn.insert(key, ssrc);
            }
        }
        Self { drawn }
    }

    /// Every key asked for was drawn; 0 is nobody's SSRC.
    fn of(&self, key: &str) -> u32 {
        self.drawn.get(key).copied().unwrap_or_default()
    }
}

/// FNV-1a over name and salt, folded to 32 bits; the mixing at the end spreads names that differ in their last letter only.
fn hash32(key: &str, salt: u32) -> u32 {
    let bytes = key.bytes().chain(salt.to_be_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    let [a, b, c, d, e, f, g, h] = hash.to_be_bytes();
    u32::from_be_bytes([a, b, c, d]) ^ u32::from_be_bytes([e, f, g, h])
}
