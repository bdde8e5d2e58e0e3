//! Elements by their local names: cameras choose prefixes as they like.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deepest nesting; a status has seven.
const MAX_DEPTH: usize = 64;
/// Most elements of one document.
const MAX_ELEMENTS: usize = 20_000;

/// One element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Name without prefix.
    pub name: String,
    /// Attributes by name without prefix.
    pub attributes: Vec<(String, String)>,
    /// Text directly in it, trimmed.
    pub text: String,
    /// Elements directly in it.
    pub children: Vec<Self>,
}

impl Element {
    /// The first child of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of that path of names.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text at the end of that path.
    #[must_use]
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str())
    }

    /// An attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn opened(start: &BytesStart<'_>) -> Option<Element> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Some(element)
}

/// Reads a document; `None` when it is none, or one with a document type (entities are nobody's business here).
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Element> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text);
    let (mut open, mut count): (Vec<Element>, usize) = (vec![Element::default()], 0);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                count += 1;
                if open.len() > MAX_DEPTH || count > MAX_ELEMENTS {
                    return None;
                }
                open.push(opened(&start)?);
            }
            Event::Empty(start) => open.last_mut()?.children.push(opened(&start)?),
            Event::End(_) => {
                let mut closed = open.pop()?;
                closed.text = closed.text.trim().to_owned();
                open.last_mut()?.children.push(closed);
            }
            Event::Text(text) => {
                open.last_mut()?.text.push_str(&text);
            }
            Event::GeneralRef(entity) => {
                let raw = format!("&{};", &*entity);
                open.last_mut()?.text.push_str(&quick_xml::escape::unescape(&raw).ok()?);
            }
            Event::CData(data) => {
                open.last_mut()?.text.push_str(&data);
            }
            Event::DocType(_) => return None,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    let [root] = open.as_mut_slice() else { return None };
    root.children.pop()
}

/// Text as it stands in a document.
#[must_use]
pub fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{escaped, read};
    use proptest::prelude::*;

    #[test]
    fn elements_are_found_whatever_their_prefixes() {
        let document = br#"<?xml version="1.0"?><s:A xmlns:s="x"><s:B t:token="1&amp;2"> a&lt;b <c/></s:B></s:A>"#;
        let root = read(document).unwrap();
        assert_eq!((root.name.as_str(), root.text_at(&["B"])), ("A", Some("a<b")));
        assert_eq!(root.at(&["B"]).unwrap().attribute("token"), Some("1&2"));
        assert_eq!(root.at(&["B", "c"]).unwrap().text, "");
        assert_eq!(escaped("a<&b"), "a&lt;&amp;b");
    }

    #[test]
    fn what_is_no_document_is_none() {
        for text in ["", "plain", "<a>", "<a></b>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a>&unknown;</a>"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(&"<a>".repeat(1_000).into_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
