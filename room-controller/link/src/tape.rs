//! A scripted conversation with the face of a link: what the driver must say, what the device answers, and what goes wrong.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::{Event, Link};

/// The driver has this long to say what the script expects.
const HEAR_WITHIN: Duration = Duration::from_secs(10);

/// One turn of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The driver must write exactly this.
    Hear(Vec<u8>),
    /// Whatever the driver writes is lost (drop).
    Lose,
    /// The device says this in one portion (merge several by saying them in one turn).
    Say(Vec<u8>),
    /// The same twice.
    SayTwice(Vec<u8>),
    /// Byte by byte.
    SaySplit(Vec<u8>),
    /// Bytes that mean nothing, from a seed.
    Garbage {
        /// How many.
        count: usize,
        /// Seed.
        seed: u64,
    },
    /// Nothing happens for that long.
    Wait(Duration),
    /// From here on the device takes everything and says nothing (half-open); the script ends.
    HalfOpen,
    /// The device ends the connection; the script ends.
    Close,
}

/// Where the conversation left the script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TapeError {
    /// Something else was said.
    #[error("turn {turn}: expected {expected:02X?}, heard {heard:02X?}")]
    Other {
        /// From 0.
        turn: usize,
        /// What the script says.
        expected: Vec<u8>,
        /// What was written.
        heard: Vec<u8>,
    },
    /// Nothing was said.
    #[error("turn {0}: nothing was said within 10 s, or the link was dropped")]
    Nothing(usize),
}

/// Plays the script to whoever holds the link. The task's result tells whether everything was said as written.
#[must_use]
pub fn tape(script: Vec<Turn>) -> (Link, JoinHandle<Result<(), TapeError>>) {
    let (link, written, arrived) = Link::pair();
    (link, tokio::spawn(play(script, written, arrived)))
}

async fn play(script: Vec<Turn>, mut written: mpsc::Receiver<Vec<u8>>, arrived: mpsc::Sender<Event>) -> Result<(), TapeError> {
    for (turn, what) in script.into_iter().enumerate() {
        let nothing = |_| TapeError::Nothing(turn);
        match what {
            Turn::Hear(expected) => {
                let heard = tokio::time::timeout(HEAR_WITHIN, written.recv()).await;
                let heard = heard.ok().flatten().ok_or(TapeError::Nothing(turn))?;
                if heard != expected {
                    return Err(TapeError::Other { turn, expected, heard });
                }
            }
            Turn::Lose => {
                tokio::time::timeout(HEAR_WITHIN, written.recv()).await.ok().flatten().ok_or(TapeError::Nothing(turn))?;
            }
            Turn::Say(bytes) => arrived.send(Event::Bytes(bytes)).await.map_err(nothing)?,
            Turn::SayTwice(bytes) => {
                arrived.send(Event::Bytes(bytes.clone())).await.map_err(nothing)?;
                arrived.send(Event::Bytes(bytes)).await.map_err(nothing)?;
            }
            Turn::SaySplit(bytes) => {
                for byte in bytes {
                    arrived.send(Event::Bytes(vec![byte])).await.map_err(nothing)?;
                }
            }
            Turn::Garbage { count, seed } => arrived.send(Event::Bytes(garbage(count, seed))).await.map_err(nothing)?,
            Turn::Wait(time) => tokio::time::sleep(time).await,
            Turn::HalfOpen => {
                while written.recv().await.is_some() {}
                return Ok(());
            }
            Turn::Close => {
                arrived.send(Event::Closed("the device closed the connection".to_owned())).await.map_err(nothing)?;
                return Ok(());
            }
        }
    }
    Ok(())
}

fn garbage(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes().first().copied().unwrap_or_default()
    };
    std::iter::repeat_with(&mut next).take(count).collect()
}
