//! As much XML as the card speaks: tags with attributes, and text.

/// Most tags of one answer.
const MAX_TAGS: usize = 512;

/// An opening or empty tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// The text that follows it, up to the next tag.
    pub text: String,
}

impl Tag {
    /// An attribute's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Text as it may stand in XML; control characters that may not are dropped.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut words = String::new();
    for letter in text.chars() {
        match letter {
            '&' => words.push_str("&amp;"),
            '<' => words.push_str("&lt;"),
            '>' => words.push_str("&gt;"),
            '"' => words.push_str("&quot;"),
            '\'' => words.push_str("&apos;"),
            '\n' | '\t' => words.push(letter),
            '\u{FFFE}' | '\u{FFFF}' => {}
            letter if letter.is_control() => {}
            letter => words.push(letter),
        }
    }
    words
}

fn unescape(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        words.push_str(before);
        let entity = after.split_once(';').and_then(|(name, after)| {
            let letter = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let hex = name.strip_prefix("#x").map(|digits| u32::from_str_radix(digits, 16).ok());
                    let plain = name.strip_prefix('#').map(|digits| digits.parse().ok());
                    char::from_u32(hex.or(plain).flatten()?)?
                }
            };
            Some((letter, after))
        });
        match entity {
            Some((letter, after)) => {
                words.push(letter);
                rest = after;
            }
            None => {
                words.push('&');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    words
}

/// Opening and empty tags in their order; closing tags, comments and declarations are left out.
#[must_use]
pub fn tags(xml: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    for part in xml.split('<').skip(1) {
        let (inside, text) = split_tag(part);
        if inside.starts_with(['/', '?', '!']) || found.len() >= MAX_TAGS {
            continue;
        }
        let inside = inside.trim_end_matches('/');
        let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { break };
            let Some((value, after)) = after.get(1..).and_then(|after| after.split_once(quote)) else { break };
            attributes.push((key.trim().to_owned(), unescape(value)));
            rest = after;
        }
        found.push(Tag { name: name.to_owned(), attributes, text: unescape(text) });
    }
    found
}

/// What stands in a tag and after it; a `>` inside quotes belongs to the tag.
fn split_tag(part: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, letter) in part.char_indices() {
        match (letter, quote) {
            ('>', None) => return (part.get(..at).unwrap_or_default(), part.get(at + 1..).unwrap_or_default()),
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            _ => {}
        }
    }
    (part, "")
}

#[cfg(test)]
mod tests {
    use super::{escape, tags};
    use proptest::prelude::*;

    #[test]
    fn an_answer_of_fact_sheet_32() {
        let xml = r#"<?xml version="1.0" encoding="utf-8"?>
            <sdk guid="a&amp;b"><out method="GetLuminancePloy" result="kSuccess"><mode value="default"/><default value='80' /></out></sdk>"#;
        let found = tags(xml);
        let names: Vec<&str> = found.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["sdk", "out", "mode", "default"]);
        assert_eq!((found[0].get("guid"), found[1].get("result"), found[3].get("value")), (Some("a&b"), Some("kSuccess"), Some("80")));
    }

    #[test]
    fn text_is_escaped_and_comes_back() {
        assert_eq!(escape("A&B <会议> \"x\"\u{7}"), "A&amp;B &lt;会议&gt; &quot;x&quot;");
        assert_eq!(tags("<string>A&amp;B &lt;会议&gt; &#20250;&#x8BAE; &x; &</string>")[0].text, "A&B <会议> 会议 &x; &");
    }

    proptest! {
        #[test]
        fn whatever_is_written_comes_back(words in "[ -~会议中\n]{0,80}") {
            let xml = format!("<string a=\"{0}\">{0}</string>", escape(&words));
            let found = tags(&xml);
            prop_assert_eq!((found[0].text.as_str(), found[0].get("a")), (words.as_str(), Some(words.as_str())));
        }

        #[test]
        fn any_text_is_judged(words in ".{0,200}", other in "[<>/=\"'&;a ]{0,100}") {
            let _ = (tags(&words), tags(&other));
        }
    }
}
