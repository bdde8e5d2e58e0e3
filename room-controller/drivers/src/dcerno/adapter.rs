//! What a unit can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceKind, Value};

use super::codec::Mode;
use super::protocol::{Ask, DCerno, Order, RECORDING, What};
use crate::declare::{choice, command, confirm, modes, number, seat, set_mic};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};
use crate::text;

const LAST_SEAT: i64 = 65_535;
const MAX_OPEN: i64 = 8;
const MAX_VOLUME: i64 = 24;
/// An event comes at once; a refusal takes the event's deadline and a question.
const EVENT_MS: u32 = 500;
const MODES: [&str; 6] = ["open", "fifo", "approval", "voice", "ptt", "limited"];

fn commands() -> Vec<CommandDecl> {
    let volume = |name: &str, label| number(name, label, 0, MAX_VOLUME, "");
    let recording = RECORDING.iter().map(|(_, word, zh, en)| ((*word).to_owned(), text(zh, en))).collect();
    vec![
        set_mic(LAST_SEAT, EVENT_MS),
        command("put_request", text("加入申请", "Put into the queue"), vec![seat(LAST_SEAT)], None, EVENT_MS),
        command("withdraw_request", text("取消申请", "Take out of the queue"), vec![seat(LAST_SEAT)], None, EVENT_MS),
        command("all_off", text("关闭全部代表话筒", "All delegates off"), vec![], None, EVENT_MS),
        command("clear_requests", text("清空申请", "Clear the queue"), vec![], None, EVENT_MS),
        confirm(command(
            "set_mode",
            text("讨论模式", "Discussion mode"),
            vec![choice("mode", text("模式", "Mode"), modes(&MODES))],
            Some("mode"),
            EVENT_MS,
        )),
        command(
            "set_max_open",
            text("最多发言代表", "Most open delegates"),
            vec![number("max_open", text("数量", "Number"), 0, MAX_OPEN, "")],
            Some("max_open"),
            EVENT_MS,
        ),
        command(
            "set_volume",
            text("扬声器音量", "Loudspeaker volume"),
            vec![volume("volume", text("扬声器音量", "Loudspeaker volume"))],
            Some("volume"),
            EVENT_MS,
        ),
        command(
            "set_headphone_volume",
            text("耳机音量", "Headphone volume"),
            vec![volume("headphone_volume", text("耳机音量", "Headphone volume"))],
            Some("headphone_volume"),
            EVENT_MS,
        ),
        command(
            "set_recording",
            text("录音", "Recording"),
            vec![choice("recording", text("录音", "Recording"), recording)],
            Some("recording"),
            EVENT_MS,
        ),
    ]
}

fn small(args: &BTreeMap<String, Value>, name: &str, max: i64) -> Result<u8, BadAct> {
    let number = Some(int(args, name)?).filter(|number| (0..=max).contains(number));
    number.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| BadAct::BadArgument(name.to_owned()))
}

impl Capability for DCerno {
    fn declaration(&self) -> Declaration {
        let properties =
            ["mic.{seat}", "request.{seat}", "mode", "max_open", "volume", "headphone_volume", "recording", "model", "version"];
        let modes = modes(&MODES).into_iter().map(|(mode, text)| (Value::Text(mode), text)).collect();
        let recording = RECORDING.iter().map(|(_, word, zh, en)| label(word, zh, en)).collect();
        Declaration {
            kind: DeviceKind::Discussion,
            driver: "dcerno",
            commands: commands(),
            properties: properties.map(Into::into).to_vec(),
            labels: Labels::from([("mode".to_owned(), modes), ("recording".to_owned(), recording)]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let bad = |name: &str| BadAct::BadArgument(name.to_owned());
        let place = || {
            let seat = int(args, "seat")?;
            self.seats.iter().position(|known| i64::from(known.seat) == seat).ok_or_else(|| bad("seat"))
        };
        let order = |order| Ok(vec![Ask::Order(order)]);
        match command {
            "set_mic" => order(Order::Mic(place()?, u8::from(boolean(args, "on")?))),
            "put_request" => order(Order::Mic(place()?, 2)),
            "withdraw_request" => order(Order::Withdraw(place()?)),
            "all_off" => order(Order::AllOff),
            "clear_requests" => {
                let each: Vec<Ask> = self.queue.iter().map(|place| Ask::Order(Order::Withdraw(*place))).collect();
                // Nobody waits: the unit's life is proof enough.
                Ok(if each.is_empty() { vec![Ask::Get(What::Mode)] } else { each })
            }
            "set_mode" => order(Order::Mode(Mode::of(word(args, "mode")?).ok_or_else(|| bad("mode"))?)),
            "set_max_open" => order(Order::MaxOpen(small(args, "max_open", MAX_OPEN)?)),
            "set_volume" => order(Order::Volume(small(args, "volume", MAX_VOLUME)?)),
            "set_headphone_volume" => order(Order::Headphones(small(args, "headphone_volume", MAX_VOLUME)?)),
            "set_recording" => {
                let recording = word(args, "recording")?;
                let found = RECORDING.iter().find(|(_, word, ..)| *word == recording);
                order(Order::Recording(found.ok_or_else(|| bad("recording"))?.0))
            }
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
