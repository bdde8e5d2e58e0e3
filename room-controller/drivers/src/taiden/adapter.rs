//! What a unit can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::codec::Order;
use super::protocol::{Ask, Taiden};
use crate::declare::{command, mode_text, set_mic};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int};
use crate::text;

/// Highest id.
const LAST_SEAT: i64 = 65_535;
const EXPECTED_MS: u32 = 500;

impl Capability for Taiden {
    fn declaration(&self) -> Declaration {
        let modes = self.mode_names().map(|mode| (Value::Text(mode.to_owned()), mode_text(mode))).collect();
        let properties = ["mic.{seat}", "mode", "operation", "max_open", "tracked", "vote.present", "vote.yes", "vote.no", "vote.abstain"];
        Declaration {
            kind: DeviceKind::Discussion,
            driver: "taiden",
            commands: vec![
                set_mic(LAST_SEAT, EXPECTED_MS),
                command("all_off", text("关闭全部话筒", "All microphones off"), vec![], None, EXPECTED_MS),
            ],
            properties: properties.map(Into::into).to_vec(),
            labels: Labels::from([("mode".to_owned(), modes), ("tracked".to_owned(), vec![(Value::Int(0), text("全景", "Panorama"))])]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        match command {
            "set_mic" => {
                let seat = u16::try_from(int(args, "seat")?).ok().filter(|seat| *seat > 0);
                let seat = seat.ok_or_else(|| BadAct::BadArgument("seat".to_owned()))?;
                let order = if boolean(args, "on")? { Order::MicOn(seat) } else { Order::MicOff(seat) };
                Ok(vec![Ask::Order(order)])
            }
            "all_off" => Ok(vec![Ask::Order(Order::AllOff)]),
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
