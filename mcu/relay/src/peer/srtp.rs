//! SRTP and SRTCP of one peer (RFC 3711, RFC 7714).

use bytes::Bytes;
use rtc_srtp::{
    config::{Config, SessionKeys},
    context::Context,
    option::{srtcp_replay_protection, srtp_replay_protection},
    protection_profile::ProtectionProfile,
};

use super::seal::Sealer;
use crate::rtp::peek_ssrc;

/// Streams one peer may send. Two pictures of three layers with retransmissions and one sound make 13; the rest is for changes of SSRC.
const MAX_SSRCS: usize = 32;

/// Unknown SSRCs tried before the trial context is made anew. The library keeps state per SSRC *before* it authenticates, so strangers' SSRCs
/// are tried in a context apart, whose memory this bounds.
const MAX_TRIALS: u32 = 64;

/// An extension block of the relay's own packets is never longer: one word.
static NO_WORDS: [u8; 4] = [0; 4];

/// Packets a late one may lie behind (RFC 3711 §3.3.2 asks for at least 64): half a second of a fast stream.
const RTP_WINDOW: usize = 1024;

/// The same for RTCP.
const RTCP_WINDOW: usize = 128;

pub(super) struct SrtpPair {
    keys: SessionKeys,
    profile: ProtectionProfile,
    /// For the profile that is preferred; the rest is for `outbound`.
    sealer: Option<Sealer>,
    outbound: Context,
    inbound: Context,
    trial: Context,
    trials: u32,
    rtp_ssrcs: Vec<u32>,
    rtcp_ssrcs: Vec<u32>,
    /// Headers as the library wants them, without and with an extension: it needs of them the length, the SSRC and the sequence number.
    headers: [rtc_rtp::Header; 2],
}

fn headers() -> [rtc_rtp::Header; 2] {
    let plain = rtc_rtp::Header { version: 2, ..rtc_rtp::Header::default() };
    let extension = rtc_rtp::header::Extension { id: 0, payload: Bytes::from_static(&NO_WORDS) };
    [plain.clone(), rtc_rtp::Header { extension: true, extensions: vec![extension], ..plain }]
}

fn inbound(keys: &SessionKeys, profile: ProtectionProfile) -> Option<Context> {
    let provider = rtc_srtp::crypto::default_provider().ok()?;
    let (rtp, rtcp) = (srtp_replay_protection(RTP_WINDOW), srtcp_replay_protection(RTCP_WINDOW));
    Context::new(&keys.remote_master_key, &keys.remote_master_salt, profile, Some(rtp), Some(rtcp), provider.crypto()).ok()
}

impl SrtpPair {
    pub(super) fn new(config: Config) -> Option<Self> {
        let provider = rtc_srtp::crypto::default_provider().ok()?;
        let (keys, profile) = (config.keys, config.profile);
        let wanted = matches!(profile, ProtectionProfile::AeadAes128Gcm);
        let sealer = || Sealer::new(provider.crypto(), &keys.local_master_key, &keys.local_master_salt);
        Some(Self {
            sealer: wanted.then(sealer).flatten(),
            outbound: Context::new(&keys.local_master_key, &keys.local_master_salt, profile, None, None, provider.crypto()).ok()?,
            inbound: inbound(&keys, profile)?,
            trial: inbound(&keys, profile)?,
            trials: 0,
            rtp_ssrcs: Vec::with_capacity(MAX_SSRCS),
            rtcp_ssrcs: Vec::with_capacity(MAX_SSRCS),
            keys,
            profile,
            headers: headers(),
        })
    }

    pub(super) fn unprotect_rtp(&mut self, bytes: &[u8]) -> Option<Bytes> {
        let ssrc = peek_ssrc(bytes)?;
        if !self.rtp_ssrcs.contains(&ssrc) {
            if self.rtp_ssrcs.len() == MAX_SSRCS {
                return None;
            }
            self.next_trial()?.decrypt_rtp(bytes).ok()?;
            self.rtp_ssrcs.push(ssrc);
        }
        self.inbound.decrypt_rtp(bytes).ok().map(bytes::BytesMut::freeze)
    }

    pub(super) fn unprotect_rtcp(&mut self, bytes: &[u8]) -> Option<Bytes> {
        let ssrc = bytes.get(4..)?.first_chunk().map(|chunk| u32::from_be_bytes(*chunk))?;
        if !self.rtcp_ssrcs.contains(&ssrc) {
            if self.rtcp_ssrcs.len() == MAX_SSRCS {
                return None;
            }
            self.next_trial()?.decrypt_rtcp(bytes).ok()?;
            self.rtcp_ssrcs.push(ssrc);
        }
        self.inbound.decrypt_rtcp(bytes).ok().map(bytes::BytesMut::freeze)
    }

    fn next_trial(&mut self) -> Option<&mut Context> {
        self.trials += 1;
        if self.trials > MAX_TRIALS {
            self.trial = inbound(&self.keys, self.profile)?;
            self.trials = 1;
        }
        Some(&mut self.trial)
    }

    /// Protects the packet that begins at `start` and ends the memory.
    pub(super) fn protect_rtp(&mut self, memory: &mut Vec<u8>, start: usize) -> bool {
        if let Some(sealer) = &mut self.sealer {
            return sealer.seal(memory, start);
        }
        let Some(plain) = memory.get(start..) else {
            return false;
        };
        let (Some(ssrc), Some(sequence), Some(first)) = (peek_ssrc(plain), plain.get(2..).and_then(<[u8]>::first_chunk), plain.first())
        else {
            return false;
        };
        let [bare, extended] = &mut self.headers;
        let header = if first & 0x10 == 0 { bare } else { extended };
        (header.ssrc, header.sequence_number) = (ssrc, u16::from_be_bytes(*sequence));
        let Ok(sealed) = self.outbound.encrypt_rtp_with_header(plain, header) else {
            return false;
        };
        memory.truncate(start);
        memory.extend_from_slice(&sealed);
        true
    }

    pub(super) fn protect_rtcp(&mut self, plain: &[u8], out: &mut Vec<u8>) -> bool {
        let Ok(sealed) = self.outbound.encrypt_rtcp(plain) else {
            return false;
        };
        out.extend_from_slice(&sealed);
        true
    }
}
