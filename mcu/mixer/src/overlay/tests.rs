//! Overlays on pictures: only their places change, and in them letters are read.

use super::{Moment, Overlays, Zones};
use mcu_media_api::{Edge, MarkKind, Overlay};
use picture::{Frame, Lettering, Region};
use std::path::Path;
use std::time::Duration;

const SIZES: [(usize, usize); 2] = [(1280, 720), (1920, 1080)];
/// 12:34:56 UTC.
const WALL_MS: u64 = 45_296_000;

fn lettering() -> Lettering {
    Lettering::load(Path::new("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")).unwrap()
}

fn words(text: &str) -> String {
    text.to_owned()
}

fn at(seconds: f64) -> Moment {
    Moment { even: Duration::from_secs_f64(100.0 + seconds), wall_ms: WALL_MS + (seconds * 1000.0) as u64 }
}

fn grey(size: (usize, usize)) -> Frame {
    let mut frame = Frame::black(size.0, size.1);
    let [(luma, _), ..] = frame.planes_mut();
    luma.fill(120);
    frame
}

fn shown(overlays: &Overlays, size: (usize, usize), moment: Moment) -> Frame {
    let mut frame = grey(size);
    overlays.draw(&mut frame, moment);
    frame
}

fn one(overlay: Overlay, size: (usize, usize)) -> Overlays {
    Overlays::prepare(&[overlay], size, &lettering(), &Overlays::default())
}

/// Luma and both chromas of the pixels in a region.
fn pixels(frame: &Frame, region: Region) -> Vec<[u8; 3]> {
    let [(luma, stride), (cb, half), (cr, _)] = frame.planes();
    let column = |y: usize| (region.x..region.x + region.w).map(move |x| (x, y));
    (region.y..region.y + region.h)
        .flat_map(column)
        .map(|(x, y)| [luma[y * stride + x], cb[y / 2 * half + x / 2], cr[y / 2 * half + x / 2]])
        .collect()
}

fn count(frame: &Frame, region: Region, like: impl Fn([u8; 3]) -> bool) -> usize {
    pixels(frame, region).into_iter().filter(|pixel| like(*pixel)).count()
}

const fn white([y, _, _]: [u8; 3]) -> bool {
    y > 220
}

const fn yellow([y, cb, _]: [u8; 3]) -> bool {
    y > 170 && cb < 60
}

const fn red([y, _, cr]: [u8; 3]) -> bool {
    y < 120 && cr > 170
}

/// Where an overlay belongs.
type PlaceOf = fn(&Zones) -> Region;

fn kinds() -> Vec<(Overlay, PlaceOf)> {
    vec![
        (Overlay::Banner { text: words("全市安全生产工作会议"), at: Edge::Top }, |zones| zones.banner(Edge::Top)),
        (Overlay::Banner { text: words("全市安全生产工作会议"), at: Edge::Bottom }, |zones| zones.banner(Edge::Bottom)),
        (Overlay::Ticker { text: words("请各分会场关闭话筒"), at: Edge::Top, speed_px_s: 120 }, |zones| zones.ticker(Edge::Top)),
        (Overlay::Ticker { text: words("请各分会场关闭话筒"), at: Edge::Bottom, speed_px_s: 120 }, |zones| {
            zones.ticker(Edge::Bottom)
        }),
        (Overlay::LowerThird { title: words("张三"), subtitle: words("市应急管理局局长") }, Zones::lower_third),
        (Overlay::Clock { utc_offset_min: 480 }, Zones::clock),
        (Overlay::Countdown { label: words("距开会"), until_ms: WALL_MS + 90_000 }, Zones::countdown),
        (Overlay::Classification { text: words("秘密★5年") }, Zones::classification),
        (Overlay::Mark(MarkKind::Recording), |zones| zones.mark(MarkKind::Recording)),
        (Overlay::Mark(MarkKind::Live), |zones| zones.mark(MarkKind::Live)),
    ]
}

#[test]
fn each_changes_its_own_place_and_nothing_else() {
    for size in SIZES {
        let zones = Zones::of(size.0, size.1);
        for (overlay, zone) in kinds() {
            let zone = zone(&zones);
            let before = grey(size);
            // Late enough for a ticker to be on its way.
            let overlays = one(overlay.clone(), size);
            let _ = shown(&overlays, size, at(0.0));
            let frame = shown(&overlays, size, at(3.0));
            let [(luma, stride), (cb, half), _] = frame.planes();
            let [(old, _), (old_cb, _), _] = before.planes();
            let inside = |x: usize, y: usize| (zone.x..zone.x + zone.w).contains(&x) && (zone.y..zone.y + zone.h).contains(&y);
            let outside = (0..luma.len()).filter(|at| luma[*at] != old[*at] && !inside(at % stride, at / stride)).count();
            let colour = (0..cb.len()).filter(|at| cb[*at] != old_cb[*at] && !inside(at % half * 2, at / half * 2)).count();
            assert_eq!((outside, colour), (0, 0), "{overlay:?} at {size:?}");
            // Strokes of letters: at least a hundredth of the place, and white or yellow.
            let letters = count(&frame, zone, |pixel| white(pixel) || yellow(pixel));
            assert!(letters * 100 > zone.w * zone.h, "{overlay:?} at {size:?}: {letters} of {}", zone.w * zone.h);
        }
    }
}

#[test]
fn all_together_look_as_each_alone() {
    let size = SIZES[0];
    let zones = Zones::of(size.0, size.1);
    let all: Vec<Overlay> = kinds().into_iter().map(|(overlay, _)| overlay).collect();
    let frame = shown(&Overlays::prepare(&all, size, &lettering(), &Overlays::default()), size, at(0.0));
    for (overlay, zone) in kinds() {
        let alone = shown(&one(overlay.clone(), size), size, at(0.0));
        assert_eq!(pixels(&frame, zone(&zones)), pixels(&alone, zone(&zones)), "{overlay:?}");
    }
}

#[test]
fn letters_are_as_high_as_they_are_read_from_the_last_row() {
    for size in SIZES {
        let zone = Zones::of(size.0, size.1).banner(Edge::Top);
        let frame = shown(&one(Overlay::Banner { text: words("国国国国"), at: Edge::Top }, size), size, at(0.0));
        let rows = (zone.y..zone.y + zone.h).filter(|y| count(&frame, Region { y: *y, h: 1, ..zone }, white) > 0).count();
        // 24 pixels of 720 are three per cent of the picture's height: the least for Chinese captions on television.
        assert!(rows * 30 >= size.1, "{rows} rows of {}", size.1);
        assert!(count(&frame, zone, red) * 2 > zone.w * zone.h, "its ground is red");
    }
}

#[test]
fn a_long_banner_stays_whole_or_ends_in_an_ellipsis_within_the_picture() {
    let size = SIZES[0];
    let zone = Zones::of(size.0, size.1).banner(Edge::Top);
    for length in [30, 45, 60, 500] {
        let frame = shown(&one(Overlay::Banner { text: "会".repeat(length), at: Edge::Top }, size), size, at(0.0));
        let margin = Region { w: 8, ..zone };
        let right = Region { x: zone.w - 8, w: 8, ..zone };
        assert_eq!((count(&frame, margin, white), count(&frame, right, white)), (0, 0), "{length} letters");
        let middle = Region { x: zone.w / 4, w: zone.w / 2, ..zone };
        assert!(count(&frame, middle, white) > 1_000, "{length} letters");
    }
}

/// Columns of a ticker's zone with how many white pixels each has.
fn profile(frame: &Frame, zone: Region) -> Vec<usize> {
    (zone.x..zone.x + zone.w).map(|x| count(frame, Region { x, w: 1, ..zone }, white)).collect()
}

#[test]
fn a_ticker_enters_at_the_right_and_moves_by_speed_times_time() {
    for (size, speed) in [(SIZES[0], 120_u16), (SIZES[1], 120), (SIZES[0], 75)] {
        let zone = Zones::of(size.0, size.1).ticker(Edge::Bottom);
        let text = words(
            "关于做好当前防汛抗旱工作的紧急通知,请各县市区认真贯彻落实。第二段文字让它比画面更宽,并且一直往后延伸到画面之外很远的地方为止。",
        );
        let overlays = one(Overlay::Ticker { text, at: Edge::Bottom, speed_px_s: speed }, size);
        assert!(profile(&shown(&overlays, size, at(0.0)), zone).iter().all(|column| *column == 0), "nothing at first");
        let first = profile(&shown(&overlays, size, at(5.0)), zone);
        let begins = first.iter().position(|column| *column > 0).unwrap();
        let expected = zone.w - (5 * usize::from(speed) * size.0 / 1280);
        assert!(begins.abs_diff(expected) <= 8, "begins at {begins}, not about {expected}");
        for later in [0.2, 1.0, 2.5] {
            let after = profile(&shown(&overlays, size, at(5.0 + later)), zone);
            let moved = (later * f64::from(speed)) as usize * size.0 / 1280;
            let moves = |by: usize| after[..zone.w - by] == first[by..];
            let really = (0..zone.w / 2).find(|by| moves(*by)).unwrap();
            assert!(really.abs_diff(moved) <= 2 && really % 2 == 0, "{really} in place of {moved} after {later} s");
        }
    }
}

#[test]
fn a_ticker_comes_again_for_ever_without_drift() {
    let size = SIZES[0];
    let zone = Zones::of(size.0, size.1).ticker(Edge::Top);
    let overlays = one(Overlay::Ticker { text: words("通知"), at: Edge::Top, speed_px_s: 128 }, size);
    // A short text comes again after the canvas's width: ten seconds at this speed.
    let _ = shown(&overlays, size, at(0.0));
    let first = shown(&overlays, size, at(7.0));
    assert!(profile(&first, zone).iter().any(|column| *column > 0));
    for turns in [1.0, 2.0, 100_000.0] {
        assert_eq!(pixels(&shown(&overlays, size, at(7.0 + 10.0 * turns)), zone), pixels(&first, zone), "after {turns} turns");
    }
}

#[test]
fn a_ticker_runs_on_when_something_else_changes() {
    let size = SIZES[0];
    let ticker = Overlay::Ticker { text: words("请关闭话筒"), at: Edge::Bottom, speed_px_s: 120 };
    let before = one(ticker.clone(), size);
    let _ = shown(&before, size, at(0.0));
    let zone = Zones::of(size.0, size.1).ticker(Edge::Bottom);
    let expected = pixels(&shown(&before, size, at(4.0)), zone);
    let after = Overlays::prepare(&[Overlay::Mark(MarkKind::Live), ticker], size, &lettering(), &before);
    assert_eq!(pixels(&shown(&after, size, at(4.0)), zone), expected);
}

#[test]
fn clock_and_countdown_change_with_their_seconds_only() {
    let size = SIZES[0];
    let zones = Zones::of(size.0, size.1);
    let clock = one(Overlay::Clock { utc_offset_min: 480 }, size);
    let see = |seconds: f64| pixels(&shown(&clock, size, at(seconds)), zones.clock());
    assert!(see(0.0) == see(0.9) && see(0.0) != see(1.0));
    // 12:34:56 and 12:34:57 differ at the last figure alone.
    let left = Region { w: zones.clock().w - 24, ..zones.clock() };
    assert_eq!(pixels(&shown(&clock, size, at(0.0)), left), pixels(&shown(&clock, size, at(1.0)), left));
    let countdown = one(Overlay::Countdown { label: words("距开会"), until_ms: WALL_MS + 2_000 }, size);
    let see = |seconds: f64| shown(&countdown, size, at(seconds));
    let zone = zones.countdown();
    assert!(count(&see(1.0), zone, yellow) > 200 && count(&see(1.0), zone, red) == 0);
    assert!(count(&see(3.0), zone, yellow) == 0, "behind its moment it warns");
    let warning = |[y, _, cr]: [u8; 3]| y > 90 && cr > 180;
    assert!(count(&see(3.0), zone, warning) > 200);
}

#[test]
fn of_two_in_one_place_the_later_is_drawn() {
    let size = SIZES[0];
    let banner = |text: &str| Overlay::Banner { text: words(text), at: Edge::Top };
    let both = Overlays::prepare(&[banner("先"), banner("后")], size, &lettering(), &Overlays::default());
    assert_eq!(shown(&both, size, at(0.0)), shown(&one(banner("后"), size), size, at(0.0)));
}

#[test]
fn any_small_canvas_is_survived() {
    for size in [(2, 2), (16, 16), (64, 36), (320, 180)] {
        let all: Vec<Overlay> = kinds().into_iter().map(|(overlay, _)| overlay).collect();
        let _ = shown(&Overlays::prepare(&all, size, &lettering(), &Overlays::default()), size, at(1.0));
    }
    let empty = [
        Overlay::Banner { text: String::new(), at: Edge::Top },
        Overlay::Ticker { text: String::new(), at: Edge::Top, speed_px_s: u16::MAX },
        Overlay::LowerThird { title: String::new(), subtitle: String::new() },
        Overlay::Countdown { label: String::new(), until_ms: 0 },
    ];
    let _ = shown(&Overlays::prepare(&empty, SIZES[0], &lettering(), &Overlays::default()), SIZES[0], at(1.0));
}
