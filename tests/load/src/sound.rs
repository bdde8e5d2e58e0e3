//! Sound of thirteen sites: their streams, `mcu-mixer` and a GStreamer graph that make thirteen mixes of them, and the same work done bare.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use codec::clock::{monotonic, to_rtp};
use futures_util::{SinkExt as _, StreamExt as _};
use mcu_media_api::{Codec, Frames, FromMixer, MediaInput, Mix, MixerReported, MixerWanted, SourceId, ToMixer};
use rtc_shared::marshal::Marshal as _;
use tokio::net::{UnixListener, UnixStream};
use tokio_util::codec::Framed;

use crate::process::Process;

/// Sites.
pub const SITES: u32 = 13;
/// Packets of 20 ms until a stream repeats: ten seconds.
const PACKETS: usize = 500;
/// Samples in 20 ms.
const BLOCK: usize = 960;
/// Rate, effort and expected loss of every encoder here, as `mcu-mixer` has them.
const BIT_RATE_BPS: i32 = 48_000;
const COMPLEXITY: i32 = 5;
const EXPECTED_LOSS_PERCENT: i32 = 10;
/// SSRC of the first mix; those of the inputs are 1 to 13.
const FIRST_MIX: u32 = 200;
/// First of the ports on which the GStreamer graph takes its inputs; the bench looks for a free run of them.
const PORTS: std::ops::Range<u16> = 42_000..60_000;
/// A program starts within this.
const PATIENCE: Duration = Duration::from_secs(20);
/// Noise of a quiet room with an open microphone: −66 dBFS.
const ROOM_NOISE: f64 = 28.0;

/// Thirteen streams of Opus packets.
pub type Streams = Vec<Vec<Bytes>>;

/// The sites' streams; the first `talking` of them speak, the others are quiet rooms with open microphones.
///
/// # Errors
/// When libopus refuses.
pub fn streams(talking: u32) -> anyhow::Result<Streams> {
    (0..SITES).map(|site| stream(site, site < talking)).collect()
}

fn stream(site: u32, talks: bool) -> anyhow::Result<Vec<Bytes>> {
    let mut encoder = encoder(true)?;
    let mut noise = u64::from(site) + 1;
    let mut packets = Vec::with_capacity(PACKETS);
    for block in 0..PACKETS {
        let sample = |i: usize| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let hiss = ((noise >> 40) as f64 / f64::from(1 << 23) - 1.0) * ROOM_NOISE;
            let voice = if talks { voice(f64::from(site), (block * BLOCK + i) as f64 / 48_000.0) } else { 0.0 };
            (voice + hiss) as i16
        };
        packets.push(Bytes::from(encoder.encode_vec(&(0..BLOCK).map(sample).collect::<Vec<_>>(), 1_275)?));
    }
    Ok(packets)
}

/// Something like a voice of its own pitch for each site: a pulse train in syllables, hardly ever silent.
fn voice(site: f64, t: f64) -> f64 {
    let tau = std::f64::consts::TAU;
    let syllable = 0.15 + (tau * (3.0 + site * 0.1) * t + site).sin().max(0.0);
    let phase = (95.0 + 11.0 * site) * t + 2.0 * (tau * 0.7 * t).sin();
    2_000.0 * syllable * (1..14).map(|n| (tau * phase * f64::from(n)).sin() / f64::from(n)).sum::<f64>()
}

fn encoder(fec: bool) -> Result<opus::Encoder, opus::Error> {
    let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Audio)?;
    encoder.set_bitrate(opus::Bitrate::Bits(BIT_RATE_BPS))?;
    encoder.set_complexity(COMPLEXITY)?;
    encoder.set_inband_fec(fec)?;
    encoder.set_packet_loss_perc(if fec { EXPECTED_LOSS_PERCENT } else { 0 })?;
    Ok(encoder)
}

/// CPU-ms per second of sound for decoding all, summing once, subtracting each and encoding thirteen times, without anything around it.
///
/// # Errors
/// When libopus refuses.
pub fn bare(streams: &Streams, fec: bool) -> anyhow::Result<f64> {
    let decoder = |_| opus::Decoder::new(48_000, opus::Channels::Mono);
    let mut decoders = (0..SITES).map(decoder).collect::<Result<Vec<_>, _>>()?;
    let mut encoders = (0..SITES).map(|_| encoder(fec)).collect::<Result<Vec<_>, _>>()?;
    let (mut blocks, mut packet) = (vec![[0_i16; BLOCK]; streams.len()], [0_u8; 1_275]);
    let started = thread_cpu();
    for number in 0..PACKETS {
        let mut total = [0_i32; BLOCK];
        for ((stream, decoder), block) in streams.iter().zip(&mut decoders).zip(&mut blocks) {
            decoder.decode(stream.get(number).map_or(&[][..], |packet| packet), block, false)?;
            total.iter_mut().zip(block.iter()).for_each(|(total, sample)| *total += i32::from(*sample));
        }
        for (block, encoder) in blocks.iter().zip(&mut encoders) {
            let mut mix = [0_i16; BLOCK];
            let sum = total.iter().zip(block).map(|(total, own)| total - i32::from(*own));
            mix.iter_mut().zip(sum).for_each(|(out, sum)| *out = sum.clamp(-32_768, 32_767) as i16);
            encoder.encode(&mix, &mut packet)?;
        }
    }
    Ok((thread_cpu() - started).as_secs_f64() * 1000.0 / (PACKETS as f64 / 50.0))
}

fn thread_cpu() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    #[expect(unsafe_code, reason = "the CPU time of a thread has no safe wrapper")]
    // SAFETY: `now` is a valid, writable timespec for the whole call.
    unsafe {
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut now);
    }
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Packets that came back, by SSRC.
type Counted = Arc<Mutex<BTreeMap<u32, u64>>>;

/// A program that makes thirteen mixes, and the load around it.
pub struct Mixing {
    process: Process,
    framed: Option<Framed<UnixStream, Frames<FromMixer, ToMixer>>>,
    counted: Counted,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    /// The last report of `mcu-mixer`.
    pub reported: Option<MixerReported>,
}

impl Mixing {
    /// Starts `mcu-mixer`.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn ours(dir: &Path, streams: &Streams) -> anyhow::Result<Self> {
        let socket = dir.join("sound.sock");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket)?;
        let config = dir.join("sound.toml");
        std::fs::write(&config, format!("control_socket = {socket:?}\nfont = {:?}\n", crate::mixer::FONT))?;
        let arguments = ["--config".to_owned(), config.display().to_string()];
        let process = Process::start(&rig::program::built("mcu-mixer"), &arguments, None, &dir.join("sound.log"))?;
        let (stream, _) = tokio::time::timeout(PATIENCE, listener.accept()).await.context("mcu-mixer did not connect")??;
        let mut framed = Framed::new(stream, Frames::<FromMixer, ToMixer>::new());
        let hello = tokio::time::timeout(PATIENCE, framed.next()).await.context("mcu-mixer said nothing")?;
        let Some(Ok(FromMixer::Hello(hello))) = hello else {
            anyhow::bail!("mcu-mixer did not say hello");
        };
        let socket = sink()?;
        framed.send(&ToMixer::Wanted(wanted(socket.local_addr()?))).await?;
        let to = vec![hello.rtp; streams.len()];
        Self::around(process, Some(framed), socket, to, streams)
    }

    /// Starts a GStreamer graph: decode each, an audiomixer of the twelve others for each, encode each. With `fec` its encoders are set as ours, else they are as
    /// GStreamer sets them.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn gstreamer(dir: &Path, streams: &Streams, fec: bool) -> anyhow::Result<Self> {
        let socket = sink()?;
        let first = free_ports()?;
        let graph = graph(first, socket.local_addr()?.port(), fec);
        let process = Process::start(Path::new("/usr/bin/gst-launch-1.0"), &graph, None, &dir.join("gstreamer.log"))?;
        let to = (0..SITES).filter_map(|site| u16::try_from(site).ok()).map(|site| SocketAddr::from(([127, 0, 0, 1], first + site)));
        Self::around(process, None, socket, to.collect(), streams)
    }

    fn around(
        process: Process,
        framed: Option<Framed<UnixStream, Frames<FromMixer, ToMixer>>>,
        socket: UdpSocket,
        to: Vec<SocketAddr>,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        let (stop, counted) = (Arc::new(AtomicBool::new(false)), Counted::default());
        let threads = vec![feeder(socket.try_clone()?, to, streams.clone(), &stop)?, counter(socket, &counted, &stop)?];
        Ok(Self { process, framed, counted, stop, threads, reported: None })
    }

    /// Lets it run for that long, listening to its reports as control does.
    pub async fn idle(&mut self, pause: Duration) {
        let Some(framed) = &mut self.framed else {
            tokio::time::sleep(pause).await;
            return;
        };
        let reported = &mut self.reported;
        let listening = async {
            while let Some(Ok(word)) = framed.next().await {
                if let FromMixer::Reported(report) = word {
                    *reported = Some(report);
                }
            }
        };
        let _ = tokio::time::timeout(pause, listening).await;
    }

    /// Packets of the mix that sent fewest so far, and mixes heard of.
    #[must_use]
    pub fn fewest(&self) -> (usize, u64) {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        (counted.len(), counted.values().copied().min().unwrap_or(0))
    }

    /// Counts from nothing again.
    pub fn clear(&self) {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).values_mut().for_each(|count| *count = 0);
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

fn sink() -> anyhow::Result<UdpSocket> {
    let socket = crate::udp::bind("127.0.0.1:0".parse()?)?;
    socket.set_nonblocking(false)?;
    socket.set_read_timeout(Some(Duration::from_millis(50)))?;
    Ok(socket)
}

fn wanted(relay: SocketAddr) -> MixerWanted {
    let input = |ssrc: u32| MediaInput { ssrc, source: SourceId(format!("p6/site/{ssrc}/sound")), codec: Codec::Opus };
    let mix = |own: u32| Mix {
        source: SourceId(format!("p6/mix/{own}")),
        ssrc: FIRST_MIX + own,
        members: (1..=SITES).filter(|ssrc| *ssrc != own).collect(),
        gains: Vec::new(),
    };
    let (inputs, mixes) = ((1..=SITES).map(input).collect(), (1..=SITES).map(mix).collect());
    MixerWanted { revision: 1, relay, inputs, composites: Vec::new(), mixes, sounds: Vec::new() }
}

/// A run of free ports, one for each site.
fn free_ports() -> anyhow::Result<u16> {
    let sites = u16::try_from(SITES)?;
    let free = |first: &u16| (*first..first + sites).all(|port| UdpSocket::bind(("127.0.0.1", port)).is_ok());
    let from = PORTS.start + u16::try_from(std::process::id() % 500).unwrap_or(0) * sites;
    (from..PORTS.end).step_by(usize::from(sites)).find(free).context("no thirteen free ports in a row")
}

/// The graph in the words of gst-launch. Each tee has a queue before each mixer: without them a mixer that waits holds up the others.
fn graph(first: u16, to: u16, fec: bool) -> Vec<String> {
    let mut words = vec!["-q".to_owned()];
    let mut say = |text: &str| words.extend(text.split_whitespace().map(str::to_owned));
    let settings = if fec {
        format!("bitrate={BIT_RATE_BPS} complexity={COMPLEXITY} inband-fec=true packet-loss-percentage={EXPECTED_LOSS_PERCENT}")
    } else {
        String::new()
    };
    for site in 0..SITES {
        let port = u32::from(first) + site;
        say(&format!(
            "udpsrc address=127.0.0.1 port={port} caps=application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111 ! \
             rtpjitterbuffer latency=40 ! rtpopusdepay ! opusdec use-inband-fec=true plc=true ! audioconvert ! \
             audio/x-raw,format=S16LE,rate=48000,channels=1 ! tee name=t{site}"
        ));
        say(&format!(
            "audiomixer name=m{site} ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! opusenc {settings} ! rtpopuspay ssrc={} ! \
             udpsink host=127.0.0.1 port={to} sync=false async=false",
            FIRST_MIX + 1 + site
        ));
        for other in (0..SITES).filter(|other| *other != site) {
            say(&format!("t{site}. ! queue max-size-buffers=4 max-size-time=0 max-size-bytes=0 leaky=downstream ! m{other}."));
        }
    }
    words
}

/// Plays the streams; the sites' packets are spread over the 20 ms, as rooms are not in step.
fn feeder(socket: UdpSocket, to: Vec<SocketAddr>, streams: Streams, stop: &Arc<AtomicBool>) -> std::io::Result<JoinHandle<()>> {
    let stop = Arc::clone(stop);
    std::thread::Builder::new().name("sites".to_owned()).spawn(move || {
        let (start, first) = (Instant::now(), to_rtp(monotonic(), 48_000));
        for number in 0_u32.. {
            for ((ssrc, stream), to) in (1_u32..).zip(&streams).zip(&to) {
                let due = start + Duration::from_millis(20) * number + Duration::from_millis(20) * (ssrc - 1) / SITES;
                if let Some(pause) = due.checked_duration_since(Instant::now()) {
                    std::thread::sleep(pause);
                }
                let payload = stream.get(number as usize % PACKETS).cloned().unwrap_or_default();
                let header = rtc_rtp::header::Header {
                    version: 2,
                    payload_type: 111,
                    sequence_number: number as u16,
                    timestamp: first.wrapping_add(number.wrapping_mul(960)),
                    ssrc,
                    ..Default::default()
                };
                if let Ok(bytes) = (rtc_rtp::packet::Packet { header, payload }).marshal() {
                    let _ = socket.send_to(&bytes, to);
                }
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
        }
    })
}

/// Counts what comes back.
fn counter(socket: UdpSocket, counted: &Counted, stop: &Arc<AtomicBool>) -> std::io::Result<JoinHandle<()>> {
    let (counted, stop) = (Arc::clone(counted), Arc::clone(stop));
    std::thread::Builder::new().name("sink".to_owned()).spawn(move || {
        let mut datagram = [0_u8; 2048];
        while !stop.load(Ordering::Relaxed) {
            let Ok((length, _)) = socket.recv_from(&mut datagram) else {
                continue;
            };
            // RTCP stands at 192 to 223 in the second byte (RFC 5761 §4).
            if let Some([_, kind, _, _, _, _, _, _, a, b, c, d, ..]) = datagram.get(..length)
                && !(192..=223).contains(kind)
            {
                let ssrc = u32::from_be_bytes([*a, *b, *c, *d]);
                *counted.lock().unwrap_or_else(PoisonError::into_inner).entry(ssrc).or_default() += 1;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{SITES, bare, graph, streams};

    #[test]
    fn every_mixer_of_the_graph_has_the_twelve_others() {
        let words = graph(43_000, 44_000, true).join(" ");
        for site in 0..SITES {
            let inputs = words.split("queue").filter(|part| part.split_whitespace().any(|word| word == format!("m{site}."))).count();
            assert_eq!(inputs, 12, "mixer {site}");
        }
        assert_eq!(words.matches("opusenc bitrate=48000").count(), 13);
    }

    #[test]
    fn quiet_rooms_cost_less_to_send_than_voices() {
        let streams = streams(3).unwrap();
        let bytes = |site: usize| streams[site].iter().map(|packet| packet.len()).sum::<usize>();
        assert!(bytes(12) > 0 && bytes(12) < bytes(0), "{} and {}", bytes(12), bytes(0));
        assert!(bare(&streams, true).unwrap() > 0.0);
    }
}
