//! 点名: one site after the other is previewed, opened, listened to, scored and closed.

use std::collections::BTreeSet;

use mcu_api::{Code, Mic, Picture, RollCall, RollCallRow, RollCallScore, RollCallTurn, Setting, SiteId};

use super::{pictures, seats};
use crate::draft::Draft;
use crate::presence::Presence;
use crate::refusal::{Refusal, refuse, unknown_item};
use crate::state::State;

/// How long a site is listened to: twelve branches that all keep silent take 96 s.
const WAIT_MS: u64 = 8_000;
/// An answer later than this is noted as late: a person at the table needs less, so the line or the room is slow.
const LATE_AFTER_MS: u64 = 5_000;
/// Below this there is nothing in the packets: even an empty room's noise is louder.
const ALIVE_DBFS: i8 = -70;
/// Speech stands above this, the hiss of an open microphone below.
const GATE_DBFS: i8 = -45;
/// Shorter than a syllable is a knock at the microphone.
const ATTACK_MS: u64 = 300;

pub(crate) fn start(draft: &mut Draft<'_>, sites: &[SiteId]) -> Result<(), Refusal> {
    if draft.state.speech.roll_call.as_ref().is_some_and(|roll_call| roll_call.turn.is_some()) {
        return Err(refuse(Code::NothingToDo, "a roll call is going on; stop it first", "点名正在进行,请先停止"));
    }
    // Asked once each, whoever wrote the list.
    let mut asked = BTreeSet::new();
    let mut rows: Vec<RollCallRow> = Vec::new();
    // Interpreters are asked only by name: it would take them from those who listen.
    let passed = |site: &SiteId| sites.is_empty() && draft.state.site(site).is_some_and(|found| found.interprets.is_some());
    for site in draft.listed(sites)?.into_iter().filter(|site| !passed(site)) {
        if asked.insert(site.clone()) {
            rows.push(RollCallRow { site, score: None, answer_ms: None, by_hand: false });
        }
    }
    let roll_call = RollCall { started_at_ms: draft.now_ms, finished_at_ms: None, rows, turn: None };
    go_on(draft, roll_call);
    Ok(())
}

pub(crate) fn next(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let (roll_call, turn) = going_on(draft)?;
    let score = measured(&turn, draft.presence);
    finish(draft, roll_call, &turn, score, false);
    Ok(())
}

pub(crate) fn score(draft: &mut Draft<'_>, site: &SiteId, score: RollCallScore) -> Result<(), Refusal> {
    let no_such = || unknown_item("site in the roll call", "点名会场");
    let mut roll_call = draft.state.speech.roll_call.clone().ok_or_else(no_such)?;
    if let Some(turn) = roll_call.turn.clone().filter(|turn| turn.site == *site) {
        finish(draft, roll_call, &turn, score, true);
        return Ok(());
    }
    let row = roll_call.rows.iter_mut().find(|row| row.site == *site).ok_or_else(no_such)?;
    if row.score != Some(score) {
        (row.score, row.by_hand) = (Some(score), true);
    }
    draft.put(Setting::RollCall { roll_call: Some(roll_call) });
    Ok(())
}

pub(crate) fn stop(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let (roll_call, turn) = going_on(draft)?;
    close(draft, &turn.site);
    let roll_call = RollCall { turn: None, finished_at_ms: Some(draft.now_ms), ..roll_call };
    draft.put(Setting::RollCall { roll_call: Some(roll_call) });
    Ok(())
}

fn going_on(draft: &Draft<'_>) -> Result<(RollCall, RollCallTurn), Refusal> {
    let roll_call = draft.state.speech.roll_call.clone();
    let found = roll_call.and_then(|roll_call| roll_call.turn.clone().map(|turn| (roll_call, turn)));
    found.ok_or_else(|| unknown_item("roll call", "正在进行的点名"))
}

/// Scores who is asked as soon as it is clear, at the latest when its time is over.
pub(crate) fn tick(draft: &mut Draft<'_>) {
    // Each pass scores one site; those that are not there are passed at once.
    while let Ok((roll_call, turn)) = going_on(draft) {
        // After a pause of the whole program it ends: recovery opens no microphone.
        if draft.now_ms > turn.until_ms.saturating_add(WAIT_MS) {
            let _ = stop(draft);
            return;
        }
        let there = draft.state.is_seated(&turn.site) && seats::is_connected(draft.presence, &turn.site);
        let answered = turn.heard_at_ms.is_some() && has_picture(draft.presence, &turn.site);
        if there && !answered && draft.now_ms < turn.until_ms {
            return;
        }
        let score = if there { measured(&turn, draft.presence) } else { RollCallScore::NoAnswer };
        finish(draft, roll_call, &turn, score, false);
    }
}

/// When who is asked has had its time, ms since 1970.
pub(crate) fn due(state: &State) -> Option<u64> {
    state.speech.roll_call.as_ref()?.turn.as_ref().map(|turn| turn.until_ms)
}

/// What was seen and heard so far.
fn measured(turn: &RollCallTurn, presence: &Presence) -> RollCallScore {
    match (turn.heard_at_ms, has_picture(presence, &turn.site)) {
        (Some(heard), true) if heard.saturating_sub(turn.asked_at_ms) > LATE_AFTER_MS => RollCallScore::Late,
        (Some(_), true) => RollCallScore::Normal,
        (Some(_), false) => RollCallScore::SoundWithoutPicture,
        // Their microphone works; they do not speak.
        (None, true) if turn.sound_at_ms.is_some() => RollCallScore::NoAnswer,
        (None, true) => RollCallScore::PictureWithoutSound,
        (None, false) => RollCallScore::NoAnswer,
    }
}

/// Whether a picture arrives that shows something: one that is black or stands still is none.
fn has_picture(presence: &Presence, site: &SiteId) -> bool {
    let found = presence.of(site);
    found.publishes && !found.faults.black && !found.faults.frozen
}

/// Notes the score, closes the microphone and goes on.
fn finish(draft: &mut Draft<'_>, mut roll_call: RollCall, turn: &RollCallTurn, score: RollCallScore, by_hand: bool) {
    let answer_ms = turn.heard_at_ms.map(|heard| u32::try_from(heard.saturating_sub(turn.asked_at_ms)).unwrap_or(u32::MAX));
    if let Some(row) = roll_call.rows.iter_mut().find(|row| row.site == turn.site) {
        (row.score, row.answer_ms, row.by_hand) = (Some(score), answer_ms, by_hand);
    }
    close(draft, &turn.site);
    go_on(draft, roll_call);
}

/// The microphone is closed and the preview emptied, unless somebody has put another picture there.
fn close(draft: &mut Draft<'_>, site: &SiteId) {
    draft.mics(|other| (other.seat.site == *site).then_some(Mic::Closed));
    if draft.state.preview == Some(Picture::Site { site: site.clone() }) {
        pictures::preview(draft, None);
    }
}

/// Asks the next site that has a seat; those without are scored at once.
fn go_on(draft: &mut Draft<'_>, mut roll_call: RollCall) {
    for row in roll_call.rows.iter_mut().filter(|row| row.score.is_none()) {
        if draft.state.is_seated(&row.site) {
            break;
        }
        row.score = Some(RollCallScore::NoAnswer);
    }
    let asked = roll_call.rows.iter().find(|row| row.score.is_none()).map(|row| row.site.clone());
    match &asked {
        Some(site) => {
            pictures::preview(draft, Some(&Picture::Site { site: site.clone() }));
            draft.mics(|other| (other.seat.site == *site).then_some(Mic::Open));
        }
        None => roll_call.finished_at_ms = Some(draft.now_ms),
    }
    let turn = |site| RollCallTurn {
        site,
        asked_at_ms: draft.now_ms,
        until_ms: draft.now_ms.saturating_add(WAIT_MS),
        sound_at_ms: None,
        heard_at_ms: None,
    };
    roll_call.turn = asked.map(turn);
    draft.put(Setting::RollCall { roll_call: Some(roll_call) });
}

/// Since when something came from the microphone of whom is asked; not journalled, for nothing has been decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answering {
    site: SiteId,
    asked_at_ms: u64,
    alive_since_ms: Option<u64>,
    loud_since_ms: Option<u64>,
}

/// Listens for an answer; the setting to be made when there was one. One loud moment is no answer, and no sign of life either: what was made up
/// for a lost packet sounds so too.
pub(crate) fn hear(state: &State, answering: &mut Option<Answering>, now_ms: u64, levels: &[(SiteId, i8)]) -> Option<Setting> {
    let roll_call = state.speech.roll_call.as_ref()?;
    let turn = roll_call.turn.as_ref().filter(|turn| turn.heard_at_ms.is_none())?;
    let level = levels.iter().find(|(site, _)| *site == turn.site).map_or(i8::MIN, |(_, level)| *level);
    let fresh = answering.take().filter(|known| (&known.site, known.asked_at_ms) == (&turn.site, turn.asked_at_ms));
    // A clock that went back begins anew.
    let since = |known: Option<u64>, from: i8| (level >= from).then(|| known.filter(|since| *since <= now_ms).unwrap_or(now_ms));
    let alive_since_ms = since(fresh.as_ref().and_then(|known| known.alive_since_ms), ALIVE_DBFS);
    let loud_since_ms = since(fresh.and_then(|known| known.loud_since_ms), GATE_DBFS);
    *answering = Some(Answering { site: turn.site.clone(), asked_at_ms: turn.asked_at_ms, alive_since_ms, loud_since_ms });
    let lasts = |since: &u64| now_ms.saturating_sub(*since) >= ATTACK_MS;
    let sound_at_ms = turn.sound_at_ms.or(alive_since_ms.filter(lasts));
    let heard_at_ms = loud_since_ms.filter(lasts);
    let changed = heard_at_ms.is_some() || sound_at_ms != turn.sound_at_ms;
    let turn = RollCallTurn { sound_at_ms, heard_at_ms, ..turn.clone() };
    changed.then(|| Setting::RollCall { roll_call: Some(RollCall { turn: Some(turn), ..roll_call.clone() }) })
}
