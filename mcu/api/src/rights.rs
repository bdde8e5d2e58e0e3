//! Names of rights, and which one a command needs.

use crate::Command;

/// Right to change what is seen; the names are those of the tokens.
pub const PICTURE: &str = "conference.picture";
/// Right to change what is heard.
pub const SOUND: &str = "conference.sound";
/// Right to open, end, call, hang up and preside.
pub const AFFAIRS: &str = "conference.affairs";
/// Right of a site to act for itself.
pub const SITE_SELF: &str = "site.self";

impl Command {
    /// Name of the right that the command needs; `None` for undo and redo, which need that of the change in question. The site named in the
    /// token and the chair may do some of them with `site.self`; some need a second right too. The MCU has the last word.
    #[must_use]
    #[rustfmt::skip] // A table reads better with several names a line.
    pub const fn right(&self) -> Option<&'static str> {
        match self {
            Self::Call { .. } | Self::CallAllAbsent {} | Self::HangUp { .. } | Self::Remove { .. } | Self::SetMainSite { .. }
            | Self::Lock {} | Self::Unlock {} | Self::Extend { .. } | Self::SetRedial { .. } | Self::RequestChair { .. }
            | Self::GrantChair { .. } | Self::ReleaseChair {} | Self::RevokeChair {} | Self::SetSpeechTimer { .. }
            | Self::RequestFloor { .. } | Self::Defer { .. } | Self::Withdraw { .. } | Self::ClearQueue {}
            | Self::StartRollCall { .. } | Self::NextRollCall {} | Self::ScoreRollCall { .. } | Self::StopRollCall {}
            | Self::SetRecord { .. } | Self::SetLive { .. } | Self::LoadRunSheet { .. } | Self::SetRunStep { .. }
            | Self::NextStep {} | Self::ArmPlan { .. } | Self::DisarmPlan { .. } | Self::RunPlan { .. }
            | Self::AnswerPlan { .. } | Self::RollBackPlan { .. } | Self::End {} => Some(AFFAIRS),
            Self::SetMuteOnJoin { .. } | Self::SetMic { .. } | Self::MuteAll {} | Self::MuteLock { .. } | Self::SetSpeaker { .. }
            | Self::SetGain { .. } | Self::SetMixMembers { .. } | Self::OpenChannels { .. } | Self::SetInterpreter { .. }
            | Self::SetLanguage { .. } => Some(SOUND),
            Self::SetFreeView { .. } | Self::BroadcastSite { .. } | Self::BroadcastLayout { .. } | Self::CancelBroadcast {}
            | Self::Dialogue { .. } | Self::CallToSpeak { .. } | Self::GrantFloor { .. } | Self::SelectView { .. }
            | Self::SetLayout { .. } | Self::SetPreview { .. } | Self::Take { .. } | Self::PreviousPicture {} | Self::Slate { .. }
            | Self::StartPolling { .. } | Self::PausePolling { .. } | Self::ResumePolling { .. } | Self::StopPolling { .. }
            | Self::SetVoiceSwitch { .. } | Self::StartContent { .. } | Self::StopContent {} | Self::InviteContent { .. }
            | Self::LockContent { .. } | Self::SetOverlays { .. } | Self::SetOutput { .. } | Self::LockProgram {}
            | Self::UnlockProgram {} => Some(PICTURE),
            Self::TakeLease { area } | Self::RequestLease { area } | Self::ReleaseLease { area } | Self::TakeOverLease { area } => {
                Some(area.right())
            }
            Self::Undo { .. } | Self::Redo {} => None,
        }
    }
}
