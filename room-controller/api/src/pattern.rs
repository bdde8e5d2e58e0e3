//! Names of properties with open parts: `level.{channel}` stands for `level.1`, `level.2` and so on.

use std::collections::BTreeMap;

use crate::Value;

fn opening(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Whether the name has open parts.
#[must_use]
pub fn is_open(pattern: &str) -> bool {
    pattern.split('.').any(|part| opening(part).is_some())
}

/// Whether a parameter of that name fills an open part.
#[must_use]
pub fn names(pattern: &str, param: &str) -> bool {
    pattern.split('.').any(|part| opening(part) == Some(param))
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        // A point would make two parts of it.
        Value::Text(word) if !word.is_empty() && !word.contains('.') => Some(word.clone()),
        Value::Bool(_) | Value::Text(_) => None,
    }
}

/// The member that these arguments name.
#[must_use]
pub fn fill(pattern: &str, args: &BTreeMap<String, Value>) -> Option<String> {
    let part = |part: &str| match opening(part) {
        Some(param) => word(args.get(param)?),
        None => Some(part.to_owned()),
    };
    Some(pattern.split('.').map(part).collect::<Option<Vec<_>>>()?.join("."))
}

/// The words in the open parts when `property` is a member: number if it reads as one.
#[must_use]
pub fn matched(pattern: &str, property: &str) -> Option<BTreeMap<String, Value>> {
    let (mut parts, mut names) = (property.split('.'), BTreeMap::new());
    for wanted in pattern.split('.') {
        let part = parts.next()?;
        match opening(wanted) {
            Some(param) => {
                // Only numbers as they are written back: `01` is no other name of member 1.
                let number = part.parse::<i64>().ok().filter(|number| number.to_string() == part);
                names.insert(param.to_owned(), number.map_or_else(|| Value::Text(part.to_owned()), Value::Int));
            }
            None if wanted == part => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(names)
}

#[cfg(test)]
mod tests {
    use super::{fill, is_open, matched, names};
    use crate::Value;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_pattern_names_its_members() {
        assert!(is_open("level.{channel}") && !is_open("level"));
        assert!(names("cross.{input}.{output}", "output") && !names("cross.{input}.{output}", "level"));
        let args = BTreeMap::from([("input".to_owned(), Value::Int(3)), ("output".to_owned(), Value::Text("led".to_owned()))]);
        assert_eq!(fill("cross.{input}.{output}", &args).as_deref(), Some("cross.3.led"));
        assert_eq!(matched("cross.{input}.{output}", "cross.3.led"), Some(args));
        for stranger in ["cross.3", "cross.3.led.1", "route.3.led", ""] {
            assert_eq!(matched("cross.{input}.{output}", stranger), None, "{stranger}");
        }
        assert_eq!(fill("level.{channel}", &BTreeMap::from([("channel".to_owned(), Value::Text("a.b".to_owned()))])), None);
    }

    proptest! {
        #[test]
        fn what_was_filled_in_is_read_back(number in any::<i64>(), word in "[a-z]{1,8}") {
            let args = BTreeMap::from([("a".to_owned(), Value::Int(number)), ("b".to_owned(), Value::Text(word))]);
            let member = fill("x.{a}.y.{b}", &args).unwrap();
            prop_assert_eq!(matched("x.{a}.y.{b}", &member), Some(args));
        }
    }
}
