//! What a composite shows besides its sites: overlays, fades, its own codec, seen through the real encoder and decoder.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use codec::{FrameSlot, RtpView, VideoDecoder, starts_key_frame};
use mcu_media_api::{Cell, CellContent, Codec, Composite, Edge, MarkKind, MixerWanted, Overlay, Rect, Slate, SlateReason, SourceId};
use mcu_mixer::Engine;
use mcu_mixer::config::Config;
use mcu_mixer::overlay::Zones;
use picture::{Frame, Region};

/// Nothing here takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_secs(30);
const COMPOSITE: u32 = 9_000;
const SIZE: (usize, usize) = (640, 360);
/// Luma of a slate and of black, as the canvas draws them.
const SLATE: u8 = 44;
const BLACK: u8 = 16;

struct Show {
    relay: UdpSocket,
    mixer: std::net::SocketAddr,
    /// Pictures and key frames among them, as they came.
    pictures: u32,
    keys: Vec<u32>,
    engine: Engine,
    decoder: VideoDecoder,
    latest: Arc<FrameSlot<Frame>>,
    all: Receiver<Frame>,
    wanted: MixerWanted,
}

impl Show {
    fn new(composite: Composite) -> Self {
        gstreamer::init().unwrap();
        let relay = UdpSocket::bind("127.0.0.1:0").unwrap();
        relay.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let config = Config {
            control_socket: PathBuf::from("/nowhere"),
            rtp: "127.0.0.1:0".parse().unwrap(),
            font: PathBuf::from("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
            encoder: "x264enc".to_owned(),
        };
        let (engine, hello) = Engine::start(&config).unwrap();
        let latest = Arc::new(FrameSlot::default());
        let (deliver, all) = channel();
        let filled = Arc::clone(&latest);
        let decoder = VideoDecoder::new(composite.codec, move |frame: Frame| {
            let _ = deliver.send(frame.clone());
            filled.put(frame, codec::clock::monotonic());
        });
        let wanted = MixerWanted {
            revision: 0,
            relay: relay.local_addr().unwrap(),
            inputs: Vec::new(),
            composites: vec![composite],
            mixes: Vec::new(),
            sounds: Vec::new(),
        };
        let mut show =
            Self { relay, mixer: hello.rtp, pictures: 0, keys: Vec::new(), engine, decoder: decoder.unwrap(), latest, all, wanted };
        show.change(|_| {});
        show
    }

    fn change(&mut self, how: impl FnOnce(&mut Composite)) {
        self.wanted.revision += 1;
        how(&mut self.wanted.composites[0]);
        self.engine.apply(self.wanted.clone());
    }

    /// Takes what has come and gives the latest picture.
    fn look(&mut self) -> Option<Arc<Frame>> {
        let mut datagram = [0_u8; 2048];
        while let Ok((length, _)) = self.relay.recv_from(&mut datagram) {
            if datagram[1] & 0x7F == 96 && datagram[8..12] == COMPOSITE.to_be_bytes() {
                let packet = RtpView::read(&datagram[..length]).unwrap();
                if starts_key_frame(self.wanted.composites[0].codec, packet.payload) {
                    self.keys.push(self.pictures);
                }
                self.pictures += u32::from(packet.marker);
                self.decoder.push(&packet);
            }
        }
        self.latest.latest().map(|(frame, _)| frame)
    }

    fn until(&mut self, what: &str, condition: impl Fn(&Frame) -> bool) {
        let started = Instant::now();
        while !self.look().is_some_and(|frame| condition(&frame)) {
            assert!(started.elapsed() < PATIENCE, "{what} was not seen");
        }
    }
}

fn composite(cells: Vec<Cell>) -> Composite {
    Composite {
        source: SourceId::from("c/composite/show"),
        ssrc: COMPOSITE,
        width_px: SIZE.0 as u16,
        height_px: SIZE.1 as u16,
        fps: 25,
        bit_rate_bps: 1_500_000,
        cells,
        overlays: Vec::new(),
        fade_ms: 0,
        codec: Codec::H264,
    }
}

fn cell(x: u16, content: CellContent) -> Cell {
    Cell { rect: Rect { x, y: 0, w: 500, h: 1000 }, content }
}

fn slate() -> CellContent {
    CellContent::Slate(Slate { title: "桂阳县".to_owned(), reason: SlateReason::Absent })
}

/// Luma at a corner of the left or right half, where a slate has no letters.
fn corner(frame: &Frame, x: usize) -> u8 {
    let [(luma, stride), ..] = frame.planes();
    luma[200 * stride + x + 20]
}

fn count(frame: &Frame, zone: Region, like: impl Fn(u8, u8) -> bool) -> usize {
    let [(luma, stride), _, (cr, half)] = frame.planes();
    let places = (zone.y..zone.y + zone.h).flat_map(|y| (zone.x..zone.x + zone.w).map(move |x| (x, y)));
    places.filter(|(x, y)| like(luma[y * stride + x], cr[y / 2 * half + x / 2])).count()
}

#[test]
fn overlays_are_seen_behind_encoder_and_decoder() {
    let mut wanted = composite(vec![cell(0, slate()), cell(500, CellContent::Blank)]);
    wanted.overlays = vec![
        Overlay::Banner { text: "全市安全生产工作会议".to_owned(), at: Edge::Top },
        Overlay::Classification { text: "内部".to_owned() },
        Overlay::Clock { utc_offset_min: 480 },
        Overlay::Mark(MarkKind::Recording),
    ];
    let mut show = Show::new(wanted);
    let zones = Zones::of(SIZE.0, SIZE.1);
    let white = |frame: &Frame, zone: Region| count(frame, zone, |luma, _| luma > 150);
    let red = |frame: &Frame, zone: Region| count(frame, zone, |luma, cr| luma < 130 && cr > 160);
    show.until("the banner's letters", |frame| white(frame, zones.banner(Edge::Top)) > 200);
    show.until("the banner's cloth", |frame| red(frame, zones.banner(Edge::Top)) > 5_000);
    show.until("the mark's words", |frame| white(frame, zones.mark(MarkKind::Recording)) > 20);
    show.until("the mark's dot", |frame| red(frame, zones.mark(MarkKind::Recording)) > 10);
    show.until("classification and clock", |frame| white(frame, zones.classification()) > 20 && white(frame, zones.clock()) > 40);
    show.until("nothing where nothing was asked for", |frame| white(frame, zones.banner(Edge::Bottom)) == 0);
    show.change(|composite| composite.overlays.clear());
    show.until("the picture without them", |frame| white(frame, zones.banner(Edge::Top)) == 0 && white(frame, zones.clock()) == 0);
}

#[test]
fn a_composite_of_1080_lines_has_its_overlays_in_proportion() {
    let mut wanted = composite(vec![cell(0, slate()), cell(500, CellContent::Blank)]);
    (wanted.width_px, wanted.height_px, wanted.fps) = (1920, 1080, 30);
    wanted.overlays = vec![Overlay::Banner { text: "全市安全生产工作会议".to_owned(), at: Edge::Bottom }];
    let mut show = Show::new(wanted);
    let zone = Zones::of(1920, 1080).banner(Edge::Bottom);
    show.until("1080 lines with a banner", |frame| {
        (frame.width_px, frame.height_px) == (1920, 1080) && count(frame, zone, |luma, _| luma > 180) > 3_000
    });
}

#[test]
fn a_ticker_moves_from_picture_to_picture() {
    let mut wanted = composite(vec![cell(0, CellContent::Blank)]);
    wanted.overlays = vec![Overlay::Ticker { text: "请各分会场关闭话筒".to_owned(), at: Edge::Bottom, speed_px_s: 300 }];
    let mut show = Show::new(wanted);
    let zone = Zones::of(SIZE.0, SIZE.1).ticker(Edge::Bottom);
    let begins = |frame: &Frame| (0..zone.w).find(|x| count(frame, Region { x: *x, w: 1, ..zone }, |luma, _| luma > 160) > 2);
    show.until("its beginning on the right", |frame| begins(frame).is_some_and(|x| x > zone.w / 2));
    show.until("its beginning on the left", |frame| begins(frame).is_some_and(|x| x < zone.w / 3));
    // Half of the canvas is under no cell: what stood there does not stay.
    show.change(|composite| composite.overlays.clear());
    show.until("the picture without it", |frame| count(frame, zone, |luma, _| luma > 60) == 0);
}

/// Lumas of the left and the right half in all pictures since the last look.
fn halves(show: &Show) -> Vec<(u8, u8)> {
    show.all.try_iter().map(|frame| (corner(&frame, 0), corner(&frame, 320))).collect()
}

#[test]
fn cells_that_change_are_faded_and_others_stand_still() {
    let mut show = Show::new(composite(vec![cell(0, slate()), cell(500, slate())]));
    show.until("two slates", |frame| corner(frame, 0).abs_diff(SLATE) < 3 && corner(frame, 320).abs_diff(SLATE) < 3);
    let _ = halves(&show);
    show.change(|composite| {
        composite.fade_ms = 1_000;
        composite.cells[1].content = CellContent::Blank;
    });
    show.until("black", |frame| corner(frame, 320).abs_diff(BLACK) < 3);
    let seen = halves(&show);
    let between = seen.iter().filter(|(_, right)| (BLACK + 5..SLATE - 4).contains(right)).count();
    assert!(between >= 3, "steps between: {seen:?}");
    assert!(seen.windows(2).all(|pair| pair[1].1 <= pair[0].1 + 3), "it only goes down: {seen:?}");
    assert!(seen.iter().all(|(left, _)| left.abs_diff(SLATE) < 5), "the other half stands still: {seen:?}");
    show.change(|composite| {
        composite.fade_ms = 0;
        composite.cells[1].content = slate();
    });
    show.until("the slate", |frame| corner(frame, 320).abs_diff(SLATE) < 3);
    let cut = halves(&show).iter().filter(|(_, right)| (BLACK + 8..SLATE - 8).contains(right)).count();
    assert!(cut <= 1, "a cut has no steps, {cut} were seen");
}

#[test]
fn an_interrupted_fade_goes_on_from_what_is_on_screen() {
    let mut show = Show::new(composite(vec![cell(0, slate()), cell(500, slate())]));
    show.until("two slates", |frame| corner(frame, 320).abs_diff(SLATE) < 3);
    show.change(|composite| {
        composite.fade_ms = 3_000;
        composite.cells[1].content = CellContent::Blank;
    });
    show.until("half of the way", |frame| (BLACK + 6..SLATE - 8).contains(&corner(frame, 320)));
    let _ = halves(&show);
    show.change(|composite| composite.cells[1].content = slate());
    show.until("the slate again", |frame| corner(frame, 320).abs_diff(SLATE) < 3);
    let seen = halves(&show);
    assert!(seen.iter().all(|(_, right)| *right < SLATE + 4) && seen[0].1 < SLATE - 4, "it begins where it was: {seen:?}");
    assert!(seen.windows(2).all(|pair| pair[1].1.abs_diff(pair[0].1) < 12), "without a jump: {seen:?}");
}

#[test]
fn a_composite_in_vp8_is_seen_and_gives_key_frames_on_request() {
    let mut wanted = composite(vec![cell(0, slate()), cell(500, CellContent::Blank)]);
    wanted.codec = Codec::Vp8;
    let mut show = Show::new(wanted);
    show.until("slate and black", |frame| corner(frame, 0).abs_diff(SLATE) < 4 && corner(frame, 320).abs_diff(BLACK) < 4);
    assert_eq!(show.engine.report().composites[0].encoder, "vp8enc");
    // RFC 4585 §6.3.1: a PLI for the composite, over and over. Without requests there is a key frame in a hundred pictures.
    let pli = [&[0x81, 206, 0, 2, 0, 0, 0, 9][..], &COMPOSITE.to_be_bytes()].concat();
    let started = Instant::now();
    while show.keys.len() < 4 {
        show.relay.send_to(&pli, show.mixer).unwrap();
        let _ = show.look();
        assert!(started.elapsed() < PATIENCE, "key frames at {:?} of {}", show.keys, show.pictures);
    }
    assert!(show.keys[3] - show.keys[0] < 100, "they come when asked: {:?}", show.keys);
    show.change(|composite| composite.codec = Codec::H264);
    let started = Instant::now();
    while show.engine.report().composites[0].encoder != "x264enc" {
        assert!(started.elapsed() < PATIENCE, "the composite did not change its codec");
    }
}
