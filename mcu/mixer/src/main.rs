//! `mcu-mixer --config FILE`

use std::path::PathBuf;

use clap::Parser;
use mcu_mixer::config::Config;
use mcu_mixer::{ControlLink, Engine};

/// Pictures and sound of the MCU.
#[derive(Parser)]
struct Arguments {
    /// Configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// Check the configuration and end.
    #[arg(long)]
    check: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let config = Config::load(&arguments.config)?;
    if arguments.check {
        return Ok(());
    }
    gstreamer::init()?;
    let (engine, hello) = Engine::start(&config)?;
    let link = ControlLink::new(config.control_socket, hello);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(link.run(engine))
}
