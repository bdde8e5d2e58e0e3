//! The machine: commands in, facts or a refusal out.

use std::collections::VecDeque;

use mcu_api::rights::AFFAIRS;
use mcu_api::{
    Code, Command, CommandAnswer, CommandRequest, ConferencePhase, Envelope, Event, OpenConference, Origin, Rev, Setting, SiteId,
};

use crate::access::{granted, is_dangerous, leases_allow};
use crate::draft::Draft;
use crate::presence::Presence;
use crate::refusal::{Refusal, ended, missing_right, refuse, stale_rev};
use crate::rules::roll_call::Answering;
use crate::rules::triggers::Holding;
use crate::rules::voice_switch::Candidate;
use crate::rules::{cells, leases, polling, roll_call, seats, speech, triggers, voice_switch};
use crate::state::{MAX_KEYS, ReplayError, State};
use crate::{commands, open};

/// How long a confirmation token is good. Long enough to read a sentence and press again, short enough that nobody forgets what it was for.
const CONFIRM_WITHIN_MS: u64 = 30_000;
/// Confirmations waiting at the same time: one per operator of the largest desk; the oldest goes first.
const MAX_CONFIRMATIONS: usize = 16;
/// Longest idempotency key in bytes, as the API says.
const MAX_KEY_BYTES: usize = 64;

/// A command with its circumstances.
#[derive(Debug, Clone)]
pub struct Input {
    /// Account or room.
    pub author: String,
    /// Names of the rights the author holds.
    pub rights: Vec<String>,
    /// The site for which the author may act with `site.self`.
    pub site: Option<SiteId>,
    /// Where it came from.
    pub origin: Origin,
    /// What is asked.
    pub request: CommandRequest,
    /// A fresh random text, in case the machine has to ask for confirmation.
    pub fresh_token: String,
}

/// What became of an accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the caller is told.
    pub answer: CommandAnswer,
    /// The facts, to be journalled and then applied; empty when nothing changes. Those of a command carry one revision.
    pub envelopes: Vec<Envelope>,
}

struct Confirmation {
    token: String,
    author: String,
    command: Command,
    until_ms: u64,
}

/// Author and right of what the conference decides by itself.
pub(crate) const RULE: &str = "rule";

/// One conference. Only [`Conference::apply`] changes its state; [`Conference::handle`], [`Conference::tick`] and [`Conference::levels`] only
/// decide.
pub struct Conference {
    state: State,
    /// As last looked; what is decided upon it is journalled.
    presence: Presence,
    /// Who could become the loudest.
    loudest: Option<Candidate>,
    /// Who begins to answer a roll call.
    answering: Option<Answering>,
    /// Since when triggers of plans hold.
    holding: Holding,
    confirmations: VecDeque<Confirmation>,
    /// Keys of commands that found everything so already; they left no fact behind.
    unchanged: VecDeque<(String, String, Rev)>,
}

impl Conference {
    /// Decides an opening; [`Conference::opened`] makes a conference of the fact.
    ///
    /// # Errors
    /// Without the right, or with what is wrong with the request.
    pub fn open(now_ms: u64, author: &str, rights: &[String], origin: Origin, open: OpenConference) -> Result<Envelope, Refusal> {
        if !rights.iter().any(|held| held == AFFAIRS) {
            return Err(missing_right(AFFAIRS));
        }
        open::check(&open)?;
        Ok(Envelope {
            conference: open.conference.clone(),
            rev: Rev(1),
            at_ms: now_ms,
            author: author.to_owned(),
            right: AFFAIRS.to_owned(),
            origin,
            idem_key: None,
            event: Event::Opened { open },
        })
    }

    /// The conference that an opening begins.
    ///
    /// # Errors
    /// When the fact is no opening.
    pub fn opened(envelope: &Envelope) -> Result<Self, ReplayError> {
        Ok(Self {
            state: State::opened(envelope)?,
            presence: Presence::nobody(),
            loudest: None,
            answering: None,
            holding: Holding::default(),
            confirmations: VecDeque::new(),
            unchanged: VecDeque::new(),
        })
    }

    /// The conference that a journal tells of.
    ///
    /// # Errors
    /// When the facts do not follow each other.
    pub fn replay<'a>(envelopes: impl IntoIterator<Item = &'a Envelope>) -> Result<Self, ReplayError> {
        let mut envelopes = envelopes.into_iter();
        let mut conference = Self::opened(envelopes.next().ok_or(ReplayError::NotOpened)?)?;
        for envelope in envelopes {
            conference.apply(envelope)?;
        }
        Ok(conference)
    }

    /// The wanted state.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Applies a journalled fact.
    ///
    /// # Errors
    /// When it does not follow on this state.
    pub fn apply(&mut self, envelope: &Envelope) -> Result<(), ReplayError> {
        self.state.apply(envelope)
    }

    /// Decides a command at `now_ms` (milliseconds since 1970). The state stays as it is until the facts are applied.
    ///
    /// # Errors
    /// With the reason and what to do; nothing has changed then.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Result<Outcome, Refusal> {
        if let Some(answer) = self.answer_given(&input)? {
            return Ok(Outcome { answer, envelopes: Vec::new() });
        }
        if self.state.phase == ConferencePhase::Ended {
            return Err(ended());
        }
        let granted = granted(&self.state, &input)?;
        if let Some(expected) = input.request.expect_rev.filter(|expected| *expected != self.state.rev) {
            return Err(stale_rev(&self.state, expected));
        }
        leases_allow(&self.state, &input.author, &granted, &input.request.command)?;
        let mut draft = Draft::new(&self.state, now_ms, &input.author, &self.presence);
        draft.own = granted.own.as_ref();
        commands::run(&mut draft, &input.request.command)?;
        leases::program_allows(&self.state, &draft.state)?;
        let events = draft.events;
        if !events.is_empty() && is_dangerous(&self.state, &input.author, &input.request.command) && !self.is_confirmed(now_ms, &input)? {
            return Ok(self.ask(now_ms, input));
        }
        Ok(self.outcome(now_ms, input, &granted.right, events))
    }

    /// What the rules decide at `now_ms` (milliseconds since 1970), given who is there: turns of pollings, timers, lost terminals, roll call, the
    /// planned end, triggers of plans. To be called at [`Conference::deadline`] and after each change of presence; calling it more often changes
    /// nothing. Each plan that runs by itself has a revision of its own, what rules decide follows in the next.
    pub fn tick(&mut self, now_ms: u64, presence: &Presence) -> Outcome {
        if self.presence != *presence {
            self.presence = presence.clone();
        }
        if self.state.phase == ConferencePhase::Ended {
            return self.decided(now_ms, Vec::new());
        }
        let mut draft = Draft::new(&self.state, now_ms, RULE, &self.presence);
        if seats::ends(&mut draft) {
            let events = draft.events;
            return self.decided(now_ms, events);
        }
        let (fired, after) = triggers::fire(&mut self.holding, &self.state, &self.presence, now_ms);
        let state = after.as_ref().unwrap_or(&self.state);
        if !fired.is_empty() {
            draft = Draft::new(state, now_ms, RULE, &self.presence);
        }
        speech::tick(&mut draft);
        roll_call::tick(&mut draft);
        polling::tick(&mut draft);
        cells::tick(&mut draft);
        seats::redial(&mut draft);
        let ruled = facts(state, now_ms, RULE, draft.events);
        self.told(fired.into_iter().chain(ruled).collect())
    }

    /// Names of armed plans whose trigger's cause holds at the moment, and since when in ms since 1970. It is not part of the state: after a restart
    /// the time counts from the beginning.
    pub fn counting(&self) -> impl Iterator<Item = (&str, u64)> {
        self.holding.rows()
    }

    /// What the rules decide upon sound levels (RMS in dB below full scale, in the order of the report): who is the loudest, who answers the roll call.
    pub fn levels(&mut self, now_ms: u64, levels: &[(SiteId, i8)]) -> Outcome {
        if self.state.phase == ConferencePhase::Ended {
            return self.decided(now_ms, Vec::new());
        }
        let loudest = voice_switch::hear(&self.state, &mut self.loudest, now_ms, levels);
        let answered = roll_call::hear(&self.state, &mut self.answering, now_ms, levels);
        let changed = |after: Setting| self.state.now(&after).map(|before| Event::Changed { before, after });
        let events = loudest.into_iter().chain(answered).filter_map(changed).collect();
        self.decided(now_ms, events)
    }

    /// Whether any rule follows sound levels at the moment.
    #[must_use]
    pub fn follows_levels(&self) -> bool {
        cells::follows_the_loudest(&self.state) || roll_call::due(&self.state).is_some()
    }

    /// When [`Conference::tick`] has something to do at the latest, in milliseconds since 1970; `None` while nothing runs.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        if self.state.phase == ConferencePhase::Ended {
            return None;
        }
        let state = &self.state;
        let end = state.settings.ends_at_ms.filter(|_| state.settings.auto_end);
        let due = [end, speech::due(state), roll_call::due(state), polling::due(state), cells::due(state), seats::redial_due(state)];
        let due = due.into_iter().chain([self.holding.due(state)]);
        due.into_iter().flatten().min()
    }

    /// Facts of the rules, with their circumstances.
    fn decided(&self, now_ms: u64, events: Vec<Event>) -> Outcome {
        self.told(facts(&self.state, now_ms, RULE, events))
    }

    fn told(&self, envelopes: Vec<Envelope>) -> Outcome {
        let Some(rev) = envelopes.last().map(|last| last.rev) else {
            return Outcome { answer: CommandAnswer::Unchanged { rev: self.state.rev }, envelopes };
        };
        Outcome { answer: CommandAnswer::Accepted { rev }, envelopes }
    }

    /// The answer this author's key got before.
    fn answer_given(&self, input: &Input) -> Result<Option<CommandAnswer>, Refusal> {
        let Some(key) = &input.request.idem_key else {
            return Ok(None);
        };
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(refuse(
                Code::Malformed,
                format!("idem_key has 1 to {MAX_KEY_BYTES} bytes"),
                format!("idem_key 应为 1 到 {MAX_KEY_BYTES} 字节"),
            ));
        }
        let same = |entry: &&(String, String, Rev)| entry.0 == input.author && entry.1 == *key;
        let accepted = self.state.answered.iter().find(same).map(|entry| CommandAnswer::Accepted { rev: entry.2 });
        Ok(accepted.or_else(|| self.unchanged.iter().find(same).map(|entry| CommandAnswer::Unchanged { rev: entry.2 })))
    }

    /// Whether the request carries a good token; `false` when it carries none.
    fn is_confirmed(&mut self, now_ms: u64, input: &Input) -> Result<bool, Refusal> {
        let Some(token) = &input.request.confirm else {
            return Ok(false);
        };
        let fits = |asked: &Confirmation| {
            asked.token == *token && asked.author == input.author && asked.command == input.request.command && now_ms <= asked.until_ms
        };
        if !self.confirmations.iter().any(fits) {
            return Err(refuse(
                Code::InvalidConfirmation,
                "the confirmation is unknown or too late; send the command again without it",
                "确认已失效,请重新操作",
            ));
        }
        Ok(true)
    }

    fn ask(&mut self, now_ms: u64, input: Input) -> Outcome {
        if self.confirmations.len() == MAX_CONFIRMATIONS {
            self.confirmations.pop_front();
        }
        self.confirmations.push_back(Confirmation {
            token: input.fresh_token.clone(),
            author: input.author,
            command: input.request.command,
            until_ms: now_ms.saturating_add(CONFIRM_WITHIN_MS),
        });
        Outcome { answer: CommandAnswer::NeedsConfirmation { token: input.fresh_token }, envelopes: Vec::new() }
    }

    fn outcome(&mut self, now_ms: u64, input: Input, right: &str, events: Vec<Event>) -> Outcome {
        let Input { author, origin, request, .. } = input;
        if events.is_empty() {
            let rev = self.state.rev;
            if let Some(key) = request.idem_key {
                if self.unchanged.len() == MAX_KEYS {
                    self.unchanged.pop_front();
                }
                self.unchanged.push_back((author, key, rev));
            }
            return Outcome { answer: CommandAnswer::Unchanged { rev }, envelopes: Vec::new() };
        }
        let rev = self.state.rev.next();
        let envelope = |event| Envelope {
            conference: self.state.conference.clone(),
            rev,
            at_ms: now_ms,
            author: author.clone(),
            right: right.to_owned(),
            origin,
            idem_key: request.idem_key.clone(),
            event,
        };
        Outcome { answer: CommandAnswer::Accepted { rev }, envelopes: events.into_iter().map(envelope).collect() }
    }
}

/// What the conference decides by itself, as the facts of one revision.
pub(crate) fn facts(state: &State, now_ms: u64, right: &str, events: Vec<Event>) -> Vec<Envelope> {
    let envelope = |event| Envelope {
        conference: state.conference.clone(),
        rev: state.rev.next(),
        at_ms: now_ms,
        author: RULE.to_owned(),
        right: right.to_owned(),
        origin: Origin::Rule,
        idem_key: None,
        event,
    };
    events.into_iter().map(envelope).collect()
}
