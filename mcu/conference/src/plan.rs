//! What everybody shall see and hear: a function of the wanted state and the reported presence, and of nothing else.

use mcu_api::{Audience, ConferencePhase, RecordState, SiteId};

use crate::composites::{CompositePlan, Seen};
use crate::eyes::Eyes;
use crate::mixes::{MixPlan, Mixes, open_mics};
use crate::presence::Presence;
use crate::rules::pictures::AUDIENCES;
use crate::state::State;

/// The wanted pictures and sounds of one conference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaPlan {
    /// One row per site, in fixed site order.
    pub sites: Vec<SitePlan>,
    /// Each distinct picture once.
    pub composites: Vec<CompositePlan>,
    /// Each distinct sound once.
    pub mixes: Vec<MixPlan>,
    /// Sites whose sound may leave the relay.
    pub open_mics: Vec<SiteId>,
    /// Sites that are made louder or quieter wherever they are heard, in dB; those at 0 and those in no mix are not named.
    pub gains: Vec<(SiteId, i8)>,
    /// What the control desk watches.
    pub monitors: Monitors,
    /// What leaves the conference: those of its audiences that are wanted.
    pub outputs: Vec<OutputPlan>,
}

/// One site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlan {
    /// Which.
    pub site: SiteId,
    /// Its picture.
    pub sees: Seen,
    /// Whose second stream it sees; its own is none.
    pub content: Option<SiteId>,
    /// Name of its mix; `None` is silence.
    pub hears: Option<String>,
}

/// One audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPlan {
    /// Whose.
    pub audience: Audience,
    /// Its picture.
    pub sees: Seen,
    /// Name of its mix; `None` is silence.
    pub hears: Option<String>,
}

/// The control desk's pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitors {
    /// The wall.
    pub wall: Seen,
    /// What is on air.
    pub program: Seen,
    /// The operator's preview.
    pub preview: Seen,
    /// Whose second stream goes with the program.
    pub content: Option<SiteId>,
    /// Sound of wall and program: the floor, which is the mix of all open microphones but the interpreters'; preview has none.
    pub sound: Option<String>,
}

impl Default for Monitors {
    fn default() -> Self {
        Self { wall: Seen::Nothing, program: Seen::Nothing, preview: Seen::Nothing, content: None, sound: None }
    }
}

/// The wanted pictures and sounds. An ended conference has none.
#[must_use]
pub fn plan(state: &State, presence: &Presence) -> MediaPlan {
    if state.phase == ConferencePhase::Ended {
        return MediaPlan::default();
    }
    let open_mics = open_mics(state);
    let mut mixes = Mixes::of(state, presence, &open_mics);
    let mut eyes = Eyes::new(state, presence);
    let wall = eyes.wall();
    let program = eyes.program();
    let preview = state.preview.as_ref().map_or(Seen::Nothing, |picture| eyes.on_air(picture));
    let content = state.content.site.as_ref().filter(|site| state.is_seated(site));
    let sites = state.seats().map(|site| SitePlan {
        site: site.seat.site.clone(),
        sees: if site.seated { eyes.of(site) } else { Seen::Nothing },
        content: content.filter(|shows| site.seated && **shows != site.seat.site).cloned(),
        hears: mixes.heard_by(site),
    });
    let sites = sites.collect();
    let outputs = AUDIENCES.into_iter().filter(|audience| is_wanted(state, *audience)).map(|audience| OutputPlan {
        audience,
        sees: state.output_picture(audience).map_or_else(|| program.clone(), |picture| eyes.on_air(picture)),
        hears: mixes.full(),
    });
    let outputs = outputs.collect();
    let sound = mixes.full();
    let mixes = mixes.finish();
    let is_mixed = |site: &SiteId| mixes.iter().any(|mix| mix.members.contains(site));
    let louder = state.seats().filter(|site| site.gain_db != 0 && is_mixed(&site.seat.site));
    MediaPlan {
        sites,
        outputs,
        gains: louder.map(|site| (site.seat.site.clone(), site.gain_db)).collect(),
        composites: eyes.finish(),
        monitors: Monitors { wall, program, preview, content: content.cloned(), sound },
        mixes,
        open_mics,
    }
}

/// Whether an audience is there: the hall's screen while it has a picture of its own, recording and live stream while they run.
fn is_wanted(state: &State, audience: Audience) -> bool {
    match audience {
        Audience::HallScreen => state.output.hall_screen.is_some(),
        Audience::Record => state.output.record != RecordState::Stopped,
        Audience::Live => state.output.live,
    }
}
