//! 导播单: steps of commands, each done as one change or not at all.

use mcu_api::{Command, RunSheet, Setting};

use crate::commands;
use crate::draft::Draft;
use crate::refusal::{Refusal, malformed, unknown_item};

/// Steps of a run sheet: a day's programme.
const MAX_STEPS: usize = 200;
/// Commands of one step or plan: one for each thing at a desk.
const MAX_COMMANDS: usize = 32;
/// Longest title or text in bytes.
const MAX_TEXT_BYTES: usize = 2000;

pub(crate) fn load(draft: &mut Draft<'_>, sheet: Option<&RunSheet>) -> Result<(), Refusal> {
    if let Some(sheet) = sheet {
        if sheet.steps.is_empty() || sheet.steps.len() > MAX_STEPS {
            return Err(malformed(format!("a run sheet has 1 to {MAX_STEPS} steps"), format!("导播单应有 1 到 {MAX_STEPS} 步")));
        }
        for (index, step) in sheet.steps.iter().enumerate() {
            check_texts([sheet.title.as_str(), step.title.as_str(), step.text.as_str()])?;
            check_commands(&step.commands).map_err(|refusal| at_step(index, refusal))?;
        }
    }
    draft.put(Setting::RunSheet { sheet: sheet.cloned() });
    draft.put(Setting::NextStep { next: 0 });
    Ok(())
}

/// Whether texts are short enough to be kept.
pub(crate) fn check_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), Refusal> {
    if texts.into_iter().any(|text| text.len() > MAX_TEXT_BYTES) {
        return Err(malformed(format!("texts have at most {MAX_TEXT_BYTES} bytes"), format!("文字不能超过 {MAX_TEXT_BYTES} 字节")));
    }
    Ok(())
}

/// Whether commands may stand in a step or plan: those that change the conference, and none that decides about other people's acts.
pub(crate) fn check_commands(list: &[Command]) -> Result<(), Refusal> {
    if list.len() > MAX_COMMANDS {
        return Err(malformed(format!("at most {MAX_COMMANDS} commands at once"), format!("一次最多执行 {MAX_COMMANDS} 条操作")));
    }
    let forbidden = |command: &Command| {
        matches!(
            command,
            Command::Undo { .. }
                | Command::Redo {}
                | Command::End {}
                | Command::Remove { .. }
                | Command::NextStep {}
                | Command::SetRunStep { .. }
                | Command::LoadRunSheet { .. }
                | Command::ArmPlan { .. }
                | Command::DisarmPlan { .. }
                | Command::RunPlan { .. }
                | Command::AnswerPlan { .. }
                | Command::RollBackPlan { .. }
                | Command::TakeLease { .. }
                | Command::RequestLease { .. }
                | Command::ReleaseLease { .. }
                | Command::TakeOverLease { .. }
                | Command::LockProgram {}
                | Command::UnlockProgram {}
        )
    };
    if list.iter().any(forbidden) {
        return Err(malformed(
            "undo, end, remove, leases, program locks, run sheets and plans cannot stand in a list of commands; give them by hand",
            "撤销、结束、移除、操作权、锁定、导播单和预案不能放入操作列表,请手动执行",
        ));
    }
    Ok(())
}

/// Gives the commands one after the other.
///
/// # Errors
/// Of the first that is refused, with its number.
pub(crate) fn give(draft: &mut Draft<'_>, list: &[Command]) -> Result<(), Refusal> {
    for (index, command) in list.iter().enumerate() {
        commands::run(draft, command).map_err(|refusal| Refusal {
            detail: format!("command {}: {}", index + 1, refusal.detail),
            detail_zh: format!("第 {} 条操作:{}", index + 1, refusal.detail_zh),
            ..refusal
        })?;
    }
    Ok(())
}

pub(crate) fn set_step(draft: &mut Draft<'_>, next: u16) -> Result<(), Refusal> {
    let steps = draft.state.desk.run_sheet.as_ref().map_or(0, |sheet| sheet.steps.len());
    if usize::from(next) >= steps {
        return Err(unknown_item("step", "导播单步骤"));
    }
    draft.put(Setting::NextStep { next });
    Ok(())
}

pub(crate) fn next(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let index = draft.state.desk.next_step;
    let steps = draft.state.desk.run_sheet.as_ref().map_or(&[][..], |sheet| &sheet.steps);
    let step = steps.get(usize::from(index)).cloned().ok_or_else(|| unknown_item("step", "导播单步骤"))?;
    give(draft, &step.commands).map_err(|refusal| at_step(usize::from(index), refusal))?;
    draft.put(Setting::NextStep { next: index.saturating_add(1) });
    Ok(())
}

fn at_step(index: usize, mut refusal: Refusal) -> Refusal {
    refusal.detail = format!("step {}, {}", index + 1, refusal.detail);
    refusal.detail_zh = format!("第 {} 步,{}", index + 1, refusal.detail_zh);
    refusal
}
