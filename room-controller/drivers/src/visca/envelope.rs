//! VISCA over IP, Sony form: an 8-byte header before each frame (fact sheet §2).

/// Payload of the reset control command.
pub const RESET: [u8; 1] = [0x01];
/// Payload of the reply to a reset.
pub const RESET_DONE: [u8; 1] = [0x01];
/// Control error: the sequence number is not the expected one.
pub const SEQUENCE_ABNORMAL: [u8; 2] = [0x0F, 0x01];
/// Longest payload.
const MAX_PAYLOAD: usize = 16;

/// Type field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvelopeKind {
    /// `0100`
    Command,
    /// `0110`
    Inquiry,
    /// `0111`
    Reply,
    /// `0120`
    Setting,
    /// `0200`
    Control,
    /// `0201`
    ControlReply,
}

impl EnvelopeKind {
    const fn code(self) -> [u8; 2] {
        match self {
            Self::Command => [0x01, 0x00],
            Self::Inquiry => [0x01, 0x10],
            Self::Reply => [0x01, 0x11],
            Self::Setting => [0x01, 0x20],
            Self::Control => [0x02, 0x00],
            Self::ControlReply => [0x02, 0x01],
        }
    }

    fn of(code: [u8; 2]) -> Option<Self> {
        let all = [Self::Command, Self::Inquiry, Self::Reply, Self::Setting, Self::Control, Self::ControlReply];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

/// One datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Type.
    pub kind: EnvelopeKind,
    /// Message number.
    pub seq: u32,
    /// 1 to 16 bytes.
    pub payload: Vec<u8>,
}

impl Envelope {
    /// The datagram's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.kind.code().to_vec();
        bytes.extend(u16::try_from(self.payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(&self.payload);
        bytes
    }

    /// Reads a datagram; `None` when type or length are wrong.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [k0, k1, l0, l1, s0, s1, s2, s3, payload @ ..] = bytes else { return None };
        let kind = EnvelopeKind::of([*k0, *k1])?;
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        if length != payload.len() || !(1..=MAX_PAYLOAD).contains(&length) {
            return None;
        }
        Some(Self { kind, seq: u32::from_be_bytes([*s0, *s1, *s2, *s3]), payload: payload.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Envelope, EnvelopeKind, RESET};
    use proptest::prelude::*;

    #[test]
    fn golden_power_on_and_reset() {
        let on = Envelope { kind: EnvelopeKind::Command, seq: 1, payload: hex::decode("8101040002FF").unwrap() };
        // type 0100, length 0006, sequence 00000001, VISCA power on
        assert_eq!(hex::encode_upper(on.encode()), "01000006000000018101040002FF");
        let reset = Envelope { kind: EnvelopeKind::Control, seq: 0, payload: RESET.to_vec() };
        assert_eq!(hex::encode_upper(reset.encode()), "020000010000000001");
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_and_good_ones_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(envelope) = Envelope::decode(&bytes) {
                prop_assert_eq!(envelope.encode(), bytes);
            }
        }
    }
}
