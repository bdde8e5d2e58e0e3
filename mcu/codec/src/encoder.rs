//! Pictures in, H.264 access units out.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks, AppSrc};

use crate::CodecError;
use picture::Frame;

/// Pictures inside the encoder beyond which further ones are left out rather than queued.
const MAX_INSIDE: usize = 3;

/// What is asked of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeSettings {
    /// Pixels across.
    pub width_px: u16,
    /// Pixels down.
    pub height_px: u16,
    /// Pictures per second.
    pub fps: u8,
    /// Target rate.
    pub bit_rate_bps: u32,
    /// Frames from one key frame to the next when nobody asks for one. Groups of pictures are closed.
    pub key_every: u16,
}

/// One access unit in Annex B form.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// NAL units with start codes; SPS and PPS stand before each IDR.
    pub bytes: Bytes,
    /// When the picture was made (host monotonic time).
    pub at: Duration,
}

/// An H.264 encoder on a thread of its own.
pub struct VideoEncoder {
    pipeline: gstreamer::Pipeline,
    source: AppSrc,
    spare: Spare,
    /// Time between two pictures as the encoder is told: its rate control wants them regular, and the canvas never is quite.
    period: gstreamer::ClockTime,
    pushed: AtomicU64,
    /// Times of the pictures inside: x264enc moves timestamps by 1000 hours, so they are matched first in, first out.
    inside: Arc<Mutex<VecDeque<Duration>>>,
}

impl VideoEncoder {
    /// Name of the element in use.
    pub const ELEMENT: &'static str = "x264enc";

    /// Sets an encoder up; `deliver` is called on its thread with each access unit.
    ///
    /// # Errors
    /// When GStreamer lacks an element.
    pub fn new(settings: EncodeSettings, mut deliver: impl FnMut(Encoded) + Send + 'static) -> Result<Self, CodecError> {
        let failed = |message: String| CodecError { element: Self::ELEMENT, message };
        let EncodeSettings { width_px, height_px, fps, bit_rate_bps, key_every } = settings;
        let description = format!(
            "appsrc name=in format=time ! video/x-raw,format=I420,width={width_px},height={height_px},framerate={fps}/1,colorimetry=bt709 \
             ! x264enc tune=zerolatency speed-preset=superfast threads=1 bitrate={} vbv-buf-capacity=400 key-int-max={key_every} byte-stream=true \
             ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! appsink name=out sync=false",
            bit_rate_bps / 1000,
        );
        let pipeline = gstreamer::parse::launch(&description).map_err(|error| failed(error.to_string()))?;
        let pipeline = pipeline.downcast::<gstreamer::Pipeline>().map_err(|_| failed("no pipeline".to_owned()))?;
        let source = pipeline.by_name("in").and_then(|e| e.downcast::<AppSrc>().ok()).ok_or_else(|| failed("no appsrc".to_owned()))?;
        let sink = pipeline.by_name("out").and_then(|e| e.downcast::<AppSink>().ok()).ok_or_else(|| failed("no appsink".to_owned()))?;
        let inside = Arc::new(Mutex::new(VecDeque::new()));
        let leaving = Arc::clone(&inside);
        let callbacks = AppSinkCallbacks::builder().new_sample(move |sink| {
            let sample = sink.pull_sample().map_err(|_| gstreamer::FlowError::Eos)?;
            let at = leaving.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let bytes = sample.buffer().and_then(|buffer| buffer.map_readable().ok().map(|map| Bytes::copy_from_slice(&map)));
            if let (Some(bytes), Some(at)) = (bytes, at) {
                deliver(Encoded { bytes, at });
            }
            Ok(gstreamer::FlowSuccess::Ok)
        });
        sink.set_callbacks(callbacks.build());
        pipeline.set_state(gstreamer::State::Playing).map_err(|error| failed(error.to_string()))?;
        let period = gstreamer::ClockTime::SECOND / u64::from(fps.max(1));
        Ok(Self { pipeline, source, spare: Spare::default(), period, pushed: AtomicU64::new(0), inside })
    }

    /// Hands over a picture made at `at`. Returns `false` when the encoder is behind and the picture was left out.
    pub fn push(&self, frame: &Frame, at: Duration, key: bool) -> bool {
        {
            let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
            if inside.len() >= MAX_INSIDE {
                return false;
            }
            inside.push_back(at);
        }
        if key {
            let event = gstreamer_video::DownstreamForceKeyUnitEvent::builder().all_headers(true).build();
            let _ = self.source.send_event(event);
        }
        let mut buffer = gstreamer::Buffer::from_slice(Lent::filled(&self.spare, frame.bytes()));
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(self.period * self.pushed.fetch_add(1, Ordering::Relaxed));
            buffer.set_duration(self.period);
        }
        self.source.push_buffer(buffer).is_ok()
    }
}

/// Picture buffers that the encoder has given back. A picture is a megabyte and more: fresh memory for each would cost the kernel 340 pages thirty
/// times a second.
type Spare = Arc<Mutex<Vec<Vec<u8>>>>;

/// A picture on its way through the encoder; its memory comes back when GStreamer lets go of it.
struct Lent {
    bytes: Vec<u8>,
    home: Spare,
}

impl Lent {
    fn filled(home: &Spare, picture: &[u8]) -> Self {
        let mut bytes = home.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        bytes.clear();
        bytes.extend_from_slice(picture);
        Self { bytes, home: Arc::clone(home) }
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        if home.len() <= MAX_INSIDE {
            home.push(std::mem::take(&mut self.bytes));
        }
    }
}

impl Drop for VideoEncoder {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gstreamer::State::Null);
    }
}
