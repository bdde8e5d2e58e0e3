//! Where the terminal sits, and when a session has to leave.

use tokio::sync::watch;

/// What sessions follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// The conference; `None`: none, and so there are no sessions.
    pub conference: Option<String>,
    /// Times that the room was called to join afresh.
    pub calls: u64,
}

/// One session's view of the place.
#[derive(Clone)]
pub(crate) struct Follower {
    place: watch::Receiver<Place>,
}

impl Follower {
    pub(crate) fn of(place: &watch::Sender<Place>) -> Self {
        Self { place: place.subscribe() }
    }

    /// The place; what comes after this look is a change.
    pub(crate) fn look(&mut self) -> Place {
        self.place.borrow_and_update().clone()
    }

    /// Waits for any change. A terminal that ends changes no more, and everything is over then.
    pub(crate) async fn changed(&mut self) {
        if self.place.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until a session begun at `from` has to end: always for another conference; for a call only once it stands, because joining afresh is what
    /// one that is on its way does already.
    pub(crate) async fn left(&mut self, from: &Place, stands: impl Fn() -> bool) {
        loop {
            self.changed().await;
            let now = self.look();
            if now.conference != from.conference || (now.calls != from.calls && stands()) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Follower, Place};
    use std::cell::Cell;
    use std::time::Duration;
    use tokio::sync::watch;

    fn place(conference: &str, calls: u64) -> Place {
        Place { conference: Some(conference.to_owned()), calls }
    }

    /// Whether the session has to end when the place becomes `now`.
    async fn ends(now: Place, stands: bool) -> bool {
        let (sender, _keep) = watch::channel(place("a", 0));
        let mut follower = Follower::of(&sender);
        let from = follower.look();
        sender.send_replace(now);
        tokio::time::timeout(Duration::from_millis(20), follower.left(&from, || stands)).await.is_ok()
    }

    #[tokio::test]
    async fn another_conference_ends_any_session_and_a_call_one_that_stands() {
        for stands in [false, true] {
            assert!(ends(place("b", 0), stands).await);
            assert!(ends(Place::default(), stands).await);
            assert!(!ends(place("a", 0), stands).await);
        }
        assert!(ends(place("a", 1), true).await);
        assert!(!ends(place("a", 1), false).await);
    }

    #[tokio::test]
    async fn a_call_while_it_was_joining_does_not_count_later() {
        let (sender, _keep) = watch::channel(place("a", 0));
        let mut follower = Follower::of(&sender);
        let from = follower.look();
        let stands = Cell::new(false);
        sender.send_replace(place("a", 1));
        let waiting = follower.left(&from, || stands.get());
        tokio::pin!(waiting);
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut waiting).await.is_err());
        stands.set(true);
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut waiting).await.is_err());
        sender.send_replace(place("a", 2));
        assert!(tokio::time::timeout(Duration::from_millis(200), &mut waiting).await.is_ok());
    }
}
