//! WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-03), sentence by sentence: each test is one demand on a server, put to the doors of this program
//! and the real relay. `docs/whip-whep-conformance.md` lists them; [`table`] keeps the list whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod bench;
mod ice;
mod offers;
mod sdp;
mod session;
mod table;
