//! DMX lights whatever carries them: fixtures, fades, merging and the steady stream of frames. See README.md beside this file.

mod adapter;
mod engine;
mod fixture;
mod settings;
mod stream;

pub use engine::{Engine, FRAME, Merge, STILL, Source, Universes};
pub use fixture::{Fixture, Group, Kind, Look, Rig};
pub use settings::{EXAMPLE, Settings, Words};
pub use stream::{Carrier, Said, Stream};
