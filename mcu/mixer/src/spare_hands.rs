//! Threads that decode what the composers do not come to.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::video_input::VideoInput;

/// Inputs that may wait for a hand: each input of the largest conference once.
const MAX_WAITING: usize = 128;
/// More hands than this wait for one another's memory instead of decoding.
const MAX_HANDS: usize = 8;

/// The threads, asleep while composers manage by themselves.
pub(crate) struct SpareHands {
    inputs: SyncSender<Weak<VideoInput>>,
}

impl SpareHands {
    /// One hand for each core but one, at least one.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (inputs, waiting) = sync_channel(MAX_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores.saturating_sub(1).clamp(1, MAX_HANDS) {
            let waiting = Arc::clone(&waiting);
            std::thread::Builder::new().name("decoder".to_owned()).spawn(move || work(&waiting))?;
        }
        Ok(Self { inputs })
    }

    /// Has a hand bring the input up to date. Where all are busy and many wait already, whoever draws it next will.
    pub(crate) fn catch_up(&self, input: &Arc<VideoInput>) {
        let _ = self.inputs.try_send(Arc::downgrade(input));
    }
}

fn work(waiting: &Mutex<Receiver<Weak<VideoInput>>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(input) => {
                if let Some(input) = input.upgrade() {
                    input.catch_up();
                }
            }
            Err(_) => return,
        }
    }
}
