//! One RTP packet (RFC 3550 §5.1) and its header extensions (RFC 8285).

use bytes::Bytes;

/// Bytes of the fixed header.
const FIXED: usize = 12;

/// Extension profile of one-byte ids (RFC 8285 §4.2).
const ONE_BYTE: u16 = 0xBEDE;

/// Extension profile of two-byte ids, upper twelve bits (RFC 8285 §4.3).
const TWO_BYTE: u16 = 0x1000;

/// A packet as received and decrypted; payload and extensions share the datagram's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtpPacket {
    /// Marker bit: the last packet of a picture, the first of a talk spurt.
    pub marker: bool,
    /// Payload type.
    pub payload_type: u8,
    /// Sequence number.
    pub sequence: u16,
    /// Media clock.
    pub timestamp: u32,
    /// Whose stream.
    pub ssrc: u32,
    /// Payload without padding.
    pub payload: Bytes,
    profile: u16,
    extensions: Bytes,
}

/// Whether a datagram of the RTP range is RTCP (RFC 5761 §4).
#[must_use]
pub fn is_rtcp(bytes: &[u8]) -> bool {
    bytes.get(1).is_some_and(|second| (192..=223).contains(second))
}

/// The SSRC of a packet that need not be decrypted yet.
#[must_use]
pub fn peek_ssrc(bytes: &[u8]) -> Option<u32> {
    be_u32(bytes, 8)
}

impl RtpPacket {
    /// Reads a packet; `None` when the bytes are not one.
    #[must_use]
    pub fn parse(bytes: &Bytes) -> Option<Self> {
        let first = *bytes.first()?;
        if first >> 6 != 2 || bytes.len() < FIXED {
            return None;
        }
        let second = *bytes.get(1)?;
        let mut start = FIXED + usize::from(first & 0x0F) * 4;
        let (mut profile, mut extensions) = (0, Bytes::new());
        if first & 0x10 != 0 {
            profile = be_u16(bytes, start)?;
            let length = usize::from(be_u16(bytes, start + 2)?) * 4;
            start += 4;
            bytes.get(start..start + length)?;
            extensions = bytes.slice(start..start + length);
            start += length;
        }
        let mut end = bytes.len();
        if first & 0x20 != 0 {
            let padding = usize::from(*bytes.last()?);
            end = end.checked_sub(padding).filter(|_| padding != 0)?;
        }
        bytes.get(start..end)?;
        Some(Self {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7F,
            sequence: be_u16(bytes, 2)?,
            timestamp: be_u32(bytes, 4)?,
            ssrc: be_u32(bytes, 8)?,
            payload: bytes.slice(start..end),
            profile,
            extensions,
        })
    }

    /// The value of the header extension negotiated as `id`.
    #[must_use]
    pub fn extension(&self, id: u8) -> Option<&[u8]> {
        match self.profile {
            ONE_BYTE => one_byte_extension(&self.extensions, id),
            profile if profile & 0xFFF0 == TWO_BYTE => two_byte_extension(&self.extensions, id),
            _ => None,
        }
    }
}

fn one_byte_extension(mut rest: &[u8], id: u8) -> Option<&[u8]> {
    while let Some((&head, tail)) = rest.split_first() {
        if head == 0 {
            rest = tail;
            continue;
        }
        if head >> 4 == 15 {
            return None;
        }
        let length = usize::from(head & 0x0F) + 1;
        let value = tail.get(..length)?;
        if head >> 4 == id {
            return Some(value);
        }
        rest = tail.get(length..)?;
    }
    None
}

fn two_byte_extension(mut rest: &[u8], id: u8) -> Option<&[u8]> {
    while let Some((&head, tail)) = rest.split_first() {
        if head == 0 {
            rest = tail;
            continue;
        }
        let (&length, tail) = tail.split_first()?;
        let value = tail.get(..usize::from(length))?;
        if head == id {
            return Some(value);
        }
        rest = tail.get(usize::from(length)..)?;
    }
    None
}

/// Big-endian 16 bits at `at`.
pub(crate) fn be_u16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_be_bytes(*chunk))
}

/// Big-endian 32 bits at `at`.
pub(crate) fn be_u32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_be_bytes(*chunk))
}

/// Numbers of a VP8 payload descriptor to be replaced (RFC 7741 §4.2), by their places in the payload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vp8Patch {
    /// Place and value of the picture id; `true` for the 15-bit form.
    pub picture_id: Option<(u8, u16, bool)>,
    /// Place and value of TL0PICIDX.
    pub tl0: Option<(u8, u8)>,
}

/// A packet as sent: header numbers of the sink, payload of the source.
#[derive(Debug, Clone, Copy)]
pub struct OutPacket<'a> {
    /// Marker bit.
    pub marker: bool,
    /// Payload type of the receiver's offer.
    pub payload_type: u8,
    /// Sequence number of the sink's stream.
    pub sequence: u16,
    /// Timestamp of the sink's stream.
    pub timestamp: u32,
    /// SSRC of the sink's stream.
    pub ssrc: u32,
    /// Leaves before what waits for its turn: sound.
    pub urgent: bool,
    /// The packet of this number once more, and not in the form of RFC 4588: it must be the same to the last bit, because it is sealed with the same
    /// nonce (RFC 7714 §14.1).
    pub repeat: bool,
    /// Id of the header extension for transport-wide numbers, which [`put_transport_number`] fills in when the packet leaves.
    pub transport_id: Option<u8>,
    /// A retransmission's original sequence number, written before the payload (RFC 4588 §4).
    pub original_sequence: Option<u16>,
    /// Payload as received.
    pub payload: &'a [u8],
    /// What to change in it.
    pub patch: Vp8Patch,
}

impl OutPacket<'_> {
    /// Bytes of [`Self::write`].
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a packet with a header is never empty")]
    pub const fn len(&self) -> usize {
        let extension = if self.transport_id.is_some() { 8 } else { 0 };
        let original = if self.original_sequence.is_some() { 2 } else { 0 };
        FIXED + extension + original + self.payload.len()
    }

    /// Appends the packet: twelve bytes of header, eight of extension where one is wanted, then the payload.
    pub fn write(&self, out: &mut Vec<u8>) {
        let extended = if self.transport_id.is_some() { 0x10 } else { 0 };
        out.extend_from_slice(&[0x80 | extended, u8::from(self.marker) << 7 | self.payload_type & 0x7F]);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        if let Some(id) = self.transport_id {
            let [high, low] = ONE_BYTE.to_be_bytes();
            // One word: id and length (two bytes, written as one), the number's place, a byte of padding.
            out.extend_from_slice(&[high, low, 0, 1, id << 4 | 1, 0, 0, 0]);
        }
        if let Some(original) = self.original_sequence {
            out.extend_from_slice(&original.to_be_bytes());
        }
        let payload_at = out.len();
        out.extend_from_slice(self.payload);
        if let Some((at, value, long)) = self.patch.picture_id {
            let [high, low] = value.to_be_bytes();
            if long {
                put(out, payload_at + usize::from(at), 0x80 | high);
                put(out, payload_at + usize::from(at) + 1, low);
            } else {
                put(out, payload_at + usize::from(at), low & 0x7F);
            }
        }
        if let Some((at, value)) = self.patch.tl0 {
            put(out, payload_at + usize::from(at), value);
        }
    }
}

/// Place of the transport-wide number in a packet written with [`OutPacket::transport_id`].
const TRANSPORT_NUMBER_AT: usize = FIXED + 5;

/// Whether a packet of [`OutPacket::write`] has a place for the transport-wide number.
#[must_use]
pub fn has_transport_number(packet: &[u8]) -> bool {
    packet.first().is_some_and(|first| first & 0x10 != 0)
}

/// Writes the transport-wide number into a packet of [`OutPacket::write`] that has a place for it.
pub fn put_transport_number(packet: &mut [u8], number: u16) {
    if has_transport_number(packet)
        && let Some(place) = packet.get_mut(TRANSPORT_NUMBER_AT..TRANSPORT_NUMBER_AT + 2)
    {
        place.copy_from_slice(&number.to_be_bytes());
    }
}

fn put(out: &mut [u8], at: usize, value: u8) {
    if let Some(place) = out.get_mut(at) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::{OutPacket, RtpPacket, Vp8Patch, put_transport_number};
    use bytes::Bytes;
    use proptest::prelude::*;

    #[test]
    fn golden_packet_with_one_byte_extensions_and_padding() {
        let bytes = Bytes::from_static(&[
            0xB0, 0xE0, // V=2, P, X; M, PT 96
            0x12, 0x34, // sequence
            0x00, 0x00, 0x00, 0x2A, // timestamp
            0xDE, 0xAD, 0xBE, 0xEF, // SSRC
            0xBE, 0xDE, 0x00, 0x02, // one-byte extensions, 2 words
            0x10, 0x30, // id 1: "0"
            0x21, 0x68, 0x69, // id 2: "hi"
            0x00, 0x00, 0x00, // padding of the block
            0xAA, 0xBB, // payload
            0x00, 0x02, // two bytes of padding
        ]);
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert!(packet.marker);
        assert_eq!((packet.payload_type, packet.sequence, packet.timestamp, packet.ssrc), (96, 0x1234, 42, 0xDEAD_BEEF));
        assert_eq!(packet.extension(1), Some(&b"0"[..]));
        assert_eq!(packet.extension(2), Some(&b"hi"[..]));
        assert_eq!(packet.extension(3), None);
        assert_eq!(&packet.payload[..], [0xAA, 0xBB]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut out = vec![9, 9];
        let packet = OutPacket {
            marker: true,
            payload_type: 97,
            sequence: 7,
            timestamp: 8,
            ssrc: 9,
            urgent: false,
            repeat: false,
            transport_id: None,
            original_sequence: Some(0x0102),
            payload: &[0x90, 0x80, 0x81, 0x02, 0x55],
            patch: Vp8Patch { picture_id: Some((2, 0x1234, true)), tl0: None },
        };
        packet.write(&mut out);
        assert_eq!(out.len(), 2 + packet.len());
        let read = RtpPacket::parse(&Bytes::from(out.split_off(2))).unwrap();
        assert!(read.marker && read.payload_type == 97 && read.sequence == 7 && read.timestamp == 8 && read.ssrc == 9);
        assert_eq!(&read.payload[..], [0x01, 0x02, 0x90, 0x80, 0x92, 0x34, 0x55]);
    }

    #[test]
    fn the_transport_wide_number_is_written_in_its_place() {
        let mut out = Vec::new();
        let patch = Vp8Patch { picture_id: Some((2, 0x1234, true)), tl0: None };
        let payload = &[0x90, 0x80, 0x81, 0x02, 0x55];
        let head = OutPacket {
            marker: false,
            payload_type: 97,
            sequence: 7,
            timestamp: 8,
            ssrc: 9,
            urgent: false,
            repeat: false,
            transport_id: Some(5),
            original_sequence: None,
            payload,
            patch,
        };
        head.write(&mut out);
        assert_eq!(out.len(), head.len());
        put_transport_number(&mut out, 0xABCD);
        let read = RtpPacket::parse(&Bytes::from(out)).unwrap();
        assert_eq!(read.extension(5), Some(&[0xAB, 0xCD][..]));
        assert_eq!(&read.payload[..], [0x90, 0x80, 0x92, 0x34, 0x55]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80), id in 0_u8..16) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() { *first = 0x80 | *first & 0x3F; }
            if let Some(packet) = RtpPacket::parse(&Bytes::from(bytes)) {
                let _ = packet.extension(id);
            }
        }
    }
}
