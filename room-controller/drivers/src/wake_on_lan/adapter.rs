//! What can be done to a sleeping machine, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, Value};

use super::protocol::{Ask, WakeOnLan};
use crate::driver::{BadAct, Capability, Declaration, Labels};
use crate::text;

impl Capability for WakeOnLan {
    fn declaration(&self) -> Declaration {
        let wake = CommandDecl {
            name: "wake".to_owned(),
            label: text("网络唤醒", "Wake"),
            params: vec![],
            danger: Danger::None,
            held: false,
            proof: None,
            expected_ms: 300,
        };
        Declaration {
            kind: DeviceKind::Power,
            driver: "wake_on_lan",
            commands: if self.mac.is_some() { vec![wake] } else { vec![] },
            properties: vec!["awake".into()],
            labels: Labels::new(),
        }
    }

    fn asks(&self, command: &str, _args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        match command {
            "wake" if self.mac.is_some() => Ok(vec![Ask::Wake; 3]),
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
