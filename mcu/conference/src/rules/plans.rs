//! 应急预案: armed by value, run as one change, rolled back as one. When they run by themselves is in [`super::triggers`].

use mcu_api::{ArmedPlan, EmergencyPlan, Fired, Setting};

use super::run_sheet::{check_commands, check_texts, give};
use super::triggers;
use crate::commands::take_back;
use crate::draft::Draft;
use crate::refusal::{Refusal, malformed, unknown_item};
use crate::undo::{target, undo};

/// Plans that stand ready at the same time: one key each on a desk.
const MAX_PLANS: usize = 16;
/// Longest name in bytes; it stands in URLs of nobody, but in logs.
const MAX_NAME_BYTES: usize = 64;

pub(crate) fn arm(draft: &mut Draft<'_>, plan: &EmergencyPlan) -> Result<(), Refusal> {
    if plan.name.is_empty() || plan.name.len() > MAX_NAME_BYTES {
        return Err(malformed(
            format!("a plan's name has 1 to {MAX_NAME_BYTES} bytes"),
            format!("预案名称应为 1 到 {MAX_NAME_BYTES} 字节"),
        ));
    }
    check_texts([plan.title.as_str()])?;
    check_commands(&plan.commands)?;
    if let Some(trigger) = &plan.trigger {
        triggers::check(draft, trigger)?;
    }
    if draft.state.plan_named(&plan.name).is_none() && draft.state.desk.plans.len() >= MAX_PLANS {
        return Err(malformed(format!("at most {MAX_PLANS} plans; disarm one first"), format!("最多 {MAX_PLANS} 个预案,请先撤下一个")));
    }
    draft.put(Setting::Plan { name: plan.name.clone(), armed: Some(ArmedPlan { plan: plan.clone(), ran: None, fired: None }) });
    Ok(())
}

pub(crate) fn disarm(draft: &mut Draft<'_>, name: &str) -> Result<(), Refusal> {
    armed(draft, name)?;
    draft.put(Setting::Plan { name: name.to_owned(), armed: None });
    Ok(())
}

pub(crate) fn run(draft: &mut Draft<'_>, name: &str) -> Result<(), Refusal> {
    let ArmedPlan { plan, .. } = armed(draft, name)?;
    give(draft, &plan.commands)?;
    // Run by hand its trigger is used too: it must not run a second time by itself.
    let fired = plan.trigger.as_ref().map(|_| Fired::Ran { at_ms: draft.now_ms });
    draft.put(Setting::Plan { name: name.to_owned(), armed: Some(ArmedPlan { plan, ran: Some(draft.rev), fired }) });
    Ok(())
}

/// The answer to a plan that asks.
pub(crate) fn answer(draft: &mut Draft<'_>, name: &str, yes: bool) -> Result<(), Refusal> {
    let asked = armed(draft, name)?;
    if !matches!(asked.fired, Some(Fired::Asks { .. })) {
        return Err(unknown_item("question of this plan", "预案确认请求"));
    }
    if yes {
        return run(draft, name);
    }
    let fired = Some(Fired::Dismissed { at_ms: draft.now_ms });
    draft.put(Setting::Plan { name: name.to_owned(), armed: Some(ArmedPlan { fired, ..asked }) });
    Ok(())
}

/// Takes back what running the plan did. A plan that found everything so already, or whose change was taken back by hand, only stands ready again.
pub(crate) fn roll_back(draft: &mut Draft<'_>, name: &str) -> Result<(), Refusal> {
    let ArmedPlan { plan, ran, fired } = armed(draft, name)?;
    let Some(rev) = ran else {
        return Err(unknown_item("run of this plan", "预案执行记录"));
    };
    if target(&draft.state, Some(rev)).is_ok() {
        let event = undo(&draft.state, Some(rev))?;
        take_back(draft, event);
    }
    draft.put(Setting::Plan { name: name.to_owned(), armed: Some(ArmedPlan { plan, ran: None, fired }) });
    Ok(())
}

fn armed(draft: &Draft<'_>, name: &str) -> Result<ArmedPlan, Refusal> {
    draft.state.plan_named(name).cloned().ok_or_else(|| unknown_item("plan", "预案"))
}
