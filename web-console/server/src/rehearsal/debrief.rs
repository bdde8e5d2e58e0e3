//! 讲评: what became of each injected fault, which cuts were wrong, and a score. Pure: injections, envelopes and facts in, a table out.

use std::collections::BTreeSet;

use mcu_api::{Envelope, Event, Origin, RollCallScore, Setting, SiteId};
use room_api::{Fault, FaultGroup};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::air::{Moment, follow};

/// A cut that is taken back this soon was one too many.
const TAKEN_BACK_MS: u64 = 8_000;
/// A first right act within this earns all of the points, a later one half of them: about what a hall forgives.
const PROMPT_MS: u64 = 10_000;
/// Points taken off for each wrong cut.
const PER_WRONG_CUT: u32 = 5;

/// A fault as it was really put into a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injection {
    /// Its number.
    pub id: i32,
    /// Whose room.
    pub site: SiteId,
    /// What.
    pub fault: Fault,
    /// When, ms since 1970.
    pub began_ms: u64,
    /// When it was over.
    pub ended_ms: u64,
    /// Nobody was told.
    pub hidden: bool,
}

/// What the system found of a site by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// 画面黑屏
    PictureBlack,
    /// 画面静止
    PictureFrozen,
    /// 画面中断
    PictureLost,
    /// 无声
    SoundSilent,
    /// 声音过载
    SoundClipping,
    /// 啸叫
    SoundHowling,
    /// 丢包
    Loss,
    /// 线路: too thin or too slow.
    Line,
    /// 离线
    Offline,
}

/// One of them began or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFact {
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Whose.
    pub site: SiteId,
    /// What.
    pub trouble: Trouble,
    /// Began, not ended.
    pub began: bool,
}

/// What became of an injection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Row {
    /// Its number.
    pub id: i32,
    /// Whose room.
    #[schema(value_type = String)]
    pub site: SiteId,
    /// What.
    pub fault: Fault,
    /// When, ms since 1970.
    pub began_ms: u64,
    /// How long, ms.
    pub for_ms: u64,
    /// Nobody was told.
    pub hidden: bool,
    /// The system saw it after so many ms; `null` is not.
    pub seen_after_ms: Option<u64>,
    /// Somebody had to do something: it was on air, heard, asked or gone.
    pub needed: bool,
    /// The first right act came after so many ms; `null` is none.
    pub act_after_ms: Option<u64>,
    /// Which: the event or setting by its name on the wire.
    pub act: Option<String>,
    /// Whose.
    pub by: Option<String>,
    /// It was on air for so many ms while it lasted.
    pub on_air_ms: u64,
    /// How it ended.
    pub verdict: Verdict,
}

/// How an injection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 及时处置: within ten seconds.
    Prompt,
    /// 处置较慢
    Slow,
    /// 漏处置
    Missed,
    /// 无需处置: it touched nothing that was on air, heard or asked.
    NotNeeded,
}

/// A cut that should not have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrongCut {
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Who was put on air.
    #[schema(value_type = String)]
    pub site: SiteId,
    /// By whom.
    pub by: String,
    /// Why it was wrong.
    pub why: WrongCutReason,
    /// How long it stood, ms.
    pub for_ms: u64,
}

/// Why a cut was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WrongCutReason {
    /// The site's picture was faulty already.
    Faulty,
    /// The site was not there.
    Absent,
    /// It was taken back at once.
    TakenBack,
}

/// The whole debrief.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Debrief {
    /// In the order of their beginning.
    pub rows: Vec<Row>,
    /// In order.
    pub wrong_cuts: Vec<WrongCut>,
    /// The program had no living picture for so many ms in all.
    pub no_picture_ms: u64,
    /// Microphones that were opened by a rule although it asked nobody: none in a sound conference.
    pub mutes_lost: u32,
    /// The table's last line.
    pub score: Score,
}

/// 成绩
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Score {
    /// Faults injected.
    pub injected: u32,
    /// Seen by the system.
    pub seen: u32,
    /// That needed an act.
    pub needed: u32,
    /// Acted upon within ten seconds.
    pub prompt: u32,
    /// Acted upon later.
    pub slow: u32,
    /// Not acted upon.
    pub missed: u32,
    /// Median time to the first right act, ms.
    pub median_ms: Option<u64>,
    /// 0 to 100: a point for each prompt act, half for a slow one, as a share of those needed, less five for each wrong cut; `null` when nothing was needed
    /// and nothing went wrong.
    pub points: Option<u32>,
}

/// From `from_ms` to `to_ms` the site's picture was of no use.
struct Bad {
    site: SiteId,
    from_ms: u64,
    to_ms: u64,
    why: WrongCutReason,
}

/// Makes the debrief of what happened until `until_ms`. The envelopes begin with the opening.
#[must_use]
pub fn debrief(injections: &[Injection], envelopes: &[Envelope], facts: &[SiteFact], until_ms: u64) -> Debrief {
    let moments = follow(envelopes);
    let shown = spans(&moments, until_ms);
    let bad = bad_times(injections, facts, until_ms);
    let mut rows: Vec<Row> = injections.iter().map(|injection| row(injection, &moments, facts, &shown)).collect();
    rows.sort_by_key(|row| (row.began_ms, row.id));
    let wrong_cuts = wrong_cuts(&moments, &shown, &bad);
    let no_picture_ms = shown.iter().map(|span| without_picture(span, &bad)).sum();
    let mutes_lost = u32::try_from(moments.iter().map(lost_mutes).sum::<usize>()).unwrap_or(u32::MAX);
    let score = score(&rows, &wrong_cuts);
    Debrief { rows, wrong_cuts, no_picture_ms, mutes_lost, score }
}

/// What was on air from when to when.
struct Span {
    from_ms: u64,
    to_ms: u64,
    sites: BTreeSet<SiteId>,
}

fn spans(moments: &[Moment<'_>], until_ms: u64) -> Vec<Span> {
    let first = moments.first().map(|moment| moment.before.clone()).unwrap_or_default();
    let from_ms = moments.first().map_or(until_ms, |moment| moment.envelope.at_ms);
    let mut spans = vec![Span { from_ms, to_ms: until_ms, sites: first }];
    for moment in moments {
        let at_ms = moment.envelope.at_ms;
        let Some(last) = spans.last_mut().filter(|last| last.sites != moment.after) else { continue };
        last.to_ms = at_ms;
        spans.push(Span { from_ms: at_ms, to_ms: until_ms, sites: moment.after.clone() });
    }
    spans
}

fn overlap(one: (u64, u64), other: (u64, u64)) -> u64 {
    one.1.min(other.1).saturating_sub(one.0.max(other.0))
}

fn bad_times(injections: &[Injection], facts: &[SiteFact], until_ms: u64) -> Vec<Bad> {
    let mut bad: Vec<Bad> = injections
        .iter()
        .filter_map(|one| {
            let why = match one.fault {
                Fault::PictureBlack {} | Fault::PictureFrozen {} | Fault::PictureNone {} => WrongCutReason::Faulty,
                Fault::LineCut {} | Fault::PowerCut {} => WrongCutReason::Absent,
                Fault::MicDead {}
                | Fault::SoundHowling { .. }
                | Fault::SoundNoise { .. }
                | Fault::SoundClipping {}
                | Fault::AnswerLate { .. }
                | Fault::AnswerNone {}
                | Fault::LineLoss { .. }
                | Fault::LineDelay { .. }
                | Fault::LineRate { .. } => return None,
            };
            Some(Bad { site: one.site.clone(), from_ms: one.began_ms, to_ms: one.ended_ms, why })
        })
        .collect();
    for (place, fact) in facts.iter().enumerate().filter(|(_, fact)| fact.began) {
        let why = match fact.trouble {
            Trouble::PictureBlack | Trouble::PictureFrozen | Trouble::PictureLost => WrongCutReason::Faulty,
            Trouble::Offline => WrongCutReason::Absent,
            Trouble::SoundSilent | Trouble::SoundClipping | Trouble::SoundHowling | Trouble::Loss | Trouble::Line => continue,
        };
        let same = |other: &&SiteFact| !other.began && other.site == fact.site && other.trouble == fact.trouble;
        let to_ms = facts.iter().skip(place).find(same).map_or(until_ms, |end| end.at_ms);
        bad.push(Bad { site: fact.site.clone(), from_ms: fact.at_ms, to_ms, why });
    }
    bad
}

fn row(injection: &Injection, moments: &[Moment<'_>], facts: &[SiteFact], shown: &[Span]) -> Row {
    let time = (injection.began_ms, injection.ended_ms);
    let during = |at_ms: u64| (time.0..=time.1).contains(&at_ms);
    let on_air_ms =
        shown.iter().filter(|span| span.sites.contains(&injection.site)).map(|span| overlap((span.from_ms, span.to_ms), time)).sum();
    let (asked, open) = (was_asked(injection, moments), was_open(injection, moments));
    let needed = match injection.fault.group() {
        FaultGroup::Picture => on_air_ms > 0 || asked,
        FaultGroup::Sound | FaultGroup::Answer => asked || open,
        FaultGroup::Line => injection.fault == (Fault::LineCut {}) || on_air_ms > 0 || asked || open,
        FaultGroup::Power => true,
    };
    let act = moments
        .iter()
        .filter(|moment| during(moment.envelope.at_ms) && moment.by_person())
        .find_map(|moment| right_act(injection, moment).map(|act| (moment, act)));
    let after = |moment: &Moment<'_>| moment.envelope.at_ms - injection.began_ms;
    let act_after_ms = act.as_ref().map(|(moment, _)| after(moment));
    let verdict = match (needed, act_after_ms) {
        (_, Some(ms)) if ms <= PROMPT_MS => Verdict::Prompt,
        (_, Some(_)) => Verdict::Slow,
        (true, None) => Verdict::Missed,
        (false, None) => Verdict::NotNeeded,
    };
    Row {
        id: injection.id,
        site: injection.site.clone(),
        fault: injection.fault,
        began_ms: injection.began_ms,
        for_ms: injection.ended_ms.saturating_sub(injection.began_ms),
        hidden: injection.hidden,
        seen_after_ms: seen_after(injection, moments, facts),
        needed: needed || act.is_some(),
        act_after_ms,
        act: act.as_ref().map(|(_, act)| (*act).to_owned()),
        by: act.map(|(moment, _)| moment.envelope.author.clone()),
        on_air_ms,
        verdict,
    }
}

/// A roll call asked the site while the fault lasted.
fn was_asked(injection: &Injection, moments: &[Moment<'_>]) -> bool {
    let before = moments.iter().rev().find(|moment| moment.envelope.at_ms < injection.began_ms);
    let during = moments.iter().filter(|moment| (injection.began_ms..=injection.ended_ms).contains(&moment.envelope.at_ms));
    before.into_iter().chain(during).any(|moment| moment.asked.as_ref() == Some(&injection.site))
}

/// Its microphone was open for some of the time, other than for a roll call.
fn was_open(injection: &Injection, moments: &[Moment<'_>]) -> bool {
    let site = &injection.site;
    let before = moments.iter().rev().find(|moment| moment.envelope.at_ms < injection.began_ms);
    let began_open = before.is_some_and(|moment| moment.mics_after.contains(site));
    let during = moments.iter().filter(|moment| (injection.began_ms..=injection.ended_ms).contains(&moment.envelope.at_ms));
    began_open || during.into_iter().any(|moment| moment.mics_after.contains(site))
}

/// When the system said something that belongs to the fault, ms after its beginning.
fn seen_after(injection: &Injection, moments: &[Moment<'_>], facts: &[SiteFact]) -> Option<u64> {
    use Trouble::{Line, Loss, Offline, PictureBlack, PictureFrozen, PictureLost, SoundClipping, SoundHowling, SoundSilent};
    let (signs, scores): (&[Trouble], &[RollCallScore]) = match injection.fault {
        Fault::PictureBlack {} => (&[PictureBlack, PictureLost], &[RollCallScore::SoundWithoutPicture]),
        Fault::PictureFrozen {} => (&[PictureFrozen, PictureLost], &[RollCallScore::SoundWithoutPicture]),
        Fault::PictureNone {} => (&[PictureLost], &[RollCallScore::SoundWithoutPicture]),
        Fault::MicDead {} => (&[SoundSilent], &[RollCallScore::PictureWithoutSound]),
        Fault::SoundHowling { .. } => (&[SoundHowling], &[]),
        Fault::SoundNoise { .. } => (&[], &[]),
        Fault::SoundClipping {} => (&[SoundClipping], &[]),
        Fault::AnswerLate { .. } => (&[], &[RollCallScore::Late, RollCallScore::NoAnswer]),
        Fault::AnswerNone {} => (&[], &[RollCallScore::NoAnswer]),
        Fault::LineLoss { .. } => (&[Loss, Line, PictureLost], &[]),
        Fault::LineDelay { .. } | Fault::LineRate { .. } => (&[Line, Loss, PictureLost], &[]),
        Fault::LineCut {} | Fault::PowerCut {} => (&[Offline, PictureLost], &[RollCallScore::NoAnswer]),
    };
    let time = injection.began_ms..=injection.ended_ms;
    let by_fact = facts.iter().filter(|fact| fact.began && fact.site == injection.site && signs.contains(&fact.trouble));
    let scored = |moment: &&Moment<'_>| {
        moment.scored.iter().any(|(site, score, by_hand)| *site == injection.site && !by_hand && scores.contains(score))
    };
    let by_score = moments.iter().filter(scored).map(|moment| moment.envelope.at_ms);
    let first = by_fact.map(|fact| fact.at_ms).chain(by_score).filter(|at_ms| time.contains(at_ms)).min()?;
    Some(first - injection.began_ms)
}

/// The name of the act when a person's change was a right one against the fault.
fn right_act(injection: &Injection, moment: &Moment<'_>) -> Option<&'static str> {
    let site = &injection.site;
    let left_air = moment.before.contains(site) && !moment.after.contains(site);
    let closed = moment.mics_before.contains(site) && !moment.mics_after.contains(site);
    let scored = moment.scored.iter().any(|(named, score, by_hand)| named == site && *by_hand && *score != RollCallScore::Normal);
    let called = matches!(&moment.envelope.event, Event::SiteCalled { site: named } | Event::SiteHungUp { site: named } if named == site);
    let quieter = matches!(
        &moment.envelope.event,
        Event::Changed { before: Setting::Gain { gain_db: before, .. }, after: Setting::Gain { site: named, gain_db } }
            if named == site && gain_db < before
    );
    let own_slate = matches!(&moment.envelope.event, Event::Changed { after: Setting::SiteSlate { text: Some(_), .. }, .. });
    let redials = matches!(&moment.envelope.event, Event::Changed { after: Setting::RedialPolicy { policy: Some(_) }, .. });
    let air = [(left_air, "left_air"), (own_slate, "slate")];
    let mouth = [(closed, "mic_closed"), (quieter, "gain_lowered")];
    let line = [(called, "called_again"), (redials, "redial")];
    let score = [(scored, "scored_by_hand")];
    let right: Vec<(bool, &'static str)> = match injection.fault.group() {
        FaultGroup::Picture => air.into_iter().chain(score).collect(),
        FaultGroup::Sound | FaultGroup::Answer => mouth.into_iter().chain(air).chain(score).collect(),
        FaultGroup::Line | FaultGroup::Power => air.into_iter().chain(line).chain(mouth).chain(score).collect(),
    };
    right.into_iter().find(|(holds, _)| *holds).map(|(_, name)| name)
}

fn wrong_cuts(moments: &[Moment<'_>], shown: &[Span], bad: &[Bad]) -> Vec<WrongCut> {
    let mut wrong = Vec::new();
    for (place, moment) in moments.iter().enumerate().filter(|(_, moment)| moment.by_person()) {
        let at_ms = moment.envelope.at_ms;
        for site in moment.after.difference(&moment.before) {
            let stood = |from_ms: u64| {
                let next = shown.iter().filter(|span| span.to_ms > from_ms && span.from_ms >= from_ms);
                next.take_while(|span| span.sites.contains(site)).last().map_or(from_ms, |span| span.to_ms)
            };
            let faulty = bad.iter().find(|bad| bad.site == *site && (bad.from_ms..bad.to_ms).contains(&at_ms));
            let back = moments.iter().skip(place + 1).find(|later| later.before.contains(site) && !later.after.contains(site));
            let soon =
                back.filter(|later| later.by_person() && later.envelope.at_ms - at_ms <= TAKEN_BACK_MS && later.after == moment.before);
            let (why, to_ms) = match (faulty, soon) {
                (Some(bad), _) => (bad.why, stood(at_ms).min(bad.to_ms)),
                (None, Some(later)) => (WrongCutReason::TakenBack, later.envelope.at_ms),
                (None, None) => continue,
            };
            let by = moment.envelope.author.clone();
            wrong.push(WrongCut { at_ms, site: site.clone(), by, why, for_ms: to_ms.saturating_sub(at_ms) });
        }
    }
    wrong
}

/// For how long of the span every site in it had no living picture. A slate is a picture.
fn without_picture(span: &Span, bad: &[Bad]) -> u64 {
    if span.sites.is_empty() {
        return 0;
    }
    let of_span: Vec<&Bad> = bad.iter().filter(|bad| span.sites.contains(&bad.site)).collect();
    let mut edges: Vec<u64> = of_span.iter().flat_map(|bad| [bad.from_ms, bad.to_ms]).chain([span.from_ms, span.to_ms]).collect();
    edges.retain(|at_ms| (span.from_ms..=span.to_ms).contains(at_ms));
    edges.sort_unstable();
    edges.dedup();
    let is_dead = |site: &SiteId, at_ms: u64| of_span.iter().any(|bad| bad.site == *site && (bad.from_ms..bad.to_ms).contains(&at_ms));
    let pieces = edges.iter().zip(edges.iter().skip(1));
    pieces.filter(|(from, _)| span.sites.iter().all(|site| is_dead(site, **from))).map(|(from, to)| to - from).sum()
}

/// Microphones that a rule opened although it asks nobody.
fn lost_mutes(moment: &Moment<'_>) -> usize {
    if moment.envelope.origin != Origin::Rule {
        return 0;
    }
    moment.mics_after.difference(&moment.mics_before).filter(|site| moment.asked.as_ref() != Some(*site)).count()
}

fn score(rows: &[Row], wrong_cuts: &[WrongCut]) -> Score {
    let count = |holds: &dyn Fn(&Row) -> bool| u32::try_from(rows.iter().filter(|row| holds(row)).count()).unwrap_or(u32::MAX);
    let of = |verdict: Verdict| count(&|row| row.verdict == verdict);
    let (prompt, slow, missed) = (of(Verdict::Prompt), of(Verdict::Slow), of(Verdict::Missed));
    let needed = prompt + slow + missed;
    let mut times: Vec<u64> = rows.iter().filter_map(|row| row.act_after_ms).collect();
    times.sort_unstable();
    let wrong = u32::try_from(wrong_cuts.len()).unwrap_or(u32::MAX);
    let whole = if needed == 0 { 100 } else { (200 * prompt + 100 * slow) / (2 * needed) };
    Score {
        injected: count(&|_| true),
        seen: count(&|row| row.seen_after_ms.is_some()),
        needed,
        prompt,
        slow,
        missed,
        median_ms: times.get(times.len() / 2).copied(),
        points: (needed > 0 || wrong > 0).then(|| whole.saturating_sub(wrong.saturating_mul(PER_WRONG_CUT))),
    }
}
