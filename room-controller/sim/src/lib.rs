//! Simulated devices that speak the real bytes.
//!
//! Used for rehearsals, training and tests. Each is a machine without socket or clock ([`camera::Camera`], [`projector::Projector`]) and a
//! shell that puts it on TCP, UDP or a serial line ([`serve`]). They misbehave on demand ([`Misbehave`]) and their hidden state can be read.

#![warn(missing_docs)]

pub mod camera;
pub mod dcerno;
mod device;
pub mod dis_ccu;
pub mod discussion;
mod due;
pub mod extron_sis;
pub mod huidu;
pub mod itach;
pub mod knx;
pub mod kramer_p3000;
pub mod lg_rs232;
pub mod lights;
pub mod modbus_relays;
pub mod novastar;
pub mod onvif;
pub mod pelco_d;
pub mod profiled;
pub mod projector;
pub mod qsys_qrc;
mod registry;
pub mod samsung_mdc;
pub mod serve;
pub mod shure;
pub mod sony_adcp;
pub mod taiden;
pub mod tesira;
pub mod videohub;
pub mod x32;
pub mod yamaha_rcp;

pub use device::{Answers, Misbehave, PanelAct, SimDevice, under};
pub use registry::{Entry, Options, SIMULATORS, place, simulator_of};
pub use serve::Handle;
