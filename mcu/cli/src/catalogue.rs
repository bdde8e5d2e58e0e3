//! Every command with its arguments, from the API's own document, so that neither help nor checking can fall behind it.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The document checked in beside the API.
const DOCUMENT: &str = include_str!("../../api/openapi.json");
/// References followed at most; the document's own are three deep.
const MAX_DEPTH: usize = 8;

/// Why words are no command.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    /// No such command.
    #[error("there is no command {0}; `conference commands` lists them")]
    Command(String),
    /// No such argument.
    #[error("{command} has no argument {name}; it takes: {takes}")]
    Argument { command: String, name: String, takes: String },
    /// A required one is missing.
    #[error("{command} needs {missing}")]
    Missing { command: String, missing: String },
    /// Not `name=value`.
    #[error("{0} is not of the form name=value")]
    Form(String),
    /// A value that is no JSON where JSON is needed.
    #[error("{name}={value} is not understood; it takes {takes}")]
    Value { name: String, value: String, takes: String },
    /// The document is not what it should be.
    #[error("the API's document has no commands; the program was not built right")]
    Document,
}

/// All commands.
pub(crate) struct Catalogue {
    schemas: Map<String, Value>,
}

/// One command.
pub(crate) struct Entry<'a> {
    catalogue: &'a Catalogue,
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    args: &'a Value,
}

impl Catalogue {
    /// Reads the document.
    pub(crate) fn read() -> Result<Self, Wrong> {
        let document: Value = serde_json::from_str(DOCUMENT).map_err(|_| Wrong::Document)?;
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object).ok_or(Wrong::Document)?;
        Ok(Self { schemas: schemas.clone() })
    }

    /// In the document's order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let variants = self.schemas.get("Command").and_then(|command| command.get("oneOf")).and_then(Value::as_array);
        variants.into_iter().flatten().filter_map(|variant| {
            let name = variant.pointer("/properties/cmd/enum/0")?.as_str()?;
            let text = variant.get("description").and_then(Value::as_str).unwrap_or_default();
            Some(Entry { catalogue: self, name, text, args: variant.pointer("/properties/args")? })
        })
    }

    /// That one.
    pub(crate) fn entry(&self, name: &str) -> Result<Entry<'_>, Wrong> {
        self.entries().find(|entry| entry.name == name).ok_or_else(|| Wrong::Command(name.to_owned()))
    }

    fn resolved<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..MAX_DEPTH {
            let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) else { break };
            let Some(target) = self.schemas.get(name) else { break };
            schema = target;
        }
        schema
    }

    /// What a value may be, in a word or two.
    fn kind(&self, schema: &Value) -> String {
        let schema = self.resolved(schema);
        let choices =
            schema.get("enum").and_then(Value::as_array).map(|all| all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"));
        if let Some(choices) = choices {
            return choices;
        }
        for several in ["oneOf", "anyOf"] {
            if let Some(kinds) = schema.get(several).and_then(Value::as_array) {
                let mut words: Vec<String> = kinds.iter().map(|kind| self.kind(kind)).collect();
                words.dedup();
                return words.join("|");
            }
        }
        match schema.get("type") {
            Some(Value::String(kind)) => kind.clone(),
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
            Some(_) | None => "JSON".to_owned(),
        }
    }

    /// Whether a value is written as it is, without quotes.
    fn is_text(&self, schema: &Value) -> bool {
        let schema = self.resolved(schema);
        let several = ["oneOf", "anyOf"].into_iter().find_map(|name| schema.get(name)).and_then(Value::as_array);
        match (several, schema.get("type")) {
            (Some(kinds), _) => kinds.iter().any(|kind| self.is_text(kind)),
            (None, Some(Value::String(kind))) => kind == "string",
            (None, Some(Value::Array(kinds))) => kinds.iter().any(|kind| kind == "string"),
            (None, Some(_) | None) => false,
        }
    }
}

impl Entry<'_> {
    fn properties(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.args.get("properties").and_then(Value::as_object).into_iter().flatten()
    }

    fn is_required(&self, name: &str) -> bool {
        self.args.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|required| required == name))
    }

    /// `set_mic site=string mic=open|closed`; what may be left out stands in brackets.
    pub(crate) fn usage(&self) -> String {
        let mut usage = self.name.to_owned();
        for (name, schema) in self.properties() {
            let argument = format!("{name}={}", self.catalogue.kind(schema));
            let _ = if self.is_required(name) { write!(usage, " {argument}") } else { write!(usage, " [{argument}]") };
        }
        usage
    }

    /// The arguments with what each means, a line each.
    pub(crate) fn details(&self) -> String {
        let line = |(name, schema): (&String, &Value)| {
            let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            format!("  {name} ({}{}): {text}\n", self.catalogue.kind(schema), if self.is_required(name) { "" } else { ", optional" })
        };
        self.properties().map(line).collect()
    }

    /// The command's body from `name=value` words. Text is taken as it stands; everything else is JSON, `null` for nothing.
    pub(crate) fn body(&self, words: &[String]) -> Result<Value, Wrong> {
        let mut args = Map::new();
        for word in words {
            let (name, value) = word.split_once('=').ok_or_else(|| Wrong::Form(word.clone()))?;
            let takes = || self.properties().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            let found = self.properties().find(|(known, _)| *known == name);
            let (_, schema) =
                found.ok_or_else(|| Wrong::Argument { command: self.name.to_owned(), name: name.to_owned(), takes: takes() })?;
            args.insert(name.to_owned(), self.value(name, value, schema)?);
        }
        let missing = self.properties().map(|(name, _)| name.as_str()).filter(|name| self.is_required(name) && !args.contains_key(*name));
        let missing = missing.collect::<Vec<_>>().join(", ");
        if !missing.is_empty() {
            return Err(Wrong::Missing { command: self.name.to_owned(), missing });
        }
        Ok(serde_json::json!({ "cmd": self.name, "args": args }))
    }

    fn value(&self, name: &str, value: &str, schema: &Value) -> Result<Value, Wrong> {
        // Structured values and nothing are JSON even where text may stand too.
        let structured = value.starts_with(['{', '[', '"']) || value == "null";
        if self.catalogue.is_text(schema) && !structured {
            return Ok(Value::String(value.to_owned()));
        }
        let takes = || self.catalogue.kind(schema);
        serde_json::from_str(value).map_err(|_| Wrong::Value { name: name.to_owned(), value: value.to_owned(), takes: takes() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Catalogue, Wrong};
    use mcu_api::{Command, Mic};
    use proptest::prelude::*;

    fn body(words: &[&str]) -> Result<Command, Wrong> {
        let catalogue = Catalogue::read().unwrap();
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let (name, rest) = words.split_first().unwrap();
        Ok(serde_json::from_value(catalogue.entry(name)?.body(rest)?).unwrap())
    }

    #[test]
    fn words_become_commands() {
        assert_eq!(body(&["mute_all"]), Ok(Command::MuteAll {}));
        assert!(matches!(body(&["set_mic", "site=guiyang", "mic=open"]), Ok(Command::SetMic { mic: Mic::Open, .. })));
        assert!(matches!(body(&["call_to_speak", "site=anren", "seconds=300"]), Ok(Command::CallToSpeak { seconds: Some(300), .. })));
        assert!(matches!(body(&["set_gain", "site=anren", "gain_db=-6"]), Ok(Command::SetGain { gain_db: -6, .. })));
        assert!(matches!(body(&["grant_floor", "site=null"]), Ok(Command::GrantFloor { site: None, .. })));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(body(&["reboot"]), Err(Wrong::Command("reboot".to_owned())));
        assert!(matches!(body(&["set_mic", "site=a", "mike=open"]), Err(Wrong::Argument { .. })));
        assert!(matches!(body(&["set_mic", "site=a"]), Err(Wrong::Missing { missing, .. }) if missing == "mic"));
        assert!(matches!(body(&["set_mic", "a"]), Err(Wrong::Form(_))));
        assert!(matches!(body(&["set_gain", "site=a", "gain_db=loud"]), Err(Wrong::Value { .. })));
    }

    #[test]
    fn every_command_has_words_and_the_api_knows_all_of_them() {
        let catalogue = Catalogue::read().unwrap();
        let mut count = 0;
        for entry in catalogue.entries() {
            count += 1;
            assert!(!entry.text.is_empty(), "{} has no words", entry.name);
            assert!(entry.usage().starts_with(entry.name));
            let unknown = serde_json::from_value::<Command>(serde_json::json!({ "cmd": entry.name })).unwrap_err().to_string();
            assert!(!unknown.contains("unknown variant"), "{}: {unknown}", entry.name);
        }
        assert!(count > 60, "{count}");
    }

    proptest! {
        #[test]
        fn any_words_are_survived(words in proptest::collection::vec("[a-z_=\\[\\]{}\"0-9-]{0,12}", 0..5)) {
            let catalogue = Catalogue::read().unwrap();
            for entry in catalogue.entries() {
                let _ = entry.body(&words);
            }
        }
    }
}
