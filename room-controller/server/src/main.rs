//! `room-controller run --config FILE [--check]`, `room-controller enrol --config FILE --room ID --code CODE`

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use room_server::Config;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Devices, scenes and terminals of rooms.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Run all rooms of the configuration.
    Run {
        /// Configuration file (TOML).
        #[arg(long)]
        config: PathBuf,
        /// Check the configuration and end.
        #[arg(long)]
        check: bool,
    },
    /// Make a room known to the console.
    Enrol {
        /// Configuration file (TOML).
        #[arg(long)]
        config: PathBuf,
        /// The room's id.
        #[arg(long)]
        room: String,
        /// Pairing code from the console.
        #[arg(long)]
        code: String,
    },
}

#[tokio::main(worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // A TLS provider already chosen by a library is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match arguments.what {
        What::Run { config, check } => {
            let config = Config::load(&config)?;
            if check {
                return Ok(());
            }
            let end = CancellationToken::new();
            let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            let ending = end.clone();
            tokio::spawn(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                ending.cancel();
            });
            room_server::run(config, end).await
        }
        What::Enrol { config, room, code } => room_server::enrol::enrol(&Config::load(&config)?, &room, &code).await,
    }
}
