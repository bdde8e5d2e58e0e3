//! RTP and RTCP as bytes: what the relay reads of them and what it writes.

pub mod codec;
mod packet;
pub mod rtcp;
mod sequence;

pub use packet::{OutPacket, RtpPacket, Vp8Patch, is_rtcp, peek_ssrc};
pub use sequence::{Unwrapper, nearest};
