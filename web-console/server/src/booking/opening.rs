//! How an occurrence is opened at the MCU: what is sent, by value, and what each answer means. Pure.
//!
//! The MCU opens an id that has ended anew, so a repeated opening could begin a second conference. Therefore an opening is asked for without
//! looking only once; whenever it is not known what became of it, looking comes first.

use mcu_api::{
    Code, Command, CommandRequest, ConferenceId, ConferencePhase, ConferenceSnapshot, OpenConference, Overlay, Problem, RunSheet, SiteSeat,
};
use serde::{Deserialize, Serialize};

use super::words::{Meeting, Reason};
use crate::library::words::{PlanDocument, RunSheetDocument};

/// First pause after a failed try, ms: a restarting MCU is back in a second.
const FIRST_PAUSE_MS: i64 = 1_000;
/// Longest pause, ms: people look at the screen while they wait.
const LONGEST_PAUSE_MS: i64 = 30_000;
/// How often a running conference is looked at, ms: an ended one frees its sites within this.
pub(crate) const LOOK_EVERY_MS: i64 = 5_000;
/// By how much two machines' clocks may differ, ms.
const CLOCK_LEEWAY_MS: i64 = 60_000;

/// All that is sent to the MCU, fixed when the opening begins, so that a restart goes on with the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opening {
    /// The opening.
    pub(crate) open: OpenConference,
    /// Afterwards, in order.
    pub(crate) commands: Vec<Command>,
    /// Account that booked it.
    pub(crate) author: String,
    /// When this was fixed, ms since 1970.
    pub(crate) fixed_ms: i64,
    /// Planned end, ms since 1970: after it nothing is opened any more.
    pub(crate) ends_ms: i64,
}

/// The documents that a meeting names, as the library has them at the time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Documents {
    /// Layout.
    pub(crate) layout: Option<mcu_api::Layout>,
    /// Plans.
    pub(crate) plans: Vec<PlanDocument>,
    /// Run sheet.
    pub(crate) run_sheet: Option<RunSheetDocument>,
}

/// How far an occurrence has come; kept after every step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Where.
    pub(crate) phase: Phase,
    /// The opening was sent once at least; what became of it may be unknown.
    pub(crate) asked: bool,
    /// The MCU has opened it.
    pub(crate) opened: bool,
    /// Commands done or refused.
    pub(crate) step: usize,
    /// Failed tries in a row.
    pub(crate) tries: u32,
    /// Nothing is tried before, ms since 1970.
    pub(crate) next_try_ms: i64,
    /// Why it does not go on.
    pub(crate) waits_for: Option<Reason>,
    /// What the MCU refused of the commands, or the library did not have.
    pub(crate) warnings: Vec<Reason>,
}

/// Where an occurrence is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Being opened.
    Opening {},
    /// All was sent.
    Running {},
    /// Over.
    Ended {},
    /// It was not opened.
    Failed {
        /// Why.
        reason: Reason,
    },
    /// Cancelled before it was opened.
    Cancelled {},
}

/// What is asked of the MCU next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Whether the conference is there.
    Look,
    /// To open it.
    Open,
    /// A command.
    Command(Box<CommandRequest>),
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    /// No answer, or one that is not understood.
    Nothing,
    /// A refusal.
    Refused(Problem),
    /// The conference as it is: answer to looking.
    There(Box<ConferenceSnapshot>),
    /// It is done: answer to opening and commands.
    Done,
}

impl Progress {
    /// At the beginning, with what the library did not have.
    pub(crate) fn begin(now_ms: i64, warnings: Vec<Reason>) -> Self {
        let phase = Phase::Opening {};
        Self { phase, asked: false, opened: false, step: 0, tries: 0, next_try_ms: now_ms, waits_for: None, warnings }
    }

    /// Nothing more will be asked.
    pub(crate) const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended {} | Phase::Failed { .. } | Phase::Cancelled {})
    }

    /// What to ask now; `None` when nothing.
    pub(crate) fn next(&self, opening: &Opening) -> Option<Ask> {
        match self.phase {
            Phase::Opening {} if !self.asked => Some(Ask::Open),
            Phase::Opening {} if !self.opened => Some(Ask::Look),
            Phase::Opening {} => opening.commands.get(self.step).map(|command| {
                Ask::Command(Box::new(CommandRequest {
                    command: command.clone(),
                    expect_rev: None,
                    idem_key: Some(format!("{}-{}", opening.open.conference, self.step)),
                    confirm: None,
                }))
            }),
            Phase::Running {} => Some(Ask::Look),
            Phase::Ended {} | Phase::Failed { .. } | Phase::Cancelled {} => None,
        }
    }

    /// What an answer means.
    pub(crate) fn heard(&mut self, opening: &Opening, ask: &Ask, heard: Heard, now_ms: i64) {
        match (ask, heard) {
            (_, Heard::Nothing) => {
                self.wait(Reason::new("the MCU does not answer; check that it runs", "MCU 无应答,请检查其是否运行"), now_ms)
            }
            (_, Heard::Refused(problem)) if is_passing(&problem) => self.wait(reason(&problem), now_ms),
            (Ask::Look, Heard::Refused(problem)) => self.not_there(&problem, now_ms),
            (Ask::Open, Heard::Refused(problem)) => self.phase = Phase::Failed { reason: reason(&problem) },
            (Ask::Command(_), Heard::Refused(problem)) => self.command_refused(opening, &problem, now_ms),
            (Ask::Look, Heard::There(snapshot)) => self.there(opening, &snapshot, now_ms),
            (Ask::Open, Heard::Done | Heard::There(_)) => {
                self.opened = true;
                self.went_on(opening, now_ms);
            }
            (Ask::Command(_), Heard::Done | Heard::There(_)) => {
                self.step += 1;
                self.went_on(opening, now_ms);
            }
            (Ask::Look, Heard::Done) => self.went_on(opening, now_ms),
        }
        let not_opened = !self.opened && matches!(self.phase, Phase::Opening {});
        if not_opened && now_ms >= opening.ends_ms {
            let why = self.waits_for.clone().unwrap_or_else(|| Reason::new("the MCU was not reached", "未能联系 MCU"));
            self.phase = Phase::Failed {
                reason: Reason::new(
                    format!("it could not be opened before its end: {}", why.detail),
                    format!("直到计划结束仍未能开会:{}", why.detail_zh),
                ),
            };
        }
    }

    fn wait(&mut self, why: Reason, now_ms: i64) {
        let pause = LONGEST_PAUSE_MS.min(FIRST_PAUSE_MS.saturating_mul(1 << self.tries.min(5)));
        self.tries = self.tries.saturating_add(1);
        self.next_try_ms = now_ms + pause;
        self.waits_for = Some(why);
    }

    fn went_on(&mut self, opening: &Opening, now_ms: i64) {
        self.tries = 0;
        self.waits_for = None;
        self.next_try_ms = now_ms;
        if matches!(self.phase, Phase::Opening {}) && self.opened && self.step >= opening.commands.len() {
            self.phase = Phase::Running {};
        }
        if matches!(self.phase, Phase::Running {}) {
            self.next_try_ms = now_ms + LOOK_EVERY_MS;
        }
    }

    fn there(&mut self, opening: &Opening, snapshot: &ConferenceSnapshot, now_ms: i64) {
        let opened_ms = i64::try_from(snapshot.opened_at_ms).unwrap_or(i64::MAX);
        let is_ours = snapshot.title == opening.open.title && opened_ms >= opening.fixed_ms - CLOCK_LEEWAY_MS;
        if !self.opened && !is_ours {
            self.phase = Phase::Failed { reason: in_use(&opening.open.conference) };
            return;
        }
        self.opened = true;
        match snapshot.phase {
            ConferencePhase::Running => self.went_on(opening, now_ms),
            ConferencePhase::Ended => self.phase = Phase::Ended {},
        }
    }

    /// Looking found nothing: it was never opened, or is over and put away.
    fn not_there(&mut self, problem: &Problem, now_ms: i64) {
        if problem.code != Code::UnknownConference {
            self.wait(reason(problem), now_ms);
        } else if self.opened {
            self.phase = Phase::Ended {};
        } else {
            self.asked = false;
            self.waits_for = None;
        }
    }

    fn command_refused(&mut self, opening: &Opening, problem: &Problem, now_ms: i64) {
        if matches!(problem.code, Code::UnknownConference | Code::ConferenceEnded) {
            self.phase = Phase::Ended {};
            return;
        }
        self.warnings.push(reason(problem));
        self.step += 1;
        self.went_on(opening, now_ms);
    }
}

/// Whether asking again later may help: the MCU is in trouble, or does not know this console yet.
fn is_passing(problem: &Problem) -> bool {
    matches!(problem.code, Code::TokenRefused | Code::RightMissing) || problem.status >= 500
}

fn reason(problem: &Problem) -> Reason {
    Reason::new(problem.detail.clone(), problem.detail_zh.clone())
}

fn in_use(conference: &ConferenceId) -> Reason {
    Reason::new(
        format!("conference id {conference} is used by another conference at the MCU; end that one, then save this booking again"),
        format!("会议号 {conference} 已被 MCU 上的其他会议占用,请先结束该会议,再重新保存本预约"),
    )
}

/// Times of an occurrence, ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// When this is fixed.
    pub(crate) now_ms: i64,
    /// Planned start.
    pub(crate) starts_ms: i64,
    /// Planned end.
    pub(crate) ends_ms: i64,
}

/// A kept run sheet was planned for another day: its times are moved so that the first is the meeting's start.
fn moved_to_start(mut sheet: RunSheet, starts_ms: i64) -> RunSheet {
    let first = sheet.steps.iter().find_map(|step| step.planned_at_ms);
    let by = first.and_then(|at| i64::try_from(at).ok()).map(|at| starts_ms.saturating_sub(at));
    for step in &mut sheet.steps {
        step.planned_at_ms = step.planned_at_ms.zip(by).and_then(|(at, by)| at.checked_add_signed(by));
    }
    sheet
}

/// Fixes what is sent for a meeting. Seats are the configured ones in their order.
pub(crate) fn prepare(
    conference: ConferenceId,
    meeting: &Meeting,
    seats: &[SiteSeat],
    documents: Documents,
    author: &str,
    times: Times,
) -> Opening {
    let mut commands = Vec::new();
    if let Some(text) = &meeting.classification {
        commands.push(Command::SetOverlays { overlays: vec![Overlay::Classification { text: text.clone() }] });
    }
    if let Some(layout) = documents.layout {
        commands.push(Command::SetLayout { layout: Some(layout) });
    }
    if let Some(document) = documents.run_sheet {
        commands.push(Command::LoadRunSheet { sheet: Some(moved_to_start(document.sheet, times.starts_ms)) });
    }
    commands.extend(documents.plans.into_iter().map(|document| Command::ArmPlan { plan: document.plan }));
    if let Ok(at) = u64::try_from(times.ends_ms) {
        commands.push(Command::Extend { ends_at_ms: Some(at), auto_end: meeting.auto_end });
    }
    let open = OpenConference {
        conference,
        title: meeting.title.clone(),
        sites: seats.iter().filter(|seat| meeting.sites.contains(&seat.site)).cloned().collect(),
        main_site: meeting.main_site.clone(),
        mute_on_join: Some(meeting.mute_on_join),
        call_all: Some(true),
        rehearsal: false,
    };
    Opening { open, commands, author: author.to_owned(), fixed_ms: times.now_ms, ends_ms: times.ends_ms }
}

#[cfg(test)]
mod tests;
