//! The desk's library: layouts, emergency plans, run sheets and key maps, kept on the server so that they outlive a browser and a conference.
//!
//! A document is a JSON value under a kind and a name, with a revision, its last author and the time. What a kind may hold is decided in
//! [`check`], which is pure; [`entity`] and [`store`] keep it; [`doors`] speaks HTTP. Nothing here asks the MCU.

pub(crate) mod check;
pub(crate) mod doors;
pub(crate) mod entity;
pub(crate) mod migration;
pub(crate) mod store;
pub(crate) mod words;
