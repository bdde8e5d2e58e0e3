//! RTP and RTCP as bytes: what the relay reads of them and what it writes.

pub mod codec;
mod packet;
pub mod red;
pub mod rtcp;
mod sequence;

pub use packet::{OutPacket, RtpPacket, Vp8Patch, has_transport_number, is_rtcp, peek_ssrc, put_transport_number};
pub(crate) use packet::{be_u16, be_u32};
pub use sequence::{Unwrapper, nearest};
