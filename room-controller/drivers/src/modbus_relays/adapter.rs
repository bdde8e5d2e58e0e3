//! What a relay board can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Value};

use super::protocol::{Ask, Relays};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label};
use crate::text;

/// A switch and its read-back.
const SWITCH_MS: u32 = 500;

impl Capability for Relays {
    fn declaration(&self) -> Declaration {
        let highest = self.outlets.iter().map(|outlet| i64::from(outlet.number)).max().unwrap_or(1);
        let lowest = self.outlets.iter().map(|outlet| i64::from(outlet.number)).min().unwrap_or(1);
        let numbers = ParamKind::Int { min: lowest, max: highest, unit: String::new(), decimals: 0 };
        let outlet = ParamDecl { name: "outlet".to_owned(), label: text("插座", "Outlet"), kind: numbers };
        let state = ParamDecl { name: "on".to_owned(), label: text("通电", "On"), kind: ParamKind::Bool {} };
        let set = CommandDecl {
            name: "set_outlet".to_owned(),
            label: text("插座开关", "Switch outlet"),
            params: vec![outlet, state],
            danger: Danger::Confirm,
            held: false,
            proof: Some("outlet.{outlet}".to_owned()),
            expected_ms: SWITCH_MS,
        };
        let mut properties = vec!["outlet.{outlet}".into()];
        if self.inputs() > 0 {
            properties.push("input.{input}".into());
        }
        let names = self.outlets.iter().map(|outlet| (Value::Int(outlet.number.into()), outlet.name.clone())).collect();
        Declaration {
            kind: DeviceKind::Power,
            driver: "modbus_relays",
            commands: vec![set],
            properties,
            labels: Labels::from([
                ("outlet".to_owned(), names),
                (
                    "sequence".to_owned(),
                    vec![
                        label("up", "全部通电", "All on"),
                        label("down", "全部断电", "All off"),
                        label("partly", "部分通电", "Partly on"),
                        label("going_up", "顺序上电中", "Going up"),
                        label("going_down", "顺序断电中", "Going down"),
                    ],
                ),
            ]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        match command {
            "set_outlet" => {
                let number = u16::try_from(int(args, "outlet")?).ok();
                let known = number.filter(|number| self.outlets.iter().any(|outlet| outlet.number == *number));
                let outlet = known.ok_or_else(|| BadAct::BadArgument("outlet".to_owned()))?;
                Ok(vec![Ask::Set(outlet, boolean(args, "on")?)])
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
