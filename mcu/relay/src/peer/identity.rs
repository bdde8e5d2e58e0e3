//! The relay's certificate, one for the life of the program.

use std::{sync::Arc, time::Instant};

use rtc_dtls::{
    config::{ClientAuthType, ConfigBuilder, HandshakeConfig},
    crypto::Certificate,
    extension::extension_use_srtp::SrtpProtectionProfile,
};
use sha2::{Digest, Sha256};

use crate::time::Time;

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The cryptography library refused.
    #[error("the relay's DTLS certificate cannot be made; check that the program was built with its cryptography provider")]
    Crypto(#[from] rtc_srtp::crypto::CryptoError),
    /// The DTLS library refused.
    #[error("the DTLS configuration was refused by its library")]
    Dtls(#[from] rtc_shared::error::Error),
    /// The certificate came out empty.
    #[error("the DTLS library made an empty certificate")]
    Empty,
}

/// Certificate and handshake configurations, shared by all peers: a certificate per connection would cost a key generation each.
#[derive(Clone)]
pub struct Identity {
    /// AES-128-GCM alone: the profile choice follows the client's order, and Chromium puts AES-CM first although GCM costs a third.
    pub(super) gcm: Arc<HandshakeConfig>,
    /// AES-CM with HMAC-SHA1-80, for peers that know nothing else.
    pub(super) cm80: Arc<HandshakeConfig>,
    fingerprint: String,
    // The DTLS library stamps its messages with an `Instant`; it is made of host time by this pair, so that no clock is read.
    origin: (Instant, Time),
}

impl Identity {
    /// Two readings of the clock at the same moment.
    #[must_use]
    pub const fn origin(&self) -> (Instant, Time) {
        self.origin
    }

    /// Makes a new P-256 key and its self-signed certificate. `instant` and `now` are readings of the same clock at the same moment.
    ///
    /// # Errors
    /// When the cryptography library refuses.
    pub fn generate(instant: Instant, now: Time) -> Result<Self, IdentityError> {
        let provider = rtc_srtp::crypto::default_provider()?;
        let certificate = Certificate::generate_self_signed(vec!["mcu-relay".to_owned()], provider.crypto())?;
        let digest = Sha256::digest(certificate.certificate.first().ok_or(IdentityError::Empty)?);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        let config = |profile| -> Result<Arc<HandshakeConfig>, IdentityError> {
            let builder = ConfigBuilder::default()
                .with_crypto_provider(provider.clone())
                .with_certificates(vec![certificate.clone()])
                .with_srtp_protection_profiles(vec![profile])
                // The certificate is compared with the SDP's fingerprint by the peer itself (RFC 5763 §5); there is no authority to ask.
                .with_client_auth(ClientAuthType::RequireAnyClientCert)
                .with_insecure_skip_verify(true);
            Ok(Arc::new(builder.build(false, None)?))
        };
        Ok(Self {
            gcm: config(SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm)?,
            cm80: config(SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80)?,
            fingerprint: pairs.join(":"),
            origin: (instant, now),
        })
    }

    /// SHA-256 of the certificate as in `a=fingerprint`.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn instant(&self, now: Time) -> Instant {
        self.origin.0 + now.since(self.origin.1)
    }
}
