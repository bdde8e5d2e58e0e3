//! One composite: a thread that draws its cells at the composite's pace and encodes the canvas once.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use mcu_media_api::{Cell, CellContent, Composite, CompositeReport, Slate, SlateReason, SourceId};
use rtc_rtp::codec::h264::H264Payloader;
use rtc_rtp::packetizer::Payloader as _;

use crate::canvas::Canvas;
use crate::mouth::{MAX_PAYLOAD_BYTES, Mouth, RelayAddress};
use crate::video_input::VideoInput;
use codec::clock::monotonic;
use codec::{CodecError, Decoded, EncodeSettings, Encoded, VideoEncoder};
use picture::{Lettering, TextBitmap};

/// Seconds between key frames of a composite when nobody asks for one.
const KEY_EVERY_S: u16 = 4;
/// A picture older than this is taken off and the slate shown.
const FROZEN_AFTER: Duration = Duration::from_secs(2);
/// Clock rate of video over RTP.
const VIDEO_CLOCK_HZ: u32 = 90_000;
/// Least pause between two key frames made on request.
const KEY_PAUSE: Duration = Duration::from_millis(300);
/// More pictures than ever go round between canvas and encoder.
const STALE_PICTURES: u8 = 8;
/// A composite with one largest cell is drawn so long after that cell's picture arrived: longer than a clean line's times differ, so that none is missed.
const BEHIND_LEAD: Duration = Duration::from_millis(2);
/// Decoding that takes longer is worth a second look at the inputs before the picture is due.
const WORTH_WAKING: Duration = Duration::from_micros(1500);
/// That look ends so long before the picture is due, if decoding takes as long as usual.
const MARGIN: Duration = Duration::from_millis(1);
/// Most by which one frame's time is moved towards that: unnoticed, and faster than any camera's clock drifts.
const STEP: Duration = Duration::from_micros(500);
/// Decoding that takes more than this share of a period is shared with other threads; below, waking them costs more than it saves.
const HELP_SHARE: u32 = 4;
/// Letters of a slate's reason as a share of the title's.
const REASON_SHARE: usize = 2;

/// What the composer draws from, by SSRC.
pub(crate) type Inputs = BTreeMap<u32, Arc<VideoInput>>;

struct Orders {
    cells: Arc<Vec<Prepared>>,
    inputs: Arc<Inputs>,
}

/// A cell with its texts drawn.
struct Prepared {
    cell: Cell,
    caption: Option<Arc<TextBitmap>>,
    slate: Option<(Arc<TextBitmap>, Arc<TextBitmap>)>,
}

/// A running composite.
pub(crate) struct Composer {
    pub(crate) wanted: Composite,
    pub(crate) key_wanted: Arc<AtomicBool>,
    orders: Arc<Mutex<Orders>>,
    state: Arc<State>,
    lettering: Arc<Mutex<Lettering>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    stop: AtomicBool,
    frames: AtomicU32,
    fps_times_ten: AtomicU32,
    showing: Mutex<Vec<u32>>,
}

impl Composer {
    pub(crate) fn start(
        wanted: Composite,
        inputs: Arc<Inputs>,
        lettering: Arc<Mutex<Lettering>>,
        socket: Arc<UdpSocket>,
        relay: RelayAddress,
    ) -> Result<Self, CodecError> {
        let state = Arc::new(State::default());
        let key_wanted = Arc::new(AtomicBool::new(true));
        let cells = Arc::new(prepare(&wanted, &lettering));
        let orders = Arc::new(Mutex::new(Orders { cells, inputs }));
        let mut mouth = Mouth::new(socket, relay, wanted.ssrc, VIDEO_CLOCK_HZ);
        let mut payloader = H264Payloader::default();
        let encoded = Arc::clone(&state);
        let deliver = move |unit: Encoded| {
            encoded.frames.fetch_add(1, Ordering::Relaxed);
            if let Ok(payloads) = payloader.payload(MAX_PAYLOAD_BYTES, &unit.bytes) {
                mouth.send(&payloads, unit.at, true);
            }
        };
        let settings = EncodeSettings {
            width_px: wanted.width_px,
            height_px: wanted.height_px,
            fps: wanted.fps.max(1),
            bit_rate_bps: wanted.bit_rate_bps,
            key_every: u16::from(wanted.fps.max(1)) * KEY_EVERY_S,
        };
        let encoder = VideoEncoder::new(settings, deliver)?;
        let hand = Hand {
            canvas: Canvas::new(usize::from(wanted.width_px), usize::from(wanted.height_px)),
            encoder,
            orders: Arc::clone(&orders),
            state: Arc::clone(&state),
            key_wanted: Arc::clone(&key_wanted),
            last: BTreeMap::new(),
            period: Duration::from_secs(1) / u32::from(wanted.fps.max(1)),
            decoding: Duration::ZERO,
            decoded: Duration::ZERO,
            drawn: Arc::default(),
            stale: 0,
        };
        let thread = std::thread::Builder::new().name("composer".to_owned()).spawn(move || hand.run()).ok();
        Ok(Self { wanted, key_wanted, orders, state, lettering, thread })
    }

    /// Takes a changed wanted state that needs no other encoder.
    pub(crate) fn change(&mut self, wanted: Composite, inputs: Arc<Inputs>) {
        let cells = if wanted.cells == self.wanted.cells {
            Arc::clone(&self.orders.lock().unwrap_or_else(PoisonError::into_inner).cells)
        } else {
            Arc::new(prepare(&wanted, &self.lettering))
        };
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = Orders { cells, inputs };
        self.wanted = wanted;
    }

    pub(crate) fn report(&self) -> CompositeReport {
        #[expect(clippy::cast_precision_loss, reason = "a frame rate times ten")]
        let fps = self.state.fps_times_ten.load(Ordering::Relaxed) as f32 / 10.0;
        CompositeReport {
            source: self.wanted.source.clone(),
            fps,
            encoder: VideoEncoder::ELEMENT.to_owned(),
            showing: self.state.showing.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl Drop for Composer {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's own things.
struct Hand {
    canvas: Canvas,
    encoder: VideoEncoder,
    orders: Arc<Mutex<Orders>>,
    state: Arc<State>,
    key_wanted: Arc<AtomicBool>,
    /// Last picture drawn per source, so that a change of layer shows no slate in between.
    last: BTreeMap<SourceId, (Arc<Decoded>, Duration)>,
    period: Duration,
    /// Running mean of what decoding takes for one picture of the composite, and what it has taken for the next so far.
    decoding: Duration,
    decoded: Duration,
    /// Cells of the pictures in use.
    drawn: Arc<Vec<Prepared>>,
    /// Pictures that may still hold other cells.
    stale: u8,
}

impl Hand {
    fn run(mut self) {
        let mut due = monotonic();
        let mut key_at = Duration::ZERO;
        let mut counted_at = due;
        while !self.state.stop.load(Ordering::Relaxed) {
            let now = monotonic();
            let lead = self.draw(now);
            let key = now.saturating_sub(key_at) >= KEY_PAUSE && self.key_wanted.swap(false, Ordering::Relaxed);
            if key {
                key_at = now;
            }
            let picture = self.canvas.exchange(self.encoder.spare());
            if !self.encoder.push_owned(picture, now, key) && key {
                self.key_wanted.store(true, Ordering::Relaxed);
            }
            if now.saturating_sub(counted_at) >= Duration::from_secs(1) {
                self.count(now.saturating_sub(counted_at));
                counted_at = now;
            }
            due = next_due(due, lead.map(|at| now.saturating_sub(at)), self.period);
            if lead.is_some() && self.decoding >= WORTH_WAKING {
                // Behind the largest cell's picture only that one is left to decode.
                sleep_until(due.saturating_sub(self.decoding + MARGIN));
                self.catch_up();
            }
            let now = monotonic();
            if !sleep_until(due) && now.saturating_sub(due) > self.period {
                // Too late: go on from here instead of hurrying after.
                due = now;
            }
        }
    }

    /// Decodes what has arrived for the cells and learns how long that takes for a whole picture.
    fn catch_up(&mut self) {
        let (cells, inputs) = self.orders();
        let began = monotonic();
        bring_up_to_date(&cells, &inputs, self.period);
        self.decoded += monotonic().saturating_sub(began);
    }

    fn orders(&self) -> (Arc<Vec<Prepared>>, Arc<Inputs>) {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        (Arc::clone(&orders.cells), Arc::clone(&orders.inputs))
    }

    fn count(&self, over: Duration) {
        let frames = self.state.frames.swap(0, Ordering::Relaxed);
        let tenths = u64::from(frames) * 10_000 / u64::try_from(over.as_millis()).unwrap_or(1).max(1);
        self.state.fps_times_ten.store(u32::try_from(tenths).unwrap_or(0), Ordering::Relaxed);
    }

    /// Draws all cells. Gives when the picture of the one largest cell arrived; `None` where no cell is larger than all others.
    fn draw(&mut self, now: Duration) -> Option<Duration> {
        let (cells, inputs) = self.orders();
        if !Arc::ptr_eq(&cells, &self.drawn) {
            // Pictures come back from the encoder with what was drawn some pictures ago; other cells may leave parts of that uncovered.
            (self.drawn, self.stale) = (Arc::clone(&cells), STALE_PICTURES);
        }
        if self.stale > 0 {
            self.stale -= 1;
            self.canvas.clear();
        }
        self.catch_up();
        self.decoding = (self.decoding * 7 + std::mem::take(&mut self.decoded).min(self.period / 2)) / 8;
        let mut showing = Vec::with_capacity(cells.len());
        let mut lead = (0, None);
        for prepared in cells.iter() {
            let window = self.canvas.window(prepared.cell.rect);
            match &prepared.cell.content {
                CellContent::Picture { ssrc, .. } => match self.picture_of(*ssrc, &inputs, now) {
                    Some((picture, at)) => {
                        let size = u32::from(prepared.cell.rect.w) * u32::from(prepared.cell.rect.h);
                        if size >= lead.0 {
                            lead = (size, Some(at).filter(|_| size > lead.0));
                        }
                        self.canvas.picture(window, &*picture);
                        if let Some(caption) = &prepared.caption {
                            self.canvas.caption(window, caption);
                        }
                        showing.push(*ssrc);
                    }
                    None => draw_slate(&mut self.canvas, window, prepared),
                },
                CellContent::Slate(_) => draw_slate(&mut self.canvas, window, prepared),
                CellContent::Blank => self.canvas.blank(window),
                CellContent::Revision(revision) => self.canvas.revision(window, *revision),
            }
        }
        *self.state.showing.lock().unwrap_or_else(PoisonError::into_inner) = showing;
        lead.1
    }

    /// The picture to draw for an input and when it arrived: its latest, or the last of the same source while a changed layer has none yet.
    fn picture_of(&mut self, ssrc: u32, inputs: &Inputs, now: Duration) -> Option<(Arc<Decoded>, Duration)> {
        let input = inputs.get(&ssrc)?;
        let source = &input.wanted.source;
        if let Some(latest) = input.latest() {
            match self.last.get_mut(source) {
                Some(last) => *last = latest,
                None => {
                    self.last.insert(source.clone(), latest);
                }
            }
        }
        let (picture, at) = self.last.get(source)?;
        (now.saturating_sub(*at) < FROZEN_AFTER).then(|| (Arc::clone(picture), *at))
    }
}

/// Sleeps until then; `false` when it is later already.
fn sleep_until(at: Duration) -> bool {
    let pause = at.checked_sub(monotonic());
    pause.map(std::thread::sleep).is_some()
}

/// Decodes what has arrived for the cells. Where that takes long, others help from the other end of the list.
fn bring_up_to_date(cells: &[Prepared], inputs: &Inputs, period: Duration) {
    let shown = || {
        let ssrc = |prepared: &Prepared| if let CellContent::Picture { ssrc, .. } = prepared.cell.content { Some(ssrc) } else { None };
        cells.iter().filter_map(ssrc).filter_map(|ssrc| inputs.get(&ssrc))
    };
    if shown().map(|input| input.behind()).sum::<Duration>() > period / HELP_SHARE {
        let shown: Vec<&Arc<VideoInput>> = shown().collect();
        shown.iter().rev().take(shown.len() / 2).for_each(|input| input.help());
    }
    shown().for_each(|input| input.catch_up());
}

/// When the next frame is due: a period later, moved a little so that it falls shortly after the largest cell's next picture, whose present one was
/// `age` old when it was drawn (`media.md` §3: a free-running clock nudged to the speaker's arrival).
fn next_due(due: Duration, age: Option<Duration>, period: Duration) -> Duration {
    let due = due + period;
    // Older than a period: the source is slower than the composite or stands still, and says nothing.
    let Some(age) = age.filter(|age| *age < period) else {
        return due;
    };
    match age.checked_sub(BEHIND_LEAD) {
        Some(late) if late <= period / 2 => due.saturating_sub(late.min(STEP)),
        // So old that its successor was missed by little.
        Some(late) => due + (period - late).min(STEP),
        None => due + (BEHIND_LEAD - age).min(STEP),
    }
}

fn draw_slate(canvas: &mut Canvas, window: crate::canvas::Window, prepared: &Prepared) {
    match &prepared.slate {
        Some((title, reason)) => canvas.slate(window, title, reason),
        None => canvas.blank(window),
    }
}

fn prepare(wanted: &Composite, lettering: &Mutex<Lettering>) -> Vec<Prepared> {
    let canvas = Canvas::new(usize::from(wanted.width_px), usize::from(wanted.height_px));
    let mut letters = lettering.lock().unwrap_or_else(PoisonError::into_inner);
    let mut draw_slate =
        |height: usize, slate: &Slate| (letters.bitmap(&slate.title, height), letters.bitmap(words(slate.reason), height / REASON_SHARE));
    let mut prepared = Vec::with_capacity(wanted.cells.len());
    for cell in &wanted.cells {
        let height = Canvas::caption_height(canvas.window(cell.rect));
        let (slate, caption) = match &cell.content {
            CellContent::Picture { slate, caption, .. } => (Some(draw_slate(height * 2, slate)), caption.clone()),
            CellContent::Slate(slate) => (Some(draw_slate(height * 2, slate)), None),
            CellContent::Blank | CellContent::Revision(_) => (None, None),
        };
        prepared.push((cell.clone(), slate, caption, height));
    }
    let finish = |(cell, slate, caption, height): (Cell, _, Option<String>, usize)| {
        let caption = caption.map(|text| letters.bitmap(&text, height));
        Prepared { cell, caption, slate }
    };
    prepared.into_iter().map(finish).collect()
}

const fn words(reason: SlateReason) -> &'static str {
    match reason {
        SlateReason::Absent => "未入会",
        SlateReason::Offline => "离线",
        SlateReason::NoPicture => "无图像",
        SlateReason::Wait => "请稍候",
    }
}

#[cfg(test)]
mod tests {
    use super::{BEHIND_LEAD, STEP, next_due};
    use proptest::prelude::*;
    use std::time::Duration;

    const PERIOD: Duration = Duration::from_nanos(33_333_333);

    #[test]
    fn a_source_without_news_moves_nothing() {
        let due = Duration::from_secs(9);
        assert_eq!(next_due(due, None, PERIOD), due + PERIOD);
        assert_eq!(next_due(due, Some(PERIOD), PERIOD), due + PERIOD);
        assert_eq!(next_due(due, Some(BEHIND_LEAD), PERIOD), due + PERIOD);
    }

    proptest! {
        #[test]
        fn any_phase_comes_to_rest_shortly_behind_the_source(phase_us in 0_u64..33_333, drift_us in 0_u64..20) {
            // The source's clock is faster than the composite's by up to 600 ppm.
            let source = PERIOD - Duration::from_micros(drift_us);
            let (mut due, mut arrives) = (Duration::from_micros(phase_us), Duration::ZERO);
            let mut age = Duration::ZERO;
            for frame in 0..200 {
                while arrives + source <= due {
                    arrives += source;
                }
                age = due - arrives;
                let next = next_due(due, Some(age), PERIOD);
                prop_assert!(next <= due + PERIOD + STEP && next + STEP >= due + PERIOD, "frame {}", frame);
                due = next;
            }
            prop_assert!(age.abs_diff(BEHIND_LEAD) <= STEP, "{:?}", age);
        }
    }
}
