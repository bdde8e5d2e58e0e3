//! 预案自动触发: when an armed plan runs by itself, or asks.

use std::collections::BTreeMap;

use mcu_api::rights::AFFAIRS;
use mcu_api::{ArmedPlan, Connection, Envelope, Fired, PlanTrigger, Setting, SiteId, TriggerCause};

use super::plans;
use super::seats::is_connected;
use crate::conference::{RULE, facts};
use crate::draft::Draft;
use crate::presence::Presence;
use crate::refusal::{Refusal, out_of_range};
use crate::state::State;

/// Seconds a cause has to hold: a shorter one is any lost packet, a longer one has been seen by people.
const HOLDS_S: std::ops::RangeInclusive<u16> = 1..=600;
/// All packets lost is 1000‰, and nothing is above it.
const MAX_PERMILLE: u16 = 999;

/// Since when the causes of waiting triggers hold, by the plan's name. It is not journalled: nothing has been decided, and after a restart the
/// time counts from the beginning.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    since: BTreeMap<String, (PlanTrigger, u64)>,
}

impl Holding {
    fn look(&mut self, state: &State, presence: &Presence, now_ms: u64) {
        let mut since = BTreeMap::new();
        for armed in &state.desk.plans {
            let Some(trigger) = waiting(armed).filter(|trigger| holds(state, presence, &trigger.when)) else { continue };
            let known = self.since.get(&armed.plan.name).filter(|(before, since_ms)| before == trigger && *since_ms <= now_ms);
            let since_ms = known.map_or(now_ms, |(_, since_ms)| *since_ms);
            since.insert(armed.plan.name.clone(), (trigger.clone(), since_ms));
        }
        self.since = since;
    }

    /// Plans whose time runs, with its end in ms since 1970.
    fn running<'a>(&'a self, state: &'a State) -> impl Iterator<Item = (&'a ArmedPlan, u64)> {
        self.since.iter().filter_map(|(name, (trigger, since_ms))| {
            let armed = state.plan_named(name).filter(|armed| waiting(armed) == Some(trigger))?;
            may_fire(state, trigger).then(|| (armed, since_ms.saturating_add(u64::from(trigger.for_s) * 1000)))
        })
    }

    /// When a trigger will have held long enough, ms since 1970.
    pub(crate) fn due(&self, state: &State) -> Option<u64> {
        self.running(state).map(|(_, due_ms)| due_ms).min()
    }

    /// Names of plans whose trigger's cause holds, and since when.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, u64)> {
        self.since.iter().map(|(name, (_, since_ms))| (name.as_str(), *since_ms))
    }
}

/// The trigger, while it was not used.
fn waiting(armed: &ArmedPlan) -> Option<&PlanTrigger> {
    armed.plan.trigger.as_ref().filter(|_| armed.fired.is_none() && armed.ran.is_none())
}

/// A question may always be asked; what changes the conference waits for the program's lock.
fn may_fire(state: &State, trigger: &PlanTrigger) -> bool {
    trigger.ask || trigger.even_locked || state.desk.program_locked_by.is_none()
}

/// Whether a trigger can be kept.
///
/// # Errors
/// With what is wrong with it.
pub(crate) fn check(draft: &Draft<'_>, trigger: &PlanTrigger) -> Result<(), Refusal> {
    if !HOLDS_S.contains(&trigger.for_s) {
        return Err(out_of_range("for_s", "持续时间(秒)", 1, 600));
    }
    match &trigger.when {
        TriggerCause::MainSiteLost {} | TriggerCause::MainPictureLost {} => {}
        TriggerCause::PictureBlack { site } | TriggerCause::PictureFrozen { site } | TriggerCause::SoundHowling { site } => {
            known(draft, site.as_ref())?;
        }
        TriggerCause::Loss { site, above_permille } => {
            known(draft, site.as_ref())?;
            if *above_permille > MAX_PERMILLE {
                return Err(out_of_range("above_permille", "丢包率(‰)", 0, i64::from(MAX_PERMILLE)));
            }
        }
    }
    Ok(())
}

fn known(draft: &Draft<'_>, site: Option<&SiteId>) -> Result<(), Refusal> {
    site.map_or(Ok(()), |site| draft.known(site).map(|_| ()))
}

/// Whether a cause holds now. A site that never came is not lost, and of one that is not there nothing else is known.
fn holds(state: &State, presence: &Presence, when: &TriggerCause) -> bool {
    let of = |site: Option<&SiteId>| {
        let site = site.unwrap_or(&state.main_site);
        (state.is_seated(site) && is_connected(presence, site)).then(|| presence.of(site))
    };
    let main = Some(presence.of(&state.main_site)).filter(|_| state.is_seated(&state.main_site));
    match when {
        TriggerCause::MainSiteLost {} => main.is_some_and(|main| main.connection == Connection::Offline),
        TriggerCause::MainPictureLost {} => main.is_some_and(|main| main.connection != Connection::Absent && !main.publishes),
        TriggerCause::PictureBlack { site } => of(site.as_ref()).is_some_and(|found| found.faults.black),
        TriggerCause::PictureFrozen { site } => of(site.as_ref()).is_some_and(|found| found.faults.frozen),
        TriggerCause::SoundHowling { site } => of(site.as_ref()).is_some_and(|found| found.faults.howling),
        TriggerCause::Loss { site, above_permille } => of(site.as_ref()).is_some_and(|found| found.loss_permille > *above_permille),
    }
}

/// Runs or asks for every plan whose trigger has held long enough, each in a revision of its own, so that each can be rolled back by itself; the
/// facts, and the state after them.
pub(crate) fn fire(holding: &mut Holding, state: &State, presence: &Presence, now_ms: u64) -> (Vec<Envelope>, Option<State>) {
    let (mut made, mut after) = (Vec::new(), None);
    // Each plan fires once at most; the last pass finds none.
    for _ in 0..=state.desk.plans.len() {
        let current: &State = after.as_ref().unwrap_or(state);
        holding.look(current, presence, now_ms);
        let due = holding.running(current).find(|(_, due_ms)| *due_ms <= now_ms).map(|(armed, _)| armed.clone());
        let Some(armed) = due else { break };
        let envelopes = fire_one(current, presence, now_ms, armed);
        let mut next = current.clone();
        if envelopes.is_empty() || envelopes.iter().any(|envelope| next.apply(envelope).is_err()) {
            break;
        }
        made.extend(envelopes);
        after = Some(next);
    }
    (made, after)
}

/// What becomes of one plan. Run, it has the right of whoever runs it by hand, so that it is rolled back and undone like that.
fn fire_one(state: &State, presence: &Presence, now_ms: u64, armed: ArmedPlan) -> Vec<Envelope> {
    let mut draft = Draft::new(state, now_ms, RULE, presence);
    let name = armed.plan.name.clone();
    let asks = armed.plan.trigger.as_ref().is_some_and(|trigger| trigger.ask);
    if !asks {
        match plans::run(&mut draft, &name) {
            Ok(()) => return facts(state, now_ms, AFFAIRS, draft.events),
            Err(refusal) => {
                draft = Draft::new(state, now_ms, RULE, presence);
                let fired = Some(Fired::Refused { at_ms: now_ms, detail: refusal.detail, detail_zh: refusal.detail_zh });
                draft.put(Setting::Plan { name, armed: Some(ArmedPlan { fired, ..armed }) });
            }
        }
    } else {
        let fired = Some(Fired::Asks { at_ms: now_ms });
        draft.put(Setting::Plan { name, armed: Some(ArmedPlan { fired, ..armed }) });
    }
    facts(state, now_ms, RULE, draft.events)
}
