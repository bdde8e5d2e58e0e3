//! Which stream goes out and when it changes: at a key frame of the new one and between two pictures of the old one.

use std::time::Duration;

use super::{
    StreamKey,
    history::Packet,
    stream::Stream,
    switcher::{Placed, Switcher},
};
use crate::{slab::Slab, time::Time};

/// How long a change waits for the last packet of the old picture. Two frame intervals: after that it is lost or late.
const HOLD: Duration = Duration::from_millis(66);

#[derive(Debug, Clone, Copy)]
struct Hold {
    stream: StreamKey,
    start: u64,
    since: Time,
}

/// One output and its wish.
#[derive(Debug)]
pub(crate) struct Forward {
    pub(crate) switcher: Switcher,
    /// Changes only at key frames.
    gated: bool,
    /// Is offered packets in order.
    in_order: bool,
    /// The stream wanted; equal to the current one when all is well.
    pub(crate) target: Option<StreamKey>,
    hold: Option<Hold>,
}

/// What goes out.
pub(crate) type Emit<'a> = dyn FnMut(&Packet, Placed) + 'a;

impl Forward {
    pub(crate) const fn new(switcher: Switcher, gated: bool, in_order: bool) -> Self {
        Self { switcher, gated, in_order, target: None, hold: None }
    }

    fn waits_for(&self) -> Option<StreamKey> {
        self.target.filter(|target| self.switcher.current() != Some(*target))
    }

    /// The stream whose key frame is waited for.
    pub(crate) fn needs_key(&self) -> Option<StreamKey> {
        self.waits_for().filter(|_| self.gated && self.hold.is_none())
    }

    /// Sets the wish.
    pub(crate) fn aim(&mut self, target: Option<StreamKey>) {
        self.target = target;
        if self.hold.is_some_and(|hold| Some(hold.stream) != target) {
            self.hold = None;
        }
    }

    /// Offers a packet of `stream`; `start` names the key frame it begins or completes. Returns whether the output changed over to another stream.
    pub(crate) fn offer(
        &mut self,
        now: Time,
        stream: StreamKey,
        streams: &Slab<Stream>,
        packet: &Packet,
        start: Option<u64>,
        emit: &mut Emit<'_>,
    ) -> bool {
        if self.switcher.current() == Some(stream) {
            if let Some(placed) = self.switcher.place(packet) {
                emit(packet, placed);
            }
            return !self.switcher.frame_is_open() && self.release(now, streams, false, emit);
        }
        if self.target != Some(stream) || self.hold.is_some() {
            return false;
        }
        if !self.gated {
            self.switcher.begin(now, stream, packet, false);
            if let Some(placed) = self.switcher.place(packet) {
                emit(packet, placed);
            }
            return true;
        }
        let Some(start) = start else {
            return false;
        };
        self.hold = Some(Hold { stream, start, since: now });
        !self.old_picture_goes_on(now, streams) && self.release(now, streams, false, emit)
    }

    /// Changes over though the old picture never ended; call it now and then.
    pub(crate) fn tick(&mut self, now: Time, streams: &Slab<Stream>, emit: &mut Emit<'_>) -> bool {
        match self.hold {
            Some(hold) if now.since(hold.since) >= HOLD || !self.old_picture_goes_on(now, streams) => {
                self.release(now, streams, true, emit)
            }
            Some(_) | None => false,
        }
    }

    fn old_picture_goes_on(&self, now: Time, streams: &Slab<Stream>) -> bool {
        let current = self.switcher.current().and_then(|current| streams.get(current));
        self.switcher.frame_is_open() && current.is_some_and(|stream| now.since(stream.last_at) < HOLD)
    }

    fn release(&mut self, now: Time, streams: &Slab<Stream>, broken: bool, emit: &mut Emit<'_>) -> bool {
        let Some(hold) = self.hold.take() else {
            return false;
        };
        let Some(stream) = streams.get(hold.stream) else {
            return false;
        };
        let newest = if self.in_order { stream.ordered_up_to() } else { stream.history.highest() };
        let mut begun = false;
        for packet in stream.history.range(hold.start, newest.unwrap_or(hold.start)) {
            if !begun {
                let broken = broken && self.switcher.frame_is_open();
                self.switcher.begin(now, hold.stream, packet, broken);
                begun = true;
            }
            if let Some(placed) = self.switcher.place(packet) {
                emit(packet, placed);
            }
        }
        begun
    }
}
