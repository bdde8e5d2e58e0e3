//! Who may give which command: rights, a site's own acts, the chair's, and leases.

use mcu_api::{Area, Code, Command, Forced, Mic, SiteId, rights};

use crate::conference::Input;
use crate::refusal::{Refusal, missing_right, refuse};
use crate::state::State;
use crate::undo::{redo_target, target};

/// Stands before the right that the chair used without holding it.
pub(crate) const CHAIR: &str = "chair:";

/// Name of the right a command needs; `None` for undo and redo, which need that of the change in question.
#[must_use]
pub const fn required_right(command: &Command) -> Option<&'static str> {
    command.right()
}

/// What allows a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Granted {
    /// For the journal.
    pub(crate) right: String,
    /// Set when a site acts for itself.
    pub(crate) own: Option<SiteId>,
}

/// What allows the command.
///
/// # Errors
/// With what is missing and whom to ask.
pub(crate) fn granted(state: &State, input: &Input) -> Result<Granted, Refusal> {
    let command = &input.request.command;
    let needed = needed(state, command)?;
    let missing = needed.iter().find(|right| !input.rights.contains(right));
    let first = needed.first().cloned().unwrap_or_default();
    let Some(missing) = missing else {
        return Ok(Granted { right: first, own: None });
    };
    let acting = input.site.as_ref().filter(|_| input.rights.iter().any(|held| held == rights::SITE_SELF));
    let Some(site) = acting else {
        return Err(missing_right(missing));
    };
    if is_own_act(state, site, command) {
        not_locked(state, site, command)?;
        return Ok(Granted { right: rights::SITE_SELF.to_owned(), own: Some(site.clone()) });
    }
    if state.speech.chair.as_ref() == Some(site) && chair_may(command) {
        return Ok(Granted { right: format!("{CHAIR}{first}"), own: None });
    }
    Err(missing_right(missing))
}

/// All rights a command needs, the one it is known by first.
fn needed(state: &State, command: &Command) -> Result<Vec<String>, Refusal> {
    let mut rights: Vec<String> = command.right().map(str::to_owned).into_iter().collect();
    if let Command::Undo { rev } = command {
        rights.push(target(state, *rev)?.right.clone());
    }
    if let Command::Redo {} = command {
        rights.push(redo_target(state)?.change.right.clone());
    }
    if opens_microphones(command) {
        rights.push(rights::SOUND.to_owned());
    }
    for command in contained(state, command) {
        rights.extend(command.right().map(str::to_owned));
        if opens_microphones(command) {
            rights.push(rights::SOUND.to_owned());
        }
    }
    Ok(rights)
}

/// Picture commands that change microphones too.
const fn opens_microphones(command: &Command) -> bool {
    matches!(command, Command::Dialogue { .. } | Command::CallToSpeak { .. } | Command::GrantFloor { .. })
}

/// The commands that a command gives.
fn contained<'a>(state: &'a State, command: &'a Command) -> &'a [Command] {
    // What will run by itself is allowed when it is armed.
    if let Command::ArmPlan { plan } = command {
        return if plan.trigger.is_some() { &plan.commands } else { &[] };
    }
    if let Command::NextStep {} = command {
        let steps = state.desk.run_sheet.as_ref().map_or(&[][..], |sheet| &sheet.steps);
        return steps.get(usize::from(state.desk.next_step)).map_or(&[], |step| &step.commands);
    }
    if let Command::RunPlan { name } | Command::AnswerPlan { name, run: true } = command {
        return state.plan_named(name).map_or(&[], |armed| &armed.plan.commands);
    }
    &[]
}

/// Whether a site asks this for itself only.
fn is_own_act(state: &State, own: &SiteId, command: &Command) -> bool {
    if let Command::RequestFloor { site }
    | Command::Withdraw { site }
    | Command::RequestChair { site }
    | Command::SetMic { site, .. }
    | Command::SetSpeaker { site, .. }
    | Command::SetLanguage { site, .. }
    | Command::StartContent { site } = command
    {
        return site == own;
    }
    if let Command::SelectView { viewer, locked, .. } = command {
        return viewer == own && !locked;
    }
    matches!(command, Command::ReleaseChair {}) && state.speech.chair.as_ref() == Some(own)
        || matches!(command, Command::StopContent {}) && state.content.site.as_ref() == Some(own)
}

/// Whether the operator has locked for the site what it asks.
fn not_locked(state: &State, own: &SiteId, command: &Command) -> Result<(), Refusal> {
    let Some(site) = state.site(own) else { return Ok(()) };
    if let Command::SetMic { mic: Mic::Open, .. } = command {
        let another_speaks = matches!(&state.forced, Some(Forced::CallToSpeak { site, .. }) if site != own);
        if site.mute_locked || another_speaks && state.speech.chair.as_ref() != Some(own) {
            return Err(refuse(
                Code::SiteLocked,
                "the operator keeps this microphone closed at the moment; ask for the floor",
                "会控已闭音锁定或正在点名发言,请申请发言",
            ));
        }
    }
    if matches!(command, Command::SelectView { .. }) && (!state.settings.free_view || site.view_locked) {
        return Err(refuse(
            Code::SiteLocked,
            "sites do not choose their own view in this conference at the moment; ask the operator",
            "当前会场不能自行选看,请联系会控",
        ));
    }
    Ok(())
}

/// What the holder of the chair's token may do.
fn chair_may(command: &Command) -> bool {
    matches!(
        command,
        Command::BroadcastSite { .. }
            | Command::BroadcastLayout { .. }
            | Command::CancelBroadcast {}
            | Command::SelectView { .. }
            | Command::SetMic { mic: Mic::Closed, .. }
            | Command::MuteAll {}
            | Command::GrantFloor { .. }
            | Command::Defer { .. }
            | Command::ClearQueue {}
    )
}

/// Whether somebody else holds the lease of an area the command belongs to. Sites' own acts and the chair are above leases.
///
/// # Errors
/// With who holds it.
pub(crate) fn leases_allow(state: &State, author: &str, granted: &Granted, command: &Command) -> Result<(), Refusal> {
    let about_leases = matches!(
        command,
        Command::TakeLease { .. } | Command::RequestLease { .. } | Command::ReleaseLease { .. } | Command::TakeOverLease { .. }
    );
    if about_leases || granted.own.is_some() || granted.right.starts_with(CHAIR) {
        return Ok(());
    }
    let needed = needed(state, command)?;
    for area in [Area::Picture, Area::Sound, Area::Affairs] {
        let concerned = needed.iter().any(|right| right == area.right());
        if let Some(lease) = state.lease(area).filter(|lease| concerned && lease.holder != author) {
            return Err(lease_held(area, &lease.holder));
        }
    }
    Ok(())
}

/// Somebody else holds it.
pub(crate) fn lease_held(area: Area, holder: &str) -> Refusal {
    let (what, what_zh) = match area {
        Area::Picture => ("picture", "画面"),
        Area::Sound => ("sound", "声音"),
        Area::Affairs => ("affairs", "会务"),
    };
    refuse(
        Code::LeaseHeld,
        format!("{holder} holds the lease of {what}; ask for it or take it over"),
        format!("{what_zh}操作权由 {holder} 持有,请申请或接管"),
    )
}

/// Whether the command is asked for twice: ending, removing, running a plan, and taking from another person what is his.
pub(crate) fn is_dangerous(state: &State, author: &str, command: &Command) -> bool {
    if let Command::TakeOverLease { area } = command {
        return state.lease(*area).is_some_and(|lease| lease.holder != author);
    }
    if let Command::Undo { rev } = command {
        return target(state, *rev).is_ok_and(|change| change.author != author);
    }
    if let Command::Redo {} = command {
        return redo_target(state).is_ok_and(|taken| taken.change.author != author);
    }
    if let Command::UnlockProgram {} = command {
        return state.desk.program_locked_by.as_deref().is_some_and(|by| by != author);
    }
    matches!(command, Command::End {} | Command::Remove { .. } | Command::RunPlan { .. })
}
