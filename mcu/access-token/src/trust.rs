//! The checker's side: whose keys are trusted, and for what.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};

use crate::{Claims, right};

/// Prefix of issuers that are rooms; what they may claim is bounded by [`Trust::check`].
const ROOM_PREFIX: &str = "room:";
/// Seconds by which two machines' clocks may differ.
const CLOCK_LEEWAY_S: u64 = 30;

/// Why a token was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token at all, or without the issuer's name.
    #[error("this is not a token of this system; sign in again")]
    Malformed,
    /// Signed by somebody whose key is not known here.
    #[error("the issuer {0} is not known here; enrol the room or give this program the console's public key")]
    UnknownIssuer(String),
    /// The signature is wrong.
    #[error("the token's signature does not match; sign in again")]
    BadSignature,
    /// Its time is over.
    #[error("the token has expired; sign in again")]
    Expired,
    /// A room claimed more than its own seat and uplink.
    #[error("a room's key may speak only for its own room")]
    Overreach,
    /// The key handed in is no Ed25519 public key.
    #[error("the public key is not an Ed25519 key in SPKI PEM")]
    BadKey,
}

/// The issuers trusted, by name.
#[derive(Clone, Default)]
pub struct Trust {
    keys: BTreeMap<String, DecodingKey>,
}

impl Trust {
    /// Trusts nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts `issuer` from here on; a later key of the same name replaces the earlier.
    ///
    /// # Errors
    /// When the text is no Ed25519 public key.
    pub fn add(&mut self, issuer: &str, public_pem: &str) -> Result<(), TokenError> {
        let key = DecodingKey::from_ed_pem(public_pem.as_bytes()).map_err(|_| TokenError::BadKey)?;
        self.keys.insert(issuer.to_owned(), key);
        Ok(())
    }

    /// Checks signature and time (seconds since 1970) and bounds what a room may claim.
    ///
    /// # Errors
    /// With the reason, for the person who has to do something about it.
    pub fn check(&self, token: &str, now_unix_s: u64) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        let issuer = header.kid.ok_or(TokenError::Malformed)?;
        let key = self.keys.get(&issuer).ok_or_else(|| TokenError::UnknownIssuer(issuer.clone()))?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| TokenError::BadSignature)?.claims;
        if claims.exp.saturating_add(CLOCK_LEEWAY_S) < now_unix_s {
            return Err(TokenError::Expired);
        }
        if issuer.starts_with(ROOM_PREFIX) && !is_within_room(&issuer, &claims) {
            return Err(TokenError::Overreach);
        }
        Ok(claims)
    }
}

/// A room speaks for itself: its own name as subject, the site named like the room, and the two rights a room needs.
fn is_within_room(issuer: &str, claims: &Claims) -> bool {
    let room = issuer.strip_prefix(ROOM_PREFIX);
    let own_site = claims.site.is_none() || claims.site.as_deref() == room;
    let own_rights = claims.rights.iter().all(|held| held == right::SITE_SELF || held == right::ROOM_UPLINK);
    claims.sub == issuer && own_site && own_rights
}

#[cfg(test)]
mod tests {
    use super::{TokenError, Trust};
    use crate::{Claims, SigningKey, right};

    const NOW: u64 = 1_800_000_000;

    fn claims(sub: &str, rights: &[&str], site: Option<&str>) -> Claims {
        Claims {
            sub: sub.to_owned(),
            rights: rights.iter().map(|r| (*r).to_owned()).collect(),
            site: site.map(str::to_owned),
            exp: NOW + 60,
        }
    }

    fn room() -> (SigningKey, Trust) {
        let key = SigningKey::generate("room:guiyang").unwrap();
        let mut trust = Trust::new();
        trust.add("room:guiyang", &key.public_pem().unwrap()).unwrap();
        (key, trust)
    }

    #[test]
    fn a_room_takes_its_own_seat() {
        let (key, trust) = room();
        let wanted = claims("room:guiyang", &[right::SITE_SELF], Some("guiyang"));
        assert_eq!(trust.check(&key.sign(&wanted).unwrap(), NOW), Ok(wanted));
    }

    #[test]
    fn a_room_takes_no_other_seat_and_no_other_right() {
        let (key, trust) = room();
        let other_seat = claims("room:guiyang", &[right::SITE_SELF], Some("anren"));
        let more = claims("room:guiyang", &[right::CONFERENCE_SOUND], Some("guiyang"));
        assert_eq!(trust.check(&key.sign(&other_seat).unwrap(), NOW), Err(TokenError::Overreach));
        assert_eq!(trust.check(&key.sign(&more).unwrap(), NOW), Err(TokenError::Overreach));
    }

    #[test]
    fn time_signature_and_issuer_are_checked() {
        let (key, trust) = room();
        let token = key.sign(&claims("room:guiyang", &[right::SITE_SELF], Some("guiyang"))).unwrap();
        assert_eq!(trust.check(&token, NOW + 1000), Err(TokenError::Expired));
        let forged = SigningKey::generate("room:guiyang").unwrap().sign(&claims("room:guiyang", &[], None)).unwrap();
        assert_eq!(trust.check(&forged, NOW), Err(TokenError::BadSignature));
        let stranger = SigningKey::generate("console").unwrap().sign(&claims("x", &[], None)).unwrap();
        assert_eq!(trust.check(&stranger, NOW), Err(TokenError::UnknownIssuer("console".to_owned())));
        assert_eq!(trust.check("x.y.z", NOW), Err(TokenError::Malformed));
    }

    #[test]
    fn a_key_comes_back_from_its_file() {
        let (key, trust) = room();
        let again = SigningKey::from_pem("room:guiyang", &key.to_pem().unwrap()).unwrap();
        let wanted = claims("room:guiyang", &[right::SITE_SELF], Some("guiyang"));
        assert!(trust.check(&again.sign(&wanted).unwrap(), NOW).is_ok());
    }
}
