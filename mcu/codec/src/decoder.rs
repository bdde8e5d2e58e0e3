//! RTP or whole coded pictures in, latest picture out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks, AppSrc};
use gstreamer_video::prelude::*;
use mcu_media_api::Codec;

use crate::clock::monotonic;
use crate::{Assembler, CodecError, RtpView};
use picture::Frame;

/// Bytes of coded pictures an input may have waiting before its decoder; a second of 16 Mbit/s.
const MAX_QUEUED_BYTES: u64 = 2 * 1024 * 1024;

/// Mailbox of one picture: late pictures are overwritten, nobody waits.
#[derive(Default)]
pub struct FrameSlot {
    latest: Mutex<Option<(Arc<Frame>, Duration)>>,
    decoded: AtomicU64,
}

impl FrameSlot {
    /// The latest picture and when it was decoded (host monotonic time).
    #[must_use]
    pub fn latest(&self) -> Option<(Arc<Frame>, Duration)> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Pictures decoded so far.
    #[must_use]
    pub fn decoded(&self) -> u64 {
        self.decoded.load(Ordering::Relaxed)
    }

    /// Puts a picture decoded just now in the place of the one before.
    pub fn put(&self, frame: Frame) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::new(frame), monotonic()));
        self.decoded.fetch_add(1, Ordering::Relaxed);
    }
}

/// Decodes one stream on a thread of its own, sharing nothing with other streams.
pub struct VideoDecoder {
    pipeline: gstreamer::Pipeline,
    source: AppSrc,
    assembler: Assembler,
}

impl VideoDecoder {
    /// Sets a decoder up; `deliver` is called on its thread with each picture.
    ///
    /// # Errors
    /// When GStreamer lacks an element.
    pub fn new(codec: Codec, mut deliver: impl FnMut(Frame) + Send + 'static) -> Result<Self, CodecError> {
        Self::stamped(codec, move |frame, _| deliver(frame))
    }

    /// The same for who needs to know which picture it is: `deliver` also gets the time that was given with the packet that made the picture whole.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn stamped(codec: Codec, mut deliver: impl FnMut(Frame, Duration) + Send + 'static) -> Result<Self, CodecError> {
        let (element, description) = match codec {
            Codec::H264 | Codec::Opus => (
                "avdec_h264",
                "appsrc name=in format=time ! video/x-h264,stream-format=byte-stream,alignment=au ! avdec_h264 max-threads=1 output-corrupt=false \
                 ! video/x-raw,format=I420 ! appsink name=out sync=false max-buffers=2 drop=true",
            ),
            Codec::Vp8 => (
                "vp8dec",
                "appsrc name=in format=time ! video/x-vp8 ! vp8dec threads=1 ! video/x-raw,format=I420 ! appsink name=out sync=false max-buffers=2 drop=true",
            ),
        };
        let failed = |message: String| CodecError { element, message };
        let pipeline = gstreamer::parse::launch(description).map_err(|error| failed(error.to_string()))?;
        let pipeline = pipeline.downcast::<gstreamer::Pipeline>().map_err(|_| failed("no pipeline".to_owned()))?;
        let source = pipeline.by_name("in").and_then(|e| e.downcast::<AppSrc>().ok()).ok_or_else(|| failed("no appsrc".to_owned()))?;
        let sink = pipeline.by_name("out").and_then(|e| e.downcast::<AppSink>().ok()).ok_or_else(|| failed("no appsink".to_owned()))?;
        source.set_max_bytes(MAX_QUEUED_BYTES);
        source.set_block(false);
        source.set_property_from_str("leaky-type", "downstream");
        let callbacks = AppSinkCallbacks::builder().new_sample(move |sink| {
            let sample = sink.pull_sample().map_err(|_| gstreamer::FlowError::Eos)?;
            if let Some(frame) = frame_of(&sample) {
                let stamp = sample.buffer().and_then(gstreamer::BufferRef::pts).map_or(0, gstreamer::ClockTime::nseconds);
                deliver(frame, Duration::from_nanos(stamp));
            }
            Ok(gstreamer::FlowSuccess::Ok)
        });
        sink.set_callbacks(callbacks.build());
        pipeline.set_state(gstreamer::State::Playing).map_err(|error| failed(error.to_string()))?;
        Ok(Self { pipeline, source, assembler: Assembler::new(codec) })
    }

    /// Takes one RTP packet; the decoder gets the picture it completes.
    pub fn push(&mut self, packet: &RtpView<'_>) {
        self.push_at(packet, monotonic());
    }

    /// The same with a time of the caller's for the picture, from any clock that does not run backwards.
    pub fn push_at(&mut self, packet: &RtpView<'_>, stamp: Duration) {
        let source = &self.source;
        self.assembler.push(packet, |unit| {
            let mut buffer = gstreamer::Buffer::from_slice(unit);
            if let Some(buffer) = buffer.get_mut() {
                buffer.set_pts(gstreamer::ClockTime::from_nseconds(u64::try_from(stamp.as_nanos()).unwrap_or(0)));
            }
            // A decoder that is shutting down refuses; its input is being replaced anyway.
            let _ = source.push_buffer(buffer);
        });
    }
}

impl Drop for VideoDecoder {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gstreamer::State::Null);
    }
}

fn frame_of(sample: &gstreamer::Sample) -> Option<Frame> {
    let info = gstreamer_video::VideoInfo::from_caps(sample.caps()?).ok()?;
    let frame = gstreamer_video::VideoFrameRef::from_buffer_ref_readable(sample.buffer()?, &info).ok()?;
    let stride = |plane: usize| frame.plane_stride().get(plane).and_then(|stride| usize::try_from(*stride).ok());
    let planes =
        [(frame.plane_data(0).ok()?, stride(0)?), (frame.plane_data(1).ok()?, stride(1)?), (frame.plane_data(2).ok()?, stride(2)?)];
    Frame::from_planes(usize::try_from(info.width()).ok()?, usize::try_from(info.height()).ok()?, planes)
}
