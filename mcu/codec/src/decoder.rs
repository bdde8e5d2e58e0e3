//! RTP or whole coded pictures in, latest picture out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gstreamer::prelude::*;
use gstreamer_video::prelude::*;
use gstreamer_video::video_frame::Readable;
use gstreamer_video::{VideoFormat, VideoFrame, VideoInfo};
use mcu_media_api::Codec;

use crate::clock::monotonic;
use crate::{Assembler, CodecError, RtpView};
use picture::{Frame, Planes};

/// Coded pictures that may wait before a decoder: half a second. One further behind never catches up.
const MAX_WAITING: usize = 16;

/// Mailbox of one picture: late pictures are overwritten, nobody waits.
pub struct FrameSlot<P> {
    latest: Mutex<Option<(Arc<P>, Duration)>>,
    decoded: AtomicU64,
}

impl<P> Default for FrameSlot<P> {
    fn default() -> Self {
        Self { latest: Mutex::new(None), decoded: AtomicU64::new(0) }
    }
}

impl<P> FrameSlot<P> {
    /// The latest picture and its time.
    #[must_use]
    pub fn latest(&self) -> Option<(Arc<P>, Duration)> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Pictures decoded so far.
    #[must_use]
    pub fn decoded(&self) -> u64 {
        self.decoded.load(Ordering::Relaxed)
    }

    /// Puts a picture in the place of the one before.
    pub fn put(&self, picture: P, at: Duration) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::new(picture), at));
        self.decoded.fetch_add(1, Ordering::Relaxed);
    }
}

/// A picture where the decoder left it: I420 in the decoder's own memory, not copied.
pub struct Decoded(VideoFrame<Readable>);

impl Decoded {
    /// A copy of it, planes tightly packed.
    #[must_use]
    pub fn to_frame(&self) -> Option<Frame> {
        let (width_px, height_px) = self.size_px();
        Frame::from_planes(width_px, height_px, self.planes())
    }
}

impl Planes for Decoded {
    fn size_px(&self) -> (usize, usize) {
        let whole = |pixels: u32| usize::try_from(pixels).unwrap_or(0) & !1;
        (whole(self.0.width()), whole(self.0.height()))
    }

    fn planes(&self) -> [(&[u8], usize); 3] {
        let stride = |plane: usize| self.0.plane_stride().get(plane).and_then(|stride| usize::try_from(*stride).ok()).unwrap_or(0);
        [0_u8, 1, 2].map(|plane| (self.0.plane_data(plane.into()).unwrap_or_default(), stride(plane.into())))
    }
}

/// Decodes one stream on a thread of its own, sharing nothing with other streams.
pub struct VideoDecoder {
    units: SyncSender<(Duration, Vec<u8>)>,
    assembler: Assembler,
}

impl VideoDecoder {
    /// Sets a decoder up; `deliver` is called on its thread with each picture.
    ///
    /// # Errors
    /// When GStreamer lacks an element, or the system a thread.
    pub fn new(codec: Codec, mut deliver: impl FnMut(Frame) + Send + 'static) -> Result<Self, CodecError> {
        Self::stamped(codec, move |frame, _| deliver(frame))
    }

    /// The same for who needs to know which picture it is: `deliver` also gets the time that was given with the packet that made the picture whole.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn stamped(codec: Codec, mut deliver: impl FnMut(Frame, Duration) + Send + 'static) -> Result<Self, CodecError> {
        let copied = move |picture: Decoded, at| {
            if let Some(frame) = picture.to_frame() {
                deliver(frame, at);
            }
        };
        let decoder = Decoder::new(codec, copied)?;
        let (units, waiting) = sync_channel(MAX_WAITING);
        let failed = |error: std::io::Error| CodecError { element: element_of(codec), message: error.to_string() };
        std::thread::Builder::new().name("decoder".to_owned()).spawn(move || run(&decoder, &waiting)).map_err(failed)?;
        Ok(Self { units, assembler: Assembler::new(codec) })
    }

    /// Takes one RTP packet; the decoder gets the picture it completes. `false` when the decoder is so far behind that the picture was left out: what
    /// follows must wait for a key frame.
    pub fn push(&mut self, packet: &RtpView<'_>) -> bool {
        self.push_at(packet, monotonic())
    }

    /// The same with a time of the caller's for the picture, from any clock that does not run backwards.
    pub fn push_at(&mut self, packet: &RtpView<'_>, stamp: Duration) -> bool {
        let (units, mut taken) = (&self.units, true);
        self.assembler.push(packet, |unit| taken &= units.try_send((stamp, unit)).is_ok());
        taken
    }

    /// The same for who reads a recording and may wait: nothing is left out.
    pub fn push_patiently(&mut self, packet: &RtpView<'_>, stamp: Duration) {
        let units = &self.units;
        self.assembler.push(packet, |unit| {
            // Fails only when the decoder's thread has gone.
            let _ = units.send((stamp, unit));
        });
    }
}

const fn element_of(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 | Codec::Opus => "avdec_h264",
        Codec::Vp8 => "vp8dec",
    }
}

/// Decodes one stream in the caller's thread.
///
/// The decoder element stands between two pads of ours, without a pipeline around it: thirteen pipelines with their sources, sinks and depayloaders
/// cost as much as half of the decoding.
pub struct Decoder {
    decoder: gstreamer::Element,
    feed: gstreamer::Pad,
    /// Kept because an unlinked pad takes nothing.
    _take: gstreamer::Pad,
}

impl Decoder {
    /// Sets a decoder up; `deliver` is called within [`Self::decode`] with each picture and the time given with it.
    ///
    /// # Errors
    /// When GStreamer lacks an element.
    pub fn new(codec: Codec, deliver: impl FnMut(Decoded, Duration) + Send + 'static) -> Result<Self, CodecError> {
        let element = element_of(codec);
        let failed = |message: String| CodecError { element, message };
        let make = gstreamer::ElementFactory::make(element);
        let (make, caps) = match codec {
            Codec::H264 | Codec::Opus => (
                make.property("max-threads", 1).property("output-corrupt", false),
                gstreamer::Caps::builder("video/x-h264").field("stream-format", "byte-stream").field("alignment", "au").build(),
            ),
            Codec::Vp8 => (make.property("threads", 1_u32), gstreamer::Caps::builder("video/x-vp8").build()),
        };
        let decoder = make.build().map_err(|error| failed(error.to_string()))?;
        let deliver = Mutex::new((deliver, None));
        let take = gstreamer::Pad::builder(gstreamer::PadDirection::Sink)
            .chain_function(move |pad, _, buffer| {
                let (deliver, format) = &mut *deliver.lock().unwrap_or_else(PoisonError::into_inner);
                let at = Duration::from_nanos(buffer.pts().map_or(0, gstreamer::ClockTime::nseconds));
                if let Some(picture) = decoded(pad, format, buffer) {
                    deliver(picture, at);
                }
                Ok(gstreamer::FlowSuccess::Ok)
            })
            .build();
        let feed = gstreamer::Pad::builder(gstreamer::PadDirection::Src).build();
        let pads = decoder.static_pad("sink").zip(decoder.static_pad("src"));
        let (into, out) = pads.ok_or_else(|| failed("the element has no pads".to_owned()))?;
        feed.link(&into).map_err(|error| failed(error.to_string()))?;
        out.link(&take).map_err(|error| failed(error.to_string()))?;
        let active = take.set_active(true).and_then(|()| feed.set_active(true));
        active.map_err(|error| failed(error.to_string()))?;
        decoder.set_state(gstreamer::State::Playing).map_err(|error| failed(error.to_string()))?;
        feed.push_event(gstreamer::event::StreamStart::new(element));
        feed.push_event(gstreamer::event::Caps::new(&caps));
        feed.push_event(gstreamer::event::Segment::new(&gstreamer::FormattedSegment::<gstreamer::ClockTime>::new()));
        Ok(Self { decoder, feed, _take: take })
    }

    /// Decodes one coded picture.
    pub fn decode(&self, unit: Vec<u8>, at: Duration) {
        let mut buffer = gstreamer::Buffer::from_slice(unit);
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(gstreamer::ClockTime::from_nseconds(u64::try_from(at.as_nanos()).unwrap_or(0)));
        }
        // What it cannot decode it leaves out; the next key frame is asked for by whoever misses pictures.
        let _ = self.feed.push(buffer);
    }
}

/// Decodes until nobody can send any more.
fn run(decoder: &Decoder, waiting: &Receiver<(Duration, Vec<u8>)>) {
    for (at, unit) in waiting {
        decoder.decode(unit, at);
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        let _ = self.decoder.set_state(gstreamer::State::Null);
    }
}

/// The format of the pad, looked at anew only when it has changed.
type Format = Option<(gstreamer::Caps, VideoInfo)>;

fn decoded(pad: &gstreamer::Pad, format: &mut Format, buffer: gstreamer::Buffer) -> Option<Decoded> {
    let caps = pad.current_caps()?;
    if format.as_ref().is_none_or(|(known, _)| *known != caps) {
        let info = VideoInfo::from_caps(&caps).ok()?;
        *format = Some((caps, info));
    }
    let (_, info) = format.as_ref().filter(|(_, info)| info.format() == VideoFormat::I420)?;
    VideoFrame::from_buffer_readable(buffer, info).ok().map(Decoded)
}
