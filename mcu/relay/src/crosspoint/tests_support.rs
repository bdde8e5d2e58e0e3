//! Makings of tests.

use mcu_media_api::{Codec, Layer};

use super::stream::{Origin, Stream};
use crate::slab::Slab;

/// A stream of no particular source.
pub(crate) fn stream() -> Stream {
    let source = Slab::default().insert(super::Source {
        id: "test".into(),
        codec: None,
        streams: [None; 3],
        open: true,
        sinks: Vec::new(),
        taps: Vec::new(),
    });
    Stream::new(source, Layer::High, Codec::Vp8, 1, Origin::Worker(([127, 0, 0, 1], 1).into()))
}
