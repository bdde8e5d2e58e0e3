//! ONVIF cameras: the PTZ service by SOAP over HTTP. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod ptz;
mod session;
mod settings;
mod xml;

pub use codec::{NS_DEVICE, NS_MEDIA, NS_PTZ, Token, Utc, password_digest};
pub use protocol::{Ask, Onvif};
pub use settings::{ENTRY, PresetName, Settings};
pub use xml::{Element, escaped, read};
