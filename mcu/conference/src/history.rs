//! What was changed, by whom, and what was taken back: the memory that undo and redo work on.

use std::collections::BTreeMap;

use mcu_api::{Envelope, Event, Origin, Rev, rights};

use crate::access::CHAIR;
use crate::conference::RULE;
use crate::fields::{Field, fields};
use crate::state::State;

/// Changes that can be taken back: a long meeting's worth of slips, bounded so that state and replay stay small.
const MAX_CHANGES: usize = 256;

/// A change that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its revision.
    pub rev: Rev,
    /// Who made it.
    pub author: String,
    /// The right it used; undoing it needs the same.
    pub right: String,
    /// What it did, in order.
    pub events: Vec<Event>,
    /// For each field it touched: the revision that had touched it before.
    pub(crate) before: BTreeMap<Field, Option<Rev>>,
}

/// A change that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// As it was made. Its `before` is what touched its fields when it was gone.
    pub change: Change,
}

impl State {
    /// Notes that fields were touched and, when a person at the desk did it, how to take it back. What rules decide and what sites do for
    /// themselves is not the desk's to take back; it makes older changes of the same fields stale.
    pub(crate) fn remember_change(&mut self, envelope: &Envelope, event: &Event) {
        let touched = fields(event);
        if touched.is_empty() {
            return;
        }
        // A plan that ran by itself was wanted by whoever armed it; it alone has a right of people although a rule gave it.
        let reversible = (envelope.origin != Origin::Rule || envelope.right != RULE) && envelope.right != rights::SITE_SELF;
        if reversible && self.changes.back().is_none_or(|change| change.rev != envelope.rev) {
            if self.changes.len() == MAX_CHANGES {
                self.changes.pop_front();
            }
            self.changes.push_back(Change {
                rev: envelope.rev,
                author: envelope.author.clone(),
                right: envelope.right.strip_prefix(CHAIR).unwrap_or(&envelope.right).to_owned(),
                events: Vec::new(),
                before: BTreeMap::new(),
            });
        }
        let mut change = self.changes.back_mut().filter(|_| reversible);
        for field in touched {
            let before = self.touched.insert(field.clone(), envelope.rev);
            if let Some(change) = &mut change {
                change.before.entry(field).or_insert(before);
            }
        }
        if let Some(change) = change {
            change.events.push(event.clone());
        }
    }

    /// Takes a change back; `None` when it is not known.
    pub(crate) fn undone(&mut self, rev: Rev, effect: &[Event]) -> Option<()> {
        let index = self.changes.iter().position(|change| change.rev == rev)?;
        for event in effect {
            self.set(event)?;
        }
        let change = self.changes.remove(index)?;
        for (field, before) in &change.before {
            match before {
                Some(rev) => self.touched.insert(field.clone(), *rev),
                None => self.touched.remove(field),
            };
        }
        if self.taken.len() == MAX_CHANGES {
            self.taken.pop_front();
        }
        self.taken.push_back(Taken { change });
        Some(())
    }

    /// Makes a change again that was taken back; `None` when it is not the last.
    pub(crate) fn redone(&mut self, envelope: &Envelope, rev: Rev, effect: &[Event]) -> Option<()> {
        self.taken.pop_back().filter(|taken| taken.change.rev == rev)?;
        for event in effect {
            self.set(event)?;
            self.remember_change(envelope, event);
        }
        // Those taken back before it stood upon it; they stand upon what it has become.
        for taken in &mut self.taken {
            for before in taken.change.before.values_mut().filter(|before| **before == Some(rev)) {
                *before = Some(envelope.rev);
            }
        }
        Some(())
    }
}
