//! Commands against their declarations.

use std::collections::BTreeMap;

use room_api::{Act, CommandDecl, ParamDecl, ParamKind, Refusal, RefusalCode, Value, pattern};

use crate::spec::DeviceSpec;
use crate::text;

fn fits(param: &ParamDecl, value: Option<&Value>) -> bool {
    match (&param.kind, value) {
        (ParamKind::Bool {}, Some(Value::Bool(_))) => true,
        (ParamKind::Int { min, max, .. }, Some(Value::Int(value))) => (min..=max).contains(&value),
        (ParamKind::Choice { options }, Some(Value::Text(word))) => options.iter().any(|(option, _)| option == word),
        (ParamKind::Text { max }, Some(Value::Text(words))) => words.chars().count() <= usize::try_from(*max).unwrap_or(usize::MAX),
        (ParamKind::Bool {} | ParamKind::Int { .. } | ParamKind::Choice { .. } | ParamKind::Text { .. }, _) => false,
    }
}

/// The declaration of a command whose parameters are as declared.
pub(crate) fn declared<'a>(device: &'a DeviceSpec, act: &Act) -> Result<&'a CommandDecl, Refusal> {
    let Some(command) = device.commands.iter().find(|command| command.name == act.command) else {
        let text = text(format!("设备没有命令 {}", act.command), format!("the device has no command {}", act.command));
        return Err(Refusal { code: RefusalCode::UnknownCommand, text });
    };
    let bad = command.params.iter().find(|param| !fits(param, act.args.get(&param.name))).map(|param| param.name.clone());
    let stranger = || act.args.keys().find(|name| !command.params.iter().any(|param| &param.name == *name)).cloned();
    match bad.or_else(stranger) {
        None => Ok(command),
        Some(name) => {
            let text = text(format!("参数 {name} 缺失或超出范围"), format!("parameter {name} is missing or out of range"));
            Err(Refusal { code: RefusalCode::BadArgs, text })
        }
    }
}

/// The command whose proof a property is, and the parameters its name says.
pub(crate) fn setting_command<'a>(device: &'a DeviceSpec, property: &str) -> Option<(&'a CommandDecl, BTreeMap<String, Value>)> {
    device.commands.iter().find_map(|command| Some((command, pattern::matched(command.proof.as_deref()?, property)?)))
}

/// The parameter that is the value of the command's proof.
fn value_of<'a>(command: &'a CommandDecl, proof: &str) -> Option<&'a ParamDecl> {
    let mut values = command.params.iter().filter(|param| !pattern::names(proof, &param.name));
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        (None, _) | (Some(_), Some(_)) => None,
    }
}

/// The command that brings a property to a value: the one whose proof it is.
pub(crate) fn setter(device: &DeviceSpec, property: &str, value: &Value) -> Option<Act> {
    let (command, mut args) = setting_command(device, property)?;
    let param = value_of(command, command.proof.as_deref()?)?;
    args.insert(param.name.clone(), value.clone());
    let act = Act { device: device.device.clone(), command: command.name.clone(), args };
    declared(device, &act).is_ok().then_some(act)
}

/// What a command's proof must show.
pub(crate) fn proof(command: &CommandDecl, act: &Act) -> Option<(String, Value)> {
    let pattern = command.proof.as_deref()?;
    let param = value_of(command, pattern)?;
    Some((pattern::fill(pattern, &act.args)?, act.args.get(&param.name)?.clone()))
}

#[cfg(test)]
mod tests {
    use super::{declared, proof, setter};
    use crate::spec::DeviceSpec;
    use crate::text;
    use room_api::{Act, CommandDecl, Danger, DeviceId, DeviceKind, ParamDecl, ParamKind, RefusalCode, Value};
    use std::collections::BTreeMap;

    fn mixer() -> DeviceSpec {
        let param = |name: &str, kind| ParamDecl { name: name.to_owned(), label: text("参数", name), kind };
        let int = |min, max| ParamKind::Int { min, max, unit: String::new(), decimals: 0 };
        let level = CommandDecl {
            name: "set_level".to_owned(),
            label: text("音量", "Level"),
            params: vec![param("channel", int(1, 32)), param("level", int(-900, 100))],
            danger: Danger::None,
            held: false,
            proof: Some("level.{channel}".to_owned()),
            expected_ms: 300,
        };
        let words = CommandDecl {
            name: "set_text".to_owned(),
            label: text("文字", "Text"),
            params: vec![param("text", ParamKind::Text { max: 4 })],
            danger: Danger::None,
            held: false,
            proof: Some("text".to_owned()),
            expected_ms: 300,
        };
        DeviceSpec {
            device: DeviceId("mixer".to_owned()),
            name: text("调音台", "Mixer"),
            kind: DeviceKind::Mixer,
            driver: "x32".to_owned(),
            simulated: false,
            commands: vec![level, words],
            properties: vec!["level.{channel}".to_owned(), "text".to_owned()],
            labels: BTreeMap::new(),
        }
    }

    #[test]
    fn a_member_of_a_family_is_set_and_proved() {
        let act = setter(&mixer(), "level.3", &Value::Int(-100)).unwrap();
        assert_eq!(act.args, BTreeMap::from([("channel".to_owned(), Value::Int(3)), ("level".to_owned(), Value::Int(-100))]));
        let mixer = mixer();
        let command = declared(&mixer, &act).unwrap();
        assert_eq!(proof(command, &act), Some(("level.3".to_owned(), Value::Int(-100))));
    }

    #[test]
    fn what_is_no_member_or_out_of_range_has_no_setter() {
        for property in ["level", "level.33", "level.x", "level.03", "mute.3"] {
            assert!(setter(&mixer(), property, &Value::Int(0)).is_none(), "{property}");
        }
        assert!(setter(&mixer(), "level.3", &Value::Int(101)).is_none());
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let act = |words: &str| Act {
            device: DeviceId("mixer".to_owned()),
            command: "set_text".to_owned(),
            args: BTreeMap::from([("text".to_owned(), Value::Text(words.to_owned()))]),
        };
        assert!(declared(&mixer(), &act("会议开始")).is_ok());
        assert_eq!(declared(&mixer(), &act("会议开始了")).unwrap_err().code, RefusalCode::BadArgs);
    }
}
