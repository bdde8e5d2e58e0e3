//! Tells open sockets that their session was ended.

use tokio::sync::broadcast;

/// Sign-outs that a slow socket may be behind; beyond, it is closed to be on the safe side.
const BACKLOG: usize = 64;

/// Where ended sessions are announced.
pub struct Ended {
    sender: broadcast::Sender<String>,
}

/// Hears of ended sessions.
pub struct Watch {
    receiver: broadcast::Receiver<String>,
}

impl Default for Ended {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0 }
    }
}

impl Ended {
    /// Announces that the session is over.
    pub fn tell(&self, session: &str) {
        // Nobody listening is fine: then no socket is open.
        let _ = self.sender.send(session.to_owned());
    }

    /// Hears what is announced from here on.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch { receiver: self.sender.subscribe() }
    }
}

impl Watch {
    /// Waits until that session is over.
    pub async fn until(&mut self, session: &str) {
        loop {
            match self.receiver.recv().await {
                Ok(ended) if ended != session => {}
                Ok(_) | Err(_) => return,
            }
        }
    }
}
