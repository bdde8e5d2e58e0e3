//! Pictures in, coded pictures out.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use gstreamer::prelude::*;

use crate::{CodecError, EncoderKind};
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

/// One coded picture.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// H.264: NAL units with start codes (Annex B), SPS and PPS before each IDR. VP8: a frame.
    pub bytes: Bytes,
    /// When the picture was made (host monotonic time).
    pub at: Duration,
}

/// An encoder. The element stands between two pads of ours, without a pipeline: a software encoder works in the thread that pushes, next to the
/// caches that the picture was drawn in; a hardware encoder may deliver on threads of its own.
pub struct VideoEncoder {
    encoder: gstreamer::Element,
    feed: gstreamer::Pad,
    /// Kept because an unlinked pad takes nothing.
    _take: gstreamer::Pad,
    spare: Spare,
    kind: EncoderKind,
    /// The element takes interleaved chroma only, as hardware does.
    interleaved: bool,
    /// Time between two pictures as the encoder is told: its rate control wants them regular, and the canvas never is quite.
    period: gstreamer::ClockTime,
    pushed: AtomicU64,
    /// Times of the pictures inside: x264enc moves timestamps by 1000 hours, so they are matched first in, first out.
    inside: Arc<Mutex<VecDeque<Duration>>>,
}

impl VideoEncoder {
    /// Sets the usual software encoder up for H.264; `deliver` is called with each access unit.
    ///
    /// # Errors
    /// When GStreamer lacks an element.
    pub fn new(settings: EncodeSettings, deliver: impl FnMut(Encoded) + Send + 'static) -> Result<Self, CodecError> {
        Self::of(EncoderKind::X264, settings, deliver)
    }

    /// Sets an encoder of that kind up.
    ///
    /// # Errors
    /// When GStreamer lacks the element, or it does not take the settings.
    pub fn of(kind: EncoderKind, settings: EncodeSettings, deliver: impl FnMut(Encoded) + Send + 'static) -> Result<Self, CodecError> {
        let failed = |message: String| CodecError { element: kind.element(), message };
        let EncodeSettings { width_px, height_px, fps, .. } = settings;
        let fps = fps.max(1);
        let encoder = kind.build(settings)?;
        let inside = Arc::new(Mutex::new(VecDeque::new()));
        let take = taking(kind.output(), &Arc::clone(&inside), deliver);
        let feed = gstreamer::Pad::builder(gstreamer::PadDirection::Src).build();
        let (into, out) =
            encoder.static_pad("sink").zip(encoder.static_pad("src")).ok_or_else(|| failed("the element has no pads".to_owned()))?;
        feed.link(&into).map_err(|error| failed(error.to_string()))?;
        out.link(&take).map_err(|error| failed(error.to_string()))?;
        let active = take.set_active(true).and_then(|()| feed.set_active(true));
        active.map_err(|error| failed(error.to_string()))?;
        encoder.set_state(gstreamer::State::Playing).map_err(|error| failed(error.to_string()))?;
        // What hardware takes is known only once its driver is open.
        let interleaved = !into.query_caps(None).can_intersect(&gstreamer::Caps::builder("video/x-raw").field("format", "I420").build());
        let caps = gstreamer::Caps::builder("video/x-raw")
            .field("format", if interleaved { "NV12" } else { "I420" })
            .field("width", i32::from(width_px))
            .field("height", i32::from(height_px))
            .field("framerate", gstreamer::Fraction::new(i32::from(fps), 1))
            .field("colorimetry", "bt709")
            .build();
        feed.push_event(gstreamer::event::StreamStart::new("pictures"));
        feed.push_event(gstreamer::event::Caps::new(&caps));
        feed.push_event(gstreamer::event::Segment::new(&gstreamer::FormattedSegment::<gstreamer::ClockTime>::new()));
        let period = gstreamer::ClockTime::SECOND / u64::from(fps);
        let spare = Spare::default();
        Ok(Self { encoder, feed, _take: take, spare, kind, interleaved, period, pushed: AtomicU64::new(0), inside })
    }

    /// Name of the element.
    #[must_use]
    pub const fn element(&self) -> &'static str {
        self.kind.element()
    }

    /// Hands over a copy of a picture made at `at`. Returns `false` when the encoder is behind and the picture was left out.
    pub fn push(&self, frame: &Frame, at: Duration, key: bool) -> bool {
        let mut copy = self.spare().unwrap_or_else(|| Frame::black(frame.width_px, frame.height_px));
        copy.copy_from(frame);
        self.push_owned(copy, at, key)
    }

    /// The same without a copy; the picture's memory comes back through [`Self::spare`].
    pub fn push_owned(&self, frame: Frame, at: Duration, key: bool) -> bool {
        let nv12 = self.interleaved.then(|| frame.to_nv12());
        let lent = Lent { frame: Some(frame), home: Arc::clone(&self.spare) };
        {
            let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
            if inside.len() >= MAX_INSIDE {
                return false;
            }
            inside.push_back(at);
        }
        if key {
            self.feed.push_event(gstreamer_video::DownstreamForceKeyUnitEvent::builder().all_headers(true).build());
        }
        let mut buffer = nv12.map_or_else(|| gstreamer::Buffer::from_slice(lent), gstreamer::Buffer::from_slice);
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(self.period * self.pushed.fetch_add(1, Ordering::Relaxed));
            buffer.set_duration(self.period);
        }
        let taken = self.feed.push(buffer).is_ok();
        if !taken {
            self.inside.lock().unwrap_or_else(PoisonError::into_inner).pop_back();
        }
        taken
    }

    /// A picture that the encoder has given back, with some earlier content in it.
    #[must_use]
    pub fn spare(&self) -> Option<Frame> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// The pad that takes what the encoder makes.
fn taking(
    wanted: gstreamer::Caps,
    inside: &Arc<Mutex<VecDeque<Duration>>>,
    deliver: impl FnMut(Encoded) + Send + 'static,
) -> gstreamer::Pad {
    let (inside, deliver) = (Arc::clone(inside), Mutex::new(deliver));
    gstreamer::Pad::builder(gstreamer::PadDirection::Sink)
        .query_function(move |pad, parent, query| {
            if let gstreamer::QueryViewMut::Caps(caps) = query.view_mut() {
                caps.set_result(&wanted);
                return true;
            }
            gstreamer::Pad::query_default(pad, parent, query)
        })
        .chain_function(move |_, _, buffer| {
            let at = inside.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let bytes = buffer.map_readable().ok().map(|map| Bytes::copy_from_slice(&map));
            if let (Some(bytes), Some(at)) = (bytes, at) {
                (deliver.lock().unwrap_or_else(PoisonError::into_inner))(Encoded { bytes, at });
            }
            Ok(gstreamer::FlowSuccess::Ok)
        })
        .build()
}

/// Pictures that the encoder has given back. One is a megabyte and more: fresh memory for each would cost the kernel 340 pages thirty times a second.
type Spare = Arc<Mutex<Vec<Frame>>>;

/// A picture on its way through the encoder; its memory comes back when GStreamer lets go of it.
struct Lent {
    frame: Option<Frame>,
    home: Spare,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        self.frame.as_ref().map_or(&[], Frame::bytes)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        if home.len() <= MAX_INSIDE {
            home.extend(self.frame.take());
        }
    }
}

impl Drop for VideoEncoder {
    fn drop(&mut self) {
        let _ = self.encoder.set_state(gstreamer::State::Null);
    }
}
