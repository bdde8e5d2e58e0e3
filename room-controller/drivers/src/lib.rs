//! Device protocols: pure codecs, what each device can do as declarations, and one face ([`Driver`]) for all of them.
//!
//! Bytes in, bytes out; no socket and no clock. Facts come from the sheets named in each folder's README.

#![warn(missing_docs)]

mod driver;
pub mod pjlink;
pub mod visca;

pub use driver::{BadAct, Capability, Declaration, Driver};

use room_api::Text;

/// A word in both languages.
#[must_use]
pub fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}
