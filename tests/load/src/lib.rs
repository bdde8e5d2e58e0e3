#![warn(missing_docs)]
//! Load and measurement: light WebRTC clients, the peers ours is measured against, and the lines the benches print.
//!
//! It judges nothing but figures; behaviour is tested in `tests/rig`.

pub mod conference;
pub mod growth;
pub mod janus;
pub mod loss;
pub mod mark;
pub mod mixer;
pub mod ours;
pub mod peer;
pub mod process;
pub mod publisher;
pub mod quality;
pub mod report;
pub mod sdp;
pub mod sound;
pub mod sources;
pub mod tally;
pub mod udp;
pub mod viewer;
