//! Key frames in RTP payloads, and the gate that lets only whole pictures through.

use mcu_media_api::Codec;

/// Whether this RTP payload begins a key frame: H.264 (RFC 6184) SPS, PPS-less IDR, STAP-A holding either, or first FU-A of either;
/// VP8 (RFC 7741 §4.2, §4.3) first packet of partition 0 with the P bit clear.
#[must_use]
pub fn starts_key_frame(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::H264 => h264_starts_key(payload),
        Codec::Vp8 => vp8_starts_key(payload).unwrap_or(false),
        Codec::Opus => true,
    }
}

const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
const NAL_STAP_A: u8 = 24;
const NAL_FU_A: u8 = 28;

fn h264_starts_key(payload: &[u8]) -> bool {
    let is_key = |nal: u8| matches!(nal & 0x1F, NAL_IDR | NAL_SPS);
    let Some((first, rest)) = payload.split_first() else {
        return false;
    };
    match first & 0x1F {
        NAL_STAP_A => {
            let mut rest = rest;
            while let [high, low, tail @ ..] = rest {
                if tail.first().is_some_and(|nal| is_key(*nal)) {
                    return true;
                }
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = tail.get(length..).unwrap_or(&[]);
            }
            false
        }
        NAL_FU_A => rest.first().is_some_and(|header| header & 0x80 != 0 && is_key(*header)),
        _ => is_key(*first),
    }
}

fn vp8_starts_key(payload: &[u8]) -> Option<bool> {
    let first = *payload.first()?;
    let mut at = 1;
    if first & 0x80 != 0 {
        let extension = *payload.get(at)?;
        at += 1;
        if extension & 0x80 != 0 {
            at += if payload.get(at)? & 0x80 == 0 { 1 } else { 2 };
        }
        at += usize::from(extension & 0x40 != 0) + usize::from(extension & 0x30 != 0);
    }
    let starts = first & 0x10 != 0 && first & 0x07 == 0;
    Some(starts && payload.get(at)? & 0x01 == 0)
}

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Decode it.
    Pass,
    /// Leave it: the picture would be broken. Ask for a key frame.
    Hold,
}

/// Lets packets through from a key frame on and stops at the first gap, so that no broken picture is ever decoded.
#[derive(Debug, Default)]
pub struct KeyGate {
    last: Option<u16>,
}

impl KeyGate {
    /// Judges the next packet.
    pub fn judge(&mut self, sequence: u16, starts_key: bool) -> Verdict {
        if self.last.is_some_and(|last| last.wrapping_add(1) == sequence) || starts_key {
            self.last = Some(sequence);
            return Verdict::Pass;
        }
        self.last = None;
        Verdict::Hold
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyGate, Verdict, starts_key_frame};
    use mcu_media_api::Codec;
    use proptest::prelude::*;

    #[test]
    fn key_frames_are_seen_in_every_packing() {
        let cases: [(&[u8], bool); 7] = [
            (&[0x65, 0x88], true),                            // IDR slice
            (&[0x67, 0x42], true),                            // SPS
            (&[0x41, 0x9A], false),                           // non-IDR slice
            (&[0x78, 0, 2, 0x09, 0x10, 0, 2, 0x67, 1], true), // STAP-A: AUD, SPS
            (&[0x7C, 0x85, 0], true),                         // FU-A start of IDR
            (&[0x7C, 0x05, 0], false),                        // FU-A middle of IDR
            (&[], false),
        ];
        for (payload, expected) in cases {
            assert_eq!(starts_key_frame(Codec::H264, payload), expected, "{payload:02x?}");
        }
    }

    #[test]
    fn vp8_key_frames_are_seen_behind_long_descriptors() {
        assert!(starts_key_frame(Codec::Vp8, &[0x10, 0x50, 0]));
        assert!(!starts_key_frame(Codec::Vp8, &[0x10, 0x51, 0]));
        assert!(!starts_key_frame(Codec::Vp8, &[0x00, 0x50, 0]));
        // X, I with 15-bit picture id, L, T and K present.
        assert!(starts_key_frame(Codec::Vp8, &[0x90, 0xF0, 0x81, 0x02, 7, 0x20, 0x50]));
    }

    #[test]
    fn a_gap_holds_until_the_next_key_frame() {
        let mut gate = KeyGate::default();
        let packets = [(5, false), (6, true), (7, false), (9, false), (10, false), (11, true), (12, false)];
        let verdicts: Vec<bool> = packets.iter().map(|(s, key)| gate.judge(*s, *key) == Verdict::Pass).collect();
        assert_eq!(verdicts, [false, true, true, false, false, true, true]);
    }

    proptest! {
        #[test]
        fn any_payload_is_judged(payload in proptest::collection::vec(any::<u8>(), 0..64)) {
            for codec in [Codec::H264, Codec::Vp8, Codec::Opus] {
                let _ = starts_key_frame(codec, &payload);
            }
        }
    }
}
