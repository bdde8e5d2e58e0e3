//! The MCU's control program: doors for people and programs, journals, audit, and the engine that turns plans into what the workers shall do.
//!
//! The rules of a conference are in `mcu-conference`; packets, codecs and pictures are the workers' business. Control may be killed at any
//! byte: acknowledged commands are on the disk, and the workers go on with the last wanted state.

#![warn(missing_docs)]

mod auditor;
mod clock;
mod config;
mod engine;
mod faults;
mod http;
mod hub;
mod journal;
mod metrics;
mod names;
mod reported;
mod secrets;
mod server;
mod trust;
mod view;
mod workers;

pub use auditor::Auditor;
pub use config::{Config, ConfigError, Pictures};
pub use engine::{Circumstances, wanted};
pub use http::openapi_json;
pub use journal::{Excerpt, Journal, JournalError};
pub use names::{composite_source, mix_source, monitor_seat, site_seat, talkback_seat};
pub use server::{Server, StartError};
