//! What a profiled device can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, ParamDecl, Value};

use super::compiled::Order;
use super::protocol::{Ask, Profiled, What};
use crate::driver::{BadAct, Capability, Declaration};

impl Profiled {
    fn declare(&self, order: &Order) -> CommandDecl {
        let param = |name: &str| {
            let field = self.compiled.fields.get(name)?;
            Some(ParamDecl { name: name.to_owned(), label: field.label(), kind: field.kind() })
        };
        CommandDecl {
            name: order.name.clone(),
            label: order.label.clone(),
            params: order.send.names().filter_map(param).collect(),
            danger: if order.confirm { Danger::Confirm } else { Danger::None },
            held: false,
            proof: order.proof.clone(),
            expected_ms: order.expected_ms,
        }
    }
}

impl Capability for Profiled {
    fn declaration(&self) -> Declaration {
        let labels = self.compiled.fields.iter().map(|(name, field)| (name.clone(), field.labels()));
        Declaration {
            kind: self.kind,
            driver: "profile",
            commands: self.compiled.orders.iter().map(|order| self.declare(order)).collect(),
            properties: self.compiled.properties().into_iter().map(Into::into).collect(),
            labels: labels.filter(|(_, labels)| !labels.is_empty()).collect(),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let found = self.compiled.orders.iter().enumerate().find(|(_, order)| order.name == command);
        let (index, order) = found.ok_or_else(|| BadAct::UnknownCommand(command.to_owned()))?;
        if order.send.write(&self.compiled.fields, args).is_none() {
            let missing = order.send.names().find(|name| !args.contains_key(*name)).unwrap_or(command);
            return Err(BadAct::BadArgument(missing.to_owned()));
        }
        Ok(vec![Ask { what: What::Order(index), values: args.clone() }])
    }
}
