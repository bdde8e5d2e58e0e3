//! Media over TCP without sockets: packets cut out of a stream, and a bounded queue of what is to be written.
//!
//! For peers whose network lets no UDP through (RFC 6544, passive side only). TCP waits for what was lost, so it is the last resort and never
//! preferred.

mod framing;
mod outbox;

pub use framing::{Deframer, FramingError, MAX_PACKET_BYTES, frame_header};
pub use outbox::{ALL_BYTES, Outbox, PICTURE_BYTES, STUCK_AFTER, Urgency};
