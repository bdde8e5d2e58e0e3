//! The relay's account of itself.

use mcu_media_api::{FlowReport, FromRelay, RelayReported, Role, SessionReport, SessionState};

use super::{GONE_FOR, Relay};
use crate::{crosspoint::PeerId, sdp::Slot, time::Time};

impl Relay {
    /// The whole reported state.
    #[must_use]
    pub fn reported(&self, now: Time) -> RelayReported {
        let live = self.by_id.values().filter_map(|id| self.session_report(now, *id));
        let gone = self.gone.iter().map(|(_, report)| report.clone());
        RelayReported {
            revision: self.crosspoint.revision(),
            sessions: live.chain(gone).collect(),
            live_feeds: self.crosspoint.live_feeds(now),
            handshakes: self.handshakes,
        }
    }

    pub(super) fn report(&mut self, now: Time) {
        while self.gone.front().is_some_and(|(at, _)| now.since(*at) >= GONE_FOR) {
            self.gone.pop_front();
        }
        // A report that was not fetched yet is out of date.
        self.to_control.retain(|word| !matches!(word, FromRelay::Reported(_)));
        let reported = self.reported(now);
        self.to_control.push_back(FromRelay::Reported(reported));
    }

    pub(super) fn session_report(&self, now: Time, id: PeerId) -> Option<SessionReport> {
        let session = self.sessions.get(&id)?;
        let mut report = SessionReport {
            session: session.id.clone(),
            seat: session.seat.clone(),
            role: session.role,
            state: if session.connected { SessionState::Connected } else { SessionState::Connecting },
            video: session.agreement.slot(Slot::Main).map(|stream| stream.codec),
            content: false,
            content_video: session.agreement.slot(Slot::Content).map(|stream| stream.codec),
            layers: Vec::new(),
            sound: false,
            shown: None,
            rtt_ms: None,
            line_bps: None,
            loss_permille: 0,
            jitter_ms: 0,
            flow: FlowReport::default(),
            silent_ms: session.peer.silent_ms(now),
        };
        match session.role {
            Role::Publish => {
                let figures = self.crosspoint.publisher_figures(now, id);
                (report.layers, report.content, report.sound) = (figures.layers, figures.content, figures.sound);
                (report.loss_permille, report.jitter_ms) = (figures.loss_permille, figures.jitter_ms);
            }
            Role::Watch => {
                let figures = self.crosspoint.watcher_figures(id);
                report.content = session.agreement.slot(Slot::Content).is_some();
                (report.shown, report.rtt_ms) = (figures.shown, figures.rtt_ms);
                (report.line_bps, report.flow) = (figures.line_bps, figures.flow);
                (report.loss_permille, report.jitter_ms) = (figures.loss_permille, figures.jitter_ms);
            }
        }
        Some(report)
    }
}
