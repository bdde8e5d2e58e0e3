//! Signed tokens that carry who somebody is and the names of the rights they hold.
//!
//! Short-lived JWTs with Ed25519 signatures (RFC 8037), made by the console for people and by each room for itself, and checked
//! offline by whoever holds the issuer's public key. It does not map roles to rights (the console does) nor judge what a right allows.

mod claims;
mod keys;
mod trust;

pub use claims::{Claims, right};
pub use keys::{KeyError, SigningKey};
pub use trust::{TokenError, Trust};
