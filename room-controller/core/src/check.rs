//! Commands against their declarations.

use std::collections::BTreeMap;

use room_api::{Act, CommandDecl, ParamDecl, ParamKind, Refusal, RefusalCode, Value};

use crate::spec::DeviceSpec;
use crate::text;

fn fits(param: &ParamDecl, value: Option<&Value>) -> bool {
    match (&param.kind, value) {
        (ParamKind::Bool {}, Some(Value::Bool(_))) => true,
        (ParamKind::Int { min, max, .. }, Some(Value::Int(value))) => (min..=max).contains(&value),
        (ParamKind::Choice { options }, Some(Value::Text(word))) => options.iter().any(|(option, _)| option == word),
        (ParamKind::Bool {} | ParamKind::Int { .. } | ParamKind::Choice { .. }, _) => false,
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

/// The command that brings a property to a value: the one whose proof it is.
pub(crate) fn setter(device: &DeviceSpec, property: &str, value: &Value) -> Option<Act> {
    let command = device.commands.iter().find(|command| command.proof.as_deref() == Some(property))?;
    let [param] = command.params.as_slice() else { return None };
    if !fits(param, Some(value)) {
        return None;
    }
    let args = BTreeMap::from([(param.name.clone(), value.clone())]);
    Some(Act { device: device.device.clone(), command: command.name.clone(), args })
}

/// What a command's proof must show.
pub(crate) fn proof(command: &CommandDecl, act: &Act) -> Option<(String, Value)> {
    let property = command.proof.clone()?;
    let [param] = command.params.as_slice() else { return None };
    Some((property, act.args.get(&param.name)?.clone()))
}
