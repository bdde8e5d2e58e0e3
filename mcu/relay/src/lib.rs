//! The MCU's relay: it holds every WebRTC session and the crosspoint matrix, and forwards packets. It has no codec and no conference
//! rules; what it shall do comes as one wanted state from control, and it keeps doing it when control is away.
//!
//! Only [`io`] touches sockets, clocks and threads. Outside bytes are read by [`sdp::parse_offer`], [`peer::Peer::handle`],
//! [`peer::local_ufrag_of`], [`rtp::RtpPacket::parse`], [`rtp::rtcp::read`], [`rtp::codec`] and [`tcp::Deframer`]: these are the places to fuzz.
#![warn(missing_docs)]

pub mod config;
pub mod congestion;
pub mod crosspoint;
pub mod egress;
pub mod entropy;
pub mod io;
pub mod path;
pub mod peer;
pub mod relay;
pub mod rtp;
pub mod sdp;
pub mod shards;
pub mod slab;
pub mod tcp;
pub mod time;
