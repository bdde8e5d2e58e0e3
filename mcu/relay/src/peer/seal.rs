//! Sealing of outgoing RTP where it lies (RFC 3711, RFC 7714): a relay seals each packet once per watcher, and there the library's allocation and two
//! copies a packet were a tenth of everything (docs/benchmarks.md). Ciphers are the library's; receiving, SRTCP and all other profiles are too.

use rtc_srtp::crypto::{AeadAlgorithm, AeadCipher, BlockCipherAlgorithm, RTCCrypto};

/// Key, and block of the key derivation, of AES-128.
const KEY_BYTES: usize = 16;
/// Salt (RFC 7714 §12).
const SALT_BYTES: usize = 12;
/// Tag (RFC 7714 §12).
const TAG_BYTES: usize = 16;
/// Fixed RTP header (RFC 3550 §5.1).
const FIXED_BYTES: usize = 12;
/// Labels of the key derivation (RFC 3711 §4.3.1).
const LABEL_ENCRYPTION: u8 = 0;
const LABEL_SALT: u8 = 2;
/// Packets one key may seal (RFC 3711 §9.2).
const MAX_INDEX: u64 = 1 << 48;

/// `AEAD_AES_128_GCM` for what one peer is sent.
pub(super) struct Sealer {
    cipher: Box<dyn AeadCipher>,
    salt: [u8; SALT_BYTES],
    /// SSRC and the index (rollover counter and sequence number, RFC 3711 §3.3.1) of its latest packet. A peer is sent a handful of streams.
    latest: Vec<(u32, u64)>,
}

impl Sealer {
    /// For that master key and salt; `None` when they do not belong to the profile or the provider lacks the cipher.
    pub(super) fn new(crypto: &dyn RTCCrypto, key: &[u8], salt: &[u8]) -> Option<Self> {
        let (key, salt) = (<[u8; KEY_BYTES]>::try_from(key).ok()?, <[u8; SALT_BYTES]>::try_from(salt).ok()?);
        let session_key = derive(crypto, &key, &salt, LABEL_ENCRYPTION)?;
        let session_salt = derive(crypto, &key, &salt, LABEL_SALT)?;
        let cipher = crypto.new_aead(AeadAlgorithm::Aes128Gcm, &session_key).ok().filter(|cipher| cipher.tag_len() == TAG_BYTES)?;
        Some(Self { cipher, salt: *session_salt.first_chunk()?, latest: Vec::with_capacity(8) })
    }

    /// Seals the packet that begins at `start` and ends the memory; `false` when it is none, or the key is used up. The memory is the caller's to
    /// cut back then.
    pub(super) fn seal(&mut self, memory: &mut Vec<u8>, start: usize) -> bool {
        let Some(packet) = memory.get_mut(start..) else {
            return false;
        };
        let Some((header, _)) = packet.split_first_chunk::<FIXED_BYTES>() else {
            return false;
        };
        let [first, _, s0, s1, _, _, _, _, a, b, c, d] = *header;
        let mut clear = FIXED_BYTES + 4 * usize::from(first & 0x0F);
        if first & 0x10 != 0 {
            let Some([_, _, high, low]) = packet.get(clear..).and_then(<[u8]>::first_chunk) else {
                return false;
            };
            clear += 4 + 4 * usize::from(u16::from_be_bytes([*high, *low]));
        }
        let Some((clear, payload)) = packet.split_at_mut_checked(clear) else {
            return false;
        };
        let (ssrc, sequence) = (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([s0, s1]));
        let Some(index) = self.index(ssrc, sequence) else {
            return false;
        };
        let mut tag = [0; TAG_BYTES];
        let nonce = nonce(self.salt, ssrc, index);
        if self.cipher.seal_in_place(&nonce, clear, payload, &mut tag).is_err() {
            return false;
        }
        memory.extend_from_slice(&tag);
        true
    }

    /// The index of a packet: the one nearest to the latest of its stream.
    fn index(&mut self, ssrc: u32, sequence: u16) -> Option<u64> {
        let Some((_, latest)) = self.latest.iter_mut().find(|(known, _)| *known == ssrc) else {
            self.latest.push((ssrc, u64::from(sequence)));
            return Some(u64::from(sequence));
        };
        let step = sequence.wrapping_sub(*latest as u16).cast_signed();
        // Older than the first packet there was: never sent, so that no index is used twice.
        let index = latest.checked_add_signed(i64::from(step)).filter(|index| *index < MAX_INDEX)?;
        *latest = index.max(*latest);
        Some(index)
    }
}

/// RFC 7714 §8.1: two zero bytes, SSRC, rollover counter and sequence number, mixed with the salt.
fn nonce(salt: [u8; SALT_BYTES], ssrc: u32, index: u64) -> [u8; SALT_BYTES] {
    let mixed = u128::from(ssrc) << 48 | u128::from(index);
    let [_, _, _, _, salted @ ..] = (mixed ^ u128::from_be_bytes(padded(salt))).to_be_bytes();
    salted
}

fn padded(salt: [u8; SALT_BYTES]) -> [u8; 16] {
    let mut block = [0; 16];
    if let Some((_, end)) = block.split_first_chunk_mut::<4>() {
        end.copy_from_slice(&salt);
    }
    block
}

/// One block of the key derivation (RFC 3711 §4.3): the salt with the label, encrypted as the counter's first block.
fn derive(crypto: &dyn RTCCrypto, key: &[u8; KEY_BYTES], salt: &[u8; SALT_BYTES], label: u8) -> Option<[u8; KEY_BYTES]> {
    let mut block = [0; KEY_BYTES];
    block.get_mut(..SALT_BYTES)?.copy_from_slice(salt);
    *block.get_mut(7)? ^= label;
    crypto.block_encrypt(BlockCipherAlgorithm::Aes128, key, &mut block).ok()?;
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::Sealer;
    use proptest::prelude::*;
    use rtc_srtp::{context::Context, protection_profile::ProtectionProfile};

    const KEY: [u8; 16] = [7; 16];
    const SALT: [u8; 12] = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2];

    fn sealer() -> Sealer {
        Sealer::new(rtc_srtp::crypto::default_provider().unwrap().crypto(), &KEY, &SALT).unwrap()
    }

    fn library() -> Context {
        let provider = rtc_srtp::crypto::default_provider().unwrap();
        Context::new(&KEY, &SALT, ProtectionProfile::AeadAes128Gcm, None, None, provider.crypto()).unwrap()
    }

    fn packet(sequence: u16, ssrc: u32, extended: bool, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![if extended { 0x90 } else { 0x80 }, 96];
        packet.extend_from_slice(&sequence.to_be_bytes());
        packet.extend_from_slice(&[0, 0, 0, 1]);
        packet.extend_from_slice(&ssrc.to_be_bytes());
        if extended {
            packet.extend_from_slice(&[0xBE, 0xDE, 0, 1, 0x31, 1, 2, 0]);
        }
        packet.extend_from_slice(payload);
        packet
    }

    proptest! {
        /// Streams that step forwards, and back by what a repeat may lie behind, over several turns of the sequence number.
        #[test]
        fn the_library_opens_what_is_sealed(
            steps in proptest::collection::vec((-300_i32..3_000, 0_u32..3, any::<bool>(), proptest::collection::vec(any::<u8>(), 0..60)), 1..120),
            first in 400_u16..,
        ) {
            let (mut sealer, mut library) = (sealer(), library());
            // First and highest number of each stream: nothing is older than its first.
            let mut at = [None; 3];
            for (step, stream, extended, payload) in steps {
                let (oldest, highest) = at[stream as usize].unwrap_or((i64::from(first), i64::from(first)));
                let number = (highest + i64::from(step)).max(oldest);
                at[stream as usize] = Some((at[stream as usize].map_or(number, |(oldest, _)| oldest), highest.max(number)));
                let plain = packet((number & 0xFFFF) as u16, stream + 1, extended, &payload);
                let mut memory = vec![0xEE; 5];
                memory.extend_from_slice(&plain);
                prop_assert!(sealer.seal(&mut memory, 5));
                prop_assert_eq!(&library.decrypt_rtp(&memory[5..]).unwrap()[..], &plain[..]);
                prop_assert_eq!(&memory[..5], &[0xEE; 5][..]);
            }
        }

        #[test]
        fn any_bytes_are_sealed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60), start in 0_usize..70) {
            let mut memory = bytes.clone();
            if !sealer().seal(&mut memory, start) {
                prop_assert_eq!(memory, bytes);
            }
        }
    }

    #[test]
    fn what_is_older_than_the_first_is_refused() {
        let mut sealer = sealer();
        assert!(sealer.seal(&mut packet(3, 1, false, b"x"), 0));
        assert!(!sealer.seal(&mut packet(65_000, 1, false, b"x"), 0), "its index would be below zero");
    }
}
