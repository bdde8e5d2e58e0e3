//! The console's signing key and the short tokens made with it.

use std::io;
use std::path::Path;

use access_token::{Claims, KeyError, SigningKey, right};

use crate::clock;
use crate::secret;

/// Name of the console as an issuer.
pub(crate) const ISSUER: &str = "console";
/// Private key, mode 600, in the data folder.
const KEY_FILE: &str = "console-key.pem";
/// Public key for the MCU and the rooms, in the data folder.
pub const PUBLIC_FILE: &str = "console-public.pem";
/// Life of a token for one forwarded request or one connection's set-up: long enough for a slow line, too short to be worth stealing.
const REQUEST_TOKEN_S: u64 = 60;
/// Life of a browser's media token.
pub(crate) const MEDIA_TOKEN_S: u64 = 5 * 60;
/// Life of a token printed by the command line.
pub(crate) const PRINTED_TOKEN_S: u64 = 5 * 60;

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The key file cannot be read or written.
    #[error("the signing key in the data folder cannot be read or written; check the folder's permissions")]
    File(#[from] io::Error),
    /// The key cannot be used.
    #[error("the signing key cannot be used")]
    Key(#[from] KeyError),
}

/// Signs for the console.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
}

impl Signer {
    /// Reads the key from the data folder, or makes it there; writes the public key beside it.
    ///
    /// # Errors
    /// When the files or the key are unusable.
    pub fn open(data_dir: &Path) -> Result<Self, SignerError> {
        secret::private_dir(data_dir)?;
        let fresh = || {
            let key = SigningKey::generate(ISSUER).and_then(|key| key.to_pem());
            key.map_err(io::Error::other)
        };
        let pem = secret::read_or_create(&data_dir.join(KEY_FILE), fresh)?;
        let key = SigningKey::from_pem(ISSUER, &pem)?;
        let public = data_dir.join(PUBLIC_FILE);
        let text = key.public_pem()?;
        if std::fs::read_to_string(&public).ok().as_ref() != Some(&text) {
            std::fs::write(&public, text)?;
        }
        Ok(Self { key })
    }

    /// The public key, SPKI PEM.
    ///
    /// # Errors
    /// Never for a key made here.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        self.key.public_pem()
    }

    /// A token for one request in the name of `sub`.
    ///
    /// # Errors
    /// When signing fails.
    pub fn request_token(&self, sub: &str, rights: &[&str]) -> Result<String, KeyError> {
        self.token(sub, rights, REQUEST_TOKEN_S)
    }

    /// A token that lets a browser watch the monitors, nothing else.
    ///
    /// # Errors
    /// When signing fails.
    pub fn media_token(&self, sub: &str) -> Result<String, KeyError> {
        self.token(sub, &[right::CONFERENCE_VIEW], MEDIA_TOKEN_S)
    }

    /// A token with the given life.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self, sub: &str, rights: &[&str], life_s: u64) -> Result<String, KeyError> {
        let now = u64::try_from(clock::now_s()).unwrap_or_default();
        let rights = rights.iter().map(|name| (*name).to_owned()).collect();
        self.key.sign(&Claims { sub: sub.to_owned(), rights, site: None, exp: now + life_s })
    }
}

#[cfg(test)]
mod tests {
    use super::{PUBLIC_FILE, Signer};
    use access_token::{Trust, right};

    #[test]
    fn the_key_is_made_once_and_its_tokens_are_accepted() {
        let dir = std::env::temp_dir().join(format!("console-signer-{}", std::process::id()));
        let first = Signer::open(&dir).unwrap();
        let mut trust = Trust::new();
        trust.add("console", &std::fs::read_to_string(dir.join(PUBLIC_FILE)).unwrap()).unwrap();
        let again = Signer::open(&dir).unwrap();
        let now = u64::try_from(crate::clock::now_s()).unwrap();
        for signer in [first, again] {
            let claims = trust.check(&signer.media_token("operator").unwrap(), now).unwrap();
            assert_eq!(claims.rights, [right::CONFERENCE_VIEW]);
        }
        std::fs::remove_dir_all(dir).unwrap();
    }
}
