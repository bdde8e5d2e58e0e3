//! One composite: a thread that draws its cells at the composite's pace and encodes the canvas once.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use mcu_media_api::{Cell, CellContent, Composite, CompositeReport, Rect, Slate, SlateReason, SourceId};

use crate::canvas::{Canvas, Window};
use crate::encoder_choice::encoder_for;
use crate::fade::{Span, differing, disjoint};
use crate::layout::windows;
use crate::mouth::{Mouth, RelayAddress};
use crate::overlay::{Moment, Overlays, Pace};
use crate::packing::Packing;
use codec::clock::{monotonic, wall_ms};
use codec::{CodecError, EncodeSettings, Encoded, EncoderKind, FrameSlot, VideoEncoder};
use picture::{Frame, Lettering, Region, TextBitmap, mix};

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
/// A composite with one largest cell is drawn so long after that cell's picture was decoded: longer than decoding times differ, so that none is missed.
const BEHIND_LEAD: Duration = Duration::from_millis(3);
/// Most by which one frame's time is moved towards that: unnoticed, and faster than any camera's clock drifts.
const STEP: Duration = Duration::from_micros(500);
/// Letters of a slate's reason as a share of the title's.
const REASON_SHARE: usize = 2;

/// What the composer draws from: decoders' mailboxes by SSRC.
pub(crate) type Slots = BTreeMap<u32, (SourceId, Arc<FrameSlot>)>;

#[derive(Clone)]
struct Orders {
    cells: Arc<Vec<Prepared>>,
    slots: Arc<Slots>,
    overlays: Arc<Overlays>,
    fade_ms: u16,
}

impl Orders {
    fn new(wanted: &Composite, slots: Arc<Slots>, lettering: &Mutex<Lettering>) -> Self {
        let overlays = Arc::new(overlays(wanted, lettering, &Overlays::default()));
        Self { cells: Arc::new(prepare(wanted, lettering)), slots, overlays, fade_ms: wanted.fade_ms }
    }
}

/// A cell with its texts drawn.
struct Prepared {
    cell: Cell,
    window: Window,
    caption: Option<Arc<TextBitmap>>,
    slate: Option<(Arc<TextBitmap>, Arc<TextBitmap>)>,
}

/// A running composite.
pub(crate) struct Composer {
    pub(crate) wanted: Composite,
    pub(crate) key_wanted: Arc<AtomicBool>,
    /// Name of the encoder in use.
    element: &'static str,
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
        slots: Arc<Slots>,
        h264: EncoderKind,
        lettering: Arc<Mutex<Lettering>>,
        socket: Arc<UdpSocket>,
        relay: RelayAddress,
    ) -> Result<Self, CodecError> {
        let state = Arc::new(State::default());
        let key_wanted = Arc::new(AtomicBool::new(true));
        let first = Orders::new(&wanted, slots, &lettering);
        let orders = Arc::new(Mutex::new(first.clone()));
        let (encoded, ssrc) = (Arc::clone(&state), wanted.ssrc);
        let deliver = move |kind: EncoderKind| {
            let mut mouth = Mouth::new(Arc::clone(&socket), relay.clone(), ssrc, VIDEO_CLOCK_HZ);
            let (mut packing, encoded) = (Packing::of(kind), Arc::clone(&encoded));
            move |unit: Encoded| {
                encoded.frames.fetch_add(1, Ordering::Relaxed);
                mouth.send(&packing.cut(&unit.bytes), unit.at, true);
            }
        };
        let settings = EncodeSettings {
            width_px: wanted.width_px,
            height_px: wanted.height_px,
            fps: wanted.fps.max(1),
            bit_rate_bps: wanted.bit_rate_bps,
            key_every: u16::from(wanted.fps.max(1)) * KEY_EVERY_S,
        };
        let encoder = encoder_for(wanted.codec, h264, settings, deliver)?;
        let element = encoder.element();
        let period = Duration::from_secs(1) / u32::from(wanted.fps.max(1));
        let canvas = Canvas::new(usize::from(wanted.width_px), usize::from(wanted.height_px));
        let hand = Hand {
            covered: cover(&first.cells, canvas.frame()),
            canvas,
            encoder,
            orders: Arc::clone(&orders),
            state: Arc::clone(&state),
            key_wanted: Arc::clone(&key_wanted),
            last: BTreeMap::new(),
            period,
            pace: Pace::new(period),
            drawn: first,
            fade: None,
            stale: STALE_PICTURES,
        };
        let thread = std::thread::Builder::new().name("composer".to_owned()).spawn(move || hand.run()).ok();
        Ok(Self { wanted, element, key_wanted, orders, state, lettering, thread })
    }

    /// Takes a changed wanted state that needs no other encoder.
    pub(crate) fn change(&mut self, wanted: Composite, slots: Arc<Slots>) {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if wanted.cells != self.wanted.cells {
            orders.cells = Arc::new(prepare(&wanted, &self.lettering));
        }
        if wanted.overlays != self.wanted.overlays {
            orders.overlays = Arc::new(overlays(&wanted, &self.lettering, &orders.overlays));
        }
        (orders.slots, orders.fade_ms) = (slots, wanted.fade_ms);
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = orders;
        self.wanted = wanted;
    }

    pub(crate) fn report(&self) -> CompositeReport {
        #[expect(clippy::cast_precision_loss, reason = "a frame rate times ten")]
        let fps = self.state.fps_times_ten.load(Ordering::Relaxed) as f32 / 10.0;
        CompositeReport {
            source: self.wanted.source.clone(),
            fps,
            encoder: self.element.to_owned(),
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
    last: Last,
    period: Duration,
    pace: Pace,
    /// What the pictures in use were drawn from.
    drawn: Orders,
    fade: Option<Fade>,
    /// Pictures that may still hold other cells.
    stale: u8,
    /// Whether cells cover the whole canvas; what they leave open keeps what was drawn there in an earlier round.
    covered: bool,
}

/// Last picture drawn per source, so that a change of layer shows no slate in between.
type Last = BTreeMap<SourceId, (Arc<Frame>, Duration)>;

/// A change of cells under way.
struct Fade {
    span: Span,
    /// What is faded out; drawn anew for each picture while it is a list of cells, and as it stood on screen when a fade was interrupted.
    old: Canvas,
    cells: Option<(Arc<Vec<Prepared>>, Arc<Slots>)>,
    regions: Vec<Region>,
}

impl Fade {
    /// Mixes what is faded out into a picture of what comes; `false` when nothing is left of it.
    fn mix(&mut self, canvas: &mut Canvas, last: &mut Last, now: Duration) -> bool {
        let Some(weight) = self.span.old_weight(now) else {
            return false;
        };
        if let Some((cells, slots)) = &self.cells {
            let _ = draw_cells(&mut self.old, last, cells, slots, now);
        }
        for region in &self.regions {
            mix(canvas.frame_mut(), self.old.frame(), *region, weight);
        }
        true
    }
}

/// What came of drawing cells.
struct Drawn {
    /// SSRCs of the pictures.
    showing: Vec<u32>,
    /// When the picture of the one largest cell was decoded; `None` where no cell is larger than all others.
    lead: Option<Duration>,
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
            match due.checked_sub(monotonic()) {
                Some(pause) => std::thread::sleep(pause),
                // Too late: go on from here instead of hurrying after.
                None => due = monotonic(),
            }
        }
    }

    fn count(&self, over: Duration) {
        let frames = self.state.frames.swap(0, Ordering::Relaxed);
        let tenths = u64::from(frames) * 10_000 / u64::try_from(over.as_millis()).unwrap_or(1).max(1);
        self.state.fps_times_ten.store(u32::try_from(tenths).unwrap_or(0), Ordering::Relaxed);
    }

    /// Draws the picture. Gives when that of the one largest cell was decoded; `None` where no cell is larger than all others.
    fn draw(&mut self, now: Duration) -> Option<Duration> {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !Arc::ptr_eq(&orders.cells, &self.drawn.cells) {
            // Pictures come back from the encoder with what was drawn some pictures ago; other cells may leave parts of that uncovered.
            self.stale = STALE_PICTURES;
            self.fade = self.begin_fade(&orders, now);
            self.covered = cover(&orders.cells, self.canvas.frame());
        }
        if !Arc::ptr_eq(&orders.overlays, &self.drawn.overlays) || self.fade.is_some() {
            self.stale = STALE_PICTURES;
        }
        self.drawn = orders;
        if !self.covered && (self.stale > 0 || !self.drawn.overlays.is_empty()) {
            self.canvas.clear();
        }
        self.stale = self.stale.saturating_sub(1);
        let Drawn { showing, lead } = draw_cells(&mut self.canvas, &mut self.last, &self.drawn.cells, &self.drawn.slots, now);
        if self.fade.as_mut().is_some_and(|fade| !fade.mix(&mut self.canvas, &mut self.last, now)) {
            self.fade = None;
        }
        if self.fade.is_some() {
            draw_revisions(&mut self.canvas, &self.drawn.cells);
        }
        let even = self.pace.tick(now);
        if !self.drawn.overlays.is_empty() {
            self.drawn.overlays.draw(self.canvas.frame_mut(), Moment { even, wall_ms: wall_ms() });
        }
        *self.state.showing.lock().unwrap_or_else(PoisonError::into_inner) = showing;
        lead
    }

    /// The change from what is drawn to other cells; `None` for a cut. One that interrupts another begins with what is on screen.
    fn begin_fade(&mut self, next: &Orders, now: Duration) -> Option<Fade> {
        let span = Span::new(now, next.fade_ms)?;
        let (width, height) = (self.canvas.frame().width_px, self.canvas.frame().height_px);
        let mut old = Canvas::new(width, height);
        let before = Arc::clone(&self.drawn.cells);
        if let Some(mut fade) = self.fade.take() {
            let _ = draw_cells(&mut old, &mut self.last, &before, &self.drawn.slots, now);
            if fade.mix(&mut old, &mut self.last, now) {
                // Parts of the cells before the last ones are still seen, so nothing is known to be the same.
                let regions = vec![Region { x: 0, y: 0, w: width, h: height }];
                return Some(Fade { span, old, cells: None, regions });
            }
            old.clear();
        }
        let regions = differing(&steady(&before), &steady(&next.cells), |a, b| a == b);
        Some(Fade { span, old, cells: Some((before, Arc::clone(&self.drawn.slots))), regions })
    }
}

/// Cells that may be faded. A code half faded cannot be read: it changes at once.
fn steady(cells: &[Prepared]) -> Vec<(Window, &CellContent)> {
    let fades = |prepared: &&Prepared| !matches!(prepared.cell.content, CellContent::Revision(_));
    cells.iter().filter(fades).map(|prepared| (prepared.window, &prepared.cell.content)).collect()
}

/// Draws cells onto a canvas.
fn draw_cells(canvas: &mut Canvas, last: &mut Last, cells: &[Prepared], slots: &Slots, now: Duration) -> Drawn {
    let mut showing = Vec::with_capacity(cells.len());
    let mut lead = (0, None);
    for prepared in cells {
        let window = prepared.window;
        match &prepared.cell.content {
            CellContent::Picture { ssrc, .. } => match picture_of(last, *ssrc, slots, now) {
                Some((frame, at)) => {
                    let size = u32::from(prepared.cell.rect.w) * u32::from(prepared.cell.rect.h);
                    if size >= lead.0 {
                        lead = (size, Some(at).filter(|_| size > lead.0));
                    }
                    canvas.picture(window, &frame);
                    if let Some(caption) = &prepared.caption {
                        canvas.caption(window, caption);
                    }
                    showing.push(*ssrc);
                }
                None => draw_slate(canvas, window, prepared),
            },
            CellContent::Slate(_) => draw_slate(canvas, window, prepared),
            CellContent::Blank => canvas.blank(window),
            CellContent::Revision(revision) => canvas.revision(window, *revision),
        }
    }
    Drawn { showing, lead: lead.1 }
}

/// Whether the cells leave nothing of the canvas open.
fn cover(cells: &[Prepared], frame: &Frame) -> bool {
    let windows: Vec<Window> = cells.iter().map(|prepared| prepared.window).collect();
    disjoint(&windows).iter().map(|region| region.w * region.h).sum::<usize>() == frame.width_px * frame.height_px
}

/// Codes stand above whatever fades beneath them.
fn draw_revisions(canvas: &mut Canvas, cells: &[Prepared]) {
    for prepared in cells {
        if let CellContent::Revision(revision) = &prepared.cell.content {
            canvas.revision(prepared.window, *revision);
        }
    }
}

/// The picture to draw for an input and when it was decoded: its latest, or the last of the same source while a changed layer has none yet.
fn picture_of(last: &mut Last, ssrc: u32, slots: &Slots, now: Duration) -> Option<(Arc<Frame>, Duration)> {
    let (source, slot) = slots.get(&ssrc)?;
    if let Some((frame, at)) = slot.latest() {
        last.insert(source.clone(), (frame, at));
    }
    let (frame, at) = last.get(source)?;
    (now.saturating_sub(*at) < FROZEN_AFTER).then(|| (Arc::clone(frame), *at))
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

fn draw_slate(canvas: &mut Canvas, window: Window, prepared: &Prepared) {
    match &prepared.slate {
        Some((title, reason)) => canvas.slate(window, title, reason),
        None => canvas.blank(window),
    }
}

fn prepare(wanted: &Composite, lettering: &Mutex<Lettering>) -> Vec<Prepared> {
    let rects: Vec<Rect> = wanted.cells.iter().map(|cell| cell.rect).collect();
    let windows = windows(&rects, usize::from(wanted.width_px) & !1, usize::from(wanted.height_px) & !1);
    let mut letters = lettering.lock().unwrap_or_else(PoisonError::into_inner);
    let mut draw_slate =
        |height: usize, slate: &Slate| (letters.bitmap(&slate.title, height), letters.bitmap(words(slate.reason), height / REASON_SHARE));
    let mut prepared = Vec::with_capacity(wanted.cells.len());
    for (cell, window) in wanted.cells.iter().zip(windows) {
        let height = Canvas::caption_height(window);
        let (slate, caption) = match &cell.content {
            CellContent::Picture { slate, caption, .. } => (Some(draw_slate(height * 2, slate)), caption.clone()),
            CellContent::Slate(slate) => (Some(draw_slate(height * 2, slate)), None),
            CellContent::Blank | CellContent::Revision(_) => (None, None),
        };
        prepared.push((cell.clone(), window, slate, caption, height));
    }
    let finish = |(cell, window, slate, caption, height): (Cell, Window, _, Option<String>, usize)| {
        let caption = caption.map(|text| letters.bitmap(&text, height));
        Prepared { cell, window, caption, slate }
    };
    prepared.into_iter().map(finish).collect()
}

fn overlays(wanted: &Composite, lettering: &Mutex<Lettering>, before: &Overlays) -> Overlays {
    let letters = lettering.lock().unwrap_or_else(PoisonError::into_inner);
    let size = (usize::from(wanted.width_px), usize::from(wanted.height_px));
    Overlays::prepare(&wanted.overlays, size, &letters, before)
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

    /// Thirty pictures a second.
    const PERIOD: Duration = Duration::from_nanos(33_333_333);
    /// Twenty-five.
    const SLOW: Duration = Duration::from_millis(40);

    #[test]
    fn a_source_without_news_moves_nothing() {
        let due = Duration::from_secs(9);
        assert_eq!(next_due(due, None, PERIOD), due + PERIOD);
        assert_eq!(next_due(due, Some(PERIOD), PERIOD), due + PERIOD);
        assert_eq!(next_due(due, Some(BEHIND_LEAD), PERIOD), due + PERIOD);
    }

    proptest! {
        #[test]
        fn any_phase_comes_to_rest_shortly_behind_the_source(phase_us in 0_u64..33_333, drift_us in 0_u64..20, slow: bool) {
            let period = if slow { SLOW } else { PERIOD };
            // The source's clock is faster than the composite's by up to 600 ppm.
            let source = period - Duration::from_micros(drift_us);
            let (mut due, mut arrives) = (Duration::from_micros(phase_us), Duration::ZERO);
            let mut age = Duration::ZERO;
            for frame in 0..200 {
                while arrives + source <= due {
                    arrives += source;
                }
                age = due - arrives;
                let next = next_due(due, Some(age), period);
                prop_assert!(next <= due + period + STEP && next + STEP >= due + period, "frame {}", frame);
                due = next;
            }
            prop_assert!(age.abs_diff(BEHIND_LEAD) <= STEP, "{:?}", age);
        }

        #[test]
        fn a_source_of_another_rate_leaves_the_composite_its_own(slow: bool, phase_us in 0_u64..33_000) {
            let (period, source) = if slow { (SLOW, PERIOD) } else { (PERIOD, SLOW) };
            let (mut due, start) = (Duration::from_secs(1), Duration::from_micros(phase_us));
            let frames = 3_000;
            for _ in 0..frames {
                let since = due - start;
                let age = Duration::from_nanos((since.as_nanos() % source.as_nanos()) as u64);
                due = next_due(due, Some(age), period);
            }
            let rate = f64::from(frames) / (due - Duration::from_secs(1)).as_secs_f64() * period.as_secs_f64();
            prop_assert!((rate - 1.0).abs() < 0.02, "{} of its own rate", rate);
        }
    }
}
