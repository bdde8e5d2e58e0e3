//! One composite: a thread that draws its cells at the composite's pace and encodes the canvas once.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use mcu_media_api::{CellContent, Composite, CompositeReport};

use crate::canvas::{Canvas, Window};
use crate::drawing::{Drawn, Inputs, Last, Prepared, bring_up_to_date, cover, draw_cells, draw_revisions, prepare};
use crate::encoder_choice::encoder_for;
use crate::fade::{Span, differing};
use crate::mouth::{Mouth, RelayAddress};
use crate::overlay::{Moment, Overlays, Pace};
use crate::packing::Packing;
use codec::clock::{monotonic, wall_ms};
use codec::{CodecError, EncodeSettings, Encoded, EncoderKind, VideoEncoder};
use picture::{Lettering, Region, mix};

/// Seconds between key frames of a composite when nobody asks for one.
const KEY_EVERY_S: u16 = 4;
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
#[derive(Clone)]
struct Orders {
    cells: Arc<Vec<Prepared>>,
    inputs: Arc<Inputs>,
    overlays: Arc<Overlays>,
    fade_ms: u16,
}

impl Orders {
    fn new(wanted: &Composite, inputs: Arc<Inputs>, lettering: &Mutex<Lettering>) -> Self {
        let overlays = Arc::new(overlays(wanted, lettering, &Overlays::default()));
        Self { cells: Arc::new(prepare(wanted, lettering)), inputs, overlays, fade_ms: wanted.fade_ms }
    }
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
        inputs: Arc<Inputs>,
        h264: EncoderKind,
        lettering: Arc<Mutex<Lettering>>,
        socket: Arc<UdpSocket>,
        relay: RelayAddress,
    ) -> Result<Self, CodecError> {
        let state = Arc::new(State::default());
        let key_wanted = Arc::new(AtomicBool::new(true));
        let first = Orders::new(&wanted, inputs, &lettering);
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
            decoding: Duration::ZERO,
            decoded: Duration::ZERO,
            pace: Pace::new(period),
            drawn: first,
            fade: None,
            stale: STALE_PICTURES,
        };
        let thread = std::thread::Builder::new().name("composer".to_owned()).spawn(move || hand.run()).ok();
        Ok(Self { wanted, element, key_wanted, orders, state, lettering, thread })
    }

    /// Takes a changed wanted state that needs no other encoder.
    pub(crate) fn change(&mut self, wanted: Composite, inputs: Arc<Inputs>) {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if wanted.cells != self.wanted.cells {
            orders.cells = Arc::new(prepare(&wanted, &self.lettering));
        }
        if wanted.overlays != self.wanted.overlays {
            orders.overlays = Arc::new(overlays(&wanted, &self.lettering, &orders.overlays));
        }
        (orders.inputs, orders.fade_ms) = (inputs, wanted.fade_ms);
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
    /// Running mean of what decoding takes for one picture of the composite, and what it has taken for the next so far.
    decoding: Duration,
    decoded: Duration,
    pace: Pace,
    /// What the pictures in use were drawn from.
    drawn: Orders,
    fade: Option<Fade>,
    /// Pictures that may still hold other cells.
    stale: u8,
    /// Whether cells cover the whole canvas; what they leave open keeps what was drawn there in an earlier round.
    covered: bool,
}

/// A change of cells under way.
struct Fade {
    span: Span,
    /// What is faded out; drawn anew for each picture while it is a list of cells, and as it stood on screen when a fade was interrupted.
    old: Canvas,
    cells: Option<(Arc<Vec<Prepared>>, Arc<Inputs>)>,
    regions: Vec<Region>,
}

impl Fade {
    /// Mixes what is faded out into a picture of what comes; `false` when nothing is left of it.
    fn mix(&mut self, canvas: &mut Canvas, last: &mut Last, now: Duration) -> bool {
        let Some(weight) = self.span.old_weight(now) else {
            return false;
        };
        if let Some((cells, inputs)) = &self.cells {
            let _ = draw_cells(&mut self.old, last, cells, inputs, now);
        }
        for region in &self.regions {
            mix(canvas.frame_mut(), self.old.frame(), *region, weight);
        }
        true
    }
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
        let orders = self.orders();
        let began = monotonic();
        bring_up_to_date(&orders.cells, &orders.inputs, self.period);
        if let Some((cells, inputs)) = self.fade.as_ref().and_then(|fade| fade.cells.as_ref()) {
            bring_up_to_date(cells, inputs, self.period);
        }
        self.decoded += monotonic().saturating_sub(began);
    }

    fn orders(&self) -> Orders {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, over: Duration) {
        let frames = self.state.frames.swap(0, Ordering::Relaxed);
        let tenths = u64::from(frames) * 10_000 / u64::try_from(over.as_millis()).unwrap_or(1).max(1);
        self.state.fps_times_ten.store(u32::try_from(tenths).unwrap_or(0), Ordering::Relaxed);
    }

    /// Draws the picture. Gives when that of the one largest cell arrived; `None` where no cell is larger than all others.
    fn draw(&mut self, now: Duration) -> Option<Duration> {
        let orders = self.orders();
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
        self.catch_up();
        self.decoding = (self.decoding * 7 + std::mem::take(&mut self.decoded).min(self.period / 2)) / 8;
        let Drawn { showing, lead } = draw_cells(&mut self.canvas, &mut self.last, &self.drawn.cells, &self.drawn.inputs, now);
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
            let _ = draw_cells(&mut old, &mut self.last, &before, &self.drawn.inputs, now);
            if fade.mix(&mut old, &mut self.last, now) {
                // Parts of the cells before the last ones are still seen, so nothing is known to be the same.
                let regions = vec![Region { x: 0, y: 0, w: width, h: height }];
                return Some(Fade { span, old, cells: None, regions });
            }
            old.clear();
        }
        let regions = differing(&steady(&before), &steady(&next.cells), |a, b| a == b);
        Some(Fade { span, old, cells: Some((before, Arc::clone(&self.drawn.inputs))), regions })
    }
}

/// Cells that may be faded. A code half faded cannot be read: it changes at once.
fn steady(cells: &[Prepared]) -> Vec<(Window, &CellContent)> {
    let fades = |prepared: &&Prepared| !matches!(prepared.cell.content, CellContent::Revision(_));
    cells.iter().filter(fades).map(|prepared| (prepared.window, &prepared.cell.content)).collect()
}

/// Sleeps until then; `false` when it is later already.
fn sleep_until(at: Duration) -> bool {
    let pause = at.checked_sub(monotonic());
    pause.map(std::thread::sleep).is_some()
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

fn overlays(wanted: &Composite, lettering: &Mutex<Lettering>, before: &Overlays) -> Overlays {
    let letters = lettering.lock().unwrap_or_else(PoisonError::into_inner);
    let size = (usize::from(wanted.width_px), usize::from(wanted.height_px));
    Overlays::prepare(&wanted.overlays, size, &letters, before)
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
