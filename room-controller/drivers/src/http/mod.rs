//! HTTP/1.1 over a byte link, for devices that are driven by it: no sockets, no time.

mod codec;
mod digest;

pub use codec::{Message, Messages, Piece, Start, reply, request};
pub use digest::{Challenge, authorization, challenge_of};
