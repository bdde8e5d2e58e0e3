//! `mcu-relay`: holds the WebRTC sessions of the MCU and forwards their packets.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use mcu_relay::{
    config::Config,
    io::{ControlLink, Ended, MediaThreads, RelayError, run_control},
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Holds the WebRTC sessions of the MCU and forwards their packets.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// Only check the configuration: ends with 0 when it is good.
    #[arg(long)]
    check: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let config = Config::load(&arguments.config)?;
    let filter = EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new(&config.log));
    let filter = filter
        .with_context(|| format!("{}: log: {:?} is no log filter; write for instance info", arguments.config.display(), config.log))?;
    if arguments.check {
        return Ok(());
    }
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime for control cannot be made")?;
    let mut media = MediaThreads::start(&config)?;
    tracing::info!(media = ?media.media(), "relay started");
    runtime.block_on(serve(&config, &mut media))?;
    media.stop()?;
    tracing::info!("relay ended");
    Ok(())
}

async fn serve(config: &Config, media: &mut MediaThreads) -> anyhow::Result<()> {
    let mut instance = [0; 8];
    getrandom::fill(&mut instance).context("the system gives no random bytes")?;
    let link = ControlLink { socket: &config.control_socket, instance: hex::encode(instance) };
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be heard")?;
    tokio::select! {
        ended = run_control(&link, media) => match ended {
            Ended::MediaGone => Err(RelayError::MediaEnded.into()),
        },
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}
