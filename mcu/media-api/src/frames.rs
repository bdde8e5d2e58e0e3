//! Length-prefixed JSON: four bytes of length (big-endian), then that many bytes of one JSON value.

use std::marker::PhantomData;

use bytes::{Buf, BufMut, BytesMut};
use serde::{Serialize, de::DeserializeOwned};

/// Longest message either side accepts. A wanted state of 104 sites is under 300 kB; this leaves room and bounds memory.
pub const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of the length prefix.
const PREFIX_BYTES: usize = 4;

/// Why a connection's bytes make no message; the connection is of no further use.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME_BYTES`].
    #[error("a message of {0} bytes is longer than this connection allows ({MAX_FRAME_BYTES})")]
    TooLong(usize),
    /// The bytes are not the JSON of the expected type.
    #[error("the message is not understood; both programs must be of the same version")]
    NotUnderstood(#[from] serde_json::Error),
    /// The connection failed.
    #[error("the connection failed")]
    Io(#[from] std::io::Error),
}

/// Codec for messages received as `In` and sent as `Out`; use it with `tokio_util::codec::Framed`.
pub struct Frames<In, Out> {
    words: PhantomData<fn(Out) -> In>,
}

impl<In, Out> Frames<In, Out> {
    /// A codec with no bytes pending.
    #[must_use]
    pub fn new() -> Self {
        Self { words: PhantomData }
    }
}

impl<In, Out> Default for Frames<In, Out> {
    fn default() -> Self {
        Self::new()
    }
}

impl<In: DeserializeOwned, Out> tokio_util::codec::Decoder for Frames<In, Out> {
    type Item = In;
    type Error = FrameError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<In>, FrameError> {
        let Some(prefix) = buffer.first_chunk::<PREFIX_BYTES>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(usize::MAX);
        if length > MAX_FRAME_BYTES {
            return Err(FrameError::TooLong(length));
        }
        if buffer.len() < PREFIX_BYTES + length {
            return Ok(None);
        }
        buffer.advance(PREFIX_BYTES);
        Ok(Some(serde_json::from_slice(&buffer.split_to(length))?))
    }
}

impl<In, Out: Serialize> tokio_util::codec::Encoder<&Out> for Frames<In, Out> {
    type Error = FrameError;

    fn encode(&mut self, message: &Out, buffer: &mut BytesMut) -> Result<(), FrameError> {
        let json = serde_json::to_vec(message)?;
        let Some(length) = u32::try_from(json.len()).ok().filter(|_| json.len() <= MAX_FRAME_BYTES) else {
            return Err(FrameError::TooLong(json.len()));
        };
        buffer.reserve(PREFIX_BYTES + json.len());
        buffer.put_u32(length);
        buffer.put_slice(&json);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameError, Frames};
    use bytes::BytesMut;
    use proptest::prelude::*;
    use tokio_util::codec::{Decoder, Encoder};

    proptest! {
        #[test]
        fn messages_survive_any_splitting(texts in proptest::collection::vec(".{0,40}", 1..8), cut in 1_usize..9) {
            let mut frames = Frames::<String, String>::new();
            let mut wire = BytesMut::new();
            for text in &texts {
                frames.encode(text, &mut wire).unwrap();
            }
            let mut buffer = BytesMut::new();
            let mut got = Vec::new();
            for part in wire.chunks(cut) {
                buffer.extend_from_slice(part);
                while let Some(text) = frames.decode(&mut buffer).unwrap() {
                    got.push(text);
                }
            }
            prop_assert_eq!(got, texts);
        }

        #[test]
        fn any_bytes_are_refused_or_wait(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut buffer = BytesMut::from(&bytes[..]);
            while let Ok(Some(_)) = Frames::<crate::RelayWanted, ()>::new().decode(&mut buffer) {}
        }
    }

    #[test]
    fn a_message_too_long_is_refused_before_it_is_read() {
        let mut buffer = BytesMut::from(&[0xFF, 0xFF, 0xFF, 0xFF][..]);
        assert!(matches!(Frames::<String, ()>::new().decode(&mut buffer), Err(FrameError::TooLong(_))));
    }
}
