//! The room's seat: the console's words kept on disk, the rules of [`Seat`], and between them the terminal's shell.

use std::path::PathBuf;
use std::time::Duration;

use audit_chain::Record;
use room_api::{SeatReport, SeatWord, Text};
use room_core::{Seat, TerminalSaid};
use tokio::sync::{mpsc, oneshot, watch};

use crate::audit::Audit;
use crate::clock::Clock;
use crate::token::write_secret;

/// The last word taken, in the room's folder.
const WORD_FILE: &str = "seat.json";
/// Words on their way: the console sends one a change, and one a second at most to a room that is behind.
pub(crate) const WORDS: usize = 16;
/// Longest sleep without anything due.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// A word on its way, and where its refusal goes.
pub(crate) type ToSeat = (SeatWord, oneshot::Sender<Result<(), Text>>);

/// What the terminal's shell has in hand.
pub(crate) struct SeatEnd {
    /// Where the terminal shall sit.
    pub place: watch::Receiver<Option<String>>,
    /// What it says.
    pub said: watch::Sender<TerminalSaid>,
}

/// One task owns the machine.
pub(crate) struct SeatTask {
    pub room: String,
    pub dir: PathBuf,
    pub clock: Clock,
    pub audit: Audit,
    pub seat: Seat,
    pub words: mpsc::Receiver<ToSeat>,
    pub said: watch::Receiver<TerminalSaid>,
    pub place: watch::Sender<Option<String>>,
    pub report: watch::Sender<Option<SeatReport>>,
}

/// The word kept before the last end, however that came. One that cannot be read is as none: the console tells it again.
pub(crate) fn kept(dir: &std::path::Path) -> Option<SeatWord> {
    let path = dir.join(WORD_FILE);
    let text = std::fs::read_to_string(&path).ok()?;
    match serde_json::from_str::<SeatWord>(&text).map_err(|error| error.to_string()).and_then(|word| {
        word.check().map_err(|words| words.en)?;
        Ok(word)
    }) {
        Ok(word) => Some(word),
        Err(error) => {
            tracing::warn!(path = %path.display(), error, "the seat kept is not understood; waiting for the console");
            None
        }
    }
}

impl SeatTask {
    /// Until nobody speaks any more.
    pub(crate) async fn run(mut self) {
        loop {
            self.tell();
            let now_ms = self.clock.ms();
            let wait = self.seat.deadline().map_or(LONGEST_SLEEP, |due| Duration::from_millis(due.saturating_sub(now_ms)));
            tokio::select! {
                word = self.words.recv() => match word {
                    Some((word, answer)) => self.take(&word, answer),
                    None => return,
                },
                changed = self.said.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let said = self.said.borrow_and_update().clone();
                    self.seat.said(self.clock.ms(), said);
                }
                () = tokio::time::sleep(wait.min(LONGEST_SLEEP)) => self.seat.tick(self.clock.ms()),
            }
        }
    }

    /// Takes a word; it is on the disk before anything follows from it.
    fn take(&mut self, word: &SeatWord, answer: oneshot::Sender<Result<(), Text>>) {
        let taken = self.seat.word(word.clone());
        let outcome = match &taken {
            Ok(true) => "accepted",
            Ok(false) => "",
            Err(_) => "refused",
        };
        if taken == Ok(true) {
            let written = serde_json::to_string(word).map_err(anyhow::Error::from);
            if let Err(error) = written.and_then(|text| write_secret(&self.dir.join(WORD_FILE), &text)) {
                // The meeting is worth more than its memory: the console tells the word again after a restart.
                tracing::error!(room = %self.room, error = format!("{error:#}"), "the seat is not kept");
            }
        }
        // A word told again is no act.
        if !outcome.is_empty() {
            let record = Record {
                actor: "console".to_owned(),
                right: access_token::right::SITE_SELF.to_owned(),
                action: "seat".to_owned(),
                object: format!("room:{}", self.room),
                outcome: outcome.to_owned(),
                detail: serde_json::to_string(word).unwrap_or_default(),
            };
            self.audit.write(self.clock.ms(), record);
        }
        // The line may be gone meanwhile.
        let _ = answer.send(taken.map(drop));
    }

    fn tell(&self) {
        let place = self.seat.place().map(str::to_owned);
        self.place.send_if_modified(|told| {
            let is_other = *told != place;
            if is_other {
                tracing::info!(room = %self.room, conference = ?place, "the terminal's seat");
                *told = place;
            }
            is_other
        });
        let report = Some(self.seat.report());
        self.report.send_if_modified(|told| {
            let is_news = *told != report;
            *told = report;
            is_news
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{WORD_FILE, kept};
    use crate::token::write_secret;
    use room_api::SeatWord;

    #[test]
    fn what_was_kept_comes_back_and_rubbish_does_not() {
        let dir = std::env::temp_dir().join(format!("room-seat-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        assert_eq!(kept(&dir), None);
        let word = SeatWord { revision: 4, conference: Some("m-1".to_owned()) };
        write_secret(&dir.join(WORD_FILE), &serde_json::to_string(&word).unwrap()).unwrap();
        assert_eq!(kept(&dir), Some(word));
        for rubbish in ["", "{", r#"{"revision":4}x"#, r#"{"revision":0,"conference":null}"#, r#"{"revision":4,"conference":"a/b"}"#] {
            std::fs::write(dir.join(WORD_FILE), rubbish).unwrap();
            assert_eq!(kept(&dir), None, "{rubbish}");
        }
        std::fs::remove_dir_all(dir).unwrap();
    }
}
