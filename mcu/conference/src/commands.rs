//! Which rule a command is for.

use mcu_api::{Command, Event, Setting};

use crate::draft::Draft;
use crate::refusal::{Refusal, misrouted};
use crate::rules::{
    chair, content, interpretation, leases, overlays, pictures, plans, polling, roll_call, run_sheet, seats, sound, speech, voice_switch,
};
use crate::undo::{redo, undo};

/// Makes the facts of a command; none when everything is so already.
///
/// # Errors
/// With the reason and what to do.
#[rustfmt::skip] // A table reads better with several names a line.
pub(crate) fn run(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Call { .. } | Command::CallAllAbsent {} | Command::HangUp { .. } | Command::Remove { .. }
        | Command::SetMainSite { .. } | Command::Lock {} | Command::Unlock {} | Command::Extend { .. } | Command::SetRedial { .. }
        | Command::End {} => life(draft, command),
        Command::RequestChair { .. } | Command::GrantChair { .. } | Command::ReleaseChair {} | Command::RevokeChair {}
        | Command::Dialogue { .. } | Command::CallToSpeak { .. } | Command::SetSpeechTimer { .. } | Command::RequestFloor { .. }
        | Command::GrantFloor { .. } | Command::Defer { .. } | Command::Withdraw { .. } | Command::ClearQueue {}
        | Command::StartRollCall { .. } | Command::NextRollCall {} | Command::ScoreRollCall { .. }
        | Command::StopRollCall {} => speaking(draft, command),
        Command::SetMuteOnJoin { .. } | Command::SetMic { .. } | Command::MuteAll {} | Command::MuteLock { .. }
        | Command::SetSpeaker { .. } | Command::SetGain { .. } | Command::SetMixMembers { .. } | Command::OpenChannels { .. }
        | Command::SetInterpreter { .. } | Command::SetLanguage { .. } => hearing(draft, command),
        Command::SetFreeView { .. } | Command::BroadcastSite { .. } | Command::BroadcastLayout { .. }
        | Command::CancelBroadcast {} | Command::SelectView { .. } | Command::SetLayout { .. } | Command::SetPreview { .. }
        | Command::Take { .. } | Command::PreviousPicture {} | Command::Slate { .. } | Command::SetOutput { .. }
        | Command::SetOverlays { .. } => seeing(draft, command),
        Command::StartPolling { .. } | Command::PausePolling { .. } | Command::ResumePolling { .. } | Command::StopPolling { .. }
        | Command::SetVoiceSwitch { .. } | Command::StartContent { .. } | Command::StopContent {} | Command::InviteContent { .. }
        | Command::LockContent { .. } => rotating(draft, command),
        Command::SetRecord { .. } | Command::SetLive { .. } | Command::TakeLease { .. } | Command::RequestLease { .. }
        | Command::ReleaseLease { .. } | Command::TakeOverLease { .. } | Command::LockProgram {} | Command::UnlockProgram {}
        | Command::LoadRunSheet { .. } | Command::SetRunStep { .. } | Command::NextStep {} | Command::ArmPlan { .. }
        | Command::DisarmPlan { .. } | Command::RunPlan { .. } | Command::AnswerPlan { .. } | Command::RollBackPlan { .. } | Command::Undo { .. }
        | Command::Redo {} => desk(draft, command),
    }
}

fn put(draft: &mut Draft<'_>, setting: Setting) -> Result<(), Refusal> {
    draft.put(setting);
    Ok(())
}

/// Makes the fact of an undo or redo, on the copy of the state too.
pub(crate) fn take_back(draft: &mut Draft<'_>, event: Event) {
    if let Event::Undone { effect, .. } | Event::Redone { effect, .. } = &event {
        for change in effect {
            // Rehearsed already: each of them sets something.
            let _ = draft.state.set(change);
        }
    }
    draft.events.push(event);
}

/// Seats and the conference's own life.
#[expect(clippy::wildcard_enum_match_arm, reason = "`run` tells the groups apart, naming every command")]
fn life(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Call { site } => seats::call(draft, site),
        Command::CallAllAbsent {} => seats::call_all(draft),
        Command::HangUp { site } => seats::hang_up(draft, site),
        Command::Remove { site } => seats::remove(draft, site),
        Command::SetMainSite { site } => seats::set_main_site(draft, site),
        Command::Lock {} => put(draft, Setting::Locked { locked: true }),
        Command::Unlock {} => put(draft, Setting::Locked { locked: false }),
        Command::Extend { ends_at_ms, auto_end } => seats::extend(draft, *ends_at_ms, *auto_end),
        Command::SetRedial { policy } => seats::set_redial(draft, policy.as_ref()),
        Command::End {} => {
            draft.events.push(Event::Ended {});
            Ok(())
        }
        _ => Err(misrouted()),
    }
}

/// Chair, floor and roll call.
#[expect(clippy::wildcard_enum_match_arm, reason = "`run` tells the groups apart, naming every command")]
fn speaking(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::RequestChair { site } => chair::request(draft, site),
        Command::GrantChair { site } => chair::grant(draft, site),
        Command::ReleaseChair {} | Command::RevokeChair {} => put(draft, Setting::Chair { site: None }),
        Command::Dialogue { site } => speech::dialogue(draft, site),
        Command::CallToSpeak { site, seconds, auto_end } => speech::call(draft, site, *seconds, *auto_end),
        Command::SetSpeechTimer { seconds, auto_end } => speech::set_timer(draft, *seconds, *auto_end),
        Command::RequestFloor { site } => speech::request(draft, site),
        Command::GrantFloor { site, seconds, auto_end } => speech::grant(draft, site.as_ref(), *seconds, *auto_end),
        Command::Defer { site } => speech::defer(draft, site),
        Command::Withdraw { site } => speech::withdraw(draft, site),
        Command::ClearQueue {} => speech::clear(draft),
        Command::StartRollCall { sites } => roll_call::start(draft, sites),
        Command::NextRollCall {} => roll_call::next(draft),
        Command::ScoreRollCall { site, score } => roll_call::score(draft, site, *score),
        Command::StopRollCall {} => roll_call::stop(draft),
        _ => Err(misrouted()),
    }
}

/// Microphones, loudspeakers and mixes.
#[expect(clippy::wildcard_enum_match_arm, reason = "`run` tells the groups apart, naming every command")]
fn hearing(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::SetMuteOnJoin { mic } => put(draft, Setting::MuteOnJoin { mic: *mic }),
        Command::SetMic { site, mic } => sound::set_mic(draft, site, *mic),
        Command::MuteAll {} => sound::mute_all(draft),
        Command::MuteLock { site, locked } => {
            draft.known(site)?;
            put(draft, Setting::MuteLock { site: site.clone(), locked: *locked })
        }
        Command::SetSpeaker { site, speaker } => {
            draft.known(site)?;
            put(draft, Setting::Speaker { site: site.clone(), speaker: *speaker })
        }
        Command::SetGain { site, gain_db } => sound::set_gain(draft, site, *gain_db),
        Command::SetMixMembers { site, members } => sound::set_mix_members(draft, site, members.as_deref()),
        Command::OpenChannels { languages } => interpretation::open(draft, languages),
        Command::SetInterpreter { site, language } => interpretation::set_interpreter(draft, site, language.as_ref()),
        Command::SetLanguage { site, language } => interpretation::set_language(draft, site, language.as_ref()),
        _ => Err(misrouted()),
    }
}

/// What is shown.
#[expect(clippy::wildcard_enum_match_arm, reason = "`run` tells the groups apart, naming every command")]
fn seeing(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::SetFreeView { free_view } => pictures::set_free_view(draft, *free_view),
        Command::BroadcastSite { site } => pictures::broadcast_site(draft, site),
        Command::BroadcastLayout { layout } => pictures::broadcast_layout(draft, layout),
        Command::CancelBroadcast {} => {
            pictures::force(draft, None);
            Ok(())
        }
        Command::SelectView { viewer, source, locked } => pictures::select_view(draft, viewer, source, *locked),
        Command::SetLayout { layout } => pictures::set_layout(draft, layout.as_ref()),
        Command::SetPreview { picture } => pictures::set_preview(draft, picture.as_ref()),
        Command::Take { transition } => pictures::take(draft, *transition),
        Command::PreviousPicture {} => pictures::previous(draft),
        Command::Slate { site, text } => pictures::slate(draft, site.as_ref(), text.as_deref()),
        Command::SetOutput { audience, picture } => pictures::set_output(draft, *audience, picture.as_ref()),
        Command::SetOverlays { overlays } => overlays::set(draft, overlays),
        _ => Err(misrouted()),
    }
}

/// What takes turns, and content.
#[expect(clippy::wildcard_enum_match_arm, reason = "`run` tells the groups apart, naming every command")]
fn rotating(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::StartPolling { kind, sites, dwell_s, keep_absent, keep_no_picture, viewers } => {
            let skip = polling::Skip { absent: !keep_absent, no_picture: !keep_no_picture };
            polling::start(draft, *kind, sites, *dwell_s, skip, viewers)
        }
        Command::PausePolling { kind } => polling::pause(draft, *kind),
        Command::ResumePolling { kind } => polling::resume(draft, *kind),
        Command::StopPolling { kind } => polling::stop(draft, *kind),
        Command::SetVoiceSwitch { on, gate_dbfs, attack_ms, hold_ms } => voice_switch::set(draft, *on, *gate_dbfs, *attack_ms, *hold_ms),
        Command::StartContent { site } => content::start(draft, site),
        Command::StopContent {} => put(draft, Setting::ContentSite { site: None }),
        Command::InviteContent { site } => content::invite(draft, site.as_ref()),
        Command::LockContent { site } => content::lock(draft, site.as_ref()),
        _ => Err(misrouted()),
    }
}

/// What people at the desk share.
#[expect(clippy::wildcard_enum_match_arm, reason = "`run` tells the groups apart, naming every command")]
fn desk(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::SetRecord { record } => put(draft, Setting::Record { record: *record }),
        Command::SetLive { live, delay_s } => pictures::set_live(draft, *live, *delay_s),
        Command::TakeLease { area } => leases::take(draft, *area),
        Command::RequestLease { area } => leases::request(draft, *area),
        Command::ReleaseLease { area } => leases::release(draft, *area),
        Command::TakeOverLease { area } => {
            leases::take_over(draft, *area);
            Ok(())
        }
        Command::LockProgram {} => leases::lock_program(draft),
        Command::UnlockProgram {} => put(draft, Setting::ProgramLock { by: None }),
        Command::LoadRunSheet { sheet } => run_sheet::load(draft, sheet.as_ref()),
        Command::SetRunStep { next } => run_sheet::set_step(draft, *next),
        Command::NextStep {} => run_sheet::next(draft),
        Command::ArmPlan { plan } => plans::arm(draft, plan),
        Command::DisarmPlan { name } => plans::disarm(draft, name),
        Command::RunPlan { name } => plans::run(draft, name),
        Command::AnswerPlan { name, run } => plans::answer(draft, name, *run),
        Command::RollBackPlan { name } => plans::roll_back(draft, name),
        Command::Undo { rev } => {
            take_back(draft, undo(&draft.state, *rev)?);
            Ok(())
        }
        Command::Redo {} => {
            take_back(draft, redo(&draft.state, draft.rev)?);
            Ok(())
        }
        _ => Err(misrouted()),
    }
}
