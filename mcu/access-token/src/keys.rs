//! The issuer's side: an Ed25519 key pair, kept as PKCS#8 PEM.

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use jsonwebtoken::{Algorithm, EncodingKey, Header};

use crate::Claims;

/// Why a key could not be made, read or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The machine gave no randomness.
    #[error("the operating system gave no random bytes for a new key")]
    NoRandomness,
    /// The text is no Ed25519 private key in PKCS#8 PEM.
    #[error("the signing key is not an Ed25519 private key in PKCS#8 PEM; remove the file to have a fresh one made")]
    Unreadable,
    /// Signing failed inside the library.
    #[error("the token could not be signed")]
    NotSigned,
}

/// Signs tokens under the name `issuer`.
#[derive(Clone)]
pub struct SigningKey {
    issuer: String,
    pair: ed25519_dalek::SigningKey,
    encoding: EncodingKey,
}

impl SigningKey {
    /// Makes a key pair for `issuer` (`console`, `room:<id>`) from the system's randomness.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(issuer: &str) -> Result<Self, KeyError> {
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed).map_err(|_| KeyError::NoRandomness)?;
        Self::from_pair(issuer, ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// Reads the key pair back from PKCS#8 PEM.
    ///
    /// # Errors
    /// When the text is no such key.
    pub fn from_pem(issuer: &str, pem: &str) -> Result<Self, KeyError> {
        let pair = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map_err(|_| KeyError::Unreadable)?;
        Self::from_pair(issuer, pair)
    }

    fn from_pair(issuer: &str, pair: ed25519_dalek::SigningKey) -> Result<Self, KeyError> {
        let der = pair.to_pkcs8_der().map_err(|_| KeyError::Unreadable)?;
        let encoding = EncodingKey::from_ed_der(der.as_bytes());
        Ok(Self { issuer: issuer.to_owned(), pair, encoding })
    }

    /// The private key as PKCS#8 PEM, for a file of mode 600.
    ///
    /// # Errors
    /// Never for a key made here.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.pair.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.as_str().to_owned()).map_err(|_| KeyError::Unreadable)
    }

    /// The public key as SPKI PEM, to be given to whoever shall trust this issuer.
    ///
    /// # Errors
    /// Never for a key made here.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        self.pair.verifying_key().to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Unreadable)
    }

    /// Signs a token.
    ///
    /// # Errors
    /// When the library cannot serialise or sign the claims.
    pub fn sign(&self, claims: &Claims) -> Result<String, KeyError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.issuer.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(|_| KeyError::NotSigned)
    }
}
