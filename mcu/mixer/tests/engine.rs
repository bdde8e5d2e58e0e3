//! The mixer against a relay played by the test: real RTP in, real RTP out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use block_code::{Area, Marker};
use bytes::Bytes;
use codec::clock::{monotonic, to_rtp};
use codec::{EncodeSettings, Encoded, FrameSlot, RtpView, VideoDecoder, VideoEncoder};
use mcu_media_api::{Cell, CellContent, Codec, Composite, MediaInput, Mix, MixerWanted, Rect, Slate, SlateReason, SourceId};
use mcu_mixer::Engine;
use mcu_mixer::config::Config;
use picture::Frame;
use rtc_rtp::codec::h264::H264Payloader;
use rtc_rtp::packetizer::Payloader as _;
use rtc_shared::marshal::{Marshal as _, Unmarshal as _};

/// Nothing here takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_secs(20);
const COMPOSITE: u32 = 9_000;

struct Rig {
    relay: UdpSocket,
    engine: Engine,
    mixer: std::net::SocketAddr,
}

fn rig() -> Rig {
    gstreamer::init().unwrap();
    let relay = UdpSocket::bind("127.0.0.1:0").unwrap();
    relay.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    let config = Config {
        control_socket: PathBuf::from("/nowhere"),
        rtp: "127.0.0.1:0".parse().unwrap(),
        font: PathBuf::from("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    };
    let (engine, hello) = Engine::start(&config).unwrap();
    Rig { relay, engine, mixer: hello.rtp }
}

fn site(name: &str) -> SourceId {
    SourceId(format!("c/site/{name}/main"))
}

fn picture_cell(x: u16, ssrc: u32) -> Cell {
    let slate = Slate { title: "桂阳县".to_owned(), reason: SlateReason::NoPicture };
    Cell { rect: Rect { x, y: 0, w: 500, h: 500 }, content: CellContent::Picture { ssrc, caption: Some("桂阳县".to_owned()), slate } }
}

fn wanted(rig: &Rig, revision: u64, codec: Codec, cells: Vec<Cell>) -> MixerWanted {
    let input = |ssrc: u32, name: &str| MediaInput { ssrc, source: site(name), codec };
    let composite = Composite {
        source: SourceId::from("c/composite/test"),
        ssrc: COMPOSITE,
        width_px: 640,
        height_px: 360,
        fps: 15,
        bit_rate_bps: 800_000,
        cells,
    };
    MixerWanted {
        revision,
        relay: rig.relay.local_addr().unwrap(),
        inputs: vec![input(1, "a"), input(2, "b")],
        composites: vec![composite],
        mixes: Vec::new(),
        sounds: Vec::new(),
    }
}

/// A site's camera: pictures with its marker, as RTP to the mixer.
struct Camera {
    encoder: VideoEncoder,
    units: Receiver<Encoded>,
    payloader: H264Payloader,
    ssrc: u32,
    sequence: u16,
    frame: u16,
}

impl Camera {
    fn new(ssrc: u32) -> Self {
        let (deliver, units) = channel();
        let settings = EncodeSettings { width_px: 320, height_px: 180, fps: 15, bit_rate_bps: 300_000, key_every: 60 };
        let encoder = VideoEncoder::new(settings, move |unit| drop(deliver.send(unit))).unwrap();
        Self { encoder, units, payloader: H264Payloader::default(), ssrc, sequence: 0, frame: 0 }
    }

    fn shoot(&mut self, rig: &Rig) {
        let mut picture = Frame::black(320, 180);
        let marker = Marker { site: u8::try_from(self.ssrc).unwrap(), frame: self.frame };
        let [(luma, stride), ..] = picture.planes_mut();
        block_code::draw(luma, Area::whole(320, stride), marker.to_payload());
        self.encoder.push(&picture, monotonic(), self.frame.is_multiple_of(15));
        self.frame += 1;
        while let Ok(unit) = self.units.try_recv() {
            let payloads = self.payloader.payload(1_100, &unit.bytes).unwrap();
            for (index, payload) in payloads.iter().enumerate() {
                let header = rtc_rtp::header::Header {
                    version: 2,
                    marker: index + 1 == payloads.len(),
                    payload_type: 96,
                    sequence_number: self.sequence,
                    timestamp: to_rtp(unit.at, 90_000),
                    ssrc: self.ssrc,
                    ..Default::default()
                };
                self.sequence = self.sequence.wrapping_add(1);
                let packet = rtc_rtp::packet::Packet { header, payload: payload.clone() };
                rig.relay.send_to(&packet.marshal().unwrap(), rig.mixer).unwrap();
            }
        }
    }
}

/// Watches the composite: the markers of both halves of the latest picture.
struct Watcher {
    decoder: VideoDecoder,
    slot: Arc<FrameSlot<Frame>>,
}

impl Watcher {
    fn new() -> Self {
        let slot = Arc::new(FrameSlot::default());
        let filled = Arc::clone(&slot);
        Self { decoder: VideoDecoder::new(Codec::H264, move |frame| filled.put(frame, monotonic())).unwrap(), slot }
    }

    fn look(&mut self, rig: &Rig) -> [Option<Marker>; 2] {
        let mut datagram = [0_u8; 2048];
        while let Ok((length, _)) = rig.relay.recv_from(&mut datagram) {
            if datagram[1] & 0x7F == 96 && datagram[8..12] == COMPOSITE.to_be_bytes() {
                self.decoder.push(&RtpView::read(&datagram[..length]).unwrap());
            }
        }
        let Some((frame, _)) = self.slot.latest() else {
            return [None; 2];
        };
        let [(luma, stride), ..] = frame.planes();
        [0, 320].map(|x_px| block_code::read(luma, Area { x_px, y_px: 0, width_px: 320, stride }).map(Marker::from_payload))
    }
}

fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn two_sites_stand_side_by_side_and_change_places() {
    let mut rig = rig();
    let first = wanted(&rig, 1, Codec::H264, vec![picture_cell(0, 1), picture_cell(500, 2)]);
    rig.engine.apply(first.clone());
    let (mut a, mut b, mut watcher) = (Camera::new(1), Camera::new(2), Watcher::new());
    let mut see = |rig: &Rig| {
        a.shoot(rig);
        b.shoot(rig);
        watcher.look(rig).map(|marker| marker.map(|marker| marker.site))
    };
    until("a left of b", || see(&rig) == [Some(1), Some(2)]);
    let mut changed = first;
    changed.revision = 2;
    changed.composites[0].cells = vec![picture_cell(0, 2), picture_cell(500, 1)];
    rig.engine.apply(changed);
    until("b left of a", || see(&rig) == [Some(2), Some(1)]);
    let report = rig.engine.report();
    assert_eq!((report.revision, report.composites.len()), (2, 1));
    assert_eq!(report.composites[0].showing, [2, 1]);
    assert_eq!(report.inputs[0].size_px, Some((320, 180)));
}

#[test]
fn a_site_that_stops_gives_way_to_its_slate_and_comes_back() {
    let mut rig = rig();
    let orders = wanted(&rig, 1, Codec::H264, vec![picture_cell(0, 1)]);
    rig.engine.apply(orders);
    let (mut camera, mut watcher) = (Camera::new(1), Watcher::new());
    until("the picture", || {
        camera.shoot(&rig);
        watcher.look(&rig)[0].is_some()
    });
    until("the slate", || watcher.look(&rig)[0].is_none());
    until("the picture again", || {
        camera.shoot(&rig);
        watcher.look(&rig)[0].is_some()
    });
}

#[test]
fn the_revision_of_the_cell_list_is_in_the_picture() {
    let mut rig = rig();
    let cell = Cell { rect: Rect { x: 0, y: 0, w: 500, h: 500 }, content: CellContent::Revision(0xCAFE) };
    let orders = wanted(&rig, 1, Codec::H264, vec![cell]);
    rig.engine.apply(orders);
    let mut watcher = Watcher::new();
    until("the code", || watcher.look(&rig)[0].map(Marker::to_payload) == Some(0xCAFE));
}

#[test]
fn garbage_on_the_wire_hurts_only_its_own_tile() {
    let mut rig = rig();
    let orders = wanted(&rig, 1, Codec::H264, vec![picture_cell(0, 1), picture_cell(500, 2)]);
    rig.engine.apply(orders);
    let (mut good, mut watcher) = (Camera::new(1), Watcher::new());
    let mut noise = 1_u32;
    let mut rounds = 0;
    until("a hundred rounds of noise beside a good picture", || {
        for sequence in 0..20_u16 {
            let mut packet = vec![0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x65];
            packet[2..4].copy_from_slice(&sequence.to_be_bytes());
            for _ in 0..200 {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                packet.push((noise >> 24) as u8);
            }
            rig.relay.send_to(&packet, rig.mixer).unwrap();
            rig.relay.send_to(&packet[..usize::from(sequence)], rig.mixer).unwrap();
        }
        good.shoot(&rig);
        let seen = watcher.look(&rig);
        rounds += u32::from(seen[0].is_some_and(|marker| marker.site == 1));
        rounds >= 100
    });
}

const TONES_HZ: [f64; 3] = [400.0, 700.0, 1100.0];

#[test]
fn every_site_hears_the_others_and_never_itself() {
    let mut rig = rig();
    let inputs =
        (0..3_u32).map(|i| MediaInput { ssrc: 100 + i, source: SourceId(format!("c/site/{i}/sound")), codec: Codec::Opus }).collect();
    let minus = |own: u32| (100..103).filter(|ssrc| *ssrc != 100 + own).collect();
    let mixes =
        (0..3_u32).map(|i| Mix { source: SourceId(format!("c/mix/{i}")), ssrc: 200 + i, members: minus(i), gains: Vec::new() }).collect();
    let relay = rig.relay.local_addr().unwrap();
    rig.engine.apply(MixerWanted { revision: 1, relay, inputs, composites: Vec::new(), mixes, sounds: Vec::new() });
    let heard = listen(&rig, 100);
    for own in 0..3_usize {
        for (tone, frequency) in TONES_HZ.iter().enumerate() {
            let strength = goertzel(&heard[&(200 + own as u32)], *frequency);
            assert_eq!(strength > 1_000.0, tone != own, "mix {own} has {strength:.0} of tone {tone}");
        }
    }
    let levels = rig.engine.levels();
    assert!(levels.len() == 3 && levels.iter().all(|level| level.rms_dbfs > -20), "{levels:?}");
}

/// Speaks three tones for that many blocks in real time and returns the second half of each mix, decoded.
fn listen(rig: &Rig, blocks: u16) -> BTreeMap<u32, Vec<i16>> {
    let mut encoders: Vec<_> =
        (0..3).map(|_| opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Audio).unwrap()).collect();
    let mut decoders = BTreeMap::new();
    let mut heard = BTreeMap::<u32, Vec<i16>>::new();
    let mut datagram = [0_u8; 2048];
    let started = Instant::now();
    for block in 0..blocks {
        for (index, encoder) in encoders.iter_mut().enumerate() {
            let sample = |i: usize| {
                (8_000.0 * ((usize::from(block) * 960 + i) as f64 / 48_000.0 * TONES_HZ[index] * std::f64::consts::TAU).sin()) as i16
            };
            let pcm: Vec<i16> = (0..960).map(sample).collect();
            let payload = Bytes::from(encoder.encode_vec(&pcm, 1_200).unwrap());
            let ssrc = 100 + index as u32;
            let timestamp = u32::from(block) * 960;
            let header =
                rtc_rtp::header::Header { version: 2, payload_type: 111, sequence_number: block, timestamp, ssrc, ..Default::default() };
            let packet = rtc_rtp::packet::Packet { header, payload };
            rig.relay.send_to(&packet.marshal().unwrap(), rig.mixer).unwrap();
        }
        let due = started + Duration::from_millis(20) * u32::from(block + 1);
        while Instant::now() < due {
            let Ok((length, _)) = rig.relay.recv_from(&mut datagram) else { continue };
            if datagram[1] & 0x7F != 96 {
                continue;
            }
            let packet = rtc_rtp::packet::Packet::unmarshal(&mut &datagram[..length]).unwrap();
            let decoder = decoders.entry(packet.header.ssrc).or_insert_with(|| opus::Decoder::new(48_000, opus::Channels::Mono).unwrap());
            let mut pcm = [0_i16; 960];
            decoder.decode(&packet.payload, &mut pcm, false).unwrap();
            if block > blocks / 2 {
                heard.entry(packet.header.ssrc).or_default().extend(pcm);
            }
        }
    }
    heard
}

/// Amplitude of a tone, by Goertzel's algorithm over the whole take.
fn goertzel(samples: &[i16], frequency_hz: f64) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * frequency_hz / 48_000.0).cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in samples {
        let s0 = f64::from(*sample) + coefficient * s1 - s2;
        (s2, s1) = (s1, s0);
    }
    2.0 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2).sqrt() / samples.len().max(1) as f64
}
