//! A Q-SYS Core that speaks QRC.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::qsys_qrc::{Channel, Control, frames};
use room_drivers::{Delimited, Piece};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const ANSWER: Duration = Duration::from_millis(6);
/// Limits of a gain, tenths of dB.
const LEAST: i64 = -1000;
const MOST: i64 = 200;
/// Change groups of one connection.
const MAX_GROUPS: usize = 4;
/// Snapshots of a bank.
const SNAPSHOTS: i64 = 8;
/// Allowed without a log-on and on a Core in standby.
const ALWAYS: [&str; 3] = ["NoOp", "StatusGet", "Logon"];

/// Code and words of a refusal.
type No = (i64, &'static str);

const BAD_PARAMS: No = (-32_602, "Invalid params");
const ON_STANDBY: No = (-32_604, "Core is on Standby");
const GROUPS_EXHAUSTED: No = (5, "Change Groups exhausted");
const UNKNOWN_GROUP: No = (6, "Unknown change group");
const UNKNOWN_COMPONENT: No = (7, "Unknown component name");
const UNKNOWN_CONTROL: No = (8, "Unknown control");
const LOGON_REQUIRED: No = (10, "Logon required");

/// How a Core is.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Channels of its design.
    pub channels: Vec<Channel>,
    /// User with a PIN, where it asks for one.
    pub user: Option<(String, String)>,
    /// Bank of snapshots in its design.
    pub snapshots: Option<String>,
    /// Pushes changes as answers to the automatic poll instead of messages of their own, as some firmware does.
    pub pushes_answers: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Tenths of dB.
    Gain(i64),
    Mute(bool),
}

#[derive(Debug, Default)]
struct Group {
    controls: Vec<Control>,
    /// Seconds between polls by itself, and the id that asked for them.
    auto: Option<(Duration, Value)>,
}

/// See the module.
#[derive(Debug)]
pub struct Core {
    settings: Settings,
    frames: Delimited,
    values: Vec<(Control, Held)>,
    groups: BTreeMap<String, Group>,
    logged_on: bool,
    standby: bool,
    design: i64,
    fault: bool,
    loads: u64,
    misbehave: Misbehave,
}

fn framed(message: &Value) -> Vec<u8> {
    let mut bytes = message.to_string().into_bytes();
    bytes.push(0);
    bytes
}

#[expect(clippy::cast_precision_loss, reason = "a gain has four digits")]
fn state(control: &Control, held: Held) -> Value {
    let mut state = match held {
        Held::Gain(tenths) => {
            let (db, place) = (tenths as f64 / 10.0, (tenths - LEAST) as f64 / (MOST - LEAST) as f64);
            json!({ "Name": control.name, "Value": db, "String": format!("{db:.1}dB"), "Position": place })
        }
        // A named control tells numbers, a component's control tells booleans.
        Held::Mute(mute) if control.component.is_none() => {
            let value = f64::from(u8::from(mute));
            json!({ "Name": control.name, "Value": value, "String": if mute { "muted" } else { "unmuted" }, "Position": value })
        }
        Held::Mute(mute) => {
            json!({ "Name": control.name, "Value": mute, "String": mute.to_string(), "Position": f64::from(u8::from(mute)) })
        }
    };
    if let (Some(component), Some(map)) = (&control.component, state.as_object_mut()) {
        map.insert("Component".to_owned(), json!(component));
    }
    state
}

fn name(value: &Value) -> Result<&str, No> {
    value.get("Name").and_then(Value::as_str).ok_or(BAD_PARAMS)
}

fn list<'a>(value: &'a Value, field: &str) -> Result<&'a [Value], No> {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).ok_or(BAD_PARAMS)
}

fn named(value: &Value) -> Result<Control, No> {
    Ok(Control { component: None, name: value.as_str().ok_or(BAD_PARAMS)?.to_owned() })
}

impl Core {
    /// A Core whose design runs.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let of = |channel: &Channel| {
            let gain = channel.level.clone().map(|control| (control, Held::Gain(-200)));
            [gain, channel.mute.clone().map(|control| (control, Held::Mute(false)))]
        };
        Self {
            values: settings.channels.iter().flat_map(of).flatten().collect(),
            settings,
            frames: frames(),
            groups: BTreeMap::new(),
            logged_on: false,
            standby: false,
            design: 1,
            fault: false,
            loads: 0,
            misbehave: Misbehave::None,
        }
    }

    fn status(&self) -> Value {
        let status = if self.fault { json!({ "Code": 5, "String": "Fault" }) } else { json!({ "Code": 0, "String": "OK" }) };
        json!({
            "Platform": "Core 110f",
            "State": if self.standby { "Standby" } else { "Active" },
            "DesignName": format!("Room {}", self.design),
            "DesignCode": format!("qALFilm6IcA{}", self.design),
            "IsRedundant": true,
            "IsEmulator": false,
            "Status": status,
        })
    }

    fn engine_status(&self) -> Vec<u8> {
        framed(&json!({ "jsonrpc": "2.0", "method": "EngineStatus", "params": self.status() }))
    }

    fn held(&self, control: &Control) -> Result<Held, No> {
        let has_component = |component: &String| self.values.iter().any(|(other, _)| other.component.as_ref() == Some(component));
        if control.component.as_ref().is_some_and(|component| !has_component(component)) {
            return Err(UNKNOWN_COMPONENT);
        }
        self.values.iter().find(|(other, _)| other == control).map(|(_, held)| *held).ok_or(UNKNOWN_CONTROL)
    }

    #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
    fn set(&mut self, control: &Control, value: &Value) -> Result<(), No> {
        let held = match self.held(control)? {
            // Beyond its limits a control stays at them.
            Held::Gain(_) => Held::Gain((value.as_f64().ok_or(BAD_PARAMS)? * 10.0).clamp(LEAST as f64, MOST as f64).round() as i64),
            Held::Mute(_) => Held::Mute(value.as_bool().or_else(|| value.as_f64().map(|value| value != 0.0)).ok_or(BAD_PARAMS)?),
        };
        if let Some((_, known)) = self.values.iter_mut().find(|(other, _)| other == control) {
            *known = held;
        }
        Ok(())
    }

    /// Controls of a component as parameters name them.
    fn parts(params: &Value) -> Result<Vec<(Control, Value)>, No> {
        let component = name(params)?;
        let part = |part: &Value| {
            let control = Control { component: Some(component.to_owned()), name: name(part)?.to_owned() };
            Ok((control, part.get("Value").cloned().unwrap_or(Value::Null)))
        };
        list(params, "Controls")?.iter().map(part).collect()
    }

    fn add(&mut self, params: &Value, controls: Vec<Control>) -> Result<Value, No> {
        let id = params.get("Id").and_then(Value::as_str).ok_or(BAD_PARAMS)?;
        for control in &controls {
            self.held(control)?;
        }
        if !self.groups.contains_key(id) && self.groups.len() >= MAX_GROUPS {
            return Err(GROUPS_EXHAUSTED);
        }
        self.groups.entry(id.to_owned()).or_default().controls.extend(controls);
        Ok(json!(true))
    }

    fn group(&mut self, params: &Value) -> Result<&mut Group, No> {
        let id = params.get("Id").and_then(Value::as_str).ok_or(BAD_PARAMS)?;
        self.groups.get_mut(id).ok_or(UNKNOWN_GROUP)
    }

    /// What the groups that poll by themselves tell about changed controls, each at its next poll.
    fn pushes(&self, now: Duration, changed: &[Control]) -> Answers {
        let mut pushes = Vec::new();
        for (id, group) in &self.groups {
            let Some((rate, of)) = &group.auto else { continue };
            let is_in = |(control, _): &&(Control, Held)| changed.contains(control) && group.controls.contains(control);
            let changes: Vec<Value> = self.values.iter().filter(is_in).map(|(control, held)| state(control, *held)).collect();
            if changes.is_empty() {
                continue;
            }
            let told = json!({ "Id": id, "Changes": changes });
            let message = if self.settings.pushes_answers {
                json!({ "jsonrpc": "2.0", "result": told, "id": of })
            } else {
                json!({ "jsonrpc": "2.0", "method": "ChangeGroup.Poll", "params": told })
            };
            pushes.push((now + *rate, framed(&message)));
        }
        pushes
    }

    fn load(&mut self, params: &Value) -> Result<Vec<Control>, No> {
        if self.settings.snapshots.as_deref() != Some(name(params)?) {
            return Err(UNKNOWN_COMPONENT);
        }
        let bank = params.get("Bank").and_then(Value::as_i64).filter(|bank| (1..=SNAPSHOTS).contains(bank)).ok_or(BAD_PARAMS)?;
        self.loads += 1;
        for (_, held) in &mut self.values {
            *held = match held {
                Held::Gain(_) => Held::Gain(bank * -30),
                Held::Mute(_) => Held::Mute(bank % 2 == 0),
            };
        }
        Ok(self.values.iter().map(|(control, _)| control.clone()).collect())
    }

    /// Does a method: its result, and which controls it changed.
    fn call(&mut self, method: &str, params: &Value, id: &Value) -> Result<(Value, Vec<Control>), No> {
        if !ALWAYS.contains(&method) {
            if self.standby || self.misbehave == Misbehave::Refuse {
                return Err(ON_STANDBY);
            }
            if self.settings.user.is_some() && !self.logged_on {
                return Err(LOGON_REQUIRED);
            }
        }
        let only = |result| Ok((result, Vec::new()));
        match method {
            "NoOp" => only(json!(true)),
            "StatusGet" => only(self.status()),
            "Logon" => {
                let given = ["User", "Password"].map(|field| params.get(field).and_then(Value::as_str).unwrap_or_default().to_owned());
                self.logged_on = self.settings.user.clone().is_none_or(|(user, password)| given == [user, password]);
                if self.logged_on { only(json!(true)) } else { Err(LOGON_REQUIRED) }
            }
            "Control.Get" => {
                let names = params.as_array().ok_or(BAD_PARAMS)?;
                let read = |it: &Value| named(it).and_then(|control| Ok(state(&control, self.held(&control)?)));
                only(Value::Array(names.iter().map(read).collect::<Result<_, No>>()?))
            }
            "Control.Set" => {
                let control = Control { component: None, name: name(params)?.to_owned() };
                self.set(&control, params.get("Value").ok_or(BAD_PARAMS)?)?;
                Ok((state(&control, self.held(&control)?), vec![control]))
            }
            "Component.Get" => {
                let read = |(control, _): &(Control, Value)| Ok(state(control, self.held(control)?));
                let controls = Self::parts(params)?.iter().map(read).collect::<Result<Vec<Value>, No>>()?;
                only(json!({ "Name": name(params)?, "Controls": controls }))
            }
            "Component.Set" => {
                let parts = Self::parts(params)?;
                for (control, value) in &parts {
                    self.set(control, value)?;
                }
                Ok((json!(true), parts.into_iter().map(|(control, _)| control).collect()))
            }
            "ChangeGroup.AddControl" => {
                let controls = list(params, "Controls")?.iter().map(named).collect::<Result<_, No>>()?;
                only(self.add(params, controls)?)
            }
            "ChangeGroup.AddComponentControl" => {
                let parts = Self::parts(params.get("Component").ok_or(BAD_PARAMS)?)?;
                only(self.add(params, parts.into_iter().map(|(control, _)| control).collect())?)
            }
            "ChangeGroup.AutoPoll" => {
                let rate = params.get("Rate").and_then(Value::as_f64).filter(|rate| (0.1..=60.0).contains(rate)).ok_or(BAD_PARAMS)?;
                let group = self.group(params)?;
                group.auto = Some((Duration::from_secs_f64(rate), id.clone()));
                // What was put in counts as changed.
                Ok((json!(true), group.controls.clone()))
            }
            "ChangeGroup.Destroy" => {
                self.groups.retain(|id, _| params.get("Id").and_then(Value::as_str) != Some(id));
                only(json!(true))
            }
            "Snapshot.Load" => Ok((json!(true), self.load(params)?)),
            _ => Err((-32_601, "Method not found")),
        }
    }

    fn message(&mut self, now: Duration, frame: &[u8]) -> Answers {
        let error =
            |(code, words): No, id: &Value| framed(&json!({ "jsonrpc": "2.0", "error": { "code": code, "message": words }, "id": id }));
        let Ok(request) = serde_json::from_slice::<Value>(frame) else {
            return vec![(now + ANSWER, error((-32_700, "Parse error"), &Value::Null))];
        };
        let id = request.get("id").cloned().unwrap_or(Value::Null);
        let Some(method) = request.get("method").and_then(Value::as_str) else {
            return vec![(now + ANSWER, error((-32_600, "Invalid request"), &id))];
        };
        let said_id = match id.as_u64() {
            Some(id) if self.misbehave == Misbehave::WrongSequence => json!(id + 1000),
            _ => id.clone(),
        };
        match self.call(method, request.get("params").unwrap_or(&Value::Null), &id) {
            Ok((result, changed)) => {
                let answer = framed(&json!({ "jsonrpc": "2.0", "result": result, "id": said_id }));
                [vec![(now + ANSWER, answer)], self.pushes(now + ANSWER, &changed)].concat()
            }
            Err(why) => vec![(now + ANSWER, error(why, &said_id))],
        }
    }

    fn of_channel(&self, channel: &Channel) -> BTreeMap<String, Value> {
        let mut properties = BTreeMap::new();
        for control in [&channel.level, &channel.mute].into_iter().flatten() {
            match self.held(control) {
                Ok(Held::Gain(tenths)) => properties.insert(format!("level.{}", channel.channel), json!(tenths)),
                Ok(Held::Mute(mute)) => properties.insert(format!("mute.{}", channel.channel), json!(mute)),
                Err(_) => None,
            };
        }
        properties
    }
}

impl SimDevice for Core {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        // Groups and log-on end with their connection.
        self.frames.clear();
        self.groups.clear();
        self.logged_on = false;
        self.engine_status()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for piece in self.frames.feed(bytes) {
            match piece {
                Piece::Frame(frame) => answers.extend(self.message(now, &frame)),
                Piece::Dropped(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let status = self.status();
        let mut properties = BTreeMap::from([
            ("state".to_owned(), json!(if self.standby { "standby" } else { "active" })),
            ("design".to_owned(), json!(status.get("DesignName"))),
            ("model".to_owned(), json!(status.get("Platform"))),
            ("errors".to_owned(), json!(status.pointer("/Status/String"))),
        ]);
        // In standby nobody is told.
        for channel in self.settings.channels.iter().filter(|_| !self.standby) {
            properties.extend(self.of_channel(channel));
        }
        json!({ "properties": properties, "loads": self.loads, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `level` (value in tenths of dB) and `mute` (1 or 0) of the channel with that place in the settings, from 1; `standby` (1 or 0): its partner
    /// takes over; `design` (value): another design is loaded; `fault` (1 or 0).
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        match act.act.as_str() {
            "standby" => self.standby = act.value != 0,
            "design" => self.design = act.value,
            "fault" => self.fault = act.value != 0,
            _ => {
                let channel = self.settings.channels.get(usize::from(act.number).checked_sub(1)?)?;
                let (control, held) = match act.act.as_str() {
                    "level" => (channel.level.clone()?, Held::Gain(act.value.clamp(LEAST, MOST))),
                    "mute" => (channel.mute.clone()?, Held::Mute(act.value != 0)),
                    _ => return None,
                };
                if let Some((_, known)) = self.values.iter_mut().find(|(other, _)| *other == control) {
                    *known = held;
                }
                return Some(self.pushes(now, &[control]));
            }
        }
        Some(vec![(now, self.engine_status())])
    }

    fn reboot(&mut self, _now: Duration) {
        self.frames.clear();
        self.groups.clear();
        self.logged_on = false;
    }
}
