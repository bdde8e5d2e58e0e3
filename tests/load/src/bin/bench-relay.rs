//! `bench-relay`: our relay beside Janus VideoRoom, the same load client for both. Prints P1, P2, P3.
//!
//! `tools/bench relay` starts it in a network namespace of its own. Environment: `QUICK`, `BENCH_ADDRESS`, `BENCH_SERVER_CORE`, `BENCH_DIR`.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use load::janus::Janus;
use load::ours::Ours;
use load::peer::{Identity, Peer};
use load::process::Process;
use load::publisher::{Publisher, Shape, VIDEO_PAYLOAD_BYTES};
use load::report::{Row, Target, median, say};
use load::sdp::{self, Remote};
use load::tally::Tally;
use load::udp::{self, Batch};
use load::viewer::{Progress, Viewer};

/// Video packets a second of a 2.5 Mbit/s picture.
const PICTURE_PPS: u64 = 2_500_000 / 8 / VIDEO_PAYLOAD_BYTES as u64;
/// All viewers are connected and see the picture within this.
const PATIENCE: Duration = Duration::from_secs(20);
/// What is under way when a window closes has arrived by then.
const STRAGGLERS: Duration = Duration::from_millis(400);
/// Viewers of P2 and the rate its ramp begins at.
const PEAK_VIEWERS: usize = 60;
const PEAK_FROM_PPS: u64 = 20_000;
/// A ramp without end would be a fault of the bench.
const MAX_STEPS: u32 = 18;
/// A step that loses is tried again, since a loss may be the machine's other load.
const TRIES: u32 = 3;

struct Plan {
    viewers: usize,
    runs: usize,
    window: Duration,
    step: Duration,
    /// Each step of the ramp is the one before times this, in per cent.
    growth_percent: u64,
}

struct Setting {
    dir: PathBuf,
    address: String,
    core: Option<usize>,
    identity: Identity,
}

enum Server {
    Ours(Box<Ours>),
    Janus(Box<Janus>),
}

impl Server {
    async fn start(ours: bool, setting: &Setting) -> anyhow::Result<Self> {
        if ours {
            return Ok(Self::Ours(Box::new(Ours::start(&setting.dir, &setting.address, setting.core).await?)));
        }
        Ok(Self::Janus(Box::new(Janus::start(&setting.dir, setting.core).await?)))
    }

    const fn process(&self) -> &Process {
        match self {
            Self::Ours(ours) => ours.process(),
            Self::Janus(janus) => janus.process(),
        }
    }

    async fn idle(&mut self, pause: Duration) {
        match self {
            Self::Ours(ours) => ours.idle(pause).await,
            Self::Janus(_) => tokio::time::sleep(pause).await,
        }
    }

    async fn end(self) {
        match self {
            Self::Ours(ours) => ours.end().await,
            Self::Janus(janus) => janus.end().await,
        }
    }
}

type Watching = tokio::task::JoinHandle<std::io::Result<()>>;

/// A publisher and its viewers, connected.
struct Load {
    publisher: Publisher,
    tally: Arc<Tally>,
    viewers: Vec<(Watching, Rc<RefCell<Progress>>)>,
}

impl Drop for Load {
    fn drop(&mut self) {
        self.viewers.iter().for_each(|(task, _)| task.abort());
    }
}

impl Load {
    async fn connect(server: &mut Server, setting: &Setting, viewers: usize, shape: Shape) -> anyhow::Result<Self> {
        let tally = Arc::new(Tally::default());
        let publisher = publish(server, setting, shape).await?;
        until("the publisher to connect", server, || publisher.connected()).await?;
        let batch = Rc::new(RefCell::new(Batch::default()));
        let mut load = Self { publisher, tally, viewers: Vec::new() };
        for index in 0..viewers {
            let viewer = load.viewer(server, setting, index, &batch).await?;
            let progress = Rc::clone(&viewer.progress);
            load.viewers.push((tokio::task::spawn_local(viewer.run()), progress));
        }
        until("all viewers to see the picture", server, || load.viewers.iter().all(|(_, progress)| progress.borrow().seen)).await?;
        Ok(load)
    }

    async fn viewer(&self, server: &mut Server, setting: &Setting, index: usize, batch: &Rc<RefCell<Batch>>) -> anyhow::Result<Viewer> {
        let (socket, local) = socket(setting)?;
        let mut peer = Peer::new(&setting.identity)?;
        let remote = match server {
            Server::Ours(ours) => {
                let offer = sdp::offer(&peer, &setting.identity, local, "recvonly");
                Remote::read(&ours.watch(index, offer).await?)?
            }
            Server::Janus(janus) => {
                let (handle, offer) = janus.watch().await?;
                janus.start_watching(handle, &sdp::answer(&peer, &setting.identity, local, &offer)).await?;
                Remote::read(&offer)?
            }
        };
        let (server, transport_id) = (remote.address, remote.transport_id);
        peer.meet(remote);
        Ok(Viewer { peer, socket, server, transport_id, tally: Arc::clone(&self.tally), batch: Rc::clone(batch), progress: Rc::default() })
    }

    async fn measure(&self, server: &mut Server, window: Duration) -> anyhow::Result<Measured> {
        let (first, late, cpu) = (self.publisher.next_number(), self.publisher.late(), server.process().cpu()?);
        self.tally.open(first);
        let started = tokio::time::Instant::now();
        server.idle(window).await;
        let (last, cpu, seconds) = (self.publisher.next_number(), server.process().cpu()?.saturating_sub(cpu), started.elapsed());
        self.tally.close(last);
        server.idle(STRAGGLERS).await;
        let packets = self.tally.packets();
        Ok(Measured {
            cpu_per_million_s: cpu.as_secs_f64() / packets.max(1) as f64 * 1e6,
            cpu_share: cpu.as_secs_f64() / seconds.as_secs_f64(),
            p50_ms: self.tally.delay_ms(500),
            p99_ms: self.tally.delay_ms(990),
            pps: packets as f64 / seconds.as_secs_f64(),
            lost: ((last - first) * self.viewers.len() as u64).saturating_sub(packets),
            late: self.publisher.late() - late,
        })
    }

    fn profile(&self) -> String {
        self.viewers.first().and_then(|(_, progress)| progress.borrow().profile).map_or_else(String::new, |profile| format!("{profile:?}"))
    }
}

struct Measured {
    cpu_per_million_s: f64,
    cpu_share: f64,
    p50_ms: f64,
    p99_ms: f64,
    pps: f64,
    lost: u64,
    late: u64,
}

fn socket(setting: &Setting) -> anyhow::Result<(std::net::UdpSocket, SocketAddr)> {
    let socket = udp::bind(format!("{}:0", setting.address).parse()?)
        .with_context(|| format!("{} is no address of this machine; start this with tools/bench relay", setting.address))?;
    let local = socket.local_addr()?;
    Ok((socket, local))
}

async fn publish(server: &mut Server, setting: &Setting, shape: Shape) -> anyhow::Result<Publisher> {
    let (socket, local) = socket(setting)?;
    let mut peer = Peer::new(&setting.identity)?;
    let offer = sdp::offer(&peer, &setting.identity, local, "sendonly");
    let answer = match server {
        Server::Ours(ours) => ours.publish(offer).await?,
        Server::Janus(janus) => janus.publish(&offer).await?,
    };
    let remote = Remote::read(&answer)?;
    peer.meet(remote.clone());
    Ok(Publisher::start(peer, socket, &remote, shape)?)
}

async fn until(what: &str, server: &mut Server, mut condition: impl FnMut() -> bool) -> anyhow::Result<()> {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !condition() {
        anyhow::ensure!(tokio::time::Instant::now() < end, "waited in vain for {what}");
        server.idle(Duration::from_millis(20)).await;
    }
    Ok(())
}

const fn name(ours: bool) -> &'static str {
    if ours { "ours" } else { "janus" }
}

async fn picture_run(ours: bool, setting: &Setting, plan: &Plan) -> anyhow::Result<Measured> {
    let mut server = Server::start(ours, setting).await?;
    let load = Load::connect(&mut server, setting, plan.viewers, Shape { video_pps: PICTURE_PPS, slices: 1 }).await?;
    server.idle(Duration::from_secs(1)).await;
    let measured = load.measure(&mut server, plan.window).await?;
    say(&format!(
        "# {:5} {} viewers {:.1} kpkt/s: {:.2} CPU-s/M, {:.0} % of a core, added p50 {:.2} p99 {:.2} ms, lost {}, load late {}, {}",
        name(ours),
        plan.viewers,
        measured.pps / 1000.0,
        measured.cpu_per_million_s,
        measured.cpu_share * 100.0,
        measured.p50_ms,
        measured.p99_ms,
        measured.lost,
        measured.late,
        load.profile(),
    ));
    drop(load);
    server.end().await;
    Ok(measured)
}

/// Highest rate without a loss, in packets a second.
async fn peak(ours: bool, setting: &Setting, plan: &Plan) -> anyhow::Result<f64> {
    let mut server = Server::start(ours, setting).await?;
    let rate = |total: u64| total / PEAK_VIEWERS as u64;
    let load = Load::connect(&mut server, setting, PEAK_VIEWERS, Shape { video_pps: rate(PEAK_FROM_PPS), slices: 8 }).await?;
    let (mut total, mut best) = (PEAK_FROM_PPS, 0.0);
    for _ in 0..MAX_STEPS {
        load.publisher.set_video_pps(rate(total));
        let mut clean = None;
        for _ in 0..TRIES {
            server.idle(STRAGGLERS).await;
            let measured = load.measure(&mut server, plan.step).await?;
            say(&format!(
                "# {:5} asked {:.0} kpkt/s, got {:.1}: lost {}, {:.0} % of a core, {:.2} CPU-s/M, p99 {:.1} ms, load late {}",
                name(ours),
                total as f64 / 1000.0,
                measured.pps / 1000.0,
                measured.lost,
                measured.cpu_share * 100.0,
                measured.cpu_per_million_s,
                measured.p99_ms,
                measured.late,
            ));
            if measured.lost == 0 {
                clean = Some(measured.pps);
                break;
            }
        }
        let Some(pps) = clean else {
            break;
        };
        best = pps;
        total = total * plan.growth_percent / 100;
    }
    drop(load);
    server.end().await;
    Ok(best)
}

async fn bench(setting: &Setting, plan: &Plan) -> anyhow::Result<()> {
    let (mut cpu, mut p99) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for run in 0..plan.runs {
        // Turn about, so that a change of the machine's other load falls on both.
        for side in [run % 2, 1 - run % 2] {
            let measured = picture_run(side == 0, setting, plan).await?;
            if let (Some(cpu), Some(p99)) = (cpu.get_mut(side), p99.get_mut(side)) {
                cpu.push(measured.cpu_per_million_s);
                p99.push(measured.p99_ms);
            }
        }
    }
    let [ours_cpu, janus_cpu] = cpu.map(|values| median(&values));
    let [ours_p99, janus_p99] = p99.map(|values| median(&values));
    let runs = format!("{} viewers, median of {} run(s) each", plan.viewers, plan.runs);
    let notes = format!("ours {ours_cpu:.2}, janus {janus_cpu:.2} CPU-s per million packets; {runs}");
    say(&Row { id: "P1", value: ours_cpu / janus_cpu, unit: "ratio", target: Target::AtMost(0.40), notes }.line());
    let notes = format!("p99 added: ours {ours_p99:.2}, janus {janus_p99:.2} ms; {runs}");
    say(&Row { id: "P3", value: ours_p99 / janus_p99, unit: "ratio", target: Target::AtMost(0.35), notes }.line());
    let ours = peak(true, setting, plan).await?;
    let janus = peak(false, setting, plan).await?;
    let notes = format!(
        "highest loss-free: ours {:.1}, janus {:.1} kpkt/s; {PEAK_VIEWERS} viewers, steps of {} %, {} s each",
        ours / 1000.0,
        janus / 1000.0,
        plan.growth_percent - 100,
        plan.step.as_secs(),
    );
    if janus <= 0.0 || ours <= 0.0 {
        // A machine that loses packets at the lowest rate is too busy to say anything.
        say(&format!("P2 - ratio ≥2.00 short not measured, the machine was too busy: {notes}"));
        return Ok(());
    }
    say(&Row { id: "P2", value: ours / janus, unit: "ratio", target: Target::AtLeast(2.0), notes }.line());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let plan = if variable("QUICK").is_some() {
        Plan { viewers: 30, runs: 1, window: Duration::from_secs(8), step: Duration::from_secs(1), growth_percent: 140 }
    } else {
        Plan { viewers: 100, runs: 3, window: Duration::from_secs(15), step: Duration::from_secs(2), growth_percent: 120 }
    };
    let setting = Setting {
        dir: variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from),
        address: variable("BENCH_ADDRESS").unwrap_or_else(|| "198.51.100.1".to_owned()),
        core: variable("BENCH_SERVER_CORE").and_then(|core| core.parse().ok()),
        identity: Identity::generate()?,
    };
    std::fs::create_dir_all(&setting.dir)?;
    tokio::task::LocalSet::new().run_until(bench(&setting, &plan)).await
}
