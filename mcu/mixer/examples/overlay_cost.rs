//! What each overlay, a fade and a look of the detectors cost: CPU-ms per second at 30 pictures a second, drawn over and over in this thread.
//!
//! `cargo run --release -p mcu-mixer --example overlay_cost`; an unoptimised build needs many times more.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use mcu_media_api::{Edge, MarkKind, Overlay};
use mcu_mixer::overlay::{Moment, Overlays};
use mcu_mixer::picture_watch::Watch;
use picture::{Frame, Lettering, Region, mix};

/// Pictures drawn for one figure: so many times so many.
const BATCHES: u32 = 20;
/// See [`BATCHES`].
const BATCH: u32 = 10;
/// Pictures a second the figures are told for.
const FPS: f64 = 30.0;
/// Looks of a detector a second.
const LOOKS: f64 = 5.0;

fn all() -> Vec<(&'static str, Overlay)> {
    let text = |text: &str| text.to_owned();
    vec![
        ("banner", Overlay::Banner { text: text("全市安全生产工作视频会议"), at: Edge::Top }),
        ("ticker", Overlay::Ticker { text: text("请各分会场关闭话筒,会议即将开始").repeat(4), at: Edge::Bottom, speed_px_s: 120 }),
        ("lower third", Overlay::LowerThird { title: text("张三"), subtitle: text("市应急管理局党委书记、局长") }),
        ("clock", Overlay::Clock { utc_offset_min: 480 }),
        ("countdown", Overlay::Countdown { label: text("距开会"), until_ms: 90_000 }),
        ("classification", Overlay::Classification { text: text("秘密★5年") }),
        ("mark", Overlay::Mark(MarkKind::Recording)),
    ]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lettering = Lettering::load(Path::new("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"))?;
    let mut out = std::io::stdout().lock();
    for size in [(1280, 720), (1920, 1080)] {
        let mut frame = Frame::black(size.0, size.1);
        let together: Vec<Overlay> = all().into_iter().map(|(_, overlay)| overlay).collect();
        let lists = all().into_iter().map(|(name, overlay)| (name, vec![overlay])).chain([("all seven", together)]);
        for (name, list) in lists {
            let overlays = Overlays::prepare(&list, size, &lettering, &Overlays::default());
            let each = timed(|number| {
                overlays.draw(&mut frame, Moment { even: Duration::from_millis(33) * number, wall_ms: u64::from(number) * 33 })
            });
            writeln!(out, "{}×{} {name}: {:.2} CPU-ms/s", size.0, size.1, each.as_secs_f64() * 1000.0 * FPS)?;
        }
        let other = Frame::black(size.0, size.1);
        let whole = Region { x: 0, y: 0, w: size.0, h: size.1 };
        let each = timed(|number| mix(&mut frame, &other, whole, u16::try_from(number % 256).unwrap_or(0)));
        writeln!(out, "{}×{} fade of the whole canvas: {:.2} ms a picture", size.0, size.1, each.as_secs_f64() * 1000.0)?;
        let mut watch = Watch::default();
        let each = timed(|number| watch.see(&frame, Duration::from_millis(200) * number));
        let (ms, rate) = (each.as_secs_f64() * 1000.0, each.as_secs_f64() * 1000.0 * LOOKS);
        writeln!(out, "{}×{} look of the detectors: {ms:.3} ms, {rate:.2} CPU-ms/s for each input", size.0, size.1)?;
    }
    Ok(())
}

/// Time of one call: that of the fastest batch, which nothing interrupted.
fn timed(mut each: impl FnMut(u32)) -> Duration {
    let mut number = 0;
    let mut batch = || {
        let started = Instant::now();
        for _ in 0..BATCH {
            each(number);
            number += 1;
        }
        started.elapsed() / BATCH
    };
    (0..BATCHES).map(|_| batch()).min().unwrap_or_default()
}
