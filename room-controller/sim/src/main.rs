//! `room-sim camera --tcp 127.0.0.1:5678`, `room-sim projector --tcp 127.0.0.1:4352 --password …`; faults are typed on standard input.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use room_sim::camera::Camera;
use room_sim::projector::{Projector, Settings};
use room_sim::{Handle, Misbehave};
use tokio::io::{AsyncBufReadExt, BufReader};

/// A simulated device that speaks the real bytes.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A PTZ camera (VISCA).
    Camera {
        /// Raw frames on TCP.
        #[arg(long)]
        tcp: Option<SocketAddr>,
        /// VISCA over IP on UDP.
        #[arg(long)]
        udp: Option<SocketAddr>,
        /// A serial line.
        #[arg(long)]
        serial: Option<PathBuf>,
    },
    /// A projector (PJLink class 1).
    Projector {
        /// Where.
        #[arg(long, default_value = "127.0.0.1:4352")]
        tcp: SocketAddr,
        /// Password; none lets everybody in.
        #[arg(long)]
        password: Option<String>,
        /// Seconds from power-on to picture.
        #[arg(long, default_value_t = 30)]
        warm_up_s: u64,
        /// Seconds from power-off to standby.
        #[arg(long, default_value_t = 30)]
        cool_down_s: u64,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let handle = match Arguments::parse().what {
        What::Camera { tcp, udp, serial } => {
            let handle = Handle::new(Camera::new(udp.is_some()));
            match (tcp, udp, serial) {
                (Some(at), None, None) => writeln!(out, "tcp://{}", handle.tcp(at).await?)?,
                (None, Some(at), None) => writeln!(out, "udp://{}", handle.udp(at).await?)?,
                (None, None, Some(path)) => handle.serial(&path, 9600)?,
                (None, None, None) => writeln!(out, "serial:{}", handle.pty()?.display())?,
                _ => anyhow::bail!("give one of --tcp, --udp and --serial, or none for a pseudo-terminal"),
            }
            handle
        }
        What::Projector { tcp, password, warm_up_s, cool_down_s } => {
            let (warm_up, cool_down) = (Duration::from_secs(warm_up_s), Duration::from_secs(cool_down_s));
            let mut seed = [0_u8; 8];
            getrandom::fill(&mut seed).map_err(|_| anyhow::anyhow!("the system gave no random bytes"))?;
            let settings = Settings { password, warm_up, cool_down, ..Settings::default() };
            let handle = Handle::new(Projector::new(settings, u64::from_le_bytes(seed)));
            writeln!(out, "tcp://{}", handle.tcp(tcp).await?)?;
            handle
        }
    };
    out.flush()?;
    obey(&handle, &mut out).await
}

/// Lines: `state`, `reboot`, or a fault: `none`, `silent`, `slow 500`, `garbage`, `drop`, `wrong`, `refuse`.
async fn obey(handle: &Handle, out: &mut impl std::io::Write) -> anyhow::Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["state"] => {}
            ["reboot"] => handle.reboot(),
            ["none"] => handle.misbehave(Misbehave::None),
            ["silent"] => handle.misbehave(Misbehave::Silent),
            ["slow", ms] => handle.misbehave(Misbehave::Slow { ms: ms.parse()? }),
            ["garbage"] => handle.misbehave(Misbehave::Garbage),
            ["drop"] => handle.misbehave(Misbehave::DropConnection),
            ["wrong"] => handle.misbehave(Misbehave::WrongSequence),
            ["refuse"] => handle.misbehave(Misbehave::Refuse),
            _ => writeln!(out, "state | reboot | none | silent | slow MS | garbage | drop | wrong | refuse")?,
        }
        writeln!(out, "{}", handle.hidden())?;
        out.flush()?;
    }
    // Without a terminal (a service) it goes on until it is ended.
    std::future::pending().await
}
