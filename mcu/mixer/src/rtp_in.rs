//! The thread that takes RTP and RTCP from the relay and hands them to inputs and products.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use codec::clock::monotonic;

use crate::sound::{JitterBuffer, SoundPacket};
use crate::video_input::VideoInput;

/// Longest datagram taken; loopback would carry 64 KiB, the relay sends packets that came over the internet.
const MAX_DATAGRAM_BYTES: usize = 2_048;
/// RTCP packet type of payload-specific feedback (RFC 4585 §6.1) and its PLI format.
const PSFB: u8 = 206;
const FMT_PLI: u8 = 1;
const FMT_FIR: u8 = 4;

/// Whatever takes packets of one SSRC.
#[derive(Clone)]
pub(crate) enum Taker {
    Video(Arc<VideoInput>),
    Sound(Arc<Mutex<JitterBuffer>>),
    /// A composite: its flag says that somebody needs a key frame.
    Product(Arc<AtomicBool>),
}

/// Who takes what, exchanged as a whole when the wanted state changes.
#[derive(Clone, Default)]
pub(crate) struct Takers(Arc<Mutex<Arc<BTreeMap<u32, Taker>>>>);

impl Takers {
    pub(crate) fn set(&self, takers: BTreeMap<u32, Taker>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(takers);
    }

    fn get(&self) -> Arc<BTreeMap<u32, Taker>> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads the socket for as long as the program lives.
pub(crate) fn run(socket: &UdpSocket, takers: &Takers) {
    let mut datagram = [0_u8; MAX_DATAGRAM_BYTES];
    loop {
        let Ok(length) = socket.recv(&mut datagram) else {
            continue;
        };
        let Some(packet) = datagram.get(..length) else {
            continue;
        };
        match packet {
            [_, 192..=223, ..] => feedback(packet, &takers.get()),
            [first, _, _, _, _, _, _, _, a, b, c, d, ..] if first >> 6 == 2 => {
                let ssrc = u32::from_be_bytes([*a, *b, *c, *d]);
                hand_over(packet, takers.get().get(&ssrc));
            }
            _ => tracing::trace!(length, "a datagram that is no RTP was left"),
        }
    }
}

fn hand_over(packet: &[u8], taker: Option<&Taker>) {
    match taker {
        Some(Taker::Video(input)) => input.take(packet),
        Some(Taker::Sound(buffer)) => {
            if let Some(packet) = SoundPacket::read(packet) {
                buffer.lock().unwrap_or_else(PoisonError::into_inner).push(monotonic(), packet);
            }
        }
        Some(Taker::Product(_)) | None => {}
    }
}

/// Walks a compound RTCP packet for requests of key frames.
fn feedback(mut compound: &[u8], takers: &BTreeMap<u32, Taker>) {
    while let [first, kind, high, low, rest @ ..] = compound {
        let length = 4 * usize::from(u16::from_be_bytes([*high, *low]));
        let Some(body) = rest.get(..length) else {
            return;
        };
        if *kind == PSFB && matches!(first & 0x1F, FMT_PLI | FMT_FIR) {
            // PLI names the media source in its second word, FIR in its third (RFC 5104 §4.3.1).
            let place = if first & 0x1F == FMT_PLI { 4..8 } else { 8..12 };
            let ssrc = body.get(place).and_then(|word| <[u8; 4]>::try_from(word).ok()).map(u32::from_be_bytes);
            if let Some(Taker::Product(key_wanted)) = ssrc.and_then(|ssrc| takers.get(&ssrc)) {
                key_wanted.store(true, Ordering::Relaxed);
            }
        }
        compound = rest.get(length..).unwrap_or(&[]);
    }
}

#[cfg(test)]
mod tests {
    use super::{Taker, feedback};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_pli_behind_a_receiver_report_reaches_its_product() {
        let flag = Arc::new(AtomicBool::new(false));
        let takers = BTreeMap::from([(0x0102_0304, Taker::Product(Arc::clone(&flag)))]);
        let empty_report = [0x80, 201, 0, 1, 0, 0, 0, 9];
        let pli = [0x81, 206, 0, 2, 0, 0, 0, 9, 1, 2, 3, 4];
        feedback(&[&empty_report[..], &pli[..]].concat(), &takers);
        assert!(flag.load(Ordering::Relaxed));
    }

    proptest! {
        #[test]
        fn any_feedback_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            feedback(&bytes, &BTreeMap::new());
        }
    }
}
