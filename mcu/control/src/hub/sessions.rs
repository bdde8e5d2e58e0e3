//! WHIP and WHEP sessions: asked of the relay, ended on request.

use std::collections::{BTreeSet, VecDeque};

use access_token::{Claims, right};
use mcu_api::{Code, ConferencePhase, Mic, Problem, SiteId};
use mcu_conference::State;
use mcu_media_api::{
    Answer, OpenSession, Patched, Refusal, RefusalKind, RelayReported, Role, SeatId, SessionId, SessionReport, SessionState, ToRelay,
};

use super::{Hub, PatchAsk, Place, Reply, SessionAsk, SessionOpened, unknown_conference};
use crate::names::{monitor_seat, site_monitor_seat, site_of_seat, site_seat, talkback_seat};
use crate::secrets::{fresh_session, is_owner};

/// Offers waiting for the relay: more than join at once after the relay's restart in the largest conference (two sessions a site).
const MAX_PENDING: usize = 256;
/// Sessions remembered until the relay reports them or lets them go.
const MAX_OPENED: usize = 4096;

fn unknown_site(state: &State, site: &SiteId) -> Problem {
    let conference = &state.conference;
    Problem::new(
        Code::UnknownSite,
        format!("there is no site {site} in conference {conference}; check the room's configuration"),
        format!("会议 {conference} 中没有会场 {site},请检查会议室配置"),
    )
}

/// An offer on its way.
pub(super) struct Pending {
    seat: SeatId,
    reply: Reply<SessionOpened>,
}

impl Hub {
    pub(super) fn open_session(&mut self, ask: SessionAsk, reply: Reply<SessionOpened>) {
        let (seat, exclusive) = match self.seat_for(&ask) {
            Ok(found) => found,
            Err(problem) => return drop(reply.send(Err(problem))),
        };
        if self.pending.len() >= MAX_PENDING || self.opened.len() >= MAX_OPENED {
            let problem = Problem::new(
                Code::LimitReached,
                "too many terminals are joining at once; try again in a second",
                "同时入会的终端过多,请稍后重试",
            );
            return drop(reply.send(Err(problem)));
        }
        let Some(session) = fresh_session(&ask.subject) else {
            return drop(reply.send(Err(unavailable())));
        };
        let open = OpenSession { session: session.clone(), seat: seat.clone(), role: ask.role, exclusive, offer: ask.offer };
        tracing::info!(%session, %seat, role = ?ask.role, "asks the relay for a session");
        if !self.relay.send(ToRelay::Open(open)) {
            return drop(reply.send(Err(unavailable())));
        }
        self.pending.insert(session, Pending { seat, reply });
    }

    fn seat_for(&self, ask: &SessionAsk) -> Result<(SeatId, bool), Problem> {
        let one = self.conferences.get(&ask.conference).ok_or_else(|| unknown_conference(&ask.conference))?;
        let state = one.conference.state();
        if state.phase == ConferencePhase::Ended {
            return Err(Problem::new(Code::ConferenceEnded, "the conference has ended; nobody can join", "会议已结束,不能入会"));
        }
        let known = |site: &SiteId| state.site(site).map(drop).ok_or_else(|| unknown_site(state, site));
        let watched = || match ask.role {
            Role::Watch => Ok(()),
            Role::Publish => Err(Problem::new(Code::Malformed, "a monitor is watched, not published", "监视画面只能观看")),
        };
        match &ask.place {
            Place::Monitor(monitor) => watched().map(|()| (monitor_seat(&ask.conference, *monitor), false)),
            Place::SiteMonitor(site) => watched().and_then(|()| known(site)).map(|()| (site_monitor_seat(&ask.conference, site), false)),
            Place::Talkback(site) => self.may_talk(state, site, &ask.subject).map(|()| (talkback_seat(&ask.conference, site), true)),
            Place::Site(site) => known(site).map(|()| (site_seat(&ask.conference, site), true)),
        }
    }

    /// Whether somebody may speak into a room now. What a room with an open microphone hears, everybody hears.
    fn may_talk(&self, state: &State, site: &SiteId, subject: &str) -> Result<(), Problem> {
        let row = state.site(site).ok_or_else(|| unknown_site(state, site))?;
        let name = &row.seat.name;
        if row.mic == Mic::Open {
            let detail = format!("the microphone of {site} is open, everybody would hear you; close it first");
            return Err(Problem::new(Code::MicOpen, detail, format!("{name}的话筒开着,对讲会被全会听到,请先闭音")));
        }
        let seat = talkback_seat(&state.conference, site);
        let held = |session: &&SessionReport| session.seat == seat && session.state == SessionState::Connected;
        let holder = self.relay.reported.iter().flat_map(|report| &report.sessions).find(held);
        if holder.is_some_and(|session| !is_owner(&session.session, subject)) {
            let detail = format!("somebody else is speaking to {site}; wait until they have finished");
            return Err(Problem::new(Code::LeaseHeld, detail, format!("其他人员正在与{name}对讲,请稍候")));
        }
        Ok(())
    }

    pub(super) fn session_opened(&mut self, session: SessionId, result: Result<Answer, Refusal>) {
        let Some(Pending { seat, reply }) = self.pending.remove(&session) else {
            return;
        };
        let opened = result.is_ok();
        let told = reply.send(result.map(|answer| SessionOpened { session: session.clone(), answer }).map_err(|refusal| refused(&refusal)));
        if !opened {
            return;
        }
        if told.is_err() {
            // Whoever asked has gone; a session that nobody knows of would hold the seat.
            self.relay.send(ToRelay::Close { session });
            return;
        }
        self.opened.insert(session, seat);
    }

    /// Passes on to the relay what a peer says of its ICE. Requests may overlap (RFC 9725 §4.3.1); the relay answers in their order.
    pub(super) fn patch_session(&mut self, claims: &Claims, ask: PatchAsk, reply: Reply<Patched>) {
        let PatchAsk { session, meant, fragment } = ask;
        if let Err(problem) = self.may_handle(claims, &session) {
            return drop(reply.send(Err(problem)));
        }
        let Some(meant) = meant else {
            let detail = "a PATCH here needs If-Match: the entity tag of the last answer, or * for an ICE restart";
            let problem =
                Problem { status: 428, ..Problem::new(Code::Malformed, detail, "PATCH 需要 If-Match:最近一次应答的 ETag,或 *") };
            return drop(reply.send(Err(problem)));
        };
        let busy = self.patching.values().map(VecDeque::len).sum::<usize>() >= MAX_PENDING;
        if busy || !self.relay.send(ToRelay::Patch { session: session.clone(), meant, fragment }) {
            return drop(reply.send(Err(unavailable())));
        }
        self.patching.entry(session).or_default().push_back(reply);
    }

    pub(super) fn session_patched(&mut self, session: &SessionId, result: Result<Patched, Refusal>) {
        let Some(waiting) = self.patching.get_mut(session) else {
            return;
        };
        let first = waiting.pop_front();
        if waiting.is_empty() {
            self.patching.remove(session);
        }
        if let Some(reply) = first {
            // Whoever asked may be gone: the session goes on with the credentials it has.
            let _ = reply.send(result.map_err(|refusal| refused(&refusal)));
        }
    }

    /// Whether there is that session, and that caller may restart or end it.
    pub(super) fn may_handle(&self, claims: &Claims, session: &SessionId) -> Result<(), Problem> {
        let seat = self.seat_of(session).ok_or_else(|| {
            Problem::new(Code::UnknownSession, "there is no such session; it has ended already", "该媒体会话不存在或已结束")
        })?;
        let own_site = site_of_seat(&seat).is_some_and(|(_, site)| claims.is_site(site.as_str()));
        if !is_owner(session, &claims.sub) && !own_site && !claims.may(right::CONFERENCE_AFFAIRS) {
            return Err(Problem::new(
                Code::RightMissing,
                "only whoever opened the session, its site or conference.affairs may restart or end it",
                "只有建立者、本会场或具有 conference.affairs 权限者可以重启或结束该会话",
            ));
        }
        Ok(())
    }

    pub(super) fn close_session(&mut self, claims: &Claims, session: &SessionId) -> Result<(), Problem> {
        self.may_handle(claims, session)?;
        if !self.relay.send(ToRelay::Close { session: session.clone() }) {
            return Err(unavailable());
        }
        self.opened.remove(session);
        self.closing.insert(session.clone());
        if self.closing.len() > MAX_OPENED {
            self.closing.pop_first();
        }
        Ok(())
    }

    /// The seat of a session that is alive: opened here, or found at the relay after a restart.
    fn seat_of(&self, session: &SessionId) -> Option<SeatId> {
        if self.closing.contains(session) {
            return None;
        }
        let reported = self.relay.reported.iter().flat_map(|report| &report.sessions);
        let alive = reported.filter(|row| !matches!(row.state, SessionState::Gone { .. })).find(|row| row.session == *session);
        alive.map(|row| row.seat.clone()).or_else(|| self.opened.get(session).cloned())
    }

    /// Drops what the relay reports as gone.
    pub(super) fn forget_gone(&mut self, report: &RelayReported) {
        let gone = report.sessions.iter().filter(|row| matches!(row.state, SessionState::Gone { .. }));
        let gone: BTreeSet<&SessionId> = gone.map(|row| &row.session).collect();
        self.opened.retain(|session, _| !gone.contains(session));
        self.closing.retain(|session| !gone.contains(session));
    }

    /// Drops offers whose askers gave up; the relay's late answer closes the session then.
    pub(super) fn sweep_sessions(&mut self) {
        let abandoned: Vec<SessionId> =
            self.pending.iter().filter(|(_, pending)| pending.reply.is_closed()).map(|(session, _)| session.clone()).collect();
        for session in abandoned {
            self.pending.remove(&session);
            self.relay.send(ToRelay::Close { session });
        }
    }

    /// Answers all waiting offers when the relay is gone.
    pub(super) fn fail_pending(&mut self) {
        for (_, pending) in std::mem::take(&mut self.pending) {
            let _ = pending.reply.send(Err(unavailable()));
        }
        for reply in std::mem::take(&mut self.patching).into_values().flatten() {
            let _ = reply.send(Err(unavailable()));
        }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let reason = &refusal.reason;
    match refusal.kind {
        RefusalKind::MalformedSdp => {
            Problem::new(Code::MediaRefused, format!("the offer is no SDP: {reason}"), format!("SDP 格式错误:{reason}"))
        }
        RefusalKind::NoCommonCodec => Problem {
            // Not 406: with that a WHEP endpoint would make an offer of its own (draft-ietf-wish-whep-03 §4.2.2).
            status: 422,
            ..Problem::new(Code::MediaRefused, format!("no common codec: {reason}"), format!("没有共同支持的编码:{reason}"))
        },
        RefusalKind::Unsupported => Problem {
            status: 422,
            ..Problem::new(Code::MediaRefused, format!("the offer is not supported: {reason}"), format!("不支持该媒体请求:{reason}"))
        },
        RefusalKind::Outdated => Problem {
            status: 412,
            ..Problem::new(Code::Stale, reason.clone(), "该 ICE 会话已更新,请使用最近一次应答的 ETag,或以 If-Match: * 重新协商")
        },
        RefusalKind::TooMany => Problem {
            status: 503,
            ..Problem::new(Code::MediaUnavailable, format!("the relay is full: {reason}"), format!("媒体会话已满:{reason}"))
        },
    }
}

pub(crate) fn unavailable() -> Problem {
    Problem::new(
        Code::MediaUnavailable,
        "mcu-relay is not there or does not answer; try again in a second",
        "媒体转发程序未就绪,请稍后重试",
    )
}
