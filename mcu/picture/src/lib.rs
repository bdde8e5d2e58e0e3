#![warn(missing_docs)]
//! Pictures in memory: I420 frames, scaling, text as bitmaps. Pure; no codec, no clock, no I/O but reading a font file.

mod frame;
mod scale;
mod text;

pub use frame::{BLACK_LUMA, Frame, NEUTRAL_CHROMA, Planes};
pub use scale::{Source, scale_plane};
pub use text::{Lettering, TextBitmap, TextError};
