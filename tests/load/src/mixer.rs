//! W13: the composite both mixers make, its sources, and `mcu-mixer` driven with the bench in control's and the relay's place.

use std::io::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use codec::clock::{monotonic, to_rtp};
use futures_util::{SinkExt as _, StreamExt as _};
use mcu_media_api::{
    Cell, CellContent, Codec, Composite, Frames, FromMixer, MediaInput, MixerWanted, Rect, Slate, SlateReason, SourceId, ToMixer,
};
use rtc_rtp::codec::h264::{H264Packet, H264Payloader};
use rtc_rtp::packetizer::{Depacketizer as _, Payloader as _};
use rtc_shared::marshal::{Marshal as _, Unmarshal as _};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::codec::Framed;

use crate::process::Process;
use crate::sources;

/// Sites of W13.
pub const SITES: usize = 13;
/// Canvas of W13.
pub const CANVAS: (usize, usize) = (1280, 720);
/// Frames per second of sources and composite.
pub const FPS: u32 = 30;
/// Target of the encoder.
pub const BIT_RATE_BPS: u32 = 1_500_000;
/// Frames between key frames, as the mixer has it.
pub const KEY_EVERY: u32 = 4 * FPS;
/// The font of both mixers' captions.
pub const FONT: &str = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc";
/// SSRC of the first composite; those of the inputs are 1 to 13.
const COMPOSITE: u32 = 9_000;
/// RTP payload of a source's packets.
const PAYLOAD_BYTES: usize = 1_180;
/// The mixer starts within this.
const PATIENCE: Duration = Duration::from_secs(20);
/// Names written into the captions.
const NAMES: [&str; SITES] =
    ["主会场", "北湖区", "苏仙区", "资兴市", "桂阳县", "宜章县", "永兴县", "嘉禾县", "临武县", "汝城县", "桂东县", "安仁县", "经开区"];

/// One source of W13.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its caption.
    pub name: &'static str,
    /// Its cell on the canvas in pixels: left, top, width, height. The source has the cell's size.
    pub cell: (usize, usize, usize, usize),
    /// Its pictures, coded; they repeat for ever.
    pub units: Vec<Bytes>,
}

/// The sources: each of its cell's size, as the relay chooses layers.
///
/// # Errors
/// When the encoder fails.
pub fn sites() -> anyhow::Result<Vec<Site>> {
    let mut sites = Vec::new();
    for ((number, name), cell) in (0..).zip(NAMES).zip(cells()) {
        let (width, height) = (u16::try_from(cell.2)?, u16::try_from(cell.3)?);
        // The rates of the room terminal's layers of these sizes.
        let bit_rate_bps = if width == 640 { 500_000 } else { 220_000 };
        sites.push(Site { name, cell, units: sources::encode(number, width, height, bit_rate_bps)? });
    }
    Ok(sites)
}

/// 4×4 with the first cell two by two.
fn cells() -> impl Iterator<Item = (usize, usize, usize, usize)> {
    let (w, h) = (CANVAS.0 / 4, CANVAS.1 / 4);
    let small = (0..16).filter(|index| index % 4 >= 2 || index / 4 >= 2).map(move |index| (index % 4 * w, index / 4 * h, w, h));
    std::iter::once((0, 0, 2 * w, 2 * h)).chain(small)
}

/// A frame of a source went to the mixer.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// Place of the source.
    pub site: u8,
    /// Its number, as in its marker.
    pub frame: u16,
    /// When its last packet had gone, by the host's monotonic clock.
    pub at: Duration,
}

/// What went to the mixer and what came back, for measuring the time between.
#[derive(Debug, Default)]
pub struct Trace {
    sent: Mutex<Vec<Sent>>,
    came: Mutex<Vec<(Duration, Bytes)>>,
}

impl Trace {
    /// Frames in the order of their times.
    pub fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// RTP packets of the first composite with their times of arrival.
    pub fn came(&self) -> MutexGuard<'_, Vec<(Duration, Bytes)>> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A trace, and the time in which the sources make one frame more than the composite: cameras and mixer share no clock, and over that time every
/// phase between the two is met once.
#[derive(Debug, Clone)]
pub struct Tracing {
    /// Where to.
    pub trace: Arc<Trace>,
    /// The time.
    pub lap: Duration,
}

/// A running `mcu-mixer` making W13, and the load around it.
pub struct OurMixer {
    process: Process,
    framed: Framed<UnixStream, Frames<FromMixer, ToMixer>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    /// Frame rates the mixer reported, one a second for each composite.
    pub fps: Vec<f32>,
}

impl OurMixer {
    /// Starts it with so many distinct composites of the same sites; the first goes to `output` as H.264 (Annex B).
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(dir: &Path, sites: &[Site], composites: u32, output: &Path) -> anyhow::Result<Self> {
        Self::begin(dir, sites, composites, output, None).await
    }

    /// Starts it with one composite and keeps a trace of all frames.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn traced(dir: &Path, sites: &[Site], output: &Path, tracing: &Tracing) -> anyhow::Result<Self> {
        Self::begin(dir, sites, 1, output, Some(tracing)).await
    }

    async fn begin(dir: &Path, sites: &[Site], composites: u32, output: &Path, tracing: Option<&Tracing>) -> anyhow::Result<Self> {
        let socket = dir.join("mixer.sock");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket)?;
        let config = dir.join("mixer.toml");
        std::fs::write(&config, format!("control_socket = {socket:?}\nfont = {FONT:?}\n"))?;
        let arguments = ["--config".to_owned(), config.display().to_string()];
        let process = Process::start(&rig::program::built("mcu-mixer"), &arguments, None, &dir.join("mixer.log"))?;
        let (stream, _) = tokio::time::timeout(PATIENCE, listener.accept()).await.context("mcu-mixer did not connect")??;
        let mut framed = Framed::new(stream, Frames::<FromMixer, ToMixer>::new());
        let hello = tokio::time::timeout(PATIENCE, framed.next()).await.context("mcu-mixer said nothing")?;
        let Some(Ok(FromMixer::Hello(hello))) = hello else {
            anyhow::bail!("mcu-mixer did not say hello");
        };
        let relay = crate::udp::bind("127.0.0.1:0".parse()?)?;
        relay.set_nonblocking(false)?;
        relay.set_read_timeout(Some(Duration::from_millis(50)))?;
        framed.send(&ToMixer::Wanted(wanted(relay.local_addr()?, sites, composites))).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let threads = vec![feeder(relay.try_clone()?, hello.rtp, sites, &stop, tracing)?, taker(relay, output, &stop, tracing)?];
        Ok(Self { process, framed, stop, threads, fps: Vec::new() })
    }

    /// Listens to its reports for that long, as control does.
    pub async fn idle(&mut self, pause: Duration) {
        let (framed, fps) = (&mut self.framed, &mut self.fps);
        let listening = async {
            while let Some(Ok(word)) = framed.next().await {
                if let FromMixer::Reported(report) = word {
                    fps.extend(report.composites.iter().map(|composite| composite.fps));
                }
            }
        };
        let _ = tokio::time::timeout(pause, listening).await;
    }

    /// Its process.
    #[must_use]
    pub const fn process(&self) -> &Process {
        &self.process
    }

    /// Ends it and the load around it.
    pub async fn end(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        self.process.end().await;
    }
}

fn wanted(relay: SocketAddr, sites: &[Site], composites: u32) -> MixerWanted {
    let input =
        |(ssrc, site): (u32, &Site)| MediaInput { ssrc, source: SourceId(format!("w13/site/{}/main", site.name)), codec: Codec::H264 };
    let cell = |(ssrc, site): (u32, &Site)| {
        let (x, y, w, h) = site.cell;
        let permille = |edge: usize, whole: usize| u16::try_from(edge * 1000 / whole).unwrap_or(0);
        let rect = Rect { x: permille(x, CANVAS.0), y: permille(y, CANVAS.1), w: permille(w, CANVAS.0), h: permille(h, CANVAS.1) };
        let slate = Slate { title: site.name.to_owned(), reason: SlateReason::NoPicture };
        Cell { rect, content: CellContent::Picture { ssrc, caption: Some(site.name.to_owned()), slate } }
    };
    let composite = |number: u32| Composite {
        source: SourceId(format!("w13/composite/{number}")),
        ssrc: COMPOSITE + number,
        width_px: 1280,
        height_px: 720,
        fps: 30,
        bit_rate_bps: BIT_RATE_BPS,
        cells: moved((1..).zip(sites).map(cell).collect(), number as usize),
        overlays: Vec::new(),
        fade_ms: 0,
        codec: Codec::H264,
    };
    MixerWanted {
        revision: 1,
        relay,
        inputs: (1..).zip(sites).map(input).collect(),
        composites: (0..composites).map(composite).collect(),
        mixes: Vec::new(),
        sounds: Vec::new(),
    }
}

/// The sites of the small cells, each moved on by so many cells: another picture of the same sites.
fn moved(mut cells: Vec<Cell>, by: usize) -> Vec<Cell> {
    let Some((_, small)) = cells.split_first_mut() else {
        return cells;
    };
    let mut contents: Vec<CellContent> = small.iter().map(|cell| cell.content.clone()).collect();
    let turns = by % contents.len().max(1);
    contents.rotate_right(turns);
    small.iter_mut().zip(contents).for_each(|(cell, content)| cell.content = content);
    cells
}

struct Lane {
    units: Vec<Bytes>,
    payloader: H264Payloader,
    ssrc: u32,
    sequence: u16,
}

impl Lane {
    fn send(&mut self, frame: usize, socket: &UdpSocket, to: SocketAddr) {
        let Some(unit) = self.units.get(frame % self.units.len().max(1)) else {
            return;
        };
        let payloads = self.payloader.payload(PAYLOAD_BYTES, unit).unwrap_or_default();
        let timestamp = to_rtp(monotonic(), 90_000);
        for (index, payload) in payloads.iter().enumerate() {
            let header = rtc_rtp::header::Header {
                version: 2,
                marker: index + 1 == payloads.len(),
                payload_type: 96,
                sequence_number: self.sequence,
                timestamp,
                ssrc: self.ssrc,
                ..Default::default()
            };
            self.sequence = self.sequence.wrapping_add(1);
            if let Ok(bytes) = (rtc_rtp::packet::Packet { header, payload: payload.clone() }).marshal() {
                let _ = socket.send_to(&bytes, to);
            }
        }
    }
}

/// Plays the sources; the sites' frames are spread over the frame time, as cameras are not in step.
fn feeder(
    socket: UdpSocket,
    to: SocketAddr,
    sites: &[Site],
    stop: &Arc<AtomicBool>,
    tracing: Option<&Tracing>,
) -> std::io::Result<JoinHandle<()>> {
    let second = Duration::from_secs(1);
    let period = tracing.map_or(second / FPS, |tracing| tracing.lap.div_f64(tracing.lap.as_secs_f64() * f64::from(FPS) + 1.0));
    let trace = tracing.map(|tracing| Arc::clone(&tracing.trace));
    let lane = |(ssrc, site): (u32, &Site)| Lane { units: site.units.clone(), payloader: H264Payloader::default(), ssrc, sequence: 0 };
    let mut lanes: Vec<Lane> = (1..).zip(sites).map(lane).collect();
    let stop = Arc::clone(stop);
    std::thread::Builder::new().name("sites".to_owned()).spawn(move || {
        let start = Instant::now();
        for frame in 0_u32.. {
            for (index, lane) in (0_u32..).zip(&mut lanes) {
                let due = start + period * frame + period * index / 13;
                if let Some(pause) = due.checked_duration_since(Instant::now()) {
                    std::thread::sleep(pause);
                }
                lane.send(frame as usize, &socket, to);
                if let Some(trace) = &trace {
                    let number = frame as usize % lane.units.len().max(1);
                    let sent = Sent { site: index as u8, frame: number as u16, at: monotonic() };
                    trace.sent().push(sent);
                }
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
        }
    })
}

/// Writes what the mixer sends as an H.264 stream.
fn taker(socket: UdpSocket, output: &Path, stop: &Arc<AtomicBool>, tracing: Option<&Tracing>) -> anyhow::Result<JoinHandle<()>> {
    let trace = tracing.map(|tracing| Arc::clone(&tracing.trace));
    let mut file = std::io::BufWriter::new(std::fs::File::create(output)?);
    let stop = Arc::clone(stop);
    let taking = move || {
        let mut depacketizer = H264Packet::default();
        let mut datagram = [0_u8; 2048];
        while !stop.load(Ordering::Relaxed) {
            let Ok((length, _)) = socket.recv_from(&mut datagram) else {
                continue;
            };
            let mut bytes = Bytes::copy_from_slice(datagram.get(..length).unwrap_or_default());
            if bytes.get(1).is_none_or(|kind| kind & 0x7F != 96) || bytes.get(8..12) != Some(&COMPOSITE.to_be_bytes()[..]) {
                continue;
            }
            if let Some(trace) = &trace {
                trace.came().push((monotonic(), bytes.clone()));
            }
            let unit =
                rtc_rtp::packet::Packet::unmarshal(&mut bytes).ok().and_then(|packet| depacketizer.depacketize(&packet.payload).ok());
            let _ = unit.map(|unit| file.write_all(&unit));
        }
        let _ = file.flush();
    };
    Ok(std::thread::Builder::new().name("sink".to_owned()).spawn(taking)?)
}

/// The arguments of ffmpeg that make the same composite from the same sources, in real time; the sources are written into the directory.
///
/// # Errors
/// When the disk is full.
pub fn ffmpeg_arguments(dir: &Path, sites: &[Site], seconds: u64, output: &Path) -> anyhow::Result<Vec<String>> {
    let mut arguments: Vec<String> = ["-nostdin", "-y", "-v", "error", "-filter_complex_threads", "1"].map(str::to_owned).to_vec();
    let (mut chains, mut layout) = (String::new(), Vec::new());
    for (number, site) in sites.iter().enumerate() {
        let path = source_file(dir, number);
        write_units(&path, site, usize::try_from(seconds * u64::from(FPS))?)?;
        let input = ["-re", "-framerate", "30", "-threads", "1", "-f", "h264", "-i"].map(str::to_owned);
        arguments.extend(input.into_iter().chain([path.display().to_string()]));
        let size = (site.cell.3 / 11).max(10);
        chains += &format!(
            "[{number}:v]drawtext=fontfile={FONT}:text={}:fontsize={size}:fontcolor=white:box=1:boxcolor=black@0.62:boxborderw={border}:\
             x={border}:y=h-{lift}[v{number}];",
            site.name,
            border = size / 3,
            lift = size + size / 3,
        );
        layout.push(format!("{}_{}", site.cell.0, site.cell.1));
    }
    let names: String = (0..sites.len()).map(|number| format!("[v{number}]")).collect();
    chains += &format!("{names}xstack=inputs={}:layout={}[out]", sites.len(), layout.join("|"));
    let rate = format!("{}k", BIT_RATE_BPS / 1000);
    // As our encoder: constrained baseline, 400 ms of buffer, one thread.
    let buffer = format!("{}k", BIT_RATE_BPS / 1000 * 2 / 5);
    let (key, output) = (KEY_EVERY.to_string(), output.display().to_string());
    let rest = [
        "-filter_complex",
        &chains,
        "-map",
        "[out]",
        "-r",
        "30",
        "-pix_fmt",
        "yuv420p",
        "-c:v",
        "libx264",
        "-preset",
        "superfast",
        "-tune",
        "zerolatency",
        "-profile:v",
        "baseline",
        "-b:v",
        &rate,
        "-maxrate",
        &rate,
        "-bufsize",
        &buffer,
        "-g",
        &key,
        "-threads",
        "1",
        "-f",
        "h264",
        &output,
    ];
    arguments.extend(rest.map(str::to_owned));
    Ok(arguments)
}

/// Where a source's stream is written for ffmpeg.
#[must_use]
pub fn source_file(dir: &Path, number: usize) -> PathBuf {
    dir.join(format!("w13-{number}.h264"))
}

fn write_units(path: &Path, site: &Site, frames: usize) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for unit in site.units.iter().cycle().take(frames) {
        file.write_all(unit)?;
    }
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::{CANVAS, SITES, cells};

    #[test]
    fn thirteen_cells_cover_the_canvas() {
        assert_eq!(cells().count(), SITES);
        assert_eq!(cells().map(|(_, _, w, h)| w * h).sum::<usize>(), CANVAS.0 * CANVAS.1);
    }
}
