//! The device's side of a profile: what it describes, answered from a state. For simulators.

use std::collections::BTreeMap;

use room_api::{Value, pattern};

use super::compiled::Compiled;
use super::field::Field;
use super::settings::Profile;
use super::template::{Template, Values};

/// Longest frame that is waited for.
const MAX_HELD: usize = 1024;

/// A device as its profile describes it.
#[derive(Debug)]
pub struct Mirror {
    compiled: Compiled,
    cut: Vec<u8>,
    held: Vec<u8>,
    state: BTreeMap<String, Value>,
}

/// The first value of a field.
fn first(field: &Field) -> Value {
    match field {
        Field::Bool { .. } => Value::Bool(false),
        Field::Int { min, max, .. } => Value::Int(0.clamp(*min, *max)),
        Field::Choice { options, .. } => Value::Text(options.first().map(|option| option.value.clone()).unwrap_or_default()),
        Field::Text { .. } => Value::Text(String::new()),
    }
}

impl Mirror {
    /// A device at rest.
    ///
    /// # Errors
    /// With what is wrong in the profile.
    pub fn new(profile: &Profile) -> Result<Self, String> {
        let (compiled, _) = Compiled::new(profile)?;
        let cut = match &profile.cut {
            super::framer::Cut::End { end } => super::field::bytes_of(end).unwrap_or_default(),
            super::framer::Cut::Length { .. } | super::framer::Cut::Fixed { .. } | super::framer::Cut::Rtu {} => Vec::new(),
        };
        Ok(Self { compiled, cut, held: Vec::new(), state: BTreeMap::new() })
    }

    /// What it is, by property.
    #[must_use]
    pub const fn state(&self) -> &BTreeMap<String, Value> {
        &self.state
    }

    /// Somebody changes it by hand; the frames that tell so.
    pub fn turn(&mut self, property: &str, value: Value) -> Vec<Vec<u8>> {
        self.state.insert(property.to_owned(), value);
        let events: Vec<(Template, Option<String>)> =
            self.compiled.events.iter().map(|event| (event.frame.clone(), event.property.clone())).collect();
        let told = events.into_iter().filter_map(|(frame, pattern)| {
            let known = pattern::matched(pattern.as_deref().unwrap_or(property), property)?;
            frame.names().any(|name| pattern.is_some() || name == property).then_some(())?;
            self.frame(&frame, pattern.as_ref(), &known)
        });
        told.collect()
    }

    /// Takes bytes in any portions; answers.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut answers = Vec::new();
        for byte in bytes {
            self.held.push(*byte);
            if let Some(answer) = self.whole() {
                self.held.clear();
                answers.extend(answer);
            } else if self.held.len() > MAX_HELD {
                self.held.clear();
            }
        }
        answers
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
    }

    /// The answer when what is held is a whole frame; an empty one when it takes it in silence.
    fn whole(&mut self) -> Option<Vec<Vec<u8>>> {
        let frame = self.held.strip_suffix(self.compiled.end.as_slice())?.to_vec();
        let fields = &self.compiled.fields;
        let order =
            self.compiled.orders.iter().find_map(|order| Some((order.proof.clone(), order.yes.clone(), order.send.read(fields, &frame)?)));
        if let Some((proof, yes, values)) = order {
            self.obey(proof.as_ref(), &values);
            return Some(yes.and_then(|yes| self.frame(&yes, None, &values)).into_iter().collect());
        }
        let question = self
            .compiled
            .questions
            .iter()
            .find_map(|question| Some((question.property.clone(), question.reply.clone(), question.send.read(fields, &frame)?)));
        let (property, reply, values) = question?;
        Some(self.frame(&reply, property.as_ref(), &values).into_iter().collect())
    }

    fn obey(&mut self, proof: Option<&String>, values: &Values) {
        let Some(proof) = proof else { return };
        let value = values.iter().find(|(name, _)| !pattern::names(proof, name)).map(|(_, value)| value.clone());
        if let (Some(name), Some(value)) = (pattern::fill(proof, values), value) {
            self.state.insert(name, value);
        }
    }

    /// A frame said by the device: fields from what was said to it, otherwise from its state.
    fn frame(&self, template: &Template, property: Option<&String>, said: &Values) -> Option<Vec<u8>> {
        let mut values = said.clone();
        for name in template.names() {
            if values.contains_key(name) {
                continue;
            }
            let member = property.map_or_else(|| Some(name.to_owned()), |property| pattern::fill(property, said))?;
            let value = self.state.get(&member).cloned().or_else(|| self.compiled.fields.get(name).map(first))?;
            values.insert(name.to_owned(), value);
        }
        let mut frame = template.write(&self.compiled.fields, &values)?;
        frame.extend(&self.cut);
        Some(frame)
    }
}
