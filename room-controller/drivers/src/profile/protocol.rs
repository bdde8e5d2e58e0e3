//! A profile as the driver machine sees it.

use std::time::Duration;

use room_api::pattern;
use room_driver::{Fact, Heard, Manner, Protocol, Read, Retry};

use super::compiled::{Compiled, Order, Question};
use super::framer::Framer;
use super::settings::Profile;
use super::template::Values;

/// What can be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub(super) what: What,
    pub(super) values: Values,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Order(usize),
    Question(usize),
}

/// A device that a profile describes.
#[derive(Debug)]
pub struct Profiled {
    pub(super) kind: room_api::DeviceKind,
    pub(super) compiled: Compiled,
    framer: Framer,
    reply_within: Duration,
    gap: Duration,
}

impl Profiled {
    /// The device of that profile.
    ///
    /// # Errors
    /// With what is wrong in it.
    pub fn new(profile: &Profile) -> Result<Self, String> {
        let (compiled, framer) = Compiled::new(profile)?;
        if profile.reply_within_ms == 0 {
            return Err("`reply_within_ms` is 1 or more".to_owned());
        }
        Ok(Self {
            kind: profile.kind,
            compiled,
            framer,
            reply_within: Duration::from_millis(profile.reply_within_ms.into()),
            gap: Duration::from_millis(profile.gap_ms.into()),
        })
    }

    fn order(&self, ask: &Ask) -> Option<&Order> {
        match ask.what {
            What::Order(index) => self.compiled.orders.get(index),
            What::Question(_) => None,
        }
    }

    fn question(&self, ask: &Ask) -> Option<&Question> {
        match ask.what {
            What::Question(index) => self.compiled.questions.get(index),
            What::Order(_) => None,
        }
    }

    /// Whether any frame of the profile looks like that.
    fn is_known(&self, frame: &[u8]) -> bool {
        let fields = &self.compiled.fields;
        let orders = self.compiled.orders.iter().flat_map(|order| order.yes.iter().chain(order.no.iter().map(|(frame, _)| frame)));
        let questions = self.compiled.questions.iter();
        let questions = questions.flat_map(|question| std::iter::once(&question.reply).chain(question.no.iter().map(|(frame, _)| frame)));
        orders.chain(questions).any(|template| template.read(fields, frame).is_some())
    }
}

impl Protocol for Profiled {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        self.compiled.asked.iter().map(|(index, values)| Ask { what: What::Question(*index), values: values.clone() }).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        self.question(ask).map(|question| question.every)
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let Some(order) = self.order(ask) else { return Manner::answered(self.reply_within) };
        if order.yes.is_none() && order.no.is_empty() {
            return Manner::unanswered();
        }
        let retry = if order.once { Retry::Once } else { Retry::Idempotent };
        // Of orders that set the same property only the latest counts.
        let key = order.proof.as_ref().and_then(|proof| pattern::fill(proof, &ask.values));
        Manner { retry, key: key.map(Into::into), ..Manner::answered(self.reply_within) }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let template = self.order(ask).map(|order| &order.send).or_else(|| self.question(ask).map(|question| &question.send));
        let mut frame = template.and_then(|template| template.write(&self.compiled.fields, &ask.values)).unwrap_or_default();
        frame.extend(&self.compiled.end);
        (frame, None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (frames, noise) = self.framer.feed(bytes);
        let mut heard = Vec::new();
        if noise > 0 {
            heard.push(Heard::Noise(noise));
        }
        for frame in frames {
            let event = self.compiled.events.iter().find_map(|event| {
                let values = event.frame.read(&self.compiled.fields, &frame)?;
                Some(Compiled::facts(event.property.as_ref(), &event.frame, &values))
            });
            let is_event = event.is_some();
            heard.extend(event.map(Heard::Report));
            if self.is_known(&frame) {
                heard.push(Heard::Answer { seq: None, payload: frame });
            } else if !is_event {
                heard.push(Heard::Noise(frame.len()));
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let fields = &self.compiled.fields;
        let (refusals, yes, question) = match (self.order(ask), self.question(ask)) {
            (Some(order), _) => (&order.no, order.yes.as_ref(), None),
            (None, Some(question)) => (&question.no, Some(&question.reply), Some(question)),
            (None, None) => return Read::NotMine,
        };
        if let Some((_, why)) = refusals.iter().find(|(frame, _)| frame.read(fields, payload).is_some()) {
            return Read::No(*why);
        }
        let Some(said) = yes.and_then(|frame| frame.read(fields, payload)) else { return Read::NotMine };
        let mut values = ask.values.clone();
        if question.is_some() {
            // An answer about another member is not the one that was asked for.
            if said.iter().any(|(name, value)| ask.values.get(name).is_some_and(|asked| asked != value)) {
                return Read::NotMine;
            }
            values.extend(said);
        } else if said.iter().any(|(name, value)| ask.values.get(name).is_some_and(|asked| asked != value)) {
            return Read::NotMine;
        }
        Read::Facts(question.map_or_else(Vec::new, |question| Compiled::facts(question.property.as_ref(), &question.reply, &values)))
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let Some(question) = self.question(ask) else { return Vec::new() };
        match &question.property {
            Some(property) => {
                pattern::fill(property, &ask.values).map(|name| Fact { property: name.into(), value: None }).into_iter().collect()
            }
            None => {
                let names = question.reply.names().filter(|name| !ask.values.contains_key(*name));
                names.map(|name| Fact { property: name.to_owned().into(), value: None }).collect()
            }
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        let Some(proof) = self.order(ask).and_then(|order| order.proof.as_ref()) else { return Vec::new() };
        let proves = |(index, values): &(usize, Values)| {
            let Some(question) = self.compiled.questions.get(*index) else { return false };
            let same = values.iter().all(|(name, value)| ask.values.get(name).is_none_or(|wanted| wanted == value));
            let tells = question.property.as_ref().map_or_else(|| question.reply.names().any(|name| name == proof), |told| told == proof);
            same && tells
        };
        let asked = self.compiled.asked.iter().filter(|asked| proves(asked));
        asked.map(|(index, values)| Ask { what: What::Question(*index), values: values.clone() }).collect()
    }

    fn gap(&self) -> Duration {
        self.gap
    }
}
