//! 会务: meetings booked, checked against what else is held, and opened at the MCU when their time comes.
//!
//! [`recurrence`], [`busy`] and [`opening`] are pure: time is an argument. [`store`] keeps bookings and runs; [`doors`] and [`templates`] speak
//! HTTP; [`scheduler`] is the one part with a clock and a line to the MCU.

pub(crate) mod busy;
mod calendar;
mod check;
pub(crate) mod doors;
mod entity;
mod mcu;
pub(crate) mod migration;
mod opening;
mod recurrence;
mod scheduler;
mod store;
pub(crate) mod templates;
mod views;
pub(crate) mod words;

pub use calendar::{BookingConfig, Calendar, CalendarError};
pub use scheduler::run as run_scheduler;

use tokio::sync::{Mutex, Notify};

/// What the doors and the scheduler share.
#[derive(Default)]
pub struct Bookings {
    /// Held from looking whether a time is free until the booking is kept, so that two people cannot book the same hour.
    pub(crate) gate: Mutex<()>,
    /// Wakes the scheduler when bookings have changed.
    pub(crate) changed: Notify,
}
