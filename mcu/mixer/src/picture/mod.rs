//! Pure picture work: frames, scaling, text, the canvas of a composite.

mod canvas;
mod frame;
mod scale;
mod text;

pub use canvas::{Canvas, Window};
pub use frame::Frame;
pub use scale::{Source, scale_plane};
pub use text::{Lettering, TextBitmap, TextError};
