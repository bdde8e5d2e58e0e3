//! The web console's server: accounts, rights and audit; the gateway to the MCU and to the rooms; the user interface's files.
//!
//! It decides who may ask for what and passes it on. It holds no conference rules (those are the MCU's) and no device logic (the rooms').

#![warn(missing_docs)]

mod app;
mod audit;
mod booking;
mod bridge;
mod chronicle;
mod clock;
pub mod command_line;
mod config;
mod document;
mod ended;
mod enrol;
mod entity;
mod first_start;
mod gateway;
mod guard;
mod library;
mod lockout;
mod migration;
mod password;
mod problem;
mod program_keys;
mod refused;
pub mod rehearsal;
mod role;
mod room_doors;
mod rooms;
mod scenes;
mod seating;
mod secret;
mod session;
mod sign_in;
mod signer;
mod store;
mod tls;
mod ui;
mod uplink;

pub use app::{App, StartError, router};
pub use audit::{AUDIT_FILE, Audit};
pub use booking::{BookingConfig, Bookings, Calendar, CalendarError, run_scheduler};
pub use chronicle::follow;
pub use config::{Config, ConfigError};
pub use document::openapi_json;
pub use first_start::ACCOUNTS_FILE;
pub use guard::REQUEST_HEADER;
pub use rooms::{RoomStatus, RoomsMessage};
pub use scenes::{Scenes, run as run_scenes};
pub use seating::run as run_seating;
pub use seating::words::{SeatWanted, Whereabouts};
pub use session::COOKIE_NAME;
pub use signer::PUBLIC_FILE;
