//! A scene round: which rooms were told, which still wait, and why one will never be.

use std::collections::BTreeMap;

use room_api::{RoomResponse, RoomSnapshot, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A room that was away longer than this does not get the scene any more, ms: the meeting it was for is over.
pub(crate) const LATE_MS: i64 = 12 * 3_600_000;
/// A room's clock may be behind the console's by this, ms.
const CLOCKS_MS: i64 = 5_000;

/// What a round wants of its rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// The scene is run.
    Run,
    /// What was before it is put back.
    Restore,
}

/// How one room is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Part {
    /// 待补发: the room is away and is told when it returns.
    Waiting {},
    /// 已下达: the room took it; its own report tells how far it is.
    Told {
        /// When, ms since 1970.
        at_ms: i64,
        /// It was away when the round began.
        late: bool,
    },
    /// 未执行: the room said no.
    Refused {
        /// Why.
        reason: Text,
    },
    /// 会场已另行执行: while it was away somebody ran another scene there.
    Overtaken {
        /// Which scene.
        scene: String,
    },
    /// 不再补发: withdrawn, or away too long.
    Dropped {},
}

/// One scene in many rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SceneRound {
    /// Grows with each round.
    pub number: u64,
    /// Which scene.
    pub scene: String,
    /// Its name.
    pub name: Text,
    /// Who began it, or who had it put back.
    pub actor: String,
    /// When, ms since 1970.
    pub started_at_ms: i64,
    /// What is wanted now.
    pub wish: Wish,
    /// By room.
    pub rooms: BTreeMap<String, Part>,
}

impl SceneRound {
    /// All rooms wait.
    pub(crate) fn new(number: u64, scene: &str, name: Text, actor: &str, now_ms: i64, rooms: &[String]) -> Self {
        Self {
            number,
            scene: scene.to_owned(),
            name,
            actor: actor.to_owned(),
            started_at_ms: now_ms,
            wish: Wish::Run,
            rooms: rooms.iter().map(|room| (room.clone(), Part::Waiting {})).collect(),
        }
    }

    /// Rooms that wait.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &str> {
        self.rooms.iter().filter(|(_, part)| **part == Part::Waiting {}).map(|(room, _)| room.as_str())
    }

    /// Whether that room is to be told now that it is there. What was run there meanwhile is left alone.
    pub(crate) fn is_due(&mut self, room: &str, snapshot: &RoomSnapshot) -> bool {
        let Some(part) = self.rooms.get_mut(room).filter(|part| **part == Part::Waiting {}) else { return false };
        let since = u64::try_from(self.started_at_ms.saturating_add(CLOCKS_MS)).unwrap_or_default();
        if let Some(run) = snapshot.run.as_ref().filter(|run| run.started_at_ms > since) {
            *part = Part::Overtaken { scene: run.scene.clone() };
            return false;
        }
        true
    }

    /// The room answered.
    pub(crate) fn answered(&mut self, room: &str, response: &RoomResponse, now_ms: i64) {
        let late = now_ms.saturating_sub(self.started_at_ms) > CLOCKS_MS;
        let Some(part) = self.rooms.get_mut(room) else { return };
        *part = match response {
            RoomResponse::Refused(refusal) => Part::Refused { reason: refusal.text.clone() },
            RoomResponse::Accepted { .. } | RoomResponse::Diff(_) | RoomResponse::FaultStarted(_) | RoomResponse::Done {} => {
                Part::Told { at_ms: now_ms, late }
            }
        };
    }

    /// Rooms away too long get nothing any more; whether any.
    pub(crate) fn expire(&mut self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.started_at_ms) > LATE_MS && self.withdraw()
    }

    /// Nobody waits any more; whether anybody did.
    pub(crate) fn withdraw(&mut self) -> bool {
        let mut any = false;
        for part in self.rooms.values_mut().filter(|part| **part == Part::Waiting {}) {
            *part = Part::Dropped {};
            any = true;
        }
        any
    }

    /// Rooms that ran the scene put back what was before; who has not had it yet never gets it.
    pub(crate) fn restore(&mut self, actor: &str, now_ms: i64) {
        self.withdraw();
        for part in self.rooms.values_mut() {
            if matches!(part, Part::Told { .. }) {
                *part = Part::Waiting {};
            }
        }
        actor.clone_into(&mut self.actor);
        self.wish = Wish::Restore;
        self.started_at_ms = now_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::{LATE_MS, Part, SceneRound, Wish};
    use room_api::{Refusal, RefusalCode, RoomId, RoomResponse, RoomSnapshot, RunState, SceneRun, Text};

    fn text(word: &str) -> Text {
        Text { zh: word.to_owned(), en: word.to_owned() }
    }

    fn snapshot(run: Option<(&str, u64)>) -> RoomSnapshot {
        let run = run.map(|(scene, started_at_ms)| SceneRun {
            scene: scene.to_owned(),
            actor: "technician".to_owned(),
            started_at_ms,
            state: RunState::Done,
            steps: Vec::new(),
            can_restore: true,
        });
        RoomSnapshot {
            room: RoomId("a".to_owned()),
            name: text("a"),
            rehearsal: true,
            devices: Vec::new(),
            scenes: Vec::new(),
            run,
            discussion: None,
            terminal: None,
            seat: None,
            faults: Vec::new(),
            at_ms: 0,
        }
    }

    fn round() -> SceneRound {
        SceneRound::new(1, "meeting", text("会议模式"), "operator", 1_000_000, &["a".to_owned(), "b".to_owned(), "c".to_owned()])
    }

    #[test]
    fn who_is_away_gets_it_late_and_once() {
        let mut round = round();
        round.answered("a", &RoomResponse::Done {}, 1_000_200);
        let refusal = Refusal { code: RefusalCode::UnknownScene, text: text("没有场景") };
        round.answered("b", &RoomResponse::Refused(refusal), 1_000_300);
        assert_eq!(round.waiting().collect::<Vec<_>>(), ["c"]);
        assert!(round.is_due("c", &snapshot(Some(("meeting", 5)))), "an earlier run counts for nothing");
        round.answered("c", &RoomResponse::Done {}, 9_000_000);
        assert!(!round.is_due("c", &snapshot(None)));
        assert_eq!(round.rooms["a"], Part::Told { at_ms: 1_000_200, late: false });
        assert_eq!(round.rooms["b"], Part::Refused { reason: text("没有场景") });
        assert_eq!(round.rooms["c"], Part::Told { at_ms: 9_000_000, late: true });
    }

    #[test]
    fn what_people_did_there_meanwhile_is_left_alone() {
        let mut round = round();
        assert!(!round.is_due("a", &snapshot(Some(("close", 2_000_000)))));
        assert_eq!(round.rooms["a"], Part::Overtaken { scene: "close".to_owned() });
    }

    #[test]
    fn after_half_a_day_nobody_waits_any_more() {
        let mut round = round();
        assert!(!round.expire(1_000_000 + LATE_MS));
        assert!(round.expire(1_000_001 + LATE_MS));
        assert_eq!(round.waiting().count(), 0);
        assert!(!round.expire(2_000_000 + LATE_MS), "said once");
    }

    #[test]
    fn put_back_are_only_those_who_had_it() {
        let mut round = round();
        round.answered("a", &RoomResponse::Done {}, 1_000_200);
        round.answered("b", &RoomResponse::Done {}, 1_000_300);
        round.restore("technician", 2_000_000);
        assert_eq!((round.wish, round.waiting().collect::<Vec<_>>()), (Wish::Restore, vec!["a", "b"]));
        assert_eq!(round.rooms["c"], Part::Dropped {});
    }
}
