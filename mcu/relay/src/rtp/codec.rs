//! The little the relay understands of the codecs: where a key frame begins, and VP8's counters.

use super::packet::{Vp8Patch, be_u16};

/// What a packet means for joining a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing to begin with.
    Plain,
    /// Parameter sets that belong to a key frame if one follows with the same timestamp.
    Parameters,
    /// The first slice of a key frame.
    Key,
}

/// NAL unit types (RFC 6184 §5.2, H.264 table 7-1).
mod nal {
    pub(super) const IDR: u8 = 5;
    pub(super) const SPS: u8 = 7;
    pub(super) const STAP_A: u8 = 24;
    pub(super) const FU_A: u8 = 28;
}

/// What an H.264 payload (RFC 6184, packetization-mode 1) begins.
#[must_use]
pub fn h264_mark(payload: &[u8]) -> Mark {
    let Some((&head, rest)) = payload.split_first() else {
        return Mark::Plain;
    };
    match head & 0x1F {
        nal::STAP_A => stap_mark(rest),
        nal::FU_A => match rest.split_first() {
            Some((&fu, slice)) if fu & 0x80 != 0 => unit_mark(fu & 0x1F, slice),
            Some(_) | None => Mark::Plain,
        },
        kind => unit_mark(kind, rest),
    }
}

fn unit_mark(kind: u8, body: &[u8]) -> Mark {
    match kind {
        nal::SPS => Mark::Parameters,
        // A slice header begins with first_mb_in_slice as ue(v): its first bit is 1 exactly when it is macroblock 0,
        // so a later slice of the same picture is not taken for its beginning.
        nal::IDR if body.first().is_some_and(|first| first & 0x80 != 0) => Mark::Key,
        _ => Mark::Plain,
    }
}

fn stap_mark(mut rest: &[u8]) -> Mark {
    let mut mark = Mark::Plain;
    while let Some(length) = be_u16(rest, 0).map(usize::from) {
        let Some(unit) = rest.get(2..2 + length) else {
            break;
        };
        if let Some((&head, body)) = unit.split_first() {
            match unit_mark(head & 0x1F, body) {
                Mark::Key => return Mark::Key,
                Mark::Parameters => mark = Mark::Parameters,
                Mark::Plain => {}
            }
        }
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    mark
}

/// What a VP8 payload descriptor says (RFC 7741 §4.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vp8 {
    /// The packet begins a key frame.
    pub key: bool,
    /// Place, value and 15-bit form of the picture id.
    pub picture_id: Option<(u8, u16, bool)>,
    /// Place and value of TL0PICIDX.
    pub tl0: Option<(u8, u8)>,
}

/// Reads a VP8 payload descriptor; `None` when it is cut short.
#[must_use]
pub fn vp8(payload: &[u8]) -> Option<Vp8> {
    let first = *payload.first()?;
    let mut found = Vp8::default();
    let mut at: u8 = 1;
    if first & 0x80 != 0 {
        let flags = *payload.get(1)?;
        at = 2;
        if flags & 0x80 != 0 {
            let id = *payload.get(usize::from(at))?;
            if id & 0x80 != 0 {
                found.picture_id = Some((at, be_u16(payload, usize::from(at))? & 0x7FFF, true));
                at += 2;
            } else {
                found.picture_id = Some((at, u16::from(id), false));
                at += 1;
            }
        }
        if flags & 0x40 != 0 {
            found.tl0 = Some((at, *payload.get(usize::from(at))?));
            at += 1;
        }
        if flags & 0x30 != 0 {
            at += 1;
        }
    }
    // Start of partition 0 and the inverse key-frame flag of the frame header (RFC 6386 §9.1).
    let begins = first & 0x10 != 0 && first & 0x07 == 0;
    found.key = begins && *payload.get(usize::from(at))? & 0x01 == 0;
    Some(found)
}

/// Differences a VP8 stream's counters are moved by, so that they run on over a switch of sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vp8Shift {
    /// Added to the picture id.
    pub picture_id: u16,
    /// Added to TL0PICIDX.
    pub tl0: u8,
}

impl Vp8Shift {
    /// The change this shift makes to one packet.
    #[must_use]
    pub fn patch(self, vp8: &Vp8) -> Vp8Patch {
        Vp8Patch {
            picture_id: vp8.picture_id.map(|(at, value, long)| {
                let mask = if long { 0x7FFF } else { 0x7F };
                (at, value.wrapping_add(self.picture_id) & mask, long)
            }),
            tl0: vp8.tl0.map(|(at, value)| (at, value.wrapping_add(self.tl0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, Vp8, Vp8Shift, h264_mark, vp8};
    use proptest::prelude::*;

    #[test]
    fn key_frames_are_found_in_all_three_packings() {
        assert_eq!(h264_mark(&[0x65, 0x88]), Mark::Key, "single NAL, IDR, first_mb 0");
        assert_eq!(h264_mark(&[0x65, 0x40]), Mark::Plain, "single NAL, IDR, a later slice");
        assert_eq!(h264_mark(&[0x41, 0x9A]), Mark::Plain, "single NAL, non-IDR");
        assert_eq!(h264_mark(&[0x67, 0x42]), Mark::Parameters, "single NAL, SPS");
        assert_eq!(h264_mark(&[0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xCE]), Mark::Parameters, "STAP-A, SPS and PPS");
        assert_eq!(h264_mark(&[0x78, 0, 2, 0x67, 0x42, 0, 2, 0x65, 0x88]), Mark::Key, "STAP-A, SPS and IDR");
        assert_eq!(h264_mark(&[0x7C, 0x85, 0x88]), Mark::Key, "FU-A, start of IDR");
        assert_eq!(h264_mark(&[0x7C, 0x05, 0x88]), Mark::Plain, "FU-A, middle of IDR");
        assert_eq!(h264_mark(&[0x7C, 0x81, 0x9A]), Mark::Plain, "FU-A, start of non-IDR");
    }

    #[test]
    fn vp8_descriptors() {
        assert_eq!(vp8(&[0x10, 0x00]), Some(Vp8 { key: true, ..Vp8::default() }), "short descriptor, key");
        assert_eq!(vp8(&[0x10, 0x01]), Some(Vp8::default()), "short descriptor, delta");
        let long = [0x90, 0xE0, 0x92, 0x34, 0x07, 0x60, 0x00];
        let found = vp8(&long).unwrap();
        assert_eq!(found, Vp8 { key: true, picture_id: Some((2, 0x1234, true)), tl0: Some((4, 7)) });
        let patch = Vp8Shift { picture_id: 0x7FFF, tl0: 250 }.patch(&found);
        assert_eq!((patch.picture_id, patch.tl0), (Some((2, 0x1233, true)), Some((4, 1))));
        assert_eq!(vp8(&[0x90, 0x80]), None, "cut short");
    }

    proptest! {
        #[test]
        fn any_payload_is_read(payload in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (h264_mark(&payload), vp8(&payload));
        }
    }
}
