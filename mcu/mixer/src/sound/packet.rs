//! What the mixer reads from a sound packet without decoding it: RTP header (RFC 3550 §5.1), level (RFC 6464), Opus framing (RFC 6716 §3).

use bytes::Bytes;

use super::RATE_HZ;

/// Bytes of a fixed RTP header.
const RTP_HEADER_BYTES: usize = 12;
/// Profile of one-byte header extensions (RFC 8285 §4.2).
const ONE_BYTE_PROFILE: u16 = 0xBEDE;
/// Identifier of the sender's level on the flow between relay and mixer (RFC 6464 leaves the number to negotiation; here it is fixed).
const LEVEL_ID: u8 = 1;
/// Longest packet of Opus, in samples (120 ms, RFC 6716 §3.2.5).
const MAX_SAMPLES: usize = 5_760;
/// Longest frame that holds one SILK frame per channel, in samples (20 ms); longer ones hold several (RFC 6716 §4.2.2).
const SILK_FRAME_SAMPLES: usize = 960;

/// One packet as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundPacket {
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP time, 48 kHz.
    pub timestamp: u32,
    /// Level told by the sender, 0 to −127 dBFS.
    pub level_dbfs: Option<i8>,
    /// Opus.
    pub payload: Bytes,
}

impl SoundPacket {
    /// Reads an RTP packet; `None` when it is cut off or empty.
    #[must_use]
    pub fn read(packet: &[u8]) -> Option<Self> {
        let [first, _, s0, s1, t0, t1, t2, t3, ..] = packet else {
            return None;
        };
        let mut start = RTP_HEADER_BYTES + 4 * usize::from(first & 0x0F);
        let mut level_dbfs = None;
        if first & 0x10 != 0 {
            let [p0, p1, w0, w1] = *packet.get(start..)?.first_chunk()?;
            let length = 4 * usize::from(u16::from_be_bytes([w0, w1]));
            let body = packet.get(start + 4..start + 4 + length)?;
            if u16::from_be_bytes([p0, p1]) == ONE_BYTE_PROFILE {
                level_dbfs = level(body);
            }
            start += 4 + length;
        }
        let payload = packet.get(start..).filter(|payload| !payload.is_empty())?;
        Some(Self {
            sequence: u16::from_be_bytes([*s0, *s1]),
            timestamp: u32::from_be_bytes([*t0, *t1, *t2, *t3]),
            level_dbfs,
            payload: Bytes::copy_from_slice(payload),
        })
    }
}

/// The level among one-byte extension elements.
fn level(mut body: &[u8]) -> Option<i8> {
    while let [head, rest @ ..] = body {
        if *head == 0 {
            body = rest;
            continue;
        }
        let length = usize::from(head & 0x0F) + 1;
        let element = rest.get(..length)?;
        if head >> 4 == LEVEL_ID {
            return element.first().and_then(|value| i8::try_from(value & 0x7F).ok()).map(|level| -level);
        }
        body = rest.get(length..)?;
    }
    None
}

/// Length of an Opus packet in samples; `None` when it is no Opus packet.
pub(super) fn samples(payload: &[u8]) -> Option<usize> {
    opus::packet::get_nb_samples(payload, RATE_HZ).ok().filter(|samples| (1..=MAX_SAMPLES).contains(samples))
}

/// Whether the packet describes the one before it as well (LBRR, RFC 6716 §4.2.4).
pub(super) fn has_fec(payload: &[u8]) -> bool {
    let Some(toc) = payload.first() else {
        return false;
    };
    // The upper half of the configurations is CELT only, which has none.
    if toc & 0x80 != 0 {
        return false;
    }
    let Ok(per_frame) = opus::packet::get_samples_per_frame(payload, RATE_HZ) else {
        return false;
    };
    let silk_frames = per_frame.div_ceil(SILK_FRAME_SAMPLES).min(3);
    let Ok(parsed) = opus::packet::parse(payload) else {
        return false;
    };
    let Some(head) = parsed.frames.first().and_then(|frame| frame.first()) else {
        return false;
    };
    // One voice flag per SILK frame, then the LBRR flag; the second channel's stand behind the first's.
    let middle = head >> (7 - silk_frames) & 1 != 0;
    let side = toc & 0x04 != 0 && silk_frames < 3 && head >> (6 - 2 * silk_frames) & 1 != 0;
    middle || side
}

#[cfg(test)]
mod tests {
    use super::{SoundPacket, has_fec, samples};
    use proptest::prelude::*;

    #[test]
    fn level_and_times_are_read_from_the_header() {
        // V=2 X=1, PT 111, sequence 0x0102, time 0x03040506, SSRC; BEDE with one word: id 1, one byte, V=1 level 33, padding.
        let packet = [0x90, 111, 1, 2, 3, 4, 5, 6, 0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 0x10, 0x80 | 33, 0, 0, 0xFC, 7];
        let read = SoundPacket::read(&packet).unwrap();
        assert_eq!((read.sequence, read.timestamp, read.level_dbfs), (0x0102, 0x0304_0506, Some(-33)));
        assert_eq!(read.payload, [0xFC, 7][..]);
    }

    #[test]
    fn a_packet_without_extension_has_no_level() {
        let packet = [0x80, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 9, 0xFC];
        assert_eq!(SoundPacket::read(&packet).unwrap().level_dbfs, None);
        assert_eq!(SoundPacket::read(&packet[..12]), None, "there is no sound in it");
    }

    #[test]
    fn fec_is_found_where_the_encoder_put_it() {
        let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
        encoder.set_bitrate(opus::Bitrate::Bits(24_000)).unwrap();
        let speak = |encoder: &mut opus::Encoder, block: usize| encoder.encode_vec(&crate::sound::speech::block(block), 1_275).unwrap();
        let without = (0..20).filter(|block| has_fec(&speak(&mut encoder, *block))).count();
        encoder.set_inband_fec(true).unwrap();
        encoder.set_packet_loss_perc(20).unwrap();
        let with = (20..60).filter(|block| has_fec(&speak(&mut encoder, *block))).count();
        assert!(without == 0 && with > 15, "{without} without, {with} of 40 with; half of the voice are pauses");
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = SoundPacket::read(&bytes);
            let _ = has_fec(&bytes);
            prop_assert!(samples(&bytes).is_none_or(|samples| samples <= 5_760));
        }
    }
}
