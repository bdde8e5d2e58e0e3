//! `mcu-mixer --config FILE`

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use mcu_mixer::config::Config;
use mcu_mixer::{ControlLink, Engine, encoder_choice};

/// Pictures and sound of the MCU.
#[derive(Parser)]
struct Arguments {
    /// Configuration file (TOML).
    #[arg(long)]
    config: Option<PathBuf>,
    /// Try an encoder element and end: 0 when it works. The mixer does so by itself at start, in a process of its own.
    #[arg(long)]
    try_encoder: Option<String>,
    /// Check the configuration and end.
    #[arg(long)]
    check: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    if let Some(element) = arguments.try_encoder {
        return try_encoder(&element);
    }
    let path = arguments.config.context("which configuration? Give --config FILE")?;
    let mut config = Config::load(&path)?;
    if arguments.check {
        return Ok(());
    }
    if let Ok(encoder) = std::env::var(encoder_choice::VARIABLE) {
        anyhow::ensure!(encoder_choice::is_known(&encoder), "{} names {encoder:?}, which is no encoder we know", encoder_choice::VARIABLE);
        config.encoder = encoder;
    }
    gstreamer::init()?;
    let (engine, hello) = Engine::start(&config)?;
    let link = ControlLink::new(config.control_socket, hello);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(link.run(engine))
}

fn try_encoder(element: &str) -> anyhow::Result<()> {
    let kind = codec::EncoderKind::named(element).with_context(|| format!("{element} is no encoder we know"))?;
    gstreamer::init()?;
    Ok(codec::try_here(kind)?)
}
