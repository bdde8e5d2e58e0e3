//! RTCP (RFC 3550 §6, RFC 4585, RFC 5104 and REMB): the packets the relay reads and writes.

use super::packet::{be_u16, be_u32};

mod kind {
    pub(super) const SENDER_REPORT: u8 = 200;
    pub(super) const RECEIVER_REPORT: u8 = 201;
    pub(super) const SOURCE_DESCRIPTION: u8 = 202;
    pub(super) const TRANSPORT_FEEDBACK: u8 = 205;
    pub(super) const PAYLOAD_FEEDBACK: u8 = 206;
    pub(super) const NACK: u8 = 1;
    pub(super) const PLI: u8 = 1;
    pub(super) const FIR: u8 = 4;
    pub(super) const APPLICATION: u8 = 15;
    pub(super) const TRANSPORT_WIDE: u8 = 15;
}

/// Most packets read of one compound packet; more than any sane peer joins, and a bound on work per datagram.
const MAX_PARTS: usize = 32;

/// A report block (RFC 3550 §6.4.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportBlock {
    /// Whose stream is reported.
    pub ssrc: u32,
    /// Lost of the last interval, in 1/256.
    pub fraction_lost: u8,
    /// Lost since the beginning, 24 bits signed.
    pub lost: u32,
    /// Extended highest sequence number.
    pub highest: u32,
    /// Interarrival jitter in timestamp units.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP time; 0 for none.
    pub last_sr: u32,
    /// Delay since then in 1/65536 s.
    pub delay: u32,
}

/// One packet of a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Sender report.
    SenderReport {
        /// Whose.
        ssrc: u32,
        /// 32.32 seconds.
        ntp: u64,
        /// RTP time of the same instant.
        rtp: u32,
    },
    /// One report block of a sender or receiver report.
    Report(ReportBlock),
    /// Generic NACK (RFC 4585 §6.2.1): pairs of packet id and bit mask.
    Nack {
        /// Whose stream.
        ssrc: u32,
        /// The pairs as bytes.
        pairs: &'a [u8],
    },
    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1), from the sender's SSRC on.
    TransportWide {
        /// For [`crate::congestion::feedback::read`].
        body: &'a [u8],
    },
    /// Picture loss indication or full intra request.
    KeyFrame {
        /// Whose stream.
        ssrc: u32,
    },
}

/// Reads a compound packet, calling `see` for each part that means something to the relay; stops at the first broken one.
pub fn read<'a>(mut bytes: &'a [u8], mut see: impl FnMut(Part<'a>)) {
    for _ in 0..MAX_PARTS {
        let (Some(&first), Some(&packet_type), Some(words)) = (bytes.first(), bytes.get(1), be_u16(bytes, 2)) else {
            return;
        };
        let length = (usize::from(words) + 1) * 4;
        let (true, Some(packet)) = (first >> 6 == 2, bytes.get(..length)) else {
            return;
        };
        let count = first & 0x1F;
        match packet_type {
            kind::SENDER_REPORT => read_sender_report(packet, count, &mut see),
            kind::RECEIVER_REPORT => read_blocks(packet.get(8..).unwrap_or_default(), count, &mut see),
            kind::TRANSPORT_FEEDBACK if count == kind::NACK => {
                if let (Some(ssrc), Some(pairs)) = (be_u32(packet, 8), packet.get(12..)) {
                    see(Part::Nack { ssrc, pairs });
                }
            }
            kind::TRANSPORT_FEEDBACK if count == kind::TRANSPORT_WIDE => {
                if let Some(body) = packet.get(4..) {
                    see(Part::TransportWide { body });
                }
            }
            kind::PAYLOAD_FEEDBACK if count == kind::PLI => {
                if let Some(ssrc) = be_u32(packet, 8) {
                    see(Part::KeyFrame { ssrc });
                }
            }
            kind::PAYLOAD_FEEDBACK if count == kind::FIR => {
                for entry in packet.get(12..).unwrap_or_default().chunks_exact(8) {
                    if let Some(ssrc) = be_u32(entry, 0) {
                        see(Part::KeyFrame { ssrc });
                    }
                }
            }
            _ => {}
        }
        bytes = bytes.get(length..).unwrap_or_default();
    }
}

fn read_sender_report<'a>(packet: &'a [u8], count: u8, see: &mut impl FnMut(Part<'a>)) {
    let (Some(ssrc), Some(high), Some(low), Some(rtp)) = (be_u32(packet, 4), be_u32(packet, 8), be_u32(packet, 12), be_u32(packet, 16))
    else {
        return;
    };
    see(Part::SenderReport { ssrc, ntp: u64::from(high) << 32 | u64::from(low), rtp });
    read_blocks(packet.get(28..).unwrap_or_default(), count, see);
}

fn read_blocks<'a>(bytes: &'a [u8], count: u8, see: &mut impl FnMut(Part<'a>)) {
    for block in bytes.chunks_exact(24).take(usize::from(count)) {
        let word = |at| be_u32(block, at).unwrap_or_default();
        see(Part::Report(ReportBlock {
            ssrc: word(0),
            fraction_lost: (word(4) >> 24) as u8,
            lost: word(4) & 0x00FF_FFFF,
            highest: word(8),
            jitter: word(12),
            last_sr: word(16),
            delay: word(20),
        }));
    }
}

/// The sequence numbers a NACK's pairs name, in order.
pub fn nack_sequences(pairs: &[u8]) -> impl Iterator<Item = u16> + '_ {
    pairs.chunks_exact(4).flat_map(|pair| {
        let (first, mask) = (be_u16(pair, 0).unwrap_or_default(), be_u16(pair, 2).unwrap_or_default());
        std::iter::once(first).chain((0..16).filter(move |bit| mask >> bit & 1 == 1).map(move |bit| first.wrapping_add(bit + 1)))
    })
}

fn header(out: &mut Vec<u8>, count: u8, packet_type: u8, bytes: usize) {
    let words = u16::try_from(bytes / 4).unwrap_or(u16::MAX).saturating_sub(1);
    out.extend_from_slice(&[0x80 | count & 0x1F, packet_type]);
    out.extend_from_slice(&words.to_be_bytes());
}

fn words(out: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        out.extend_from_slice(&word.to_be_bytes());
    }
}

/// Appends a sender report without report blocks.
pub fn write_sender_report(out: &mut Vec<u8>, ssrc: u32, ntp: u64, rtp: u32, packets: u32, octets: u32) {
    header(out, 0, kind::SENDER_REPORT, 28);
    words(out, &[ssrc, (ntp >> 32) as u32, ntp as u32, rtp, packets, octets]);
}

/// Appends a receiver report of at most 31 blocks.
pub fn write_receiver_report(out: &mut Vec<u8>, sender: u32, blocks: &[ReportBlock]) {
    let count = blocks.len().min(31);
    header(out, count as u8, kind::RECEIVER_REPORT, 8 + count * 24);
    words(out, &[sender]);
    for block in blocks.iter().take(count) {
        let loss = u32::from(block.fraction_lost) << 24 | block.lost & 0x00FF_FFFF;
        words(out, &[block.ssrc, loss, block.highest, block.jitter, block.last_sr, block.delay]);
    }
}

/// Appends a source description with a CNAME of at most 255 bytes (RFC 3550 §6.5.1).
pub fn write_cname(out: &mut Vec<u8>, ssrc: u32, cname: &str) {
    let name = cname.as_bytes().get(..cname.len().min(255)).unwrap_or_default();
    // Item header, text, and at least one null byte, filled up to whole words.
    let items = (2 + name.len() + 1).next_multiple_of(4);
    header(out, 1, kind::SOURCE_DESCRIPTION, 8 + items);
    words(out, &[ssrc]);
    out.extend_from_slice(&[1, name.len() as u8]);
    out.extend_from_slice(name);
    out.extend(std::iter::repeat_n(0, items - 2 - name.len()));
}

/// Appends a picture loss indication (RFC 4585 §6.3.1).
pub fn write_pli(out: &mut Vec<u8>, sender: u32, media: u32) {
    header(out, kind::PLI, kind::PAYLOAD_FEEDBACK, 12);
    words(out, &[sender, media]);
}

/// Appends a full intra request (RFC 5104 §4.3.1); `number` counts requests.
pub fn write_fir(out: &mut Vec<u8>, sender: u32, media: u32, number: u8) {
    header(out, kind::FIR, kind::PAYLOAD_FEEDBACK, 20);
    words(out, &[sender, 0, media, u32::from(number) << 24]);
}

/// Appends a NACK for sequence numbers in rising order, packed into pairs.
pub fn write_nack(out: &mut Vec<u8>, sender: u32, media: u32, sequences: &[u16]) {
    let mut pairs: Vec<u32> = Vec::with_capacity(sequences.len());
    for &sequence in sequences {
        if let Some(pair) = pairs.last_mut() {
            let distance = sequence.wrapping_sub((*pair >> 16) as u16);
            if (1..=16).contains(&distance) {
                *pair |= 1 << (distance - 1);
                continue;
            }
        }
        pairs.push(u32::from(sequence) << 16);
    }
    header(out, kind::NACK, kind::TRANSPORT_FEEDBACK, 12 + pairs.len() * 4);
    words(out, &[sender, media]);
    words(out, &pairs);
}

/// Appends a receiver estimated maximum bit rate (draft-alvestrand-rmcat-remb-03 §2.2).
pub fn write_remb(out: &mut Vec<u8>, sender: u32, bit_rate_bps: u64, ssrcs: &[u32]) {
    let count = ssrcs.len().min(31);
    header(out, kind::APPLICATION, kind::PAYLOAD_FEEDBACK, 20 + count * 4);
    let exponent = (64 - bit_rate_bps.leading_zeros()).saturating_sub(18);
    let mantissa = (bit_rate_bps >> exponent) as u32;
    words(out, &[sender, 0, u32::from_be_bytes(*b"REMB"), (count as u32) << 24 | exponent << 18 | mantissa]);
    words(out, ssrcs.get(..count).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn golden_nack() {
        let mut out = Vec::new();
        write_nack(&mut out, 1, 2, &[100, 101, 116, 117]);
        let golden = [
            0x81, 205, 0x00, 0x04, // FMT 1, transport feedback, 4 words
            0, 0, 0, 1, 0, 0, 0, 2, // sender, media
            0x00, 100, 0x80, 0x01, // 100, mask: 101 and 116
            0x00, 117, 0x00, 0x00, // 117
        ];
        assert_eq!(out, golden);
        let mut seen = Vec::new();
        read(&out, |part| {
            if let Part::Nack { ssrc: 2, pairs } = part {
                seen.extend(nack_sequences(pairs));
            }
        });
        assert_eq!(seen, [100, 101, 116, 117]);
    }

    #[test]
    fn golden_remb_and_fir() {
        let mut out = Vec::new();
        write_remb(&mut out, 1, 8_000_000, &[7]);
        assert_eq!(out.get(12..), Some(&[b'R', b'E', b'M', b'B', 0x01, 0x17, 0xD0, 0x90, 0, 0, 0, 7][..]), "8 Mbit/s is 250000 << 5");
        assert_eq!((0x3_D090_u64) << 5, 8_000_000);
        out.clear();
        write_fir(&mut out, 1, 9, 3);
        let mut keys = Vec::new();
        read(&out, |part| keys.push(part));
        assert_eq!(keys, [Part::KeyFrame { ssrc: 9 }]);
    }

    #[test]
    fn reports_are_read_back() {
        let block = ReportBlock { ssrc: 5, fraction_lost: 64, lost: 3, highest: 0x1_0002, jitter: 9, last_sr: 10, delay: 11 };
        let mut out = Vec::new();
        write_sender_report(&mut out, 4, 0x1_8000_0000, 90, 2, 3);
        write_cname(&mut out, 4, "relay");
        write_receiver_report(&mut out, 4, &[block]);
        write_pli(&mut out, 4, 5);
        assert_eq!(out.len() % 4, 0);
        let mut parts = Vec::new();
        read(&out, |part| parts.push(part));
        let report = Part::SenderReport { ssrc: 4, ntp: 0x1_8000_0000, rtp: 90 };
        assert_eq!(parts, [report, Part::Report(block), Part::KeyFrame { ssrc: 5 }]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..120), kind in 198_u8..208) {
            let mut bytes = bytes;
            if let [first, second, ..] = &mut bytes[..] { *first = 0x80 | *first & 0x1F; *second = kind; }
            read(&bytes, |part| if let Part::Nack { pairs, .. } = part { nack_sequences(pairs).count(); });
        }

        #[test]
        fn nacks_survive(sequences in proptest::collection::btree_set(any::<u16>(), 1..60)) {
            let sequences: Vec<u16> = sequences.into_iter().collect();
            let mut out = Vec::new();
            write_nack(&mut out, 1, 2, &sequences);
            let mut seen = Vec::new();
            read(&out, |part| if let Part::Nack { pairs, .. } = part { seen.extend(nack_sequences(pairs)); });
            prop_assert_eq!(seen, sequences);
        }
    }
}
