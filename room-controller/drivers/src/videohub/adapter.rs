//! What a Videohub can do, as data.

use std::collections::BTreeMap;

use room_api::{DeviceKind, Value};

use super::protocol::{Ask, Lock, Videohub};
use crate::driver::{BadAct, Capability, Declaration, label, word};
use crate::panel::{choice, command, proved};
use crate::text;

impl Capability for Videohub {
    fn declaration(&self) -> Declaration {
        let states = vec![("unlocked".to_owned(), text("解锁", "Unlocked")), ("own".to_owned(), text("由本机锁定", "Locked by us"))];
        let lock = choice("lock", text("锁定", "Lock"), states);
        let mut labels = self.ports.labels(&["route"]);
        let locks = [
            label("unlocked", "解锁", "Unlocked"),
            label("own", "由本机锁定", "Locked by us"),
            label("other", "被他人锁定", "Locked by another"),
        ];
        labels.extend((1..=self.ports.outputs).map(|output| (format!("lock.{output}"), locks.to_vec())));
        Declaration {
            kind: DeviceKind::Matrix,
            driver: "videohub",
            commands: vec![
                proved(command("route", text("切换", "Route"), vec![self.ports.output(), self.ports.input(1)], 1_000), "route.{output}"),
                proved(command("set_lock", text("锁定输出", "Lock output"), vec![self.ports.output(), lock], 1_000), "lock.{output}"),
            ],
            properties: ["route.{output}", "lock.{output}", "input_name.{input}", "output_name.{output}", "model", "name"]
                .map(Into::into)
                .to_vec(),
            labels,
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        let (inputs, outputs) = self.size.unwrap_or((self.ports.inputs, self.ports.outputs));
        // Some servers hang up at an index that does not exist.
        let output = || self.ports.output_of(args).and_then(|output| if output <= outputs { Ok(output) } else { Err(bad("output")) });
        Ok(match command {
            "route" => {
                let input = self.ports.input_of(args, 1)?;
                if input > inputs {
                    return Err(bad("input"));
                }
                vec![Ask::Route(output()?, input)]
            }
            "set_lock" => match word(args, "lock")? {
                "unlocked" => vec![Ask::Lock(output()?, Lock::Unlocked)],
                "own" => vec![Ask::Lock(output()?, Lock::Own)],
                _ => return Err(bad("lock")),
            },
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        })
    }
}
