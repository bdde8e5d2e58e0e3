//! A profile with its frames read and its names checked.

use std::time::Duration;

use room_api::{Text, Value, pattern};
use room_driver::{Fact, No};

use super::field::{Field, Fields, bytes_of};
use super::framer::Framer;
use super::settings::{CommandProfile, Frames, Profile, RefusalProfile, Why};
use super::template::{Script, Template, Values, fits};
use crate::text;

/// Most questions that one poll becomes: a mixer of 64 channels has three for each.
const MAX_ASKED: usize = 256;

#[derive(Debug)]
pub(super) struct Order {
    pub name: String,
    pub label: Text,
    pub send: Template,
    pub yes: Option<Template>,
    pub no: Vec<(Template, No)>,
    pub proof: Option<String>,
    pub confirm: bool,
    pub once: bool,
    pub expected_ms: u32,
}

#[derive(Debug)]
pub(super) struct Question {
    pub send: Template,
    pub reply: Template,
    pub property: Option<String>,
    pub every: Duration,
    pub no: Vec<(Template, No)>,
}

#[derive(Debug)]
pub(super) struct Event {
    pub frame: Template,
    pub property: Option<String>,
}

#[derive(Debug)]
pub(super) struct Compiled {
    pub fields: Fields,
    pub end: Vec<u8>,
    pub orders: Vec<Order>,
    pub questions: Vec<Question>,
    pub events: Vec<Event>,
    /// Every question with the values of its fields.
    pub asked: Vec<(usize, Values)>,
}

const fn no_of(why: Why) -> No {
    match why {
        Why::Busy => No::Busy,
        Why::NotNow => No::NotNow,
        Why::Unsupported => No::Unsupported,
        Why::BadParameter => No::BadParameter,
        Why::Fault => No::Fault,
    }
}

struct Reader<'a> {
    script: Script,
    fields: &'a Fields,
}

impl Reader<'_> {
    fn frame(&self, words: &str) -> Result<Template, String> {
        let template = Template::parse(words, self.script, self.fields)?;
        let wrong = template.names().find(|name| self.fields.get(*name).is_some_and(|field| !fits(field, self.script)));
        match wrong {
            Some(name) => Err(format!("`{words}`: the text `{name}` can only stand in text frames")),
            None => Ok(template),
        }
    }

    fn refusals(&self, all: &[RefusalProfile]) -> Result<Vec<(Template, No)>, String> {
        all.iter().map(|one| Ok((self.frame(&one.frame)?, no_of(one.why)))).collect()
    }

    /// A pattern whose open parts, and but one field beside them, stand in the frame.
    fn property(&self, property: Option<&String>, frame: &Template) -> Result<Option<String>, String> {
        let Some(property) = property else { return Ok(None) };
        let values = frame.names().filter(|name| !pattern::names(property, name)).count();
        if values == 1 {
            Ok(Some(property.clone()))
        } else {
            Err(format!("property `{property}`: one field beside its open parts is the value"))
        }
    }

    fn order(&self, command: &CommandProfile) -> Result<Order, String> {
        let send = self.frame(&command.send)?;
        let proof = self.property(command.proof.as_ref(), &send)?;
        let yes = command.yes.as_deref().map(|words| self.frame(words)).transpose()?;
        Ok(Order {
            name: command.name.clone(),
            label: text(&command.zh, &command.en),
            send,
            yes,
            no: self.refusals(&command.no)?,
            proof,
            confirm: command.confirm,
            once: command.once,
            expected_ms: command.expected_ms,
        })
    }
}

/// All values of a field, when they can be counted.
fn all_of(field: &Field) -> Option<Vec<Value>> {
    match field {
        Field::Bool { .. } => Some(vec![Value::Bool(false), Value::Bool(true)]),
        Field::Int { min, max, .. } => (max - min < 256).then(|| (*min..=*max).map(Value::Int).collect()),
        Field::Choice { options, .. } => Some(options.iter().map(|option| Value::Text(option.value.clone())).collect()),
        Field::Text { .. } => None,
    }
}

impl Compiled {
    pub(super) fn new(profile: &Profile) -> Result<(Self, Framer), String> {
        let script = match profile.frames {
            Frames::Text => Script::Text,
            Frames::Hex => Script::Hex,
        };
        let reader = Reader { script, fields: &profile.fields };
        let orders = profile.commands.iter().map(|command| reader.order(command)).collect::<Result<Vec<_>, _>>()?;
        let mut questions = Vec::new();
        for poll in &profile.polls {
            let reply = reader.frame(&poll.reply)?;
            let property = reader.property(poll.property.as_ref(), &reply).or_else(|_| {
                // The member may be named by the question alone.
                let names = |name: &str| reply.names().any(|known| known == name);
                let only = reply.names().count() == 1 && poll.property.as_ref().is_none_or(|property| !names(property));
                if only { Ok(poll.property.clone()) } else { Err(format!("poll `{}`: `property` does not fit its reply", poll.send)) }
            })?;
            let (send, every) = (reader.frame(&poll.send)?, Duration::from_secs(poll.every_s.max(1).into()));
            questions.push(Question { send, reply, property, every, no: reader.refusals(&poll.no)? });
        }
        if questions.is_empty() {
            return Err("`polls` is empty: nobody could say whether the device is there".to_owned());
        }
        let event = |event: &super::settings::EventProfile| {
            let frame = reader.frame(&event.frame)?;
            Ok(Event { property: reader.property(event.property.as_ref(), &frame)?, frame })
        };
        let events = profile.events.iter().map(event).collect::<Result<Vec<_>, String>>()?;
        let end = if profile.end.is_empty() { Some(Vec::new()) } else { bytes_of(&profile.end) };
        let end = end.ok_or_else(|| format!("`end = {:?}`: write hexadecimal bytes, e.g. `0D`", profile.end))?;
        let mut compiled = Self { fields: profile.fields.clone(), end, orders, questions, events, asked: Vec::new() };
        compiled.asked = compiled.all_asked()?;
        compiled.check_names()?;
        Ok((compiled, Framer::new(&profile.cut)?))
    }

    fn all_asked(&self) -> Result<Vec<(usize, Values)>, String> {
        let mut asked = Vec::new();
        for (index, question) in self.questions.iter().enumerate() {
            let mut all = vec![Values::new()];
            for name in question.send.names() {
                let values =
                    self.fields.get(name).and_then(all_of).ok_or_else(|| format!("`{name}` has too many values to ask for each"))?;
                let with = |one: &Values| {
                    let one = one.clone();
                    values
                        .iter()
                        .map(move |value| {
                            let mut one = one.clone();
                            one.insert(name.to_owned(), value.clone());
                            one
                        })
                        .collect::<Vec<_>>()
                };
                all = all.iter().flat_map(with).collect();
                if all.len() + asked.len() > MAX_ASKED {
                    return Err(format!("more than {MAX_ASKED} questions in all"));
                }
            }
            asked.extend(all.into_iter().map(|values| (index, values)));
        }
        Ok(asked)
    }

    fn check_names(&self) -> Result<(), String> {
        for (index, order) in self.orders.iter().enumerate() {
            if self.orders.iter().take(index).any(|other| other.name == order.name) {
                return Err(format!("command `{}` stands twice", order.name));
            }
            let Some(proof) = &order.proof else { continue };
            if !self.properties().contains(proof) {
                return Err(format!("command `{}`: no poll and no event reports `{proof}`", order.name));
            }
        }
        Ok(())
    }

    /// Names of all properties, families as patterns.
    pub(super) fn properties(&self) -> Vec<String> {
        let reports = self.questions.iter().map(|question| (&question.reply, &question.property));
        let reports = reports.chain(self.events.iter().map(|event| (&event.frame, &event.property)));
        let mut names: Vec<String> = Vec::new();
        for (frame, property) in reports {
            let told = match property {
                Some(property) => vec![property.clone()],
                None => frame.names().map(str::to_owned).collect(),
            };
            for name in told {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// What a report says; `values` holds those of the question too.
    pub(super) fn facts(property: Option<&String>, frame: &Template, values: &Values) -> Vec<Fact> {
        match property {
            Some(property) => {
                let value = frame.names().find(|name| !pattern::names(property, name)).and_then(|name| values.get(name));
                let name = pattern::fill(property, values);
                name.map(|name| Fact { property: name.into(), value: value.cloned() }).into_iter().collect()
            }
            None => frame
                .names()
                .filter_map(|name| Some(Fact { property: name.to_owned().into(), value: Some(values.get(name)?.clone()) }))
                .collect(),
        }
    }
}
