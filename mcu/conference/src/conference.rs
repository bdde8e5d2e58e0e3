//! The machine: commands in, facts or a refusal out.

use std::collections::VecDeque;

use mcu_api::{Code, Command, CommandAnswer, CommandRequest, ConferencePhase, Envelope, Event, OpenConference, Origin, Rev};

use crate::commands::{CONFERENCE_AFFAIRS, decide, required_right};
use crate::refusal::{Refusal, ended, missing_right, refuse, stale_rev};
use crate::state::{MAX_KEYS, ReplayError, State};
use crate::{open, undo};

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
    /// The facts, to be journalled and then applied; empty when nothing changes. All carry one revision.
    pub envelopes: Vec<Envelope>,
}

struct Confirmation {
    token: String,
    author: String,
    command: Command,
    until_ms: u64,
}

/// One conference. Only [`Conference::apply`] changes its state; [`Conference::handle`] only decides.
pub struct Conference {
    state: State,
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
        if !rights.iter().any(|held| held == CONFERENCE_AFFAIRS) {
            return Err(missing_right(CONFERENCE_AFFAIRS));
        }
        open::check(&open)?;
        Ok(Envelope {
            conference: open.conference.clone(),
            rev: Rev(1),
            at_ms: now_ms,
            author: author.to_owned(),
            right: CONFERENCE_AFFAIRS.to_owned(),
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
        Ok(Self { state: State::opened(envelope)?, confirmations: VecDeque::new(), unchanged: VecDeque::new() })
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
        let right = self.right_of(&input.request.command)?;
        if !input.rights.contains(&right) {
            return Err(missing_right(&right));
        }
        if let Some(expected) = input.request.expect_rev.filter(|expected| *expected != self.state.rev) {
            return Err(stale_rev(&self.state, expected));
        }
        if matches!(input.request.command, Command::End {}) && !self.is_confirmed(now_ms, &input)? {
            return Ok(self.ask(now_ms, input));
        }
        let events = decide(&self.state, &input.request.command)?;
        Ok(self.outcome(now_ms, input, &right, events))
    }

    /// The right a command needs here; undo needs that of the change it reverts.
    fn right_of(&self, command: &Command) -> Result<String, Refusal> {
        let Command::Undo { rev } = command else {
            return Ok(required_right(command).unwrap_or(CONFERENCE_AFFAIRS).to_owned());
        };
        Ok(undo::target(&self.state, *rev)?.right.clone())
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
