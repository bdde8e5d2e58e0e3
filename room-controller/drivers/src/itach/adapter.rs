//! What an iTach can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Value};

use super::protocol::{Ask, Itach};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, word};
use crate::text;

impl Capability for Itach {
    fn declaration(&self) -> Declaration {
        let mut commands = Vec::new();
        let mut properties = vec!["modules".into(), "firmware".into()];
        let command = |name: &str, label, params, danger, proof: &str, expected_ms| CommandDecl {
            name: name.to_owned(),
            label,
            params,
            danger,
            held: false,
            proof: Some(proof.to_owned()),
            expected_ms,
        };
        if !self.codes.is_empty() {
            let options = self.codes.iter().map(|named| (named.word.clone(), named.name.clone())).collect();
            let code =
                ParamDecl { name: "sent".to_owned(), label: text("红外指令", "Infrared code"), kind: ParamKind::Choice { options } };
            commands.push(command("send", text("发送红外指令", "Send infrared code"), vec![code], Danger::None, "sent", 2_000));
            properties.push("sent".into());
        }
        if self.relays > 0 {
            let numbers = ParamKind::Int { min: 1, max: self.relays.into(), unit: String::new(), decimals: 0 };
            let outlet = ParamDecl { name: "outlet".to_owned(), label: text("触点", "Contact"), kind: numbers };
            let on = ParamDecl { name: "on".to_owned(), label: text("闭合", "Closed"), kind: ParamKind::Bool {} };
            let label = text("触点开关", "Switch contact");
            commands.push(command("set_outlet", label, vec![outlet, on], Danger::Confirm, "outlet.{outlet}", 500));
            properties.push("outlet.{outlet}".into());
        }
        let codes = self.codes.iter().map(|named| (Value::Text(named.word.clone()), named.name.clone())).collect();
        Declaration {
            kind: if self.codes.is_empty() { DeviceKind::Power } else { DeviceKind::Display },
            driver: "itach",
            commands,
            properties,
            labels: Labels::from([("sent".to_owned(), codes)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        match command {
            "send" => {
                let wanted = word(args, "sent")?;
                let index = self.codes.iter().position(|named| named.word == wanted);
                Ok(vec![Ask::Send(index.ok_or_else(|| BadAct::BadArgument("sent".to_owned()))?)])
            }
            "set_outlet" => {
                let relay = u8::try_from(int(args, "outlet")?).ok().filter(|relay| (1..=self.relays).contains(relay));
                Ok(vec![Ask::SetRelay(relay.ok_or_else(|| BadAct::BadArgument("outlet".to_owned()))?, boolean(args, "on")?)])
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
