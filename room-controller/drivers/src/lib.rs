//! Device protocols: pure codecs, what each device can do as declarations, and one face ([`Driver`]) for all of them.
//!
//! Bytes in, bytes out; no socket and no clock. Facts come from the sheets named in each folder's README.

#![warn(missing_docs)]

pub mod artnet;
pub mod dcerno;
mod declare;
mod delimited;
pub mod dis_ccu;
pub mod dmx;
mod driver;
pub mod enttec_pro;
pub mod extron_sis;
pub mod http;
pub mod huidu;
pub mod itach;
pub mod knx;
pub mod kramer_p3000;
pub mod lg_rs232;
mod matrix;
pub mod modbus_relays;
pub mod novastar;
pub mod onvif;
mod panel;
pub mod pelco_d;
pub mod pjlink;
pub mod profile;
pub mod qsys_qrc;
mod registry;
pub mod sacn;
pub mod samsung_mdc;
pub mod shure;
pub mod sony_adcp;
pub mod taiden;
pub mod tesira;
pub mod videohub;
pub mod visca;
pub mod wake_on_lan;
pub mod x32;
pub mod yamaha_rcp;

pub use delimited::{Delimited, Piece};
pub use driver::{BadAct, Capability, Declaration, Driver, Labels};
pub use matrix::Ports;
pub use panel::InputName;
pub use registry::{About, DRIVERS, Entry, Line, Make, Numbered, SettingsError, driver_of, read};

use room_api::Text;

/// A word in both languages.
#[must_use]
pub fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}
