//! The only sockets and threads of the relay.

mod clock;
mod control;
mod media;
mod shards;
mod socket;
mod tcp;

pub use control::{ControlLink, Ended, run_control};
pub use shards::{MediaGone, MediaThreads};

use std::io;

/// Why the relay cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// A socket cannot be had.
    #[error("{key} = {address}: the socket cannot be opened; choose an address of this machine and a free port")]
    Bind {
        /// Key of the configuration.
        key: &'static str,
        /// What it says.
        address: std::net::SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The system refused something else.
    #[error("the system refused {what}")]
    System {
        /// What.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// No certificate.
    #[error(transparent)]
    Identity(#[from] crate::peer::IdentityError),
    /// The media thread is gone.
    #[error("the media thread has ended unexpectedly; the program must be started again")]
    MediaEnded,
}
