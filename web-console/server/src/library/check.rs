//! What each kind of document may hold. Pure; the reason is for the person who has to change something.

use mcu_api::{Command, Layout};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::words::{LibraryKind, PlanDocument, RunSheetDocument};

/// Longest name in bytes: the MCU's bound for a plan's name, and about twenty Chinese characters, as much as a key shows.
pub(crate) const MAX_NAME_BYTES: usize = 64;
/// Largest document: it must fit into one command's body (64 kB) when it is loaded.
pub(crate) const MAX_DOCUMENT_BYTES: usize = 56 << 10;
/// Documents of one kind: a list longer than this nobody reads.
pub(crate) const MAX_DOCUMENTS: u64 = 200;
/// All documents of one kind together: a list of them is sent whole to every desk.
pub(crate) const MAX_KIND_BYTES: usize = 2 << 20;
/// Cells of a layout, as the MCU has it.
const MAX_CELLS: usize = 25;
/// The canvas, ‰.
const CANVAS: u32 = 1000;
/// Commands of one step or plan, as the MCU has it.
const MAX_COMMANDS: usize = 32;
/// Steps of a run sheet, as the MCU has it.
const MAX_STEPS: usize = 200;
/// Longest text of a person, a trigger or an expectation in bytes, as the MCU's texts.
const MAX_TEXT_BYTES: usize = 2000;
/// People to call for one plan: more nobody calls in an emergency.
const MAX_PEOPLE: usize = 20;
/// Longest telephone number with country code, extension and separators.
const MAX_TELEPHONE_BYTES: usize = 32;
/// Longest step that makes sense: a day.
const MAX_STEP_S: u32 = 24 * 3600;
/// Keys one person may map: four times the actions there are.
const MAX_KEYS: usize = 200;
/// Longest name of an action or of a key's code.
const MAX_KEY_BYTES: usize = 64;

/// Why a document is refused, English and Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// English.
    pub(crate) detail: String,
    /// 中文
    pub(crate) detail_zh: String,
}

/// Makes one.
pub(crate) fn wrong(detail: impl Into<String>, detail_zh: impl Into<String>) -> Wrong {
    Wrong { detail: detail.into(), detail_zh: detail_zh.into() }
}

/// Whether that can be a document's name.
pub(crate) fn name(name: &str) -> Result<(), Wrong> {
    let bad = |c: char| c.is_control() || matches!(c, '/' | '\\');
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.trim() != name || name.chars().any(bad) {
        return Err(wrong(
            format!("a name has 1 to {MAX_NAME_BYTES} bytes without slashes, control characters and spaces at its ends"),
            format!("名称应为 1 到 {MAX_NAME_BYTES} 字节,不含斜线、控制字符和首尾空格"),
        ));
    }
    Ok(())
}

/// Whether the value may stand under that name.
///
/// # Errors
/// With what is wrong.
pub(crate) fn value(kind: LibraryKind, name: &str, value: &Value) -> Result<(), Wrong> {
    let bytes = value.to_string().len();
    if bytes > MAX_DOCUMENT_BYTES {
        return Err(wrong(
            format!("the document has {bytes} bytes, at most {MAX_DOCUMENT_BYTES} can be kept; split it"),
            format!("内容有 {bytes} 字节,最多 {MAX_DOCUMENT_BYTES} 字节,请拆分"),
        ));
    }
    match kind {
        LibraryKind::Layout => layout(name, &read(value)?),
        LibraryKind::Plan => plan(name, &read(value)?),
        LibraryKind::RunSheet => run_sheet(&read(value)?),
        LibraryKind::KeyMap => key_map(value),
        // Checked by the booking doors, which know the sites.
        LibraryKind::Template => Ok(()),
    }
}

/// The value as what its kind holds.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Wrong> {
    serde_json::from_value(value.clone())
        .map_err(|error| wrong(format!("the document is not understood: {error}"), format!("内容无法识别:{error}")))
}

fn layout(name: &str, layout: &Layout) -> Result<(), Wrong> {
    if layout.name != name {
        return Err(wrong("the layout carries another name than the document; give both the same", "布局名称与文档名称不一致"));
    }
    if layout.cells.is_empty() || layout.cells.len() > MAX_CELLS {
        return Err(wrong(format!("a layout has 1 to {MAX_CELLS} cells"), format!("布局应有 1 到 {MAX_CELLS} 格")));
    }
    let fits = |from: u16, length: u16| length >= 1 && u32::from(from) + u32::from(length) <= CANVAS;
    if let Some(at) = layout.cells.iter().position(|cell| !fits(cell.x, cell.w) || !fits(cell.y, cell.h)) {
        return Err(wrong(format!("cell {} leaves the canvas; move it inside", at + 1), format!("第 {} 格超出画布,请移入画面内", at + 1)));
    }
    Ok(())
}

fn plan(name: &str, document: &PlanDocument) -> Result<(), Wrong> {
    if document.plan.name != name {
        return Err(wrong("the plan carries another name than the document; give both the same", "预案名称与文档名称不一致"));
    }
    commands(&document.plan.commands)?;
    text("title", "标题", &document.plan.title)?;
    text("when", "触发条件", &document.when)?;
    text("expect", "预期结果", &document.expect)?;
    if document.people.len() > MAX_PEOPLE {
        return Err(wrong(format!("at most {MAX_PEOPLE} people to call"), format!("联系人最多 {MAX_PEOPLE} 人")));
    }
    for person in &document.people {
        text("person", "联系人", &person.name)?;
        telephone(&person.telephone)?;
    }
    Ok(())
}

fn telephone(number: &str) -> Result<(), Wrong> {
    let good = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '*' | '#');
    if number.len() > MAX_TELEPHONE_BYTES || !number.chars().all(good) {
        return Err(wrong(
            format!("\"{number}\" is no telephone number; digits, spaces and + - ( ) * # are, at most {MAX_TELEPHONE_BYTES}"),
            format!("“{number}”不是电话号码,只能有数字、空格和 + - ( ) * #,最多 {MAX_TELEPHONE_BYTES} 位"),
        ));
    }
    Ok(())
}

fn run_sheet(document: &RunSheetDocument) -> Result<(), Wrong> {
    let steps = &document.sheet.steps;
    if steps.is_empty() || steps.len() > MAX_STEPS {
        return Err(wrong(format!("a run sheet has 1 to {MAX_STEPS} steps"), format!("导播单应有 1 到 {MAX_STEPS} 步")));
    }
    text("title", "标题", &document.sheet.title)?;
    for step in steps {
        text("title", "环节", &step.title)?;
        text("text", "备注", &step.text)?;
        commands(&step.commands)?;
    }
    if document.usual_s.len() > steps.len() || document.usual_s.iter().flatten().any(|seconds| *seconds > MAX_STEP_S) {
        return Err(wrong("usual times are one a step, at most a day each", "常用时长每步一个,且不超过一天"));
    }
    Ok(())
}

fn commands(list: &[Command]) -> Result<(), Wrong> {
    if list.len() > MAX_COMMANDS {
        return Err(wrong(format!("at most {MAX_COMMANDS} commands at once"), format!("一次最多执行 {MAX_COMMANDS} 条操作")));
    }
    Ok(())
}

fn text(what: &str, what_zh: &str, text: &str) -> Result<(), Wrong> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(wrong(format!("{what}: at most {MAX_TEXT_BYTES} bytes"), format!("{what_zh}不能超过 {MAX_TEXT_BYTES} 字节")));
    }
    Ok(())
}

/// An object of action → chord, e.g. `"cut": "Ctrl+Enter"`; an empty chord switches the key off.
fn key_map(value: &Value) -> Result<(), Wrong> {
    let object = value.as_object().ok_or_else(|| wrong("a key map is an object of action and chord", "快捷键表应为“操作 → 按键”的对象"))?;
    if object.len() > MAX_KEYS {
        return Err(wrong(format!("at most {MAX_KEYS} keys"), format!("最多 {MAX_KEYS} 个快捷键")));
    }
    for (action, chord) in object {
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-');
        let is_action = !action.is_empty() && action.len() <= MAX_KEY_BYTES && action.chars().all(named);
        if !is_action || !chord.as_str().is_some_and(is_chord) {
            return Err(wrong(
                format!("\"{action}\": {chord} is no chord; write e.g. \"Ctrl+Alt+KeyM\", or nothing to switch it off"),
                format!("“{action}”:{chord} 不是按键组合,请写成如 \"Ctrl+Alt+KeyM\",留空为停用"),
            ));
        }
    }
    Ok(())
}

/// Modifiers, each once, and the physical key's code (`KeyboardEvent.code`).
fn is_chord(chord: &str) -> bool {
    if chord.is_empty() {
        return true;
    }
    let mut parts: Vec<&str> = chord.split('+').collect();
    let Some(code) = parts.pop() else { return false };
    let is_code = !code.is_empty() && code.len() <= MAX_KEY_BYTES && code.chars().all(|c| c.is_ascii_alphanumeric());
    let modifiers = ["Ctrl", "Alt", "Shift", "Meta"];
    let each_once = modifiers.iter().all(|one| parts.iter().filter(|part| *part == one).count() <= 1);
    is_code && !modifiers.contains(&code) && each_once && parts.iter().all(|part| modifiers.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{LibraryKind, name, value};
    use serde_json::json;

    #[test]
    fn names_stand_in_addresses() {
        for good in ["2x2", "主席+12", "a b"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        for bad in ["", " a", "a/b", "a\\b", "a\n", &"x".repeat(65)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_layout_stays_on_the_canvas_under_its_own_name() {
        let cell = |x: u16, w: u16| json!({"x": x, "y": 0, "w": w, "h": 1000, "source": {"from": "main"}});
        let layout = |x, w| json!({"name": "a", "cells": [cell(x, w)]});
        assert_eq!(value(LibraryKind::Layout, "a", &layout(0, 1000)), Ok(()));
        assert!(value(LibraryKind::Layout, "b", &layout(0, 1000)).is_err());
        for (x, w) in [(1, 1000), (0, 0), (65_535, 65_535)] {
            assert!(value(LibraryKind::Layout, "a", &layout(x, w)).is_err(), "{x} {w}");
        }
        assert!(value(LibraryKind::Layout, "a", &json!({"name": "a", "cells": []})).is_err());
        assert!(value(LibraryKind::Layout, "a", &json!([])).is_err());
    }

    #[test]
    fn a_plan_names_people_with_numbers_and_a_real_day() {
        let plan = |telephone: &str, day: &str| {
            json!({"plan": {"name": "howling", "title": "啸叫", "commands": [{"cmd": "mute_all", "args": {}}]},
                   "people": [{"name": "张三", "telephone": telephone}], "expect": "安静", "rehearsed": day})
        };
        assert_eq!(value(LibraryKind::Plan, "howling", &plan("0735-2871234", "2026-02-28")), Ok(()));
        assert!(value(LibraryKind::Plan, "howling", &plan("call me", "2026-02-28")).is_err());
        assert!(value(LibraryKind::Plan, "howling", &plan("1", "2026-02-30")).is_err());
    }

    #[test]
    fn a_run_sheet_has_no_more_usual_times_than_steps() {
        let sheet = |usual: serde_json::Value| json!({"sheet": {"title": "t", "steps": [{"title": "a"}]}, "usual_s": usual});
        assert_eq!(value(LibraryKind::RunSheet, "x", &sheet(json!([null]))), Ok(()));
        assert!(value(LibraryKind::RunSheet, "x", &sheet(json!([1, 2]))).is_err());
        assert!(value(LibraryKind::RunSheet, "x", &sheet(json!([90_000]))).is_err());
    }

    #[test]
    fn chords_are_modifiers_and_a_code() {
        let map = |chord: &str| json!({ "cut": chord });
        for good in ["", "Enter", "Ctrl+Enter", "Ctrl+Alt+Shift+Meta+Digit1"] {
            assert_eq!(value(LibraryKind::KeyMap, "operator", &map(good)), Ok(()), "{good}");
        }
        for bad in ["Ctrl", "Ctrl+", "+Enter", "Ctrl+Ctrl+KeyA", "Hyper+KeyA", "Key A", "Ctrl+KeyA+Alt"] {
            assert!(value(LibraryKind::KeyMap, "operator", &map(bad)).is_err(), "{bad}");
        }
        assert!(value(LibraryKind::KeyMap, "operator", &json!({"a b": "KeyA"})).is_err());
        assert!(value(LibraryKind::KeyMap, "operator", &json!({"cut": 1})).is_err());
    }
}
