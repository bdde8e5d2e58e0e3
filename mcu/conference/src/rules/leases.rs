//! 操作权: who alone may give an area's commands; and the lock of the program.

use mcu_api::{Area, Code, Lease, Setting};

use crate::access::lease_held;
use crate::draft::Draft;
use crate::refusal::{Refusal, refuse};
use crate::state::State;

pub(crate) fn take(draft: &mut Draft<'_>, area: Area) -> Result<(), Refusal> {
    match draft.state.lease(area) {
        None => give(draft, area, draft.author.to_owned()),
        Some(lease) if lease.holder == draft.author => {}
        Some(lease) => return Err(lease_held(area, &lease.holder)),
    }
    Ok(())
}

pub(crate) fn request(draft: &mut Draft<'_>, area: Area) -> Result<(), Refusal> {
    match draft.state.lease(area).cloned() {
        None => give(draft, area, draft.author.to_owned()),
        Some(lease) if lease.holder == draft.author => {}
        Some(lease) => draft.put(Setting::Lease { area, lease: Some(Lease { wanted_by: Some(draft.author.to_owned()), ..lease }) }),
    }
    Ok(())
}

/// Whoever asks for it gets it.
pub(crate) fn release(draft: &mut Draft<'_>, area: Area) -> Result<(), Refusal> {
    match draft.state.lease(area).cloned() {
        None => {}
        Some(lease) if lease.holder != draft.author => return Err(lease_held(area, &lease.holder)),
        Some(Lease { wanted_by: Some(next), .. }) => give(draft, area, next),
        Some(Lease { wanted_by: None, .. }) => draft.put(Setting::Lease { area, lease: None }),
    }
    Ok(())
}

pub(crate) fn take_over(draft: &mut Draft<'_>, area: Area) {
    if draft.state.lease(area).is_none_or(|lease| lease.holder != draft.author) {
        give(draft, area, draft.author.to_owned());
    }
}

fn give(draft: &mut Draft<'_>, area: Area, holder: String) {
    let lease = Some(Lease { holder, since_ms: draft.now_ms, wanted_by: None });
    draft.put(Setting::Lease { area, lease });
}

pub(crate) fn lock_program(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    match &draft.state.desk.program_locked_by {
        Some(by) if *by != draft.author => Err(program_locked(by)),
        Some(_) => Ok(()),
        None => {
            draft.put(Setting::ProgramLock { by: Some(draft.author.to_owned()) });
            Ok(())
        }
    }
}

/// Whether a command leaves a locked program alone.
///
/// # Errors
/// With who locked it.
pub(crate) fn program_allows(before: &State, after: &State) -> Result<(), Refusal> {
    match &before.desk.program_locked_by {
        Some(by) if before.forced != after.forced => Err(program_locked(by)),
        Some(_) | None => Ok(()),
    }
}

fn program_locked(by: &str) -> Refusal {
    refuse(Code::ProgramLocked, format!("{by} has locked the program; unlock it first"), format!("主输出已被 {by} 锁定,请先解锁"))
}
