//! The room's own tokens.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use access_token::{Claims, SigningKey, right};

/// A token is worth something for this long; a new one is made for every session.
const VALID_S: u64 = 300;

/// Makes tokens with the room's key.
pub(crate) struct Tokens {
    key: SigningKey,
    site: String,
}

impl Tokens {
    pub(crate) fn load(path: &Path, site: &str) -> anyhow::Result<Self> {
        let pem = std::fs::read_to_string(path)
            .map_err(|error| anyhow::anyhow!("the room's key {} cannot be read ({error}); enrol the room again", path.display()))?;
        Ok(Self { key: SigningKey::from_pem(&format!("room:{site}"), &pem)?, site: site.to_owned() })
    }

    pub(crate) fn make(&self) -> anyhow::Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = Claims {
            sub: format!("room:{}", self.site),
            rights: vec![right::SITE_SELF.to_owned()],
            site: Some(self.site.clone()),
            exp: now + VALID_S,
        };
        Ok(self.key.sign(&claims)?)
    }
}
