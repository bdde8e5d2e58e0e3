//! What an LED board behind a NovaStar card can do, as data.

use std::collections::BTreeMap;

use room_api::{CommandDecl, Danger, DeviceKind, ParamDecl, ParamKind, Text, Value};

use super::protocol::{Ask, INPUTS, NovaStar, TESTS};
use crate::driver::{BadAct, Capability, Declaration, Labels, boolean, int, word};
use crate::text;

fn input_text(word: &str) -> Text {
    match word {
        "dvi" => text("DVI", "DVI"),
        "dual_dvi" => text("双链 DVI", "Dual DVI"),
        "hdmi" => text("HDMI", "HDMI"),
        "sdi" => text("SDI", "SDI"),
        _ => text("DP", "DisplayPort"),
    }
}

fn test_text(word: &str) -> Text {
    match word {
        "off" => text("关", "Off"),
        "red" => text("红", "Red"),
        "green" => text("绿", "Green"),
        "blue" => text("蓝", "Blue"),
        "white" => text("白", "White"),
        "lines_1" => text("线条 1", "Lines 1"),
        "lines_2" => text("线条 2", "Lines 2"),
        "lines_3" => text("线条 3", "Lines 3"),
        "grey" => text("灰阶", "Grey"),
        _ => text("老化", "Ageing"),
    }
}

fn options(words: &[(&str, u8)], label: fn(&str) -> Text) -> Vec<(String, Text)> {
    words.iter().map(|(word, _)| ((*word).to_owned(), label(word))).collect()
}

fn set(name: &str, property: &str, label: Text, kind: ParamKind, danger: Danger) -> CommandDecl {
    CommandDecl {
        name: name.to_owned(),
        label: label.clone(),
        params: vec![ParamDecl { name: property.to_owned(), label, kind }],
        danger,
        held: false,
        proof: Some(property.to_owned()),
        expected_ms: 1_000,
    }
}

fn code(words: &[(&str, u8)], args: &BTreeMap<String, Value>, name: &str) -> Result<u8, BadAct> {
    let wanted = word(args, name)?;
    words.iter().find(|(word, _)| *word == wanted).map(|(_, code)| *code).ok_or_else(|| BadAct::BadArgument(name.to_owned()))
}

impl Capability for NovaStar {
    fn declaration(&self) -> Declaration {
        let percent = ParamKind::Int { min: 0, max: 100, unit: "%".to_owned(), decimals: 0 };
        let inputs = ParamKind::Choice { options: options(&INPUTS, input_text) };
        let tests = ParamKind::Choice { options: options(&TESTS, test_text) };
        let save = CommandDecl {
            name: "save".to_owned(),
            label: text("固化到接收卡", "Save to cards"),
            params: vec![],
            danger: Danger::Confirm,
            held: false,
            proof: None,
            expected_ms: 2_000,
        };
        let own = |words: &[(&str, u8)], label: fn(&str) -> Text| {
            options(words, label).into_iter().map(|(word, label)| (Value::Text(word), label)).collect()
        };
        Declaration {
            kind: DeviceKind::LedBoard,
            driver: "novastar",
            commands: vec![
                set("set_brightness", "brightness", text("亮度", "Brightness"), percent, Danger::None),
                set("set_black", "black", text("黑屏", "Black"), ParamKind::Bool {}, Danger::None),
                set("set_freeze", "freeze", text("画面冻结", "Freeze"), ParamKind::Bool {}, Danger::None),
                set("set_input", "input", text("信号源", "Input"), inputs, Danger::None),
                set("set_test", "test_pattern", text("测试画面", "Test picture"), tests, Danger::Confirm),
                save,
            ],
            properties: [
                "brightness",
                "black",
                "freeze",
                "input",
                "test_pattern",
                "signal",
                "model",
                "firmware",
                "temperature.{card}",
                "voltage.{card}",
            ]
            .map(Into::into)
            .to_vec(),
            labels: Labels::from([("input".to_owned(), own(&INPUTS, input_text)), ("test_pattern".to_owned(), own(&TESTS, test_text))]),
        }
    }

    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Ask>, BadAct> {
        Ok(vec![match command {
            "set_brightness" => {
                let percent = int(args, "brightness")?;
                let raw = u8::try_from((percent * 255 + 50) / 100).ok().filter(|_| (0..=100).contains(&percent));
                Ask::SetBrightness(raw.ok_or_else(|| BadAct::BadArgument("brightness".to_owned()))?)
            }
            "set_black" => Ask::SetBlack(boolean(args, "black")?),
            "set_freeze" => Ask::SetFreeze(boolean(args, "freeze")?),
            "set_input" => Ask::SetInput(code(&INPUTS, args, "input")?),
            "set_test" => Ask::SetTest(code(&TESTS, args, "test_pattern")?),
            "save" => Ask::Save,
            _ => return Err(BadAct::UnknownCommand(command.to_owned())),
        }])
    }
}
