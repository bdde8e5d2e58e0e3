//! What a unit can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceKind, Value};

use super::codec::{Interrupt, MicMode, Word};
use super::protocol::{Ask, DisCcu};
use crate::declare::{choice, command, confirm, modes, number, seat, set_mic, yes_no};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, label, word};
use crate::text;

/// Highest seat number (fact sheet §27).
const LAST_SEAT: i64 = 65_535;
/// Places in the queue when a mode with a queue is chosen and the unit has none: all there are.
const QUEUE: u8 = 250;
/// An event comes at once; a refusal takes the event's deadline and a listing.
const EVENT_MS: u32 = 500;
/// The modes a unit has, in the words of fact sheet §23.
const MODES: [&str; 5] = ["open", "fifo", "approval", "voice", "limited"];

fn commands() -> Vec<CommandDecl> {
    let volume = number("volume", text("扬声器音量", "Loudspeaker volume"), -41, 0, "dB");
    let line = number("line_input", text("线路输入", "Line input"), -41, 0, "dB");
    let most = |name, min, max| number(name, text("数量", "Number"), min, max, "");
    vec![
        set_mic(LAST_SEAT, EVENT_MS),
        command("put_request", text("加入申请", "Put into the queue"), vec![seat(LAST_SEAT)], None, EVENT_MS),
        command("withdraw_request", text("取消申请", "Take out of the queue"), vec![seat(LAST_SEAT)], None, EVENT_MS),
        command("grant_next", text("下一位发言", "Next speaker"), vec![], None, EVENT_MS),
        command("all_off", text("关闭全部代表话筒", "All delegates off"), vec![], None, EVENT_MS),
        command("clear_requests", text("清空申请", "Clear the queue"), vec![], None, EVENT_MS),
        confirm(command(
            "set_mode",
            text("讨论模式", "Discussion mode"),
            vec![choice("mode", text("模式", "Mode"), modes(&MODES))],
            Some("mode"),
            3 * EVENT_MS,
        )),
        command("set_max_open", text("最多发言代表", "Most open delegates"), vec![most("max_open", 1, 8)], Some("max_open"), EVENT_MS),
        command("set_max_total", text("最多发言总数", "Most open in all"), vec![most("max_total", 1, 8)], Some("max_total"), EVENT_MS),
        command(
            "set_max_requests",
            text("最多申请", "Most in the queue"),
            vec![most("max_requests", 0, 250)],
            Some("max_requests"),
            EVENT_MS,
        ),
        command("set_reply", text("允许答复", "Replies"), vec![yes_no("reply", text("允许", "Allowed"))], Some("reply"), EVENT_MS),
        command("set_volume", text("扬声器音量", "Loudspeaker volume"), vec![volume], Some("volume"), EVENT_MS),
        command("set_line_input", text("线路输入电平", "Line input level"), vec![line], Some("line_input"), EVENT_MS),
    ]
}

fn small<T: TryFrom<i64>>(args: &BTreeMap<String, Value>, name: &str, min: i64, max: i64) -> Result<T, BadAct> {
    let bad = || BadAct::BadArgument(name.to_owned());
    let number = Some(int(args, name)?).filter(|number| (min..=max).contains(number)).ok_or_else(bad)?;
    T::try_from(number).map_err(|_| bad())
}

impl DisCcu {
    /// The orders that lead from what is known to a mode; the last one is the mode's proof.
    fn mode_orders(&self, mode: &str) -> Option<Vec<Ask>> {
        let reply = self.room.mode.is_some_and(|(_, reply)| reply);
        let (mic_mode, queue) = match mode {
            "open" => (MicMode::Auto, Some(self.room.max_requests.filter(|most| *most > 0).unwrap_or(QUEUE))),
            "limited" => (MicMode::Auto, Some(0)),
            "fifo" => (MicMode::Fifo, None),
            // A request needs a place in the queue.
            "approval" => (MicMode::Manual, self.room.max_requests.filter(|most| *most == 0).map(|_| QUEUE)),
            "voice" => (MicMode::Vox, None),
            _ => return None,
        };
        let mut orders = Vec::new();
        let interrupts = self.room.interrupt.is_some_and(|interrupt| interrupt != Interrupt::Off);
        if mic_mode == MicMode::Auto && interrupts {
            orders.push(Word::Interrupt(Interrupt::Off));
        }
        if let Some(queue) = queue.filter(|queue| self.room.max_requests != Some(*queue)) {
            orders.push(Word::MaxRequests(queue));
        }
        // Auto is the only base with two meanings; the others may keep their replies.
        orders.push(Word::Mode(mic_mode, reply && mic_mode != MicMode::Fifo));
        Some(orders.into_iter().map(Ask::Order).collect())
    }
}

impl Capability for DisCcu {
    fn declaration(&self) -> Declaration {
        let properties = [
            "mic.{seat}",
            "request.{seat}",
            "connected.{seat}",
            "name.{seat}",
            "mode",
            "reply",
            "max_open",
            "max_total",
            "max_requests",
            "volume",
            "line_input",
        ];
        let labels = modes(&MODES).into_iter().map(|(mode, text)| (Value::Text(mode), text)).collect();
        Declaration {
            kind: DeviceKind::Discussion,
            driver: "dis_ccu",
            commands: commands(),
            properties: properties.map(Into::into).to_vec(),
            labels: Labels::from([
                ("mode".to_owned(), labels),
                ("volume".to_owned(), vec![(Value::Int(-41), label("off", "关", "Off").1)]),
            ]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        let seat = || small::<u16>(args, "seat", 1, LAST_SEAT);
        let order = |word| Ok(vec![Ask::Order(word)]);
        match command {
            "set_mic" if boolean(args, "on")? => order(Word::MicOn(seat()?)),
            "set_mic" => order(Word::MicOff(seat()?)),
            "put_request" => order(Word::RequestOn(seat()?)),
            "withdraw_request" => order(Word::RequestOff(seat()?)),
            "grant_next" => order(Word::NextOn),
            "all_off" => Ok(vec![Ask::Order(Word::AllOff), Ask::Check(Word::AllOff)]),
            "clear_requests" => Ok(vec![Ask::Order(Word::AllRequestsOff), Ask::Check(Word::AllRequestsOff)]),
            "set_mode" => self.mode_orders(word(args, "mode")?).ok_or_else(|| BadAct::BadArgument("mode".to_owned())),
            "set_max_open" => order(Word::MaxSpeakers(small(args, "max_open", 1, 8)?)),
            "set_max_total" => order(Word::MaxTotal(small(args, "max_total", 1, 8)?)),
            "set_max_requests" => order(Word::MaxRequests(small(args, "max_requests", 0, 250)?)),
            "set_reply" => {
                let mode = self.room.mode.map_or(MicMode::Auto, |(mode, _)| mode);
                order(Word::Mode(mode, boolean(args, "reply")?))
            }
            "set_volume" => order(Word::Volume(small(args, "volume", -41, 0)?)),
            "set_line_input" => order(Word::LineInput(small(args, "line_input", -41, 0)?)),
            _ => Err(BadAct::UnknownCommand(command.to_owned())),
        }
    }
}
