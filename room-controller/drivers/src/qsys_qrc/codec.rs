//! JSON-RPC messages ended by NUL (fact sheet §12).

use serde_json::{Value, json};

use crate::delimited::Delimited;

/// Longest message: a change group's first push.
const MAX_MESSAGE: usize = 262_144;

/// Cuts messages.
#[must_use]
pub const fn frames() -> Delimited {
    Delimited::new(b"\0", MAX_MESSAGE)
}

/// A request with its NUL.
#[must_use]
pub fn request(id: u32, method: &str, params: &Value) -> Vec<u8> {
    let mut bytes = json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": id }).to_string().into_bytes();
    bytes.push(0);
    bytes
}

/// A message from a Core.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// It tells something by itself.
    Notice {
        /// What.
        method: String,
        /// Its parameters.
        params: Value,
    },
    /// An answer.
    Answer {
        /// The request's id.
        id: u32,
        /// What it says.
        result: Value,
    },
    /// A refusal.
    Error {
        /// The request's id, when it could be read.
        id: Option<u32>,
        /// Why.
        code: i64,
    },
}

impl Message {
    /// Reads a message; `None` when it is none of this protocol.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(frame).ok()?;
        let map = value.as_object()?;
        let id = map.get("id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
        if let Some(error) = map.get("error") {
            return Some(Self::Error { id, code: error.get("code")?.as_i64()? });
        }
        if let Some(result) = map.get("result") {
            return Some(Self::Answer { id: id?, result: result.clone() });
        }
        let method = map.get("method")?.as_str()?.to_owned();
        Some(Self::Notice { method, params: map.get("params").cloned().unwrap_or(Value::Null) })
    }
}

/// Where a value lives in the design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Component; `None`: a named control.
    pub component: Option<String>,
    /// The control's name.
    pub name: String,
}

impl Control {
    /// Method and parameters that read it.
    #[must_use]
    pub fn get(&self) -> (&'static str, Value) {
        match &self.component {
            Some(component) => ("Component.Get", json!({ "Name": component, "Controls": [{ "Name": self.name }] })),
            None => ("Control.Get", json!([self.name])),
        }
    }

    /// Method and parameters that set it.
    #[must_use]
    pub fn set(&self, value: &Value) -> (&'static str, Value) {
        match &self.component {
            Some(component) => ("Component.Set", json!({ "Name": component, "Controls": [{ "Name": self.name, "Value": value }] })),
            None => ("Control.Set", json!({ "Name": self.name, "Value": value })),
        }
    }

    /// Method and parameters that put it into a change group.
    #[must_use]
    pub fn watch(&self, group: &str) -> (&'static str, Value) {
        match &self.component {
            Some(component) => {
                let component = json!({ "Name": component, "Controls": [{ "Name": self.name }] });
                ("ChangeGroup.AddComponentControl", json!({ "Id": group, "Component": component }))
            }
            None => ("ChangeGroup.AddControl", json!({ "Id": group, "Controls": [self.name] })),
        }
    }

    /// Its value in an answer to [`Control::get`].
    #[must_use]
    pub fn value_in<'a>(&self, result: &'a Value) -> Option<&'a Value> {
        let list = match &self.component {
            Some(component) => {
                let is_it = result.get("Name")?.as_str() == Some(component);
                result.get("Controls").filter(|_| is_it)?
            }
            None => result,
        };
        list.as_array()?.iter().find(|control| control.get("Name").and_then(Value::as_str) == Some(&self.name))?.get("Value")
    }

    /// Its value in one change of a group.
    #[must_use]
    pub fn changed_to<'a>(&self, change: &'a Value) -> Option<&'a Value> {
        let is_it = change.get("Name")?.as_str() == Some(&self.name)
            && change.get("Component").and_then(Value::as_str) == self.component.as_deref();
        change.get("Value").filter(|_| is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::{Control, Message, frames, request};
    use crate::delimited::Piece;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn sent(bytes: &[u8]) -> Value {
        assert_eq!(bytes.last(), Some(&0));
        serde_json::from_slice(bytes.strip_suffix(b"\0").unwrap()).unwrap()
    }

    /// Fact sheet §12: methods and parameters.
    #[test]
    fn golden_messages_of_section_12() {
        let named = Control { component: None, name: "MainGain".to_owned() };
        let (method, params) = named.set(&json!(-12));
        let wanted = json!({ "jsonrpc": "2.0", "method": "Control.Set", "params": { "Name": "MainGain", "Value": -12 }, "id": 7 });
        assert_eq!(sent(&request(7, method, &params)), wanted);
        assert_eq!(named.get(), ("Control.Get", json!(["MainGain"])));
        let part = Control { component: Some("APM ABC".to_owned()), name: "gain".to_owned() };
        let wanted = json!({ "Name": "APM ABC", "Controls": [{ "Name": "gain", "Value": -100.0 }] });
        assert_eq!(part.set(&json!(-100.0)), ("Component.Set", wanted));
        assert_eq!(part.watch("room").0, "ChangeGroup.AddComponentControl");
        assert_eq!(named.watch("room"), ("ChangeGroup.AddControl", json!({ "Id": "room", "Controls": ["MainGain"] })));
        let status = br#"{"jsonrpc":"2.0","method":"EngineStatus","params":{"Platform":"Core 500i","State":"Active","DesignName":"SAF","DesignCode":"q","IsRedundant":false,"IsEmulator":true}}"#;
        assert!(matches!(Message::read(status), Some(Message::Notice { method, .. }) if method == "EngineStatus"));
        let error = br#"{"jsonrpc":"2.0","error":{"code":8,"message":"unknown control"},"id":5}"#;
        assert_eq!(Message::read(error), Some(Message::Error { id: Some(5), code: 8 }));
        let answer = br#"{"jsonrpc":"2.0","result":[{"Name":"MainGain","Value":-12.0,"String":"-12dB"}],"id":6}"#;
        let Some(Message::Answer { id: 6, result }) = Message::read(answer) else { panic!() };
        assert_eq!(named.value_in(&result), Some(&json!(-12.0)));
        assert_eq!(part.value_in(&result), None);
        for nonsense in [&b"{"[..], b"[]", b"{}", b"{\"result\":1}", b"\xFF"] {
            assert_eq!(Message::read(nonsense), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..400) {
            let read = |pieces: Vec<Piece>| -> Vec<Option<Message>> {
                pieces.into_iter().filter_map(|piece| match piece {
                    Piece::Frame(frame) => Some(Message::read(&frame)),
                    Piece::Dropped(_) => None,
                }).collect()
            };
            let whole = read(frames().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut cutter = frames();
            let mut apart = read(cutter.feed(head));
            apart.extend(read(cutter.feed(tail)));
            prop_assert_eq!(apart, whole);
            cutter.feed(b"\0");
            prop_assert_eq!(read(cutter.feed(b"{\"result\":true,\"id\":1}\0")), [Some(Message::Answer { id: 1, result: json!(true) })]);
        }
    }
}
