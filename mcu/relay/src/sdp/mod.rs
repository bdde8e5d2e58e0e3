//! Offers in, answers out (RFC 8866, RFC 9429 §5.3, RFC 9725, draft-ietf-wish-whep-03).
//!
//! The meaning of m-lines is fixed: the first video is the main picture, the second video the content, the first audio the sound;
//! all others are answered with port 0. Nothing here is renegotiated later.

mod agree;
mod answer;
mod fragment;
mod layers;
mod offer;

pub use agree::{Agreement, Extensions, Feedback, Line, Slot, Stream, agree};
pub use answer::{Candidate, Local, write_answer};
pub use fragment::{parse_fragment, write_fragment};
pub use layers::name_layers;
pub use offer::{CodecOffer, Direction, Kind, MAX_OFFER_BYTES, Media, Offer, parse_offer};

use mcu_media_api::{Refusal, RefusalKind};

/// A refusal with its sentence.
pub(crate) fn refuse(kind: RefusalKind, reason: impl Into<String>) -> Refusal {
    Refusal { kind, reason: reason.into() }
}
