//! From RTP packets to whole coded pictures: one hand-over to the decoder per picture instead of one per packet.

use mcu_media_api::Codec;

/// Bytes of a fixed RTP header (RFC 3550 §5.1).
const RTP_HEADER_BYTES: usize = 12;
/// A coded picture longer than this is no picture: 16 Mbit/s for a second.
const MAX_UNIT_BYTES: usize = 2 * 1024 * 1024;
const START_CODE: [u8; 4] = [0, 0, 0, 1];
const NAL_STAP_A: u8 = 24;
const NAL_FU_A: u8 = 28;

/// What an RTP packet says of its place, and its payload. The relay sends no padding; CSRCs and extensions are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RtpView<'a> {
    /// Sequence number.
    pub sequence: u16,
    /// Media clock.
    pub timestamp: u32,
    /// Last packet of a picture.
    pub marker: bool,
    /// Everything behind header and extension.
    pub payload: &'a [u8],
}

impl<'a> RtpView<'a> {
    /// Reads a packet; `None` when it is cut short.
    #[must_use]
    pub fn read(packet: &'a [u8]) -> Option<Self> {
        let (header, _) = packet.split_first_chunk::<RTP_HEADER_BYTES>()?;
        let [first, second, s0, s1, t0, t1, t2, t3, ..] = *header;
        let mut start = RTP_HEADER_BYTES + 4 * usize::from(first & 0x0F);
        if first & 0x10 != 0 {
            let [_, _, high, low] = *packet.get(start..)?.first_chunk()?;
            start += 4 + 4 * usize::from(u16::from_be_bytes([high, low]));
        }
        Some(Self {
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            marker: second & 0x80 != 0,
            payload: packet.get(start..)?,
        })
    }
}

/// Puts pictures together. A picture with a gap in it is left out as a whole.
#[derive(Debug)]
pub struct Assembler {
    codec: Codec,
    unit: Vec<u8>,
    /// Sequence number and time of the last packet.
    last: Option<(u16, u32)>,
    /// Something of the picture is missing.
    broken: bool,
}

impl Assembler {
    /// For packets of that codec.
    #[must_use]
    pub const fn new(codec: Codec) -> Self {
        Self { codec, unit: Vec::new(), last: None, broken: false }
    }

    /// Takes a packet; `emit` gets each picture that is whole by it: H.264 in Annex B form, or a VP8 frame.
    pub fn push(&mut self, packet: &RtpView<'_>, mut emit: impl FnMut(Vec<u8>)) {
        let continues = self.last.is_some_and(|(sequence, _)| sequence.wrapping_add(1) == packet.sequence);
        let begins = self.last.is_none_or(|(_, timestamp)| timestamp != packet.timestamp);
        if begins {
            // A sender that marks no last packets ends a picture by beginning the next.
            if continues {
                self.finish(&mut emit);
            }
            self.unit.clear();
            // Whether the picture's own first packet is missing cannot be seen from its time: key frames are gated by their caller.
            self.broken = false;
        } else if !continues {
            self.broken = true;
        }
        self.last = Some((packet.sequence, packet.timestamp));
        if !self.broken && (!self.append(packet.payload) || self.unit.len() > MAX_UNIT_BYTES) {
            self.broken = true;
        }
        if packet.marker {
            self.finish(&mut emit);
        }
    }

    fn finish(&mut self, emit: &mut impl FnMut(Vec<u8>)) {
        if !self.broken && !self.unit.is_empty() {
            // The next picture is likely as long.
            let room = Vec::with_capacity(self.unit.len());
            emit(std::mem::replace(&mut self.unit, room));
        }
        self.unit.clear();
    }

    /// Appends a payload; `false` when it cannot be read.
    fn append(&mut self, payload: &[u8]) -> bool {
        match self.codec {
            Codec::H264 | Codec::Opus => self.append_h264(payload).is_some(),
            Codec::Vp8 => vp8_payload(payload).map(|bytes| self.unit.extend_from_slice(bytes)).is_some(),
        }
    }

    /// RFC 6184 §5.6 single NAL unit, §5.7.1 STAP-A, §5.8 FU-A.
    fn append_h264(&mut self, payload: &[u8]) -> Option<()> {
        let (first, mut rest) = payload.split_first()?;
        match first & 0x1F {
            1..=23 => self.nal(payload),
            NAL_STAP_A => {
                while !rest.is_empty() {
                    let (length, tail) = rest.split_first_chunk::<2>()?;
                    let (nal, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
                    self.nal(nal);
                    rest = tail;
                }
            }
            NAL_FU_A => {
                let (header, fragment) = rest.split_first()?;
                if header & 0x80 != 0 {
                    self.nal(&[first & 0xE0 | header & 0x1F]);
                } else if self.unit.is_empty() {
                    // The middle of something whose beginning is not there.
                    return None;
                }
                self.unit.extend_from_slice(fragment);
            }
            _ => return None,
        }
        Some(())
    }

    fn nal(&mut self, nal: &[u8]) {
        self.unit.extend_from_slice(&START_CODE);
        self.unit.extend_from_slice(nal);
    }
}

/// What stands behind the payload descriptor (RFC 7741 §4.2).
fn vp8_payload(payload: &[u8]) -> Option<&[u8]> {
    let mut at = 1;
    if payload.first()? & 0x80 != 0 {
        let extension = *payload.get(1)?;
        at += 1;
        if extension & 0x80 != 0 {
            at += if payload.get(at)? & 0x80 == 0 { 1 } else { 2 };
        }
        at += usize::from(extension & 0x40 != 0) + usize::from(extension & 0x30 != 0);
    }
    payload.get(at..).filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Assembler, RtpView};
    use mcu_media_api::Codec;
    use proptest::prelude::*;

    fn view(sequence: u16, timestamp: u32, marker: bool, payload: &[u8]) -> RtpView<'_> {
        RtpView { sequence, timestamp, marker, payload }
    }

    fn units(codec: Codec, packets: &[RtpView<'_>]) -> Vec<Vec<u8>> {
        let (mut assembler, mut out) = (Assembler::new(codec), Vec::new());
        packets.iter().for_each(|packet| assembler.push(packet, |unit| out.push(unit)));
        out
    }

    #[test]
    fn header_extension_and_contributors_are_passed_over() {
        // V=2 X=1 CC=1, marker, PT 96; sequence 0x0102, time 0x03040506, SSRC, CSRC; one word of extension; payload.
        let packet = [0x91, 0xE0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 9, 0, 0, 0, 8, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4, 0x65, 7];
        assert_eq!(RtpView::read(&packet), Some(view(0x0102, 0x0304_0506, true, &[0x65, 7])));
        assert_eq!(RtpView::read(&packet[..20]), None);
    }

    #[test]
    fn every_packing_of_h264_becomes_annex_b() {
        let packets = [
            view(1, 9, false, &[0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 2]), // STAP-A: SPS, PPS
            view(2, 9, false, &[0x7C, 0x85, 10]),                     // FU-A begin of an IDR slice
            view(3, 9, false, &[0x7C, 0x05, 11]),
            view(4, 9, true, &[0x7C, 0x45, 12]),
            view(5, 10, true, &[0x41, 20]),
        ];
        let expected = [vec![0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x65, 10, 11, 12], vec![0, 0, 0, 1, 0x41, 20]];
        assert_eq!(units(Codec::H264, &packets), expected);
    }

    #[test]
    fn a_picture_with_a_gap_is_left_out_whole() {
        let packets = [
            view(1, 9, false, &[0x41, 1]),
            view(3, 9, true, &[0x41, 3]),
            view(4, 10, true, &[0x41, 4]),
            view(9, 11, true, &[0x7C, 0x45, 12]),
        ];
        assert_eq!(units(Codec::H264, &packets), [vec![0, 0, 0, 1, 0x41, 4]]);
    }

    #[test]
    fn a_missing_marker_ends_with_the_next_picture() {
        let packets = [view(1, 9, false, &[0x41, 1]), view(2, 10, false, &[0x41, 2]), view(3, 11, true, &[0x41, 3])];
        assert_eq!(units(Codec::H264, &packets).len(), 3);
    }

    #[test]
    fn vp8_descriptors_are_taken_off() {
        let packets = [view(1, 9, false, &[0x90, 0xF0, 0x81, 0x02, 7, 0x20, 0x50, 1]), view(2, 9, true, &[0x80, 0x80, 5, 2])];
        assert_eq!(units(Codec::Vp8, &packets), [vec![0x50, 1, 2]]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(packets in proptest::collection::vec(
            (any::<u16>(), 0_u32..4, any::<bool>(), proptest::collection::vec(any::<u8>(), 0..40)), 0..40))
        {
            for codec in [Codec::H264, Codec::Vp8] {
                let mut assembler = Assembler::new(codec);
                for (sequence, timestamp, marker, payload) in &packets {
                    assembler.push(&view(*sequence % 8, *timestamp, *marker, payload), |unit| assert!(!unit.is_empty()));
                    let _ = RtpView::read(payload);
                }
            }
        }
    }
}
