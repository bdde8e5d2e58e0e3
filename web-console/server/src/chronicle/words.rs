//! Chinese and English words: the very file of the user interface, so that a document says what the desk said.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

/// All words of one language by their path.
pub(crate) struct Words {
    by_path: BTreeMap<String, String>,
}

static CHINESE: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../../../ui/src/i18n/zh-CN.json")));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../../../ui/src/i18n/en.json")));

impl Words {
    /// Those of that language.
    #[must_use]
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    fn read(text: &str) -> Self {
        let mut words = Self { by_path: BTreeMap::new() };
        words.take(String::new(), serde_json::from_str(text).unwrap_or_default());
        words
    }

    fn take(&mut self, path: String, value: serde_json::Value) {
        match value {
            serde_json::Value::String(text) => drop(self.by_path.insert(path, text)),
            serde_json::Value::Object(inner) => {
                for (name, value) in inner {
                    let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                    self.take(path, value);
                }
            }
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) | serde_json::Value::Array(_) => {}
        }
    }

    /// The words at that path, with values in place of `{{name}}`.
    #[must_use]
    pub(crate) fn with(&self, path: &str, values: &[(&str, &str)]) -> String {
        let found = self.by_path.get(path);
        debug_assert!(found.is_some(), "there are no words for {path}");
        let Some(text) = found else { return path.to_owned() };
        let mut said = String::with_capacity(text.len());
        let mut rest = text.as_str();
        // Values are put in once, left to right: one that looks like a place is left as it is.
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, behind)) = after.split_once("}}") else { break };
            said.push_str(before);
            said.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value));
            rest = behind;
        }
        said.push_str(rest);
        said
    }

    /// The words at that path.
    #[must_use]
    pub(crate) fn get(&self, path: &str) -> String {
        self.with(path, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Words};

    #[test]
    fn words_are_those_of_the_desk() {
        assert_eq!(Words::of(Language::Chinese).with("event.broadcast", &[("picture", "甲县")]), "广播 甲县");
        assert_eq!(Words::of(Language::English).with("event.view", &[("viewer", "A"), ("picture", "B")]), "A watches B");
    }

    #[test]
    fn a_name_that_looks_like_a_place_stays_a_name() {
        let said = Words::of(Language::English).with("event.view", &[("viewer", "{{picture}}"), ("picture", "$&")]);
        assert_eq!(said, "{{picture}} watches $&");
    }
}
